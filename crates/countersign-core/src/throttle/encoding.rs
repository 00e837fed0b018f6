//! The home of a throttle's stored form, byte by byte.

use super::{CHAINS, Chain, Deliveries, Guess, Throttle, YEAR_BUCKETS};
use crate::bytes::{Reader, Writer, decoded, encoded};
use crate::rolling::RollingCount;
use crate::{DecodeError, SignInId};

impl Throttle {
    /// Bytes of the stored form.
    pub const ENCODED_LEN: usize = Self::LEN.saturating_add(1);

    /// Bytes of the stored form inside another one, which has a format byte of its own.
    pub(crate) const LEN: usize = Guess::ALL
        .len()
        .saturating_add(1 + 8)
        .saturating_add(RollingCount::<YEAR_BUCKETS>::LEN)
        .saturating_add(CHAINS.saturating_mul(Chain::LEN))
        .saturating_add(Deliveries::LEN.saturating_mul(2));

    /// The stored form, big-endian. It holds nothing secret, but whoever can write it can give
    /// attempts back.
    ///
    /// | field | bytes |
    /// |---|---|
    /// | format, 1 | 1 |
    /// | consecutive failures: SMS, TOTP, e-mail, recovery codes | 4 |
    /// | consecutive failures over all of them | 1 |
    /// | end of the back-off, in seconds since 1970 | 8 |
    /// | wrong guesses: newest bucket of 2,628,000 s, counts from it backwards | 8 + 13 |
    /// | sign-ins that failed last: first bytes of the name, failures | 4 × 9 |
    /// | messages of an hour: newest bucket of 600 s, counts from it backwards | 8 + 7 |
    /// | messages of a day: newest bucket of 3,600 s, counts from it backwards | 8 + 25 |
    /// | mails, likewise | 8 + 7 + 8 + 25 |
    ///
    /// Buckets are numbered from 1970 on.
    #[must_use]
    pub fn encode(&self) -> [u8; Self::ENCODED_LEN] {
        encoded(FORMAT, |out| self.write(out))
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`DecodeError`] for anything but what [`Throttle::encode`] writes.
    pub fn decode(stored: &[u8]) -> Result<Self, DecodeError> {
        decoded(stored, FORMAT, Self::read)
    }

    pub(crate) fn write(&self, out: &mut Writer<'_>) {
        out.bytes(&self.failures);
        out.u8(self.consecutive);
        out.time(self.blocked_until);
        self.year.write(out);
        for chain in &self.chains {
            out.bytes(&chain.id);
            out.u8(chain.failures);
        }
        self.sms.write(out);
        self.email.write(out);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut throttle = Self {
            failures: from.array()?,
            consecutive: from.u8()?,
            blocked_until: from.time()?,
            year: RollingCount::read(from)?,
            ..Self::NEW
        };
        for chain in &mut throttle.chains {
            *chain = Chain {
                id: from.array()?,
                failures: from.u8()?,
            };
        }
        throttle.sms = Deliveries::read(from)?;
        throttle.email = Deliveries::read(from)?;
        Ok(throttle)
    }
}

impl Chain {
    const LEN: usize = SignInId::SHORT_LEN.saturating_add(1);
}

const FORMAT: u8 = 1;
