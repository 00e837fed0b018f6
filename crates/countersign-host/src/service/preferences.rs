//! The home of `update_mfa_preference` and `fetch_mfa_preference`.

use countersign_core::{MfaPreferenceUpdate, MfaSettings};

use super::{Principal, Service};
use crate::Error;
use crate::pool::Pool;
use crate::records::Change;

impl Service {
    /// Changes which factors a user has enabled and which one is preferred, in full or not at all.
    ///
    /// # Errors
    /// [`Error::Preference`] for two preferred factors and for one that is not set up: a code of
    /// an authenticator that was never verified, or no address on file.
    pub async fn update_mfa_preference(
        &self,
        pool: &Pool,
        who: &Principal,
        update: &MfaPreferenceUpdate,
    ) -> Result<MfaSettings, Error> {
        self.set_mfa_preference(pool, &who.username, update).await
    }

    /// As [`Service::update_mfa_preference`], in the name of an administrator.
    ///
    /// # Errors
    /// As there, and [`Error::UserNotFound`].
    pub async fn set_mfa_preference(
        &self,
        pool: &Pool,
        username: &str,
        update: &MfaPreferenceUpdate,
    ) -> Result<MfaSettings, Error> {
        self.change_user(pool, username, |user, now| {
            let contacts = user.contacts();
            user.mfa
                .update_preferences(update, &contacts, &pool.policy)?;
            user.modified_at = now.secs();
            Ok(Change::Save(user.mfa.settings()))
        })
        .await
    }

    /// The factors that a user has enabled, and the preferred one.
    ///
    /// # Errors
    /// [`Error::UserNotFound`], and faults of the store.
    pub async fn fetch_mfa_preference(
        &self,
        pool: &Pool,
        who: &Principal,
    ) -> Result<MfaSettings, Error> {
        Ok(self.user(pool, &who.username).await?.mfa)
    }

    /// Takes a user's authenticator away and lifts every lock, so that the next sign-in starts
    /// over, and signs the user out everywhere.
    ///
    /// # Errors
    /// [`Error::UserNotFound`], and faults of the store.
    pub async fn reset_mfa(&self, pool: &Pool, username: &str) -> Result<(), Error> {
        self.change_user(pool, username, |user, now| {
            user.mfa.reset();
            user.device_name = None;
            user.end_all_sessions();
            user.modified_at = now.secs();
            Ok(Change::Save(()))
        })
        .await
    }

    /// Lifts every lock that wrong codes have put on a user's factors.
    ///
    /// # Errors
    /// [`Error::UserNotFound`], and faults of the store.
    pub async fn unlock_mfa(&self, pool: &Pool, username: &str) -> Result<(), Error> {
        self.change_user(pool, username, |user, now| {
            user.mfa.unlock();
            user.modified_at = now.secs();
            Ok(Change::Save(()))
        })
        .await
    }
}
