//! A sign-in's stored form: what is read is written back as it was, and whatever it says, no event
//! alone turns it into a success.

use countersign_core::{
    Account, Code, Contacts, Context, Destination, Event, FirstFactorVerified, MfaRequirement,
    MfaSet, MfaType, Outcome, Policy, RecoveryCode, Sha1, SignIn, UnixTime,
};

use super::Target;
use crate::model::draw;

pub(super) const TARGET: Target = Target {
    name: "sign_in",
    run,
    seeds,
    max_len: 128,
};

fn run(data: &[u8]) {
    let Ok(sign_in) = SignIn::decode(data) else {
        return;
    };
    assert_eq!(sign_in.encode()[..], *data, "a second spelling");
    let wrong = Code::parse("000000").unwrap();
    let recovery = RecoveryCode::parse(&"0".repeat(24)).unwrap();
    let events = [
        Event::Code(&wrong),
        Event::RecoveryCode(&recovery),
        Event::SelectFactor(MfaType::Totp),
        Event::SelectFactor(MfaType::Sms),
        Event::SetUpTotp,
        Event::SetUpEmail(Destination([0x60; 16])),
        Event::Resend,
        Event::Complete,
    ];
    // Whoever could write a sealed form still has nothing: this account never issued a code and
    // has no authenticator.
    let policy = policy();
    let context = context(&policy, sign_in.expires_at().secs().saturating_sub(1));
    for (n, event) in (1..).zip(events) {
        let sign_in = SignIn::decode(data).unwrap();
        let account = Account::<Sha1>::new(sign_in.account());
        let step = sign_in.handle(event, account, &context, draw(n));
        match step.after_saving() {
            Outcome::SignedIn(verified) => panic!("{:?}", verified.evidence()),
            Outcome::Continue { sign_in, .. } => {
                let stored = sign_in.encode();
                assert_eq!(SignIn::decode(&stored).unwrap().encode(), stored);
            }
            Outcome::Ended(_) => {}
        }
    }
}

fn policy() -> Policy {
    Policy {
        requirement: MfaRequirement::Required,
        allowed: MfaSet::ALL,
        ..Policy::DEFAULT
    }
}

fn context(policy: &Policy, secs: u64) -> Context<'_> {
    Context {
        policy,
        contacts: Contacts::NONE,
        now: UnixTime::from_secs(secs).unwrap(),
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let policy = policy();
    let context = context(&policy, 1_800_000_000);
    let account = Account::<Sha1>::new(countersign_core::AccountId([7; 16]));
    let first = FirstFactorVerified::vouch(account.id());
    let step = SignIn::begin(first, account, &context, draw(1));
    let Outcome::Continue { sign_in, .. } = step.after_saving() else {
        return Vec::new();
    };
    let stored = sign_in.encode();
    // Every kind of prompt, with something beside it and with nothing.
    (1..=7)
        .flat_map(|prompt| [0, 1, 7].map(|detail| (prompt, detail)))
        .map(|(prompt, detail)| {
            let mut seed = stored.to_vec();
            seed[49] = prompt;
            seed[50] = detail;
            seed
        })
        .collect()
}
