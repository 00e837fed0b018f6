//! The client's side of the password exchange, as the Amplify client computes it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U256, U3072};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::world::text;

type Integer = FixedMontyForm<{ U3072::LIMBS }>;

/// One exchange of one client.
pub(crate) struct SrpClient {
    params: FixedMontyParams<{ U3072::LIMBS }>,
    secret: U256,
}

impl SrpClient {
    pub(crate) fn new() -> Self {
        let vectors: Value =
            serde_json::from_str(include_str!("../../../../tests/vectors/srp.json")).expect("JSON");
        let modulus = U3072::from_be_slice(&padded(&text(&vectors["N"])));
        let mut secret = [0; 32];
        aws_lc_rs::rand::fill(&mut secret).expect("random");
        Self {
            params: FixedMontyParams::new_vartime(Odd::new(modulus).expect("N is odd")),
            secret: U256::from_be_slice(&secret),
        }
    }

    /// `SRP_A`.
    pub(crate) fn public(&self) -> String {
        digits(&self.two().pow(&self.secret))
    }

    /// The responses to `PASSWORD_VERIFIER`.
    pub(crate) fn answer(
        &self,
        pool_id: &str,
        challenge: &Value,
        password: &str,
        timestamp: &str,
    ) -> Value {
        let parameters = &challenge["ChallengeParameters"];
        let pool = pool_id.split('_').nth(1).expect("a pool id");
        let user = text(&parameters["USER_ID_FOR_SRP"]);
        let block = STANDARD
            .decode(text(&parameters["SECRET_BLOCK"]))
            .expect("base64");
        let key = self.key(pool, &user, parameters, password);
        let parts = [
            pool.as_bytes(),
            user.as_bytes(),
            &block,
            timestamp.as_bytes(),
        ];
        json!({
            "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": STANDARD.encode(mac(&key, &parts.concat())),
            "TIMESTAMP": timestamp,
        })
    }

    fn key(&self, pool: &str, user: &str, parameters: &Value, password: &str) -> Vec<u8> {
        let server = text(&parameters["SRP_B"]);
        let modulus = hex_of(self.params.modulus().as_ref());
        let multiplier = power_of(&hash(&[&signed(&modulus), &[2]]));
        let multiplier = Integer::new(&multiplier.resize(), &self.params);
        let inner = hash(&[format!("{pool}{user}:{password}").as_bytes()]);
        let private = power_of(&hash(&[&signed(&text(&parameters["SALT"])), &inner]));
        let scrambler = hash(&[&signed(&self.public()), &signed(&server)]);
        let masked = multiplier.mul(&self.two().pow(&private));
        let base = self.integer(&server).sub(&masked);
        let premaster = base
            .pow(&self.secret)
            .mul(&base.pow(&power_of(&scrambler)).pow(&private));
        let salt = signed(&crate::signer::hex(&scrambler));
        let extracted = mac(&salt, &signed(&digits(&premaster)));
        mac(&extracted, b"Caldera Derived Key\x01")[..16].to_vec()
    }

    fn two(&self) -> Integer {
        self.integer("2")
    }

    fn integer(&self, hex: &str) -> Integer {
        Integer::new(&U3072::from_be_slice(&padded(hex)), &self.params)
    }
}

fn power_of(bytes: &[u8; 32]) -> U256 {
    U256::from_be_slice(bytes)
}

fn digits(integer: &Integer) -> String {
    hex_of(&integer.retrieve())
}

fn hex_of(integer: &U3072) -> String {
    crate::signer::hex(integer.to_be_bytes().as_ref())
        .trim_start_matches('0')
        .to_owned()
}

/// 384 bytes.
fn padded(hex: &str) -> Vec<u8> {
    bytes(&format!("{hex:0>768}"))
}

/// The bytes of Java's `BigInteger.toByteArray`.
fn signed(hex: &str) -> Vec<u8> {
    let trimmed = hex.trim_start_matches('0');
    let even = if trimmed.len() % 2 == 1 {
        format!("0{trimmed}")
    } else {
        trimmed.to_owned()
    };
    let mut bytes = bytes(&even);
    if bytes.first().is_some_and(|byte| *byte >= 0x80) {
        bytes.insert(0, 0);
    }
    bytes
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|place| u8::from_str_radix(&hex[2 * place..2 * place + 2], 16).expect("hex"))
        .collect()
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    Sha256::digest(parts.concat()).into()
}

fn mac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}
