//! What can happen in a small world, and what it does to the stored bytes and to the ghost.

use std::collections::BTreeSet;

use countersign_core::{
    Account, Act, Code, Destination, Ending, Event, Evidence, FirstFactorVerified, MfaPreference,
    MfaPreferenceUpdate, MfaType, Outcome, PreferenceError, Prompt, RecoveryCode, Refusal,
    SetUpVerdict, SignIn,
};

use super::ghost::follow;
use super::state::{Binder, State};
use super::world::{MALLORYS_SECRET, MALLORYS_SET, NOON, PLACES, Text, World};
use crate::rig::{MAIL, at, draw, only};

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Move {
    /// The password was right.
    Begin,
    /// An answer to one of the stored forms that the client of a sign-in was handed.
    Handle(usize, usize, Input),
    /// From a session that is signed in already.
    Prefer(MfaPreferenceUpdate),
    StartSetUp(Binder),
    FinishSetUp(Binder, Text),
    /// Recovery codes are issued anew.
    IssueRecovery,
    Unlock,
    Clock(i64),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Input {
    Code(Text),
    /// The recovery code at this place of the set that came of this draw.
    Recovery(u8, usize),
    Select(MfaType),
    SetUpTotp,
    SetUpEmail(Destination),
    Resend,
    Complete,
}

/// What came of a move.
#[derive(Debug, PartialEq)]
pub(crate) enum Seen {
    Asked,
    Delivered(MfaType, Text),
    Secret,
    Refused(Refusal),
    SignedIn(Evidence),
    Ended(Ending),
    Preferred(Result<(), PreferenceError>),
    SetUp(SetUpVerdict),
    Nothing,
}

/// One step of the walk.
pub(crate) struct Transition<'a> {
    pub(crate) before: &'a State,
    pub(crate) mv: &'a Move,
    pub(crate) seen: Seen,
    /// The stored form that the client was handed, if the sign-in goes on.
    pub(crate) handed: Option<[u8; SignIn::ENCODED_LEN]>,
    pub(crate) after: State,
    pub(crate) account_before: &'a Account,
    pub(crate) account_after: Account,
}

impl Drop for Transition<'_> {
    /// Tells where the walk was if it ends here.
    fn drop(&mut self) {
        if std::thread::panicking() {
            let before = self.before;
            println!("{:?} came of {:?} at {}", self.seen, self.mv, before.now);
            for (index, session) in before.sessions.iter().enumerate() {
                let prompts = (0..session.sealed.len()).map(|s| before.open(index, s).prompt());
                println!("  sign-in {index}: {:?}", prompts.collect::<Vec<_>>());
            }
            println!("  {:?}", before.ghost);
        }
    }
}

/// The codes that somebody might type: the authenticator's of the last steps, now and of the next
/// one, those of an authenticator that waits, delivered ones, somebody else's, and a wrong one.
fn texts(world: &World, state: &State) -> BTreeSet<Text> {
    let step = state.now / 30;
    let ghost = &state.ghost;
    let mut texts = BTreeSet::from([Text::from("000000")]);
    texts.insert(world.totp_code(MALLORYS_SECRET, step));
    if let Some(key) = ghost.active {
        texts.extend((step - 2..=step + 1).map(|step| world.totp_code(key.secret, step)));
    }
    if let Some(pending) = &ghost.pending {
        texts.insert(world.totp_code(pending.secret, step));
    }
    texts.extend(ghost.issued.iter().map(|code| code.text.clone()));
    texts
}

/// Every move that is open in `state`.
pub(crate) fn moves(world: &World, state: &State) -> Vec<Move> {
    let bounds = world.bounds;
    let mut moves = Vec::new();
    if state.sessions.len() < bounds.sign_ins {
        moves.push(Move::Begin);
    }
    if state.now < NOON + bounds.until {
        moves.extend([30, i64::from(world.policy.step_secs)].map(Move::Clock));
    }
    if bounds.back && state.now >= NOON {
        moves.push(Move::Clock(-30));
    }
    for (session, held) in state.sessions.iter().enumerate() {
        for sealed in 0..held.sealed.len() {
            let inputs = inputs(world, state, session, sealed).into_iter();
            moves.extend(inputs.map(|input| Move::Handle(session, sealed, input)));
        }
    }
    if bounds.managed {
        managed(world, state, &mut moves);
    }
    moves
}

