//! How the ghost follows what was seen, by the rules that the core documents.

use countersign_core::{Ending, Evidence, Guess, MfaType, Prompt, Refusal, SetUpVerdict, SignIn};

use super::moves::{Input, Move, Seen, Transition};
use super::state::{Binder, Issued, Key, Pending, Recovery, Session, Spent, State, Worth, tried};
use super::world::{Text, World};

/// Brings the ghost and what the client holds up to what was seen.
pub(crate) fn follow(world: &World, t: &mut Transition<'_>) {
    let before = t.before;
    let after = &mut t.after;
    let session = match t.mv {
        Move::Begin => before.sessions.len(),
        Move::Handle(session, ..) => *session,
        Move::Prefer(_) | Move::Clock(_) => return,
        Move::StartSetUp(by) | Move::FinishSetUp(by, _) => {
            return follow_set_up(world, t, *by);
        }
        Move::IssueRecovery => {
            if t.seen == Seen::Secret {
                after.ghost.draws += 1;
                after.ghost.recovery = Some(Recovery::new(after.ghost.draws));
                after.ghost.spent.rebound(Guess::RecoveryCode);
            }
            return;
        }
        Move::Unlock => {
            after.ghost.spent = Spent::default();
            return;
        }
    };
    if let Some(sealed) = t.handed {
        hold(after, session, before.now, sealed);
    }
    match &t.seen {
        Seen::Delivered(factor, text) => {
            let sign_in = SignIn::decode(&t.handed.unwrap()).unwrap();
            if *t.mv != Move::Begin {
                after.ghost.draws += 1;
            }
            kill(&mut after.ghost.issued);
            after.ghost.issued.push(Issued {
                text: text.clone(),
                session,
                factor: *factor,
                set_up: match sign_in.prompt() {
                    Prompt::EmailSetUpCode(to) => Some(to),
                    _ => None,
                },
                at: before.now,
                expires_at: before.now + u64::from(world.policy.step_secs),
                guesses: 5,
                dead: false,
            });
        }
        Seen::Secret => follow_set_up(world, t, Binder::SignIn(session)),
        Seen::SignedIn(evidence) => {
            let evidence = *evidence;
            if *t.mv == Move::Begin {
                after.sessions.push(Session {
                    begun_at: before.now,
                    sealed: Vec::new(),
                });
                after.ghost.draws += 1;
                after.ghost.ended.insert(session);
                return;
            }
            after.ghost.ended.insert(session);
            after.ghost.completion = after.ghost.completion.filter(|done| *done != session);
            after.ghost.spent.succeed(session);
            accept(world, t, evidence);
        }
        Seen::Ended(Ending::Expired | Ending::Spent) => {
            after.ghost.ended.insert(session);
        }
        _ => follow_answer(world, t, session),
    }
}

/// The client keeps every sealed form that it was ever handed.
fn hold(after: &mut State, session: usize, now: u64, sealed: [u8; SignIn::ENCODED_LEN]) {
    if session == after.sessions.len() {
        after.sessions.push(Session {
            begun_at: now,
            sealed: Vec::new(),
        });
        after.ghost.draws += 1;
    }
    let held = &mut after.sessions[session].sealed;
    if !held.contains(&sealed) {
        held.push(sealed);
    }
}

