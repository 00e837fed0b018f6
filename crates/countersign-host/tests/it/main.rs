//! What the host promises, through its public interface.

mod delivery;
mod kill;
mod mask;
mod seal;
mod srp;
mod store;
