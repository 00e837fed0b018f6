//! What is left of a sign-in, as a number that its steps can only lower.

use countersign_core::{Account, MfaType, Prompt};

use super::state::State;
use super::world::World;

/// Compared by the prompts that can still follow, then by what can still be spent. At one moment
/// there are finitely many of these below any of them, so a client can make so many steps and no
/// more, but for those that leave a sign-in as it was: and it expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Left {
    prompts: u8,
    spendable: u32,
}

impl Left {
    pub(crate) fn of(world: &World, state: &State, account: &Account, prompt: Prompt) -> Self {
        let (throttle, policy) = (account.throttle(), &world.policy.throttle);
        let now = crate::rig::at(state.now);
        let deliveries: u32 = MfaType::ALL
            .map(|factor| throttle.deliveries_left(factor, policy, now))
            .into_iter()
            .sum();
        let waiting = state.ghost.issued.last().filter(|code| !code.dead);
        let waiting = waiting.map_or(0, |code| 1 + u32::from(code.guesses));
        let tries = state.ghost.pending.as_ref().map_or(0, |p| p.tries.into());
        Self {
            prompts: match prompt {
                Prompt::SelectFactor(_) | Prompt::SetUp(_) => 2,
                Prompt::Code(_)
                | Prompt::RecoveryCode
                | Prompt::TotpSetUpCode
                | Prompt::EmailSetUpCode(_) => 1,
                Prompt::Complete => 0,
            },
            // A delivery is worth more than the code that it brings.
            spendable: throttle.guesses_left(policy, now) + tries + waiting + 8 * deliveries,
        }
    }
}

/// Three kinds of prompts follow one another at most, each with its own time.
pub(crate) fn last_moment(world: &World, state: &State, session: usize) -> u64 {
    state.sessions[session].begun_at + 3 * u64::from(world.policy.step_secs)
}
