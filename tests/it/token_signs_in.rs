//! The story across both halves: the server enrols a user, the setup URI goes into a hardware token
//! with ykman, and the token's codes sign in through the Amplify client.

use serde_json::json;

use crate::amplify::passed;
use crate::server::Server;
use crate::token::story::{Target, program};

#[track_caller]
fn check(target: Target) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = Server::start(folder.path(), &[]);
    let mut hold = program(target);
    hold.arg("hold");
    let words: Vec<_> = std::iter::once(hold.get_program())
        .chain(hold.get_args())
        .map(|word| word.to_str().expect("paths of this project are text"))
        .collect();
    let told = server
        .node("story.mjs")
        .arg("hardware-token")
        .env("COUNTERSIGN_TOKEN", json!(words).to_string())
        .envs(
            hold.get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .output()
        .expect("node starts");
    let passed = passed(&told);
    assert!(passed >= 9, "{passed} checks, at least 9 expected");
}

#[test]
fn with_the_simulator() {
    check(Target::Simulator);
}

/// Here the code is read off the display.
#[test]
fn with_the_firmware() {
    check(Target::Firmware);
}
