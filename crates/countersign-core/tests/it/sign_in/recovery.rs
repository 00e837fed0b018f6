//! Recovery codes in place of a factor's: where they are taken, what a wrong one costs, and what
//! they open.

use countersign_core::{
    Blocked, Contacts, Ending, Event, Evidence, Guess, MfaPreference, MfaRequirement, MfaType,
    Outcome, Prompt, RecoveryCode, RecoveryCodes, RecoveryNotAllowed, RecoveryUse, Refusal, SignIn,
};

use super::{ALL, First, first, goes_on, refused, rig as account_with, set};
use crate::rig::{MAIL, Rig, not, totp_code};

use MfaType::{Email, Sms, Totp};

type Codes = [RecoveryCode; RecoveryCodes::COUNT];

fn issue(rig: &mut Rig) -> Codes {
    let fresh = rig.fresh();
    rig.account
        .issue_recovery_codes(&rig.policy, fresh)
        .unwrap()
}

/// An account with these factors enabled, the first preferred, and its recovery codes.
fn rig(enabled: &[MfaType], prefer: bool) -> (Rig, Codes) {
    let mut rig = account_with(ALL, enabled, prefer);
    let codes = issue(&mut rig);
    (rig, codes)
}

/// A code of nobody's set.
fn wrong(n: u64) -> RecoveryCode {
    let (_, [code, ..]) = RecoveryCodes::issue::<countersign_core::Sha1>(crate::rig::draw(900 + n));
    code
}

fn begin(rig: &mut Rig) -> SignIn {
    goes_on(rig.begin()).0
}

#[track_caller]
fn redeem(rig: &mut Rig, sign_in: SignIn, code: &RecoveryCode) -> Result<(), Refusal> {
    match rig.handle(sign_in, Event::RecoveryCode(code)) {
        Outcome::SignedIn(proof) => {
            assert_eq!(proof.evidence(), Evidence::Recovery);
            Ok(())
        }
        other => Err(refused(other).1),
    }
}

#[test]
fn each_code_is_taken_once_wherever_a_factor_is_asked_for() {
    for (enabled, prefer) in [(&[Totp][..], true), (&[Sms], true), (&[Sms, Totp], false)] {
        let (mut rig, codes) = rig(enabled, prefer);
        for (used, code) in (1..).zip(&codes) {
            let sign_in = begin(&mut rig);
            assert_eq!(redeem(&mut rig, sign_in, code), Ok(()));
            assert_eq!(rig.account.remaining_recovery_codes(), 10 - used);
            rig.now += 3600;
            let sign_in = begin(&mut rig);
            let before = rig.account.encode();
            let again = redeem(&mut rig, sign_in, code);
            assert_eq!(again, Err(Refusal::AlreadyUsed));
            // No guess, so nothing is spent.
            assert_eq!(rig.account.encode(), before);
        }
    }
}

#[test]
fn a_wrong_code_spends_like_any_other() {
    let (mut rig, codes) = rig(&[Totp, Sms], true);
    let policy = rig.policy.throttle;
    for n in 0..policy.lock_at {
        let sign_in = begin(&mut rig);
        let refusal = redeem(&mut rig, sign_in, &wrong(n.into()));
        assert_eq!(refusal, Err(Refusal::WrongCode));
        let throttle = rig.account.throttle();
        assert_eq!(throttle.failures_of(Guess::RecoveryCode), n + 1);
        assert_eq!(throttle.failures_of(Totp), 0);
        let left = throttle.guesses_left(&policy, crate::rig::at(rig.now));
        assert_eq!(left, 99 - u32::from(n));
        rig.now += 1000;
    }
    // The right one is not looked at any more, and a factor opens it again.
    let sign_in = begin(&mut rig);
    let refusal = redeem(&mut rig, sign_in, &codes[0]);
    assert_eq!(refusal, Err(Refusal::Blocked(Blocked::FactorLocked)));
    rig.prefer(Sms, MfaPreference::Preferred);
    let (sign_in, act) = goes_on(rig.begin());
    let countersign_core::Act::Deliver(Sms, code) = act else {
        panic!("{act:?}");
    };
    assert!(matches!(
        rig.handle(sign_in, Event::Code(&code)),
        Outcome::SignedIn(_)
    ));
    let sign_in = begin(&mut rig);
    assert_eq!(redeem(&mut rig, sign_in, &codes[0]), Ok(()));
}

