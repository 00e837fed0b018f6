//! Rung 3, a verifier that remembers nothing: a typed code against the steps around now.
#![no_std]
#![no_main]

use countersign_images::{image, totp};

image!(c"hit": totp::verify_hit, c"miss": totp::verify_miss);
