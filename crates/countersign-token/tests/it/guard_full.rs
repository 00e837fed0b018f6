//! In a store that is full tries are counted all the same, and so is the latest time.

use countersign_core::UnixTime;
use countersign_token::{
    AdminKey, Clock, Guard, Key, Obeyed, Order, OrderVerdict, PinGuarded, Reading, Space, Vault,
    VaultError, Verdict,
};

use crate::clock::{HOUR, NOW};
use crate::clock_calendar::at;
use crate::rig::{Desk, Flash, Seeded, device_key};

/// Stores records until there is no room for the smallest.
fn fill(vault: &mut Vault<Flash>) {
    let mut full = 0;
    for length in [200, 40, 0] {
        for number in 0..=Key::MAX_NUMBER {
            let key = Key::new(Space::Credential, number).unwrap();
            if vault.contains(key) {
                continue;
            }
            match vault.put(key, &vec![0x5a; length], &mut Seeded(1)) {
                Ok(()) => {}
                Err(VaultError::Full) => {
                    full += 1;
                    break;
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
    assert_eq!(full, 3);
}

#[test]
fn tries_are_counted_and_given_back_in_a_full_store() {
    let random = &mut Seeded(1);
    let mut vault: Vault<Flash> = Vault::mount(Flash::blank(8), device_key()).unwrap();
    let mut guard = Guard::<PinGuarded>::unarmed();
    guard.arm(&mut vault, random).unwrap();
    fill(&mut vault);
    for _ in 0..200 {
        for _ in 0..7 {
            let attempt = guard.attempt(0, &mut vault, random).unwrap().unwrap();
            assert!(matches!(attempt.compare(b"1", b"0"), Verdict::Wrong));
        }
        let attempt = guard.attempt(0, &mut vault, random).unwrap().unwrap();
        let Verdict::Right(right) = attempt.compare(b"1", b"1") else {
            panic!("it is right");
        };
        guard.forgive(&right, &mut vault, random).unwrap();
        assert_eq!(guard.tries_left(), 8);
    }
}

#[test]
fn the_latest_time_is_kept_in_a_full_store() {
    let random = &mut Seeded(1);
    let mut vault: Vault<Flash> = Vault::mount(Flash::blank(8), device_key()).unwrap();
    let mut desk = Desk::new();
    let mut clock = Clock::unset();
    let mut set = |clock: &mut Clock, secs, desk: &mut Desk, vault: &mut Vault<Flash>| {
        let (key, order) = (AdminKey::new([5; 32]), Order::SetTime(at(secs)));
        let proof = key.proof(&[6; 16], order);
        match key.check(&[6; 16], order, &proof) {
            OrderVerdict::Authentic(order) => clock.obey(order, desk, vault, random),
            OrderVerdict::Forged => panic!("the proof is right"),
        }
    };
    // What is new finds no room, and says so.
    let mut full: Vault<Flash> = Vault::mount(Flash::blank(8), device_key()).unwrap();
    fill(&mut full);
    let nothing = set(&mut Clock::unset(), NOW, &mut desk, &mut full);
    assert_eq!(nothing, Err(VaultError::Full));

    assert_eq!(
        set(&mut clock, NOW, &mut desk, &mut vault),
        Ok(Obeyed::Done)
    );
    fill(&mut vault);
    for hour in 1..500 {
        desk.time = UnixTime::from_secs(NOW + hour * HOUR).ok();
        let reading = clock.read(&mut desk, &mut vault, &mut Seeded(2)).unwrap();
        assert!(matches!(reading, Reading::Known { .. }));
        assert_eq!(
            Clock::load(&mut vault).unwrap().high_water(),
            at(NOW + hour * HOUR)
        );
    }
    assert_eq!(
        set(&mut clock, NOW + 500 * HOUR, &mut desk, &mut vault),
        Ok(Obeyed::Done)
    );
}
