//! A delivered code's stored form, and what an answer to it does: a wrong one spends, a right one
//! counts only in its scope and time.

use countersign_core::{
    Code, Destination, Digits, Passcode, PasscodeVerdict, Scope, Sha1, UnixTime,
};

use super::Target;
use crate::model::draw;

pub(super) const TARGET: Target = Target {
    name: "passcode",
    run,
    seeds,
    max_len: 128,
};

fn run(data: &[u8]) {
    let Ok(mut passcode) = Passcode::decode(data) else {
        return;
    };
    assert_eq!(passcode.encode()[..], *data, "a second spelling");
    let scope = Scope {
        purpose: data[33],
        binding: data[34..50].try_into().unwrap(),
        destination: Destination(data[50..66].try_into().unwrap()),
    };
    assert!(passcode.is_for(&scope));
    let expires_at = u64::from_be_bytes(data[74..82].try_into().unwrap());
    let over = UnixTime::from_secs(expires_at).unwrap();
    let code = Code::parse("123456").unwrap();
    assert_eq!(
        passcode.answer::<Sha1>(&code, &scope, over),
        PasscodeVerdict::Expired
    );
    let other = Scope {
        purpose: scope.purpose ^ 1,
        ..scope
    };
    let last = UnixTime::from_secs(expires_at.saturating_sub(1)).unwrap();
    assert_eq!(
        passcode.answer::<Sha1>(&code, &other, last),
        PasscodeVerdict::Expired
    );
    assert_eq!(passcode.encode()[..], *data, "what was not compared spent");
    for _ in 0..Passcode::GUESSES {
        let before = passcode.encode();
        let live = passcode.is_live(&scope, last);
        match passcode.answer::<Sha1>(&code, &scope, last) {
            PasscodeVerdict::Mismatch => {
                assert!(live);
                assert!(passcode.encode()[82] < before[82], "a guess was free");
            }
            PasscodeVerdict::Expired => assert!(!live),
            PasscodeVerdict::Accepted => assert!(live),
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let now = UnixTime::from_secs(1_800_000_000).unwrap();
    let purposes = [Scope::SIGN_IN_SMS, Scope::SIGN_IN_EMAIL, Scope::FIRST_FREE];
    let issued = purposes.map(|purpose| {
        let scope = Scope {
            purpose,
            binding: [1; 16],
            destination: Destination([2; 16]),
        };
        let fresh = draw(purpose.into());
        let (passcode, _) = Passcode::issue::<Sha1>(scope, Digits::SIX, now, 180, fresh);
        passcode.encode().to_vec()
    });
    issued.to_vec()
}
