//! The compression function of the feature `small-sha1` against the `sha1` crate's, from any state
//! and over any blocks. It is compiled in beside the core, which thus keeps its other one.

use super::Target;

#[path = "../../../../crates/countersign-core/src/algorithm/small_sha1.rs"]
mod compression;

pub(super) const TARGET: Target = Target {
    name: "small_sha1",
    run,
    seeds: || vec![vec![0; 84], vec![0xff; 148], (0..212).collect()],
    max_len: 340,
};

fn run(data: &[u8]) {
    let Some((start, blocks)) = data.split_first_chunk::<20>() else {
        return;
    };
    let mut ours = words::<5>(start);
    let mut theirs = ours;
    for block in blocks.as_chunks::<64>().0 {
        compression::compress(&mut ours, words(block));
        sha1::block_api::compress(&mut theirs, std::slice::from_ref(block));
        assert_eq!(ours, theirs);
    }
}

fn words<const N: usize>(bytes: &[u8]) -> [u32; N] {
    let mut words = [0; N];
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
        *word = u32::from_be_bytes(*bytes);
    }
    words
}
