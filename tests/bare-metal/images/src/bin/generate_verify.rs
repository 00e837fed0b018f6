//! Rung 5, both sides: a code of this moment, and a typed code against one step either way.
#![no_std]
#![no_main]

use countersign_images::{image, totp};

image!(c"generate": totp::generate, c"hit": totp::verify_hit, c"miss": totp::verify_miss);
