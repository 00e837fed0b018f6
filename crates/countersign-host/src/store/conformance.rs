//! The home of the suite that every store has to pass.
