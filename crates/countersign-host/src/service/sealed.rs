//! The home of what clients hold: a value in its stored form, sealed.

use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::Service;
use crate::Error;
use crate::seal::Purpose;

impl Service {
    /// Seals a value as text; see [`crate::seal::KeyRing::seal_text`].
    pub(super) fn seal_text<T: Serialize>(
        &self,
        purpose: Purpose,
        associated: &[u8],
        value: &T,
    ) -> Result<String, Error> {
        let keys = &self.inner.keys;
        Ok(keys.seal_text(self.random(), purpose, associated, &stored_form(value)?)?)
    }

    /// Opens what [`Service::seal_text`] gave; `None` for anything else.
    pub(super) fn open_text<T: DeserializeOwned>(
        &self,
        purpose: Purpose,
        associated: &[u8],
        text: &str,
    ) -> Option<T> {
        let plain = self.inner.keys.open_text(purpose, associated, text).ok()?;
        postcard::from_bytes(&plain).ok()
    }

    /// Seals a value as bytes.
    pub(super) fn seal_bytes<T: Serialize>(
        &self,
        purpose: Purpose,
        associated: &[u8],
        value: &T,
    ) -> Result<Vec<u8>, Error> {
        let keys = &self.inner.keys;
        Ok(keys.seal(self.random(), purpose, associated, &stored_form(value)?)?)
    }

    /// Opens what [`Service::seal_bytes`] gave; `None` for anything else.
    pub(super) fn open_bytes<T: DeserializeOwned>(
        &self,
        purpose: Purpose,
        associated: &[u8],
        sealed: &[u8],
    ) -> Option<T> {
        let plain = self.inner.keys.open(purpose, associated, sealed).ok()?;
        postcard::from_bytes(&plain).ok()
    }
}

fn stored_form<T: Serialize>(value: &T) -> Result<Zeroizing<Vec<u8>>, Error> {
    let stored = postcard::to_stdvec(value).map_err(|_| Error::RecordUnreadable)?;
    Ok(Zeroizing::new(stored))
}
