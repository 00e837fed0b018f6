//! The measuring of `countersign-core` beside every comparable crate: what is measured, by whom it
//! is done, and how it is timed.

pub mod ascii;
pub mod contender;
pub mod correct;
pub mod floors;
pub mod inputs;
pub mod leak;
pub mod operation;
pub mod ours;
pub mod paired;
pub mod peers;
pub mod subjects;

pub use contender::{Answer, Contender, Kind};
pub use operation::Operation;

/// Everybody who can do `operation`: ours first, then the floors, then the peers.
#[must_use]
pub fn field(operation: Operation) -> Vec<Contender> {
    let mut field = ours::contenders(operation);
    field.extend(floors::contenders(operation));
    field.extend(peers::contenders(operation));
    field
}
