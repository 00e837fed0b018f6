//! The home of the `defmt` feature: how the core's types are logged on small devices.
//!
//! What is, or holds, a secret is logged as its name and nothing else, just as `Debug` prints it.
//! What a device logs often is written for `defmt`; errors and rare things go through their
//! `Debug`, which is longer.
#![expect(
    clippy::match_same_arms,
    reason = "each `write!` of a name is another one, which clippy does not see"
)]

use defmt::{Debug2Format, Format, Formatter, write};

use crate::{
    AcceptedCounter, AcceptedStep, Account, AccountId, Act, Algorithm, AlgorithmId, AnyTotp,
    Base32Secret, BeforeT0, Blocked, Code, CodeError, Contacts, CountersUsedUp, DecodeError,
    Destination, Deviation, Digits, DigitsOutOfRange, Drift, DriftTooFar, Ending, Entropy, Event,
    Evidence, FirstFactorVerified, Guess, Hotp, HotpState, HotpVerdict, KeyUri, KeyUriError, Keyed,
    LastFactor, LastStep, LookAhead, LookAheadTooFar, MfaPreference, MfaPreferenceUpdate,
    MfaRequirement, MfaSet, MfaSettings, MfaType, Migration, MigrationBatch, MigrationEntry,
    MigrationEntryError, MigrationError, MovingFactor, NextCode, Outcome, Passcode,
    PasscodeVerdict, Period, PeriodOutOfRange, Policy, PolicyError, Portable, PreferenceError,
    Prompt, RecoveryCode, RecoveryCodeError, RecoveryCodes, RecoveryUse, RecoveryVerdict,
    RedeemedCode, Refusal, SecondFactorVerified, SecretError, SecretPattern, SetUpBinding,
    SetUpVerdict, Sha1, Sha256, Sha512, SharedSecret, SignIn, SignInId, Step, Strength,
    StrengthVerdict, Tag, Throttle, ThrottlePolicy, TimeOutOfRange, Tolerated, Totp, TotpParams,
    TotpState, TotpVerdict, UnixTime, Window, WindowTooWide, ocra,
};

/// Types of which the name alone is logged: secrets, what holds one, and whom it belongs to.
macro_rules! closed {
    ($($name:ty = $text:literal $(, [$($generic:tt)+])?;)+) => {$(
        impl $(<$($generic)+>)? Format for $name {
            fn format(&self, f: Formatter<'_>) {
                write!(f, $text);
            }
        }
    )+};
}

closed! {
    Account<A> = "Account(..)", [A: Algorithm];
    AnyTotp = "AnyTotp(..)";
    Base32Secret = "Base32Secret(..)";
    Code = "Code(..)";
    Entropy = "Entropy(..)";
    FirstFactorVerified = "FirstFactorVerified(..)";
    Hotp<A, E> = "Hotp(..)", [A: Algorithm, E];
    KeyUri<'_> = "KeyUri(..)";
    Keyed<A> = "Keyed(..)", [A: Algorithm];
    Migration<'_> = "Migration(..)";
    MigrationEntry<'_> = "MigrationEntry(..)";
    NextCode = "NextCode(..)";
    ocra::AcceptedResponse = "AcceptedResponse(..)";
    ocra::AnyOcra = "AnyOcra(..)";
    ocra::Challenge = "Challenge(..)";
    ocra::NextResponse = "NextResponse(..)";
    ocra::Ocra<A> = "Ocra(..)", [A: Algorithm];
    ocra::PinHash = "PinHash(..)";
    ocra::Question = "Question(..)";
    ocra::Response = "Response(..)";
    Passcode = "Passcode(..)";
    RecoveryCode = "RecoveryCode(..)";
    RecoveryCodes = "RecoveryCodes(..)";
    SecondFactorVerified = "SecondFactorVerified(..)";
    SetUpBinding = "SetUpBinding(..)";
    SharedSecret = "SharedSecret(..)";
    SignIn = "SignIn(..)";
    Step<A> = "Step(..)", [A: Algorithm];
    Tag<A> = "Tag(..)", [A: Algorithm];
    Throttle = "Throttle(..)";
    Totp<A, E> = "Totp(..)", [A: Algorithm, E];
}

