//! The EEPROM adapter: pages of the chip, its busy time, its borders, and the vault upon it.

use countersign_token::{Eeprom, EepromError, Key, Space, Vault, VaultError};
use embedded_storage::nor_flash::{NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash};

use crate::eeprom_chip::{Bus, EepromChip};
use crate::vault_chip::Dice;
use crate::vault_image::Nonces;
use crate::vault_model::{Story, Tally, device_key};

const LEN: u32 = 8192;

fn eeprom(page: usize) -> Eeprom<Bus> {
    Eeprom::new(
        Bus::new(&[0xFF; LEN as usize], page),
        Eeprom::FIRST_ADDRESS,
        LEN,
    )
}

/// Writes at this offset and reads it back; what is around must stay.
#[track_caller]
fn check(page: usize, offset: u32, len: usize) {
    let mut chip = eeprom(page);
    let bytes = Dice(u64::from(offset)).bytes(len);
    chip.write(offset, &bytes).unwrap();
    let mut read = vec![0; len];
    chip.read(offset, &mut read).unwrap();
    assert_eq!(read, bytes);
    let mut all = vec![0xFF; LEN as usize];
    all[offset as usize..][..len].copy_from_slice(&bytes);
    assert_eq!(
        chip.bus().bytes,
        all,
        "page {page}, {len} bytes at {offset}"
    );
}

#[test]
fn writes_never_wrap_within_a_page_of_any_chip() {
    for page in [32, 64, 128] {
        for offset in [0, 1, 31, 32, 33, 60, 63, 64, 127, 4000] {
            for len in [1, 2, 31, 32, 33, 64, 65, 200] {
                check(page, offset, len);
            }
        }
    }
    check(32, LEN - 40, 40);
}

#[test]
fn bits_are_cleared_and_never_set() {
    let mut chip = eeprom(64);
    chip.write(10, &[0xF0, 0x0F]).unwrap();
    chip.write(10, &[0xFF, 0xAA]).unwrap();
    let mut read = [0; 2];
    chip.read(10, &mut read).unwrap();
    assert_eq!(read, [0xF0, 0x0A]);
}

#[test]
fn an_erasure_is_of_whole_pages_and_leaves_the_others() {
    let mut chip = eeprom(64);
    chip.write(0, &[0; 3072]).unwrap();
    chip.erase(1024, 2048).unwrap();
    let bytes = &chip.bus().bytes;
    assert!(bytes[..1024].iter().all(|byte| *byte == 0));
    assert!(bytes[1024..2048].iter().all(|byte| *byte == 0xFF));
    assert!(bytes[2048..3072].iter().all(|byte| *byte == 0));
    assert_eq!(chip.erase(512, 1024), Err(EepromError::NotAligned));
    assert_eq!(chip.erase(0, LEN + 1024), Err(EepromError::OutOfBounds));
}

#[test]
fn what_changes_nothing_is_not_written() {
    let mut chip = eeprom(64);
    chip.erase(0, 2048).unwrap();
    chip.write(0, &[0xFF; 100]).unwrap();
    chip.write(0, &[]).unwrap();
    assert_eq!(chip.bus().writes, 0);
}

#[test]
fn a_chip_that_is_busy_is_asked_again_but_not_for_ever() {
    let mut chip = eeprom(64);
    chip.bus_mut().busy_for = 500;
    chip.write(0, &[0; 64]).unwrap();
    chip.read(0, &mut [0; 4]).unwrap();
    assert!(chip.bus().transactions > 500);

    let mut elsewhere = Eeprom::new(Bus::new(&[0; 64], 64), 0x51, 64);
    assert_eq!(elsewhere.read(0, &mut [0; 4]), Err(EepromError::Bus));
    assert!(elsewhere.bus().transactions < 10_000);
}

#[test]
fn addresses_beyond_the_chip_are_refused() {
    let mut chip = eeprom(64);
    assert_eq!(
        chip.read(LEN - 1, &mut [0; 2]),
        Err(EepromError::OutOfBounds)
    );
    assert_eq!(chip.write(LEN, &[0]), Err(EepromError::OutOfBounds));
    assert_eq!(
        chip.read(u32::MAX, &mut [0; 1]),
        Err(EepromError::OutOfBounds)
    );
    assert_eq!(chip.bus().transactions, 0);
    // Two bytes address no more than this.
    assert_eq!(
        Eeprom::new(Bus::new(&[], 64), 0x50, u32::MAX).capacity(),
        0x1_0000
    );
}

#[test]
fn errors_are_named_for_their_cause() {
    assert_eq!(EepromError::Bus.kind(), NorFlashErrorKind::Other);
    assert_eq!(
        EepromError::NotAligned.kind(),
        NorFlashErrorKind::NotAligned
    );
    assert_eq!(
        EepromError::OutOfBounds.kind(),
        NorFlashErrorKind::OutOfBounds
    );
}

#[test]
fn a_chip_that_falls_silent_fails_the_vault_and_is_read_anew_when_it_is_back() {
    let mut vault = Vault::<_>::mount(eeprom(64), device_key()).unwrap();
    let key = Key::of(Space::Setting, 1);
    let mut dice = Dice(5);
    vault.put(key, b"old", &mut dice).unwrap();

    let mut chip = vault.into_flash().release();
    chip.busy_for = 1_000_000;
    let mut vault =
        Vault::<_>::mount(Eeprom::new(chip, Eeprom::FIRST_ADDRESS, LEN), device_key()).unwrap();
    assert_eq!(vault.put(key, b"new", &mut dice), Err(VaultError::Medium));
    assert_eq!(vault.get(key, &mut [0; 8]), Err(VaultError::Medium));
}

#[test]
fn a_vault_survives_a_cut_at_every_page_that_is_written() {
    let mut nonces = Nonces::default();
    let mut story = Story {
        pages: 4,
        page_len: 1024,
        dice: Dice(6),
        nonces: &mut nonces,
        tally: Tally::default(),
    };
    story.live::<EepromChip>(150, 12, 700);
    let tally = story.tally;
    println!(
        "{} steps, {} page writes, {} cuts, {} double cuts",
        tally.steps, tally.operations, tally.cuts, tally.double_cuts
    );
    assert!(tally.cuts > 2_000 && tally.old > 0 && tally.new > 0);
}
