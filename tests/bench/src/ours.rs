//! The home of our own side: `countersign-core` through its public interface, as a program uses it.

use std::hint::black_box;

use countersign_core::{
    Account, AccountId, Algorithm, AlgorithmId, Code, Contacts, Context, Digits, Entropy, Event,
    FirstFactorVerified, Hotp, HotpState, HotpVerdict, KeyUri, LookAhead, MfaPreference,
    MfaPreferenceUpdate, MfaRequirement, MfaSet, Outcome, Policy, SetUpBinding, SetUpVerdict, Sha1,
    Sha256, Sha512, SharedSecret, SignIn, Totp, TotpParams, TotpState, TotpVerdict, UnixTime,
    Window,
};

use crate::ascii::Ascii;
use crate::inputs::{ACCOUNT, ISSUER, MISS, SECRET, SECRET_32, SECRET_64, URI, right, time};
use crate::{Answer, Contender, Kind, Operation};

const NAME: &str = "countersign-core";
/// Peers that take a number are spared reading the digits. This row is spared it too.
const PARSED: &str = "countersign-core, code read before";

/// Ours at `operation`, first the row that everybody is compared with.
#[must_use]
pub fn contenders(operation: Operation) -> Vec<Contender> {
    match operation {
        Operation::GenerateCold => {
            let make = |counter| totp::<Sha1>(black_box(SECRET)).generate(at(counter));
            vec![code(make)]
        }
        Operation::GenerateWarm => warm::<Sha1>(SECRET),
        Operation::GenerateSha256 => warm::<Sha256>(SECRET_32),
        Operation::GenerateSha512 => warm::<Sha512>(SECRET_64),
        Operation::GenerateText => {
            let totp = totp::<Sha1>(SECRET);
            let make = move |counter| {
                let code = totp.generate(at(counter));
                if let Ok(code) = &code {
                    black_box(code.as_bytes());
                }
                code
            };
            vec![code(make)]
        }
        Operation::VerifyHit => verify(|counter| &right(counter).text),
        Operation::VerifyMissWarm => verify(|_| &MISS.text),
        Operation::VerifyMissCold => vec![Contender::accepted(Kind::Ours, NAME, |counter| {
            let totp = totp::<Sha1>(black_box(SECRET));
            accepts(&totp, &read(&MISS.text), counter)
        })],
        Operation::LookAhead10 => look_ahead(10),
        Operation::LookAhead100 => look_ahead(100),
        Operation::UriParse => vec![Contender::new(
            Kind::Ours,
            NAME,
            |_| KeyUri::parse(black_box(URI)).expect("the URI is right"),
            |uri| {
                let totp = Totp::<Sha1>::new(uri.secret(), TotpParams::DEFAULT);
                number(&totp.generate(at(1)).expect("1970 has steps"))
            },
        )],
        Operation::UriBuild => {
            let secret = secret(SECRET);
            let params = TotpParams::DEFAULT;
            vec![Contender::text(Kind::Ours, NAME, move |_| {
                let mut text = Ascii::new();
                KeyUri::totp(ISSUER, ACCOUNT, &secret, AlgorithmId::Sha1, params)
                    .expect("issuer and account are fit for a URI")
                    .write_to(&mut text)
                    .expect("the URI fits");
                text
            })]
        }
        Operation::SignInRefuse
        | Operation::SignInAccept
        | Operation::SignInEncode
        | Operation::SignInDecode => vec![sign_in(operation)],
    }
}

fn secret(bytes: &[u8]) -> SharedSecret {
    SharedSecret::from_bytes(bytes).expect("long enough and not too long")
}

fn totp<A: Algorithm>(bytes: &[u8]) -> Totp<A> {
    Totp::new(&secret(bytes), TotpParams::DEFAULT)
}

fn at(counter: u64) -> UnixTime {
    UnixTime::from_secs(time(counter)).expect("within 35,000 years")
}

fn read(text: &[u8; 6]) -> Code {
    let text = std::str::from_utf8(black_box(text)).expect("ASCII");
    Code::parse(text).expect("six digits")
}

fn number(code: &Code) -> Answer {
    Answer::Text(code.as_str().to_owned())
}

fn code<E: std::fmt::Debug + 'static>(
    make: impl FnMut(u64) -> Result<Code, E> + 'static,
) -> Contender {
    Contender::new(Kind::Ours, NAME, make, |code| {
        number(&code.expect("a step"))
    })
}

fn warm<A: Algorithm>(secret: &[u8]) -> Vec<Contender> {
    let totp = totp::<A>(secret);
    vec![code(move |counter| totp.generate(at(counter)))]
}

fn accepts(totp: &Totp<Sha1>, code: &Code, counter: u64) -> bool {
    let verdict = totp.verify(code, at(counter), Window::DEFAULT, TotpState::NEW);
    matches!(verdict, TotpVerdict::Accepted(_))
}

