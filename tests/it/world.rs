//! The home of worlds: a server with a pool, a client and users, and what users do there.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::authenticator::Authenticator;
use crate::client::{Client, Reply};
use crate::server::Server;

/// A server of its own, with one pool.
pub(crate) struct World {
    pub(crate) client: Client,
    pub(crate) client_id: String,
    pub(crate) users: Vec<User>,
    pub(crate) server: Server,
    _folder: TempDir,
}

/// Somebody with a password.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) username: String,
    pub(crate) password: String,
}

impl World {
    /// A pool where MFA is optional, with users of these settings, as `make-world.mjs` has them.
    pub(crate) fn new(users: &Value) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let server = Server::start(folder.path(), &[]);
        Self::on(server, folder, users)
    }

    /// The same on a server that is there.
    pub(crate) fn on(server: Server, folder: TempDir, users: &Value) -> Self {
        let (client_id, users) = make(&server, &json!({ "users": users }));
        Self {
            client: Client::new(server.url()),
            client_id,
            users,
            server,
            _folder: folder,
        }
    }

    /// Sends the password.
    pub(crate) async fn first_factor(&self, user: &User) -> Reply {
        first_factor(&self.client, &self.client_id, user).await
    }

    /// Sends the password, and expects to be asked for a second factor: gives the session.
    pub(crate) async fn challenged(&self, user: &User, challenge: &str) -> String {
        let asked = self.first_factor(user).await.ok();
        assert_eq!(asked["ChallengeName"], challenge, "{asked}");
        text(&asked["Session"])
    }

    /// Answers the challenge of an authenticator.
    pub(crate) async fn answer(&self, user: &User, session: &str, code: &str) -> Reply {
        answer(&self.client, &self.client_id, user, session, code).await
    }

    /// Sets up an authenticator for a user without one, and prefers it.
    pub(crate) async fn enrol(&self, user: &User) -> Authenticator {
        let tokens = self.first_factor(user).await.ok();
        let access = text(&tokens["AuthenticationResult"]["AccessToken"]);
        let drawn = self
            .client
            .call("AssociateSoftwareToken", &json!({ "AccessToken": access }))
            .await
            .ok();
        let mut authenticator = Authenticator::new(drawn["SecretCode"].as_str().expect("a secret"));
        let code = authenticator.code().await;
        let verify = json!({ "AccessToken": access, "UserCode": code });
        self.client.call("VerifySoftwareToken", &verify).await.ok();
        self.client
            .call("SetUserMFAPreference", &prefer_totp(&access))
            .await
            .ok();
        authenticator
    }
}

/// Makes a pool with users, over the admin API, and gives its client and users.
pub(crate) fn make(server: &Server, settings: &Value) -> (String, Vec<User>) {
    let output = server
        .node("make-world.mjs")
        .arg(settings.to_string())
        .output()
        .expect("node starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "make-world.mjs: {errors}");
    let made: Value = serde_json::from_slice(&output.stdout).expect("make-world.mjs prints JSON");
    let users = made["users"].as_array().expect("a list");
    let users = users
        .iter()
        .map(|user| User {
            username: text(&user["username"]),
            password: text(&user["password"]),
        })
        .collect();
    (text(&made["pool"]["clientId"]), users)
}

/// Sends the password.
pub(crate) async fn first_factor(client: &Client, client_id: &str, user: &User) -> Reply {
    let body = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": client_id,
        "AuthParameters": { "USERNAME": user.username, "PASSWORD": user.password },
    });
    client.call("InitiateAuth", &body).await
}

/// Answers the challenge of an authenticator.
pub(crate) async fn answer(
    client: &Client,
    client_id: &str,
    user: &User,
    session: &str,
    code: &str,
) -> Reply {
    let body = totp_answer(client_id, &user.username, session, code);
    client.call("RespondToAuthChallenge", &body).await
}

/// The answer to the challenge of an authenticator.
pub(crate) fn totp_answer(client_id: &str, username: &str, session: &str, code: &str) -> Value {
    json!({
        "ChallengeName": "SOFTWARE_TOKEN_MFA",
        "ClientId": client_id,
        "Session": session,
        "ChallengeResponses": { "USERNAME": username, "SOFTWARE_TOKEN_MFA_CODE": code },
    })
}

/// The update that prefers an authenticator.
pub(crate) fn prefer_totp(access_token: &str) -> Value {
    json!({
        "AccessToken": access_token,
        "SoftwareTokenMfaSettings": { "Enabled": true, "PreferredMfa": true },
    })
}

/// The codes in an outbox for one destination, oldest first.
fn delivered(outbox: &Path, destination: &str) -> Vec<String> {
    let lines = fs::read_to_string(outbox).unwrap_or_default();
    lines
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["destination"] == destination)
        .map(|message| text(&message["code"]))
        .collect()
}

/// The next code beyond those that were there, once it has come.
pub(crate) async fn next_code(outbox: &Path, destination: &str, seen: usize) -> String {
    for _ in 0..500 {
        if let Some(code) = delivered(outbox, destination).get(seen) {
            return code.clone();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nothing was delivered to {destination}");
}

/// The text of a JSON string.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
