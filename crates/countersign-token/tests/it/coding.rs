//! How commands are written: short, extended, in links; which applets there are.

use crate::host::{
    DONE, Host, Put, SELECT_MANAGEMENT, SELECT_OATH, at, calculate, extended, field, fields, short,
};

const SECRET: &[u8] = b"12345678901234567890";
const NAME: &[u8] = &[0xa0, 0x00, 0x00, 0x05, 0x27, 0x21, 0x01];

#[test]
fn the_answer_to_select_says_version_and_identifier() {
    let mut host = Host::new();
    let selected = host.select();
    let tags: Vec<u8> = selected.iter().map(|(tag, _)| *tag).collect();
    assert_eq!(tags, [0x79, 0x71]);
    assert_eq!(selected[0].1, [5, 7, 1]);
    assert_eq!(selected[1].1.len(), 8);
    assert_eq!(host.select(), selected);
}

#[test]
fn a_command_without_data_has_many_forms() {
    let mut host = Host::new();
    host.done(&Put::totp("x", SECRET).command());
    let expected = host.done(&[0, 0xa1, 0, 0]);
    assert_eq!(expected, field(0x72, b"\x21x"));
    for tail in [&[0][..], &[16], &[0, 0, 0], &[0, 1, 0]] {
        let command = [&[0, 0xa1, 0, 0], tail].concat();
        assert_eq!(host.done(&command), expected, "{tail:?}");
    }
}

#[test]
fn a_command_with_data_has_four_forms() {
    let mut host = Host::new();
    host.done(&extended(0x01, 0, 0, &Put::totp("x", SECRET).data()));
    let data = [field(0x71, b"x"), field(0x74, &at(59))].concat();
    let expected = host.done(&short(0xa2, 0, 1, &data));
    assert_eq!(host.done(&extended(0xa2, 0, 1, &data)), expected);
    let with = |command: Vec<u8>, tail: &[u8]| [&command[..], tail].concat();
    assert_eq!(host.done(&with(short(0xa2, 0, 1, &data), &[0])), expected);
    let long = with(extended(0xa2, 0, 1, &data), &[0, 0]);
    assert_eq!(host.done(&long), expected);
}

#[test]
fn lengths_that_do_not_add_up_are_refused() {
    let mut host = Host::new();
    let check = |host: &mut Host, command: &[u8]| host.refused(command, 0x6700);
    for command in [
        &[][..],
        &[0],
        &[0, 0xa1, 0],
        &[0, 0xa1, 0, 0, 0, 0],
        &[0, 0xa1, 0, 0, 2, 1],
        &[0, 0xa1, 0, 0, 1, 1, 0, 0],
        &[0, 0xa1, 0, 0, 0, 0, 0, 1],
        &[0, 0xa1, 0, 0, 0, 0, 2, 1],
        &[0, 0xa1, 0, 0, 0, 0, 1, 1, 0],
        &[0, 0xa1, 0, 0, 0, 0, 1, 1, 0, 0, 0],
    ] {
        check(&mut host, command);
    }
    for class in [0x01, 0x04, 0x11, 0x80, 0x90, 0xff] {
        host.refused(&[class, 0xa1, 0, 0], 0x6e00);
    }
}

#[test]
fn parameters_and_instructions_are_exact() {
    let mut host = Host::new();
    for instruction in [0x01, 0x02, 0x03, 0x05, 0xa1, 0xa3, 0xa5] {
        host.refused(&short(instruction, 1, 0, &[]), 0x6b00);
        host.refused(&short(instruction, 0, 1, &[]), 0x6b00);
    }
    for instruction in [0xa2, 0xa4] {
        host.refused(&short(instruction, 0, 2, &[]), 0x6b00);
        host.refused(&short(instruction, 1, 1, &[]), 0x6b00);
    }
    for instruction in [0x00, 0x06, 0x1d, 0xa0, 0xa6, 0xc0, 0xff] {
        host.refused(&short(instruction, 0, 0, &[]), 0x6d00);
    }
    host.refused(&short(0xa4, 4, 1, NAME), 0x6b00);
}

#[test]
fn a_command_can_come_in_links() {
    let mut host = Host::new();
    let data = Put::totp("linked", SECRET).data();
    for size in [1, 3, 20, data.len() - 1] {
        host.done(&chained(0x01, &data, size)[0]);
        for link in &chained(0x01, &data, size)[1..] {
            assert!(host.done(link).is_empty());
        }
        assert_eq!(host.listed(), [(0x21, "linked".to_owned())]);
        assert_eq!(host.code("linked", &at(59)).as_deref(), Ok("287082"));
    }
    // So can SELECT, in both codings.
    let [mut first, last] = [
        short(0xa4, 4, 0, &NAME[..3]),
        extended(0xa4, 4, 0, &NAME[3..]),
    ];
    first[0] = 0x10;
    assert!(host.done(&first).is_empty());
    assert_eq!(fields(&host.done(&last)), host.select());
}

