//! `cargo xtask firmware screens`: pictures of the emulated token's display, held against those
//! that are committed.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::enrol::NewAccount;
use super::qmp::Key::{Down, Left, Right, Select, Up};
use super::session::Session;
use super::token::{self, State, at};
use crate::process::{Failure, Outcome, root, target_dir};

pub(super) const USAGE: &str = "\
cargo xtask firmware screens [--accept]
  --accept  the pictures of the display are the right ones from now on";

/// Where the pictures are, from the top of the work tree.
const FOLDER: &str = "docs/pictures";

/// When the token is given its accounts, and the time it is then told.
const ENROLMENT: &str = "2009-02-13T23:00:00";
const SYNCED: u64 = 1_234_566_030;

/// RFC 6238's time 1234567890: appendix B has 89005924 for it.
const START: &str = "2009-02-13T23:31:30";
const STEP: u64 = 1_234_567_890 / 30;

/// RFC 6238's secret for SHA-1.
const SECRET: &[u8] = b"12345678901234567890";

/// Nobody's secret.
const ADMIN_KEY: [u8; 32] = [0x5a; 32];

const ACCOUNTS: [NewAccount<'_>; 6] = [
    account("RFC 6238:appendix B", 8, false),
    account("ACME:deployment", 6, false),
    account("ACME:payroll", 6, true),
    account("Example Mail:postmaster", 6, false),
    account("Intranet:operations", 6, false),
    account("60/Night door", 6, false),
];

const fn account(name: &'static str, digits: u8, touch: bool) -> NewAccount<'static> {
    NewAccount {
        name,
        kind: 0x21,
        digits,
        secret: SECRET,
        touch,
    }
}

/// Takes every picture and compares it, or keeps it.
///
/// # Errors
/// If a picture differs, or the token does not do what it is told.
pub(super) fn run(args: &[String]) -> Outcome {
    println!("== screens");
    match args {
        [] => compare().map(drop),
        [accept] if accept == "--accept" => take_all(true).map(drop),
        _ => Err(Failure::new(USAGE)),
    }
}

/// Takes every picture and says how many are as committed: all of them.
///
/// # Errors
/// Those of [`run`].
pub(crate) fn compare() -> Result<u64, Failure> {
    take_all(false)
}

fn take_all(accept: bool) -> Result<u64, Failure> {
    let image = token::build("token-firmware", "")?;
    for _ in 1..TIMES {
        match photograph(&image, accept) {
            Ok(gallery) if gallery.differing.is_empty() => return gallery.outcome(),
            _ => println!("   not yet; a busy machine is late for a second or a key"),
        }
    }
    photograph(&image, accept)?.outcome()
}

/// How often a new token may be gone through until all its pictures are right.
const TIMES: u32 = 3;

/// Goes through a new token.
fn photograph(image: &Path, accept: bool) -> Result<Gallery, Failure> {
    let folder = target_dir().join("token-screens");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| at(&folder, &error))?;
    }
    let state = State::open(&folder)?;
    let mut gallery = Gallery::new(accept)?;
    first_run(&mut Session::start(image, &state, ENROLMENT)?, &mut gallery)?;
    codes(&mut Session::start(image, &state, START)?, &mut gallery)?;
    pins(&mut Session::start(image, &state, START)?, &mut gallery)?;
    Ok(gallery)
}

/// A new token: no accounts, then no time, then both.
fn first_run(session: &mut Session, gallery: &mut Gallery) -> Outcome {
    gallery.soon(session, "empty")?;
    session.put(&ACCOUNTS)?;
    session.press(&[Select])?;
    gallery.soon(session, "time-unset")?;
    session.set_admin_key(&ADMIN_KEY)?;
    session.set_time(&ADMIN_KEY, SYNCED)
}

