//! The `countersign user` commands.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use countersign_cognito::Directory;
use countersign_host::delivery::NotConfigured;
use countersign_host::{ContactAttribute, Error, NewUser, Pool, Service};

use crate::failure::Failure;
use crate::installation::Installation;
use crate::options::Place;
use crate::password;
use crate::secret_input;
use crate::settings::Location;

/// One of the commands.
#[derive(Subcommand)]
pub(crate) enum UserCommand {
    /// Adds a user who can sign in at once
    Add {
        #[command(flatten)]
        who: Who,
        /// Read the password from standard input; without this, one is made and printed
        #[arg(long)]
        password_stdin: bool,
        /// The user has to choose another password at the first sign-in
        #[arg(long)]
        temporary: bool,
        /// A mail address, known to be the user's
        #[arg(long, value_name = "ADDRESS")]
        email: Option<String>,
        /// A telephone number such as +15555550100, known to be the user's
        #[arg(long, value_name = "NUMBER")]
        phone: Option<String>,
    },
    /// Lets a user whose second factors are locked try again
    Unlock {
        #[command(flatten)]
        who: Who,
    },
    /// Takes a user's second factors away, for one who has lost them
    ResetMfa {
        #[command(flatten)]
        who: Who,
    },
}

/// Which user.
#[derive(Args)]
pub(crate) struct Who {
    /// The pool's identifier, such as `local_AbCdEfGhI`
    pool: String,
    /// The user's name
    name: String,
    #[command(flatten)]
    place: Place,
}

/// Runs a command.
///
/// # Errors
/// [`Failure`] says what is wrong with the user, or what stands in the way.
pub(crate) async fn run(command: UserCommand, out: &mut dyn Write) -> Result<ExitCode, Failure> {
    match command {
        UserCommand::Add {
            who,
            password_stdin,
            temporary,
            email,
            phone,
        } => {
            let given = if password_stdin {
                Some(secret_input::from_stdin()?)
            } else {
                None
            };
            let (service, pool, name) = who.find().await?;
            let password = match &given {
                Some(password) => password.clone(),
                None => password::generate(pool.passwords)?,
            };
            let new = Fresh {
                name: &name,
                password: &password,
                permanent: !temporary,
                attributes: attributes(email, phone),
            };
            let sub = add(&service, &pool, &new).await?;
            writeln!(out, "user      {name}")?;
            writeln!(out, "sub       {sub}")?;
            if given.is_none() {
                writeln!(out, "password  {}", *password)?;
            }
        }
        UserCommand::Unlock { who } => {
            let (service, pool, name) = who.find().await?;
            let done = service.unlock_mfa(&pool, &name).await;
            done.map_err(|error| refused(&error))?;
            writeln!(out, "{name} can try again")?;
        }
        UserCommand::ResetMfa { who } => {
            let (service, pool, name) = who.find().await?;
            let done = service.reset_mfa(&pool, &name).await;
            done.map_err(|error| refused(&error))?;
            writeln!(out, "{name} has no second factor now")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A user to be added.
pub(crate) struct Fresh<'a> {
    pub(crate) name: &'a str,
    pub(crate) password: &'a str,
    pub(crate) permanent: bool,
    pub(crate) attributes: BTreeMap<String, String>,
}

/// Adds a user and returns the `sub`.
///
/// # Errors
/// [`Failure`] if the name is taken or a value breaks a rule.
pub(crate) async fn add(
    service: &Service,
    pool: &Pool,
    user: &Fresh<'_>,
) -> Result<String, Failure> {
    let new = NewUser {
        username: user.name,
        temporary_password: Some(user.password),
        attributes: &user.attributes,
    };
    let made = service.create_user(pool, &new).await;
    let (view, _) = made.map_err(|error| refused(&error))?;
    if user.permanent {
        service
            .set_password(pool, user.name, user.password, true)
            .await
            .map_err(|error| refused(&error))?;
    }
    Ok(view.sub)
}

/// Addresses as attributes, verified, for whoever adds them knows whose they are.
pub(crate) fn attributes(email: Option<String>, phone: Option<String>) -> BTreeMap<String, String> {
    let mut attributes = BTreeMap::new();
    let given = [
        (ContactAttribute::Email, email),
        (ContactAttribute::PhoneNumber, phone),
    ];
    for (attribute, value) in given {
        if let Some(value) = value {
            attributes.insert(attribute.name().to_owned(), value);
            attributes.insert(attribute.verified_name().to_owned(), "true".to_owned());
        }
    }
    attributes
}

/// What the service says to it, with what to do.
pub(crate) fn refused(error: &Error) -> Failure {
    if error.is_internal() {
        return Failure::obstacle("the user cannot be changed").because(error);
    }
    let failure = Failure::input(error.to_string());
    match error {
        Error::UserNotFound => failure.next("Look at the name and the pool."),
        Error::UserExists => failure.next("Choose another name."),
        _ => failure,
    }
}

impl Who {
    async fn find(self) -> Result<(Service, Pool, String), Failure> {
        let installation = Installation::open(&Location::from_place(self.place)?).await?;
        let service = installation.service(Arc::new(NotConfigured));
        let directory = Directory::new(service.records().clone());
        let record = directory.pool(&self.pool).await.map_err(|error| {
            Failure::input(format!("the pool {} cannot be used", self.pool))
                .because(&error)
                .next("`countersign pool create` makes one; --data or --store say where.")
        })?;
        // No challenge is begun here, so their lifetime does not matter.
        Ok((service, record.host_pool(180), self.name))
    }
}
