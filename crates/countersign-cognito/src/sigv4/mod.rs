//! AWS Signature Version 4: who signed a request, so that only operators reach admin operations.
//!
//! Only the header form is accepted, for the service `cognito-idp` in any region. A signature
//! covers the method, path, query, the signed headers and the body, and is good for five minutes;
//! within them it can be replayed, so put TLS between operators and this server.

mod authorization;
mod canonical;
mod date;
mod keys;
mod verify;

pub use keys::{AccessKeys, AccessKeysError};
pub use verify::{AdminCaller, SignedRequest, verify};
