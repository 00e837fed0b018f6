//! The access key of an installation that was told none: made once, kept in the data folder.

use std::path::Path;

use countersign_cognito::records::ClientRecord;
use countersign_cognito::sigv4::AccessKeys;
use countersign_host::random::{OsRandom, draw};
use zeroize::Zeroizing;

use crate::data_folder;
use crate::failure::Failure;
use crate::secret_input;

/// The key of an installation.
pub(crate) struct KeptKey {
    /// The key, as requests are checked with it.
    pub(crate) keys: AccessKeys,
    /// The key as text, `ID:SECRET`, if it was made just now.
    pub(crate) fresh: Option<Zeroizing<String>>,
}

/// Reads the key from a file, or makes one there.
///
/// # Errors
/// [`Failure`] if the file cannot be read or written, or holds no key.
pub(crate) fn load_or_create(path: &Path) -> Result<KeptKey, Failure> {
    let mut fresh = None;
    if !path.exists() {
        let text = generate()?;
        let made = data_folder::publish(path, format!("{}\n", *text).as_bytes())
            .map_err(|error| unusable(path).because(&error))?;
        fresh = made.then_some(text);
    }
    let text = secret_input::from_file(path)?;
    let mut keys = AccessKeys::none();
    let (id, secret) = text.split_once(':').ok_or_else(|| unusable(path))?;
    keys.insert(id, secret)
        .map_err(|error| unusable(path).because(&error))?;
    Ok(KeptKey { keys, fresh })
}

fn unusable(path: &Path) -> Failure {
    let path = path.display();
    Failure::obstacle(format!("the access key file {path} cannot be used"))
        .next("Give a key with --access-key, or delete the file to have a new one made.")
}

/// An identifier of 20 characters, and a secret of 40 with more than 200 bits.
fn generate() -> Result<Zeroizing<String>, Failure> {
    let random = draw::<256>(&OsRandom)
        .map_err(|error| Failure::obstacle("no access key can be made").because(&error))?;
    let (first, second) = random.split_at(64);
    let id = ClientRecord::fresh_text(first, 18);
    let secret = ClientRecord::fresh_text(second, 40).map(Zeroizing::new);
    let (id, secret) = id
        .zip(secret)
        .ok_or_else(|| Failure::obstacle("no access key can be made").next("Start again."))?;
    Ok(Zeroizing::new(format!(
        "CS{}:{}",
        id.to_uppercase(),
        *secret
    )))
}
