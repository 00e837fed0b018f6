//! A web service of your own with Countersign inside: two routes, your session, no Cognito.
//!
//! `POST /sign-in` with `{"username", "password"}`, then `POST /confirm` with `{"session",
//! "code"}` as long as a `session` comes back; the end is a `token` for `GET /me`.
#![allow(clippy::print_stdout, reason = "an example speaks to whoever runs it")]

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use countersign_host::clock::SystemClock;
use countersign_host::delivery::NotConfigured;
use countersign_host::random::{OsRandom, draw};
use countersign_host::seal::KeyRing;
use countersign_host::store::MemoryStore;
use countersign_host::{Answer, NewUser, NextStep, Parts, Pool, Progress, Service};
use serde::Deserialize;
use serde_json::{Value, json};

/// What every route is given.
#[derive(Clone)]
struct App {
    service: Service,
    pool: Pool,
    /// Your own sessions: token to user name.
    sessions: Arc<Mutex<HashMap<String, String>>>,
}

type Reply = Result<Json<Value>, (StatusCode, String)>;

#[derive(Deserialize)]
struct Credentials {
    username: String,
    password: String,
}

#[derive(Deserialize)]
struct Confirmation {
    session: String,
    code: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let app = App {
        service: Service::new(Parts {
            store: Arc::new(MemoryStore::new()),
            delivery: Arc::new(NotConfigured),
            clock: Arc::new(SystemClock),
            random: Arc::new(OsRandom),
            keys: KeyRing::generate(&OsRandom)?,
        }),
        pool: Pool::new("example"),
        sessions: Arc::default(),
    };
    let alice = NewUser {
        username: "alice",
        temporary_password: None,
        attributes: &BTreeMap::new(),
    };
    app.service.create_user(&app.pool, &alice).await?;
    let password = "Correct-horse-9";
    app.service
        .set_password(&app.pool, "alice", password, true)
        .await?;

    let router = Router::new()
        .route("/sign-in", post(sign_in))
        .route("/confirm", post(confirm))
        .route("/me", get(me))
        .with_state(app);
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:4680".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!(
        "alice's password is {password}; listening at http://{}",
        listener.local_addr()?
    );
    axum::serve(listener, router).await?;
    Ok(())
}

async fn sign_in(State(app): State<App>, Json(given): Json<Credentials>) -> Reply {
    let Credentials { username, password } = given;
    let begun = app
        .service
        .sign_in(&app.pool, CLIENT, &username, &password)
        .await;
    app.reply(begun)
}

async fn confirm(State(app): State<App>, Json(given): Json<Confirmation>) -> Reply {
    let answer = Answer::Code(None, &given.code);
    let confirmed = app
        .service
        .confirm_sign_in(&app.pool, CLIENT, &given.session, answer)
        .await;
    app.reply(confirmed)
}

async fn me(State(app): State<App>, headers: HeaderMap) -> Reply {
    let bearer = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|value| value.strip_prefix("Bearer "));
    let sessions = app.sessions.lock().unwrap_or_else(PoisonError::into_inner);
    match token.and_then(|token| sessions.get(token)) {
        Some(username) => Ok(Json(json!({ "username": username }))),
        None => Err((StatusCode::UNAUTHORIZED, "not signed in\n".to_owned())),
    }
}

impl App {
    fn reply(&self, progress: Result<Progress, countersign_host::Error>) -> Reply {
        let refused = |error: countersign_host::Error| {
            if error.is_internal() {
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "try again later\n".to_owned(),
                )
            } else {
                // A name that is nobody's answers like a wrong password.
                (StatusCode::UNAUTHORIZED, "that is not right\n".to_owned())
            }
        };
        let progress = progress.map_err(refused)?;
        let NextStep::Done(signed_in) = progress.next_step else {
            let next = match progress.next_step {
                NextStep::ConfirmWithTotpCode(_) => "totp",
                NextStep::ConfirmWithSmsCode(_) => "sms",
                NextStep::ConfirmWithEmailCode(_) => "email",
                _ => "something this example does not ask for",
            };
            return Ok(Json(json!({ "next": next, "session": progress.session })));
        };
        let random = draw::<16>(&OsRandom).map_err(|error| refused(error.into()))?;
        let token = format!("{:032x}", u128::from_be_bytes(*random));
        let username = signed_in.user().username.clone();
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.insert(token.clone(), username);
        Ok(Json(json!({ "token": token })))
    }
}

/// One application of ours; sessions of one are worth nothing at another.
const CLIENT: &str = "web";
