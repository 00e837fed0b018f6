//! What came of a move, as the oracle is told.

use countersign_core::{
    Account, Code, Ending, Evidence, Guess, MfaType, PreferenceError, Prompt, RecoveryCode,
    Refusal, SetUpBinding, SetUpVerdict, SignInId, UnixTime,
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

/// Attempts come back by a success, an administrator, or something new to be guessed at.
pub(crate) fn nothing_is_given_back(before: &Account, after: &Account, seen: &Seen) {
    let gives_back = matches!(
        seen,
        Seen::SignedIn(Some(_), ..) | Seen::Unlocked | Seen::Reset
    );
    let rebound = matches!(
        seen,
        Seen::SetUp(_, _, SetUpVerdict::Enrolled) | Seen::Asked(Some(_), Prompt::Complete)
    );
    let issued = matches!(seen, Seen::Issued(Some(_)));
    for guess in Guess::ALL {
        let spent = |account: &Account| account.throttle().failures_of(guess);
        let renewed = rebound && guess == Guess::Code(MfaType::Totp);
        let excused = gives_back || renewed || (issued && guess == Guess::RecoveryCode);
        assert!(
            spent(before) <= spent(after) || excused,
            "attempts were given back"
        );
    }
}
