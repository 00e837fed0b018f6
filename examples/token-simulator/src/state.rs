//! The home of the folder in which a simulated token is kept: its storage and its device key.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::medium::Medium;

/// Bytes of a device key.
pub(crate) const KEY_LEN: usize = 32;

/// An opened folder, which nobody else has open.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) medium: Medium,
    pub(crate) key: [u8; KEY_LEN],
    /// Held for as long as the folder is in use.
    pub(crate) lock: File,
}

impl State {
    /// Opens the folder of a token, or makes a blank token there.
    ///
    /// # Errors
    /// In words for the person who started the simulator.
    pub(crate) fn open(folder: &Path) -> Result<Self, String> {
        let failed = |what: &Path| {
            let what = what.display().to_string();
            move |error: io::Error| format!("{what}: {error}")
        };
        fs::create_dir_all(folder).map_err(failed(folder))?;
        let lock = lock(folder)?;
        let storage = folder.join("storage.bin");
        let key = folder.join("device.key");
        if storage.exists() && !key.exists() {
            return Err(format!(
                "{} is missing, and {} cannot be read without it: put it back, or take another \
                 folder for a new token",
                key.display(),
                storage.display()
            ));
        }
        Ok(Self {
            key: device_key(&key)?,
            medium: Medium::open(&storage).map_err(failed(&storage))?,
            lock,
        })
    }
}

/// Two simulators on one storage would destroy it.
fn lock(folder: &Path) -> Result<File, String> {
    let path = folder.join("lock");
    let said = |error: &io::Error| format!("{}: {error}", path.display());
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| said(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(format!(
            "another simulator runs on {}: end it, or take another --state",
            folder.display()
        )),
        Err(TryLockError::Error(error)) => Err(said(&error)),
    }
}

/// Reads the key, or draws one that only this user can read.
fn device_key(path: &Path) -> Result<[u8; KEY_LEN], String> {
    match fs::read(path) {
        Ok(bytes) => bytes.try_into().map_err(|bytes: Vec<u8>| {
            format!(
                "{}: {} bytes long, a device key has {KEY_LEN}",
                path.display(),
                bytes.len()
            )
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            new_key(path).map_err(|error| format!("{}: {error}", path.display()))
        }
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

fn new_key(path: &Path) -> io::Result<[u8; KEY_LEN]> {
    let mut key = [0; KEY_LEN];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    // Under another name first, so that a killed start leaves no half of a key.
    let draft: PathBuf = path.with_extension("new");
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(&key)?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::State;

    #[test]
    fn a_folder_keeps_its_key_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let first = State::open(folder.path()).expect("a new token").key;
        let again = State::open(folder.path()).expect("the same token").key;
        assert_eq!(first, again);
        let key = fs::metadata(folder.path().join("device.key")).expect("it is there");
        assert_eq!(key.permissions().mode() & 0o777, 0o600);
    }

    #[track_caller]
    fn refused(folder: &tempfile::TempDir, says: &str) {
        let error = State::open(folder.path()).expect_err("it is refused");
        assert!(error.contains(says), "{error}");
    }

    #[test]
    fn a_folder_is_open_once() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let held = State::open(folder.path()).expect("a new token");
        refused(&folder, "another simulator");
        drop(held);
        State::open(folder.path()).expect("it is free again");
    }

    #[test]
    fn storage_without_its_key_is_not_overwritten() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        drop(State::open(folder.path()).expect("a new token"));
        fs::remove_file(folder.path().join("device.key")).expect("it is there");
        refused(&folder, "device.key is missing");
        fs::write(folder.path().join("device.key"), [1; 31]).expect("the folder is ours");
        refused(&folder, "31 bytes long");
    }
}
