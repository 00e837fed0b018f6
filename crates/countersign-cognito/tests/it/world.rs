//! A server in this process: its clock is moved by hand, its codes land in an outbox file.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use countersign_cognito::sigv4::AccessKeys;
use countersign_cognito::tokens::{SigningKey, TokenIssuer};
use countersign_cognito::{Audience, Endpoint, app};
use countersign_core::{Code, Sha1, SharedSecret, Totp, TotpParams, UnixTime};
use countersign_host::clock::ManualClock;
use countersign_host::delivery::{Delivery, Outbox};
use countersign_host::random::OsRandom;
use countersign_host::seal::KeyRing;
use countersign_host::store::{MemoryStore, Store};
use countersign_host::{Parts, Service};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::signer;

/// 2026-11-24T07:30:00Z.
pub(crate) const START: u64 = 1_795_505_400;
pub(crate) const PASSWORD: &str = "Correct-Horse-9!";
pub(crate) const URL: &str = "http://127.0.0.1:4600";

/// One key for all worlds: to make one takes a while.
static PKCS8: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let key = SigningKey::generate().expect("a key");
    key.to_pkcs8().expect("exports").to_vec()
});

pub(crate) struct World {
    pub(crate) router: Router,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) pool: String,
    pub(crate) client: String,
    outbox: tempfile::TempDir,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Reply {
    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self.body
    }

    /// The name of an exception, which must be in header and body alike, with HTTP 400.
    #[track_caller]
    pub(crate) fn refused(self) -> String {
        assert_eq!(self.status, StatusCode::BAD_REQUEST, "{}", self.body);
        let name = self.body["__type"].as_str().expect("a name").to_owned();
        assert_eq!(self.headers["x-amzn-errortype"], name.as_str());
        assert!(self.body["message"].is_string());
        name
    }
}

impl World {
    /// A pool where MFA is as said, all three factors allowed, with a client and no users.
    pub(crate) async fn new(mfa: &str) -> Self {
        Self::empty().with_pool(mfa).await
    }

    /// The same on this store.
    pub(crate) async fn on_store(mfa: &str, store: Arc<dyn Store>) -> Self {
        Self::of(store, None, Audience::Everyone)
            .with_pool(mfa)
            .await
    }

    /// The same with this way of delivery.
    pub(crate) async fn with_delivery(mfa: &str, delivery: Arc<dyn Delivery>) -> Self {
        let store = Arc::new(MemoryStore::new());
        Self::of(store, Some(delivery), Audience::Everyone)
            .with_pool(mfa)
            .await
    }

    async fn with_pool(self, mfa: &str) -> Self {
        let mut world = self;
        let pool = world
            .admin("CreateUserPool", json!({"PoolName": "test"}))
            .await
            .ok();
        world.pool = text(&pool["UserPool"]["Id"]);
        let config = json!({
            "UserPoolId": world.pool,
            "MfaConfiguration": mfa,
            "SoftwareTokenMfaConfiguration": {"Enabled": true},
            "SmsMfaConfiguration": {"SmsAuthenticationMessage": "Your code is {####}"},
            "EmailMfaConfiguration": {},
        });
        world.admin("SetUserPoolMfaConfig", config).await.ok();
        world.client = world.new_client(json!({})).await;
        world
    }

    /// A server without any pool.
    pub(crate) fn empty() -> Self {
        Self::for_audience(Audience::Everyone)
    }

    /// A server without any pool, on a listener for these callers.
    pub(crate) fn for_audience(audience: Audience) -> Self {
        Self::of(Arc::new(MemoryStore::new()), None, audience)
    }

