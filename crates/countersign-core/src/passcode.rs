//! The home of delivered codes: issue, digest, lifetime, number of guesses.

use crate::bytes::{Reader, Writer, decoded, encoded};
use crate::{Algorithm, Code, DecodeError, Digits, Entropy, Keyed, Tag, UnixTime};

/// What a delivered code is good for. A code issued for one purpose, address or sign-in is worth
/// nothing for another (OWASP ASVS 5.0, 6.6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// What the code proves; the numbers are the caller's, except those of [`Scope::SIGN_IN_SMS`]
    /// and its siblings.
    pub purpose: u8,
    /// The sign-in or set-up that the code was asked for in, or zeros.
    pub binding: [u8; 16],
    /// The address that it was sent to.
    pub destination: Destination,
}

impl Scope {
    /// Purpose: a second factor at sign-in, by text message.
    pub const SIGN_IN_SMS: u8 = 1;
    /// Purpose: a second factor at sign-in, by e-mail.
    pub const SIGN_IN_EMAIL: u8 = 2;
    /// Purpose: setting up e-mail as a factor during sign-in.
    pub const SET_UP_EMAIL: u8 = 3;
    /// Purposes from this number on are for callers to give meaning to.
    pub const FIRST_FREE: u8 = 16;
}

/// Names a delivery address without holding it: the first 16 bytes of a digest that the caller
/// makes of the address in its canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Destination(pub [u8; 16]);

/// A delivered code that has not been answered yet, stored as a salted digest.
///
/// A digest of six digits can be guessed by whoever reads it, salted or not: seal the record that
/// holds it.
///
/// ```
/// use countersign_core::{
///     Destination, Digits, Entropy, Passcode, PasscodeVerdict, Scope, Sha256, UnixTime,
/// };
/// # let fresh = Entropy::from_bytes([7; Entropy::LEN]);
/// # let now = UnixTime::from_secs(1_800_000_000)?;
/// let scope = Scope {
///     purpose: Scope::FIRST_FREE, // "confirms an address", say
///     binding: [0; 16],
///     destination: Destination([0x42; 16]),
/// };
/// let (mut kept, code) = Passcode::issue::<Sha256>(scope, Digits::SIX, now, 600, fresh);
/// // Store `kept`, then deliver `code`. When an answer comes:
/// match kept.answer::<Sha256>(&code, &scope, now) {
///     PasscodeVerdict::Accepted => {} // remove `kept` from the store, then act
///     PasscodeVerdict::Mismatch => panic!("store `kept`, which has a guess less, then refuse"),
///     PasscodeVerdict::Expired => panic!("refuse"),
/// }
/// # Ok::<(), countersign_core::TimeOutOfRange>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Passcode {
    salt: [u8; 16],
    digest: [u8; 16],
    scope: Scope,
    issued_at: UnixTime,
    expires_at: UnixTime,
    guesses_left: u8,
}

/// What an answer to a [`Passcode`] came to.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasscodeVerdict {
    /// It is the code. Remove the passcode before acting on it.
    Accepted,
    /// It is not; one guess has been spent.
    Mismatch,
    /// There is no guess or no time left, or the code was for something else. Nothing was
    /// compared.
    Expired,
}

impl Passcode {
    /// Bytes of the stored form.
    pub const ENCODED_LEN: usize = Self::LEN.saturating_add(1);
    /// Bytes of the stored form inside another one, which has a format byte of its own.
    pub(crate) const LEN: usize = 16 + 16 + 1 + 16 + 16 + 8 + 8 + 1;
    /// Wrong guesses after which a code is worth nothing.
    pub const GUESSES: u8 = 5;

