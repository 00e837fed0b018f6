//! The home of the service port's commands.
//!
//! | command | answer before `ok` |
//! |---|---|
//! | `status` | `status` and pairs of names and values |
//! | `adminkey KEY` | sets the key of a lock that has none |
//! | `challenge` | `challenge` and 32 hexadecimal digits |
//! | `add NUMBER time\|counter PIN TAG LABEL` | `uri` and the authenticator's URI, once |
//! | `remove NUMBER TAG`, `unlock NUMBER TAG` | |
//! | `time SECONDS TAG` | |
//! | `audit TAG` | `audit NUMBER SECONDS EVENT USER` for each entry, `user …` for each user |
//!
//! Every answer ends with a line `ok` or `err WHY`. `TAG` is 64 hexadecimal digits: see
//! [`countersign_token::lock::Command`]. A label may have spaces or be left out.

use core::str::from_utf8;

use countersign_core::UnixTime;
use countersign_token::lock::{AdminVerdict, Command, Kind, Label, LockError, UserNumber};
use countersign_token::{AdminKey, Pin, VaultError};

use crate::Door;
use crate::clock::Clock;
use crate::door::DoorPin;
use crate::line::Words;
use crate::uart::Uart;

/// Why a command was not carried out, as a word of the line.
type Refused = &'static str;

/// Carries out a command and answers it.
#[inline(never)]
pub(crate) fn serve(words: Words<'_>, lock: &mut Door, clock: &mut Clock, out: &mut Uart) {
    match command(words, lock, clock, out) {
        Ok(()) => out.text("ok\n"),
        Err(why) => {
            out.text("err ");
            out.text(why);
            out.text("\n");
        }
    }
}

fn command(
    mut words: Words<'_>,
    lock: &mut Door,
    clock: &mut Clock,
    out: &mut Uart,
) -> Result<(), Refused> {
    let (command, tag) = match words.next().unwrap_or_default() {
        b"status" => return status(lock, clock, out),
        b"adminkey" => {
            let key = words.key().ok_or(SYNTAX)?;
            return lock.set_admin_key(&AdminKey::new(key)).map_err(reason);
        }
        b"challenge" => {
            let challenge = lock.challenge();
            out.text("challenge ");
            out.hex(&challenge.0);
            out.text("\n");
            return Ok(());
        }
        b"add" => return add(words, lock, clock, out),
        b"remove" => {
            let command = Command::RemoveUser(user(&mut words)?);
            (command, words.key().ok_or(SYNTAX)?)
        }
        b"unlock" => {
            let command = Command::UnlockUser(user(&mut words)?);
            (command, words.key().ok_or(SYNTAX)?)
        }
        b"time" => {
            let secs = words.number().ok_or(SYNTAX)?;
            let time = UnixTime::from_secs(secs).map_err(|_| SYNTAX)?;
            (Command::SetTime(time), words.key().ok_or(SYNTAX)?)
        }
        b"audit" => (Command::ReadAudit, words.key().ok_or(SYNTAX)?),
        _ => return Err("unknown"),
    };
    administer(&command, &tag, lock, clock, out)
}

fn add(
    mut words: Words<'_>,
    lock: &mut Door,
    clock: &mut Clock,
    out: &mut Uart,
) -> Result<(), Refused> {
    let number = user(&mut words)?;
    let kind = match words.next() {
        Some(b"time") => Kind::Time,
        Some(b"counter") => Kind::Counter,
        _ => return Err(SYNTAX),
    };
    let pin = words.next().ok_or(SYNTAX)?;
    let pin = Pin::from_digits(pin).map_err(|_| SYNTAX)?;
    let tag = words.key().ok_or(SYNTAX)?;
    let text = from_utf8(words.rest()).map_err(|_| SYNTAX)?;
    let label = Label::new(text).map_err(|_| SYNTAX)?;
    let command = Command::AddUser {
        number,
        kind,
        pin,
        label,
    };
    administer(&command, &tag, lock, clock, out)
}