#[test]
fn links_that_are_given_up_are_forgotten() {
    let mut host = Host::new();
    let data = Put::totp("linked", SECRET).data();
    let links = chained(0x01, &data, 20);
    host.done(&links[0]);
    // Another command is done by itself.
    assert_eq!(host.listed(), []);
    // The rest alone is no account.
    let reply = host.ask(links.last().unwrap());
    assert_eq!(reply.status, 0x6a80);
    assert_eq!(host.listed(), []);
    // Neither is what the power has interrupted.
    host.done(&links[0]);
    host.token.card_reset();
    host.select();
    assert_eq!(host.ask(links.last().unwrap()).status, 0x6a80);
}

#[test]
fn links_of_another_command_begin_anew() {
    let mut host = Host::new();
    host.done(&Put::totp("x", SECRET).command());
    host.done(&chained(0x01, &Put::totp("y", SECRET).data(), 20)[0]);
    for link in chained(0x02, &field(0x71, b"x"), 2) {
        host.done(&link);
    }
    assert_eq!(host.listed(), []);
}

#[test]
fn links_have_a_limit() {
    let mut host = Host::new();
    let link = [&[0x10, 0x01, 0, 0, 128], &[0; 128][..]].concat();
    host.done(&link);
    host.done(&link);
    host.refused(&link, 0x6700);
    // From then on it begins anew.
    let data = Put::totp("linked", SECRET).data();
    for link in chained(0x01, &data, 20) {
        host.done(&link);
    }
    assert_eq!(host.listed().len(), 1);
}

#[test]
fn every_other_applet_is_absent() {
    let mut host = Host::new();
    let others: [&[u8]; 9] = [
        &[0xa0, 0x00, 0x00, 0x05, 0x27, 0x20, 0x01],
        &[0xa0, 0x00, 0x00, 0x05, 0x27, 0x10, 0x02],
        &[0xa0, 0x00, 0x00, 0x06, 0x47, 0x2f, 0x00, 0x01],
        &[0xa0, 0x00, 0x00, 0x03, 0x08],
        &[0xd2, 0x76, 0x00, 0x01, 0x24, 0x01],
        &[0xa0, 0x00, 0x00, 0x05, 0x27],
        &[0xa0, 0x00, 0x00, 0x05, 0x27, 0x21, 0x01, 0x01, 0x01],
        &[0xff; 16],
        &[],
    ];
    for other in others {
        host.refused(&short(0xa4, 4, 0, other), 0x6a82);
    }
    // Where there is none, the one before stays.
    assert_eq!(host.listed(), []);
    let whole = [NAME, &[0x01]].concat();
    assert_eq!(
        fields(&host.done(&short(0xa4, 4, 0, &whole))),
        host.select()
    );
}

#[test]
fn the_management_applet_says_what_the_device_is() {
    let mut host = Host::new();
    let said = host.done(SELECT_MANAGEMENT);
    assert_eq!(said, b"Virtual mgr - FW version 5.7.1");
    let config = host.done(&short(0x1d, 0, 0, &[]));
    assert_eq!(usize::from(config[0]), config.len() - 1);
    let serial = host.token.serial().to_be_bytes().to_vec();
    let expected = [
        (0x01, vec![0x00, 0x20]),
        (0x03, vec![0x00, 0x20]),
        (0x02, serial),
        (0x04, vec![0x01]),
        (0x05, vec![5, 7, 1]),
        (0x0a, vec![0x00]),
    ];
    assert_eq!(fields(&config[1..]), expected);
    host.refused(&short(0x1d, 1, 0, &[]), 0x6b00);
    host.refused(&short(0x1c, 0, 0, &[0]), 0x6d00);
    // It is another applet: accounts are not to be had here.
    host.refused(&short(0xa1, 0, 0, &[]), 0x6d00);
    host.refused(&calculate("x", &[]), 0x6d00);
    assert_eq!(host.ask(SELECT_OATH).status, DONE);
}

/// A command in links of so many bytes.
fn chained(instruction: u8, data: &[u8], size: usize) -> Vec<Vec<u8>> {
    let mut links: Vec<Vec<u8>> = data
        .chunks(size)
        .map(|part| short(instruction, 0, 0, part))
        .collect();
    let last = links.len() - 1;
    for link in &mut links[..last] {
        link[0] = 0x10;
    }
    links
}
