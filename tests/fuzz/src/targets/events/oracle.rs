//! What must hold whatever happens, by a book that is kept from outside: what was shown, delivered,
//! accepted and spent.

use std::collections::{BTreeMap, BTreeSet};

use countersign_core::{
    Account, Code, Context, Ending, Evidence, Guess, MfaRequirement, MfaType, Policy, Prompt,
    RecoveryCode, RecoveryUse, Refusal, SetUpBinding, SetUpVerdict, SharedSecret, SignInId,
    UnixTime,
};

use super::delivered::{Delivered, asks_for_delivered};
use super::fresh::{freshest, under_way};
use super::seen::{Answered, Seen, Shown, nothing_is_given_back};

/// The book.
#[derive(Default)]
pub(crate) struct Oracle {
    active: Option<Active>,
    pending: Option<Pending>,
    delivered: Vec<Delivered>,
    /// The latest set of recovery codes, and whether each is used.
    recovery: Vec<(RecoveryCode, bool)>,
    /// Sign-ins that have succeeded.
    over: BTreeSet<[u8; 16]>,
    /// The sign-in that has just set up an authenticator.
    completion: Option<[u8; 16]>,
    /// Wrong guesses of each sign-in that count against the year.
    year: BTreeMap<[u8; 16], u32>,
    /// Codes sent by text message and by e-mail.
    sent: [u32; 2],
}

struct Active {
    secret: SharedSecret,
    /// The last step whose code was accepted.
    last: u64,
}

struct Pending {
    by: SetUpBinding,
    secret: SharedSecret,
    started_at: u64,
    expires_at: u64,
}

impl Oracle {
    pub(crate) fn secret(&self) -> Option<&SharedSecret> {
        self.active.as_ref().map(|active| &active.secret)
    }

    pub(crate) fn pending(&self) -> Option<&SharedSecret> {
        self.pending.as_ref().map(|pending| &pending.secret)
    }

    pub(crate) fn delivered(&self, back: usize) -> Option<Code> {
        let sent = self.delivered.iter().rev().nth(back)?;
        Some(sent.code.clone())
    }

    /// A recovery code of the latest set, or one of none.
    pub(crate) fn recovery_code(&self, place: usize) -> RecoveryCode {
        let kept = self.recovery.get(place).map(|(code, _)| code.clone());
        kept.unwrap_or_else(|| RecoveryCode::parse(&"7".repeat(24)).unwrap())
    }

    /// A new authenticator waits, in place of any other.
    pub(crate) fn waits(
        &mut self,
        by: SetUpBinding,
        secret: SharedSecret,
        at: UnixTime,
        policy: &Policy,
    ) {
        self.pending = Some(Pending {
            by,
            secret,
            started_at: at.secs(),
            expires_at: at.secs() + u64::from(policy.set_up_secs),
        });
    }

    /// Holds every promise against one step.
    pub(crate) fn hold(
        &mut self,
        before: &Account,
        after: &Account,
        context: &Context<'_>,
        seen: Seen,
    ) {
        let settings = after.settings();
        let preferred = settings.preferred();
        assert!(preferred.is_none_or(|factor| settings.enabled().contains(factor)));
        nothing_is_given_back(before, after, &seen);
        self.follow(before, after, context, seen);
        assert_eq!(after.has_authenticator(), self.active.is_some());
        let left = self.recovery.iter().filter(|(_, used)| !used).count();
        assert_eq!(usize::from(after.remaining_recovery_codes()), left);
    }

