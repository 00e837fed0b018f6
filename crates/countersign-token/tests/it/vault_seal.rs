//! What is sealed, held against another implementation of the AEAD and the documented layout.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce, Tag};
use countersign_token::{DeviceKey, Key, Space, Vault};

use crate::vault_chip::{Dice, NorChip};
use crate::vault_image::live;

/// Seals a body under this device key and opens it by the documentation.
#[track_caller]
fn check(device_key: [u8; 32], key: Key, code: u16, body: &[u8]) {
    let mut dice = Dice(body.len() as u64);
    let flash = NorChip::<1024>::blank(3);
    let mut vault = Vault::<_>::mount(flash, DeviceKey::new(device_key)).unwrap();
    vault
        .put(Key::of(Space::Audit, 0), &[0; 20], &mut dice)
        .unwrap();
    vault.put(key, body, &mut dice).unwrap();

    let image = &vault.flash().bytes;
    let sealed = live(image, 1024).pop().unwrap();
    assert_eq!(sealed.key, code);
    let (sequence, at, salt) = sealed.nonce;
    let place = u16::try_from(at / 4).unwrap();
    let nonce = [&sequence.to_be_bytes()[..], &place.to_be_bytes(), &salt].concat();
    let (opened, tag) = sealed.body.split_at(body.len());
    let mut opened = opened.to_vec();
    ChaCha20Poly1305::new(&device_key.into())
        .decrypt_inout_detached(
            &Nonce::try_from(&nonce[..]).unwrap(),
            &code.to_be_bytes(),
            (&mut opened[..]).into(),
            &Tag::try_from(tag).unwrap(),
        )
        .unwrap();
    assert_eq!(opened, body);
}

#[test]
fn bodies_of_every_length_are_sealed_as_rfc_8439_says() {
    for len in 0..=964 {
        let mut dice = Dice(len as u64);
        let device_key = dice.bytes(32).try_into().unwrap();
        let number = u16::try_from(len).unwrap();
        let key = Key::new(Space::Counter, number).unwrap();
        check(device_key, key, 0x2000 | number, &dice.bytes(len));
    }
}

#[test]
fn keys_of_all_ones_and_zeros_are_sealed_alike() {
    for byte in [0x00, 0xFF] {
        check([byte; 32], Key::of(Space::Setting, 9), 0x0009, &[byte; 130]);
    }
}

#[test]
fn a_page_header_is_checked_as_documented() {
    let device_key = [0x3C; 32];
    let flash = NorChip::<1024>::blank(3);
    let mut vault = Vault::<_>::mount(flash, DeviceKey::new(device_key)).unwrap();
    vault
        .put(
            Key::of(Space::Setting, 1),
            b"opens the first page",
            &mut Dice(1),
        )
        .unwrap();
    let header = &vault.flash().bytes[..24];
    // Format, 2^10 bytes, 3 pages, first and oldest sequence.
    assert_eq!(header[..12], [1, 10, 0, 3, 0, 0, 0, 1, 0, 0, 0, 1]);
    let nonce = [0, 0, 0, 1, 0xFF, 0xFF, 0, 0, 0, 1, 0, 3];
    let tag = ChaCha20Poly1305::new(&device_key.into())
        .encrypt_inout_detached(&nonce.into(), &header[..12], (&mut [][..]).into())
        .unwrap();
    assert_eq!(header[12..20], tag[..8]);
}
