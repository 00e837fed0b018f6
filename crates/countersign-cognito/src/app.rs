//! The axum application: routes, and what happens around every operation.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use tracing::Instrument as _;

use crate::endpoint::Endpoint;
use crate::operations;
use crate::sigv4::{self, SignedRequest};
use crate::wire::{
    Answer, Caller, ErrorKind, Operation, RequestId, WireError, allow_any_origin, preflight,
    read_body, respond,
};

/// Which operations a listener offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// All.
    Everyone,
    /// Those of users.
    Users,
    /// Those of administrators.
    Admins,
}

impl Audience {
    fn includes(self, caller: Caller) -> bool {
        match self {
            Self::Everyone => true,
            Self::Users => caller == Caller::User,
            Self::Admins => caller == Caller::Admin,
        }
    }
}

/// The application, to be served on any listener: `POST /` for operations, `GET /healthz`, and
/// each pool's key set and discovery document.
pub fn app(endpoint: Arc<Endpoint>, audience: Audience) -> Router {
    let shared = Shared { endpoint, audience };
    Router::new()
        .route("/", post(operation).options(preflighted))
        .route("/healthz", get(health))
        .route("/{pool}/.well-known/jwks.json", get(jwks))
        .route("/{pool}/.well-known/openid-configuration", get(discovery))
        .fallback(elsewhere)
        .method_not_allowed_fallback(elsewhere)
        .with_state(shared)
}

#[derive(Clone)]
struct Shared {
    endpoint: Arc<Endpoint>,
    audience: Audience,
}

async fn operation(State(shared): State<Shared>, request: Request) -> Response<Body> {
    let mut random = [0; 16];
    if aws_lc_rs::rand::fill(&mut random).is_err() {
        return respond(Err(WireError::internal()), RequestId::new(random));
    }
    let id = RequestId::new(random);
    // A task of its own: a client that hangs up does not stop an operation between saving and
    // acting, and a defect in one operation is answered instead of ending the connection.
    let span = tracing::info_span!("operation", name = tracing::field::Empty, request = %id);
    let work = tokio::spawn(answer(shared, request).instrument(span.clone()));
    let outcome = work.await.unwrap_or_else(|_| {
        tracing::error!(parent: &span, "the operation panicked");
        Err(WireError::internal())
    });
    match &outcome {
        Ok(_) => tracing::info!(parent: &span, "answered"),
        Err(error) => tracing::info!(parent: &span, refused = error.kind().name(), "answered"),
    }
    respond(outcome, id)
}

/// Everything between the request and its outcome: which operation, who calls, what it says.
async fn answer(shared: Shared, request: Request) -> Result<Answer, WireError> {
    let (parts, body) = request.into_parts();
    let target = parts.headers.get("x-amz-target");
    let (operation, caller) =
        Operation::from_target(target.and_then(|value| value.to_str().ok()).unwrap_or(""))?;
    if !shared.audience.includes(caller) {
        return Err(unknown_operation());
    }
    tracing::Span::current().record("name", operation.name());
    let body = read_body(body).await?;
    match caller {
        Caller::User => operations::run_user(&shared.endpoint, operation, &body).await,
        Caller::Admin => {
            let signed = SignedRequest {
                method: &parts.method,
                path: parts.uri.path(),
                query: parts.uri.query(),
                headers: &parts.headers,
                body: &body,
            };
            let now = shared.endpoint.now()?;
            let admin = sigv4::verify(signed, shared.endpoint.access_keys(), now)?;
            operations::run_admin(&shared.endpoint, operation, &admin, &body).await
        }
    }
}

async fn preflighted(headers: HeaderMap) -> Response<Body> {
    let mut response = preflight(&headers);
    allow_any_origin(response.headers_mut());
    response
}

/// Ready means that the store can be read and written.
async fn health(State(shared): State<Shared>) -> Response<Body> {
    match shared.endpoint.ready().await {
        Ok(()) => (StatusCode::OK, "ok\n").into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store is not ready\n").into_response(),
    }
}

async fn jwks(State(shared): State<Shared>, Path(pool): Path<String>) -> Response<Body> {
    let tokens = shared.endpoint.tokens();
    document(&shared, &pool, || tokens.jwks()).await
}

async fn discovery(State(shared): State<Shared>, Path(pool): Path<String>) -> Response<Body> {
    let tokens = shared.endpoint.tokens();
    document(&shared, &pool, || tokens.openid_configuration(&pool)).await
}

/// A public document of a pool that exists.
async fn document(
    shared: &Shared,
    pool: &str,
    make: impl FnOnce() -> serde_json::Value,
) -> Response<Body> {
    let mut response = match shared.endpoint.pool(pool).await {
        Ok(_) => {
            let mut response = make().to_string().into_response();
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            headers.insert(
                CACHE_CONTROL,
                HeaderValue::from_static("public, max-age=300"),
            );
            response
        }
        Err(error) => not_found(error),
    };
    allow_any_origin(response.headers_mut());
    response
}

/// A path or method that nothing answers to.
async fn elsewhere(request: Request) -> Response<Body> {
    if request.method() == axum::http::Method::OPTIONS {
        return preflighted(request.headers().clone()).await;
    }
    not_found(unknown_operation())
}

fn not_found(error: WireError) -> Response<Body> {
    let status = if error.kind() == ErrorKind::InternalError {
        StatusCode::INTERNAL_SERVER_ERROR
    } else {
        StatusCode::NOT_FOUND
    };
    let mut random = [0; 16];
    // A request identifier of zeros is better than no answer.
    let _ = aws_lc_rs::rand::fill(&mut random);
    let mut response = respond(Err(error), RequestId::new(random));
    *response.status_mut() = status;
    response
}

fn unknown_operation() -> WireError {
    WireError::new(
        ErrorKind::UnknownOperation,
        "This server has no operation of that name.",
    )
}
