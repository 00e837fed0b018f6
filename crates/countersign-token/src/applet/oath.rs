//! The home of the YKOATH applet: its instructions, and what each of them needs.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::access::Access;
use super::listing::Listing;
use super::{Selected, VERSION};
use crate::apdu::{Header, Response, Status, Tag};
use crate::{Answer, Ask, Board, Random, Token};

/// An instruction with the parameters that it takes.
#[derive(Clone, Copy)]
enum Instruction {
    Put,
    Delete,
    SetCode,
    Reset,
    Rename,
    List,
    Calculate(Form),
    Validate,
    CalculateAll(Form),
    SendRemaining,
}

/// How much of an HMAC a host wants.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// All of it.
    Whole,
    /// The 31 bits of the dynamic truncation (RFC 4226 §5.3).
    Truncated,
}

impl Instruction {
    fn read(header: Header) -> Result<Self, Status> {
        let instruction = match (header.instruction, header.p2) {
            (0x01, _) => Self::Put,
            (0x02, _) => Self::Delete,
            (0x03, _) => Self::SetCode,
            (0x04, _) => Self::Reset,
            (0x05, _) => Self::Rename,
            (0xa1, _) => Self::List,
            (0xa2, 0x00) => Self::Calculate(Form::Whole),
            (0xa2, _) => Self::Calculate(Form::Truncated),
            (0xa3, _) => Self::Validate,
            (0xa4, 0x00) => Self::CalculateAll(Form::Whole),
            (0xa4, _) => Self::CalculateAll(Form::Truncated),
            (0xa5, _) => Self::SendRemaining,
            _ => return Err(Status::INSTRUCTION_NOT_SUPPORTED),
        };
        let expected = match instruction {
            Self::Reset => (0xde, 0xad),
            Self::Calculate(Form::Truncated) | Self::CalculateAll(Form::Truncated) => (0x00, 0x01),
            _ => (0x00, 0x00),
        };
        if (header.p1, header.p2) != expected {
            return Err(Status::WRONG_PARAMETERS);
        }
        Ok(instruction)
    }
}

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// Answers SELECT: version, identifier, and, if there is an access key, a challenge that was
    /// never given before. Whatever was shown before counts no more.
    pub(super) fn select_oath(&mut self, response: &mut Response) -> Result<Status, Status> {
        let (access, algorithm) = self.fresh_access()?;
        response.field(Tag::VERSION, &VERSION, &[])?;
        response.field(Tag::NAME, &self.id.0, &[])?;
        if let Access::Locked { challenge } = &access {
            response.field(Tag::CHALLENGE, challenge, &[])?;
            response.field(Tag::ALGORITHM, &[algorithm], &[])?;
        }
        self.session.selected = Selected::Oath(access);
        Ok(Status::DONE)
    }

    /// Does an instruction. Those that read or change accounts take proof that they may.
    pub(super) fn oath(
        &mut self,
        header: Header,
        data: &[u8],
        listing: Option<Listing>,
        board: &mut impl Board,
        response: &mut Response,
    ) -> Result<Status, Status> {
        let instruction = Instruction::read(header)?;
        // What an earlier one has left half done comes first.
        self.credentials.settle(&mut self.vault)?;
        match instruction {
            Instruction::Validate => self.validate(data, board, response),
            Instruction::Reset => self.reset(board),
            Instruction::Put => self.put(self.authorised()?, data, board),
            Instruction::Delete => self.delete(self.authorised()?, data),
            Instruction::Rename => self.rename(self.authorised()?, data),
            Instruction::SetCode => self.set_code(self.authorised()?, data),
            Instruction::Calculate(form) => {
                self.calculate(self.authorised()?, data, form, board, response)
            }
            Instruction::List => self.list(self.authorised()?, Listing::names(), response),
            Instruction::CalculateAll(form) => {
                let listing = Listing::codes(form, data)?;
                self.list(self.authorised()?, listing, response)
            }
            Instruction::SendRemaining => {
                let listing = listing.ok_or(Status::CONDITIONS_NOT_SATISFIED)?;
                self.list(self.authorised()?, listing, response)
            }
        }
    }

    /// Erases everything, if somebody allows it on the device. It needs neither access key nor
    /// PIN: it is the way out when they are lost.
    fn reset(&mut self, board: &mut impl Board) -> Result<Status, Status> {
        allowed(board, &Ask::Reset)?;
        self.erase()?;
        // The applet stays selected, as it is on a new token.
        self.session.selected = Selected::Oath(Access::Granted);
        Ok(Status::DONE)
    }
}

/// Asks whoever holds the token.
///
/// # Errors
/// [`Status::SECURITY_NOT_SATISFIED`] if it is refused or nobody answers in time.
pub(super) fn allowed(board: &mut impl Board, ask: &Ask<'_>) -> Result<(), Status> {
    match board.ask(ask) {
        Answer::Allowed => Ok(()),
        Answer::Refused | Answer::TimedOut => Err(Status::SECURITY_NOT_SATISFIED),
    }
}
