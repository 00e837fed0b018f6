//! The home of `sign_in` and `confirm_sign_in`: from a right password to what may issue tokens.

mod input;
mod outcome;

use std::collections::BTreeMap;
use std::fmt;

use countersign_core::{
    Context, Evidence, FirstFactorVerified, MfaSet, MfaType, SecondFactorVerified, SharedSecret,
    SignIn, UnixTime,
};

use super::attributes::{check_attributes, check_size};
use super::session::{Owner, Session, Stage, is_over};
use input::Input;
pub(super) use input::{device_name, parse_code};
use outcome::{Aftermath, Decided, note_in_record};

use super::{CodeDeliveryDetails, Service, account_id};
use crate::Error;
use crate::pool::{ContactAttribute, Pool};
use crate::random::{draw, entropy};
use crate::records::Change;
use crate::srp::{PasswordProven, PasswordVerifier};
use crate::user::{PasswordFailures, User, UserStatus, UserView};
use crate::username::folded;

/// Where a sign-in stands. `Debug` leaves out the session, which whoever holds it can answer.
pub struct Progress {
    /// The user's name, as it was given at first.
    pub username: String,
    /// What to present with the next answer; absent once there is nothing more to answer.
    pub session: Option<String>,
    /// What to do next.
    pub next_step: NextStep,
}

/// The sign-in steps of Amplify's story. `Debug` names the step and shows nothing of the user.
#[non_exhaustive]
pub enum NextStep {
    /// A code was sent by text message; answer with [`Answer::Code`].
    ConfirmWithSmsCode(CodeDeliveryDetails),
    /// Answer with a code of the authenticator, which was given this name.
    ConfirmWithTotpCode(Option<String>),
    /// A code was sent by e-mail; answer with [`Answer::Code`].
    ConfirmWithEmailCode(CodeDeliveryDetails),
    /// No factor can be used: every one is locked, cannot be reached, or had too many codes sent.
    /// Answer with [`Answer::RecoveryCode`].
    ConfirmWithRecoveryCode,
    /// Choose one of these with [`Answer::SelectMfa`].
    SelectMfa(MfaSet),
    /// Set up one of these with [`Answer::SetUpTotp`] or [`Answer::SetUpEmail`].
    SetUpMfa(MfaSet),
    /// Put this secret into an authenticator and answer with its first code.
    ConfirmTotpSetUp(SharedSecret),
    /// The authenticator is set up; answer with [`Answer::Complete`].
    CompleteSetUp,
    /// Choose a new password with [`Answer::NewPassword`]. These attributes are on file.
    NewPasswordRequired(BTreeMap<String, String>),
    /// Signed in.
    Done(SignedIn),
}

/// What a client answers.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Answer<'a> {
    /// A code, and the factor that the client takes it for, if it says so.
    Code(Option<MfaType>, &'a str),
    /// A recovery code, in place of a factor's code or of a choice of factor.
    RecoveryCode(&'a str),
    /// The factor to use.
    SelectMfa(MfaType),
    /// Set up an authenticator.
    SetUpTotp,
    /// The first code of the authenticator, and a name for it.
    TotpSetUpCode(&'a str, Option<&'a str>),
    /// Set up e-mail to this address.
    SetUpEmail(&'a str),
    /// Send the code again.
    Resend,
    /// End a sign-in whose set-up is done.
    Complete,
    /// The new password, and attributes to set with it.
    NewPassword(&'a str, &'a BTreeMap<String, String>),
}

/// A sign-in that succeeded. Only this crate makes one; [`Service::issue`] takes it by value.
#[derive(Debug)]
pub struct SignedIn {
    pub(super) proof: SecondFactorVerified,
    pub(super) pool: String,
    pub(super) client: String,
    pub(super) user: UserView,
}

impl SignedIn {
    /// Who signed in.
    #[must_use]
    pub const fn user(&self) -> &UserView {
        &self.user
    }

    /// What was shown as the second factor.
    #[must_use]
    pub const fn evidence(&self) -> Evidence {
        self.proof.evidence()
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress")
            .field("next_step", &self.next_step)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for NextStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ConfirmWithSmsCode(_) => "ConfirmWithSmsCode",
            Self::ConfirmWithTotpCode(_) => "ConfirmWithTotpCode",
            Self::ConfirmWithEmailCode(_) => "ConfirmWithEmailCode",
            Self::ConfirmWithRecoveryCode => "ConfirmWithRecoveryCode",
            Self::SelectMfa(_) => "SelectMfa",
            Self::SetUpMfa(_) => "SetUpMfa",
            Self::ConfirmTotpSetUp(_) => "ConfirmTotpSetUp",
            Self::CompleteSetUp => "CompleteSetUp",
            Self::NewPasswordRequired(_) => "NewPasswordRequired",
            Self::Done(_) => "Done",
        })
    }
}

