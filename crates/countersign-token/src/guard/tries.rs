//! The home of counting wrong tries: what a guard remembers, and what follows from it.

use embedded_storage::nor_flash::MultiwriteNorFlash;

use crate::setting::{self, FORMAT};
use crate::vault::{Key, Vault, VaultError};

/// How many wrong tries in a row are let through, and how long each further one has to wait.
///
/// The waits begin with wrong try number `patient`; there it is `first_wait_millis`, and twice as
/// long after each further one, up to `longest_wait_millis`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuardPolicy {
    /// Comparisons after which no other follows, at least 1.
    pub tries: u8,
    /// Wrong tries after which the first wait comes; a policy without waits has as many as tries.
    pub patient: u8,
    /// The first wait, in milliseconds.
    pub first_wait_millis: u32,
    /// The longest wait, in milliseconds.
    pub longest_wait_millis: u32,
}

impl GuardPolicy {
    /// For a PIN that is typed on the device: eight tries, no waiting (NIST SP 800-63B §3.2.10 asks
    /// for ten at most).
    pub const PIN: Self = Self {
        tries: 8,
        patient: 8,
        first_wait_millis: 0,
        longest_wait_millis: 0,
    };

    /// For a key that a host presents: from the third wrong one on a second, doubling to an hour;
    /// after a hundred nothing more (NIST SP 800-63B §3.2.2).
    pub const ACCESS_KEY: Self = Self {
        tries: 100,
        patient: 3,
        first_wait_millis: 1_000,
        longest_wait_millis: 3_600_000,
    };

    /// How long, in milliseconds, the next try has to wait after `wrong` wrong ones in a row.
    #[must_use]
    pub fn wait_millis(&self, wrong: u8) -> u32 {
        let Some(doublings) = wrong.checked_sub(self.patient) else {
            return 0;
        };
        let mut wait = self.first_wait_millis;
        for _ in 0..doublings {
            wait = wait.saturating_mul(2);
        }
        wait.min(self.longest_wait_millis)
    }
}

/// What a guard remembers: the tries since the last right one, the one under way included.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 1 | format, 1 |
/// | 1 | 1 | tries in a row that were not right, 0 to 255 |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tries(u8);

impl Tries {
    pub(crate) const ENCODED_LEN: usize = 2;

    /// No wrong try so far.
    pub(crate) const NONE: Self = Self(0);
    /// As many as no policy allows.
    pub(crate) const USED_UP: Self = Self(u8::MAX);

    pub(crate) const fn wrong(self) -> u8 {
        self.0
    }

    /// One more.
    pub(crate) const fn counted(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The stored count. `armed` says whether there is a secret to guard: then there has to be one.
    ///
    /// # Errors
    /// [`VaultError`] if the medium cannot be read.
    #[inline(never)]
    pub(super) fn load<F: MultiwriteNorFlash, const N: usize>(
        vault: &mut Vault<F, N>,
        key: Key,
        armed: bool,
    ) -> Result<Self, VaultError> {
        let mut stored = [0; Self::ENCODED_LEN];
        if setting::read(vault, key, &mut stored)? {
            return Ok(Self::decode(&stored));
        }
        Ok(if armed || vault.contains(key) {
            Self::USED_UP
        } else {
            Self::NONE
        })
    }

    pub(crate) const fn encode(self) -> [u8; Self::ENCODED_LEN] {
        [FORMAT, self.0]
    }

    /// What `stored` says. A record that says nothing that can be understood was tampered with, so
    /// it stands for tries that are used up.
    pub(crate) const fn decode(stored: &[u8]) -> Self {
        match *stored {
            [FORMAT, wrong] => Self(wrong),
            _ => Self::USED_UP,
        }
    }
}
