//! What goes back: JSON with Cognito's headers, for success and for failure alike.

use std::fmt;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;

use super::{WireError, allow_any_origin};

/// The identifier of one request, in the form of a UUID; it joins a client's report to a log
/// line.
#[derive(Clone, Copy)]
pub(crate) struct RequestId([u8; 16]);

impl RequestId {
    /// An identifier from 16 random bytes.
    pub(crate) fn new(random: [u8; 16]) -> Self {
        Self(random)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::tokens::Uuid::from_random(self.0).fmt(f)
    }
}

/// The JSON body of a successful answer. It is at least `{}`: clients fail on an empty body.
pub(crate) struct Answer(Vec<u8>);

impl Answer {
    /// The answer of operations that return nothing.
    pub(crate) fn empty() -> Self {
        Self(b"{}".to_vec())
    }

    /// An answer with members.
    pub(crate) fn new(members: &impl Serialize) -> Result<Self, WireError> {
        serde_json::to_vec(members).map(Self).map_err(|error| {
            tracing::error!(%error, "an answer has no JSON form");
            WireError::internal()
        })
    }
}

/// The HTTP response of one operation.
pub(crate) fn respond(outcome: Result<Answer, WireError>, id: RequestId) -> Response<Body> {
    let (status, body, error) = match outcome {
        Ok(answer) => (StatusCode::OK, answer.0, None),
        Err(error) => (error.kind().status(), error_body(&error), Some(error)),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-amz-json-1.1"),
    );
    // Answers carry tokens.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    if let Some(error) = error {
        headers.insert(ERROR_TYPE, HeaderValue::from_static(error.kind().name()));
        if let Ok(message) = HeaderValue::from_str(error.message()) {
            headers.insert(ERROR_MESSAGE, message);
        }
    }
    allow_any_origin(headers);
    response
}

fn error_body(error: &WireError) -> Vec<u8> {
    serde_json::json!({ "__type": error.kind().name(), "message": error.message() })
        .to_string()
        .into_bytes()
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-amzn-errormessage");
