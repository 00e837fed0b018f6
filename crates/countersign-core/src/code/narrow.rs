//! The home of a code's digits one after the other, for small processors.

use super::{CAPACITY, Digits};

/// The text with zero bytes behind it, if it consists of digits. It has as many bytes as `digits`
/// says.
#[inline]
pub(super) fn checked(text: &[u8], _: Digits) -> Option<[u8; CAPACITY]> {
    let mut checked = [0; CAPACITY];
    for (slot, byte) in checked.iter_mut().zip(text) {
        if !byte.is_ascii_digit() {
            return None;
        }
        *slot = *byte;
    }
    Some(checked)
}

/// The last digits of a number, with zero bytes behind them.
#[inline]
pub(super) fn written(number: u32, digits: Digits) -> [u8; CAPACITY] {
    let mut text = [0; CAPACITY];
    let mut rest = u64::from(number);
    for slot in text.iter_mut().take(digits.get().into()).rev() {
        // Exact for every u32: the reciprocal of ten, rounded up, in 35 binary places.
        let tenth = rest.wrapping_mul(0xcccc_cccd) >> 35;
        *slot = super::ascii_digit(rest.wrapping_sub(tenth.wrapping_mul(10)));
        rest = tenth;
    }
    text
}

/// The number that the digits write.
#[inline]
pub(super) fn number(text: &[u8; CAPACITY], digits: Digits) -> u64 {
    let text = text.iter().take(digits.get().into());
    text.fold(0, |number: u64, digit| {
        let digit = digit.wrapping_sub(b'0');
        number.wrapping_mul(10).wrapping_add(digit.into())
    })
}
