//! The home of the serial line: keys and commands come in, messages and answers go out.

use core::fmt;

use crate::register::Register;

/// UART0, at 115200 baud on the micro:bit's USB serial line.
pub(crate) struct Uart(());

/// The line's interrupt, by its number in the interrupt controller.
pub(crate) const INTERRUPT: u32 = 2;

impl Uart {
    /// Switches the line on.
    pub(crate) fn start() -> Self {
        PSEL_TXD.write(24);
        PSEL_RXD.write(25);
        BAUD_RATE.write(BAUD_115200);
        ENABLE.write(4);
        INTEN_SET.write(RXDRDY_BIT);
        START_RX.write(1);
        START_TX.write(1);
        Self(())
    }

    /// The next byte that came in, if there is one.
    pub(crate) fn read(&mut self) -> Option<u8> {
        if RXDRDY.read() == 0 {
            return None;
        }
        // First the event: a byte that comes while this one is read sets it again.
        RXDRDY.write(0);
        let [byte, ..] = RXD.read().to_le_bytes();
        Some(byte)
    }

    /// Sends a byte and waits until it has gone.
    fn send(&mut self, byte: u8) {
        TXDRDY.write(0);
        TXD.write(byte.into());
        while TXDRDY.read() == 0 {}
    }

    /// Sends text.
    pub(crate) fn text(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.send(byte));
    }

    /// Sends a number in decimal.
    pub(crate) fn number(&mut self, number: u64) {
        let mut digits = [0_u8; 20];
        let mut rest = number;
        let mut unwritten = 20_usize;
        for slot in digits.iter_mut().rev() {
            // Below ten, so that it is a digit.
            let [digit, ..] = (rest % 10).to_le_bytes();
            *slot = b'0' + digit;
            rest /= 10;
            unwritten -= 1;
            if rest == 0 {
                break;
            }
        }
        digits
            .iter()
            .skip(unwritten)
            .for_each(|digit| self.send(*digit));
    }

    /// Sends a number below 100 in two digits.
    pub(crate) fn two_digits(&mut self, number: u8) {
        self.send(b'0' + number / 10 % 10);
        self.send(b'0' + number % 10);
    }

    /// Sends bytes in hexadecimal.
    pub(crate) fn hex(&mut self, bytes: &[u8]) {
        let digit = |half: u8| {
            if half < 10 {
                b'0' + half
            } else {
                b'a' + half - 10
            }
        };
        for byte in bytes {
            self.send(digit(byte >> 4));
            self.send(digit(byte & 15));
        }
    }
}

impl fmt::Write for Uart {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text(text);
        Ok(())
    }
}

const RXDRDY_BIT: u32 = 1 << 2;
const BAUD_115200: u32 = 0x01d7_e000;
// SAFETY: registers of UART0.
const START_RX: Register = unsafe { Register::at(0x4000_2000) };
// SAFETY: as above.
const START_TX: Register = unsafe { Register::at(0x4000_2008) };
// SAFETY: as above.
const RXDRDY: Register = unsafe { Register::at(0x4000_2108) };
// SAFETY: as above.
const TXDRDY: Register = unsafe { Register::at(0x4000_211c) };
// SAFETY: as above.
const INTEN_SET: Register = unsafe { Register::at(0x4000_2304) };
// SAFETY: as above.
const ENABLE: Register = unsafe { Register::at(0x4000_2500) };
// SAFETY: as above.
const PSEL_TXD: Register = unsafe { Register::at(0x4000_250c) };
// SAFETY: as above.
const PSEL_RXD: Register = unsafe { Register::at(0x4000_2514) };
// SAFETY: as above.
const RXD: Register = unsafe { Register::at(0x4000_2518) };
// SAFETY: as above.
const TXD: Register = unsafe { Register::at(0x4000_251c) };
// SAFETY: as above.
const BAUD_RATE: Register = unsafe { Register::at(0x4000_2524) };
