//! Every sequence of tries and power cuts in a small world: none gives a comparison too many.

use std::collections::BTreeMap;

use countersign_token::{Guard, PinGuarded, Vault, Verdict};

use crate::rig::{Cut, Flash, How, Seeded, device_key};

/// What an attacker can do next with a guarded secret.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// Tries in full.
    Try,
    /// Tries, and cuts the power during this operation of the medium.
    TryCut(u64, How),
    /// Takes the power away and gives it back.
    PowerCycle,
}

/// The most operations of the medium that a try takes, and some more.
const CUTS: u64 = 40;
const TRIES: u8 = 8;

/// A try that ends with the power, if it goes. Whether there was a comparison.
fn try_wrong(flash: &Flash) -> bool {
    let Ok(mut vault) = Vault::<Flash>::mount(flash.clone(), device_key()) else {
        return false;
    };
    let Ok(mut guard) = Guard::<PinGuarded>::load(&mut vault, true) else {
        return false;
    };
    match guard.attempt(0, &mut vault, &mut Seeded(9)) {
        Ok(Ok(attempt)) => {
            assert!(matches!(attempt.compare(&[1], &[0]), Verdict::Wrong));
            true
        }
        _ => false,
    }
}

fn tries_left(flash: &Flash) -> u8 {
    let mut vault = Vault::<Flash>::mount(flash.clone(), device_key()).unwrap();
    Guard::<PinGuarded>::load(&mut vault, true)
        .unwrap()
        .tries_left()
}

/// Does something, and says whether there was a comparison. The power is on again after it.
fn act(flash: &Flash, act: Act) -> bool {
    let compared = match act {
        Act::Try => try_wrong(flash),
        Act::TryCut(after, how) => {
            flash.cut(Cut { after, how });
            try_wrong(flash)
        }
        Act::PowerCycle => false,
    };
    flash.power_up();
    compared
}

/// Worlds are told apart by what is on the chip. Each is walked once with the most comparisons
/// that were had on the way there.
#[test]
fn no_sequence_gives_a_comparison_too_many() {
    let fresh = Flash::blank(3);
    let mut vault = Vault::<Flash>::mount(fresh.clone(), device_key()).unwrap();
    let mut guard = Guard::<PinGuarded>::unarmed();
    guard.arm(&mut vault, &mut Seeded(9)).unwrap();
    drop(vault);

    let mut acts = vec![Act::Try, Act::PowerCycle];
    for after in 0..CUTS {
        acts.push(Act::TryCut(after, How::Clean));
        acts.push(Act::TryCut(after, How::Torn(after)));
    }
    let mut most: BTreeMap<Vec<u8>, u8> = BTreeMap::new();
    let mut open = vec![(fresh.image(), 0_u8)];
    let mut steps = 0_u64;
    let mut worst = 0;
    while let Some((image, compared)) = open.pop() {
        // How the medium is laid out does not matter to the guard, so a world is its count.
        let left = tries_left(&Flash::of(image.clone()));
        let world = vec![left];
        if most.get(&world).is_some_and(|known| *known >= compared) {
            continue;
        }
        most.insert(world, compared);
        assert!(compared + left <= TRIES, "{compared} compared, {left} left");
        worst = worst.max(compared);
        for next in &acts {
            let flash = Flash::of(image.clone());
            let compared = compared + u8::from(act(&flash, *next));
            let left_then = tries_left(&flash);
            assert!(
                left_then <= left,
                "{next:?} gave tries back: {left} to {left_then}"
            );
            assert!(compared + left_then <= TRIES, "{next:?}");
            open.push((flash.image(), compared));
            steps += 1;
        }
    }
    assert_eq!(worst, TRIES);
    assert!(steps > 500, "{steps}");
}

/// The same chip goes on through many cuts, so that pages are changed over in between.
#[test]
fn a_long_random_walk_gives_no_comparison_too_many() {
    for seed in 0..60 {
        let mut random = Seeded(seed);
        let flash = Flash::blank(3);
        let mut vault = Vault::<Flash>::mount(flash.clone(), device_key()).unwrap();
        let mut guard = Guard::<PinGuarded>::unarmed();
        guard.arm(&mut vault, &mut random).unwrap();
        drop(vault);

        let (mut compared, mut left) = (0, TRIES);
        for _ in 0..200 {
            let next = match random.below(8) {
                0 => Act::Try,
                1 => Act::PowerCycle,
                2..=4 => Act::TryCut(random.below(20) as u64, How::Clean),
                _ => Act::TryCut(random.below(20) as u64, How::Torn(random.number())),
            };
            compared += u8::from(act(&flash, next));
            let now_left = tries_left(&flash);
            assert!(now_left <= left);
            left = now_left;
            assert!(compared + left <= TRIES);
        }
        assert_eq!(left, 0);
    }
}

/// A right answer gives the tries back, all or none of them, wherever the power goes.
#[test]
fn a_cut_while_tries_are_given_back_leaves_none_or_all() {
    let mut seen = BTreeMap::new();
    for how in [How::Clean, How::Torn(3), How::Torn(4)] {
        for after in 0.. {
            let flash = Flash::blank(3);
            let mut vault = Vault::<Flash>::mount(flash.clone(), device_key()).unwrap();
            let mut guard = Guard::<PinGuarded>::unarmed();
            guard.arm(&mut vault, &mut Seeded(9)).unwrap();
            for _ in 0..5 {
                assert!(try_wrong(&flash));
            }
            let mut vault = Vault::<Flash>::mount(flash.clone(), device_key()).unwrap();
            let mut guard = Guard::<PinGuarded>::load(&mut vault, true).unwrap();
            let attempt = guard
                .attempt(0, &mut vault, &mut Seeded(9))
                .unwrap()
                .unwrap();
            let Verdict::Right(right) = attempt.compare(&[1], &[1]) else {
                panic!("it is right");
            };
            flash.cut(Cut { after, how });
            let forgiven = guard.forgive(&right, &mut vault, &mut Seeded(9));
            let is_over = !flash.is_off();
            if forgiven.is_err() {
                assert_eq!(guard.tries_left(), 2, "until it is stored, the worse holds");
            }
            flash.power_up();
            *seen.entry(tries_left(&flash)).or_insert(0) += 1;
            if is_over {
                assert_eq!(tries_left(&flash), TRIES);
                break;
            }
        }
    }
    assert_eq!(seen.keys().copied().collect::<Vec<_>>(), [2, TRIES]);
}

/// The walk cuts at every operation of a try, and knows when there are no more.
#[test]
fn the_walk_reaches_beyond_the_last_operation() {
    let flash = Flash::blank(3);
    let mut vault = Vault::<Flash>::mount(flash.clone(), device_key()).unwrap();
    let mut guard = Guard::<PinGuarded>::unarmed();
    guard.arm(&mut vault, &mut Seeded(9)).unwrap();
    drop(vault);
    let before = flash.operations();
    assert!(try_wrong(&flash));
    let operations = flash.operations() - before;
    assert!((5..CUTS).contains(&operations), "{operations}");
}
