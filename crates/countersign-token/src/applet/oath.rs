//! The home of the YKOATH applet: its instructions, and what each of them needs.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::access::Access;
use super::{Exchange, Selected, VERSION};
use crate::apdu::{Header, Response, Status, Tag};
use crate::{Ask, Board, Random, Token};

/// How much of an HMAC a host wants: the second parameter of CALCULATE and CALCULATE ALL.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// 00: all of it.
    Whole,
    /// 01: the 31 bits of the dynamic truncation (RFC 4226 §5.3).
    Truncated,
}

/// The instruction, if it has the parameters that it takes.
fn known(header: Header) -> Result<(u8, Form), Status> {
    let (instruction, parameters) = (header.instruction(), header.parameters());
    let form = if parameters == 0 {
        Form::Whole
    } else {
        Form::Truncated
    };
    let fits = match instruction {
        RESET => parameters == 0xdead,
        CALCULATE | CALCULATE_ALL => parameters <= 0x0001,
        PUT..=RENAME | LIST..=SEND_REMAINING => parameters == 0,
        _ => return Err(Status::INSTRUCTION_NOT_SUPPORTED),
    };
    if fits {
        Ok((instruction, form))
    } else {
        Err(Status::WRONG_PARAMETERS)
    }
}

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// Answers SELECT: version, identifier, and what there is to be shown. Whatever was shown
    /// before counts no more.
    pub(super) fn select_oath(&mut self, response: &mut Response) -> Result<(), Status> {
        response.field(Tag::VERSION, &VERSION);
        response.field(Tag::NAME, &self.id.0);
        self.fresh_access(response)
    }

    /// Does an instruction. Those that read or change accounts take proof that they may.
    pub(super) fn oath(
        &mut self,
        exchange: &mut Exchange<'_, impl Board>,
        goes_on: bool,
    ) -> Result<(), Status> {
        let (instruction, form) = known(exchange.header)?;
        // What an earlier one has left half done comes first.
        self.credentials.settle(&mut self.vault)?;
        match instruction {
            VALIDATE => return self.validate(exchange),
            RESET => return self.reset(exchange),
            LIST => self.session.listing.begin_names(),
            CALCULATE_ALL => self.session.listing.begin_codes(form, exchange.data)?,
            SEND_REMAINING if !goes_on => return Err(Status::CONDITIONS_NOT_SATISFIED),
            _ => {}
        }
        let authorised = self.authorised()?;
        match instruction {
            PUT => self.put(authorised, exchange),
            DELETE => self.delete(authorised, exchange.data),
            RENAME => self.rename(authorised, exchange.data),
            SET_CODE => self.set_code(authorised, exchange.data),
            CALCULATE => self.calculate(authorised, exchange, form),
            // What began above, or goes on.
            _ => self.list(authorised, exchange.response),
        }
    }

    /// Erases everything, if somebody allows it on the device. It needs neither access key nor
    /// PIN: it is the way out when they are lost.
    fn reset(&mut self, exchange: &mut Exchange<'_, impl Board>) -> Result<(), Status> {
        exchange.allowed(&Ask::Reset)?;
        self.erase()?;
        // The applet stays selected, as it is on a new token.
        self.session.selected = Selected::Oath(Access::Granted);
        Ok(())
    }
}

const PUT: u8 = 0x01;
const DELETE: u8 = 0x02;
const SET_CODE: u8 = 0x03;
const RESET: u8 = 0x04;
const RENAME: u8 = 0x05;
const LIST: u8 = 0xa1;
const CALCULATE: u8 = 0xa2;
const VALIDATE: u8 = 0xa3;
const CALCULATE_ALL: u8 = 0xa4;
const SEND_REMAINING: u8 = 0xa5;
