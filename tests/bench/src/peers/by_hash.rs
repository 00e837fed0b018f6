//! otp-simple, `totp_embed`, totp-lite, thotp and minotp: the hash is a type parameter, and nothing
//! is kept from one call to the next.

use std::hint::black_box;

use hmac::digest::{Digest, common::BlockSizeUser};
use minotp::GenerateOtp;
use sha1_010::Sha1;
use sha2_010::{Sha256, Sha512};

use super::common::{PEER, looped, six_digits, verifies};
use crate::inputs::{MISS, PERIOD, SECRET, SECRET_32, SECRET_64, time};
use crate::{Contender, Operation};

pub(super) fn otp_simple(operation: Operation) -> Option<Contender> {
    const NAME: &str = "otp-simple";
    let ahead = |counters| {
        Some(Contender::accepted(PEER, NAME, move |counter| {
            let typed = black_box(MISS.number);
            otp_simple::check_hotp::<Sha1>(counter, black_box(SECRET), 6, counters, typed)
        }))
    };
    match operation {
        Operation::GenerateCold | Operation::GenerateWarm => {
            Some(Contender::number(PEER, NAME, |counter| {
                otp_simple::totp::<Sha1>(time(counter), PERIOD, black_box(SECRET), 6)
            }))
        }
        Operation::GenerateText => Some(Contender::text(PEER, NAME, |counter| {
            let secret = black_box(SECRET);
            six_digits(otp_simple::totp::<Sha1>(time(counter), PERIOD, secret, 6))
        })),
        Operation::GenerateSha256 => Some(Contender::number(PEER, NAME, |counter| {
            otp_simple::totp::<Sha256>(time(counter), PERIOD, black_box(SECRET_32), 6)
        })),
        Operation::GenerateSha512 => Some(Contender::number(PEER, NAME, |counter| {
            otp_simple::totp::<Sha512>(time(counter), PERIOD, black_box(SECRET_64), 6)
        })),
        Operation::LookAhead10 => ahead(10),
        Operation::LookAhead100 => ahead(100),
        _ => verifies(operation, NAME, |counter, typed| {
            let (secret, window) = (black_box(SECRET), (1, 1));
            let time = time(counter);
            otp_simple::check_totp::<Sha1>(time, PERIOD, secret, 6, window, typed.number)
        }),
    }
}

pub(super) fn totp_embed(operation: Operation) -> Option<Contender> {
    const NAME: &str = "totp_embed";
    use totp_embed::totp_custom;
    match operation {
        Operation::GenerateCold | Operation::GenerateWarm => {
            Some(Contender::number(PEER, NAME, |counter| {
                totp_custom::<totp_embed::Sha1>(PERIOD, 6, black_box(SECRET), time(counter))
            }))
        }
        Operation::GenerateText => Some(Contender::text(PEER, NAME, |counter| {
            let secret = black_box(SECRET);
            six_digits(totp_custom::<totp_embed::Sha1>(
                PERIOD,
                6,
                secret,
                time(counter),
            ))
        })),
        Operation::GenerateSha256 => Some(Contender::number(PEER, NAME, |counter| {
            totp_custom::<totp_embed::Sha256>(PERIOD, 6, black_box(SECRET_32), time(counter))
        })),
        Operation::GenerateSha512 => Some(Contender::number(PEER, NAME, |counter| {
            totp_custom::<totp_embed::Sha512>(PERIOD, 6, black_box(SECRET_64), time(counter))
        })),
        _ => looped(operation, "totp_embed, loop added", |counter, typed| {
            let secret = black_box(SECRET);
            let code = totp_custom::<totp_embed::Sha1>(PERIOD, 6, secret, time(counter));
            code == u64::from(typed.number)
        }),
    }
}

