//! The home of the operations on the sign-in machine: every step reads the stored account and
//! sign-in and ends with their new stored forms.

use core::hint::black_box;

use countersign_core::{
    ACCOUNT_ENCODED_LEN, Account, AccountId, Act, Code, Contacts, Context, Entropy, Event,
    FirstFactorVerified, MfaPreference, MfaPreferenceUpdate, Outcome, Policy, SetUpBinding,
    SetUpVerdict, Sha1, SignIn, Step, Totp, TotpParams, UnixTime,
};

use crate::stored::Stored;
use crate::{Output, copy, now, opaque};

static ACCOUNT: Stored<ACCOUNT_ENCODED_LEN> = Stored::EMPTY;
static PENDING: Stored<{ SignIn::ENCODED_LEN }> = Stored::EMPTY;
static CODE: Stored<6> = Stored::EMPTY;
static RANDOM: [u8; Entropy::LEN] = *b"forty-eight bytes that no one should call random";
const BINDING: SetUpBinding = SetUpBinding([1; 16]);
const ID: AccountId = AccountId([2; 16]);

/// Sets up an authenticator, verifies its first code and prefers it; leaves the account and the
/// code with which [`right_code`] signs in.
pub fn enrol(_typed: &str, output: &mut Output) {
    let policy = Policy::DEFAULT;
    let mut account = Account::<Sha1>::new(ID);
    let Some(fresh) = entropy() else { return };
    let secret = account.begin_totp_set_up(BINDING, &policy, now(), fresh);
    let totp = Totp::<Sha1>::new(&secret, TotpParams::DEFAULT);
    let (Ok(first), Ok(second)) = (totp.generate(now()), totp.generate(later())) else {
        return;
    };
    let verdict = account.verify_totp_set_up(BINDING, &first, &policy, now());
    let update = MfaPreferenceUpdate {
        totp: Some(MfaPreference::Preferred),
        ..MfaPreferenceUpdate::default()
    };
    let preferred = account.update_preferences(&update, &Contacts::NONE, &policy);
    if verdict == SetUpVerdict::Enrolled && preferred.is_ok() {
        ACCOUNT.fill(account.encode().as_slice());
        CODE.fill(second.as_bytes());
        copy(output, b"enrolled");
    }
}

/// Begins a sign-in, which asks for a code, and leaves it.
pub fn begin(_typed: &str, output: &mut Output) {
    let (Ok(account), Some(fresh)) = (Account::<Sha1>::decode(ACCOUNT.bytes()), entropy()) else {
        return;
    };
    let policy = Policy::DEFAULT;
    let first = FirstFactorVerified::vouch(account.id());
    finish(
        SignIn::begin(first, account, &context(&policy), fresh),
        output,
    );
}

/// Answers it with the code that `enrol` left.
pub fn right_code(_typed: &str, output: &mut Output) {
    if let Ok(text) = core::str::from_utf8(CODE.bytes()) {
        answer(text, output);
    }
}

/// Answers it with a typed code.
#[inline(never)]
pub fn answer(typed: &str, output: &mut Output) {
    let (Ok(account), Ok(sign_in), Some(fresh), Ok(code)) = (
        Account::<Sha1>::decode(ACCOUNT.bytes()),
        SignIn::decode(PENDING.bytes()),
        entropy(),
        Code::parse(typed),
    ) else {
        return;
    };
    let policy = Policy::DEFAULT;
    finish(
        sign_in.handle(Event::Code(&code), account, &context(&policy), fresh),
        output,
    );
}

/// Writes both stored forms, and what was decided.
#[inline(never)]
fn finish(step: Step<Sha1>, output: &mut Output) {
    black_box(step.account().encode().as_slice());
    let decided: &[u8] = match step.after_saving() {
        Outcome::SignedIn(_) => b"signed",
        Outcome::Ended(_) => b"ended",
        Outcome::Continue { sign_in, act } => {
            PENDING.fill(black_box(&sign_in.encode()));
            if matches!(act, Act::Refuse(_)) {
                b"refused"
            } else {
                b"asked"
            }
        }
    };
    copy(output, decided);
}

fn context(policy: &Policy) -> Context<'_> {
    Context {
        policy,
        contacts: Contacts::NONE,
        now: later(),
    }
}

/// Two steps after [`now`], so that the code is not the one that set up.
fn later() -> UnixTime {
    now().plus_secs(60)
}

fn entropy() -> Option<Entropy> {
    Some(Entropy::from_bytes(*opaque(&RANDOM[..]).first_chunk()?))
}
