//! The home of what the token finds around it: this host's clock, its random numbers, and
//! whoever sits in front of it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use countersign_core::UnixTime;
use countersign_token::{Answer, Ask, Presence, Random, Rtc, RtcFault, Uptime};

use crate::presence::{Keys, question};
use crate::say;

/// The host, as the board of a token.
pub(crate) struct Host {
    keys: Keys,
    started: Instant,
}

impl Host {
    pub(crate) fn new(keys: Keys) -> Self {
        Self {
            keys,
            started: Instant::now(),
        }
    }
}

impl Presence for Host {
    fn ask(&mut self, ask: &Ask<'_>) -> Answer {
        let asked = question(ask);
        if matches!(self.keys, Keys::Lines(_)) {
            say(&format!(
                "touch: {asked}? Enter allows, n and Enter refuses ({} s)",
                Self::WAIT_SECS
            ));
        }
        let answer = self.keys.wait(Duration::from_secs(Self::WAIT_SECS.into()));
        say(&format!("touch: {asked}: {}", named(answer)));
        answer
    }
}

impl Rtc for Host {
    fn read_rtc(&mut self) -> Result<UnixTime, RtcFault> {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_err(|_| RtcFault)?;
        UnixTime::from_secs(since.as_secs()).map_err(|_| RtcFault)
    }

    /// The host's clock is not the token's to set.
    fn write_rtc(&mut self, _: UnixTime) -> Result<(), RtcFault> {
        Err(RtcFault)
    }
}

impl Uptime for Host {
    fn uptime_millis(&mut self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The operating system's generator.
pub(crate) struct System;

impl Random for System {
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system has random numbers");
    }
}

fn named(answer: Answer) -> &'static str {
    match answer {
        Answer::Allowed => "allowed",
        Answer::Refused => "refused",
        Answer::TimedOut => "nobody answered",
    }
}
