//! Recovery codes: how they read, that each works once, that a set has one stored form.

use std::collections::HashSet;

use countersign_core::{
    Algorithm, Entropy, RecoveryCode, RecoveryCodeError, RecoveryCodes, RecoveryVerdict, Sha1,
    Sha256, Sha512,
};

use RecoveryVerdict::{AlreadyUsed, Mismatch};

use crate::rig::draw;

const CODE: &str = "7ZQK-0M3D-XW8N-25TA-JH4V-RC9E";

fn issue() -> (RecoveryCodes, [RecoveryCode; RecoveryCodes::COUNT]) {
    RecoveryCodes::issue::<Sha256>(draw(1))
}

/// How a typed text reads.
#[track_caller]
fn check(typed: &str, expected: Result<&str, RecoveryCodeError>) {
    let code = RecoveryCode::parse(typed);
    assert_eq!(
        code.as_ref().map(RecoveryCode::as_str),
        expected.as_ref().copied()
    );
}

#[test]
fn codes_read_as_people_type_them() {
    check(CODE, Ok(CODE));
    check("7ZQK0M3DXW8N25TAJH4VRC9E", Ok(CODE));
    check(" 7zqk om3d xw8n 25ta jh4v rc9e ", Ok(CODE));
    check("7-Z-Q-K-0-M-3-D-X-W-8-N-2-5-T-A-J-H-4-V-R-C-9-E", Ok(CODE));
    check(
        "oO0iIlL1-0000-0000-0000-0000",
        Ok("0001-1111-0000-0000-0000-0000"),
    );
    for letter in "ABCDEFGHJKMNPQRSTVWXYZ0123456789".chars() {
        let typed = letter.to_ascii_lowercase().to_string().repeat(24);
        let shown = vec![letter.to_string().repeat(4); 6].join("-");
        check(&typed, Ok(&shown));
    }
}

#[test]
fn what_is_no_code_is_refused() {
    use RecoveryCodeError::{Alphabet, Length};
    check("", Err(Length));
    check(" - - ", Err(Length));
    check(&CODE[..28], Err(Length));
    check(&format!("{CODE}0"), Err(Length));
    check(&" ".repeat(64), Err(Length));
    check(&format!("{CODE}{}", " ".repeat(35)), Ok(CODE));
    check(&format!("{CODE}{}", " ".repeat(36)), Err(Length));
    for wrong in [
        "U", "u", "_", "+", "\n", "\0", "é", "０", "–", "/", ":", "@", "[", "`", "{",
    ] {
        check(&format!("{}{wrong}", &CODE[..28]), Err(Alphabet));
    }
}

#[track_caller]
fn check_redeem<A: Algorithm>(
    set: &mut RecoveryCodes,
    code: &RecoveryCode,
    expected: Result<u8, RecoveryVerdict>,
) {
    let before = set.clone();
    let remaining = match set.redeem::<A>(code) {
        RecoveryVerdict::Accepted(redeemed) => Ok(redeemed.remaining()),
        refused => {
            assert!(*set == before);
            Err(refused)
        }
    };
    assert_eq!(remaining, expected);
    if let Ok(remaining) = remaining {
        assert_eq!(set.remaining(), remaining);
    }
}

#[test]
fn each_code_works_once() {
    let (mut set, codes) = issue();
    assert_eq!(set.remaining(), 10);
    // Not in their order, and each time through the stored form.
    for (n, code) in (1..).zip([7, 0, 9, 3, 1, 2, 8, 4, 6, 5].map(|place: usize| &codes[place])) {
        check_redeem::<Sha256>(&mut set, code, Ok(10 - n));
        check_redeem::<Sha256>(&mut set, code, Err(AlreadyUsed));
        set = RecoveryCodes::decode(&set.encode()).unwrap();
        check_redeem::<Sha256>(&mut set, code, Err(AlreadyUsed));
        assert_eq!(set.remaining(), 10 - n);
    }
    for code in &codes {
        check_redeem::<Sha256>(&mut set, code, Err(AlreadyUsed));
    }
}

#[test]
fn another_spelling_is_the_same_code() {
    let (mut set, codes) = issue();
    let typed = codes[0].as_str().replace('-', " ").to_lowercase();
    let other = RecoveryCode::parse(&typed.replace('1', "l").replace('0', "o")).unwrap();
    check_redeem::<Sha256>(&mut set, &other, Ok(9));
    check_redeem::<Sha256>(&mut set, &codes[0], Err(AlreadyUsed));
}

#[test]
fn only_the_codes_of_the_set_match() {
    let (mut set, codes) = issue();
    let (_, others) = RecoveryCodes::issue::<Sha256>(draw(2));
    for other in &others {
        check_redeem::<Sha256>(&mut set, other, Err(Mismatch));
    }
    // One symbol off, wherever it is.
    for place in (0..RecoveryCode::TEXT_LEN).filter(|place| place % 5 != 4) {
        let mut text = codes[4].as_str().to_owned();
        let changed = if &text[place..=place] == "Z" {
            "Y"
        } else {
            "Z"
        };
        text.replace_range(place..=place, changed);
        let near = RecoveryCode::parse(&text).unwrap();
        check_redeem::<Sha256>(&mut set, &near, Err(Mismatch));
    }
    check_redeem::<Sha1>(&mut set, &codes[4], Err(Mismatch));
    check_redeem::<Sha256>(&mut set, &codes[4], Ok(9));
}

