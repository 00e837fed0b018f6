//! RFC 4226 appendix D, through the public interface.

use countersign_core::{Code, Digits, Hotp, Keyed, Sha1, SharedSecret};

const VECTORS: &str = include_str!("../../../../tests/vectors/rfc4226.csv");
const SECRET: &[u8] = b"12345678901234567890";

#[test]
fn appendix_d() {
    let mut checked = 0;
    for line in VECTORS.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split(',').collect();
        let [counter, tag, truncated, code] = fields[..] else {
            panic!("a line of four fields: {line}");
        };
        check(
            counter.parse().unwrap(),
            tag,
            truncated.parse().unwrap(),
            code,
        );
        checked += 1;
    }
    assert_eq!(checked, 10);
}

#[track_caller]
fn check(counter: u64, tag: &str, truncated: u32, code: &str) {
    let made = Keyed::<Sha1>::new(SECRET).mac(&[&counter.to_be_bytes()]);
    let expected: Vec<u8> = (0..tag.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&tag[at..at + 2], 16).unwrap())
        .collect();
    assert_eq!(made.as_bytes(), expected);

    let secret = SharedSecret::from_bytes(SECRET).unwrap();
    let hotp = |digits| Hotp::<Sha1>::new(&secret, digits).generate(counter);
    assert_eq!(hotp(Digits::SIX).as_str(), code);
    // All ten digits are the truncated value itself.
    assert_eq!(hotp(Digits::MAX).as_str(), format!("{truncated:010}"));
    assert_eq!(Code::from_number(truncated, Digits::SIX).as_str(), code);
}
