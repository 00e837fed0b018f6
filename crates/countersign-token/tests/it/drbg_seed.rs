//! No run of a device repeats what another gave out, whatever ended it.

use std::collections::BTreeSet;

use countersign_token::{DeviceSeed, Drbg, Random, Vault};

use crate::rig::{Cut, Flash, How, device_key};

/// Starts as a board does after power-up, and draws; `None` if the power went.
fn run(flash: &Flash) -> Option<[u8; 32]> {
    let mut vault: Vault<Flash> = Vault::mount(flash.clone(), device_key()).ok()?;
    let mut drbg = Drbg::start(&DeviceSeed::new([3; 32]), b"", &mut vault).ok()?;
    let mut drawn = [0; 32];
    drbg.fill(&mut drawn);
    Some(drawn)
}

#[test]
fn every_run_draws_something_else() {
    let flash = Flash::blank(4);
    let mut seen = BTreeSet::new();
    for _ in 0..500 {
        assert!(seen.insert(run(&flash).unwrap()));
    }
}

#[test]
fn a_power_cut_anywhere_repeats_nothing() {
    let mut cuts = 0;
    for how in [How::Clean, How::Torn(5), How::Torn(6)] {
        for runs_before in [0, 1, 30] {
            for after in 0.. {
                let flash = Flash::blank(4);
                let mut seen = BTreeSet::new();
                for _ in 0..runs_before {
                    assert!(seen.insert(run(&flash).unwrap()));
                }
                flash.cut(Cut { after, how });
                let cut_short = run(&flash);
                let is_over = !flash.is_off();
                seen.extend(cut_short);
                flash.power_up();
                for _ in 0..3 {
                    assert!(
                        seen.insert(run(&flash).unwrap()),
                        "{how:?} {runs_before} {after}"
                    );
                }
                if is_over {
                    break;
                }
                cuts += 1;
            }
        }
    }
    assert!(cuts > 100, "{cuts}");
}

/// Erasing everything takes the seed along, so the device's own is used again.
#[test]
fn erasing_everything_repeats_nothing() {
    let flash = Flash::blank(4);
    let mut seen = BTreeSet::new();
    for _ in 0..50 {
        assert!(seen.insert(run(&flash).unwrap()));
        let mut vault: Vault<Flash> = Vault::mount(flash.clone(), device_key()).unwrap();
        vault.wipe().unwrap();
    }
}

#[test]
fn devices_and_circumstances_differ() {
    let draw = |seed: u8, circumstances: &[u8]| {
        let mut vault: Vault<Flash> = Vault::mount(Flash::blank(4), device_key()).unwrap();
        let device = DeviceSeed::new([seed; 32]);
        let mut drawn = [0; 32];
        Drbg::start(&device, circumstances, &mut vault)
            .unwrap()
            .fill(&mut drawn);
        drawn
    };
    let all = [draw(1, b"a"), draw(1, b"b"), draw(2, b"a"), draw(1, b"")];
    assert_eq!(BTreeSet::from(all).len(), 4);
    assert_eq!(draw(1, b"a"), draw(1, b"a"));
}

#[test]
fn a_seed_does_not_show_itself() {
    assert_eq!(
        format!("{:?}", DeviceSeed::new([0x77; 32])),
        "DeviceSeed(..)"
    );
}
