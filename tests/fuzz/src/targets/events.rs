//! Sequences of events at one account: two sign-ins at once, each answered through any stored form
//! that its client was ever handed, preferences and authenticators that change meanwhile, and a
//! clock that goes on and back. After each step the oracle's promises are held against it.

mod delivered;
mod fresh;
mod game;
mod oracle;
mod seen;

use arbitrary::{Arbitrary, Result, Unstructured};
use countersign_core::{
    Destination, LastFactor, MfaPreference, MfaPreferenceUpdate, MfaRequirement, MfaSet, MfaType,
    Policy, RecoveryUse, ThrottlePolicy, Window,
};

use super::Target;
use game::Game;

pub(super) const TARGET: Target = Target {
    name: "events",
    run: |data| {
        let _ = run(&mut Unstructured::new(data));
    },
    seeds: || (0..24).map(seed).collect(),
    max_len: 320,
};

/// What can happen.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Move {
    /// The password was right; the sign-in takes this place.
    Begin(usize),
    /// An answer to one of the stored forms of the sign-in in this place.
    Answer(usize, u8, Input),
    Clock(i32),
    Prefer(MfaPreferenceUpdate),
    StartSetUp(u8),
    FinishSetUp(u8, Typed),
    IssueRecoveryCodes,
    RemoveRecoveryCodes,
    RemoveTotp,
    RemoveDelivered(MfaType),
    Unlock,
    Reset,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Input {
    Code(Typed),
    /// The recovery code in this place of the latest set, or one of none.
    Recovery(u8),
    Select(MfaType),
    SetUpTotp,
    SetUpEmail(Destination),
    Resend,
    Complete,
}

/// Where a code that is typed comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Typed {
    /// The authenticator in force, these steps from now.
    Authenticator(i8),
    /// The authenticator that waits for its first code.
    Pending(i8),
    /// One that was delivered, the latest first.
    Delivered(u8),
    /// One that the account knows nothing of.
    Wrong(u8),
}

fn run(u: &mut Unstructured<'_>) -> Result<()> {
    let mut game = Game::new(policy(u)?, u.int_in_range(0..=3)?);
    if bool::arbitrary(u)? {
        game.enrol();
    }
    for _ in 0..MOVES {
        if u.is_empty() {
            break;
        }
        game.make(next(u)?);
    }
    Ok(())
}

fn policy(u: &mut Unstructured<'_>) -> Result<Policy> {
    let sets = |u: &mut Unstructured<'_>| Ok(MfaSet::from_bits(u.int_in_range(0..=7)?).unwrap());
    Ok(Policy {
        requirement: *u.choose(&[
            MfaRequirement::Optional,
            MfaRequirement::Required,
            MfaRequirement::Off,
        ])?,
        allowed: sets(u)?,
        recovery: *u.choose(&[RecoveryUse::IfIssued, RecoveryUse::Never])?,
        last_factor: *u.choose(&[LastFactor::MayBeDisabled, LastFactor::MustStay])?,
        window: Window::new(u.int_in_range(0..=2)?, u.int_in_range(0..=2)?).unwrap(),
        step_secs: *u.choose(&[60, 180, 1, 600])?,
        set_up_secs: *u.choose(&[60, 600, 1])?,
        throttle: ThrottlePolicy {
            backoff_from: u.int_in_range(1..=5)?,
            backoff_max_secs: *u.choose(&[30, 900, 1])?,
            lock_at: u.int_in_range(1..=6)?,
            yearly_failures: u.int_in_range(1..=9)?,
            hourly_deliveries: u.int_in_range(1..=4)?,
            daily_deliveries: u.int_in_range(1..=6)?,
        },
        ..Policy::DEFAULT
    })
}

fn next(u: &mut Unstructured<'_>) -> Result<Move> {
    Ok(match u.int_in_range(0..=15_u8)? {
        0 => Move::Begin(u.int_in_range(0..=1)?),
        1 => Move::Clock(*u.choose(&[1, 5, 30, 31, 60, 180, 601, 3600, -1, -6, -30, -200])?),
        2 => Move::Clock(i16::arbitrary(u)?.into()),
        3 => Move::Prefer(MfaPreferenceUpdate {
            sms: preference(u)?,
            totp: preference(u)?,
            email: preference(u)?,
        }),
        4 => Move::StartSetUp(u.int_in_range(0..=1)?),
        5 => Move::FinishSetUp(u.int_in_range(0..=1)?, typed(u)?),
        6 => match u.int_in_range(0..=9_u8)? {
            0 => Move::RemoveTotp,
            1 => Move::Reset,
            2 => Move::RemoveDelivered(MfaType::Sms),
            3 => Move::RemoveDelivered(MfaType::Email),
            4 => Move::RemoveRecoveryCodes,
            5..=7 => Move::IssueRecoveryCodes,
            _ => Move::Unlock,
        },
        _ => Move::Answer(u.int_in_range(0..=1)?, u8::arbitrary(u)?, input(u)?),
    })
}

fn preference(u: &mut Unstructured<'_>) -> Result<Option<MfaPreference>> {
    use MfaPreference::{Disabled, Enabled, NotPreferred, Preferred};
    let asked = [
        None,
        Some(Preferred),
        Some(Enabled),
        Some(Disabled),
        Some(NotPreferred),
    ];
    u.choose(&asked).copied()
}

fn input(u: &mut Unstructured<'_>) -> Result<Input> {
    Ok(match u.int_in_range(0..=10_u8)? {
        0 => Input::Select(*u.choose(&MfaType::ALL)?),
        1 => Input::SetUpTotp,
        2 => Input::SetUpEmail(Destination([u.int_in_range(0x60..=0x61)?; 16])),
        3 => Input::Resend,
        4 => Input::Complete,
        5 => Input::Recovery(u.int_in_range(0..=3)?),
        _ => Input::Code(typed(u)?),
    })
}

fn typed(u: &mut Unstructured<'_>) -> Result<Typed> {
    Ok(match u.int_in_range(0..=5_u8)? {
        0 | 1 => Typed::Authenticator(u.int_in_range(-3..=3)?),
        2 => Typed::Pending(u.int_in_range(-3..=3)?),
        3 | 4 => Typed::Delivered(u.int_in_range(0..=3)?),
        _ => Typed::Wrong(u.int_in_range(0..=3)?),
    })
}

/// Bytes that look random: as good a beginning as any.
fn seed(n: u64) -> Vec<u8> {
    (0..40)
        .flat_map(|place| crate::model::mixed(n * 64 + place).to_be_bytes())
        .collect()
}

const MOVES: usize = 48;
