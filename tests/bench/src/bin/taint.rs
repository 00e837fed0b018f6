//! Follows a secret through the core under valgrind's memcheck: its bytes are declared undefined,
//! and memcheck complains wherever a branch or an address depends on them.
//!
//! Prints one line a subject: what is expected (`silent`; `verdict`, where returning the verdict
//! may branch on it; `control`), the name, the number of complaints.
//! `valgrind --quiet taint`

use std::ffi::c_void;
use std::hint::black_box;

use countersign_bench::inputs::{FIRST, SECRET, time};
use countersign_core::{
    Algorithm, Code, Digits, Entropy, Hotp, HotpState, Keyed, LookAhead, RecoveryCode,
    RecoveryCodes, Sha1, Sha256, Sha512, SharedSecret, Totp, TotpParams, TotpState, UnixTime,
    Window,
};
use crabgrind::memcheck::{MemState, mark_mem};
use crabgrind::{RunMode, count_errors, run_mode};

fn main() -> Result<(), String> {
    if run_mode() == RunMode::Native {
        return Err("this has to run under valgrind".to_owned());
    }
    let secret = secret(SECRET);
    report("control", "control: a comparison that stops early", || {
        let mut secret = *SECRET;
        taint(&mut secret);
        black_box(secret.iter().zip(SECRET).all(|(a, b)| black_box(*a) == *b));
    });
    report(
        "silent",
        "`SharedSecret::from_bytes`, `Keyed::new`, `Totp::generate`",
        || {
            generate::<Sha1>();
            generate::<Sha256>();
            generate::<Sha512>();
        },
    );
    report("silent", "`Code::matches`", || {
        let totp = Totp::<Sha1>::new(&secret, TotpParams::DEFAULT);
        let right = totp.generate(at(FIRST)).expect("a step");
        black_box(right.matches(&Code::from_number(123_456, Digits::SIX)));
    });
    report("silent", "`Tag::ct_eq`", || {
        let tag = Keyed::<Sha1>::new(secret.as_bytes()).mac(&[b"message"]);
        black_box(tag.ct_eq(black_box(&[7; 20][..])));
    });
    let typed = Code::from_number(123_456, Digits::SIX);
    report("verdict", "`Totp::verify`, a miss", || {
        let totp = Totp::<Sha1>::new(&secret, TotpParams::DEFAULT);
        let _ = black_box(totp.verify(&typed, at(FIRST), Window::DEFAULT, TotpState::NEW));
    });
    report("verdict", "`Hotp::verify`, a miss, look-ahead 10", || {
        let hotp = Hotp::<Sha1>::new(&secret, Digits::SIX);
        let _ = black_box(hotp.verify(&typed, HotpState::at(FIRST), LookAhead::DEFAULT));
    });
    report("verdict", "`Hotp::verify`, a miss, look-ahead 100", || {
        let hotp = Hotp::<Sha1>::new(&secret, Digits::SIX);
        let look_ahead = LookAhead::MAX;
        let _ = black_box(hotp.verify(&typed, HotpState::at(FIRST), look_ahead));
    });
    report("silent", "`RecoveryCodes::issue`", || {
        black_box(RecoveryCodes::issue::<Sha1>(entropy()));
    });
    let (mut set, _) = RecoveryCodes::issue::<Sha1>(entropy());
    let typed = RecoveryCode::parse("7ZQK-0M3D-XW8N-25TA-JH4V-RC9E").expect("a code's text");
    report("verdict", "`RecoveryCodes::redeem`, a miss", || {
        let _ = black_box(set.redeem::<Sha1>(&typed));
    });
    Ok(())
}

/// How often memcheck complained while `run` ran.
fn report(expected: &str, name: &str, run: impl FnOnce()) {
    let before = count_errors();
    run();
    println!("{expected}\t{name}\t{}", count_errors() - before);
}

fn generate<A: Algorithm>() {
    let totp = Totp::<A>::new(&secret(SECRET), TotpParams::DEFAULT);
    let _ = black_box(totp.generate(at(FIRST)));
}

/// A secret of undefined bytes.
fn secret(bytes: &[u8; 20]) -> SharedSecret {
    let mut bytes = *bytes;
    taint(&mut bytes);
    SharedSecret::from_bytes(&bytes).expect("long enough")
}

/// A draw of undefined bytes.
fn entropy() -> Entropy {
    let mut bytes = [7; Entropy::LEN];
    taint(&mut bytes);
    Entropy::from_bytes(bytes)
}

fn taint(bytes: &mut [u8]) {
    let start = bytes.as_mut_ptr().cast::<c_void>();
    // The result is of no use: this version takes valgrind's yes for a no. `main` has looked.
    let _ = mark_mem(start, bytes.len(), MemState::Undefined);
}

fn at(counter: u64) -> UnixTime {
    UnixTime::from_secs(time(counter)).expect("a time")
}
