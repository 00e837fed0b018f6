//! The small worlds: an operator's decisions, an account, its addresses and its clock.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use countersign_core::{
    Account, AccountId, Contacts, Context, MfaPreference, MfaRequirement, MfaSet, MfaSettings,
    MfaType, Policy, RecoveryCode, RecoveryCodes, RecoveryUse, SetUpBinding, Sha1, SharedSecret,
    ThrottlePolicy, UnixTime,
};

use super::state::{Ghost, Key, Recovery, State};
use crate::rig::{ALICE, MAIL, PHONE, START, at, draw, only, totp_code};

/// The clock's first and last time, in steps of thirty seconds around [`NOON`].
pub(crate) const NOON: u64 = START + 300;
const STEP: u32 = 60;

/// A code of a factor as it is typed; shared, since there are many states and few codes.
pub(crate) type Text = Rc<str>;

/// What has become of recovery codes before the walk begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recoverable {
    /// None were issued.
    No,
    /// A set was issued.
    Yes,
    /// A set was issued, and the policy has no use for it any more.
    NotAnyMore,
}

/// How far a walk goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Sign-ins begun in all.
    pub(crate) sign_ins: usize,
    /// Draws of randomness after which no more authenticators are set up.
    pub(crate) draws: u8,
    /// The latest time, in seconds after noon.
    pub(crate) until: u64,
    /// Whether the clock can be set back.
    pub(crate) back: bool,
    /// Whether preferences, authenticators and recovery codes are changed meanwhile, from another
    /// session.
    pub(crate) managed: bool,
    /// Whether one wrong guess locks a factor and two spend the year, so that worlds are small.
    pub(crate) strict: bool,
    pub(crate) recovery: Recoverable,
}

pub(crate) struct World {
    pub(crate) policy: Policy,
    pub(crate) contacts: Contacts,
    pub(crate) bounds: Bounds,
    pub(crate) settings: MfaSettings,
    pub(crate) totp: bool,
    codes: RefCell<HashMap<(u8, u64), Text>>,
    sets: RefCell<HashMap<u8, Rc<[RecoveryCode; RecoveryCodes::COUNT]>>>,
}

impl World {
    pub(crate) fn new(
        requirement: MfaRequirement,
        allowed: MfaSet,
        addresses: MfaSet,
        settings: MfaSettings,
        totp: bool,
        bounds: Bounds,
    ) -> Self {
        Self {
            policy: Policy {
                requirement,
                allowed,
                step_secs: STEP,
                set_up_secs: STEP,
                recovery: match bounds.recovery {
                    Recoverable::NotAnyMore => RecoveryUse::Never,
                    Recoverable::No | Recoverable::Yes => RecoveryUse::IfIssued,
                },
                throttle: if bounds.strict { STRICT } else { LENIENT },
                ..Policy::DEFAULT
            },
            contacts: Contacts {
                sms: addresses.contains(MfaType::Sms).then_some(PHONE),
                email: addresses.contains(MfaType::Email).then_some(MAIL),
            },
            bounds,
            settings,
            totp,
            codes: RefCell::default(),
            sets: RefCell::default(),
        }
    }

    /// The state at noon: as the settings say, and nothing spent but the authenticator's first
    /// code, two steps ago.
    pub(crate) fn first_state(&self) -> State {
        let mut account = Account::new(ALICE);
        let mut ghost = Ghost::default();
        if self.totp {
            enrol(&mut account, 0, &self.policy);
            ghost.active = Some(Key {
                secret: 0,
                last_step: (NOON - 60) / 30,
                drift: 0,
            });
        }
        if self.bounds.recovery != Recoverable::No {
            account
                .issue_recovery_codes(&Policy::DEFAULT, draw(RECOVERY_SET.into()))
                .unwrap();
            ghost.recovery = Some(Recovery::new(RECOVERY_SET));
        }
        for factor in self.settings.enabled().iter() {
            let asked = if self.settings.preferred() == Some(factor) {
                MfaPreference::Preferred
            } else {
                MfaPreference::Enabled
            };
            account
                .update_preferences(&only(factor, asked), &self.contacts, &self.policy)
                .unwrap();
        }
        assert_eq!(account.settings().enabled(), self.settings.enabled());
        State {
            now: NOON,
            account: account.encode().to_vec(),
            sessions: Vec::new(),
            ghost,
        }
    }

