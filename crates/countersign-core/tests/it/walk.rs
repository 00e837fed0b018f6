//! A walk through every state that small worlds can reach, with all that must always hold held
//! against every step.

mod invariants;
mod moves;
mod state;
mod world;

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use countersign_core::{MfaRequirement, MfaSet, MfaSettings, MfaType};

use invariants::INVARIANTS;
use moves::{Seen, make, moves};
use world::{Bounds, World, every_world};

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
    count.worlds += 1;
    count.states += visited.len();
    println!(
        "{:?} {:?} {:?} {} {}: {}",
        world.policy.requirement,
        world.policy.allowed,
        world.settings,
        world.totp,
        world.contacts.sms.is_some(),
        visited.len()
    );
}

fn count_seen(count: &mut Count, seen: &Seen) {
    let name = match seen {
        Seen::Delivered(factor, _) => format!("Delivered({factor:?})"),
        Seen::Refused(countersign_core::Refusal::Blocked(countersign_core::Blocked::Until(_))) => {
            "Refused(Blocked(Until))".to_owned()
        }
        other => format!("{other:?}"),
    };
    *count.seen.entry(name).or_default() += 1;
}

fn report(count: &Count) {
    println!(
        "{} worlds, {} states, {} transitions",
        count.worlds, count.states, count.transitions
    );
    for (name, times) in &count.seen {
        println!("  {times:>8} {name}");
    }
}

const SMALL: Bounds = Bounds {
    sign_ins: 1,
    draws: 3,
    until: 30,
    back: false,
    managed: false,
};

#[test]
fn every_world_with_one_sign_in() {
    let mut count = Count::default();
    for world in every_world(SMALL) {
        walk(&world, &mut count);
    }
    report(&count);
}
