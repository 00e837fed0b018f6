//! The home of what goes in: secrets, counters, times, typed codes and URIs, the same for all.

use std::sync::LazyLock;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// The secret of RFC 4226 appendix D and of RFC 6238 appendix B.
pub const SECRET: &[u8; 20] = b"12345678901234567890";
/// The same as base32.
pub const BASE32: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
/// What RFC 6238 appendix B uses with SHA-256.
pub const SECRET_32: &[u8; 32] = b"12345678901234567890123456789012";
/// What it uses with SHA-512.
pub const SECRET_64: &[u8; 64] =
    b"1234567890123456789012345678901234567890123456789012345678901234";

/// The first counter of a timed run: the year 2027, as a time step.
pub const FIRST: u64 = 60_000_256;
/// How many counters a timed run goes through.
pub const COUNTERS: u64 = 1000;
/// Seconds of a step.
pub const PERIOD: u64 = 30;

/// A code that belongs to none of the counters of a run.
pub const MISS: Typed = Typed {
    number: 3,
    text: "000003",
};

/// Issuer and account of the URIs, with a character that has to be escaped.
pub const ISSUER: &str = "Example Corp";
/// See [`ISSUER`].
pub const ACCOUNT: &str = "alice@example.com";
/// What is parsed.
pub const URI: &str = "otpauth://totp/Example%20Corp:alice%40example.com\
    ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%20Corp\
    &algorithm=SHA1&digits=6&period=30";

/// A code as somebody typed it, and its number for those who take that.
#[derive(Clone, Copy, Debug)]
pub struct Typed {
    /// The number.
    pub number: u32,
    /// Six ASCII digits, text already: whether bytes are is for nobody to find out in a timed run.
    pub text: &'static str,
}

impl Typed {
    /// The digits.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.text
    }
}

/// A time within the step of that number.
#[must_use]
pub const fn time(counter: u64) -> u64 {
    counter * PERIOD + 7
}

/// The right code of a counter: from a table, so that looking it up costs next to nothing.
#[must_use]
pub fn right(counter: u64) -> &'static Typed {
    &CODES[usize::try_from(counter % TABLE).expect("below the table's length")]
}

const TABLE: u64 = 1280;

/// Of the counters from 0 to 255 and of those from `FIRST` on; `FIRST` is 256 in the table.
static CODES: LazyLock<Vec<Typed>> = LazyLock::new(|| {
    assert_eq!(FIRST % TABLE, 256, "the two ranges must not overlap");
    let counter = |index: u64| {
        if index < 256 {
            index
        } else {
            FIRST - 256 + index
        }
    };
    (0..TABLE)
        .map(|index| typed(reference(counter(index))))
        .collect()
});

/// The code of a counter, straight from the RFC with the `hmac` crate.
fn reference(counter: u64) -> u32 {
    let mut mac = Hmac::<Sha1>::new_from_slice(SECRET).expect("a key may have any length");
    mac.update(&counter.to_be_bytes());
    let tag = mac.finalize().into_bytes();
    let offset = usize::from(tag[19] & 15);
    let word = [
        tag[offset],
        tag[offset + 1],
        tag[offset + 2],
        tag[offset + 3],
    ];
    (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000
}

fn typed(number: u32) -> Typed {
    let text = format!("{number:06}");
    assert_eq!(text.len(), 6, "six digits");
    Typed {
        number,
        text: Box::leak(text.into_boxed_str()),
    }
}
