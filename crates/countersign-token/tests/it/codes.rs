//! The codes of the RFCs, through APDUs: truncated and whole, of one account and of all.

use std::fmt::Write;

use crate::host::{Host, Put, at, calculate, calculate_all, decimal, field, fields, short};

const RFC4226: &str = include_str!("../../../../tests/vectors/rfc4226.csv");
const RFC6238: &str = include_str!("../../../../tests/vectors/rfc6238.csv");
const STEAM: &str = include_str!("../../../../tests/vectors/steam.csv");
const SECRET: &[u8] = b"1234567890123456789012345678901234567890123456789012345678901234";

#[test]
fn hotp_gives_the_codes_of_rfc_4226_one_after_the_other() {
    let mut host = Host::new();
    host.done(&Put::hotp("rfc4226", &SECRET[..20]).command());
    for [_, _, _, code] in lines(RFC4226) {
        assert_eq!(host.code("rfc4226", &[]).as_deref(), Ok(code));
    }
}

#[test]
fn a_hotp_account_can_begin_at_a_counter() {
    let mut host = Host::new();
    let put = Put {
        counter: Some(7),
        ..Put::hotp("moved", &SECRET[..20])
    };
    host.done(&put.command());
    // The challenge says nothing: the counter is the token's.
    assert_eq!(host.code("moved", &[0; 8]).as_deref(), Ok("162583"));
    assert_eq!(host.code("moved", &[]).as_deref(), Ok("399871"));
}

#[test]
fn the_whole_hmac_of_rfc_4226_is_to_be_had() {
    let mut host = Host::new();
    host.done(&Put::hotp("rfc4226", &SECRET[..20]).command());
    for [_, tag, _, _] in lines(RFC4226) {
        let data = [field(0x71, b"rfc4226"), field(0x74, &[])].concat();
        let answer = fields(&host.done(&short(0xa2, 0, 0, &data)));
        let [(0x75, whole)] = &answer[..] else {
            panic!("one response");
        };
        assert_eq!(whole[0], 6);
        assert_eq!(hex(&whole[1..]), tag);
    }
}

#[test]
fn totp_gives_the_codes_of_rfc_6238() {
    let mut host = Host::new();
    for (name, type_and_hash, length) in [
        ("SHA1", 0x21, 20),
        ("SHA256", 0x22, 32),
        ("SHA512", 0x23, 64),
    ] {
        let put = Put {
            type_and_hash,
            digits: 8,
            ..Put::totp(name, &SECRET[..length])
        };
        host.done(&put.command());
    }
    let mut checked = 0;
    for [secs, _, algorithm, code] in lines(RFC6238) {
        let challenge = at(secs.parse().unwrap());
        assert_eq!(host.code(algorithm, &challenge).as_deref(), Ok(code));
        // The same from the answer about all accounts.
        let all = fields(&host.done(&calculate_all(&challenge)));
        let row = all.chunks(2).find(|row| row[0].1 == algorithm.as_bytes());
        assert_eq!(decimal(&row.unwrap()[1]), code);
        checked += 1;
    }
    assert_eq!(checked, 18);
}

/// Hosts compute Steam's codes themselves, from the whole HMAC or from its 31 bits.
#[test]
fn steam_codes_can_be_made_from_the_truncated_response() {
    let mut host = Host::new();
    let mut checked = 0;
    for [secret, secs, code] in lines(STEAM) {
        let secret: Vec<u8> = (0..secret.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&secret[at..at + 2], 16).unwrap())
            .collect();
        host.done(&Put::totp("Steam:gabe", &secret).command());
        let answer = host.done(&calculate("Steam:gabe", &at(secs.parse().unwrap())));
        let mut number = u32::from_be_bytes(answer[3..].try_into().unwrap());
        let mut letters = String::new();
        for _ in 0..5 {
            letters.push(char::from(
                b"23456789BCDFGHJKMNPQRTVWXY"[(number % 26) as usize],
            ));
            number /= 26;
        }
        assert_eq!(letters, code);
        checked += 1;
    }
    assert!(checked > 10);
}

#[test]
fn a_challenge_need_not_be_a_time() {
    let mut host = Host::new();
    host.done(&Put::totp("any", SECRET).command());
    let whole = |host: &mut Host, challenge: &[u8]| {
        let data = [field(0x71, b"any"), field(0x74, challenge)].concat();
        let answer = fields(&host.done(&short(0xa2, 0, 0, &data)));
        answer[0].1[1..].to_vec()
    };
    for length in [1, 7, 9, 63, 64] {
        let challenge = vec![0x5a; length];
        let mac = whole(&mut host, &challenge);
        assert_eq!(mac, crate::host::hmac_sha1(SECRET, &challenge));
        // Dynamic truncation (RFC 4226 §5.3), spelled out.
        let offset = usize::from(mac[19] & 0x0f);
        let number = u32::from_be_bytes(mac[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
        let answer = host.done(&calculate("any", &challenge));
        assert_eq!(answer[3..], number.to_be_bytes());
    }
}

/// The fields of each line.
fn lines<const N: usize>(vectors: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    let lines = vectors.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        fields.try_into().expect("a line has as many fields")
    })
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}