#[test]
fn wrong_codes_of_every_kind_share_one_back_off_and_one_year() {
    let (mut rig, codes) = rig(&[Totp], true);
    rig.policy.throttle.backoff_from = 2;
    rig.policy.throttle.yearly_failures = 3;
    let sign_in = begin(&mut rig);
    let right = totp_code(
        &countersign_core::SharedSecret::generate(rig.fresh()),
        rig.now,
    );
    let (sign_in, refusal) = refused(rig.handle(sign_in, Event::Code(&not(&right, 0))));
    assert_eq!(refusal, Refusal::WrongCode);
    let (sign_in, refusal) = refused(rig.handle(sign_in, Event::RecoveryCode(&wrong(1))));
    assert_eq!(refusal, Refusal::WrongCode);
    let (sign_in, refusal) = refused(rig.handle(sign_in, Event::RecoveryCode(&codes[0])));
    assert!(matches!(refusal, Refusal::Blocked(Blocked::Until(_))));
    rig.now += 10;
    let (sign_in, refusal) = refused(rig.handle(sign_in, Event::RecoveryCode(&wrong(2))));
    assert_eq!(refusal, Refusal::WrongCode);
    rig.now += 10;
    let (_, refusal) = refused(rig.handle(sign_in, Event::RecoveryCode(&codes[0])));
    assert_eq!(refusal, Refusal::Blocked(Blocked::BudgetSpent));
    assert_eq!(first(&rig.begin()), First::Over(Ending::Locked));
}

#[test]
fn a_new_set_voids_the_old_one_and_its_failures_but_not_the_years() {
    let (mut rig, old) = rig(&[Totp], true);
    let sign_in = begin(&mut rig);
    assert_eq!(
        redeem(&mut rig, sign_in, &wrong(0)),
        Err(Refusal::WrongCode)
    );
    let new = issue(&mut rig);
    let throttle = rig.account.throttle();
    assert_eq!(throttle.failures_of(Guess::RecoveryCode), 0);
    let left = throttle.guesses_left(&rig.policy.throttle, crate::rig::at(rig.now));
    assert_eq!(left, 99);
    let sign_in = begin(&mut rig);
    assert_eq!(redeem(&mut rig, sign_in, &old[0]), Err(Refusal::WrongCode));
    let sign_in = begin(&mut rig);
    assert_eq!(redeem(&mut rig, sign_in, &new[0]), Ok(()));
}

/// What follows the password where no factor can be asked for, without recovery codes and with.
#[track_caller]
fn check_last_resort(mut rig: Rig, ending: Ending) {
    assert_eq!(first(&rig.begin()), First::Over(ending));
    let codes = issue(&mut rig);
    assert_eq!(first(&rig.begin()), First::Asks(Prompt::RecoveryCode));
    let sign_in = begin(&mut rig);
    let (sign_in, refusal) = refused(rig.handle(sign_in, Event::Resend));
    assert_eq!(refusal, Refusal::NotAsked);
    assert_eq!(redeem(&mut rig, sign_in, &codes[9]), Ok(()));
    // Not with the last one used, nor where they are of no use.
    rig.now += 1;
    rig.policy.recovery = RecoveryUse::Never;
    assert!(!matches!(
        first(&rig.begin()),
        First::Asks(Prompt::RecoveryCode)
    ));
}

