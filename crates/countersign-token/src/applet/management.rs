//! The home of the management applet: what hosts ask first to know what device this is.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::{Exchange, Selected, VERSION};
use crate::apdu::{Response, Status, Tag};
use crate::{Random, Token};

/// Answers SELECT with the text that hosts read the version from.
pub(super) fn select(response: &mut Response) -> Selected {
    response.bytes(GREETING);
    Selected::Management
}

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// Does an instruction of the management applet. Nothing can be changed by it.
    pub(super) fn management<B>(&self, exchange: &mut Exchange<'_, B>) -> Result<(), Status> {
        if exchange.header.instruction() != READ_CONFIG {
            return Err(Status::INSTRUCTION_NOT_SUPPORTED);
        }
        if exchange.header.parameters() != 0 {
            return Err(Status::WRONG_PARAMETERS);
        }
        self.read_config(exchange.response);
        Ok(())
    }

    /// Says what the device is: one that has YKOATH, by USB, and nothing else.
    fn read_config(&self, response: &mut Response) {
        response.bytes(&[CONFIG_LEN]);
        response.bytes(&CAPABILITIES);
        response.field(SERIAL, &self.serial.to_be_bytes());
        response.bytes(&MAKE);
    }
}

const READ_CONFIG: u8 = 0x1d;

const MAJOR: u8 = VERSION[0];
const MINOR: u8 = VERSION[1];
const PATCH: u8 = VERSION[2];
/// With the same version in it.
const GREETING: &[u8] = b"Virtual mgr - FW version 5.7.1";

/// The bytes of all fields.
const CONFIG_LEN: u8 = 8 + 6 + 11;
/// What USB has and what of it is enabled: YKOATH.
const CAPABILITIES: [u8; 8] = [0x01, 2, 0x00, 0x20, 0x03, 2, 0x00, 0x20];
const SERIAL: Tag = Tag(0x02);
/// The form factor, which is a key chain's; the version; and that the configuration is not locked.
const MAKE: [u8; 11] = [0x04, 1, 0x01, 0x05, 3, MAJOR, MINOR, PATCH, 0x0a, 1, 0];
