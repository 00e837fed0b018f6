//! The home of what the token finds around it: a clock chip, random numbers, and whoever sits in
//! front of it.
//!
//! The chip goes with this host's clock. What it was set to is kept as the difference to that, in
//! a file, for which the host's power is the chip's battery.

use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use countersign_core::UnixTime;
use countersign_token::{Answer, Ask, Presence, Random, Rtc, RtcFault, Uptime};

use crate::presence::{Keys, question};
use crate::say;

/// The host, as the board of a token.
pub(crate) struct Host {
    keys: Keys,
    chip: PathBuf,
    started: Instant,
}

impl Host {
    /// With these keys, and a clock chip that keeps its difference in this file.
    pub(crate) fn new(keys: Keys, chip: PathBuf) -> Self {
        Self {
            keys,
            chip,
            started: Instant::now(),
        }
    }
}

impl Presence for Host {
    fn ask(&mut self, ask: &Ask<'_>) -> Answer {
        let asked = question(ask);
        self.keys.forget();
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
        let ahead = match std::fs::read_to_string(&self.chip) {
            Ok(text) => text.trim().parse().map_err(|_| RtcFault)?,
            Err(_) => 0,
        };
        let now = host_secs()?.checked_add(ahead).ok_or(RtcFault)?;
        UnixTime::from_signed_secs(now).map_err(|_| RtcFault)
    }

    fn write_rtc(&mut self, now: UnixTime) -> Result<(), RtcFault> {
        let now = i64::try_from(now.secs()).map_err(|_| RtcFault)?;
        let ahead = now.checked_sub(host_secs()?).ok_or(RtcFault)?;
        std::fs::write(&self.chip, format!("{ahead}\n")).map_err(|_| RtcFault)
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

fn host_secs() -> Result<i64, RtcFault> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_err(|_| RtcFault)?;
    i64::try_from(since.as_secs()).map_err(|_| RtcFault)
}

fn named(answer: Answer) -> &'static str {
    match answer {
        Answer::Allowed => "allowed",
        Answer::Refused => "refused",
        Answer::TimedOut => "nobody answered",
    }
}
