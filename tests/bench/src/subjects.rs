//! The home of what is tested for leaks, with the two classes of inputs for each.

use std::hint::black_box;

use countersign_core::{
    Code, Digits, Engine, Entropy, Hotp, HotpState, Keyed, LookAhead, Portable, RecoveryCode,
    RecoveryCodes, Sha1, SharedSecret, Totp, TotpParams, TotpState, UnixTime, Window,
};
use countersign_simd::Fastest;

use crate::inputs::{FIRST, SECRET, time};
use crate::leak::{Claim, INPUTS, Subject};
use crate::paired::Shuffle;

/// All of them.
#[must_use]
pub fn all() -> Vec<Subject> {
    vec![
        control(),
        code_fixed_or_random(),
        code_prefix(),
        totp_prefix("`Totp::verify`, a miss", Portable),
        totp_prefix("the same with countersign-simd", Fastest::new()),
        totp_position(),
        totp_hit_or_miss(),
        totp_offset(),
        hotp_position(),
        tag_position(),
        recovery_position(),
        recovery_prefix(),
    ]
}

const RIGHT_PREFIX: [&str; 2] = ["wrong in the last place", "wrong in the first place"];

/// A comparison that stops at the first difference.
fn control() -> Subject {
    let (right, classes) = tags();
    Subject::new(
        "control: a comparison that stops early",
        Claim::Control,
        RIGHT_PREFIX,
        16,
        classes,
        move |typed: &[u8; 20]| right.iter().zip(typed).all(|(a, b)| black_box(*a) == *b),
    )
}

fn code_fixed_or_random() -> Subject {
    let right = code(287_082);
    let other = right.clone();
    Subject::new(
        "`Code::matches`",
        Claim::Constant,
        ["the right code", "random codes"],
        64,
        [repeated(|| right.clone()), random_codes(1)],
        move |typed| black_box(&other).matches(typed),
    )
}

fn code_prefix() -> Subject {
    let right = code(287_082);
    Subject::new(
        "`Code::matches`",
        Claim::Constant,
        RIGHT_PREFIX,
        64,
        near_misses(287_082),
        move |typed| black_box(&right).matches(typed),
    )
}

fn totp_prefix<E: Engine<Sha1> + 'static>(name: &'static str, engine: E) -> Subject {
    let secret = SharedSecret::from_bytes(SECRET).expect("long enough");
    let totp = Totp::<Sha1, E>::with_engine(&secret, TotpParams::DEFAULT, engine);
    let now = at(FIRST);
    let right = number(&totp.generate(now).expect("a step"));
    Subject::new(
        name,
        Claim::Constant,
        RIGHT_PREFIX,
        4,
        near_misses(right),
        move |typed| totp.verify(typed, now, Window::DEFAULT, TotpState::NEW),
    )
}

fn totp_position() -> Subject {
    let totp = totp();
    let now = at(FIRST);
    let of = |counter| totp.generate(at(counter)).expect("a step");
    let (first, last) = (of(FIRST - 1), of(FIRST + 1));
    let inputs = [repeated(|| first.clone()), repeated(|| last.clone())];
    Subject::new(
        "`Totp::verify`, a hit",
        Claim::Constant,
        ["the window's first step", "its last"],
        4,
        inputs,
        move |typed| totp.verify(typed, now, Window::DEFAULT, TotpState::NEW),
    )
}

fn totp_hit_or_miss() -> Subject {
    let totp = totp();
    let now = at(FIRST);
    let right = totp.generate(now).expect("a step");
    Subject::new(
        "`Totp::verify`",
        Claim::Public,
        ["a hit", "random codes"],
        4,
        [repeated(|| right.clone()), random_codes(2)],
        move |typed| totp.verify(typed, now, Window::DEFAULT, TotpState::NEW),
    )
}

/// Truncation: from the start or from the end of the tag.
fn totp_offset() -> Subject {
    let keyed = Keyed::<Sha1>::new(SECRET);
    let totp = totp();
    let with_offset = |wanted: fn(u8) -> bool| -> Vec<u64> {
        (FIRST..)
            .filter(|counter| {
                let tag = keyed.mac(&[&counter.to_be_bytes()]);
                tag.as_bytes().last().is_some_and(|last| wanted(last & 15))
            })
            .take(INPUTS)
            .collect()
    };
    let inputs = [
        with_offset(|offset| offset < 2),
        with_offset(|offset| offset > 13),
    ];
    Subject::new(
        "`Totp::generate`",
        Claim::Constant,
        ["truncated at the tag's start", "at its end"],
        4,
        inputs,
        move |counter| totp.generate(at(*counter)),
    )
}

