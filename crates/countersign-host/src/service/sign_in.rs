//! The home of `sign_in` and `confirm_sign_in`: from a right password to what may issue tokens.

use std::collections::BTreeMap;

use countersign_core::{
    Act, Code, Context, Ending, Event, Evidence, FirstFactorVerified, MfaSet, MfaType, Outcome,
    Prompt, Refusal, SecondFactorVerified, SharedSecret, SignIn, UnixTime,
};

use super::session::{Session, Stage, is_over};
use super::{CodeDeliveryDetails, Outgoing, Service, account_id, details_of};
use crate::Error;
use crate::delivery::Purpose;
use crate::pool::{ContactAttribute, Pool};
use crate::random::{draw, entropy};
use crate::records::Change;
use crate::srp::{PasswordProven, PasswordVerifier};
use crate::user::{Address, User, UserStatus, UserView, attribute_of};

/// Where a sign-in stands.
#[derive(Debug)]
pub struct Progress {
    /// The user's name, as it was given at first.
    pub username: String,
    /// What to present with the next answer; absent once there is nothing more to answer.
    pub session: Option<String>,
    /// What to do next.
    pub next_step: NextStep,
}

/// The sign-in steps of Amplify's story.
#[derive(Debug)]
#[non_exhaustive]
pub enum NextStep {
    /// A code was sent by text message; answer with [`Answer::Code`].
    ConfirmWithSmsCode(CodeDeliveryDetails),
    /// Answer with a code of the authenticator, which was given this name.
    ConfirmWithTotpCode(Option<String>),
    /// A code was sent by e-mail; answer with [`Answer::Code`].
    ConfirmWithEmailCode(CodeDeliveryDetails),
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

/// What a decision on the record leaves to do after the save.
enum Decided {
    Machine(Outcome, Box<Aftermath>),
    NewPassword(u32, UnixTime, BTreeMap<String, String>),
}

/// What is needed of the record after the save.
struct Aftermath {
    user: UserView,
    device_name: Option<String>,
    email: Option<String>,
    sms_address: Option<Address>,
    email_address: Option<Address>,
    now: UnixTime,
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
        let decided = self
            .change_user(pool, proven.who.identity(), |user, now| {
                if user.sub != proven.sub || user.password_version != proven.version {
                    return Err(Error::WrongPassword);
                }
                if let Some(exchange) = exchange {
                    user.spend_exchange(exchange)?;
                }
                check_state(user, now)?;
                user.password_failures = Default::default();
                if user.status == UserStatus::ForceChangePassword {
                    let version = user.password_version;
                    let attributes = user.attributes.clone();
                    return Ok(Change::Save(Decided::NewPassword(version, now, attributes)));
                }
                self.begin(pool, user, now).map(Change::Save)
            })
            .await?;
        let session = Session {
            pool: pool.id.clone(),
            client: client.to_owned(),
            username: proven.who.identity().to_owned(),
            sub: proven.sub,
            stage: Stage::NewPassword {
                password_version: 0,
                expires_at: 0,
            },
        };
        self.proceed(pool, session, decided).await
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
            .change_user(pool, &session.username, |user, now| {
                if user.sub != session.sub {
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
        let session = Session {
            pool: session.pool.clone(),
            client: session.client.clone(),
            username: session.username.clone(),
            sub: session.sub.clone(),
            stage: Stage::NewPassword {
                password_version: 0,
                expires_at: 0,
            },
        };
        self.proceed(pool, session, decided).await
    }

    /// Sets the password that replaces a temporary one, then goes on as after any right password.
    async fn set_new_password(
        &self,
        pool: &Pool,
        session: &Session,
        password: &str,
        attributes: &BTreeMap<String, String>,
    ) -> Result<Progress, Error> {
        let Stage::NewPassword {
            password_version,
            expires_at,
        } = session.stage
        else {
            return Err(Error::NotAsked);
        };
        if is_over(self.now()?, expires_at) {
            return Err(Error::SessionExpired);
        }
        pool.passwords.check(password)?;
        for (name, value) in attributes {
            if let Some(contact) = ContactAttribute::from_name(name) {
                Address::parse(contact, value)?;
            }
        }
        let verifier = self.new_verifier(pool, &session.username, password).await?;
        let decided = self
            .change_user(pool, &session.username, |user, now| {
                let expected = user.password_version == password_version;
                if user.sub != session.sub || !expected {
                    return Err(Error::SessionSpent);
                }
                check_state(user, now)?;
                user.set_verifier(&verifier, now);
                user.status = UserStatus::Confirmed;
                for (name, value) in attributes {
                    user.attributes.insert(name.clone(), value.clone());
                    if let Some(contact) = ContactAttribute::from_name(name) {
                        user.set_verified(contact, false);
                    }
                }
                self.begin(pool, user, now).map(Change::Save)
            })
            .await?;
        let session = Session {
            pool: session.pool.clone(),
            client: session.client.clone(),
            username: session.username.clone(),
            sub: session.sub.clone(),
            stage: Stage::NewPassword {
                password_version: 0,
                expires_at: 0,
            },
        };
        self.proceed(pool, session, decided).await
    }

    /// Acts on what was decided and saved: sends, seals the next session, or reports.
    async fn proceed(
        &self,
        pool: &Pool,
        mut session: Session,
        decided: Decided,
    ) -> Result<Progress, Error> {
        let (outcome, after) = match decided {
            Decided::NewPassword(password_version, now, attributes) => {
                let expires_at = now.plus_secs(pool.policy.step_secs).secs();
                session.stage = Stage::NewPassword {
                    password_version,
                    expires_at,
                };
                return self.pending(session, NextStep::NewPasswordRequired(attributes));
            }
            Decided::Machine(outcome, after) => (outcome, after),
        };
        let (sign_in, act) = match outcome {
            Outcome::SignedIn(proof) => {
                let Session {
                    pool,
                    client,
                    username,
                    ..
                } = session;
                let user = after.user;
                let next_step = NextStep::Done(SignedIn {
                    proof,
                    pool,
                    client,
                    user,
                });
                return Ok(Progress {
                    username,
                    session: None,
                    next_step,
                });
            }
            Outcome::Ended(ending) => return Err(ending_error(ending)),
            Outcome::Continue {
                act: Act::Refuse(refusal),
                sign_in,
            } => {
                return Err(refusal_error(refusal, sign_in.prompt()));
            }
            Outcome::Continue { sign_in, act } => (sign_in, act),
        };
        session.stage = Stage::second_factor(&sign_in, after.email.clone());
        let next_step = match act {
            Act::Deliver(factor, code) => {
                let address = after.address_for(sign_in.prompt(), factor)?;
                let at = after.now;
                let sent = self
                    .send(Outgoing {
                        address,
                        purpose: Purpose::SignIn,
                        code,
                        at,
                    })
                    .await?;
                match factor {
                    MfaType::Sms => NextStep::ConfirmWithSmsCode(sent),
                    MfaType::Email | MfaType::Totp => NextStep::ConfirmWithEmailCode(sent),
                }
            }
            Act::ShowSecret(secret) => NextStep::ConfirmTotpSetUp(secret),
            Act::Ask | Act::Refuse(_) => after.prompt(sign_in.prompt())?,
        };
        self.pending(session, next_step)
    }

    fn pending(&self, session: Session, next_step: NextStep) -> Result<Progress, Error> {
        let sealed = self.seal_session(&session)?;
        Ok(Progress {
            username: session.username,
            session: Some(sealed),
            next_step,
        })
    }
}

impl Aftermath {
    fn of(user: &User, email: Option<String>, now: UnixTime) -> Self {
        Self {
            user: user.view(),
            device_name: user.device_name.clone(),
            email,
            sms_address: user.address(ContactAttribute::PhoneNumber),
            email_address: user.address(ContactAttribute::Email),
            now,
        }
    }

    /// Where a code goes: to the address that is being set up, or to the one on file.
    fn address_for(&self, prompt: Prompt, factor: MfaType) -> Result<Address, Error> {
        let address = match (prompt, factor) {
            (Prompt::EmailSetUpCode(_), _) => {
                let text = self.email.as_deref().ok_or(Error::NoUsableFactor)?;
                Some(Address::parse(ContactAttribute::Email, text)?)
            }
            (_, MfaType::Sms) => self.sms_address.clone(),
            (_, MfaType::Email | MfaType::Totp) => self.email_address.clone(),
        };
        address.ok_or(Error::NoUsableFactor)
    }

    /// What a prompt comes to for a client. A prompt for a delivered code stands here only when
    /// nothing new was sent for it.
    fn prompt(&self, prompt: Prompt) -> Result<NextStep, Error> {
        Ok(match prompt {
            Prompt::Code(MfaType::Totp) | Prompt::TotpSetUpCode => {
                NextStep::ConfirmWithTotpCode(self.device_name.clone())
            }
            Prompt::Code(MfaType::Sms) => {
                NextStep::ConfirmWithSmsCode(details_of(&self.address_for(prompt, MfaType::Sms)?))
            }
            Prompt::Code(MfaType::Email) | Prompt::EmailSetUpCode(_) => {
                let address = self.address_for(prompt, MfaType::Email)?;
                NextStep::ConfirmWithEmailCode(details_of(&address))
            }
            Prompt::SelectFactor(offered) => NextStep::SelectMfa(offered),
            Prompt::SetUp(offered) => NextStep::SetUpMfa(offered),
            Prompt::Complete => NextStep::CompleteSetUp,
        })
    }
}

/// An answer, parsed: whatever is malformed is refused before anything is loaded or spent.
struct Input {
    kind: Kind,
    email: Option<Address>,
    device_name: Option<String>,
}

enum Kind {
    Code(Code),
    Select(MfaType),
    SetUpTotp,
    SetUpEmail,
    Resend,
    Complete,
}

impl Input {
    fn parse(sign_in: &SignIn, answer: Answer<'_>) -> Result<Self, Error> {
        let mut input = Self {
            kind: Kind::Complete,
            email: None,
            device_name: None,
        };
        input.kind = match answer {
            Answer::Code(taken_for, text) => {
                let asked = match sign_in.prompt() {
                    Prompt::Code(factor) => factor,
                    Prompt::EmailSetUpCode(_) => MfaType::Email,
                    _ => return Err(Error::NotAsked),
                };
                if taken_for.is_some_and(|factor| factor != asked) {
                    return Err(Error::NotAsked);
                }
                Kind::Code(parse_code(text)?)
            }
            Answer::TotpSetUpCode(text, name) => {
                if !matches!(sign_in.prompt(), Prompt::TotpSetUpCode) {
                    return Err(Error::SetUpNotStarted);
                }
                input.device_name = name.map(device_name).transpose()?;
                Kind::Code(parse_code(text)?)
            }
            Answer::SetUpEmail(text) => {
                input.email = Some(Address::parse(ContactAttribute::Email, text)?);
                Kind::SetUpEmail
            }
            Answer::SelectMfa(factor) => Kind::Select(factor),
            Answer::SetUpTotp => Kind::SetUpTotp,
            Answer::Resend => Kind::Resend,
            Answer::Complete => Kind::Complete,
            Answer::NewPassword(..) => return Err(Error::NotAsked),
        };
        Ok(input)
    }

    fn event(&self) -> Event<'_> {
        match (&self.kind, &self.email) {
            (Kind::Code(code), _) => Event::Code(code),
            (Kind::Select(factor), _) => Event::SelectFactor(*factor),
            (Kind::SetUpTotp, _) => Event::SetUpTotp,
            (Kind::SetUpEmail, Some(address)) => Event::SetUpEmail(address.destination()),
            (Kind::Resend, _) => Event::Resend,
            (Kind::Complete | Kind::SetUpEmail, _) => Event::Complete,
        }
    }
}

/// A code as it was typed: digits only, nothing trimmed.
pub(super) fn parse_code(text: &str) -> Result<Code, Error> {
    Code::parse(text).map_err(|_| {
        Error::InvalidParameter("The code must be 6 digits, without spaces.".to_owned())
    })
}

/// A name for an authenticator, of a length that cannot fill the store.
pub(super) fn device_name(text: &str) -> Result<String, Error> {
    if text.len() > MAX_DEVICE_NAME || text.chars().any(char::is_control) {
        return Err(Error::InvalidParameter(
            "The device name must have at most 256 bytes and no control characters.".to_owned(),
        ));
    }
    Ok(text.to_owned())
}

/// A password that was proven, of which user, and which password of theirs.
pub(super) struct Proven {
    pub(super) who: PasswordProven,
    pub(super) sub: String,
    pub(super) version: u32,
}

/// Writes into the record what the outcome says about the user's addresses and authenticator.
fn note_in_record(
    user: &mut User,
    outcome: &Outcome,
    email: Option<&str>,
    device_name: Option<&str>,
    now: UnixTime,
) {
    let evidence = match outcome {
        Outcome::SignedIn(proof) => proof.evidence(),
        Outcome::Continue {
            sign_in,
            act: Act::Ask,
        } if sign_in.prompt() == Prompt::Complete => {
            user.device_name = device_name.map(str::to_owned);
            return;
        }
        _ => return,
    };
    match evidence {
        Evidence::SetUp(MfaType::Email) => {
            if let Some(email) = email {
                let name = ContactAttribute::Email.name().to_owned();
                user.attributes.insert(name, email.to_owned());
                user.set_verified(ContactAttribute::Email, true);
            }
        }
        // The code came back, so the address is the user's.
        Evidence::Code(factor) if factor.is_delivered() => {
            user.set_verified(attribute_of(factor), true);
        }
        Evidence::Code(_) | Evidence::SetUp(_) | Evidence::NotRequired => return,
    }
    user.modified_at = now.secs();
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

fn ending_error(ending: Ending) -> Error {
    match ending {
        Ending::Expired => Error::SessionExpired,
        Ending::Spent => Error::SessionSpent,
        Ending::OtherAccount => Error::SessionInvalid,
        Ending::Locked => Error::FactorsLocked,
        Ending::NoUsableFactor => Error::NoUsableFactor,
        Ending::TooManyDeliveries => Error::TooManyDeliveries,
    }
}

fn refusal_error(refusal: Refusal, prompt: Prompt) -> Error {
    match refusal {
        Refusal::WrongCode if prompt == Prompt::TotpSetUpCode => Error::SetUpCodeMismatch,
        Refusal::WrongCode => Error::CodeMismatch,
        Refusal::AlreadyUsed => Error::CodeAlreadyUsed,
        Refusal::CodeExpired => Error::CodeExpired,
        Refusal::Blocked(blocked) => Error::CodesBlocked(blocked),
        Refusal::NotOffered => Error::NotOffered,
        Refusal::NotAsked => Error::NotAsked,
        Refusal::TooManyDeliveries => Error::TooManyDeliveries,
        Refusal::SetUpNotStarted => Error::SetUpNotStarted,
    }
}

impl Service {
    /// The verifier of a password that shall be set, computed off the async threads.
    pub(super) async fn new_verifier(
        &self,
        pool: &Pool,
        username: &str,
        password: &str,
    ) -> Result<PasswordVerifier, Error> {
        let salt = *draw(self.random())?;
        let (realm, username) = (pool.realm.clone(), username.to_owned());
        let password = zeroize::Zeroizing::new(password.to_owned());
        Self::compute(move || PasswordVerifier::new(&realm, &username, &password, salt)).await
    }
}

/// Bytes in an authenticator's name at most.
const MAX_DEVICE_NAME: usize = 256;
