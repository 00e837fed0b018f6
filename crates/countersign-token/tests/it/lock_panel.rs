//! The front of a lock: keys, messages and the relay.

use std::cell::Cell;
use std::rc::Rc;

use countersign_core::{
    Account, AccountId, Contacts, Context, Entropy, FirstFactorVerified, Outcome, Policy, Sha1,
    SignIn, UnixTime,
};
use countersign_token::lock::{Field, Key, Kind, Message, Panel, Relay, RelayError};

use crate::lock_world::{House, PIN, START, Wire, other_than};
use crate::vault_chip::Cut;

/// A house and its front.
struct Front {
    house: House,
    panel: Panel<Wire>,
    door: Rc<Cell<bool>>,
}

impl Front {
    fn of(house: House) -> Self {
        let wire = Wire::default();
        let door = wire.0.clone();
        door.set(true);
        let relay = Relay::new(wire, 3_000).expect("it obeys");
        assert!(!door.get(), "a relay begins shut");
        Self {
            house,
            panel: Panel::new(relay),
            door,
        }
    }

    fn press(&mut self, keys: &str) -> Option<Message> {
        let mut last = None;
        for key in keys.bytes() {
            let key = Key::from_ascii(key).expect("a key");
            last = self
                .panel
                .press(key, &mut self.house.lock, &mut self.house.clocks);
        }
        last
    }

    fn after(&mut self, millis: u64) -> Option<Message> {
        self.house.clocks.uptime_millis += millis;
        self.panel.tick(self.house.clocks.uptime_millis)
    }
}

#[test]
fn a_right_entry_opens_for_the_hold_time() {
    let mut house = House::new();
    let ada = house.enrol(7, Kind::Time);
    let mut front = Front::of(house);
    let keys = format!("7#{PIN}#{}#", ada.at(START + 30).as_str());
    assert_eq!(front.press("7"), Some(Message::Typing(Field::User, 1)));
    assert_eq!(front.press(&keys[1..]), Some(Message::Opened));
    assert!(front.door.get());
    assert_eq!(front.after(2_999), None);
    assert!(front.door.get());
    assert_eq!(front.after(1), Some(Message::Ready));
    assert!(!front.door.get());
    assert_eq!(front.press(&keys), Some(Message::Checking));
    assert_eq!(front.after(1_000), Some(Message::Used));
    assert!(!front.door.get());
}

#[test]
fn a_refusal_takes_a_fixed_time_in_which_no_key_counts() {
    let mut house = House::new();
    let ada = house.enrol(7, Kind::Time);
    let mut front = Front::of(house);
    let right = ada.at(START + 30);
    let wrong = format!("7#{PIN}#{}#", other_than(&right).as_str());
    assert_eq!(front.press(&wrong), Some(Message::Checking));
    let right = format!("7#{PIN}#{}#", right.as_str());
    assert_eq!(front.press(&right), None, "nobody listens");
    assert_eq!(front.after(999), None);
    assert_eq!(front.press(&right), None);
    assert!(!front.door.get());
    assert_eq!(front.after(1), Some(Message::Wrong));
    assert_eq!(front.press(&right), Some(Message::Opened));
}

#[test]
fn every_refusal_has_its_message() {
    let mut house = House::new();
    let ada = house.enrol(7, Kind::Time);
    house.clocks.rtc = None;
    let mut front = Front::of(house);
    let code = ada.at(START + 30);
    let keys = |pin: &str| format!("7#{pin}#{}#", code.as_str());
    let refused = |front: &mut Front, pin: &str| {
        assert_eq!(front.press(&keys(pin)), Some(Message::Checking));
        front.after(1_000)
    };
    assert_eq!(refused(&mut front, PIN), Some(Message::TimeUnset));
    assert_eq!(refused(&mut front, "1111"), Some(Message::Wrong));
    assert_eq!(refused(&mut front, "1111"), Some(Message::Wrong));
    assert_eq!(refused(&mut front, "1111"), Some(Message::Wait(1)));
    for _ in 0..7 {
        front.after(1_000_000);
        assert_eq!(refused(&mut front, "1111"), Some(Message::Wrong));
    }
    assert_eq!(refused(&mut front, "1111"), Some(Message::Locked));
    front.house.chip.cut_after(0, Cut::Clean);
    let keys = keys(PIN).replace("7#", "9#");
    assert_eq!(front.press(&keys), Some(Message::Checking));
    assert_eq!(front.after(1_000), Some(Message::Fault));
    assert!(!front.door.get());
}

#[test]
fn typing_is_shown_as_dots_and_forgotten() {
    let mut front = Front::of(House::new());
    assert_eq!(front.press("7#"), Some(Message::Typing(Field::Pin, 0)));
    assert_eq!(front.press("24"), Some(Message::Typing(Field::Pin, 2)));
    assert_eq!(front.press("*"), Some(Message::Typing(Field::Pin, 0)));
    assert_eq!(front.press("*"), Some(Message::Cleared));
    assert_eq!(front.press("0#"), Some(Message::Malformed));
    assert_eq!(front.press("7"), Some(Message::Typing(Field::User, 1)));
    assert_eq!(front.press("*"), Some(Message::Ready));
    front.press("7#24");
    assert_eq!(front.after(15_000), Some(Message::TimedOut));
}

#[test]
fn a_sign_in_without_a_second_factor_opens_nothing() {
    let account = Account::<Sha1>::new(AccountId([1; 16]));
    let context = Context {
        policy: &Policy::DEFAULT,
        contacts: Contacts::NONE,
        now: UnixTime::from_secs(START).expect("a time"),
    };
    let first = FirstFactorVerified::vouch(account.id());
    let entropy = Entropy::from_bytes([3; Entropy::LEN]);
    let step = SignIn::begin(first, account, &context, entropy);
    let Outcome::SignedIn(proof) = step.after_saving() else {
        panic!("nothing is asked for");
    };
    let wire = Wire::default();
    let mut relay = Relay::new(wire.clone(), 3_000).expect("it obeys");
    assert_eq!(relay.open(proof, 0), Err(RelayError::NoSecondFactor));
    assert!(!relay.is_open() && !wire.0.get());
}
