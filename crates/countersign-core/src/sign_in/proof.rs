//! The home of what vouches for a factor: the caller's word of the first, the core's of the second.

use super::SignInId;
use crate::{AccountId, MfaType, UnixTime};

/// The caller's word that the first factor of an account was right.
///
/// Only a verifier of passwords should make one, from a check that it has just made: everything
/// after rests on it. One check begins one sign-in:
///
/// ```compile_fail,E0382
/// use countersign_core::{Account, Context, Entropy, FirstFactorVerified, SignIn};
/// fn begin_twice(account: Account, context: &Context<'_>, a: Entropy, b: Entropy) {
///     let first = FirstFactorVerified::vouch(account.id());
///     let _ = SignIn::begin(first, account.clone(), context, a);
///     let _ = SignIn::begin(first, account, context, b);
/// }
/// ```
#[must_use]
#[derive(Debug)]
pub struct FirstFactorVerified {
    pub(super) account: AccountId,
}

impl FirstFactorVerified {
    /// Vouches that whoever is signing in has just proven the first factor of `account`.
    pub const fn vouch(account: AccountId) -> Self {
        Self { account }
    }
}

/// Proof that an account signed in with every factor that its settings and the policy ask for.
///
/// Only this crate makes one, and it is neither `Clone` nor `Copy`: whatever issues tokens takes it
/// by value, so that one sign-in issues once.
///
/// It cannot be made up:
///
/// ```compile_fail,E0451
/// use countersign_core::{AccountId, Evidence, SecondFactorVerified, SignInId, UnixTime};
/// let forged = SecondFactorVerified {
///     account: AccountId([0; 16]),
///     sign_in: SignInId([0; 16]),
///     evidence: Evidence::NotRequired,
///     at: UnixTime::EPOCH,
/// };
/// ```
///
/// nor used twice:
///
/// ```compile_fail,E0382
/// use countersign_core::SecondFactorVerified;
/// fn issue_tokens(proof: SecondFactorVerified) {}
/// fn issue_twice(proof: SecondFactorVerified) {
///     issue_tokens(proof);
///     issue_tokens(proof);
/// }
/// ```
///
/// nor copied for a second use:
///
/// ```compile_fail,E0277
/// use countersign_core::SecondFactorVerified;
/// fn copied<T: Clone>(proof: &T) -> T {
///     proof.clone()
/// }
/// let copy: fn(&SecondFactorVerified) -> SecondFactorVerified = copied;
/// ```
#[must_use]
#[derive(Debug)]
pub struct SecondFactorVerified {
    pub(super) account: AccountId,
    pub(super) sign_in: SignInId,
    pub(super) evidence: Evidence,
    pub(super) at: UnixTime,
}

impl SecondFactorVerified {
    /// Whose sign-in it was.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// Which sign-in it was.
    #[must_use]
    pub const fn sign_in(&self) -> SignInId {
        self.sign_in
    }

    /// What was shown as the second factor.
    #[must_use]
    pub const fn evidence(&self) -> Evidence {
        self.evidence
    }

    /// When it ended.
    #[must_use]
    pub const fn at(&self) -> UnixTime {
        self.at
    }
}

/// What was shown as the second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Nothing: neither the policy nor the account asks for a second factor.
    NotRequired,
    /// A right and fresh code of this factor.
    Code(MfaType),
    /// An unused recovery code. Its owner may have lost a factor: tell how many are left.
    Recovery,
    /// This factor was set up, with a right code, because the policy requires one.
    SetUp(MfaType),
}
