//! Inputs have to be those that the suite names.

use countersign_core::ocra::{
    Challenge, InputError, Inputs, Ocra, PinHash, Response, State, Suite, Tolerance, WrongAlgorithm,
};
use countersign_core::{Sha1, Sha256, Sha512, UnixTime};

use super::{Seen, ask, ocra, secret, seen};
use crate::rig::draw;

/// What comes of inputs that a suite may or may not ask for.
#[track_caller]
fn check_inputs(suite: &str, inputs: &Inputs<'_>, expected: Result<(), InputError>) {
    let suite = Suite::parse(suite).unwrap();
    let ocra = Ocra::<Sha1>::new(&secret(), suite).unwrap();
    let challenge = Challenge::issue(suite.question, draw(1));
    let made = ocra.generate(challenge.question(), None, inputs, None);
    assert_eq!(made.as_ref().map(|_| ()).map_err(|error| *error), expected);
    let typed = Response::parse(&suite, "000000").unwrap();
    let response = made.as_ref().unwrap_or(&typed);
    let verdict = ocra.verify(
        challenge,
        None,
        response,
        inputs,
        Tolerance::NONE,
        State::NEW,
    );
    match (expected, seen(verdict)) {
        (Ok(()), Seen::Accepted(_)) => {}
        (Err(expected), Seen::NotComputed(error)) => assert_eq!(error, expected),
        (_, seen) => panic!("{seen:?}"),
    }
}

#[test]
fn inputs_have_to_be_those_of_the_suite() {
    let (sha1, sha256) = (PinHash::of::<Sha1>(b"1234"), PinHash::of::<Sha256>(b"1234"));
    let none = Inputs::NONE;
    let pin = |pin| Inputs {
        pin: Some(pin),
        ..none
    };
    let session = |session| Inputs {
        session: Some(session),
        ..none
    };
    let now = Inputs {
        now: Some(UnixTime::EPOCH),
        ..none
    };

    check_inputs("OCRA-1:HOTP-SHA1-6:QN08", &none, Ok(()));
    check_inputs("OCRA-1:HOTP-SHA1-6:QN08", &pin(&sha1), Err(InputError::Pin));
    check_inputs(
        "OCRA-1:HOTP-SHA1-6:QN08",
        &session(b""),
        Err(InputError::Session),
    );
    check_inputs("OCRA-1:HOTP-SHA1-6:QN08", &now, Err(InputError::Time));
    check_inputs("OCRA-1:HOTP-SHA1-6:QN08-PSHA1", &pin(&sha1), Ok(()));
    check_inputs("OCRA-1:HOTP-SHA1-6:QN08-PSHA256", &pin(&sha256), Ok(()));
    check_inputs("OCRA-1:HOTP-SHA1-6:QN08-PSHA1", &none, Err(InputError::Pin));
    check_inputs(
        "OCRA-1:HOTP-SHA1-6:QN08-PSHA1",
        &pin(&sha256),
        Err(InputError::Pin),
    );
    check_inputs("OCRA-1:HOTP-SHA1-6:QN08-S000", &session(b""), Ok(()));
    check_inputs("OCRA-1:HOTP-SHA1-6:QN08-S003", &session(b"abc"), Ok(()));
    check_inputs("OCRA-1:HOTP-SHA1-6:QN08-S512", &session(&[7; 512]), Ok(()));
    check_inputs(
        "OCRA-1:HOTP-SHA1-6:QN08-S003",
        &none,
        Err(InputError::Session),
    );
    check_inputs(
        "OCRA-1:HOTP-SHA1-6:QN08-S003",
        &session(b"ab"),
        Err(InputError::Session),
    );
    check_inputs(
        "OCRA-1:HOTP-SHA1-6:QN08-S003",
        &session(b"abcd"),
        Err(InputError::Session),
    );
    check_inputs("OCRA-1:HOTP-SHA1-6:QN08-T1M", &now, Ok(()));
    check_inputs("OCRA-1:HOTP-SHA1-6:QN08-T1M", &none, Err(InputError::Time));
}

#[test]
fn counters_and_questions_have_to_be_those_of_the_suite() {
    let (with, without) = (
        ocra("OCRA-1:HOTP-SHA1-6:C-QN08"),
        ocra("OCRA-1:HOTP-SHA1-6:QN08"),
    );
    let asked = ask(&with, "12345678");
    for (ocra, counter) in [(&with, None), (&without, Some(0))] {
        let made = ocra.generate(&asked, None, &Inputs::NONE, counter);
        assert_eq!(made.map(|_| ()), Err(InputError::Counter));
    }
    let long = ask(&ocra("OCRA-1:HOTP-SHA1-6:QN09"), "123456789");
    let hexadecimal = ask(&ocra("OCRA-1:HOTP-SHA1-6:QH08"), "12345678");
    let letters = ask(&ocra("OCRA-1:HOTP-SHA1-6:QA08"), "12345678");
    for other in [&long, &hexadecimal, &letters] {
        let made = without.generate(other, None, &Inputs::NONE, None);
        assert_eq!(made.map(|_| ()), Err(InputError::Question));
        let made = without.generate(&asked, Some(other), &Inputs::NONE, None);
        assert_eq!(made.map(|_| ()), Err(InputError::Question));
    }
}

#[test]
fn the_type_has_to_be_that_of_the_suite() {
    let suite = Suite::parse("OCRA-1:HOTP-SHA256-6:QN08").unwrap();
    assert_eq!(
        Ocra::<Sha1>::new(&secret(), suite).map(|_| ()),
        Err(WrongAlgorithm)
    );
    assert_eq!(
        Ocra::<Sha512>::new(&secret(), suite).map(|_| ()),
        Err(WrongAlgorithm)
    );
    assert!(Ocra::<Sha256>::new(&secret(), suite).is_ok());
}
