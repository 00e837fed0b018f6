//! The home of what a person does with the token: keys in, screens out.

mod account;
mod asking;
mod export;
mod menu;
mod pin;
mod press;
mod show;
mod typed;

use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_storage::nor_flash::MultiwriteNorFlash;

use crate::screens::{Notice, Painter, Rows, Screen};
use crate::{Answer, Button, PinState, Random, Reading, Token};
use account::{OpenAccount, Stage};
use pin::{PinDialog, Purpose};

pub use asking::Asking;

/// What a person sees of a [`Token`] and does with it: a state machine of five keys.
///
/// Up and Down choose in the list of accounts, Right or Select opens one, and Left leads back,
/// from the list to the menu. With an account open, Select gives the next code of a counter, and
/// Right asks whether its secret is to be shown. A PIN that is set has to be entered first.
///
/// It holds no display and no clock: [`Self::press`] is told of keys and [`Self::draw`] draws what
/// changed. What is shown is forgotten after [`Self::IDLE_MILLIS`] without a key.
///
/// ```
/// # use countersign_token::{Random, Token};
/// # use embedded_storage::nor_flash::MultiwriteNorFlash;
/// use countersign_token::screens::Painter;
/// use countersign_token::{Button, Now, Reading, Ui};
/// use embedded_graphics::mock_display::MockDisplay;
///
/// # fn example<F: MultiwriteNorFlash, R: Random>(token: &mut Token<F, R>) {
/// let mut ui = Ui::new();
/// let mut painter = Painter::new();
/// let mut display = MockDisplay::new();
/// let now = Now {
///     reading: Reading::Unset, // From `token.time(..)`, whenever a second has passed.
///     uptime_millis: 1_000,
/// };
/// ui.press(Button::Select, token, &now); // From `buttons.poll(..)`.
/// let rows = ui.draw(token, &now, &mut painter, &mut display);
/// # }
/// ```
pub struct Ui {
    view: View,
    /// The first account that the list shows.
    first: usize,
    /// The account that is chosen in the list, and that is open if one is.
    chosen: usize,
    /// A PIN that is being asked for, where one is.
    dialog: PinDialog,
    /// Something to read that stands before the view, and until when.
    notice: Option<(Notice, u64)>,
    pressed_millis: u64,
    /// Whether the accounts may have changed.
    is_stale: bool,
    /// What the last picture depended on.
    drawn: Option<Moment>,
}

/// The times at which something is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The clock.
    pub reading: Reading,
    /// Milliseconds since the power came.
    pub uptime_millis: u64,
}

/// What of the time can be seen.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Moment {
    reading: Reading,
    uptime_secs: u64,
}

/// What is on the display.
enum View {
    /// The accounts.
    List,
    /// What else there is, of which a line is chosen.
    Menu { chosen: usize },
    /// An account, and what is shown of it.
    Account { account: OpenAccount, stage: Stage },
    /// A PIN is asked for.
    Pin,
    /// The time.
    Clock,
    /// How full the token is.
    Storage,
    /// Dark, until a key is pressed.
    Asleep,
}

impl Ui {
    /// How long a view stays without a key, in milliseconds.
    pub const IDLE_MILLIS: u64 = 60_000;
    /// How long the display stays lit without a key, in milliseconds.
    pub const SLEEP_MILLIS: u64 = 300_000;
    /// How long a notice stays, in milliseconds.
    pub const NOTICE_MILLIS: u64 = 4_000;
    /// How long the question whether a secret is to be shown waits for its answer, in seconds.
    pub const EXPORT_WAIT_SECS: u8 = 15;

