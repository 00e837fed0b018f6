//! The request body: its size limit and its JSON.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use serde_json::{Map, Value};

use super::{ErrorKind, WireError};

/// The largest request body that is read, in bytes. The largest honest one, a sign-up with many
/// long attributes, stays well below.
pub const BODY_LIMIT: usize = 64 * 1024;

/// How long a request body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(10);

/// The members of a request.
pub(crate) type Object = Map<String, Value>;

/// Reads a body of at most [`BODY_LIMIT`] bytes.
///
/// # Errors
/// `InvalidParameterException` when it is longer, does not arrive within [`BODY_TIME`], or its
/// connection breaks off.
pub(crate) async fn read_body(body: Body) -> Result<Bytes, WireError> {
    let read = tokio::time::timeout(BODY_TIME, to_bytes(body, BODY_LIMIT)).await;
    let read = read.map_err(|_| WireError::invalid("The request body did not arrive in time."))?;
    read.map_err(|_| {
        WireError::invalid("The request body is longer than 65536 bytes or incomplete.")
    })
}

/// Reads a body as one JSON object; an empty body is an object without members.
///
/// # Errors
/// `SerializationException` for anything else.
pub(crate) fn read_object(body: &[u8]) -> Result<Object, WireError> {
    if body.is_empty() {
        return Ok(Object::new());
    }
    serde_json::from_slice(body).map_err(|_| {
        // The parser's own message would quote from the body.
        WireError::new(
            ErrorKind::Serialization,
            "The request body is not a JSON object.",
        )
    })
}
