//! The home of counting over a sliding span of time, in a fixed number of bytes.

use crate::bytes::{Reader, Writer};
use crate::{DecodeError, UnixTime};

/// How many times something happened lately, in `N` buckets of a fixed length.
///
/// The sum covers at least `N - 1` bucket lengths and at most `N`, so a limit on it is a limit on
/// every span of `N - 1` lengths. A clock that goes back forgets nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RollingCount<const N: usize> {
    /// Number of the bucket that `counts[0]` stands for.
    newest: u64,
    counts: [u8; N],
}

impl<const N: usize> RollingCount<N> {
    /// Bytes in a stored form: the newest bucket's number, big-endian, and a count a bucket, the
    /// newest first.
    pub(crate) const LEN: usize = 8_usize.saturating_add(N);
    pub(crate) const EMPTY: Self = Self {
        newest: 0,
        counts: [0; N],
    };

    /// The sum at `now`.
    pub(crate) fn sum(&self, now: UnixTime, bucket_secs: u32) -> u32 {
        self.moved_to(now, bucket_secs)
            .counts
            .iter()
            .fold(0, |sum, count| u32::from(*count).saturating_add(sum))
    }

    /// Counts one more.
    pub(crate) fn add(&mut self, now: UnixTime, bucket_secs: u32) {
        *self = self.moved_to(now, bucket_secs);
        if let Some(count) = self.counts.first_mut() {
            *count = count.saturating_add(1);
        }
    }

    /// Takes back up to `n`, the latest first.
    pub(crate) fn take_back(&mut self, n: u8) {
        let mut left = n;
        for count in &mut self.counts {
            let taken = left.min(*count);
            *count = count.saturating_sub(taken);
            left = left.saturating_sub(taken);
        }
    }

    pub(crate) fn write(&self, out: &mut Writer<'_>) {
        out.u64(self.newest);
        out.bytes(&self.counts);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            newest: from.u64()?,
            counts: from.array()?,
        })
    }

    fn moved_to(&self, now: UnixTime, bucket_secs: u32) -> Self {
        let bucket = now.secs().checked_div(u64::from(bucket_secs)).unwrap_or(0);
        let span = u64::try_from(N).unwrap_or(u64::MAX);
        if self.newest.saturating_sub(bucket) > span {
            // The clock was far ahead when this was counted. Keep the counts, but let them age
            // from now on, or they would be frozen until the wrong date comes.
            return Self {
                newest: bucket,
                counts: self.counts,
            };
        }
        let passed = bucket.saturating_sub(self.newest);
        let passed = usize::try_from(passed).unwrap_or(N).min(N);
        let mut moved = Self {
            newest: self.newest.max(bucket),
            counts: [0; N],
        };
        for (to, from) in moved.counts.iter_mut().skip(passed).zip(&self.counts) {
            *to = *from;
        }
        moved
    }
}
