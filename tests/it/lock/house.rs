//! The home of the people around an emulated lock: an administrator with the key, users with
//! authenticators.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use countersign_core::{
    Code, Digits, Hotp, KeyUri, Sha1, SharedSecret, Totp, TotpParams, UnixTime,
};
use countersign_token::lock::{Challenge, Command, Kind, Label, UserNumber};
use countersign_token::{AdminKey, Pin};

use super::machine::{Machine, factory_flash};

/// The first factor of every user.
pub(crate) const PIN: &str = "24680";

/// A lock with its flash, which outlives the power.
pub(crate) struct House {
    machine: Option<Machine>,
    folder: tempfile::TempDir,
}

impl House {
    /// A lock that has just been programmed.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let machine = Machine::start(folder.path(), &factory_flash());
        Self {
            machine: Some(machine),
            folder,
        }
    }

    pub(crate) fn machine(&mut self) -> &mut Machine {
        self.machine.as_mut().expect("it has power")
    }

    /// Cuts the power at once and brings it back. Gives what the lock had said until then, and what
    /// its flash held.
    pub(crate) fn power_cycle(&mut self) -> (Vec<String>, Vec<u8>) {
        let (flash, said) = self.machine.take().expect("it has power").cut();
        let folder: &Path = self.folder.path();
        self.machine = Some(Machine::start(folder, &flash));
        (said, flash)
    }

    /// Cuts the power and brings it back with somebody at the keys, who types at once. Gives what
    /// the display shows in the end.
    pub(crate) fn power_cycle_typing(&mut self, number: u8, code: &Code) -> String {
        let (flash, _) = self.machine.take().expect("it has power").cut();
        let keys = keys(number, PIN, code);
        self.machine = Some(Machine::start_typing(self.folder.path(), &flash, &keys));
        self.machine().press("")
    }

    /// Has the lock carry out a command, as whoever has the admin key.
    pub(crate) fn administer(
        &mut self,
        words: &str,
        label: &str,
        command: &Command,
    ) -> Result<Vec<String>, String> {
        let challenge = self.machine().command("challenge")?;
        let digits = challenge[0]
            .strip_prefix("challenge ")
            .expect("a challenge");
        let mut bytes = [0; 16];
        for (slot, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).expect("ASCII");
            *slot = u8::from_str_radix(pair, 16).expect("hexadecimal");
        }
        let tag = hex(&command.tag(&admin_key(), &Challenge(bytes)));
        let line = format!("{words} {tag} {label}");
        self.machine().command(line.trim_end())
    }

    /// Sets the clock.
    pub(crate) fn set_time(&mut self, secs: u64) -> Result<Vec<String>, String> {
        let time = UnixTime::from_secs(secs).expect("a time");
        self.administer(&format!("time {secs}"), "", &Command::SetTime(time))
    }

    /// Adds a user and gives the authenticator that was set up with the URI.
    pub(crate) fn add(&mut self, number: u8, kind: Kind) -> Result<Authenticator, String> {
        let command = Command::AddUser {
            number: user(number),
            kind,
            pin: Pin::from_digits(PIN.as_bytes()).expect("a PIN"),
            label: Label::new("Ada L.").expect("a label"),
        };
        let word = match kind {
            Kind::Time => "time",
            Kind::Counter => "counter",
        };
        let said = self.administer(&format!("add {number} {word} {PIN}"), "Ada L.", &command)?;
        let text = said[0].strip_prefix("uri ").expect("a URI");
        let uri = KeyUri::parse(text).expect("a key URI");
        assert!(uri.account() == "Ada L.");
        Ok(Authenticator(uri.secret().clone()))
    }

    /// Users and events, as the audit tells them.
    pub(crate) fn audit(&mut self) -> Vec<String> {
        self.administer("audit", "", &Command::ReadAudit)
            .expect("the key is right")
    }

    /// The value of a name in the lock's status.
    pub(crate) fn status(&mut self, name: &str) -> String {
        let said = self.machine().command("status").expect("it answers");
        let mut words = said[0].split(' ');
        words.find(|word| *word == name);
        words.next().expect(name).to_owned()
    }

    /// What the display shows when somebody types a number, the PIN and a code, and how the door
    /// stands then.
    pub(crate) fn enter(&mut self, number: u8, code: &Code) -> String {
        self.machine().press(&keys(number, PIN, code))
    }

    /// The same of somebody who waits as told.
    pub(crate) fn enter_patiently(&mut self, number: u8, pin: &str, code: &Code) -> String {
        loop {
            let said = self.machine().press(&keys(number, pin, code));
            let Some(waits) = said.strip_prefix("wait ") else {
                return said;
            };
            let seconds = waits.split(',').next().unwrap_or_default();
            std::thread::sleep(Duration::from_secs(seconds.parse().expect("seconds")));
        }
    }

    /// Waits until the lock says that it is shut again.
    pub(crate) fn await_shut(&mut self) {
        assert_eq!(self.machine().hear(), "show ready, door shut");
    }
}

/// What a user has in the pocket.
pub(crate) struct Authenticator(SharedSecret);

impl Authenticator {
    pub(crate) fn at(&self, secs: u64) -> Code {
        let now = UnixTime::from_secs(secs).expect("a time");
        Totp::<Sha1>::new(&self.0, TotpParams::DEFAULT)
            .generate(now)
            .expect("after 1970")
    }

    pub(crate) fn nth(&self, counter: u64) -> Code {
        Hotp::<Sha1>::new(&self.0, Digits::SIX).generate(counter)
    }

    /// Whether the secret lies anywhere in `bytes`.
    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        let secret = self.0.as_bytes();
        bytes.windows(secret.len()).any(|window| window == secret)
    }
}

pub(crate) fn keys(number: u8, pin: &str, code: &Code) -> String {
    format!("{number}#{pin}#{}#", code.as_str())
}

pub(crate) fn user(number: u8) -> UserNumber {
    UserNumber::new(number).expect("1 to 99")
}

pub(crate) fn admin_key() -> AdminKey {
    AdminKey::new([0xa5; AdminKey::LEN])
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a string takes everything");
    }
    text
}
