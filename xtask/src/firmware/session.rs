//! The home of a token at work: the emulator that runs it, its line to the host, its keys.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::card::Card;
use super::picture::Picture;
use super::qmp::{BOUNCE, Key, Qmp};
use super::token::{self, Clock, State};
use crate::process::{Failure, Outcome, shown};

/// A token with its power on, and off again when this is dropped.
pub(super) struct Session {
    emulator: Child,
    /// The emulated keys.
    pub(super) keys: Qmp,
    /// The line to the host.
    pub(super) card: Card,
    started: Instant,
    dump: PathBuf,
}

/// How often a key is pressed before it is taken for broken.
const TRIES: u32 = 10;

/// Far longer than a notice stays.
const STAYS: Duration = Duration::from_mins(1);

/// Within this a key that is held changes the display, and does not repeat yet.
const NOTICED: Duration = Duration::from_millis(450);

impl Session {
    /// Powers a token up at a time of its clock chip.
    ///
    /// # Errors
    /// If it does not start or answer.
    pub(super) fn start(image: &Path, state: &State, base: &str) -> Result<Self, Failure> {
        Self::start_with(image, state, base, &[])
    }

    /// The same, with more for the emulator to do.
    ///
    /// # Errors
    /// Those of [`Self::start`].
    pub(super) fn start_with(
        image: &Path,
        state: &State,
        base: &str,
        more: &[&str],
    ) -> Result<Self, Failure> {
        let line = state.file("card.sock");
        let serial = format!("unix:{},server=on,wait=off", line.display());
        // Of an emulator before, which did not remove them.
        for socket in [&line, &state.control()] {
            let _ = std::fs::remove_file(socket);
        }
        let mut command = token::emulator(image, state, &serial, Clock::At(base));
        command.args(more);
        command.stdin(Stdio::null()).stderr(Stdio::null());
        let started = Instant::now();
        let mut emulator = command
            .spawn()
            .map_err(|error| Failure::new(format!("`{}`: {error}", shown(&command))))?;
        let connected = Qmp::connect(&state.control()).and_then(|mut keys| {
            keys.prime()?;
            Ok((keys, Card::insert(&line)?))
        });
        match connected {
            Ok((keys, card)) => Ok(Self {
                emulator,
                keys,
                card,
                started,
                dump: state.file("display.ppm"),
            }),
            Err(failure) => {
                let _ = emulator.kill();
                let _ = emulator.wait();
                Err(failure)
            }
        }
    }

    /// What the display shows.
    ///
    /// # Errors
    /// If the emulator does not tell.
    pub(super) fn picture(&mut self) -> Result<Picture, Failure> {
        self.keys.screendump(&self.dump)?;
        Picture::read(&self.dump)
    }

    /// Presses keys one after the other, each of which changes the display, until that is seen: a
    /// busy machine may sleep through a short press.
    ///
    /// # Errors
    /// If the display takes no notice.
    pub(super) fn press(&mut self, keys: &[Key]) -> Outcome {
        for key in keys {
            if !(0..TRIES).any(|_| self.pressed(*key).unwrap_or(false)) {
                let name = key.name();
                return Err(Failure::new(format!(
                    "the display takes no notice of {name}"
                )));
            }
        }
        Ok(())
    }

    /// Waits until what the display shows goes by itself, as a notice does.
    ///
    /// # Errors
    /// If it stays.
    pub(super) fn wait_for_change(&mut self) -> Outcome {
        let before = self.settled()?;
        let started = Instant::now();
        while self.picture()? == before {
            if started.elapsed() > STAYS {
                return Err(Failure::new("the display stays as it is"));
            }
            thread::sleep(BOUNCE);
        }
        Ok(())
    }

    /// Whether one press was seen.
    fn pressed(&mut self, key: Key) -> Result<bool, Failure> {
        let before = self.settled()?;
        let started = Instant::now();
        let mut seen = false;
        self.keys.hold(key, true)?;
        while started.elapsed() < BOUNCE || (!seen && started.elapsed() < NOTICED) {
            thread::sleep(BOUNCE / 6);
            seen = seen || self.picture()? != before;
        }
        self.keys.hold(key, false)?;
        thread::sleep(BOUNCE);
        Ok(seen)
    }

    /// What the display shows once it has shown it for a moment: what changes then is the key's
    /// doing.
    fn settled(&mut self) -> Result<Picture, Failure> {
        let started = Instant::now();
        let mut shown = self.picture()?;
        loop {
            thread::sleep(2 * BOUNCE);
            let now = self.picture()?;
            if now == shown || started.elapsed() > 20 * BOUNCE {
                return Ok(now);
            }
            shown = now;
        }
    }

    /// Waits until the middle of a second, counted from the start.
    pub(super) fn wait_until(&self, second: u64) {
        let wanted = Duration::from_millis(second * 1000 + 600);
        thread::sleep(wanted.saturating_sub(self.started.elapsed()));
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.keys.quit();
        let _ = self.emulator.wait();
    }
}
