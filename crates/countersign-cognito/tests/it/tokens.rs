//! Tokens: the claims clients read, and every forgery that has worked somewhere.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use countersign_cognito::tokens::{Grant, SigningKey, TokenError, TokenIssuer};
use countersign_core::UnixTime;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

static ISSUER: LazyLock<TokenIssuer> = LazyLock::new(|| {
    TokenIssuer::new(
        "https://auth.example.com/",
        SigningKey::generate().expect("a key"),
    )
});

const NOW: u64 = 1_795_500_000;

fn at(secs: u64) -> UnixTime {
    UnixTime::from_secs(secs).expect("a time in range")
}

fn grant(attributes: &[(String, String)]) -> Grant<'_> {
    Grant {
        pool_id: "local_Pool00001",
        client_id: "client0000000000000000000a",
        sub: "635d8f59-ed86-413e-a9e6-f83704cab544",
        username: "alice",
        attributes,
        auth_time: at(NOW - 100),
        origin_jti: "0f0e0d0c-0b0a-4908-8706-050403020100",
        epoch: 7,
        access_secs: 3600,
        id_secs: 1800,
    }
}

fn access_token(issuer: &TokenIssuer) -> String {
    issuer
        .issue(&grant(&[]), at(NOW), [[1; 16], [2; 16]])
        .expect("signs")
        .access
        .to_string()
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).expect("three parts");
    serde_json::from_slice(&B64.decode(part).expect("base64url")).expect("JSON")
}

/// The valid token with its header replaced, signature kept.
fn with_header(header: &Value) -> String {
    let token = access_token(&ISSUER);
    let rest = token.split_once('.').expect("three parts").1;
    format!("{}.{rest}", B64.encode(header.to_string()))
}

#[track_caller]
fn check(token: &str, expected: TokenError) {
    assert_eq!(ISSUER.verify_access(token, at(NOW)), Err(expected));
}

#[test]
fn what_is_issued_verifies() {
    let token = ISSUER
        .verify_access(&access_token(&ISSUER), at(NOW))
        .expect("its own token");
    assert_eq!(token.pool_id(), "local_Pool00001");
    assert_eq!(token.client_id(), "client0000000000000000000a");
    assert_eq!(token.username(), "alice");
    assert_eq!(token.epoch(), 7);
    assert_eq!(token.issued_at_secs(), NOW);
    assert_eq!(token.auth_time_secs(), NOW - 100);
}

#[test]
fn access_claims() {
    let claims = part(&access_token(&ISSUER), 1);
    let expected = json!({
        "sub": "635d8f59-ed86-413e-a9e6-f83704cab544",
        "iss": "https://auth.example.com/local_Pool00001",
        "client_id": "client0000000000000000000a",
        "origin_jti": "0f0e0d0c-0b0a-4908-8706-050403020100",
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "auth_time": NOW - 100,
        "exp": NOW + 3600,
        "iat": NOW,
        "jti": "01010101-0101-4101-8101-010101010101",
        "username": "alice",
        "countersign:epoch": 7,
    });
    assert_eq!(claims, expected);
}