fn hotp_position() -> Subject {
    let secret = SharedSecret::from_bytes(SECRET).expect("long enough");
    let hotp = Hotp::<Sha1>::new(&secret, Digits::SIX);
    let (first, last) = (hotp.generate(FIRST), hotp.generate(FIRST + 10));
    let inputs = [repeated(|| first.clone()), repeated(|| last.clone())];
    Subject::new(
        "`Hotp::verify`, a hit, look-ahead 10",
        Claim::Constant,
        ["the expected counter", "the last one"],
        1,
        inputs,
        move |typed| {
            let state = HotpState::at(FIRST);
            hotp.verify(typed, state, LookAhead::DEFAULT)
        },
    )
}

fn tag_position() -> Subject {
    let (_, classes) = tags();
    let tag = Keyed::<Sha1>::new(SECRET).mac(&[b"message"]);
    Subject::new(
        "`Tag::ct_eq`",
        Claim::Constant,
        RIGHT_PREFIX,
        64,
        classes,
        move |typed: &[u8; 20]| black_box(&tag).ct_eq(typed),
    )
}

fn recovery_position() -> Subject {
    let (set, codes) = recovery_codes();
    let [first, .., last] = codes;
    let inputs = [repeated(|| first.clone()), repeated(|| last.clone())];
    Subject::new(
        "`RecoveryCodes::redeem`, a hit",
        Claim::Constant,
        ["the set's first code", "its last"],
        1,
        inputs,
        move |typed| {
            let mut set = black_box(&set).clone();
            set.redeem::<Sha1>(typed)
        },
    )
}

fn recovery_prefix() -> Subject {
    let (set, codes) = recovery_codes();
    let text = codes[0].as_str().to_owned();
    let wrong_at = |place: usize| {
        (0..INPUTS)
            .map(|_| {
                let mut symbols = text.clone().into_bytes();
                symbols[place] = if symbols[place] == b'7' { b'8' } else { b'7' };
                let text = String::from_utf8(symbols).expect("ASCII");
                RecoveryCode::parse(&text).expect("a code's text")
            })
            .collect::<Vec<_>>()
    };
    Subject::new(
        "`RecoveryCodes::redeem`, a miss",
        Claim::Constant,
        RIGHT_PREFIX,
        1,
        [wrong_at(text.len() - 1), wrong_at(0)],
        move |typed| {
            let mut set = black_box(&set).clone();
            set.redeem::<Sha1>(typed)
        },
    )
}

fn recovery_codes() -> (RecoveryCodes, [RecoveryCode; RecoveryCodes::COUNT]) {
    RecoveryCodes::issue::<Sha1>(Entropy::from_bytes([7; Entropy::LEN]))
}

fn totp() -> Totp<Sha1> {
    let secret = SharedSecret::from_bytes(SECRET).expect("long enough");
    Totp::new(&secret, TotpParams::DEFAULT)
}

fn at(counter: u64) -> UnixTime {
    UnixTime::from_secs(time(counter)).expect("a time")
}

fn code(number: u32) -> Code {
    Code::from_number(number, Digits::SIX)
}

fn number(code: &Code) -> u32 {
    code.as_str().parse().expect("digits")
}

fn repeated<T>(make: impl Fn() -> T) -> Vec<T> {
    (0..INPUTS).map(|_| make()).collect()
}

fn random_codes(seed: u64) -> Vec<Code> {
    let mut numbers = Shuffle::new(seed);
    (0..INPUTS)
        .map(|_| code(u32::try_from(numbers.next() % 1_000_000).expect("six digits")))
        .collect()
}

/// Codes that differ from the right one in the last digit, and in the first.
fn near_misses(right: u32) -> [Vec<Code>; 2] {
    [1, 100_000].map(|place| {
        let digit = right / place % 10;
        let others = (1..10).map(|more| right - digit * place + (digit + more) % 10 * place);
        others.map(code).cycle().take(INPUTS).collect()
    })
}

/// The tag of `message`, and what differs from it in the last and in the first byte.
fn tags() -> ([u8; 20], [Vec<[u8; 20]>; 2]) {
    let tag = Keyed::<Sha1>::new(SECRET).mac(&[b"message"]);
    let right: [u8; 20] = tag.as_bytes().try_into().expect("twenty bytes");
    let wrong_at = |place: usize| {
        (1..=u8::MAX)
            .cycle()
            .take(INPUTS)
            .map(|change| {
                let mut wrong = right;
                wrong[place] ^= change;
                wrong
            })
            .collect::<Vec<_>>()
    };
    (right, [wrong_at(19), wrong_at(0)])
}
