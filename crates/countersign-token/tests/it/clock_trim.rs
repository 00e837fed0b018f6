//! The trim of the clock: what goes by after it is stretched, and nothing that went by before.

use countersign_token::{Obeyed, Reading, Trim};

use crate::clock::{Device, HOUR, NOW, known};

#[test]
fn the_trim_is_within_200_parts_per_million() {
    for ppm in i16::MIN..=i16::MAX {
        let trim = Trim::from_ppm(ppm);
        assert_eq!(trim.is_ok(), (-200..=200).contains(&ppm));
        if let Ok(trim) = trim {
            assert_eq!(trim.ppm(), ppm);
        }
    }
}

#[test]
fn the_trim_stretches_what_goes_by_after_it() {
    #[track_caller]
    fn check(ppm: i16, counted: u64, expected: u64) {
        let mut device = Device::set_to_now();
        assert_eq!(device.trim(ppm), Obeyed::Done);
        assert_eq!(device.clock.trim_in_force().ppm(), ppm);
        assert_eq!(device.read_at(NOW + counted), known(NOW + expected, NOW));
        device.power_cycle();
        assert_eq!(device.read_at(NOW + counted), known(NOW + expected, NOW));
    }

    check(0, 1_000_000, 1_000_000);
    check(20, 1_000_000, 1_000_020);
    check(-20, 1_000_000, 999_980);
    check(200, 1_000_000, 1_000_200);
    check(-200, 1_000_000, 999_800);
    // The correction is rounded towards none.
    check(200, 4_999, 4_999);
    check(200, 5_000, 5_001);
    check(-200, 4_999, 4_999);
    check(-200, 5_000, 4_999);
    // 70 years at the limit: a century's chip ends before the arithmetic does.
    check(200, 2_200_000_000, 2_200_440_000);
}

/// What the clock was off before stays, so that the time does not jump.
#[test]
fn a_new_trim_moves_no_time_that_went_by() {
    let mut device = Device::set_to_now();
    let month = 30 * 24 * HOUR;
    assert_eq!(device.read_at(NOW + month), known(NOW + month, NOW));
    assert_eq!(device.trim(-200), Obeyed::Done);
    assert_eq!(device.read(), known(NOW + month, NOW));
    let later = NOW + 2 * month;
    assert_eq!(device.read_at(later), known(later - 518, NOW));
    assert_eq!(device.trim(100), Obeyed::Done);
    assert_eq!(device.read(), known(later - 518, NOW));
    let latest = later + month;
    assert_eq!(device.read_at(latest), known(latest - 518 + 259, NOW));
    // Setting it keeps the trim, and begins anew.
    assert_eq!(device.set(latest), Obeyed::Done);
    assert_eq!(device.clock.trim_in_force().ppm(), 100);
    assert_eq!(
        device.read_at(latest + 10_000),
        known(latest + 10_001, latest)
    );
}

#[test]
fn every_trim_runs_forward_only() {
    for ppm in [-200, -1, 0, 1, 200] {
        let mut device = Device::set_to_now();
        assert_eq!(device.trim(ppm), Obeyed::Done);
        let mut last = NOW;
        for chip in (NOW..NOW + 40_000).step_by(7) {
            let Reading::Known { now, .. } = device.read_at(chip) else {
                panic!("it is set");
            };
            assert!(now.secs() >= last);
            last = now.secs();
        }
    }
}