    fn of(store: Arc<dyn Store>, delivery: Option<Arc<dyn Delivery>>, audience: Audience) -> Self {
        let outbox = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(ManualClock::new(
            UnixTime::from_secs(START).expect("in range"),
        ));
        let file = Outbox::create(outbox.path().join("outbox.jsonl")).expect("an outbox");
        let service = Service::new(Parts {
            store,
            delivery: delivery.unwrap_or_else(|| Arc::new(file)),
            clock: clock.clone(),
            random: Arc::new(OsRandom),
            keys: KeyRing::generate(&OsRandom).expect("keys"),
        });
        let tokens = TokenIssuer::new(URL, SigningKey::from_pkcs8(&PKCS8).expect("the key"));
        let mut keys = AccessKeys::none();
        keys.insert(signer::KEY_ID, signer::SECRET).expect("a key");
        let endpoint = Arc::new(Endpoint::new(service, tokens, keys));
        Self {
            router: app(endpoint, audience),
            clock,
            pool: String::new(),
            client: String::new(),
            outbox,
        }
    }

    /// One more client of the pool.
    pub(crate) async fn new_client(&self, settings: Value) -> String {
        let mut request = json!({
            "UserPoolId": self.pool,
            "ClientName": "app",
            "ExplicitAuthFlows": [
                "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
                "ALLOW_USER_AUTH",
            ],
        });
        for (name, value) in settings.as_object().expect("an object") {
            request[name] = value.clone();
        }
        let made = self.admin("CreateUserPoolClient", request).await.ok();
        text(&made["UserPoolClient"]["ClientId"])
    }

    /// A confirmed user with a permanent password and both addresses.
    pub(crate) async fn new_user(&self, username: &str) {
        self.admin(
            "AdminCreateUser",
            json!({
                "UserPoolId": self.pool,
                "Username": username,
                "MessageAction": "SUPPRESS",
                "UserAttributes": [
                    {"Name": "email", "Value": format!("{username}@example.com")},
                    {"Name": "email_verified", "Value": "true"},
                    {"Name": "phone_number", "Value": "+15555550100"},
                    {"Name": "phone_number_verified", "Value": "true"},
                ],
            }),
        )
        .await
        .ok();
        self.admin(
            "AdminSetUserPassword",
            json!({
                "UserPoolId": self.pool,
                "Username": username,
                "Password": PASSWORD,
                "Permanent": true,
            }),
        )
        .await
        .ok();
    }

    /// Calls an operation without a signature.
    pub(crate) async fn call(&self, operation: &str, body: Value) -> Reply {
        self.send(operation, body.to_string().into_bytes(), None)
            .await
    }

    /// Calls an operation with the signature of an administrator.
    pub(crate) async fn admin(&self, operation: &str, body: Value) -> Reply {
        let body = body.to_string().into_bytes();
        let stamp = self.amz_date();
        let target = target(operation);
        let authorization = signer::authorization(&target, &stamp, &body);
        self.send(operation, body, Some((authorization, stamp)))
            .await
    }

    /// Sends a body as it is.
    pub(crate) async fn send(
        &self,
        operation: &str,
        body: Vec<u8>,
        signature: Option<(String, String)>,
    ) -> Reply {
        let mut request = Request::post("/")
            .header("host", "127.0.0.1:4600")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", target(operation));
        if let Some((authorization, stamp)) = signature {
            request = request
                .header("authorization", authorization)
                .header("x-amz-date", stamp);
        }
        self.exchange(request.body(Body::from(body)).expect("a request"))
            .await
    }

    pub(crate) async fn exchange(&self, request: Request<Body>) -> Reply {
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("infallible");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.expect("a body");
        Reply {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        }
    }

    /// Signs in with the password, up to the first challenge or the tokens.
    pub(crate) async fn sign_in(&self, username: &str) -> Value {
        self.try_sign_in(username, PASSWORD).await.ok()
    }

    pub(crate) async fn try_sign_in(&self, username: &str, password: &str) -> Reply {
        self.call(
            "InitiateAuth",
            json!({
                "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": {"USERNAME": username, "PASSWORD": password},
                "ClientId": self.client,
            }),
        )
        .await
    }

