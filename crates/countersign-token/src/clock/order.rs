//! The home of orders to the clock: only who has the admin key can give one, and each only once.

use core::fmt;

use countersign_core::UnixTime;
use embedded_storage::nor_flash::MultiwriteNorFlash;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use super::Trim;
use crate::Random;
use crate::mac::mac;
use crate::setting::{self, FORMAT};
use crate::vault::{Key, Space, Vault, VaultError};

/// The key that guards the clock: 32 bytes that were drawn at random by whoever administers the
/// device. Kept as it is stored, wiped on drop, never shown.
///
/// # The administration applet
#[doc = include_str!("../applet/admin.md")]
pub struct AdminKey([u8; STORED_LEN]);

/// Random bytes that the proof of one order answers.
pub(crate) struct AdminChallenge {
    pub(crate) bytes: [u8; AdminKey::CHALLENGE_LEN],
    /// When it was given out.
    pub(crate) uptime_millis: u64,
}

impl AdminChallenge {
    /// How long it is good, in milliseconds: a proof that is held back for longer would set the
    /// clock to a time that is over.
    const LIFETIME_MILLIS: u64 = 120_000;

    pub(crate) const fn is_good(&self, uptime_millis: u64) -> bool {
        // An uptime that went back is no time gone by, but no reason to trust it either.
        match uptime_millis.checked_sub(self.uptime_millis) {
            Some(age) => age <= Self::LIFETIME_MILLIS,
            None => false,
        }
    }
}

/// What the clock can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// It is this time in UTC.
    SetTime(UnixTime),
    /// The chip is off by so much.
    Trim(Trim),
}

/// What the proof of an order was worth.
#[derive(Debug)]
#[must_use]
pub enum OrderVerdict {
    /// Whoever has the key gave this order, in answer to this challenge.
    Authentic(AuthenticOrder),
    /// The proof is wrong.
    Forged,
}

/// An order whose proof was right. There is no other way to one than [`AdminKey::check`].
#[derive(Debug)]
#[must_use = "the order is not carried out yet"]
pub struct AuthenticOrder(Order);

impl AdminKey {
    /// Bytes in the key.
    pub const LEN: usize = 32;
    /// Bytes in a challenge.
    pub const CHALLENGE_LEN: usize = 16;
    /// Bytes in a proof.
    pub const PROOF_LEN: usize = 32;

    /// The key of these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; Self::LEN]) -> Self {
        let mut stored = [FORMAT; STORED_LEN];
        let [_, key @ ..] = &mut stored;
        *key = bytes;
        Self(stored)
    }

    /// The proof that whoever has the key gives `order` in answer to `challenge`: HMAC-SHA-256 over
    /// the text `countersign-token admin`, a byte 01 for the time or 02 for the trim, the
    /// challenge, and eight bytes of seconds since 1970 or two of parts per million.
    #[must_use]
    pub fn proof(
        &self,
        challenge: &[u8; Self::CHALLENGE_LEN],
        order: Order,
    ) -> [u8; Self::PROOF_LEN] {
        let (secs, ppm);
        let (kind, value): (u8, &[u8]) = match order {
            Order::SetTime(now) => {
                secs = now.secs().to_be_bytes();
                (1, &secs)
            }
            Order::Trim(trim) => {
                ppm = trim.ppm().to_be_bytes();
                (2, &ppm)
            }
        };
        mac(self.as_bytes(), &[PURPOSE, &[kind], challenge, value])
    }

    /// Whether `proof` is the right one.
    ///
    /// The challenge must be forgotten before this is called, whatever comes out: a proof is good
    /// once.
    pub fn check(
        &self,
        challenge: &[u8; Self::CHALLENGE_LEN],
        order: Order,
        proof: &[u8],
    ) -> OrderVerdict {
        if self.proof(challenge, order).ct_eq(proof).into() {
            return OrderVerdict::Authentic(AuthenticOrder(order));
        }
        OrderVerdict::Forged
    }

    /// Where it is stored: a format byte, 1, and the key.
    pub(crate) const KEY: Key = Key::of(Space::Setting, setting::ADMIN_KEY);

    /// The stored key, if there is one.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if it cannot be understood; [`VaultError`] if the medium fails.
    pub(crate) fn load<F: MultiwriteNorFlash, const N: usize>(
        vault: &mut Vault<F, N>,
    ) -> Result<Option<Self>, VaultError> {
        let mut key = Self([0; STORED_LEN]);
        if setting::read(vault, Self::KEY, &mut key.0)? {
            Ok(Some(key))
        } else if vault.contains(Self::KEY) {
            Err(VaultError::Damaged)
        } else {
            Ok(None)
        }
    }

    /// Stores the key.
    ///
    /// # Errors
    /// [`VaultError`] if there is no room or the medium fails.
    pub(crate) fn save<F: MultiwriteNorFlash, const N: usize>(
        &self,
        vault: &mut Vault<F, N>,
        random: &mut impl Random,
    ) -> Result<(), VaultError> {
        vault.put(Self::KEY, &self.0, random)
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; Self::LEN] {
        let [_, key @ ..] = &self.0;
        key
    }
}

impl AuthenticOrder {
    /// What was ordered.
    #[must_use]
    pub const fn order(&self) -> Order {
        self.0
    }

    /// For whoever carries it out.
    pub(super) const fn into_order(self) -> Order {
        self.0
    }
}

impl Drop for AdminKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for AdminKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdminKey(..)")
    }
}

const PURPOSE: &[u8] = b"countersign-token admin";
const STORED_LEN: usize = 1 + AdminKey::LEN;
