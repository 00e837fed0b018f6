//! What crosses crates: stories told by real clients, and the vectors they share.
