//! The home of what a new user is given: the secret of the authenticator, once.

use countersign_core::{AlgorithmId, Digits, KeyUri, KeyUriError, SharedSecret, TotpParams};

use super::{Kind, Label, UserNumber};

/// What a new user's authenticator has to be told, once.
#[derive(Debug)]
pub struct Enrolment {
    pub(super) secret: SharedSecret,
    pub(super) kind: Kind,
    pub(super) number: UserNumber,
    pub(super) label: Label,
}

impl Enrolment {
    /// The secret, to be typed by hand.
    #[must_use]
    pub const fn secret(&self) -> &SharedSecret {
        &self.secret
    }

    /// Writes the `otpauth://` URI, as text or for a QR code. It names the account by the user's
    /// label, or by the number if there is none.
    ///
    /// # Errors
    /// [`KeyUriError`] if `issuer` cannot stand in a URI; `out`'s errors as
    /// [`KeyUriError::TooLong`].
    pub fn write_uri(
        &self,
        issuer: &str,
        out: &mut impl core::fmt::Write,
    ) -> Result<(), KeyUriError> {
        let number = [
            b'0'.saturating_add(self.number.get() / 10),
            b'0'.saturating_add(self.number.get() % 10),
        ];
        let account = match self.label.as_str() {
            "" => core::str::from_utf8(&number).unwrap_or_default(),
            label => label,
        };
        let (secret, algorithm) = (&self.secret, AlgorithmId::Sha1);
        let uri = match self.kind {
            Kind::Time => KeyUri::totp(issuer, account, secret, algorithm, TotpParams::DEFAULT)?,
            Kind::Counter => KeyUri::hotp(issuer, account, secret, algorithm, Digits::SIX, 0)?,
        };
        uri.write_to(out).map_err(|_| KeyUriError::TooLong)
    }
}
