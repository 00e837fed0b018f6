//! The home of delivery: what is sent to a person, over which medium, and what can go wrong.
//!
//! Delivery is at most once for each issued code. The caller saves the record first and sends
//! then, so a failure here never undoes what was decided: it is reported, and the code can be
//! asked for again. Nothing here repeats a message whose fate is unknown.

mod outbox;
mod router;
mod sms_webhook;
mod smtp;
mod timestamp;
mod wording;

use async_trait::async_trait;
use core::fmt;
use countersign_core::{Code, UnixTime};

pub use outbox::Outbox;
pub use router::{NotConfigured, Router};
pub use sms_webhook::{SIGNATURE_HEADER, SmsWebhook, SmsWebhookError, SmsWebhookOptions};
pub use smtp::{Smtp, SmtpError, SmtpOptions};

/// Brings a code to a person.
#[async_trait]
pub trait Delivery: Send + Sync {
    /// Sends the message once. Success means that the next hop has taken it over, not that
    /// anyone has read it.
    ///
    /// # Errors
    /// [`DeliveryError`] says whether asking again later can help.
    async fn deliver(&self, message: Message) -> Result<(), DeliveryError>;
}

/// One code on its way to one person. `Debug` leaves destination and code out.
#[derive(Clone)]
pub struct Message {
    /// How it travels.
    pub medium: Medium,
    /// A telephone number in E.164 form (`+15555550100`) or a mail address.
    pub destination: String,
    /// What the code is for.
    pub purpose: Purpose,
    /// The code.
    pub code: Code,
    /// When the code was issued.
    pub at: UnixTime,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({:?}, {:?}, ..)", self.medium, self.purpose)
    }
}

/// How a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Medium {
    /// A text message to a telephone.
    Sms,
    /// A mail.
    Email,
}

impl Medium {
    /// The name in outbox lines.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sms => "SMS",
            Self::Email => "EMAIL",
        }
    }
}

/// What a code is for. A code of one purpose is worth nothing for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The second factor of a sign-in, or setting one up during it.
    SignIn,
    /// Confirming a new account.
    SignUp,
    /// Showing that a number or address belongs to the account.
    VerifyAttribute,
    /// Choosing a new password.
    ResetPassword,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 4] = [
        Self::SignIn,
        Self::SignUp,
        Self::VerifyAttribute,
        Self::ResetPassword,
    ];

    /// The name in outbox lines and webhook calls.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::SignUp => "sign-up",
            Self::VerifyAttribute => "verify-attribute",
            Self::ResetPassword => "reset-password",
        }
    }
}

/// Why a message did not leave. Says nothing about to whom, or what was in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// The destination was refused for good: sending the same again will not help.
    #[error("the destination was refused")]
    Refused,
    /// The way is blocked at this moment, or the outcome is unknown; a new code may get through.
    #[error("the message could not be handed over")]
    Unavailable,
    /// No way of delivery is set up for this medium.
    #[error("no delivery is configured for this medium")]
    NotConfigured,
}
