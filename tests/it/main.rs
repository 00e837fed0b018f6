//! Stories that cross crates, told by real clients against the real server.

mod amplify;
mod authenticator;
mod bad_input;
mod client;
mod differential;
mod kill;
mod leaks;
mod lock;
mod lockout;
mod mail;
mod replay;
mod report;
mod search;
mod server;
mod smtp;
#[cfg(target_os = "linux")]
mod token;
#[cfg(target_os = "linux")]
mod token_signs_in;
mod world;
