//! OCRA beyond the RFC's vectors: what verifying forgives, refuses and remembers.

use countersign_core::ocra::{
    AnyOcra, Challenge, InputError, Inputs, Ocra, PinHash, Question, State, Suite, Tolerance,
    ToleranceTooWide, Verdict,
};
use countersign_core::{LastStep, LookAhead, Sha1, Sha512, SharedSecret};

use crate::rig::{at, draw};

mod against_hmac;
mod inputs;
mod question;
mod response;
mod stored;
mod suite;

fn secret() -> SharedSecret {
    SharedSecret::from_bytes(b"12345678901234567890").unwrap()
}

fn ocra(suite: &str) -> Ocra<Sha1> {
    Ocra::new(&secret(), Suite::parse(suite).unwrap()).unwrap()
}

fn ask(ocra: &Ocra<Sha1>, text: &str) -> Question {
    Question::parse(ocra.suite().question, text).unwrap()
}

fn time(secs: u64) -> Inputs<'static> {
    Inputs {
        now: Some(at(secs)),
        ..Inputs::NONE
    }
}

/// A verdict in short.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Accepted(State),
    AlreadyUsed,
    Mismatch,
    NotComputed(InputError),
}

fn seen(verdict: Verdict) -> Seen {
    match verdict {
        Verdict::Accepted(accepted) => Seen::Accepted(accepted.state()),
        Verdict::AlreadyUsed => Seen::AlreadyUsed,
        Verdict::Mismatch => Seen::Mismatch,
        Verdict::NotComputed(error) => Seen::NotComputed(error),
    }
}

/// What a verifier that expects `expected` says to the response with `used`.
#[track_caller]
fn check_counter(expected: u64, ahead: u8, used: u64, next: Option<u64>) {
    let ocra = ocra("OCRA-1:HOTP-SHA1-6:C-QN08");
    let challenge = Challenge::issue(ocra.suite().question, draw(1));
    let inputs = Inputs::NONE;
    let response = ocra.generate(challenge.question(), None, &inputs, Some(used));
    let last = LastStep::at(5);
    let tolerance = Tolerance::new(LookAhead::new(ahead).unwrap(), 0, 0).unwrap();
    let state = State::new(expected, last);
    let verdict = ocra.verify(
        challenge,
        None,
        &response.unwrap(),
        &inputs,
        tolerance,
        state,
    );
    let expected = next.map_or(Seen::Mismatch, |next| {
        Seen::Accepted(State::new(next, last))
    });
    assert_eq!(seen(verdict), expected);
}

#[test]
fn counters_are_looked_for_ahead_only() {
    check_counter(7, 0, 7, Some(8));
    check_counter(7, 0, 8, None);
    check_counter(7, 0, 6, None);
    check_counter(7, 10, 17, Some(18));
    check_counter(7, 10, 18, None);
    check_counter(7, 100, 107, Some(108));
    check_counter(7, 100, 6, None);
    check_counter(u64::MAX - 1, 10, u64::MAX - 1, Some(u64::MAX));
    check_counter(u64::MAX - 1, 10, u64::MAX, None);
    check_counter(u64::MAX, 10, u64::MAX, None);
    check_counter(u64::MAX, 10, 0, None);
}

#[test]
fn a_device_uses_each_counter_once() {
    let ocra = ocra("OCRA-1:HOTP-SHA1-6:C-QN08");
    let asked = ask(&ocra, "12345678");
    let mut state = State::NEW;
    for counter in 0..5 {
        let next = ocra.respond(&asked, None, &Inputs::NONE, state).unwrap();
        assert_eq!(next.state().next_counter(), counter + 1);
        state = State::decode(&next.state().encode()).unwrap();
        let same = ocra
            .generate(&asked, None, &Inputs::NONE, Some(counter))
            .unwrap();
        assert_eq!(next.after_saving().as_str(), same.as_str());
    }
    let all_used = State::new(u64::MAX, LastStep::NEVER);
    let none = ocra.respond(&asked, None, &Inputs::NONE, all_used);
    assert_eq!(none.map(|_| ()), Err(InputError::Counter));
}