/// Enums without fields.
macro_rules! names {
    ($($name:ident: $($variant:ident = $text:literal),+;)+) => {$(
        impl Format for $name {
            fn format(&self, f: Formatter<'_>) {
                match self {
                    $(Self::$variant => write!(f, $text),)+
                }
            }
        }
    )+};
}

names! {
    AlgorithmId: Sha1 = "SHA1", Sha256 = "SHA256", Sha512 = "SHA512";
    Ending: Expired = "Expired", Spent = "Spent", OtherAccount = "OtherAccount",
        Locked = "Locked", NoUsableFactor = "NoUsableFactor",
        TooManyDeliveries = "TooManyDeliveries";
    MfaType: Sms = "Sms", Totp = "Totp", Email = "Email";
    PasscodeVerdict: Accepted = "Accepted", Mismatch = "Mismatch", Expired = "Expired";
    SetUpVerdict: Enrolled = "Enrolled", WrongCode = "WrongCode", NotStarted = "NotStarted";
}

/// Types that are logged as one value of theirs.
macro_rules! values {
    ($($name:ty: $text:literal, $get:expr;)+) => {$(
        impl Format for $name {
            fn format(&self, f: Formatter<'_>) {
                let get: fn(Self) -> _ = $get;
                write!(f, $text, get(*self));
            }
        }
    )+};
}

values! {
    AcceptedCounter: "AcceptedCounter({=u64})", AcceptedCounter::counter;
    AccountId: "AccountId({=[u8; 16]:02x})", |id| id.0;
    Destination: "Destination({=[u8; 16]:02x})", |to| to.0;
    Digits: "Digits({=u8})", Digits::get;
    Drift: "Drift({=i32} s)", Drift::secs;
    HotpState: "HotpState({=u64})", HotpState::next_counter;
    LastStep: "LastStep({})", LastStep::step;
    LookAhead: "LookAhead({=u8})", LookAhead::get;
    MfaSet: "MfaSet({=u8:03b})", MfaSet::bits;
    Period: "Period({=u16} s)", Period::secs;
    RedeemedCode: "RedeemedCode({=u8} left)", RedeemedCode::remaining;
    SignInId: "SignInId({=[u8; 16]:02x})", |id| id.0;
    UnixTime: "UnixTime({=u64} s)", UnixTime::secs;
}

/// Types that go through their `Debug`, which shows nothing that may not be seen.
macro_rules! as_debug {
    ($($name:ty,)+) => {$(
        impl Format for $name {
            fn format(&self, f: Formatter<'_>) {
                write!(f, "{}", Debug2Format(self));
            }
        }
    )+};
}

as_debug! {
    BeforeT0, CodeError, Contacts, CountersUsedUp, DecodeError, Deviation, DigitsOutOfRange,
    DriftTooFar, Guess, KeyUriError, LastFactor, LookAheadTooFar, MfaPreference,
    MfaPreferenceUpdate, MfaRequirement, MigrationBatch, MigrationEntryError, MigrationError,
    MovingFactor, ocra::InputError, ocra::PinHashLength, ocra::QuestionError, ocra::ResponseError,
    ocra::State, ocra::Suite, ocra::SuiteError, ocra::Tolerance, ocra::ToleranceTooWide,
    ocra::WrongAlgorithm, PeriodOutOfRange, Policy, PolicyError, Portable, PreferenceError,
    RecoveryCodeError, RecoveryUse, SecretError, SecretPattern, Sha1, Sha256, Sha512, Strength,
    StrengthVerdict, ThrottlePolicy, TimeOutOfRange, Tolerated, Window, WindowTooWide,
}

impl Format for TotpParams {
    fn format(&self, f: Formatter<'_>) {
        write!(
            f,
            "TotpParams({}, {}, T0 {})",
            self.digits, self.period, self.t0
        );
    }
}

impl Format for TotpState {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "TotpState({}, {})", self.last_step(), self.drift());
    }
}

impl Format for AcceptedStep {
    fn format(&self, f: Formatter<'_>) {
        let (step, offset) = (self.step(), self.offset());
        write!(
            f,
            "AcceptedStep({=u64}, offset {=i32}, {})",
            step,
            offset,
            self.state()
        );
    }
}

