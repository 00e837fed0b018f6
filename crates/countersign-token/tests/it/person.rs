//! Whoever holds a token in tests: presses keys, and looks at the display.

use countersign_core::UnixTime;
use countersign_token::screens::{Painter, Rows, Screen};
use countersign_token::{Button, Now, Reading, Ui};

use crate::display::Display;
use crate::host::Host;

/// A token with its display and its keys, and a host beside it.
pub(crate) struct Person {
    pub(crate) host: Host,
    pub(crate) ui: Ui,
    pub(crate) now: Now,
    pub(crate) display: Display,
    painter: Painter,
}

/// When tests begin: a step of thirty seconds begins then.
pub(crate) const START: u64 = 1_790_000_010;

impl Person {
    /// A token that was just switched on.
    pub(crate) fn with(host: Host) -> Self {
        let now = UnixTime::from_secs(START).unwrap();
        let reading = Reading::Known {
            now,
            last_synced: now,
        };
        let now = Now {
            reading,
            uptime_millis: 1_000,
        };
        Self {
            host,
            ui: Ui::new(),
            now,
            display: Display::new(128, 64),
            painter: Painter::new(),
        }
    }

    /// Presses keys: `^`, `v`, `<`, `>`, and `*` for Select. The display is looked at after each.
    pub(crate) fn press(&mut self, keys: &str) {
        for key in keys.chars() {
            let button = match key {
                '^' => Button::Up,
                'v' => Button::Down,
                '<' => Button::Left,
                '>' => Button::Right,
                '*' => Button::Select,
                other => panic!("{other} is no key"),
            };
            self.ui.press(button, &mut self.host.token, &self.now);
            self.look();
        }
    }

    /// Draws what changed.
    pub(crate) fn look(&mut self) -> Option<Rows> {
        let (token, display) = (&mut self.host.token, &mut self.display);
        let rows = self.ui.draw(token, &self.now, &mut self.painter, display);
        rows.unwrap()
    }

    /// Lets time pass, the clock's too.
    pub(crate) fn wait(&mut self, millis: u64) {
        if let Reading::Known { now, .. } = &mut self.now.reading {
            let before = self.now.uptime_millis / 1_000;
            let secs = (self.now.uptime_millis + millis) / 1_000 - before;
            *now = UnixTime::from_secs(now.secs() + secs).unwrap();
        }
        self.now.uptime_millis += millis;
        self.look();
    }

    /// The clock is not set any more.
    pub(crate) fn lose_time(&mut self) {
        self.now.reading = Reading::Unset;
        self.look();
    }

    /// Enters figures, without ending the entry.
    pub(crate) fn figures(&mut self, figures: &str) {
        for figure in figures.bytes() {
            let ups = usize::from(figure - b'0') + 1;
            self.press(&"^".repeat(ups));
            self.press(">");
        }
    }

    /// Enters a PIN.
    pub(crate) fn pin(&mut self, pin: &str) {
        self.figures(pin);
        self.press("*");
    }

    /// Whether the display shows just this.
    pub(crate) fn sees(&mut self, screen: &Screen<'_>) -> bool {
        self.look();
        let mut expected = Display::new(128, 64);
        expected.draw(screen);
        expected.pixels() == self.display.pixels()
    }

    /// The power goes and comes back.
    pub(crate) fn power_cycle(&mut self) {
        self.host.power_cycle(7);
        self.ui = Ui::new();
        self.painter = Painter::new();
        self.now.uptime_millis = 1_000;
    }
}
