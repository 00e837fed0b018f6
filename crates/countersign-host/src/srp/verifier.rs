//! The home of what is stored instead of a password: a salt and v = g^x.

use std::fmt;

use hkdf::Hkdf;
use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::fixed_base;
use super::group::{ELEMENT_LEN, Element, Exponent, sign_padded, to_hex};

/// A salt and the verifier v = g^x mod N, with
/// x = SHA-256(pad(salt) || SHA-256(realm || identity || `:` || password)).
///
/// The verifier is not stretched: whoever reads it can try passwords at the price of one power
/// each. It is therefore a secret, to be sealed where it is stored. `Debug` shows nothing of it
/// and it is wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct PasswordVerifier {
    salt: [u8; Self::SALT_LEN],
    verifier: Element,
    #[zeroize(skip)]
    origin: Origin,
}

/// Whether a verifier belongs to an account.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Account,
    /// Stands in for an account that does not exist: no proof against it ever holds.
    Decoy,
}

/// Proof that whoever signs in knows the password of [`PasswordProven::identity`]. Only a passed
/// check makes one.
#[must_use]
pub struct PasswordProven {
    identity: String,
}

/// The password, or the proof of it, is wrong. No more is said: which part differed would help
/// only whoever guesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the password was not proven")]
pub struct ProofRefused;

/// The bytes are not a stored verifier, or not one that a client may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a password verifier")]
pub struct VerifierMalformed;

impl PasswordVerifier {
    /// Bytes in a salt.
    pub const SALT_LEN: usize = 16;
    /// Bytes in the stored form.
    pub const ENCODED_LEN: usize = 1 + Self::SALT_LEN + ELEMENT_LEN;

    /// The verifier of a password, with a salt drawn for it alone. One fixed-base power of work.
    #[must_use]
    pub fn new(realm: &str, identity: &str, password: &str, salt: [u8; Self::SALT_LEN]) -> Self {
        let exponent = private_exponent(&salt, realm, identity, password);
        Self {
            salt,
            verifier: fixed_base::table().power(&exponent),
            origin: Origin::Account,
        }
    }

    /// A verifier that the client computed itself, as it does for a remembered device: the salt
    /// and v as big-endian integers, with or without a leading zero byte.
    ///
    /// # Errors
    /// [`VerifierMalformed`] if the salt has more than 16 significant bytes, or v is zero or not
    /// below N.
    pub fn from_client(salt: &[u8], verifier: &[u8]) -> Result<Self, VerifierMalformed> {
        let verifier = Zeroizing::new(right_aligned(verifier)?);
        Ok(Self {
            salt: right_aligned(salt)?,
            verifier: Element::from_be_bytes(&verifier).map_err(|_| VerifierMalformed)?,
            origin: Origin::Account,
        })
    }

    /// What to answer with for an identity that has no account: always the same salt and verifier
    /// for the same key, realm and identity, not to be told from real ones. No proof against it
    /// holds, whatever the client sends.
    ///
    /// `key` must outlast every rotation, or an answer that changes would give the decoy away.
    #[must_use]
    pub fn decoy(key: &[u8; 32], realm: &str, identity: &str) -> Self {
        let derive = Hkdf::<Sha256>::new(None, key);
        let realm_len = u64::try_from(realm.len()).unwrap_or(u64::MAX).to_be_bytes();
        let mut salt = [0; Self::SALT_LEN];
        let mut verifier = Zeroizing::new([0; ELEMENT_LEN]);
        for (label, out) in [
            (DECOY_SALT, salt.as_mut_slice()),
            (DECOY_VERIFIER, verifier.as_mut_slice()),
        ] {
            // The length in front keeps (`ab`, `c`) and (`a`, `bc`) apart.
            let info = [label, &realm_len, realm.as_bytes(), identity.as_bytes()];
            derive
                .expand_multi_info(&info, out)
                .expect("HKDF-SHA-256 gives up to 8,160 bytes");
        }
        Self {
            salt,
            verifier: Element::reduce(&verifier),
            origin: Origin::Decoy,
        }
    }

    /// Checks a password that was sent as it is. One fixed-base power of work, in time that does
    /// not depend on where the password differs.
    ///
    /// # Errors
    /// [`ProofRefused`] if it is not the password that the verifier was made from.
    pub fn verify_password(
        &self,
        realm: &str,
        identity: &str,
        password: &str,
    ) -> Result<PasswordProven, ProofRefused> {
        let exponent = private_exponent(&self.salt, realm, identity, password);
        let mut candidate = fixed_base::table().power(&exponent);
        let same = candidate.same_as(&self.verifier);
        candidate.zeroize();
        self.conclude(same.to_bool(), identity)
    }

