//! The home of what an administrator does to users: making, listing, disabling, new passwords.

use countersign_core::UnixTime;
use zeroize::Zeroizing;

use super::attributes::{Attributes, check_attributes};
use super::{Service, user_key};
use crate::Error;
use crate::pool::{ContactAttribute, Pool};
use crate::random::{Random, draw};
use crate::records::Change;
use crate::store::Kind;
use crate::user::{User, UserStatus, UserView};
use crate::username::folded;

/// A user that an administrator makes.
#[derive(Clone, Copy)]
pub struct NewUser<'a> {
    /// The name.
    pub username: &'a str,
    /// The password for the first sign-in; drawn if there is none.
    pub temporary_password: Option<&'a str>,
    /// Attributes, which may say `email_verified` and `phone_number_verified` for an address that
    /// is among them.
    pub attributes: &'a Attributes,
}

impl Service {
    /// Makes a user with a temporary password, and returns that password, for the administrator to
    /// pass on. The first sign-in asks for a new one.
    ///
    /// # Errors
    /// [`Error::UserExists`], [`Error::WeakPassword`], [`Error::InvalidParameter`] for a malformed
    /// name or attribute.
    pub async fn create_user(
        &self,
        pool: &Pool,
        new: &NewUser<'_>,
    ) -> Result<(UserView, Zeroizing<String>), Error> {
        let key = user_key(pool, new.username)?;
        let attributes = with_verified(new.attributes)?;
        let password = match new.temporary_password {
            Some(given) => Zeroizing::new(given.to_owned()),
            None => draw_password(self.random(), pool.passwords.min_length)?,
        };
        pool.passwords.check(&password)?;
        if self.load_user(pool, new.username).await?.is_some() {
            return Err(Error::UserExists);
        }
        let verifier = self.new_verifier(pool, new.username, &password).await?;
        let (now, id) = (self.now()?, self.draw_id()?);
        let status = UserStatus::ForceChangePassword;
        let mut user = User::new(id, new.username, status, &attributes, now);
        user.set_verifier(&verifier, now);
        user.temporary_until = Some(temporary_until(pool, now));
        if !self.inner.records.create(&key, &user).await? {
            return Err(Error::UserExists);
        }
        Ok((user.view(), password))
    }

    /// Sets a password, for good or as a temporary one that the next sign-in has to change, and
    /// signs the user out everywhere. An unconfirmed user is confirmed by it.
    ///
    /// # Errors
    /// [`Error::WeakPassword`], [`Error::UserNotFound`].
    pub async fn set_password(
        &self,
        pool: &Pool,
        username: &str,
        password: &str,
        permanent: bool,
    ) -> Result<(), Error> {
        pool.passwords.check(password)?;
        let verifier = self.new_verifier(pool, username, password).await?;
        self.change_user(pool, username, |user, now| {
            user.set_verifier(&verifier, now);
            if permanent {
                user.status = UserStatus::Confirmed;
            } else {
                user.status = UserStatus::ForceChangePassword;
                user.temporary_until = Some(temporary_until(pool, now));
            }
            user.end_all_sessions();
            Ok(Change::Save(()))
        })
        .await
    }

    /// Confirms a sign-up without a code; the address stays unverified.
    ///
    /// # Errors
    /// [`Error::WrongState`] if the user is confirmed already, [`Error::UserNotFound`].
    pub async fn confirm_user(&self, pool: &Pool, username: &str) -> Result<(), Error> {
        self.change_user(pool, username, |user, now| {
            if user.status != UserStatus::Unconfirmed {
                return Err(Error::WrongState("the user is confirmed already"));
            }
            user.status = UserStatus::Confirmed;
            user.modified_at = now.secs();
            Ok(Change::Save(()))
        })
        .await
    }

    /// Removes a user and everything known of them.
    ///
    /// # Errors
    /// [`Error::UserNotFound`], and faults of the store.
    pub async fn delete_user(&self, pool: &Pool, username: &str) -> Result<(), Error> {
        self.change_user(pool, username, |_, _| Ok(Change::Delete(())))
            .await
    }

