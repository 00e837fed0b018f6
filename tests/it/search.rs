//! The home of the search for secrets: in the forms in which they could stand in a file.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Shorter texts occur by chance.
const SHORTEST: usize = 6;

/// Secrets to be searched for, each with a name that may be shown.
#[derive(Default)]
pub(crate) struct Search {
    /// All forms, by their first bytes.
    forms: HashMap<[u8; SHORTEST], Vec<Form>>,
    known: HashSet<Vec<u8>>,
}

struct Form {
    name: String,
    bytes: Vec<u8>,
}

impl Search {
    /// Adds a secret text: as it is, in base64 and in hexadecimal; and what it encodes, if it is
    /// an authenticator's secret.
    pub(crate) fn add(&mut self, name: &str, value: &str) {
        self.add_bytes(name, value.as_bytes());
        if let Ok(secret) = countersign_core::SharedSecret::from_base32(value) {
            self.add_bytes(&format!("{name}, decoded"), secret.as_bytes());
        }
    }

    /// How many forms are searched for.
    pub(crate) fn forms(&self) -> usize {
        self.known.len()
    }

    /// The names of what stands in the file, each once.
    pub(crate) fn find_in(&self, file: &Path) -> Vec<String> {
        let bytes = fs::read(file).expect("the file can be read");
        let mut found = HashSet::new();
        for (at, window) in bytes.windows(SHORTEST).enumerate() {
            let Ok(start) = <[u8; SHORTEST]>::try_from(window) else {
                continue;
            };
            for form in self.forms.get(&start).into_iter().flatten() {
                let rest = &bytes[at..];
                if rest.starts_with(&form.bytes) && form.stands_alone(&bytes, at) {
                    found.insert(form.name.clone());
                }
            }
        }
        let mut found: Vec<String> = found.into_iter().collect();
        found.sort();
        found
    }

    fn add_bytes(&mut self, name: &str, bytes: &[u8]) {
        use std::fmt::Write as _;
        let hex = bytes.iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a string takes any text");
            hex
        });
        self.add_form(name, bytes.to_vec());
        self.add_form(
            &format!("{name}, base64"),
            STANDARD_NO_PAD.encode(bytes).into(),
        );
        self.add_form(
            &format!("{name}, base64url"),
            URL_SAFE_NO_PAD.encode(bytes).into(),
        );
        let upper = hex.to_uppercase();
        self.add_form(&format!("{name}, hex"), hex.into());
        self.add_form(&format!("{name}, HEX"), upper.into());
    }

    fn add_form(&mut self, name: &str, bytes: Vec<u8>) {
        let Some(start) = bytes.get(..SHORTEST) else {
            return;
        };
        let start = start.try_into().expect("as long as asked for");
        if self.known.insert(bytes.clone()) {
            self.forms.entry(start).or_default().push(Form {
                name: name.to_owned(),
                bytes,
            });
        }
    }
}

impl Form {
    /// Whether a number is a number of its own: six digits are part of many a longer one, and
    /// of every time of day with a fraction.
    fn stands_alone(&self, bytes: &[u8], at: usize) -> bool {
        if !self.bytes.iter().all(u8::is_ascii_digit) {
            return true;
        }
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let after = bytes.get(at + self.bytes.len());
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'.';
        !before.is_some_and(is_part) && !after.is_some_and(u8::is_ascii_alphanumeric)
    }
}
