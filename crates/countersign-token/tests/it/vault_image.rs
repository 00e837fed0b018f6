//! What is on a medium, read by the documented layout alone.

use std::collections::BTreeMap;

const PAGE_HEADER: usize = 24;
const HEAD: usize = 16;
const LIVE: [u8; 4] = [0x5A; 4];

/// A live record as it lies on the medium.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) key: u16,
    pub(crate) at: usize,
    pub(crate) len: usize,
    /// Sequence of the page, place, salt.
    pub(crate) nonce: (u32, usize, [u8; 6]),
    /// Sealed body and tag.
    pub(crate) body: Vec<u8>,
}

/// Every live record of an image of pages of `page` bytes.
pub(crate) fn live(image: &[u8], page: usize) -> Vec<Sealed> {
    let mut found = Vec::new();
    for start in (0..image.len()).step_by(page) {
        let bytes = &image[start..start + page];
        let sequence = u32::from_be_bytes(bytes[4..8].try_into().unwrap());
        let mut at = PAGE_HEADER;
        while at + HEAD <= page {
            let body = usize::from(u16::from_be_bytes([bytes[at + 6], bytes[at + 7]]));
            let len = (36 + body).next_multiple_of(4);
            if bytes[at..at + 4] != LIVE || at + len > page {
                at += 4;
                continue;
            }
            found.push(Sealed {
                key: u16::from_be_bytes([bytes[at + 4], bytes[at + 5]]),
                at: start + at,
                len,
                nonce: (
                    sequence,
                    start + at,
                    bytes[at + 8..at + 14].try_into().unwrap(),
                ),
                body: bytes[at + HEAD..at + HEAD + body + 16].to_vec(),
            });
            at += len;
        }
    }
    found
}

/// Checks that nothing is left of anything but live records: every other byte outside of page
/// headers is erased or zero.
#[track_caller]
pub(crate) fn check_no_remains(image: &[u8], page: usize) {
    let mut counts = vec![false; image.len()];
    for record in live(image, page) {
        counts[record.at..record.at + record.len].fill(true);
    }
    for (at, byte) in image.iter().enumerate() {
        let accounted = at % page < PAGE_HEADER || counts[at] || matches!(byte, 0x00 | 0xFF);
        assert!(accounted, "remains {byte:02X} at {at}, page {}", at / page);
    }
}

/// How often these bytes are in an image.
pub(crate) fn count(image: &[u8], bytes: &[u8]) -> usize {
    image
        .windows(bytes.len())
        .filter(|window| *window == bytes)
        .count()
}

/// Every nonce with what was sealed under it.
#[derive(Default)]
pub(crate) struct Nonces(BTreeMap<(u32, usize, [u8; 6]), Vec<u8>>);

impl Nonces {
    /// Notes what is on a medium and checks that no nonce sealed two different bodies.
    #[track_caller]
    pub(crate) fn note(&mut self, image: &[u8], page: usize) {
        for record in live(image, page) {
            let before = self
                .0
                .entry(record.nonce)
                .or_insert_with(|| record.body.clone());
            assert!(*before == record.body, "a nonce came twice");
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}
