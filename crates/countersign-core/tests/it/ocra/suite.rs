//! Suites: one spelling each, and what is none.

use countersign_core::AlgorithmId;
use countersign_core::ocra::{
    Alphabet, QuestionFormat, ResponseLength, SessionLength, Suite, SuiteError, TimeStep, TimeUnit,
};

use SuiteError::{
    CryptoFunction, Pin, Question, ResponseLength as Length, Session, TimeStep as Step, Trailing,
    Version,
};

#[track_caller]
fn check(text: &str, expected: Result<(), SuiteError>) {
    let suite = Suite::parse(text);
    assert_eq!(suite.map(|_| ()), expected);
    if let Ok(suite) = suite {
        assert_eq!(suite.to_text().as_str(), text);
        assert_eq!(suite.to_string(), text);
    }
}

#[test]
fn suites_of_the_rfc_and_of_the_limits() {
    check("OCRA-1:HOTP-SHA1-6:QN08", Ok(()));
    check("OCRA-1:HOTP-SHA1-4:QH08-S512", Ok(()));
    check("OCRA-1:HOTP-SHA512-8:C-QN08-PSHA1", Ok(()));
    check("OCRA-1:HOTP-SHA256-6:QA10-T1M", Ok(()));
    check("OCRA-1:HOTP-SHA1-0:QH64", Ok(()));
    check("OCRA-1:HOTP-SHA1-10:QA04-S000-T48H", Ok(()));
    check("OCRA-1:HOTP-SHA512-10:C-QN64-PSHA512-S512-T59S", Ok(()));
}

#[test]
fn the_version_comes_first() {
    check("", Err(Version));
    check("OCRA-2:HOTP-SHA1-6:QN08", Err(Version));
    check("ocra-1:HOTP-SHA1-6:QN08", Err(Version));
    check(" OCRA-1:HOTP-SHA1-6:QN08", Err(Version));
}

#[test]
fn what_is_no_suite_is_refused_by_name() {
    check("OCRA-1:", Err(CryptoFunction));
    check("OCRA-1:TOTP-SHA1-6:QN08", Err(CryptoFunction));
    check("OCRA-1:HOTP-SHA3-6:QN08", Err(CryptoFunction));
    check("OCRA-1:HOTP-sha1-6:QN08", Err(CryptoFunction));
    check("OCRA-1:HOTP-SHA1", Err(Length));
    check("OCRA-1:HOTP-SHA12-6:QN08", Err(Length));
    for length in [
        "", "1", "2", "3", "11", "06", "00", "010", "6 ", "+6", "-6", "65542",
    ] {
        check(&format!("OCRA-1:HOTP-SHA1-{length}:QN08"), Err(Length));
    }
    check("OCRA-1:HOTP-SHA1-6", Err(Length));
    let input =
        |inputs: &str, expected| check(&format!("OCRA-1:HOTP-SHA1-6:{inputs}"), Err(expected));
    for inputs in [
        "", "C", "C-", "C-C-QN08", "Q", "QN", "QX08", "QN8", "QN03", "QN65", "QN008",
    ] {
        input(inputs, Question);
    }
    for inputs in [
        "PSHA1-QN08",
        "T1M-QN08",
        "qN08",
        "Qn08",
        "-QN08",
        "QN",
        "QN-4",
        "QN+8",
        "QN65544",
    ] {
        input(inputs, Question);
    }
    for inputs in [
        "QN08-P",
        "QN08-PSHA",
        "QN08-PMD5",
        "QN08-P-T1M",
        "QN08-Psha1",
    ] {
        input(inputs, Pin);
    }
    for session in ["", "64", "513", "0064", "1000", "65600", "abc", "-64"] {
        input(&format!("QN08-S{session}"), Session);
    }
    for step in [
        "", "1", "M", "0S", "60S", "0M", "60M", "0H", "49H", "01M", "1D", "1m", "100S", "257S",
    ] {
        input(&format!("QN08-T{step}"), Step);
    }
    for inputs in [
        "QN08-",
        "QN08:",
        "QN08 ",
        "QN08-C",
        "QN08-QN08",
        "QN08-PSHA1-PSHA1",
        "QN08-T1M-S064",
        "QN08-S064-PSHA1",
        "QN08-T1M-T1M",
        "QN08-T1M\0",
        "QN08-X",
        "QN08-PSHA12",
    ] {
        input(inputs, Trailing);
    }
}

