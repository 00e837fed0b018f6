//! The MFA story in process: what its parts share.

mod challenges;
mod forced;
mod recovery;
mod set_up;

use countersign_host::core::{MfaPreference, MfaPreferenceUpdate, MfaType};

const ALL_ON: MfaPreferenceUpdate = MfaPreferenceUpdate {
    sms: Some(MfaPreference::Enabled),
    totp: Some(MfaPreference::Enabled),
    email: Some(MfaPreference::Enabled),
};

fn only(factor: MfaType, preference: MfaPreference) -> MfaPreferenceUpdate {
    let of = |f| (f == factor).then_some(preference);
    MfaPreferenceUpdate {
        sms: of(MfaType::Sms),
        totp: of(MfaType::Totp),
        email: of(MfaType::Email),
    }
}
