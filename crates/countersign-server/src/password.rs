//! Passwords that are made here, for those who did not bring one.

use countersign_host::PasswordRules;
use countersign_host::random::{OsRandom, draw};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// A random password that the rules allow: at least four groups of five letters and digits, more
/// than 110 bits, without characters that look alike.
///
/// # Errors
/// [`Failure`] if there is no randomness to be had.
pub(crate) fn generate(rules: PasswordRules) -> Result<Zeroizing<String>, Failure> {
    let groups = usize::from(rules.min_length).div_ceil(GROUP + 1).max(4);
    loop {
        let password = drawn(groups)?;
        // Now and then all letters are of one case, or none is a digit.
        if rules.check(&password).is_ok() {
            return Ok(password);
        }
    }
}

fn drawn(groups: usize) -> Result<Zeroizing<String>, Failure> {
    let mut password = Zeroizing::new(String::with_capacity(groups * (GROUP + 1)));
    for group in 0..groups {
        if group > 0 {
            password.push('-');
        }
        for _ in 0..GROUP {
            password.push(letter()?);
        }
    }
    Ok(password)
}

fn letter() -> Result<char, Failure> {
    loop {
        let [byte] = *draw::<1>(&OsRandom)
            .map_err(|error| Failure::obstacle("no password can be made").because(&error))?;
        // Bytes beyond the last whole round of the alphabet would favour its first characters.
        let round = usize::from(byte) / ALPHABET.len();
        if round < 256 / ALPHABET.len() {
            return Ok(char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
        }
    }
}

const GROUP: usize = 5;
const ALPHABET: &[u8] = b"23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
