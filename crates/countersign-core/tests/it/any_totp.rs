//! A TOTP of an algorithm that is known at run time does what that of the type does.

use countersign_core::{
    Algorithm, AnyTotp, Sha1, Sha256, Sha512, SharedSecret, Totp, TotpParams, TotpState, UnixTime,
    Window,
};

use crate::rig::at;

fn check<A: Algorithm>() {
    let secret = SharedSecret::from_bytes(&[7; 32]).unwrap();
    let params = TotpParams {
        t0: at(1000),
        ..TotpParams::DEFAULT
    };
    let typed = Totp::<A>::new(&secret, params);
    let any = AnyTotp::new(A::ID, &secret, params);
    assert_eq!((any.algorithm(), any.params()), (A::ID, params));
    assert!(format!("{any:?}").contains(&format!("Keyed<{}>(..)", A::NAME)));
    let text = |now: UnixTime| typed.generate(now).map(|code| code.as_str().to_owned());
    for secs in [0, 999, 1000, 2000, 20_000_000_000] {
        let now = at(secs);
        assert_eq!(any.step_at(now), typed.step_at(now));
        let same = any.generate(now).map(|code| code.as_str().to_owned());
        assert_eq!(same, text(now));
    }
    let now = at(5000);
    let (first, second) = (typed.generate(now), typed.generate(now.plus_secs(30)));
    let (first, second) = (first.unwrap(), second.unwrap());
    for state in [
        TotpState::NEW,
        TotpState::new(
            countersign_core::LastStep::at(200),
            countersign_core::Drift::NONE,
        ),
    ] {
        for window in [Window::STRICT, Window::DEFAULT] {
            for code in [&first, &second] {
                let verdict = typed.verify(code, now, window, state);
                assert_eq!(any.verify(code, now, window, state), verdict);
            }
        }
        let verdict = typed.resynchronise(&first, &second, now, state);
        assert_eq!(any.resynchronise(&first, &second, now, state), verdict);
    }
}

#[test]
fn all_three() {
    check::<Sha1>();
    check::<Sha256>();
    check::<Sha512>();
}
