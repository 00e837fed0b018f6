//! Limits on guessing: waits, the lock, and that a comparison needs a try.

use countersign_token::{
    AccessKeyGuarded, Blocked, Guard, GuardPolicy, Guarded, PinGuarded, Vault, Verdict,
};

use crate::rig::{Flash, Seeded, device_key};

/// A guard with its vault, and what the device's clock says.
pub(crate) struct Gate<G: Guarded> {
    pub(crate) flash: Flash,
    pub(crate) vault: Vault<Flash>,
    pub(crate) guard: Guard<G>,
    random: Seeded,
}

impl<G: Guarded> Gate<G> {
    /// A guard before a new secret.
    pub(crate) fn armed() -> Self {
        let mut gate = Self::on(Flash::blank(4), false);
        gate.guard.arm(&mut gate.vault, &mut gate.random).unwrap();
        gate
    }

    /// The guard on this chip, after power-up.
    pub(crate) fn on(flash: Flash, armed: bool) -> Self {
        let mut vault = Vault::mount(flash.clone(), device_key()).unwrap();
        let guard = Guard::load(&mut vault, armed).unwrap();
        Self {
            flash,
            vault,
            guard,
            random: Seeded(1),
        }
    }

    pub(crate) fn power_cycle(&mut self) {
        *self = Self::on(self.flash.clone(), true);
    }

    /// Tries a secret of one byte; the right one is 1.
    pub(crate) fn guess(&mut self, uptime_millis: u64, byte: u8) -> Result<bool, Blocked> {
        let (vault, random) = (&mut self.vault, &mut self.random);
        let attempt = self.guard.attempt(uptime_millis, vault, random).unwrap()?;
        match attempt.compare(&[1], &[byte]) {
            Verdict::Right(right) => {
                self.guard.forgive(&right, vault, random).unwrap();
                Ok(true)
            }
            Verdict::Wrong => Ok(false),
        }
    }
}

#[test]
fn the_waits_double_from_a_second_to_an_hour() {
    #[track_caller]
    fn check(wrong: u8, expected_millis: u32) {
        assert_eq!(GuardPolicy::ACCESS_KEY.wait_millis(wrong), expected_millis);
    }

    check(0, 0);
    check(2, 0);
    check(3, 1_000);
    check(4, 2_000);
    check(5, 4_000);
    check(13, 1_024_000);
    check(14, 2_048_000);
    check(15, 3_600_000);
    check(16, 3_600_000);
    check(u8::MAX, 3_600_000);
    for wrong in 0..=u8::MAX {
        assert_eq!(GuardPolicy::PIN.wait_millis(wrong), 0);
    }
}

#[test]
fn a_wait_ends_when_it_says() {
    let mut gate = Gate::<AccessKeyGuarded>::armed();
    for _ in 0..3 {
        assert_eq!(gate.guess(10_000, 0), Ok(false));
    }
    assert_eq!(gate.guess(10_000, 1), Err(Blocked::Wait { millis: 1_000 }));
    assert_eq!(gate.guess(10_999, 1), Err(Blocked::Wait { millis: 1 }));
    // A try that was not let through cost nothing and lengthened nothing.
    assert_eq!(gate.guard.tries_left(), 97);
    assert_eq!(gate.guess(11_000, 0), Ok(false));
    assert_eq!(gate.guess(11_000, 0), Err(Blocked::Wait { millis: 2_000 }));
    assert_eq!(gate.guess(13_000, 1), Ok(true));
    assert_eq!(gate.guard.tries_left(), 100);
    assert_eq!(gate.guess(13_000, 0), Ok(false));
}

#[test]
fn a_power_cycle_never_shortens_a_wait() {
    let mut gate = Gate::<AccessKeyGuarded>::armed();
    for wrong in 0_u8..30 {
        let wait = GuardPolicy::ACCESS_KEY.wait_millis(wrong);
        gate.power_cycle();
        if wait > 0 {
            // All of it counts from the start, however long it lasted before.
            assert_eq!(gate.guess(0, 1), Err(Blocked::Wait { millis: wait }));
            assert_eq!(
                gate.guess(u64::from(wait) - 1, 1),
                Err(Blocked::Wait { millis: 1 })
            );
        }
        assert_eq!(gate.guess(wait.into(), 0), Ok(false));
    }
}

