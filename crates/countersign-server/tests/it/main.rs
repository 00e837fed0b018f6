//! Tests of the `countersign` binary as its users see it.

mod configuration;
mod data_folder;
mod pool;
mod program;
mod qr;
mod serve;
mod totp;
mod user;
