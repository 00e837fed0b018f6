//! CORS: what lets a browser on any origin call the endpoint and read its errors.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// Adds to a response what every origin needs to read it.
///
/// Any origin may: nothing here is authorised by a cookie, so a foreign page gains nothing that
/// a program would not have.
pub(crate) fn allow_any_origin(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("x-amzn-errortype, x-amzn-errormessage, x-amzn-requestid"),
    );
}

/// The answer to an `OPTIONS` request: the headers that were asked for are allowed, because an
/// application may add its own to every call.
pub(crate) fn preflight(asked: &HeaderMap) -> Response {
    let allowed = asked
        .get(ACCESS_CONTROL_REQUEST_HEADERS)
        .cloned()
        .unwrap_or_else(|| HeaderValue::from_static(AMPLIFY_HEADERS));
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    headers.insert(
        ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, POST, OPTIONS"),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    headers.insert(
        VARY,
        HeaderValue::from_static("access-control-request-headers"),
    );
    response
}

/// What the Amplify client sends.
const AMPLIFY_HEADERS: &str = "content-type, x-amz-target, x-amz-user-agent, \
     amz-sdk-invocation-id, amz-sdk-request, cache-control, authorization, x-amz-date";
