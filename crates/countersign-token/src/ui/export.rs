//! The home of an account as a key URI, the text of the QR code by which another authenticator
//! takes it over.

use countersign_core::{AlgorithmId, Digits, HotpState, Period, SharedSecret};
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
pub(super) struct Uri(Vec<u8, CAPACITY>);

impl Uri {
    /// The URI of the account at `position`; `None` if it cannot be read, or does not fit.
    ///
    /// The core writes such URIs too, but never one without an issuer, which many accounts lack.
    pub(super) fn of<F: MultiwriteNorFlash, R: Random, const N: usize>(
        token: &mut Token<F, R, N>,
        position: usize,
        name: &[u8],
    ) -> Option<Self> {
        let credential = token.export(position).ok()?;
        if credential.name.as_bytes() != name {
            return None;
        }
        let counter = match credential.kind {
            Kind::Hotp => Some(counter(token, position)?),
            Kind::Totp => None,
        };
        let mut uri = Self(Vec::new());
        uri.write(&credential, counter).map(|()| uri)
    }

    /// The text.
    pub(super) fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn write(&mut self, credential: &Credential, counter: Option<u64>) -> Option<()> {
        // Only text has a place in a URI.
        let (issuer, account) = name_parts(credential.name.label_text()?.as_bytes());
        self.text(if counter.is_some() {
            "otpauth://hotp/"
        } else {
            "otpauth://totp/"
        })?;
        if let Some(issuer) = issuer {
            self.encoded(issuer)?;
        }
        // A colon in an account that has no issuer would be read as one's end.
        if issuer.is_some() || account.contains(&b':') {
            self.text(":")?;
        }
        self.encoded(account)?;
        self.text("?secret=")?;
        let (secret, _) = SharedSecret::import_weak(credential.secret.as_bytes()).ok()?;
        self.text(secret.to_base32().as_str())?;
        if let Some(issuer) = issuer {
            self.text("&issuer=")?;
            self.encoded(issuer)?;
        }
        if credential.algorithm != AlgorithmId::Sha1 {
            self.text("&algorithm=")?;
            self.text(credential.algorithm.name())?;
        }
        // Never nothing, or what stands after the code would stick to the secret.
        if credential.digits != Digits::SIX || issuer.is_none() {
            self.text("&digits=")?;
            self.number(u64::from(credential.digits.get()))?;
        }
        let period = credential.name.period();
        match counter {
            Some(counter) => {
                self.text("&counter=")?;
                self.number(counter)
            }
            None if period != Period::DEFAULT => {
                self.text("&period=")?;
                self.number(u64::from(period.secs()))
            }
            None => Some(()),
        }
    }

    fn text(&mut self, text: &str) -> Option<()> {
        self.0.extend_from_slice(text.as_bytes()).ok()
    }

    /// Everything but the unreserved characters of RFC 3986 section 2.3 as `%` and two digits.
    fn encoded(&mut self, text: &[u8]) -> Option<()> {
        let digit = |nibble: u8| match nibble {
            0..10 => b'0'.wrapping_add(nibble),
            _ => b'A'.wrapping_sub(10).wrapping_add(nibble),
        };
        for byte in text {
            match *byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    self.0.push(*byte).ok()?;
                }
                _ => {
                    let escape = [b'%', digit(byte >> 4), digit(byte & 15)];
                    self.0.extend_from_slice(&escape).ok()?;
                }
            }
        }
        Some(())
    }

    fn number(&mut self, number: u64) -> Option<()> {
        let mut figures = [0; 20];
        let mut rest = number;
        let mut unused = figures.len();
        for slot in figures.iter_mut().rev() {
            *slot = b'0'.wrapping_add(u8::try_from(rest % 10).ok()?);
            unused = unused.saturating_sub(1);
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.0.extend_from_slice(figures.get(unused..)?).ok()
    }
}

/// The next counter of a HOTP account, which stays.
fn counter<F: MultiwriteNorFlash, R: Random, const N: usize>(
    token: &mut Token<F, R, N>,
    position: usize,
) -> Option<u64> {
    let mut numbers = token.credentials.index().readable(Number::FIRST);
    let number = numbers.nth(position)?;
    drop(numbers);
    let key = Key::of(Space::Counter, number.get());
    let mut stored = [0; HotpState::ENCODED_LEN];
    let length = token.vault.get(key, &mut stored).ok()??;
    let state = HotpState::decode(stored.get(..length)?).ok()?;
    Some(state.next_counter())
}

impl Drop for Uri {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
