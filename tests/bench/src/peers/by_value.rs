//! onetimepassword, otp-std, otp-auth, rust-otp and totpyx: the algorithm is a value, and an object
//! holds the secret.

use std::hint::black_box;
use std::num::NonZeroU64;

use super::common::{PEER, looped, six_digits, verifies};
use crate::inputs::{ACCOUNT, ISSUER, MISS, PERIOD, SECRET, SECRET_32, SECRET_64, URI, time};
use crate::{Answer, Contender, Operation};

pub(super) fn onetimepassword(operation: Operation) -> Option<Contender> {
    use onetimepassword::{Algorithm, Totp};
    const NAME: &str = "onetimepassword";
    const STEP: NonZeroU64 = NonZeroU64::new(PERIOD).expect("not zero");
    fn totp<const N: usize>(secret: &'static [u8; N], algorithm: Algorithm) -> Totp<'static> {
        Totp::new(secret, algorithm, 6, STEP, 0).expect("six digits are allowed")
    }
    let warm = |totp: Totp<'static>| {
        Some(Contender::text(PEER, NAME, move |counter| {
            totp.generate(time(counter))
                .expect("a key may have any length")
        }))
    };
    match operation {
        Operation::GenerateCold => Some(Contender::text(PEER, NAME, |counter| {
            totp(black_box(SECRET), Algorithm::Sha1)
                .generate(time(counter))
                .expect("a key may have any length")
        })),
        Operation::GenerateWarm | Operation::GenerateText => warm(totp(SECRET, Algorithm::Sha1)),
        Operation::GenerateSha256 => warm(totp(SECRET_32, Algorithm::Sha256)),
        Operation::GenerateSha512 => warm(totp(SECRET_64, Algorithm::Sha512)),
        _ => {
            let totp = totp(SECRET, Algorithm::Sha1);
            verifies(operation, NAME, move |counter, typed| {
                let verdict = totp.verify(typed.as_str(), time(counter), 1);
                verdict.expect("a key may have any length")
            })
        }
    }
}

pub(super) fn otp_std(operation: Operation) -> Option<Contender> {
    use otp_std::{Algorithm, Auth, Base, Label, Otp, Part, Secret, Totp};
    const NAME: &str = "otp-std";
    fn totp(secret: &'static [u8], algorithm: Algorithm) -> Totp<'static> {
        let secret = Secret::borrowed(secret).expect("long enough");
        let base = Base::builder().secret(secret).algorithm(algorithm).build();
        Totp::builder().base(base).build()
    }
    let warm = |totp: Totp<'static>| {
        Some(Contender::number(PEER, NAME, move |counter| {
            totp.generate_at(time(counter))
        }))
    };
    match operation {
        Operation::GenerateCold => Some(Contender::number(PEER, NAME, |counter| {
            totp(black_box(SECRET), Algorithm::Sha1).generate_at(time(counter))
        })),
        Operation::GenerateWarm => warm(totp(SECRET, Algorithm::Sha1)),
        Operation::GenerateSha256 => warm(totp(SECRET_32, Algorithm::Sha256)),
        Operation::GenerateSha512 => warm(totp(SECRET_64, Algorithm::Sha512)),
        Operation::GenerateText => {
            let totp = totp(SECRET, Algorithm::Sha1);
            Some(Contender::text(PEER, NAME, move |counter| {
                totp.generate_string_at(time(counter))
            }))
        }
        Operation::UriParse => Some(Contender::new(
            PEER,
            NAME,
            |_| Auth::parse_url(black_box(URI)).expect("the URI is right"),
            |auth| match auth.otp {
                Otp::Totp(totp) => Answer::Number(totp.generate_at(time(1)).into()),
                Otp::Hotp(_) => Answer::Done,
            },
        )),
        Operation::UriBuild => {
            let otp = Otp::Totp(totp(SECRET, Algorithm::Sha1));
            let part = |text: &'static str| Part::borrowed(text).expect("not empty");
            let label = Label::builder()
                .issuer(part(ISSUER))
                .user(part(ACCOUNT))
                .build();
            let auth = Auth::builder().otp(otp).label(label).build();
            Some(Contender::text(PEER, NAME, move |_| {
                String::from(auth.build_url())
            }))
        }
        _ => {
            let totp = totp(SECRET, Algorithm::Sha1);
            verifies(operation, NAME, move |counter, typed| {
                totp.verify_string_at(time(counter), typed.as_str())
            })
        }
    }
}

