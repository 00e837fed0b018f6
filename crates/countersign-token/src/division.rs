//! The home of long division: the chips divide 32 bits by 32, and what divides more takes half a
//! kilobyte.

use core::num::NonZeroU32;

/// A number divided by a small one, and the rest; by zero it is divided as by one.
#[inline(never)]
pub(crate) fn divided(number: u64, by: u16) -> (u64, u32) {
    let by = NonZeroU32::new(by.into()).unwrap_or(NonZeroU32::MIN);
    let bytes = number.to_be_bytes();
    let (halves, _) = bytes.as_chunks();
    let (mut quotient, mut rest) = (0_u64, 0);
    for half in halves {
        let part = rest << 16 | u32::from(u16::from_be_bytes(*half));
        quotient = quotient << 16 | u64::from(part / by);
        rest = part % by;
    }
    (quotient, rest)
}

#[cfg(test)]
mod tests {
    use super::divided;

    #[test]
    fn it_divides_as_the_language_does() {
        let numbers = [
            0,
            1,
            9,
            10,
            29,
            30,
            0xffff,
            0x1_0000,
            1 << 40,
            u64::MAX - 1,
            u64::MAX,
        ];
        for number in numbers {
            for by in [1, 2, 10, 30, 59, 3_600, u16::MAX] {
                let (quotient, rest) = divided(number, by);
                assert_eq!(quotient, number / u64::from(by));
                assert_eq!(u64::from(rest), number % u64::from(by));
            }
            assert_eq!(divided(number, 0), (number, 0));
        }
    }
}
