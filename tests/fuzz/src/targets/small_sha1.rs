//! SHA-1 of the feature `small-sha1`, by all the ways that the core has into it: keys and messages
//! of any length, and counters, against the `hmac` and `sha1` crates.

use arbitrary::{Arbitrary, Result, Unstructured};
use countersign_core::AlgorithmId;
use countersign_core_small_sha1::{Keyed, Portable, Sha1};

use super::Target;
use crate::model::{tag, truncated};

pub(super) const TARGET: Target = Target {
    name: "small_sha1",
    run: |data| {
        let _ = run(Unstructured::new(data));
    },
    seeds: || vec![vec![0; 84], vec![0xff; 148], (0..212).collect()],
    max_len: 340,
};

fn run(mut u: Unstructured<'_>) -> Result<()> {
    let first = if bool::arbitrary(&mut u)? {
        u64::arbitrary(&mut u)?
    } else {
        u64::MAX - u64::from(u8::arbitrary(&mut u)?)
    };
    let length = u.int_in_range(0..=140)?;
    let key = u.bytes(length.min(u.len()))?;
    let cut = u.int_in_range(0..=255_usize)?;
    let message = u.take_rest();
    let (head, tail) = message.split_at(cut.min(message.len()));

    let keyed = Keyed::<Sha1>::new(key);
    let whole = tag(AlgorithmId::Sha1, key, message);
    assert_eq!(keyed.mac(&[head, &[], tail]).as_bytes(), whole);
    keyed.each_counter(&Portable, first, 3, |counter, tag| {
        let expected = truncated(AlgorithmId::Sha1, key, counter);
        assert_eq!(tag.truncate(), expected);
    });
    Ok(())
}
