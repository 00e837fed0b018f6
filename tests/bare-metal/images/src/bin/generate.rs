//! Rung 2, a token: the code of this moment from the stored secret.
#![no_std]
#![no_main]

use countersign_images::{image, totp};

image!(c"generate": totp::generate => "");
