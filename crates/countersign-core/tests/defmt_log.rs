//! What the `defmt` feature logs, as the bytes that leave the device: never a secret.
#![allow(
    unsafe_code,
    reason = "the linker finds a logger by the names of its functions"
)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that goes wrong stops there"
)]

use std::cell::RefCell;

use countersign_core::{
    Account, AccountId, Act, AlgorithmId, AnyTotp, Blocked, Code, Contacts, Context, Digits, Drift,
    Entropy, Event, FirstFactorVerified, Hotp, HotpState, KeyUri, Keyed, LastStep, MfaRequirement,
    MfaType, Outcome, Policy, RecoveryCode, RecoveryCodes, Refusal, SetUpBinding, Sha1,
    SharedSecret, SignIn, Step, Totp, TotpParams, TotpState, UnixTime, Window,
};
use defmt::Format;

thread_local! {
    /// What was sent so far.
    static SENT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

#[unsafe(no_mangle)]
extern "Rust" fn _defmt_acquire() {}

#[unsafe(no_mangle)]
extern "Rust" fn _defmt_release() {}

#[unsafe(no_mangle)]
extern "Rust" fn _defmt_flush() {}

#[unsafe(no_mangle)]
extern "Rust" fn _defmt_write(bytes: &[u8]) {
    SENT.with_borrow_mut(|sent| sent.extend_from_slice(bytes));
}

#[unsafe(no_mangle)]
extern "Rust" fn _defmt_timestamp(_: defmt::Formatter<'_>) {}

/// The bytes that logging a value sends, before any encoding.
fn logged(value: &impl Format) -> Vec<u8> {
    SENT.with_borrow_mut(Vec::clear);
    defmt::println!("{}", value);
    SENT.with_borrow_mut(std::mem::take)
}

fn holds(log: &[u8], part: &[u8]) -> bool {
    log.windows(part.len()).any(|window| window == part)
}

/// Two values that differ in nothing but their secrets are logged alike, so that the log tells
/// nothing of either.
#[track_caller]
fn closed<T: Format>(make: impl Fn(u8) -> T) {
    let (one, other) = (logged(&make(0x51)), logged(&make(0xa7)));
    assert_eq!(one, other);
    // The message, the type, its name, and the end of it.
    assert!(one.len() <= 40, "{one:?}");
}

fn secret(n: u8) -> SharedSecret {
    SharedSecret::from_bytes(&[n; 20]).unwrap()
}

fn now() -> UnixTime {
    UnixTime::from_secs(1_800_000_000).unwrap()
}

const ALICE: AccountId = AccountId([0xa1; 16]);

#[test]
fn the_logger_sees_what_is_logged() {
    // Otherwise no test here could fail.
    assert!(holds(&logged(&[0x51_u8; 20]), &[0x51; 20]));
    assert!(holds(&logged(&now()), &1_800_000_000_u64.to_le_bytes()));
    assert!(holds(
        &logged(&HotpState::at(0x0102_0304_0506)),
        &[6, 5, 4, 3, 2, 1]
    ));
    assert!(holds(&logged(&ALICE), &[0xa1; 16]));
    let drift = TotpState::new(LastStep::at(7), Drift::from_secs(-7777).unwrap());
    assert!(holds(&logged(&drift), &(-7777_i32).to_le_bytes()));
    assert!(holds(&logged(&Window::DEFAULT), b"past: 1, future: 1"));
    let refusal = Refusal::Blocked(Blocked::Until(now()));
    assert!(holds(&logged(&refusal), &1_800_000_000_u64.to_le_bytes()));
}

#[test]
fn secrets_are_names() {
    let code = |n: u8| Code::from_number(u32::from(n) * 5_127, Digits::SIX);
    closed(secret);
    closed(|n| secret(n).to_base32());
    closed(code);
    closed(|n| Entropy::from_bytes([n; Entropy::LEN]));
    closed(|n| Keyed::<Sha1>::new(&[n; 20]));
    closed(|n| Keyed::<Sha1>::new(&[n; 20]).mac(&[]));
    closed(|n| Totp::<Sha1>::new(&secret(n), TotpParams::DEFAULT));
    closed(|n| AnyTotp::new(AlgorithmId::Sha1, &secret(n), TotpParams::DEFAULT));
    closed(|n| Hotp::<Sha1>::new(&secret(n), Digits::SIX));
    closed(|n| {
        Hotp::<Sha1>::new(&secret(n), Digits::SIX)
            .take(HotpState::NEW)
            .unwrap()
    });
    closed(|n| {
        let secret = secret(n);
        let algorithm = AlgorithmId::Sha1;
        KeyUri::totp("Example", "alice", &secret, algorithm, TotpParams::DEFAULT).unwrap()
    });
    closed(|n| Act::ShowSecret(secret(n)));
    closed(|n| Act::Deliver(MfaType::Sms, code(n)));
    let codes = [code(1), code(2)];
    let event = |n: usize| logged(&Event::Code(&codes[n]));
    assert_eq!(event(0), event(1));
    closed(|n| recovery(n).0);
    closed(|n| recovery(n).1);
    closed(|n| SetUpBinding([n; 16]));
}

fn recovery(n: u8) -> (RecoveryCodes, RecoveryCode) {
    let (set, codes) = RecoveryCodes::issue::<Sha1>(Entropy::from_bytes([n; Entropy::LEN]));
    let [first, ..] = codes;
    (set, first)
}

/// A sign-in that sets an authenticator up, and the account with it.
fn set_up(n: u8) -> Step<Sha1> {
    let policy = Policy {
        requirement: MfaRequirement::Required,
        ..Policy::DEFAULT
    };
    let context = Context {
        policy: &policy,
        contacts: Contacts::NONE,
        now: now(),
    };
    let fresh = || Entropy::from_bytes([n; Entropy::LEN]);
    let first = FirstFactorVerified::vouch(ALICE);
    let step = SignIn::begin(first, Account::new(ALICE), &context, fresh());
    let account = step.account().clone();
    let Outcome::Continue { sign_in, .. } = step.after_saving() else {
        panic!("a set-up is offered");
    };
    sign_in.handle(Event::SetUpTotp, account, &context, fresh())
}

#[test]
fn what_holds_a_secret_is_a_name() {
    closed(set_up);
    closed(|n| set_up(n).account().clone());
    closed(|n| set_up(n).after_saving());
    closed(|n| match set_up(n).after_saving() {
        Outcome::Continue { sign_in, .. } => sign_in,
        _ => panic!("it goes on"),
    });
}
