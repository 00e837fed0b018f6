//! The PIN: set, entered, changed, removed, locked, and lost with the power.

use countersign_token::{Blocked, NotAPin, Pin, PinLock, PinOutcome, PinState, Vault};

use crate::rig::{Cut, Flash, How, Seeded, device_key};

/// A device as far as its PIN goes.
struct Device {
    flash: Flash,
    vault: Vault<Flash>,
    pin: PinLock,
    random: Seeded,
}

impl Device {
    fn new() -> Self {
        Self::on(Flash::blank(4))
    }

    fn with_pin(digits: &str) -> Self {
        let mut device = Self::new();
        assert_eq!(device.set(digits), PinOutcome::Done);
        device.power_cycle();
        device
    }

    fn on(flash: Flash) -> Self {
        let mut vault = Vault::mount(flash.clone(), device_key()).unwrap();
        let pin = PinLock::load(&mut vault).unwrap();
        Self {
            flash,
            vault,
            pin,
            random: Seeded(2),
        }
    }

    fn power_cycle(&mut self) {
        *self = Self::on(self.flash.clone());
    }

    fn set(&mut self, new: &str) -> PinOutcome {
        self.pin
            .set(&pin(new), &mut self.vault, &mut self.random)
            .unwrap()
    }

    fn enter(&mut self, typed: &str) -> PinOutcome {
        self.pin
            .enter(&pin(typed), 0, &mut self.vault, &mut self.random)
            .unwrap()
    }

    fn change(&mut self, old: &str, new: &str) -> PinOutcome {
        self.pin
            .change(&pin(old), &pin(new), 0, &mut self.vault, &mut self.random)
            .unwrap()
    }

    fn remove(&mut self, old: &str) -> PinOutcome {
        self.pin
            .remove(&pin(old), 0, &mut self.vault, &mut self.random)
            .unwrap()
    }
}

fn pin(digits: &str) -> Pin {
    Pin::from_digits(digits.as_bytes()).unwrap()
}

const fn required(tries_left: u8) -> PinState {
    PinState::Required { tries_left }
}

const fn wrong(tries_left: u8) -> PinOutcome {
    PinOutcome::Wrong { tries_left }
}

#[test]
fn a_pin_has_four_to_eight_digits() {
    #[track_caller]
    fn check(typed: &[u8], expected: Option<NotAPin>) {
        assert_eq!(Pin::from_digits(typed).err(), expected);
    }

    for length in 0..=20 {
        let fits = (4..=8).contains(&length);
        check(&vec![b'7'; length], if fits { None } else { Some(NotAPin) });
    }
    for other in (0..=u8::MAX).filter(|byte| !byte.is_ascii_digit()) {
        check(&[b'1', b'2', b'3', other], Some(NotAPin));
    }
    check("１２３４".as_bytes(), Some(NotAPin));
}

#[test]
fn without_a_pin_everything_is_open() {
    let mut device = Device::new();
    assert_eq!(device.pin.state(), PinState::NotSet);
    assert_eq!(device.enter("1234"), PinOutcome::NotApplicable);
    assert_eq!(device.change("1234", "5678"), PinOutcome::NotApplicable);
    assert_eq!(device.remove("1234"), PinOutcome::NotApplicable);
    assert_eq!(device.pin.state(), PinState::NotSet);
}

#[test]
fn it_is_required_from_power_up_until_it_is_entered() {
    let mut device = Device::new();
    assert_eq!(device.set("1234"), PinOutcome::Done);
    assert_eq!(device.pin.state(), PinState::Entered);
    device.power_cycle();
    assert_eq!(device.pin.state(), required(8));
    assert_eq!(device.enter("1234"), PinOutcome::Done);
    assert_eq!(device.pin.state(), PinState::Entered);
    device.pin.lock();
    assert_eq!(device.pin.state(), required(8));
    assert_eq!(device.enter("1234"), PinOutcome::Done);
    device.power_cycle();
    assert_eq!(device.pin.state(), required(8));
}

#[test]
fn only_the_very_digits_are_right() {
    for typed in ["1235", "0234", "12345", "01234", "12340", "123", "4321"] {
        let mut device = Device::with_pin("1234");
        let Ok(typed) = Pin::from_digits(typed.as_bytes()) else {
            continue;
        };
        let outcome = device
            .pin
            .enter(&typed, 0, &mut device.vault, &mut device.random);
        assert_eq!(outcome, Ok(wrong(7)));
        assert_eq!(device.pin.state(), required(7));
    }
    let mut device = Device::with_pin("12345678");
    assert_eq!(device.enter("1234567"), wrong(7));
    assert_eq!(device.enter("12345678"), PinOutcome::Done);
}

#[test]
fn eight_wrong_ones_in_a_row_lock_it_over_any_power_cycle() {
    let mut device = Device::with_pin("1234");
    for left in (0..8).rev() {
        assert_eq!(device.enter("0000"), wrong(left));
        device.power_cycle();
    }
    assert_eq!(device.pin.state(), PinState::Locked);
    for outcome in [
        device.enter("1234"),
        device.change("1234", "5678"),
        device.remove("1234"),
    ] {
        assert_eq!(outcome, PinOutcome::Blocked(Blocked::Locked));
    }
    assert_eq!(device.set("5678"), PinOutcome::NotApplicable);
    device.power_cycle();
    assert_eq!(device.pin.state(), PinState::Locked);
}

