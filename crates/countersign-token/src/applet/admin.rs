//! The home of the administration applet: the state of the device, and the orders to its clock.
#![doc = include_str!("admin.md")]

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::{Selected, VERSION};
use crate::apdu::{Header, Response, Status, Tag};
use crate::clock::{AdminChallenge, AdminKey, Obeyed, Order, OrderVerdict, Reading, Trim};
use crate::credentials::MAX_CREDENTIALS;
use crate::pin::PinState;
use crate::presence::{Answer, Ask};
use crate::vault::VaultError;
use crate::{AccountError, Board, Random, Token};
use countersign_core::UnixTime;

impl<F: MultiwriteNorFlash, R: Random, const N: usize> Token<F, R, N> {
    /// Answers SELECT with the version.
    pub(super) fn select_admin(&mut self, response: &mut Response) -> Result<Status, Status> {
        self.session.selected = Selected::Admin;
        response.field(Tag::VERSION, &VERSION, &[])?;
        Ok(Status::DONE)
    }

    /// Does an instruction of the administration applet.
    pub(super) fn admin(
        &mut self,
        header: Header,
        data: &[u8],
        board: &mut impl Board,
        response: &mut Response,
    ) -> Result<Status, Status> {
        if (header.p1, header.p2) != (0, 0) {
            return Err(Status::WRONG_PARAMETERS);
        }
        match header.instruction {
            STATUS => self.status(data, board, response),
            CHALLENGE => self.challenge(data, board, response),
            SET_ADMIN_KEY => self.set_admin_key(data, board),
            SET_TIME => {
                let (secs, proof) = data.split_first_chunk().ok_or(Status::WRONG_DATA)?;
                let now = UnixTime::from_secs(u64::from_be_bytes(*secs));
                let order = Order::SetTime(now.map_err(|_| Status::WRONG_DATA)?);
                self.order(order, proof, board)
            }
            TRIM => {
                let (ppm, proof) = data.split_first_chunk().ok_or(Status::WRONG_DATA)?;
                let trim = Trim::from_ppm(i16::from_be_bytes(*ppm));
                let order = Order::Trim(trim.map_err(|_| Status::WRONG_DATA)?);
                self.order(order, proof, board)
            }
            _ => Err(Status::INSTRUCTION_NOT_SUPPORTED),
        }
    }

    /// Tells how the device is. It shows nothing of any account, so no PIN is asked for.
    fn status(
        &mut self,
        data: &[u8],
        board: &mut impl Board,
        response: &mut Response,
    ) -> Result<Status, Status> {
        nothing(data)?;
        let usage = self.vault.usage();
        response.field(SERIAL, &self.serial.to_be_bytes(), &[])?;
        response.field(STORE, &four(usage.used), &four(usage.capacity))?;
        let accounts = self.credentials.index().len();
        response.field(ACCOUNTS, &two(accounts), &two(MAX_CREDENTIALS))?;
        response.field(DAMAGED, &two(usage.damaged), &[])?;

        let (known, now, synced) = match self.time(board)? {
            Reading::Known { now, last_synced } => (1, now.secs(), last_synced.secs()),
            Reading::Unset => (0, 0, 0),
        };
        let [t0, t1, t2, t3, t4, t5, t6, t7] = now.to_be_bytes();
        let [s0, s1, s2, s3, s4, s5, s6, s7] = synced.to_be_bytes();
        let time = [
            known, t0, t1, t2, t3, t4, t5, t6, t7, s0, s1, s2, s3, s4, s5, s6, s7,
        ];
        let trim = self.clock.trim_in_force().ppm();
        response.field(CLOCK, &time, &trim.to_be_bytes())?;

        let pin = match self.pin.state() {
            PinState::NotSet => [0, 0],
            PinState::Required { tries_left } => [1, tries_left],
            PinState::Entered => [2, self.pin.tries_left()],
            PinState::Locked => [3, 0],
        };
        response.field(PIN, &pin, &[])?;
        response.field(ACCESS_KEY, &[self.access_guard.tries_left()], &[])?;
        let has_key = self.vault.contains(AdminKey::KEY);
        response.field(ADMIN_KEY, &[u8::from(has_key)], &[])?;
        Ok(Status::DONE)
    }

    /// Draws a challenge, in place of the one before.
    fn challenge(
        &mut self,
        data: &[u8],
        board: &mut impl Board,
        response: &mut Response,
    ) -> Result<Status, Status> {
        nothing(data)?;
        let mut bytes = [0; AdminKey::CHALLENGE_LEN];
        self.random.fill(&mut bytes);
        response.bytes(&bytes)?;
        self.admin_challenge = Some(AdminChallenge {
            bytes,
            uptime_millis: board.uptime_millis(),
        });
        Ok(Status::DONE)
    }

    /// Takes the first admin key, if whoever holds the device allows it.
    fn set_admin_key(&mut self, data: &[u8], board: &mut impl Board) -> Result<Status, Status> {
        let key = AdminKey::new(data.try_into().map_err(|_| Status::WRONG_DATA)?);
        if self.vault.contains(AdminKey::KEY) {
            return Err(Status::CONDITIONS_NOT_SATISFIED);
        }
        self.unlocked()?;
        match board.ask(&Ask::SetAdminKey) {
            Answer::Allowed => {}
            Answer::Refused | Answer::TimedOut => return Err(Status::SECURITY_NOT_SATISFIED),
        }
        let stored = key.save(&mut self.vault, &mut self.random);
        stored.map_err(AccountError::from)?;
        Ok(Status::DONE)
    }

    /// Has the clock carry out an order whose proof is right.
    fn order(
        &mut self,
        order: Order,
        proof: &[u8],
        board: &mut impl Board,
    ) -> Result<Status, Status> {
        if proof.len() != AdminKey::PROOF_LEN {
            return Err(Status::WRONG_DATA);
        }
        // Taken before anything is compared: a proof is good once.
        let challenge = self.admin_challenge.take();
        let uptime = board.uptime_millis();
        let challenge = challenge
            .filter(|challenge| challenge.is_good(uptime))
            .ok_or(Status::CONDITIONS_NOT_SATISFIED)?;
        let key = AdminKey::load(&mut self.vault).map_err(AccountError::from)?;
        let key = key.ok_or(Status::NO_SUCH_OBJECT)?;
        let order = match key.check(&challenge.bytes, order, proof) {
            OrderVerdict::Authentic(order) => order,
            OrderVerdict::Forged => return Err(Status::SECURITY_NOT_SATISFIED),
        };
        let (vault, random) = (&mut self.vault, &mut self.random);
        let obeyed: Result<Obeyed, VaultError> = self.clock.obey(order, board, vault, random);
        match obeyed.map_err(AccountError::from)? {
            Obeyed::Done => Ok(Status::DONE),
            Obeyed::Backwards | Obeyed::NeverSet => Err(Status::CONDITIONS_NOT_SATISFIED),
            Obeyed::ChipFault => Err(Status::MEMORY_FAILURE),
        }
    }
}

/// That a command has no data.
fn nothing(data: &[u8]) -> Result<(), Status> {
    if data.is_empty() {
        Ok(())
    } else {
        Err(Status::WRONG_DATA)
    }
}

fn two(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap_or(u16::MAX).to_be_bytes()
}

fn four(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes()
}

/// The name of the applet.
pub(super) const ADMIN: &[u8] = b"\xf0CS-ADMIN";

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
