//! Damage to single records, and a medium that fails while power stays.

use countersign_token::{Key, Space, Vault, VaultError};
use embedded_storage::nor_flash::{
    ErrorType, MultiwriteNorFlash, NorFlash, NorFlashErrorKind, ReadNorFlash,
};

use crate::vault_chip::{Chip, Dice, NorChip};
use crate::vault_image::{Sealed, check_no_remains, live};
use crate::vault_model::{Model, Step, contents, mount};

type Flash = NorChip<512>;

fn key(number: u8) -> Key {
    Key::of(Space::Credential, number)
}

/// The key of a sealed record, which is a credential.
fn credential(sealed: &Sealed) -> Key {
    Key::new(Space::Credential, sealed.key & Key::MAX_NUMBER).unwrap()
}

fn filled() -> (Vec<u8>, Model) {
    let mut dice = Dice(1);
    let mut vault = mount(Flash::blank(6)).unwrap();
    for number in 0..10 {
        vault.put(key(number), &dice.bytes(100), &mut dice).unwrap();
    }
    let model = contents(&mut vault);
    (vault.into_flash().bytes, model)
}

/// What can be read of a vault, and the keys of what is damaged.
fn readable<F: MultiwriteNorFlash>(vault: &mut Vault<F>) -> (Model, Vec<Key>) {
    let (mut model, mut damaged) = (Model::new(), Vec::new());
    for key in vault.keys(Space::Credential).collect::<Vec<_>>() {
        let mut body = [0; 500];
        match vault.get(key, &mut body) {
            Ok(Some(len)) => {
                model.insert(key, body[..len].to_vec());
            }
            other => {
                assert_eq!(other, Err(VaultError::Damaged));
                assert!(
                    body[..100].iter().all(|byte| *byte == 0),
                    "a damaged body was given out"
                );
                damaged.push(key);
            }
        }
    }
    assert_eq!(vault.usage().damaged, damaged.len());
    (model, damaged)
}

/// Flips a bit of the medium and checks that all records but the one there are read as before.
#[track_caller]
fn check_flip(image: &[u8], model: &Model, at: usize, bit: u8) {
    let mut image = image.to_vec();
    let hit = live(&image, 512)
        .into_iter()
        .find(|found| (found.at..found.at + found.len).contains(&at));
    image[at] ^= 1 << bit;
    let mut vault = mount(Flash::with_image(&image)).unwrap();
    let (found, damaged) = readable(&mut vault);
    let victim = hit.map(|hit| credential(&hit));
    for (key, body) in model {
        if Some(*key) != victim {
            assert_eq!(found.get(key), Some(body), "byte {at} bit {bit}");
        } else if found.get(key) != Some(body) {
            assert_eq!(found.get(key), None, "byte {at} bit {bit}: another body");
        }
    }
    assert!(damaged.iter().all(|damaged| Some(*damaged) == victim));
    // It can be replaced, and is whole again.
    if let Some(key) = victim {
        vault.put(key, b"replaced", &mut Dice(2)).unwrap();
        assert_eq!(vault.usage().damaged, 0);
        assert_eq!(mount(vault.into_flash()).unwrap().usage().records, 10);
    }
}

#[test]
fn no_flipped_bit_breaks_another_record() {
    let (image, model) = filled();
    let mut dice = Dice(3);
    for at in 0..image.len() {
        if image[at] != 0xFF {
            check_flip(&image, &model, at, dice.byte() % 8);
        }
    }
}

#[test]
fn no_page_is_lost_with_its_header() {
    let (image, model) = filled();
    for gone in 0..6 {
        let mut image = image.clone();
        image[gone * 512..gone * 512 + 24].fill(0);
        let mut vault = mount(Flash::with_image(&image)).unwrap();
        assert_eq!(contents(&mut vault), model, "page {gone}");
        vault.put(key(0), b"goes on", &mut Dice(9)).unwrap();
        assert_eq!(contents(&mut mount(vault.into_flash()).unwrap()).len(), 10);
    }
}

#[test]
fn a_damaged_record_is_reported_kept_and_can_be_removed() {
    let (mut image, _) = filled();
    let hit = live(&image, 512)[4].clone();
    image[hit.at + 50] ^= 0x10;
    let mut vault = mount(Flash::with_image(&image)).unwrap();
    let mut dice = Dice(4);
    // Everything is moved several times.
    for _ in 0..300 {
        vault
            .put(Key::of(Space::Counter, 1), &dice.bytes(8), &mut dice)
            .unwrap();
    }
    for _ in 0..2 {
        let (found, damaged) = readable(&mut vault);
        assert_eq!(
            (found.len(), damaged.as_slice()),
            (9, &[credential(&hit)][..])
        );
        vault = mount(vault.into_flash()).unwrap();
    }
    vault.remove(credential(&hit)).unwrap();
    assert_eq!(vault.usage().damaged, 0);
    check_no_remains(&vault.flash().bytes, 512);
}

/// A chip that fails one operation and none after it.
struct Flaky {
    chip: Flash,
    fails_in: Option<usize>,
}

impl Flaky {
    fn pass(&mut self) -> Result<(), NorFlashErrorKind> {
        match self.fails_in.as_mut() {
            Some(0) => {
                self.fails_in = None;
                Err(NorFlashErrorKind::Other)
            }
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl ErrorType for Flaky {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Flaky {
    const READ_SIZE: usize = 4;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Self::Error> {
        self.chip.read(offset, bytes)
    }

    fn capacity(&self) -> usize {
        self.chip.capacity()
    }
}

impl NorFlash for Flaky {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = 512;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Self::Error> {
        self.pass()?;
        self.chip.erase(from, to)
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Self::Error> {
        for (at, word) in bytes.chunks(4).enumerate() {
            self.pass()?;
            self.chip
                .write(offset + 4 * u32::try_from(at).unwrap(), word)?;
        }
        Ok(())
    }
}

impl MultiwriteNorFlash for Flaky {}

/// Carries out a step of which one operation fails, goes on without a restart, and checks that
/// what it reads then is what the next mount finds.
#[track_caller]
fn check_failure(image: &[u8], model: &Model, step: &Step, fails_in: usize) -> bool {
    let chip = Flaky {
        chip: Flash::with_image(image),
        fails_in: Some(fails_in),
    };
    let mut vault = mount(chip).unwrap();
    let mut dice = Dice(fails_in as u64);
    let done = step.run(&mut vault, &mut dice);
    if done.is_ok() {
        return false;
    }
    assert_eq!(done, Err(VaultError::Medium));
    let found = contents(&mut vault);
    assert!(
        found == *model || found == step.applied(model),
        "{step:?}, {fails_in}"
    );
    // What is removed after a failed update stays removed.
    if let Step::Put(key, _) = step {
        vault.remove(*key).unwrap();
        let mut vault = mount(vault.into_flash()).unwrap();
        assert!(!vault.contains(*key));
        assert_eq!(vault.get(*key, &mut [0; 500]), Ok(None));
        check_no_remains(&vault.flash().chip.bytes, 512);
    }
    true
}

#[test]
fn an_operation_that_fails_leaves_old_or_new_while_power_stays() {
    let (image, model) = filled();
    let mut dice = Dice(5);
    let mut failures = 0;
    for step in [
        Step::Put(key(3), dice.bytes(100)),
        Step::Put(key(200), dice.bytes(20)),
        Step::Remove(key(3)),
        Step::Wipe,
    ] {
        let mut fails_in = 0;
        while check_failure(&image, &model, &step, fails_in) {
            fails_in += 1;
        }
        failures += fails_in;
    }
    assert!(failures > 100, "{failures}");
}
