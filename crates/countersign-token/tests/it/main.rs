//! Everything the token promises, through its public interface.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    reason = "a test that goes wrong stops there"
)]

mod access_key;
mod accounts;
mod admin;
mod buttons;
mod capacity;
mod clock;
mod clock_calendar;
mod clock_trim;
mod codes;
mod coding;
mod display;
mod drbg;
mod drbg_seed;
#[cfg(feature = "rtcc-0-3")]
mod drivers;
#[cfg(feature = "rtcc-0-3")]
mod drivers_bus;
mod drivers_chip;
mod eeprom;
mod eeprom_chip;
mod guard;
mod guard_full;
mod guard_walk;
mod host;
mod lock_admin;
mod lock_damage;
mod lock_firmware;
mod lock_keypad;
mod lock_opening;
mod lock_panel;
mod lock_power;
mod lock_world;
mod person;
mod pin;
mod power;
mod registers;
mod residue;
mod rig;
mod screen_codes;
mod screens;
mod screens_partial;
mod screens_qr;
mod storm;
mod touch;
mod ui_accounts;
mod ui_export;
mod ui_pin;
mod ui_walk;
mod vault_chip;
mod vault_faults;
mod vault_hostile;
mod vault_image;
mod vault_map;
mod vault_model;
mod vault_power;
mod vault_remains;
mod vault_room;
mod vault_seal;
