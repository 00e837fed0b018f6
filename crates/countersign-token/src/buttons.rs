//! The home of keys: which were pressed, out of pins that bounce.

use embedded_hal::digital::InputPin;

/// A key of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// One line or figure up.
    Up,
    /// One line or figure down.
    Down,
    /// Back, and no.
    Left,
    /// Onward.
    Right,
    /// Choose, and yes.
    Select,
}

impl Button {
    /// Every key, in the order in which [`Buttons`] takes their pins.
    pub const ALL: [Self; 5] = [Self::Up, Self::Down, Self::Left, Self::Right, Self::Select];

    /// Whether the key repeats while it is held: only those that step through something do, so
    /// that no answer is given twice.
    #[must_use]
    pub const fn repeats(self) -> bool {
        matches!(self, Self::Up | Self::Down)
    }
}

/// The level of a pin while its key is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Active {
    /// Pressed pulls the pin to ground.
    Low,
    /// Pressed pulls it to the supply.
    High,
}

/// What one sample of a key told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Nothing new.
    None,
    /// The key was pressed.
    New,
    /// The key is still held.
    Again,
}

/// Tells presses from bounces: a pure function of samples and their time.
///
/// A level counts once it was seen for [`Debounce::STABLE_MILLIS`] without another in between. A
/// press counts only after a release did: a key that is held at power-up, or that is stuck, says
/// nothing until it was let go.
///
/// ```
/// use countersign_token::{Debounce, Press};
///
/// let mut key = Debounce::new();
/// assert_eq!(key.sample(true, 0), Press::None); // Held at power-up.
/// assert_eq!(key.sample(true, 500), Press::None);
/// assert_eq!(key.sample(false, 510), Press::None);
/// assert_eq!(key.sample(false, 530), Press::None); // Released for certain.
/// assert_eq!(key.sample(true, 600), Press::None); // Perhaps a bounce.
/// assert_eq!(key.sample(true, 620), Press::New);
/// assert_eq!(key.sample(true, 640), Press::None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Debounce {
    /// What counts.
    state: State,
    /// The level that was seen last.
    level: Level,
    /// Since when that one is seen.
    since_millis: u64,
    /// When the key was told last.
    told_millis: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Unknown,
    Released,
    Pressed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// No release was seen yet.
    Ignored,
    Released,
    /// Pressed, which was told once.
    Held,
    /// Held for so long that it was told again.
    Repeating,
}

impl Debounce {
    /// How long a level has to last.
    pub const STABLE_MILLIS: u64 = 20;
    /// How long a key is held before it repeats.
    pub const REPEAT_AFTER_MILLIS: u64 = 500;
    /// How often it then does.
    pub const REPEAT_EVERY_MILLIS: u64 = 100;

    /// A key of which nothing is known: a press counts only after a release.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            state: State::Ignored,
            level: Level::Unknown,
            since_millis: 0,
            told_millis: 0,
        }
    }

    /// Takes the level of the key at `now_millis`. Times do not go back; where one does, no time
    /// has passed.
    pub fn sample(&mut self, pressed: bool, now_millis: u64) -> Press {
        let level = if pressed {
            Level::Pressed
        } else {
            Level::Released
        };
        if level != self.level {
            self.level = level;
            self.since_millis = now_millis;
        }
        if u64::from(passed(self.since_millis, now_millis)) < Self::STABLE_MILLIS {
            return Press::None;
        }
        if level == Level::Released {
            self.state = State::Released;
            return Press::None;
        }
        let (wait, state, press) = match self.state {
            State::Ignored => return Press::None,
            State::Released => (0, State::Held, Press::New),
            State::Held => (Self::REPEAT_AFTER_MILLIS, State::Repeating, Press::Again),
            State::Repeating => (Self::REPEAT_EVERY_MILLIS, State::Repeating, Press::Again),
        };
        if u64::from(passed(self.told_millis, now_millis)) < wait {
            return Press::None;
        }
        self.told_millis = now_millis;
        self.state = state;
        press
    }
}

/// Milliseconds that have passed, as far as they can be counted. Where a time goes back, none
/// have.
#[inline(never)]
pub(crate) fn passed(since_millis: u64, now_millis: u64) -> u32 {
    let passed = now_millis.saturating_sub(since_millis);
    u32::try_from(passed).unwrap_or(u32::MAX)
}

impl Default for Debounce {
    fn default() -> Self {
        Self::new()
    }
}

/// The five keys on their pins.
///
/// [`Self::poll`] is called every few milliseconds, in any case more often than keys are pressed.
/// A pin that cannot be read says nothing: its key is as it was.
pub struct Buttons<P> {
    pins: [P; Button::ALL.len()],
    keys: [Debounce; Button::ALL.len()],
    active: Active,
}

impl<P: InputPin> Buttons<P> {
    /// Keys on these pins, in the order of [`Button::ALL`].
    pub const fn new(pins: [P; Button::ALL.len()], active: Active) -> Self {
        Self {
            pins,
            keys: [Debounce::new(); Button::ALL.len()],
            active,
        }
    }

    /// Samples all pins and tells the key that was pressed: the first in the order of
    /// [`Button::ALL`] if there are several, and the others are ignored.
    pub fn poll(&mut self, now_millis: u64) -> Option<Button> {
        let mut found = None;
        let keys = self.pins.iter_mut().zip(&mut self.keys);
        for ((pin, key), button) in keys.zip(Button::ALL) {
            let Ok(is_high) = pin.is_high() else {
                continue;
            };
            let pressed = is_high == (self.active == Active::High);
            let counts = match key.sample(pressed, now_millis) {
                Press::None => false,
                Press::New => true,
                Press::Again => button.repeats(),
            };
            if counts {
                found = found.or(Some(button));
            }
        }
        found
    }

    /// Forgets what is held: before a question is asked, so that only a press that begins after
    /// it is an answer.
    pub fn ignore_held(&mut self) {
        self.keys = [Debounce::new(); Button::ALL.len()];
    }
}
