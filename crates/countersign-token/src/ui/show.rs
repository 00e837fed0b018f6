//! The home of how each view becomes a screen.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::account::Stage;
use super::export::Uri;
use super::menu::Item;
use super::{Now, Ui, View};
use crate::credentials::MAX_CREDENTIALS;
use crate::screens::{ClockFace, List, Notice, Screen, Storage};
use crate::{Calendar, PinState, Random, Reading, Token};

/// What draws a screen: behind `dyn`, so that it is there once for all of them.
type Paint<'p> = &'p mut dyn FnMut(&Screen<'_>);

impl Ui {
    /// Lets `paint` draw the screen.
    pub(super) fn show<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        token: &mut Token<F, R, N>,
        now: &Now,
        paint: Paint<'_>,
    ) {
        if let Some((notice, _)) = self.notice {
            return paint(&Screen::Notice(notice));
        }
        let screen = match &mut self.view {
            View::Asleep => Screen::Blank,
            View::List => return self.show_list(token, paint),
            View::Menu { chosen } => return show_menu(token.pin_state(), *chosen, paint),
            View::Account { account, stage } => match *stage {
                Stage::Code => account.screen(self.chosen, token, now.reading),
                Stage::Asked { since_millis } => {
                    account.asking(since_millis).screen(now.uptime_millis)
                }
                Stage::Pin => self.dialog.screen(token.pin_state()),
                Stage::Secret => match Uri::of(token, self.chosen, account.name()) {
                    Some(uri) => return paint(&Screen::Qr(uri.as_bytes())),
                    None => Screen::Notice(Notice::NoQr),
                },
            },
            View::Pin => self.dialog.screen(token.pin_state()),
            View::Clock => clock(now.reading),
            View::Storage => storage(token),
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
        let lowest = self.chosen.saturating_add(1).saturating_sub(List::ROWS);
        let highest = self.chosen.min(total.saturating_sub(List::ROWS));
        self.first = self.first.max(lowest).min(highest);
        let mut names = [const { None }; List::ROWS];
        for (name, position) in names.iter_mut().zip(self.first..total) {
            *name = token.account(position).ok().map(|account| account.name);
        }
        let mut rows: [&[u8]; List::ROWS] = [b"(damaged)"; List::ROWS];
        for (row, name) in rows.iter_mut().zip(&names) {
            if let Some(name) = name {
                *row = name.label();
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

fn show_menu(state: PinState, chosen: usize, paint: Paint<'_>) {
    let items = Item::all(state);
    let mut rows: [&[u8]; List::ROWS] = [&[]; List::ROWS];
    for (row, item) in rows.iter_mut().zip(items) {
        *row = item.words().as_bytes();
    }
    paint(&Screen::List(List {
        title: "Menu",
        rows: rows.get(..items.len()).unwrap_or(&rows),
        first: 0,
        chosen,
        total: items.len(),
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
