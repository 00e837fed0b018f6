//! The home of how deep the token's stack gets: its memory is painted before it starts, a host and
//! a person go through all that it does, and the paint that is left is found.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use countersign_core::{Keyed, Sha1};

use super::card::{field, request};
use super::enrol::NewAccount;
use super::qmp::Key::{Down, Left, Right, Select, Up};
use super::session::Session;
use super::token::{State, at};
use crate::process::{Failure, Outcome};

/// The board's memory: where it is, and its bytes.
const MEMORY: u64 = 0x2000_0000;
const MEMORY_LEN: u64 = 64 * 1024;
const PAINT: u8 = 0xa5;

const START: &str = "2009-02-13T23:00:00";
const TIME: u64 = 1_234_566_030;
const STEP: u64 = TIME / 30;

/// Nobody's secrets.
const ADMIN_KEY: [u8; 32] = [0x5a; 32];
const ACCESS_KEY: [u8; 16] = [0x3c; 16];
const SECRET: [u8; 64] = [0x77; 64];

/// As long as a name may be.
const LONGEST: &str = "An issuer of thirty-two letters!:an account that has just as many";

/// Longer than a notice stays.
const NOTICE: Duration = Duration::from_millis(4_600);

/// Accounts beside those that are used by name.
const OTHERS: usize = 60;

/// Bytes of stack that a session needs at most, in a memory whose first `static_len` bytes are not
/// stack.
///
/// # Errors
/// If the token does not do what it is told.
pub(super) fn depth(image: &Path, state: &State, static_len: u64) -> Result<u64, Failure> {
    let paint = state.file("paint.bin");
    let free = static_len.next_multiple_of(8);
    let len = MEMORY_LEN.saturating_sub(free);
    let bytes = vec![PAINT; usize::try_from(len).unwrap_or_default()];
    fs::write(&paint, bytes).map_err(|error| at(&paint, &error))?;
    // The emulator refuses to load what lies where the image has something.
    let start = MEMORY + free;
    let loader = format!(
        "loader,addr={start:#x},force-raw=on,file={}",
        paint.display()
    );
    let mut session = Session::start_with(image, state, START, &["-device", &loader])?;
    go_through(&mut session)?;
    let dump = state.file("memory.bin");
    session.keys.memory(start, len, &dump)?;
    let memory = fs::read(&dump).map_err(|error| at(&dump, &error))?;
    deepest(&memory).ok_or_else(|| Failure::new("token: the memory was not painted"))
}

/// From the lowest byte that is no paint to the end.
fn deepest(stack: &[u8]) -> Option<u64> {
    let left = stack.iter().take_while(|byte| **byte == PAINT).count();
    u64::try_from(stack.len() - left).ok().filter(|_| left > 0)
}

fn go_through(session: &mut Session) -> Outcome {
    session.set_admin_key(&ADMIN_KEY)?;
    session.set_time(&ADMIN_KEY, TIME)?;
    accounts(session)?;
    access_key(session)?;
    keys(session)?;
    reset(session)
}

/// Many accounts, codes of each kind, and the store turned over.
fn accounts(session: &mut Session) -> Outcome {
    let account = |name, kind, len, touch| NewAccount {
        name,
        kind,
        digits: 8,
        secret: SECRET.get(..len).unwrap_or_default(),
        touch,
    };
    let named = [
        account("sha1", 0x21, 20, false),
        account("sha256", 0x22, 32, false),
        account("sha512", 0x23, 64, false),
        account("counter", 0x13, 64, false),
        account("touch", 0x23, 64, true),
        account(&LONGEST[..64], 0x23, 64, false),
    ];
    session.put(&named)?;
    let other_names: Vec<String> = (0..OTHERS)
        .map(|number| format!("other {number}"))
        .collect();
    let others: Vec<_> = other_names
        .iter()
        .map(|name| account(name, 0x21, 20, false))
        .collect();
    session.put(&others)?;
    for name in ["sha1", "sha256", "sha512"] {
        calculate(session, name)?;
    }
    // Overwriting asks the person.
    session.select_oath()?;
    let name = field(0x71, b"other 0");
    let secret = field(
        0x73,
        &[&[0x21, 6], SECRET.get(..20).unwrap_or_default()].concat(),
    );
    asked(session, &request(0x01, 0, 0, &[name, secret].concat()))?;
    for _ in 0..300 {
        let data = [field(0x71, b"counter"), field(0x74, &[])].concat();
        session.card.ask("CALCULATE", &request(0xa2, 0, 1, &data))?;
    }
    let data = [field(0x71, b"touch"), field(0x74, &STEP.to_be_bytes())].concat();
    asked(session, &request(0xa2, 0, 1, &data))?;
    let rename = [field(0x71, b"other 1"), field(0x71, b"renamed")].concat();
    session.card.ask("RENAME", &request(0x05, 0, 0, &rename))?;
    session
        .card
        .ask("DELETE", &request(0x02, 0, 0, &field(0x71, b"renamed")))?;
    long(session, &request(0xa1, 0, 0, &[]))?;
    for whole in [0, 1] {
        long(
            session,
            &request(0xa4, 0, whole, &field(0x74, &STEP.to_be_bytes())),
        )?;
    }
    Ok(())
}

