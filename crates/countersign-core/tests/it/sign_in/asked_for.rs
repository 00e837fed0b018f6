//! The factors of which a sign-in asks for one, as an operator or a page would want to know them.

use countersign_core::{Contacts, MfaRequirement, MfaSet, MfaType};

use super::{rig, set};
use crate::rig::{BOTH, MAIL, Rig};

use MfaRequirement::{Off, Optional, Required};
use MfaType::{Email, Sms, Totp};

const MAIL_ONLY: Contacts = Contacts {
    sms: None,
    email: Some(MAIL),
};

#[track_caller]
fn check(rig: &Rig, requirement: MfaRequirement, contacts: Contacts, expected: &[MfaType]) {
    let mut policy = rig.policy;
    policy.requirement = requirement;
    let found = rig.account.factors_asked_for(&contacts, &policy);
    assert_eq!(found, set(expected));
}

#[test]
fn enabled_factors_are_asked_for_unless_mfa_is_off() {
    let rig = rig(&[Totp], &[Sms, Totp], false);
    check(&rig, Off, BOTH, &[]);
    check(&rig, Optional, BOTH, &[Sms, Totp]);
    check(&rig, Required, BOTH, &[Sms, Totp]);
}

#[test]
fn what_is_not_allowed_is_not_asked_for() {
    let mut rig = rig(&[Totp], &[Sms, Totp], false);
    rig.policy.allowed = MfaSet::of(Totp);
    check(&rig, Optional, BOTH, &[Totp]);
    check(&rig, Required, BOTH, &[Totp]);
}

#[test]
fn one_factor_serves_where_one_is_required_and_none_enabled() {
    let with_authenticator = rig(&[Totp], &[], false);
    check(&with_authenticator, Optional, BOTH, &[]);
    check(&with_authenticator, Required, BOTH, &[Totp]);
    let without = Rig::new(Optional);
    check(&without, Required, BOTH, &[Sms]);
    check(&without, Required, MAIL_ONLY, &[Email]);
    check(&without, Required, Contacts::NONE, &[]);
}
