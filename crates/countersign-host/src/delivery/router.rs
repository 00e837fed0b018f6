//! The home of the choice between ways of delivery, by medium.

use super::{Delivery, DeliveryError, Medium, Message};
use async_trait::async_trait;
use core::fmt;
use std::sync::Arc;

/// Sends text messages one way and mails another.
#[derive(Clone)]
pub struct Router {
    /// What delivers [`Medium::Sms`].
    pub sms: Arc<dyn Delivery>,
    /// What delivers [`Medium::Email`].
    pub email: Arc<dyn Delivery>,
}

/// The way of delivery of a medium that has none.
#[derive(Clone, Copy, Debug)]
pub struct NotConfigured;

#[async_trait]
impl Delivery for Router {
    async fn deliver(&self, message: Message) -> Result<(), DeliveryError> {
        match message.medium {
            Medium::Sms => self.sms.deliver(message).await,
            Medium::Email => self.email.deliver(message).await,
        }
    }
}

#[async_trait]
impl Delivery for NotConfigured {
    async fn deliver(&self, message: Message) -> Result<(), DeliveryError> {
        tracing::warn!(medium = message.medium.name(), "no delivery is configured");
        Err(DeliveryError::NotConfigured)
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Router(..)")
    }
}
