//! One account and its clock: makes a move through the core's stored forms, as a service would, and
//! tells the oracle what was seen.

use countersign_core::{
    Account, AccountId, Act, Code, Contacts, Context, Destination, Event, FirstFactorVerified,
    MfaType, Outcome, Policy, SetUpBinding, SharedSecret, SignIn, Step, Totp, TotpParams, UnixTime,
};

use super::oracle::Oracle;
use super::seen::{Answered, Seen, Shown};
use super::{Input, Move, Typed};
use crate::model::draw;

/// An account as it is stored, and all that is around it.
pub(crate) struct Game {
    pub(crate) policy: Policy,
    pub(crate) contacts: Contacts,
    pub(crate) now: u64,
    stored: Vec<u8>,
    /// What the client of each of two sign-ins holds.
    held: [Vec<[u8; SignIn::ENCODED_LEN]>; 2],
    draws: u64,
    begun: usize,
    oracle: Oracle,
}

impl Game {
    /// A new account; the bits of `addresses` say which are on file.
    pub(crate) fn new(policy: Policy, addresses: u8) -> Self {
        Self {
            policy,
            contacts: Contacts {
                sms: (addresses & 1 != 0).then_some(Destination([0x50; 16])),
                email: (addresses & 2 != 0).then_some(Destination([0x60; 16])),
            },
            now: START,
            stored: Account::<countersign_core::Sha1>::new(ALICE)
                .encode()
                .to_vec(),
            held: [Vec::new(), Vec::new()],
            draws: 0,
            begun: 0,
            oracle: Oracle::default(),
        }
    }

    /// Sets up an authenticator and enables whatever can be.
    pub(crate) fn enrol(&mut self) {
        self.make(Move::StartSetUp(0));
        self.make(Move::FinishSetUp(0, Typed::Pending(0)));
        for factor in MfaType::ALL {
            let mut update = countersign_core::MfaPreferenceUpdate::default();
            let asked = Some(countersign_core::MfaPreference::Enabled);
            match factor {
                MfaType::Sms => update.sms = asked,
                MfaType::Totp => update.totp = asked,
                MfaType::Email => update.email = asked,
            }
            self.make(Move::Prefer(update));
        }
    }

    /// Makes a move and holds every promise against it.
    pub(crate) fn make(&mut self, mv: Move) {
        let before = self.account();
        let mut after = before.clone();
        let seen = match mv {
            Move::Clock(by) => {
                let latest = START + DAY;
                self.now = self
                    .now
                    .saturating_add_signed(by.into())
                    .clamp(START, latest);
                return;
            }
            Move::Begin(place) => self.begin(place, &mut after),
            Move::Answer(place, sealed, input) => self.answer(place, sealed, input, &mut after),
            Move::Prefer(update) => {
                let updated = after.update_preferences(&update, &self.contacts, &self.policy);
                Some(Seen::Preferred(updated))
            }
            Move::StartSetUp(by) => {
                let fresh = self.fresh();
                let at = at(self.now);
                let secret = after.begin_totp_set_up(binding(by), &self.policy, at, fresh);
                self.oracle.waits(binding(by), secret, at, &self.policy);
                Some(Seen::Started)
            }
            Move::FinishSetUp(by, typed) => {
                let code = self.code(typed);
                let at = at(self.now);
                let verdict = after.verify_totp_set_up(binding(by), &code, &self.policy, at);
                Some(Seen::SetUp(binding(by), code, verdict))
            }
            Move::IssueRecoveryCodes => {
                let fresh = self.fresh();
                let issued = after.issue_recovery_codes(&self.policy, fresh);
                Some(Seen::Issued(issued.ok().map(Vec::from)))
            }
            Move::RemoveRecoveryCodes => {
                after.remove_recovery_codes();
                Some(Seen::RecoveryRemoved)
            }
            Move::RemoveTotp => {
                after.remove_totp();
                Some(Seen::Removed)
            }
            Move::RemoveDelivered(factor) => {
                after.remove_delivered(factor);
                Some(Seen::AddressRemoved)
            }
            Move::Unlock => {
                after.unlock();
                Some(Seen::Unlocked)
            }
            Move::Reset => {
                after.reset();
                Some(Seen::Reset)
            }
        };
        if let Some(seen) = seen {
            self.stored = after.encode().to_vec();
            let context = Context {
                policy: &self.policy,
                contacts: self.contacts,
                now: at(self.now),
            };
            self.oracle.hold(&before, &after, &context, seen);
        }
    }

    fn account(&self) -> Account {
        let account = Account::decode(&self.stored).expect("what is written can be read");
        assert_eq!(account.encode()[..], self.stored[..]);
        account
    }

