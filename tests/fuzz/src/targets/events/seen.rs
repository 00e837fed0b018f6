//! What came of a move, as the oracle is told.

use countersign_core::{
    Code, Ending, Evidence, MfaType, PreferenceError, Prompt, RecoveryCode, Refusal, SetUpBinding,
    SetUpVerdict, SignInId, UnixTime,
};

/// What was answered: the sign-in, what it asked for and until when, and what was shown.
pub(crate) type Answered = (SignInId, Prompt, UnixTime, Shown);

/// A code, or the recovery code in a place of the latest set.
pub(crate) enum Shown {
    Nothing,
    Code(Code),
    Recovery(usize),
}

/// What came of a move.
pub(crate) enum Seen {
    Asked(Option<Answered>, Prompt),
    Delivered(SignInId, Prompt, MfaType, Code),
    /// A new authenticator waits for its first code.
    Started,
    Refused(Option<Answered>, Refusal),
    SignedIn(Option<Answered>, SignInId, Evidence),
    Ended(Option<Answered>, Ending),
    Preferred(Result<(), PreferenceError>),
    SetUp(SetUpBinding, Code, SetUpVerdict),
    Issued(Option<Vec<RecoveryCode>>),
    RecoveryRemoved,
    Removed,
    AddressRemoved,
    Unlocked,
    Reset,
}