    /// The list of accounts, or the question for the PIN.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            view: View::List,
            first: 0,
            chosen: 0,
            dialog: PinDialog::new(Purpose::Unlock),
            notice: None,
            pressed_millis: 0,
            is_stale: true,
            drawn: None,
        }
    }

    /// A host was served: what is shown is compared with the token, and drawn if it changed.
    pub fn refresh(&mut self) {
        self.is_stale = true;
    }

    /// Tells for a while what a question of the host ended with.
    pub fn answered(&mut self, answer: Answer, uptime_millis: u64) {
        let notice = match answer {
            Answer::Allowed => Notice::Allowed,
            Answer::Refused => Notice::Refused,
            Answer::TimedOut => Notice::TimedOut,
        };
        self.notify(notice, uptime_millis);
        self.pressed_millis = uptime_millis;
        if matches!(self.view, View::Asleep) {
            self.view = View::List;
        }
    }

    /// Takes a key.
    pub fn press<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        button: Button,
        token: &mut Token<F, R, N>,
        now: &Now,
    ) {
        self.settle(token, now);
        self.pressed_millis = now.uptime_millis;
        self.is_stale = true;
        if self.notice.take().is_some() {
            return;
        }
        match self.view {
            View::Asleep => self.view = View::List,
            View::List => self.press_list(button, token),
            View::Menu { chosen } => self.press_menu(button, chosen, token),
            View::Account { .. } => self.press_account(button, token, now),
            View::Pin => self.press_pin(button, token, now),
            View::Clock => self.view = View::Menu { chosen: 0 },
            View::Storage => self.view = View::Menu { chosen: 1 },
        }
        self.settle(token, now);
    }

    /// Draws what changed since the last call, if anything did, and answers the rows that were
    /// drawn. It is cheap where nothing can have changed, so it can be called often.
    ///
    /// # Errors
    /// Those of the display; then everything is drawn again by the next call.
    pub fn draw<F, R, const N: usize, D>(
        &mut self,
        token: &mut Token<F, R, N>,
        now: &Now,
        painter: &mut Painter,
        target: &mut D,
    ) -> Result<Option<Rows>, D::Error>
    where
        F: MultiwriteNorFlash,
        R: Random,
        D: DrawTarget<Color = BinaryColor>,
    {
        self.settle(token, now);
        let moment = Moment {
            reading: now.reading,
            uptime_secs: now.uptime_millis / 1_000,
        };
        let is_due = self.is_stale || (self.drawn != Some(moment) && self.lives());
        if !is_due {
            return Ok(None);
        }
        self.drawn = None;
        let mut rows = Ok(None);
        let mut paint = |screen: &Screen<'_>| rows = painter.paint(screen, target);
        self.show(token, now, &mut paint);
        if rows.is_ok() {
            self.drawn = Some(moment);
            self.is_stale = false;
        }
        rows
    }

    /// Whether what is shown goes with the time.
    fn lives(&self) -> bool {
        self.notice.is_some() || matches!(self.view, View::Account { .. } | View::Clock)
    }

    fn notify(&mut self, notice: Notice, uptime_millis: u64) {
        let until_millis = uptime_millis.saturating_add(Self::NOTICE_MILLIS);
        self.notice = Some((notice, until_millis));
        self.is_stale = true;
    }

    /// Leaves what is shown, and forgets what was entered.
    fn leave(&mut self) {
        self.view = View::List;
        self.dialog.begin(Purpose::Unlock);
        self.is_stale = true;
    }

    /// Leaves what may not be shown any more: for the time, for the PIN, or as its account went.
    fn settle<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        token: &mut Token<F, R, N>,
        now: &Now,
    ) {
        if let Some((_, until_millis)) = self.notice
            && now.uptime_millis >= until_millis
        {
            self.notice = None;
            self.is_stale = true;
        }
        self.settle_idle(now);
        self.settle_pin(token.pin_state());
        if self.is_stale {
            self.settle_account(token);
        }
    }

    /// What nobody looks at is left.
    fn settle_idle(&mut self, now: &Now) {
        let idle_millis = now.uptime_millis.saturating_sub(self.pressed_millis);
        let rests = match &mut self.view {
            View::List | View::Asleep => true,
            View::Pin => self.dialog.is_waiting(),
            View::Account { account, stage } => {
                if account.is_overdue(*stage, now.uptime_millis) {
                    *stage = Stage::Code;
                    self.is_stale = true;
                }
                false
            }
            _ => false,
        };
        if !rests && idle_millis >= Self::IDLE_MILLIS {
            self.leave();
        }
        if !matches!(self.view, View::Asleep) && idle_millis >= Self::SLEEP_MILLIS {
            self.leave();
            self.view = View::Asleep;
        }
    }

    /// What the PIN locks is not shown; what it unlocked is.
    fn settle_pin(&mut self, state: PinState) {
        let asks = matches!(self.view, View::Pin) && self.dialog.purpose() == Purpose::Unlock;
        match state {
            _ if matches!(self.view, View::Asleep) => {}
            PinState::Required { .. } | PinState::Locked if !asks => {
                self.leave();
                self.view = View::Pin;
            }
            PinState::NotSet | PinState::Entered if asks => self.leave(),
            _ => {}
        }
    }

    /// A view of an account that is gone, or is another one now, is left.
    fn settle_account<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        token: &mut Token<F, R, N>,
    ) {
        if let View::Account { account, .. } = &self.view {
            let found = token.account(self.chosen);
            if !found.is_ok_and(|found| account.is(&found)) {
                self.leave();
                self.chosen = 0;
            }
        }
    }
}

impl Default for Ui {
    fn default() -> Self {
        Self::new()
    }
}
