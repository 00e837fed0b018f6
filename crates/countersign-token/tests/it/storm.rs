//! Random and mutated APDUs: each is answered, and none changes what is stored without permission.

use std::collections::BTreeMap;

use countersign_token::{Answer, Key, Space};

use crate::host::{
    DONE, Host, Put, SELECT_MANAGEMENT, SELECT_OATH, at, calculate, calculate_all, delete,
    extended, rename, reset, set_code, short, validate,
};
use crate::rig::{Flash, Seeded, records};

const SECRET: &[u8] = b"12345678901234567890";
const KEY: &[u8] = b"sixteen byte key";
const STRANGE: &[u8] = b"a key of somebody else's";
/// Where the tries at the access key are counted.
const TRIES: Key = Key::of(Space::Setting, 18);

/// With an access key that nobody shows, and nobody there to press a key.
#[test]
fn nothing_changes_without_the_key() {
    let mut host = filled();
    host.done(&set_code(KEY));
    host.select();
    host.desk.otherwise = Answer::Refused;
    let before = untouched(&host.flash);
    let mut random = Seeded(1);
    for round in 0..rounds() {
        let request = drawn(&mut random);
        let reply = host.send(&request);
        let reads = matches!(request.get(1), Some(0xa1 | 0xa2 | 0xa5));
        assert!(!(reads && reply.status == DONE && !reply.data.is_empty()));
        host.desk.uptime_millis += random.number() % 2_000_000;
        match round % 1_000 {
            0 => assert_eq!(untouched(&host.flash), before),
            500 => host.token.card_reset(),
            750 => host.power_cycle(round),
            _ => {}
        }
    }
    assert_eq!(untouched(&host.flash), before);
}

/// Without a key everything is allowed. Whatever is done, the token goes on, and starts again.
#[test]
fn an_open_token_survives_everything() {
    let mut host = filled();
    let mut random = Seeded(2);
    let mut done: BTreeMap<u8, u32> = BTreeMap::new();
    for round in 0..rounds() {
        host.desk.otherwise = match random.below(3) {
            0 => Answer::Refused,
            _ => Answer::Allowed,
        };
        let request = drawn(&mut random);
        if host.send(&request).status == DONE {
            *done.entry(request[1]).or_default() += 1;
        }
        match round % 1_000 {
            500 => host.token.card_reset(),
            750 => host.power_cycle(round),
            _ => {}
        }
    }
    // It was no storm in a teacup: every instruction was done many times.
    for instruction in [0x01, 0x02, 0x03, 0x04, 0x05, 0xa1, 0xa2, 0xa4] {
        let times = done.get(&instruction).copied().unwrap_or_default();
        assert!(times >= 10, "{instruction:02x}: {done:?}");
    }
    host.desk.otherwise = Answer::Allowed;
    host.power_cycle(3);
    host.done(&reset());
    host.select();
    host.done(&Put::totp("x", SECRET).command());
    assert_eq!(host.code("x", &at(59)).as_deref(), Ok("287082"));
}

/// How many APDUs each test sends: `COUNTERSIGN_APDUS`, or enough for a change.
fn rounds() -> u64 {
    let wanted = std::env::var("COUNTERSIGN_APDUS").ok();
    wanted
        .and_then(|number| number.parse().ok())
        .unwrap_or(25_000)
}

/// What is stored, but for the count of tries.
fn untouched(flash: &Flash) -> BTreeMap<Key, Option<Vec<u8>>> {
    let mut records = records(flash);
    records.remove(&TRIES);
    records
}

fn filled() -> Host {
    let mut host = Host::new();
    for n in 0..6 {
        host.done(&Put::totp(&format!("totp {n}"), SECRET).command());
        host.done(&Put::hotp(&format!("hotp {n}"), SECRET).command());
    }
    let put = Put {
        properties: Some(2),
        ..Put::totp("touch", SECRET)
    };
    host.done(&put.command());
    host
}

/// A command of any kind: noise, one that is right, or one that was.
fn drawn(random: &mut Seeded) -> Vec<u8> {
    let name = format!("totp {}", random.below(6));
    let mut command = match random.below(200) {
        0..10 => {
            let length = random.below(300);
            return random.bytes(length);
        }
        10..20 => {
            let length = random.below(40);
            let [instruction, p1, p2] = [random.byte(), random.byte(), random.byte()];
            short(instruction, p1 & 1, p2 & 1, &random.bytes(length))
        }
        20..40 => extended(0x01, 0, 0, &Put::totp(&name, SECRET).data()),
        40..60 => Put::hotp(&format!("hotp {}", random.below(6)), SECRET).command(),
        60..70 => delete(&name),
        70..80 => rename(&name, "renamed"),
        80..90 => rename("renamed", &name),
        90..110 => short(0xa1, 0, 0, &[]),
        110..130 => calculate(&name, &at(59)),
        130..140 => calculate(&format!("hotp {}", random.below(6)), &[]),
        140..150 => calculate_all(&at(random.number() % 1_000_000)),
        150..160 => short(0xa5, 0, 0, &[]),
        160 => reset(),
        161 => set_code(STRANGE),
        162..170 => validate(STRANGE, &random.bytes(8)),
        170 => SELECT_MANAGEMENT.to_vec(),
        171..175 => short(0x1d, 0, 0, &[]),
        _ => SELECT_OATH.to_vec(),
    };
    if random.below(3) == 0 {
        mutate(&mut command, random);
    }
    command
}

fn mutate(command: &mut Vec<u8>, random: &mut Seeded) {
    for _ in 0..=random.below(3) {
        let place = random.below(command.len().max(1));
        match random.below(6) {
            0 => command.truncate(place),
            1 => command.insert(place.min(command.len()), random.byte()),
            2 => {
                let length = random.below(300);
                command.extend(random.bytes(length));
            }
            // A link of a chain.
            3 => command
                .splice(..command.len().min(1), [0x10])
                .for_each(drop),
            _ => {
                if let Some(byte) = command.get_mut(place) {
                    *byte = random.byte();
                }
            }
        }
    }
}
