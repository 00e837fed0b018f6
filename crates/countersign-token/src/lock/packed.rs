//! The home of keeping an account small: its stored form is mostly zeros.
//!
//! Every run of zeros becomes a zero and its length, 1 to 255, and a longer run several of those;
//! other bytes stand for themselves. So each account has one packed form, as it has one stored
//! form. The longest that the accounts of a lock come to is [`PACKED_MAX`]: one authenticator,
//! verified or pending, with a secret of 20 bytes, and neither delivered codes nor recovery codes.

use countersign_core::ACCOUNT_ENCODED_LEN;
use zeroize::Zeroizing;

/// The most bytes of a packed account.
pub(super) const PACKED_MAX: usize = 480;

/// A packed account, wiped on drop.
pub(super) type Packed = Zeroizing<heapless::Vec<u8, PACKED_MAX>>;

/// The bytes do not fit, or are not a packed form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotPacked;

/// Packs `bytes` into `into`, from its start.
pub(super) fn pack(bytes: &[u8], into: &mut Packed) -> Result<(), NotPacked> {
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
            into.push(*byte).map_err(|_| NotPacked)?;
        }
    }
    end_run(&mut zeros, into)
}

/// Unpacks what [`pack`] made of an account's stored form.
pub(super) fn unpack(packed: &[u8]) -> Result<Zeroizing<[u8; ACCOUNT_ENCODED_LEN]>, NotPacked> {
    let mut bytes = Zeroizing::new([0; ACCOUNT_ENCODED_LEN]);
    let mut slots = bytes.iter_mut();
    let mut from = packed.iter();
    while let Some(byte) = from.next() {
        if *byte != 0 {
            *slots.next().ok_or(NotPacked)? = *byte;
            continue;
        }
        for _ in 0..*from.next().ok_or(NotPacked)? {
            // A zero already.
            slots.next().ok_or(NotPacked)?;
        }
    }
    match slots.next() {
        None => Ok(bytes),
        Some(_) => Err(NotPacked),
    }
}

fn end_run(zeros: &mut u8, into: &mut Packed) -> Result<(), NotPacked> {
    if *zeros > 0 {
        into.push(0).map_err(|_| NotPacked)?;
        into.push(*zeros).map_err(|_| NotPacked)?;
        *zeros = 0;
    }
    Ok(())
}
