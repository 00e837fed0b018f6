//! The options: one set of names for flags, `COUNTERSIGN_*` variables and the configuration file.

use std::path::PathBuf;

use clap::Args;

/// Everything that a server can be told. What is not said is `None` or empty.
#[derive(Args, Default)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Where users' requests come in [default: 127.0.0.1:4600]
    #[arg(long, value_name = "ADDR", env = "COUNTERSIGN_LISTEN")]
    pub(crate) listen: Option<String>,
    /// Where administrators' requests come in, if not where the users' do
    #[arg(long, value_name = "ADDR", env = "COUNTERSIGN_ADMIN_LISTEN")]
    pub(crate) admin_listen: Option<String>,
    /// The address that clients know this server by, and tokens name as their issuer
    #[arg(long, value_name = "URL", env = "COUNTERSIGN_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,
    /// Append codes to this file in place of sending them; for development [default: outbox.jsonl
    /// in the data folder, unless --smtp or --sms-webhook is given]
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_OUTBOX")]
    pub(crate) outbox: Option<PathBuf>,
    /// Send mail through this server: `smtp://USER:PASSWORD@HOST:587` or `smtps://…`
    #[arg(
        long,
        value_name = "URL",
        env = "COUNTERSIGN_SMTP",
        hide_env_values = true
    )]
    pub(crate) smtp: Option<String>,
    /// The sender of mail, such as `Example <no-reply@example.com>`
    #[arg(long, value_name = "ADDRESS", env = "COUNTERSIGN_SMTP_FROM")]
    pub(crate) smtp_from: Option<String>,
    /// Hand text messages over by signed POST to this URL
    #[arg(
        long,
        value_name = "URL",
        env = "COUNTERSIGN_SMS_WEBHOOK",
        hide_env_values = true
    )]
    pub(crate) sms_webhook: Option<String>,
    /// The file with the key that signs those calls, if `COUNTERSIGN_SMS_WEBHOOK_KEY` does not
    /// hold it
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_SMS_WEBHOOK_KEY_FILE")]
    pub(crate) sms_webhook_key_file: Option<PathBuf>,
    /// A key that administrators' requests may be signed with; repeatable, in the variable
    /// separated by commas [default: one that is made at the first start]
    #[arg(
        long,
        value_name = "ID:SECRET",
        env = "COUNTERSIGN_ACCESS_KEY",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub(crate) access_key: Vec<String>,
    /// Which events are logged: error, warn, info, debug, or a filter such as
    /// `info,countersign_host=debug` [default: info]
    #[arg(long, value_name = "LEVEL", env = "COUNTERSIGN_LOG")]
    pub(crate) log: Option<String>,
}

/// Where a server keeps what it knows.
#[derive(Args, Default)]
pub(crate) struct Place {
    /// A TOML file with the same options; flags and variables win over it
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// The folder of database, keys and outbox [default: ./countersign-data]
    #[arg(long, value_name = "DIR", env = "COUNTERSIGN_DATA")]
    pub(crate) data: Option<PathBuf>,
    /// Where records are kept: sqlite:PATH or memory: [default: countersign.sqlite in the data
    /// folder]
    #[arg(
        long,
        value_name = "URL",
        env = "COUNTERSIGN_STORE",
        hide_env_values = true
    )]
    pub(crate) store: Option<String>,
}

impl Options {
    /// These options, and where they say nothing the other ones.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            place: self.place.or(other.place),
            listen: self.listen.or(other.listen),
            admin_listen: self.admin_listen.or(other.admin_listen),
            public_url: self.public_url.or(other.public_url),
            outbox: self.outbox.or(other.outbox),
            smtp: self.smtp.or(other.smtp),
            smtp_from: self.smtp_from.or(other.smtp_from),
            sms_webhook: self.sms_webhook.or(other.sms_webhook),
            sms_webhook_key_file: self.sms_webhook_key_file.or(other.sms_webhook_key_file),
            access_key: if self.access_key.is_empty() {
                other.access_key
            } else {
                self.access_key
            },
            log: self.log.or(other.log),
        }
    }
}

impl Place {
    fn or(self, other: Self) -> Self {
        Self {
            config: self.config.or(other.config),
            data: self.data.or(other.data),
            store: self.store.or(other.store),
        }
    }
}
