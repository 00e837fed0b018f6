//! The home of how each view becomes a screen.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::export::Uri;
use super::menu::Menu;
use super::{Now, Ui, View};
use crate::credentials::MAX_CREDENTIALS;
use crate::screens::{ClockFace, List, Notice, Screen, Storage};
use crate::{Calendar, PinState, Random, Reading, Token};

/// What draws a screen: behind `dyn`, so that it is there once for all of them.
type Paint<'p> = &'p mut dyn FnMut(&Screen<'_>);

impl Ui {
    /// Lets `paint` draw the screen.
    #[inline(never)]
    pub(super) fn show<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        token: &mut Token<F, R, N>,
        now: &Now,
        paint: Paint<'_>,
    ) {
        if let Some(notice) = self.notice {
            return paint(&Screen::Notice(notice));
        }
        let screen = match (self.view, &mut self.account) {
            (View::Asleep, _) => Screen::Blank,
            (View::Menu, _) => return show_menu(token.pin_state(), self.item, paint),
            (View::Account, Some(account)) => account.screen(self.chosen, token, now.reading),
            (View::Asked, Some(account)) => {
                account.asking(self.asked_millis).screen(now.uptime_millis)
            }
            (View::Secret, Some(account)) => {
                return show_secret(token, self.chosen, account.name(), paint);
            }
            (View::Pin | View::PinForSecret, _) => self.dialog.screen(token.pin_state()),
            (View::Clock, _) => clock(now.reading),
            (View::Storage, _) => storage(token),
            (_, _) => return self.show_list(token, paint),
        };
        paint(&screen);
    }

    fn show_list<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        token: &mut Token<F, R, N>,
        paint: Paint<'_>,
    ) {
        let total = token.accounts();
        if total == 0 {
            return paint(&Screen::Notice(Notice::Empty));
        }
        // A host may have removed some. It is scrolled as little as it takes.
        self.chosen = self.chosen.min(total.saturating_sub(1));
        let lowest = self.chosen.saturating_sub(List::ROWS.wrapping_sub(1));
        let highest = self.chosen.min(total.saturating_sub(List::ROWS));
        self.first = self.first.max(lowest).min(highest);
        let accounts: [_; List::ROWS] =
            core::array::from_fn(|nth| token.account(self.first.wrapping_add(nth)));
        let mut rows: [&[u8]; List::ROWS] = [b"(damaged)"; List::ROWS];
        for (row, account) in rows.iter_mut().zip(&accounts) {
            if let Ok(account) = account {
                *row = account.name.label();
            }
        }
        paint(&Screen::List(List {
            title: "Accounts",
            rows: rows.get(..total).unwrap_or(&rows),
            first: self.first,
            chosen: self.chosen,
            total,
        }));
    }
}

/// The secret of an account, or that it cannot be shown.
#[inline(never)]
fn show_secret<F: MultiwriteNorFlash, R: Random, const N: usize>(
    token: &mut Token<F, R, N>,
    position: usize,
    name: &[u8],
    paint: Paint<'_>,
) {
    let mut uri = Uri::new();
    paint(&match uri.write(token, position, name) {
        Some(()) => Screen::Qr(uri.as_bytes()),
        None => Screen::Notice(Notice::NoQr),
    });
}

fn show_menu(state: PinState, chosen: usize, paint: Paint<'_>) {
    let rows = Menu::of(state).words;
    paint(&Screen::List(List {
        title: "Menu",
        rows,
        first: 0,
        chosen,
        total: rows.len(),
    }));
}

fn clock(reading: Reading) -> Screen<'static> {
    let Reading::Known { now, last_synced } = reading else {
        return Screen::Notice(Notice::TimeUnset);
    };
    match Calendar::from_unix(now) {
        Ok(date) => Screen::Clock(ClockFace {
            now: date,
            synced_secs_ago: now.secs_since(last_synced),
        }),
        Err(_) => Screen::Notice(Notice::TimeUnset),
    }
}

fn storage<F: MultiwriteNorFlash, R: Random, const N: usize>(
    token: &mut Token<F, R, N>,
) -> Screen<'static> {
    let usage = token.usage();
    Screen::Storage(Storage {
        accounts: token.accounts(),
        most_accounts: MAX_CREDENTIALS,
        used: usage.used,
        capacity: usage.capacity,
        damaged: usage.damaged,
    })
}
