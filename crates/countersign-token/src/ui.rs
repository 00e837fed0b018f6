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

use crate::screens::{List, Notice, Painter, Question, Rows};
use crate::{Answer, Button, Name, PinState, Random, Reading, Token};
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
pub struct Ui {
    view: View,
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
    /// The accounts: the first that is shown, and the chosen one.
    List { first: usize, chosen: usize },
    /// What else there is.
    Menu { chosen: usize },
    /// An account with its code.
    Account(OpenAccount),
    /// Whether the secret of an account is to be shown.
    Export { account: Chosen, since_millis: u64 },
    /// A PIN is asked for, for an account if its secret is to be shown.
    Pin {
        dialog: PinDialog,
        account: Option<Chosen>,
    },
    /// The secret of an account.
    Secret(Chosen),
    /// The time.
    Clock,
    /// How full the token is.
    Storage,
    /// Dark, until a key is pressed.
    Asleep,
}

/// An account by its position, and by its name, as positions change.
struct Chosen {
    position: usize,
    name: Name,
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
            view: View::LIST,
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
            self.view = View::LIST;
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
        match core::mem::replace(&mut self.view, View::LIST) {
            View::Asleep => {}
            View::List { first, chosen } => self.press_list(button, first, chosen, token),
            View::Menu { chosen } => self.press_menu(button, chosen, token),
            View::Account(account) => self.press_account(button, account, token, now),
            View::Export {
                account,
                since_millis,
            } => self.press_export(button, account, since_millis, token),
            View::Pin { dialog, account } => self.press_pin(button, dialog, account, token, now),
            View::Secret(account) => self.view = View::opened(token, account.position),
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
        let rows = self.show(token, now, |screen| painter.paint(screen, target))?;
        self.drawn = Some(moment);
        self.is_stale = false;
        Ok(rows)
    }

    /// Whether what is shown goes with the time.
    fn lives(&self) -> bool {
        self.notice.is_some()
            || matches!(
                self.view,
                View::Account(_) | View::Export { .. } | View::Clock
            )
    }

    fn notify(&mut self, notice: Notice, uptime_millis: u64) {
        let until_millis = uptime_millis.saturating_add(Self::NOTICE_MILLIS);
        self.notice = Some((notice, until_millis));
        self.is_stale = true;
    }

    fn go(&mut self, view: View) {
        self.view = view;
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
        let idle_millis = now.uptime_millis.saturating_sub(self.pressed_millis);
        let is_idle = idle_millis >= Self::IDLE_MILLIS;
        match &self.view {
            View::Asleep => return,
            _ if idle_millis >= Self::SLEEP_MILLIS => return self.go(View::Asleep),
            View::List { .. } => {}
            View::Pin { dialog, .. } if dialog.is_waiting() => {}
            _ if is_idle => self.go(View::LIST),
            View::Export {
                account,
                since_millis,
            } => {
                let question = export_question(account, *since_millis);
                if question.wait(now.uptime_millis).is_some() {
                    let view = View::opened(token, account.position);
                    self.go(view);
                }
            }
            _ => {}
        }
        self.settle_pin(token.pin_state());
        if self.is_stale {
            self.settle_account(token);
        }
    }

    /// What the PIN locks is not shown; what it unlocked is.
    fn settle_pin(&mut self, state: PinState) {
        let unlocks = match &self.view {
            View::Pin { dialog, .. } => dialog.purpose() == Purpose::Unlock,
            _ => false,
        };
        match state {
            PinState::Required { .. } | PinState::Locked if !unlocks => {
                self.go(View::pin(Purpose::Unlock));
            }
            PinState::NotSet | PinState::Entered if unlocks => self.go(View::LIST),
            _ => {}
        }
    }

    /// A view of an account that is gone, or is another one now, is left.
    fn settle_account<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        token: &mut Token<F, R, N>,
    ) {
        let chosen = match &self.view {
            View::Account(account) => account.chosen(),
            View::Export { account, .. }
            | View::Secret(account)
            | View::Pin {
                account: Some(account),
                ..
            } => account,
            _ => return,
        };
        let account = token.account(chosen.position);
        let is_there = account.is_ok_and(|account| account.name == chosen.name);
        if !is_there {
            self.go(View::LIST);
        }
    }
}

impl Default for Ui {
    fn default() -> Self {
        Self::new()
    }
}

impl View {
    const LIST: Self = Self::List {
        first: 0,
        chosen: 0,
    };

    /// The list with the account at `chosen`.
    fn at(chosen: usize) -> Self {
        Self::scrolled(chosen, chosen)
    }

    /// The list scrolled as little as it takes to show the account at `chosen`.
    fn scrolled(first: usize, chosen: usize) -> Self {
        let lowest = chosen.saturating_add(1).saturating_sub(List::ROWS);
        let first = first.max(lowest).min(chosen);
        Self::List { first, chosen }
    }

    /// The account at `position`, or the list if there is none.
    fn opened<F: MultiwriteNorFlash, R: Random, const N: usize>(
        token: &mut Token<F, R, N>,
        position: usize,
    ) -> Self {
        OpenAccount::open(token, position).map_or(Self::LIST, Self::Account)
    }

    fn pin(purpose: Purpose) -> Self {
        Self::Pin {
            dialog: PinDialog::new(purpose),
            account: None,
        }
    }

    /// The secret of an account, or first the question for the PIN.
    fn export_allowed(account: Chosen, state: PinState) -> Self {
        if state == PinState::NotSet {
            return Self::Secret(account);
        }
        Self::Pin {
            dialog: PinDialog::new(Purpose::Export),
            account: Some(account),
        }
    }
}

/// Asks whether the secret of an account is to be shown.
fn export_question(account: &Chosen, since_millis: u64) -> Asking<'_> {
    let question = Question::Export(account.name.as_bytes());
    Asking::of(question, Ui::EXPORT_WAIT_SECS, since_millis)
}
