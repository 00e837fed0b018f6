//! The home of an account that is open on the display, with the code that is shown of it.

use countersign_core::Code;
use embedded_storage::nor_flash::MultiwriteNorFlash;

use super::{Asking, Ui};
use crate::credentials::Kind;
use crate::division::divided;
use crate::screens::{AccountCode, Notice, Question, Screen, Shown};
use crate::{Account, AccountError, Random, Reading, Token};

/// An account that is open. Its position is that which is chosen in the list.
pub(super) struct OpenAccount {
    account: Account,
    /// What came of asking for a code.
    code: Option<Result<Code, AccountError>>,
    /// For which step of the time, where the account is of that.
    step: u64,
}

impl OpenAccount {
    /// An account of which no code was asked for.
    pub(super) fn new(account: Account) -> Self {
        Self {
            account,
            code: None,
            step: 0,
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

    /// Makes the next code of a counter, which is used up by that. An account of the time shows
    /// its code anyway.
    pub(super) fn request<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        position: usize,
        token: &mut Token<F, R, N>,
    ) {
        if self.account.kind == Kind::Hotp {
            self.code = Some(token.next_code(position));
        }
    }

    /// The account with its code; with a notice in place of a code that there is none of.
    pub(super) fn screen<F: MultiwriteNorFlash, R: Random, const N: usize>(
        &mut self,
        position: usize,
        token: &mut Token<F, R, N>,
        reading: Reading,
    ) -> Screen<'_> {
        let period = self.account.name.period();
        let period_secs = u32::from(period.secs());
        let mut left_secs = 0;
        let is_timed = self.account.kind == Kind::Totp;
        if is_timed {
            let Reading::Known { now, .. } = reading else {
                self.code = None;
                return Screen::Notice(Notice::TimeUnset);
            };
            let (step, gone) = divided(now.secs(), period.secs());
            left_secs = period_secs.wrapping_sub(gone);
            if self.code.is_none() || self.step != step {
                self.code = Some(token.code(position, now));
                self.step = step;
            }
        }
        let shown = match &self.code {
            None => Shown::OnRequest(self.account.digits.get()),
            Some(Err(error)) => return Screen::Notice(notice(*error)),
            Some(Ok(code)) if is_timed => Shown::Timed {
                code,
                left_secs,
                period_secs,
            },
            Some(Ok(code)) => Shown::Counter(code),
        };
        Screen::Code(AccountCode {
            name: self.account.name.label(),
            shown,
        })
    }
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
