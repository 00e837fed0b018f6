//! The home of the service: what a Rust program embeds, and what the wire protocol is laid on.
//!
//! Every operation is load, decide, save, act: the record is loaded, the core decides on it, the
//! record is saved if nobody else has changed it meanwhile, and only then is something sent,
//! answered or issued.

mod admin;
mod attributes;
mod confirmation;
mod destination;
mod exchange;
mod failures;
mod grants;
mod hiding;
mod password;
mod preferences;
mod recovery;
mod sealed;
mod session;
mod set_up;
mod sign_in;
mod sign_up;

use std::fmt;
use std::num::NonZero;
use std::sync::Arc;

use countersign_core::{AccountId, Code, UnixTime};
use hkdf::Hkdf;
use sha2::Sha256;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::clock::Clock;
use crate::delivery::{Delivery, Medium, Message, Purpose};
use crate::pool::{ContactAttribute, Pool};
use crate::random::{Random, draw};
use crate::records::{Change, Records};
use crate::seal::KeyRing;
use crate::store::{Key, Kind, Store};
use crate::user::{Address, User, UserView};
use crate::{Error, username};

pub use admin::NewUser;
pub use exchange::{PasswordChallenge, PasswordClaim};
pub use grants::{Grant, Principal};
pub use set_up::{TotpSetUp, setup_uri};
pub use sign_in::{Answer, NextStep, Progress, SignedIn};
pub use sign_up::SignUp;

/// The verifier inside a service. Cheap to clone; all clones are one.
///
/// ```
/// use std::sync::Arc;
/// use countersign_host::clock::SystemClock;
/// use countersign_host::delivery::Outbox;
/// use countersign_host::random::OsRandom;
/// use countersign_host::seal::KeyRing;
/// use countersign_host::store::MemoryStore;
/// use countersign_host::{Parts, Service};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let outbox = folder.path().join("outbox.jsonl");
/// let service = Service::new(Parts {
///     store: Arc::new(MemoryStore::new()),
///     delivery: Arc::new(Outbox::create(&outbox)?),
///     clock: Arc::new(SystemClock),
///     keys: KeyRing::generate(&OsRandom)?,
///     random: Arc::new(OsRandom),
/// });
/// # let _ = service;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

/// What a service is made of.
pub struct Parts {
    /// Where records are kept.
    pub store: Arc<dyn Store>,
    /// How codes reach people.
    pub delivery: Arc<dyn Delivery>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub random: Arc<dyn Random>,
    /// What records and sessions are sealed under. All nodes on one store share it.
    pub keys: KeyRing,
}

/// Where a code went, in Amplify's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeDeliveryDetails {
    /// The address with most of it masked, such as `+*******0100` or `a***@e***`.
    pub destination: String,
    /// How the code travels.
    pub medium: Medium,
    /// The attribute that holds the address.
    pub attribute: ContactAttribute,
}

struct Inner {
    records: Records,
    delivery: Arc<dyn Delivery>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    keys: Arc<KeyRing>,
    /// What stands in for the verifiers of users that do not exist.
    decoy_key: Zeroizing<[u8; 32]>,
    /// Turns at password arithmetic.
    turns: Semaphore,
}

/// A code that was drawn and saved, and now has to be sent.
pub(crate) struct Outgoing {
    pub(crate) address: Address,
    pub(crate) purpose: Purpose,
    pub(crate) code: Code,
    pub(crate) at: UnixTime,
}

