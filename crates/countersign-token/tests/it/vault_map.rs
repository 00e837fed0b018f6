//! The vault as a map: what is put is got, by key and in order, and on which media.

use countersign_token::{DeviceKey, Key, Space, Vault, VaultError};

use crate::vault_chip::{Chip, Dice, NorChip};
use crate::vault_model::{contents, device_key, mount};

type Flash = NorChip<512>;

fn key(space: Space, number: u16) -> Key {
    Key::new(space, number).unwrap()
}

#[track_caller]
fn check_body(body: &[u8]) {
    let mut dice = Dice(1);
    let mut vault = mount(Flash::blank(4)).unwrap();
    let key = key(Space::Credential, 7);
    vault.put(key, body, &mut dice).unwrap();
    for _ in 0..2 {
        let mut read = [0xEE; 600];
        assert_eq!(vault.get(key, &mut read), Ok(Some(body.len())));
        assert_eq!(read[..body.len()], *body);
        assert!(read[body.len()..].iter().all(|byte| *byte == 0xEE));
        vault = mount(vault.into_flash()).unwrap();
    }
}

#[test]
fn bodies_of_every_length_come_back() {
    for len in 0..=452 {
        check_body(&Dice(len as u64).bytes(len));
    }
    check_body(&[0; 100]);
    check_body(&[0xFF; 100]);
}

#[test]
fn the_longest_body_is_what_a_page_holds() {
    let mut dice = Dice(2);
    let mut vault = mount(Flash::blank(4)).unwrap();
    assert_eq!(vault.max_body(), 452);
    let key = key(Space::Credential, 0);
    assert_eq!(
        vault.put(key, &[0; 453], &mut dice),
        Err(VaultError::TooLong)
    );
    assert_eq!(mount(NorChip::<1024>::blank(4)).unwrap().max_body(), 964);
    assert_eq!(mount(NorChip::<4096>::blank(4)).unwrap().max_body(), 984);
}

#[test]
fn the_longest_body_of_large_pages_comes_back() {
    let mut dice = Dice(3);
    let mut vault = mount(NorChip::<4096>::blank(3)).unwrap();
    let key = key(Space::LockUser, 0);
    let body = dice.bytes(984);
    for _ in 0..10 {
        vault.put(key, &body, &mut dice).unwrap();
    }
    let mut vault = mount(vault.into_flash()).unwrap();
    let mut read = [0; 984];
    assert_eq!(vault.get(key, &mut read), Ok(Some(984)));
    assert_eq!(read[..], body);
}

#[test]
fn a_buffer_that_is_too_short_is_an_error_and_gets_nothing() {
    let mut vault = mount(Flash::blank(4)).unwrap();
    let key = key(Space::Credential, 7);
    vault.put(key, &[0x77; 20], &mut Dice(4)).unwrap();
    let mut short = [0; 19];
    assert_eq!(vault.get(key, &mut short), Err(VaultError::BufferTooShort));
    assert_eq!(short, [0; 19]);
    assert_eq!(vault.get(key, &mut [0; 20]), Ok(Some(20)));
}

#[test]
fn keys_are_in_order_and_of_their_space() {
    let mut dice = Dice(5);
    let mut vault = mount(Flash::blank(8)).unwrap();
    let numbers = [9, 0, 4095, 255, 256, 3, 1];
    for number in numbers {
        for space in [Space::Audit, Space::Setting, Space::Credential] {
            vault
                .put(key(space, number), &number.to_be_bytes(), &mut dice)
                .unwrap();
        }
    }
    for _ in 0..2 {
        for space in [Space::Audit, Space::Setting, Space::Credential] {
            let found: Vec<_> = vault.keys(space).map(Key::number).collect();
            assert_eq!(found, [0, 1, 3, 9, 255, 256, 4095]);
        }
        assert_eq!(vault.keys(Space::Counter).count(), 0);
        let next = |from| {
            vault
                .next_after(key(Space::Credential, from))
                .map(Key::number)
        };
        assert_eq!(
            [0, 1, 2, 3, 9, 255, 256, 4095].map(next),
            [
                Some(1),
                Some(3),
                Some(3),
                Some(9),
                Some(255),
                Some(256),
                Some(4095),
                None
            ]
        );
        assert_eq!(vault.next_after(key(Space::Audit, 4095)), None);
        vault = mount(vault.into_flash()).unwrap();
    }
}

#[test]
fn what_is_removed_is_gone_and_its_key_is_free() {
    let mut dice = Dice(6);
    let mut vault = mount(Flash::blank(4)).unwrap();
    let (one, two) = (key(Space::Counter, 1), key(Space::Counter, 2));
    vault.put(one, b"one", &mut dice).unwrap();
    vault.put(two, b"two", &mut dice).unwrap();
    vault.remove(one).unwrap();
    vault.remove(one).unwrap();
    vault.remove(key(Space::Counter, 3)).unwrap();
    for _ in 0..2 {
        assert!(!vault.contains(one) && vault.contains(two));
        assert_eq!(vault.get(one, &mut [0; 8]), Ok(None));
        assert_eq!(vault.usage().records, 1);
        vault = mount(vault.into_flash()).unwrap();
    }
    vault.put(one, b"again", &mut dice).unwrap();
    assert_eq!(vault.get(one, &mut [0; 8]), Ok(Some(5)));
}

