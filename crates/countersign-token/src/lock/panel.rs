//! The home of a lock's front: keys go in, messages come out, and the door opens.

use embedded_hal::digital::OutputPin;
use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::{Field, Key, Keypad, Lock, Relay, Typed, Verdict};
use crate::{Random, Rtc, Uptime};

/// What a display, a few LEDs or a buzzer shows. None tells whether a user exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// Nothing is typed; a user number is waited for.
    Ready,
    /// So many digits of this field are typed.
    Typing(Field, u8),
    /// What was typed is being looked at. Keys are not taken.
    Checking,
    /// The door is open.
    Opened,
    /// The first code of a new user was right. The door stays shut; wait for the next code.
    Enrolled,
    /// Number, PIN or code are wrong.
    Wrong,
    /// The code has been used. Wait for the next one.
    Used,
    /// This number has to wait so many seconds before its next try.
    Wait(u32),
    /// This number is locked until an administrator unlocks it.
    Locked,
    /// The lock does not know the time, without which this user's codes cannot be told.
    TimeUnset,
    /// What was typed was cleared.
    Cleared,
    /// What was typed was cleared, because no key came.
    TimedOut,
    /// What was typed cannot be an entry; nothing was tried.
    Malformed,
    /// The lock cannot do its work: storage or relay do not obey.
    Fault,
}

/// A keypad and a relay, with what is shown. One for each door.
#[derive(Debug)]
pub struct Panel<P> {
    keypad: Keypad,
    relay: Relay<P>,
    /// A refusal, and the uptime from which it may be shown.
    held: Option<(Message, u64)>,
}

impl<P: OutputPin> Panel<P> {
    /// How long after the last key a refusal comes, in milliseconds: longer than any check takes,
    /// so that the time says nothing about what was wrong. Until then no key is taken.
    pub const REFUSAL_MILLIS: u64 = 1_000;

    /// A closed door in front of which nobody stands.
    #[must_use]
    pub const fn new(relay: Relay<P>) -> Self {
        Self {
            keypad: Keypad::new(),
            relay,
            held: None,
        }
    }

    /// Takes a key; `None` while an entry is being looked at.
    pub fn press<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        key: Key,
        lock: &mut Lock<F, R, N>,
        board: &mut (impl Rtc + Uptime),
    ) -> Option<Message> {
        if self.held.is_some() {
            return None;
        }
        let uptime = board.uptime_millis();
        let entry = match self.keypad.press(key, uptime) {
            Typed::Entry(entry) => entry,
            typed => return Some(message_of(&typed)),
        };
        let message = match lock.enter(&entry, board) {
            Verdict::Opened(opening) => {
                let opened = self.relay.open(opening, board.uptime_millis());
                return Some(opened.map_or(Message::Fault, |()| Message::Opened));
            }
            Verdict::Enrolled => return Some(Message::Enrolled),
            Verdict::Wrong => Message::Wrong,
            Verdict::Used => Message::Used,
            Verdict::Wait { seconds } => Message::Wait(seconds),
            Verdict::Locked => Message::Locked,
            Verdict::TimeUnset => Message::TimeUnset,
            Verdict::Fault(_) => Message::Fault,
        };
        self.held = Some((message, uptime.saturating_add(Self::REFUSAL_MILLIS)));
        Some(Message::Checking)
    }

    /// Closes the door when its time is up, and says what is to be shown now, if that changes. To
    /// be called often.
    pub fn tick(&mut self, uptime_millis: u64) -> Option<Message> {
        let was_open = self.relay.is_open();
        if self.relay.tick(uptime_millis).is_err() {
            return Some(Message::Fault);
        }
        if let Some((message, show_at)) = self.held
            && uptime_millis >= show_at
        {
            self.held = None;
            return Some(message);
        }
        if let Some(typed) = self.keypad.tick(uptime_millis) {
            return Some(message_of(&typed));
        }
        (was_open && !self.relay.is_open()).then_some(Message::Ready)
    }

    /// The relay, to see whether the door is open.
    #[must_use]
    pub const fn relay(&self) -> &Relay<P> {
        &self.relay
    }
}

const fn message_of(typed: &Typed) -> Message {
    match typed {
        Typed::Progress(Field::User, 0) => Message::Ready,
        Typed::Progress(field, digits) => Message::Typing(*field, *digits),
        Typed::Cleared => Message::Cleared,
        Typed::TimedOut => Message::TimedOut,
        Typed::Malformed => Message::Malformed,
        Typed::Entry(_) => Message::Checking,
    }
}
