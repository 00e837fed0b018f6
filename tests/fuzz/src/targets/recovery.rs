//! Recovery codes: the stored form, the text as it is typed, and that each code is good once.

use countersign_core::{
    Entropy, RecoveryCode, RecoveryCodes, RecoveryVerdict, Sha1, Sha256, Sha512,
};

use super::Target;
use crate::model::draw;

pub(super) const TARGET: Target = Target {
    name: "recovery",
    run,
    seeds,
    max_len: 256,
};

fn run(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        typed(text);
    }
    if let Ok(mut set) = RecoveryCodes::decode(data) {
        assert_eq!(set.encode()[..], *data, "a second spelling");
        let left = set.remaining();
        let code = RecoveryCode::parse("7ZQK-0M3D-XW8N-25TA-JH4V-RC9E").unwrap();
        let before = set.clone();
        match set.redeem::<Sha256>(&code) {
            RecoveryVerdict::Accepted(redeemed) => {
                assert_eq!(redeemed.remaining(), set.remaining());
                assert!(set.remaining() < left);
            }
            RecoveryVerdict::AlreadyUsed | RecoveryVerdict::Mismatch => assert_eq!(set, before),
        }
    }
    if let Some((draw, order)) = data.split_first_chunk::<{ Entropy::LEN }>() {
        redeemed(*draw, order);
    }
}

fn typed(text: &str) {
    let symbols: Option<Vec<char>> = text
        .chars()
        .filter(|char| !matches!(char, ' ' | '-'))
        .map(|char| match char.to_ascii_uppercase() {
            'O' => Some('0'),
            'I' | 'L' => Some('1'),
            'U' => None,
            symbol => symbol.is_ascii_alphanumeric().then_some(symbol),
        })
        .collect();
    let meant = symbols.filter(|symbols| symbols.len() == 24 && text.len() <= 64);
    let Ok(code) = RecoveryCode::parse(text) else {
        assert_eq!(meant, None);
        return;
    };
    let groups = code.as_str().split('-').map(str::len);
    assert!(groups.eq([4; 6]));
    let symbols: Vec<char> = code.as_str().chars().filter(|char| *char != '-').collect();
    assert_eq!(Some(symbols), meant);
    assert_eq!(
        RecoveryCode::parse(code.as_str()).unwrap().as_str(),
        code.as_str()
    );
}

/// Redeems the codes of a fresh set in this order, some of them again and again.
fn redeemed(draw: [u8; Entropy::LEN], order: &[u8]) {
    let (mut set, codes) = match draw[0] % 3 {
        0 => RecoveryCodes::issue::<Sha1>(Entropy::from_bytes(draw)),
        1 => RecoveryCodes::issue::<Sha256>(Entropy::from_bytes(draw)),
        _ => RecoveryCodes::issue::<Sha512>(Entropy::from_bytes(draw)),
    };
    let mut used = [false; RecoveryCodes::COUNT];
    for byte in order.iter().take(24) {
        let place = usize::from(*byte) % 16;
        let Some(code) = codes.get(place) else {
            continue;
        };
        let verdict = match draw[0] % 3 {
            0 => set.redeem::<Sha1>(code),
            1 => set.redeem::<Sha256>(code),
            _ => set.redeem::<Sha512>(code),
        };
        let fresh = matches!(verdict, RecoveryVerdict::Accepted(_));
        assert_eq!(fresh, !used[place], "{verdict:?}");
        used[place] = true;
        set = RecoveryCodes::decode(&set.encode()).expect("what is written can be read");
        let left = used.iter().filter(|used| !**used).count();
        assert_eq!(usize::from(set.remaining()), left);
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let (set, codes) = RecoveryCodes::issue::<Sha256>(draw(1));
    let mut play = vec![7; Entropy::LEN];
    play.extend([0, 1, 1, 9, 3, 0]);
    vec![
        set.encode().to_vec(),
        codes[0].as_str().as_bytes().to_vec(),
        b"7zqk om3d xw8n 25ta jh4v rc9e".to_vec(),
        play,
    ]
}
