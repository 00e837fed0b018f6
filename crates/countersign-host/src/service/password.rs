//! The home of new passwords that the user chooses: changed while signed in, or reset by a code.

use super::confirmation::{Confirmation, Drawn, parse_confirmation};
use super::{CodeDeliveryDetails, Principal, Service};
use crate::Error;
use crate::pool::Pool;
use crate::records::Change;
use crate::user::{User, UserStatus};

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
