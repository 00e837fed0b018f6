//! The home of what follows a decision once it is saved: send, ask, or report.

use std::collections::BTreeMap;

use countersign_core::{Act, Ending, Evidence, MfaType, Outcome, Prompt, Refusal, UnixTime};

use super::super::session::{Owner, Session, Stage};
use super::super::{Outgoing, Service, details_of};
use super::{NextStep, Progress, SignedIn};
use crate::Error;
use crate::delivery::Purpose;
use crate::pool::{ContactAttribute, Pool};
use crate::user::{Address, User, UserView, attribute_of};

/// What a decision on the record leaves to do after the save.
pub(super) enum Decided {
    Machine(Outcome, Box<Aftermath>),
    NewPassword(UnixTime, BTreeMap<String, String>),
}

/// What is needed of the record after the save.
pub(super) struct Aftermath {
    user: UserView,
    device_name: Option<String>,
    email: Option<String>,
    sms_address: Option<Address>,
    email_address: Option<Address>,
    now: UnixTime,
}

impl Service {
    /// Acts on what was decided and saved: sends, seals the next session, or reports.
    pub(super) async fn proceed(
        &self,
        pool: &Pool,
        owner: Owner,
        decided: Decided,
    ) -> Result<Progress, Error> {
        match decided {
            Decided::NewPassword(now, attributes) => {
                let expires_at = now.plus_secs(pool.policy.step_secs).secs();
                let stage = Stage::NewPassword { expires_at };
                self.pending(owner, stage, NextStep::NewPasswordRequired(attributes))
            }
            Decided::Machine(Outcome::SignedIn(proof), after) => {
                let Owner {
                    pool,
                    client,
                    username,
                    ..
                } = owner;
                let user = after.user;
                let next_step = NextStep::Done(SignedIn {
                    proof,
                    pool,
                    client,
                    user,
                });
                Ok(Progress {
                    username,
                    session: None,
                    next_step,
                })
            }
            Decided::Machine(Outcome::Ended(ending), _) => Err(ending_error(ending)),
            Decided::Machine(
                Outcome::Continue {
                    act: Act::Refuse(refusal),
                    sign_in,
                },
                _,
            ) => Err(refusal_error(refusal, sign_in.prompt())),
            Decided::Machine(Outcome::Continue { act, sign_in }, after) => {
                let next_step = self.act(act, sign_in.prompt(), &after).await?;
                self.pending(
                    owner,
                    Stage::second_factor(&sign_in, after.email),
                    next_step,
                )
            }
        }
    }

    /// Does what the machine asks for, and says what the client has to do next.
    async fn act(&self, act: Act, prompt: Prompt, after: &Aftermath) -> Result<NextStep, Error> {
        match act {
            Act::Deliver(factor, code) => {
                let address = after.address_for(prompt, factor)?;
                let (purpose, at) = (Purpose::SignIn, after.now);
                let sent = self
                    .send(Outgoing {
                        address,
                        purpose,
                        code,
                        at,
                    })
                    .await?;
                Ok(match factor {
                    MfaType::Sms => NextStep::ConfirmWithSmsCode(sent),
                    MfaType::Email | MfaType::Totp => NextStep::ConfirmWithEmailCode(sent),
                })
            }
            Act::ShowSecret(secret) => Ok(NextStep::ConfirmTotpSetUp(secret)),
            Act::Ask | Act::Refuse(_) => after.prompt(prompt),
        }
    }

    fn pending(&self, owner: Owner, stage: Stage, next_step: NextStep) -> Result<Progress, Error> {
        let session = Session { owner, stage };
        let sealed = self.seal_session(&session)?;
        Ok(Progress {
            username: session.owner.username,
            session: Some(sealed),
            next_step,
        })
    }
}

impl Aftermath {
    pub(super) fn of(user: &User, email: Option<String>, now: UnixTime) -> Self {
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
            Prompt::RecoveryCode => NextStep::ConfirmWithRecoveryCode,
            Prompt::SelectFactor(offered) => NextStep::SelectMfa(offered),
            Prompt::SetUp(offered) => NextStep::SetUpMfa(offered),
            Prompt::Complete => NextStep::CompleteSetUp,
        })
    }
}

/// Writes into the record what the outcome says about the user's addresses and authenticator.
pub(super) fn note_in_record(
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
        Evidence::Code(_) | Evidence::Recovery | Evidence::SetUp(_) | Evidence::NotRequired => {
            return;
        }
    }
    user.modified_at = now.secs();
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
