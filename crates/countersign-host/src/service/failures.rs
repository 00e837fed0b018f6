//! The home of wrong passwords in a row: of users, and of names that are nobody's.
//!
//! Names that are nobody's are counted like users, each failure saved as durably, so that neither
//! the answers nor the time they take tell who exists. They share a fixed number of records.

use countersign_core::UnixTime;
use serde::{Deserialize, Serialize};

use super::{Service, user_key};
use crate::records::Change;
use crate::store::{Key, Kind};
use crate::user::{PasswordFailures, User};
use crate::{Error, Pool};

/// What is remembered of the last name in this record's place.
#[derive(Serialize, Deserialize)]
struct Nobody {
    name: [u8; 16],
    failures: PasswordFailures,
}

impl Service {
    /// Whether a password for this name is looked at.
    pub(super) async fn admit_password(
        &self,
        pool: &Pool,
        username: &str,
        user: Option<&User>,
        now: UnixTime,
    ) -> Result<(), Error> {
        if let Some(user) = user {
            return user.password_failures.admit(now);
        }
        let (key, name) = self.nobody(pool, username)?;
        let known: Option<Nobody> = self.inner.records.load(&key).await?;
        known
            .filter(|known| known.name == name)
            .map_or(Ok(()), |known| known.failures.admit(now))
    }

    /// Counts a wrong password; the error to answer with.
    pub(super) async fn count_wrong_password(
        &self,
        pool: &Pool,
        username: &str,
    ) -> Result<Error, Error> {
        let key = user_key(pool, username)?;
        let counted = self
            .inner
            .records
            .change(&key, |record: &mut Option<User>| {
                let now = self.now()?;
                Ok(match record {
                    Some(user) => count(&mut user.password_failures, now).map(Some),
                    None => Change::Keep(None),
                })
            })
            .await?;
        match counted {
            Some(error) => Ok(error),
            None => self.count_nobody(pool, username).await,
        }
    }

    async fn count_nobody(&self, pool: &Pool, username: &str) -> Result<Error, Error> {
        let (key, name) = self.nobody(pool, username)?;
        self.inner
            .records
            .change(&key, |record: &mut Option<Nobody>| {
                let now = self.now()?;
                let known = record.take().filter(|known| known.name == name);
                let failures = known.map(|known| known.failures).unwrap_or_default();
                let nobody = record.insert(Nobody { name, failures });
                Ok(count(&mut nobody.failures, now))
            })
            .await
    }

    /// Writes as durably as a change of a user's record would, for a name that has none.
    pub(super) async fn spend_time_of_a_save(
        &self,
        pool: &Pool,
        username: &str,
    ) -> Result<(), Error> {
        let (key, name) = self.nobody(pool, username)?;
        self.inner
            .records
            .change(&key, |record: &mut Option<Nobody>| {
                record.get_or_insert_with(|| Nobody {
                    name,
                    failures: PasswordFailures::default(),
                });
                Ok(Change::Save(()))
            })
            .await
    }

    /// Where failures of a name that is nobody's are kept, and what it is known by there. Both come
    /// of a secret, so that nobody can look for two names that share a place.
    fn nobody(&self, pool: &Pool, username: &str) -> Result<(Key, [u8; 16]), Error> {
        let user = user_key(pool, username)?;
        let [high, low, name @ ..] = self.stand_in::<18>(b"nobody", &[user.text().as_bytes()]);
        let place = u16::from_be_bytes([high, low]);
        let key = Key::new(Kind::Setting, format!("nobody/{place}")).expect("short, not empty");
        Ok((key, name))
    }
}

impl PasswordFailures {
    /// Whether a password is looked at: from the fifth failure in a row on, each failure blocks
    /// for a while, one second at first, doubling to a quarter of an hour.
    pub(super) fn admit(self, now: UnixTime) -> Result<(), Error> {
        let since = now.secs().saturating_sub(self.last_at);
        // A last failure in the future means that the clock was set back: it blocks no longer.
        // Both times are rounded down, so a block is over only when one more second has begun.
        let blocked =
            self.last_at <= now.secs() && self.count >= FREE_FAILURES && since <= self.block_secs();
        if blocked {
            Err(Error::PasswordBlocked)
        } else {
            Ok(())
        }
    }

    fn add(&mut self, now: UnixTime) {
        let quiet = now.secs().saturating_sub(self.last_at) >= QUIET_SECS;
        let before = if quiet { 0 } else { self.count };
        *self = Self {
            count: before.saturating_add(1),
            last_at: now.secs(),
        };
    }

    fn block_secs(self) -> u64 {
        let Some(doublings) = self.count.checked_sub(FREE_FAILURES) else {
            return 0;
        };
        1_u64
            .checked_shl(u32::from(doublings))
            .map_or(QUIET_SECS, |secs| secs.min(QUIET_SECS))
    }
}

/// Counts a failure, unless others have brought it to a block meanwhile.
fn count(failures: &mut PasswordFailures, now: UnixTime) -> Change<Error> {
    if let Err(blocked) = failures.admit(now) {
        return Change::Keep(blocked);
    }
    failures.add(now);
    Change::Save(Error::WrongPassword)
}

const FREE_FAILURES: u8 = 5;
const QUIET_SECS: u64 = 900;
