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

use crate::buttons::passed;
use crate::screens::{Notice, Painter, Rows, Screen};
use crate::{Answer, Button, PinState, Random, Reading, Token};
use account::OpenAccount;
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
    /// The line of the menu that is chosen.
    item: usize,
    /// The first account that the list shows.
    first: usize,
    /// The account that is chosen in the list, and that is open if one is.
    chosen: usize,
    /// The account that is open, in the views of one.
    account: Option<OpenAccount>,
    /// Since when there is a question about it, in that view.
    asked_millis: u64,
    /// A PIN that is being asked for, where one is.
    dialog: PinDialog,
    /// Something to read that stands before the view.
    notice: Option<Notice>,
    noticed_millis: u64,
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

/// What of the time can be seen: the second that it is, and when that was known.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Moment {
    secs: u64,
    ticks: u64,
}

impl Moment {
    fn of(now: &Now) -> Self {
        let secs = match now.reading {
            Reading::Known { now, .. } => now.secs(),
            Reading::Unset => 0,
        };
        // About a quarter of a second: what counts seconds is late by no more.
        let ticks = now.uptime_millis >> 8;
        Self { secs, ticks }
    }
}

/// What is on the display.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    /// The accounts.
    List,
    /// What else there is, of which a line is chosen.
    Menu,
    /// An account with its code.
    Account,
    /// Whether the secret of the account is to be shown.
    Asked,
    /// The PIN is asked for, for the secret of the account.
    PinForSecret,
    /// The secret of the account.
    Secret,
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
            item: 0,
            first: 0,
            chosen: 0,
            account: None,
            asked_millis: 0,
            dialog: PinDialog::new(),
            notice: None,
            noticed_millis: 0,
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
        if self.view == View::Asleep {
            self.view = View::List;
        }
    }

    /// Takes a key.
    #[inline(never)]
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
            View::Menu => self.press_menu(button, token),
            View::Account => self.press_account(button, token, now),
            View::Asked => self.press_asked(button, token),
            View::Secret => self.view = View::Account,
            View::Pin | View::PinForSecret => self.press_pin(button, token, now),
            View::Clock | View::Storage => self.view = View::Menu,
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
        let moment = Some(Moment::of(now));
        let is_due = self.is_stale || (self.drawn != moment && self.lives());
        if !is_due {
            return Ok(None);
        }
        self.drawn = None;
        let mut rows = Ok(None);
        let mut paint = |screen: &Screen<'_>| rows = painter.paint(screen, target);
        self.show(token, now, &mut paint);
        if rows.is_ok() {
            self.drawn = moment;
            self.is_stale = false;
        }
        rows
    }

    /// Whether what is shown goes with the time.
    fn lives(&self) -> bool {
        let lives = matches!(self.view, View::Account | View::Asked | View::Clock);
        lives || self.notice.is_some()
    }

    fn notify(&mut self, notice: Notice, uptime_millis: u64) {
        self.notice = Some(notice);
        self.noticed_millis = uptime_millis;
        self.is_stale = true;
    }

    /// Leaves what is shown for another view, and forgets what was entered.
    #[inline(never)]
    fn leave_for(&mut self, view: View) {
        self.view = view;
        self.account = None;
        self.dialog.begin(Purpose::Unlock);
        self.is_stale = true;
    }

    /// Leaves what may not be shown any more: for the time, for the PIN, or as its account went.
    fn settle<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        token: &mut Token<F, R, N>,
        now: &Now,
    ) {
        self.settle_idle(now.uptime_millis);
        self.settle_pin(token.pin_state());
        if self.is_stale
            && let Some(account) = &self.account
        {
            // A view of an account that is gone, or is another one now, is left.
            let found = token.account(self.chosen);
            if !found.is_ok_and(|found| account.is(&found)) {
                self.leave_for(View::List);
                self.chosen = 0;
            }
        }
    }

    /// What nobody looks at is left.
    fn settle_idle(&mut self, uptime_millis: u64) {
        let noticed_millis = passed(self.noticed_millis, uptime_millis);
        if u64::from(noticed_millis) >= Self::NOTICE_MILLIS && self.notice.take().is_some() {
            self.is_stale = true;
        }
        let asked_millis = passed(self.asked_millis, uptime_millis);
        let wait_millis = u32::from(Self::EXPORT_WAIT_SECS).saturating_mul(1_000);
        if self.view == View::Asked && asked_millis >= wait_millis {
            self.view = View::Account;
            self.is_stale = true;
        }
        let idle_millis = passed(self.pressed_millis, uptime_millis);
        let rests = match self.view {
            View::List | View::Asleep => true,
            View::Pin => self.dialog.is_waiting(),
            _ => false,
        };
        if !rests && u64::from(idle_millis) >= Self::IDLE_MILLIS {
            self.leave_for(View::List);
        }
        if self.view != View::Asleep && u64::from(idle_millis) >= Self::SLEEP_MILLIS {
            self.leave_for(View::Asleep);
        }
    }

    /// What the PIN locks is not shown; what it unlocked is.
    fn settle_pin(&mut self, state: PinState) {
        let asks = self.view == View::Pin && self.dialog.purpose() == Purpose::Unlock;
        let is_locked = matches!(state, PinState::Required { .. } | PinState::Locked);
        if self.view != View::Asleep && asks != is_locked {
            self.leave_for(if is_locked { View::Pin } else { View::List });
        }
    }
}

impl Default for Ui {
    fn default() -> Self {
        Self::new()
    }
}