/// An uptime that goes back is no time gone by.
#[test]
fn an_uptime_that_goes_back_ends_no_wait() {
    let mut gate = Gate::<AccessKeyGuarded>::armed();
    for _ in 0..3 {
        assert_eq!(gate.guess(50_000, 0), Ok(false));
    }
    assert_eq!(gate.guess(0, 1), Err(Blocked::Wait { millis: 1_000 }));
    assert_eq!(gate.guess(50_999, 1), Err(Blocked::Wait { millis: 1 }));
    assert_eq!(gate.guess(u64::MAX, 1), Ok(true));
}

#[test]
fn the_last_try_locks_for_good() {
    #[track_caller]
    fn check<G: Guarded>(tries: u8) {
        let mut gate = Gate::<G>::armed();
        let mut uptime = 0;
        for left in (0..tries).rev() {
            uptime += 3_600_000;
            assert_eq!(gate.guess(uptime, 0), Ok(false));
            assert_eq!(gate.guard.tries_left(), left);
        }
        assert_eq!(gate.guess(u64::MAX, 1), Err(Blocked::Locked));
        gate.power_cycle();
        assert_eq!(gate.guess(u64::MAX, 1), Err(Blocked::Locked));
        assert_eq!(gate.guard.tries_left(), 0);
    }

    check::<PinGuarded>(8);
    check::<AccessKeyGuarded>(100);
}

#[test]
fn the_last_try_can_still_be_right() {
    let mut gate = Gate::<PinGuarded>::armed();
    for _ in 0..7 {
        assert_eq!(gate.guess(0, 0), Ok(false));
    }
    assert_eq!(gate.guess(0, 1), Ok(true));
    gate.power_cycle();
    assert_eq!(gate.guard.tries_left(), 8);
}

#[test]
fn an_attempt_that_is_dropped_is_a_wrong_try() {
    let mut gate = Gate::<PinGuarded>::armed();
    let attempt = gate.guard.attempt(0, &mut gate.vault, &mut Seeded(1));
    drop(attempt);
    assert_eq!(gate.guard.tries_left(), 7);
    gate.power_cycle();
    assert_eq!(gate.guard.tries_left(), 7);
}

#[test]
fn another_length_is_not_equal() {
    for (expected, given) in [
        (&b"12"[..], &b"1"[..]),
        (b"1", b"12"),
        (b"", b"1"),
        (b"1", b""),
    ] {
        let mut gate = Gate::<PinGuarded>::armed();
        let (vault, random) = (&mut gate.vault, &mut Seeded(1));
        let attempt = gate.guard.attempt(0, vault, random).unwrap().unwrap();
        assert!(matches!(attempt.compare(expected, given), Verdict::Wrong));
    }
}

#[test]
fn two_guards_count_apart() {
    let mut gate = Gate::<PinGuarded>::armed();
    let (vault, random) = (&mut gate.vault, &mut Seeded(1));
    let mut other = Guard::<AccessKeyGuarded>::unarmed();
    other.arm(vault, random).unwrap();
    for _ in 0..3 {
        let _attempt = other.attempt(0, vault, random).unwrap();
    }
    assert_eq!(gate.guess(0, 1), Ok(true));
    assert_eq!(other.tries_left(), 97);
}

#[test]
fn a_secret_without_its_count_is_locked() {
    let gate = Gate::<PinGuarded>::on(Flash::blank(4), true);
    assert_eq!(gate.guard.tries_left(), 0);
    assert_eq!(gate.guard.admits(u64::MAX), Err(Blocked::Locked));
    let gate = Gate::<PinGuarded>::on(Flash::blank(4), false);
    assert_eq!(gate.guard.tries_left(), 8);
}

#[test]
fn a_count_that_is_damaged_is_locked() {
    let gate = Gate::<PinGuarded>::armed();
    let image = gate.flash.image();
    let mut locked = 0;
    for place in 0..image.len() {
        if image[place] == 0xff {
            continue;
        }
        let flash = Flash::of(image.clone());
        flash.spoil(place);
        let Ok(mut vault) = Vault::<Flash>::mount(flash, device_key()) else {
            continue;
        };
        if let Ok(guard) = Guard::<PinGuarded>::load(&mut vault, true) {
            // Never more tries than there were.
            assert!(matches!(guard.tries_left(), 0 | 8), "{place}");
            locked += u32::from(guard.tries_left() == 0);
        }
    }
    assert!(locked > 10, "{locked}");
}

#[test]
fn a_guard_tells_its_tries_and_nothing_else() {
    let gate = Gate::<PinGuarded>::armed();
    assert_eq!(format!("{:?}", gate.guard), "Guard(8 tries left)");
    assert_eq!(
        Blocked::Wait { millis: 5 }.to_string(),
        "the next try is 5 ms away"
    );
    assert_eq!(Blocked::Locked.to_string(), "all tries are used up");
}