#[test]
fn id_claims() {
    let attributes = [
        ("email", "a@example.com"),
        ("email_verified", "true"),
        ("phone_number_verified", "false"),
        ("aud", "another-client"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let tokens = ISSUER
        .issue(&grant(&attributes), at(NOW), [[1; 16], [2; 16]])
        .expect("signs");
    let claims = part(&tokens.id, 1);
    assert_eq!(claims["email"], "a@example.com");
    assert_eq!(claims["email_verified"], true);
    assert_eq!(claims["phone_number_verified"], false);
    assert_eq!(claims["aud"], "client0000000000000000000a");
    assert_eq!(claims["cognito:username"], "alice");
    assert_eq!(claims["token_use"], "id");
    assert_eq!(claims["exp"], NOW + 1800);
}

#[test]
fn an_id_token_is_no_access_token() {
    let tokens = ISSUER
        .issue(&grant(&[]), at(NOW), [[1; 16], [2; 16]])
        .expect("signs");
    check(&tokens.id, TokenError::WrongUse);
}

#[test]
fn expires_on_the_second() {
    let token = access_token(&ISSUER);
    assert!(ISSUER.verify_access(&token, at(NOW + 3599)).is_ok());
    let expired = ISSUER.verify_access(&token, at(NOW + 3600));
    assert_eq!(expired, Err(TokenError::Expired));
}

#[test]
fn no_algorithm() {
    let kid = part(&access_token(&ISSUER), 0)["kid"].clone();
    check(
        &with_header(&json!({"kid": kid, "alg": "none"})),
        TokenError::Forged,
    );
    let unsigned = with_header(&json!({"kid": kid, "alg": "none"}));
    let unsigned = unsigned.rsplit_once('.').expect("three parts").0;
    check(&format!("{unsigned}."), TokenError::Forged);
}

#[test]
fn public_key_as_hmac_key() {
    let jwk = ISSUER.jwks()["keys"][0].clone();
    let token = with_header(&json!({"kid": jwk["kid"], "alg": "HS256"}));
    let signed = token.rsplit_once('.').expect("three parts").0;
    let modulus = B64
        .decode(jwk["n"].as_str().expect("text"))
        .expect("base64url");
    let mut mac = Hmac::<Sha256>::new_from_slice(&modulus).expect("any length");
    mac.update(signed.as_bytes());
    let forged = format!("{signed}.{}", B64.encode(mac.finalize().into_bytes()));
    check(&forged, TokenError::Forged);
}

#[test]
fn critical_extension() {
    let kid = part(&access_token(&ISSUER), 0)["kid"].clone();
    let header = json!({"kid": kid, "alg": "RS256", "crit": ["b64"]});
    check(&with_header(&header), TokenError::Forged);
}

/// A header that names another algorithm, under a good signature of the right key: what counts
/// is that the algorithm is not the token's to choose.
#[test]
fn another_algorithm_under_a_good_signature() {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeyPair;
    use aws_lc_rs::signature::RSA_PKCS1_SHA256;

    let pkcs8 = SigningKey::generate()
        .and_then(|key| key.to_pkcs8())
        .expect("a key");
    let key = || SigningKey::from_pkcs8(&pkcs8).expect("the key");
    let issuer = TokenIssuer::new("https://auth.example.com", key());
    let pair = KeyPair::from_pkcs8(&pkcs8).expect("the key");
    let signed = |header: Value| {
        let token = access_token(&issuer);
        let payload = token.split('.').nth(1).expect("three parts");
        let text = format!("{}.{payload}", B64.encode(header.to_string()));
        let mut signature = vec![0; pair.public_modulus_len()];
        let random = SystemRandom::new();
        pair.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature)
            .expect("signs");
        issuer.verify_access(&format!("{text}.{}", B64.encode(signature)), at(NOW))
    };
    let kid = key().id().to_owned();
    assert!(signed(json!({"kid": kid, "alg": "RS256"})).is_ok());
    for header in [
        json!({"kid": kid, "alg": "none"}),
        json!({"kid": kid, "alg": "RS512"}),
        json!({"kid": kid, "alg": "RS256", "crit": ["b64"]}),
        json!({"kid": "another", "alg": "RS256"}),
    ] {
        assert_eq!(signed(header), Err(TokenError::Forged));
    }
}

#[test]
fn foreign_key() {
    let other = SigningKey::generate().expect("a key");
    let foreign = TokenIssuer::new("https://auth.example.com", other);
    check(&access_token(&foreign), TokenError::Forged);
}

#[test]
fn foreign_issuer_with_the_same_key() {
    let pkcs8 = SigningKey::generate()
        .and_then(|key| key.to_pkcs8())
        .expect("a key");
    let issuer = |url| TokenIssuer::new(url, SigningKey::from_pkcs8(&pkcs8).expect("the key"));
    let token = access_token(&issuer("https://auth.example.com.evil.test"));
    let verdict = issuer("https://auth.example.com").verify_access(&token, at(NOW));
    assert_eq!(verdict, Err(TokenError::ForeignIssuer));
}

#[test]
fn changed_claims() {
    let token = access_token(&ISSUER);
    let mut claims = part(&token, 1);
    claims["username"] = "mallory".into();
    let parts: Vec<&str> = token.split('.').collect();
    let changed = format!(
        "{}.{}.{}",
        parts[0],
        B64.encode(claims.to_string()),
        parts[2]
    );
    check(&changed, TokenError::Forged);
}

#[test]
fn every_truncation_is_refused() {
    let token = access_token(&ISSUER);
    for length in 0..token.len() {
        assert!(
            ISSUER.verify_access(&token[..length], at(NOW)).is_err(),
            "{length}"
        );
    }
}

#[test]
fn signature_spelt_differently() {
    let token = access_token(&ISSUER);
    check(&format!("{token}="), TokenError::Malformed);
    check(&format!("{token}.{token}"), TokenError::Malformed);
    check("", TokenError::Malformed);
    check("..", TokenError::Malformed);
}

#[test]
fn a_retired_key_still_verifies_and_is_published() {
    let old = SigningKey::generate()
        .and_then(|key| key.to_pkcs8())
        .expect("a key");
    let old_key = || SigningKey::from_pkcs8(&old).expect("the key");
    let token = access_token(&TokenIssuer::new("https://auth.example.com", old_key()));
    let new = SigningKey::generate().expect("a key");
    let rotated = TokenIssuer::new("https://auth.example.com", new).with_retired_key(old_key());
    assert!(rotated.verify_access(&token, at(NOW)).is_ok());
    assert_eq!(rotated.jwks()["keys"].as_array().map(Vec::len), Some(2));
}

#[test]
fn stored_form_keeps_the_identity() {
    let key = SigningKey::generate().expect("a key");
    let again = SigningKey::from_pkcs8(&key.to_pkcs8().expect("exports")).expect("reads");
    assert_eq!(key.id(), again.id());
    assert!(SigningKey::from_pkcs8(b"no key").is_err());
}

#[test]
fn documents_lead_to_the_key() {
    let document = ISSUER.openid_configuration("local_Pool00001");
    assert_eq!(
        document["issuer"],
        "https://auth.example.com/local_Pool00001"
    );
    let expected = "https://auth.example.com/local_Pool00001/.well-known/jwks.json";
    assert_eq!(document["jwks_uri"], expected);
    let kid = part(&access_token(&ISSUER), 0)["kid"].clone();
    assert_eq!(ISSUER.jwks()["keys"][0]["kid"], kid);
}

#[tokio::test]
async fn the_stored_key_is_the_same_at_every_start() {
    use countersign_host::store::MemoryStore;
    use countersign_host::{Parts, Service, clock, delivery, random, seal};

    let folder = tempfile::tempdir().expect("a folder");
    let outbox = delivery::Outbox::create(folder.path().join("outbox")).expect("an outbox");
    let service = Service::new(Parts {
        store: std::sync::Arc::new(MemoryStore::new()),
        delivery: std::sync::Arc::new(outbox),
        clock: std::sync::Arc::new(clock::SystemClock),
        random: std::sync::Arc::new(random::OsRandom),
        keys: seal::KeyRing::generate(&random::OsRandom).expect("keys"),
    });
    let load = || SigningKey::load_or_generate(service.records());
    let (first, second) = tokio::join!(load(), load());
    let id = first.expect("a key").id().to_owned();
    assert_eq!(second.expect("a key").id(), id);
    assert_eq!(load().await.expect("a key").id(), id);
}
