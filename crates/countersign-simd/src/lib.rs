//! An engine for [`countersign_core`] that computes one-time passwords with the SHA instructions
//! of x86-64 processors, several counters at a time.
//!
//! A verifier tries a window of counters, and their hashes do not depend on each other. One after
//! the other, each instruction waits for the one before it; three at a time, the processor always
//! has one that need not wait. What is hashed stays in registers from the counter to the tag.
//!
//! [`Fastest`] is the engine to use: it looks for the instructions once and computes with
//! [`countersign_core::Portable`] where they are not, on other architectures among them. The codes
//! are the same.
//!
//! ```
//! use countersign_core::{
//!     Sha1, SharedSecret, Totp, TotpParams, TotpState, TotpVerdict, UnixTime, Window,
//! };
//! use countersign_simd::Fastest;
//!
//! let secret = SharedSecret::from_bytes(b"12345678901234567890")?;
//! let totp = Totp::<Sha1, _>::with_engine(&secret, TotpParams::DEFAULT, Fastest::new());
//! let now = UnixTime::from_secs(59)?;
//! let code = totp.generate(now)?;
//! assert_eq!(code.as_str(), "287082"); // RFC 6238, appendix B
//! let verdict = totp.verify(&code, now, Window::DEFAULT, TotpState::NEW);
//! assert!(matches!(verdict, TotpVerdict::Accepted(_)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Unsafe code
//! A function that uses instructions which not every processor has may be called only where they
//! are. That call, in `sha_ni.rs`, is the one `unsafe` block of this crate and of the project. It
//! stands where a [`ShaNi`] is at hand, and one of those is made only after asking the processor.
//!
//! # Built for one processor
//! The SHA instructions exist in the old encoding alone. With `target-cpu=native` or any other
//! setting that includes AVX, the compiler uses the new encoding for everything around them, and
//! some processors pay for each change between the two while the upper halves of the registers are
//! in use. This crate clears those halves before it hashes, if it is built with AVX. The `sha1` and
//! `sha2` crates do not: do not build a server with `target-cpu=native`; if anything, with
//! `target-feature=+sha,+ssse3,+sse4.1`.
#![no_std]

mod fastest;
#[cfg(target_arch = "x86_64")]
mod lanes;
mod sha_ni;

pub use fastest::Fastest;
pub use sha_ni::ShaNi;
