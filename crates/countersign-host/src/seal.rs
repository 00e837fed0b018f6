//! The home of sealing: what leaves the host's hands, to a client or to the store, is encrypted
//! and bound to its purpose and context, under data keys that rotate.
//!
//! A sealed value is a format byte, four bytes of key id, a nonce of 24 bytes, and
//! XChaCha20-Poly1305 ciphertext with its tag of 16. The cipher key is derived from the data key
//! for one [`Purpose`] (HKDF-SHA-256, RFC 5869), so a value of one purpose opens as no other; the
//! associated data says what else it belongs to: an account, a client, a revision. Nonces are
//! random, which 192 bits allow for more values than will ever be sealed.

mod key_ring;
mod master_key;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

pub use key_ring::{KeyId, KeyRing, RotateError, UnwrapError};
pub use master_key::{MasterKey, MasterKeyError};

use crate::random::{Random, RandomError, draw};

/// What a sealed value is for. Values of different purposes are under different keys.
///
/// The numbers are part of every sealed value's key: one is never changed or used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Purpose {
    /// An account's record in the store.
    Record = 1,
    /// A pending sign-in, held by the client between two challenges.
    SignIn = 2,
    /// The state of a password exchange, sent along as its secret block.
    SrpState = 3,
    /// A refresh token.
    Refresh = 4,
}

/// Why nothing was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// There is no fresh nonce to be had.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The value is longer than [`KeyRing::MAX_PLAINTEXT_LEN`], or too long for
    /// [`KeyRing::MAX_TEXT_LEN`] characters.
    #[error("the value is too long to be sealed")]
    TooLong,
}

/// Why a sealed value does not open. Clients are told none of this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The text or the bytes are longer than anything that was sealed.
    #[error("the sealed value is too long")]
    TooLong,
    /// Not base64url without padding, too short, or of an unknown format.
    #[error("not a sealed value")]
    Malformed,
    /// Sealed under a key that this ring does not have, or no longer.
    #[error("the sealed value is under an unknown key")]
    UnknownKey,
    /// Changed, or sealed for another purpose or with other associated data.
    #[error("the sealed value is not authentic here")]
    NotAuthentic,
}

impl KeyRing {
    /// The longest value that is sealed: 1 MiB.
    pub const MAX_PLAINTEXT_LEN: usize = 1 << 20;
    /// The longest sealed text, in characters.
    pub const MAX_TEXT_LEN: usize = 4096;
    /// How many bytes longer a sealed value is than what is in it.
    pub const OVERHEAD: usize = HEADER_LEN + NONCE_LEN + TAG_LEN;

    /// Seals a value under the current key. `aad` is what it belongs to and is needed to open it.
    ///
    /// # Errors
    /// [`SealError::TooLong`] beyond [`KeyRing::MAX_PLAINTEXT_LEN`], [`SealError::Random`] if
    /// there is no nonce.
    pub fn seal(
        &self,
        random: &dyn Random,
        purpose: Purpose,
        aad: &[u8],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        if plaintext.len() > Self::MAX_PLAINTEXT_LEN {
            return Err(SealError::TooLong);
        }
        let nonce = draw::<NONCE_LEN>(random)?;
        let header = header(self.current_key_id());
        let payload_aad = [header.as_slice(), aad].concat();
        let ciphertext = self
            .current()
            .cipher(purpose)
            .encrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: plaintext,
                    aad: &payload_aad,
                },
            )
            .expect("the cipher takes up to 256 GiB");
        Ok([header.as_slice(), nonce.as_slice(), &ciphertext].concat())
    }

    /// Opens what [`KeyRing::seal`] made for the same purpose and with the same `aad`, under any
    /// key of the ring.
    ///
    /// # Errors
    /// [`OpenError`] says why not.
    pub fn open(
        &self,
        purpose: Purpose,
        aad: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        if sealed.len() > Self::MAX_PLAINTEXT_LEN + Self::OVERHEAD {
            return Err(OpenError::TooLong);
        }
        let key_id = key_id_of(sealed)?;
        let (header, rest) = sealed
            .split_first_chunk::<HEADER_LEN>()
            .ok_or(OpenError::Malformed)?;
        let (nonce, ciphertext) = rest
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(OpenError::Malformed)?;
        let key = self.key(key_id).ok_or(OpenError::UnknownKey)?;
        let payload_aad = [header.as_slice(), aad].concat();
        key.cipher(purpose)
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: ciphertext,
                    aad: &payload_aad,
                },
            )
            .map(Zeroizing::new)
            .map_err(|_| OpenError::NotAuthentic)
    }

    /// [`KeyRing::seal`] as base64url text without padding, of at most
    /// [`KeyRing::MAX_TEXT_LEN`] characters.
    ///
    /// # Errors
    /// As [`KeyRing::seal`], and [`SealError::TooLong`] if the text would be too long.
    pub fn seal_text(
        &self,
        random: &dyn Random,
        purpose: Purpose,
        aad: &[u8],
        plaintext: &[u8],
    ) -> Result<String, SealError> {
        if plaintext.len() > MAX_TEXT_PLAINTEXT_LEN {
            return Err(SealError::TooLong);
        }
        let sealed = self.seal(random, purpose, aad, plaintext)?;
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Opens what [`KeyRing::seal_text`] made. A text that is too long is refused before it is
    /// decoded, and one value has one text only: other trailing bits or padding are refused.
    ///
    /// # Errors
    /// [`OpenError`] says why not.
    pub fn open_text(
        &self,
        purpose: Purpose,
        aad: &[u8],
        text: &str,
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        if text.len() > Self::MAX_TEXT_LEN {
            return Err(OpenError::TooLong);
        }
        let sealed = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| OpenError::Malformed)?;
        self.open(purpose, aad, &sealed)
    }

    /// Whether a sealed value is under the current key. One that is not should be opened and
    /// sealed again before its key is retired.
    ///
    /// # Errors
    /// [`OpenError::Malformed`] if it is not a sealed value.
    pub fn is_current(&self, sealed: &[u8]) -> Result<bool, OpenError> {
        Ok(key_id_of(sealed)? == self.current_key_id())
    }
}

impl key_ring::DataKey {
    fn cipher(&self, purpose: Purpose) -> XChaCha20Poly1305 {
        let subkey = self.subkey(&[SEAL_LABEL, &[purpose as u8]]);
        XChaCha20Poly1305::new((&*subkey).into())
    }
}

fn header(key_id: KeyId) -> [u8; HEADER_LEN] {
    let [a, b, c, d] = key_id.to_bytes();
    [FORMAT, a, b, c, d]
}

fn key_id_of(sealed: &[u8]) -> Result<KeyId, OpenError> {
    match sealed {
        [FORMAT, a, b, c, d, ..] => Ok(KeyId::from_bytes([*a, *b, *c, *d])),
        _ => Err(OpenError::Malformed),
    }
}

const FORMAT: u8 = 1;
const HEADER_LEN: usize = 1 + KeyId::LEN;
const NONCE_LEN: usize = 24;
const TAG_LEN: usize = 16;
/// What fits in base64url text of the greatest length.
const MAX_TEXT_PLAINTEXT_LEN: usize = KeyRing::MAX_TEXT_LEN / 4 * 3 - KeyRing::OVERHEAD;
const SEAL_LABEL: &[u8] = b"countersign seal";
