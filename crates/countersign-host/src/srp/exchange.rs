//! The home of the exchange: the server's two steps, and what it keeps between them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::fixed_base;
use super::group::{ELEMENT_LEN, Element, Exponent, HexError, from_hex, sign_padded, to_hex};
use super::verifier::{PasswordProven, PasswordVerifier, ProofRefused};

/// What the client is sent after the first step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerPublic {
    /// B = k·v + g^b mod N, as hexadecimal without leading zeros.
    pub b_hex: String,
    /// The account's salt, as hexadecimal without leading zeros.
    pub salt_hex: String,
}

/// What the server keeps between the two steps: A, b and u. It holds no secret of the account,
/// but whoever reads b can try passwords against the client's answer, so it must be sealed if
/// it leaves the server. `Debug` shows nothing of it and it is wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct ServerState {
    client_public: Element,
    secret: [u8; Self::SECRET_LEN],
    scrambler: [u8; HASH_LEN],
}

/// Why the client's public value A is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SrpError {
    /// The text is empty or has other characters than hexadecimal digits.
    #[error("the client's public value is not hexadecimal")]
    NotHex,
    /// The integer has more than 3072 bits.
    #[error("the client's public value is too long")]
    TooLong,
    /// The integer is zero, or N or more. RFC 5054 §2.5.4 asks to refuse multiples of N, with
    /// which anyone would know the session's secret; an honest client's value is below N.
    #[error("the client's public value is out of range")]
    OutOfRange,
}

/// The bytes are not a stored [`ServerState`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the state of a password exchange")]
pub struct StateMalformed;

impl ServerState {
    /// Bytes in the secret exponent b.
    pub const SECRET_LEN: usize = 32;
    /// Bytes in the stored form.
    pub const ENCODED_LEN: usize = 1 + ELEMENT_LEN + Self::SECRET_LEN + HASH_LEN;

    /// The first step: takes the client's A and a fresh draw for b, which must serve this once
    /// only. One fixed-base power of work.
    ///
    /// # Errors
    /// [`SrpError`] if A is not an integer that an honest client can have sent.
    pub fn begin(
        verifier: &PasswordVerifier,
        client_public_hex: &str,
        b: [u8; Self::SECRET_LEN],
    ) -> Result<(ServerPublic, Self), SrpError> {
        let secret = Zeroizing::new(b);
        let client_bytes = from_hex(client_public_hex).map_err(|error| match error {
            HexError::NotHex => SrpError::NotHex,
            HexError::TooLong => SrpError::TooLong,
        })?;
        let client_public =
            Element::from_be_bytes(&client_bytes).map_err(|_| SrpError::OutOfRange)?;
        let mut power = fixed_base::table().power(&Exponent::from_be_bytes(&secret));
        let mut masked = Element::multiplier().times(verifier.verifier());
        let server_public = masked.plus(&power).to_be_bytes();
        power.zeroize();
        masked.zeroize();
        let public = ServerPublic {
            b_hex: to_hex(server_public.as_ref()),
            salt_hex: verifier.salt_hex(),
        };
        let state = Self {
            client_public,
            secret: *secret,
            scrambler: scrambler(&client_bytes, &server_public),
        };
        Ok((public, state))
    }

