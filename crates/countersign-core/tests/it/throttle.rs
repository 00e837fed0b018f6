//! Limits: back-off, lock-out, the yearly budget against its best attacker, refunds.

use countersign_core::{
    Act, Blocked, Code, Ending, Event, MfaRequirement, MfaSet, MfaType, Outcome, Prompt, Refusal,
    SharedSecret, SignIn, Throttle, ThrottlePolicy,
};

use crate::rig::{Rig, START, at, not, totp_code};

/// An account with an authenticator, of which somebody knows the password.
struct Victim {
    rig: Rig,
    secret: SharedSecret,
    guesses: u32,
}

impl Victim {
    fn new(throttle: ThrottlePolicy) -> Self {
        let (mut rig, secret) = Rig::enrolled(MfaRequirement::Optional, MfaSet::of(MfaType::Totp));
        rig.policy.throttle = throttle;
        Self {
            rig,
            secret,
            guesses: 0,
        }
    }

    fn begin(&mut self) -> SignIn {
        match self.rig.begin() {
            Outcome::Continue { sign_in, .. } => {
                assert_eq!(sign_in.prompt(), Prompt::Code(MfaType::Totp));
                sign_in
            }
            other => panic!("{other:?}"),
        }
    }

    fn answer(&mut self, sign_in: SignIn, code: &Code) -> Result<(), (SignIn, Refusal)> {
        match self.rig.handle(sign_in, Event::Code(code)) {
            Outcome::SignedIn(_) => Ok(()),
            Outcome::Continue {
                sign_in,
                act: Act::Refuse(refusal),
            } => Err((sign_in, refusal)),
            other => panic!("{other:?}"),
        }
    }

    fn wrong(&mut self, sign_in: SignIn) -> (SignIn, Refusal) {
        self.guesses += 1;
        let code = not(&totp_code(&self.secret, self.rig.now), self.guesses);
        self.answer(sign_in, &code).unwrap_err()
    }

    /// A wrong code in a sign-in of its own.
    fn guess(&mut self) -> Refusal {
        if self
            .rig
            .account
            .throttle()
            .is_locked(MfaType::Totp, &self.rig.policy.throttle)
        {
            return Refusal::Blocked(Blocked::FactorLocked);
        }
        if self.is_spent() {
            return Refusal::Blocked(Blocked::BudgetSpent);
        }
        let sign_in = self.begin();
        self.wrong(sign_in).1
    }

    /// Whether the year's budget is spent, in which case no sign-in asks for a code.
    fn is_spent(&mut self) -> bool {
        let admits = self.rig.account.throttle().admits(
            MfaType::Totp,
            &self.rig.policy.throttle,
            crate::rig::at(self.rig.now),
        );
        let spent = admits == Err(Blocked::BudgetSpent);
        if spent {
            assert!(matches!(self.rig.begin(), Outcome::Ended(Ending::Locked)));
        }
        spent
    }

    /// Guesses until it is refused, and counts the guesses that were looked at.
    fn guesses_left(&mut self) -> u32 {
        let mut evaluated = 0;
        while self.guess() == Refusal::WrongCode {
            evaluated += 1;
        }
        evaluated
    }

    fn log_in(&mut self) -> Result<(), Refusal> {
        if self.is_spent() {
            return Err(Refusal::Blocked(Blocked::BudgetSpent));
        }
        let sign_in = self.begin();
        let code = totp_code(&self.secret, self.rig.now);
        self.answer(sign_in, &code).map_err(|(_, refusal)| refusal)
    }
}

/// Everything off but the yearly budget.
const YEARLY: ThrottlePolicy = ThrottlePolicy {
    backoff_from: u8::MAX,
    lock_at: u8::MAX,
    yearly_failures: 6,
    ..ThrottlePolicy::DEFAULT
};
const DAY: u64 = 86_400;
const YEAR: u64 = 365 * DAY;

/// How long the account is blocked after this many failures in a row.
#[track_caller]
fn check_backoff(failures: u32, wait: u64) {
    let mut victim = Victim::new(ThrottlePolicy {
        lock_at: u8::MAX,
        ..ThrottlePolicy::DEFAULT
    });
    for n in 0..failures {
        victim.rig.now += 1000;
        assert_eq!(victim.guess(), Refusal::WrongCode, "guess {n}");
    }
    let begun = victim.rig.now;
    // A time is rounded down, so a block covers one more second than it is long.
    let wait = if wait > 0 { wait + 1 } else { 0 };
    if wait > 0 {
        let blocked = Refusal::Blocked(Blocked::Until(at(begun + wait)));
        for now in [begun, begun + wait - 1] {
            victim.rig.now = now;
            assert_eq!(victim.guess(), blocked);
            assert_eq!(
                victim.log_in(),
                Err(blocked),
                "the right code is refused as well"
            );
        }
    }
    victim.rig.now = begun + wait;
    assert_eq!(victim.log_in(), Ok(()));
    // And all begins anew.
    assert_eq!(victim.guess(), Refusal::WrongCode);
    assert_eq!(victim.guess(), Refusal::WrongCode);
}

