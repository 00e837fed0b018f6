//! The stored forms of what a verifier remembers: one spelling each, and nothing else decodes.

use countersign_core::{DecodeError, Drift, HotpState, LastStep, TotpState};

const EDGES: [u8; 9] = [0, 1, 2, 3, 0x7f, 0x80, 0xfd, 0xfe, 0xff];

fn totp_states() -> Vec<TotpState> {
    let mut states = vec![TotpState::NEW];
    for step in [0, 1, 56_666_666, u64::MAX - 1, u64::MAX] {
        for secs in [0, 1, -1, 600, -600, Drift::MAX_SECS, -Drift::MAX_SECS] {
            let drift = Drift::from_secs(secs).unwrap();
            states.push(TotpState::new(LastStep::at(step), drift));
            states.push(TotpState::new(LastStep::NEVER, drift));
        }
    }
    states
}

#[test]
fn totp_state_layout() {
    let state = TotpState::new(LastStep::at(0x0102_0304), Drift::from_secs(-2).unwrap());
    let stored = [1, 1, 0, 0, 0, 0, 1, 2, 3, 4, 0xff, 0xff, 0xff, 0xfe];
    assert_eq!(state.encode(), stored);
    assert_eq!(TotpState::NEW.encode(), {
        let mut stored = [0; TotpState::ENCODED_LEN];
        stored[0] = 1;
        stored
    });
    for state in totp_states() {
        assert_eq!(TotpState::decode(&state.encode()), Ok(state));
    }
}

#[test]
fn hotp_state_layout() {
    assert_eq!(HotpState::at(0x0102).encode(), [1, 0, 0, 0, 0, 0, 0, 1, 2]);
    for next in [0, 1, 1 << 32, u64::MAX] {
        let state = HotpState::at(next);
        assert_eq!(state.next_counter(), next);
        assert_eq!(HotpState::decode(&state.encode()), Ok(state));
    }
    assert_eq!(HotpState::NEW, HotpState::at(0));
}

/// Every byte of every form takes every value, every pair of bytes takes all that are at some edge,
/// and every length is tried: what decodes encodes to the same.
fn hostile<const N: usize>(
    forms: &[[u8; N]],
    again: impl Fn(&[u8]) -> Result<[u8; N], DecodeError>,
) -> (usize, usize) {
    let (mut taken, mut refused) = (0, 0);
    let mut seen = |bytes: &[u8]| match again(bytes) {
        Ok(encoded) => {
            assert_eq!(encoded, bytes);
            taken += 1;
        }
        Err(DecodeError) => refused += 1,
    };
    for form in forms {
        for len in 0..N {
            seen(&form[..len]);
            seen(&[form, &form[..=len]].concat());
        }
        let mut changed = |changes: &[(usize, u8)]| {
            let mut bytes = *form;
            for (place, value) in changes {
                bytes[*place] = *value;
            }
            seen(&bytes);
        };
        for one in 0..N {
            for value in 0..=u8::MAX {
                changed(&[(one, value)]);
            }
            for (other, edge) in (0..one).flat_map(|other| EDGES.map(|edge| (other, edge))) {
                for value in EDGES {
                    changed(&[(one, value), (other, edge)]);
                }
            }
        }
    }
    (taken, refused)
}

#[test]
fn hostile_totp_states() {
    let forms: Vec<_> = totp_states().into_iter().map(TotpState::encode).collect();
    let (taken, refused) = hostile(&forms, |bytes| {
        TotpState::decode(bytes).map(TotpState::encode)
    });
    assert!(taken > 100_000 && refused > 100_000, "{taken} {refused}");
}

#[test]
fn hostile_hotp_states() {
    let forms = [0, 1, u64::MAX].map(|next| HotpState::at(next).encode());
    let (taken, refused) = hostile(&forms, |bytes| {
        HotpState::decode(bytes).map(HotpState::encode)
    });
    assert!(taken > 1000 && refused > 1000, "{taken} {refused}");
}

#[test]
fn other_formats_flags_and_drifts_are_refused() {
    let stored = TotpState::new(LastStep::at(7), Drift::NONE).encode();
    let changed = |place: usize, bytes: &[u8]| {
        let mut other = stored;
        other[place..place + bytes.len()].copy_from_slice(bytes);
        TotpState::decode(&other)
    };
    for byte in 0..=u8::MAX {
        assert_eq!(changed(0, &[byte]).is_ok(), byte == 1);
        // Without a last step its place is zero.
        assert_eq!(changed(1, &[byte]).is_ok(), byte == 1);
        let mut hotp = HotpState::NEW.encode();
        hotp[0] = byte;
        assert_eq!(HotpState::decode(&hotp).is_ok(), byte == 1);
    }
    for secs in [72_000, -72_000, 72_001, -72_001, i32::MAX, i32::MIN] {
        let good = secs.unsigned_abs() <= 72_000;
        assert_eq!(changed(10, &secs.to_be_bytes()).is_ok(), good);
    }
}
