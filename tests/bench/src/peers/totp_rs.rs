//! totp-rs 6.

use std::hint::black_box;

use totp_rs::{Algorithm, Builder, Secret, Totp};

use super::common::{PEER, verifies};
use crate::ascii::Ascii;
use crate::inputs::{ACCOUNT, ISSUER, SECRET, SECRET_32, SECRET_64, URI, time};
use crate::{Answer, Contender, Operation};

const NAME: &str = "totp-rs";

pub(super) fn contender(operation: Operation) -> Option<Contender> {
    let warm = |algorithm, secret: &[u8]| {
        let totp = totp(algorithm, secret);
        Contender::new(
            PEER,
            NAME,
            move |counter| totp.generate(time(counter)),
            |token| Answer::Text(token.to_string()),
        )
    };
    Some(match operation {
        Operation::GenerateCold => Contender::new(
            PEER,
            NAME,
            |counter| totp(Algorithm::SHA1, black_box(SECRET)).generate(time(counter)),
            |token| Answer::Text(token.to_string()),
        ),
        Operation::GenerateWarm => warm(Algorithm::SHA1, SECRET),
        Operation::GenerateSha256 => warm(Algorithm::SHA256, SECRET_32),
        Operation::GenerateSha512 => warm(Algorithm::SHA512, SECRET_64),
        Operation::GenerateText => {
            let totp = totp(Algorithm::SHA1, SECRET);
            Contender::text(PEER, NAME, move |counter| {
                Ascii::of(format_args!("{}", totp.generate(time(counter))))
            })
        }
        Operation::VerifyMissCold => {
            return verifies(operation, NAME, |counter, typed| {
                totp(Algorithm::SHA1, black_box(SECRET))
                    .check(typed.as_str(), time(counter))
                    .is_some()
            });
        }
        Operation::VerifyHit | Operation::VerifyMissWarm => {
            let totp = totp(Algorithm::SHA1, SECRET);
            return verifies(operation, NAME, move |counter, typed| {
                totp.check(typed.as_str(), time(counter)).is_some()
            });
        }
        Operation::UriParse => Contender::new(
            PEER,
            NAME,
            |_| Totp::from_url(black_box(URI)).expect("the URI is right"),
            |totp| Answer::Text(totp.generate(time(1)).to_string()),
        ),
        Operation::UriBuild => {
            let totp = totp(Algorithm::SHA1, SECRET);
            Contender::text(PEER, NAME, move |_| {
                totp.to_url().expect("there is an account")
            })
        }
        _ => return None,
    })
}

fn totp(algorithm: Algorithm, secret: &[u8]) -> Totp {
    // Without this the builder has SHA-1, six digits, thirty seconds and a window of one.
    Builder::new()
        .with_algorithm(algorithm)
        .with_secret(Secret::from(secret))
        .with_account_name(ACCOUNT)
        .with_issuer(Some(ISSUER))
        .build()
        .expect("the secret is long enough")
}
