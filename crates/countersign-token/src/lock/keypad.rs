//! The home of the keypad: from single keys to a user number, a PIN and a code.
//!
//! It is pure: keys and the time since the start go in, what the person should see comes out.
//!
//! ```text
//!  number ──#──► PIN ──#──► code ──#──► Entry
//!     * clears the field, or all if the field is empty; 15 s without a key clear all
//! ```

use countersign_core::Code;
use zeroize::Zeroize;

use super::UserNumber;
use crate::Pin;

/// A key of the keypad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// 0 to 9.
    Digit(Digit),
    /// `*`: away with what was typed.
    Clear,
    /// `#`: the field is complete.
    Enter,
}

/// A digit, 0 to 9.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digit(u8);

impl core::fmt::Debug for Digit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Digit(..)")
    }
}

impl Key {
    /// The key that sends this ASCII character: `0` to `9`, `*` or `#`.
    #[must_use]
    pub const fn from_ascii(byte: u8) -> Option<Self> {
        match byte {
            b'0'..=b'9' => Some(Self::Digit(Digit(byte))),
            b'*' => Some(Self::Clear),
            b'#' => Some(Self::Enter),
            _ => None,
        }
    }
}

/// What is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The user number, 1 or 2 digits.
    User,
    /// The PIN, 4 to 8 digits.
    Pin,
    /// The code, 6 to 8 digits.
    Code,
}

/// Everything that a person typed to open the door. Not shown by `Debug`, wiped on drop.
pub struct Entry {
    /// Who it claims to be.
    pub user: UserNumber,
    /// The first factor.
    pub pin: Pin,
    /// The second.
    pub code: Code,
}

impl core::fmt::Debug for Entry {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Entry(..)")
    }
}

/// What a key came to.
#[derive(Debug)]
pub enum Typed {
    /// So many digits of this field are there; show as many dots.
    Progress(Field, u8),
    /// Nothing is typed any more: somebody cleared it.
    Cleared,
    /// Nothing is typed any more: it took too long.
    TimedOut,
    /// Nothing is typed any more: a field was too short, too long or no user number. It was no
    /// guess, and nothing was compared.
    Malformed,
    /// All is there.
    Entry(Entry),
}

/// What has been typed so far. Wiped on drop.
pub struct Keypad {
    field: Field,
    user: Option<UserNumber>,
    pin: Option<Pin>,
    digits: heapless::Vec<u8, MAX_DIGITS>,
    /// More digits than any field has were typed.
    too_long: bool,
    last_key: u64,
}

impl Keypad {
    /// After so many milliseconds without a key all is cleared.
    pub const TIME_OUT_MILLIS: u64 = 15_000;

    /// Nothing typed.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            field: Field::User,
            user: None,
            pin: None,
            digits: heapless::Vec::new(),
            too_long: false,
            last_key: 0,
        }
    }

    /// Takes a key.
    pub fn press(&mut self, key: Key, uptime_millis: u64) -> Typed {
        // A key that comes after the time is up begins anew.
        let _ = self.tick(uptime_millis);
        self.last_key = uptime_millis;
        match key {
            Key::Digit(Digit(digit)) => {
                self.too_long |= self.digits.push(digit).is_err();
                self.progress()
            }
            Key::Clear if self.digits.is_empty() => {
                self.clear();
                Typed::Cleared
            }
            Key::Clear => {
                self.clear_field();
                self.progress()
            }
            Key::Enter => self.enter(),
        }
    }

    /// Clears all if the last key is too long ago.
    pub fn tick(&mut self, uptime_millis: u64) -> Option<Typed> {
        let waited = uptime_millis.saturating_sub(self.last_key);
        if self.is_idle() || waited < Self::TIME_OUT_MILLIS {
            return None;
        }
        self.clear();
        Some(Typed::TimedOut)
    }

    /// Whether nothing is typed.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.field == Field::User && self.digits.is_empty()
    }

    fn enter(&mut self) -> Typed {
        let accepted = match self.field {
            _ if self.too_long => None,
            Field::User => self.user_number().map(|user| self.user = Some(user)),
            Field::Pin => Pin::from_digits(&self.digits)
                .ok()
                .map(|pin| self.pin = Some(pin)),
            Field::Code => return self.entry(),
        };
        if accepted.is_none() {
            self.clear();
            return Typed::Malformed;
        }
        self.field = match self.field {
            Field::User => Field::Pin,
            Field::Pin | Field::Code => Field::Code,
        };
        self.clear_field();
        self.progress()
    }

    fn entry(&mut self) -> Typed {
        let code = core::str::from_utf8(&self.digits)
            .ok()
            .filter(|_| !self.too_long)
            .and_then(|text| Code::parse(text).ok());
        let typed = match (self.user.take(), self.pin.take(), code) {
            (Some(user), Some(pin), Some(code)) => Typed::Entry(Entry { user, pin, code }),
            _ => Typed::Malformed,
        };
        self.clear();
        typed
    }

    fn user_number(&self) -> Option<UserNumber> {
        let value = |digit: u8| digit.saturating_sub(b'0');
        match *self.digits.as_slice() {
            [ones] => UserNumber::new(value(ones)),
            [tens, ones] => {
                UserNumber::new(value(tens).saturating_mul(10).saturating_add(value(ones)))
            }
            _ => None,
        }
    }

    fn progress(&self) -> Typed {
        let count = u8::try_from(self.digits.len()).unwrap_or(u8::MAX);
        Typed::Progress(self.field, count)
    }

    fn clear(&mut self) {
        self.field = Field::User;
        (self.user, self.pin) = (None, None);
        self.clear_field();
    }

    fn clear_field(&mut self) {
        self.digits.zeroize();
        self.too_long = false;
    }
}

impl Default for Keypad {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Keypad {
    fn drop(&mut self) {
        self.clear();
    }
}

impl core::fmt::Debug for Keypad {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Keypad(..)")
    }
}

/// As many as the longest field has.
const MAX_DIGITS: usize = 8;