#[test]
fn back_off_doubles_from_the_fifth_failure() {
    for failures in 0..=4 {
        check_backoff(failures, 0);
    }
    check_backoff(5, 1);
    check_backoff(6, 2);
    check_backoff(7, 4);
    check_backoff(8, 8);
    check_backoff(9, 16);
    check_backoff(10, 32);
    check_backoff(14, 512);
    check_backoff(15, 900);
    check_backoff(60, 900);
}

#[test]
fn what_is_refused_by_the_back_off_is_not_counted() {
    let mut victim = Victim::new(ThrottlePolicy::DEFAULT);
    for _ in 0..5 {
        assert_eq!(victim.guess(), Refusal::WrongCode);
    }
    for _ in 0..100 {
        assert!(matches!(
            victim.guess(),
            Refusal::Blocked(Blocked::Until(_))
        ));
    }
    assert_eq!(victim.rig.account.throttle().failures_of(MfaType::Totp), 5);
}

fn locked() -> Victim {
    let mut victim = Victim::new(ThrottlePolicy::DEFAULT);
    victim
        .rig
        .prefer(MfaType::Sms, countersign_core::MfaPreference::NotPreferred);
    victim
        .rig
        .prefer(MfaType::Totp, countersign_core::MfaPreference::Preferred);
    for _ in 0..10 {
        victim.rig.now += 1000;
        assert_eq!(victim.guess(), Refusal::WrongCode);
    }
    victim.rig.now += 1000;
    victim
}

#[test]
fn the_tenth_failure_locks_and_another_factor_unlocks() {
    let mut victim = locked();
    let policy = victim.rig.policy.throttle;
    assert!(
        victim
            .rig
            .account
            .throttle()
            .is_locked(MfaType::Totp, &policy)
    );
    // Time does not unlock; the other factor is asked for instead of the preferred one.
    victim.rig.now += YEAR;
    let Outcome::Continue {
        sign_in,
        act: Act::Deliver(MfaType::Sms, code),
    } = victim.rig.begin()
    else {
        panic!("SMS is the only open factor");
    };
    assert!(victim.answer(sign_in, &code).is_ok());
    assert_eq!(victim.rig.account.throttle().failures_of(MfaType::Totp), 0);
    assert_eq!(victim.log_in(), Ok(()));
}

#[test]
fn an_administrator_unlocks() {
    let mut victim = locked();
    victim.rig.account.unlock();
    assert_eq!(victim.log_in(), Ok(()));
}

#[test]
fn the_right_code_of_a_locked_factor_is_refused_in_a_sign_in_that_was_open() {
    let mut victim = Victim::new(ThrottlePolicy {
        backoff_from: u8::MAX,
        ..ThrottlePolicy::DEFAULT
    });
    let open = victim.begin();
    assert_eq!(victim.guesses_left(), 10);
    let code = totp_code(&victim.secret, victim.rig.now);
    let (_, refusal) = victim.answer(open, &code).unwrap_err();
    assert_eq!(refusal, Refusal::Blocked(Blocked::FactorLocked));
}

/// A sign-in that spent two attempts of six succeeds, where another spent `others`: so many
/// guesses are left then.
#[track_caller]
fn check_refund(others: u32, left: u32) {
    let mut victim = Victim::new(YEARLY);
    let mut open = victim.begin();
    for _ in 0..2 {
        open = victim.wrong(open).0;
    }
    for _ in 0..others {
        assert_eq!(victim.guess(), Refusal::WrongCode);
    }
    let code = totp_code(&victim.secret, victim.rig.now);
    assert!(victim.answer(open, &code).is_ok());
    assert_eq!(victim.guesses_left(), left);
    assert_eq!(victim.guess(), Refusal::Blocked(Blocked::BudgetSpent));
}

#[test]
fn a_success_gives_back_what_its_own_sign_in_spent() {
    check_refund(0, 6);
    check_refund(1, 5);
    check_refund(3, 3);
}

#[test]
fn what_is_forgotten_is_not_given_back() {
    let mut victim = Victim::new(ThrottlePolicy {
        yearly_failures: 20,
        ..YEARLY
    });
    let sign_in = victim.begin();
    let (open, _) = victim.wrong(sign_in);
    for _ in 0..4 {
        assert_eq!(victim.guess(), Refusal::WrongCode);
    }
    let code = totp_code(&victim.secret, victim.rig.now);
    assert!(victim.answer(open, &code).is_ok());
    assert_eq!(victim.guesses_left(), 15);
}

