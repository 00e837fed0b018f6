//! totp-rfc: constant work, and whatever it touches is wiped.

use std::hint::black_box;

use totp_rfc::{Algorithm, Code, Digits, Hotp, Secret, Totp, ValidationWindow};

use super::common::{PEER, verifies};
use crate::ascii::Ascii;
use crate::inputs::{MISS, PERIOD, SECRET, SECRET_32, SECRET_64, time};
use crate::{Contender, Operation};

const NAME: &str = "totp-rfc";

pub(super) fn contender(operation: Operation) -> Option<Contender> {
    match operation {
        Operation::GenerateCold | Operation::GenerateWarm => {
            number(|counter| code(Algorithm::Sha1, SECRET, counter))
        }
        Operation::GenerateSha256 => number(|counter| code(Algorithm::Sha256, SECRET_32, counter)),
        Operation::GenerateSha512 => number(|counter| code(Algorithm::Sha512, SECRET_64, counter)),
        Operation::GenerateText => Some(Contender::text(PEER, NAME, |counter| {
            Ascii::of(format_args!("{}", code(Algorithm::Sha1, SECRET, counter)))
        })),
        Operation::LookAhead10 => ahead(10),
        Operation::LookAhead100 => ahead(100),
        _ => verifies(operation, NAME, |counter, typed| {
            let window = ValidationWindow::new(1, 1);
            totp(Algorithm::Sha1)
                .verify_window(&secret(SECRET), time(counter), window, typed.as_str())
                .expect("six digits")
                .is_some()
        }),
    }
}

fn number(run: fn(u64) -> Code) -> Option<Contender> {
    Some(Contender::number(PEER, NAME, move |counter| {
        run(counter).value()
    }))
}

fn ahead(counters: u16) -> Option<Contender> {
    Some(Contender::accepted(PEER, NAME, move |counter| {
        Hotp::new(Digits::SIX)
            .verify_window(
                &secret(SECRET),
                counter,
                counters,
                black_box(&MISS).as_str(),
            )
            .expect("six digits")
            .is_some()
    }))
}

fn code(algorithm: Algorithm, bytes: &'static [u8], counter: u64) -> Code {
    totp(algorithm)
        .generate(&secret(bytes), time(counter))
        .expect("after 1970")
}

fn totp(algorithm: Algorithm) -> Totp {
    Totp::new(algorithm, Digits::SIX, PERIOD, 0).expect("thirty seconds are allowed")
}

fn secret(bytes: &'static [u8]) -> Secret<'static> {
    Secret::new(black_box(bytes)).expect("long enough")
}
