//! The home of the master key: 32 bytes in a file that only its owner can read.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::random::{Random, RandomError, draw};

/// The key that wraps the data keys. It belongs in a place of its own, apart from the store's
/// backups: who has both can open everything, who has one alone nothing.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; Self::LEN]);

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// There is no fresh key to be had.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The file cannot be read or written.
    #[error("the master key file {} cannot be used", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others than the owner may read or write the file.
    #[error(
        "the master key file {} is open to others (mode {mode:03o}): anyone who read it can open \
         the whole store; if nobody did, run `chmod 600` on it",
        path.display()
    )]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It is no plain file of exactly 32 bytes.
    #[error("the master key file {} is not a file of 32 bytes", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
    },
}

impl MasterKey {
    /// Bytes in the key and in its file.
    pub const LEN: usize = 32;

    /// Takes a key from elsewhere, such as a key management service.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// Reads the key from `path`, or makes a fresh one there if there is no such file. The file
    /// appears whole or not at all, is on disk when this returns, and of several processes that
    /// start at once all get the same key.
    ///
    /// # Errors
    /// [`MasterKeyError`] says what to mend.
    pub fn load_or_create(path: &Path, random: &dyn Random) -> Result<Self, MasterKeyError> {
        let at = |source| MasterKeyError::Io {
            path: path.to_owned(),
            source,
        };
        match File::open(path) {
            Ok(file) => return Self::read(file, path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(at(error)),
        }
        let key = draw::<{ Self::LEN }>(random)?;
        let suffix = u64::from_be_bytes(*draw(random)?);
        let fresh = fresh_path(path, suffix);
        let published = write_fresh(&fresh, key.as_ref()).and_then(|()| publish(&fresh, path));
        // Once linked, the key has its own name; if it was not, this leaves no trace of it.
        let removed = fs::remove_file(&fresh);
        published.map_err(at)?;
        removed.map_err(at)?;
        sync_parent(path).map_err(at)?;
        Self::read(File::open(path).map_err(at)?, path)
    }

    pub(super) const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    fn read(file: File, path: &Path) -> Result<Self, MasterKeyError> {
        let at = |source| MasterKeyError::Io {
            path: path.to_owned(),
            source,
        };
        let malformed = || MasterKeyError::Malformed {
            path: path.to_owned(),
        };
        let metadata = file.metadata().map_err(at)?;
        if !metadata.is_file() {
            return Err(malformed());
        }
        check_closed(&metadata, path)?;
        // One byte more than the key tells a longer file from a right one.
        let mut bytes = Zeroizing::new(Vec::with_capacity(Self::LEN + 1));
        file.take(Self::LEN as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(at)?;
        let key = bytes.as_slice().try_into().map_err(|_| malformed())?;
        Ok(Self(key))
    }
}

/// A name beside the key's own, so that both are in one file system.
fn fresh_path(path: &Path, suffix: u64) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{suffix:016x}.new"));
    path.with_file_name(name)
}

fn write_fresh(path: &Path, key: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, OWNER_ONLY);
    let mut file = options.open(path)?;
    file.write_all(key)?;
    file.sync_all()
}

/// Gives the written file its name. A link, unlike a rename, never replaces the key that another
/// process put there meanwhile.
fn publish(fresh: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(fresh, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

/// Puts the new name itself on disk.
fn sync_parent(path: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or_else(|| Path::new(".")))?.sync_all()
}

#[cfg(unix)]
fn check_closed(metadata: &fs::Metadata, path: &Path) -> Result<(), MasterKeyError> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
    if mode & OPEN_TO_OTHERS == 0 {
        return Ok(());
    }
    Err(MasterKeyError::TooOpen {
        path: path.to_owned(),
        mode,
    })
}

#[cfg(not(unix))]
fn check_closed(_: &fs::Metadata, _: &Path) -> Result<(), MasterKeyError> {
    Ok(())
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

#[cfg(unix)]
const OWNER_ONLY: u32 = 0o600;
#[cfg(unix)]
const OPEN_TO_OTHERS: u32 = 0o077;
