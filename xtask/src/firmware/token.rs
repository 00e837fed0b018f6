//! The home of the token's firmware: how its image is built, and the emulated board that runs it.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::board::EMULATOR;
use crate::cross::{self, TOKEN_FIRMWARE};
use crate::process::{Failure, command, run, target_dir};

/// Tells the tests where the program is.
pub(crate) const VARIABLE: &str = "COUNTERSIGN_TOKEN_FIRMWARE";

/// What the board's processor runs.
pub(crate) const TARGET: &str = "thumbv7m-none-eabi";

/// Where `vpcd` waits for its card.
pub(super) const READER: &str = "127.0.0.1:35963";

/// Bytes of the storage chip.
const EEPROM_LEN: usize = 32 * 1024;
/// Bytes that a token is made with: the key of its storage, and where its random bits start.
const PROVISION_LEN: usize = 64;
/// Where the chip keeps them: at the end of its flash, beyond what the linker places.
const PROVISION_ADDRESS: &str = "0x3fc00";

/// Builds a program of the firmware's workspace, with features such as `log`.
///
/// # Errors
/// If it cannot be built.
pub(crate) fn build(program: &str, features: &str) -> Result<PathBuf, Failure> {
    let (mut cargo, folder) = cross::build_in(TOKEN_FIRMWARE, "build", TARGET)?;
    let (variable, linker) = cross::linker(TARGET)?;
    cargo.args(["--bin", program, "--features", features]);
    run(cargo.env(variable, linker))?;
    let built = folder.join(program);
    if features.is_empty() {
        return Ok(built);
    }
    // Another set of features would overwrite it while it is in use.
    let kept = folder.join(format!("{program}-{}", features.replace(',', "-")));
    fs::copy(&built, &kept).map_err(|error| at(&kept, &error))?;
    Ok(kept)
}

/// What one token is apart from its program: a folder with the two memories that outlive its power.
#[derive(Clone, Debug)]
pub(crate) struct State(PathBuf);

impl State {
    /// The folder that is used where none is named.
    pub(super) fn usual() -> PathBuf {
        target_dir().join("token")
    }

    /// Opens a folder; what is missing in it is made: an empty storage chip, and two secrets from
    /// this machine's random source.
    ///
    /// # Errors
    /// If it cannot be read or written.
    pub(crate) fn open(folder: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(folder).map_err(|error| at(folder, &error))?;
        let state = Self(folder.to_owned());
        if !state.provision().exists() {
            let mut secrets = [0; PROVISION_LEN];
            let drawn =
                File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut secrets));
            drawn.map_err(|error| Failure::new(format!("no random source: {error}")))?;
            write(&state.provision(), &secrets)?;
        }
        if !state.eeprom().exists() {
            write(&state.eeprom(), &vec![0xff; EEPROM_LEN])?;
        }
        Ok(state)
    }

    /// The image of the storage chip.
    pub(crate) fn eeprom(&self) -> PathBuf {
        self.0.join("eeprom.bin")
    }

    /// What the token was made with.
    pub(crate) fn provision(&self) -> PathBuf {
        self.0.join("device.bin")
    }

    /// The socket on which the emulator is told what to do.
    pub(crate) fn control(&self) -> PathBuf {
        self.0.join("qmp.sock")
    }

    /// Any other file of the folder.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

/// What the token's clock chip is set to when the board starts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Clock<'a> {
    /// This machine's time, and on with it.
    Host,
    /// A time in UTC as `2009-02-13T23:31:30`, and on. (It goes with this machine's clock: where it
    /// goes with the emulation's, QEMU 7.2 sets the chip by one and reads it by the other.)
    At(&'a str),
}

/// The emulated board with a token in it.
///
/// `serial` is a character device of the emulator's: the other end of the line to the host.
pub(crate) fn emulator(image: &Path, state: &State, serial: &str, clock: Clock<'_>) -> Command {
    let mut qemu = command(EMULATOR);
    qemu.args([
        "-machine",
        "lm3s6965evb",
        "-display",
        "none",
        "-monitor",
        "none",
    ]);
    qemu.arg("-kernel").arg(image);
    qemu.args(["-serial", serial]);
    qemu.arg("-qmp");
    qemu.arg(format!(
        "unix:{},server=on,wait=off",
        state.control().display()
    ));
    qemu.args(["-semihosting-config", "enable=on,target=native"]);
    qemu.args(devices(state));
    qemu.args(match clock {
        Clock::Host => ["-rtc".to_owned(), "base=utc,clock=host".to_owned()],
        Clock::At(base) => ["-rtc".to_owned(), format!("base={base},clock=host")],
    });
    qemu
}

/// The chips around the processor: storage and clock on the I2C bus, and the page of the flash that
/// a token is made with.
pub(super) fn devices(state: &State) -> Vec<String> {
    let eeprom = state.eeprom();
    let provision = state.provision();
    [
        "-drive".to_owned(),
        format!("if=none,id=eeprom,format=raw,file={}", eeprom.display()),
        "-device".to_owned(),
        format!("at24c-eeprom,address=0x50,rom-size={EEPROM_LEN},drive=eeprom"),
        "-device".to_owned(),
        "ds1338,address=0x68".to_owned(),
        "-device".to_owned(),
        format!(
            "loader,addr={PROVISION_ADDRESS},force-raw=on,file={}",
            provision.display()
        ),
    ]
    .into()
}

pub(super) fn at(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{}: {error}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(path, bytes).map_err(|error| at(path, &error))
}
