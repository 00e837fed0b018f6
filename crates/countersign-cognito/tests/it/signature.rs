//! Signature Version 4: what botocore signs is accepted, and nothing that differs from it.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use countersign_cognito::sigv4::{AccessKeys, SignedRequest, verify};
use countersign_cognito::wire::ErrorKind;
use countersign_core::UnixTime;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    access_key_id: String,
    secret: String,
    signed_at_secs: u64,
    requests: Vec<Vector>,
}

#[derive(Clone, Deserialize)]
struct Vector {
    name: String,
    path: String,
    query: String,
    headers: std::collections::BTreeMap<String, String>,
    body: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../vectors/sigv4.json")).expect("the file is in the tree")
}

fn outcome(vectors: &Vectors, request: &Vector, late_secs: u32) -> Result<String, ErrorKind> {
    let mut keys = AccessKeys::none();
    keys.insert(&vectors.access_key_id, &vectors.secret)
        .expect("a well-formed key");
    let headers: HeaderMap = request
        .headers
        .iter()
        .map(|(name, value)| {
            let name: HeaderName = name.parse().expect("a header name");
            (name, HeaderValue::from_str(value).expect("a header value"))
        })
        .collect();
    let now = UnixTime::from_secs(vectors.signed_at_secs)
        .expect("a time in range")
        .plus_secs(late_secs);
    let signed = SignedRequest {
        method: &Method::POST,
        path: &request.path,
        query: Some(request.query.as_str()).filter(|query| !query.is_empty()),
        headers: &headers,
        body: request.body.as_bytes(),
    };
    verify(signed, &keys, now)
        .map(|caller| caller.key_id().to_owned())
        .map_err(|error| error.kind())
}

/// The first vector, changed.
#[track_caller]
fn check_changed(change: impl FnOnce(&mut Vector), expected: ErrorKind) {
    let vectors = vectors();
    let mut request = vectors.requests[0].clone();
    change(&mut request);
    assert_eq!(outcome(&vectors, &request, 0), Err(expected));
}

fn replace(request: &mut Vector, header: &str, old: &str, new: &str) {
    let value = request
        .headers
        .get_mut(header)
        .expect("the header is there");
    assert!(value.contains(old), "nothing to replace");
    *value = value.replace(old, new);
}

#[test]
fn what_botocore_signs_is_accepted() {
    let vectors = vectors();
    assert_eq!(vectors.requests.len(), 7);
    for request in &vectors.requests {
        let expected = Ok(vectors.access_key_id.clone());
        assert_eq!(outcome(&vectors, request, 0), expected, "{}", request.name);
    }
}

#[test]
fn good_for_five_minutes() {
    let vectors = vectors();
    let request = &vectors.requests[0];
    assert!(outcome(&vectors, request, 300).is_ok());
    assert_eq!(
        outcome(&vectors, request, 301),
        Err(ErrorKind::InvalidSignature)
    );
}

#[test]
fn no_signature() {
    check_changed(
        |request| drop(request.headers.remove("authorization")),
        ErrorKind::MissingAuthenticationToken,
    );
}

#[test]
fn unknown_access_key() {
    check_changed(
        |request| replace(request, "authorization", "KEY000001", "KEY000002"),
        ErrorKind::UnrecognizedClient,
    );
}

#[test]
fn another_body() {
    check_changed(
        |request| request.body = r#"{"MaxResults": 11}"#.to_owned(),
        ErrorKind::InvalidSignature,
    );
}

#[test]
fn another_operation() {
    check_changed(
        |request| replace(request, "x-amz-target", "ListUserPools", "CreateUserPool"),
        ErrorKind::InvalidSignature,
    );
}

#[test]
fn operation_not_signed() {
    check_changed(
        |request| replace(request, "authorization", ";x-amz-target", ""),
        ErrorKind::IncompleteSignature,
    );
}

#[test]
fn date_not_signed() {
    check_changed(
        |request| replace(request, "authorization", ";x-amz-date", ""),
        ErrorKind::IncompleteSignature,
    );
}

#[test]
fn another_path() {
    check_changed(
        |request| request.path = "/x".to_owned(),
        ErrorKind::InvalidSignature,
    );
}

#[test]
fn an_added_query() {
    check_changed(
        |request| request.query = "a=1".to_owned(),
        ErrorKind::InvalidSignature,
    );
}

#[test]
fn another_service() {
    check_changed(
        |request| replace(request, "authorization", "cognito-idp", "s3"),
        ErrorKind::InvalidSignature,
    );
}

#[test]
fn day_of_another_date() {
    check_changed(
        |request| replace(request, "authorization", "20261124", "20261123"),
        ErrorKind::InvalidSignature,
    );
}

#[test]
fn truncated_signature() {
    check_changed(
        |request| {
            let value = request.headers.get_mut("authorization").expect("is there");
            value.truncate(value.len() - 2);
        },
        ErrorKind::InvalidSignature,
    );
}

#[test]
fn empty_signature() {
    check_changed(
        |request| {
            let value = request.headers.get_mut("authorization").expect("is there");
            value.truncate(value.len() - 64);
        },
        ErrorKind::InvalidSignature,
    );
}

#[test]
fn another_scheme() {
    check_changed(
        |request| replace(request, "authorization", "AWS4-HMAC-SHA256 ", "Bearer "),
        ErrorKind::IncompleteSignature,
    );
}

#[test]
fn an_impossible_date() {
    check_changed(
        |request| replace(request, "x-amz-date", "20261124T", "20261324T"),
        ErrorKind::IncompleteSignature,
    );
}

#[test]
fn short_secrets_are_not_configured() {
    assert!(AccessKeys::none().insert("KEY", "short").is_err());
    assert!(
        AccessKeys::none()
            .insert("a/b", "0123456789abcdef")
            .is_err()
    );
}

#[test]
fn secrets_are_not_printed() {
    let mut keys = AccessKeys::none();
    keys.insert("KEY1", "canary-canary-canary")
        .expect("well-formed");
    assert_eq!(format!("{keys:?}"), r#"{"KEY1"}"#);
}
