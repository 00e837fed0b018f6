//! What is removed, replaced or wiped is not on the medium any more: not as it was, not sealed.

use countersign_token::{Key, Random, Space};

use crate::vault_chip::{Chip, Dice, NorChip};
use crate::vault_image::{Nonces, check_no_remains, count, live};
use crate::vault_model::{Model, Step, contents, mount};

const SECRET: &[u8] = b"a secret of 64 bytes, which no one is ever to find anywhere, ok?";

type Flash = NorChip<512>;
type Vault = countersign_token::Vault<Flash>;

/// Does something to a vault with the secret in it, among others, and checks that neither the
/// secret nor any 8 bytes of what it was sealed to are left.
#[track_caller]
fn check(what: impl Fn(&mut Vault, Key, &mut Dice)) {
    let mut dice = Dice(1);
    let mut vault = mount(Flash::blank(4)).unwrap();
    for number in 0..4 {
        vault
            .put(Key::of(Space::Counter, number), &dice.bytes(8), &mut dice)
            .unwrap();
    }
    let key = Key::of(Space::Credential, 1);
    vault.put(key, SECRET, &mut dice).unwrap();
    let sealed = live(&vault.flash().bytes, 512).pop().unwrap();
    assert_eq!(sealed.body.len(), SECRET.len() + 16);
    assert_eq!(count(&vault.flash().bytes, &sealed.body), 1);

    what(&mut vault, key, &mut dice);
    let image = &vault.flash().bytes;
    for piece in sealed.body.windows(8).chain(SECRET.windows(8)) {
        assert_eq!(count(image, piece), 0);
    }
    check_no_remains(image, 512);
}

#[test]
fn nothing_is_left_of_a_removed_record() {
    check(|vault, key, _| vault.remove(key).unwrap());
}

#[test]
fn nothing_is_left_of_a_replaced_record() {
    check(|vault, key, dice| vault.put(key, b"new", dice).unwrap());
    check(|vault, key, dice| vault.put(key, SECRET, dice).unwrap());
}

#[test]
fn nothing_is_left_of_a_wiped_vault() {
    check(|vault, _, _| vault.wipe().unwrap());
}

#[test]
fn nothing_is_left_where_a_record_was_moved_from() {
    check(|vault, key, dice| {
        for _ in 0..100 {
            vault
                .put(Key::of(Space::Counter, 0), &dice.bytes(8), dice)
                .unwrap();
        }
        let mut read = [0; 64];
        assert_eq!(vault.get(key, &mut read), Ok(Some(64)));
        assert_eq!(read, SECRET);
    });
}

#[test]
fn no_plain_byte_reaches_the_medium() {
    let mut dice = Dice(2);
    let mut vault = mount(Flash::blank(4)).unwrap();
    let mut every = Vec::new();
    for turn in 0..100 {
        let body = dice.bytes(40);
        vault
            .put(Key::of(Space::Credential, turn % 6), &body, &mut dice)
            .unwrap();
        every.push(body);
        let image = &vault.flash().bytes;
        for body in &every {
            assert!(body.windows(6).all(|piece| count(image, piece) == 0));
        }
    }
}

/// Where there is no randomness at all.
struct Stuck;

impl Random for Stuck {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

#[test]
fn no_nonce_comes_twice_even_with_a_random_source_that_is_stuck() {
    let mut dice = Dice(3);
    let mut nonces = Nonces::default();
    let mut model = Model::new();
    let mut vault = mount(Flash::blank(5)).unwrap();
    for _ in 0..3000 {
        let step = Step::random(&mut dice, 6, 300);
        let done = match &step {
            Step::Put(key, body) => vault.put(*key, body, &mut Stuck),
            Step::Remove(key) => vault.remove(*key),
            Step::Wipe => vault.wipe(),
            Step::Mount => {
                vault = mount(vault.into_flash()).unwrap();
                Ok(())
            }
        };
        if done.is_ok() {
            model = step.applied(&model);
        }
        nonces.note(&vault.flash().bytes, 512);
    }
    assert_eq!(contents(&mut vault), model);
    assert!(nonces.len() > 2000, "{}", nonces.len());
}

#[test]
fn a_medium_put_back_gets_other_nonces() {
    let mut dice = Dice(5);
    let mut vault = mount(Flash::blank(4)).unwrap();
    vault
        .put(Key::of(Space::Counter, 1), b"before", &mut dice)
        .unwrap();
    let image = vault.into_flash().bytes;
    let mut nonces = Nonces::default();
    for turn in 0..50 {
        let mut vault = mount(<Flash as Chip>::with_image(&image)).unwrap();
        vault
            .put(Key::of(Space::Counter, 2), &[turn; 8], &mut dice)
            .unwrap();
        nonces.note(&vault.flash().bytes, 512);
    }
    assert_eq!(nonces.len(), 51);
}

#[test]
fn a_record_moved_to_another_place_or_key_does_not_open() {
    let mut dice = Dice(4);
    let mut vault = mount(Flash::blank(4)).unwrap();
    let (one, two) = (Key::of(Space::Counter, 1), Key::of(Space::Counter, 2));
    vault.put(one, b"11111111", &mut dice).unwrap();
    vault.put(two, b"22222222", &mut dice).unwrap();
    let mut image = vault.into_flash().bytes;
    // The two records, whole and with all their checksums, change places.
    let [first, second] = live(&image, 512).try_into().unwrap();
    let (a, b) = image.split_at_mut(second.at);
    a[first.at..first.at + 44].swap_with_slice(&mut b[..44]);
    let mut vault = mount(<Flash as Chip>::with_image(&image)).unwrap();
    for key in [one, two] {
        assert!(vault.get(key, &mut [0; 8]).is_err());
    }
    assert_eq!(vault.usage().damaged, 2);
}
