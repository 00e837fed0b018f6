//! Codes, and verdicts on codes, of liboath and pyotp.

use countersign_core::{
    AlgorithmId, AnyTotp, Code, Digits, Hotp, HotpState, HotpVerdict, LookAhead, Period, Sha1,
    Sha256, Sha512, SharedSecret, TotpParams, TotpState, TotpVerdict, UnixTime, Window,
};

use super::{CODES, bytes, number, oracle, seed};
use crate::report::report;

#[test]
fn codes_and_verdicts_are_those_of_liboath_and_pyotp() {
    let seed = seed().to_string();
    let mut book = Book::default();
    oracle(
        &["codes".as_ref(), seed.as_ref(), "100000".as_ref()],
        |line| {
            book.line = format!("seed {seed}: {line}");
            book.compare(line);
        },
    );
    let Book {
        codes, verdicts, ..
    } = book;
    report(&format!(
        "seed {seed}: {codes} codes, {verdicts} verdicts alike"
    ));
    assert!(
        codes + verdicts >= CODES,
        "only {codes} and {verdicts} were compared"
    );
}

/// The key that the lines are about, and how many were alike.
#[derive(Default)]
struct Book {
    key: Option<(AlgorithmId, SharedSecret)>,
    line: String,
    codes: usize,
    verdicts: usize,
}

impl Book {
    fn compare(&mut self, line: &str) {
        let fields: Vec<&str> = line.split(' ').collect();
        match fields.as_slice() {
            ["key", _, algorithm, key] => {
                let algorithm = AlgorithmId::ALL
                    .into_iter()
                    .find(|a| a.name() == *algorithm);
                let secret = SharedSecret::from_bytes(&bytes(key)).expect("16 to 64 bytes");
                self.key = Some((algorithm.expect("one of three"), secret));
            }
            ["totp", digits, now, period, t0, code] => {
                let totp = self.totp(digits, period, t0);
                let ours = totp.generate(time(now)).expect("T0 is not after now");
                self.same_code(&ours, code);
            }
            ["hotp", digits, counter, code] => {
                let ours = self.hotp(digits).generate(number(counter));
                self.same_code(&ours, code);
            }
            [
                "verify-totp",
                digits,
                now,
                period,
                t0,
                window,
                code,
                verdict,
            ] => {
                let totp = self.totp(digits, period, t0);
                let window = Window::new(number(window), number(window)).expect("up to ten");
                let code = Code::parse(code).expect("a code");
                let ours = match totp.verify(&code, time(now), window, TotpState::NEW) {
                    TotpVerdict::Accepted(accepted) => Some(accepted.step()),
                    TotpVerdict::AlreadyUsed | TotpVerdict::Mismatch => None,
                };
                let at = |step| step * number::<u64>(period) + number::<u64>(t0);
                self.same_verdict(ours, verdict, |step| {
                    totp.generate(time(&at(step).to_string()))
                        .expect("not before T0")
                });
            }
            ["verify-hotp", digits, start, window, code, verdict] => {
                let hotp = self.hotp(digits);
                let look_ahead = LookAhead::new(number(window)).expect("up to thirty");
                let code = Code::parse(code).expect("a code");
                let ours = match hotp.verify(&code, number(start), look_ahead) {
                    HotpVerdict::Accepted(accepted) => Some(accepted.counter()),
                    HotpVerdict::Mismatch => None,
                };
                self.same_verdict(ours, verdict, |counter| hotp.generate(counter));
            }
            _ => panic!("what does this mean? {}", self.line),
        }
    }

    fn same_code(&mut self, ours: &Code, theirs: &str) {
        assert_eq!(ours.as_str(), theirs, "{}", self.line);
        self.codes += 1;
    }

    /// If a code is of two counters at once, each side may name another one.
    fn same_verdict(&mut self, ours: Option<u64>, theirs: &str, code: impl Fn(u64) -> Code) {
        let theirs = (theirs != "-").then(|| number(theirs));
        let alike = match (ours, theirs) {
            (Some(ours), Some(theirs)) => {
                ours == theirs || code(ours).as_str() == code(theirs).as_str()
            }
            (ours, theirs) => ours == theirs,
        };
        assert!(alike, "{ours:?}, not {theirs:?}: {}", self.line);
        self.verdicts += 1;
    }

    fn totp(&self, digits: &str, period: &str, t0: &str) -> AnyTotp {
        let (algorithm, secret) = self.key.as_ref().expect("a key comes first");
        let params = TotpParams {
            digits: Digits::new(number(digits)).expect("6 to 10"),
            period: Period::from_secs(number(period)).expect("up to an hour"),
            t0: time(t0),
        };
        AnyTotp::new(*algorithm, secret, params)
    }

    fn hotp(&self, digits: &str) -> AnyHotp {
        let (algorithm, secret) = self.key.as_ref().expect("a key comes first");
        let digits = Digits::new(number(digits)).expect("6 to 10");
        match algorithm {
            AlgorithmId::Sha1 => AnyHotp::Sha1(Hotp::new(secret, digits)),
            AlgorithmId::Sha256 => AnyHotp::Sha256(Hotp::new(secret, digits)),
            AlgorithmId::Sha512 => AnyHotp::Sha512(Hotp::new(secret, digits)),
        }
    }
}

/// HOTP with an algorithm that only the line names.
enum AnyHotp {
    Sha1(Hotp<Sha1>),
    Sha256(Hotp<Sha256>),
    Sha512(Hotp<Sha512>),
}

impl AnyHotp {
    fn generate(&self, counter: u64) -> Code {
        match self {
            Self::Sha1(hotp) => hotp.generate(counter),
            Self::Sha256(hotp) => hotp.generate(counter),
            Self::Sha512(hotp) => hotp.generate(counter),
        }
    }

    fn verify(&self, code: &Code, start: u64, look_ahead: LookAhead) -> HotpVerdict {
        let state = HotpState::at(start);
        match self {
            Self::Sha1(hotp) => hotp.verify(code, state, look_ahead),
            Self::Sha256(hotp) => hotp.verify(code, state, look_ahead),
            Self::Sha512(hotp) => hotp.verify(code, state, look_ahead),
        }
    }
}

#[track_caller]
fn time(secs: &str) -> UnixTime {
    UnixTime::from_secs(number(secs)).expect("up to 2^40")
}
