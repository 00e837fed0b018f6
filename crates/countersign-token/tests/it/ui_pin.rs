//! The PIN on the device: set, asked for, wrong, changed, removed.

use countersign_token::screens::{Notice, PinEntry, Screen};
use countersign_token::{PinState, Ui};

use crate::host::{Host, Put, reset};
use crate::person::Person;

fn person() -> Person {
    let mut host = Host::new();
    host.done(&Put::totp("account", b"12345678901234567890").command());
    Person::with(host)
}

/// Sets a PIN by the menu, and ends where it is confirmed.
fn set_pin(person: &mut Person, pin: &str) {
    person.press("<vv*");
    person.pin(pin);
    person.pin(pin);
    assert!(person.sees(&Screen::Notice(Notice::PinSet)));
    person.press("*");
}

fn entry(title: &'static str, entered: u8, tries_left: Option<u8>) -> PinEntry {
    PinEntry {
        title,
        entered,
        figure: None,
        most: 8,
        tries_left,
        message: "",
    }
}

#[track_caller]
fn check(person: &mut Person, expected: PinEntry) {
    assert!(person.sees(&Screen::PinEntry(expected)));
}

#[test]
fn a_pin_that_is_set_is_asked_for_after_power_up() {
    let mut person = person();
    set_pin(&mut person, "02468");
    assert_eq!(person.host.token.accounts(), 1);
    person.power_cycle();
    check(&mut person, entry("Enter PIN", 0, Some(8)));
    assert_eq!(person.host.token.accounts(), 0);
    person.pin("02468");
    assert_eq!(person.host.token.pin_state(), PinState::Entered);
    assert_eq!(person.host.token.accounts(), 1);
}

#[test]
fn there_is_no_way_around_a_pin() {
    let mut person = person();
    set_pin(&mut person, "2468");
    person.power_cycle();
    for keys in ["<", "<<<", "*", ">", "<*", "<>>", "*<", "^<<v<", "*<*"] {
        person.press(keys);
        assert_eq!(person.host.token.accounts(), 0, "{keys}");
        person.wait(Ui::IDLE_MILLIS);
        check(&mut person, entry("Enter PIN", 0, Some(8)));
    }
    assert_eq!(
        person.host.token.pin_state(),
        PinState::Required { tries_left: 8 }
    );
}

#[test]
fn a_figure_that_was_entered_is_not_legible() {
    let mut pictures = Vec::new();
    for figures in ["1234", "9876", "0000"] {
        let mut person = person();
        set_pin(&mut person, "2468");
        person.power_cycle();
        person.figures(figures);
        check(&mut person, entry("Enter PIN", 4, Some(8)));
        pictures.push(person.display.pixels().to_vec());
    }
    pictures.dedup();
    assert_eq!(pictures.len(), 1);
}

#[test]
fn figures_go_up_down_and_back() {
    let mut person = person();
    set_pin(&mut person, "2468");
    person.power_cycle();
    let shows = |person: &mut Person, entered, figure| {
        let expected = PinEntry {
            figure,
            ..entry("Enter PIN", entered, Some(8))
        };
        check(person, expected);
    };
    for (keys, entered, figure) in [
        ("^", 0, Some(0)),
        ("^", 0, Some(1)),
        ("vv", 0, Some(9)),
        ("^", 0, Some(0)),
        ("<", 0, None),
        ("v", 0, Some(9)),
        (">", 1, None),
        (">", 1, None),
        ("^>^>^>^>^>^>^>", 8, None),
        ("^", 8, None),
        ("<", 7, None),
        ("^", 7, Some(0)),
    ] {
        person.press(keys);
        shows(&mut person, entered, figure);
    }
}

#[test]
fn a_figure_that_is_being_chosen_counts_when_the_entry_ends() {
    let mut person = person();
    set_pin(&mut person, "2460");
    person.power_cycle();
    person.figures("246");
    person.press("^*");
    assert_eq!(person.host.token.pin_state(), PinState::Entered);
}

