//! Every engine that this processor has, against HMAC and the truncation of RFC 4226 §5.3: for any
//! key, from any counter on, any number of counters at once.

use arbitrary::{Arbitrary, Result, Unstructured};
use countersign_core::{Algorithm, Engine, Keyed, Portable, Sha1, Sha256, Sha512};
use countersign_simd::{Fastest, ShaNi};

use super::Target;
use crate::model::truncated;

pub(super) const TARGET: Target = Target {
    name: "engines",
    run: |data| {
        let _ = run(&mut Unstructured::new(data));
    },
    seeds: || vec![vec![0x40; 80], vec![0xff; 200], (0..120).collect()],
    max_len: 192,
};

fn run(u: &mut Unstructured<'_>) -> Result<()> {
    let count = u.int_in_range(0..=24)?;
    let first = match u.int_in_range(0..=2_u8)? {
        0 => u64::from(u8::arbitrary(u)?),
        1 => u64::MAX - u64::from(u8::arbitrary(u)?),
        _ => u64::arbitrary(u)?,
    };
    let length = u.int_in_range(0..=140)?;
    let key = u.bytes(length.min(u.len()))?;
    check::<Sha1>(key, first, count, &Portable);
    check::<Sha1>(key, first, count, &Fastest::new());
    check::<Sha256>(key, first, count, &Fastest::new());
    check::<Sha512>(key, first, count, &Fastest::new());
    if let Some(engine) = ShaNi::detect() {
        check::<Sha1>(key, first, count, &engine);
    }
    Ok(())
}

fn check<A: Algorithm>(key: &[u8], first: u64, count: u8, engine: &impl Engine<A>) {
    let mut expected = first;
    let mut visited = 0;
    Keyed::<A>::new(key).each_counter(engine, first, count, |counter, tag| {
        assert_eq!(counter, expected);
        assert_eq!(tag.truncate(), truncated(A::ID, key, counter));
        expected = expected.wrapping_add(1);
        visited += 1;
    });
    assert_eq!(visited, count);
}
