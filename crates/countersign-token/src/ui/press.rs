//! The home of what each key does in each view.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::account::{OpenAccount, Stage};
use super::menu::Item;
use super::pin::{Purpose, Step};
use super::{Now, Ui, View};
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
            Button::Left => self.view = View::Menu { chosen: 0 },
            Button::Up => self.chosen = self.chosen.saturating_sub(1),
            Button::Down => self.chosen = self.chosen.saturating_add(1).min(last),
            Button::Right | Button::Select => self.open(self.chosen, token),
        }
    }

    pub(super) fn press_menu<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        button: Button,
        chosen: usize,
        token: &mut Token<F, R, N>,
    ) {
        let items = Item::all(token.pin_state());
        let last = items.len().saturating_sub(1);
        let purpose = match button {
            Button::Left => return self.leave(),
            Button::Up | Button::Down => {
                let chosen = match button {
                    Button::Up => chosen.saturating_sub(1),
                    _ => chosen.saturating_add(1).min(last),
                };
                self.view = View::Menu { chosen };
                return;
            }
            Button::Right | Button::Select => match items.get(chosen) {
                Some(Item::Clock) => return self.view = View::Clock,
                Some(Item::Storage) => return self.view = View::Storage,
                Some(Item::SetPin) => Purpose::Set,
                Some(Item::ChangePin) => Purpose::Change,
                Some(Item::RemovePin) => Purpose::Remove,
                Some(Item::Lock) => {
                    token.lock();
                    Purpose::Unlock
                }
                None => return self.leave(),
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
        let View::Account { account, stage } = &mut self.view else {
            return;
        };
        match *stage {
            Stage::Code => match button {
                Button::Left => self.leave(),
                Button::Right => {
                    let since_millis = now.uptime_millis;
                    *stage = Stage::Asked { since_millis };
                }
                Button::Select => account.request(self.chosen, token),
                Button::Up => self.open(self.chosen.saturating_sub(1), token),
                Button::Down => self.open(self.chosen.saturating_add(1), token),
            },
            Stage::Asked { since_millis } => match account.asking(since_millis).press(button) {
                None => {}
                Some(Answer::Allowed) if token.pin_state() == PinState::NotSet => {
                    *stage = Stage::Secret;
                }
                Some(Answer::Allowed) => {
                    *stage = Stage::Pin;
                    self.dialog.begin(Purpose::Export);
                }
                Some(Answer::Refused | Answer::TimedOut) => *stage = Stage::Code,
            },
            Stage::Pin => self.press_pin(button, token, now),
            Stage::Secret => *stage = Stage::Code,
        }
    }

    pub(super) fn press_pin<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        button: Button,
        token: &mut Token<F, R, N>,
        now: &Now,
    ) {
        let purpose = self.dialog.purpose();
        let step = self.dialog.press(button, token, now.uptime_millis);
        let notice = match step {
            Step::Stay => return,
            Step::Back | Step::Done => match (&mut self.view, purpose) {
                (View::Account { stage, .. }, _) => {
                    *stage = if step == Step::Done {
                        Stage::Secret
                    } else {
                        Stage::Code
                    };
                    return self.dialog.begin(Purpose::Unlock);
                }
                _ if step == Step::Back => {
                    self.leave();
                    return self.view = View::Menu { chosen: Item::PIN };
                }
                (_, Purpose::Set | Purpose::Change) => Notice::PinSet,
                (_, Purpose::Remove) => Notice::PinRemoved,
                (_, Purpose::Unlock | Purpose::Export) => return self.leave(),
            },
            Step::Full => Notice::Full,
            Step::Fault => Notice::StorageFault,
        };
        self.leave();
        self.notify(notice, now.uptime_millis);
    }

    /// Opens an account, if there is one at this position.
    fn open<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        position: usize,
        token: &mut Token<F, R, N>,
    ) {
        if let Ok(account) = token.account(position) {
            self.chosen = position;
            self.view = View::Account {
                account: OpenAccount::new(account),
                stage: Stage::Code,
            };
        }
    }
}
