//! OCRA: suites as text, stored forms, and responses against a model that puts the input of RFC
//! 6287 §5.1 together as text.

use arbitrary::{Arbitrary, Result, Unstructured};
use countersign_core::ocra::{
    Alphabet, AnyOcra, Challenge, Inputs, Question, Response, State, Suite, Tolerance, Verdict,
};
use countersign_core::{LastStep, UnixTime};

use super::Target;
use crate::model::{secret, tag, time};

pub(super) const TARGET: Target = Target {
    name: "ocra",
    run: |data| {
        stored(data);
        if let Ok(text) = std::str::from_utf8(data) {
            let _ = suite(text);
        }
        let _ = responses(&mut Unstructured::new(data));
    },
    seeds,
    max_len: 256,
};

fn stored(data: &[u8]) {
    if let Ok(state) = State::decode(data) {
        assert_eq!(state.encode()[..], *data, "a second spelling");
    }
    if let Ok(challenge) = Challenge::decode(data) {
        assert_eq!(challenge.encode()[..], *data, "a second spelling");
    }
}

fn suite(text: &str) -> Option<Suite> {
    let suite = Suite::parse(text).ok()?;
    assert_eq!(suite.to_text().as_str(), text, "a second spelling");
    assert!(text.len() <= Suite::MAX_LEN);
    Some(suite)
}

/// A response to a random question, with a suite of one-way exchanges and signatures.
fn responses(u: &mut Unstructured<'_>) -> Result<()> {
    let text = spelled(u)?;
    let Some(suite) = suite(&text) else {
        return Ok(());
    };
    let secret = secret(u)?;
    let symbols: &[u8] = match suite.question.alphabet() {
        Alphabet::Alphanumeric => b"abcXYZ0189",
        Alphabet::Numeric => b"0123456789",
        Alphabet::Hexadecimal => b"0123456789abcdefABCDEF",
    };
    let mut questions = Vec::new();
    for _ in 0..u.int_in_range(1..=2)? {
        let length = u.int_in_range(1..=suite.question.max_len())?;
        let mut question = String::new();
        for _ in 0..length {
            question.push(char::from(*u.choose(symbols)?));
        }
        questions.push(question);
    }
    let now = suite.time_step.map(|_| time(u)).transpose()?;
    let counter = u64::arbitrary(u)?;
    let mut session = vec![0; suite.session.map_or(0, |length| length.get().into())];
    u.fill_buffer(&mut session)?;
    let inputs = Inputs {
        session: suite.session.map(|_| &session[..]),
        now,
        ..Inputs::NONE
    };
    let parsed: Vec<Question> = questions
        .iter()
        .map(|text| Question::parse(suite.question, text).expect("of the alphabet"))
        .collect();
    let ocra = AnyOcra::new(&secret, suite);
    let counter_input = suite.counter.then_some(counter);
    let response = ocra.generate(&parsed[0], parsed.get(1), &inputs, counter_input);
    let response = response.expect("what the suite asks for");

    let message = message(
        &suite,
        &text,
        &questions.concat(),
        counter_input,
        &session,
        now,
    );
    let shown = shown(&tag(suite.algorithm, secret.as_bytes(), &message), &suite);
    assert_eq!(response.as_str(), shown);
    let typed = Response::parse(&suite, &shown).expect("what is shown can be typed");

    let challenge = Challenge::to_sign(parsed[0].clone());
    let state = State::new(counter, LastStep::NEVER);
    let verdict = ocra.verify(
        challenge,
        parsed.get(1),
        &typed,
        &inputs,
        Tolerance::NONE,
        state,
    );
    match verdict {
        Verdict::Accepted(accepted) => {
            let next = counter.checked_add(u64::from(suite.counter));
            assert_eq!(Some(accepted.state().next_counter()), next);
        }
        other => assert!(suite.counter && counter == u64::MAX, "{other:?}"),
    }
    Ok(())
}