/// Every suite whose question has 8 characters, and then some.
#[test]
fn every_suite_has_one_spelling() {
    let pins = AlgorithmId::ALL.map(Some).into_iter().chain([None]);
    let sessions = [None, Some(0), Some(9), Some(64), Some(128), Some(512)];
    let mut steps = vec![None];
    for unit in [TimeUnit::Seconds, TimeUnit::Minutes, TimeUnit::Hours] {
        steps.extend(
            (0..=u8::MAX)
                .filter_map(|count| TimeStep::new(count, unit).ok())
                .map(Some),
        );
    }
    assert_eq!(steps.len(), 1 + 59 + 59 + 48);
    let mut seen = std::collections::HashSet::new();
    for algorithm in AlgorithmId::ALL {
        for (pin, counter) in pins.clone().zip([true, false].into_iter().cycle()) {
            for session in sessions {
                for time_step in &steps {
                    let suite = Suite {
                        counter,
                        pin,
                        session: session.map(|bytes| SessionLength::bytes(bytes).unwrap()),
                        time_step: *time_step,
                        ..Suite::new(algorithm, QuestionFormat::DEFAULT)
                    };
                    assert!(round_trips(suite, &mut seen));
                }
            }
        }
        for alphabet in [
            Alphabet::Alphanumeric,
            Alphabet::Numeric,
            Alphabet::Hexadecimal,
        ] {
            for max_len in (4..=64).filter(|length| *length != 8) {
                for digits in 4..=10 {
                    let suite = Suite {
                        response: ResponseLength::digits(digits).unwrap(),
                        ..Suite::new(algorithm, QuestionFormat::new(alphabet, max_len).unwrap())
                    };
                    assert!(round_trips(suite, &mut seen));
                }
            }
        }
    }
    assert_eq!(seen.len(), 3 * (4 * 6 * 167 + 3 * 60 * 7));
}

fn round_trips(suite: Suite, seen: &mut std::collections::HashSet<String>) -> bool {
    let text = suite.to_string();
    Suite::parse(&text) == Ok(suite) && text.len() <= Suite::MAX_LEN && seen.insert(text)
}

#[test]
fn parts_out_of_range_are_refused() {
    for digits in (0..=3).chain(11..=u8::MAX) {
        assert_eq!(ResponseLength::digits(digits), Err(Length));
    }
    for max_len in (0..=3).chain(65..=u8::MAX) {
        assert_eq!(
            QuestionFormat::new(Alphabet::Numeric, max_len),
            Err(Question)
        );
    }
    assert_eq!(SessionLength::bytes(513), Err(Session));
    let hours = TimeStep::new(48, TimeUnit::Hours).unwrap();
    assert_eq!((hours.secs(), TimeStep::DEFAULT.secs()), (172_800, 60));
    assert_eq!(QuestionFormat::DEFAULT.max_len(), 8);
    assert_eq!(
        (SessionLength::DEFAULT.get(), ResponseLength::FULL.get()),
        (64, None)
    );
}

/// A change of one character gives another suite, with another spelling, or none.
#[test]
fn no_near_spelling_reads_as_the_same_suite() {
    let text = "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1-S064-T1M";
    let suite = Suite::parse(text).unwrap();
    for place in 0..text.len() {
        for byte in 0..128 {
            let mut near = text.as_bytes().to_vec();
            near[place] = byte;
            let near = String::from_utf8(near).unwrap();
            if let Ok(read) = Suite::parse(&near) {
                assert_eq!(read.to_string(), near);
                assert_eq!(read == suite, near == text);
            }
        }
        assert!(Suite::parse(&text[..place]).is_err() || place >= 27);
    }
}