/// What is looked at every day, second by second.
fn codes(session: &mut Session, gallery: &mut Gallery) -> Outcome {
    gallery.soon(session, "list")?;
    session.press(&[Select])?;
    gallery.at(session, 6, "code")?;
    session.select_oath()?;
    session.send_calculate(ACCOUNTS[2].name, STEP)?;
    gallery.later(session, "touch")?;
    session.press(&[Left])?;
    session.card.receive()?;
    // The notice that it was refused goes by itself.
    session.wait_for_change()?;
    session.press(&[Left, Left, Select])?;
    gallery.at(session, 25, "clock")?;
    session.press(&[Left, Down, Select])?;
    gallery.soon(session, "capacity")?;
    session.press(&[Left, Left, Select, Right, Select])?;
    gallery.soon(session, "qr")
}

/// A PIN is set, and forgotten.
fn pins(session: &mut Session, gallery: &mut Gallery) -> Outcome {
    session.press(&[Left, Down, Down, Select])?;
    session.press(&[Up, Up, Up, Right, Up, Right, Up, Up, Right, Up, Up, Up, Up])?;
    gallery.soon(session, "pin")?;
    session.press(&[Select])?;
    session.press(&[
        Up, Up, Up, Right, Up, Right, Up, Up, Right, Up, Up, Up, Up, Select,
    ])?;
    // The notice that it is set goes by itself; then it is locked by hand.
    session.wait_for_change()?;
    session.press(&[Left, Down, Down, Down, Down, Select])?;
    gallery.soon(session, "unlock")?;
    for _ in 0..8 {
        session.press(&[Up, Right, Up, Right, Up, Right, Up, Select])?;
    }
    gallery.soon(session, "locked")
}

/// The pictures that there are and those that there should be.
struct Gallery {
    folder: PathBuf,
    accept: bool,
    same: u64,
    differing: Vec<String>,
}

/// How long a picture may take to become the right one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Longer than the token takes to draw anything.
const DRAWN: Duration = Duration::from_millis(700);

/// Into the third of the ten seconds that a question waits.
const ASKED: Duration = Duration::from_millis(2_500);

impl Gallery {
    fn new(accept: bool) -> Result<Self, Failure> {
        let folder = root().join(FOLDER);
        fs::create_dir_all(&folder).map_err(|error| at(&folder, &error))?;
        Ok(Self {
            folder,
            accept,
            same: 0,
            differing: Vec::new(),
        })
    }

    /// A picture of what does not change by itself, or begins to with what was just done.
    fn soon(&mut self, session: &mut Session, name: &str) -> Outcome {
        if self.accept {
            thread::sleep(DRAWN);
        }
        self.take(session, name)
    }

    /// A picture of a question that has waited a while.
    fn later(&mut self, session: &mut Session, name: &str) -> Outcome {
        if self.accept {
            thread::sleep(ASKED);
        }
        self.take(session, name)
    }

    /// A picture of a second, counted from the token's start.
    fn at(&mut self, session: &mut Session, second: u64, name: &str) -> Outcome {
        session.wait_until(second);
        self.take(session, name)
    }

    fn take(&mut self, session: &mut Session, name: &str) -> Outcome {
        let path = self.folder.join(format!("{name}.png"));
        if self.accept {
            let png = session.picture()?.png();
            println!("   {FOLDER}/{name}.png");
            return fs::write(&path, png).map_err(|error| at(&path, &error));
        }
        let wanted = fs::read(&path).map_err(|error| at(&path, &error))?;
        let started = Instant::now();
        loop {
            let png = session.picture()?.png();
            if png == wanted {
                self.same += 1;
                return Ok(());
            }
            if started.elapsed() > PATIENCE {
                let seen = target_dir()
                    .join("token-screens")
                    .join(format!("{name}.png"));
                fs::write(&seen, png).map_err(|error| at(&seen, &error))?;
                self.differing.push(format!(
                    "{FOLDER}/{name}.png: the display showed {}",
                    seen.display()
                ));
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn outcome(self) -> Result<u64, Failure> {
        if self.accept {
            return Ok(0);
        }
        println!("   {} pictures are as committed", self.same);
        if self.differing.is_empty() {
            return Ok(self.same);
        }
        Err(Failure::new(format!(
            "the display differs; `cargo xtask firmware screens --accept` if that is right:\n   {}",
            self.differing.join("\n   ")
        )))
    }
}