    /// Brings the book up to what was seen, if that could be.
    fn follow(&mut self, before: &Account, after: &Account, context: &Context<'_>, seen: Seen) {
        let settings = after.settings();
        match seen {
            Seen::Asked(answered, prompt) => self.asked(answered, prompt, context),
            Seen::Delivered(id, prompt, factor, code) => {
                self.sends(context, factor);
                self.keeps(id, prompt, factor, code, context);
            }
            Seen::Refused(answered, refusal) => {
                self.refused(before, after, context, answered, refusal);
            }
            Seen::SignedIn(answered, id, evidence) => {
                self.signed_in(before, context, answered, id, evidence);
            }
            Seen::Ended(answered, ending) => {
                assert!(
                    answered.is_some() || !matches!(ending, Ending::Spent | Ending::OtherAccount)
                );
            }
            Seen::Preferred(Err(_)) => assert_eq!(before.encode(), after.encode()),
            Seen::Preferred(Ok(())) => {
                let enrolled = before.enrolled(&context.contacts);
                let was = before.settings().enabled();
                let mut newly = settings.enabled().iter();
                assert!(newly.all(|factor| was.contains(factor) || enrolled.contains(factor)));
            }
            Seen::SetUp(by, code, SetUpVerdict::Enrolled) => {
                assert_eq!(before.settings(), settings, "an enrolment enables nothing");
                self.enrolled(by, &code, context);
            }
            Seen::SetUp(..) => {
                assert_eq!(before.settings(), settings);
                assert_eq!(before.has_authenticator(), after.has_authenticator());
            }
            Seen::Started => assert_eq!(before.settings(), settings),
            Seen::Issued(codes) => {
                let allowed = context.policy.recovery == RecoveryUse::IfIssued;
                assert_eq!(codes.is_some(), allowed);
                if let Some(codes) = codes {
                    self.recovery = codes.into_iter().map(|code| (code, false)).collect();
                }
            }
            Seen::RecoveryRemoved => self.recovery.clear(),
            Seen::Removed => self.removed(),
            Seen::AddressRemoved => self.kill(),
            Seen::Unlocked => self.year.clear(),
            Seen::Reset => {
                self.removed();
                self.recovery.clear();
                self.year.clear();
            }
        }
    }

    /// A prompt without a message: if a code led to it, it was the first one of an authenticator.
    fn asked(&mut self, answered: Option<Answered>, prompt: Prompt, context: &Context<'_>) {
        let Some((id, stood, expires_at, Shown::Code(code))) = answered else {
            return;
        };
        assert_eq!((stood, prompt), (Prompt::TotpSetUpCode, Prompt::Complete));
        assert!(context.now < expires_at && !self.over.contains(&id.0));
        assert_eq!(context.policy.requirement, MfaRequirement::Required);
        self.enrolled(SetUpBinding(id.0), &code, context);
        self.completion = Some(id.0);
    }

    /// The authenticator that waited is in force; it was its code, in its time and session.
    fn enrolled(&mut self, by: SetUpBinding, code: &Code, context: &Context<'_>) {
        let pending = self.pending.take().expect("nothing was being set up");
        assert_eq!(pending.by, by, "a set-up of another session");
        assert!(under_way(
            context.now,
            pending.started_at,
            pending.expires_at
        ));
        let last = freshest(&pending.secret, code, context, None);
        self.active = Some(Active {
            last: last.expect("a first code that is not the authenticator's"),
            secret: pending.secret,
        });
    }

    fn sends(&mut self, context: &Context<'_>, factor: MfaType) {
        let sent = &mut self.sent[usize::from(factor == MfaType::Email)];
        *sent += 1;
        assert!(*sent <= u32::from(context.policy.throttle.daily_deliveries));
    }

    fn keeps(
        &mut self,
        sign_in: SignInId,
        prompt: Prompt,
        factor: MfaType,
        code: Code,
        context: &Context<'_>,
    ) {
        assert!(factor.is_delivered());
        self.kill();
        self.delivered
            .push(Delivered::new(sign_in, prompt, code, context));
    }

    fn refused(
        &mut self,
        before: &Account,
        after: &Account,
        context: &Context<'_>,
        answered: Option<Answered>,
        refusal: Refusal,
    ) {
        let Some((id, prompt, _, shown)) = answered else {
            return;
        };
        assert!(
            !self.over.contains(&id.0),
            "a sign-in that has ended goes on"
        );
        self.refused_delivered((id, prompt), &shown, refusal, context);
        match refusal {
            Refusal::WrongCode => {
                let guess = match (shown, prompt) {
                    (Shown::Recovery(place), _) => {
                        assert!(place >= self.recovery.len(), "a code of the set is refused");
                        Guess::RecoveryCode
                    }
                    (Shown::Code(_), Prompt::Code(factor)) => Guess::Code(factor),
                    (Shown::Code(_), Prompt::EmailSetUpCode(_)) => Guess::Code(MfaType::Email),
                    // Whoever sets up an authenticator has its secret: no guess.
                    (Shown::Code(_), _) => return,
                    (Shown::Nothing, _) => panic!("no code was shown"),
                };
                let (was, is) = (before.throttle(), after.throttle());
                assert_eq!(is.failures_of(guess), was.failures_of(guess) + 1);
                self.looked_at(before, guess, context);
                *self.year.entry(id.0).or_default() += 1;
            }
            Refusal::AlreadyUsed => {
                if let Shown::Recovery(place) = shown {
                    assert!(self.recovery[place].1, "a fresh recovery code is refused");
                }
            }
            Refusal::Blocked(_) | Refusal::NotOffered | Refusal::NotAsked => {
                assert_eq!(before.encode(), after.encode(), "nothing was looked at");
            }
            _ => {}
        }
    }

