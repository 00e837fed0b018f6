//! The home of the log: what happened, in words that have no room for anything else.
//!
//! Without the feature `log` nothing is logged, and nothing of it is linked.

#[cfg(feature = "log")]
use defmt_semihosting as _;

/// Something that happened. None of it has room for what a request says, for a secret or a code,
/// and keys are not among it: a PIN is made of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// The token answers from now on.
    Started,
    /// It does not: it was never provisioned, or its storage is missing or another's.
    StorageFault,
    /// The card was powered up or down, or reset.
    CardReset,
    /// A command was answered with this status word.
    Answered(u16),
    /// A command was longer than there is memory for one.
    TooLong,
}

#[cfg(feature = "log")]
impl defmt::Format for Happened {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            Self::Started => defmt::write!(f, "started"),
            Self::StorageFault => defmt::write!(f, "the storage does not work"),
            Self::CardReset => defmt::write!(f, "card reset"),
            Self::Answered(status) => defmt::write!(f, "answered {=u16:04x}", status),
            Self::TooLong => defmt::write!(f, "a request was too long"),
        }
    }
}

/// Logs it.
pub fn log(happened: Happened) {
    #[cfg(feature = "log")]
    defmt::info!("{}", happened);
    #[cfg(not(feature = "log"))]
    let _ = happened;
}

#[cfg(feature = "log")]
defmt::timestamp!("{=u64:ms}", crate::uptime::millis());
