//! Power may be lost at any word that is written and at any page that is erased.

use countersign_token::{Key, Space, VaultError};

use crate::eeprom_chip::EepromChip;
use crate::vault_chip::{Chip, Cut, Dice, NorChip};
use crate::vault_image::{Nonces, check_no_remains};
use crate::vault_model::{Model, Story, Tally, contents, mount};

#[track_caller]
fn check<F: Chip>(
    seed: u64,
    (pages, page_len): (usize, usize),
    (steps, keys, longest): (usize, u16, usize),
) -> Tally {
    let mut nonces = Nonces::default();
    let mut story = Story {
        pages,
        page_len,
        dice: Dice(seed),
        nonces: &mut nonces,
        tally: Tally::default(),
    };
    story.live::<F>(steps, keys, longest);
    let tally = story.tally;
    println!(
        "{} steps, {} operations, {} cuts, {} double cuts; came back old {}, new {}; full {}; \
         {} nonces",
        tally.steps,
        tally.operations,
        tally.cuts,
        tally.double_cuts,
        tally.old,
        tally.new,
        tally.full,
        nonces.len()
    );
    assert!(tally.old > 0 && tally.new > 0 && tally.double_cuts > 0);
    tally
}

#[test]
fn a_vault_survives_a_cut_at_every_operation_of_its_life() {
    // Half full: pages are reclaimed all the time.
    let tally = check::<NorChip<512>>(1, (6, 512), (180, 8, 452));
    assert!(tally.cuts > 10_000);
}

#[test]
fn a_full_vault_survives_a_cut_at_every_operation() {
    let tally = check::<NorChip<512>>(2, (4, 512), (120, 10, 200));
    assert!(tally.full > 0);
}

#[test]
fn words_of_two_bytes_are_torn_alike() {
    check::<NorChip<512, 2>>(3, (3, 512), (40, 4, 300));
}

#[test]
fn large_records_fill_pages_alone() {
    check::<NorChip<1024>>(4, (5, 1024), (40, 3, 936));
}

/// A full vault whose power goes again after at most `longest` operations, time after time, each
/// time in the middle of an update or of finishing it. Returns how often.
#[track_caller]
fn check_flicker<F: Chip>(seed: u64, (pages, page_len): (usize, usize), longest: usize) -> usize {
    let mut dice = Dice(seed);
    let mut vault = mount(F::with_image(&vec![0xFF; pages * page_len])).unwrap();
    let counter = Key::of(Space::Counter, 0);
    vault.put(counter, &[0; 64], &mut dice).unwrap();
    for number in 0..=u8::MAX {
        // Lengths that fill pages to the last bytes.
        let body = dice.bytes(if number % 5 == 0 { 20 } else { 120 });
        if vault
            .put(Key::of(Space::Credential, number), &body, &mut dice)
            .is_err()
        {
            break;
        }
    }
    let mut model = contents(&mut vault);
    let mut image = vault.flash().image().to_vec();
    let mut cuts = 0;
    for turn in 0..300_u16 {
        let mut chip = F::with_image(&image);
        let cut = [Cut::Clean, Cut::Torn][dice.below(2)];
        chip.cut_after(dice.below(longest), cut, Dice(dice.next()));
        let body = turn.to_be_bytes().repeat(32);
        let done = mount(&mut chip).and_then(|mut vault| vault.put(counter, &body, &mut dice));
        cuts += usize::from(done == Err(VaultError::Medium));
        image = chip.image().to_vec();
        check_seen(
            &mut model,
            counter,
            body,
            &contents(&mut mount(F::with_image(&image)).unwrap()),
        );
    }
    let vault = mount(F::with_image(&image)).unwrap();
    check_no_remains(vault.flash().image(), page_len);
    cuts
}

/// Everything is as it was, but for one record that may be new.
#[track_caller]
fn check_seen(model: &mut Model, key: Key, body: Vec<u8>, found: &Model) {
    if found.get(&key) == Some(&body) {
        model.insert(key, body);
    }
    assert!(found == model, "something was lost");
}

#[test]
fn power_that_never_lasts_long_breaks_nothing() {
    let mut cuts = 0;
    for seed in 0..20 {
        for longest in [30, 100, 200] {
            cuts += check_flicker::<NorChip<512>>(seed, (4, 512), longest);
        }
        cuts += check_flicker::<EepromChip>(seed, (3, 1024), 30);
    }
    println!("{cuts} cuts, one after the other");
    assert!(cuts > 10_000);
}
