//! Responses of OCRA beside those of python-oath.

use countersign_core::ocra::{AnyOcra, Inputs, PinHash, Question, Suite};
use countersign_core::{AlgorithmId, Sha1, Sha256, Sha512, SharedSecret, UnixTime};

use super::{bytes, number, oracle, seed};
use crate::report::report;

const RESPONSES: usize = 100_000;

#[test]
fn ocra_responses_are_those_of_python_oath() {
    let (seed, count) = (seed().to_string(), RESPONSES.to_string());
    let mut alike = 0;
    oracle(&["ocra".as_ref(), seed.as_ref(), count.as_ref()], |line| {
        compare(line).unwrap_or_else(|| panic!("seed {seed}: not a case: {line}"));
        alike += 1;
    });
    report(&format!("seed {seed}: {alike} OCRA responses alike"));
    assert_eq!(alike, RESPONSES);
}

fn compare(line: &str) -> Option<()> {
    let fields: Vec<Option<&str>> = line
        .split(' ')
        .map(|field| (field != "-").then_some(field))
        .collect();
    let &[suite, key, counter, asked, own, pin, session, now, response] = fields.as_slice() else {
        return None;
    };
    let suite = Suite::parse(suite?).ok()?;
    let secret = SharedSecret::from_bytes(&bytes(key?)).ok()?;
    let asked = Question::parse(suite.question, asked?).ok()?;
    let own = match own {
        Some(own) => Some(Question::parse(suite.question, own).ok()?),
        None => None,
    };
    let pin = pin
        .zip(suite.pin)
        .map(|(pin, algorithm)| hash(algorithm, &bytes(pin)));
    let session = session.map(bytes);
    let inputs = Inputs {
        pin: pin.as_ref(),
        session: session.as_deref(),
        now: match now {
            Some(now) => Some(UnixTime::from_secs(number(now)).ok()?),
            None => None,
        },
    };
    let ours = AnyOcra::new(&secret, suite)
        .generate(&asked, own.as_ref(), &inputs, counter.map(number))
        .ok()?;
    assert_eq!(ours.as_str(), response?, "{line}");
    Some(())
}

fn hash(algorithm: AlgorithmId, pin: &[u8]) -> PinHash {
    match algorithm {
        AlgorithmId::Sha1 => PinHash::of::<Sha1>(pin),
        AlgorithmId::Sha256 => PinHash::of::<Sha256>(pin),
        AlgorithmId::Sha512 => PinHash::of::<Sha512>(pin),
    }
}