#[test]
fn codes_and_digests_are_what_hmac_makes_of_the_draw() {
    // Computed by Python's hmac module from the bytes 0 to 47.
    check_issue::<Sha1>(
        "34HV-FGJ3-KSG3-HHAE-111S-PZ0G",
        "CHGN-XPA7-KMWS-77JG-BM9K-D4EK",
        "01000045bceb013a3d6c6f202daae9c96c445e1744fe92bb4463dd..5914dafcb551b9062220efdd81f9ca51",
    );
    check_issue::<Sha256>(
        "8BQZ-66Q3-6FNY-Q51X-5FRW-2JKB",
        "AS60-XX6Z-76KE-TDG7-J095-33NX",
        "010000b8d908a15d68988414f6e15ff7076cdd1fac831303cd61d8..b4045db1f2e8ad74e99b228407dba335",
    );
    check_issue::<Sha512>(
        "87FD-AHQC-KN63-ARJ4-QF65-WRZF",
        "JKYF-JJ4X-4C51-TV56-097Q-K46D",
        "010000a1cbc27551d3012e4b17f74c30a3e13865e1fe4464edc7fd..d176ab264855c85402f41a3c8b1db5d4",
    );
}

#[track_caller]
fn check_issue<A: Algorithm>(first: &str, last: &str, stored_ends: &str) {
    let draw: [u8; Entropy::LEN] = core::array::from_fn(|n| u8::try_from(n).unwrap());
    let (set, codes) = RecoveryCodes::issue::<A>(Entropy::from_bytes(draw));
    assert_eq!((codes[0].as_str(), codes[9].as_str()), (first, last));
    let stored: Vec<String> = set
        .encode()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let stored = stored.concat();
    assert_eq!(
        format!("{}..{}", &stored[..54], &stored[326..]),
        stored_ends
    );
}

#[test]
fn a_stored_set_has_one_spelling() {
    let (mut set, codes) = issue();
    check_redeem::<Sha256>(&mut set, &codes[0], Ok(9));
    check_redeem::<Sha256>(&mut set, &codes[9], Ok(8));
    let stored = set.encode();
    assert_eq!(
        (stored.len(), &stored[..3]),
        (179, [1, 0b10, 0b01].as_slice())
    );
    assert!(RecoveryCodes::decode(&stored).unwrap() == set);
    for len in 0..stored.len() {
        assert!(RecoveryCodes::decode(&stored[..len]).is_err());
    }
    let longer: Vec<u8> = stored.into_iter().chain([0]).collect();
    assert!(RecoveryCodes::decode(&longer).is_err());
    let mut refused = 0;
    for bit in 0..stored.len() * 8 {
        let mut flipped = stored;
        flipped[bit / 8] ^= 1 << (bit % 8);
        match RecoveryCodes::decode(&flipped) {
            Ok(decoded) => assert_eq!(decoded.encode(), flipped),
            Err(_) => refused += 1,
        }
    }
    // The eight bits of the format and the six marks that stand for no code.
    assert_eq!(refused, 14);
}

#[test]
fn a_code_that_fills_two_places_is_still_used_up_at_once() {
    let (set, codes) = issue();
    let mut stored = set.encode();
    stored.copy_within(19..35, 35);
    let mut set = RecoveryCodes::decode(&stored).unwrap();
    check_redeem::<Sha256>(&mut set, &codes[0], Ok(8));
    check_redeem::<Sha256>(&mut set, &codes[0], Err(AlreadyUsed));
}

#[test]
fn neither_debug_nor_the_stored_form_shows_a_code() {
    let (set, codes) = issue();
    assert_eq!(format!("{set:?}"), "RecoveryCodes { remaining: 10, .. }");
    assert_eq!(format!("{:?}", codes[0]), "RecoveryCode(..)");
    let stored = set.encode();
    for code in &codes {
        assert!(
            !stored
                .windows(4)
                .any(|w| w == &code.as_str().as_bytes()[..4])
        );
    }
}

#[test]
fn a_hundred_thousand_codes_are_uniform_and_distinct() {
    const SETS: u64 = 10_000;
    let mut seen = HashSet::new();
    let mut counts = vec![[0_u64; 256]; RecoveryCode::TEXT_LEN];
    for n in 0..SETS {
        for code in RecoveryCodes::issue::<Sha1>(draw(n)).1 {
            for (count, byte) in counts.iter_mut().zip(code.as_str().bytes()) {
                count[usize::from(byte)] += 1;
            }
            assert!(seen.insert(code.as_str().to_owned()));
        }
    }
    let expected = SETS * 10 / 32;
    for count in counts.iter().filter(|count| count[usize::from(b'-')] == 0) {
        let drawn: Vec<u64> = count.iter().copied().filter(|n| *n > 0).collect();
        assert_eq!(drawn.len(), 32);
        let squares: u64 = drawn.iter().map(|n| n.abs_diff(expected).pow(2)).sum();
        // Exceeded by chance once in a thousand with 31 degrees of freedom: 61.1.
        assert!(squares / expected < 62);
    }
}
