//! The protocol, driven from outside the crate.

mod accounts;
mod closed_doors;
mod faults;
mod first_factor;
mod pools;
mod preferences;
mod protocol;
mod second_factor;
mod sessions;
mod set_up;
mod signature;
mod signer;
mod srp_client;
mod tokens;
mod users;
mod world;
