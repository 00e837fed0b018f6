//! How much a token of 32 KiB holds, what it says when it is full, and that one bad record stays
//! alone.

use countersign_token::{Key, MAX_CREDENTIALS, Space, Token, Vault};

use crate::host::{
    DONE, Host, Put, SEND_REMAINING, at, calculate_all, decimal, delete, field, fields, hmac_sha1,
    short,
};
use crate::rig::{Flash, Seeded, device_key};

#[test]
fn a_hundred_and_twenty_eight_accounts_of_the_longest_kind_fit() {
    let mut host = Host::new();
    let secrets: Vec<Vec<u8>> = (0..=MAX_CREDENTIALS).map(secret).collect();
    for (n, secret) in secrets.iter().enumerate().take(MAX_CREDENTIALS) {
        host.done(&Put::totp(&name(n), secret).command());
    }
    let one_more = Put::totp("one more", &secrets[MAX_CREDENTIALS]).command();
    host.refused(&one_more, 0x6a84);
    let usage = host.token.usage();
    assert!(
        usage.used <= usage.capacity && usage.capacity <= 32 * 1024,
        "{usage:?}"
    );

    host.power_cycle(2);
    assert_eq!(host.listed().len(), MAX_CREDENTIALS);
    let all = fields(&host.done(&calculate_all(&at(59))));
    assert_eq!(all.len(), 2 * MAX_CREDENTIALS);
    for (n, row) in all.chunks(2).enumerate() {
        assert_eq!(row[0].1, name(n).as_bytes());
        assert_eq!(decimal(&row[1]), expected(&secrets[n]));
    }
    // Full is full, but what is there can be replaced, asked, and removed.
    let other = secret(500);
    host.done(&Put::totp(&name(77), &other).command());
    assert_eq!(host.code(&name(77), &at(59)), Ok(expected(&other)));
    host.refused(&one_more, 0x6a84);
    host.done(&delete(&name(3)));
    host.done(&one_more);
    host.refused(&Put::totp("two more", &other).command(), 0x6a84);
}

#[test]
fn counters_go_on_when_the_store_is_full() {
    let mut host = Host::new();
    let mut accounts = 0;
    loop {
        let reply = host.ask(&Put::hotp(&name(accounts), &secret(accounts)).command());
        if reply.status != DONE {
            assert_eq!(reply.status, 0x6a84);
            break;
        }
        accounts += 1;
    }
    assert!(accounts >= 100, "{accounts}");
    for n in (0..accounts).cycle().take(2 * accounts) {
        assert!(host.code(&name(n), &[]).is_ok(), "{n}");
    }
    // A wrong password is counted as well.
    host.power_cycle(3);
    assert_eq!(host.listed().len(), accounts);
}

#[test]
fn many_rewrites_leave_all_in_place() {
    let mut host = Host::new();
    for n in 0..20 {
        host.done(&Put::totp(&name(n), &secret(n)).command());
    }
    for round in 1..30 {
        for n in 0..20 {
            host.done(&Put::totp(&name(n), &secret(round * 100 + n)).command());
        }
    }
    for n in 0..20 {
        let code = host.code(&name(n), &at(59));
        assert_eq!(code, Ok(expected(&secret(2900 + n))));
    }
}

#[test]
fn long_answers_come_in_parts() {
    let mut host = Host::new();
    for n in 0..9 {
        let (name, secret) = (name(n), secret(n));
        let put = Put {
            type_and_hash: 0x23,
            ..Put::totp(&name, &secret)
        };
        host.done(&put.command());
    }
    // Two of the longest rows fit into 256 bytes, and one is never split.
    let whole = short(0xa4, 0, 0, &field(0x74, &at(59)));
    let mut reply = host.send(&whole);
    for _ in 0..8 {
        assert_eq!((reply.status, reply.data.len()), (0x61ff, 133));
        reply = host.send(SEND_REMAINING);
    }
    assert_eq!((reply.status, reply.data.len()), (DONE, 133));
    // Then there is nothing more.
    host.refused(SEND_REMAINING, 0x6985);
    // Any other command ends it, and so does another applet.
    assert_eq!(host.send(&whole).status, 0x61ff);
    host.select();
    host.refused(SEND_REMAINING, 0x6985);
    // What is removed in between is left out, and nothing comes twice.
    let first = host.send(&short(0xa1, 0, 0, &[]));
    assert_eq!((first.status, first.data.len()), (0x61ff, 3 * 67));
}