/// What a verifier with this last step says, one step of a minute to either side forgiven, to a
/// device whose clock is `off` steps away, about a question that is to be signed.
#[track_caller]
fn check_step(off: i64, last: LastStep, signed: bool, expected: Result<u64, Seen>) {
    let ocra = ocra("OCRA-1:HOTP-SHA1-6:QN08-T1M");
    let drawn = Challenge::issue(ocra.suite().question, draw(1));
    let challenge = if signed {
        Challenge::to_sign(drawn.question().clone())
    } else {
        drawn
    };
    let there = 6000_u64.checked_add_signed(off * 60).unwrap();
    let response = ocra.generate(challenge.question(), None, &time(there), None);
    let state = State::new(3, last);
    let tolerance = Tolerance::new(LookAhead::DEFAULT, 1, 1).unwrap();
    let verdict = ocra.verify(
        challenge,
        None,
        &response.unwrap(),
        &time(6059),
        tolerance,
        state,
    );
    let expected = match expected {
        Ok(step) => Seen::Accepted(State::new(3, LastStep::at(step))),
        Err(refused) => refused,
    };
    assert_eq!(seen(verdict), expected);
}

#[test]
fn steps_are_looked_for_around_now_and_never_go_back() {
    for signed in [false, true] {
        check_step(0, LastStep::NEVER, signed, Ok(100));
        check_step(-1, LastStep::NEVER, signed, Ok(99));
        check_step(1, LastStep::NEVER, signed, Ok(101));
        check_step(-2, LastStep::NEVER, signed, Err(Seen::Mismatch));
        check_step(2, LastStep::NEVER, signed, Err(Seen::Mismatch));
        check_step(0, LastStep::at(99), signed, Ok(100));
        check_step(-1, LastStep::at(100), signed, Err(Seen::AlreadyUsed));
        check_step(0, LastStep::at(101), signed, Err(Seen::AlreadyUsed));
    }
    // Another question may be answered in the same step; a text is signed once in it.
    check_step(0, LastStep::at(100), false, Ok(100));
    check_step(0, LastStep::at(100), true, Err(Seen::AlreadyUsed));
}

#[test]
fn the_first_step_and_long_steps_count() {
    let ocra = ocra("OCRA-1:HOTP-SHA1-6:QN08-T48H");
    let asked = ask(&ocra, "1");
    let widest = Tolerance::new(LookAhead::NONE, 10, 10).unwrap();
    for (now, step) in [(0, 0), (172_799, 0), (172_800, 1), (1_800_000_000, 10_416)] {
        let response = ocra.generate(&asked, None, &time(now), None).unwrap();
        let challenge = Challenge::to_sign(asked.clone());
        let verdict = ocra.verify(challenge, None, &response, &time(now), widest, State::NEW);
        let state = State::new(0, LastStep::at(step));
        assert_eq!(seen(verdict), Seen::Accepted(state));
    }
    let too_wide = Tolerance::new(LookAhead::NONE, 11, 0);
    assert_eq!(too_wide, Err(ToleranceTooWide));
    assert_eq!(
        Tolerance::new(LookAhead::NONE, 0, 11),
        Err(ToleranceTooWide)
    );
}

#[test]
fn counter_and_time_are_looked_for_together() {
    let ocra = ocra("OCRA-1:HOTP-SHA1-8:C-QA64-T1S");
    let challenge = |n| Challenge::issue(ocra.suite().question, draw(n));
    for n in 0..20 {
        let (ahead, off) = (n % 11, n % 3);
        let asked = challenge(n);
        let there = time(999 + off);
        let response = ocra
            .generate(asked.question(), None, &there, Some(40 + ahead))
            .unwrap();
        let state = State::new(40, LastStep::at(999));
        let verdict = ocra.verify(
            asked,
            None,
            &response,
            &time(1000),
            Tolerance::DEFAULT,
            state,
        );
        let after = State::new(41 + ahead, LastStep::at(999 + off));
        assert_eq!(seen(verdict), Seen::Accepted(after));
    }
}

