//! How much fits, what a full vault does, and how the medium wears.

use std::collections::BTreeMap;

use countersign_token::{Key, Space, Vault, VaultError};

use crate::vault_chip::{Chip, Dice, NorChip};
use crate::vault_image::check_no_remains;
use crate::vault_model::{contents, device_key, mount};

/// What a credential of maximal size takes: 64 bytes of name, 64 of secret, 8 of parameters.
const CREDENTIAL: usize = 136;
const COUNTER: usize = 8;

type Flash = NorChip<1024>;

fn key(space: Space, number: usize) -> Key {
    Key::new(space, number.try_into().unwrap()).unwrap()
}

/// Puts so many credentials, each with a counter.
fn put_pairs<F: Chip>(count: usize, vault: &mut Vault<F>, dice: &mut Dice) {
    for number in 0..count {
        for (space, len) in [(Space::Credential, CREDENTIAL), (Space::Counter, COUNTER)] {
            vault
                .put(key(space, number), &dice.bytes(len), dice)
                .unwrap();
        }
    }
}

/// Puts records of this length until the vault is full; returns how many there are.
fn fill<F: Chip>(vault: &mut Vault<F>, space: Space, len: usize, dice: &mut Dice) -> usize {
    let mut number = 0;
    loop {
        let before = vault.flash().operations();
        match vault.put(key(space, number), &dice.bytes(len), dice) {
            Err(VaultError::Full) => {
                assert_eq!(vault.flash().operations(), before, "a full vault wrote");
                return number;
            }
            done => done.unwrap(),
        }
        number += 1;
    }
}

#[test]
fn a_hundred_credentials_and_as_many_counters_fit_into_32_kib() {
    let mut dice = Dice(1);
    let mut vault = mount(Flash::blank(32)).unwrap();
    put_pairs(100, &mut vault, &mut dice);
    let pairs = vault.usage();
    println!("100 pairs: {pairs:?}");
    assert_eq!(pairs.used, 100 * (172 + 44));
    assert!(pairs.used <= pairs.capacity);

    let mut alone = mount(Flash::blank(32)).unwrap();
    let credentials = fill(&mut alone, Space::Credential, CREDENTIAL, &mut dice);
    let counters = fill(&mut alone, Space::Counter, COUNTER, &mut dice);
    println!(
        "{credentials} credentials and then {counters} counters; {:?}",
        alone.usage()
    );
    assert!(credentials >= 128 && counters >= 32);
}

#[test]
fn a_full_vault_keeps_everything_and_updates_what_is_small() {
    let mut dice = Dice(2);
    let mut vault = mount(Flash::blank(8)).unwrap();
    let counters = 20;
    for number in 0..counters {
        vault
            .put(key(Space::Counter, number), &dice.bytes(COUNTER), &mut dice)
            .unwrap();
    }
    fill(&mut vault, Space::Credential, CREDENTIAL, &mut dice);
    fill(&mut vault, Space::LastStep, 64, &mut dice);
    fill(&mut vault, Space::Audit, 0, &mut dice);
    let mut model = contents(&mut vault);
    for turn in 0..3000 {
        let counter = key(Space::Counter, dice.below(counters));
        let body = dice.bytes(COUNTER);
        vault.put(counter, &body, &mut dice).unwrap();
        model.insert(counter, body);
        if turn % 100 == 0 {
            assert_eq!(
                vault.put(key(Space::LockUser, 0), &[0; 60], &mut dice),
                Err(VaultError::Full)
            );
            assert_eq!(contents(&mut vault), model);
            vault = mount(vault.into_flash()).unwrap();
        }
    }
    assert_eq!(contents(&mut vault), model);
    for number in vault.keys(Space::LastStep).collect::<Vec<_>>() {
        vault.put(number, &dice.bytes(64), &mut dice).unwrap();
    }
    check_no_remains(&vault.flash().bytes, 1024);
}

