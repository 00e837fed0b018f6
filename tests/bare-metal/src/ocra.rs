//! The story of challenge and response (RFC 6287): a suite by its name, a response to a question,
//! and a typed response to a challenge that was stored.

use core::slice;

use countersign_core::ocra::{
    Challenge, Inputs, Ocra, Question, Response, State, Suite, Tolerance, Verdict,
};
use countersign_core::{Sha1, SharedSecret};

use crate::copy;

/// Responds to `question`, writes the response, and says whether it is right for `challenge`.
///
/// # Safety
/// `secret` has 20 bytes, `suite` has `suite_len`, `question` has `question_len`, `challenge` has
/// `Challenge::ENCODED_LEN`, `shown` has `shown_len`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn probe_ocra(
    secret: *const u8,
    suite: *const u8,
    suite_len: usize,
    question: *const u8,
    question_len: usize,
    challenge: *const u8,
    shown: *mut u8,
    shown_len: usize,
) -> bool {
    // SAFETY: the caller answers for all five lengths.
    let (secret, suite, question, challenge, shown) = unsafe {
        (
            slice::from_raw_parts(secret, 20),
            slice::from_raw_parts(suite, suite_len),
            slice::from_raw_parts(question, question_len),
            slice::from_raw_parts(challenge, Challenge::ENCODED_LEN),
            slice::from_raw_parts_mut(shown, shown_len),
        )
    };
    respond(secret, suite, question, challenge, shown).unwrap_or(false)
}

fn respond(
    secret: &[u8],
    suite: &[u8],
    question: &[u8],
    challenge: &[u8],
    shown: &mut [u8],
) -> Option<bool> {
    let secret = SharedSecret::from_bytes(secret).ok()?;
    let suite = Suite::parse(core::str::from_utf8(suite).ok()?).ok()?;
    let ocra = Ocra::<Sha1>::new(&secret, suite).ok()?;
    let asked = Question::parse(suite.question, core::str::from_utf8(question).ok()?).ok()?;
    let next = ocra.respond(&asked, None, &Inputs::NONE, State::NEW).ok()?;
    let response = next.after_saving();
    copy(shown, response.as_str().as_bytes());
    let typed = Response::parse(&suite, response.as_str()).ok()?;
    let challenge = Challenge::decode(challenge).ok()?;
    let verdict = ocra.verify(
        challenge,
        None,
        &typed,
        &Inputs::NONE,
        Tolerance::DEFAULT,
        State::NEW,
    );
    Some(matches!(verdict, Verdict::Accepted(_)))
}