    /// Draws a code of `digits` digits for `scope`, good for `lifetime_secs` from `now`.
    ///
    /// The code itself is returned once, to be delivered, and not kept. Every code is equally
    /// likely to within 2^-30 of its share.
    #[must_use]
    pub fn issue<A: Algorithm>(
        scope: Scope,
        digits: Digits,
        now: UnixTime,
        lifetime_secs: u32,
        fresh: Entropy,
    ) -> (Self, Code) {
        let code = Code::random(digits, fresh.number());
        let salt = fresh.salt();
        drop(fresh);
        let passcode = Self {
            salt,
            digest: tag::<A>(&salt, &scope, &code).truncated(),
            scope,
            issued_at: now,
            expires_at: now.plus_secs(lifetime_secs),
            guesses_left: Self::GUESSES,
        };
        (passcode, code)
    }

    /// Compares `code`, if it may be compared at all, and spends a guess if it is wrong.
    pub fn answer<A: Algorithm>(
        &mut self,
        code: &Code,
        scope: &Scope,
        now: UnixTime,
    ) -> PasscodeVerdict {
        if !self.is_live(scope, now) {
            return PasscodeVerdict::Expired;
        }
        if tag::<A>(&self.salt, scope, code).ct_eq_truncated(&self.digest) {
            return PasscodeVerdict::Accepted;
        }
        self.guesses_left = self.guesses_left.saturating_sub(1);
        PasscodeVerdict::Mismatch
    }

    /// Whether an answer for `scope` would be compared at `now`. A time before the issue counts
    /// as expired too: a clock set back revives nothing.
    #[must_use]
    pub fn is_live(&self, scope: &Scope, now: UnixTime) -> bool {
        self.guesses_left > 0
            && now.is_between(self.issued_at, self.expires_at)
            && self.is_for(scope)
    }

    /// Whether it was issued for `scope`, live or not.
    #[must_use]
    pub fn is_for(&self, scope: &Scope) -> bool {
        self.scope == *scope
    }

    /// The stored form, big-endian.
    ///
    /// | field | bytes |
    /// |---|---|
    /// | format, 1 | 1 |
    /// | salt | 16 |
    /// | digest | 16 |
    /// | scope: purpose, binding, destination | 1 + 16 + 16 |
    /// | issued at, expires at: seconds since 1970 | 8 + 8 |
    /// | guesses left, 0 to 5 | 1 |
    #[must_use]
    pub fn encode(&self) -> [u8; Self::ENCODED_LEN] {
        encoded(FORMAT, |out| self.write(out))
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`DecodeError`] for anything but what [`Passcode::encode`] writes.
    pub fn decode(stored: &[u8]) -> Result<Self, DecodeError> {
        decoded(stored, FORMAT, Self::read)
    }

    pub(crate) fn write(&self, out: &mut Writer<'_>) {
        out.bytes(&self.salt);
        out.bytes(&self.digest);
        out.u8(self.scope.purpose);
        out.bytes(&self.scope.binding);
        out.bytes(&self.scope.destination.0);
        out.time(self.issued_at);
        out.time(self.expires_at);
        out.u8(self.guesses_left);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let passcode = Self {
            salt: from.array()?,
            digest: from.array()?,
            scope: Scope {
                purpose: from.u8()?,
                binding: from.array()?,
                destination: Destination(from.array()?),
            },
            issued_at: from.time()?,
            expires_at: from.time()?,
            guesses_left: from.u8()?,
        };
        if passcode.guesses_left > Self::GUESSES {
            return Err(DecodeError);
        }
        Ok(passcode)
    }
}

impl core::fmt::Debug for Passcode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Passcode")
            .field("purpose", &self.scope.purpose)
            .field("expires_at", &self.expires_at)
            .field("guesses_left", &self.guesses_left)
            .finish_non_exhaustive()
    }
}

/// The tag of a code in its scope, under the passcode's own salt; 16 bytes of it are kept.
fn tag<A: Algorithm>(salt: &[u8; 16], scope: &Scope, code: &Code) -> Tag<A> {
    Keyed::<A>::new(salt).mac(&[
        &[scope.purpose],
        &scope.binding,
        &scope.destination.0,
        code.as_bytes(),
    ])
}

const FORMAT: u8 = 1;
