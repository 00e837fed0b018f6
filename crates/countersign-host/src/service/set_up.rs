//! The home of `set_up_totp` and `verify_totp_setup`, for a user who is signed in.

use countersign_core::{
    AlgorithmId, KeyUri, KeyUriError, MfaType, SetUpVerdict, SharedSecret, TotpParams,
};
use zeroize::Zeroizing;

use super::sign_in::{device_name, parse_code};
use super::{Principal, Service};
use crate::Error;
use crate::pool::Pool;
use crate::random::entropy;
use crate::records::Change;

/// What a user puts into an authenticator.
pub struct TotpSetUp {
    secret: SharedSecret,
    username: String,
}

impl TotpSetUp {
    /// The secret, to be shown once.
    #[must_use]
    pub const fn shared_secret(&self) -> &SharedSecret {
        &self.secret
    }

    /// The setup URI for a QR code: `otpauth://totp/issuer:account?…`.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if the issuer is empty, too long, or has a colon.
    pub fn setup_uri(&self, issuer: &str) -> Result<Zeroizing<String>, Error> {
        setup_uri(issuer, &self.username, &self.secret)
    }
}

/// The setup URI of a secret, in the form that every common authenticator takes: SHA-1, six
/// digits, thirty seconds.
///
/// # Errors
/// [`Error::InvalidParameter`] if the issuer or the account is empty, too long, or has a colon.
pub fn setup_uri(
    issuer: &str,
    account: &str,
    secret: &SharedSecret,
) -> Result<Zeroizing<String>, Error> {
    let refused = |error: KeyUriError| Error::InvalidParameter(format!("The setup URI: {error}."));
    let uri = KeyUri::totp(
        issuer,
        account,
        secret,
        AlgorithmId::Sha1,
        TotpParams::DEFAULT,
    )
    .map_err(refused)?;
    let mut text = Zeroizing::new(String::with_capacity(512));
    uri.write_to(&mut *text).expect("a string takes any text");
    Ok(text)
}

impl Service {
    /// Starts to set up an authenticator: draws its secret. Nothing changes for sign-in until its
    /// first code is verified, by the same session.
    ///
    /// # Errors
    /// [`Error::FactorNotAllowed`] where the pool has no TOTP; faults of the store.
    pub async fn set_up_totp(&self, pool: &Pool, who: &Principal) -> Result<TotpSetUp, Error> {
        allows_totp(pool)?;
        self.change_user(pool, &who.username, |user, now| {
            let fresh = entropy(self.random())?;
            let secret = user
                .mfa
                .begin_totp_set_up(who.session, &pool.policy, now, fresh);
            let username = user.username.clone();
            Ok(Change::Save(TotpSetUp { secret, username }))
        })
        .await
    }

    /// Verifies the first code of the authenticator that this session is setting up, and puts it
    /// in force in place of any earlier one. It is not enabled by that: see
    /// [`Service::update_mfa_preference`].
    ///
    /// # Errors
    /// [`Error::SetUpCodeMismatch`], after which the same secret may be tried again;
    /// [`Error::SetUpNotStarted`]; [`Error::InvalidParameter`] for a malformed code or name.
    pub async fn verify_totp_setup(
        &self,
        pool: &Pool,
        who: &Principal,
        code: &str,
        friendly_device_name: Option<&str>,
    ) -> Result<(), Error> {
        allows_totp(pool)?;
        let code = parse_code(code)?;
        let name = friendly_device_name.map(device_name).transpose()?;
        let verdict = self
            .change_user(pool, &who.username, |user, now| {
                let verdict = user
                    .mfa
                    .verify_totp_set_up(who.session, &code, &pool.policy, now);
                if verdict == SetUpVerdict::Enrolled {
                    user.device_name.clone_from(&name);
                    user.modified_at = now.secs();
                }
                Ok(Change::Save(verdict))
            })
            .await?;
        match verdict {
            SetUpVerdict::Enrolled => Ok(()),
            SetUpVerdict::WrongCode => Err(Error::SetUpCodeMismatch),
            SetUpVerdict::NotStarted => Err(Error::SetUpNotStarted),
        }
    }
}

fn allows_totp(pool: &Pool) -> Result<(), Error> {
    if pool.policy.allowed.contains(MfaType::Totp) {
        Ok(())
    } else {
        Err(Error::FactorNotAllowed(MfaType::Totp))
    }
}
