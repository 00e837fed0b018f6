//! One-time passwords, MFA preferences and the sign-in challenge machine.
#![no_std]
