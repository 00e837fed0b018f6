//! The home of what each key does in each view.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::account::OpenAccount;
use super::menu::{Item, Menu};
use super::pin::{Purpose, Step};
use super::{Asking, Now, Ui, View};
use crate::screens::Notice;
use crate::{Answer, Button, PinState, Random, Token};

impl Ui {
    pub(super) fn press_list<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        button: Button,
        token: &mut Token<F, R, N>,
    ) {
        let last = token.accounts().saturating_sub(1);
        match button {
            Button::Left => {
                self.item = 0;
                self.view = View::Menu;
            }
            Button::Up | Button::Down => self.chosen = stepped(button, self.chosen, last),
            Button::Right | Button::Select => self.open(self.chosen, token),
        }
    }

    pub(super) fn press_menu<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        button: Button,
        token: &mut Token<F, R, N>,
    ) {
        let items = Menu::of(token.pin_state()).items;
        let last = items.len().saturating_sub(1);
        let purpose = match button {
            Button::Left => return self.leave_for(View::List),
            Button::Up | Button::Down => return self.item = stepped(button, self.item, last),
            Button::Right | Button::Select => match items.get(self.item) {
                Some(Item::Clock) => return self.view = View::Clock,
                Some(Item::Storage) => return self.view = View::Storage,
                Some(Item::SetPin) => Purpose::Set,
                Some(Item::ChangePin) => Purpose::Change,
                Some(Item::RemovePin) => Purpose::Remove,
                Some(Item::Lock) => {
                    token.lock();
                    Purpose::Unlock
                }
                None => return self.leave_for(View::List),
            },
        };
        self.dialog.begin(purpose);
        self.view = View::Pin;
    }

    pub(super) fn press_account<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        button: Button,
        token: &mut Token<F, R, N>,
        now: &Now,
    ) {
        match button {
            Button::Left => self.leave_for(View::List),
            Button::Right => {
                self.asked_millis = now.uptime_millis;
                self.view = View::Asked;
            }
            Button::Select => {
                if let Some(account) = &mut self.account {
                    account.request(self.chosen, token);
                }
            }
            Button::Up | Button::Down => {
                self.open(stepped(button, self.chosen, usize::MAX), token);
            }
        }
    }

    pub(super) fn press_asked<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        button: Button,
        token: &Token<F, R, N>,
    ) {
        self.view = match Asking::answer(button) {
            None => return,
            Some(Answer::Allowed) if token.pin_state() == PinState::NotSet => View::Secret,
            Some(Answer::Allowed) => {
                self.dialog.begin(Purpose::Export);
                View::PinForSecret
            }
            Some(Answer::Refused | Answer::TimedOut) => View::Account,
        };
    }

    pub(super) fn press_pin<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        button: Button,
        token: &mut Token<F, R, N>,
        now: &Now,
    ) {
        let purpose = self.dialog.purpose();
        let step = self.dialog.press(button, token, now.uptime_millis);
        let (view, notice) = match (step, purpose) {
            (Step::Stay, _) => return,
            (Step::Back, Purpose::Export) => (View::Account, None),
            (Step::Back, _) => {
                self.item = Menu::PIN;
                (View::Menu, None)
            }
            (Step::Done, Purpose::Export) => (View::Secret, None),
            (Step::Done, Purpose::Set | Purpose::Change) => (View::List, Some(Notice::PinSet)),
            (Step::Done, Purpose::Remove) => (View::List, Some(Notice::PinRemoved)),
            (Step::Done, Purpose::Unlock) => (View::List, None),
            (Step::Full, _) => (View::List, Some(Notice::Full)),
            (Step::Fault, _) => (View::List, Some(Notice::StorageFault)),
        };
        if let View::Account | View::Secret = view {
            self.view = view;
            return self.dialog.begin(Purpose::Unlock);
        }
        self.leave_for(view);
        if let Some(notice) = notice {
            self.notify(notice, now.uptime_millis);
        }
    }

    /// Opens an account, if there is one at this position.
    fn open<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        position: usize,
        token: &mut Token<F, R, N>,
    ) {
        if let Ok(account) = token.account(position) {
            self.chosen = position;
            self.account = Some(OpenAccount::new(account));
            self.view = View::Account;
        }
    }
}

/// Where Up or Down leads in a list.
#[inline(never)]
fn stepped(button: Button, from: usize, last: usize) -> usize {
    match button {
        Button::Up => from.saturating_sub(1),
        _ => from.wrapping_add(1).min(last),
    }
}