impl Service {
    /// A service of these parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let keys = Arc::new(parts.keys);
        let records = Records::new(parts.store, keys.clone(), parts.random.clone());
        Self {
            inner: Arc::new(Inner {
                records,
                delivery: parts.delivery,
                clock: parts.clock,
                random: parts.random,
                decoy_key: keys.lasting_key("decoy verifiers"),
                keys,
                turns: Semaphore::new(std::thread::available_parallelism().map_or(1, NonZero::get)),
            }),
        }
    }

    /// The sealed records, for what a caller keeps beside the users.
    #[must_use]
    pub fn records(&self) -> &Records {
        &self.inner.records
    }

    /// What everything is sealed under, for what a caller seals itself.
    #[must_use]
    pub fn keys(&self) -> &KeyRing {
        &self.inner.keys
    }

    /// The service's random source.
    #[must_use]
    pub fn random(&self) -> &dyn Random {
        self.inner.random.as_ref()
    }

    /// The service's time.
    ///
    /// # Errors
    /// [`Error::Clock`] if the clock is not set.
    pub fn now(&self) -> Result<UnixTime, Error> {
        Ok(self.inner.clock.now()?)
    }

    /// Whether the service can serve: the store answers and the clock is set.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Clock`].
    pub async fn ready(&self) -> Result<(), Error> {
        self.now()?;
        self.inner.records.ready().await
    }

    /// What is known of a user.
    ///
    /// # Errors
    /// [`Error::UserNotFound`], and faults of the store.
    pub async fn user(&self, pool: &Pool, username: &str) -> Result<UserView, Error> {
        Ok(self
            .load_user(pool, username)
            .await?
            .ok_or(Error::UserNotFound)?
            .view())
    }

    async fn load_user(&self, pool: &Pool, username: &str) -> Result<Option<User>, Error> {
        self.inner.records.load(&user_key(pool, username)?).await
    }

    /// Changes a user's record: `decide` may run several times, each time on what is stored then.
    async fn change_user<T>(
        &self,
        pool: &Pool,
        username: &str,
        mut decide: impl FnMut(&mut User, UnixTime) -> Result<Change<T>, Error>,
    ) -> Result<T, Error> {
        let key = user_key(pool, username)?;
        self.inner
            .records
            .change(&key, |record: &mut Option<User>| {
                let now = self.now()?;
                let user = record.as_mut().ok_or(Error::UserNotFound)?;
                decide(user, now)
            })
            .await
    }

    /// Sends a code whose digest is saved. What fails here can be asked for again.
    async fn send(&self, outgoing: Outgoing) -> Result<CodeDeliveryDetails, Error> {
        let details = details_of(&outgoing.address);
        let message = Message {
            medium: details.medium,
            destination: outgoing.address.as_str().to_owned(),
            purpose: outgoing.purpose,
            code: outgoing.code,
            at: outgoing.at,
        };
        let sent = self.inner.delivery.deliver(message).await;
        tracing::info!(
            purpose = outgoing.purpose.name(),
            ok = sent.is_ok(),
            "code delivered"
        );
        sent.map_err(Error::Undeliverable)?;
        Ok(details)
    }

    /// Runs password arithmetic where it does not hold up other requests, as many at a time as
    /// there are processors: more would only make everybody wait longer.
    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let _turn = self
            .inner
            .turns
            .acquire()
            .await
            .map_err(|_| Error::ShuttingDown)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| Error::ShuttingDown)
    }

    /// What stands for these parts and nothing else, the same each time, and not to be guessed
    /// without the service's keys.
    fn stand_in<const N: usize>(&self, label: &[u8], parts: &[&[u8]]) -> [u8; N] {
        let mut info = Vec::from(label);
        for part in parts {
            // The length in front keeps (`ab`, `c`) and (`a`, `bc`) apart.
            info.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            info.extend_from_slice(part);
        }
        let mut drawn = [0; N];
        Hkdf::<Sha256>::new(None, self.inner.decoy_key.as_ref())
            .expand(&info, &mut drawn)
            .expect("HKDF-SHA-256 gives up to 8,160 bytes");
        drawn
    }

    /// A new random name of sixteen bytes.
    fn draw_id(&self) -> Result<[u8; 16], Error> {
        Ok(*draw(self.random())?)
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Service(..)")
    }
}

/// Where and how a code to this address travels.
fn details_of(address: &Address) -> CodeDeliveryDetails {
    let (medium, attribute) = match address {
        Address::Email(_) => (Medium::Email, ContactAttribute::Email),
        Address::Phone(_) => (Medium::Sms, ContactAttribute::PhoneNumber),
    };
    CodeDeliveryDetails {
        destination: address.masked(),
        medium,
        attribute,
    }
}

/// The key of a user's record. Names that differ only in case are one user.
fn user_key(pool: &Pool, name: &str) -> Result<Key, Error> {
    let folded = username::folded(name)?;
    Key::new(Kind::Account, format!("{}/{folded}", pool.id))
        .map_err(|_| Error::InvalidParameter("The user name is too long.".to_owned()))
}

/// The core's name of a user: the sixteen bytes of the `sub`.
fn account_id(sub: &str) -> AccountId {
    let mut id = [0; 16];
    let digits = sub
        .bytes()
        .filter_map(|digit| char::from(digit).to_digit(16));
    for (place, digit) in digits.take(32).enumerate() {
        let digit = u8::try_from(digit).expect("a hexadecimal digit is less than 16");
        id[place / 2] = id[place / 2] << 4 | digit;
    }
    AccountId(id)
}
