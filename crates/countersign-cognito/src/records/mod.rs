//! Pools and app clients as Cognito sees them: the records behind the admin operations.

mod client;
mod pool;

pub use client::{AuthFlows, ClientRecord, TimeUnit, TokenLifetimes};
pub use pool::{EmailMessage, MfaConfiguration, PasswordPolicy, PoolRecord, SmsSettings};
