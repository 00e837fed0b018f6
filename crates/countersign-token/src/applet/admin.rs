//! The home of the administration applet: the state of the device, and the orders to its clock.
#![doc = include_str!("admin.md")]

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::{Exchange, Selected, VERSION};
use crate::apdu::{Response, Status, Tag};
use crate::clock::{AdminChallenge, AdminKey, Obeyed, Order, OrderVerdict, Reading, Trim};
use crate::credentials::MAX_CREDENTIALS;
use crate::pin::PinState;
use crate::{Ask, Board, Random, Token};
use countersign_core::UnixTime;

/// Answers SELECT with the version.
pub(super) fn select(response: &mut Response) -> Selected {
    response.field(Tag::VERSION, &VERSION);
    Selected::Admin
}

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// Does an instruction of the administration applet.
    pub(super) fn admin(&mut self, exchange: &mut Exchange<'_, impl Board>) -> Result<(), Status> {
        if exchange.header.parameters() != 0 {
            return Err(Status::WRONG_PARAMETERS);
        }
        let data = exchange.data;
        match exchange.header.instruction() {
            STATUS | CHALLENGE if !data.is_empty() => Err(Status::WRONG_DATA),
            STATUS => self.status(exchange),
            CHALLENGE => {
                self.challenge(exchange);
                Ok(())
            }
            SET_ADMIN_KEY => self.set_admin_key(exchange),
            SET_TIME => {
                let (secs, proof) = data.split_first_chunk().ok_or(Status::WRONG_DATA)?;
                let now = UnixTime::from_secs(u64::from_be_bytes(*secs));
                let order = Order::SetTime(now.map_err(|_| Status::WRONG_DATA)?);
                self.order(order, proof, exchange.board)
            }
            TRIM => {
                let (ppm, proof) = data.split_first_chunk().ok_or(Status::WRONG_DATA)?;
                let trim = Trim::from_ppm(i16::from_be_bytes(*ppm));
                let order = Order::Trim(trim.map_err(|_| Status::WRONG_DATA)?);
                self.order(order, proof, exchange.board)
            }
            _ => Err(Status::INSTRUCTION_NOT_SUPPORTED),
        }
    }

    /// Tells how the device is. It shows nothing of any account, so no PIN is asked for.
    fn status(&mut self, exchange: &mut Exchange<'_, impl Board>) -> Result<(), Status> {
        let reading = self.time(exchange.board)?;
        let usage = self.vault.usage();
        let accounts = self.credentials.index().len();
        let response = &mut *exchange.response;
        response.field(SERIAL, &self.serial.to_be_bytes());
        response.begin(STORE, 8);
        response.number(small(usage.used), 4);
        response.number(small(usage.capacity), 4);
        response.begin(ACCOUNTS, 4);
        response.number(small(accounts), 2);
        response.number(small(MAX_CREDENTIALS), 2);
        response.begin(DAMAGED, 2);
        response.number(small(usage.damaged), 2);

        let (known, now, synced) = match reading {
            Reading::Known { now, last_synced } => (1, now, last_synced),
            Reading::Unset => (0, UnixTime::EPOCH, UnixTime::EPOCH),
        };
        response.begin(CLOCK, 19);
        response.number(known, 1);
        response.bytes(&now.secs().to_be_bytes());
        response.bytes(&synced.secs().to_be_bytes());
        response.bytes(&self.clock.trim_in_force().ppm().to_be_bytes());

        let pin = match self.pin.state() {
            PinState::NotSet => [0, 0],
            PinState::Required { tries_left } => [1, tries_left],
            PinState::Entered => [2, self.pin.tries_left()],
            PinState::Locked => [3, 0],
        };
        response.field(PIN, &pin);
        response.field(ACCESS_KEY, &[self.access_guard.tries_left()]);
        let has_key = self.vault.contains(AdminKey::KEY);
        response.field(ADMIN_KEY, &[u8::from(has_key)]);
        Ok(())
    }

    /// Draws a challenge, in place of the one before.
    fn challenge(&mut self, exchange: &mut Exchange<'_, impl Board>) {
        let mut bytes = [0; AdminKey::CHALLENGE_LEN];
        self.random.fill(&mut bytes);
        exchange.response.bytes(&bytes);
        self.admin_challenge = Some(AdminChallenge {
            bytes,
            uptime_millis: exchange.board.uptime_millis(),
        });
    }

    /// Takes the first admin key, if whoever holds the device allows it.
    fn set_admin_key(&mut self, exchange: &mut Exchange<'_, impl Board>) -> Result<(), Status> {
        let key = exchange.data.as_array().ok_or(Status::WRONG_DATA)?;
        if self.vault.contains(AdminKey::KEY) {
            return Err(Status::CONDITIONS_NOT_SATISFIED);
        }
        self.unlocked()?;
        exchange.allowed(&Ask::SetAdminKey)?;
        Ok(AdminKey::new(*key).save(&mut self.vault, &mut self.random)?)
    }

    /// Has the clock carry out an order whose proof is right.
    fn order(&mut self, order: Order, proof: &[u8], board: &mut impl Board) -> Result<(), Status> {
        if proof.len() != AdminKey::PROOF_LEN {
            return Err(Status::WRONG_DATA);
        }
        // Taken before anything is compared: a proof is good once.
        let challenge = self.admin_challenge.take();
        let uptime = board.uptime_millis();
        let challenge = match &challenge {
            Some(challenge) if challenge.is_good(uptime) => challenge,
            _ => return Err(Status::CONDITIONS_NOT_SATISFIED),
        };
        let key = AdminKey::load(&mut self.vault);
        let key = key.as_ref().map_err(|error| *error)?;
        let key = key.as_ref().ok_or(Status::NO_SUCH_OBJECT)?;
        let OrderVerdict::Authentic(order) = key.check(&challenge.bytes, order, proof) else {
            return Err(Status::SECURITY_NOT_SATISFIED);
        };
        let (vault, random) = (&mut self.vault, &mut self.random);
        match self.clock.obey(order, board, vault, random)? {
            Obeyed::Done => Ok(()),
            Obeyed::Backwards | Obeyed::NeverSet => Err(Status::CONDITIONS_NOT_SATISFIED),
            Obeyed::ChipFault => Err(Status::MEMORY_FAILURE),
        }
    }
}

/// A number that is known to fit.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

const STATUS: u8 = 0x01;
const CHALLENGE: u8 = 0x02;
const SET_ADMIN_KEY: u8 = 0x03;
const SET_TIME: u8 = 0x04;
const TRIM: u8 = 0x05;

const SERIAL: Tag = Tag(0x81);
const STORE: Tag = Tag(0x82);
const ACCOUNTS: Tag = Tag(0x83);
const DAMAGED: Tag = Tag(0x84);
const CLOCK: Tag = Tag(0x85);
const PIN: Tag = Tag(0x86);
const ACCESS_KEY: Tag = Tag(0x87);
const ADMIN_KEY: Tag = Tag(0x88);
