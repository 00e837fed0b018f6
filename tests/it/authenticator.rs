//! The home of a user's authenticator: codes for the server's present time step and around it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use countersign_core::{Sha1, SharedSecret, Totp, TotpParams, UnixTime};

const PERIOD_SECS: u64 = 30;

/// Gives each code once.
#[derive(Clone)]
pub(crate) struct Authenticator {
    totp: Totp<Sha1>,
    last_step: u64,
}

impl Authenticator {
    /// From the secret as `AssociateSoftwareToken` shows it.
    pub(crate) fn new(secret: &str) -> Self {
        let secret = SharedSecret::from_base32(secret).expect("the server draws good secrets");
        Self {
            totp: Totp::new(&secret, TotpParams::DEFAULT),
            last_step: 0,
        }
    }

    /// The same, whose first code is of this moment's step and not of the one before.
    pub(crate) fn at_present(secret: &str) -> Self {
        Self {
            last_step: now_secs() / PERIOD_SECS - 1,
            ..Self::new(secret)
        }
    }

    /// Whether the server's window still has the step of the code given last, and will have it for
    /// some seconds.
    pub(crate) fn is_last_code_in_window(&self) -> bool {
        (now_secs() + 10) / PERIOD_SECS <= self.last_step + 1
    }

    /// A code not given before, of the step before, this or the next one: three come at once, and
    /// for a fourth the next step is waited for.
    pub(crate) async fn code(&mut self) -> String {
        let left = PERIOD_SECS - now_secs() % PERIOD_SECS;
        if left <= 2 {
            tokio::time::sleep(Duration::from_secs(left)).await;
        }
        let now = now_secs() / PERIOD_SECS;
        let step = (self.last_step + 1).max(now - 1);
        self.last_step = step;
        while step > now_secs() / PERIOD_SECS + 1 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.code_at(step)
    }

    /// The code given last.
    pub(crate) fn last_code(&self) -> String {
        self.code_at(self.last_step)
    }

    /// The code of this moment, which may have been given before.
    pub(crate) fn present_code(&self) -> String {
        self.code_at(now_secs() / PERIOD_SECS)
    }

    /// A code that the server must not take, now or in the next minutes.
    pub(crate) fn wrong_code(&self) -> String {
        let now = now_secs() / PERIOD_SECS;
        let near: Vec<String> = (now - 3..=now + 20)
            .map(|step| self.code_at(step))
            .collect();
        (0..1_000)
            .map(|number| format!("{number:06}"))
            .find(|code| !near.contains(code))
            .expect("there are more codes than steps near")
    }

    fn code_at(&self, step: u64) -> String {
        let at = UnixTime::from_secs(step * PERIOD_SECS).expect("the present is in range");
        let code = self.totp.generate(at).expect("the present is after 1970");
        code.as_str().to_owned()
    }
}

fn now_secs() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("the clock is set")
        .as_secs()
}
