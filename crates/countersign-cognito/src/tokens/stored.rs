//! The signing key in the host's store: made at the first start, the same at every later one and
//! on every node.

use countersign_host::store::{Key, Kind};
use countersign_host::{Error, Records};
use zeroize::Zeroizing;

use super::key::{KeyError, SigningKey};

/// Why there is no stored signing key.
#[derive(Debug, thiserror::Error)]
pub enum StoredKeyError {
    /// The store failed, or the record cannot be opened.
    #[error(transparent)]
    Store(#[from] Error),
    /// The key could not be made or read.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl SigningKey {
    /// The installation's key: the stored one, or a new one if there is none yet. Of nodes that
    /// start at the same time, one stores its key and the others take it.
    ///
    /// # Errors
    /// [`StoredKeyError`]; the server cannot issue tokens then.
    pub async fn load_or_generate(records: &Records) -> Result<Self, StoredKeyError> {
        let place = Key::new(Kind::Setting, PLACE).expect("the name is short and not empty");
        if let Some(key) = load(records, &place).await? {
            return Ok(key);
        }
        let made = tokio::task::spawn_blocking(|| {
            let key = Self::generate()?;
            let pkcs8 = key.to_pkcs8()?;
            Ok::<_, KeyError>((key, pkcs8))
        })
        .await
        .map_err(|_| Error::ShuttingDown)?;
        let (key, pkcs8) = made?;
        if records.create(&place, &*pkcs8).await? {
            return Ok(key);
        }
        load(records, &place)
            .await?
            .ok_or(StoredKeyError::Store(Error::RecordUnreadable))
    }
}

async fn load(records: &Records, place: &Key) -> Result<Option<SigningKey>, StoredKeyError> {
    let Some(stored) = records.load::<Vec<u8>>(place).await? else {
        return Ok(None);
    };
    let pkcs8 = Zeroizing::new(stored);
    Ok(Some(SigningKey::from_pkcs8(&pkcs8)?))
}

/// The name of the record.
const PLACE: &str = "token signing key";
