//! Stories that cross crates, told by real clients against the real server.

mod smtp;
