//! Random suites and inputs against the data input of RFC 6287 §5.1, put together here by other
//! means and authenticated by the `hmac` crate.

use countersign_core::ocra::{
    Alphabet, AnyOcra, Inputs, PinHash, Question, QuestionFormat, ResponseLength, SessionLength,
    Suite, TimeStep, TimeUnit,
};
use countersign_core::{AlgorithmId, SharedSecret};
use hmac::{KeyInit, Mac};
use proptest::prelude::*;

use crate::rig::at;

fn hmac(algorithm: AlgorithmId, key: &[u8], message: &[u8]) -> Vec<u8> {
    macro_rules! with {
        ($hash:ty) => {{
            let mut mac = hmac::Hmac::<$hash>::new_from_slice(key).unwrap();
            mac.update(message);
            mac.finalize().into_bytes().to_vec()
        }};
    }
    match algorithm {
        AlgorithmId::Sha1 => with!(sha1::Sha1),
        AlgorithmId::Sha256 => with!(sha2::Sha256),
        AlgorithmId::Sha512 => with!(sha2::Sha512),
    }
}

/// A decimal number as hexadecimal digits, by dividing by sixteen on paper.
fn hexadecimal(decimal: &str) -> String {
    let mut digits: Vec<u8> = decimal.bytes().map(|byte| byte - b'0').collect();
    let mut hexadecimal = Vec::new();
    while digits.iter().any(|digit| *digit > 0) {
        let mut rest = 0;
        for digit in &mut digits {
            let number = rest * 10 + *digit;
            *digit = number / 16;
            rest = number % 16;
        }
        hexadecimal.push(char::from_digit(rest.into(), 16).unwrap());
    }
    hexadecimal.iter().rev().collect()
}

fn unhex(hexadecimal: &str) -> Vec<u8> {
    let even = format!("{hexadecimal}{}", "0".repeat(hexadecimal.len() % 2));
    (0..even.len() / 2)
        .map(|n| u8::from_str_radix(&even[2 * n..2 * n + 2], 16).unwrap())
        .collect()
}

fn padded(alphabet: Alphabet, questions: &str) -> Vec<u8> {
    let mut bytes = match alphabet {
        Alphabet::Alphanumeric => questions.as_bytes().to_vec(),
        Alphabet::Numeric => unhex(&hexadecimal(questions)),
        Alphabet::Hexadecimal => unhex(questions),
    };
    bytes.resize(128, 0);
    bytes
}

fn shown(tag: &[u8], response: ResponseLength) -> String {
    let Some(digits) = response.get() else {
        return tag
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<Vec<_>>()
            .concat();
    };
    let offset = usize::from(tag[tag.len() - 1] & 15);
    let number = u32::from_be_bytes(tag[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    let all = format!("{number:010}");
    all[10 - usize::from(digits)..].to_owned()
}

fn algorithms() -> impl Strategy<Value = AlgorithmId> {
    proptest::sample::select(AlgorithmId::ALL.to_vec())
}

fn suites() -> impl Strategy<Value = Suite> {
    let alphabets = vec![
        Alphabet::Alphanumeric,
        Alphabet::Numeric,
        Alphabet::Hexadecimal,
    ];
    let question = (proptest::sample::select(alphabets), 4_u8..=64)
        .prop_map(|(alphabet, max_len)| QuestionFormat::new(alphabet, max_len).unwrap());
    let response = prop_oneof![
        Just(ResponseLength::FULL),
        (4_u8..=10).prop_map(|digits| ResponseLength::digits(digits).unwrap()),
    ];
    let session = (0_u16..=512).prop_map(|bytes| SessionLength::bytes(bytes).unwrap());
    let units = vec![TimeUnit::Seconds, TimeUnit::Minutes, TimeUnit::Hours];
    let step = (1_u8..=48, proptest::sample::select(units))
        .prop_map(|(count, unit)| TimeStep::new(count, unit).unwrap());
    (
        (algorithms(), response, any::<bool>(), question),
        proptest::option::of(algorithms()),
        proptest::option::of(session),
        proptest::option::of(step),
    )
        .prop_map(
            |((algorithm, response, counter, question), pin, session, time_step)| Suite {
                response,
                counter,
                pin,
                session,
                time_step,
                ..Suite::new(algorithm, question)
            },
        )
}

fn questions(format: QuestionFormat) -> impl Strategy<Value = String> {
    let symbols = match format.alphabet() {
        Alphabet::Alphanumeric => "[0-9A-Za-z]",
        Alphabet::Numeric => "[0-9]",
        Alphabet::Hexadecimal => "[0-9A-Fa-f]",
    };
    let pattern = format!("{symbols}{{1,{}}}", format.max_len());
    let drawn = proptest::string::string_regex(&pattern).unwrap();
    prop_oneof![9 => drawn, 1 => Just("0".repeat(format.max_len().into()))]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn responses_are_those_of_the_data_input(
        (suite, asked, own) in suites().prop_flat_map(|suite| (
            Just(suite),
            questions(suite.question),
            proptest::option::of(questions(suite.question)),
        )),
        key in proptest::collection::vec(any::<u8>(), 16..=64),
        counter in any::<u64>(),
        secs in 0_u64..=1 << 40,
        filler in proptest::collection::vec(any::<u8>(), 512),
    ) {
        let mut message = suite.to_string().into_bytes();
        message.push(0);
        let counter = suite.counter.then_some(counter);
        message.extend(counter.into_iter().flat_map(u64::to_be_bytes));
        let both = format!("{asked}{}", own.as_deref().unwrap_or_default());
        message.extend(padded(suite.question.alphabet(), &both));
        let pin = suite.pin.map(|algorithm| {
            let length = match algorithm {
                AlgorithmId::Sha1 => 20,
                AlgorithmId::Sha256 => 32,
                AlgorithmId::Sha512 => 64,
            };
            PinHash::from_bytes(algorithm, &filler[..length]).unwrap()
        });
        message.extend(pin.iter().flat_map(|pin| pin.as_bytes().to_vec()));
        let session = suite.session.map(|length| &filler[..length.get().into()]);
        message.extend(session.unwrap_or_default());
        let step = suite.time_step.map(|step| secs / u64::from(step.secs()));
        message.extend(step.into_iter().flat_map(u64::to_be_bytes));
        let expected = shown(&hmac(suite.algorithm, &key, &message), suite.response);

        let parse = |text: &str| Question::parse(suite.question, text).unwrap();
        let (asked, own) = (parse(&asked), own.as_deref().map(parse));
        let inputs = Inputs {
            pin: pin.as_ref(),
            session,
            now: suite.time_step.map(|_| at(secs)),
        };
        let ocra = AnyOcra::new(&SharedSecret::from_bytes(&key).unwrap(), suite);
        let response = ocra.generate(&asked, own.as_ref(), &inputs, counter).unwrap();
        prop_assert_eq!(response.as_str(), expected);
    }
}
