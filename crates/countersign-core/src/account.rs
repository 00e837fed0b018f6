//! The home of one account's MFA state: everything that a decision depends on and changes.

mod encoding;
mod recovery;

pub use encoding::ACCOUNT_ENCODED_LEN;
pub use recovery::RecoveryNotAllowed;

use core::marker::PhantomData;

use crate::{
    Algorithm, Code, Contacts, Entropy, LastFactor, MfaPreferenceUpdate, MfaRequirement, MfaSet,
    MfaSettings, MfaType, Passcode, Policy, PreferenceError, RecoveryCodes, Sha1, SharedSecret,
    SignInId, Throttle, Totp, TotpParams, TotpState, TotpVerdict, UnixTime,
};

/// Names an account. Sixteen bytes that the caller chooses, never the same for two accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountId(pub [u8; 16]);

/// The MFA state of one account: factors, preferences, what has been spent, what is pending.
///
/// It is one record for the caller to store, with a compare-and-swap on every save: then each code
/// is accepted once and each attempt counted, whatever runs at the same time. `A` is the hash of
/// its authenticators.
#[derive(Clone, Debug)]
pub struct Account<A: Algorithm = Sha1> {
    pub(crate) id: AccountId,
    pub(crate) settings: MfaSettings,
    pub(crate) totp: Option<Authenticator>,
    pub(crate) pending: Option<PendingAuthenticator>,
    pub(crate) passcode: Option<Passcode>,
    pub(crate) completion: Option<Completion>,
    /// Sign-ins that are over, or were seen to be: none of them comes back.
    pub(crate) closed: [[u8; SignInId::SHORT_LEN]; CLOSED],
    pub(crate) throttle: Throttle,
    pub(crate) recovery: Option<RecoveryCodes>,
    algorithm: PhantomData<A>,
}

/// A verified authenticator: shared secret, parameters, last accepted step and drift.
#[derive(Clone, Debug)]
pub(crate) struct Authenticator {
    pub(crate) secret: SharedSecret,
    pub(crate) params: TotpParams,
    pub(crate) state: TotpState,
}

/// An authenticator whose first code has not been seen yet; worth nothing at sign-in.
#[derive(Clone, Debug)]
pub(crate) struct PendingAuthenticator {
    pub(crate) secret: SharedSecret,
    pub(crate) params: TotpParams,
    pub(crate) binding: SetUpBinding,
    pub(crate) started_at: UnixTime,
    pub(crate) expires_at: UnixTime,
    pub(crate) tries_left: u8,
}

/// A set-up inside a sign-in that is done, so that the sign-in may be completed, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Completion {
    pub(crate) sign_in: SignInId,
    pub(crate) factor: MfaType,
}

/// Who started a set-up: the same value has to be presented to verify it, so that a secret minted
/// in one session is never confirmed by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SetUpBinding(pub [u8; 16]);

/// What the first code of a new authenticator came to.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetUpVerdict {
    /// It is right: the authenticator is in force, in place of any earlier one. This code is
    /// spent; it does not sign in.
    Enrolled,
    /// It is wrong. The secret waits for another, up to [`Account::SET_UP_TRIES`] in all.
    WrongCode,
    /// No set-up of this binding is under way, or it took too long or too many tries.
    NotStarted,
}

impl<A: Algorithm> Account<A> {
    /// Wrong first codes after which a set-up has to be started again.
    pub const SET_UP_TRIES: u8 = SET_UP_TRIES;

    /// A new account: no factor, nothing spent.
    #[must_use]
    pub const fn new(id: AccountId) -> Self {
        Self {
            id,
            settings: MfaSettings::NONE,
            totp: None,
            pending: None,
            passcode: None,
            completion: None,
            closed: [[0; SignInId::SHORT_LEN]; CLOSED],
            throttle: Throttle::NEW,
            recovery: None,
            algorithm: PhantomData,
        }
    }

    /// The account's name.
    #[must_use]
    pub const fn id(&self) -> AccountId {
        self.id
    }

    /// Which factors are enabled and preferred.
    #[must_use]
    pub const fn settings(&self) -> MfaSettings {
        self.settings
    }

    /// What has been spent of the policy's limits.
    #[must_use]
    pub const fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// Whether an authenticator has been verified, enabled or not.
    #[must_use]
    pub const fn has_authenticator(&self) -> bool {
        self.totp.is_some()
    }

    /// The factors that are set up: a verified authenticator, an address on file.
    #[must_use]
    pub fn enrolled(&self, contacts: &Contacts) -> MfaSet {
        MfaType::ALL
            .into_iter()
            .filter(|factor| match factor {
                MfaType::Totp => self.totp.is_some(),
                delivered => contacts.of(*delivered).is_some(),
            })
            .collect()
    }

