//! The home of what each key does in each view.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::account::OpenAccount;
use super::menu::Item;
use super::pin::{PinDialog, Purpose, Step};
use super::{Chosen, Now, Ui, View, export_question};
use crate::screens::Notice;
use crate::{Answer, Button, Random, Token};

impl Ui {
    pub(super) fn press_list<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        button: Button,
        first: usize,
        chosen: usize,
        token: &mut Token<F, R, N>,
    ) {
        let total = token.accounts();
        self.view = match button {
            Button::Left => View::Menu { chosen: 0 },
            Button::Up => View::scrolled(first, chosen.saturating_sub(1)),
            Button::Down => {
                let next = chosen.saturating_add(1).min(total.saturating_sub(1));
                View::scrolled(first, next)
            }
            Button::Right | Button::Select => match OpenAccount::open(token, chosen) {
                Some(account) => View::Account(account),
                None => View::scrolled(first, chosen),
            },
        };
    }

    pub(super) fn press_menu<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        button: Button,
        chosen: usize,
        token: &mut Token<F, R, N>,
    ) {
        let items = Item::all(token.pin_state());
        let last = items.len().saturating_sub(1);
        self.view = match button {
            Button::Left => View::LIST,
            Button::Up => View::Menu {
                chosen: chosen.saturating_sub(1),
            },
            Button::Down => View::Menu {
                chosen: chosen.saturating_add(1).min(last),
            },
            Button::Right | Button::Select => match items.get(chosen) {
                Some(Item::Clock) => View::Clock,
                Some(Item::Storage) => View::Storage,
                Some(Item::SetPin) => View::pin(Purpose::Set),
                Some(Item::ChangePin) => View::pin(Purpose::Change),
                Some(Item::RemovePin) => View::pin(Purpose::Remove),
                Some(Item::Lock) => {
                    token.lock();
                    View::LIST
                }
                None => View::Menu { chosen: 0 },
            },
        };
    }

    pub(super) fn press_account<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        button: Button,
        mut account: OpenAccount,
        token: &mut Token<F, R, N>,
        now: &Now,
    ) {
        let position = account.chosen().position;
        let other = match button {
            Button::Left => {
                self.view = View::at(position);
                return;
            }
            Button::Right => {
                let since_millis = now.uptime_millis;
                self.view = View::Export {
                    account: account.into_chosen(),
                    since_millis,
                };
                return;
            }
            Button::Select => {
                account.request(token);
                None
            }
            Button::Up => position.checked_sub(1),
            Button::Down => position.checked_add(1),
        };
        let other = other.and_then(|position| OpenAccount::open(token, position));
        self.view = View::Account(other.unwrap_or(account));
    }

    pub(super) fn press_export<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        button: Button,
        account: Chosen,
        since_millis: u64,
        token: &mut Token<F, R, N>,
    ) {
        let answer = export_question(&account, since_millis).press(button);
        self.view = match answer {
            None => View::Export {
                account,
                since_millis,
            },
            Some(Answer::Allowed) => View::export_allowed(account, token.pin_state()),
            Some(Answer::Refused | Answer::TimedOut) => View::opened(token, account.position),
        };
    }

    pub(super) fn press_pin<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        button: Button,
        mut dialog: PinDialog,
        account: Option<Chosen>,
        token: &mut Token<F, R, N>,
        now: &Now,
    ) {
        let purpose = dialog.purpose();
        match dialog.press(button, token, now.uptime_millis) {
            Step::Stay => self.view = View::Pin { dialog, account },
            Step::Full => self.notify(Notice::Full, now.uptime_millis),
            Step::Fault => self.notify(Notice::StorageFault, now.uptime_millis),
            Step::Back => {
                self.view = match account {
                    Some(account) => View::opened(token, account.position),
                    None => View::Menu { chosen: Item::PIN },
                }
            }
            Step::Done => match (purpose, account) {
                (Purpose::Export, Some(account)) => self.view = View::Secret(account),
                (Purpose::Unlock | Purpose::Export, _) => {}
                (Purpose::Set | Purpose::Change, _) => {
                    self.notify(Notice::PinSet, now.uptime_millis);
                }
                (Purpose::Remove, _) => self.notify(Notice::PinRemoved, now.uptime_millis),
            },
        }
    }
}
