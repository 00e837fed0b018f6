//! Google Authenticator's exports: any text, and any bytes in an export's wrapping. What is read
//! stays within its limits and says the same when it is written as a key URI.

use countersign_core::{KeyUri, Migration, MigrationError};

use super::Target;

pub(super) const TARGET: Target = Target {
    name: "migration",
    run,
    seeds,
    max_len: 512,
};

fn run(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        read(text);
    }
    let wrapped = format!("otpauth-migration://offline?data={}", base64(data));
    read(&wrapped);
    let mut short = vec![0xff; data.len().saturating_sub(1)];
    let verdict = Migration::parse(&wrapped, &mut short);
    assert!(matches!(verdict, Err(MigrationError::BufferTooSmall)) || data.is_empty());
    drop(verdict);
    assert!(
        short.iter().all(|byte| *byte == 0),
        "secrets are left behind"
    );
}

fn read(text: &str) {
    let mut buffer = [0; Migration::BUFFER_LEN];
    let Ok(migration) = Migration::parse(text, &mut buffer) else {
        assert!(
            buffer.iter().all(|byte| *byte == 0),
            "secrets are left behind"
        );
        return;
    };
    let batch = migration.batch();
    assert!(batch.index < batch.size);
    let entries: Vec<_> = migration.entries().collect();
    assert!(entries.len() <= Migration::MAX_ENTRIES);
    for entry in entries.iter().flatten() {
        let mut written = String::new();
        entry.key().write_to(&mut written).unwrap();
        assert!(written.len() <= KeyUri::MAX_LEN);
        let (again, _) = KeyUri::parse_lenient(&written).expect("what is written can be read");
        assert_eq!(again, *entry.key());
        assert_eq!(entry.strength(), entry.key().secret().strength());
    }
    drop(entries);
    drop(migration);
    assert!(
        buffer.iter().all(|byte| *byte == 0),
        "secrets are left behind"
    );
}

/// RFC 4648 §4, percent-encoded.
fn base64(bytes: &[u8]) -> String {
    let alphabet: Vec<u8> = (b'A'..=b'Z')
        .chain(b'a'..=b'z')
        .chain(b'0'..=b'9')
        .collect();
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4_usize {
            if place > chunk.len() {
                text.push_str("%3D");
                continue;
            }
            let symbol = usize::try_from((bits >> (18 - 6 * place)) & 63).unwrap();
            match symbol {
                62 => text.push_str("%2B"),
                63 => text.push_str("%2F"),
                _ => text.push(char::from(alphabet[symbol])),
            }
        }
    }
    text
}

fn seeds() -> Vec<Vec<u8>> {
    let mut key = vec![10, 20];
    key.extend(b"12345678901234567890");
    key.extend([18, 9]);
    key.extend(b"ACME:john");
    key.extend([26, 4]);
    key.extend(b"ACME");
    let totp = [key.clone(), vec![32, 1, 40, 1, 48, 2]].concat();
    let hotp = [key, vec![32, 3, 40, 2, 48, 1, 56, 0xac, 2]].concat();
    let mut message = Vec::new();
    for entry in [&totp, &hotp] {
        message.extend([10, u8::try_from(entry.len()).unwrap()]);
        message.extend(entry);
    }
    message.extend([16, 1, 24, 2, 32, 1, 40, 0x95, 0x9a, 0xef, 0x3a]);
    let text = format!("otpauth-migration://offline?data={}", base64(&message));
    vec![message, text.into_bytes()]
}
