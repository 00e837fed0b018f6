//! The home of the data keys: one that seals, older ones that still open, and the form in which
//! the store keeps them, wrapped by the master key.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::MasterKey;
use crate::random::{Random, RandomError, draw};

/// The data keys: the current one seals, every one opens. Beside them is one key that lasts
/// through all rotations, for keyed hashes that must stay the same.
///
/// `Debug` shows the ids only; the keys are wiped when dropped.
#[derive(Clone)]
pub struct KeyRing {
    /// The current key last. Never empty, at most [`KeyRing::MAX_KEYS`].
    keys: Vec<DataKey>,
    lasting: Zeroizing<[u8; KEY_LEN]>,
}

/// The name of a data key, drawn at random. It is no secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId([u8; Self::LEN]);

/// Why the ring did not take another key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RotateError {
    /// There is no fresh key to be had.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// Retire an older key first.
    #[error("the ring holds {max} keys already", max = KeyRing::MAX_KEYS)]
    TooManyKeys,
}

/// Why wrapped keys do not unwrap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnwrapError {
    /// Not wrapped keys, or of a format that this version does not know.
    #[error("not a wrapped key ring")]
    Malformed,
    /// Wrapped by another master key, or changed.
    #[error("the key ring was not wrapped by this master key, or was changed")]
    NotAuthentic,
}

#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(super) struct DataKey {
    #[zeroize(skip)]
    id: KeyId,
    key: [u8; KEY_LEN],
}

impl KeyRing {
    /// The most keys that one ring holds.
    pub const MAX_KEYS: usize = 16;

    /// A ring with one fresh key.
    ///
    /// # Errors
    /// [`RandomError`] if there is no randomness to be had.
    pub fn generate(random: &dyn Random) -> Result<Self, RandomError> {
        Ok(Self {
            lasting: draw(random)?,
            keys: vec![DataKey::generate(random)?],
        })
    }

    /// Seals with a fresh key from here on; what the others sealed still opens. Wrap and store
    /// the ring before anything is sealed with the new key.
    ///
    /// # Errors
    /// [`RotateError`] if the ring is full or there is no randomness; it is then unchanged.
    pub fn rotate(&mut self, random: &dyn Random) -> Result<(), RotateError> {
        if self.keys.len() >= Self::MAX_KEYS {
            return Err(RotateError::TooManyKeys);
        }
        // Four random bytes can repeat an id, which then must not name two keys.
        let mut key = DataKey::generate(random)?;
        while self.key(key.id).is_some() {
            key = DataKey::generate(random)?;
        }
        self.keys.push(key);
        Ok(())
    }

    /// Forgets every key but the current one: what they sealed opens no more.
    pub fn retire_older(&mut self) {
        let older = self.keys.len() - 1;
        self.keys.drain(..older);
    }

    /// The id of the key that seals.
    #[must_use]
    pub fn current_key_id(&self) -> KeyId {
        self.current().id
    }

    /// A key that stays the same through all rotations, one for each label: for keyed hashes
    /// whose answer must not change, such as the salts of accounts that do not exist.
    #[must_use]
    pub fn lasting_key(&self, label: &str) -> Zeroizing<[u8; 32]> {
        expand(&self.lasting, &[LASTING_LABEL, label.as_bytes()])
    }