    /// Answers the challenge of an earlier answer. `{"NAME": "value"}` beside the user name.
    pub(crate) async fn respond(
        &self,
        username: &str,
        challenge: &Value,
        responses: Value,
    ) -> Reply {
        let name = text(&challenge["ChallengeName"]);
        self.respond_as(username, &name, challenge, responses).await
    }

    /// The same, as if another challenge had been made.
    pub(crate) async fn respond_as(
        &self,
        username: &str,
        name: &str,
        challenge: &Value,
        mut responses: Value,
    ) -> Reply {
        responses["USERNAME"] = username.into();
        self.call(
            "RespondToAuthChallenge",
            json!({
                "ChallengeName": name,
                "ChallengeResponses": responses,
                "Session": challenge["Session"],
                "ClientId": self.client,
            }),
        )
        .await
    }

    /// The access token of a user who signs in with the password alone.
    pub(crate) async fn access_token(&self, username: &str) -> String {
        text(&self.sign_in(username).await["AuthenticationResult"]["AccessToken"])
    }

    /// Sets an authenticator up with an access token; its secret.
    pub(crate) async fn enrol(&self, token: &str) -> String {
        let made = self
            .call("AssociateSoftwareToken", json!({"AccessToken": token}))
            .await
            .ok();
        let secret = text(&made["SecretCode"]);
        let verify = json!({
            "AccessToken": token,
            "UserCode": self.totp(&secret),
            "FriendlyDeviceName": "phone one",
        });
        assert_eq!(
            self.call("VerifySoftwareToken", verify).await.ok()["Status"],
            "SUCCESS"
        );
        // The code just used is spent.
        self.clock.advance(30);
        secret
    }

    /// The code that an authenticator with this secret shows now.
    pub(crate) fn totp(&self, secret: &str) -> String {
        let secret = SharedSecret::from_base32(secret).expect("a secret");
        let totp = Totp::<Sha1>::new(&secret, TotpParams::DEFAULT);
        totp.generate(self.now())
            .expect("after 1970")
            .as_str()
            .to_owned()
    }

    pub(crate) fn now(&self) -> UnixTime {
        use countersign_host::clock::Clock as _;
        self.clock.now().expect("set")
    }

    /// The last message of the outbox.
    pub(crate) fn last_message(&self) -> Value {
        let text = std::fs::read_to_string(self.outbox.path().join("outbox.jsonl"));
        let text = text.expect("the outbox");
        serde_json::from_str(text.lines().last().expect("a message")).expect("JSON")
    }

    pub(crate) fn last_code(&self) -> String {
        text(&self.last_message()["code"])
    }

    /// Waits until so many messages are out: some are sent while the answer is on its way.
    pub(crate) async fn wait_for_messages(&self, count: usize) {
        for _ in 0..500 {
            if self.messages() >= count {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("{} messages of {count}", self.messages());
    }

    pub(crate) fn messages(&self) -> usize {
        let text = std::fs::read_to_string(self.outbox.path().join("outbox.jsonl"));
        text.expect("the outbox").lines().count()
    }

    /// The present time as signatures carry it. Worlds begin at 07:30 and are moved by hours.
    fn amz_date(&self) -> String {
        let secs = self.now().secs();
        let day = (secs - START + 7 * 3600 + 1800) / 86_400;
        let of_day = (secs - START + 7 * 3600 + 1800) % 86_400;
        format!(
            "202611{:02}T{:02}{:02}{:02}Z",
            24 + day,
            of_day / 3600,
            of_day / 60 % 60,
            of_day % 60
        )
    }
}

/// A code that is not this one.
pub(crate) fn wrong(code: &str) -> String {
    let last = if code.ends_with('0') { "1" } else { "0" };
    format!("{}{last}", &code[..code.len() - 1])
}

#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

fn target(operation: &str) -> String {
    format!("AWSCognitoIdentityProviderService.{operation}")
}

/// A code as the core parses it, to show that the outbox has nothing else.
pub(crate) fn is_code(text: &str) -> bool {
    Code::parse(text).is_ok()
}
