//! Sequences of APDUs: whatever a host sends, the token answers it in a few bytes, and neither
//! shows nor changes an account without permission.
//!
//! The first byte of an input says what stands before the accounts: 01 an access key, 02 a PIN.
//! Then come steps: a byte up to 239 is the length of an APDU, which follows; a higher one is
//! something that happens to the device.

mod device;
mod model;

use std::sync::OnceLock;

use countersign_core::{Keyed, Sha1};
use countersign_token::{Answer, Pin};

use super::Target;
use device::{Device, Flash};
use model::Model;

pub(super) const TARGET: Target = Target {
    name: "token_apdu",
    run,
    seeds,
    max_len: 2048,
};

const KEY: &[u8] = b"sixteen byte key";
const PIN: &[u8] = b"2468";
const HAS_KEY: u8 = 1;
const HAS_PIN: u8 = 2;
/// The longest APDU of a step; the bytes above are happenings.
const APDU_MAX_LEN: u8 = 239;

/// The card loses its power, and with it its session.
const CARD_RESET: u8 = 0xf0;
/// So does the device.
const POWER_CYCLE: u8 = 0xf1;
/// A minute goes by.
const WAIT: u8 = 0xf2;
/// From now on whoever holds the device allows everything.
const ALLOWING: u8 = 0xf3;
/// From now on nobody is there.
const ABSENT: u8 = 0xf4;
/// The PIN is typed.
const PIN_ENTERED: u8 = 0xf5;
/// A host that has the access key answers the last challenge.
const VALIDATED: u8 = 0xf6;
/// Any other step: a host selects the YKOATH applet.
const SELECTED: u8 = 0xf7;

fn run(data: &[u8]) {
    let Some((guards, mut steps)) = data.split_first() else {
        return;
    };
    let mut device = prepared(*guards);
    let mut model = Model::of(&device);
    while let Some((&step, rest)) = steps.split_first() {
        steps = rest;
        if step <= APDU_MAX_LEN {
            let (request, rest) = steps.split_at(usize::from(step).min(steps.len()));
            steps = rest;
            model.send(&mut device, request);
        } else {
            happen(step, &mut device, &mut model);
        }
    }
    model.at_the_end(device);
}

fn happen(step: u8, device: &mut Device, model: &mut Model) {
    match step {
        CARD_RESET => {
            device.token.card_reset();
            model.forget_session();
        }
        POWER_CYCLE => {
            device.power_cycle();
            model.forget_session();
            model.pin_entered = false;
        }
        WAIT => device.desk.uptime_millis += 60_000,
        ALLOWING => device.desk.answer = Answer::Allowed,
        ABSENT => device.desk.answer = Answer::TimedOut,
        PIN_ENTERED => {
            let pin = Pin::from_digits(PIN).expect("it is a PIN");
            device
                .token
                .enter_pin(&pin, &mut device.desk)
                .expect("the medium works");
            model.pin_entered = true;
        }
        VALIDATED => {
            let response = hmac(&model.challenge);
            let request = [
                &[0, 0xa3, 0, 0, 32, 0x75, 20],
                &response[..],
                b"\x74\x08to token",
            ];
            model.validate(device, &request.concat());
        }
        _ => model.send(device, SELECT),
    }
}

/// A device with three accounts, behind these guards, as it is after power-up. Since each run
/// begins with one, its chip is filled once.
fn prepared(guards: u8) -> Device {
    static CHIPS: [OnceLock<Flash>; 4] = [const { OnceLock::new() }; 4];
    let guards = guards & (HAS_KEY | HAS_PIN);
    let chip = CHIPS[usize::from(guards)].get_or_init(|| filled(guards));
    Device::on(chip.clone(), 1)
}

fn filled(guards: u8) -> Flash {
    let mut device = Device::new();
    for request in [SELECT, PUT_TOTP, PUT_HOTP, PUT_TOUCH] {
        assert!(device.send(request).ends_with(&[0x90, 0x00]));
    }
    if guards & HAS_KEY != 0 {
        let sent = [&[0x73, 17, 0x21], KEY, b"\x74\x08hostside", &[0x75, 20]].concat();
        let data = [sent, hmac(b"hostside")].concat();
        let header = [
            0,
            0x03,
            0,
            0,
            u8::try_from(data.len()).expect("it is short"),
        ];
        assert_eq!(device.send(&[&header, &data[..]].concat()), [0x90, 0x00]);
    }
    if guards & HAS_PIN != 0 {
        let pin = Pin::from_digits(PIN).expect("it is a PIN");
        device.token.set_pin(&pin).expect("there is room");
    }
    device.token.flash().clone()
}

