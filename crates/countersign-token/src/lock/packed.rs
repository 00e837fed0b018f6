//! The home of keeping an account small: its stored form is mostly zeros.
//!
//! Every run of zeros becomes a zero and its length, 1 to 255, and a longer run several of those;
//! other bytes stand for themselves. So each account has one packed form, as it has one stored
//! form.

use countersign_core::{ACCOUNT_ENCODED_LEN, Account, Sha1};
use embedded_storage::nor_flash::MultiwriteNorFlash;
use zeroize::Zeroizing;

use super::{Lock, LockError, UserNumber, slot};
use crate::Random;

/// The most bytes of a packed account of a lock. It has one authenticator, verified or pending,
/// with a secret of 20 bytes, and neither delivered codes nor recovery codes: what may differ from
/// zero is less than 300 bytes, and with every other of them zero it is half as much again.
pub(super) const PACKED_MAX: usize = 480;

/// A packed account, wiped on drop.
type Packed = Zeroizing<heapless::Vec<u8, PACKED_MAX>>;

/// An account's stored form, wiped on drop.
type Stored = Zeroizing<[u8; ACCOUNT_ENCODED_LEN]>;

/// Each buffer is in a function of its own, so that a small stack holds few of them at a time.
impl<F: MultiwriteNorFlash, R: Random, const N: usize> Lock<F, R, N> {
    /// Reads a user's account.
    #[inline(never)]
    pub(super) fn account(&mut self, number: UserNumber) -> Result<Account<Sha1>, LockError> {
        let mut stored = Zeroizing::new([0; ACCOUNT_ENCODED_LEN]);
        self.read_account(number, &mut stored)?;
        Account::decode(stored.as_slice()).map_err(|_| LockError::Damaged)
    }

    /// Stores a user's account, unless the vault has it just so.
    #[inline(never)]
    pub(super) fn save(
        &mut self,
        number: UserNumber,
        account: &Account<Sha1>,
    ) -> Result<(), LockError> {
        let mut packed = Packed::default();
        encode(account, &mut packed)?;
        if !self.is_stored(number, &packed)? {
            self.vault
                .put(slot::factor(number), &packed, &mut self.random)?;
        }
        Ok(())
    }

    #[inline(never)]
    fn read_account(&mut self, number: UserNumber, into: &mut Stored) -> Result<(), LockError> {
        let mut packed = Zeroizing::new([0; PACKED_MAX]);
        let length = self
            .vault
            .get(slot::factor(number), packed.as_mut_slice())?
            .ok_or(LockError::Damaged)?;
        unpack(packed.get(..length).unwrap_or_default(), into).ok_or(LockError::Damaged)
    }

    #[inline(never)]
    fn is_stored(&mut self, number: UserNumber, packed: &Packed) -> Result<bool, LockError> {
        let mut stored = Zeroizing::new([0; PACKED_MAX]);
        let length = self
            .vault
            .get(slot::factor(number), stored.as_mut_slice())?;
        Ok(length.and_then(|length| stored.get(..length)) == Some(packed.as_slice()))
    }
}

#[inline(never)]
fn encode(account: &Account<Sha1>, into: &mut Packed) -> Result<(), LockError> {
    pack(account.encode().as_slice(), into).ok_or(LockError::Damaged)
}

/// Packs `bytes` into `into`, from its start; `None` if they do not fit.
fn pack(bytes: &[u8], into: &mut Packed) -> Option<()> {
    into.clear();
    let mut zeros: u8 = 0;
    for byte in bytes {
        if *byte == 0 {
            zeros = zeros.saturating_add(1);
            if zeros == u8::MAX {
                end_run(&mut zeros, into)?;
            }
        } else {
            end_run(&mut zeros, into)?;
            into.push(*byte).ok()?;
        }
    }
    end_run(&mut zeros, into)
}

fn end_run(zeros: &mut u8, into: &mut Packed) -> Option<()> {
    if *zeros > 0 {
        into.push(0).ok()?;
        into.push(*zeros).ok()?;
        *zeros = 0;
    }
    Some(())
}

/// Unpacks what [`pack`] made of an account's stored form; `None` for what has another length.
fn unpack(packed: &[u8], into: &mut Stored) -> Option<()> {
    let mut slots = into.iter_mut();
    let mut from = packed.iter();
    while let Some(byte) = from.next() {
        if *byte != 0 {
            *slots.next()? = *byte;
            continue;
        }
        for _ in 0..*from.next()? {
            *slots.next()? = 0;
        }
    }
    slots.next().is_none().then_some(())
}
