//! The home of how many codes one medium has delivered lately.

use super::ThrottlePolicy;
use crate::bytes::{Reader, Writer};
use crate::rolling::RollingCount;
use crate::{DecodeError, UnixTime};

/// What one medium has delivered lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Deliveries {
    hour: RollingCount<HOUR_BUCKETS>,
    day: RollingCount<DAY_BUCKETS>,
}

impl Deliveries {
    pub(super) const LEN: usize =
        RollingCount::<HOUR_BUCKETS>::LEN.saturating_add(RollingCount::<DAY_BUCKETS>::LEN);
    pub(super) const NONE: Self = Self {
        hour: RollingCount::EMPTY,
        day: RollingCount::EMPTY,
    };

    /// How many more may be delivered at `now`: what the hour and the day have left.
    pub(super) fn left(&self, policy: &ThrottlePolicy, now: UnixTime) -> u32 {
        let hour = self.hour.sum(now, HOUR_BUCKET_SECS);
        let day = self.day.sum(now, DAY_BUCKET_SECS);
        u32::from(policy.hourly_deliveries)
            .saturating_sub(hour)
            .min(u32::from(policy.daily_deliveries).saturating_sub(day))
    }

    /// Counts one more if there is room for it.
    pub(super) fn spend(&mut self, policy: &ThrottlePolicy, now: UnixTime) -> bool {
        let room = self.left(policy, now) > 0;
        if room {
            self.hour.add(now, HOUR_BUCKET_SECS);
            self.day.add(now, DAY_BUCKET_SECS);
        }
        room
    }

    /// One was answered, which no longer counts towards the hour.
    pub(super) fn answered(&mut self) {
        self.hour.take_back(1);
    }

    pub(super) fn write(&self, out: &mut Writer<'_>) {
        self.hour.write(out);
        self.day.write(out);
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            hour: RollingCount::read(from)?,
            day: RollingCount::read(from)?,
        })
    }
}

/// Six times ten minutes, and the ten minutes that are running.
const HOUR_BUCKETS: usize = 7;
const HOUR_BUCKET_SECS: u32 = 600;
/// 24 hours, and the one that is running.
const DAY_BUCKETS: usize = 25;
const DAY_BUCKET_SECS: u32 = 3600;