pub(super) fn otp_auth(operation: Operation) -> Option<Contender> {
    use otp_auth_crate::{Algorithm, Secret, Totp};
    const NAME: &str = "otp-auth";
    let totp = |algorithm, secret: &[u8]| {
        let secret = Secret::from_bytes(secret);
        Totp::new(algorithm, ISSUER.into(), ACCOUNT.into(), 6, PERIOD, secret)
    };
    let warm = |totp: Totp| {
        Some(Contender::number(PEER, NAME, move |counter| {
            totp.generate_at(time(counter))
        }))
    };
    match operation {
        Operation::GenerateWarm => warm(totp(Algorithm::SHA1, SECRET)),
        Operation::GenerateSha256 => warm(totp(Algorithm::SHA256, SECRET_32)),
        Operation::GenerateSha512 => warm(totp(Algorithm::SHA512, SECRET_64)),
        Operation::GenerateCold => Some(Contender::number(PEER, NAME, move |counter| {
            totp(Algorithm::SHA1, black_box(SECRET)).generate_at(time(counter))
        })),
        Operation::GenerateText => {
            let totp = totp(Algorithm::SHA1, SECRET);
            Some(Contender::text(PEER, NAME, move |counter| {
                six_digits(totp.generate_at(time(counter)))
            }))
        }
        Operation::UriParse => Some(Contender::new(
            PEER,
            NAME,
            |_| Totp::from_uri(black_box(URI)),
            |totp| {
                totp.map_or(Answer::Done, |totp| {
                    Answer::Number(totp.generate_at(time(1)).into())
                })
            },
        )),
        Operation::UriBuild => {
            let totp = totp(Algorithm::SHA1, SECRET);
            Some(Contender::text(PEER, NAME, move |_| totp.to_uri()))
        }
        _ => {
            let totp = totp(Algorithm::SHA1, SECRET);
            verifies(operation, NAME, move |counter, typed| {
                totp.verify(typed.number, time(counter), 1)
            })
        }
    }
}

pub(super) fn rust_otp(operation: Operation) -> Option<Contender> {
    use rust_otp::{Algorithm, TOTP};
    const NAME: &str = "rust-otp";
    let totp = |algorithm, secret: &[u8]| TOTP::new(secret.to_vec(), algorithm, 6, PERIOD);
    let warm = |totp: TOTP| {
        Some(Contender::number(PEER, NAME, move |counter| {
            totp.generate_at(time(counter))
        }))
    };
    match operation {
        Operation::GenerateWarm => warm(totp(Algorithm::SHA1, SECRET)),
        Operation::GenerateSha256 => warm(totp(Algorithm::SHA256, SECRET_32)),
        Operation::GenerateSha512 => warm(totp(Algorithm::SHA512, SECRET_64)),
        Operation::GenerateCold => Some(Contender::number(PEER, NAME, move |counter| {
            totp(Algorithm::SHA1, black_box(SECRET)).generate_at(time(counter))
        })),
        Operation::GenerateText => {
            let totp = totp(Algorithm::SHA1, SECRET);
            Some(Contender::text(PEER, NAME, move |counter| {
                totp.generate_formatted_at(time(counter))
            }))
        }
        _ => {
            let totp = totp(Algorithm::SHA1, SECRET);
            verifies(operation, NAME, move |counter, typed| {
                totp.verify_at(typed.number, time(counter), 1)
            })
        }
    }
}

pub(super) fn totpyx(operation: Operation) -> Option<Contender> {
    use totpyx::crypto::HashAlgo;
    use totpyx::totp::generate_totp;
    const NAME: &str = "totpyx";
    fn code(secret: &[u8], counter: u64, hash: HashAlgo) -> String {
        generate_totp(black_box(secret), time(counter), PERIOD, 0, 6, hash).expect("six digits")
    }
    let text = |run: fn(u64) -> String| Some(Contender::text(PEER, NAME, run));
    match operation {
        Operation::GenerateCold | Operation::GenerateWarm | Operation::GenerateText => {
            text(|counter| code(SECRET, counter, HashAlgo::Sha1))
        }
        Operation::GenerateSha256 => text(|counter| code(SECRET_32, counter, HashAlgo::Sha256)),
        Operation::GenerateSha512 => text(|counter| code(SECRET_64, counter, HashAlgo::Sha512)),
        Operation::LookAhead10 => Some(Contender::accepted(PEER, "totpyx, loop added", |first| {
            (first..first + 11)
                .any(|counter| code(SECRET, counter, HashAlgo::Sha1) == black_box(&MISS).as_str())
        })),
        _ => looped(operation, "totpyx, loop added", |counter, typed| {
            code(SECRET, counter, HashAlgo::Sha1) == typed.as_str()
        }),
    }
}
