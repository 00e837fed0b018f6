//! Preferences: every update of every state, against the rules written down a second time.

use std::collections::BTreeSet;

use countersign_core::{
    MfaPreference, MfaPreferenceUpdate, MfaSet, MfaSettings, MfaType, PreferenceError,
};

use MfaPreference::{Disabled, Enabled, NotPreferred, Preferred};
use MfaType::{Email, Sms, Totp};

const ASKED: [Option<MfaPreference>; 5] = [
    None,
    Some(Enabled),
    Some(Disabled),
    Some(Preferred),
    Some(NotPreferred),
];

/// The rules as a table of plain sets: what is written of a client's observations, by cases of one
/// factor, and not by steps as the code has it.
fn oracle(
    (enabled, preferred): (&BTreeSet<MfaType>, Option<MfaType>),
    asked: [Option<MfaPreference>; 3],
    enrolled: &BTreeSet<MfaType>,
) -> Result<(BTreeSet<MfaType>, Option<MfaType>), Vec<PreferenceError>> {
    let pairs: Vec<_> = MfaType::ALL.into_iter().zip(asked).collect();
    let turned_on = |a: Option<MfaPreference>| a.is_some_and(|a| a != Disabled);
    let winners: Vec<MfaType> = pairs
        .iter()
        .filter_map(|(f, a)| (*a == Some(Preferred)).then_some(*f))
        .collect();
    let mut reasons: Vec<PreferenceError> = pairs
        .iter()
        .filter(|(f, a)| turned_on(*a) && !enrolled.contains(f))
        .map(|(f, _)| PreferenceError::NotEnrolled(*f))
        .collect();
    if winners.len() > 1 {
        reasons.push(PreferenceError::TwoPreferred);
    }
    if !reasons.is_empty() {
        return Err(reasons);
    }
    let now_enabled = pairs
        .iter()
        .filter(|(f, a)| turned_on(*a) || (a.is_none() && enabled.contains(f)))
        .map(|(f, _)| *f)
        .collect();
    let untouched = |f: &MfaType| pairs.iter().any(|(g, a)| g == f && a.is_none());
    let now_preferred = winners.first().copied().or(preferred.filter(untouched));
    Ok((now_enabled, now_preferred))
}

fn plain(set: MfaSet) -> BTreeSet<MfaType> {
    set.iter().collect()
}

fn every_set() -> impl Iterator<Item = MfaSet> {
    (0..8).map(|bits| MfaSet::from_bits(bits).unwrap())
}

fn every_setting() -> Vec<MfaSettings> {
    (0..=u8::MAX).filter_map(MfaSettings::from_byte).collect()
}

fn every_update() -> impl Iterator<Item = [Option<MfaPreference>; 3]> {
    ASKED.into_iter().flat_map(|sms| {
        ASKED
            .into_iter()
            .flat_map(move |totp| ASKED.into_iter().map(move |email| [sms, totp, email]))
    })
}

fn update([sms, totp, email]: [Option<MfaPreference>; 3]) -> MfaPreferenceUpdate {
    MfaPreferenceUpdate { sms, totp, email }
}

#[test]
fn every_update_of_every_setting_and_enrolment() {
    let mut accepted = 0;
    let mut refused = 0;
    for before in every_setting() {
        for asked in every_update() {
            for enrolled in every_set() {
                let got = before.updated(&update(asked), enrolled);
                let state = (&plain(before.enabled()), before.preferred());
                match (got, oracle(state, asked, &plain(enrolled))) {
                    (Ok(got), Ok(expected)) => {
                        assert_eq!((plain(got.enabled()), got.preferred()), expected);
                        accepted += 1;
                    }
                    (Err(got), Err(reasons)) => {
                        assert!(reasons.contains(&got), "{got:?} of {reasons:?}");
                        refused += 1;
                    }
                    (got, expected) => {
                        panic!("{before:?} {asked:?} {enrolled:?}: {got:?}, {expected:?}")
                    }
                }
            }
        }
    }
    // 8 sets without a preference, and 12 pairs of a set and one of its factors.
    assert_eq!(accepted + refused, 20 * 125 * 8);
    assert!(accepted > 3000 && refused > 3000);
}

/// One line of the table of observations: what is enabled and preferred, what is asked, what is
/// then enabled and preferred.
#[track_caller]
fn check(
    before: (&[MfaType], Option<MfaType>),
    asked: [Option<MfaPreference>; 3],
    after: Result<(&[MfaType], Option<MfaType>), PreferenceError>,
) {
    check_enrolled(MfaSet::ALL, before, asked, after);
}

#[track_caller]
fn check_enrolled(
    enrolled: MfaSet,
    before: (&[MfaType], Option<MfaType>),
    asked: [Option<MfaPreference>; 3],
    after: Result<(&[MfaType], Option<MfaType>), PreferenceError>,
) {
    let got = settings(before).updated(&update(asked), enrolled);
    assert_eq!(got, after.map(settings));
}