/// Everything that may be answered with this stored form. Where no code is looked at, the right
/// ones do for all.
fn inputs(world: &World, state: &State, session: usize, sealed: usize) -> Vec<Input> {
    let texts = texts(world, state);
    let prompt = state.open(session, sealed).prompt();
    let ended = state.ghost.ended.contains(&session);
    let looked_at = match prompt {
        Prompt::SelectFactor(_) | Prompt::SetUp(_) | Prompt::RecoveryCode | Prompt::Complete => {
            false
        }
        _ => !ended,
    };
    let ghost = &state.ghost;
    let now = ghost
        .active
        .map(|key| world.totp_code(key.secret, state.now / 30));
    let right = ghost.issued.last().map(|code| code.text.clone());
    let worth_trying = |text: &Text| looked_at || [&now, &right].contains(&&Some(text.clone()));
    let mut inputs: Vec<Input> = texts
        .into_iter()
        .filter(worth_trying)
        .map(Input::Code)
        .collect();
    inputs.extend(recovery_inputs(state, prompt, ended));
    inputs.push(Input::Complete);
    if !ghost.ended.contains(&session) {
        inputs.extend(MfaType::ALL.map(Input::Select));
        inputs.extend([Input::Resend, Input::SetUpEmail(MAIL)]);
        // Each new secret is a new state, so only so many are drawn.
        if ghost.draws < world.bounds.draws {
            inputs.push(Input::SetUpTotp);
        }
    }
    inputs
}

/// Recovery codes that somebody might type: of the set in force, and somebody else's. Where none is
/// looked at, the first does for all.
fn recovery_inputs(state: &State, prompt: Prompt, ended: bool) -> Vec<Input> {
    let mine = state.ghost.recovery.as_ref().map(|kept| kept.set);
    let looked_at = matches!(
        prompt,
        Prompt::Code(_) | Prompt::SelectFactor(_) | Prompt::RecoveryCode
    );
    let places = if looked_at && !ended { PLACES } else { 1 };
    let mut inputs: Vec<Input> = (0..places)
        .filter_map(|place| Some(Input::Recovery(mine?, place)))
        .collect();
    if looked_at && !ended {
        inputs.push(Input::Recovery(MALLORYS_SET, 0));
        // Of the set that was replaced, if one was.
        if mine.is_some_and(|set| set != super::world::RECOVERY_SET) {
            inputs.push(Input::Recovery(super::world::RECOVERY_SET, 0));
        }
    }
    inputs
}

fn managed(world: &World, state: &State, moves: &mut Vec<Move>) {
    use MfaPreference::{Disabled, Enabled, NotPreferred, Preferred};
    for factor in MfaType::ALL {
        for asked in [Disabled, Enabled, NotPreferred, Preferred] {
            moves.push(Move::Prefer(only(factor, asked)));
        }
    }
    moves.push(Move::Prefer(MfaPreferenceUpdate {
        sms: Some(Preferred),
        totp: Some(Disabled),
        email: Some(Preferred),
    }));
    if state.ghost.spent.year > 1 {
        moves.push(Move::Unlock);
    }
    if state.ghost.draws < world.bounds.draws {
        moves.push(Move::IssueRecovery);
    }
    for by in [Binder::SessionA, Binder::SessionB] {
        if state.ghost.draws < world.bounds.draws {
            moves.push(Move::StartSetUp(by));
        }
        for text in texts(world, state) {
            moves.push(Move::FinishSetUp(by, text));
        }
    }
}

