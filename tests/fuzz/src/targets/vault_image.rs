//! Storage images: whatever is on a medium, the token's vault mounts or refuses it without a panic
//! and in bounded work, finishes what it mounts in one go, and keeps what it then acknowledges.
//!
//! The first byte of an input says how many pages the medium has and whether checksums and headers
//! are made right before it is mounted, so that hostile lengths and keys are believed; the second
//! how many bytes from the end of the input choose what is then done. The rest is the medium.

mod chip;
mod forge;

use std::collections::BTreeMap;

use countersign_token::{DeviceKey, Key, Random, Space, Vault, VaultError};

use super::Target;
use chip::{Chip, PAGE};

pub(super) const TARGET: Target = Target {
    name: "vault_image",
    run,
    seeds,
    max_len: 6 * PAGE + 64,
};

const DEVICE_KEY: [u8; 32] = [0xC5; 32];

/// More than this many words written and pages erased, and something goes round in circles: it is
/// every word of the largest medium many times over.
const ENOUGH: usize = 50_000;

/// What can be read of a vault; damaged records have no body.
type Contents = BTreeMap<Key, Option<Vec<u8>>>;

fn run(data: &[u8]) {
    let [shape, steps, rest @ ..] = data else {
        return;
    };
    let (image, steps) = rest.split_at(rest.len().saturating_sub(usize::from(*steps % 64)));
    let mut medium = vec![0xFF; usize::from(3 + shape % 4) * PAGE];
    let len = image.len().min(medium.len());
    medium[..len].copy_from_slice(&image[..len]);
    if shape & 0x80 != 0 {
        forge::checksums(&mut medium, PAGE, DEVICE_KEY);
    }
    let Ok(mut vault) = mount(Chip::new(medium)) else {
        return;
    };
    let mut expected = contents(&mut vault);
    let finished = vault.flash().operations;
    vault = again(vault, &expected);
    assert_eq!(vault.flash().operations, finished, "it was not finished");
    for step in steps.chunks(2) {
        take(&mut vault, &mut expected, step);
        assert_eq!(contents(&mut vault), expected);
    }
    again(vault, &expected);
}

fn mount(chip: Chip) -> Result<Vault<Chip, 128>, VaultError> {
    Vault::mount(chip, DeviceKey::new(DEVICE_KEY))
}

/// Mounts what was left: everything is there.
fn again(vault: Vault<Chip, 128>, expected: &Contents) -> Vault<Chip, 128> {
    let chip = vault.into_flash();
    assert!(chip.operations < ENOUGH);
    let mut vault = mount(chip).expect("what was mounted can be mounted");
    assert_eq!(contents(&mut vault), *expected);
    vault
}

fn contents(vault: &mut Vault<Chip, 128>) -> Contents {
    let mut found = Contents::new();
    for space in [
        Space::Setting,
        Space::Credential,
        Space::Counter,
        Space::Audit,
    ] {
        for key in vault.keys(space).collect::<Vec<_>>() {
            let mut body = [0; PAGE];
            let read = match vault.get(key, &mut body) {
                Ok(len) => Some(body[..len.expect("it was listed")].to_vec()),
                Err(error) => {
                    assert_eq!(error, VaultError::Damaged);
                    None
                }
            };
            found.insert(key, read);
        }
    }
    found
}

/// Puts, removes or wipes, as two bytes say.
fn take(vault: &mut Vault<Chip, 128>, expected: &mut Contents, step: &[u8]) {
    let [what, which] = [step[0], *step.last().unwrap_or(&0)];
    let key = Key::of(Space::Credential, which % 16);
    match what % 8 {
        0 => {
            vault.remove(key).expect("the medium works");
            expected.remove(&key);
        }
        1 if which == 0 => {
            vault.wipe().expect("the medium works");
            expected.clear();
        }
        _ => {
            let body = vec![which; usize::from(what) + usize::from(which / 2)];
            match vault.put(key, &body, &mut Counting(which)) {
                Ok(()) => {
                    expected.insert(key, Some(body));
                }
                Err(error) => assert_eq!(error, VaultError::Full),
            }
        }
    }
}

struct Counting(u8);

impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_add(1);
            *byte = self.0;
        }
    }
}

/// Vaults at several moments of a life, as they are and forged.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for pages in 3..7_u8 {
        let mut vault = mount(Chip::new(vec![0xFF; usize::from(pages) * PAGE])).unwrap();
        for turn in 0..60_u8 {
            let mut random = Counting(turn);
            let credential = Key::of(Space::Credential, turn % 5);
            let _ = vault.put(credential, &vec![turn; 30 + usize::from(turn)], &mut random);
            let _ = vault.put(Key::of(Space::Counter, turn % 3), &[turn; 8], &mut random);
            if turn % 20 == 19 {
                for shape in [pages - 3, (pages - 3) | 0x80] {
                    let steps = [2, 3, 100, 7, 0, 1, 30, 9];
                    let image = &vault.flash().bytes;
                    seeds.push([&[shape, 8], &image[..], &steps].concat());
                }
            }
        }
    }
    seeds
}