impl Format for TotpVerdict {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Accepted(step) => write!(f, "Accepted({})", step),
            Self::AlreadyUsed => write!(f, "AlreadyUsed"),
            Self::Mismatch => write!(f, "Mismatch"),
        }
    }
}

impl Format for HotpVerdict {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Accepted(counter) => write!(f, "Accepted({})", counter),
            Self::Mismatch => write!(f, "Mismatch"),
        }
    }
}

impl Format for RecoveryVerdict {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Accepted(redeemed) => write!(f, "Accepted({})", redeemed),
            Self::AlreadyUsed => write!(f, "AlreadyUsed"),
            Self::Mismatch => write!(f, "Mismatch"),
        }
    }
}

impl Format for ocra::Verdict {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Accepted(_) => write!(f, "Accepted(..)"),
            Self::AlreadyUsed => write!(f, "AlreadyUsed"),
            Self::Mismatch => write!(f, "Mismatch"),
            Self::NotComputed(error) => write!(f, "NotComputed({})", error),
        }
    }
}

impl Format for MfaSettings {
    fn format(&self, f: Formatter<'_>) {
        let (enabled, preferred) = (self.enabled(), self.preferred());
        write!(f, "MfaSettings({}, preferred {})", enabled, preferred);
    }
}

impl Format for Blocked {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Until(time) => write!(f, "Until({})", time),
            Self::FactorLocked => write!(f, "FactorLocked"),
            Self::BudgetSpent => write!(f, "BudgetSpent"),
        }
    }
}

impl Format for Event<'_> {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Code(_) => write!(f, "Code(..)"),
            Self::RecoveryCode(_) => write!(f, "RecoveryCode(..)"),
            Self::SelectFactor(factor) => write!(f, "SelectFactor({})", factor),
            Self::SetUpTotp => write!(f, "SetUpTotp"),
            Self::SetUpEmail(to) => write!(f, "SetUpEmail({})", to),
            Self::Resend => write!(f, "Resend"),
            Self::Complete => write!(f, "Complete"),
        }
    }
}

impl Format for Prompt {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Code(factor) => write!(f, "Code({})", factor),
            Self::SelectFactor(factors) => write!(f, "SelectFactor({})", factors),
            Self::RecoveryCode => write!(f, "RecoveryCode"),
            Self::SetUp(factors) => write!(f, "SetUp({})", factors),
            Self::TotpSetUpCode => write!(f, "TotpSetUpCode"),
            Self::EmailSetUpCode(to) => write!(f, "EmailSetUpCode({})", to),
            Self::Complete => write!(f, "Complete"),
        }
    }
}

impl Format for Evidence {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::NotRequired => write!(f, "NotRequired"),
            Self::Code(factor) => write!(f, "Code({})", factor),
            Self::Recovery => write!(f, "Recovery"),
            Self::SetUp(factor) => write!(f, "SetUp({})", factor),
        }
    }
}

impl Format for Refusal {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::WrongCode => write!(f, "WrongCode"),
            Self::AlreadyUsed => write!(f, "AlreadyUsed"),
            Self::CodeExpired => write!(f, "CodeExpired"),
            Self::Blocked(blocked) => write!(f, "Blocked({})", blocked),
            Self::NotOffered => write!(f, "NotOffered"),
            Self::NotAsked => write!(f, "NotAsked"),
            Self::TooManyDeliveries => write!(f, "TooManyDeliveries"),
            Self::SetUpNotStarted => write!(f, "SetUpNotStarted"),
        }
    }
}

impl Format for Act {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Ask => write!(f, "Ask"),
            Self::Deliver(factor, _) => write!(f, "Deliver({}, ..)", factor),
            Self::ShowSecret(_) => write!(f, "ShowSecret(..)"),
            Self::Refuse(refusal) => write!(f, "Refuse({})", refusal),
        }
    }
}

impl Format for Outcome {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Continue { sign_in, act } => {
                write!(f, "Continue({}, {})", sign_in.prompt(), act);
            }
            Self::SignedIn(verified) => write!(f, "SignedIn({})", verified.evidence()),
            Self::Ended(ending) => write!(f, "Ended({})", ending),
        }
    }
}
