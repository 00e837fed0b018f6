//! `cargo xtask firmware run`: the token on an emulated board, its keys on this terminal.

use std::io::BufRead;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;

use super::qmp::{Key, Qmp};
use super::token::{self, Clock, READER, State};
use super::tools;
use crate::process::{Failure, Outcome, shown};

pub(super) const USAGE: &str = "\
cargo xtask firmware run [--state DIR] [--vpcd HOST:PORT] [--log]
  --state DIR       the token: its storage and its device key; made if it is not there
  --vpcd HOST:PORT  where vpcd, the virtual card reader of pcscd, waits for a card
  --log             decode what the firmware logs; no secret, code or request is among it";

#[derive(Debug, PartialEq, Eq)]
struct Options {
    state: PathBuf,
    reader: String,
    log: bool,
}

impl Options {
    fn read(args: &[String]) -> Result<Self, Failure> {
        let mut options = Self {
            state: State::usual(),
            reader: READER.to_owned(),
            log: false,
        };
        let mut rest = args.iter();
        while let Some(arg) = rest.next() {
            match (arg.as_str(), arg.as_str() == "--log") {
                (_, true) => options.log = true,
                ("--state", _) => options.state = rest.next().ok_or_else(usage)?.into(),
                ("--vpcd", _) => options.reader.clone_from(rest.next().ok_or_else(usage)?),
                _ => return Err(usage()),
            }
        }
        Ok(options)
    }
}

/// Builds the firmware, starts it and passes key presses on until it ends.
///
/// # Errors
/// If it cannot be built or started, or the arguments are others.
pub(super) fn run(args: &[String]) -> Outcome {
    let options = Options::read(args)?;
    println!("== firmware");
    let image = token::build("token-firmware", if options.log { "log" } else { "" })?;
    let state = State::open(&options.state)?;
    let serial = format!("tcp:{},nodelay=on,reconnect=1", options.reader);
    let mut emulator = token::emulator(&image, &state, &serial, Clock::Host);
    println!("   $ {}", shown(&emulator));
    emulator.stdin(Stdio::null());
    let mut decode = None;
    if options.log {
        emulator.stdout(Stdio::piped());
        decode = Some(tools::command("defmt-print", tools::DEFMT_PRINT)?);
    }
    let mut running = emulator
        .spawn()
        .map_err(|error| failed(&emulator, &error))?;
    let mut decoder = None;
    if let (Some(mut decode), Some(log)) = (decode, running.stdout.take()) {
        decode.arg("-e").arg(&image).stdin(Stdio::from(log));
        decoder = Some(decode.spawn().map_err(|error| failed(&decode, &error))?);
    }
    let keys = Qmp::connect(&state.control()).and_then(|mut keys| keys.prime().map(|()| keys));
    match keys {
        Ok(keys) => serve(keys, &options),
        Err(failure) => {
            let _ = running.kill();
            let _ = running.wait();
            return Err(failure);
        }
    }
    let ended = running.wait();
    let _ = decoder.as_mut().map(Child::wait);
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::new(format!("the emulator: {status}"))),
        Err(error) => Err(failed(&emulator, &error)),
    }
}

/// Says how to reach the token, and passes lines on as key presses, in the background.
fn serve(mut keys: Qmp, options: &Options) {
    println!(
        "   the token is a card for vpcd at {}; pcscd then has the reader\n   \
         keys: a line with `up`, `down`, `left`, `right` or `select`; `picture FILE` takes one, \
         `quit` ends",
        options.reader
    );
    thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if let Err(failure) = obey(&mut keys, line.trim()) {
                println!("   {failure}");
                break;
            }
        }
    });
}

fn obey(keys: &mut Qmp, line: &str) -> Outcome {
    match (line, line.split_once(' '), Key::named(line)) {
        ("", ..) => Ok(()),
        ("quit", ..) => keys.quit(),
        (_, Some(("picture", file)), _) => keys.picture(file.as_ref()),
        (.., Some(key)) => keys.press(key),
        _ => {
            println!("   no such key: {line}");
            Ok(())
        }
    }
}

fn usage() -> Failure {
    Failure::new(USAGE)
}

fn failed(command: &Command, error: &std::io::Error) -> Failure {
    Failure::new(format!("`{}`: {error}", shown(command)))
}
