//! The documents by which others verify tokens: the key set and the discovery document.

use serde_json::{Value, json};

use super::claims::SCOPE;
use super::issuer::TokenIssuer;

impl TokenIssuer {
    /// The key set (RFC 7517 §5): the public half of every accepted key.
    #[must_use]
    pub fn jwks(&self) -> Value {
        let keys: Vec<Value> = self
            .keys
            .iter()
            .map(|key| {
                json!({
                    "alg": "RS256",
                    "e": key.exponent(),
                    "kid": key.id(),
                    "kty": "RSA",
                    "n": key.modulus(),
                    "use": "sig",
                })
            })
            .collect();
        json!({ "keys": keys })
    }

    /// The discovery document of a pool (`OpenID` Connect Discovery §3), as far as this server
    /// plays an `OpenID` provider: it issues tokens, but has no authorisation endpoint.
    #[must_use]
    pub fn openid_configuration(&self, pool_id: &str) -> Value {
        let issuer = self.issuer(pool_id);
        json!({
            "issuer": issuer,
            "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
            "id_token_signing_alg_values_supported": ["RS256"],
            "subject_types_supported": ["public"],
            "response_types_supported": ["token"],
            "scopes_supported": [SCOPE],
        })
    }
}
