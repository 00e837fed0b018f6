//! The home of the password as first factor: SRP-6a (RFC 5054) with the choices that the Amplify
//! client makes, and the verifier that is stored instead of a password.
//!
//! The group is number 15 of RFC 3526 with generator 2, the hash is SHA-256, and every integer
//! that is hashed is written as Java's `BigInteger.toByteArray` writes it. `realm` is the text
//! that the client puts before the identity: a pool's name, or a device group's key.
//!
//! All of it is pure arithmetic of some milliseconds. An async caller runs it on a thread that
//! may block.
//!
//! ```text
//! client                                server
//!   A = g^a            ───── A ─────▶   ServerState::begin: refuse A = 0, B = k·v + g^b
//!   x, u, S, K         ◀── B, salt ──   the sealed state goes along as the secret block
//!   HMAC(K, ...)       ── signature ─▶  ServerState::finish: PasswordProven or ProofRefused
//! ```

mod exchange;
mod fixed_base;
mod group;
mod timestamp;
mod verifier;

pub use exchange::{ServerPublic, ServerState, SrpError, StateMalformed};
pub use timestamp::{TimestampMalformed, parse_timestamp};
pub use verifier::{PasswordProven, PasswordVerifier, ProofRefused, VerifierMalformed};

/// Computes the table of powers of the generator, some milliseconds of work and 384 KiB, which
/// the first password of a process would otherwise wait for.
pub fn warm_up() {
    fixed_base::table();
}
