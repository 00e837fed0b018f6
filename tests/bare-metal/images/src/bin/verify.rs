//! Rung 3, a verifier that remembers nothing: a typed code against the steps around now.
#![no_std]
#![no_main]

use countersign_images::{TYPED_NOW, TYPED_WRONG, image, totp};

image!(c"hit": totp::verify => TYPED_NOW, c"miss": totp::verify => TYPED_WRONG);
