//! Makes what is on a medium believable, by the documented layout: headers and checksums are made
//! right, as somebody would who has the device key, so that what they say is acted upon.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use crc::{CRC_32_ISO_HDLC, Crc};

const CRC_32: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

const HEADER: usize = 24;
const LIVE: u8 = 0x5A;

/// Makes headers and checksums of an image of pages of this length right.
pub(super) fn checksums(image: &mut [u8], page: usize, device_key: [u8; 32]) {
    let pages = u16::try_from(image.len() / page).expect("few pages");
    let log2 = u8::try_from(page.trailing_zeros()).expect("a small number");
    // Each page's sequence is what its place makes it: the first page's says where it begins.
    let first = u32::from_be_bytes([0, image[5], image[6], image[7]]).max(1);
    let newest = u32::from(image[4]) % u32::from(pages);
    for (number, bytes) in image.chunks_mut(page).enumerate() {
        let number = u32::try_from(number).expect("few pages");
        let turn = if number <= newest {
            u32::from(pages)
        } else {
            0
        };
        let sequence = first + number + turn;
        let back = u32::from(bytes[11]) % u32::from(pages);
        let oldest = sequence.saturating_sub(back).max(1);
        if number == newest || bytes[0] == 1 {
            let plain = [
                &[1, log2],
                &pages.to_be_bytes()[..],
                &sequence.to_be_bytes(),
                &oldest.to_be_bytes(),
            ]
            .concat();
            bytes[..12].copy_from_slice(&plain);
            bytes[12..20].copy_from_slice(&check(&plain, device_key));
            let crc = CRC_32.checksum(&bytes[..20]);
            bytes[20..24].copy_from_slice(&crc.to_be_bytes());
        }
        records(bytes, sequence);
    }
}

/// Whatever starts like a record gets the checksums of one.
fn records(bytes: &mut [u8], sequence: u32) {
    let mut at = HEADER;
    while at + 36 <= bytes.len() {
        let pending = bytes[at..at + 4].iter().all(|byte| byte & LIVE == LIVE);
        let body = usize::from(u16::from_be_bytes([bytes[at + 6], bytes[at + 7]]) % 512);
        let end = at + 32 + body;
        if !pending || bytes[at + 4..at + 8] == [0xFF; 4] || end + 4 > bytes.len() {
            at += 4;
            continue;
        }
        let len = u16::try_from(body).expect("a short body");
        bytes[at + 6..at + 8].copy_from_slice(&len.to_be_bytes());
        let mut crc = CRC_32.digest();
        crc.update(&sequence.to_be_bytes());
        crc.update(&bytes[at + 4..at + 14]);
        bytes[at + 14..at + 16].copy_from_slice(&crc.finalize().to_be_bytes()[2..]);
        let mut crc = CRC_32.digest();
        crc.update(&sequence.to_be_bytes());
        crc.update(&bytes[at + 4..end]);
        bytes[end..end + 4].copy_from_slice(&crc.finalize().to_be_bytes());
        at = (end + 4).next_multiple_of(4);
    }
}

fn check(plain: &[u8], device_key: [u8; 32]) -> [u8; 8] {
    let nonce = [&plain[4..8], &[0xFF, 0xFF], &plain[8..12], &plain[2..4]].concat();
    let nonce = Nonce::try_from(&nonce[..]).expect("12 bytes");
    let tag = ChaCha20Poly1305::new(&device_key.into())
        .encrypt_inout_detached(&nonce, plain, (&mut [][..]).into())
        .expect("a short text");
    tag[..8].try_into().expect("8 of 16 bytes")
}
