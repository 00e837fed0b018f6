//! The home of an account as a key URI, the text of the QR code by which another authenticator
//! takes it over.

use countersign_core::{AlgorithmId, Digits, HotpState, Period};
use embedded_storage::nor_flash::MultiwriteNorFlash;
use heapless::Vec;
use zeroize::Zeroize;

use crate::credentials::{Credential, Kind, Number};
use crate::screens::name_parts;
use crate::vault::{Key, Space};
use crate::{Random, Token};

/// Bytes that a QR code of version 11 takes at the lowest level of error correction
/// (ISO/IEC 18004, table 7): the largest that 64 rows show.
const CAPACITY: usize = 321;

/// A key URI with its secret. Wiped on drop.
pub(super) struct Uri {
    text: Vec<u8, CAPACITY>,
    is_cut: bool,
}

impl Uri {
    pub(super) const fn new() -> Self {
        Self {
            text: Vec::new(),
            is_cut: false,
        }
    }

    /// Becomes the URI of the account at `position`, if that has this name; `None` if it cannot
    /// be read, or does not fit.
    ///
    /// The core writes such URIs too, but never one without an issuer, which many accounts lack.
    pub(super) fn write<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        token: &mut Token<F, R, N>,
        position: usize,
        name: &[u8],
    ) -> Option<()> {
        let credential = token.export(position).ok()?;
        if credential.name.as_bytes() != name {
            return None;
        }
        let counter = match credential.kind {
            Kind::Hotp => Some(counter(token, position)?),
            Kind::Totp => None,
        };
        self.put_all(&credential, counter);
        (!self.is_cut).then_some(())
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.text.as_slice()
    }

    fn put_all(&mut self, credential: &Credential, counter: Option<u64>) {
        let (issuer, account) = name_parts(credential.name.label());
        self.put(match credential.kind {
            Kind::Hotp => b"otpauth://hotp/",
            Kind::Totp => b"otpauth://totp/",
        });
        self.encoded(issuer.unwrap_or_default());
        // A colon in an account that has no issuer would be read as one's end.
        let mut has_colon = issuer.is_some();
        for byte in account {
            has_colon |= *byte == b':';
        }
        if has_colon {
            self.put(b":");
        }
        self.encoded(account);
        self.put(b"?secret=");
        self.base32(credential.secret.as_bytes());
        if let Some(issuer) = issuer {
            self.put(b"&issuer=");
            self.encoded(issuer);
        }
        if credential.algorithm != AlgorithmId::Sha1 {
            self.put(b"&algorithm=");
            self.put(credential.algorithm.name().as_bytes());
        }
        // Never nothing, or what stands after the code would stick to the secret.
        if credential.digits != Digits::SIX || issuer.is_none() {
            self.put(b"&digits=");
            self.number(u64::from(credential.digits.get()));
        }
        let period = credential.name.period();
        match counter {
            Some(counter) => {
                self.put(b"&counter=");
                self.number(counter);
            }
            None if period != Period::DEFAULT => {
                self.put(b"&period=");
                self.number(u64::from(period.secs()));
            }
            None => {}
        }
    }

    #[inline(never)]
    fn put(&mut self, bytes: &[u8]) {
        self.is_cut |= self.text.extend_from_slice(bytes).is_err();
    }

    /// Everything but the unreserved characters of RFC 3986 section 2.3 as `%` and two digits.
    #[inline(never)]
    fn encoded(&mut self, text: &[u8]) {
        let digit = |nibble: u8| match nibble {
            0..10 => b'0'.wrapping_add(nibble),
            _ => b'A'.wrapping_sub(10).wrapping_add(nibble),
        };
        for byte in text {
            match *byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    self.put(&[*byte]);
                }
                _ => self.put(&[b'%', digit(byte >> 4), digit(byte & 15)]),
            }
        }
    }

    /// RFC 4648 section 6, without padding. The secret is about to be on the display: nothing is
    /// to be learned from how long this takes.
    fn base32(&mut self, secret: &[u8]) {
        let mut bits: u32 = 0;
        let mut held: u32 = 0;
        for byte in secret {
            bits = bits << 8 | u32::from(*byte);
            held = held.wrapping_add(8);
            while held >= 5 {
                held = held.wrapping_sub(5);
                self.base32_digit(bits.wrapping_shr(held));
            }
        }
        if held > 0 {
            self.base32_digit(bits.wrapping_shl(5_u32.wrapping_sub(held)));
        }
    }

    fn base32_digit(&mut self, bits: u32) {
        let [.., bits] = bits.to_be_bytes();
        let digit = match bits & 31 {
            value @ 0..26 => b'A'.wrapping_add(value),
            value => b'2'.wrapping_sub(26).wrapping_add(value),
        };
        self.put(&[digit]);
    }

    fn number(&mut self, number: u64) {
        let mut figures = [0; 20];
        let mut rest = number.to_be_bytes();
        let mut unused = figures.len();
        for slot in figures.iter_mut().rev() {
            // A long division: the chips divide 32 bits and not 64.
            let mut figure: u16 = 0;
            for byte in &mut rest {
                let part = figure << 8 | u16::from(*byte);
                [_, *byte] = (part / 10).to_be_bytes();
                figure = part % 10;
            }
            let [_, figure] = figure.to_be_bytes();
            *slot = b'0'.wrapping_add(figure);
            unused = unused.wrapping_sub(1);
            if rest == [0; 8] {
                break;
            }
        }
        self.put(figures.get(unused..).unwrap_or_default());
    }
}

/// The next counter of a HOTP account, which stays.
fn counter<F: MultiwriteNorFlash, R: Random, const N: usize>(
    token: &mut Token<F, R, N>,
    position: usize,
) -> Option<u64> {
    let mut numbers = token.credentials.index().readable(Number::FIRST);
    let number = numbers.nth(position)?;
    let key = Key::of(Space::Counter, number.get());
    let mut stored = [0; HotpState::ENCODED_LEN];
    let length = token.vault.get(key, &mut stored).ok()??;
    let state = HotpState::decode(stored.get(..length)?).ok()?;
    Some(state.next_counter())
}

impl Drop for Uri {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}