    /// The ring as it is stored: a format byte, a nonce, and the keys sealed by the master key.
    ///
    /// # Errors
    /// [`RandomError`] if there is no nonce.
    pub fn to_wrapped(
        &self,
        master: &MasterKey,
        random: &dyn Random,
    ) -> Result<Vec<u8>, RandomError> {
        let mut plain = Zeroizing::new(Vec::with_capacity(KEY_LEN + self.keys.len() * ENTRY_LEN));
        plain.extend_from_slice(self.lasting.as_ref());
        for key in &self.keys {
            plain.extend_from_slice(&key.id.0);
            plain.extend_from_slice(&key.key);
        }
        let nonce = draw::<NONCE_LEN>(random)?;
        let wrapped = wrapping_cipher(master)
            .encrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: &plain,
                    aad: &[FORMAT],
                },
            )
            .expect("the cipher takes up to 256 GiB");
        Ok([&[FORMAT], nonce.as_slice(), &wrapped].concat())
    }

    /// Reads a stored ring back. To change the master key, unwrap with the old one and wrap with
    /// the new one.
    ///
    /// # Errors
    /// [`UnwrapError`] says why not.
    pub fn from_wrapped(master: &MasterKey, wrapped: &[u8]) -> Result<Self, UnwrapError> {
        let (&[format], rest) = wrapped.split_first_chunk().ok_or(UnwrapError::Malformed)?;
        let (nonce, ciphertext) = rest
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(UnwrapError::Malformed)?;
        if format != FORMAT {
            return Err(UnwrapError::Malformed);
        }
        let plain = wrapping_cipher(master)
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: ciphertext,
                    aad: &[FORMAT],
                },
            )
            .map(Zeroizing::new)
            .map_err(|_| UnwrapError::NotAuthentic)?;
        let (lasting, entries) = plain.split_first_chunk().ok_or(UnwrapError::Malformed)?;
        let (entries, rest) = entries.as_chunks::<ENTRY_LEN>();
        if !(1..=Self::MAX_KEYS).contains(&entries.len()) || !rest.is_empty() {
            return Err(UnwrapError::Malformed);
        }
        Ok(Self {
            keys: entries.iter().map(DataKey::from_entry).collect(),
            lasting: Zeroizing::new(*lasting),
        })
    }

    pub(super) fn current(&self) -> &DataKey {
        self.keys
            .last()
            .expect("a ring is made with a key and keeps its last one")
    }

    pub(super) fn key(&self, id: KeyId) -> Option<&DataKey> {
        self.keys.iter().find(|key| key.id == id)
    }
}

impl DataKey {
    fn generate(random: &dyn Random) -> Result<Self, RandomError> {
        Ok(Self::from_entry(&*draw(random)?))
    }

    fn from_entry(entry: &[u8; ENTRY_LEN]) -> Self {
        let mut id = [0; KeyId::LEN];
        let mut key = [0; KEY_LEN];
        let (id_bytes, key_bytes) = entry.split_at(KeyId::LEN);
        id.copy_from_slice(id_bytes);
        key.copy_from_slice(key_bytes);
        Self { id: KeyId(id), key }
    }

    /// The key that is derived for one use of this one.
    pub(super) fn subkey(&self, info: &[&[u8]]) -> Zeroizing<[u8; KEY_LEN]> {
        expand(&self.key, info)
    }
}

impl KeyId {
    /// Bytes in an id.
    pub const LEN: usize = 4;

    /// The id's bytes, as they stand in a sealed value.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; Self::LEN] {
        self.0
    }

    pub(super) const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }
}

fn wrapping_cipher(master: &MasterKey) -> XChaCha20Poly1305 {
    let key = expand(master.as_bytes(), &[WRAP_LABEL]);
    XChaCha20Poly1305::new((&*key).into())
}

fn expand(key: &[u8; KEY_LEN], info: &[&[u8]]) -> Zeroizing<[u8; KEY_LEN]> {
    let mut derived = Zeroizing::new([0; KEY_LEN]);
    Hkdf::<Sha256>::new(None, key)
        .expand_multi_info(info, derived.as_mut())
        .expect("HKDF-SHA-256 gives up to 8,160 bytes");
    derived
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.keys.iter().map(|key| key.id))
            .finish()
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({:08x})", u32::from_be_bytes(self.0))
    }
}

const FORMAT: u8 = 1;
const KEY_LEN: usize = 32;
const NONCE_LEN: usize = 24;
const ENTRY_LEN: usize = KeyId::LEN + KEY_LEN;
const WRAP_LABEL: &[u8] = b"countersign wrap";
const LASTING_LABEL: &[u8] = b"countersign lasting";
