//! What must hold in every state, whatever led there.

use countersign_core::{Code, Ending, Event, Outcome};

use super::measure::last_moment;
use super::state::State;
use super::world::{MALLORYS_SECRET, World, mallorys_account};
use crate::rig::draw;

/// Promise 4, of accounts.
///
/// No sign-in goes on with somebody else's account, nor changes it.
pub(crate) fn a_sign_in_is_worth_nothing_at_another_account(world: &World, state: &State) {
    let theirs = mallorys_account(world);
    let stored = theirs.encode();
    let code = world.totp_code(MALLORYS_SECRET, state.now / 30);
    let code = Code::parse(&code).unwrap();
    for (session, held) in state.sessions.iter().enumerate() {
        for sealed in 0..held.sealed.len() {
            let step = state.open(session, sealed).handle(
                Event::Code(&code),
                theirs.clone(),
                &world.context(state.now),
                draw(99),
            );
            assert_eq!(step.account().encode(), stored);
            let outcome = step.after_saving();
            assert!(matches!(outcome, Outcome::Ended(Ending::OtherAccount)));
        }
    }
}

/// Promise 8, of time.
///
/// After its last moment a sign-in takes nothing.
pub(crate) fn a_sign_in_is_over_in_the_end(world: &World, state: &State) {
    for (session, held) in state.sessions.iter().enumerate() {
        for sealed in 0..held.sealed.len() {
            let step = state.open(session, sealed).handle(
                Event::Complete,
                state.account(),
                &world.context(last_moment(world, state, session)),
                draw(99),
            );
            let outcome = step.after_saving();
            assert!(matches!(
                outcome,
                Outcome::Ended(Ending::Expired | Ending::Spent)
            ));
        }
    }
}
