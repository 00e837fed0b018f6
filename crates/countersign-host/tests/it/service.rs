//! What the service holds against whatever a client presents, and what it does when what it
//! stands on fails.

mod faults;
mod password_exchange;
mod sessions;
