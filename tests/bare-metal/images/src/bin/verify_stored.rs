//! Rung 4, a verifier with the guard against replay: what it remembers is read from its stored
//! form and written back when a code was accepted.
#![no_std]
#![no_main]

use countersign_images::{image, totp};

image!(
    c"hit": totp::verify_stored_hit,
    c"miss": totp::verify_stored_miss,
    c"replay": totp::verify_stored_replay,
);
