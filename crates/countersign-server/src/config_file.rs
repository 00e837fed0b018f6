//! The configuration file: TOML with the options' names, read without repeating what it says.

use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::options::Options;

/// Reads a configuration file. Whatever is wrong with it is named by its key or line: the file
/// may hold secrets, so its text is never shown.
///
/// # Errors
/// [`Failure`] for a file that cannot be read, is not TOML, has an unknown key or a value of
/// another type.
pub(crate) fn read(path: &Path) -> Result<Options, Failure> {
    let name = path.display();
    let text = fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|error| Failure::input(format!("{name} cannot be read")).because(&error))?;
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error
            .span()
            .and_then(|span| text.get(..span.start))
            .map_or(1, |before| before.matches('\n').count() + 1);
        Failure::input(format!("{name} is not TOML at line {line}"))
            .next("Each option is a line such as: listen = \"127.0.0.1:4600\"")
    })?;
    let mut options = Options::default();
    for (key, value) in table {
        set(&mut options, &key, value).map_err(|wrong| match wrong {
            Wrong::Key => Failure::input(format!("{name} has an unknown key, `{key}`"))
                .next(format!("The keys are {}.", KEYS.join(", "))),
            Wrong::Type(expected) => Failure::input(format!("`{key}` in {name} is not {expected}")),
        })?;
    }
    Ok(options)
}

enum Wrong {
    Key,
    Type(&'static str),
}

fn set(options: &mut Options, key: &str, value: Value) -> Result<(), Wrong> {
    match key {
        "data" => options.place.data = Some(path(value)?),
        "store" => options.place.store = Some(text(value)?),
        "listen" => options.listen = Some(text(value)?),
        "admin_listen" => options.admin_listen = Some(text(value)?),
        "public_url" => options.public_url = Some(text(value)?),
        "outbox" => options.outbox = Some(path(value)?),
        "smtp" => options.smtp = Some(text(value)?),
        "smtp_from" => options.smtp_from = Some(text(value)?),
        "sms_webhook" => options.sms_webhook = Some(text(value)?),
        "sms_webhook_key_file" => options.sms_webhook_key_file = Some(path(value)?),
        "access_key" => options.access_key = texts(value)?,
        "log" => options.log = Some(text(value)?),
        _ => return Err(Wrong::Key),
    }
    Ok(())
}

fn text(value: Value) -> Result<String, Wrong> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(Wrong::Type("a string")),
    }
}

fn path(value: Value) -> Result<PathBuf, Wrong> {
    text(value).map(PathBuf::from)
}

/// One string or a list of them.
fn texts(value: Value) -> Result<Vec<String>, Wrong> {
    let wrong = || Wrong::Type("a list of strings");
    match value {
        Value::String(text) => Ok(vec![text]),
        Value::Array(values) => values
            .into_iter()
            .map(|value| text(value).map_err(|_| wrong()))
            .collect(),
        _ => Err(wrong()),
    }
}

/// What [`set`] knows, for the message to whoever mistyped one.
const KEYS: [&str; 12] = [
    "access_key",
    "admin_listen",
    "data",
    "listen",
    "log",
    "outbox",
    "public_url",
    "sms_webhook",
    "sms_webhook_key_file",
    "smtp",
    "smtp_from",
    "store",
];
