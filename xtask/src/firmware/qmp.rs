//! The home of telling the emulator what to do: its machine protocol (QMP), lines of JSON over a
//! socket.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::process::{Failure, Outcome};

/// A connection to an emulator.
pub(crate) struct Qmp {
    reader: BufReader<UnixStream>,
    writer: UnixStream,
}

/// A key of the board, by what the emulator calls the one of a keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// One entry up, or one digit more.
    Up,
    /// One entry down, or one digit less.
    Down,
    /// Back, or no.
    Left,
    /// On.
    Right,
    /// This one, or yes.
    Select,
}

impl Key {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [Self::Up, Self::Down, Self::Left, Self::Right, Self::Select];

    /// The key of this name, as a person types it.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }

    /// As a person types it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Left => "left",
            Self::Right => "right",
            Self::Select => "select",
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Select => "ctrl",
            other => other.name(),
        }
    }
}

/// Longer than the token needs to believe that a key went down, or up.
pub(super) const BOUNCE: Duration = Duration::from_millis(60);

/// How long an emulator may take to open its socket.
const PATIENCE: Duration = Duration::from_secs(20);

impl Qmp {
    /// Waits until the emulator listens at `socket`, and gets it to listen to commands.
    ///
    /// # Errors
    /// If it does not.
    pub(crate) fn connect(socket: &Path) -> Result<Self, Failure> {
        let started = Instant::now();
        let writer = loop {
            match UnixStream::connect(socket) {
                Ok(stream) => break stream,
                Err(error) if started.elapsed() > PATIENCE => return Err(failed(&error)),
                Err(_) => thread::sleep(Duration::from_millis(20)),
            }
        };
        let reader = writer.try_clone().map_err(|error| failed(&error))?;
        let mut qmp = Self {
            reader: BufReader::new(reader),
            writer,
        };
        qmp.line()?;
        qmp.execute(&json!({"execute": "qmp_capabilities"}))?;
        Ok(qmp)
    }

    /// Presses every key once.
    ///
    /// The emulated board holds all keys down from reset until each was pressed and let go, and a
    /// token takes no notice of keys that are held when it starts.
    pub(crate) fn prime(&mut self) -> Outcome {
        for down in [true, false] {
            for key in Key::ALL {
                self.hold(key, down)?;
            }
            thread::sleep(BOUNCE);
        }
        Ok(())
    }

    /// Presses a key and lets it go.
    pub(crate) fn press(&mut self, key: Key) -> Outcome {
        for down in [true, false] {
            self.hold(key, down)?;
            thread::sleep(BOUNCE);
        }
        Ok(())
    }

    /// Holds a key down, or lets it go.
    pub(super) fn hold(&mut self, key: Key, down: bool) -> Outcome {
        let key = json!({"type": "qcode", "data": key.code()});
        let event = json!({"type": "key", "data": {"down": down, "key": key}});
        self.execute(&json!({"execute": "input-send-event", "arguments": {"events": [event]}}))
    }

    /// Writes what the display shows to a file, as a PNG.
    pub(crate) fn picture(&mut self, path: &Path) -> Outcome {
        self.dump(path, "png")
    }

    /// Writes what the display shows to a file, as a portable pixmap.
    pub(crate) fn screendump(&mut self, path: &Path) -> Outcome {
        self.dump(path, "ppm")
    }

    fn dump(&mut self, path: &Path, format: &str) -> Outcome {
        let arguments = json!({"filename": path.to_string_lossy(), "format": format});
        self.execute(&json!({"execute": "screendump", "arguments": arguments}))
    }

    /// Writes what lies in the board's memory to a file.
    pub(super) fn memory(&mut self, start: u64, len: u64, path: &Path) -> Outcome {
        let arguments = json!({"val": start, "size": len, "filename": path.to_string_lossy()});
        self.execute(&json!({"execute": "pmemsave", "arguments": arguments}))
    }

    /// Ends the emulation.
    pub(crate) fn quit(&mut self) -> Outcome {
        self.execute(&json!({"execute": "quit"}))
    }

    fn execute(&mut self, command: &Value) -> Outcome {
        writeln!(self.writer, "{command}").map_err(|error| failed(&error))?;
        loop {
            let answer = self.line()?;
            if let Some(error) = answer.get("error") {
                return Err(Failure::new(format!("emulator: {error}")));
            }
            // What is neither has happened meanwhile, and concerns nobody here.
            if answer.get("return").is_some() {
                return Ok(());
            }
        }
    }

    fn line(&mut self) -> Result<Value, Failure> {
        let mut line = String::new();
        let read = self.reader.read_line(&mut line);
        if read.map_err(|error| failed(&error))? == 0 {
            return Err(Failure::new("the emulator is gone"));
        }
        serde_json::from_str(&line)
            .map_err(|error| Failure::new(format!("emulator: {error}: {line}")))
    }
}

fn failed(error: &std::io::Error) -> Failure {
    Failure::new(format!("emulator: {error}"))
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn every_key_has_a_name() {
        for key in Key::ALL {
            assert_eq!(Key::named(key.name()), Some(key));
        }
        assert_eq!(Key::named("ctrl"), None);
    }
}
