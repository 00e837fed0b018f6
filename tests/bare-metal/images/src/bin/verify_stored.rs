//! Rung 4, a verifier with the guard against replay: what it remembers is read from its stored
//! form and written back when a code was accepted.
#![no_std]
#![no_main]

use countersign_images::{TYPED_NOW, TYPED_WRONG, image, totp};

image!(
    c"hit": totp::verify_next => TYPED_NOW,
    c"miss": totp::verify_next => TYPED_WRONG,
    c"replay": totp::verify_again => TYPED_NOW,
);
