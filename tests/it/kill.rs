//! `kill -9` under load: whatever was acknowledged before is still there afterwards.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::authenticator::Authenticator;
use crate::client::Client;
use crate::report::report;
use crate::server::Server;
use crate::world::{User, first_factor, make, next_code, prefer_totp, text, totp_answer};

const KILLS: usize = 50;
const WORKERS: usize = 6;

/// Tokens name their issuer, which must not change with the port.
const NAMED: &[&str] = &["--public-url", "https://auth.example.com"];

/// One user, and how far the server has acknowledged the user's way.
struct Ledger {
    user: User,
    access: Option<String>,
    authenticator: Option<Authenticator>,
    /// The last code that was accepted, at the set-up or a sign-in.
    accepted: Option<String>,
    preferred: bool,
}

/// What one life of the server left, and what was found to be there in the next one.
#[derive(Default)]
struct Tally {
    users: usize,
    enrolments: usize,
    preferences: usize,
    accepted_steps: usize,
    replays_refused: usize,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_outlives_fifty_kills() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let begun = Instant::now();
    let mut server = Server::start(folder.path(), NAMED);
    let (client_id, _) = make(&server, &json!({}));
    let mut tally = Tally::default();
    let mut everybody = Vec::new();
    for round in 0..KILLS {
        let ledgers = live(&mut server, &client_id, round).await;
        server = Server::start(folder.path(), NAMED);
        let ledgers = Arc::into_inner(ledgers).expect("the workers have ended");
        let mut ledgers = ledgers.into_inner().expect("no worker panicked");
        for ledger in &mut ledgers {
            find(&Client::new(server.url()), &client_id, ledger, &mut tally).await;
        }
        everybody.append(&mut ledgers);
    }
    for ledger in &mut everybody {
        find_at_last(&Client::new(server.url()), &client_id, ledger).await;
    }
    assert!(tally.enrolments >= KILLS, "too little load");
    assert!(tally.preferences >= KILLS, "too little load");
    assert!(tally.replays_refused > KILLS, "too little load");
    report(&format!(
        "{KILLS} kills in {:.0} s: {} users, {} enrolments, {} preferences, {} accepted steps \
         acknowledged, none lost; {} replays refused",
        begun.elapsed().as_secs_f32(),
        tally.users,
        tally.enrolments,
        tally.preferences,
        tally.accepted_steps,
        tally.replays_refused
    ));
}

/// Lets workers enrol users until the server is killed under them. The round's number spreads the
/// moments of death over what they do.
async fn live(server: &mut Server, client_id: &str, round: usize) -> Arc<Mutex<Vec<Ledger>>> {
    let ledgers = Arc::new(Mutex::new(Vec::new()));
    let mut workers = JoinSet::new();
    let outbox = server.outbox();
    for worker in 0..WORKERS {
        let client = Client::new(server.url());
        let (client_id, outbox, ledgers) = (client_id.to_owned(), outbox.clone(), ledgers.clone());
        workers.spawn(async move {
            for turn in 0.. {
                let name = format!("user-{round}-{worker}-{turn}");
                let way = Way {
                    client: &client,
                    client_id: &client_id,
                    outbox: &outbox,
                    ledgers: &ledgers,
                };
                if way.walk(&name).await.is_none() {
                    return;
                }
            }
        });
    }
    let odd = u64::try_from(round * 37 % 200).expect("a small number");
    tokio::time::sleep(Duration::from_millis(500 + odd)).await;
    server.kill();
    while let Some(ended) = workers.join_next().await {
        ended.expect("no worker panicked");
    }
    ledgers
}

/// What a worker needs to lead one user from sign-up to a sign-in with a second factor.
struct Way<'a> {
    client: &'a Client,
    client_id: &'a str,
    outbox: &'a Path,
    ledgers: &'a Mutex<Vec<Ledger>>,
}

