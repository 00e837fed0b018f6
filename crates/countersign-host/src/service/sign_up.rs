//! The home of signing up: a user makes an account, and confirms it by a code.

use countersign_core::UnixTime;

use super::attributes::{Attributes, check_attributes};
use super::confirmation::{Confirmation, Drawn, parse_confirmation};
use super::{CodeDeliveryDetails, Outgoing, Service, user_key};
use crate::Error;
use crate::pool::Pool;
use crate::user::{Address, User, UserStatus, attribute_of};

/// A sign-up that has been recorded.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// The user's lasting id, a UUID in text.
    pub sub: String,
    /// Whether the user is confirmed already; if not, see [`Service::confirm_sign_up`].
    pub confirmed: bool,
    /// Where the code went. `None` if the user has no address that the pool verifies; then only
    /// an administrator can confirm the user.
    pub delivery: Option<CodeDeliveryDetails>,
}

impl Service {
    /// Makes an account, and sends a code to the first of the pool's verified attributes that the
    /// user has.
    ///
    /// # Errors
    /// [`Error::UserExists`], [`Error::WeakPassword`], [`Error::InvalidParameter`] for a malformed
    /// name or attribute; [`Error::Undeliverable`] or [`Error::TooManyDeliveries`] if the code
    /// was not sent, in which case the account has been made and another code can be asked for.
    pub async fn sign_up(
        &self,
        pool: &Pool,
        username: &str,
        password: &str,
        attributes: &Attributes,
    ) -> Result<SignUp, Error> {
        let key = user_key(pool, username)?;
        check_attributes(attributes)?;
        pool.passwords.check(password)?;
        if self.load_user(pool, username).await?.is_some() {
            return Err(Error::UserExists);
        }
        let verifier = self.new_verifier(pool, username, password).await?;
        let now = self.now()?;
        let id = self.draw_id()?;
        let mut user = User::new(id, username, UserStatus::Unconfirmed, attributes, now);
        user.set_verifier(&verifier, now);
        let outgoing = match user.sign_up_address(pool) {
            Some(address) => Some(self.draw_sign_up_code(pool, &mut user, address, now)?),
            None => None,
        };
        if !self.inner.records.create(&key, &user).await? {
            return Err(Error::UserExists);
        }
        let delivery = match outgoing {
            Some(outgoing) => Some(self.send_confirmation(pool, outgoing).await?),
            None => None,
        };
        Ok(SignUp {
            sub: user.sub,
            confirmed: false,
            delivery,
        })
    }

    /// Confirms a sign-up by the code that was sent, which also verifies the address.
    ///
    /// # Errors
    /// [`Error::CodeMismatch`], [`Error::CodeExpired`] after 24 hours or five wrong codes,
    /// [`Error::WrongState`] if the user is confirmed already, [`Error::UserNotFound`],
    /// [`Error::InvalidParameter`] for what cannot be a code.
    pub async fn confirm_sign_up(
        &self,
        pool: &Pool,
        username: &str,
        code: &str,
    ) -> Result<(), Error> {
        let code = parse_confirmation(code)?;
        self.change_user(pool, username, |user, now| {
            must_be_unconfirmed(user)?;
            user.confirm(
                Confirmation::SignUp,
                &code,
                &pool.policy,
                now,
                |user, address| {
                    user.status = UserStatus::Confirmed;
                    user.set_verified(attribute_of(address.factor()), true);
                    Ok(())
                },
            )
        })
        .await?
    }

    /// Sends another code for a sign-up, in place of the earlier one.
    ///
    /// # Errors
    /// [`Error::WrongState`] if the user is confirmed already, [`Error::InvalidParameter`] if there
    /// is no address to send to, [`Error::TooManyDeliveries`], [`Error::Undeliverable`],
    /// [`Error::UserNotFound`].
    pub async fn resend_sign_up_code(
        &self,
        pool: &Pool,
        username: &str,
    ) -> Result<CodeDeliveryDetails, Error> {
        let drawn = self.draw_another_sign_up_code(pool, username).await?;
        self.answer_plainly(pool, drawn).await
    }

    /// As [`Service::resend_sign_up_code`], but the answer does not tell who has an account, or in
    /// what state.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a malformed name, and faults of the service.
    pub async fn resend_sign_up_code_hiding(
        &self,
        pool: &Pool,
        username: &str,
    ) -> Result<CodeDeliveryDetails, Error> {
        let drawn = self.draw_another_sign_up_code(pool, username).await;
        self.answer_hiding(pool, username, drawn).await
    }

    async fn draw_another_sign_up_code(&self, pool: &Pool, username: &str) -> Result<Drawn, Error> {
        self.change_user(pool, username, |user, now| {
            must_be_unconfirmed(user)?;
            let address = user.sign_up_address(pool);
            user.draw(
                Confirmation::SignUp,
                address,
                &pool.policy.throttle,
                now,
                self.random(),
            )
        })
        .await
    }

    fn draw_sign_up_code(
        &self,
        pool: &Pool,
        user: &mut User,
        address: Address,
        now: UnixTime,
    ) -> Result<Outgoing, Error> {
        let policy = &pool.policy.throttle;
        user.draw_confirmation(Confirmation::SignUp, address, policy, now, self.random())
    }
}

impl User {
    /// Where a sign-up code goes: the first of the pool's verified attributes that the user has.
    fn sign_up_address(&self, pool: &Pool) -> Option<Address> {
        pool.verified_attributes
            .iter()
            .find_map(|attribute| self.address(*attribute))
    }
}

fn must_be_unconfirmed(user: &User) -> Result<(), Error> {
    if user.status == UserStatus::Unconfirmed {
        Ok(())
    } else {
        Err(Error::WrongState("the user is confirmed already"))
    }
}