#[test]
fn a_right_one_gives_the_tries_back() {
    let mut device = Device::with_pin("1234");
    for _ in 0..5 {
        for left in (1..8).rev() {
            assert_eq!(device.enter("0000"), wrong(left));
        }
        assert_eq!(device.enter("1234"), PinOutcome::Done);
        assert_eq!(device.pin.tries_left(), 8);
        device.power_cycle();
        assert_eq!(device.pin.state(), required(8));
    }
}

#[test]
fn a_wrong_one_does_not_lock_what_is_open_but_the_last_does() {
    let mut device = Device::with_pin("1234");
    assert_eq!(device.enter("1234"), PinOutcome::Done);
    for left in (1..8).rev() {
        assert_eq!(device.change("0000", "5678"), wrong(left));
        assert_eq!(device.pin.state(), PinState::Entered);
    }
    assert_eq!(device.remove("0000"), wrong(0));
    assert_eq!(device.pin.state(), PinState::Locked);
}

#[test]
fn changing_it_takes_the_old_one() {
    let mut device = Device::with_pin("1234");
    assert_eq!(device.change("9999", "5678"), wrong(7));
    assert_eq!(device.change("1234", "56789"), PinOutcome::Done);
    assert_eq!(device.pin.state(), PinState::Entered);
    device.power_cycle();
    assert_eq!(device.pin.state(), required(8));
    assert_eq!(device.enter("1234"), wrong(7));
    assert_eq!(device.enter("56789"), PinOutcome::Done);
}

#[test]
fn a_second_first_pin_is_refused() {
    let mut device = Device::with_pin("1234");
    assert_eq!(device.set("5678"), PinOutcome::NotApplicable);
    assert_eq!(device.pin.state(), required(8));
    assert_eq!(device.enter("1234"), PinOutcome::Done);
    assert_eq!(device.set("5678"), PinOutcome::NotApplicable);
}

#[test]
fn removing_it_takes_the_old_one_and_opens_everything() {
    let mut device = Device::with_pin("1234");
    assert_eq!(device.remove("9999"), wrong(7));
    assert_eq!(device.remove("1234"), PinOutcome::Done);
    assert_eq!(device.pin.state(), PinState::NotSet);
    device.power_cycle();
    assert_eq!(device.pin.state(), PinState::NotSet);
    // The next one starts with all its tries.
    assert_eq!(device.set("2468"), PinOutcome::Done);
    device.power_cycle();
    assert_eq!(device.pin.state(), required(8));
}

/// Whatever is cut short: afterwards the device asks for the old PIN or for the new one, with no
/// more tries than before, and is never locked.
#[track_caller]
fn check_cuts(before: Option<&str>, after: Option<&str>, operation: fn(&mut Device)) {
    for how in [How::Clean, How::Torn(7), How::Torn(8)] {
        for operations in 0.. {
            let mut device = before.map_or_else(Device::new, Device::with_pin);
            let flash = device.flash.clone();
            flash.cut(Cut {
                after: operations,
                how,
            });
            operation(&mut device);
            let is_over = !flash.is_off();
            flash.power_up();
            device.power_cycle();
            match device.pin.state() {
                PinState::NotSet => assert!(before.is_none() || after.is_none()),
                PinState::Required { tries_left } => {
                    assert!(tries_left >= 7);
                    let mut pins = [before, after].into_iter().flatten();
                    assert!(pins.any(|digits| device.enter(digits) == PinOutcome::Done));
                }
                state => panic!("{state:?}"),
            }
            if is_over {
                break;
            }
        }
    }
}

#[test]
fn a_power_cut_leaves_the_old_or_the_new() {
    check_cuts(None, Some("1234"), |device| {
        let _ = device
            .pin
            .set(&pin("1234"), &mut device.vault, &mut device.random);
    });
    check_cuts(Some("1234"), Some("5678"), |device| {
        let (old, new) = (pin("1234"), pin("5678"));
        let _ = device
            .pin
            .change(&old, &new, 0, &mut device.vault, &mut device.random);
    });
    check_cuts(Some("1234"), None, |device| {
        let _ = device
            .pin
            .remove(&pin("1234"), 0, &mut device.vault, &mut device.random);
    });
    check_cuts(Some("1234"), Some("1234"), |device| {
        let _ = device
            .pin
            .enter(&pin("1234"), 0, &mut device.vault, &mut device.random);
    });
}

#[test]
fn no_digits_are_shown_or_stored() {
    assert_eq!(format!("{:?}", pin("73519264")), "Pin(..)");
    let device = Device::with_pin("73519264");
    let shown = format!("{:?}", device.pin);
    assert!(!shown.contains("73519264"), "{shown}");
    let image = device.flash.image();
    assert!(!image.windows(8).any(|window| window == b"73519264"));
}