impl Service {
    /// Signs in with a user name and a password, up to the first thing to answer.
    ///
    /// # Errors
    /// [`Error::UserNotFound`] and [`Error::WrongPassword`], which take equally long;
    /// [`Error::PasswordBlocked`]; the user's state ([`Error::UserNotConfirmed`], …); what keeps
    /// the second factor from being asked for ([`Error::FactorsLocked`],
    /// [`Error::TooManyDeliveries`], [`Error::NoUsableFactor`], [`Error::Undeliverable`]).
    pub async fn sign_in(
        &self,
        pool: &Pool,
        client: &str,
        username: &str,
        password: &str,
    ) -> Result<Progress, Error> {
        let proven = self.check_password(pool, username, password).await?;
        self.after_password(pool, client, proven, None).await
    }

    /// Answers what a sign-in asks for.
    ///
    /// After an error that is about the answer, the same session stays good for another try.
    ///
    /// # Errors
    /// [`Error::SessionInvalid`], [`Error::SessionExpired`], [`Error::SessionSpent`] about the
    /// session; [`Error::CodeMismatch`], [`Error::CodeAlreadyUsed`], [`Error::CodeExpired`],
    /// [`Error::CodesBlocked`], [`Error::SetUpCodeMismatch`], … about the answer.
    pub async fn confirm_sign_in(
        &self,
        pool: &Pool,
        client: &str,
        session: &str,
        answer: Answer<'_>,
    ) -> Result<Progress, Error> {
        let session = self.open_session(pool, client, session)?;
        match (&session.stage, answer) {
            (Stage::NewPassword { .. }, Answer::NewPassword(password, attributes)) => {
                self.set_new_password(pool, &session, password, attributes)
                    .await
            }
            (Stage::SecondFactor { sign_in, email }, answer) => {
                let sign_in = SignIn::decode(sign_in).map_err(|_| Error::SessionInvalid)?;
                self.advance(pool, &session, sign_in, email.as_deref(), answer)
                    .await
            }
            _ => Err(Error::NotAsked),
        }
    }

    /// Everything between a right password and the first thing to answer.
    pub(super) async fn after_password(
        &self,
        pool: &Pool,
        client: &str,
        proven: Proven,
        exchange: Option<[u8; 16]>,
    ) -> Result<Progress, Error> {
        let mut username = String::new();
        let decided = self
            .change_user(pool, proven.who.identity(), |user, now| {
                username.clone_from(&user.username);
                if user.sub != proven.sub || user.password_version != proven.version {
                    return Err(Error::WrongPassword);
                }
                if let Some(exchange) = exchange {
                    user.spend_exchange(exchange)?;
                }
                // Again, since others may have failed while this one was computed: of a burst of
                // guesses no more are let through than one after the other.
                user.password_failures.admit(now)?;
                check_state(user, now)?;
                user.password_failures = PasswordFailures::default();
                if user.status == UserStatus::ForceChangePassword {
                    let attributes = user.attributes.clone();
                    return Ok(Change::Save(Decided::NewPassword(now, attributes)));
                }
                self.begin(pool, user, now).map(Change::Save)
            })
            .await?;
        let owner = Owner {
            pool: pool.id.clone(),
            client: client.to_owned(),
            username,
            sub: proven.sub,
            password_version: proven.version,
        };
        self.proceed(pool, owner, decided).await
    }

    fn begin(&self, pool: &Pool, user: &mut User, now: UnixTime) -> Result<Decided, Error> {
        let context = Context {
            policy: &pool.policy,
            contacts: user.contacts(),
            now,
        };
        let first = FirstFactorVerified::vouch(account_id(&user.sub));
        let fresh = entropy(self.random())?;
        let step = SignIn::begin(first, user.mfa.clone(), &context, fresh);
        user.mfa = step.account().clone();
        // The outcome is acted on by the caller, which gets it only once the record is saved.
        Ok(Decided::Machine(
            step.after_saving(),
            Box::new(Aftermath::of(user, None, now)),
        ))
    }

