//! Keys that bounce: what counts as a press, over every short history and on pins.

use std::cell::Cell;
use std::convert::Infallible;
use std::rc::Rc;

use countersign_token::{Active, Button, Buttons, Debounce, Press};
use embedded_hal::digital::{Error, ErrorKind, ErrorType, InputPin};

/// What the key says at the end of `history`, from its definition: for each sample the level that
/// lasted for 20 ms up to it, if one did, and a press wherever that turns from released to
/// pressed.
fn by_definition(history: &[(bool, u64)]) -> Press {
    let settled = |end: usize| {
        let (level, now) = history[end];
        let same = history[..=end]
            .iter()
            .rev()
            .take_while(|(other, _)| *other == level);
        let (_, since) = same.last().unwrap();
        (now - since >= Debounce::STABLE_MILLIS).then_some(level)
    };
    let mut is_released = false;
    let mut press = Press::None;
    let mut again_at = None;
    for (end, (_, now)) in history.iter().enumerate() {
        press = Press::None;
        match settled(end) {
            Some(true) if is_released => {
                is_released = false;
                press = Press::New;
                again_at = Some(*now + Debounce::REPEAT_AFTER_MILLIS);
            }
            Some(true) if again_at.is_some_and(|again_at| *now >= again_at) => {
                press = Press::Again;
                again_at = Some(*now + Debounce::REPEAT_EVERY_MILLIS);
            }
            Some(false) => {
                is_released = true;
                again_at = None;
            }
            _ => {}
        }
    }
    press
}

/// Runs every history of `length` samples that are `step_millis` apart.
fn check_all(length: u32, step_millis: u64) {
    let mut presses = 0_u32;
    for pattern in 0..1_u32 << length {
        let mut key = Debounce::new();
        let mut history = Vec::new();
        for nth in 0..length {
            let sample = (pattern >> nth & 1 == 1, u64::from(nth) * step_millis);
            history.push(sample);
            let press = key.sample(sample.0, sample.1);
            assert_eq!(press, by_definition(&history), "{history:?}");
            presses += u32::from(press != Press::None);
        }
    }
    assert!(presses > 0);
}

#[test]
fn every_history_says_what_the_definition_says() {
    check_all(13, 5);
    check_all(12, 10);
    check_all(10, 19);
    check_all(10, 20);
    check_all(9, 100);
    check_all(9, 250);
}

#[track_caller]
fn check(samples: &[(u64, bool)], expected: &[(u64, Press)]) {
    let mut key = Debounce::new();
    let mut presses = Vec::new();
    for (now, pressed) in samples {
        match key.sample(*pressed, *now) {
            Press::None => {}
            press => presses.push((*now, press)),
        }
    }
    assert_eq!(presses, expected);
}

#[test]
fn a_bounce_shorter_than_twenty_milliseconds_is_none() {
    let released = [(0, false), (20, false)];
    let bounces = (21..500).map(|now| (now, now % 19 != 0));
    check(
        &released.into_iter().chain(bounces).collect::<Vec<_>>(),
        &[],
    );
}

#[test]
fn a_key_that_is_held_at_power_up_says_nothing_until_it_was_let_go() {
    let held = (0..60_000).step_by(5).map(|now| (now, true));
    check(&held.clone().collect::<Vec<_>>(), &[]);
    let then = [
        (60_000, false),
        (60_019, false),
        (60_020, true),
        (60_100, true),
    ];
    // Let go for less than twenty milliseconds is not let go.
    check(&held.clone().chain(then).collect::<Vec<_>>(), &[]);
    let then = [
        (60_000, false),
        (60_020, false),
        (60_021, true),
        (60_041, true),
        (60_042, true),
    ];
    check(
        &held.chain(then).collect::<Vec<_>>(),
        &[(60_041, Press::New)],
    );
}

#[test]
fn a_key_that_is_held_repeats() {
    let samples = (0..2_000).step_by(10).map(|now| (now, now >= 100));
    let again = (620..2_000).step_by(100).map(|now| (now, Press::Again));
    let expected: Vec<_> = [(120, Press::New)].into_iter().chain(again).collect();
    check(&samples.collect::<Vec<_>>(), &expected);
}

#[test]
fn a_time_that_goes_back_presses_nothing() {
    let samples = [
        (u64::MAX, false),
        (0, false),
        (u64::MAX, false),
        (0, true),
        (0, true),
        (u64::MAX, true),
        (u64::MAX, true),
    ];
    check(&samples, &[]);
}

