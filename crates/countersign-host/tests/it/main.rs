//! What the host promises, through its public interface.

mod accounts;
mod delivery;
mod floods;
mod kill;
mod lockout;
mod mask;
mod mfa_story;
mod races;
mod rig;
mod seal;
mod service;
mod srp;
mod store;
