//! When a code is fresh, and when what has begun is still under way.

use countersign_core::{Code, Context, Sha1, SharedSecret, Totp, TotpParams, UnixTime};

/// The earliest step after `last` that `code` is of, anywhere near now. How near is for the target
/// of TOTP alone to say; this is about freshness.
pub(crate) fn freshest(
    secret: &SharedSecret,
    code: &Code,
    context: &Context<'_>,
    last: Option<u64>,
) -> Option<u64> {
    let totp = Totp::<Sha1>::new(secret, TotpParams::DEFAULT);
    let step = context.now.secs() / 30;
    (step - NEAR..=step + NEAR)
        .filter(|step| Some(*step) > last)
        .find(|step| {
            let at = UnixTime::from_secs(step * 30).unwrap();
            totp.generate(at).unwrap().matches(code)
        })
}

/// Started, but for the seconds by which clocks may differ, and not over.
pub(crate) fn under_way(now: UnixTime, start: u64, end: u64) -> bool {
    now.secs() + UnixTime::SKEW_SECS >= start && now.secs() < end
}

/// More steps to either side than the moves' window and their clocks come to.
const NEAR: u64 = 8;
