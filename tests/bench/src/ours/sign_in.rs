//! The sign-in machine: one event, and the stored forms.

use std::hint::black_box;

use countersign_core::{
    Account, AccountId, Code, Contacts, Context, Entropy, Event, FirstFactorVerified,
    MfaPreference, MfaPreferenceUpdate, MfaRequirement, MfaSet, Outcome, Policy, SetUpBinding,
    SetUpVerdict, Sha1, SignIn, Totp, TotpParams, UnixTime,
};

use super::{NAME, at, read};
use crate::inputs::{FIRST, MISS};
use crate::{Answer, Contender, Kind, Operation};

/// An account with an authenticator, and a sign-in that asks for its code.
struct Story {
    account: Account<Sha1>,
    pending: [u8; SignIn::ENCODED_LEN],
    stored: Vec<u8>,
    policy: Policy,
    now: UnixTime,
    right: Code,
}

impl Story {
    fn new() -> Self {
        let policy = Policy {
            requirement: MfaRequirement::Optional,
            allowed: MfaSet::ALL,
            ..Policy::DEFAULT
        };
        let enrolled = at(FIRST);
        let now = at(FIRST + 10);
        let mut account = Account::<Sha1>::new(AccountId([1; 16]));
        let binding = SetUpBinding([2; 16]);
        let fresh = Entropy::from_bytes([3; Entropy::LEN]);
        let secret = account.begin_totp_set_up(binding, &policy, enrolled, fresh);
        let totp = Totp::<Sha1>::new(&secret, TotpParams::DEFAULT);
        let code = totp.generate(enrolled).expect("a step");
        let verdict = account.verify_totp_set_up(binding, &code, &policy, enrolled);
        assert_eq!(verdict, SetUpVerdict::Enrolled);
        let update = MfaPreferenceUpdate {
            totp: Some(MfaPreference::Enabled),
            ..MfaPreferenceUpdate::default()
        };
        account
            .update_preferences(&update, &Contacts::NONE, &policy)
            .expect("an authenticator can be enabled");
        let first = FirstFactorVerified::vouch(account.id());
        let fresh = Entropy::from_bytes([4; Entropy::LEN]);
        let step = SignIn::begin(first, account, &context(&policy, now), fresh);
        let account = step.account().clone();
        let Outcome::Continue { sign_in, .. } = step.after_saving() else {
            panic!("a code is asked for");
        };
        Self {
            pending: sign_in.encode(),
            stored: account.encode().as_slice().to_vec(),
            account,
            policy,
            now,
            right: totp.generate(now).expect("a step"),
        }
    }

    /// The transition: the account's copy and the pending sign-in's reading are part of it, since
    /// both are consumed.
    fn handle(&self, typed: &Code) -> bool {
        let sign_in = SignIn::decode(black_box(&self.pending)).expect("what was encoded");
        let fresh = Entropy::from_bytes([5; Entropy::LEN]);
        let context = context(&self.policy, self.now);
        let step = sign_in.handle(Event::Code(typed), self.account.clone(), &context, fresh);
        black_box(step.account());
        matches!(step.after_saving(), Outcome::SignedIn(_))
    }
}

fn context(policy: &Policy, now: UnixTime) -> Context<'_> {
    Context {
        policy,
        contacts: Contacts::NONE,
        now,
    }
}

pub(super) fn contender(operation: Operation) -> Contender {
    let story = Story::new();
    match operation {
        Operation::SignInAccept => Contender::accepted(Kind::Ours, NAME, move |_| {
            story.handle(black_box(&story.right))
        }),
        Operation::SignInEncode => {
            let sign_in = SignIn::decode(&story.pending).expect("what was encoded");
            let run = move |_| {
                (
                    black_box(&story.account).encode(),
                    black_box(&sign_in).encode(),
                )
            };
            Contender::new(Kind::Ours, NAME, run, |_| Answer::Done)
        }
        Operation::SignInDecode => {
            let run = move |_| {
                let account = Account::<Sha1>::decode(black_box(&story.stored));
                let sign_in = SignIn::decode(black_box(&story.pending));
                (
                    account.expect("what was encoded"),
                    sign_in.expect("what was encoded"),
                )
            };
            Contender::new(Kind::Ours, NAME, run, |_| Answer::Done)
        }
        _ => {
            let wrong = read(&MISS);
            Contender::accepted(Kind::Ours, NAME, move |_| story.handle(black_box(&wrong)))
        }
    }
}
