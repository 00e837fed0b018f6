//! An account's stored form: what is read is written back as it was, and whatever it says, a
//! sign-in with it neither panics nor leaves a form that cannot be read.

use countersign_core::{
    Account, AccountId, Algorithm, Code, Contacts, Context, Destination, Event,
    FirstFactorVerified, MfaRequirement, MfaSet, MfaType, Outcome, Policy, RecoveryCode,
    SetUpBinding, Sha1, Sha256, Sha512, SignIn, Step, Totp, TotpParams, UnixTime,
};

use super::Target;
use crate::model::draw;

pub(super) const TARGET: Target = Target {
    name: "account",
    run,
    seeds,
    max_len: 1024,
};

fn run(data: &[u8]) {
    read::<Sha1>(data);
    read::<Sha256>(data);
    read::<Sha512>(data);
}

fn read<A: Algorithm>(data: &[u8]) {
    let Ok(account) = Account::<A>::decode(data) else {
        return;
    };
    assert_eq!(account.encode()[..], *data, "a second spelling");
    for requirement in [MfaRequirement::Optional, MfaRequirement::Required] {
        use_it(account.clone(), requirement);
    }
}

/// Begins a sign-in and answers it, whatever it asks for.
fn use_it<A: Algorithm>(account: Account<A>, requirement: MfaRequirement) {
    let policy = Policy {
        requirement,
        allowed: MfaSet::ALL,
        ..Policy::DEFAULT
    };
    let context = Context {
        policy: &policy,
        contacts: CONTACTS,
        now: UnixTime::from_secs(NOW).unwrap(),
    };
    let first = FirstFactorVerified::vouch(account.id());
    let (mut account, mut outcome) = saved(SignIn::begin(first, account, &context, draw(1)));
    let code = Code::parse("123456").unwrap();
    let recovery = RecoveryCode::parse("7ZQK-0M3D-XW8N-25TA-JH4V-RC9E").unwrap();
    let events = [
        Event::SelectFactor(MfaType::Totp),
        Event::RecoveryCode(&recovery),
        Event::Code(&code),
        Event::SetUpTotp,
        Event::Code(&code),
        Event::Complete,
    ];
    for (n, event) in (2..).zip(events) {
        let Outcome::Continue { sign_in, .. } = outcome else {
            return;
        };
        let stored = sign_in.encode();
        assert_eq!(SignIn::decode(&stored).unwrap().encode(), stored);
        (account, outcome) = saved(sign_in.handle(event, account, &context, draw(n)));
    }
}

/// What was saved, read again.
fn saved<A: Algorithm>(step: Step<A>) -> (Account<A>, Outcome) {
    let stored = step.account().encode();
    let account = Account::decode(&stored[..]).expect("what is written can be read");
    assert_eq!(account.encode(), stored);
    (account, step.after_saving())
}

/// An empty account, an enrolled one, and one in the middle of everything, of each algorithm.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    grow::<Sha1>(&mut seeds);
    grow::<Sha256>(&mut seeds);
    grow::<Sha512>(&mut seeds);
    seeds
}

fn grow<A: Algorithm>(seeds: &mut Vec<Vec<u8>>) {
    let mut account = Account::<A>::new(AccountId([7; 16]));
    seeds.push(account.encode().to_vec());
    let policy = Policy {
        allowed: MfaSet::ALL,
        requirement: MfaRequirement::Required,
        ..Policy::DEFAULT
    };
    let now = UnixTime::from_secs(NOW).unwrap();
    let binding = SetUpBinding([3; 16]);
    let secret = account.begin_totp_set_up(binding, &policy, now, draw(9));
    seeds.push(account.encode().to_vec());
    let code = Totp::<A>::new(&secret, TotpParams::DEFAULT)
        .generate(now)
        .unwrap();
    let _ = account.verify_totp_set_up(binding, &code, &policy, now);
    seeds.push(account.encode().to_vec());
    account.begin_totp_set_up(binding, &policy, now, draw(10));
    let _ = account.issue_recovery_codes(&policy, draw(13));
    let context = Context {
        policy: &policy,
        contacts: CONTACTS,
        now,
    };
    let first = FirstFactorVerified::vouch(account.id());
    let (account, outcome) = saved(SignIn::begin(first, account, &context, draw(11)));
    if let Outcome::Continue { sign_in, .. } = outcome {
        let step = sign_in.handle(Event::Code(&code), account, &context, draw(12));
        seeds.push(step.account().encode().to_vec());
    }
}

const NOW: u64 = 1_800_000_000;
const CONTACTS: Contacts = Contacts {
    sms: Some(Destination([0x50; 16])),
    email: Some(Destination([0x60; 16])),
};
