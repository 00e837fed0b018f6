//! The home of what the PIN is asked for: to unlock, to set, change or remove it, to show a
//! secret.

use embedded_storage::nor_flash::MultiwriteNorFlash;
use subtle::ConstantTimeEq;

use super::typed::{Stroke, Typed};
use crate::screens::PinEntry;
use crate::{AccountError, Button, Pin, PinOutcome, PinState, Random, Token, Uptime};

/// A PIN that is being asked for.
pub(super) struct PinDialog {
    purpose: Purpose,
    stage: Stage,
    typed: Typed,
    message: &'static str,
    /// Tries that were left after a wrong one.
    tries_left: Option<u8>,
}

/// What for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To open the device.
    Unlock,
    /// To set the first one.
    Set,
    /// To replace it.
    Change,
    /// To do without.
    Remove,
    /// To show the secret of an account.
    Export,
}

/// Which PIN is entered now.
enum Stage {
    /// The one that holds.
    Current,
    /// A new one, and the one it replaces if there is one.
    New { old: Option<Pin> },
    /// The new one again.
    Again { old: Option<Pin>, new: Pin },
}

/// Where a key led.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// On with the dialog.
    Stay,
    /// Back to where it began.
    Back,
    /// The PIN was right, or set, or removed.
    Done,
    /// There is no room for it.
    Full,
    /// The store failed.
    Fault,
}

impl PinDialog {
    pub(super) fn new(purpose: Purpose) -> Self {
        let stage = match purpose {
            Purpose::Set => Stage::New { old: None },
            _ => Stage::Current,
        };
        let message = match purpose {
            Purpose::Set => LENGTH,
            _ => "",
        };
        Self {
            purpose,
            stage,
            typed: Typed::new(),
            message,
            tries_left: None,
        }
    }

    pub(super) fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Whether it waits to unlock the device, and nothing was done yet.
    pub(super) fn is_waiting(&self) -> bool {
        let is_empty = self.typed.entered() == 0 && self.typed.figure().is_none();
        self.purpose == Purpose::Unlock && is_empty && self.message.is_empty()
    }

    pub(super) fn entry(&self, state: PinState) -> PinEntry {
        let tries_left = match state {
            PinState::Required { tries_left } => Some(tries_left),
            _ => self.tries_left,
        };
        let (title, counts) = match (&self.stage, self.purpose) {
            (Stage::Current, Purpose::Change) => ("Old PIN", true),
            (Stage::Current, _) => ("Enter PIN", true),
            (Stage::New { .. }, _) => ("New PIN", false),
            (Stage::Again { .. }, _) => ("Repeat PIN", false),
        };
        PinEntry {
            title,
            entered: self.typed.entered(),
            figure: self.typed.figure(),
            most: MOST,
            tries_left: tries_left.filter(|_| counts),
            message: self.message,
        }
    }

    pub(super) fn press<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        button: Button,
        token: &mut Token<F, R, N>,
        uptime_millis: u64,
    ) -> Step {
        match self.typed.press(button) {
            Stroke::Took => Step::Stay,
            Stroke::Left => Step::Back,
            Stroke::Ended => {
                let Some(pin) = self.typed.take() else {
                    self.message = LENGTH;
                    return Step::Stay;
                };
                self.message = "";
                self.entered(pin, token, uptime_millis)
            }
        }
    }

    fn entered<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        pin: Pin,
        token: &mut Token<F, R, N>,
        uptime_millis: u64,
    ) -> Step {
        let mut uptime = At(uptime_millis);
        let outcome = match core::mem::replace(&mut self.stage, Stage::Current) {
            Stage::Current if self.purpose == Purpose::Remove => {
                token.remove_pin(&pin, &mut uptime)
            }
            Stage::Current => {
                let outcome = token.enter_pin(&pin, &mut uptime);
                if self.purpose == Purpose::Change && outcome == Ok(PinOutcome::Done) {
                    self.stage = Stage::New { old: Some(pin) };
                    self.message = LENGTH;
                    return Step::Stay;
                }
                outcome
            }
            Stage::New { old } => {
                self.stage = Stage::Again { old, new: pin };
                return Step::Stay;
            }
            Stage::Again { old, new } => {
                if !bool::from(new.as_bytes().ct_eq(pin.as_bytes())) {
                    self.stage = Stage::New { old };
                    self.message = "They differ. Again:";
                    return Step::Stay;
                }
                match old {
                    Some(old) => token.change_pin(&old, &new, &mut uptime),
                    None => token.set_pin(&new),
                }
            }
        };
        self.after(outcome)
    }

    fn after(&mut self, outcome: Result<PinOutcome, AccountError>) -> Step {
        match outcome {
            Ok(PinOutcome::Done) => Step::Done,
            Ok(PinOutcome::Wrong { tries_left }) => {
                self.tries_left = Some(tries_left);
                self.message = "Wrong PIN";
                Step::Stay
            }
            Ok(PinOutcome::Blocked(_)) => {
                self.message = "Not now";
                Step::Stay
            }
            Ok(PinOutcome::NotApplicable) => Step::Back,
            Err(AccountError::Full) => Step::Full,
            Err(_) => Step::Fault,
        }
    }
}

/// The time at which a key was pressed.
struct At(u64);

impl Uptime for At {
    fn uptime_millis(&mut self) -> u64 {
        self.0
    }
}

/// Figures that a PIN may have, for the screen.
const MOST: u8 = 8;
const _: () = assert!(Pin::MAX_LEN == 8 && Pin::MIN_LEN == 4);
const LENGTH: &str = "4 to 8 digits";
