//! RFC 6238 appendix B (with erratum 2866), through the public interface.

use countersign_core::{
    Algorithm, Code, Digits, Sha1, Sha256, Sha512, SharedSecret, Totp, TotpParams, TotpState,
    TotpVerdict, UnixTime, Window,
};

const VECTORS: &str = include_str!("../../../../tests/vectors/rfc6238.csv");

#[test]
fn appendix_b() {
    let mut checked = 0;
    for line in VECTORS.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split(',').collect();
        let [secs, step, algorithm, code] = fields[..] else {
            panic!("a line of four fields: {line}");
        };
        let (secs, step) = (secs.parse().unwrap(), step.parse().unwrap());
        match algorithm {
            "SHA1" => check::<Sha1>(secs, step, code),
            "SHA256" => check::<Sha256>(secs, step, code),
            "SHA512" => check::<Sha512>(secs, step, code),
            other => panic!("unknown algorithm {other}"),
        }
        checked += 1;
    }
    assert_eq!(checked, 18);
}

#[track_caller]
fn check<A: Algorithm>(secs: u64, step: u64, code: &str) {
    let secret: Vec<u8> = (1..=A::OUTPUT_LEN).map(|n| b"0123456789"[n % 10]).collect();
    let params = TotpParams {
        digits: Digits::EIGHT,
        ..TotpParams::DEFAULT
    };
    let totp = Totp::<A>::new(&SharedSecret::from_bytes(&secret).unwrap(), params);
    let now = UnixTime::from_secs(secs).unwrap();
    assert_eq!(totp.step_at(now), Ok(step));
    assert_eq!(totp.generate(now).unwrap().as_str(), code);

    let code = Code::parse(code).unwrap();
    match totp.verify(&code, now, Window::DEFAULT, TotpState::NEW) {
        TotpVerdict::Accepted(accepted) => {
            assert_eq!((accepted.step(), accepted.offset()), (step, 0));
        }
        other => panic!("{other:?}"),
    }
}
