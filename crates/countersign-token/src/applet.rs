//! The home of what a host can select: which applet an APDU reaches, and what a session remembers.

mod access;
mod accounts;
mod admin;
mod calculate;
mod listing;
mod management;
mod oath;

use embedded_storage::nor_flash::MultiwriteNorFlash;

use crate::apdu::{Chain, Command, Header, Response, Status};
use crate::{AccountError, Board, Random, Token};

use access::Access;
use admin::ADMIN;
use listing::Listing;

/// What is remembered between two APDUs, and forgotten when the card loses its power.
pub(crate) struct Session {
    selected: Selected,
    chain: Chain,
    /// What SEND REMAINING goes on with.
    listing: Option<Listing>,
}

/// The applet that instructions are for.
enum Selected {
    Nothing,
    Oath(Access),
    Management,
    Admin,
}

impl Session {
    pub(crate) const fn new() -> Self {
        Self {
            selected: Selected::Nothing,
            chain: Chain::new(),
            listing: None,
        }
    }

    pub(crate) fn forget(&mut self) {
        self.selected = Selected::Nothing;
        self.chain.forget();
        self.listing = None;
    }
}

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// Answers one APDU: the request as it came, the answer into `response`. Whatever the request
    /// is, there is an answer, of [`Response::MAX_LEN`] bytes at most.
    pub fn apdu(&mut self, request: &[u8], board: &mut impl Board, response: &mut Response) {
        response.clear();
        let (Ok(status) | Err(status)) = self.answer(request, board, response);
        response.finish(status);
    }

    fn answer(
        &mut self,
        request: &[u8],
        board: &mut impl Board,
        response: &mut Response,
    ) -> Result<Status, Status> {
        let command = Command::read(request)?;
        if !self.session.chain.takes(&command) {
            self.session.chain.forget();
            return self.execute(command.header, command.data, board, response);
        }
        match self.session.chain.add(&command)? {
            Some(whole) => self.execute(command.header, whole.data(), board, response),
            None => Ok(Status::DONE),
        }
    }

    /// Does what a whole command says.
    fn execute(
        &mut self,
        header: Header,
        data: &[u8],
        board: &mut impl Board,
        response: &mut Response,
    ) -> Result<Status, Status> {
        // Whatever is asked next, a listing that was not asked on is over.
        let listing = self.session.listing.take();
        if (header.instruction, header.p1) == (SELECT, BY_NAME) {
            return self.select(header.p2, data, response);
        }
        match self.session.selected {
            Selected::Nothing => Err(Status::INSTRUCTION_NOT_SUPPORTED),
            Selected::Oath(_) => self.oath(header, data, listing, board, response),
            Selected::Management => self.management(header, response),
            Selected::Admin => self.admin(header, data, board, response),
        }
    }

    /// Selects the applet of a name. Where there is none, the one before stays selected, and with
    /// it what it has been shown (ISO 7816-4 §11.1.1).
    fn select(&mut self, p2: u8, name: &[u8], response: &mut Response) -> Result<Status, Status> {
        if p2 != 0 {
            return Err(Status::WRONG_PARAMETERS);
        }
        match name {
            OATH | OATH_WHOLE => self.select_oath(response),
            MANAGEMENT => {
                self.session.selected = Selected::Management;
                Self::select_management(response)
            }
            ADMIN => self.select_admin(response),
            _ => Err(Status::NOT_FOUND),
        }
    }
}

impl From<AccountError> for Status {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Locked => Self::SECURITY_NOT_SATISFIED,
            AccountError::NoSuchAccount => Self::NO_SUCH_OBJECT,
            AccountError::Full => Self::NO_SPACE,
            AccountError::OtherKind | AccountError::ChallengeLength => Self::WRONG_DATA,
            AccountError::WentBack | AccountError::CountersUsedUp => Self::CONDITIONS_NOT_SATISFIED,
            AccountError::Damaged | AccountError::Storage(_) => Self::MEMORY_FAILURE,
        }
    }
}

/// The version that hosts are told: the first in which ykman uses all that is here is 5.3.1.
const VERSION: [u8; 3] = [5, 7, 1];
const SELECT: u8 = 0xa4;
/// The first parameter of SELECT; CALCULATE ALL, the same instruction, has 00.
const BY_NAME: u8 = 0x04;
/// The name of the YKOATH applet, as hosts select it, and all of it.
const OATH: &[u8] = &[0xa0, 0x00, 0x00, 0x05, 0x27, 0x21, 0x01];
const OATH_WHOLE: &[u8] = &[0xa0, 0x00, 0x00, 0x05, 0x27, 0x21, 0x01, 0x01];
/// The name of the management applet.
const MANAGEMENT: &[u8] = &[0xa0, 0x00, 0x00, 0x05, 0x27, 0x47, 0x11, 0x17];
