//! slauth and libreauth: their TOTP tells the time by the system clock. Codes are made with their
//! HOTP for a counter, and a hit, which would end with the minute, is left out.

use std::hint::black_box;

use super::common::{PEER, verifies};
use crate::inputs::{ACCOUNT, ISSUER, MISS, SECRET, SECRET_32, SECRET_64, URI};
use crate::{Answer, Contender, Operation};

pub(super) fn slauth(operation: Operation) -> Option<Contender> {
    use slauth::oath::hotp::HOTPContext;
    use slauth::oath::totp::TOTPContext;
    use slauth::oath::{HashesAlgorithm, OtpAuth};
    const NAME: &str = "slauth";
    fn code(secret: &[u8], algorithm: HashesAlgorithm, counter: u64) -> String {
        let builder = HOTPContext::builder().algorithm(algorithm).counter(counter);
        builder.secret(black_box(secret)).build().r#gen()
    }
    let text = |run: fn(u64) -> String| Some(Contender::text(PEER, NAME, run));
    // Its end is exclusive: two asks for three steps, and a look-ahead counts the first.
    let totp = || {
        TOTPContext::builder()
            .secret(black_box(SECRET))
            .re_sync_parameter(1, 2)
            .build()
    };
    let ahead = |counters| {
        Some(Contender::accepted(PEER, NAME, move |counter| {
            let builder = HOTPContext::builder()
                .counter(counter)
                .re_sync_parameter(counters);
            builder
                .secret(black_box(SECRET))
                .build()
                .verify(black_box(&MISS).as_str())
        }))
    };
    match operation {
        Operation::GenerateCold | Operation::GenerateWarm | Operation::GenerateText => {
            text(|counter| code(SECRET, HashesAlgorithm::SHA1, counter))
        }
        Operation::GenerateSha256 => {
            text(|counter| code(SECRET_32, HashesAlgorithm::SHA256, counter))
        }
        Operation::GenerateSha512 => {
            text(|counter| code(SECRET_64, HashesAlgorithm::SHA512, counter))
        }
        Operation::VerifyMissCold => verifies(operation, NAME, move |_, typed| {
            totp().verify(typed.as_str())
        }),
        Operation::VerifyMissWarm => {
            let mut totp = totp();
            verifies(operation, NAME, move |_, typed| totp.verify(typed.as_str()))
        }
        Operation::LookAhead10 => ahead(11),
        Operation::LookAhead100 => ahead(101),
        Operation::UriParse => Some(Contender::new(
            PEER,
            NAME,
            |_| TOTPContext::from_uri(black_box(URI)).expect("the URI is right"),
            // Its TOTP says nothing of a given time; that it wants six digits is all that shows.
            |totp| match totp.r#gen().len() {
                6 => Answer::Number(287_082),
                _ => Answer::Done,
            },
        )),
        Operation::UriBuild => {
            let totp = totp();
            Some(Contender::text(PEER, "slauth, unescaped", move |_| {
                totp.to_uri(Some(ACCOUNT), Some(ISSUER))
            }))
        }
        _ => None,
    }
}

pub(super) fn libreauth(operation: Operation) -> Option<Contender> {
    use libreauth::hash::HashFunction;
    use libreauth::oath::{HOTP, HOTPBuilder, TOTPBuilder};
    const NAME: &str = "libreauth";
    fn hotp(secret: &[u8], hash: HashFunction, counter: u64, ahead: u64) -> HOTP {
        let mut builder = HOTPBuilder::new();
        builder
            .key(black_box(secret))
            .hash_function(hash)
            .counter(counter)
            .look_ahead(ahead);
        builder.finalize().expect("six digits are allowed")
    }
    let text = |run: fn(u64) -> String| Some(Contender::text(PEER, NAME, run));
    let totp = || {
        let mut builder = TOTPBuilder::new();
        builder.key(black_box(SECRET)).tolerance(1);
        builder.finalize().expect("six digits are allowed")
    };
    let ahead = |counters| {
        Some(Contender::accepted(PEER, NAME, move |counter| {
            hotp(SECRET, HashFunction::Sha1, counter, counters).is_valid(black_box(&MISS).as_str())
        }))
    };
    match operation {
        Operation::GenerateCold | Operation::GenerateWarm | Operation::GenerateText => {
            text(|counter| hotp(SECRET, HashFunction::Sha1, counter, 0).generate())
        }
        Operation::GenerateSha256 => {
            text(|counter| hotp(SECRET_32, HashFunction::Sha256, counter, 0).generate())
        }
        Operation::GenerateSha512 => {
            text(|counter| hotp(SECRET_64, HashFunction::Sha512, counter, 0).generate())
        }
        Operation::VerifyMissCold => verifies(operation, NAME, move |_, typed| {
            totp().is_valid(typed.as_str())
        }),
        Operation::VerifyMissWarm => {
            let totp = totp();
            verifies(operation, NAME, move |_, typed| {
                totp.is_valid(typed.as_str())
            })
        }
        Operation::LookAhead10 => ahead(10),
        Operation::LookAhead100 => ahead(100),
        _ => None,
    }
}
