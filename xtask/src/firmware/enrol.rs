//! The home of what a host asks of the token before anybody uses it: accounts, and the time.

use countersign_core::{Keyed, Sha256};

use super::card::{field, request};
use super::qmp::Key;
use super::session::Session;
use crate::process::{Failure, Outcome};

/// The applet with the accounts, by its name (YKOATH).
const OATH: [u8; 7] = [0xa0, 0x00, 0x00, 0x05, 0x27, 0x21, 0x01];
/// The applet that administers the token.
const ADMIN: [u8; 9] = *b"\xf0CS-ADMIN";

/// An account to be.
pub(super) struct NewAccount<'a> {
    /// As YKOATH has it: issuer, colon, name, with the period before it if it is not 30 s.
    pub(super) name: &'a str,
    /// Kind and hash in one byte: 0x21 is TOTP with SHA-1.
    pub(super) kind: u8,
    /// Digits of a code.
    pub(super) digits: u8,
    /// The secret.
    pub(super) secret: &'a [u8],
    /// Whether each code needs a key pressed.
    pub(super) touch: bool,
}

impl Session {
    /// Selects the applet with the accounts.
    ///
    /// # Errors
    /// If it is not there.
    pub(super) fn select_oath(&mut self) -> Outcome {
        let select = request(0xa4, 4, 0, &OATH);
        self.card.ask("SELECT", &select).map(drop)
    }

    /// Adds accounts.
    ///
    /// # Errors
    /// If one is not taken.
    pub(super) fn put(&mut self, accounts: &[NewAccount<'_>]) -> Outcome {
        self.select_oath()?;
        for account in accounts {
            let key = [&[account.kind, account.digits], account.secret].concat();
            let mut data = [field(0x71, account.name.as_bytes()), field(0x73, &key)].concat();
            if account.touch {
                data.extend([0x78, 0x02]);
            }
            self.card.ask("PUT", &request(0x01, 0, 0, &data))?;
        }
        Ok(())
    }

    /// Sends CALCULATE for an account without waiting for the answer.
    ///
    /// # Errors
    /// If the line is closed.
    pub(super) fn send_calculate(&mut self, name: &str, step: u64) -> Outcome {
        let data = [
            field(0x71, name.as_bytes()),
            field(0x74, &step.to_be_bytes()),
        ]
        .concat();
        self.card.send(&request(0xa2, 0, 1, &data))
    }

    /// Gives the token its admin key, which somebody at its keys allows.
    ///
    /// # Errors
    /// If it is not taken.
    pub(super) fn set_admin_key(&mut self, key: &[u8; 32]) -> Outcome {
        self.card.ask("SELECT", &request(0xa4, 4, 0, &ADMIN))?;
        self.card.send(&request(0x03, 0, 0, key))?;
        // The question is on the display by the time a key is taken.
        std::thread::sleep(std::time::Duration::from_millis(300));
        self.press(&[Key::Select])?;
        self.card.answered("SET ADMIN KEY").map(drop)
    }

    /// Sets the token's clock, in seconds since 1970.
    ///
    /// # Errors
    /// If the order is not obeyed.
    pub(super) fn set_time(&mut self, key: &[u8; 32], time: u64) -> Outcome {
        self.card.ask("SELECT", &request(0xa4, 4, 0, &ADMIN))?;
        let challenge = self.card.ask("CHALLENGE", &request(0x02, 0, 0, &[]))?;
        if challenge.len() != 16 {
            return Err(Failure::new("token: a challenge has 16 bytes"));
        }
        let time = time.to_be_bytes();
        let text: [&[u8]; 4] = [b"countersign-token admin", &[1], &challenge, &time];
        let proof = Keyed::<Sha256>::new(key).mac(&text);
        let data = [time.as_slice(), proof.as_bytes()].concat();
        self.card
            .ask("SET TIME", &request(0x04, 0, 0, &data))
            .map(drop)
    }
}
