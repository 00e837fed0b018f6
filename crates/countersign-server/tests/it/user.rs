//! `countersign user` and `serve --demo`: users who can sign in at once.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::program::{Ran, Server, countersign, run};

/// A server, and a pool with its client, in a folder.
struct World {
    folder: tempfile::TempDir,
    server: Server,
    pool: String,
    client: String,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let server = Server::start(serve(folder.path(), &[]));
        let made = run(
            beside(folder.path(), &["pool", "create", "--name", "a"]),
            "",
        );
        let words: Vec<&str> = made.out.split_whitespace().collect();
        let ["pool", pool, "client", client] = words.as_slice() else {
            panic!("{}{}", made.out, made.err);
        };
        Self {
            pool: (*pool).to_owned(),
            client: (*client).to_owned(),
            folder,
            server,
        }
    }

    /// Runs `countersign user` with this action on a user of the pool.
    fn user(&self, action: &str, name: &str, more: &[&str], input: &str) -> Ran {
        let arguments = [&["user", action, &self.pool, name], more].concat();
        run(beside(self.folder.path(), &arguments), input)
    }

    fn sign_in(&self, name: &str, password: &str) -> String {
        sign_in(&self.server, &self.client, name, password)
    }
}

fn serve(data: &Path, more: &[&str]) -> Command {
    let mut command = beside(data, &["serve", "--listen", "127.0.0.1:0"]);
    command.args(more);
    command
}

fn beside(data: &Path, arguments: &[&str]) -> Command {
    let mut command = countersign(arguments);
    command.env("COUNTERSIGN_DATA", data);
    command
}

fn sign_in(server: &Server, client: &str, name: &str, password: &str) -> String {
    let body = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": client,
        "AuthParameters": { "USERNAME": name, "PASSWORD": password },
    });
    server.call("InitiateAuth", &body.to_string())
}

/// What stands after a word at the beginning of a line.
#[track_caller]
fn after<'a>(text: &'a str, word: &str) -> &'a str {
    let line = text.lines().find_map(|line| line.strip_prefix(word));
    line.expect("the line is there").trim()
}

#[test]
fn a_user_who_is_added_beside_a_server_signs_in() {
    let world = World::new();
    let made = world.user("add", "alice", &["--email", "a@example.com"], "");
    assert_eq!(made.code, Some(0), "{}", made.err);
    let password = after(&made.out, "password");
    assert!(world.sign_in("alice", password).contains("AccessToken"));
    assert!(
        world
            .sign_in("alice", "Wrong-1234")
            .contains("NotAuthorizedException")
    );

    let given = world.user("add", "bob", &["--password-stdin"], "Bobs-own-1\n");
    assert!(!given.out.contains("Bobs-own-1"), "{}", given.out);
    assert!(world.sign_in("bob", "Bobs-own-1").contains("AccessToken"));

    let temporary = world.user("add", "carol", &["--temporary"], "");
    let answer = world.sign_in("carol", after(&temporary.out, "password"));
    assert!(answer.contains("NEW_PASSWORD_REQUIRED"), "{answer}");
}

#[test]
fn a_user_who_lost_the_authenticator_gets_in_after_a_reset() {
    let world = World::new();
    let made = world.user("add", "alice", &[], "");
    let password = after(&made.out, "password");
    let token = member(&world.sign_in("alice", password), "AccessToken");
    let call = |operation: &str, more: serde_json::Value| {
        let mut body = more;
        body["AccessToken"] = token.clone().into();
        world.server.call(operation, &body.to_string())
    };
    let secret = member(&call("AssociateSoftwareToken", json!({})), "SecretCode");
    let code = run(
        countersign(&["totp", "generate", "--secret-stdin"]),
        &secret,
    )
    .out;
    let verified = call("VerifySoftwareToken", json!({ "UserCode": code.trim() }));
    assert!(verified.contains("SUCCESS"), "{verified}");
    let preferred = json!({ "Enabled": true, "PreferredMfa": true });
    call(
        "SetUserMFAPreference",
        json!({ "SoftwareTokenMfaSettings": preferred }),
    );
    assert!(
        world
            .sign_in("alice", password)
            .contains("SOFTWARE_TOKEN_MFA")
    );

    let unlocked = world.user("unlock", "alice", &[], "");
    assert_eq!(unlocked.code, Some(0), "{}", unlocked.err);
    assert!(
        world
            .sign_in("alice", password)
            .contains("SOFTWARE_TOKEN_MFA")
    );
    let reset = world.user("reset-mfa", "alice", &[], "");
    assert_eq!(reset.code, Some(0), "{}", reset.err);
    assert!(world.sign_in("alice", password).contains("AccessToken"));
}

/// The text of a member of an answer's JSON.
#[track_caller]
fn member(answer: &str, name: &str) -> String {
    let text = answer
        .split_once(&format!("\"{name}\":\""))
        .map(|(_, rest)| rest);
    let text = text.and_then(|rest| rest.split('"').next());
    text.unwrap_or_else(|| panic!("no {name}: {answer}"))
        .to_owned()
}

#[test]
fn what_a_user_cannot_be_is_refused() {
    #[track_caller]
    fn check(ran: &Ran, reason: &str) {
        assert_eq!(ran.code, Some(2), "{}", ran.out);
        assert!(ran.err.contains(reason), "{}", ran.err);
        assert!(!ran.err.contains("hunter2"), "{}", ran.err);
    }
    let world = World::new();
    let add = |name: &str, more: &[&str], input: &str| world.user("add", name, more, input);
    assert_eq!(add("alice", &[], "").code, Some(0));
    check(&add("ALICE", &[], ""), "exists");
    check(&add("bob", &["--password-stdin"], "hunter2"), "too short");
    check(&add("bob", &["--password-stdin"], ""), "empty");
    check(&add("bob", &["--email", "nowhere"], ""), "email");
    check(&add("bob", &["--phone", "555"], ""), "phone");
    check(&world.user("unlock", "bob", &[], ""), "does not exist");
    let elsewhere = ["user", "unlock", "local_000000000", "alice"];
    check(
        &run(beside(world.folder.path(), &elsewhere), ""),
        "pool create",
    );
}

#[test]
fn the_demo_is_the_same_at_every_start_and_its_user_signs_in() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let start = || Server::start(serve(folder.path(), &["--demo"]));
    let facts = |said: &str| {
        let quoted = |name: &str| {
            let rest = said.split_once(name).map_or("", |(_, rest)| rest);
            rest.split('\'').nth(1).unwrap_or_default().to_owned()
        };
        let password = said
            .split_once("with the password ")
            .map_or("", |(_, rest)| rest);
        let password = password.lines().next().unwrap_or_default().to_owned();
        [quoted("userPoolId:"), quoted("userPoolClientId:"), password]
    };
    let first = start();
    let [pool, client, password] = facts(first.said());
    assert!(pool.starts_with("local_"), "{}", first.said());
    let endpoint = format!("userPoolEndpoint: '{}'", first.url());
    assert!(first.said().contains(&endpoint), "{}", first.said());
    assert!(sign_in(&first, &client, "demo", &password).contains("AccessToken"));
    assert!(!first.log().contains(&password));
    first.stop("-TERM");

    let second = start();
    assert_eq!(
        facts(second.said()),
        [pool, client.clone(), password.clone()]
    );
    assert!(sign_in(&second, &client, "demo", &password).contains("AccessToken"));
}
