//! The home of a client's answer as it is typed: parsed before anything is loaded or spent.

use countersign_core::{Code, Digits, Event, MfaType, Prompt, RecoveryCode, SignIn};

use super::Answer;
use crate::Error;
use crate::pool::ContactAttribute;
use crate::user::Address;

/// An answer, parsed: whatever is malformed is refused before anything is loaded or spent.
pub(super) struct Input {
    kind: Kind,
    pub(super) email: Option<Address>,
    pub(super) device_name: Option<String>,
}

enum Kind {
    Code(Code),
    Recovery(RecoveryCode),
    Select(MfaType),
    SetUpTotp,
    SetUpEmail,
    Resend,
    Complete,
}

impl Input {
    pub(super) fn parse(sign_in: &SignIn, answer: Answer<'_>) -> Result<Self, Error> {
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
            Answer::RecoveryCode(text) => Kind::Recovery(parse_recovery_code(text)?),
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

    pub(super) fn event(&self) -> Event<'_> {
        match (&self.kind, &self.email) {
            (Kind::Code(code), _) => Event::Code(code),
            (Kind::Recovery(code), _) => Event::RecoveryCode(code),
            (Kind::Select(factor), _) => Event::SelectFactor(*factor),
            (Kind::SetUpTotp, _) => Event::SetUpTotp,
            (Kind::SetUpEmail, Some(address)) => Event::SetUpEmail(address.destination()),
            (Kind::Resend, _) => Event::Resend,
            (Kind::Complete | Kind::SetUpEmail, _) => Event::Complete,
        }
    }
}

/// A code as it was typed: six digits, as every factor here has them, and nothing trimmed.
pub(in crate::service) fn parse_code(text: &str) -> Result<Code, Error> {
    Code::parse(text)
        .ok()
        .filter(|code| code.digits() == Digits::SIX)
        .ok_or_else(|| {
            Error::InvalidParameter("The code must be 6 digits, without spaces.".to_owned())
        })
}

fn parse_recovery_code(text: &str) -> Result<RecoveryCode, Error> {
    RecoveryCode::parse(text)
        .map_err(|error| Error::InvalidParameter(format!("The recovery code: {error}.")))
}

/// A name for an authenticator, of a length that cannot fill the store.
pub(in crate::service) fn device_name(text: &str) -> Result<String, Error> {
    if text.len() > MAX_DEVICE_NAME || text.chars().any(char::is_control) {
        return Err(Error::InvalidParameter(
            "The device name must have at most 256 bytes and no control characters.".to_owned(),
        ));
    }
    Ok(text.to_owned())
}

/// Bytes in an authenticator's name at most.
const MAX_DEVICE_NAME: usize = 256;