    /// Users in the order of their names, regardless of case, after the one called `after`: at
    /// most `limit`, and at most 1000. An empty page is the end.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for a malformed `after`, and faults of the store.
    pub async fn list_users(
        &self,
        pool: &Pool,
        after: Option<&str>,
        limit: u16,
    ) -> Result<Vec<UserView>, Error> {
        let prefix = format!("{}/", pool.id);
        let after = match after {
            Some(name) => Some(format!("{prefix}{}", folded(name)?)),
            None => None,
        };
        let page: Vec<(String, User)> = self
            .inner
            .records
            .list(Kind::Account, &prefix, after.as_deref(), limit)
            .await?;
        Ok(page.into_iter().map(|(_, user)| user.view()).collect())
    }

    /// Lets a user sign in or not. Disabling signs the user out everywhere, for good.
    ///
    /// # Errors
    /// [`Error::UserNotFound`], and faults of the store.
    pub async fn set_user_enabled(
        &self,
        pool: &Pool,
        username: &str,
        enabled: bool,
    ) -> Result<(), Error> {
        self.change_user(pool, username, |user, now| {
            if user.enabled == enabled {
                return Ok(Change::Keep(()));
            }
            user.enabled = enabled;
            if !enabled {
                user.end_all_sessions();
            }
            user.modified_at = now.secs();
            Ok(Change::Save(()))
        })
        .await
    }

    /// Makes the user choose a new password by [`Service::forgot_password`] before anything else,
    /// and signs them out everywhere.
    ///
    /// # Errors
    /// [`Error::WrongState`] for a user who has never chosen a password, [`Error::UserNotFound`].
    pub async fn reset_password_required(&self, pool: &Pool, username: &str) -> Result<(), Error> {
        self.change_user(pool, username, |user, now| {
            match user.status {
                UserStatus::Confirmed | UserStatus::ResetRequired => {}
                UserStatus::Unconfirmed | UserStatus::ForceChangePassword => {
                    return Err(Error::WrongState("the user has not chosen a password yet"));
                }
            }
            user.status = UserStatus::ResetRequired;
            user.end_all_sessions();
            user.modified_at = now.secs();
            Ok(Change::Save(()))
        })
        .await
    }
}

/// Checks what an administrator gives, which may say that an address is verified.
fn with_verified(given: &Attributes) -> Result<Attributes, Error> {
    let mut attributes = given.clone();
    let mut verified = Attributes::new();
    for contact in ContactAttribute::ALL {
        let name = contact.verified_name();
        let Some(value) = attributes.remove(name) else {
            continue;
        };
        let has_address = attributes.contains_key(contact.name());
        match value.to_ascii_lowercase().as_str() {
            "true" if has_address => verified.insert(name.to_owned(), "true".to_owned()),
            "false" => None,
            _ => {
                return Err(Error::InvalidParameter(format!(
                    "{name} must be true or false, and true only with an address."
                )));
            }
        };
    }
    check_attributes(&attributes)?;
    attributes.append(&mut verified);
    Ok(attributes)
}

fn temporary_until(pool: &Pool, now: UnixTime) -> u64 {
    now.secs() + u64::from(pool.passwords.temporary_days) * DAY_SECS
}

/// A password that any rules take: letters of both cases, digits and symbols that are not
/// mistaken for one another, sixteen characters or as many as the rules ask for.
fn draw_password(random: &dyn Random, min_length: u8) -> Result<Zeroizing<String>, Error> {
    let length = usize::from(min_length).max(PASSWORD_LEN);
    let mut password = Zeroizing::new(String::with_capacity(length));
    while password.len() < length {
        for byte in draw::<32>(random)?.iter() {
            let kind = PASSWORD_KINDS[password.len() % PASSWORD_KINDS.len()];
            let at = usize::from(*byte);
            // The bytes beyond the last whole multiple would make the first characters likelier.
            if at < 256 - 256 % kind.len() && password.len() < length {
                password.push(char::from(kind[at % kind.len()]));
            }
        }
    }
    Ok(password)
}

const DAY_SECS: u64 = 86_400;
/// Four rounds of the kinds below: about 2^69 passwords.
const PASSWORD_LEN: usize = 16;
const PASSWORD_KINDS: [&[u8]; 4] = [
    b"ABCDEFGHJKLMNPQRSTUVWXYZ",
    b"abcdefghijkmnpqrstuvwxyz",
    b"23456789",
    b"!#%+-=?@",
];