#[test]
fn a_full_vault_has_room_again_once_something_is_removed() {
    let mut dice = Dice(3);
    let mut vault = mount(Flash::blank(6)).unwrap();
    let many = fill(&mut vault, Space::Credential, CREDENTIAL, &mut dice);
    for turn in 0..500 {
        let out = dice.below(many);
        vault.remove(key(Space::Credential, out)).unwrap();
        vault
            .put(
                key(Space::Credential, out),
                &dice.bytes(CREDENTIAL),
                &mut dice,
            )
            .unwrap_or_else(|error| panic!("turn {turn}: {error}"));
    }
    assert_eq!(contents(&mut vault).len(), many);
}

#[test]
fn usage_tells_how_full_it_is() {
    let mut dice = Dice(4);
    let mut vault = mount(Flash::blank(8)).unwrap();
    assert_eq!((vault.usage().used, vault.usage().records), (0, 0));
    let many = fill(&mut vault, Space::Credential, CREDENTIAL, &mut dice);
    let usage = vault.usage();
    assert_eq!((usage.used, usage.records), (many * 172, many));
    assert!(usage.used <= usage.capacity && usage.capacity < usage.used + 172);
    assert_eq!(mount(vault.into_flash()).unwrap().usage(), usage);
}

/// The life of a vault: updates of some of its records. Returns erasures of the most and the least
/// erased page, and how many there were in all.
fn wear(credentials: usize, updates: usize) -> (u32, u32, u32) {
    let mut dice = Dice(5);
    let mut vault = mount(Flash::blank(32)).unwrap();
    put_pairs(credentials, &mut vault, &mut dice);
    for _ in 0..updates {
        // One account is used more than all others together.
        let number = if dice.below(2) == 0 {
            0
        } else {
            dice.below(credentials)
        };
        vault
            .put(key(Space::Counter, number), &dice.bytes(COUNTER), &mut dice)
            .unwrap();
    }
    let erased = &vault.flash().erased;
    let (most, least) = (*erased.iter().max().unwrap(), *erased.iter().min().unwrap());
    (most, least, erased.iter().sum())
}

#[test]
fn pages_wear_alike() {
    for credentials in [5, 50, 100] {
        let (most, least, all) = wear(credentials, 20_000);
        println!("{credentials} credentials: {least} to {most} erasures, {all} for 20,000 codes");
        assert!(most - least <= 2, "{least} to {most}");
        assert!(all < 20_000, "{all}");
    }
}

#[test]
fn large_records_can_be_updated_up_to_half_of_the_medium() {
    let mut dice = Dice(6);
    let mut vault = Vault::<_>::mount(Flash::blank(8), device_key()).unwrap();
    let mut model = BTreeMap::new();
    for turn in 0..400 {
        let user = key(Space::LockUser, turn % 3);
        let state = key(Space::LockState, dice.below(6));
        let (large, small) = (dice.bytes(900), dice.bytes(20));
        vault.put(user, &large, &mut dice).unwrap();
        vault.put(state, &small, &mut dice).unwrap();
        model.extend([(user, large), (state, small)]);
    }
    for (key, body) in model {
        let mut read = [0; 964];
        let len = vault.get(key, &mut read).unwrap().unwrap();
        assert_eq!(read[..len], body);
    }
}

#[test]
fn what_no_page_has_room_for_is_refused_without_wear() {
    let mut dice = Dice(7);
    let mut vault = mount(Flash::blank(4)).unwrap();
    // Two of these do not fit into one page, and one page is always free.
    assert_eq!(fill(&mut vault, Space::LockUser, 500, &mut dice), 3);
    assert!(vault.usage().used + 536 <= vault.usage().capacity);
    // What is left in the pages is still good for others.
    vault
        .put(key(Space::Credential, 0), &[1; 300], &mut dice)
        .unwrap();
    assert_eq!(contents(&mut vault).len(), 4);
}