/// Whether a budget that was spent at `START + spent` is open again `after` seconds later.
#[track_caller]
fn check_year(spent: u64, after: u64, open: bool) {
    let mut victim = Victim::new(YEARLY);
    victim.rig.now = START + spent;
    assert_eq!(victim.guesses_left(), 6);
    victim.rig.now += after;
    assert_eq!(victim.guess() == Refusal::WrongCode, open);
}

#[test]
fn the_budget_opens_after_a_year_and_not_sooner() {
    for spent in (0..60).map(|half_day| 1000 + half_day * DAY / 2) {
        check_year(spent, YEAR - 1, false);
        check_year(spent, YEAR + 31 * DAY, true);
    }
}

#[test]
fn clocks_give_nothing_back() {
    let mut victim = Victim::new(YEARLY);
    assert_eq!(victim.guesses_left(), 6);
    let then = victim.rig.now;
    // Back a little, a year and ten years, and forth again.
    for now in [then - 3600, then - YEAR, then - 10 * YEAR, then] {
        victim.rig.now = now;
        assert_eq!(victim.guess(), Refusal::Blocked(Blocked::BudgetSpent));
    }
    // A clock that was far ahead does not freeze the count until the wrong date comes.
    let mut victim = Victim::new(YEARLY);
    victim.rig.now = then + 50 * YEAR;
    assert_eq!(victim.guesses_left(), 6);
    victim.rig.now = then;
    assert_eq!(victim.guess(), Refusal::Blocked(Blocked::BudgetSpent));
    // A success is what stores the count anew; here it is an authenticator's failure elsewhere.
    victim.rig.policy.throttle.yearly_failures = 7;
    assert_eq!(victim.guess(), Refusal::WrongCode);
    victim.rig.now = then + YEAR + 31 * DAY;
    assert_eq!(victim.guess(), Refusal::WrongCode);
}

#[test]
fn a_clock_set_back_does_not_prolong_a_back_off() {
    let mut victim = Victim::new(ThrottlePolicy::DEFAULT);
    for _ in 0..5 {
        assert_eq!(victim.guess(), Refusal::WrongCode);
    }
    let then = victim.rig.now;
    victim.rig.now = then - 100;
    assert!(matches!(
        victim.guess(),
        Refusal::Blocked(Blocked::Until(_))
    ));
    victim.rig.now = then - DAY;
    assert_eq!(victim.guess(), Refusal::WrongCode);
}

/// Three years of an attacker who knows the password and when the victim signs in, at 8 and at 20
/// o'clock. Nine guesses between two of these keep the factor open.
#[test]
fn the_best_attacker_has_100_guesses_a_year_and_18_a_day() {
    let mut victim = Victim::new(ThrottlePolicy::DEFAULT);
    let mut evaluated: Vec<u64> = Vec::new();
    let mut logins = Vec::new();
    for half_day in 0..3 * 365 * 2 {
        let login = START + DAY + half_day * DAY / 2;
        victim.rig.now = login;
        match victim.log_in() {
            Ok(()) => logins.push(login),
            Err(refusal) => assert_eq!(refusal, Refusal::Blocked(Blocked::BudgetSpent)),
        }
        while victim.rig.now < login + DAY / 2 - 60
            && victim.rig.account.throttle().failures_of(MfaType::Totp) < 9
        {
            match victim.guess() {
                Refusal::WrongCode => evaluated.push(victim.rig.now),
                Refusal::Blocked(Blocked::Until(then)) => victim.rig.now = then.secs(),
                _ => victim.rig.now += 3600,
            }
        }
    }
    let most_in = |starts: &[u64], span: u64| {
        let spans = starts.iter().map(|from| *from..*from + span);
        let counts = spans.map(|span| evaluated.iter().filter(|t| span.contains(t)).count());
        counts.max()
    };
    assert_eq!(most_in(&evaluated, YEAR), Some(100));
    // Two sign-ins a day make two rests of nine; any 24 hours touch a third.
    assert_eq!(most_in(&logins, DAY), Some(18));
    assert!(most_in(&evaluated, DAY).is_some_and(|guesses| guesses <= 27));
    assert!(evaluated.len() <= 300 && logins.len() > 30);
}

#[test]
fn the_stored_form_has_one_spelling() {
    let mut victim = locked();
    let _ = victim.rig.begin();
    let throttle = *victim.rig.account.throttle();
    let stored = throttle.encode();
    assert_eq!(Throttle::decode(&stored), Ok(throttle));
    for len in 0..stored.len() {
        assert!(Throttle::decode(&stored[..len]).is_err());
    }
    assert!(Throttle::decode(&[stored.as_slice(), &[0]].concat()).is_err());
    for bit in 0..stored.len() * 8 {
        let mut flipped = stored;
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(decoded) = Throttle::decode(&flipped) {
            assert_eq!(decoded.encode(), flipped);
        }
    }
    for format in (0..=u8::MAX).filter(|format| *format != 1) {
        let mut other = stored;
        other[0] = format;
        assert!(Throttle::decode(&other).is_err());
    }
}
