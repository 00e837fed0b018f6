//! HMAC over the core's block functions against other crates' HMAC, for keys and messages of any
//! length and however the message is cut.

use arbitrary::{Result, Unstructured};
use countersign_core::{Algorithm, Keyed, Sha1, Sha256, Sha512};

use super::Target;
use crate::model::tag;

pub(super) const TARGET: Target = Target {
    name: "hmac",
    run: |data| {
        let _ = run(Unstructured::new(data));
    },
    seeds: || vec![vec![0x40; 200], vec![0x81; 300]],
    max_len: 512,
};

fn run(mut u: Unstructured<'_>) -> Result<()> {
    let length = u.int_in_range(0..=140)?;
    let key = u.bytes(length.min(u.len()))?;
    let cut = u.int_in_range(0..=255_usize)?;
    let message = u.take_rest();
    check::<Sha1>(key, message, cut);
    check::<Sha256>(key, message, cut);
    check::<Sha512>(key, message, cut);
    Ok(())
}

fn check<A: Algorithm>(key: &[u8], message: &[u8], cut: usize) {
    let expected = tag(A::ID, key, message);
    let (head, tail) = message.split_at(cut.min(message.len()));
    let keyed = Keyed::<A>::new(key);
    assert_eq!(keyed.mac(&[head, &[], tail]).as_bytes(), expected);
    let whole = keyed.mac(&[message]);
    assert!(whole.ct_eq(&expected));
    assert_eq!(whole.truncated::<16>(), expected[..16]);
    let mut wrong = expected;
    wrong[cut % 16] ^= 1;
    assert!(!whole.ct_eq(&wrong));
    assert!(!whole.ct_eq_truncated::<16>(wrong.first_chunk().unwrap()));
}
