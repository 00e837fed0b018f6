//! The signing key: RSA with 2048 bits, its stored form, its public half and its thumbprint.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A key pair that signs tokens.
pub struct SigningKey {
    pair: KeyPair,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    id: String,
}

/// Why there is no signing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The bytes are no RSA key in PKCS#8, or one that is too short.
    #[error("not an RSA signing key of 2048 bits or more")]
    Malformed,
    /// The cryptographic library could not do its work.
    #[error("the RSA key could not be made or exported")]
    Failed,
}

impl SigningKey {
    /// Makes a fresh key of 2048 bits. This takes a good part of a second.
    ///
    /// # Errors
    /// [`KeyError::Failed`] when the library cannot.
    pub fn generate() -> Result<Self, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Failed)?;
        Ok(Self::from_pair(pair))
    }

    /// Reads a key from the bytes of [`SigningKey::to_pkcs8`].
    ///
    /// # Errors
    /// [`KeyError::Malformed`] for anything else.
    pub fn from_pkcs8(bytes: &[u8]) -> Result<Self, KeyError> {
        let pair = KeyPair::from_pkcs8(bytes).map_err(|_| KeyError::Malformed)?;
        if pair.public_modulus_len() < 256 {
            return Err(KeyError::Malformed);
        }
        Ok(Self::from_pair(pair))
    }

    /// The key as PKCS#8 DER (RFC 5208), to be sealed and stored.
    ///
    /// # Errors
    /// [`KeyError::Failed`] when the library cannot.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().map_err(|_| KeyError::Failed)?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }

    /// The key's identifier, `kid`: its SHA-256 thumbprint (RFC 7638) in base64url.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The public modulus in base64url, `n` of the JWK (RFC 7518 §6.3.1.1).
    pub(super) fn modulus(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.modulus)
    }

    /// The public exponent in base64url, `e` of the JWK.
    pub(super) fn exponent(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.exponent)
    }

    /// Signs with RSASSA-PKCS1-v1_5 and SHA-256, which is RS256 (RFC 7518 §3.3).
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message,
                &mut signature,
            )
            .map_err(|_| KeyError::Failed)?;
        Ok(signature)
    }

    /// Whether this key signed the message.
    pub(super) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let public = RsaPublicKeyComponents {
            n: &self.modulus,
            e: &self.exponent,
        };
        public
            .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            .is_ok()
    }

    fn from_pair(pair: KeyPair) -> Self {
        let public = pair.public_key();
        let modulus = public.modulus().big_endian_without_leading_zero().to_vec();
        let exponent = public.exponent().big_endian_without_leading_zero().to_vec();
        let mut key = Self {
            pair,
            modulus,
            exponent,
            id: String::new(),
        };
        key.id = key.thumbprint();
        key
    }

    /// RFC 7638 §3: the required members in lexicographic order, without white space.
    fn thumbprint(&self) -> String {
        let (n, e) = (self.modulus(), self.exponent());
        let canonical = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
        URL_SAFE_NO_PAD.encode(Sha256::digest(canonical))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
