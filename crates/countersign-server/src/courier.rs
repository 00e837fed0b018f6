//! The ways of delivery that the settings ask for.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign_host::delivery::{
    Delivery, NotConfigured, Outbox, Router, SmsWebhook, SmsWebhookOptions, Smtp, SmtpOptions,
};

use crate::data_folder::DataFolder;
use crate::failure::Failure;
use crate::settings::{DeliverySettings, Mail, SmsCalls};

/// What delivers codes, and the outbox if codes go there.
pub(crate) struct Courier {
    pub(crate) delivery: Arc<dyn Delivery>,
    pub(crate) outbox: Option<PathBuf>,
}

/// Sets delivery up. Where mail or text messages are really sent, what has no way of its own goes
/// to the outbox only if one was asked for: codes in a file are for development.
///
/// # Errors
/// [`Failure`] names the option that is wrong.
pub(crate) fn hire(settings: &DeliverySettings, folder: &DataFolder) -> Result<Courier, Failure> {
    let real = settings.mail.is_some() || settings.sms.is_some();
    let path = match &settings.outbox {
        Some(path) => Some(path.clone()),
        None if real => None,
        None => Some(folder.outbox()),
    };
    let otherwise: Arc<dyn Delivery> = match &path {
        Some(path) => Arc::new(open_outbox(path)?),
        None => Arc::new(NotConfigured),
    };
    let email = match &settings.mail {
        Some(mail) => by_mail(mail)?,
        None => otherwise.clone(),
    };
    let sms = match &settings.sms {
        Some(calls) => by_webhook(calls)?,
        None => otherwise,
    };
    let all_real = settings.mail.is_some() && settings.sms.is_some();
    Ok(Courier {
        delivery: Arc::new(Router { sms, email }),
        outbox: path.filter(|_| !all_real),
    })
}

fn open_outbox(path: &Path) -> Result<Outbox, Failure> {
    Outbox::create(path).map_err(|error| {
        Failure::obstacle(format!("the outbox {} cannot be written", path.display()))
            .because(&error)
            .next("Name another with --outbox.")
    })
}

fn by_mail(mail: &Mail) -> Result<Arc<dyn Delivery>, Failure> {
    let options = SmtpOptions::new(mail.url.as_str(), mail.from.as_str());
    match Smtp::new(&options) {
        Ok(smtp) => Ok(Arc::new(smtp)),
        Err(error) => Err(Failure::input("--smtp or --smtp-from is not right").because(&error)),
    }
}

fn by_webhook(calls: &SmsCalls) -> Result<Arc<dyn Delivery>, Failure> {
    let options = SmsWebhookOptions::new(calls.url.as_str(), calls.key.as_bytes());
    match SmsWebhook::new(&options) {
        Ok(webhook) => Ok(Arc::new(webhook)),
        Err(error) => Err(Failure::input("--sms-webhook is not right").because(&error)),
    }
}
