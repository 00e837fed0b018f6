//! The home of our own side: `countersign-core` through its public interface, as a program uses it.

mod sign_in;

use std::hint::black_box;

use countersign_core::{
    Algorithm, AlgorithmId, Code, Digits, Engine, Hotp, HotpState, HotpVerdict, KeyUri, LookAhead,
    Portable, Sha1, Sha256, Sha512, SharedSecret, Totp, TotpParams, TotpState, TotpVerdict,
    UnixTime, Window,
};
use countersign_simd::Fastest;

use crate::ascii::Ascii;
use crate::inputs::{
    ACCOUNT, FIRST, ISSUER, MISS, SECRET, SECRET_32, SECRET_64, Typed, URI, right, time,
};
use crate::{Answer, Contender, Kind, Operation};

const NAME: &str = "countersign-core";
const SIMD: &str = "countersign-simd";
/// Peers that take a number are spared reading the digits. This row is spared it too.
const PARSED: &str = "countersign-core, code read before";

/// Ours at `operation`, first the row that everybody is compared with.
#[must_use]
pub fn contenders(operation: Operation) -> Vec<Contender> {
    let mut ours: Vec<Contender> = match operation {
        Operation::GenerateSha256 => vec![warm::<Sha256>(SECRET_32)],
        Operation::GenerateSha512 => vec![warm::<Sha512>(SECRET_64)],
        Operation::UriParse => vec![Contender::new(
            Kind::Ours,
            NAME,
            |_| KeyUri::parse(black_box(URI)).expect("the URI is right"),
            |uri| {
                let totp = Totp::<Sha1>::new(uri.secret(), TotpParams::DEFAULT);
                shown(&totp.generate(at(1)).expect("1970 has steps"))
            },
        )],
        Operation::UriBuild => vec![uri_build()],
        Operation::SignInRefuse
        | Operation::SignInAccept
        | Operation::SignInEncode
        | Operation::SignInDecode => vec![sign_in::contender(operation)],
        _ => by_engine(operation, NAME, Portable).into_iter().collect(),
    };
    if matches!(operation, Operation::VerifyHit | Operation::VerifyMissWarm) {
        ours.push(code_read_before(operation));
    }
    ours.extend(by_engine(operation, SIMD, Fastest::new()));
    ours
}

/// Codes with SHA-1, computed by `engine`.
fn by_engine<E: Engine<Sha1> + Copy + 'static>(
    operation: Operation,
    name: &'static str,
    engine: E,
) -> Option<Contender> {
    let make = move || {
        let secret = SharedSecret::from_bytes(black_box(SECRET)).expect("long enough");
        Totp::with_engine(&secret, TotpParams::DEFAULT, engine)
    };
    let totp = make();
    Some(match operation {
        Operation::GenerateCold => code(name, move |counter| make().generate(at(counter))),
        Operation::GenerateWarm => code(name, move |counter| totp.generate(at(counter))),
        Operation::GenerateText => code(name, move |counter| {
            let code = totp.generate(at(counter));
            if let Ok(code) = &code {
                black_box(code.as_bytes());
            }
            code
        }),
        Operation::VerifyHit => Contender::accepted(Kind::Ours, name, move |counter| {
            accepts(&totp, &read(right(counter)), counter)
        }),
        Operation::VerifyMissWarm => Contender::accepted(Kind::Ours, name, move |counter| {
            accepts(&totp, &read(&MISS), counter)
        }),
        Operation::VerifyMissCold => Contender::accepted(Kind::Ours, name, move |counter| {
            accepts(&make(), &read(&MISS), counter)
        }),
        Operation::LookAhead10 => look_ahead(name, 10, engine),
        Operation::LookAhead100 => look_ahead(name, 100, engine),
        _ => return None,
    })
}

fn secret(bytes: &[u8]) -> SharedSecret {
    SharedSecret::from_bytes(bytes).expect("long enough and not too long")
}

fn at(counter: u64) -> UnixTime {
    UnixTime::from_secs(time(counter)).expect("within 35,000 years")
}

fn read(typed: &Typed) -> Code {
    Code::parse(black_box(typed).as_str()).expect("six digits")
}

fn shown(code: &Code) -> Answer {
    Answer::Text(code.as_str().to_owned())
}

fn code<E: std::fmt::Debug + 'static>(
    name: &'static str,
    make: impl FnMut(u64) -> Result<Code, E> + 'static,
) -> Contender {
    Contender::new(Kind::Ours, name, make, |code| shown(&code.expect("a step")))
}

fn warm<A: Algorithm>(bytes: &[u8]) -> Contender
where
    Portable: Engine<A>,
{
    let totp = Totp::<A>::new(&secret(bytes), TotpParams::DEFAULT);
    code(NAME, move |counter| totp.generate(at(counter)))
}

fn accepts<E: Engine<Sha1>>(totp: &Totp<Sha1, E>, code: &Code, counter: u64) -> bool {
    let verdict = totp.verify(code, at(counter), Window::DEFAULT, TotpState::NEW);
    matches!(verdict, TotpVerdict::Accepted(_))
}

fn code_read_before(operation: Operation) -> Contender {
    const TABLE: u64 = 1280;
    let totp = Totp::<Sha1>::new(&secret(SECRET), TotpParams::DEFAULT);
    // Laid out like the table of `inputs::right`.
    let counter = |place| {
        if place < 256 {
            place
        } else {
            FIRST - 256 + place
        }
    };
    let codes: Vec<Code> = (0..TABLE)
        .map(|place| match operation {
            Operation::VerifyHit => read(right(counter(place))),
            _ => read(&MISS),
        })
        .collect();
    Contender::accepted(Kind::Ours, PARSED, move |counter| {
        let place = usize::try_from(counter % TABLE).expect("below the table's length");
        accepts(&totp, &codes[place], counter)
    })
}

fn look_ahead<E: Engine<Sha1> + 'static>(name: &'static str, counters: u8, engine: E) -> Contender {
    let hotp = Hotp::<Sha1, E>::with_engine(&secret(SECRET), Digits::SIX, engine);
    let look_ahead = LookAhead::new(counters).expect("at most a hundred");
    Contender::accepted(Kind::Ours, name, move |counter| {
        let verdict = hotp.verify(&read(&MISS), HotpState::at(counter), look_ahead);
        matches!(verdict, HotpVerdict::Accepted(_))
    })
}

fn uri_build() -> Contender {
    let secret = secret(SECRET);
    let params = TotpParams::DEFAULT;
    Contender::text(Kind::Ours, NAME, move |_| {
        let mut text = Ascii::new();
        KeyUri::totp(ISSUER, ACCOUNT, &secret, AlgorithmId::Sha1, params)
            .expect("issuer and account are fit for a URI")
            .write_to(&mut text)
            .expect("the URI fits");
        text
    })
}
