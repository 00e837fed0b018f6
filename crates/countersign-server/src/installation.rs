//! The installation: the store and its keys, opened from where the options say they are.

use std::path::Path;
use std::sync::Arc;

use countersign_cognito::Endpoint;
use countersign_cognito::sigv4::AccessKeys;
use countersign_cognito::tokens::{SigningKey, TokenIssuer};
use countersign_host::clock::SystemClock;
use countersign_host::delivery::Delivery;
use countersign_host::random::{OsRandom, draw};
use countersign_host::seal::{KeyRing, MasterKey};
use countersign_host::store::{
    Expected, Key, Kind, MemoryStore, OpenError, OperationId, SqliteStore, Store, StoreError,
    save_surely,
};
use countersign_host::{Parts, Service};
use zeroize::Zeroizing;

use crate::data_folder::DataFolder;
use crate::failure::Failure;
use crate::settings::{Location, StoreUrl};

/// A store that is open, and the keys to what is in it.
pub(crate) struct Installation {
    pub(crate) folder: DataFolder,
    store: Arc<dyn Store>,
    keys: KeyRing,
}

impl Installation {
    /// Opens the store, making it and its keys if they are missing.
    ///
    /// # Errors
    /// [`Failure`] says what stands in the way and how to get past it.
    pub(crate) async fn open(location: &Location) -> Result<Self, Failure> {
        let folder = DataFolder::open(&location.data)?;
        let (store, keys): (Arc<dyn Store>, KeyRing) = match &location.store {
            StoreUrl::Memory => {
                let keys = KeyRing::generate(&OsRandom).map_err(|error| no_keys(&error))?;
                (Arc::new(MemoryStore::new()), keys)
            }
            StoreUrl::Sqlite(path) => {
                let path = path.clone().unwrap_or_else(|| folder.database());
                let opened = SqliteStore::open(&path);
                let store = Arc::new(opened.map_err(|error| not_opened(&path, &error))?);
                let keys = stored_keys(store.as_ref(), &folder.master_key()).await?;
                (store, keys)
            }
        };
        Ok(Self {
            folder,
            store,
            keys,
        })
    }

    /// The service of this installation, with this way of delivery.
    pub(crate) fn service(&self, delivery: Arc<dyn Delivery>) -> Service {
        Service::new(Parts {
            store: self.store.clone(),
            delivery,
            clock: Arc::new(SystemClock),
            random: Arc::new(OsRandom),
            keys: self.keys.clone(),
        })
    }
}

/// The endpoint of a service, signing tokens with the installation's key, which is made at first.
///
/// # Errors
/// [`Failure`] if the key cannot be read or made.
pub(crate) async fn endpoint(
    service: Service,
    public_url: &str,
    access_keys: AccessKeys,
) -> Result<Endpoint, Failure> {
    let key = SigningKey::load_or_generate(service.records())
        .await
        .map_err(|error| {
            Failure::obstacle("there is no key to sign tokens with").because(&error)
        })?;
    Ok(Endpoint::new(
        service,
        TokenIssuer::new(public_url, key),
        access_keys,
    ))
}

/// The data keys of a store, wrapped by the master key; both are made for a store that is new.
async fn stored_keys(store: &dyn Store, master_key: &Path) -> Result<KeyRing, Failure> {
    let place = setting("key-ring");
    let found = load(store, &place).await?;
    if found.is_some() && !master_key.exists() {
        let path = master_key.display();
        return Err(
            Failure::obstacle(format!("the master key {path} of this store is missing"))
                .next("Put it back from where you keep it: without it the store cannot be read."),
        );
    }
    let master = MasterKey::load_or_create(master_key, &OsRandom)
        .map_err(|error| Failure::obstacle("there is no master key").because(&error))?;
    let wrapped = match found {
        Some(wrapped) => wrapped,
        None => fresh_keys(store, &place, &master).await?,
    };
    KeyRing::from_wrapped(&master, &wrapped).map_err(|error| {
        Failure::obstacle("the store does not open")
            .because(&error)
            .next(format!(
                "Put the master key that belongs to this store at {}.",
                master_key.display()
            ))
    })
}

/// Makes the keys of a new store. Of several processes that start at once, all get the same ones.
async fn fresh_keys(
    store: &dyn Store,
    place: &Key,
    master: &MasterKey,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let ring = KeyRing::generate(&OsRandom).map_err(|error| no_keys(&error))?;
    let wrapped = ring
        .to_wrapped(master, &OsRandom)
        .map_err(|error| no_keys(&error))?;
    let operation = draw(&OsRandom).map_err(|error| no_keys(&error))?;
    let operation = OperationId::from_bytes(*operation);
    // On a conflict another process was first, and its keys are the ones.
    let _ = save_surely(store, place, Expected::Absent, operation, wrapped)
        .await
        .map_err(|error| not_readable(&error))?;
    load(store, place)
        .await?
        .ok_or_else(|| Failure::obstacle("the keys of the store are gone"))
}

async fn load(store: &dyn Store, key: &Key) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
    let stored = store
        .load(key)
        .await
        .map_err(|error| not_readable(&error))?;
    Ok(stored.map(|stored| Zeroizing::new(stored.value)))
}

/// The key of a value of the installation itself.
pub(crate) fn setting(name: &str) -> Key {
    Key::new(Kind::Setting, name).expect("the names in this program are short")
}

fn no_keys(error: &dyn std::error::Error) -> Failure {
    Failure::obstacle("no keys can be made").because(error)
}

fn not_readable(error: &StoreError) -> Failure {
    Failure::obstacle("the store cannot be used").because(error)
}

fn not_opened(path: &Path, error: &OpenError) -> Failure {
    let next = match error {
        OpenError::Newer { .. } => "A newer countersign wrote it: use that version or a later one.",
        OpenError::Foreign => "Name another file with --store sqlite:PATH.",
        OpenError::Exposed => "Run `chmod o-rwx` on it if nobody else read it.",
        OpenError::NoWriteAheadLog => "Put it on a local disk with --data or --store sqlite:PATH.",
        _ => "Look whether the folder exists, is yours, and has room; or name another with --data.",
    };
    Failure::obstacle(format!("the store {} does not open", path.display()))
        .because(error)
        .next(next)
}