    /// The salt as the client is told it: hexadecimal without leading zeros.
    #[must_use]
    pub fn salt_hex(&self) -> String {
        to_hex(&self.salt)
    }

    /// The stored form: a format byte, the salt, and v in 384 big-endian bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; Self::ENCODED_LEN]> {
        let mut bytes = Zeroizing::new([0; Self::ENCODED_LEN]);
        bytes[0] = FORMAT;
        bytes[1..=Self::SALT_LEN].copy_from_slice(&self.salt);
        bytes[1 + Self::SALT_LEN..].copy_from_slice(self.verifier.to_be_bytes().as_ref());
        bytes
    }

    /// Reads the stored form back.
    ///
    /// # Errors
    /// [`VerifierMalformed`] for anything that [`PasswordVerifier::to_bytes`] cannot have
    /// written.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VerifierMalformed> {
        let (&[format], rest) = bytes.split_first_chunk().ok_or(VerifierMalformed)?;
        let (salt, verifier) = rest.split_first_chunk().ok_or(VerifierMalformed)?;
        let verifier = verifier.try_into().map_err(|_| VerifierMalformed)?;
        if format != FORMAT {
            return Err(VerifierMalformed);
        }
        Ok(Self {
            salt: *salt,
            verifier: Element::from_be_bytes(verifier).map_err(|_| VerifierMalformed)?,
            origin: Origin::Account,
        })
    }

    pub(super) fn verifier(&self) -> &Element {
        &self.verifier
    }

    /// The end of every check: the only place where a [`PasswordProven`] is made.
    pub(super) fn conclude(
        &self,
        matches: bool,
        identity: &str,
    ) -> Result<PasswordProven, ProofRefused> {
        if matches && self.origin == Origin::Account {
            Ok(PasswordProven {
                identity: identity.to_owned(),
            })
        } else {
            Err(ProofRefused)
        }
    }
}

impl PasswordProven {
    /// Whose password was proven, as the check was given it.
    #[must_use]
    pub fn identity(&self) -> &str {
        &self.identity
    }
}

fn private_exponent(salt: &[u8], realm: &str, identity: &str, password: &str) -> Exponent {
    let mut inner: [u8; 32] = Sha256::new()
        .chain_update(realm)
        .chain_update(identity)
        .chain_update(":")
        .chain_update(password)
        .finalize()
        .into();
    let mut outer: [u8; 32] = Sha256::new()
        .chain_update(sign_padded(salt))
        .chain_update(inner)
        .finalize()
        .into();
    let exponent = Exponent::from_be_bytes(&outer);
    inner.zeroize();
    outer.zeroize();
    exponent
}

/// A big-endian integer in exactly `N` bytes; more bytes pass only if they are zeros in front.
fn right_aligned<const N: usize>(bytes: &[u8]) -> Result<[u8; N], VerifierMalformed> {
    let excess = bytes.len().saturating_sub(N);
    let (front, kept) = bytes.split_at(excess);
    if excess > 1 || front.iter().any(|byte| *byte != 0) {
        return Err(VerifierMalformed);
    }
    let mut aligned = [0; N];
    aligned[N - kept.len()..].copy_from_slice(kept);
    Ok(aligned)
}

impl fmt::Debug for PasswordVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordVerifier(..)")
    }
}

impl fmt::Debug for PasswordProven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordProven(..)")
    }
}

impl Serialize for PasswordVerifier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.to_bytes().as_ref())
    }
}

impl<'de> Deserialize<'de> for PasswordVerifier {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(StoredForm)
    }
}

/// Reads the stored form from serde: as bytes, or as the list of numbers that JSON makes of them.
struct StoredForm;

impl<'de> Visitor<'de> for StoredForm {
    type Value = PasswordVerifier;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a stored password verifier")
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<PasswordVerifier, E> {
        PasswordVerifier::from_bytes(bytes).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<PasswordVerifier, A::Error> {
        let mut bytes = Zeroizing::new([0; PasswordVerifier::ENCODED_LEN]);
        for byte in bytes.iter_mut() {
            *byte = seq
                .next_element()?
                .ok_or_else(|| de::Error::custom(VerifierMalformed))?;
        }
        self.visit_bytes(bytes.as_ref())
    }
}

const FORMAT: u8 = 1;
const DECOY_SALT: &[u8] = b"decoy salt";
const DECOY_VERIFIER: &[u8] = b"decoy verifier";
