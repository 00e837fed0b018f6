//! The home of the device key: made by the lock itself at its first start, kept in a page of its
//! own.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 32 | the key |
//! | 32 | 4 | `LOCK`, written last: what lies before it is whole |
//!
//! On this chip the key lies in the same flash as what it seals. What keeps both inside is the
//! chip's read-back protection (UICR.RBPCONF), which a product switches on; a board with a secure
//! element would ask that.

use countersign_token::{DeviceKey, Random};
use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};
use zeroize::Zeroizing;

use crate::halt::{Halt, halt};
use crate::nvmc::{KEY_PAGE, STORAGE};

/// The device's key. A lock without one makes one, if its storage is blank.
pub(crate) fn device_key(random: &mut impl Random) -> DeviceKey {
    let mut page = KEY_PAGE;
    let mut key = Zeroizing::new([0; KEY_LEN]);
    let mut mark = [0; MARK.len()];
    if page.read(KEY_LEN as u32, &mut mark).is_err() {
        halt(Halt::DeviceKey);
    }
    if mark != *MARK {
        if !STORAGE.is_blank() {
            halt(Halt::DeviceKey);
        }
        random.fill(key.as_mut_slice());
        let made = page
            .erase(0, KEY_PAGE.capacity() as u32)
            .and_then(|()| page.write(0, key.as_slice()))
            .and_then(|()| page.write(KEY_LEN as u32, MARK));
        if made.is_err() {
            halt(Halt::DeviceKey);
        }
    }
    if page.read(0, key.as_mut_slice()).is_err() {
        halt(Halt::DeviceKey);
    }
    DeviceKey::new(*key)
}

const KEY_LEN: usize = 32;
const MARK: &[u8; 4] = b"LOCK";
