//! A hardware token as a program: the applet of `countersign-token` as a card in the virtual
//! reader of vsmartcard's vpcd, where `ykman` and other clients find it.

mod board;
mod medium;
mod presence;
mod reader;
mod state;

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use clap::Parser;
use countersign_token::{DeviceKey, Response, Token};

use crate::board::{Host, System};
use crate::medium::{Medium, Syncer};
use crate::presence::Keys;
use crate::reader::{Asked, Reader};
use crate::state::State;

/// A hardware token as a program: a card in the virtual reader of vsmartcard's vpcd.
///
/// Where an account asks for a touch, and before an account is replaced or everything is erased,
/// the simulator prints what it is asked and waits ten seconds for a line on standard input: an
/// empty line (or `y`) allows it, `n` refuses, anything else is passed over. Lines from before
/// the question do not count.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// Where vpcd listens for its card.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:35963")]
    vpcd: String,

    /// The folder of this token: its storage, and the device key that the storage is sealed
    /// under. A new one is made where none is.
    #[arg(long, value_name = "DIR")]
    state: PathBuf,

    /// Allows everything that a person is asked for, at once.
    #[arg(long)]
    auto_touch: bool,

    /// Answers as a key on USB, to which ykman sends long requests in one piece. It then looks for
    /// a reader whose name begins with `Yubico YubiKey`; without this any reader will do.
    #[arg(long)]
    usb: bool,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            // Nobody is left to tell if this fails.
            let _ = writeln!(io::stderr(), "token-simulator: {words}");
            ExitCode::FAILURE
        }
    }
}

/// Serves one reader after the other, until something is wrong with the token itself.
fn run(options: &Options) -> Result<(), String> {
    let State { medium, key, lock } = State::open(&options.state)?;
    let syncer = medium.syncer().map_err(|error| error.to_string())?;
    let token = Token::<_, _, 256>::open(medium, DeviceKey::new(key), System)
        .map_err(|error| format!("{}: {error}", options.state.display()))?;
    let keys = if options.auto_touch {
        Keys::Automatic
    } else {
        Keys::lines()
    };
    let mut card = Card {
        token,
        host: Host::new(keys, options.state.join("clock")),
        syncer,
        _lock: lock,
        answer_to_reset: if options.usb { USB } else { HELD_TO_A_READER },
    };
    let mut reader = Reader::insert(&options.vpcd).map_err(|error| advice(options, &error))?;
    loop {
        say(&format!("in the reader at {}", options.vpcd));
        let gone = card.serve(&mut reader)?;
        say(&format!("the reader is gone ({gone}); waiting for another"));
        reader = wait_for_reader(&options.vpcd);
    }
}

/// The token and what a card does beside it.
struct Card {
    token: Token<Medium, System, 256>,
    host: Host,
    syncer: Syncer,
    _lock: File,
    answer_to_reset: &'static [u8],
}

impl Card {
    /// Answers until the reader is gone, and says why it is.
    fn serve(&mut self, reader: &mut Reader<TcpStream>) -> Result<io::Error, String> {
        let mut response = Response::new();
        loop {
            let answered = match reader.next() {
                Err(gone) => return Ok(gone),
                Ok(Asked::Unknown) => continue,
                Ok(Asked::Reset) => {
                    self.token.card_reset();
                    continue;
                }
                Ok(Asked::AnswerToReset) => reader.answer(self.answer_to_reset),
                Ok(Asked::Request(request)) => {
                    self.token.apdu(request, &mut self.host, &mut response);
                    // What is answered for is on the disk, whatever happens to this host.
                    self.syncer
                        .sync()
                        .map_err(|error| format!("the storage cannot be kept: {error}"))?;
                    reader.answer(response.as_bytes())
                }
            };
            if let Err(gone) = answered {
                return Ok(gone);
            }
        }
    }
}

/// A reader notices that its card is gone by looking at times, and must not miss it.
fn wait_for_reader(address: &str) -> Reader<TcpStream> {
    loop {
        thread::sleep(AWAY);
        if let Ok(reader) = Reader::insert(address) {
            return reader;
        }
    }
}

fn advice(options: &Options, error: &io::Error) -> String {
    let address = &options.vpcd;
    if error.kind() == ErrorKind::ConnectionRefused {
        format!(
            "nothing listens at {address}. Start pcscd with the driver of vsmartcard-vpcd first \
             (on Debian: `apt-get install pcscd vsmartcard-vpcd`, then `pcscd --foreground`), or \
             name its address with --vpcd"
        )
    } else {
        format!("{address}: {error}")
    }
}

/// Prints a line at once, whoever reads it.
fn say(line: &str) {
    let mut stdout = io::stdout().lock();
    // The token goes on without its screen.
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}

/// How long the card is out of the reader before it comes back.
const AWAY: Duration = Duration::from_millis(1200);

/// The answer to reset (ISO 7816-3) of a card that ykman takes for a key on USB: requests may be
/// long.
const USB: &[u8] = &[
    0x3B, 0xFD, 0x13, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x15, 0x80, 0x73, 0xC0, 0x21, 0xC0, 0x57, 0x59,
    0x75, 0x62, 0x69, 0x4B, 0x65, 0x79, 0x40,
];

/// The same of one that is held to a reader: requests are short.
const HELD_TO_A_READER: &[u8] = &[
    0x3B, 0x8D, 0x80, 0x01, 0x80, 0x73, 0xC0, 0x21, 0xC0, 0x57, 0x59, 0x75, 0x62, 0x69, 0x4B, 0x65,
    0x79, 0xF9,
];
