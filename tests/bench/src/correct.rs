//! The home of the check that comes before every measurement: everybody's answers are right.

use crate::inputs::right;
use crate::{Answer, Contender, Kind, Operation};

/// RFC 4226 appendix D: the six-digit codes of the counters 0 to 9.
const RFC4226: [u64; 10] = [
    755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922, 162_583, 399_871, 520_489,
];

/// RFC 6238 appendix B: steps, and the last six digits of their codes with SHA-256 and SHA-512.
const RFC6238: [(u64, u64, u64); 6] = [
    (1, 119_246, 693_936),
    (37_037_036, 84_774, 91_201),
    (37_037_037, 62_674, 943_326),
    (41_152_263, 819_424, 441_116),
    (66_666_666, 698_825, 618_901),
    (666_666_666, 737_706, 863_826),
];

/// Compares answers with those of the RFCs.
///
/// # Errors
/// With the first that differs.
pub fn check(operation: Operation, contender: &mut Contender) -> Result<(), String> {
    let mut expect = |counter: u64, expected: Answer| {
        let found = contender.answer(counter);
        // Bare compressions answer nothing.
        let mute = contender.kind == Kind::Floor && found == Answer::Done;
        if mute || same(&found, &expected) {
            return Ok(());
        }
        Err(format!(
            "{} at {}, counter {counter}: {found:?} in place of {expected:?}",
            contender.name,
            operation.name()
        ))
    };
    match operation {
        Operation::GenerateCold | Operation::GenerateWarm | Operation::GenerateText => {
            for (counter, code) in (0..).zip(RFC4226) {
                // Counter zero means "now" to two of the peers.
                if counter > 0 {
                    expect(counter, Answer::Number(code))?;
                }
            }
            expect(37_037_036, Answer::Number(81_804))?;
            expect(66_666_666, Answer::Number(279_037))
        }
        Operation::GenerateSha256 => RFC6238
            .iter()
            .try_for_each(|(step, code, _)| expect(*step, Answer::Number(*code))),
        Operation::GenerateSha512 => RFC6238
            .iter()
            .try_for_each(|(step, _, code)| expect(*step, Answer::Number(*code))),
        Operation::VerifyHit => {
            (1..10).try_for_each(|counter| expect(counter, Answer::Accepted(true)))
        }
        Operation::VerifyMissCold
        | Operation::VerifyMissWarm
        | Operation::LookAhead10
        | Operation::LookAhead100 => {
            (1..10).try_for_each(|counter| expect(counter, Answer::Accepted(false)))
        }
        Operation::UriParse => expect(1, Answer::Number(RFC4226[1])),
        Operation::UriBuild => uri(&contender.answer(1)),
        Operation::SignInRefuse => expect(1, Answer::Accepted(false)),
        Operation::SignInAccept => expect(1, Answer::Accepted(true)),
        Operation::SignInEncode | Operation::SignInDecode => expect(1, Answer::Done),
    }
}

/// Whether the reference that the typed codes come from is right itself.
///
/// # Errors
/// With the first that differs.
pub fn check_inputs() -> Result<(), String> {
    (0..)
        .zip(RFC4226)
        .find(|(counter, code)| u64::from(right(*counter).number) != *code)
        .map_or(Ok(()), |(counter, code)| {
            Err(format!("the reference at {counter} is not {code}"))
        })
}

/// A code may come as a number or as six digits.
fn same(found: &Answer, expected: &Answer) -> bool {
    match (found, expected) {
        (Answer::Text(text), Answer::Number(number)) => *text == format!("{number:06}"),
        _ => found == expected,
    }
}

/// A URI has to carry the type and the secret; in what else it says, the peers differ.
fn uri(found: &Answer) -> Result<(), String> {
    match found {
        Answer::Text(text)
            if text.starts_with("otpauth://totp/") && text.contains(crate::inputs::BASE32) =>
        {
            Ok(())
        }
        other => Err(format!("no key URI: {other:?}")),
    }
}
