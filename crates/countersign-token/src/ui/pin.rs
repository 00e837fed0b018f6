//! The home of what the PIN is asked for: to unlock, to set, change or remove it, to show a
//! secret.

use embedded_storage::nor_flash::MultiwriteNorFlash;
use subtle::ConstantTimeEq;

use super::typed::{Stroke, Typed};
use crate::screens::{Notice, PinEntry, Screen};
use crate::{AccountError, Button, Pin, PinOutcome, PinState, Random, Token, Uptime};

/// A PIN that is being asked for.
pub(super) struct PinDialog {
    purpose: Purpose,
    stage: Stage,
    typed: Typed,
    /// The PIN that holds, where it is to be changed.
    old: Option<Pin>,
    /// The one that is to take its place, until it was entered again.
    new: Option<Pin>,
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
#[derive(Clone, Copy)]
enum Stage {
    /// The one that holds.
    Current,
    /// A new one.
    New,
    /// The new one again.
    Again,
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
    /// To unlock the device.
    pub(super) const fn new() -> Self {
        Self {
            purpose: Purpose::Unlock,
            stage: Stage::Current,
            typed: Typed::new(),
            old: None,
            new: None,
            message: "",
            tries_left: None,
        }
    }

    /// Begins anew: what was entered before is forgotten.
    #[inline(never)]
    pub(super) fn begin(&mut self, purpose: Purpose) {
        self.typed.wipe();
        self.old = None;
        self.new = None;
        self.tries_left = None;
        self.purpose = purpose;
        let (stage, message) = match purpose {
            Purpose::Set => (Stage::New, LENGTH),
            _ => (Stage::Current, ""),
        };
        self.ask(stage, message);
    }

    pub(super) fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Whether it waits to unlock the device, and nothing was done yet.
    pub(super) fn is_waiting(&self) -> bool {
        let is_empty = self.typed.entered() == 0 && self.typed.figure().is_none();
        self.purpose == Purpose::Unlock && is_empty && self.message.is_empty()
    }

    pub(super) fn screen(&self, state: PinState) -> Screen<'static> {
        let tries_left = match state {
            PinState::Locked => return Screen::Notice(Notice::PinLocked),
            PinState::Required { tries_left } => Some(tries_left),
            _ => self.tries_left,
        };
        let (title, counts) = match self.stage {
            Stage::Current if self.purpose == Purpose::Change => ("Old PIN", true),
            Stage::Current => ("Enter PIN", true),
            Stage::New => ("New PIN", false),
            Stage::Again => ("Repeat PIN", false),
        };
        Screen::PinEntry(PinEntry {
            title,
            entered: self.typed.entered(),
            figure: self.typed.figure(),
            most: MOST,
            tries_left: tries_left.filter(|_| counts),
            message: self.message,
        })
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
        let outcome = match self.stage {
            Stage::Current if self.purpose == Purpose::Remove => {
                token.remove_pin(&pin, &mut uptime)
            }
            Stage::Current => {
                let outcome = token.enter_pin(&pin, &mut uptime);
                if self.purpose == Purpose::Change && outcome == Ok(PinOutcome::Done) {
                    self.old = Some(pin);
                    return self.ask(Stage::New, LENGTH);
                }
                outcome
            }
            Stage::New => {
                self.new = Some(pin);
                return self.ask(Stage::Again, "");
            }
            Stage::Again => {
                let new = self.new.as_ref();
                let is_same = new.is_some_and(|new| new.as_bytes().ct_eq(pin.as_bytes()).into());
                self.new = None;
                if !is_same {
                    return self.ask(Stage::New, "They differ. Again:");
                }
                match &self.old {
                    Some(old) => token.change_pin(old, &pin, &mut uptime),
                    None => token.set_pin(&pin),
                }
            }
        };
        self.after(outcome)
    }

    fn ask(&mut self, stage: Stage, message: &'static str) -> Step {
        self.stage = stage;
        self.message = message;
        Step::Stay
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
