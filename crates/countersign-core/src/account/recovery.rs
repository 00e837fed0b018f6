//! The home of an account's recovery codes: issued, counted, removed.

use super::Account;
use crate::{Algorithm, Entropy, Guess, Policy, RecoveryCode, RecoveryCodes, RecoveryUse};

/// The policy has no use for recovery codes; none were issued, and nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryNotAllowed;

impl<A: Algorithm> Account<A> {
    /// Issues recovery codes in place of all earlier ones, used or not, and returns them to be
    /// shown once the account is saved, and only then.
    ///
    /// To be called for somebody who is signed in, with a second factor if there is one: no event
    /// of a sign-in leads here, so that a password alone never yields recovery codes.
    ///
    /// ```
    /// use countersign_core::{Account, AccountId, Entropy, Policy};
    /// # let fresh = Entropy::from_bytes([7; Entropy::LEN]);
    /// let mut account: Account = Account::new(AccountId([1; 16]));
    /// let codes = account.issue_recovery_codes(&Policy::DEFAULT, fresh)?;
    /// // Save the account, then show `codes` to its owner, once.
    /// assert_eq!(account.remaining_recovery_codes(), 10);
    /// # Ok::<(), countersign_core::RecoveryNotAllowed>(())
    /// ```
    ///
    /// # Errors
    /// [`RecoveryNotAllowed`] under [`RecoveryUse::Never`].
    pub fn issue_recovery_codes(
        &mut self,
        policy: &Policy,
        fresh: Entropy,
    ) -> Result<[RecoveryCode; RecoveryCodes::COUNT], RecoveryNotAllowed> {
        if policy.recovery == RecoveryUse::Never {
            return Err(RecoveryNotAllowed);
        }
        let (kept, shown) = RecoveryCodes::issue::<A>(fresh);
        self.recovery = Some(kept);
        self.throttle.rebound(Guess::RecoveryCode);
        Ok(shown)
    }

    /// How many recovery codes are left: 0 to [`RecoveryCodes::COUNT`].
    #[must_use]
    pub fn remaining_recovery_codes(&self) -> u8 {
        self.recovery.as_ref().map_or(0, RecoveryCodes::remaining)
    }

    /// Removes every recovery code.
    pub fn remove_recovery_codes(&mut self) {
        self.recovery = None;
    }
}

impl core::fmt::Display for RecoveryNotAllowed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the policy has no use for recovery codes")
    }
}

impl core::error::Error for RecoveryNotAllowed {}
