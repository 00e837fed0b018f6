//! What the tests of accounts and sign-ins are driven by: a clock, draws and codes at will.

use countersign_core::{
    Account, AccountId, Code, Contacts, Context, Destination, Digits, Entropy, Event,
    FirstFactorVerified, MfaPreference, MfaPreferenceUpdate, MfaRequirement, MfaSet, MfaType,
    Outcome, Policy, SetUpBinding, SetUpVerdict, Sha1, SharedSecret, SignIn, Totp, TotpParams,
    UnixTime,
};

pub(crate) const ALICE: AccountId = AccountId([0xa1; 16]);
pub(crate) const PHONE: Destination = Destination([0x50; 16]);
pub(crate) const MAIL: Destination = Destination([0x60; 16]);
pub(crate) const BOTH: Contacts = Contacts {
    sms: Some(PHONE),
    email: Some(MAIL),
};
/// When the stories begin.
pub(crate) const START: u64 = 1_800_000_000;

pub(crate) fn at(secs: u64) -> UnixTime {
    UnixTime::from_secs(secs).unwrap()
}

/// The draw number `n`: every `n` names another sign-in and makes another code.
pub(crate) fn draw(n: u64) -> Entropy {
    let mut bytes = [0; Entropy::LEN];
    for (place, chunk) in (1..).zip(bytes.chunks_exact_mut(8)) {
        chunk.copy_from_slice(&mixed(n * 8 + place).to_be_bytes());
    }
    Entropy::from_bytes(bytes)
}

/// A number that looks like a random one (the last steps of `SplitMix64`).
pub(crate) fn mixed(n: u64) -> u64 {
    let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

pub(crate) fn totp_code(secret: &SharedSecret, now: u64) -> Code {
    Totp::<Sha1>::new(secret, TotpParams::DEFAULT)
        .generate(at(now))
        .unwrap()
}

/// A code that differs from `code`, and from its other variants, by `n` in the last two digits.
pub(crate) fn not(code: &Code, n: u32) -> Code {
    let number: u32 = code.as_str().parse().unwrap();
    let (rest, last) = (number / 100, number % 100);
    Code::from_number(rest * 100 + (last + 1 + n % 99) % 100, Digits::SIX)
}

/// The request to prefer, enable or disable one factor.
pub(crate) fn only(factor: MfaType, asked: MfaPreference) -> MfaPreferenceUpdate {
    let mut update = MfaPreferenceUpdate::default();
    match factor {
        MfaType::Sms => update.sms = Some(asked),
        MfaType::Totp => update.totp = Some(asked),
        MfaType::Email => update.email = Some(asked),
    }
    update
}

/// One account, its operator and its clock.
pub(crate) struct Rig {
    pub(crate) account: Account,
    pub(crate) policy: Policy,
    pub(crate) contacts: Contacts,
    pub(crate) now: u64,
    draws: u64,
}

impl Rig {
    /// A new account without an address, under a policy that allows every factor.
    pub(crate) fn new(requirement: MfaRequirement) -> Self {
        Self {
            account: Account::new(ALICE),
            policy: Policy {
                requirement,
                allowed: MfaSet::ALL,
                ..Policy::DEFAULT
            },
            contacts: Contacts::NONE,
            now: START,
            draws: 0,
        }
    }

    /// [`Rig::new`] with both addresses, an authenticator and these factors enabled. The code of
    /// the present step is spent.
    pub(crate) fn enrolled(requirement: MfaRequirement, enabled: MfaSet) -> (Self, SharedSecret) {
        let mut rig = Self::new(requirement);
        rig.contacts = BOTH;
        let secret = rig.enrol_totp();
        for factor in enabled.iter() {
            rig.prefer(factor, MfaPreference::Enabled);
        }
        rig.now += 60;
        (rig, secret)
    }

    pub(crate) fn fresh(&mut self) -> Entropy {
        self.draws += 1;
        draw(self.draws)
    }

    pub(crate) fn enrol_totp(&mut self) -> SharedSecret {
        let binding = SetUpBinding([0xbb; 16]);
        let fresh = self.fresh();
        let secret = self
            .account
            .begin_totp_set_up(binding, &self.policy, at(self.now), fresh);
        let code = totp_code(&secret, self.now);
        let verdict = self
            .account
            .verify_totp_set_up(binding, &code, &self.policy, at(self.now));
        assert_eq!(verdict, SetUpVerdict::Enrolled);
        secret
    }

    #[track_caller]
    pub(crate) fn prefer(&mut self, factor: MfaType, asked: MfaPreference) {
        self.account
            .update_preferences(&only(factor, asked), &self.contacts, &self.policy)
            .unwrap();
    }

    pub(crate) fn begin(&mut self) -> Outcome {
        let fresh = self.fresh();
        let first = FirstFactorVerified::vouch(self.account.id());
        let context = Context {
            policy: &self.policy,
            contacts: self.contacts,
            now: at(self.now),
        };
        let step = SignIn::begin(first, self.account.clone(), &context, fresh);
        self.account = step.account().clone();
        step.after_saving()
    }

    pub(crate) fn handle(&mut self, sign_in: SignIn, event: Event<'_>) -> Outcome {
        let fresh = self.fresh();
        let context = Context {
            policy: &self.policy,
            contacts: self.contacts,
            now: at(self.now),
        };
        let step = sign_in.handle(event, self.account.clone(), &context, fresh);
        self.account = step.account().clone();
        step.after_saving()
    }
}