fn verify(typed: fn(u64) -> &'static [u8; 6]) -> Vec<Contender> {
    let totp = totp::<Sha1>(SECRET);
    let prepared = totp.clone();
    // The codes of all counters that are asked for, in a table like `inputs::right`.
    let codes: Vec<Code> = (0..1280)
        .map(|place| {
            if place < 256 {
                place
            } else {
                crate::inputs::FIRST + place - 256
            }
        })
        .map(|counter| read(typed(counter)))
        .collect();
    vec![
        Contender::accepted(Kind::Ours, NAME, move |counter| {
            accepts(&totp, &read(typed(counter)), counter)
        }),
        Contender::accepted(Kind::Ours, PARSED, move |counter| {
            let place = usize::try_from(counter % 1280).expect("small");
            accepts(&prepared, &codes[place], counter)
        }),
    ]
}

fn look_ahead(counters: u8) -> Vec<Contender> {
    let hotp = Hotp::<Sha1>::new(&secret(SECRET), Digits::SIX);
    let look_ahead = LookAhead::new(counters).expect("at most a hundred");
    vec![Contender::accepted(Kind::Ours, NAME, move |counter| {
        let verdict = hotp.verify(&read(&MISS.text), HotpState::at(counter), look_ahead);
        matches!(verdict, HotpVerdict::Accepted(_))
    })]
}

/// An account with an authenticator, and a sign-in that asks for its code.
struct Story {
    account: Account<Sha1>,
    pending: [u8; SignIn::ENCODED_LEN],
    stored: Vec<u8>,
    policy: Policy,
    now: UnixTime,
    right: Code,
}

impl Story {
    fn new() -> Self {
        let policy = Policy {
            requirement: MfaRequirement::Optional,
            allowed: MfaSet::ALL,
            ..Policy::DEFAULT
        };
        let enrolled = at(crate::inputs::FIRST);
        let now = at(crate::inputs::FIRST + 10);
        let mut account = Account::<Sha1>::new(AccountId([1; 16]));
        let binding = SetUpBinding([2; 16]);
        let fresh = Entropy::from_bytes([3; Entropy::LEN]);
        let secret = account.begin_totp_set_up(binding, &policy, enrolled, fresh);
        let totp = Totp::<Sha1>::new(&secret, TotpParams::DEFAULT);
        let code = totp.generate(enrolled).expect("a step");
        let verdict = account.verify_totp_set_up(binding, &code, &policy, enrolled);
        assert_eq!(verdict, SetUpVerdict::Enrolled);
        let update = MfaPreferenceUpdate {
            totp: Some(MfaPreference::Enabled),
            ..MfaPreferenceUpdate::default()
        };
        account
            .update_preferences(&update, &Contacts::NONE, &policy)
            .expect("an authenticator can be enabled");
        let first = FirstFactorVerified::vouch(account.id());
        let fresh = Entropy::from_bytes([4; Entropy::LEN]);
        let step = SignIn::begin(first, account, &context(&policy, now), fresh);
        let account = step.account().clone();
        let Outcome::Continue { sign_in, .. } = step.after_saving() else {
            panic!("a code is asked for");
        };
        Self {
            pending: sign_in.encode(),
            stored: account.encode().as_slice().to_vec(),
            account,
            policy,
            now,
            right: totp.generate(now).expect("a step"),
        }
    }

    /// The transition: the account's copy and the pending sign-in's reading are part of it, since
    /// both are consumed.
    fn handle(&self, typed: &Code) -> bool {
        let sign_in = SignIn::decode(black_box(&self.pending)).expect("what was encoded");
        let fresh = Entropy::from_bytes([5; Entropy::LEN]);
        let context = context(&self.policy, self.now);
        let step = sign_in.handle(Event::Code(typed), self.account.clone(), &context, fresh);
        black_box(step.account());
        matches!(step.after_saving(), Outcome::SignedIn(_))
    }
}

fn context(policy: &Policy, now: UnixTime) -> Context<'_> {
    Context {
        policy,
        contacts: Contacts::NONE,
        now,
    }
}

fn sign_in(operation: Operation) -> Contender {
    let story = Story::new();
    match operation {
        Operation::SignInAccept => Contender::accepted(Kind::Ours, NAME, move |_| {
            story.handle(black_box(&story.right))
        }),
        Operation::SignInEncode => {
            let sign_in = SignIn::decode(&story.pending).expect("what was encoded");
            let run = move |_| {
                (
                    black_box(&story.account).encode(),
                    black_box(&sign_in).encode(),
                )
            };
            Contender::new(Kind::Ours, NAME, run, |_| Answer::Done)
        }
        Operation::SignInDecode => {
            let run = move |_| {
                let account = Account::<Sha1>::decode(black_box(&story.stored));
                let sign_in = SignIn::decode(black_box(&story.pending));
                (
                    account.expect("what was encoded"),
                    sign_in.expect("what was encoded"),
                )
            };
            Contender::new(Kind::Ours, NAME, run, |_| Answer::Done)
        }
        _ => {
            let wrong = read(&MISS.text);
            Contender::accepted(Kind::Ours, NAME, move |_| story.handle(black_box(&wrong)))
        }
    }
}
