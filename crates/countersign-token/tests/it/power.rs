//! The power goes at every word that a command writes and every page that it erases, cleanly and in
//! the middle: nothing that was acknowledged is lost, no HOTP code comes twice, the token starts.

use std::collections::BTreeMap;

use countersign_core::{Digits, Hotp, Sha1, SharedSecret};
use countersign_token::{Key, Space, Token};

use crate::host::{
    DONE, Host, Put, at, calculate, challenge, decimal, delete, fields, rename, reset, set_code,
    validate,
};
use crate::rig::{Cut, Flash, How, Seeded, device_key, records};

/// Small and few pages fill often.
const PAGE: usize = 512;
const PAGES: usize = 6;
const KEY: &[u8] = b"sixteen byte key";

/// What a token has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Accounts(BTreeMap<String, Expected>);

/// An account by the codes that it gives.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Expected {
    Totp { secret: u64 },
    Hotp { secret: u64, counter: u64 },
}

/// Accounts as a host sees them: type and hash, and a code.
type Codes = BTreeMap<String, (u8, String)>;

/// Something a host does.
#[derive(Clone, Debug)]
enum Step {
    PutTotp(String, u64),
    PutHotp(String, u64, u32),
    Delete(String),
    Rename(String, String),
    Code(String),
}

#[test]
fn accounts_survive_the_loss_of_power_at_every_operation() {
    let mut random = Seeded(2026);
    let flash = Flash::<PAGE>::blank(PAGES);
    let mut model = Accounts::default();
    let mut operations = 0;
    let mut seed = 0;
    while operations < 10_000 {
        let step = Step::drawn(&model, &mut random);
        let (after, code) = (model.after(&step), model.code(&step));
        seed += 1;
        let count = operations_of(&flash, &step, seed);
        for cut in 0..count {
            for how in [How::Clean, How::Torn(random.number())] {
                let copy = flash.copy();
                let (status, got) = attempt(&copy, &step, seed, Some(Cut { after: cut, how }));
                let is_done = status == DONE;
                assert!(!is_done || got == code);
                // Starting up can be cut short as well, and is done again.
                let again = Cut::at(random.number() % 40, how);
                let found = restarted(&copy, again, random.number());
                let fits = found == after.codes() || (!is_done && found == model.codes());
                assert!(fits, "{step:?} at {cut} of {count}, {how:?}: {found:?}");
            }
        }
        operations += count;
        assert_eq!(attempt(&flash, &step, seed, None), (DONE, code), "{step:?}");
        model = after;
    }
    assert_eq!(observed(&flash, 1), model.codes());
}

/// The medium can fail and go on without a new start: a bus that was disturbed. Then the token
/// holds to the same promises with what it has in memory, and still does after the next start.
#[test]
fn accounts_survive_a_medium_that_fails_once() {
    let mut random = Seeded(4);
    let flash = Flash::<PAGE>::blank(PAGES);
    let mut model = Accounts::default();
    for seed in 0..60 {
        let step = Step::drawn(&model, &mut random);
        let after = model.after(&step);
        for cut in 0..operations_of(&flash, &step, seed) {
            let mut host = Host::on(flash.copy(), seed);
            host.select();
            let how = How::Torn(random.number());
            host.flash.cut(Cut { after: cut, how });
            let is_done = host.ask(&step.command()).status == DONE;
            host.flash.power_up();
            let found = codes_of(&mut host);
            let held = [&after, &model]
                .into_iter()
                .find(|held| found == held.codes());
            let held = held.unwrap_or_else(|| panic!("{step:?} at {cut}: {found:?}"));
            assert!(!is_done || *held == after);
            assert_eq!(observed(&host.flash, seed), held.spent().codes());
        }
        assert_eq!(attempt(&flash, &step, seed, None).0, DONE);
        model = after;
    }
}

/// A counter is spent in the store before its code leaves: whatever the power does, what comes out
/// is a sequence without repetition.
#[test]
fn no_hotp_code_comes_twice() {
    let flash = Flash::<PAGE>::blank(PAGES);
    let mut random = Seeded(7);
    let mut host = Host::on(flash.clone(), 1);
    host.select();
    host.done(&Put::hotp("x", &secret(1)).command());
    let mut given = Vec::new();
    for round in 0..600 {
        let how = if round % 2 == 0 {
            How::Clean
        } else {
            How::Torn(round)
        };
        let after = random.number() % 100;
        flash.cut(Cut { after, how });
        // Each code takes some operations, so the power goes soon.
        for _ in 0..=after {
            match host.code("x", &[]) {
                Ok(code) => given.push(code),
                Err(status) => assert_eq!(status, 0x6581),
            }
        }
        assert!(flash.is_off(), "codes cost nothing");
        flash.power_up();
        host = Host::on(flash.clone(), round);
        host.select();
    }
    let expected: Vec<String> = (0..5_000).map(|counter| hotp(1, counter)).collect();
    let mut next = 0;
    for code in &given {
        let at = expected[next..]
            .iter()
            .position(|expected| expected == code);
        next += at.expect("it is a later code") + 1;
    }
    assert!(given.len() > 300, "{}", given.len());
}

