//! The home of the host's side in tests: YKOATH commands as bytes, and a connection to a token.
#![allow(dead_code, reason = "each test takes what it needs")]

use countersign_core::{Keyed, Sha1};
use countersign_token::Response;

use crate::rig::{Desk, Flash, TestToken, power_up};

/// A token, whoever holds it, and a host that speaks to it.
pub(crate) struct Host<const PAGE: usize = 1024> {
    pub(crate) token: TestToken<PAGE>,
    pub(crate) desk: Desk,
    pub(crate) flash: Flash<PAGE>,
}

/// What a token answered: data of all parts, and the last status word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) data: Vec<u8>,
    pub(crate) status: u16,
}

pub(crate) const SELECT_OATH: &[u8] = b"\x00\xa4\x04\x00\x07\xa0\x00\x00\x05\x27\x21\x01";
pub(crate) const SELECT_MANAGEMENT: &[u8] = b"\x00\xa4\x04\x00\x08\xa0\x00\x00\x05\x27\x47\x11\x17";
pub(crate) const SEND_REMAINING: &[u8] = b"\x00\xa5\x00\x00\x00";
pub(crate) const DONE: u16 = 0x9000;

impl Host {
    /// A new token of 32 KiB, selected.
    pub(crate) fn new() -> Self {
        let mut host = Self::on(Flash::blank(32), 1);
        host.select();
        host
    }
}

impl<const PAGE: usize> Host<PAGE> {
    /// The token on this chip, after power-up. Nothing is selected.
    pub(crate) fn on(flash: Flash<PAGE>, seed: u64) -> Self {
        let token = power_up(&flash, seed);
        Self {
            token,
            desk: Desk::new(),
            flash,
        }
    }

    /// The same chip, after the power was gone; the card is selected.
    pub(crate) fn power_cycle(&mut self, seed: u64) {
        self.token = power_up(&self.flash, seed);
        self.desk.uptime_millis = 1_000;
        self.select();
    }

    /// One APDU, and no more.
    pub(crate) fn send(&mut self, request: &[u8]) -> Reply {
        let mut response = Response::new();
        self.token.apdu(request, &mut self.desk, &mut response);
        let bytes = response.as_bytes();
        assert!((2..=Response::MAX_LEN).contains(&bytes.len()));
        let (data, status) = bytes.split_at(bytes.len() - 2);
        Reply {
            data: data.to_vec(),
            status: u16::from_be_bytes([status[0], status[1]]),
        }
    }

    /// An APDU, and what remains of its answer.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Reply {
        let mut reply = self.send(request);
        while reply.status >> 8 == 0x61 {
            let more = self.send(SEND_REMAINING);
            reply.data.extend(more.data);
            reply.status = more.status;
        }
        reply
    }

    /// Sends what has to be done.
    #[track_caller]
    pub(crate) fn done(&mut self, request: &[u8]) -> Vec<u8> {
        let reply = self.ask(request);
        assert_eq!(reply.status, DONE, "{:04x}", reply.status);
        reply.data
    }

    /// Sends what has to end with this status word, and with no data.
    #[track_caller]
    pub(crate) fn refused(&mut self, request: &[u8], status: u16) {
        let reply = self.ask(request);
        assert_eq!(reply.status, status, "{:04x}", reply.status);
        assert!(reply.data.is_empty());
    }

    /// Selects the YKOATH applet; its fields.
    pub(crate) fn select(&mut self) -> Vec<(u8, Vec<u8>)> {
        fields(&self.done(SELECT_OATH))
    }

    /// The names of all accounts, in the order of LIST, with type and hash.
    pub(crate) fn listed(&mut self) -> Vec<(u8, String)> {
        let rows = fields(&self.done(&short(0xa1, 0, 0, &[])));
        let read = |(tag, value): (u8, Vec<u8>)| {
            assert_eq!(tag, 0x72);
            (value[0], String::from_utf8(value[1..].to_vec()).unwrap())
        };
        rows.into_iter().map(read).collect()
    }

    /// The decimal code of an account that is asked for alone.
    pub(crate) fn code(&mut self, name: &str, challenge: &[u8]) -> Result<String, u16> {
        let reply = self.ask(&calculate(name, challenge));
        if reply.status != DONE {
            return Err(reply.status);
        }
        Ok(decimal(&fields(&reply.data)[0]))
    }
}

/// A short command; no length byte if there is no data.
pub(crate) fn short(instruction: u8, p1: u8, p2: u8, data: &[u8]) -> Vec<u8> {
    let mut command = vec![0x00, instruction, p1, p2];
    if !data.is_empty() {
        command.push(u8::try_from(data.len()).unwrap());
        command.extend(data);
    }
    command
}

/// A command in extended coding.
pub(crate) fn extended(instruction: u8, p1: u8, p2: u8, data: &[u8]) -> Vec<u8> {
    let mut command = vec![0x00, instruction, p1, p2];
    if !data.is_empty() {
        command.push(0);
        command.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        command.extend(data);
    }
    command
}