#[test]
fn a_damaged_record_breaks_no_other() {
    let mut host = Host::new();
    host.done(&Put::totp("first", &secret(1)).command());
    let before = host.flash.image();
    host.done(&Put::hotp("bad", &secret(2)).command());
    let after = host.flash.image();
    host.done(&Put::totp("last", &secret(3)).command());
    // A byte within what the second account has written.
    let places: Vec<usize> = (0..before.len())
        .filter(|at| before[*at] != after[*at])
        .collect();
    host.flash.spoil(places[places.len() - 40]);

    for seed in [None, Some(4)] {
        if let Some(seed) = seed {
            host.power_cycle(seed);
        }
        let names: Vec<String> = host.listed().into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["first", "last"]);
        let all = fields(&host.done(&calculate_all(&at(59))));
        assert_eq!(all.len(), 4);
        assert_eq!(decimal(&all[1]), expected(&secret(1)));
        assert_eq!(decimal(&all[3]), expected(&secret(3)));
        assert_eq!(host.code("bad", &[]), Err(0x6984));
        assert_eq!(host.token.usage().damaged, 1);
    }
    // Its name can be given again.
    host.done(&Put::hotp("bad", &secret(4)).command());
    assert!(host.code("bad", &[]).is_ok());
    assert_eq!(host.listed().len(), 3);
    // What cannot be read is kept all the same.
    assert_eq!(host.token.usage().damaged, 1);
}

#[test]
fn a_counter_that_is_damaged_gives_no_code() {
    let mut host = Host::new();
    host.done(&Put::totp("other", &secret(1)).command());
    host.done(&Put::hotp("x", &secret(2)).command());
    let before = host.flash.image();
    assert!(host.code("x", &[]).is_ok());
    let after = host.flash.image();
    // The new counter is written, the old one is cleared: only the former sets out from blank.
    let written = (0..before.len()).filter(|at| before[*at] == 0xff && after[*at] != 0xff);
    let written: Vec<usize> = written.collect();
    host.flash.spoil(written[written.len() / 2]);
    for seed in [5, 6] {
        assert_eq!(host.code("x", &[]), Err(0x6581));
        assert!(host.code("other", &at(59)).is_ok());
        assert_eq!(host.listed().len(), 2);
        host.power_cycle(seed);
    }
    // A new secret is a new counter.
    host.done(&Put::hotp("x", &secret(3)).command());
    assert!(host.code("x", &[]).is_ok());
}

/// An answer is whole, or an error without data.
#[test]
fn a_listing_that_fails_midway_shows_nothing() {
    let mut host = Host::new();
    for n in 0..3 {
        host.done(&Put::totp(&format!("account {n}"), &secret(n)).command());
    }
    for command in [short(0xa1, 0, 0, &[]), calculate_all(&at(59))] {
        let whole = host.ask(&command);
        let mut failed = 0;
        for reads in 0.. {
            host.flash.fail_reads_after(reads);
            let reply = host.ask(&command);
            host.flash.power_up();
            if reply == whole {
                break;
            }
            assert_eq!((reply.status, reply.data.len()), (0x6581, 0), "{reads}");
            failed += 1;
        }
        assert!(failed >= 3, "{failed}");
    }
}

/// Which nothing does but whoever has the device key.
#[test]
fn a_counter_that_is_missing_gives_no_code() {
    let mut host = Host::new();
    host.done(&Put::hotp("x", &secret(2)).command());
    assert!(host.code("x", &[]).is_ok());
    let mut vault = Vault::<_>::mount(host.flash.copy(), device_key()).unwrap();
    vault.remove(Key::of(Space::Counter, 0)).unwrap();
    let mut host = Host::on(vault.into_flash(), 5);
    host.select();
    assert_eq!(host.code("x", &[]), Err(0x6581));
    assert_eq!(host.listed().len(), 1);
}

#[test]
fn any_spoilt_byte_leaves_a_token_that_answers() {
    let mut host = Host::new();
    for n in 0..5 {
        host.done(&Put::hotp(&name(n), &secret(n)).command());
    }
    let image = host.flash.image();
    let used = image.iter().rposition(|byte| *byte != 0xff).unwrap();
    let mut lost = 0;
    for place in (0..=used).step_by(3) {
        let mut image = image.clone();
        image[place] ^= 0x10;
        let flash = Flash::<1024>::of(image);
        if Token::<_, _>::open(flash.copy(), device_key(), Seeded(7)).is_err() {
            // The header of the first page tells that it is a vault at all.
            assert!(place < 32, "{place}");
            continue;
        }
        let mut host = Host::on(flash, 7);
        host.select();
        match host.listed().len() {
            5 => {}
            listed => {
                assert_eq!(listed, 4, "{place}");
                lost += 1;
            }
        }
    }
    assert!(lost > 100, "{lost}");
}

/// 64 bytes.
fn name(n: usize) -> String {
    format!("60/An issuer with a long name:somebody@example.com, account {n:03}.")
        .chars()
        .take(64)
        .collect()
}

/// 64 bytes.
fn secret(n: usize) -> Vec<u8> {
    Seeded(n as u64).bytes(64)
}

/// The code of a secret at second 59.
fn expected(secret: &[u8]) -> String {
    let mac = hmac_sha1(secret, &at(59));
    let offset = usize::from(mac[19] & 0x0f);
    let number = u32::from_be_bytes(mac[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}
