//! Amazon Cognito's user-pool protocol as an axum service.
//!
//! This crate is the only place that knows Cognito's JSON, its operation and exception names, and
//! its tokens. It decides nothing about authentication: each operation translates one request for
//! the service of `countersign-host` and translates the outcome back.

mod app;
mod directory;
mod endpoint;
mod operations;
pub mod records;
mod refusal;
pub mod sigv4;
pub mod tokens;
pub mod wire;

pub use app::{Audience, app};
pub use directory::Directory;
pub use endpoint::Endpoint;
