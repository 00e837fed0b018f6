//! The home of an account's name, and of what it says beside the name: issuer and period.

use core::fmt;

use countersign_core::Period;

use crate::bytes::Short;

/// The name of an account: 1 to 64 bytes, UTF-8 by agreement, as the host sent them.
///
/// YKOATH keeps a period other than 30 seconds in the name: `60/Example:alice`. An issuer comes
/// before a colon.
///
/// ```
/// use countersign_token::Name;
///
/// let name = Name::from_bytes(b"60/Example:alice")?;
/// assert_eq!(name.period().secs(), 60);
/// assert_eq!(name.label(), b"Example:alice");
/// # Ok::<(), countersign_token::NameError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Name(pub(super) Short);

/// The name is empty or longer than [`Name::MAX_LEN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameError;

impl Name {
    /// The most bytes.
    pub const MAX_LEN: usize = Short::MAX_LEN;

    /// Takes a name.
    ///
    /// # Errors
    /// [`NameError`] unless it has 1 to [`Self::MAX_LEN`] bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NameError> {
        Short::new(bytes).map(Self).ok_or(NameError)
    }

    /// All of it, the period included.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The period that its codes have: the number before the first slash, if it is one of 1 to
    /// 3600 seconds, or else 30 seconds.
    #[must_use]
    pub fn period(&self) -> Period {
        self.split().map_or(Period::DEFAULT, |(period, _)| period)
    }

    /// What is to be shown: the name without the period.
    #[must_use]
    pub fn label(&self) -> &[u8] {
        self.split().map_or(self.as_bytes(), |(_, label)| label)
    }

    /// The label as text; `None` if a host sent something that is not UTF-8.
    #[must_use]
    pub fn label_text(&self) -> Option<&str> {
        core::str::from_utf8(self.label()).ok()
    }

    /// A number that differs for most names, to find one without reading all.
    pub(crate) fn hash(&self) -> u16 {
        // FNV-1a, folded to half. Whoever makes two names alike costs the token one read more.
        let hash = self.as_bytes().iter().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
        });
        let [a, b, c, d] = hash.to_be_bytes();
        u16::from_be_bytes([a ^ c, b ^ d])
    }

    /// The period in front and what follows it.
    fn split(&self) -> Option<(Period, &[u8])> {
        let mut rest = self.as_bytes();
        let mut secs: u16 = 0;
        loop {
            match rest.split_first()? {
                (digit @ b'0'..=b'9', after) => {
                    let digit = u16::from(digit.wrapping_sub(b'0'));
                    secs = secs.checked_mul(10)?.checked_add(digit)?;
                    rest = after;
                }
                (b'/', after) => {
                    let period = Period::from_secs(secs).ok()?;
                    return (!after.is_empty()).then_some((period, after));
                }
                _ => return None,
            }
        }
    }
}

impl fmt::Debug for Name {
    /// Names tell whose token it is, so they are not shown either.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Name(..)")
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name has 1 to 64 bytes")
    }
}

impl core::error::Error for NameError {}
