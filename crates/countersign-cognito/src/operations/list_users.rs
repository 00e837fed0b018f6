//! `ListUsers`: a pool's users by pages, with the simple filters that Cognito knows.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_host::UserView;
use serde_json::{Value, json};

use super::Outcome;
use super::admin_user::{description, status_name};
use crate::endpoint::Endpoint;
use crate::wire::{Answer, FILTER, Fields, POOL_ID, Parse, TOKEN, WireError};

/// A page of a pool's users.
pub(crate) struct ListUsers {
    pool_id: String,
    limit: usize,
    page: Option<String>,
    filter: Option<String>,
    attributes: Option<Vec<String>>,
}

impl Parse for ListUsers {
    fn read(fields: &mut Fields) -> Self {
        let limit = fields.number("Limit", 0, 60).filter(|limit| *limit > 0);
        Self {
            pool_id: fields.required("UserPoolId", POOL_ID),
            limit: limit
                .and_then(|limit| usize::try_from(limit).ok())
                .unwrap_or(60),
            page: fields.optional("PaginationToken", TOKEN),
            filter: fields.optional("Filter", FILTER),
            attributes: fields.texts("AttributesToGet"),
        }
    }
}

/// `ListUsers`.
pub(crate) async fn list(endpoint: &Endpoint, request: ListUsers) -> Outcome {
    let (_, pool) = endpoint.pool(&request.pool_id).await?;
    let filter = request.filter.as_deref().map(Filter::parse).transpose()?;
    let mut last = request.page.as_deref().map(name_of_page).transpose()?;
    let mut users = Vec::new();
    let mut next = None;
    'pages: loop {
        let batch = endpoint
            .service()
            .list_users(&pool, last.as_deref(), BATCH)
            .await?;
        if batch.is_empty() {
            break;
        }
        for view in batch {
            if filter.as_ref().is_none_or(|filter| filter.matches(&view)) {
                if users.len() == request.limit {
                    next = last;
                    break 'pages;
                }
                users.push(shown(&view, request.attributes.as_deref()));
            }
            last = Some(view.username);
        }
    }
    let mut answer = json!({ "Users": users });
    if let Some(next) = next {
        answer["PaginationToken"] = URL_SAFE_NO_PAD.encode(next).into();
    }
    Answer::new(&answer)
}

/// Users read from the store at a time.
const BATCH: u16 = 61;

fn shown(view: &UserView, wanted: Option<&[String]>) -> Value {
    let mut user = description(view, "Attributes");
    if let (Some(wanted), Some(attributes)) = (wanted, user["Attributes"].as_array_mut()) {
        attributes.retain(|attribute| {
            attribute["Name"]
                .as_str()
                .is_some_and(|name| wanted.iter().any(|wanted| wanted == name))
        });
    }
    user
}

/// The page token is the name of the last user before it.
fn name_of_page(token: &str) -> Result<String, WireError> {
    URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|name| String::from_utf8(name).ok())
        .ok_or_else(|| WireError::invalid("Invalid pagination token"))
}

/// `name = "value"` or `name ^= "prefix"`.
struct Filter<'a> {
    name: &'a str,
    value: &'a str,
    prefix: bool,
}

impl<'a> Filter<'a> {
    fn parse(text: &'a str) -> Result<Self, WireError> {
        Self::parts(text).ok_or_else(|| {
            WireError::invalid(
                "A filter is the name of a standard attribute, = or ^=, and a quoted value",
            )
        })
    }

    fn parts(text: &'a str) -> Option<Self> {
        let (name, value) = text.split_once('=')?;
        let (name, prefix) = match name.strip_suffix('^') {
            Some(name) => (name, true),
            None => (name, false),
        };
        let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
        if value.contains(['"', '\\']) {
            return None;
        }
        let name = name.trim().trim_matches('"');
        FILTERS.contains(&name).then_some(Self {
            name,
            value,
            prefix,
        })
    }

    fn matches(&self, view: &UserView) -> bool {
        let actual = match self.name {
            "username" => Some(view.username.as_str()),
            "sub" => Some(view.sub.as_str()),
            "cognito:user_status" => Some(status_name(view.status)),
            "status" => Some(if view.enabled { "Enabled" } else { "Disabled" }),
            name => view.attributes.get(name).map(String::as_str),
        };
        actual.is_some_and(|actual| {
            if self.prefix {
                actual.starts_with(self.value)
            } else {
                actual == self.value
            }
        })
    }
}

/// What users can be searched by.
const FILTERS: &[&str] = &[
    "username",
    "email",
    "phone_number",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "cognito:user_status",
    "status",
    "sub",
];