fn calculate(session: &mut Session, name: &str) -> Outcome {
    session.send_calculate(name, STEP)?;
    session.card.answered("CALCULATE").map(drop)
}

/// The key is set, proven and taken away.
fn access_key(session: &mut Session) -> Outcome {
    let key = Keyed::<Sha1>::new(&ACCESS_KEY);
    let challenge = [0x11; 8];
    let proof = key.mac(&[&challenge]);
    let set = [
        field(0x73, &[&[0x21], ACCESS_KEY.as_slice()].concat()),
        field(0x74, &challenge),
        field(0x75, proof.as_bytes()),
    ];
    session
        .card
        .ask("SET CODE", &request(0x03, 0, 0, &set.concat()))?;
    let select = request(0xa4, 4, 0, b"\xa0\x00\x00\x05\x27\x21\x01");
    let selected = session.card.ask("SELECT", &select)?;
    let asked = selected
        .windows(2)
        .position(|tag| tag == [0x74, 8])
        .and_then(|start| selected.get(start + 2..start + 10))
        .ok_or_else(|| Failure::new("token: it has a key, and asks for no proof"))?;
    let answer = [
        field(0x75, key.mac(&[asked]).as_bytes()),
        field(0x74, &challenge),
    ];
    session
        .card
        .ask("VALIDATE", &request(0xa3, 0, 0, &answer.concat()))?;
    calculate(session, "sha512")?;
    session
        .card
        .ask("SET CODE", &request(0x03, 0, 0, &field(0x73, &[])))
        .map(drop)
}

/// A PIN is set; then the QR code of an account, and its code.
fn keys(session: &mut Session) -> Outcome {
    thread::sleep(NOTICE);
    session.press(&[Left, Down, Down, Select])?;
    for _ in 0..2 {
        session.press(&[Up, Right, Up, Right, Up, Right, Up, Select])?;
    }
    thread::sleep(NOTICE);
    session.press(&[Down, Up, Select, Right, Select, Left])
}

/// Everything is erased, which the person allows.
fn reset(session: &mut Session) -> Outcome {
    session.select_oath()?;
    asked(session, &request(0x04, 0xde, 0xad, &[]))
}

/// A request that is allowed at the keys.
fn asked(session: &mut Session, bytes: &[u8]) -> Outcome {
    session.card.send(bytes)?;
    // The question is on the display by the time a key is taken.
    thread::sleep(Duration::from_millis(300));
    session.press(&[Select])?;
    session.card.answered("what was allowed").map(drop)
}

/// A request whose answer comes in pieces.
fn long(session: &mut Session, bytes: &[u8]) -> Outcome {
    session.card.send(bytes)?;
    loop {
        let answer = session.card.receive()?;
        match answer.as_slice() {
            [.., 0x61, _] => session.card.send(&request(0xa5, 0, 0, &[]))?,
            [.., 0x90, 0x00] => return Ok(()),
            _ => return Err(Failure::new("token: a long answer broke off")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PAINT, deepest};

    #[test]
    fn the_deepest_byte_that_is_no_paint_counts() {
        let mut memory = [PAINT; 64];
        memory[40] = 1;
        assert_eq!(deepest(&memory), Some(24));
        assert_eq!(deepest(&[0; 64]), None);
    }
}
