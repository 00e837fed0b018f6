//! The home of an account that is open on the display, with the code that is shown of it.

use countersign_core::{Code, UnixTime};
use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::{Asking, Ui};
use crate::credentials::Kind;
use crate::screens::{AccountCode, Notice, Question, Screen, Shown};
use crate::{Account, AccountError, Random, Reading, Token};

/// An account that is open. Its position is that which is chosen in the list.
pub(super) struct OpenAccount {
    account: Account,
    code: Option<Made>,
}

/// What is shown of an account.
#[derive(Clone, Copy)]
pub(super) enum Stage {
    /// Its code.
    Code,
    /// Whether its secret is to be shown.
    Asked { since_millis: u64 },
    /// The PIN is asked for, for its secret.
    Pin,
    /// Its secret.
    Secret,
}

/// What came of asking for a code, and for which step of the time.
struct Made {
    step: Option<u64>,
    code: Result<Code, Notice>,
}

impl OpenAccount {
    /// An account of which no code was asked for.
    pub(super) fn new(account: Account) -> Self {
        Self {
            account,
            code: None,
        }
    }

    /// Whether that is the account at its position. Positions change.
    pub(super) fn is(&self, found: &Account) -> bool {
        self.account.name == found.name
    }

    pub(super) fn name(&self) -> &[u8] {
        self.account.name.as_bytes()
    }

    /// The question whether its secret is to be shown.
    pub(super) fn asking(&self, since_millis: u64) -> Asking<'_> {
        Asking::of(
            Question::Export(self.name()),
            Ui::EXPORT_WAIT_SECS,
            since_millis,
        )
    }

    /// Whether nobody answered that question in time.
    pub(super) fn is_overdue(&self, stage: Stage, uptime_millis: u64) -> bool {
        match stage {
            Stage::Asked { since_millis } => {
                self.asking(since_millis).wait(uptime_millis).is_some()
            }
            Stage::Code | Stage::Pin | Stage::Secret => false,
        }
    }

    /// Makes the next code of a counter, which is used up by that. An account of the time shows
    /// its code anyway.
    pub(super) fn request<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        position: usize,
        token: &mut Token<F, R, N>,
    ) {
        if self.account.kind == Kind::Hotp {
            let code = token.next_code(position).map_err(notice);
            self.code = Some(Made { step: None, code });
        }
    }

    /// The account with its code; with a notice in place of a code that there is none of.
    pub(super) fn screen<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        position: usize,
        token: &mut Token<F, R, N>,
        reading: Reading,
    ) -> Screen<'_> {
        let period_secs = u32::from(self.account.name.period().secs());
        let mut left_secs = 0;
        if self.account.kind == Kind::Totp {
            let Reading::Known { now, .. } = reading else {
                self.code = None;
                return Screen::Notice(Notice::TimeUnset);
            };
            let (step, left) = place(now, period_secs);
            left_secs = left;
            if self.code.as_ref().and_then(|made| made.step) != Some(step) {
                let code = token.code(position, now).map_err(notice);
                self.code = Some(Made {
                    step: Some(step),
                    code,
                });
            }
        }
        let shown = match &self.code {
            None => Shown::OnRequest(self.account.digits.get()),
            Some(Made {
                code: Err(notice), ..
            }) => return Screen::Notice(*notice),
            Some(Made {
                code: Ok(code),
                step: None,
            }) => Shown::Counter(code),
            Some(Made { code: Ok(code), .. }) => Shown::Timed {
                code,
                left_secs,
                period_secs,
            },
        };
        Screen::Code(AccountCode {
            name: self.account.name.label(),
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