    /// What is right is not refused as wrong or expired; what was seen when it was not good is not
    /// good any more.
    fn refused_delivered(
        &mut self,
        answered: (SignInId, Prompt),
        shown: &Shown,
        refusal: Refusal,
        context: &Context<'_>,
    ) {
        let (Shown::Code(code), Some(sent)) = (shown, self.delivered.last_mut()) else {
            return;
        };
        if asks_for_delivered(answered.1) && refusal == Refusal::WrongCode {
            assert!(
                !sent.is_right(answered, code, context),
                "a right code is refused"
            );
            sent.guessed();
        }
        if refusal == Refusal::CodeExpired && sent.is_for(answered) {
            assert!(
                !sent.is_right(answered, code, context),
                "a good code is refused"
            );
            sent.kill();
        }
    }

    /// A code was compared, so no limit can have been reached.
    fn looked_at(&self, before: &Account, guess: Guess, context: &Context<'_>) {
        let throttle = &context.policy.throttle;
        assert!(before.throttle().failures_of(guess) < throttle.lock_at);
        let spent: u32 = self.year.values().sum();
        assert!(
            spent < u32::from(throttle.yearly_failures),
            "the year's budget is spent"
        );
        assert_eq!(
            before.throttle().admits(guess, throttle, context.now),
            Ok(())
        );
    }

    fn signed_in(
        &mut self,
        before: &Account,
        context: &Context<'_>,
        answered: Option<Answered>,
        id: SignInId,
        evidence: Evidence,
    ) {
        assert!(self.over.insert(id.0), "a sign-in is good once");
        let policy = context.policy;
        let asked = before.settings().enabled().and(policy.allowed);
        let Some((answered, prompt, expires_at, shown)) = answered else {
            assert_eq!(evidence, Evidence::NotRequired);
            let none = policy.requirement == MfaRequirement::Optional && asked.is_empty();
            assert!(policy.requirement == MfaRequirement::Off || none);
            return;
        };
        assert_eq!(answered, id);
        assert!(context.now < expires_at, "it had expired");
        match evidence {
            Evidence::Code(factor) => {
                assert_eq!(prompt, Prompt::Code(factor));
                assert!(policy.allowed.contains(factor));
                self.looked_at(before, Guess::Code(factor), context);
                let Shown::Code(code) = shown else {
                    panic!("no code was shown");
                };
                if factor == MfaType::Totp {
                    self.spends_step(&code, context);
                } else {
                    assert!(context.contacts.of(factor).is_some());
                    self.spends_delivered((id, prompt), &code, context);
                }
            }
            Evidence::SetUp(MfaType::Totp) => {
                assert_eq!(policy.requirement, MfaRequirement::Required);
                assert_eq!(self.completion.take(), Some(id.0));
                assert!(self.active.is_some());
            }
            Evidence::SetUp(factor) => {
                assert!(matches!(prompt, Prompt::EmailSetUpCode(_)), "{prompt:?}");
                self.looked_at(before, Guess::Code(factor), context);
                let Shown::Code(code) = shown else {
                    panic!("no code was shown");
                };
                self.spends_delivered((id, prompt), &code, context);
            }
            Evidence::Recovery => {
                assert_eq!(policy.recovery, RecoveryUse::IfIssued);
                self.looked_at(before, Guess::RecoveryCode, context);
                let Shown::Recovery(place) = shown else {
                    panic!("no recovery code was shown");
                };
                let (_, used) = self.recovery.get_mut(place).expect("a code of no set");
                assert!(!*used, "accepted twice");
                *used = true;
            }
            Evidence::NotRequired => panic!("nothing was required, after all"),
        }
        self.year.remove(&id.0);
    }

    fn spends_step(&mut self, code: &Code, context: &Context<'_>) {
        let active = self.active.as_mut().expect("there is no authenticator");
        let step = freshest(&active.secret, code, context, Some(active.last));
        active.last = step.expect("no fresh code of the authenticator");
    }

    fn spends_delivered(
        &mut self,
        answered: (SignInId, Prompt),
        code: &Code,
        context: &Context<'_>,
    ) {
        let sent = self.delivered.last_mut().expect("nothing was delivered");
        assert!(
            sent.is_right(answered, code, context),
            "used, replaced or not for this"
        );
        sent.kill();
    }

    fn removed(&mut self) {
        self.active = None;
        self.pending = None;
        self.completion = None;
    }

    fn kill(&mut self) {
        for sent in &mut self.delivered {
            sent.kill();
        }
    }
}
