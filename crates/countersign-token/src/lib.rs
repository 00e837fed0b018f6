//! The home of a hardware authenticator: everything between its wire, storage, clock and screen.
#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

mod apdu;
mod applet;
mod buttons;
mod bytes;
mod clock;
mod credentials;
mod division;
mod drbg;
mod eeprom;
mod guard;
pub mod lock;
mod mac;
mod pin;
mod presence;
mod random;
pub mod screens;
mod setting;
mod token;
mod ui;
mod vault;

pub use apdu::Response;
pub use buttons::{Active, Button, Buttons, Debounce, Press};
#[cfg(feature = "rtcc-0-3")]
pub use clock::Rtcc03;
#[cfg(feature = "rtcc")]
pub use clock::RtccClock;
pub use clock::{
    AdminKey, AuthenticOrder, Calendar, Clock, ClockChip, NotADate, Obeyed, Order, OrderVerdict,
    Reading, RegisterClock, Rtc, RtcFault, Trim, TrimTooFar, Uptime,
};
pub use credentials::{Credential, Kind, MAX_CREDENTIALS, Name, NameError, Properties, Secret};
pub use drbg::{DeviceSeed, Drbg, DrbgError};
pub use eeprom::{Eeprom, EepromError};
pub use guard::{
    AccessKeyGuarded, Attempt, Blocked, Guard, GuardPolicy, Guarded, PinGuarded, Right, Verdict,
};
pub use pin::{NotAPin, Pin, PinLock, PinOutcome, PinState};
pub use presence::{Answer, Ask, Presence};
pub use random::Random;
pub use token::{Account, AccountError, Asleep, Token};
pub use ui::{Asking, Now, Ui};
pub use vault::{DeviceKey, Key, Space, Usage, Vault, VaultError};

/// What an operation of the token needs of the device around it: somebody to ask, a clock that
/// goes on without power, and one that starts with it.
pub trait Board: Presence + Rtc + Uptime {}

impl<B: Presence + Rtc + Uptime> Board for B {}
