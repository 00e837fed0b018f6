//! The home of an account that is open on the display, with the code that is shown of it.

use countersign_core::{Code, Digits, UnixTime};
use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::Chosen;
use crate::credentials::Kind;
use crate::screens::{AccountCode, Notice, Screen, Shown};
use crate::{AccountError, Random, Reading, Token};

/// An account that is open.
pub(super) struct OpenAccount {
    chosen: Chosen,
    kind: Kind,
    digits: Digits,
    code: Option<Made>,
}

/// What came of asking for a code, and for which step of the time.
struct Made {
    step: Option<u64>,
    code: Result<Code, Notice>,
}

impl OpenAccount {
    /// Opens the account at `position`, if there is one, without asking for a code.
    pub(super) fn open<F: MultiwriteNorFlash, R: Random, const N: usize>(
        token: &mut Token<F, R, N>,
        position: usize,
    ) -> Option<Self> {
        let account = token.account(position).ok()?;
        Some(Self {
            chosen: Chosen {
                position,
                name: account.name,
            },
            kind: account.kind,
            digits: account.digits,
            code: None,
        })
    }

    pub(super) fn chosen(&self) -> &Chosen {
        &self.chosen
    }

    pub(super) fn into_chosen(self) -> Chosen {
        self.chosen
    }

    /// Makes the next code of a counter, which is used up by that. An account of the time shows
    /// its code anyway.
    pub(super) fn request<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        token: &mut Token<F, R, N>,
    ) {
        if self.kind == Kind::Hotp {
            let code = token.next_code(self.chosen.position).map_err(notice);
            self.code = Some(Made { step: None, code });
        }
    }

    /// The account with its code; with a notice in place of a code that there is none of.
    pub(super) fn screen<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        token: &mut Token<F, R, N>,
        reading: Reading,
    ) -> Screen<'_> {
        let now = match (self.kind, reading) {
            (Kind::Hotp, _) => return self.counter_screen(),
            (Kind::Totp, Reading::Known { now, .. }) => now,
            (Kind::Totp, Reading::Unset) => {
                self.code = None;
                return Screen::Notice(Notice::TimeUnset);
            }
        };
        let period_secs = u32::from(self.chosen.name.period().secs());
        let (step, left_secs) = place(now, period_secs);
        if self.code.as_ref().and_then(|made| made.step) != Some(step) {
            let code = token.code(self.chosen.position, now).map_err(notice);
            self.code = Some(Made {
                step: Some(step),
                code,
            });
        }
        self.shown(|code| Shown::Timed {
            code,
            left_secs,
            period_secs,
        })
    }

    fn counter_screen(&self) -> Screen<'_> {
        self.shown(Shown::Counter)
    }

    fn shown<'a>(&'a self, with: impl FnOnce(&'a Code) -> Shown<'a>) -> Screen<'a> {
        let shown = match &self.code {
            None => Shown::OnRequest(self.digits.get()),
            Some(Made { code: Ok(code), .. }) => with(code),
            Some(Made {
                code: Err(notice), ..
            }) => return Screen::Notice(*notice),
        };
        Screen::Code(AccountCode {
            name: self.chosen.name.label(),
            shown,
        })
    }
}

/// The step that a time is in, and how many seconds are left of it, 1 to `period_secs`.
fn place(now: UnixTime, period_secs: u32) -> (u64, u32) {
    let period = u64::from(period_secs.max(1));
    let step = now.secs().checked_div(period).unwrap_or(0);
    let into = now.secs().checked_rem(period).unwrap_or(0);
    let left = period.saturating_sub(into);
    (step, u32::try_from(left).unwrap_or(1))
}

/// What is said instead of a code.
fn notice(error: AccountError) -> Notice {
    match error {
        AccountError::CountersUsedUp => Notice::CounterUsedUp,
        AccountError::WentBack => Notice::WentBack,
        AccountError::Damaged => Notice::Damaged,
        AccountError::Full => Notice::Full,
        _ => Notice::StorageFault,
    }
}
