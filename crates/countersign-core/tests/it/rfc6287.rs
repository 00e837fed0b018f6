//! RFC 6287 appendix C, through the public interface.

use countersign_core::ocra::{
    AnyOcra, Challenge, Inputs, PinHash, Question, Response, State, Suite, Tolerance, Verdict,
};
use countersign_core::{LastStep, Sha1, SharedSecret, UnixTime};

const VECTORS: &str = include_str!("../../../../tests/vectors/rfc6287.csv");

#[test]
fn appendix_c() {
    let mut checked = 0;
    for line in VECTORS.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split(',').collect();
        let [
            _section,
            suite,
            length,
            counter,
            questions,
            pin,
            step,
            response,
        ] = fields[..]
        else {
            panic!("a line of eight fields: {line}");
        };
        let secret: Vec<u8> = b"1234567890"
            .iter()
            .copied()
            .cycle()
            .take(length.parse().unwrap())
            .collect();
        let pin = (!pin.is_empty()).then(|| PinHash::of::<Sha1>(pin.as_bytes()));
        // The steps of all vectors are minutes.
        let now = (!step.is_empty()).then(|| {
            UnixTime::from_secs(u64::from_str_radix(step, 16).unwrap() * 60 + 30).unwrap()
        });
        let inputs = Inputs {
            pin: pin.as_ref(),
            session: None,
            now,
        };
        let counter = (!counter.is_empty()).then(|| counter.parse().unwrap());
        check(suite, &secret, counter, questions, &inputs, response);
        checked += 1;
    }
    assert_eq!(checked, 70);
}

#[track_caller]
fn check(
    suite: &str,
    secret: &[u8],
    counter: Option<u64>,
    questions: &str,
    inputs: &Inputs<'_>,
    expected: &str,
) {
    let suite = Suite::parse(suite).unwrap();
    let ocra = AnyOcra::new(&SharedSecret::from_bytes(secret).unwrap(), suite);
    let (asked, own) = questions.split_once(' ').unwrap_or((questions, ""));
    let asked = Question::parse(suite.question, asked).unwrap();
    let own = (!own.is_empty()).then(|| Question::parse(suite.question, own).unwrap());

    let response = ocra
        .generate(&asked, own.as_ref(), inputs, counter)
        .unwrap();
    assert_eq!(response.as_str(), expected);
    let state = State::new(counter.unwrap_or(0), LastStep::NEVER);
    let next = ocra.respond(&asked, own.as_ref(), inputs, state).unwrap();
    let after = State::new(counter.map_or(0, |counter| counter + 1), LastStep::NEVER);
    assert_eq!(next.state(), after);
    assert_eq!(next.after_saving().as_str(), expected);

    let typed = Response::parse(&suite, expected).unwrap();
    let challenge = Challenge::to_sign(asked);
    match ocra.verify(
        challenge,
        own.as_ref(),
        &typed,
        inputs,
        Tolerance::NONE,
        state,
    ) {
        Verdict::Accepted(accepted) => {
            let last = inputs
                .now
                .map_or(LastStep::NEVER, |now| LastStep::at(now.secs() / 60));
            assert_eq!(accepted.state(), State::new(after.next_counter(), last));
        }
        other => panic!("{other:?}"),
    }
}