pub(super) fn totp_lite(operation: Operation) -> Option<Contender> {
    const NAME: &str = "totp-lite";
    use totp_lite::totp_custom;
    match operation {
        Operation::GenerateCold | Operation::GenerateWarm | Operation::GenerateText => {
            Some(Contender::text(PEER, NAME, |counter| {
                totp_custom::<totp_lite::Sha1>(PERIOD, 6, black_box(SECRET), time(counter))
            }))
        }
        Operation::GenerateSha256 => Some(Contender::text(PEER, NAME, |counter| {
            totp_custom::<totp_lite::Sha256>(PERIOD, 6, black_box(SECRET_32), time(counter))
        })),
        Operation::GenerateSha512 => Some(Contender::text(PEER, NAME, |counter| {
            totp_custom::<totp_lite::Sha512>(PERIOD, 6, black_box(SECRET_64), time(counter))
        })),
        _ => looped(operation, "totp-lite, loop added", |counter, typed| {
            let secret = black_box(SECRET);
            totp_custom::<totp_lite::Sha1>(PERIOD, 6, secret, time(counter)) == typed.as_str()
        }),
    }
}

pub(super) fn thotp(operation: Operation) -> Option<Contender> {
    const NAME: &str = "thotp";
    use thotp::custom::{otp_custom, verify_hotp_custom, verify_totp_custom};
    let ahead = |counters| {
        Some(Contender::accepted(PEER, NAME, move |counter| {
            let typed = black_box(&MISS).as_str();
            verify_hotp_custom::<Sha1>(typed, black_box(SECRET), counter, counters, 6)
                .expect("six digits are allowed")
                .0
        }))
    };
    match operation {
        Operation::GenerateCold | Operation::GenerateWarm | Operation::GenerateText => {
            Some(Contender::text(PEER, NAME, |counter| {
                otp_custom::<Sha1>(black_box(SECRET), counter, 6).expect("six digits")
            }))
        }
        Operation::GenerateSha256 => Some(Contender::text(PEER, NAME, |counter| {
            otp_custom::<Sha256>(black_box(SECRET_32), counter, 6).expect("six digits")
        })),
        Operation::GenerateSha512 => Some(Contender::text(PEER, NAME, |counter| {
            otp_custom::<Sha512>(black_box(SECRET_64), counter, 6).expect("six digits")
        })),
        Operation::LookAhead10 => ahead(10),
        Operation::LookAhead100 => ahead(100),
        _ => verifies(operation, NAME, |counter, typed| {
            verify_totp_custom::<Sha1>(typed.as_str(), black_box(SECRET), time(counter), 6, 30, 1)
                .expect("six digits are allowed")
                .0
        }),
    }
}

pub(super) fn minotp(operation: Operation) -> Option<Contender> {
    const NAME: &str = "minotp";
    fn totp<D: Digest + BlockSizeUser>(secret: &[u8], counter: u64) -> minotp::Totp<D> {
        minotp::Totp::new(secret, 30, time(counter)).expect("a key may have any length")
    }
    match operation {
        Operation::GenerateCold | Operation::GenerateWarm => {
            Some(Contender::number(PEER, NAME, |counter| {
                totp::<sha1::Sha1>(black_box(SECRET), counter).generate(6)
            }))
        }
        Operation::GenerateText => Some(Contender::text(PEER, NAME, |counter| {
            totp::<sha1::Sha1>(black_box(SECRET), counter).generate_str(6)
        })),
        Operation::GenerateSha256 => Some(Contender::number(PEER, NAME, |counter| {
            totp::<sha2::Sha256>(black_box(SECRET_32), counter).generate(6)
        })),
        Operation::GenerateSha512 => Some(Contender::number(PEER, NAME, |counter| {
            totp::<sha2::Sha512>(black_box(SECRET_64), counter).generate(6)
        })),
        _ => looped(operation, "minotp, loop added", |counter, typed| {
            totp::<sha1::Sha1>(black_box(SECRET), counter).generate(6) == typed.number
        }),
    }
}
