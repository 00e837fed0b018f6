//! The home of codes for purposes other than sign-in: that an address is the user's, and that who
//! asks for a new password reads it.
//!
//! Anybody can ask for such a code, so what is delivered is counted apart from sign-in. A code is
//! bound to its purpose, the account and the address, replaced by the next one, guessed at five
//! times at most, and consumed in the same save as what it was asked for.

use super::{Outgoing, account_id};
use crate::Error;
use crate::delivery::Purpose;
use crate::pool::ContactAttribute;
use crate::random::{Random, entropy};
use crate::records::Change;
use crate::user::{Address, StoredPasscode, User};
use countersign_core::{
    AccountId, Code, Digits, Passcode, PasscodeVerdict, Policy, Scope, Sha256, Throttle,
    ThrottlePolicy, UnixTime,
};

/// What a code confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Confirmation {
    /// A sign-up.
    SignUp,
    /// That whoever chooses a new password reads a verified address.
    Reset,
    /// That this attribute's address is the user's.
    Verify(ContactAttribute),
}

impl Confirmation {
    /// The stored number, which never changes its meaning.
    pub(super) const fn number(self) -> u8 {
        let offset = match self {
            Self::SignUp => 0,
            Self::Reset => 1,
            Self::Verify(ContactAttribute::Email) => 2,
            Self::Verify(ContactAttribute::PhoneNumber) => 3,
        };
        Scope::FIRST_FREE + offset
    }

    const fn purpose(self) -> Purpose {
        match self {
            Self::SignUp => Purpose::SignUp,
            Self::Reset => Purpose::ResetPassword,
            Self::Verify(_) => Purpose::VerifyAttribute,
        }
    }

    /// Eight digits where a guess needs no password and wins the account: five guesses at each of
    /// twenty codes a day are then one chance in a million.
    const fn digits(self) -> Digits {
        match self {
            Self::Reset => Digits::EIGHT,
            Self::SignUp | Self::Verify(_) => Digits::SIX,
        }
    }

    const fn lifetime_secs(self) -> u32 {
        match self {
            Self::Reset => HOUR_SECS,
            Self::SignUp | Self::Verify(_) => DAY_SECS,
        }
    }

    /// The addresses that a code for this purpose may have gone to, as things stand now.
    fn addresses(self, user: &User, policy: &Policy) -> Vec<Address> {
        match self {
            Self::SignUp => ContactAttribute::ALL
                .into_iter()
                .filter_map(|attribute| user.address(attribute))
                .collect(),
            Self::Reset => user.recovery_addresses(policy).collect(),
            Self::Verify(attribute) => user.address_to_verify(attribute).into_iter().collect(),
        }
    }

    fn scope(self, account: AccountId, address: &Address) -> Scope {
        Scope {
            purpose: self.number(),
            binding: account.0,
            destination: address.destination(),
        }
    }
}

/// What came of asking for a code.
pub(super) enum Drawn {
    /// It is saved, and has to be sent.
    Code(Outgoing),
    /// Too many went to this address lately.
    TooMany(Address),
    /// There is no address that it may go to.
    NoAddress,
}

impl User {
    /// [`User::draw_confirmation`] for an address that may not be there.
    pub(super) fn draw(
        &mut self,
        confirmation: Confirmation,
        address: Option<Address>,
        policy: &ThrottlePolicy,
        now: UnixTime,
        random: &dyn Random,
    ) -> Result<Change<Drawn>, Error> {
        let Some(address) = address else {
            return Ok(Change::Keep(Drawn::NoAddress));
        };
        match self.draw_confirmation(confirmation, address.clone(), policy, now, random) {
            Ok(outgoing) => Ok(Change::Save(Drawn::Code(outgoing))),
            Err(Error::TooManyDeliveries) => Ok(Change::Keep(Drawn::TooMany(address))),
            Err(error) => Err(error),
        }
    }

