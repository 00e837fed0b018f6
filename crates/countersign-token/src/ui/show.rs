//! The home of how each view becomes a screen.

use embedded_storage::nor_flash::MultiwriteNorFlash;
use heapless::Vec;

use super::export::Uri;
use super::menu::Item;
use super::{Now, Ui, View, export_question};
use crate::credentials::MAX_CREDENTIALS;
use crate::screens::{ClockFace, List, Notice, Screen, Storage};
use crate::{Calendar, Name, PinState, Random, Reading, Token};

impl Ui {
    /// Lets `paint` draw the screen.
    pub(super) fn show<F: MultiwriteNorFlash, R: Random, const N: usize, T>(
        &mut self,
        token: &mut Token<F, R, N>,
        now: &Now,
        paint: impl FnOnce(&Screen<'_>) -> T,
    ) -> T {
        if let Some((notice, _)) = self.notice {
            return paint(&Screen::Notice(notice));
        }
        match &mut self.view {
            View::Asleep => paint(&Screen::Blank),
            View::List { first, chosen } => show_list(token, first, chosen, paint),
            View::Menu { chosen } => show_menu(token.pin_state(), *chosen, paint),
            View::Account(account) => paint(&account.screen(token, now.reading)),
            View::Export {
                account,
                since_millis,
            } => {
                let question = export_question(account, *since_millis);
                paint(&question.screen(now.uptime_millis))
            }
            View::Pin { dialog, .. } => match token.pin_state() {
                PinState::Locked => paint(&Screen::Notice(Notice::PinLocked)),
                state => paint(&Screen::PinEntry(dialog.entry(state))),
            },
            View::Secret(account) => {
                match Uri::of(token, account.position, account.name.as_bytes()) {
                    Some(uri) => paint(&Screen::Qr(uri.as_str())),
                    None => paint(&Screen::Notice(Notice::NoQr)),
                }
            }
            View::Clock => paint(&clock(now.reading)),
            View::Storage => paint(&storage(token)),
        }
    }
}

fn show_list<F: MultiwriteNorFlash, R: Random, const N: usize, T>(
    token: &mut Token<F, R, N>,
    first: &mut usize,
    chosen: &mut usize,
    paint: impl FnOnce(&Screen<'_>) -> T,
) -> T {
    let total = token.accounts();
    if total == 0 {
        return paint(&Screen::Notice(Notice::Empty));
    }
    // A host may have removed some.
    *chosen = (*chosen).min(total.saturating_sub(1));
    *first = (*first).min(total.saturating_sub(List::ROWS));
    let mut names = Vec::<Option<Name>, { List::ROWS }>::new();
    for position in (*first..total).take(List::ROWS) {
        // As many are taken as there is room for.
        let _ = names.push(token.account(position).ok().map(|account| account.name));
    }
    let rows = names.iter().map(|name| match name {
        Some(name) => name.label(),
        None => b"(damaged)",
    });
    let rows: Vec<&[u8], { List::ROWS }> = rows.collect();
    paint(&Screen::List(List {
        title: "Accounts",
        rows: &rows,
        first: *first,
        chosen: *chosen,
        total,
    }))
}

fn show_menu<T>(state: PinState, chosen: usize, paint: impl FnOnce(&Screen<'_>) -> T) -> T {
    let items = Item::all(state);
    let rows = items.iter().take(List::ROWS);
    let rows: Vec<&[u8], { List::ROWS }> = rows.map(|item| item.words().as_bytes()).collect();
    paint(&Screen::List(List {
        title: "Menu",
        rows: &rows,
        first: 0,
        chosen,
        total: items.len(),
    }))
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
