//! The JSON protocol itself: operation names, members and their limits, errors, CORS.

mod body;
mod cors;
mod error;
mod fields;
mod limits;
mod respond;
mod sensitive;
mod target;

pub use body::BODY_LIMIT;
pub use error::{ErrorKind, WireError};
pub use sensitive::Sensitive;
pub use target::{Caller, Operation};

pub(crate) use body::read_body;
pub(crate) use cors::{allow_any_origin, preflight};
pub(crate) use fields::{Fields, Parse, parse};
pub(crate) use limits::{
    ATTRIBUTE_NAME, ATTRIBUTE_VALUE, CHALLENGE_VALUE, CLIENT_ID, CLIENT_NAME, CONFIRMATION_CODE,
    FILTER, FRIENDLY_NAME, MESSAGE, PASSWORD, POOL_ID, POOL_NAME, SECRET_HASH, SESSION, SUBJECT,
    TOKEN, USER_CODE, USERNAME,
};
pub(crate) use respond::{Answer, RequestId, respond};
