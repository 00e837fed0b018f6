//! Secrets as base32 beside `base32ct`, whole ones and broken ones.

use base32ct::{Base32UpperUnpadded, Encoding as _};
use countersign_core::SharedSecret;

use super::{BASE32, seed};
use crate::report::report;

#[test]
fn base32_is_that_of_base32ct_both_ways() {
    let mut draw = Draw(seed());
    let first = draw.0;
    let (mut compared, mut refused) = (0, 0);
    while compared < BASE32 {
        let length = draw.below(SharedSecret::MAX_LEN) + 1;
        let secret: Vec<u8> = (0..length).map(|_| draw.byte()).collect();
        let text = Base32UpperUnpadded::encode_string(&secret);
        let (ours, _) = SharedSecret::import_weak(&secret).expect("1 to 64 bytes");
        assert_eq!(ours.to_base32().as_str(), text, "seed {first}");
        same_verdict(&text, first);
        let broken = draw.broken(&text);
        refused += usize::from(!same_verdict(&broken, first));
        compared += 3;
    }
    report(&format!(
        "seed {first}: {compared} texts and secrets alike, {refused} refused by both"
    ));
    assert!(
        refused > compared / 12,
        "only {refused} of {compared} were refused"
    );
}

/// Whether both take it; `base32ct` is asked for the text again, since one text a secret is what we
/// promise and it does not.
#[track_caller]
fn same_verdict(text: &str, seed: u64) -> bool {
    let theirs = Base32UpperUnpadded::decode_vec(text)
        .ok()
        .filter(|bytes| Base32UpperUnpadded::encode_string(bytes) == text)
        .filter(|bytes| (1..=SharedSecret::MAX_LEN).contains(&bytes.len()));
    let ours = SharedSecret::import_weak_base32(text);
    let ours = ours.as_ref().ok().map(|(secret, _)| secret.as_bytes());
    assert_eq!(ours, theirs.as_deref(), "seed {seed}: {text}");
    ours.is_some()
}

/// Numbers that look random (`SplitMix64`).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or(0) % bound
    }

    /// The text with a symbol lost, added or changed; of those that we read in more than one way,
    /// which are lower case, separators and padding, none.
    fn broken(&mut self, text: &str) -> String {
        const SYMBOLS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567018!_";
        let mut symbols = text.as_bytes().to_vec();
        let (place, symbol) = (self.below(text.len()), SYMBOLS[self.below(SYMBOLS.len())]);
        match self.below(4) {
            0 => symbols.truncate(place),
            1 => symbols.insert(place, symbol),
            2 => symbols[place] = symbol,
            _ => symbols[text.len() - 1] = symbol,
        }
        String::from_utf8(symbols).expect("ASCII")
    }
}
