//! The data folder: who may read it, what is in it, and files that appear whole or not at all.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use countersign_host::random::{OsRandom, draw};

use crate::failure::Failure;

/// A folder that only its owner can change.
#[derive(Clone, Debug)]
pub(crate) struct DataFolder {
    path: PathBuf,
}

impl DataFolder {
    /// Opens the folder, making it with permissions 0700 if it is missing.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be made, or if others may put files of theirs into it.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let name = path.display();
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(|error| {
            Failure::obstacle(format!("the data folder {name} cannot be made"))
                .because(&error)
                .next("Name another with --data.")
        })?;
        refuse_shared(path)?;
        Ok(Self {
            path: path.to_owned(),
        })
    }

    /// The database.
    pub(crate) fn database(&self) -> PathBuf {
        self.path.join("countersign.sqlite")
    }

    /// The key that opens the database.
    pub(crate) fn master_key(&self) -> PathBuf {
        self.path.join("master.key")
    }

    /// The access key that was made at the first start.
    pub(crate) fn access_key(&self) -> PathBuf {
        self.path.join("access-key")
    }

    /// Where codes go if nothing else is said.
    pub(crate) fn outbox(&self) -> PathBuf {
        self.path.join("outbox.jsonl")
    }
}

/// Makes a file that only its owner can read. `false` if there is one of that name already, which
/// is then left as it is. The file appears whole or not at all.
///
/// # Errors
/// The system's.
pub(crate) fn publish(path: &Path, content: &[u8]) -> io::Result<bool> {
    let suffix = draw::<8>(&OsRandom).map_err(io::Error::other)?;
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(format!(".{:016x}.new", u64::from_be_bytes(*suffix)));
    let fresh = PathBuf::from(fresh);
    // A link, unlike a rename, never replaces what another process put there meanwhile.
    let linked = write_private(&fresh, content).and_then(|()| fs::hard_link(&fresh, path));
    fs::remove_file(&fresh)?;
    match linked {
        Ok(()) => {
            // The name itself has to reach the disk too.
            if let Some(folder) = path.parent().filter(|_| cfg!(unix)) {
                File::open(folder)?.sync_all()?;
            }
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(unix)]
fn refuse_shared(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;
    let name = path.display();
    let metadata = fs::metadata(path).map_err(|error| {
        Failure::obstacle(format!("the data folder {name} cannot be read")).because(&error)
    })?;
    if metadata.permissions().mode() & 0o022 == 0 {
        return Ok(());
    }
    Err(
        Failure::obstacle(format!("others may write to the data folder {name}")).next(format!(
            "If nobody did, run `chmod go-w {name}`; or name another with --data."
        )),
    )
}

#[cfg(not(unix))]
fn refuse_shared(_: &Path) -> Result<(), Failure> {
    Ok(())
}
