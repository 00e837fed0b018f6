//! Rung 0, nothing: the scaffold itself, which every other rung is measured against.
#![no_std]
#![no_main]

use countersign_images::{Output, SECRET, image, now, opaque};

image!(c"nothing": nothing => "");

fn nothing(_typed: &str, output: &mut Output) {
    let [.., low] = now().secs().to_be_bytes();
    let [first, ..] = output;
    *first = low ^ opaque(&SECRET[..]).first().copied().unwrap_or_default();
}
