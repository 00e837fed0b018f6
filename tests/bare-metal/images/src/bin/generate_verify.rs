//! Rung 5, both sides: a code of this moment, and a typed code against one step either way.
#![no_std]
#![no_main]

use countersign_images::{TYPED_NOW, TYPED_WRONG, image, totp};

image!(
    c"generate": totp::generate => "",
    c"hit": totp::verify => TYPED_NOW,
    c"miss": totp::verify => TYPED_WRONG,
);
