//! Flags, variables and the configuration file: who wins, and what is refused without showing it.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::program::{Server, countersign, run};

/// A configuration file in a folder of its own.
fn file(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let path = folder.path().join("countersign.toml");
    std::fs::write(&path, text).expect("the folder is ours");
    (folder, path)
}

fn serve(more: &[&str]) -> Command {
    let mut command = countersign(&["serve"]);
    command.args(more);
    command
}

/// The outbox that a server made.
#[track_caller]
fn check_outbox(command: Command, folder: &TempDir, expected: &str) {
    drop(Server::start(command));
    for name in ["by-flag", "by-variable", "by-file"] {
        let made = folder.path().join(name).exists();
        assert_eq!(made, name == expected, "{name}");
    }
}

#[test]
fn flags_win_over_variables_and_variables_over_the_file() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let at = |name: &str| folder.path().join(name);
    let text = format!(
        "listen = \"127.0.0.1:0\"\nstore = \"memory:\"\ndata = '{}'\noutbox = '{}'\n",
        at("data").display(),
        at("by-file").display()
    );
    let config = at("countersign.toml");
    std::fs::write(&config, text).expect("the folder is ours");
    let by_file = || {
        let mut command = serve(&[]);
        command.env("COUNTERSIGN_CONFIG", &config);
        command
    };
    let by_variable = || {
        let mut command = by_file();
        command.env("COUNTERSIGN_OUTBOX", at("by-variable"));
        command
    };
    let mut by_flag = by_variable();
    by_flag.arg("--outbox").arg(at("by-flag"));

    check_outbox(by_flag, &folder, "by-flag");
    std::fs::remove_file(at("by-flag")).expect("it was made");
    check_outbox(by_variable(), &folder, "by-variable");
    std::fs::remove_file(at("by-variable")).expect("it was made");
    check_outbox(by_file(), &folder, "by-file");
}

#[track_caller]
fn check_refused(command: Command, reason: &str) {
    let ran = run(command, "");
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
    assert!(ran.err.contains(reason), "{}", ran.err);
    assert!(!ran.err.contains("hunter2"), "{}", ran.err);
}

#[test]
fn a_file_that_is_not_right_is_refused_without_showing_it() {
    #[track_caller]
    fn check(text: &str, reason: &str) {
        let (_folder, path) = file(text);
        let mut command = serve(&["--config"]);
        command.arg(path);
        check_refused(command, reason);
    }
    check("lisen = \"127.0.0.1:0\"\n", "unknown key, `lisen`");
    check("[smtp]\nurl = \"hunter2\"\n", "`smtp`");
    check("data = \"x\"\naccess_key = hunter2\n", "line 2");
    check("access_key = 1\n", "a list of strings");
    check("access_key = [[\"hunter2\"]]\n", "a list of strings");
    check(
        "store = \"postgres://u:hunter2@h/d\"\n",
        "not in this version",
    );
    check("access_key = [\"hunter2-without-colon\"]\n", "ID:SECRET");
}

#[test]
fn options_that_are_not_right_are_named_without_their_secrets() {
    #[track_caller]
    fn check(arguments: &[&str], reason: &str) {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let mut command = serve(&["--listen", "127.0.0.1:0", "--store", "memory:"]);
        command.arg("--data").arg(folder.path()).args(arguments);
        check_refused(command, reason);
    }
    let from = ["--smtp-from", "a@example.com"];
    check(&["--access-key", "KEY:hunter2"], "16 characters");
    check(
        &["--access-key", "KE Y:hunter2hunter2hunter2"],
        "letters and digits",
    );
    check(&["--smtp", "smtp://u:hunter2@localhost"], "--smtp-from");
    check(&from, "without --smtp");
    check(
        &[&["--smtp", "http://u:hunter2@h"], &from[..]].concat(),
        "smtp://",
    );
    check(
        &["--sms-webhook", "https://u:hunter2@example.com"],
        "COUNTERSIGN_SMS_WEBHOOK_KEY",
    );
    check(
        &["--sms-webhook-key-file", "nowhere"],
        "without --sms-webhook",
    );
    check(&["--public-url", "auth.example.com"], "--public-url");
    check(
        &["--public-url", "https://a.example.com/?q=1"],
        "--public-url",
    );
    check(&["--log", "a=b=c"], "--log");
    check(&["--frobnicate"], "--frobnicate");
}

#[test]
fn the_store_is_named_by_a_url() {
    #[track_caller]
    fn check(url: &str, reason: &str) {
        let mut command = countersign(&["serve", "--data", "unused"]);
        command.env("COUNTERSIGN_STORE", url);
        check_refused(command, reason);
    }
    check("postgres://u:hunter2@h/d", "PostgreSQL");
    check("mysql://u:hunter2@h/d", "neither sqlite:PATH nor memory:");
    check("sqlite:", "neither sqlite:PATH nor memory:");
}
