//! Power may be lost at any word that is written and at any page that is erased.

use crate::vault_chip::{Chip, Dice, NorChip};
use crate::vault_image::Nonces;
use crate::vault_model::{Story, Tally};

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