    fn begin(&mut self, place: usize, account: &mut Account) -> Option<Seen> {
        // An account remembers the last eight sign-ins that are over.
        if self.begun == SIGN_INS {
            return None;
        }
        self.begun += 1;
        self.held[place].clear();
        let first = FirstFactorVerified::vouch(account.id());
        let fresh = self.fresh();
        let step = SignIn::begin(first, account.clone(), &self.context(), fresh);
        Some(self.step(place, None, step, account))
    }

    fn answer(
        &mut self,
        place: usize,
        sealed: u8,
        input: Input,
        account: &mut Account,
    ) -> Option<Seen> {
        let held = &self.held[place];
        // The latest form at 0, so that most inputs go on where the sign-in stands.
        let back = usize::from(sealed >> 5) % held.len().max(1);
        let sign_in = SignIn::decode(held.iter().rev().nth(back)?).unwrap();
        let code = match input {
            Input::Code(typed) => self.code(typed),
            _ => self.code(Typed::Wrong(0)),
        };
        let recovery = self.oracle.recovery_code(match input {
            Input::Recovery(place) => place.into(),
            _ => 0,
        });
        let event = match input {
            Input::Code(_) => Event::Code(&code),
            Input::Recovery(_) => Event::RecoveryCode(&recovery),
            Input::Select(factor) => Event::SelectFactor(factor),
            Input::SetUpTotp => Event::SetUpTotp,
            Input::SetUpEmail(to) => Event::SetUpEmail(to),
            Input::Resend => Event::Resend,
            Input::Complete => Event::Complete,
        };
        let answered = (
            sign_in.id(),
            sign_in.prompt(),
            sign_in.expires_at(),
            match input {
                Input::Code(_) => Shown::Code(code.clone()),
                Input::Recovery(place) => Shown::Recovery(place.into()),
                _ => Shown::Nothing,
            },
        );
        let fresh = self.fresh();
        let step = sign_in.handle(event, account.clone(), &self.context(), fresh);
        Some(self.step(place, Some(answered), step, account))
    }

    fn step(
        &mut self,
        place: usize,
        answered: Option<Answered>,
        step: Step<countersign_core::Sha1>,
        account: &mut Account,
    ) -> Seen {
        *account = step.account().clone();
        match step.after_saving() {
            Outcome::Continue { sign_in, act } => {
                let stored = sign_in.encode();
                assert_eq!(SignIn::decode(&stored).unwrap().encode(), stored);
                if !self.held[place].contains(&stored) {
                    self.held[place].push(stored);
                }
                let (id, prompt) = (sign_in.id(), sign_in.prompt());
                match act {
                    Act::Ask => Seen::Asked(answered, prompt),
                    Act::Deliver(factor, code) => Seen::Delivered(id, prompt, factor, code),
                    Act::ShowSecret(secret) => {
                        let by = SetUpBinding(id.0);
                        self.oracle.waits(by, secret, at(self.now), &self.policy);
                        Seen::Started
                    }
                    Act::Refuse(refusal) => Seen::Refused(answered, refusal),
                }
            }
            Outcome::SignedIn(verified) => {
                assert_eq!(verified.account(), ALICE);
                assert_eq!(verified.at().secs(), self.now);
                Seen::SignedIn(answered, verified.sign_in(), verified.evidence())
            }
            Outcome::Ended(ending) => Seen::Ended(answered, ending),
        }
    }

    /// The code that is typed.
    fn code(&self, typed: Typed) -> Code {
        let of = |secret: Option<&SharedSecret>, steps: i8| {
            let secs = self.now.saturating_add_signed(i64::from(steps) * 30);
            let code = Totp::<countersign_core::Sha1>::new(secret?, TotpParams::DEFAULT)
                .generate(at(secs))
                .unwrap();
            Some(code)
        };
        let code = match typed {
            Typed::Authenticator(steps) => of(self.oracle.secret(), steps),
            Typed::Pending(steps) => of(self.oracle.pending(), steps),
            Typed::Delivered(back) => self.oracle.delivered(back.into()),
            Typed::Wrong(_) => None,
        };
        code.unwrap_or_else(|| {
            let n = if let Typed::Wrong(n) = typed { n } else { 0 };
            Code::from_number(u32::from(n), countersign_core::Digits::SIX)
        })
    }

    fn context(&self) -> Context<'_> {
        Context {
            policy: &self.policy,
            contacts: self.contacts,
            now: at(self.now),
        }
    }

    fn fresh(&mut self) -> countersign_core::Entropy {
        self.draws += 1;
        draw(self.draws)
    }
}

/// What is not a sign-in's: the session that is signed in and sets something up.
fn binding(by: u8) -> SetUpBinding {
    SetUpBinding([0xa0 + by; 16])
}

fn at(secs: u64) -> UnixTime {
    UnixTime::from_secs(secs).unwrap()
}

pub(crate) const ALICE: AccountId = AccountId([0xa1; 16]);
const START: u64 = 1_800_000_000;
/// Less than a day, over which every delivery counts.
const DAY: u64 = 80_000;
const SIGN_INS: usize = 8;
