//! MFA settings: the stored form, and any updates of them against the table that is documented.

use countersign_core::{
    MfaPreference, MfaPreferenceUpdate, MfaSet, MfaSettings, MfaType, PreferenceError,
};

use super::Target;

pub(super) const TARGET: Target = Target {
    name: "settings",
    run,
    seeds: || {
        let stored = MfaSettings::NONE.encode().to_vec();
        let play = [&stored[..], &[7, 0x21, 3, 5, 0x10, 2]].concat();
        vec![stored, play]
    },
    max_len: 32,
};

fn run(data: &[u8]) {
    if let Ok(settings) = MfaSettings::decode(data) {
        assert_eq!(settings.encode()[..], *data, "a second spelling");
    }
    let Some((stored, updates)) = data.split_first_chunk::<{ MfaSettings::ENCODED_LEN }>() else {
        return;
    };
    let Ok(mut settings) = MfaSettings::decode(stored) else {
        return;
    };
    for [enrolled, asked] in updates.as_chunks().0 {
        let enrolled = MfaSet::from_bits(enrolled & 7).unwrap();
        let update = update(*asked);
        let before = settings;
        match before.updated(&update, enrolled) {
            Ok(after) => {
                resolved(before, update, enrolled, after);
                settings = after;
            }
            Err(PreferenceError::TwoPreferred) => assert!(preferred(&update).count() > 1),
            Err(PreferenceError::NotEnrolled(factor)) => {
                assert!(!enrolled.contains(factor));
                assert!(!matches!(
                    update.of(factor),
                    None | Some(MfaPreference::Disabled)
                ));
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}

fn resolved(
    before: MfaSettings,
    update: MfaPreferenceUpdate,
    enrolled: MfaSet,
    after: MfaSettings,
) {
    assert!(preferred(&update).count() < 2);
    for factor in MfaType::ALL {
        let enabled = match update.of(factor) {
            None => before.enabled().contains(factor),
            Some(MfaPreference::Disabled) => false,
            Some(_) => {
                assert!(enrolled.contains(factor));
                true
            }
        };
        assert_eq!(after.enabled().contains(factor), enabled);
    }
    let kept = before
        .preferred()
        .filter(|factor| update.of(*factor).is_none());
    assert_eq!(after.preferred(), preferred(&update).next().or(kept));
}

fn preferred(update: &MfaPreferenceUpdate) -> impl Iterator<Item = MfaType> {
    let wanted = Some(MfaPreference::Preferred);
    MfaType::ALL
        .into_iter()
        .filter(move |factor| update.of(*factor) == wanted)
}

/// Six bits, two a factor; the seventh and eighth leave factors out.
fn update(bits: u8) -> MfaPreferenceUpdate {
    let asked = |place: u8| {
        Some(match (bits >> (2 * place)) & 3 {
            0 => MfaPreference::Enabled,
            1 => MfaPreference::Disabled,
            2 => MfaPreference::Preferred,
            _ => MfaPreference::NotPreferred,
        })
    };
    MfaPreferenceUpdate {
        sms: asked(0),
        totp: asked(1).filter(|_| bits & 0x40 == 0),
        email: asked(2).filter(|_| bits & 0x80 == 0),
    }
}