#[test]
fn where_no_factor_can_be_asked_for_a_recovery_code_is() {
    let mut locked = account_with(ALL, &[Totp], true);
    let policy = locked.policy.throttle;
    let right = totp_code(
        &countersign_core::SharedSecret::generate(locked.fresh()),
        locked.now,
    );
    for n in 0..policy.lock_at {
        let sign_in = begin(&mut locked);
        let _ = locked.handle(sign_in, Event::Code(&not(&right, n.into())));
        locked.now += 1000;
    }
    check_last_resort(locked, Ending::Locked);

    let mut unreachable = account_with(ALL, &[Sms], true);
    unreachable.contacts = Contacts::NONE;
    check_last_resort(unreachable, Ending::NoUsableFactor);

    let mut flooded = account_with(ALL, &[Email], true);
    for _ in 0..5 {
        let _ = begin(&mut flooded);
    }
    check_last_resort(flooded, Ending::TooManyDeliveries);
}

#[test]
fn used_up_codes_are_no_last_resort() {
    let (mut rig, codes) = rig(&[Sms], true);
    for code in &codes {
        let sign_in = begin(&mut rig);
        assert_eq!(redeem(&mut rig, sign_in, code), Ok(()));
        rig.now += 3600;
    }
    rig.contacts = Contacts::NONE;
    assert_eq!(first(&rig.begin()), First::Over(Ending::NoUsableFactor));
}

#[test]
fn without_a_set_or_a_use_for_it_none_is_looked_at() {
    let mut rig = account_with(ALL, &[Totp], true);
    let sign_in = begin(&mut rig);
    let before = rig.account.encode();
    let (_, refusal) = refused(rig.handle(sign_in, Event::RecoveryCode(&wrong(0))));
    assert_eq!(refusal, Refusal::NotOffered);
    assert_eq!(rig.account.encode(), before);
    let codes = issue(&mut rig);
    rig.policy.recovery = RecoveryUse::Never;
    let sign_in = begin(&mut rig);
    assert_eq!(
        redeem(&mut rig, sign_in, &codes[0]),
        Err(Refusal::NotOffered)
    );
    let before = rig.account.encode();
    let fresh = rig.fresh();
    let issued = rig.account.issue_recovery_codes(&rig.policy, fresh);
    assert_eq!(issued.unwrap_err(), RecoveryNotAllowed);
    assert!(!RecoveryNotAllowed.to_string().is_empty());
    assert_eq!(rig.account.encode(), before);
}

#[test]
fn a_set_up_takes_no_recovery_code() {
    let mut rig = Rig::new(MfaRequirement::Required);
    let codes = issue(&mut rig);
    let take = |rig: &mut Rig, sign_in| {
        let (sign_in, refusal) = refused(rig.handle(sign_in, Event::RecoveryCode(&codes[0])));
        assert_eq!(refusal, Refusal::NotAsked);
        sign_in
    };
    let sign_in = begin(&mut rig);
    assert_eq!(sign_in.prompt(), Prompt::SetUp(set(&[Totp, Email])));
    let sign_in = take(&mut rig, sign_in);
    let sealed = sign_in.encode();
    let (sign_in, _) = goes_on(rig.handle(sign_in, Event::SetUpEmail(MAIL)));
    take(&mut rig, sign_in);
    let sign_in = SignIn::decode(&sealed).unwrap();
    let (sign_in, act) = goes_on(rig.handle(sign_in, Event::SetUpTotp));
    let countersign_core::Act::ShowSecret(secret) = act else {
        panic!("{act:?}");
    };
    let sign_in = take(&mut rig, sign_in);
    let code = totp_code(&secret, rig.now);
    let (sign_in, _) = goes_on(rig.handle(sign_in, Event::Code(&code)));
    assert_eq!(sign_in.prompt(), Prompt::Complete);
    take(&mut rig, sign_in);
    assert_eq!(rig.account.remaining_recovery_codes(), 10);
}

#[test]
fn a_reset_removes_them_and_an_unlock_does_not() {
    let (mut rig, _) = rig(&[Totp], true);
    rig.account.unlock();
    assert_eq!(rig.account.remaining_recovery_codes(), 10);
    rig.account.remove_totp();
    assert_eq!(rig.account.remaining_recovery_codes(), 10);
    rig.account.reset();
    assert_eq!(rig.account.remaining_recovery_codes(), 0);
    issue(&mut rig);
    rig.account.remove_recovery_codes();
    assert_eq!(rig.account.remaining_recovery_codes(), 0);
}
