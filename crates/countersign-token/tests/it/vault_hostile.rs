//! Media that somebody wrote to: whatever is on them, nothing panics, hangs or is believed.

use countersign_token::{Key, Space};

use crate::vault_chip::{Chip, Dice, NorChip};
use crate::vault_model::{Step, mount};

const PAGE: usize = 512;
const PAGES: usize = 5;

type Flash = NorChip<PAGE>;

/// A vault after some of a life.
fn lived(dice: &mut Dice) -> Vec<u8> {
    let mut vault = mount(Flash::blank(PAGES)).unwrap();
    for _ in 0..60 {
        let _ = Step::random(dice, 8, 300).run(&mut vault, dice);
    }
    vault.into_flash().bytes
}

fn mutate(image: &mut [u8], dice: &mut Dice) {
    let at = dice.below(image.len());
    let page = dice.below(PAGES) * PAGE;
    let other = dice.below(PAGES) * PAGE;
    match dice.below(8) {
        0 => image[at] ^= 1 << dice.below(8),
        1 => image[at] = dice.byte(),
        2 => {
            let len = dice.below(image.len() - at).min(100);
            dice.clone()
                .bytes(len)
                .iter()
                .zip(&mut image[at..])
                .for_each(|(from, to)| *to = *from);
        }
        3 => {
            let copied = image[page..page + PAGE].to_vec();
            image[other..other + PAGE].copy_from_slice(&copied);
        }
        4 => {
            let (from, to) = (
                page + 4 * dice.below(PAGE / 4),
                other + 4 * dice.below(PAGE / 4),
            );
            let len = (image.len() - from.max(to)).min(4 * dice.below(60));
            let copied = image[from..from + len].to_vec();
            image[to..to + len].copy_from_slice(&copied);
        }
        5 => image[page..page + PAGE].fill([0x00, 0xFF][dice.below(2)]),
        6 => {
            let len = dice.below(PAGE);
            image[page..page + len].fill(0xFF);
        }
        _ => image[at & !3..][..4].copy_from_slice(&[[0x5A; 4], [0xFF; 4], [0; 4]][dice.below(3)]),
    }
}

/// Uses a vault in every way. Whatever it answers, it answers.
fn use_it(image: &[u8], dice: &mut Dice) -> bool {
    let Ok(mut vault) = mount(Flash::with_image(image)) else {
        return false;
    };
    let spaces = [
        Space::Setting,
        Space::Credential,
        Space::Counter,
        Space::Audit,
    ];
    for space in spaces {
        for key in vault.keys(space).collect::<Vec<_>>() {
            let _ = vault.get(key, &mut [0; PAGE]);
        }
    }
    for _ in 0..10 {
        let _ = Step::random(dice, 8, 452).run(&mut vault, dice);
    }
    let usage = vault.usage();
    assert!(usage.used <= PAGES * PAGE && usage.damaged <= usage.records);
    // And it is a vault afterwards.
    let chip = vault.into_flash();
    let mut vault = mount(Flash::with_image(&chip.bytes)).unwrap();
    vault.wipe().unwrap();
    vault
        .put(Key::of(Space::Setting, 1), b"usable", dice)
        .unwrap();
    assert_eq!(
        vault.get(Key::of(Space::Setting, 1), &mut [0; 8]),
        Ok(Some(6))
    );
    true
}

#[test]
fn mutated_media_neither_panic_nor_hang() {
    let mut dice = Dice(1);
    let mut mounted = 0;
    for _ in 0..50 {
        let image = lived(&mut dice);
        for _ in 0..100 {
            let mut image = image.clone();
            for _ in 0..=dice.below(6) {
                mutate(&mut image, &mut dice);
            }
            mounted += usize::from(use_it(&image, &mut dice));
        }
    }
    println!("{mounted} of 5,000 were mounted");
    assert!(mounted > 2_000);
}

#[test]
fn random_media_are_foreign() {
    let mut dice = Dice(2);
    for _ in 0..200 {
        let image = dice.bytes(PAGES * PAGE);
        assert!(!use_it(&image, &mut dice));
    }
}