fn hmac(message: &[u8]) -> Vec<u8> {
    Keyed::<Sha1>::new(KEY).mac(&[message]).as_bytes().to_vec()
}

const SELECT: &[u8] = b"\x00\xa4\x04\x00\x07\xa0\x00\x00\x05\x27\x21\x01";
const SELECT_MANAGEMENT: &[u8] = b"\x00\xa4\x04\x00\x08\xa0\x00\x00\x05\x27\x47\x11\x17";
const SELECT_ADMIN: &[u8] = b"\x00\xa4\x04\x00\x09\xf0CS-ADMIN";
const PUT_TOTP: &[u8] = b"\x00\x01\x00\x00\x1a\x71\x04totp\x73\x12\x22\x06sixteen bytes of";
const PUT_HOTP: &[u8] =
    b"\x00\x01\x00\x00\x20\x71\x04hotp\x73\x12\x11\x08sixteen bytes of\x7a\x04\0\0\0\x09";
const PUT_TOUCH: &[u8] =
    b"\x00\x01\x00\x00\x1d\x71\x05touch\x73\x12\x23\x07sixteen bytes of\x78\x03";

fn seeds() -> Vec<Vec<u8>> {
    let sends = |request: &[u8]| {
        let length = u8::try_from(request.len()).expect("it is short");
        [&[length], request].concat()
    };
    let all: [&[u8]; 14] = [
        b"\x00\xa1\x00\x00\x00",
        b"\x00\xa1\x00\x00",
        b"\x00\xa2\x00\x01\x10\x71\x04totp\x74\x08\0\0\0\0\0\0\0\x01",
        b"\x00\xa2\x00\x00\x08\x71\x04hotp\x74\x00",
        b"\x00\xa2\x00\x01\x11\x71\x05touch\x74\x08\0\0\0\0\0\0\0\x01",
        b"\x00\xa4\x00\x00\x00\x00\x0a\x74\x08\0\0\0\0\0\0\0\x01",
        b"\x00\xa5\x00\x00",
        b"\x00\x05\x00\x00\x0d\x71\x04totp\x71\x05other",
        b"\x10\x02\x00\x00\x03\x71\x04h",
        b"\x00\x02\x00\x00\x03otp",
        PUT_TOTP,
        b"\x00\x03\x00\x00\x02\x73\x00",
        SELECT_MANAGEMENT,
        b"\x00\x1d\x00\x00",
    ];
    let commands: Vec<u8> = all.iter().flat_map(|request| sends(request)).collect();
    let admin = [
        sends(SELECT_ADMIN),
        sends(b"\x00\x01\x00\x00"),
        sends(b"\x00\x02\x00\x00"),
        sends(&[b"\x00\x03\x00\x00\x20", &[7; 32][..]].concat()),
        sends(&[b"\x00\x04\x00\x00\x28", &[0; 40][..]].concat()),
        sends(&[b"\x00\x05\x00\x00\x22", &[0; 34][..]].concat()),
    ]
    .concat();
    let reset = [vec![SELECTED], sends(b"\x00\x04\xde\xad")].concat();
    let open = [
        vec![SELECTED],
        vec![ALLOWING],
        commands.clone(),
        reset.clone(),
    ]
    .concat();
    let shown = [
        vec![PIN_ENTERED],
        vec![SELECTED],
        vec![VALIDATED],
        commands.clone(),
    ]
    .concat();
    let again = [vec![VALIDATED], vec![SELECTED], vec![WAIT], vec![VALIDATED]].concat();
    let closed = [vec![ABSENT], vec![SELECTED], commands, reset].concat();
    let around = [admin, vec![CARD_RESET], vec![POWER_CYCLE], vec![SELECTED]].concat();
    [0, HAS_KEY, HAS_PIN, HAS_KEY | HAS_PIN]
        .into_iter()
        .flat_map(|guards| {
            [
                &open,
                &shown,
                &[&shown[..], &again].concat(),
                &closed,
                &around,
            ]
            .map(|steps| [&[guards], &steps[..]].concat())
        })
        .collect()
}