#[test]
fn a_wiped_vault_is_empty_and_goes_on() {
    let mut dice = Dice(7);
    let mut vault = mount(Flash::blank(4)).unwrap();
    vault.wipe().unwrap();
    for turn in 0..20 {
        for number in 0..5 {
            vault
                .put(key(Space::Counter, number), &dice.bytes(8), &mut dice)
                .unwrap();
        }
        assert_eq!(contents(&mut vault).len(), 5, "turn {turn}");
        vault.wipe().unwrap();
        assert!(contents(&mut vault).is_empty());
        assert_eq!(vault.usage().used, 0);
        vault = mount(vault.into_flash()).unwrap();
        assert!(contents(&mut vault).is_empty());
    }
}

#[test]
fn another_device_key_changes_nothing() {
    let mut vault = mount(Flash::blank(4)).unwrap();
    vault
        .put(key(Space::Setting, 1), b"kept", &mut Dice(8))
        .unwrap();
    let image = vault.into_flash().bytes;

    let mut chip = Flash::with_image(&image);
    let other = Vault::<_>::mount(&mut chip, DeviceKey::new([1; 32]));
    assert_eq!(other.err(), Some(VaultError::WrongKey));
    assert_eq!(chip.operations(), 0);
    assert_eq!(contents(&mut mount(chip).unwrap()).len(), 1);
}

#[test]
fn a_medium_with_anything_else_on_it_is_not_touched() {
    for at in [24, 511, 512, 2047] {
        let mut chip = Flash::blank(4);
        chip.bytes[at] = 0xFE;
        assert_eq!(mount(&mut chip).err(), Some(VaultError::Foreign), "{at}");
        assert_eq!(chip.operations(), 0);
    }
    // Formatting is how it is taken nevertheless.
    let mut chip = Flash::with_image(&Dice(9).bytes(2048));
    let mut vault = Vault::<_>::format(&mut chip, device_key()).unwrap();
    vault
        .put(key(Space::Setting, 1), b"new", &mut Dice(10))
        .unwrap();
    drop(vault);
    assert_eq!(contents(&mut mount(chip).unwrap()).len(), 1);
}

#[test]
fn a_vault_of_another_shape_is_foreign() {
    let mut vault = mount(Flash::blank(4)).unwrap();
    vault
        .put(key(Space::Setting, 1), b"kept", &mut Dice(11))
        .unwrap();
    let image = vault.into_flash().bytes;
    let mut longer = image.clone();
    longer.extend([0xFF; 512]);
    assert_eq!(
        mount(Flash::with_image(&longer)).err(),
        Some(VaultError::Foreign)
    );
    let other_pages = NorChip::<1024>::with_image(&[image, vec![0xFF; 1024]].concat());
    assert_eq!(mount(other_pages).err(), Some(VaultError::Foreign));
}

#[test]
fn media_that_are_not_served_are_refused() {
    assert_eq!(mount(Flash::blank(2)).err(), Some(VaultError::Geometry));
    assert_eq!(
        mount(NorChip::<256>::blank(8)).err(),
        Some(VaultError::Geometry)
    );
    assert_eq!(
        mount(NorChip::<8192>::blank(8)).err(),
        Some(VaultError::Geometry)
    );
    assert_eq!(
        mount(NorChip::<512, 8>::blank(8)).err(),
        Some(VaultError::Geometry)
    );
    assert_eq!(
        mount(NorChip::<4096>::blank(65)).err(),
        Some(VaultError::Geometry)
    );
    assert!(mount(NorChip::<4096>::blank(64)).is_ok());
}

#[test]
fn the_last_place_of_the_largest_medium_can_be_used() {
    let mut dice = Dice(12);
    let mut vault = mount(NorChip::<4096>::blank(64)).unwrap();
    let last = key(Space::Setting, 0);
    // 64 pages are opened, the last of them last.
    for turn in 0..400_u32 {
        vault
            .put(last, &turn.to_be_bytes().repeat(200), &mut dice)
            .unwrap();
        let mut read = [0; 800];
        assert_eq!(vault.get(last, &mut read), Ok(Some(800)));
        assert_eq!(read[..4], turn.to_be_bytes());
    }
    assert_eq!(contents(&mut mount(vault.into_flash()).unwrap()).len(), 1);
}

#[test]
fn more_records_than_the_index_holds_are_refused() {
    let mut dice = Dice(13);
    let mut vault = Vault::<_, 3>::mount(Flash::blank(4), device_key()).unwrap();
    for number in 0..3 {
        vault
            .put(key(Space::Counter, number), b"12345678", &mut dice)
            .unwrap();
    }
    let fourth = key(Space::Counter, 3);
    assert_eq!(
        vault.put(fourth, b"12345678", &mut dice),
        Err(VaultError::Full)
    );
    vault
        .put(key(Space::Counter, 2), b"87654321", &mut dice)
        .unwrap();
    let mut chip = vault.into_flash();
    let before = chip.operations();
    let smaller = Vault::<_, 2>::mount(&mut chip, device_key());
    assert_eq!(smaller.err(), Some(VaultError::TooManyRecords));
    assert_eq!(chip.operations(), before);
    assert_eq!(contents(&mut mount(chip).unwrap()).len(), 3);
}

#[test]
fn nothing_shows_in_debug_output() {
    let vault = mount(Flash::blank(4)).unwrap();
    assert_eq!(format!("{vault:?}"), "Vault(..)");
    assert_eq!(format!("{:?}", device_key()), "DeviceKey(..)");
}
