//! Rung 1, HMAC with SHA-1 alone: a tag of eight bytes under a key of twenty.
#![no_std]
#![no_main]

use countersign_core::{Keyed, Sha1};
use countersign_images::{Output, SECRET, TYPED_NOW, copy, image, opaque};

image!(c"tag": tag => TYPED_NOW);

fn tag(typed: &str, output: &mut Output) {
    let tag = Keyed::<Sha1>::new(opaque(&SECRET[..])).mac(&[typed.as_bytes()]);
    copy(output, tag.as_bytes());
}