    /// Draws a code to be sent to `address` once the record is saved, in place of any earlier one
    /// of the same purpose.
    ///
    /// # Errors
    /// [`Error::TooManyDeliveries`], [`Error::Random`].
    pub(super) fn draw_confirmation(
        &mut self,
        confirmation: Confirmation,
        address: Address,
        policy: &ThrottlePolicy,
        now: UnixTime,
        random: &dyn Random,
    ) -> Result<Outgoing, Error> {
        let fresh = entropy(random)?;
        let throttle = self.throttle_of(confirmation);
        if !throttle.spend_delivery(address.factor(), policy, now) {
            return Err(Error::TooManyDeliveries);
        }
        let scope = confirmation.scope(account_id(&self.sub), &address);
        let (passcode, code) = Passcode::issue::<Sha256>(
            scope,
            confirmation.digits(),
            now,
            confirmation.lifetime_secs(),
            fresh,
        );
        self.confirmations
            .insert(confirmation.number(), StoredPasscode(passcode));
        Ok(Outgoing {
            address,
            purpose: confirmation.purpose(),
            code,
            at: now,
        })
    }

    /// Compares `code`. If it is right it is consumed, and `then` runs with the address that it
    /// was sent to; the change that comes out saves both at once, or the guess that was spent.
    pub(super) fn confirm(
        &mut self,
        confirmation: Confirmation,
        code: &Code,
        policy: &Policy,
        now: UnixTime,
        then: impl FnOnce(&mut Self, &Address) -> Result<(), Error>,
    ) -> Result<Change<Result<(), Error>>, Error> {
        let number = confirmation.number();
        let account = account_id(&self.sub);
        let addresses = confirmation.addresses(self, policy);
        let Some(StoredPasscode(passcode)) = self.confirmations.get_mut(&number) else {
            return Ok(Change::Keep(Err(Error::CodeExpired)));
        };
        let sent_to = addresses.into_iter().find_map(|address| {
            let scope = confirmation.scope(account, &address);
            passcode.is_live(&scope, now).then_some((address, scope))
        });
        let Some((address, scope)) = sent_to else {
            self.confirmations.remove(&number);
            return Ok(Change::Save(Err(Error::CodeExpired)));
        };
        match passcode.answer::<Sha256>(code, &scope, now) {
            PasscodeVerdict::Accepted => {
                self.confirmations.remove(&number);
                self.throttle_of(confirmation)
                    .delivery_answered(address.factor());
                then(self, &address)?;
                self.modified_at = now.secs();
                Ok(Change::Save(Ok(())))
            }
            PasscodeVerdict::Mismatch => {
                if !passcode.is_live(&scope, now) {
                    self.confirmations.remove(&number);
                }
                Ok(Change::Save(Err(Error::CodeMismatch)))
            }
            PasscodeVerdict::Expired => {
                self.confirmations.remove(&number);
                Ok(Change::Save(Err(Error::CodeExpired)))
            }
        }
    }

    const fn throttle_of(&mut self, confirmation: Confirmation) -> &mut Throttle {
        match confirmation {
            Confirmation::Reset => &mut self.reset_throttle,
            Confirmation::SignUp | Confirmation::Verify(_) => &mut self.confirmation_throttle,
        }
    }

    /// Where a code for a new password may go: verified addresses, but none that sign-in then sends
    /// a code to as well, or reading it alone would win the account.
    pub(super) fn recovery_addresses(&self, policy: &Policy) -> impl Iterator<Item = Address> {
        let enabled = self.mfa.factors_asked_for(&self.contacts(), policy);
        ContactAttribute::ALL
            .into_iter()
            .filter(|attribute| self.is_verified(*attribute))
            .filter_map(|attribute| self.address(attribute))
            .filter(move |address| !enabled.contains(address.factor()))
    }

    /// The address that a code has to verify: the one that waits to replace the present one, or
    /// the present one.
    pub(super) fn address_to_verify(&self, attribute: ContactAttribute) -> Option<Address> {
        match self.pending_attributes.get(attribute.name()) {
            Some(pending) => Address::parse(attribute, pending).ok(),
            None => self.address(attribute),
        }
    }
}

/// A confirmation code as it was typed: digits only, nothing trimmed.
pub(super) fn parse_confirmation(text: &str) -> Result<Code, Error> {
    Code::parse(text).map_err(|_| {
        Error::InvalidParameter("The code must have only digits, 6 to 10 of them.".to_owned())
    })
}

const HOUR_SECS: u32 = 3600;
const DAY_SECS: u32 = 24 * HOUR_SECS;
