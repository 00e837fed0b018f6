//! The home of what the operations work on: the secret and a time of RFC 6238's appendix B.

use core::hint::black_box;

use countersign_core::UnixTime;

/// The secret of RFC 6238's vectors for SHA-1.
pub static SECRET: [u8; 20] = *b"12345678901234567890";

/// The code of [`now`], six digits of the vector's `94287082`.
pub static TYPED_NOW: &str = "287082";

/// A code of no step near [`now`].
pub static TYPED_WRONG: &str = "000000";

/// The time of the first vector, 59 seconds, which the compiler cannot know.
#[must_use]
pub fn now() -> UnixTime {
    UnixTime::from_signed_secs(black_box(59)).unwrap_or(UnixTime::EPOCH)
}

/// Bytes or text whose length and value the compiler cannot know.
#[must_use]
pub fn opaque<T: ?Sized>(value: &T) -> &T {
    black_box(value)
}
