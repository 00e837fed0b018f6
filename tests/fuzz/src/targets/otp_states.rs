//! What is stored beside an authenticator: what is read is written back as it was.

use countersign_core::{Drift, HotpState, LastStep, TotpState};

use super::Target;

pub(super) const TARGET: Target = Target {
    name: "otp_states",
    run,
    seeds,
    max_len: 32,
};

fn run(data: &[u8]) {
    if let Ok(state) = TotpState::decode(data) {
        assert_eq!(state.encode()[..], *data, "a second spelling");
        assert!(state.drift().secs().abs() <= Drift::MAX_SECS);
        assert_eq!(TotpState::new(state.last_step(), state.drift()), state);
    }
    if let Ok(state) = HotpState::decode(data) {
        assert_eq!(state.encode()[..], *data, "a second spelling");
        assert_eq!(HotpState::at(state.next_counter()), state);
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let drift = Drift::from_secs(-90).unwrap();
    vec![
        TotpState::NEW.encode().to_vec(),
        TotpState::new(LastStep::at(56_666_666), drift)
            .encode()
            .to_vec(),
        HotpState::NEW.encode().to_vec(),
        HotpState::at(u64::MAX).encode().to_vec(),
    ]
}
