//! Rung 6, the whole machine: an authenticator is set up, a sign-in begins and takes a code, each
//! step from stored forms and back to them.
#![no_std]
#![no_main]

use countersign_images::{TYPED_WRONG, image, sign_in};

image!(
    c"enrol": sign_in::enrol => "",
    c"begin": sign_in::begin => "",
    c"hit": sign_in::right_code => "",
    c"miss": sign_in::answer => TYPED_WRONG,
);