/// A wrong key is counted before it is compared, so cutting the power gives no try back.
#[test]
fn no_guess_comes_back_with_the_power() {
    let flash = Flash::<PAGE>::blank(PAGES);
    let mut host = Host::on(flash.clone(), 1);
    host.select();
    host.done(&set_code(KEY));
    let mut looked_at = 0;
    for cut in 0..400 {
        flash.power_up();
        let mut host = Host::on(flash.clone(), cut);
        host.desk.uptime_millis += 3_600_000;
        let challenge = challenge(&host.select());
        flash.cut(Cut {
            after: cut % 40,
            how: How::Torn(cut),
        });
        match host.ask(&validate(b"another key of a", &challenge)).status {
            0x6a80 => looked_at += 1,
            // The power went before the comparison, or all tries are used up.
            0x6581 => {}
            0x6983 => break,
            status => panic!("{status:04x}"),
        }
    }
    assert!(looked_at <= 100, "{looked_at}");
    flash.power_up();
    let mut host = Host::on(flash.clone(), 3);
    host.desk.uptime_millis += 3_600_000;
    let challenge = challenge(&host.select());
    host.refused(&validate(KEY, &challenge), 0x6983);
}

/// A key is set or it is not; a token is erased or it is as it was.
#[test]
fn keys_and_resets_are_all_or_nothing() {
    let flash = Flash::<PAGE>::blank(PAGES);
    let mut host = Host::on(flash.clone(), 1);
    let id = host.select()[1].clone();
    host.done(&Put::totp("x", &secret(1)).command());
    for command in [set_code(KEY), reset()] {
        let count = {
            let copy = flash.copy();
            let mut host = Host::on(copy.clone(), 2);
            host.select();
            let before = copy.operations();
            host.done(&command);
            copy.operations() - before
        };
        for cut in 0..count {
            for how in [How::Clean, How::Torn(cut)] {
                let copy = flash.copy();
                let mut host = Host::on(copy.clone(), 2);
                host.select();
                copy.cut(Cut { after: cut, how });
                host.ask(&command);
                copy.power_up();
                let mut host = Host::on(copy.clone(), 3);
                let selected = host.select();
                if selected.len() == 4 {
                    let challenge = challenge(&selected);
                    host.done(&validate(KEY, &challenge));
                }
                match host.listed().len() {
                    1 => assert_eq!(selected[1], id),
                    0 => assert_ne!(selected[1], id),
                    other => panic!("{other} accounts"),
                }
                // And it works.
                host.done(&Put::totp("y", &secret(2)).command());
                host.done(&delete("y"));
            }
        }
    }
}

impl Step {
    /// Something that can be done now. About four accounts stay.
    fn drawn(accounts: &Accounts, random: &mut Seeded) -> Self {
        let name = |random: &mut Seeded| format!("account {}", random.below(5));
        let known: Vec<&String> = accounts.0.keys().collect();
        let Some(some) = known.get(random.below(known.len().max(1))) else {
            return Self::PutHotp(name(random), 1, 0);
        };
        let secret = 1 + random.number() % 1_000;
        match random.below(10) {
            0 | 1 => Self::PutTotp(name(random), secret),
            2 | 3 => Self::PutHotp(name(random), secret, (secret % 3) as u32),
            4 => Self::Delete((*some).clone()),
            5 | 6 => {
                let new = name(random);
                if accounts.0.contains_key(&new) {
                    return Self::Code((*some).clone());
                }
                Self::Rename((*some).clone(), new)
            }
            _ => Self::Code((*some).clone()),
        }
    }

    fn command(&self) -> Vec<u8> {
        match self {
            Self::PutTotp(name, secret_number) => {
                Put::totp(name, &secret(*secret_number)).command()
            }
            Self::PutHotp(name, secret_number, counter) => Put {
                counter: Some(*counter),
                ..Put::hotp(name, &secret(*secret_number))
            }
            .command(),
            Self::Delete(name) => delete(name),
            Self::Rename(old, new) => rename(old, new),
            Self::Code(name) => calculate(name, &at(59)),
        }
    }
}

