//! The home of recovery codes for a user who is signed in: issue, count, remove.

use countersign_core::{RecoveryCode, RecoveryCodes};

use super::{Principal, Service};
use crate::Error;
use crate::pool::Pool;
use crate::random::entropy;
use crate::records::Change;

impl Service {
    /// Issues recovery codes in place of all earlier ones, to be shown to the user once. Each signs
    /// in once in place of a factor's code, as [`Answer::RecoveryCode`](crate::Answer).
    ///
    /// Whoever calls vouches that `who` has signed in with every factor that there is.
    ///
    /// # Errors
    /// [`Error::Recovery`] if the pool's policy has no use for them, [`Error::UserNotFound`], and
    /// faults of the store.
    pub async fn issue_recovery_codes(
        &self,
        pool: &Pool,
        who: &Principal,
    ) -> Result<[RecoveryCode; RecoveryCodes::COUNT], Error> {
        self.change_user(pool, &who.username, |user, now| {
            let fresh = entropy(self.random())?;
            let codes = user.mfa.issue_recovery_codes(&pool.policy, fresh)?;
            user.modified_at = now.secs();
            Ok(Change::Save(codes))
        })
        .await
    }

    /// How many recovery codes a user has left.
    ///
    /// # Errors
    /// [`Error::UserNotFound`], and faults of the store.
    pub async fn remaining_recovery_codes(
        &self,
        pool: &Pool,
        who: &Principal,
    ) -> Result<u8, Error> {
        self.change_user(pool, &who.username, |user, _| {
            Ok(Change::Keep(user.mfa.remaining_recovery_codes()))
        })
        .await
    }

    /// Removes every recovery code of a user.
    ///
    /// # Errors
    /// [`Error::UserNotFound`], and faults of the store.
    pub async fn remove_recovery_codes(&self, pool: &Pool, who: &Principal) -> Result<(), Error> {
        self.change_user(pool, &who.username, |user, now| {
            user.mfa.remove_recovery_codes();
            user.modified_at = now.secs();
            Ok(Change::Save(()))
        })
        .await
    }
}
