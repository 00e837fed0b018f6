//! The home of what a host can select: which applet an APDU reaches, and what a session remembers.

mod access;
mod accounts;
mod admin;
mod calculate;
mod listing;
mod management;
mod oath;

use core::mem::take;

use embedded_storage::nor_flash::MultiwriteNorFlash;

use crate::apdu::{Chain, Command, Header, Response, Status};
use crate::credentials::Hmac;
use crate::vault::VaultError;
use crate::{AccountError, Answer, Ask, Board, Random, Token};

use access::Access;
use listing::Listing;

/// What is remembered between two APDUs, and forgotten when the card loses its power.
pub(crate) struct Session {
    selected: Selected,
    chain: Chain,
    /// What SEND REMAINING goes on with.
    listing: Listing,
}

/// The applet that instructions are for.
enum Selected {
    Nothing,
    Oath(Access),
    Management,
    Admin,
}

/// A whole command, what it needs of the device, and the answer to it.
struct Exchange<'a, B> {
    header: Header,
    data: &'a [u8],
    board: &'a mut B,
    response: &'a mut Response,
}

impl Session {
    pub(crate) const fn new() -> Self {
        Self {
            selected: Selected::Nothing,
            chain: Chain::new(),
            listing: Listing::new(),
        }
    }

    pub(crate) fn forget(&mut self) {
        self.selected = Selected::Nothing;
        self.chain.forget();
        self.listing.goes_on = false;
    }
}

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// Answers one APDU: the request as it came, the answer into `response`. Whatever the request
    /// is, there is an answer, of [`Response::MAX_LEN`] bytes at most.
    pub fn apdu(&mut self, request: &[u8], board: &mut impl Board, response: &mut Response) {
        response.clear();
        let done = self.answer(request, board, response);
        response.finish(done);
    }

    fn answer(
        &mut self,
        request: &[u8],
        board: &mut impl Board,
        response: &mut Response,
    ) -> Result<(), Status> {
        let Command { link, header, data } = Command::read(request)?;
        let whole;
        let data = if self.session.chain.takes(link, header) {
            if !self.session.chain.add(link, header, data)? {
                return Ok(());
            }
            whole = self.session.chain.give();
            whole.data()
        } else {
            self.session.chain.forget();
            data
        };
        self.execute(&mut Exchange {
            header,
            data,
            board,
            response,
        })
    }

    /// Does what a whole command says.
    fn execute(&mut self, exchange: &mut Exchange<'_, impl Board>) -> Result<(), Status> {
        // Whatever is asked next, a listing that was not asked on is over.
        let goes_on = take(&mut self.session.listing.goes_on);
        let header = exchange.header;
        let [p1, p2] = header.parameters().to_be_bytes();
        if (header.instruction(), p1) == (SELECT, BY_NAME) {
            if p2 != 0 {
                return Err(Status::WRONG_PARAMETERS);
            }
            return self.select(exchange.data, exchange.response);
        }
        match self.session.selected {
            Selected::Nothing => Err(Status::INSTRUCTION_NOT_SUPPORTED),
            Selected::Oath(_) => self.oath(exchange, goes_on),
            Selected::Management => self.management(exchange),
            Selected::Admin => self.admin(exchange),
        }
    }

    /// Selects the applet of a name. Where there is none, the one before stays selected, and with
    /// it what it has been shown (ISO 7816-4 §11.1.1).
    fn select(&mut self, name: &[u8], response: &mut Response) -> Result<(), Status> {
        let position = NAMES.iter().position(|known| *known == name);
        match position {
            Some(0) => self.session.selected = management::select(response),
            Some(1) => self.session.selected = admin::select(response),
            Some(_) => self.select_oath(response)?,
            None => return Err(Status::NOT_FOUND),
        }
        Ok(())
    }
}

impl<B: Board> Exchange<'_, B> {
    /// Asks whoever holds the token.
    ///
    /// # Errors
    /// [`Status::SECURITY_NOT_SATISFIED`] if it is refused or nobody answers in time.
    fn allowed(&mut self, ask: &Ask<'_>) -> Result<(), Status> {
        match self.board.ask(ask) {
            Answer::Allowed => Ok(()),
            Answer::Refused | Answer::TimedOut => Err(Status::SECURITY_NOT_SATISFIED),
        }
    }
}

impl From<AccountError> for Status {
    #[inline(never)]
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

/// What is large is looked at where it was returned, not moved to where its error is not.
impl From<&AccountError> for Status {
    fn from(error: &AccountError) -> Self {
        (*error).into()
    }
}

impl From<VaultError> for Status {
    fn from(error: VaultError) -> Self {
        AccountError::from(error).into()
    }
}

/// The version that hosts are told: the first in which ykman uses all that is here is 5.3.1.
const VERSION: [u8; 3] = [5, 7, 1];
const SELECT: u8 = 0xa4;
/// The first parameter of SELECT; CALCULATE ALL, the same instruction, has 00.
const BY_NAME: u8 = 0x04;
/// The names of the applets: management, administration, and YKOATH, as hosts select it and all of
/// it.
const NAMES: [&[u8]; 4] = [
    &[0xa0, 0x00, 0x00, 0x05, 0x27, 0x47, 0x11, 0x17],
    b"\xf0CS-ADMIN",
    &[0xa0, 0x00, 0x00, 0x05, 0x27, 0x21, 0x01],
    &[0xa0, 0x00, 0x00, 0x05, 0x27, 0x21, 0x01, 0x01],
];
