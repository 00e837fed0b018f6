//! The endpoint: what every operation is given to work with.

use std::fmt;
use std::sync::Arc;

use countersign_core::UnixTime;
use countersign_host::random::draw;
use countersign_host::{Pool, Service};

use crate::directory::Directory;
use crate::records::{ClientRecord, PoolRecord};
use crate::sigv4::AccessKeys;
use crate::tokens::TokenIssuer;
use crate::wire::WireError;

/// The service, the directory of pools and clients, and the keys of this endpoint.
pub struct Endpoint {
    service: Service,
    directory: Directory,
    tokens: Arc<TokenIssuer>,
    access_keys: AccessKeys,
}

/// The app client that a request comes through, and its pool as the host sees it.
pub(crate) struct Door {
    pub(crate) client: ClientRecord,
    pub(crate) pool: Pool,
    pub(crate) record: PoolRecord,
}

impl Endpoint {
    /// An endpoint of this service. Pools and clients are kept in the service's own store.
    #[must_use]
    pub fn new(service: Service, tokens: TokenIssuer, access_keys: AccessKeys) -> Self {
        Self {
            directory: Directory::new(service.records().clone()),
            service,
            tokens: Arc::new(tokens),
            access_keys,
        }
    }

    /// The service behind it.
    #[must_use]
    pub const fn service(&self) -> &Service {
        &self.service
    }

    /// Its pools and clients.
    #[must_use]
    pub const fn directory(&self) -> &Directory {
        &self.directory
    }

    /// What issues and verifies its tokens.
    #[must_use]
    pub fn tokens(&self) -> &TokenIssuer {
        &self.tokens
    }

    pub(crate) fn shared_tokens(&self) -> Arc<TokenIssuer> {
        self.tokens.clone()
    }

    /// What its admin calls are signed with.
    #[must_use]
    pub const fn access_keys(&self) -> &AccessKeys {
        &self.access_keys
    }

    pub(crate) fn now(&self) -> Result<UnixTime, WireError> {
        Ok(self.service.now()?)
    }

    pub(crate) async fn ready(&self) -> Result<(), WireError> {
        Ok(self.service.ready().await?)
    }

    /// The client of a user's request, with its pool.
    pub(crate) async fn door(&self, client_id: &str) -> Result<Door, WireError> {
        let client = self.directory.client(client_id).await?;
        let record = self.directory.pool(&client.pool_id).await?;
        Ok(Door {
            pool: record.host_pool(client.session_minutes * 60),
            client,
            record,
        })
    }

    /// Makes a pool under a fresh identifier; `configure` sets what shall differ from the default.
    ///
    /// # Errors
    /// `InternalErrorException` when the store, the clock or the random source fails.
    pub async fn create_pool(
        &self,
        name: &str,
        configure: impl FnOnce(&mut PoolRecord),
    ) -> Result<PoolRecord, WireError> {
        let id = PoolRecord::fresh_id(self.draw()?);
        let mut pool = PoolRecord::new(id, name.to_owned(), self.now()?);
        configure(&mut pool);
        if self.directory.add_pool(&pool).await? {
            return Ok(pool);
        }
        // One of 62^9 identifiers came twice.
        Err(WireError::internal())
    }

    /// Makes a client of a pool under a fresh identifier; `configure` sets what shall differ from
    /// the default. With `confidential` it gets a secret.
    ///
    /// # Errors
    /// `ResourceNotFoundException` for a pool that does not exist; `InternalErrorException` when
    /// the store, the clock or the random source fails.
    pub async fn create_client(
        &self,
        pool_id: &str,
        name: &str,
        confidential: bool,
        configure: impl FnOnce(&mut ClientRecord),
    ) -> Result<ClientRecord, WireError> {
        let pool = self.directory.pool(pool_id).await?;
        let text = |random: &[u8], length| {
            ClientRecord::fresh_text(random, length).ok_or_else(WireError::internal)
        };
        let id = text(&self.draw::<64>()?, 26)?;
        let mut client = ClientRecord::new(id, pool.id, name.to_owned(), self.now()?);
        if confidential {
            client.secret = Some(text(&self.draw::<128>()?, 51)?);
        }
        configure(&mut client);
        if self.directory.add_client(&client).await? {
            return Ok(client);
        }
        Err(WireError::internal())
    }

    /// A pool's record, and the pool as the service takes it.
    ///
    /// # Errors
    /// `ResourceNotFoundException`.
    pub async fn pool(&self, pool_id: &str) -> Result<(PoolRecord, Pool), WireError> {
        let record = self.directory.pool(pool_id).await?;
        let pool = record.host_pool(DEFAULT_SESSION_SECS);
        Ok((record, pool))
    }

    /// Fresh random bytes.
    pub(crate) fn draw<const N: usize>(&self) -> Result<[u8; N], WireError> {
        Ok(*draw(self.service.random()).map_err(countersign_host::Error::from)?)
    }
}

impl Door {
    /// Refuses a request that a confidential client did not sign with its secret.
    pub(crate) fn check_secret_hash(
        &self,
        username: &str,
        hash: Option<&str>,
    ) -> Result<(), WireError> {
        if self.client.accepts_secret_hash(username, hash) {
            return Ok(());
        }
        Err(WireError::not_authorized(
            "Unable to verify secret hash for client",
        ))
    }

    /// Refuses a request that does not show a confidential client's secret.
    pub(crate) fn check_secret(&self, secret: Option<&str>) -> Result<(), WireError> {
        if self.client.accepts_secret(secret) {
            return Ok(());
        }
        Err(WireError::not_authorized("Client secret does not match"))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Endpoint(..)")
    }
}

/// Three minutes, Cognito's own default.
const DEFAULT_SESSION_SECS: u32 = 180;