    /// Changes which factors are enabled and preferred, in full or not at all.
    ///
    /// # Errors
    /// [`PreferenceError`]; nothing has changed.
    pub fn update_preferences(
        &mut self,
        update: &MfaPreferenceUpdate,
        contacts: &Contacts,
        policy: &Policy,
    ) -> Result<(), PreferenceError> {
        let updated = self.settings.updated(update, self.enrolled(contacts))?;
        if policy.requirement == MfaRequirement::Required
            && policy.last_factor == LastFactor::MustStay
            && updated.enabled().is_empty()
        {
            return Err(PreferenceError::LastFactor);
        }
        self.settings = updated;
        Ok(())
    }

    /// Draws the secret of a new authenticator, which replaces nothing until its first code has
    /// been verified, and returns it to be shown, once. An earlier set-up that was not verified is
    /// dropped.
    pub fn begin_totp_set_up(
        &mut self,
        binding: SetUpBinding,
        policy: &Policy,
        now: UnixTime,
        fresh: Entropy,
    ) -> SharedSecret {
        let secret = SharedSecret::generate(fresh);
        self.pending = Some(PendingAuthenticator {
            secret: secret.clone(),
            params: TotpParams::DEFAULT,
            binding,
            started_at: now,
            expires_at: now.plus_secs(policy.set_up_secs),
            tries_left: Self::SET_UP_TRIES,
        });
        secret
    }

    /// Verifies the first code of the authenticator that `binding` is setting up. Its secret is
    /// known to whoever set it up, so a wrong code is no guess at it and spends only this set-up.
    pub fn verify_totp_set_up(
        &mut self,
        binding: SetUpBinding,
        code: &Code,
        policy: &Policy,
        now: UnixTime,
    ) -> SetUpVerdict {
        let Some(mut pending) = self.pending.take() else {
            return SetUpVerdict::NotStarted;
        };
        if pending.binding != binding {
            self.pending = Some(pending);
            return SetUpVerdict::NotStarted;
        }
        if !now.is_between(pending.started_at, pending.expires_at) {
            return SetUpVerdict::NotStarted;
        }
        let totp = Totp::<A>::new(&pending.secret, pending.params);
        match totp.verify(code, now, policy.window, TotpState::NEW) {
            TotpVerdict::Accepted(step) => {
                self.totp = Some(Authenticator {
                    secret: pending.secret,
                    params: pending.params,
                    state: step.state(),
                });
                self.throttle.rebound(MfaType::Totp);
                SetUpVerdict::Enrolled
            }
            TotpVerdict::AlreadyUsed | TotpVerdict::Mismatch => {
                pending.tries_left = pending.tries_left.saturating_sub(1);
                self.pending = (pending.tries_left > 0).then_some(pending);
                SetUpVerdict::WrongCode
            }
        }
    }

    /// Removes the authenticator, verified or pending, and disables the factor. A sign-in that has
    /// just set it up cannot be completed any more.
    pub fn remove_totp(&mut self) {
        self.totp = None;
        self.pending = None;
        self.completion = self.completion.filter(|done| done.factor != MfaType::Totp);
        self.settings = self.settings.without(MfaType::Totp);
    }

    /// An administrator's new start: no authenticator, no recovery code, nothing enabled, nothing
    /// spent.
    pub fn reset(&mut self) {
        self.remove_totp();
        self.remove_recovery_codes();
        self.settings = MfaSettings::NONE;
        self.unlock();
    }

    /// Disables a factor whose address is no longer on file, and drops the code sent to it.
    pub fn remove_delivered(&mut self, factor: MfaType) {
        if factor.is_delivered() {
            self.settings = self.settings.without(factor);
            self.passcode = None;
        }
    }

    /// An administrator's unlock: failures and the yearly budget start anew.
    pub fn unlock(&mut self) {
        self.throttle.unlock();
    }

    pub(crate) fn is_closed(&self, sign_in: SignInId) -> bool {
        self.closed.contains(&sign_in.short())
    }

    pub(crate) fn close(&mut self, sign_in: SignInId) {
        if !self.is_closed(sign_in) {
            self.closed.rotate_right(1);
            if let Some(first) = self.closed.first_mut() {
                *first = sign_in.short();
            }
        }
    }
}

/// Wrong first codes that a set-up bears, whatever the algorithm.
const SET_UP_TRIES: u8 = 10;
/// How many ended sign-ins are remembered.
pub(crate) const CLOSED: usize = 8;
