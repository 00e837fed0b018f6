//! The client's side of the exchange, written apart from the server's: with a modulus given at
//! run time, and with the difference B - k·v that only a client computes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_host::srp::ServerPublic;
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U256, U3072};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

type Integer = FixedMontyForm<{ U3072::LIMBS }>;

pub(crate) struct Client {
    params: FixedMontyParams<{ U3072::LIMBS }>,
    secret: U256,
}

impl Client {
    pub(crate) fn new(secret: [u8; 32]) -> Self {
        let modulus = U3072::from_be_slice(&super::bytes::<384>(&super::vector_file().modulus));
        let modulus = Odd::new(modulus).expect("N is odd");
        Self {
            params: FixedMontyParams::new_vartime(modulus),
            secret: U256::from_be_slice(&secret),
        }
    }

    pub(crate) fn public_hex(&self) -> String {
        hex(&self.integer(&[2]).pow(&self.secret))
    }

    pub(crate) fn signature(
        &self,
        server: &ServerPublic,
        realm: &str,
        identity: &str,
        password: &str,
        secret_block: &[u8],
        timestamp: &str,
    ) -> String {
        let multiplier = hash(&[&unsigned(self.params.modulus().as_ref()), &[2]]);
        let inner = hash(&[format!("{realm}{identity}:{password}").as_bytes()]);
        let private = hash(&[&signed(&server.salt_hex), &inner]);
        let scrambler = hash(&[&signed(&self.public_hex()), &signed(&server.b_hex)]);
        let power = |base: &Integer, exponent: &[u8; 32]| base.pow(&U256::from_be_slice(exponent));
        let masked = self
            .integer(&multiplier)
            .mul(&power(&self.integer(&[2]), &private));
        let base = self
            .integer(&super::bytes::<384>(&server.b_hex))
            .sub(&masked);
        let premaster = base
            .pow(&self.secret)
            .mul(&power(&power(&base, &scrambler), &private));
        let extracted = mac(&signed(&digits(&scrambler)), &[&signed(&hex(&premaster))]);
        let key = mac(&extracted, &[b"Caldera Derived Key", &[1]]);
        STANDARD.encode(mac(
            &key[..16],
            &[
                realm.as_bytes(),
                identity.as_bytes(),
                secret_block,
                timestamp.as_bytes(),
            ],
        ))
    }

    fn integer(&self, bytes: &[u8]) -> Integer {
        let mut aligned = [0; 384];
        aligned[384 - bytes.len()..].copy_from_slice(bytes);
        Integer::new(&U3072::from_be_slice(&aligned), &self.params)
    }
}

fn hex(integer: &Integer) -> String {
    digits(integer.retrieve().to_be_bytes().as_ref())
}

fn digits(bytes: &[u8]) -> String {
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    nibbles
        .skip_while(|nibble| *nibble == 0)
        .filter_map(|nibble| char::from_digit(nibble.into(), 16))
        .collect()
}

fn unsigned(integer: &U3072) -> Vec<u8> {
    signed(&digits(integer.to_be_bytes().as_ref()))
}

/// What the client does with digits before it hashes them: an even number of them, and `00` in
/// front of a top bit.
fn signed(hex: &str) -> Vec<u8> {
    let mut even = if hex.len() % 2 == 1 {
        format!("0{hex}")
    } else {
        hex.to_owned()
    };
    if even.starts_with(|digit| "89abcdef".contains(digit)) {
        even.insert_str(0, "00");
    }
    (0..even.len() / 2)
        .map(|i| u8::from_str_radix(&even[2 * i..2 * i + 2], 16).expect("is hex"))
        .collect()
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("takes any key");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