/// A suite without a PIN, whose hash is the caller's to make.
fn spelled(u: &mut Unstructured<'_>) -> Result<String> {
    let hash = u.choose(&["SHA1", "SHA256", "SHA512"])?;
    let digits = *u.choose(&[0, 4, 6, 8, 10])?;
    let counter = if bool::arbitrary(u)? { "C-" } else { "" };
    let alphabet = u.choose(&["N", "A", "H"])?;
    let length = u.int_in_range(4..=64)?;
    let mut text = format!("OCRA-1:HOTP-{hash}-{digits}:{counter}Q{alphabet}{length:02}");
    if bool::arbitrary(u)? {
        let length: u16 = u.int_in_range(0..=80)?;
        text = format!("{text}-S{length:03}");
    }
    if bool::arbitrary(u)? {
        text.push_str(u.choose(&["-T1M", "-T30S", "-T1H", "-T48H"])?);
    }
    Ok(text)
}

/// Suite, zero, C, Q, S and T, each as RFC 6287 §5.1 says.
fn message(
    suite: &Suite,
    text: &str,
    question: &str,
    counter: Option<u64>,
    session: &[u8],
    now: Option<UnixTime>,
) -> Vec<u8> {
    let mut message = [text.as_bytes(), &[0]].concat();
    if let Some(counter) = counter {
        message.extend(counter.to_be_bytes());
    }
    let hexadecimal = match suite.question.alphabet() {
        Alphabet::Alphanumeric => in_hexadecimal(question.as_bytes()),
        Alphabet::Numeric => hexadecimal(question),
        Alphabet::Hexadecimal => question.to_owned(),
    };
    let padded = format!("{hexadecimal:0<256}");
    let pairs = padded
        .as_bytes()
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).unwrap());
    message.extend(pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()));
    message.extend(session);
    if let (Some(step), Some(now)) = (suite.time_step, now) {
        message.extend((now.secs() / u64::from(step.secs())).to_be_bytes());
    }
    message
}

fn in_hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    digits
        .map(|digit| char::from_digit(digit.into(), 16).unwrap())
        .collect()
}

/// A decimal number in hexadecimal, by long division; nothing for zero.
fn hexadecimal(decimal: &str) -> String {
    let mut digits: Vec<u8> = decimal.bytes().map(|digit| digit - b'0').collect();
    let mut text = String::new();
    while digits.iter().any(|digit| *digit != 0) {
        let mut rest = 0_u32;
        for digit in &mut digits {
            let number = rest * 10 + u32::from(*digit);
            *digit = u8::try_from(number / 16).unwrap();
            rest = number % 16;
        }
        text.insert(0, char::from_digit(rest, 16).unwrap());
    }
    text
}

/// What the suite shows of a tag.
fn shown(tag: &[u8], suite: &Suite) -> String {
    let Some(digits) = suite.response.get() else {
        return in_hexadecimal(tag);
    };
    let offset = usize::from(tag[tag.len() - 1] & 0x0f);
    let word = u32::from_be_bytes(tag[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    let width = usize::from(digits);
    format!("{:0width$}", u64::from(word) % 10_u64.pow(digits.into()))
}

fn seeds() -> Vec<Vec<u8>> {
    let suites = [
        "OCRA-1:HOTP-SHA1-6:QN08",
        "OCRA-1:HOTP-SHA512-8:C-QA64-PSHA1-S512-T48H",
    ];
    let mut seeds = suites.map(|suite| suite.as_bytes().to_vec()).to_vec();
    let format = Suite::parse(suites[0]).unwrap().question;
    let question = Question::parse(format, "12345678").unwrap();
    seeds.push(Challenge::to_sign(question).encode().to_vec());
    seeds.push(State::NEW.encode().to_vec());
    seeds.extend([vec![0x5a; 200], vec![0; 200], (0..=255).collect()]);
    seeds
}
