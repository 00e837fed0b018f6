//! The home of the two tests that a noise source has to go on passing (NIST SP 800-90B §4.4): it
//! does not stick, and it does not favour one value.
//!
//! Both assume no more than four bits of entropy in a byte, and accuse a source that has as many
//! once in 2^30 samples.

/// What the tests remember.
pub(crate) struct Health {
    last: Option<u8>,
    repeated: u8,
    /// The value that is counted in this window.
    counted: u8,
    count: u16,
    seen: u16,
}

impl Health {
    /// How many bytes have to pass before one is used.
    pub(crate) const START_UP_BYTES: u16 = 1024;

    pub(crate) const fn new() -> Self {
        Self {
            last: None,
            repeated: 0,
            counted: 0,
            count: 0,
            seen: 0,
        }
    }

    /// Takes note of a byte; `false` if the source has failed.
    pub(crate) fn takes(&mut self, byte: u8) -> bool {
        self.repeated = match self.last {
            Some(last) if last == byte => self.repeated.saturating_add(1),
            _ => 1,
        };
        self.last = Some(byte);
        if self.seen == 0 {
            (self.counted, self.count) = (byte, 0);
        }
        self.count += u16::from(byte == self.counted);
        self.seen = (self.seen + 1) % WINDOW;
        self.repeated < REPEATED_TOO_OFTEN && self.count < COUNTED_TOO_OFTEN
    }
}

/// Samples in a row with the same value: 1 + 30 / 4, rounded up (§4.4.1).
const REPEATED_TOO_OFTEN: u8 = 9;
/// Samples that are looked at together (§4.4.2, other than binary).
const WINDOW: u16 = 512;
/// How often the first value of a window may occur in it: the binomial distribution of 512 samples
/// with a chance of 1 in 16 has more once in 2^30.
const COUNTED_TOO_OFTEN: u16 = 71;
