//! Access and id tokens: RS256 JSON Web Tokens with the claims that Cognito's clients read.
//!
//! One [`TokenIssuer`] serves every pool: the issuer claim names the pool, the key is shared.

mod claims;
mod discovery;
mod issuer;
mod jws;
mod key;
mod stored;
mod uuid;

pub use claims::{AccessToken, Grant, SCOPE};
pub use issuer::{IssuedTokens, TokenError, TokenIssuer};
pub use key::{KeyError, SigningKey};
pub use stored::StoredKeyError;
pub use uuid::Uuid;
