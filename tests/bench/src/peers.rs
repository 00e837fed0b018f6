//! The home of the list of peers: every other crate, each called the way its documentation shows.

use crate::{Contender, Operation};

#[cfg(feature = "peers")]
mod by_hash;
#[cfg(feature = "peers")]
mod by_value;
#[cfg(feature = "peers")]
mod clocked;
#[cfg(feature = "peers")]
mod sha1_only;
#[cfg(feature = "field")]
mod totp_rfc;
#[cfg(feature = "peers")]
mod totp_rs;

/// The peers that can do `operation`.
#[must_use]
pub fn contenders(operation: Operation) -> Vec<Contender> {
    #[cfg_attr(not(feature = "peers"), expect(unused_mut))]
    let mut peers: Vec<Option<Contender>> = Vec::new();
    #[cfg(feature = "peers")]
    peers.extend([
        totp_rs::contender(operation),
        by_hash::otp_simple(operation),
        by_hash::totp_embed(operation),
        by_value::onetimepassword(operation),
        by_hash::totp_lite(operation),
        by_hash::thotp(operation),
        by_hash::minotp(operation),
        by_value::otp_std(operation),
        by_value::otp_auth(operation),
        by_value::rust_otp(operation),
        by_value::totpyx(operation),
        clocked::slauth(operation),
        clocked::libreauth(operation),
        sha1_only::otp(operation),
        sha1_only::otpauth(operation),
        sha1_only::google_authenticator(operation),
        sha1_only::roka_totp(operation),
    ]);
    #[cfg(feature = "field")]
    peers.push(totp_rfc::contender(operation));
    #[cfg(not(feature = "peers"))]
    let _ = operation;
    peers.into_iter().flatten().collect()
}

/// What the peers' modules share.
#[cfg(feature = "peers")]
mod common {
    use crate::ascii::Ascii;
    use crate::inputs::{MISS, Typed, right};
    use crate::{Contender, Kind, Operation};

    pub(super) const PEER: Kind = Kind::Peer;

    /// A number as six digits, for crates that leave that to the caller.
    pub(super) fn six_digits(number: impl Into<u64>) -> Ascii {
        Ascii::of(format_args!("{:06}", number.into()))
    }

    /// A crate that judges codes itself.
    pub(super) fn verifies(
        operation: Operation,
        name: &'static str,
        mut verify: impl FnMut(u64, &Typed) -> bool + 'static,
    ) -> Option<Contender> {
        match operation {
            Operation::VerifyHit => Some(Contender::accepted(PEER, name, move |counter| {
                verify(counter, right(counter))
            })),
            Operation::VerifyMissCold | Operation::VerifyMissWarm => {
                Some(Contender::accepted(PEER, name, move |counter| {
                    verify(counter, std::hint::black_box(&MISS))
                }))
            }
            _ => None,
        }
    }

    /// A crate that leaves the window to the caller: the current step, then its neighbours, until
    /// one is right.
    pub(super) fn looped(
        operation: Operation,
        name: &'static str,
        mut is_code: impl FnMut(u64, &Typed) -> bool + 'static,
    ) -> Option<Contender> {
        verifies(operation, name, move |counter, typed| {
            [counter, counter - 1, counter + 1]
                .into_iter()
                .any(|counter| is_code(counter, typed))
        })
    }
}