impl Way<'_> {
    /// `None` when the server is gone.
    async fn walk(&self, name: &str) -> Option<()> {
        let user = User {
            username: name.to_owned(),
            password: "Correct-Horse-9!".to_owned(),
        };
        self.sign_up(&user).await?;
        let index = {
            let mut ledgers = self.ledgers.lock().expect("no worker panicked");
            ledgers.push(Ledger {
                user: user.clone(),
                access: None,
                authenticator: None,
                accepted: None,
                preferred: false,
            });
            ledgers.len() - 1
        };
        let note = |change: &dyn Fn(&mut Ledger)| {
            let mut ledgers = self.ledgers.lock().expect("no worker panicked");
            change(&mut ledgers[index]);
        };
        let signed_in = self
            .send("InitiateAuth", &password(self.client_id, &user))
            .await?;
        let access = text(&signed_in["AuthenticationResult"]["AccessToken"]);
        note(&|ledger| ledger.access = Some(access.clone()));

        let set_up = json!({ "AccessToken": access });
        let drawn = self.send("AssociateSoftwareToken", &set_up).await?;
        let secret = text(&drawn["SecretCode"]);
        let mut app = Authenticator::at_present(&secret);
        let code = app.code().await;
        let verify = json!({ "AccessToken": access, "UserCode": code });
        self.send("VerifySoftwareToken", &verify).await?;
        note(&|ledger| {
            ledger.accepted = Some(code.clone());
            ledger.authenticator = Some(app.clone());
        });
        self.send("SetUserMFAPreference", &prefer_totp(&access))
            .await?;
        note(&|ledger| ledger.preferred = true);

        let asked = self
            .send("InitiateAuth", &password(self.client_id, &user))
            .await?;
        let session = text(&asked["Session"]);
        let code = app.code().await;
        let answer = totp_answer(self.client_id, &user.username, &session, &code);
        self.send("RespondToAuthChallenge", &answer).await?;
        note(&|ledger| {
            ledger.accepted = Some(code.clone());
            ledger.authenticator = Some(app.clone());
        });
        Some(())
    }

    async fn sign_up(&self, user: &User) -> Option<()> {
        let address = format!("{}@example.com", user.username);
        let sign_up = json!({
            "ClientId": self.client_id,
            "Username": user.username,
            "Password": user.password,
            "UserAttributes": [{ "Name": "email", "Value": address }],
        });
        self.send("SignUp", &sign_up).await?;
        let confirm = json!({
            "ClientId": self.client_id,
            "Username": user.username,
            "ConfirmationCode": next_code(self.outbox, &address, 0).await,
        });
        self.send("ConfirmSignUp", &confirm).await?;
        Some(())
    }

    /// `None` when the server is gone; whatever it says while it lives must be a success.
    async fn send(&self, operation: &str, body: &Value) -> Option<Value> {
        let reply = self.client.try_call(operation, body).await.ok()?;
        assert!(reply.is_ok(), "{operation}: {}", reply.body);
        Some(reply.body)
    }
}

/// Everything that the ledger says was acknowledged is there.
async fn find(client: &Client, client_id: &str, ledger: &mut Ledger, tally: &mut Tally) {
    tally.users += 1;
    let user = &ledger.user;
    let asked = first_factor(client, client_id, user).await.ok();
    let is_challenged = asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA";
    if let Some(access) = &ledger.access {
        let get = json!({ "AccessToken": access });
        client.call("GetUser", &get).await.ok();
    }
    let Some(app) = &ledger.authenticator else {
        return;
    };
    tally.enrolments += 1;
    let access = ledger.access.as_deref().expect("it was used to enrol");
    if ledger.preferred {
        tally.preferences += 1;
        assert!(is_challenged, "{}: the preference is lost", user.username);
    } else {
        // Only a verified authenticator can be preferred.
        let answer = client
            .call("SetUserMFAPreference", &prefer_totp(access))
            .await;
        assert!(answer.is_ok(), "{}: the enrolment is lost", user.username);
        ledger.preferred = true;
    }
    tally.accepted_steps += 1;
    if app.is_last_code_in_window() {
        let asked = first_factor(client, client_id, user).await.ok();
        let session = text(&asked["Session"]);
        let code = ledger.accepted.as_deref().expect("the set-up took one");
        let answer = totp_answer(client_id, &user.username, &session, code);
        let answer = client.call("RespondToAuthChallenge", &answer).await;
        assert_eq!(
            answer.refused(),
            "ExpiredCodeException",
            "{}",
            user.username
        );
        tally.replays_refused += 1;
    }
}

/// The same after all lives, without spending a code.
async fn find_at_last(client: &Client, client_id: &str, ledger: &mut Ledger) {
    let asked = first_factor(client, client_id, &ledger.user).await.ok();
    if ledger.preferred {
        assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    }
}

fn password(client_id: &str, user: &User) -> Value {
    json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": client_id,
        "AuthParameters": { "USERNAME": user.username, "PASSWORD": user.password },
    })
}