/// Makes a move: on the stored bytes through the core, on the ghost by what was seen.
pub(crate) fn make<'a>(
    world: &World,
    before: &'a State,
    account_before: &'a Account,
    mv: &'a Move,
) -> Transition<'a> {
    let mut after = before.clone();
    let mut account = account_before.clone();
    let fresh = draw(u64::from(before.ghost.draws) + 1);
    let now = at(before.now);
    let mut handed = None;
    let seen = match mv {
        Move::Begin => {
            let first = FirstFactorVerified::vouch(account.id());
            let step = SignIn::begin(first, account, &world.context(before.now), fresh);
            account = step.account().clone();
            see(step.after_saving(), &mut handed)
        }
        Move::Handle(session, sealed, input) => {
            let sign_in = before.open(*session, *sealed);
            let code = input.code();
            let recovery = input.recovery(world);
            let event = input.event(code.as_ref(), recovery.as_ref());
            let step = sign_in.handle(event, account, &world.context(before.now), fresh);
            account = step.account().clone();
            see(step.after_saving(), &mut handed)
        }
        Move::Prefer(update) => {
            Seen::Preferred(account.update_preferences(update, &world.contacts, &world.policy))
        }
        Move::StartSetUp(by) => {
            account.begin_totp_set_up(by.binding(before), &world.policy, now, fresh);
            Seen::Secret
        }
        Move::FinishSetUp(by, text) => {
            let code = Code::parse(text).unwrap();
            Seen::SetUp(account.verify_totp_set_up(by.binding(before), &code, &world.policy, now))
        }
        Move::IssueRecovery => match account.issue_recovery_codes(&world.policy, fresh) {
            Ok(_) => Seen::Secret,
            Err(_) => Seen::Nothing,
        },
        Move::Unlock => {
            account.unlock();
            Seen::Nothing
        }
        Move::Clock(by) => {
            let latest = NOON + world.bounds.until;
            after.now = before.now.checked_add_signed(*by).unwrap().min(latest);
            Seen::Nothing
        }
    };
    if !matches!(mv, Move::Clock(_)) {
        after.account = account.encode().to_vec();
    }
    let mut transition = Transition {
        before,
        mv,
        seen,
        handed,
        after,
        account_before,
        account_after: account,
    };
    follow(world, &mut transition);
    transition
}

impl Input {
    fn code(&self) -> Option<Code> {
        match self {
            Self::Code(text) => Some(Code::parse(text).unwrap()),
            _ => None,
        }
    }

    fn recovery(&self, world: &World) -> Option<RecoveryCode> {
        match self {
            Self::Recovery(set, place) => Some(world.recovery_code(*set, *place)),
            _ => None,
        }
    }

    fn event<'a>(&self, code: Option<&'a Code>, recovery: Option<&'a RecoveryCode>) -> Event<'a> {
        match self {
            Self::Code(_) => Event::Code(code.unwrap()),
            Self::Recovery(..) => Event::RecoveryCode(recovery.unwrap()),
            Self::Select(factor) => Event::SelectFactor(*factor),
            Self::SetUpTotp => Event::SetUpTotp,
            Self::SetUpEmail(to) => Event::SetUpEmail(*to),
            Self::Resend => Event::Resend,
            Self::Complete => Event::Complete,
        }
    }
}

fn see(outcome: Outcome, handed: &mut Option<[u8; SignIn::ENCODED_LEN]>) -> Seen {
    match outcome {
        Outcome::Continue { sign_in, act } => {
            *handed = Some(sign_in.encode());
            match act {
                Act::Ask => Seen::Asked,
                Act::Deliver(factor, code) => Seen::Delivered(factor, code.as_str().into()),
                Act::ShowSecret(_) => Seen::Secret,
                Act::Refuse(refusal) => Seen::Refused(refusal),
            }
        }
        Outcome::SignedIn(verified) => Seen::SignedIn(verified.evidence()),
        Outcome::Ended(ending) => Seen::Ended(ending),
    }
}
