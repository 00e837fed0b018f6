//! Whatever keys are pressed, whatever a host does meanwhile: what may never be on the display.

use countersign_core::{AlgorithmId, AnyTotp, SharedSecret, TotpParams, UnixTime};
use countersign_token::screens::{AccountCode, Screen, Shown};
use countersign_token::{PinState, Reading, Ui};

use crate::display::Display;
use crate::host::{Host, Put, delete, rename, reset};
use crate::person::{Person, START};
use crate::rig::Seeded;

const SECRET: &[u8] = b"12345678901234567890";

/// The rows in which the figures of a code are.
fn figures(display: &Display) -> &[bool] {
    &display.pixels()[27 * 128..49 * 128]
}

/// The figures of the code that every account here has at a time.
fn code_at(secs: u64) -> Vec<bool> {
    let secret = SharedSecret::from_bytes(SECRET).unwrap();
    let totp = AnyTotp::new(AlgorithmId::Sha1, &secret, TotpParams::DEFAULT);
    let code = totp.generate(UnixTime::from_secs(secs).unwrap()).unwrap();
    let mut display = Display::new(128, 64);
    display.draw(&Screen::Code(AccountCode {
        name: b"a",
        shown: Shown::Counter(&code),
    }));
    figures(&display).to_vec()
}

/// A token, whoever walks around on it, and the time whether or not the token knows it.
struct Walk {
    person: Person,
    secs: u64,
}

impl Walk {
    fn new(has_pin: bool) -> Self {
        let mut walk = Self {
            person: Person::with(Host::new()),
            secs: START,
        };
        walk.fill();
        if has_pin {
            walk.person.press("<vv*");
            walk.person.pin("0000");
            walk.person.pin("0000");
        }
        walk
    }

    /// Adds what accounts are missing.
    fn fill(&mut self) {
        for name in ["a", "b", "c", "d", "e", "f"] {
            self.person.host.ask(&Put::totp(name, SECRET).command());
        }
    }

    fn wait(&mut self, secs: u64) {
        self.person.wait(secs * 1_000);
        self.secs += secs;
    }

    /// The host sets the clock.
    fn set_clock(&mut self) {
        let now = UnixTime::from_secs(self.secs).unwrap();
        self.person.now.reading = Reading::Known {
            now,
            last_synced: now,
        };
        self.person.look();
    }

    /// One thing that happens.
    fn step(&mut self, random: &mut Seeded) {
        let person = &mut self.person;
        match random.below(40) {
            0..2 => self.wait(1),
            2 => self.wait(40),
            3 => self.wait(Ui::SLEEP_MILLIS / 1_000),
            4 => drop(person.host.ask(&delete("a"))),
            5 => drop(person.host.ask(&rename("b", "z"))),
            6 => self.fill(),
            7 => person.power_cycle(),
            8 if random.below(8) == 0 => drop(person.host.ask(&reset())),
            9..12 => person.pin("0000"),
            12 if random.below(4) == 0 => person.pin("1111"),
            13 => person.ui.refresh(),
            14 => person.lose_time(),
            15 => self.set_clock(),
            key => {
                let keys = ["*", "*", "*", ">", ">", "^", "v", "v", "<"];
                person.press(keys[key % keys.len()]);
            }
        }
        self.person.look();
    }
}

#[test]
fn no_walk_shows_a_code_without_the_time_or_behind_a_pin() {
    let (mut locked, mut unset, mut shown) = (0, 0, 0);
    for seed in 0..100 {
        let mut random = Seeded(seed);
        let mut walk = Walk::new(seed % 2 == 0);
        for _ in 0..80 {
            let before = code_at(walk.secs);
            walk.step(&mut random);
            let token = &walk.person.host.token;
            let is_open = matches!(token.pin_state(), PinState::NotSet | PinState::Entered);
            let is_set = walk.person.now.reading != Reading::Unset;
            let figures = figures(&walk.person.display);
            let has_code = figures == before || figures == code_at(walk.secs);
            assert!(!has_code || is_open && is_set, "seed {seed}");
            locked += u32::from(!is_open);
            unset += u32::from(!is_set);
            shown += u32::from(has_code);
        }
    }
    let reached = [locked, unset, shown];
    assert!(reached.iter().all(|times| *times > 150), "{reached:?}");
}