fn follow_answer(world: &World, t: &mut Transition<'_>, session: usize) {
    if let (Seen::Refused(Refusal::WrongCode), Move::Handle(_, _, Input::Recovery(..))) =
        (&t.seen, t.mv)
    {
        let spent = &mut t.after.ghost.spent;
        return spent.fail(world, session, Guess::RecoveryCode, t.before.now);
    }
    let Move::Handle(_, sealed, Input::Code(_)) = t.mv else {
        return;
    };
    let prompt = t.before.open(session, *sealed).prompt();
    let spends = match prompt {
        Prompt::Code(factor) => Some(factor),
        Prompt::EmailSetUpCode(_) => Some(MfaType::Email),
        Prompt::TotpSetUpCode => return follow_set_up(world, t, Binder::SignIn(session)),
        _ => None,
    };
    let ghost = &mut t.after.ghost;
    match (&t.seen, spends) {
        (Seen::Refused(Refusal::WrongCode), Some(factor)) => {
            ghost
                .spent
                .fail(world, session, factor.into(), t.before.now);
            if let Some(code) = ghost.issued.last_mut().filter(|_| factor.is_delivered()) {
                code.guesses -= 1;
            }
        }
        (Seen::Refused(Refusal::CodeExpired), _) => {
            // What was looked at when it was not good is not good any more.
            for code in &mut ghost.issued {
                code.dead |= code.session == session && code.prompt() == prompt;
            }
        }
        _ => {}
    }
}

/// Follows an enrolment: started, confirmed, failed or found to be over.
fn follow_set_up(world: &World, t: &mut Transition<'_>, by: Binder) {
    let now = t.before.now;
    let ghost = &mut t.after.ghost;
    let (Move::Handle(_, _, Input::Code(text)) | Move::FinishSetUp(_, text)) = t.mv else {
        ghost.draws += 1;
        ghost.pending = Some(Pending {
            secret: ghost.draws,
            by,
            started_at: now,
            expires_at: now + u64::from(world.policy.set_up_secs),
            tries: 10,
        });
        return;
    };
    match &t.seen {
        Seen::Asked | Seen::SetUp(SetUpVerdict::Enrolled) => {
            let pending = ghost.pending.take().unwrap();
            let step = tried(now, 0)
                .rfind(|step| world.totp_code(pending.secret, *step) == *text)
                .unwrap();
            ghost.active = Some(Key::after(pending.secret, 0, step, now));
            ghost.accepted.insert(text.clone());
            ghost.spent.rebound(MfaType::Totp.into());
            if let Binder::SignIn(session) = by {
                ghost.completion = Some(session);
            }
        }
        Seen::Refused(Refusal::WrongCode) | Seen::SetUp(SetUpVerdict::WrongCode) => {
            let pending = ghost.pending.as_mut().unwrap();
            pending.tries -= 1;
            if pending.tries == 0 {
                ghost.pending = None;
            }
        }
        Seen::Refused(Refusal::SetUpNotStarted) | Seen::SetUp(SetUpVerdict::NotStarted) => {
            let over =
                |p: &Pending| p.by == by && t.before.first_code(world, by, text) == Worth::Nothing;
            ghost.pending = ghost.pending.take().filter(|pending| !over(pending));
        }
        _ => {}
    }
}

fn accept(world: &World, t: &mut Transition<'_>, evidence: Evidence) {
    if let Move::Handle(_, _, Input::Recovery(set, place)) = t.mv {
        let ghost = &mut t.after.ghost;
        ghost.accepted.insert(recovery_name(*set, *place));
        if let Some(kept) = &mut ghost.recovery {
            kept.used.insert(*place);
        }
        return;
    }
    let Move::Handle(_, _, Input::Code(text)) = t.mv else {
        return;
    };
    let ghost = &mut t.after.ghost;
    ghost.accepted.insert(text.clone());
    if evidence == Evidence::Code(MfaType::Totp) {
        let key = ghost.active.as_mut().unwrap();
        let now = t.before.now;
        let step = tried(now, key.drift)
            .rfind(|step| world.totp_code(key.secret, *step) == *text)
            .unwrap();
        *key = Key::after(key.secret, key.drift, step, now);
    } else {
        kill(&mut ghost.issued);
    }
}

/// How the ghost names a recovery code among all codes that were accepted.
pub(crate) fn recovery_name(set: u8, place: usize) -> Text {
    format!("{set}/{place}").into()
}

fn kill(issued: &mut [Issued]) {
    for code in issued {
        code.dead = true;
    }
}
