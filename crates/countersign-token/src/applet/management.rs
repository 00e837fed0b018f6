//! The home of the management applet: what hosts ask first to know what device this is.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::VERSION;
use crate::apdu::{Header, Response, Status, Tag};
use crate::{Random, Token};

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// Answers SELECT with the text that hosts read the version from.
    pub(super) fn select_management(response: &mut Response) -> Result<Status, Status> {
        response.bytes(b"Virtual mgr - FW version ")?;
        let [major, minor, patch] = VERSION.map(|part| part.wrapping_add(b'0'));
        response.bytes(&[major, b'.', minor, b'.', patch])?;
        Ok(Status::DONE)
    }

    /// Does an instruction of the management applet. Nothing can be changed by it.
    pub(super) fn management(
        &self,
        header: Header,
        response: &mut Response,
    ) -> Result<Status, Status> {
        match (header.instruction, header.p1, header.p2) {
            (READ_CONFIG, 0, 0) => self.read_config(response),
            (READ_CONFIG, _, _) => Err(Status::WRONG_PARAMETERS),
            _ => Err(Status::INSTRUCTION_NOT_SUPPORTED),
        }
    }

    /// Says what the device is: one that has YKOATH, by USB, and nothing else.
    fn read_config(&self, response: &mut Response) -> Result<Status, Status> {
        let serial = self.serial.to_be_bytes();
        let fields: [(Tag, &[u8]); 6] = [
            (USB_SUPPORTED, &OATH_CAPABILITY),
            (USB_ENABLED, &OATH_CAPABILITY),
            (SERIAL, &serial),
            (FORM_FACTOR, &[KEYCHAIN]),
            (FIRMWARE, &VERSION),
            (CONFIG_LOCKED, &[0]),
        ];
        let length = fields.iter().fold(0_u8, |length, (_, value)| {
            let value = u8::try_from(value.len()).unwrap_or(u8::MAX);
            length.saturating_add(2).saturating_add(value)
        });
        response.bytes(&[length])?;
        for (tag, value) in fields {
            response.field(tag, value, &[])?;
        }
        Ok(Status::DONE)
    }
}

const READ_CONFIG: u8 = 0x1d;

const USB_SUPPORTED: Tag = Tag(0x01);
const SERIAL: Tag = Tag(0x02);
const USB_ENABLED: Tag = Tag(0x03);
const FORM_FACTOR: Tag = Tag(0x04);
const FIRMWARE: Tag = Tag(0x05);
const CONFIG_LOCKED: Tag = Tag(0x0a);

const OATH_CAPABILITY: [u8; 2] = [0x00, 0x20];
const KEYCHAIN: u8 = 0x01;
