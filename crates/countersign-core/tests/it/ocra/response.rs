//! Responses: how they read, and how a tag becomes one.

use countersign_core::ocra::{AnyOcra, Inputs, Question, Response, ResponseError, Suite};
use countersign_core::{AlgorithmId, SharedSecret};

#[track_caller]
fn check(suite: &str, typed: &str, expected: Result<&str, ResponseError>) {
    let response = Response::parse(&Suite::parse(suite).unwrap(), typed);
    assert_eq!(
        response.as_ref().map(Response::as_str),
        expected.as_ref().copied()
    );
}

#[test]
fn responses_read_as_people_type_them() {
    use ResponseError::{Alphabet, Length};
    let (six, ten) = ("OCRA-1:HOTP-SHA1-6:QN08", "OCRA-1:HOTP-SHA1-10:QN08");
    check(six, "012345", Ok("012345"));
    check(six, " 012-345 ", Ok("012345"));
    check(six, "12345", Err(Length));
    check(six, "", Err(Length));
    check(six, "0123456", Err(Length));
    check(six, "01234a", Err(Alphabet));
    check(six, "+12345", Err(Alphabet));
    check(six, "12345\n", Err(Alphabet));
    check(six, "１２３４５６", Err(Alphabet));
    check(six, &format!("012345{}", " ".repeat(186)), Ok("012345"));
    check(six, &format!("012345{}", " ".repeat(187)), Err(Length));
    check(ten, "0123456789", Ok("0123456789"));
    check("OCRA-1:HOTP-SHA1-4:QN08", "0123", Ok("0123"));
    for (hash, length) in [("SHA1", 40), ("SHA256", 64), ("SHA512", 128)] {
        let suite = format!("OCRA-1:HOTP-{hash}-0:QN08");
        let tag = "0123456789abcdef".repeat(8);
        check(&suite, &tag[..length], Ok(&tag[..length]));
        check(&suite, &tag[..length].to_uppercase(), Ok(&tag[..length]));
        check(&suite, &tag[..length - 1], Err(Length));
        check(&suite, &format!("{}0", &tag[..length]), Err(Length));
        check(&suite, &format!("g{}", &tag[1..length]), Err(Alphabet));
    }
}

#[test]
fn every_length_is_kept_to() {
    let secret = SharedSecret::from_bytes(&[9; 20]).unwrap();
    for (algorithm, bytes) in AlgorithmId::ALL.into_iter().zip([20, 32, 64]) {
        for length in [0, 4, 5, 6, 7, 8, 9, 10] {
            let text = format!("OCRA-1:HOTP-{}-{length}:C-QN08", algorithm.name());
            let suite = Suite::parse(&text).unwrap();
            let asked = Question::parse(suite.question, "12345678").unwrap();
            let ocra = AnyOcra::new(&secret, suite);
            let shown = if length == 0 { 2 * bytes } else { length };
            for counter in 0..50 {
                let made = ocra
                    .generate(&asked, None, &Inputs::NONE, Some(counter))
                    .unwrap();
                assert_eq!(made.as_str().len(), shown);
                assert_eq!(format!("{made:?}"), "Response(..)");
                let read = Response::parse(&suite, made.as_str()).unwrap();
                assert_eq!(read.as_str(), made.as_str());
            }
        }
    }
}