fn administer(
    command: &Command,
    tag: &[u8; Command::TAG_LEN],
    lock: &mut Door,
    clock: &mut Clock,
    out: &mut Uart,
) -> Result<(), Refused> {
    match lock.administer(command, tag, clock) {
        AdminVerdict::Done if matches!(command, Command::ReadAudit) => audit(lock, clock, out),
        AdminVerdict::Done => Ok(()),
        AdminVerdict::Added(enrolment) => {
            out.text("uri ");
            let written = enrolment.write_uri(ISSUER, out);
            out.text("\n");
            written.map_err(|_| "uri")
        }
        AdminVerdict::NotAuthorised => Err("tag"),
        AdminVerdict::UserExists => Err("exists"),
        AdminVerdict::NoSuchUser => Err("nobody"),
        AdminVerdict::Full => Err("full"),
        AdminVerdict::TimeUnset => Err("time-unset"),
        AdminVerdict::TimeGoesBack => Err("time-goes-back"),
        AdminVerdict::Fault(error) => Err(reason(error)),
    }
}

fn status(lock: &mut Door, clock: &mut Clock, out: &mut Uart) -> Result<(), Refused> {
    let status = lock.status(clock).map_err(reason)?;
    out.text("status door ");
    out.text(if DoorPin::is_high() { "open" } else { "shut" });
    out.text(" time ");
    time(status.now, out);
    out.text(" adminkey ");
    out.text(if status.has_admin_key { "set" } else { "none" });
    for (name, number) in [
        (" users ", u64::from(status.users)),
        (" of ", u64::from(status.max_users)),
        (" audit ", u64::from(status.audit_next)),
        (" used ", status.usage.used as u64),
        (" capacity ", status.usage.capacity as u64),
        (" damaged ", status.usage.damaged as u64),
    ] {
        out.text(name);
        out.number(number);
    }
    out.text("\n");
    Ok(())
}

fn audit(lock: &mut Door, clock: &mut Clock, out: &mut Uart) -> Result<(), Refused> {
    for number in UserNumber::all() {
        let Some(user) = lock.user_status(number).map_err(reason)? else {
            continue;
        };
        out.text("user ");
        out.two_digits(number.get());
        out.text(match user.kind {
            Kind::Time => " time",
            Kind::Counter => " counter",
        });
        out.text(if user.enrolled { " enrolled" } else { " new" });
        out.text(if user.locked { " locked " } else { " free " });
        out.text(user.label.as_str());
        out.text("\n");
    }
    let next = lock.status(clock).map_err(reason)?.audit_next;
    for number in next.saturating_sub(64)..next {
        let Some(entry) = lock.audit_entry(number).map_err(reason)? else {
            continue;
        };
        out.text("audit ");
        out.number(entry.number.into());
        out.text(" ");
        time(entry.at, out);
        out.text(" ");
        out.text(entry.event.name());
        if let Some(user) = entry.user {
            out.text(" ");
            out.two_digits(user.get());
        }
        out.text("\n");
    }
    Ok(())
}

fn time(time: Option<UnixTime>, out: &mut Uart) {
    match time {
        Some(time) => out.number(time.secs()),
        None => out.text("unset"),
    }
}

fn user(words: &mut Words<'_>) -> Result<UserNumber, Refused> {
    words
        .number()
        .and_then(|number| u8::try_from(number).ok())
        .and_then(UserNumber::new)
        .ok_or(SYNTAX)
}

fn reason(error: LockError) -> Refused {
    match error {
        LockError::Vault(VaultError::Full) => "full",
        LockError::Vault(_) => "storage",
        LockError::Damaged => "damaged",
        LockError::Clock => "clock",
        LockError::AdminKeySet => "adminkey-set",
    }
}

const SYNTAX: Refused = "syntax";
const ISSUER: &str = "Door";
