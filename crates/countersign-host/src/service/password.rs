//! The home of new passwords that the user chooses: changed while signed in, or reset by a code.

use hkdf::Hkdf;
use sha2::Sha256;

use super::confirmation::{Confirmation, Drawn, parse_confirmation};
use super::{CodeDeliveryDetails, Principal, Service};
use crate::Error;
use crate::delivery::Medium;
use crate::pool::{ContactAttribute, Pool};
use crate::records::Change;
use crate::user::{User, UserStatus};
use crate::username::folded;

impl Service {
    /// Sends a code with which the user can choose a new password, to a verified address that is
    /// not the channel of an enabled factor: e-mail before a telephone.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if there is no such address; [`Error::WrongState`] for a user
    /// who has never chosen a password; [`Error::UserDisabled`], [`Error::UserNotFound`],
    /// [`Error::TooManyDeliveries`], [`Error::Undeliverable`].
    pub async fn forgot_password(
        &self,
        pool: &Pool,
        username: &str,
    ) -> Result<CodeDeliveryDetails, Error> {
        let drawn = self.draw_reset_code(pool, username).await?;
        self.answer_plainly(pool, drawn).await
    }

    /// As [`Service::forgot_password`], but the answer does not tell who has an account, or in what
    /// state: it says where a code would go, whether or not one does.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a malformed name, and faults of the service.
    pub async fn forgot_password_hiding(
        &self,
        pool: &Pool,
        username: &str,
    ) -> Result<CodeDeliveryDetails, Error> {
        let drawn = self.draw_reset_code(pool, username).await;
        self.answer_hiding(pool, username, drawn).await
    }

    async fn draw_reset_code(&self, pool: &Pool, username: &str) -> Result<Drawn, Error> {
        self.change_user(pool, username, |user, now| {
            may_recover(user)?;
            let address = user.recovery_addresses(&pool.policy).next();
            user.draw(
                Confirmation::Reset,
                address,
                &pool.policy.throttle,
                now,
                self.random(),
            )
        })
        .await
    }

    /// Puts a new password in force by the code that was sent, and signs the user out everywhere.
    /// The second factor stays as it is.
    ///
    /// # Errors
    /// [`Error::CodeMismatch`], [`Error::CodeExpired`] after an hour or five wrong codes,
    /// [`Error::WeakPassword`], which spends nothing, [`Error::InvalidParameter`] for what cannot
    /// be a code, [`Error::WrongState`], [`Error::UserDisabled`], and [`Error::UserNotFound`],
    /// which takes as long as a wrong code.
    pub async fn confirm_forgot_password(
        &self,
        pool: &Pool,
        username: &str,
        code: &str,
        new_password: &str,
    ) -> Result<(), Error> {
        let code = parse_confirmation(code)?;
        pool.passwords.check(new_password)?;
        let found = self.load_user(pool, username).await?;
        let verifier = self.new_verifier(pool, username, new_password).await?;
        let sub = found.ok_or(Error::UserNotFound)?.sub;
        self.change_user(pool, username, |user, now| {
            if user.sub != sub {
                return Err(Error::UserNotFound);
            }
            may_recover(user)?;
            user.confirm(Confirmation::Reset, &code, &pool.policy, now, |user, _| {
                user.set_verifier(&verifier, now);
                user.status = UserStatus::Confirmed;
                user.end_all_sessions();
                Ok(())
            })
        })
        .await?
    }

    /// Puts a new password in force for a user who is signed in and gives the present one. Other
    /// sign-ins go on; those that are half done do not.
    ///
    /// # Errors
    /// [`Error::WrongPassword`], which is counted as at sign-in, [`Error::PasswordBlocked`],
    /// [`Error::WeakPassword`], which is looked at first, [`Error::UserNotFound`].
    pub async fn change_password(
        &self,
        pool: &Pool,
        who: &Principal,
        previous: &str,
        proposed: &str,
    ) -> Result<(), Error> {
        pool.passwords.check(proposed)?;
        let proven = self.check_password(pool, &who.username, previous).await?;
        let verifier = self.new_verifier(pool, &who.username, proposed).await?;
        self.change_user(pool, &who.username, |user, now| {
            if user.sub != proven.sub || user.password_version != proven.version {
                return Err(Error::WrongPassword);
            }
            user.password_failures.admit(now)?;
            user.set_verifier(&verifier, now);
            Ok(Change::Save(()))
        })
        .await
    }

    /// Where a code would have gone, for a user that does not exist: the same each time for the
    /// same name, in whatever case, so that the answer does not tell.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a malformed name.
    pub fn decoy_delivery(
        &self,
        pool: &Pool,
        username: &str,
    ) -> Result<CodeDeliveryDetails, Error> {
        let name = folded(username)?;
        let mut drawn = [0_u8; 4];
        let pool_len = u64::try_from(pool.id.len())
            .unwrap_or(u64::MAX)
            .to_be_bytes();
        Hkdf::<Sha256>::new(None, self.inner.decoy_key.as_ref())
            .expand_multi_info(
                &[
                    b"decoy delivery",
                    &pool_len,
                    pool.id.as_bytes(),
                    name.as_bytes(),
                ],
                &mut drawn,
            )
            .expect("HKDF-SHA-256 gives up to 8,160 bytes");
        let by_sms_only = pool.verified_attributes == [ContactAttribute::PhoneNumber];
        if by_sms_only {
            let digits: String = drawn.iter().map(|byte| (byte % 10).to_string()).collect();
            return Ok(CodeDeliveryDetails {
                destination: format!("+*******{digits}"),
                medium: Medium::Sms,
                attribute: ContactAttribute::PhoneNumber,
            });
        }
        let letter = |byte: u8| char::from(b'a' + byte % 26);
        Ok(CodeDeliveryDetails {
            destination: format!("{}***@{}***", letter(drawn[0]), letter(drawn[1])),
            medium: Medium::Email,
            attribute: ContactAttribute::Email,
        })
    }
}

/// Whether the user's password is one that a code may replace.
fn may_recover(user: &User) -> Result<(), Error> {
    if !user.enabled {
        return Err(Error::UserDisabled);
    }
    match user.status {
        UserStatus::Confirmed | UserStatus::ResetRequired => Ok(()),
        UserStatus::Unconfirmed => Err(Error::WrongState("the user is not confirmed")),
        UserStatus::ForceChangePassword => {
            Err(Error::WrongState("the temporary password is to be used"))
        }
    }
}