/// A field with its length.
pub(crate) fn field(tag: u8, value: &[u8]) -> Vec<u8> {
    let mut field = vec![tag];
    match u8::try_from(value.len()).unwrap() {
        length @ ..0x80 => field.push(length),
        length => field.extend([0x81, length]),
    }
    field.extend(value);
    field
}

/// The fields of an answer.
pub(crate) fn fields(mut data: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut fields = Vec::new();
    while let [tag, length, rest @ ..] = data {
        let (value, rest) = rest.split_at(usize::from(*length));
        fields.push((*tag, value.to_vec()));
        data = rest;
    }
    assert!(data.is_empty());
    fields
}

/// An account to PUT.
#[derive(Clone, Debug)]
pub(crate) struct Put<'a> {
    pub(crate) name: &'a str,
    pub(crate) type_and_hash: u8,
    pub(crate) digits: u8,
    pub(crate) secret: &'a [u8],
    pub(crate) properties: Option<u8>,
    pub(crate) counter: Option<u32>,
}

impl<'a> Put<'a> {
    /// TOTP with SHA-1 and six digits.
    pub(crate) fn totp(name: &'a str, secret: &'a [u8]) -> Self {
        Self {
            name,
            type_and_hash: 0x21,
            digits: 6,
            secret,
            properties: None,
            counter: None,
        }
    }

    /// HOTP with SHA-1 and six digits.
    pub(crate) fn hotp(name: &'a str, secret: &'a [u8]) -> Self {
        Self {
            type_and_hash: 0x11,
            ..Self::totp(name, secret)
        }
    }

    pub(crate) fn data(&self) -> Vec<u8> {
        let mut key = vec![self.type_and_hash, self.digits];
        key.extend(self.secret);
        let mut data = field(0x71, self.name.as_bytes());
        data.extend(field(0x73, &key));
        if let Some(properties) = self.properties {
            data.extend([0x78, properties]);
        }
        if let Some(counter) = self.counter {
            data.extend(field(0x7a, &counter.to_be_bytes()));
        }
        data
    }

    pub(crate) fn command(&self) -> Vec<u8> {
        short(0x01, 0, 0, &self.data())
    }
}

pub(crate) fn delete(name: &str) -> Vec<u8> {
    short(0x02, 0, 0, &field(0x71, name.as_bytes()))
}

pub(crate) fn rename(old: &str, new: &str) -> Vec<u8> {
    let fields = [field(0x71, old.as_bytes()), field(0x71, new.as_bytes())];
    short(0x05, 0, 0, &fields.concat())
}

pub(crate) fn reset() -> Vec<u8> {
    short(0x04, 0xde, 0xad, &[])
}

/// Asks for 31 bits.
pub(crate) fn calculate(name: &str, challenge: &[u8]) -> Vec<u8> {
    let fields = [field(0x71, name.as_bytes()), field(0x74, challenge)];
    short(0xa2, 0, 1, &fields.concat())
}

pub(crate) fn calculate_all(challenge: &[u8]) -> Vec<u8> {
    short(0xa4, 0, 1, &field(0x74, challenge))
}

/// The challenge of a time, with a period of thirty seconds.
pub(crate) fn at(secs: u64) -> [u8; 8] {
    (secs / 30).to_be_bytes()
}

/// The code that a truncated response says.
pub(crate) fn decimal((tag, value): &(u8, Vec<u8>)) -> String {
    assert_eq!((*tag, value.len()), (0x76, 5));
    let number = u32::from_be_bytes(value[1..].try_into().unwrap());
    let digits = usize::from(value[0]);
    format!("{:0digits$}", number % 10_u32.pow(value[0].into()))
}

/// HMAC-SHA-1, as hosts use it for the access key.
pub(crate) fn hmac_sha1(key: &[u8], message: &[u8]) -> Vec<u8> {
    Keyed::<Sha1>::new(key).mac(&[message]).as_bytes().to_vec()
}

/// Sets an access key.
pub(crate) fn set_code(key: &[u8]) -> Vec<u8> {
    let challenge = b"hostside";
    let sent_key = [&[0x21], key].concat();
    let fields = [
        field(0x73, &sent_key),
        field(0x74, challenge),
        field(0x75, &hmac_sha1(key, challenge)),
    ];
    short(0x03, 0, 0, &fields.concat())
}

/// Answers a challenge.
pub(crate) fn validate(key: &[u8], challenge: &[u8]) -> Vec<u8> {
    let fields = [
        field(0x75, &hmac_sha1(key, challenge)),
        field(0x74, b"to token"),
    ];
    short(0xa3, 0, 0, &fields.concat())
}

/// The challenge among the fields of a SELECT.
#[track_caller]
pub(crate) fn challenge(selected: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let field = selected.iter().find(|(tag, _)| *tag == 0x74);
    field.expect("there is an access key").1.clone()
}
