//! App clients: create, describe, list.

use serde_json::{Value, json};

use super::Outcome;
use super::members::with_next;
use crate::endpoint::Endpoint;
use crate::records::{AuthFlows, ClientRecord, TimeUnit, TokenLifetimes};
use crate::wire::{
    Answer, CLIENT_ID, CLIENT_NAME, ErrorKind, Fields, POOL_ID, Parse, TOKEN, WireError,
};

/// A client to be made.
pub(crate) struct CreateUserPoolClient {
    pub(crate) pool_id: String,
    pub(crate) name: String,
    pub(crate) generate_secret: bool,
    pub(crate) flows: AuthFlows,
    pub(crate) hides_users: bool,
    pub(crate) lifetimes: TokenLifetimes,
    pub(crate) session_minutes: u32,
    pub(crate) revocation: bool,
}

impl Parse for CreateUserPoolClient {
    fn read(fields: &mut Fields) -> Self {
        Self {
            pool_id: fields.required("UserPoolId", POOL_ID),
            name: fields.required("ClientName", CLIENT_NAME),
            generate_secret: fields.flag("GenerateSecret").unwrap_or(false),
            flows: flows(fields),
            hides_users: fields
                .word(
                    "PreventUserExistenceErrors",
                    &[("ENABLED", true), ("LEGACY", false)],
                )
                .unwrap_or(true),
            lifetimes: lifetimes(fields),
            session_minutes: fields.number("AuthSessionValidity", 3, 15).unwrap_or(3),
            revocation: fields.flag("EnableTokenRevocation").unwrap_or(true),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Srp,
    Password,
    Refresh,
    Choice,
    Ignored,
}

/// Cognito's names, new and old. What is not offered here can be named all the same, because
/// existing scripts name it.
const FLOWS: &[(&str, Flow)] = &[
    ("ALLOW_USER_SRP_AUTH", Flow::Srp),
    ("ALLOW_USER_PASSWORD_AUTH", Flow::Password),
    ("USER_PASSWORD_AUTH", Flow::Password),
    ("ALLOW_REFRESH_TOKEN_AUTH", Flow::Refresh),
    ("ALLOW_USER_AUTH", Flow::Choice),
    ("ALLOW_ADMIN_USER_PASSWORD_AUTH", Flow::Ignored),
    ("ADMIN_NO_SRP_AUTH", Flow::Ignored),
    ("ALLOW_CUSTOM_AUTH", Flow::Ignored),
    ("CUSTOM_AUTH_FLOW_ONLY", Flow::Ignored),
];

fn flows(fields: &mut Fields) -> AuthFlows {
    let Some(named) = fields.words("ExplicitAuthFlows", FLOWS) else {
        return AuthFlows::DEFAULT;
    };
    AuthFlows {
        srp: named.contains(&Flow::Srp),
        password: named.contains(&Flow::Password),
        refresh: named.contains(&Flow::Refresh),
        choice: named.contains(&Flow::Choice),
    }
}

fn lifetimes(fields: &mut Fields) -> TokenLifetimes {
    let units = fields
        .object::<Units>("TokenValidityUnits")
        .unwrap_or_default();
    let default = TokenLifetimes::DEFAULT;
    let mut lifetime = |name: &str, unit: TimeUnit, default: (u32, TimeUnit)| {
        let count = fields
            .number(name, 0, 315_360_000)
            .filter(|count| *count > 0);
        count.map_or(default, |count| (count, unit))
    };
    let lifetimes = TokenLifetimes {
        access: lifetime(
            "AccessTokenValidity",
            units.access.unwrap_or(TimeUnit::Hours),
            default.access,
        ),
        id: lifetime(
            "IdTokenValidity",
            units.id.unwrap_or(TimeUnit::Hours),
            default.id,
        ),
        refresh: lifetime(
            "RefreshTokenValidity",
            units.refresh.unwrap_or(TimeUnit::Days),
            default.refresh,
        ),
    };
    if !lifetimes.are_permitted() {
        fields.violated(
            "TokenValidityUnits",
            "Access and id tokens last 5 minutes to 1 day, refresh tokens 1 hour to 10 years",
        );
    }
    lifetimes
}

#[derive(Default)]
struct Units {
    access: Option<TimeUnit>,
    id: Option<TimeUnit>,
    refresh: Option<TimeUnit>,
}

impl Parse for Units {
    fn read(fields: &mut Fields) -> Self {
        let words = [
            ("seconds", TimeUnit::Seconds),
            ("minutes", TimeUnit::Minutes),
            ("hours", TimeUnit::Hours),
            ("days", TimeUnit::Days),
        ];
        Self {
            access: fields.word("AccessToken", &words),
            id: fields.word("IdToken", &words),
            refresh: fields.word("RefreshToken", &words),
        }
    }
}

/// A client to be described.
pub(crate) struct DescribeUserPoolClient {
    pub(crate) pool_id: String,
    pub(crate) client_id: String,
}

impl Parse for DescribeUserPoolClient {
    fn read(fields: &mut Fields) -> Self {
        Self {
            pool_id: fields.required("UserPoolId", POOL_ID),
            client_id: fields.required("ClientId", CLIENT_ID),
        }
    }
}

/// A page of a pool's clients.
pub(crate) struct ListUserPoolClients {
    pub(crate) pool_id: String,
    pub(crate) limit: u32,
    pub(crate) page: Option<String>,
}

impl Parse for ListUserPoolClients {
    fn read(fields: &mut Fields) -> Self {
        Self {
            pool_id: fields.required("UserPoolId", POOL_ID),
            limit: fields.number("MaxResults", 1, 60).unwrap_or(60),
            page: fields.optional("NextToken", TOKEN),
        }
    }
}

/// A client as `CreateUserPoolClient` and `DescribeUserPoolClient` show it.
pub(crate) fn description(client: &ClientRecord) -> Value {
    let TokenLifetimes {
        access,
        id,
        refresh,
    } = client.lifetimes;
    let mut shown = json!({
        "UserPoolId": client.pool_id,
        "ClientId": client.id,
        "ClientName": client.name,
        "ExplicitAuthFlows": client.flows.names(),
        "PreventUserExistenceErrors": if client.hides_users { "ENABLED" } else { "LEGACY" },
        "AccessTokenValidity": access.0,
        "IdTokenValidity": id.0,
        "RefreshTokenValidity": refresh.0,
        "TokenValidityUnits": {
            "AccessToken": access.1.name(),
            "IdToken": id.1.name(),
            "RefreshToken": refresh.1.name(),
        },
        "AuthSessionValidity": client.session_minutes,
        "EnableTokenRevocation": client.revocation,
        "CreationDate": client.created_secs,
        "LastModifiedDate": client.modified_secs,
        "AllowedOAuthFlowsUserPoolClient": false,
    });
    if let Some(secret) = &client.secret {
        shown["ClientSecret"] = secret.as_str().into();
    }
    shown
}

/// `CreateUserPoolClient`.
pub(crate) async fn create(endpoint: &Endpoint, request: CreateUserPoolClient) -> Outcome {
    let client = endpoint
        .create_client(
            &request.pool_id,
            &request.name,
            request.generate_secret,
            |client| {
                client.flows = request.flows;
                client.hides_users = request.hides_users;
                client.lifetimes = request.lifetimes;
                client.session_minutes = request.session_minutes;
                client.revocation = request.revocation;
            },
        )
        .await?;
    Answer::new(&json!({ "UserPoolClient": description(&client) }))
}

/// `DescribeUserPoolClient`.
pub(crate) async fn describe(endpoint: &Endpoint, request: DescribeUserPoolClient) -> Outcome {
    endpoint.directory().pool(&request.pool_id).await?;
    let client = endpoint.directory().client(&request.client_id).await?;
    if client.pool_id != request.pool_id {
        return Err(WireError::new(
            ErrorKind::ResourceNotFound,
            "User pool client does not exist.",
        ));
    }
    Answer::new(&json!({ "UserPoolClient": description(&client) }))
}

/// `ListUserPoolClients`.
pub(crate) async fn list(endpoint: &Endpoint, request: ListUserPoolClients) -> Outcome {
    endpoint.directory().pool(&request.pool_id).await?;
    let limit = usize::try_from(request.limit).unwrap_or(60);
    let page = endpoint
        .directory()
        .clients(&request.pool_id, request.page.as_deref(), limit)
        .await?;
    let clients: Vec<Value> = page
        .items
        .iter()
        .map(|client| {
            json!({
                "ClientId": client.id,
                "ClientName": client.name,
                "UserPoolId": client.pool_id,
            })
        })
        .collect();
    Answer::new(&with_next(json!({ "UserPoolClients": clients }), page.next))
}