    /// The second step: checks the client's signature, the base64 of
    /// HMAC-SHA-256(K, realm || identity || secret block || timestamp). Two powers of work.
    ///
    /// The secret block is that of this exchange and the timestamp the received text; the caller
    /// checks that it is recent ([`parse_timestamp`](super::parse_timestamp)).
    ///
    /// # Errors
    /// [`ProofRefused`] if the signature is not the one that the password makes.
    pub fn finish(
        &self,
        verifier: &PasswordVerifier,
        realm: &str,
        identity: &str,
        secret_block: &[u8],
        timestamp: &str,
        signature_b64: &str,
    ) -> Result<PasswordProven, ProofRefused> {
        let signature = decode_signature(signature_b64)?;
        let key = self.session_key(verifier);
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_ref())
            .expect("HMAC takes keys of any length (RFC 2104 §2)");
        for part in [
            realm.as_bytes(),
            identity.as_bytes(),
            secret_block,
            timestamp.as_bytes(),
        ] {
            mac.update(part);
        }
        verifier.conclude(mac.verify_slice(&signature).is_ok(), identity)
    }

    /// K = HKDF-SHA-256 of S = (A·v^u)^b mod N, salted with u (RFC 5869), 16 bytes.
    fn session_key(&self, verifier: &PasswordVerifier) -> Zeroizing<[u8; SESSION_KEY_LEN]> {
        let scrambler = Exponent::from_be_bytes(&self.scrambler);
        let secret = Exponent::from_be_bytes(&self.secret);
        let mut base = verifier
            .verifier()
            .power_of_public(&scrambler)
            .times(&self.client_public);
        let mut premaster = base.power(&secret);
        let premaster_bytes = premaster.to_be_bytes();
        base.zeroize();
        premaster.zeroize();
        let mut key = Zeroizing::new([0; SESSION_KEY_LEN]);
        Hkdf::<Sha256>::new(
            Some(&sign_padded(&self.scrambler)),
            &sign_padded(premaster_bytes.as_ref()),
        )
        .expand(KEY_INFO, key.as_mut())
        .expect("HKDF-SHA-256 gives up to 8,160 bytes");
        key
    }

    /// The stored form: a format byte, A in 384 big-endian bytes, b, and u.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; Self::ENCODED_LEN]> {
        let mut bytes = Zeroizing::new([0; Self::ENCODED_LEN]);
        bytes[0] = FORMAT;
        let (client_public, rest) = bytes[1..].split_at_mut(ELEMENT_LEN);
        let (secret, scrambler) = rest.split_at_mut(Self::SECRET_LEN);
        client_public.copy_from_slice(self.client_public.to_be_bytes().as_ref());
        secret.copy_from_slice(&self.secret);
        scrambler.copy_from_slice(&self.scrambler);
        bytes
    }

    /// Reads the stored form back.
    ///
    /// # Errors
    /// [`StateMalformed`] for anything that [`ServerState::to_bytes`] cannot have written.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateMalformed> {
        let (&[format], rest) = bytes.split_first_chunk().ok_or(StateMalformed)?;
        let (client_public, rest) = rest.split_first_chunk().ok_or(StateMalformed)?;
        let (secret, rest) = rest.split_first_chunk().ok_or(StateMalformed)?;
        let scrambler = rest.try_into().map_err(|_| StateMalformed)?;
        if format != FORMAT {
            return Err(StateMalformed);
        }
        Ok(Self {
            client_public: Element::from_be_bytes(client_public).map_err(|_| StateMalformed)?,
            secret: *secret,
            scrambler,
        })
    }
}

/// u = SHA-256(pad(A) || pad(B)).
fn scrambler(client_public: &[u8], server_public: &[u8; ELEMENT_LEN]) -> [u8; HASH_LEN] {
    Sha256::new()
        .chain_update(sign_padded(client_public))
        .chain_update(sign_padded(server_public))
        .finalize()
        .into()
}

fn decode_signature(text: &str) -> Result<[u8; HASH_LEN], ProofRefused> {
    if text.len() != SIGNATURE_TEXT_LEN {
        return Err(ProofRefused);
    }
    let bytes = STANDARD.decode(text).map_err(|_| ProofRefused)?;
    bytes.try_into().map_err(|_| ProofRefused)
}

impl fmt::Debug for ServerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerState(..)")
    }
}

const FORMAT: u8 = 1;
const HASH_LEN: usize = 32;
const SESSION_KEY_LEN: usize = 16;
/// Base64 of 32 bytes, with its padding.
const SIGNATURE_TEXT_LEN: usize = 44;
/// What the Amplify client derives the key under.
const KEY_INFO: &[u8] = b"Caldera Derived Key";
