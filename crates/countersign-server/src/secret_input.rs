//! How secrets come in: from standard input or a file, never from the command line.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::failure::Failure;

/// The most bytes that a secret may have. Key URIs, the longest, have 2,048.
const MAX_LEN: usize = 4096;

/// Reads one line of text from standard input, without the line break.
pub(crate) fn from_stdin() -> Result<Zeroizing<String>, Failure> {
    read(&mut io::stdin().lock(), "standard input")
}

/// Reads one line of text from a file, without the line break.
pub(crate) fn from_file(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let name = path.display().to_string();
    let mut file = File::open(path)
        .map_err(|error| Failure::obstacle(format!("{name} cannot be read")).because(&error))?;
    read(&mut file, &name)
}

fn read(source: &mut dyn Read, name: &str) -> Result<Zeroizing<String>, Failure> {
    // Room for everything from the start: text that moves to grow would leave copies behind.
    let mut text = Zeroizing::new(String::with_capacity(MAX_LEN + 1));
    source
        .take(MAX_LEN as u64 + 1)
        .read_to_string(&mut text)
        .map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => Failure::input(format!("{name} is not UTF-8 text")),
            _ => Failure::obstacle(format!("{name} cannot be read")).because(&error),
        })?;
    let line = text.trim_end_matches(['\r', '\n']);
    if line.len() > MAX_LEN || line.contains('\n') {
        return Err(Failure::input(format!(
            "{name} has more than one line of {MAX_LEN} bytes"
        )));
    }
    if line.trim().is_empty() {
        return Err(Failure::input(format!("{name} is empty")));
    }
    Ok(Zeroizing::new(line.to_owned()))
}
