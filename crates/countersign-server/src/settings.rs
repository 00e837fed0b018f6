//! The settings: what the options come to once they are merged, checked and completed.

use std::fmt;
use std::path::PathBuf;

use countersign_cognito::sigv4::AccessKeys;
use zeroize::Zeroizing;

use crate::config_file;
use crate::failure::Failure;
use crate::options::{Options, Place};
use crate::secret_input;

/// What a server runs on.
pub(crate) struct Settings {
    pub(crate) location: Location,
    pub(crate) listen: String,
    pub(crate) admin_listen: Option<String>,
    /// Without a slash at its end.
    pub(crate) public_url: Option<String>,
    pub(crate) delivery: DeliverySettings,
    /// `None` if the one in the data folder is meant.
    pub(crate) access_keys: Option<AccessKeys>,
    pub(crate) log: String,
}

/// Where records and keys are.
pub(crate) struct Location {
    pub(crate) data: PathBuf,
    pub(crate) store: StoreUrl,
}

/// Which store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StoreUrl {
    /// A file; `None` stands for the one in the data folder.
    Sqlite(Option<PathBuf>),
    /// Nothing outlives the process.
    Memory,
}

/// How codes leave. Nothing of it is ever shown.
pub(crate) struct DeliverySettings {
    pub(crate) outbox: Option<PathBuf>,
    pub(crate) mail: Option<Mail>,
    pub(crate) sms: Option<SmsCalls>,
}

/// A mail server and a sender.
pub(crate) struct Mail {
    pub(crate) url: Zeroizing<String>,
    pub(crate) from: String,
}

/// A webhook and the key that signs its calls.
pub(crate) struct SmsCalls {
    pub(crate) url: Zeroizing<String>,
    pub(crate) key: Zeroizing<String>,
}

impl Settings {
    /// Merges the options with those of the configuration file that they name, and checks them.
    ///
    /// # Errors
    /// [`Failure`] names the option that is wrong, and its value only where it holds no secret.
    pub(crate) fn from_options(options: Options) -> Result<Self, Failure> {
        let options = with_file(options)?;
        Ok(Self {
            location: Location::of(options.place)?,
            listen: options.listen.unwrap_or_else(|| LISTEN.to_owned()),
            admin_listen: options.admin_listen,
            public_url: options.public_url.as_deref().map(public_url).transpose()?,
            delivery: DeliverySettings {
                mail: mail(options.smtp, options.smtp_from)?,
                sms: sms(options.sms_webhook, options.sms_webhook_key_file)?,
                outbox: options.outbox,
            },
            access_keys: access_keys(&options.access_key)?,
            log: options
                .log
                .or_else(|| std::env::var("RUST_LOG").ok())
                .unwrap_or_else(|| "info".to_owned()),
        })
    }
}

impl Location {
    /// The location that a command is told.
    ///
    /// # Errors
    /// [`Failure`], as for [`Settings::from_options`].
    pub(crate) fn from_place(place: Place) -> Result<Self, Failure> {
        let options = Options {
            place,
            ..Options::default()
        };
        Self::of(with_file(options)?.place)
    }

    fn of(place: Place) -> Result<Self, Failure> {
        Ok(Self {
            data: place.data.unwrap_or_else(|| PathBuf::from(DATA)),
            store: match place.store {
                Some(url) => StoreUrl::parse(&url)?,
                None => StoreUrl::Sqlite(None),
            },
        })
    }
}

impl StoreUrl {
    fn parse(url: &str) -> Result<Self, Failure> {
        if url == "memory:" {
            return Ok(Self::Memory);
        }
        if let Some(path) = url.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            return Ok(Self::Sqlite(Some(PathBuf::from(path))));
        }
        let postgres = url.starts_with("postgres:") || url.starts_with("postgresql:");
        Err(if postgres {
            Failure::input("PostgreSQL is not in this version")
                .next("Use --store sqlite:PATH; several processes of one machine may share it.")
        } else {
            Failure::input("--store is neither sqlite:PATH nor memory:")
        })
    }
}

fn with_file(options: Options) -> Result<Options, Failure> {
    match options.place.config.clone() {
        Some(path) => Ok(options.or(config_file::read(&path)?)),
        None => Ok(options),
    }
}

fn public_url(url: &str) -> Result<String, Failure> {
    let trimmed = url.trim_end_matches('/');
    let host = trimmed
        .strip_prefix("https://")
        .or_else(|| trimmed.strip_prefix("http://"));
    let allowed = |c: char| c.is_ascii_graphic() && !"?#@\\\"<>".contains(c);
    if host
        .is_some_and(|host| !host.is_empty() && !host.starts_with('/') && host.chars().all(allowed))
    {
        return Ok(trimmed.to_owned());
    }
    Err(
        Failure::input("--public-url is not an http:// or https:// address without query")
            .next("It is what browsers reach this server by, such as https://auth.example.com"),
    )
}

fn mail(url: Option<String>, from: Option<String>) -> Result<Option<Mail>, Failure> {
    match (url, from) {
        (None, None) => Ok(None),
        (Some(url), Some(from)) => Ok(Some(Mail {
            url: Zeroizing::new(url),
            from,
        })),
        (Some(_), None) => Err(Failure::input("--smtp needs a sender")
            .next("Add --smtp-from 'Example <no-reply@example.com>'.")),
        (None, Some(_)) => Err(Failure::input("--smtp-from is given without --smtp")),
    }
}

fn sms(url: Option<String>, key_file: Option<PathBuf>) -> Result<Option<SmsCalls>, Failure> {
    let Some(url) = url.map(Zeroizing::new) else {
        return match key_file {
            None => Ok(None),
            Some(_) => Err(Failure::input(
                "--sms-webhook-key-file is given without --sms-webhook",
            )),
        };
    };
    let key = match key_file {
        Some(path) => secret_input::from_file(&path)?,
        None => Zeroizing::new(std::env::var(WEBHOOK_KEY).map_err(|_| {
            Failure::input("--sms-webhook needs a key that its calls are signed with").next(
                format!(
                    "Put one of at least 16 characters in {WEBHOOK_KEY}, or in a file that \
                         --sms-webhook-key-file names."
                ),
            )
        })?),
    };
    Ok(Some(SmsCalls { url, key }))
}

fn access_keys(texts: &[String]) -> Result<Option<AccessKeys>, Failure> {
    if texts.is_empty() {
        return Ok(None);
    }
    let mut keys = AccessKeys::none();
    for text in texts {
        let (id, secret) = text
            .split_once(':')
            .ok_or_else(|| Failure::input("--access-key is not ID:SECRET"))?;
        keys.insert(id, secret)
            .map_err(|error| Failure::input("--access-key is not right").because(&error))?;
    }
    Ok(Some(keys))
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Settings(..)")
    }
}

/// The usual port of this project.
const LISTEN: &str = "127.0.0.1:4600";
const DATA: &str = "countersign-data";
const WEBHOOK_KEY: &str = "COUNTERSIGN_SMS_WEBHOOK_KEY";
