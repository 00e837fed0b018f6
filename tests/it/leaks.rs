//! No secret, password, code, session or token stands in clear in what a full run leaves: logs at
//! the finest level, the database with its journal, and every other file but the outbox.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::amplify::passed;
use crate::report::report;
use crate::search::Search;
use crate::server::{STDERR, STDOUT, Server};

#[test]
fn a_full_run_leaves_no_secret_in_clear() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut server = Server::start_logging(folder.path(), &[], "trace");
    let list = folder.path().join("secrets.jsonl");
    let told = server
        .node("story.mjs")
        .env("COUNTERSIGN_SECRETS", &list)
        .output()
        .expect("node starts");
    let checks = passed(&told);
    server.kill();

    let search = secrets(&list, &folder.path().join("outbox.jsonl"));
    assert!(search.forms() > 1_000, "{} forms", search.forms());
    finds_what_is_there(&search, &list);
    let files = left_behind(folder.path());
    let mut size = 0;
    for file in &files {
        let found = search.find_in(file);
        assert_eq!(found, [""; 0], "in {}", file.display());
        size += fs::metadata(file).expect("the file is there").len();
    }
    let has = |end: &str| {
        files
            .iter()
            .any(|file| file.to_string_lossy().ends_with(end))
    };
    assert!(has(STDERR), "the log is among them");
    assert!(has("-wal"), "and the database's journal: {files:?}");
    report(&format!(
        "after {checks} checks: {} forms of secrets in {} files, {size} bytes: none",
        search.forms(),
        files.len()
    ));
}

/// What the clients sent and got, and what was delivered.
fn secrets(list: &Path, outbox: &Path) -> Search {
    let mut search = Search::default();
    for (file, name, value) in [(list, "name", "value"), (outbox, "purpose", "code")] {
        let text = fs::read_to_string(file).expect("the story kept a list");
        for line in text.lines() {
            let entry: Value = serde_json::from_str(line).expect("a line of JSON");
            let member = |name: &str| entry[name].as_str().expect("a text").to_owned();
            search.add(&member(name), &member(value));
        }
    }
    search
}

/// Control: the same search finds each secret in the list itself, and forms of it in the midst of
/// a log or a database page.
fn finds_what_is_there(search: &Search, list: &Path) {
    assert!(search.find_in(list).len() > 10);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let planted = folder.path().join("planted");
    let mut canary = Search::default();
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    canary.add("secret", secret);
    canary.add("code", "987650");
    let check = |text: &[u8], expected: &[&str]| {
        fs::write(&planted, text).expect("the folder is ours");
        assert_eq!(
            canary.find_in(&planted),
            expected,
            "{}",
            text.escape_ascii()
        );
    };
    check(format!("secret={secret};").as_bytes(), &["secret"]);
    check(b"\0\x01\xff12345678901234567890\0", &["secret, decoded"]);
    check(
        b"3132333435363738393031323334353637383930",
        &["secret, decoded, hex"],
    );
    check(
        b"key=MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=",
        &["secret, decoded, base64"],
    );
    check(b"code \"987650\" is wrong", &["code"]);
    check(b"at 12:00:00.987650Z, 1987650, 9876501", &[]);
}

/// Every file of the run but the outbox and the list of secrets.
fn left_behind(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("the folder is ours") {
            let path = entry.expect("the folder is ours").path();
            let name = path.file_name().unwrap_or_default().to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name != "outbox.jsonl" && name != "secrets.jsonl" {
                files.push(path);
            }
        }
    }
    assert!(files.iter().any(|file| file.ends_with(STDOUT)));
    files
}
