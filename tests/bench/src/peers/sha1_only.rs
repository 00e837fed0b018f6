//! otp, otpauth, google-authenticator and roka-totp: SHA-1 and nothing else.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use super::common::{PEER, looped, six_digits, verifies};
use crate::inputs::{ACCOUNT, BASE32, ISSUER, MISS, PERIOD, SECRET, time};
use crate::{Contender, Operation};

pub(super) fn otp(operation: Operation) -> Option<Contender> {
    const NAME: &str = "otp";
    const STEP: Duration = Duration::from_secs(PERIOD);
    fn at(counter: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(time(counter))
    }
    fn code(counter: u64) -> u32 {
        otp::totp(black_box(SECRET), at(counter), STEP) % 1_000_000
    }
    match operation {
        Operation::GenerateCold | Operation::GenerateWarm => {
            Some(Contender::number(PEER, NAME, code))
        }
        Operation::GenerateText => Some(Contender::text(PEER, NAME, |counter| {
            six_digits(code(counter))
        })),
        _ => looped(operation, "otp, loop added", |counter, typed| {
            otp::totp_validate(black_box(SECRET), at(counter), STEP, typed.number, 6)
        }),
    }
}

pub(super) fn otpauth(operation: Operation) -> Option<Contender> {
    use otpauth::{HOTP, TOTP};
    const NAME: &str = "otpauth";
    let ahead = |trials| {
        let hotp = HOTP::from_bytes(SECRET);
        Some(Contender::accepted(PEER, NAME, move |counter| {
            hotp.verify(black_box(MISS.number), counter - 1, trials)
        }))
    };
    match operation {
        Operation::GenerateCold => Some(Contender::number(PEER, NAME, |counter| {
            TOTP::from_bytes(black_box(SECRET)).generate(PERIOD, time(counter))
        })),
        Operation::GenerateWarm => {
            let totp = TOTP::from_bytes(SECRET);
            Some(Contender::number(PEER, NAME, move |counter| {
                totp.generate(PERIOD, time(counter))
            }))
        }
        Operation::GenerateText => {
            let totp = TOTP::from_bytes(SECRET);
            Some(Contender::text(PEER, NAME, move |counter| {
                six_digits(totp.generate(PERIOD, time(counter)))
            }))
        }
        Operation::LookAhead10 => ahead(11),
        Operation::LookAhead100 => ahead(101),
        Operation::UriBuild => {
            let totp = TOTP::from_bytes(SECRET);
            Some(Contender::text(PEER, "otpauth, unescaped", move |_| {
                totp.to_uri(ACCOUNT, ISSUER)
            }))
        }
        _ => {
            let totp = TOTP::from_bytes(SECRET);
            looped(operation, "otpauth, loop added", move |counter, typed| {
                totp.verify(typed.number, PERIOD, time(counter))
            })
        }
    }
}

pub(super) fn google_authenticator(operation: Operation) -> Option<Contender> {
    use google_authenticator::GoogleAuthenticator;
    const NAME: &str = "google-authenticator";
    let authenticator = GoogleAuthenticator::new();
    match operation {
        // It reads base32 each time; there is no way to give it bytes.
        Operation::GenerateCold | Operation::GenerateWarm | Operation::GenerateText => {
            Some(Contender::text(PEER, NAME, move |counter| {
                authenticator
                    .get_code(black_box(BASE32), counter)
                    .expect("base32")
            }))
        }
        _ => verifies(operation, NAME, move |counter, typed| {
            authenticator.verify_code(black_box(BASE32), typed.as_str(), 1, counter)
        }),
    }
}

pub(super) fn roka_totp(operation: Operation) -> Option<Contender> {
    use roka_totp::{Secret, Totp};
    const NAME: &str = "roka-totp";
    let totp = |secret: &[u8]| {
        Totp::builder(Secret::from_bytes(secret))
            .issuer(ISSUER)
            .account(ACCOUNT)
            .build()
    };
    let warm = totp(SECRET);
    match operation {
        Operation::GenerateCold => Some(Contender::text(PEER, NAME, move |counter| {
            totp(black_box(SECRET)).code_at(time(counter))
        })),
        Operation::GenerateWarm | Operation::GenerateText => {
            Some(Contender::text(PEER, NAME, move |counter| {
                warm.code_at(time(counter))
            }))
        }
        Operation::UriBuild => Some(Contender::text(PEER, NAME, move |_| warm.uri())),
        _ => verifies(operation, NAME, move |counter, typed| {
            warm.verify(typed.as_str(), time(counter), 1).is_some()
        }),
    }
}