    async fn advance(
        &self,
        pool: &Pool,
        session: &Session,
        sign_in: SignIn,
        email: Option<&str>,
        answer: Answer<'_>,
    ) -> Result<Progress, Error> {
        let input = Input::parse(&sign_in, answer)?;
        let stored = sign_in.encode();
        let device_name = input.device_name.clone();
        let email = input
            .email
            .as_ref()
            .map(|address| address.as_str().to_owned())
            .or_else(|| email.map(str::to_owned));
        let decided = self
            .change_user(pool, &session.owner.username, |user, now| {
                if !session.owner.is(user) {
                    return Err(Error::SessionInvalid);
                }
                check_state(user, now)?;
                let sign_in = SignIn::decode(&stored).map_err(|_| Error::SessionInvalid)?;
                let context = Context {
                    policy: &pool.policy,
                    contacts: user.contacts(),
                    now,
                };
                let fresh = entropy(self.random())?;
                let step = sign_in.handle(input.event(), user.mfa.clone(), &context, fresh);
                user.mfa = step.account().clone();
                let outcome = step.after_saving();
                note_in_record(
                    user,
                    &outcome,
                    email.as_deref(),
                    device_name.as_deref(),
                    now,
                );
                let aftermath = Box::new(Aftermath::of(user, email.clone(), now));
                Ok(Change::Save(Decided::Machine(outcome, aftermath)))
            })
            .await?;
        self.proceed(pool, session.owner.clone(), decided).await
    }

    /// Sets the password that replaces a temporary one, then goes on as after any right password.
    async fn set_new_password(
        &self,
        pool: &Pool,
        session: &Session,
        password: &str,
        attributes: &BTreeMap<String, String>,
    ) -> Result<Progress, Error> {
        let Stage::NewPassword { expires_at } = session.stage else {
            return Err(Error::NotAsked);
        };
        if is_over(self.now()?, expires_at) {
            return Err(Error::SessionExpired);
        }
        pool.passwords.check(password)?;
        let mut owner = session.owner.clone();
        let verifier = self
            .new_verifier(pool, &session.owner.username, password)
            .await?;
        let decided = self
            .change_user(pool, &session.owner.username, |user, now| {
                if !session.owner.is(user) {
                    return Err(Error::SessionSpent);
                }
                check_state(user, now)?;
                user.set_verifier(&verifier, now);
                user.status = UserStatus::Confirmed;
                user.add_attributes(attributes)?;
                owner.password_version = user.password_version;
                self.begin(pool, user, now).map(Change::Save)
            })
            .await?;
        self.proceed(pool, owner, decided).await
    }
}

impl Owner {
    /// Whether `user` is still whose session it is, under the same password.
    fn is(&self, user: &User) -> bool {
        user.sub == self.sub && user.password_version == self.password_version
    }
}

impl User {
    /// Adds the attributes that come with a first password of one's own. What an administrator
    /// has put in place stays: a temporary password must not be enough to redirect the codes of
    /// the second factor.
    fn add_attributes(&mut self, attributes: &BTreeMap<String, String>) -> Result<(), Error> {
        check_attributes(attributes)?;
        for (name, value) in attributes {
            if self.attributes.get(name).is_some_and(|on| on != value) {
                return Err(Error::InvalidParameter(
                    "An attribute that has a value cannot be changed here.".to_owned(),
                ));
            }
            let contact = ContactAttribute::from_name(name);
            if let Some(contact) = contact.filter(|_| !self.attributes.contains_key(name)) {
                self.set_verified(contact, false);
            }
            self.attributes.insert(name.clone(), value.clone());
        }
        check_size(&self.attributes)
    }
}

/// A password that was proven, of which user, and which password of theirs.
pub(super) struct Proven {
    pub(super) who: PasswordProven,
    pub(super) sub: String,
    pub(super) version: u32,
}

/// Whether the user may sign in at all.
pub(super) fn check_state(user: &User, now: UnixTime) -> Result<(), Error> {
    if !user.enabled {
        return Err(Error::UserDisabled);
    }
    match user.status {
        UserStatus::Confirmed => Ok(()),
        UserStatus::Unconfirmed => Err(Error::UserNotConfirmed),
        UserStatus::ResetRequired => Err(Error::PasswordResetRequired),
        UserStatus::ForceChangePassword => {
            if user
                .temporary_until
                .is_some_and(|until| is_over(now, until))
            {
                return Err(Error::TemporaryPasswordExpired);
            }
            Ok(())
        }
    }
}

impl Service {
    /// The verifier of a password that shall be set, computed off the async threads. It is bound
    /// to the folded name, as every check of it is.
    pub(super) async fn new_verifier(
        &self,
        pool: &Pool,
        username: &str,
        password: &str,
    ) -> Result<PasswordVerifier, Error> {
        let salt = *draw(self.random())?;
        let (realm, identity) = (pool.realm.clone(), folded(username)?);
        let password = zeroize::Zeroizing::new(password.to_owned());
        self.compute(move || PasswordVerifier::new(&realm, &identity, &password, salt))
            .await
    }
}
