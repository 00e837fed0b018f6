//! What the host promises, through its public interface.

mod delivery;
mod kill;
mod mask;
mod mfa_story;
mod rig;
mod seal;
mod srp;
mod store;
