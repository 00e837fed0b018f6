//! The home of what can go wrong for a caller of the service, named for the cause.

use countersign_core::{Blocked, MfaType, PreferenceError, RecoveryNotAllowed};

use crate::clock::ClockUnset;
use crate::delivery::DeliveryError;
use crate::random::RandomError;
use crate::seal::SealError;
use crate::store::StoreError;

/// Why an operation did not happen. Nothing has changed, unless the variant says so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No such user. Answer as for a wrong password where existence must not show.
    #[error("the user does not exist")]
    UserNotFound,
    /// The name is taken.
    #[error("the user exists already")]
    UserExists,
    /// The password, or the proof of it, is wrong; the failure has been counted.
    #[error("the user name or password is wrong")]
    WrongPassword,
    /// Too many wrong passwords lately: nothing was looked at.
    #[error("too many wrong passwords lately")]
    PasswordBlocked,
    /// The user has not confirmed the sign-up.
    #[error("the user is not confirmed")]
    UserNotConfirmed,
    /// An administrator asked for a new password.
    #[error("the password has to be reset")]
    PasswordResetRequired,
    /// The temporary password is no longer good.
    #[error("the temporary password has expired")]
    TemporaryPasswordExpired,
    /// An administrator disabled the user.
    #[error("the user is disabled")]
    UserDisabled,
    /// The user's state does not allow it: already confirmed, no password to change, …
    #[error("the user's state does not allow this: {0}")]
    WrongState(&'static str),
    /// A value is malformed; the text names it and the rule, never the value.
    #[error("{0}")]
    InvalidParameter(String),
    /// The password breaks a rule of the pool.
    #[error("the password does not conform: {0}")]
    WeakPassword(&'static str),
    /// The code is wrong; an attempt has been spent.
    #[error("the code is wrong")]
    CodeMismatch,
    /// The code has expired, was guessed at too often, or was replaced by another.
    #[error("the code has expired")]
    CodeExpired,
    /// The code is right, but was accepted before.
    #[error("the code was already used")]
    CodeAlreadyUsed,
    /// Codes are not looked at for now.
    #[error("too many wrong codes")]
    CodesBlocked(Blocked),
    /// Every factor that could be asked for is locked.
    #[error("every second factor is locked")]
    FactorsLocked,
    /// Too many codes were sent lately; none was sent now.
    #[error("too many codes were sent lately")]
    TooManyDeliveries,
    /// The code could not be delivered. It is stored, and another can be asked for.
    #[error("the code could not be delivered: {0}")]
    Undeliverable(DeliveryError),
    /// The session is not one of this service, or of another client or user.
    #[error("the session is not valid")]
    SessionInvalid,
    /// The session took too long.
    #[error("the session has expired")]
    SessionExpired,
    /// The session has been used up.
    #[error("the session can only be used once")]
    SessionSpent,
    /// The factor is not on offer in this sign-in.
    #[error("the factor is not on offer")]
    NotOffered,
    /// The event does not answer what the sign-in asks.
    #[error("this is not what the sign-in asks for")]
    NotAsked,
    /// MFA is required, or asked for by the account, but no factor can be used.
    #[error("no second factor can be used")]
    NoUsableFactor,
    /// The first code of a new authenticator is wrong; its secret waits for another.
    #[error("the code of the new authenticator is wrong")]
    SetUpCodeMismatch,
    /// No set-up is under way in this session, or it took too long or too many tries.
    #[error("no authenticator is being set up")]
    SetUpNotStarted,
    /// The pool does not allow the factor.
    #[error("the factor is not allowed here")]
    FactorNotAllowed(MfaType),
    /// The preference update was refused.
    #[error(transparent)]
    Preference(#[from] PreferenceError),
    /// The pool has no use for recovery codes.
    #[error(transparent)]
    Recovery(#[from] RecoveryNotAllowed),
    /// The token is not one of this service.
    #[error("the token is not valid")]
    TokenInvalid,
    /// The token has been revoked.
    #[error("the token has been revoked")]
    TokenRevoked,
    /// Others changed the same account all the time; try again.
    #[error("the account is being changed by others")]
    Contended,
    /// A stored record cannot be read: it is damaged, or sealed under a key that is gone.
    #[error("a stored record cannot be read")]
    RecordUnreadable,
    /// A limit on stored things is reached.
    #[error("the limit is reached: {0}")]
    LimitReached(&'static str),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The clock is not set.
    #[error(transparent)]
    Clock(#[from] ClockUnset),
    /// The random source failed.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// A value could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A background task ended early: the service is shutting down.
    #[error("the service is shutting down")]
    ShuttingDown,
}

impl Error {
    /// Whether the fault is the service's own and not the caller's.
    #[must_use]
    pub const fn is_internal(&self) -> bool {
        matches!(
            self,
            Self::Contended
                | Self::RecordUnreadable
                | Self::Store(_)
                | Self::Clock(_)
                | Self::Random(_)
                | Self::Seal(_)
                | Self::ShuttingDown
        )
    }
}