/// A pin that the test sets; `None` cannot be read.
#[derive(Clone)]
struct Pin(Rc<Cell<Option<bool>>>);

#[derive(Debug)]
struct Unreadable;

impl Error for Unreadable {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

impl ErrorType for Pin {
    type Error = Unreadable;
}

impl InputPin for Pin {
    fn is_high(&mut self) -> Result<bool, Unreadable> {
        self.0.get().ok_or(Unreadable)
    }

    fn is_low(&mut self) -> Result<bool, Unreadable> {
        self.is_high().map(|high| !high)
    }
}

/// Five keys under a hand.
struct Keypad {
    pins: [Pin; 5],
    buttons: Buttons<Pin>,
    active: Active,
    now: u64,
}

impl Keypad {
    fn new(active: Active) -> Self {
        let pins = [(); 5].map(|()| Pin(Rc::new(Cell::new(Some(active == Active::Low)))));
        let mut keypad = Self {
            buttons: Buttons::new(pins.clone(), active),
            pins,
            active,
            now: 0,
        };
        assert_eq!(keypad.wait(100), []);
        keypad
    }

    /// Presses keys, or lets them go.
    fn hold(&self, keys: &[usize], pressed: bool) {
        for key in keys {
            self.pins[*key]
                .0
                .set(Some(pressed == (self.active == Active::High)));
        }
    }

    /// Polls every five milliseconds.
    fn wait(&mut self, millis: u64) -> Vec<Button> {
        let times = (self.now..self.now + millis).step_by(5);
        self.now += millis;
        times.filter_map(|now| self.buttons.poll(now)).collect()
    }
}

#[test]
fn each_pin_is_its_key_whichever_level_is_active() {
    for active in [Active::Low, Active::High] {
        let mut keypad = Keypad::new(active);
        for (key, button) in Button::ALL.into_iter().enumerate() {
            keypad.hold(&[key], true);
            assert_eq!(keypad.wait(100), [button]);
            keypad.hold(&[key], false);
            assert_eq!(keypad.wait(100), []);
        }
    }
}

#[test]
fn only_keys_that_step_repeat() {
    for (key, button) in Button::ALL.into_iter().enumerate() {
        let mut keypad = Keypad::new(Active::Low);
        keypad.hold(&[key], true);
        let steps = matches!(button, Button::Up | Button::Down);
        assert_eq!(keypad.wait(2_000).len() > 1, steps);
        assert_eq!(button.repeats(), steps);
    }
}

#[test]
fn of_keys_that_are_pressed_at_once_the_first_counts() {
    let mut keypad = Keypad::new(Active::Low);
    keypad.hold(&[2, 4], true);
    assert_eq!(keypad.wait(100), [Button::Left]);
    keypad.hold(&[2, 4], false);
    assert_eq!(keypad.wait(100), []);
    keypad.hold(&[4], true);
    assert_eq!(keypad.wait(100), [Button::Select]);
}

#[test]
fn what_is_held_when_a_question_comes_is_no_answer() {
    let mut keypad = Keypad::new(Active::Low);
    keypad.hold(&[4], true);
    // Pressed before the question, though not for long enough yet to count.
    assert_eq!(keypad.wait(10), []);
    keypad.buttons.ignore_held();
    assert_eq!(keypad.wait(10_000), []);
    keypad.hold(&[4], false);
    assert_eq!(keypad.wait(100), []);
    keypad.hold(&[4], true);
    assert_eq!(keypad.wait(100), [Button::Select]);
}

#[test]
fn a_pin_that_cannot_be_read_presses_nothing_and_stops_no_other() {
    let mut keypad = Keypad::new(Active::Low);
    keypad.pins[0].0.set(None);
    keypad.hold(&[1], true);
    assert_eq!(keypad.wait(100), [Button::Down]);
    keypad.hold(&[1], false);
    keypad.hold(&[0], false);
    assert_eq!(keypad.wait(100), []);
    keypad.hold(&[0], true);
    assert_eq!(keypad.wait(100), [Button::Up]);
}

/// The trait of the pins does not ask for errors.
#[test]
fn pins_without_errors_will_do() {
    struct Never;
    impl ErrorType for Never {
        type Error = Infallible;
    }
    impl InputPin for Never {
        fn is_high(&mut self) -> Result<bool, Infallible> {
            Ok(true)
        }
        fn is_low(&mut self) -> Result<bool, Infallible> {
            Ok(false)
        }
    }
    let mut buttons = Buttons::new([Never, Never, Never, Never, Never], Active::Low);
    assert_eq!((0..1_000).find_map(|now| buttons.poll(now)), None);
}