#[test]
fn too_few_figures_cost_no_try() {
    let mut person = person();
    set_pin(&mut person, "2468");
    person.power_cycle();
    person.pin("246");
    let expected = PinEntry {
        message: "4 to 8 digits",
        ..entry("Enter PIN", 0, Some(8))
    };
    check(&mut person, expected);
}

#[test]
fn wrong_pins_are_counted_over_power_cycles_until_the_token_is_locked() {
    let mut person = person();
    set_pin(&mut person, "2468");
    person.power_cycle();
    for tries_left in (1..8).rev() {
        person.pin("1111");
        let expected = PinEntry {
            message: "Wrong PIN",
            ..entry("Enter PIN", 0, Some(tries_left))
        };
        check(&mut person, expected);
        person.power_cycle();
        check(&mut person, entry("Enter PIN", 0, Some(tries_left)));
    }
    person.pin("1111");
    assert!(person.sees(&Screen::Notice(Notice::PinLocked)));
    // Not even the right one opens it now.
    person.pin("2468");
    assert!(person.sees(&Screen::Notice(Notice::PinLocked)));
    person.power_cycle();
    assert!(person.sees(&Screen::Notice(Notice::PinLocked)));
    // What helps is what the display says.
    person.host.select();
    person.host.done(&reset());
    person.ui.refresh();
    assert!(person.sees(&Screen::Notice(Notice::Empty)));
}

#[test]
fn a_new_pin_is_asked_for_twice() {
    let mut person = person();
    person.press("<vv*");
    let expected = PinEntry {
        message: "4 to 8 digits",
        ..entry("New PIN", 0, None)
    };
    check(&mut person, expected);
    person.pin("1357");
    check(&mut person, entry("Repeat PIN", 0, None));
    person.pin("1358");
    let expected = PinEntry {
        message: "They differ. Again:",
        ..entry("New PIN", 0, None)
    };
    check(&mut person, expected);
    assert_eq!(person.host.token.pin_state(), PinState::NotSet);
    // Back from where nothing is entered leaves it.
    person.press("<");
    assert_eq!(person.host.token.pin_state(), PinState::NotSet);
    person.press("*");
    person.pin("1357");
    person.pin("1357");
    assert_eq!(person.host.token.pin_state(), PinState::Entered);
}

#[test]
fn a_pin_is_changed_by_whoever_knows_it() {
    let mut person = person();
    set_pin(&mut person, "2468");
    person.press("<vv*");
    check(&mut person, entry("Old PIN", 0, None));
    person.pin("1111");
    let expected = PinEntry {
        message: "Wrong PIN",
        ..entry("Old PIN", 0, Some(7))
    };
    check(&mut person, expected);
    person.pin("2468");
    person.pin("97531");
    person.pin("97531");
    assert!(person.sees(&Screen::Notice(Notice::PinSet)));
    person.power_cycle();
    person.pin("2468");
    assert_eq!(
        person.host.token.pin_state(),
        PinState::Required { tries_left: 7 }
    );
    person.pin("97531");
    assert_eq!(person.host.token.pin_state(), PinState::Entered);
}

#[test]
fn a_pin_is_removed_by_whoever_knows_it() {
    let mut person = person();
    set_pin(&mut person, "2468");
    person.press("<vvv*");
    person.pin("1111");
    assert_eq!(person.host.token.pin_state(), PinState::Entered);
    person.pin("2468");
    assert!(person.sees(&Screen::Notice(Notice::PinRemoved)));
    assert_eq!(person.host.token.pin_state(), PinState::NotSet);
    person.power_cycle();
    assert_eq!(person.host.token.accounts(), 1);
}

#[test]
fn the_menu_locks() {
    let mut person = person();
    set_pin(&mut person, "2468");
    person.press("<vvvv*");
    check(&mut person, entry("Enter PIN", 0, Some(8)));
    assert_eq!(person.host.token.accounts(), 0);
}

#[test]
fn what_was_entered_is_forgotten_without_a_key() {
    let mut person = person();
    set_pin(&mut person, "2468");
    person.power_cycle();
    person.figures("246");
    person.wait(Ui::IDLE_MILLIS);
    check(&mut person, entry("Enter PIN", 0, Some(8)));
}
