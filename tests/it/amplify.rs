//! The story of a user's second factors, told by the unmodified Amplify client and the AWS SDK,
//! chapter by chapter (`tests/clients/node/chapters`).

use std::process::Output;

use crate::report::report;
use crate::server::Server;

/// Tells a chapter to a server of its own. Too few checks mean that a part was not told.
#[track_caller]
fn check(chapter: &str, at_least: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = Server::start(folder.path(), &[]);
    let told = server
        .node("story.mjs")
        .arg(chapter)
        .output()
        .expect("node starts");
    let passed = passed(&told);
    assert!(
        passed >= at_least,
        "{passed} checks, at least {at_least} expected"
    );
}

/// How many checks passed; panics unless all did.
#[track_caller]
pub(crate) fn passed(told: &Output) -> usize {
    let text = String::from_utf8_lossy(&told.stdout);
    let errors = String::from_utf8_lossy(&told.stderr);
    assert!(told.status.success(), "a check failed:\n{text}{errors}");
    report(&text);
    let mut lines = text.lines().rev();
    lines
        .find_map(|line| {
            line.strip_prefix("checks: ")?
                .split(' ')
                .next()?
                .parse()
                .ok()
        })
        .expect("the story closes with its count")
}

macro_rules! chapters {
    ($($test:ident: $chapter:literal, $at_least:literal;)*) => {
        $(
            #[test]
            fn $test() {
                check($chapter, $at_least);
            }
        )*
    };
}

chapters! {
    an_administrator_makes_the_world: "admin", 27;
    a_newcomer_signs_up: "sign-up", 14;
    an_authenticator_is_set_up: "totp-set-up", 20;
    preferences_follow_the_truth_table: "preferences", 47;
    an_authenticator_is_asked_for: "totp", 17;
    codes_are_delivered: "delivered-codes", 16;
    a_factor_is_selected: "selection", 13;
    an_authenticator_must_be_set_up: "forced-totp", 13;
    mail_must_be_set_up: "forced-email", 15;
    one_of_two_must_be_set_up: "forced-selection", 14;
    a_new_password_is_chosen: "new-password", 11;
    sessions_are_refreshed_and_ended: "sessions", 19;
    passwords_are_changed_and_reset: "passwords", 12;
    attributes_are_changed_and_verified: "attributes", 9;
    the_password_comes_first: "first-factor", 12;
    guessing_is_stopped: "lock-out", 8;
    strangers_verify_the_tokens: "tokens", 14;
}
