//! The data folder: permissions, and what the second start finds.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::program::{Server, countersign, run};

fn serve(data: &Path) -> Command {
    let mut command = countersign(&["serve", "--listen", "127.0.0.1:0", "--data"]);
    command.arg(data);
    command
}

fn mode(path: &Path) -> u32 {
    let metadata = std::fs::metadata(path).expect("the file is there");
    metadata.permissions().mode() & 0o777
}

/// What stands after "access key" in what the first start says.
fn announced_key(said: &str) -> Option<&str> {
    let line = said.lines().find(|line| line.starts_with("access key"))?;
    line.rsplit(' ').next()
}

#[test]
fn only_the_owner_can_read_what_is_kept() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let data = folder.path().join("a").join("data");
    let server = Server::start(serve(&data));
    assert_eq!(mode(&data), 0o700);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&data).expect("the folder is ours") {
        let path = entry.expect("the folder is ours").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.extend(
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned()),
        );
    }
    for name in [
        "access-key",
        "countersign.sqlite",
        "master.key",
        "outbox.jsonl",
    ] {
        assert!(names.iter().any(|found| found == name), "{names:?}");
    }
    drop(server);
}

#[test]
fn a_second_start_keeps_the_keys_and_prints_none() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let data = folder.path();
    let made = run(
        countersign(&[
            "pool",
            "create",
            "--name",
            "a",
            "--data",
            &data.to_string_lossy(),
        ]),
        "",
    );
    let pool = made
        .out
        .split_whitespace()
        .nth(1)
        .expect("the pool is named")
        .to_owned();
    let start = || {
        let server = Server::start(serve(data));
        let keys = server.get(&format!("/{pool}/.well-known/jwks.json"));
        let keys = keys.rsplit("\r\n").next().unwrap_or_default().to_owned();
        (keys, server.stop("-TERM"))
    };
    let (first_keys, first) = start();
    let kept = std::fs::read_to_string(data.join("access-key")).expect("it was made");
    assert_eq!(announced_key(&first.out), Some(kept.trim()));
    assert!(
        !first
            .err
            .contains(kept.trim().split(':').nth(1).expect("it has a secret"))
    );

    let (second_keys, second) = start();
    assert_eq!(announced_key(&second.out), None, "{}", second.out);
    assert!(first_keys.contains("RSA"), "{first_keys}");
    assert_eq!(first_keys, second_keys);
    assert_eq!(
        std::fs::read_to_string(data.join("access-key")).ok(),
        Some(kept)
    );
}

/// Starts a server once, changes the folder, and starts another that has to refuse it.
#[track_caller]
fn check_refused(change: impl FnOnce(&Path), reasons: [&str; 2]) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let data = folder.path().join("data");
    let first = Server::start(serve(&data)).stop("-TERM");
    assert_eq!(first.code, Some(0), "{}", first.err);
    change(&data);
    let Err((status, log)) = Server::try_start(serve(&data)) else {
        panic!("the server started");
    };
    assert_eq!(status.code(), Some(3), "{log}");
    for reason in reasons {
        assert!(log.contains(reason), "{log}");
    }
}

#[test]
fn a_store_of_a_newer_version_is_refused() {
    let newer = |data: &Path| {
        let database = rusqlite::Connection::open(data.join("countersign.sqlite"));
        database
            .and_then(|database| database.pragma_update(None, "user_version", 1000))
            .expect("the first start has ended");
    };
    check_refused(newer, ["form 1000", "newer countersign"]);
}

#[test]
fn a_file_of_another_program_is_refused() {
    let foreign = |data: &Path| {
        for rest in ["countersign.sqlite-wal", "countersign.sqlite-shm"] {
            // Not there if SQLite has put everything into the file itself.
            let _ = std::fs::remove_file(data.join(rest));
        }
        std::fs::write(data.join("countersign.sqlite"), "not a database").expect("it is ours");
    };
    check_refused(foreign, ["does not open", "--data"]);
}

#[test]
fn a_lost_master_key_is_not_replaced() {
    let lose = |data: &Path| {
        std::fs::remove_file(data.join("master.key")).expect("it was made");
    };
    check_refused(lose, ["missing", "Put it back"]);
}

#[test]
fn a_wrong_master_key_is_refused() {
    let replace = |data: &Path| {
        std::fs::write(data.join("master.key"), [7; 32]).expect("it is ours");
    };
    check_refused(replace, ["does not open", "master.key"]);
}

#[test]
fn a_master_key_that_others_can_read_is_refused() {
    let expose = |data: &Path| {
        let open = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(data.join("master.key"), open).expect("it is ours");
    };
    check_refused(expose, ["open to others", "chmod 600"]);
}

#[test]
fn a_folder_that_others_can_write_to_is_refused() {
    let share = |data: &Path| {
        let open = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(data, open).expect("it is ours");
    };
    check_refused(share, ["others may write", "chmod go-w"]);
}
