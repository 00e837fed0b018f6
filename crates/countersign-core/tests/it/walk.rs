//! A walk through every state that small worlds can reach, with all that must always hold held
//! against every step.

mod ghost;
mod invariants;
mod moves;
mod state;
mod world;

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use countersign_core::{Blocked, MfaRequirement, MfaSet, MfaSettings, Refusal};

use invariants::INVARIANTS;
use moves::{Seen, make, moves};
use world::{Bounds, World, every_world};

#[derive(Default)]
struct Count {
    states: usize,
    transitions: usize,
    seen: BTreeMap<String, usize>,
}

/// Visits every state of `world`, breadth first.
fn walk(world: &World, count: &mut Count) {
    let first = Rc::new(world.first_state());
    let mut visited = HashSet::from([Rc::clone(&first)]);
    let mut layer = vec![first];
    while !layer.is_empty() {
        let mut next = Vec::new();
        for state in layer {
            let account = state.account();
            assert_eq!(account.encode()[..], state.account[..]);
            for mv in moves(world, &state) {
                let mut transition = make(world, &state, &account, &mv);
                for invariant in INVARIANTS {
                    invariant(world, &transition);
                }
                count.transitions += 1;
                count_seen(count, &transition.seen);
                let after = Rc::new(std::mem::take(&mut transition.after));
                if visited.insert(Rc::clone(&after)) {
                    invariants::a_sign_in_is_over_in_the_end(world, &after);
                    invariants::a_sign_in_is_worth_nothing_at_another_account(world, &after);
                    next.push(after);
                }
            }
        }
        layer = next;
    }
    count.states += visited.len();
}

fn count_seen(count: &mut Count, seen: &Seen) {
    let name = match seen {
        Seen::Delivered(factor, _) => format!("Delivered({factor:?})"),
        Seen::Refused(Refusal::Blocked(Blocked::Until(_))) => "Refused(Blocked(Until))".to_owned(),
        other => format!("{other:?}"),
    };
    *count.seen.entry(name).or_default() += 1;
}

/// Walks `worlds` and tells how far it came: at least through `states`, seeing all of `expected`.
fn check(worlds: &[World], states: usize, expected: &[&str]) {
    let mut count = Count::default();
    for world in worlds {
        walk(world, &mut count);
    }
    let Count {
        states: visited,
        transitions,
        seen,
    } = count;
    println!(
        "{} worlds, {visited} states, {transitions} transitions",
        worlds.len()
    );
    for (name, times) in &seen {
        println!("  {times:>8} {name}");
    }
    assert!(
        visited >= states,
        "the worlds have shrunk to {visited} states"
    );
    for name in expected {
        assert!(seen.contains_key(*name), "nothing came to {name}");
    }
}

const ONE: Bounds = Bounds {
    sign_ins: 1,
    draws: 3,
    until: 30,
    back: false,
    managed: false,
};
const SMS: u8 = 1;
const TOTP: u8 = 2;
const EMAIL: u8 = 4;

/// A world where what is allowed, has an address and is enabled is given in stored form, and
/// an authenticator is set up if TOTP has an "address".
fn world(
    requirement: MfaRequirement,
    [allowed, set_up, enabled]: [u8; 3],
    bounds: Bounds,
) -> World {
    let set = |bits| MfaSet::from_bits(bits).unwrap();
    World::new(
        requirement,
        set(allowed),
        set(set_up & !TOTP),
        MfaSettings::from_byte(enabled).unwrap(),
        set_up & TOTP != 0,
        bounds,
    )
}

#[test]
fn every_world_with_one_sign_in() {
    check(
        &every_world(ONE),
        100_000,
        &[
            "Asked",
            "Delivered(Email)",
            "Delivered(Sms)",
            "Ended(NoUsableFactor)",
            "Ended(Spent)",
            "Refused(Blocked(FactorLocked))",
            "Refused(Blocked(Until))",
            "Refused(CodeExpired)",
            "Refused(NotAsked)",
            "Refused(NotOffered)",
            "Refused(SetUpNotStarted)",
            "Refused(TooManyDeliveries)",
            "Refused(WrongCode)",
            "Secret",
            "SignedIn(Code(Email))",
            "SignedIn(Code(Sms))",
            "SignedIn(Code(Totp))",
            "SignedIn(NotRequired)",
            "SignedIn(SetUp(Email))",
            "SignedIn(SetUp(Totp))",
        ],
    );
}

#[test]
fn two_sign_ins_at_once() {
    let two = Bounds {
        sign_ins: 2,
        until: 0,
        ..ONE
    };
    let sets = [SMS | TOTP | EMAIL, SMS | TOTP, SMS | TOTP];
    let worlds = [
        world(MfaRequirement::Optional, sets, two),
        world(
            MfaRequirement::Required,
            [TOTP | EMAIL, 0, 0],
            Bounds { draws: 4, ..two },
        ),
        world(MfaRequirement::Required, [SMS | EMAIL, SMS, 0], two),
    ];
    check(
        &worlds,
        13_000,
        &[
            "Refused(AlreadyUsed)",
            "Refused(TooManyDeliveries)",
            "SignedIn(SetUp(Totp))",
        ],
    );
}

#[test]
fn the_clock_goes_on_and_back() {
    let two = Bounds {
        sign_ins: 2,
        draws: 4,
        until: 90,
        back: true,
        managed: false,
    };
    let one = Bounds {
        sign_ins: 1,
        until: 120,
        ..two
    };
    let all = SMS | TOTP | EMAIL;
    let worlds = [
        world(MfaRequirement::Optional, [all, all, TOTP], two),
        world(MfaRequirement::Optional, [all, SMS, 0x11], two),
        world(MfaRequirement::Required, [TOTP, 0, 0], one),
        world(MfaRequirement::Required, [EMAIL, 0, 0], one),
        world(
            MfaRequirement::Optional,
            [all, SMS | TOTP, SMS | TOTP],
            Bounds { until: 60, ..one },
        ),
    ];
    check(
        &worlds,
        120_000,
        &[
            "Ended(Expired)",
            "Ended(Locked)",
            "Ended(TooManyDeliveries)",
            "Refused(Blocked(BudgetSpent))",
            "Refused(Blocked(FactorLocked))",
        ],
    );
}

#[test]
fn preferences_and_authenticators_change_meanwhile() {
    let managed = Bounds {
        draws: 2,
        until: 0,
        managed: true,
        ..ONE
    };
    let worlds = [
        world(
            MfaRequirement::Required,
            [SMS | TOTP | EMAIL, SMS | TOTP, TOTP],
            managed,
        ),
        world(MfaRequirement::Required, [TOTP | EMAIL, SMS, 0], managed),
    ];
    check(
        &worlds,
        10_000,
        &[
            "Preferred(Err(NotEnrolled(Email)))",
            "Preferred(Err(TwoPreferred))",
            "Preferred(Ok(()))",
            "SetUp(Enrolled)",
            "SetUp(NotStarted)",
            "SetUp(WrongCode)",
        ],
    );
}
