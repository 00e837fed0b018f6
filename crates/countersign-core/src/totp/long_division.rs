//! The home of dividing a time by a period on small processors.

use core::num::NonZeroU32;

/// Quotient and remainder. `secs` is at most 2^40, and `by` an hour of seconds.
///
/// Long division by digits of twenty bits: the second, with a remainder of twelve bits before it,
/// fits the divider of a small processor, where a division of 64 bits would link a routine of 600
/// bytes.
pub(super) fn divided(secs: u64, by: NonZeroU32) -> (u64, u32) {
    let low_32 = |number: u64| {
        let [a, b, c, d, ..] = number.to_le_bytes();
        u32::from_le_bytes([a, b, c, d])
    };
    let high = low_32(secs >> 20);
    let quotient = high / by;
    let rest = high.wrapping_sub(quotient.wrapping_mul(by.get()));
    let low = (rest << 20) | (low_32(secs) & 0x000f_ffff);
    let end = low / by;
    let rest = low.wrapping_sub(end.wrapping_mul(by.get()));
    ((u64::from(quotient) << 20) | u64::from(end), rest)
}
