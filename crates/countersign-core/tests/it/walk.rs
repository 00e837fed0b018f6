//! A walk through every state that small worlds can reach, with all that must always hold held
//! against every step.
//!
//! With `COUNTERSIGN_WALK=quick` in the environment it walks a few of these worlds only, by the
//! same rules: enough to find most of what is broken in a second or two, as mutation testing needs
//! it.

mod due;
mod everywhere;
mod ghost;
mod invariants;
mod measure;
mod moves;
mod state;
mod world;

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

use countersign_core::{Blocked, MfaRequirement, MfaSet, MfaSettings, Refusal};

use invariants::INVARIANTS;
use moves::{Seen, make, moves};
use world::{Bounds, Recoverable, World, every_world};

#[derive(Default)]
struct Count {
    worlds: usize,
    states: usize,
    transitions: usize,
    seen: BTreeMap<String, usize>,
}

/// Visits every state of `world`, breadth first.
fn walk(world: &World, count: &mut Count) {
    let first = Rc::new(world.first_state());
    let mut visited: HashSet<_, BuildHasherDefault<Mixing>> = HashSet::default();
    visited.insert(Rc::clone(&first));
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
                    everywhere::a_sign_in_is_over_in_the_end(world, &after);
                    everywhere::a_sign_in_is_worth_nothing_at_another_account(world, &after);
                    next.push(after);
                }
            }
        }
        layer = next;
    }
    count.worlds += 1;
    count.states += visited.len();
}

/// Hashes states fast; nobody chooses them to collide.
#[derive(Default)]
struct Mixing(u64);

impl Hasher for Mixing {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.write_u64(u64::from_le_bytes(*word));
        }
        for byte in rest {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
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
/// Of every `each` worlds the quick walk takes one.
fn check(worlds: &[World], each: usize, states: usize, expected: &[&str]) {
    let quick = std::env::var("COUNTERSIGN_WALK").is_ok_and(|how| how == "quick");
    let mut count = Count::default();
    for world in worlds.iter().step_by(if quick { each } else { 1 }) {
        walk(world, &mut count);
    }
    let Count {
        worlds,
        states: visited,
        transitions,
        seen,
    } = count;
    println!("{worlds} worlds, {visited} states, {transitions} transitions");
    for (name, times) in &seen {
        println!("  {times:>8} {name}");
    }
    if quick {
        return;
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
    strict: false,
    recovery: Recoverable::No,
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

/// The same with recovery codes issued.
const RECOVERABLE: Bounds = Bounds {
    recovery: Recoverable::Yes,
    ..ONE
};

#[test]
fn every_world_with_one_sign_in() {
    let mut worlds = every_world(ONE);
    worlds.extend(every_world(Bounds {
        strict: true,
        ..RECOVERABLE
    }));
    check(
        &worlds,
        41,
        150_000,
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
            "SignedIn(Recovery)",
            "SignedIn(SetUp(Email))",
            "SignedIn(SetUp(Totp))",
        ],
    );
}

/// Every policy and preference of one factor or two; what is set up is allowed, or it is as if it
/// were not there.
#[test]
fn two_sign_ins_at_once_in_every_world_of_two_factors() {
    let two = Bounds {
        sign_ins: 2,
        until: 0,
        strict: true,
        ..RECOVERABLE
    };
    let mut worlds = every_world(two);
    worlds.retain(World::is_of_two_factors);
    check(
        &worlds,
        41,
        20_000,
        &["Refused(AlreadyUsed)", "SignedIn(Recovery)"],
    );
}

#[test]
fn two_sign_ins_at_once_with_more_to_spend() {
    let two = Bounds {
        sign_ins: 2,
        until: 0,
        ..ONE
    };
    let sets = [SMS | TOTP | EMAIL, SMS | TOTP, SMS | TOTP];
    let worlds = [
        world(MfaRequirement::Required, [SMS | EMAIL, SMS, 0], two),
        world(MfaRequirement::Optional, sets, two),
        world(
            MfaRequirement::Required,
            [TOTP | EMAIL, 0, 0],
            Bounds { draws: 4, ..two },
        ),
        world(
            MfaRequirement::Optional,
            [TOTP, TOTP, TOTP],
            Bounds {
                recovery: Recoverable::Yes,
                ..two
            },
        ),
    ];
    check(
        &worlds,
        3,
        13_000,
        &[
            "Refused(AlreadyUsed)",
            "Refused(TooManyDeliveries)",
            "SignedIn(Recovery)",
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
        ..ONE
    };
    let one = Bounds {
        sign_ins: 1,
        until: 120,
        ..two
    };
    let recoverable = Bounds {
        recovery: Recoverable::Yes,
        ..one
    };
    let all = SMS | TOTP | EMAIL;
    let worlds = [
        world(MfaRequirement::Required, [EMAIL, 0, 0], one),
        world(MfaRequirement::Optional, [all, all, TOTP], two),
        world(MfaRequirement::Optional, [all, SMS, 0x11], two),
        world(MfaRequirement::Required, [TOTP, 0, 0], one),
        world(
            MfaRequirement::Optional,
            [all, SMS | TOTP, SMS | TOTP],
            Bounds { until: 60, ..one },
        ),
        world(MfaRequirement::Optional, [TOTP, TOTP, TOTP], recoverable),
        world(MfaRequirement::Required, [EMAIL, EMAIL, EMAIL], recoverable),
    ];
    check(
        &worlds,
        5,
        120_000,
        &[
            "Ended(Expired)",
            "Ended(Locked)",
            "Ended(TooManyDeliveries)",
            "Refused(Blocked(BudgetSpent))",
            "Refused(Blocked(FactorLocked))",
            "SignedIn(Recovery)",
        ],
    );
}

#[test]
fn preferences_authenticators_and_recovery_codes_change_meanwhile() {
    let managed = Bounds {
        draws: 2,
        until: 0,
        managed: true,
        ..ONE
    };
    let reissued = Bounds {
        strict: true,
        recovery: Recoverable::Yes,
        ..managed
    };
    let never = Bounds {
        strict: true,
        recovery: Recoverable::NotAnyMore,
        ..managed
    };
    let worlds = [
        world(MfaRequirement::Required, [TOTP, TOTP, TOTP], reissued),
        world(
            MfaRequirement::Required,
            [SMS | TOTP | EMAIL, SMS | TOTP, TOTP],
            managed,
        ),
        world(MfaRequirement::Required, [TOTP | EMAIL, SMS, 0], managed),
        world(MfaRequirement::Optional, [TOTP, TOTP, TOTP], never),
    ];
    check(
        &worlds,
        3,
        10_000,
        &[
            "Preferred(Err(NotEnrolled(Email)))",
            "Preferred(Err(TwoPreferred))",
            "Preferred(Ok(()))",
            "SetUp(Enrolled)",
            "SetUp(NotStarted)",
            "SetUp(WrongCode)",
            "SignedIn(Recovery)",
        ],
    );
}