impl Accounts {
    fn after(&self, step: &Step) -> Self {
        let mut accounts = self.0.clone();
        match step {
            Step::PutTotp(name, secret) => {
                accounts.insert(name.clone(), Expected::Totp { secret: *secret });
            }
            Step::PutHotp(name, secret, counter) => {
                let (secret, counter) = (*secret, u64::from(*counter));
                accounts.insert(name.clone(), Expected::Hotp { secret, counter });
            }
            Step::Delete(name) => {
                accounts.remove(name);
            }
            Step::Rename(old, new) => {
                let account = accounts.remove(old).unwrap();
                accounts.insert(new.clone(), account);
            }
            Step::Code(name) => {
                if let Some(Expected::Hotp { counter, .. }) = accounts.get_mut(name) {
                    *counter += 1;
                }
            }
        }
        Self(accounts)
    }

    /// The code that the step gives, if it gives one.
    fn code(&self, step: &Step) -> Option<String> {
        match step {
            Step::Code(name) => Some(self.0[name].next_code()),
            _ => None,
        }
    }

    /// After each was asked for a code.
    fn spent(&self) -> Self {
        let names = self.0.keys().cloned();
        names.fold(self.clone(), |accounts, name| {
            accounts.after(&Step::Code(name))
        })
    }

    /// What every account gives next.
    fn codes(&self) -> Codes {
        let codes = self.0.iter();
        codes
            .map(|(name, account)| (name.clone(), (account.type_and_hash(), account.next_code())))
            .collect()
    }
}

impl Expected {
    const fn type_and_hash(&self) -> u8 {
        match self {
            Self::Totp { .. } => 0x21,
            Self::Hotp { .. } => 0x11,
        }
    }

    fn next_code(&self) -> String {
        match self {
            Self::Totp { secret } => hotp(*secret, 1),
            Self::Hotp { secret, counter } => hotp(*secret, *counter),
        }
    }
}

/// How many operations the step takes on this chip.
fn operations_of(flash: &Flash<PAGE>, step: &Step, seed: u64) -> u64 {
    let copy = flash.copy();
    let mut host = Host::on(copy.clone(), seed);
    host.select();
    let before = copy.operations();
    host.done(&step.command());
    copy.operations() - before
}

/// Does the step, as far as there is power; the status word and the code that came out.
fn attempt(flash: &Flash<PAGE>, step: &Step, seed: u64, cut: Option<Cut>) -> (u16, Option<String>) {
    let mut host = Host::on(flash.clone(), seed);
    host.select();
    if let Some(cut) = cut {
        flash.cut(cut);
    }
    let reply = host.ask(&step.command());
    let code = fields(&reply.data).first().map(decimal);
    (reply.status, code)
}

/// What is there after the power is back, the first start having been cut short too.
fn restarted(flash: &Flash<PAGE>, cut: Cut, seed: u64) -> Codes {
    flash.power_up();
    flash.cut(cut);
    let _ = Token::<_, _>::open(flash.clone(), device_key(), Seeded(seed));
    flash.power_up();
    observed(flash, seed)
}

/// The accounts by the codes that they give, asked of a copy of the chip.
fn observed(flash: &Flash<PAGE>, seed: u64) -> Codes {
    let mut host = Host::on(flash.copy(), seed);
    host.select();
    let records = records(&host.flash);
    for key in records.keys().filter(|key| key.space() == Space::Counter) {
        // A counter is not there without its account.
        let account = Key::new(Space::Credential, key.number()).unwrap();
        assert!(records.contains_key(&account), "{key:?}");
    }
    let codes = codes_of(&mut host);
    // It is not only to be read.
    host.done(&Put::totp("works", &secret(1)).command());
    codes
}

/// What every account gives next.
fn codes_of(host: &mut Host<PAGE>) -> Codes {
    let mut codes = Codes::new();
    for (kind, name) in host.listed() {
        let code = host.code(&name, &at(59)).unwrap();
        codes.insert(name, (kind, code));
    }
    codes
}

fn secret(number: u64) -> Vec<u8> {
    Seeded(number).bytes(20)
}

fn hotp(number: u64, counter: u64) -> String {
    let secret = SharedSecret::from_bytes(&secret(number)).unwrap();
    let hotp = Hotp::<Sha1>::new(&secret, Digits::SIX);
    hotp.generate(counter).as_str().to_owned()
}
