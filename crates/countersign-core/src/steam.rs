//! The home of Steam Guard codes: TOTP (RFC 6238) with SHA-1 and steps of 30 seconds, shown as five
//! symbols of an alphabet of 26 in place of decimal digits.
//!
//! No standard describes them. What is here is what Steam's own app and every program that stands
//! in for it compute: the truncated value of RFC 4226 §5.3, written to base 26 with the lowest
//! place first. A program that does not name [`SteamGuard`] links nothing of it.

use core::fmt;

use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

use crate::{
    Code, Digits, Sha1, SharedSecret, Totp, TotpParams, TotpState, TotpVerdict, UnixTime, Window,
};

/// A generator and verifier of Steam Guard codes for one secret.
///
/// ```
/// use countersign_core::{SharedSecret, SteamGuard, TotpState, TotpVerdict, UnixTime, Window};
///
/// let secret = SharedSecret::from_bytes(b"12345678901234567890")?;
/// let guard = SteamGuard::new(&secret);
/// let now = UnixTime::from_secs(59)?;
/// let code = guard.generate(now);
/// assert_eq!(code.as_str(), "PV9M4");
/// let verdict = guard.verify(&code, now, Window::DEFAULT, TotpState::NEW);
/// assert!(matches!(verdict, TotpVerdict::Accepted(_)));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SteamGuard {
    /// With ten digits, which hold all of a truncated value.
    totp: Totp<Sha1>,
}

impl SteamGuard {
    /// Prepares a secret.
    #[must_use]
    pub fn new(secret: &SharedSecret) -> Self {
        let params = TotpParams {
            digits: Digits::MAX,
            ..TotpParams::DEFAULT
        };
        Self {
            totp: Totp::new(secret, params),
        }
    }

    /// The code of now.
    #[must_use]
    pub fn generate(&self, now: UnixTime) -> SteamCode {
        // There is no time before 1970, where the steps begin, so there is no failure to report.
        let code = self.totp.generate(now);
        let mut truncated = code.map_or(0, |code| number(&code));
        let steam_code = SteamCode::from_number(truncated);
        truncated.zeroize();
        steam_code
    }

    /// Looks for a code in the window around now, as [`Totp::verify`] does, with the same state
    /// and the same promises.
    pub fn verify(
        &self,
        code: &SteamCode,
        now: UnixTime,
        window: Window,
        state: TotpState,
    ) -> TotpVerdict {
        let mut typed = code.number();
        let verdict = self.totp.verify_by(
            |truncated| divided(truncated.into(), CODES).1.ct_eq(&typed).into(),
            now,
            window,
            state,
        );
        typed.zeroize();
        verdict
    }
}

/// A Steam Guard code: five symbols of `23456789BCDFGHJKMNPQRTVWXY`.
///
/// It is a secret for as long as it is valid: never shown by `Debug`, wiped on drop, and like
/// [`Code`] without `==`.
#[derive(Clone)]
pub struct SteamCode {
    /// All of the alphabet.
    text: [u8; Self::LEN],
}

/// The text is not a Steam Guard code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SteamCodeError {
    /// Not five bytes.
    Length,
    /// A symbol that no code has.
    Alphabet,
}

impl SteamCode {
    /// How many symbols it has.
    pub const LEN: usize = 5;

    /// Reads a code as it was typed, in upper or lower case. Nothing is trimmed. The cases are
    /// spellings of one code, so another spelling is no new try.
    ///
    /// # Errors
    /// [`SteamCodeError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, SteamCodeError> {
        if text.len() != Self::LEN {
            return Err(SteamCodeError::Length);
        }
        let mut code = Self {
            text: [0; Self::LEN],
        };
        for (slot, byte) in code.text.iter_mut().zip(text.bytes()) {
            *slot = byte.to_ascii_uppercase();
            if !ALPHABET.contains(slot) {
                return Err(SteamCodeError::Alphabet);
            }
        }
        Ok(code)
    }

    /// The symbols as text, for a screen. Do not log it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.text).unwrap_or_default()
    }

    /// The code of a truncated value, at constant addresses and without division.
    fn from_number(truncated: u64) -> Self {
        let mut code = Self {
            text: [0; Self::LEN],
        };
        let mut rest = truncated;
        for slot in &mut code.text {
            let (quotient, place) = divided(rest, SYMBOLS);
            for (symbol, value) in ALPHABET.iter().zip(0_u64..) {
                slot.conditional_assign(symbol, value.ct_eq(&place));
            }
            rest = quotient;
        }
        rest.zeroize();
        code
    }

    /// The truncated value, as far as the code tells it.
    fn number(&self) -> u64 {
        let places = self.text.iter().rev();
        places.fold(0, |number, typed| {
            let mut place = 0;
            for (symbol, value) in ALPHABET.iter().zip(0_u64..) {
                place.conditional_assign(&value, symbol.ct_eq(typed));
            }
            number.wrapping_mul(SYMBOLS.value).wrapping_add(place)
        })
    }
}

impl Drop for SteamCode {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

impl fmt::Debug for SteamCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SteamCode(..)")
    }
}

impl fmt::Display for SteamCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "a Steam Guard code has five symbols",
            Self::Alphabet => "the code has a symbol that no Steam Guard code has",
        })
    }
}

impl core::error::Error for SteamCodeError {}

/// The number that a decimal code is.
fn number(code: &Code) -> u64 {
    code.as_bytes().iter().fold(0, |number: u64, byte| {
        number
            .wrapping_mul(10)
            .wrapping_add(byte.wrapping_sub(b'0').into())
    })
}

/// A divisor, and its reciprocal, that is exact for numbers of 31 bits: `2^shift / value`, rounded
/// up, where `value * 2^31` is at most `2^shift`.
#[derive(Clone, Copy)]
struct Divisor {
    value: u64,
    reciprocal: u64,
    shift: u32,
}

/// Quotient and remainder. There is no division in it: that is a loop or an instruction of varying
/// length on small processors, and the number is secret.
fn divided(number: u64, by: Divisor) -> (u64, u64) {
    let quotient = number.wrapping_mul(by.reciprocal) >> by.shift;
    (
        quotient,
        number.wrapping_sub(quotient.wrapping_mul(by.value)),
    )
}

const ALPHABET: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";

const SYMBOLS: Divisor = Divisor {
    value: 26,
    reciprocal: 2_643_056_798,
    shift: 36,
};

/// As many codes as there are: 26 to the fifth.
const CODES: Divisor = Divisor {
    value: 11_881_376,
    reciprocal: 3_032_375_798,
    shift: 55,
};