fn settings((enabled, preferred): (&[MfaType], Option<MfaType>)) -> MfaSettings {
    let none = MfaSettings::NONE;
    let settings = enabled.iter().fold(none, |s, f| s.with_enabled(*f));
    let Some(preferred) = preferred else {
        return settings;
    };
    let asked = MfaType::ALL.map(|f| (f == preferred).then_some(Preferred));
    settings.updated(&update(asked), MfaSet::ALL).unwrap()
}

#[test]
fn the_table_of_observations() {
    let none = (&[][..], None);
    check(none, [None, Some(Enabled), None], Ok((&[Totp], None)));
    check(none, [Some(Enabled), None, None], Ok((&[Sms], None)));
    check(
        (&[Totp], None),
        [None, Some(Preferred), None],
        Ok((&[Totp], Some(Totp))),
    );
    check(
        (&[Totp], Some(Totp)),
        [None, Some(NotPreferred), None],
        Ok((&[Totp], None)),
    );
    check(
        (&[Totp], Some(Totp)),
        [None, Some(Disabled), None],
        Ok(none),
    );
    check(
        none,
        [Some(Enabled), Some(Enabled), None],
        Ok((&[Sms, Totp], None)),
    );
    check(
        none,
        [Some(Preferred), Some(Enabled), None],
        Ok((&[Sms, Totp], Some(Sms))),
    );
    check(
        (&[Sms, Totp], Some(Sms)),
        [Some(NotPreferred), Some(Preferred), None],
        Ok((&[Sms, Totp], Some(Totp))),
    );
    check(
        (&[Sms, Totp], Some(Totp)),
        [Some(Disabled), None, None],
        Ok((&[Totp], Some(Totp))),
    );
    check(
        (&[Totp], Some(Totp)),
        [Some(Preferred), None, None],
        Ok((&[Sms, Totp], Some(Sms))),
    );
    check(
        none,
        [Some(Preferred), Some(Preferred), None],
        Err(PreferenceError::TwoPreferred),
    );
}

#[test]
fn the_table_of_refusals_and_of_what_enabled_leaves_out() {
    let none = (&[][..], None);
    check_enrolled(
        MfaSet::of(Sms),
        none,
        [Some(Preferred), Some(Enabled), None],
        Err(PreferenceError::NotEnrolled(Totp)),
    );
    check_enrolled(
        MfaSet::of(Sms),
        none,
        [None, None, Some(Enabled)],
        Err(PreferenceError::NotEnrolled(Email)),
    );
    // Enabled alone says that it is not preferred.
    check(
        (&[Email], Some(Email)),
        [None, None, Some(Enabled)],
        Ok((&[Email], None)),
    );
    // Disabling needs no enrolment.
    check_enrolled(
        MfaSet::EMPTY,
        (&[Sms], Some(Sms)),
        [Some(Disabled), None, None],
        Ok(none),
    );
}

#[test]
fn every_settings_byte_is_one_spelling_or_none() {
    let mut known = 0;
    for byte in 0..=u8::MAX {
        if let Some(settings) = MfaSettings::from_byte(byte) {
            assert_eq!(settings.to_byte(), byte);
            assert_eq!(settings.encode(), [1, byte]);
            assert_eq!(MfaSettings::decode(&[1, byte]), Ok(settings));
            for other in [&[0, byte][..], &[2, byte], &[1], &[1, byte, 0], &[]] {
                assert!(MfaSettings::decode(other).is_err());
            }
            assert!(
                settings
                    .preferred()
                    .is_none_or(|f| settings.enabled().contains(f))
            );
            known += 1;
        }
    }
    assert_eq!(known, 20);
    assert!(MfaSettings::decode(&[1, 0x10]).is_err());
    assert_eq!(MfaSettings::NONE.to_byte(), 0);
    assert_eq!(MfaSettings::default(), MfaSettings::NONE);
    assert_eq!(settings((&[Sms, Totp], Some(Totp))).to_byte(), 0x23);
    assert_eq!(settings((&[Email], Some(Email))).to_byte(), 0x44);
}

#[test]
fn sets_are_sets() {
    for a in every_set() {
        assert_eq!(MfaSet::from_bits(a.bits()), Some(a));
        assert_eq!(plain(a).into_iter().collect::<MfaSet>(), a);
        assert_eq!(a.is_empty(), plain(a).is_empty());
        let sole = plain(a).first().copied().filter(|_| plain(a).len() == 1);
        assert_eq!(a.only(), sole);
        for b in every_set() {
            let both: BTreeSet<_> = plain(a).intersection(&plain(b)).copied().collect();
            assert_eq!(plain(a.and(b)), both);
        }
        for factor in MfaType::ALL {
            let mut with = plain(a);
            with.insert(factor);
            assert_eq!(plain(a.with(factor)), with);
            with.remove(&factor);
            assert_eq!(plain(a.without(factor)), with);
            assert_eq!(a.contains(factor), plain(a).contains(&factor));
        }
    }
    assert!((8..=u8::MAX).all(|bits| MfaSet::from_bits(bits).is_none()));
    assert_eq!(MfaSet::ALL.iter().collect::<Vec<_>>(), MfaType::ALL);
    assert_eq!(MfaType::ALL.map(MfaType::is_delivered), [true, false, true]);
}