#[test]
fn a_response_is_good_for_its_question_secret_and_suite_only() {
    let ocra = ocra("OCRA-1:HOTP-SHA1-8:QN08");
    let response = ocra
        .generate(&ask(&ocra, "12345678"), None, &Inputs::NONE, None)
        .unwrap();
    let check = |other: &AnyOcra, asked: &str, expected: Seen| {
        let asked = Question::parse(other.suite().question, asked).unwrap();
        let challenge = Challenge::to_sign(asked);
        let verdict = other.verify(
            challenge,
            None,
            &response,
            &Inputs::NONE,
            Tolerance::DEFAULT,
            State::NEW,
        );
        assert_eq!(seen(verdict), expected);
    };
    let any = |secret: &[u8], suite: &str| {
        AnyOcra::new(
            &SharedSecret::from_bytes(secret).unwrap(),
            Suite::parse(suite).unwrap(),
        )
    };
    let same = any(b"12345678901234567890", "OCRA-1:HOTP-SHA1-8:QN08");
    check(&same, "12345678", Seen::Accepted(State::NEW));
    check(&same, "12345679", Seen::Mismatch);
    let other_secret = any(b"12345678901234567891", "OCRA-1:HOTP-SHA1-8:QN08");
    check(&other_secret, "12345678", Seen::Mismatch);
    let other_suite = any(b"12345678901234567890", "OCRA-1:HOTP-SHA1-8:QN09");
    check(&other_suite, "12345678", Seen::Mismatch);
    let other_hash = any(b"12345678901234567890", "OCRA-1:HOTP-SHA256-8:QN08");
    check(&other_hash, "12345678", Seen::Mismatch);
    let other_length = any(b"12345678901234567890", "OCRA-1:HOTP-SHA1-7:QN08");
    check(&other_length, "12345678", Seen::Mismatch);
    let whole_tag = any(b"12345678901234567890", "OCRA-1:HOTP-SHA1-0:QN08");
    check(&whole_tag, "12345678", Seen::Mismatch);
}

#[test]
fn a_mutual_exchange_proves_both_sides() {
    let secret = SharedSecret::from_bytes(&[7; 64]).unwrap();
    let of = |suite| Ocra::<Sha512>::new(&secret, Suite::parse(suite).unwrap()).unwrap();
    let by_server = of("OCRA-1:HOTP-SHA512-8:QA08");
    let by_device = of("OCRA-1:HOTP-SHA512-8:QA08-PSHA1");
    let pin = PinHash::of::<Sha1>(b"1234");
    let with_pin = Inputs {
        pin: Some(&pin),
        ..Inputs::NONE
    };
    let device_asks = Challenge::issue(by_server.suite().question, draw(1));
    let at_server = device_asks.question().clone();
    let server_asks = Challenge::issue(by_device.suite().question, draw(2));
    let at_device = server_asks.question().clone();
    let from_server = by_server
        .generate(
            &at_server,
            Some(server_asks.question()),
            &Inputs::NONE,
            None,
        )
        .unwrap();

    let verdict = by_server.verify(
        device_asks,
        Some(&at_device),
        &from_server,
        &Inputs::NONE,
        Tolerance::NONE,
        State::NEW,
    );
    let Verdict::Accepted(server) = verdict else {
        panic!("{verdict:?}");
    };
    assert_eq!(server.question().as_str(), at_server.as_str());
    let next = by_device.respond(
        &at_device,
        Some(server.question()),
        &with_pin,
        server.state(),
    );
    let from_device = next.unwrap().after_saving();

    // What the server sent is no answer to it, nor is the device's without the server's question.
    assert_ne!(from_server.as_str(), from_device.as_str());
    let alone = by_device
        .generate(&at_device, None, &with_pin, None)
        .unwrap();
    assert_ne!(alone.as_str(), from_device.as_str());

    let reflected = Challenge::decode(&server_asks.encode()).unwrap();
    let verdict = by_device.verify(
        reflected,
        Some(&at_server),
        &from_server,
        &with_pin,
        Tolerance::NONE,
        State::NEW,
    );
    assert_eq!(seen(verdict), Seen::Mismatch);
    let verdict = by_device.verify(
        server_asks,
        Some(&at_server),
        &from_device,
        &with_pin,
        Tolerance::NONE,
        State::NEW,
    );
    assert_eq!(seen(verdict), Seen::Accepted(State::NEW));
}