    pub(crate) fn context(&self, now: u64) -> Context<'_> {
        Context {
            policy: &self.policy,
            contacts: self.contacts,
            now: at(now),
        }
    }

    /// The code of the authenticator whose secret came of draw `secret`.
    pub(crate) fn totp_code(&self, secret: u8, step: u64) -> Text {
        let make = || totp_code(&SharedSecret::generate(draw(secret.into())), step * 30);
        self.codes
            .borrow_mut()
            .entry((secret, step))
            .or_insert_with(|| make().as_str().into())
            .clone()
    }

    /// The code at `place` of the recovery codes that came of draw `set`.
    pub(crate) fn recovery_code(&self, set: u8, place: usize) -> RecoveryCode {
        let mut sets = self.sets.borrow_mut();
        let codes = sets
            .entry(set)
            .or_insert_with(|| Rc::new(RecoveryCodes::issue::<Sha1>(draw(set.into())).1));
        codes[place].clone()
    }

    /// Whether two factors are allowed at most, and no others set up.
    pub(crate) fn is_of_two_factors(&self) -> bool {
        let allowed = self.policy.allowed;
        allowed != MfaSet::ALL
            && (allowed.contains(MfaType::Sms) || self.contacts.sms.is_none())
            && (allowed.contains(MfaType::Email) || self.contacts.email.is_none())
            && (allowed.contains(MfaType::Totp) || !self.totp)
    }

    /// The factors that a sign-in asks for, or any of which it would take: enabled ones, or where
    /// one is required and none is enabled, the first that is set up.
    pub(crate) fn serving(&self, account: &Account) -> MfaSet {
        let wanted = account.settings().enabled().and(self.policy.allowed);
        if self.policy.requirement != MfaRequirement::Required || !wanted.is_empty() {
            return wanted;
        }
        let mut set_up = Vec::new();
        if account.has_authenticator() {
            set_up.push(MfaType::Totp);
        }
        if self.contacts.sms.is_some() {
            set_up.push(MfaType::Sms);
        }
        if self.contacts.email.is_some() {
            set_up.push(MfaType::Email);
        }
        set_up.retain(|factor| self.policy.allowed.contains(*factor));
        set_up.truncate(1);
        set_up.into_iter().collect()
    }
}

/// Somebody else's account, with an authenticator of his own.
pub(crate) const MALLORY: AccountId = AccountId([0x3a; 16]);
pub(crate) const MALLORYS_SECRET: u8 = 200;
pub(crate) const MALLORYS_SET: u8 = 201;
/// The draw of the set that was issued before the walk.
pub(crate) const RECOVERY_SET: u8 = 150;
/// How many places of a set are tried; the others are like them.
pub(crate) const PLACES: usize = 2;

const LENIENT: ThrottlePolicy = ThrottlePolicy {
    backoff_from: 1,
    backoff_max_secs: 900,
    lock_at: 2,
    yearly_failures: 3,
    hourly_deliveries: 2,
    daily_deliveries: 3,
};
const STRICT: ThrottlePolicy = ThrottlePolicy {
    lock_at: 1,
    yearly_failures: 2,
    daily_deliveries: 2,
    ..LENIENT
};

pub(crate) fn mallorys_account(world: &World) -> Account {
    let mut account = Account::new(MALLORY);
    enrol(&mut account, MALLORYS_SECRET, &world.policy);
    account
        .issue_recovery_codes(&Policy::DEFAULT, draw(MALLORYS_SET.into()))
        .unwrap();
    account
}

fn enrol(account: &mut Account, secret: u8, policy: &Policy) {
    let binding = SetUpBinding([9; 16]);
    let then: UnixTime = at(NOON - 60);
    let secret = account.begin_totp_set_up(binding, policy, then, draw(secret.into()));
    let _ = account.verify_totp_set_up(binding, &totp_code(&secret, NOON - 60), policy, then);
    assert!(account.has_authenticator());
}

/// Every requirement, set of allowed factors, set of addresses, authenticator or none, and every
/// setting that these can have.
pub(crate) fn every_world(bounds: Bounds) -> Vec<World> {
    let sets = || (0..8).map(|bits| MfaSet::from_bits(bits).unwrap());
    let mut worlds = Vec::new();
    for requirement in [
        MfaRequirement::Off,
        MfaRequirement::Optional,
        MfaRequirement::Required,
    ] {
        for allowed in sets() {
            for enrolled in sets() {
                for byte in 0..=u8::MAX {
                    let Some(settings) = MfaSettings::from_byte(byte) else {
                        continue;
                    };
                    if settings.enabled().and(enrolled) != settings.enabled() {
                        continue;
                    }
                    let totp = enrolled.contains(MfaType::Totp);
                    worlds.push(World::new(
                        requirement,
                        allowed,
                        enrolled.without(MfaType::Totp),
                        settings,
                        totp,
                        bounds,
                    ));
                }
            }
        }
    }
    worlds
}
