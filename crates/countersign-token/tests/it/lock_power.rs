//! Power that goes away at every write and every erasure: no door opens twice with one code, no
//! try is given back, nobody else is shut out.

use countersign_core::Code;
use countersign_token::lock::{AdminVerdict, Command, Kind, Verdict};
use countersign_token::{Key, Space, Vault};

use crate::lock_world::{
    Authenticator, House, PIN, START, add_command, device_key, other_than, user,
};
use crate::vault_chip::Cut;

const CUTS: [Cut; 2] = [Cut::Clean, Cut::Torn];
const ROUNDS: u64 = 24;

/// A house with two users who have been in, and some history.
fn lived_in() -> (House, Authenticator, Authenticator) {
    let mut house = House::new();
    let ada = house.enrol(7, Kind::Time);
    let bob = house.enrol(8, Kind::Counter);
    for round in 1..=12 {
        let now = house.clocks.rtc.expect("a clock");
        assert_eq!(house.says(7, PIN, &ada.at(now)), "opened");
        assert_eq!(house.says(8, PIN, &bob.nth(round)), "opened by counter");
        house.clocks.pass(30);
    }
    (house, ada, bob)
}

/// The writes and erasures of `story`.
fn operations(house: &House, story: impl Fn(&mut House)) -> usize {
    let mut house = house.copy();
    let before = house.chip.operations();
    story(&mut house);
    house.chip.operations() - before
}

/// Tells `story` with a cut at each of its operations, then has `after` look at what is left. Gives
/// the number of cuts.
fn cut_everywhere<T>(
    house: &House,
    story: impl Fn(&mut House) -> T,
    mut after: impl FnMut(&mut House, T, usize),
) -> usize {
    let operations = operations(house, |house| {
        story(house);
    });
    for cut in CUTS {
        for at in 0..=operations {
            let mut house = house.copy();
            house.chip.cut_after(at, cut);
            let told = story(&mut house);
            assert_eq!(house.chip.is_dead(), at < operations, "{cut:?} at {at}");
            house.power_cycle();
            after(&mut house, told, at);
        }
    }
    2 * operations
}

fn opened(verdict: &Verdict) -> usize {
    usize::from(matches!(verdict, Verdict::Opened(_)))
}

/// How many more wrong answers there are before the number is locked.
fn tries_left(house: &mut House, number: u8, wrong: &Code) -> usize {
    for left in 0..=20 {
        house.clocks.uptime_millis += 1_000_000;
        match house.says(number, "1111", wrong).as_str() {
            "wrong" => {}
            "locked" => return left,
            other => panic!("{other}"),
        }
    }
    panic!("there is no end of tries");
}

/// One opening, cut everywhere; then the same from where it led to, until pages have been erased.
#[track_caller]
fn check_openings(number: u8, step: u64, mut house: House, code: impl Fn(u64, u64) -> Code) {
    let erasures = house.chip.erasures();
    let (mut cuts, mut opened_late) = (0, 0);
    for round in 0..ROUNDS {
        let now = house.clocks.rtc.expect("a clock");
        let (this, next) = (code(now, round), code(now + step, round + 1));
        let mut shown = 0;
        cuts += cut_everywhere(
            &house,
            |house| house.enter(number, PIN, &this),
            |house, verdict, at| {
                let before = opened(&verdict);
                let again = opened(&house.enter(number, PIN, &this));
                assert!(before + again <= 1, "opened twice, cut at {at}");
                shown += before;
                opened_late += again;
                house.clocks.pass(step);
                let next = house.enter(number, PIN, &next);
                assert_eq!(opened(&next), 1, "{next:?} after a cut at {at}");
            },
        );
        assert_eq!(shown, 2, "it opens without a cut, and with none alone");
        assert_eq!(opened(&house.enter(number, PIN, &this)), 1);
        house.clocks.pass(step);
    }
    assert!(opened_late > 0, "what was cut early enough is not used up");
    assert!(cuts > 3_000, "{cuts}");
    assert!(
        house.chip.erasures() > erasures,
        "pages are erased meanwhile"
    );
}

#[test]
fn no_cut_opens_twice_by_the_time() {
    let (house, ada, _) = lived_in();
    check_openings(7, 30, house, |now, _| ada.at(now));
}

#[test]
fn no_cut_opens_twice_by_a_counter() {
    let (house, _, bob) = lived_in();
    check_openings(8, 0, house, |_, round| bob.nth(13 + round));
}

#[track_caller]
fn check_wrong(number: u8, pin: &str) {
    let (house, ada, _) = lived_in();
    let wrong = other_than(&ada.at(START));
    let mut least = [10; 2];
    cut_everywhere(
        &house,
        |house| house.says(number, pin, &wrong),
        |house, said, at| {
            let left = tries_left(house, number, &wrong);
            if said == "wrong" {
                assert_eq!(left, 9, "the answer was seen, cut at {at}");
            }
            // A later cut of the same kind never leaves more.
            let least = &mut least[usize::from(at > 0)];
            assert!(left >= 9 && left <= *least, "{left} left, cut at {at}");
            if at > 0 {
                *least = left;
            }
            if said == "wrong" {
                *least = 10;
            }
        },
    );
}

#[test]
fn no_cut_gives_a_try_back_after_a_wrong_pin() {
    check_wrong(7, "1111");
}

#[test]
fn no_cut_gives_a_try_back_after_a_wrong_code() {
    check_wrong(7, PIN);
    check_wrong(8, PIN);
}

#[test]
fn no_cut_gives_a_try_back_at_a_number_without_a_user() {
    check_wrong(55, PIN);
}

#[test]
fn cutting_every_try_gains_nothing() {
    let (house, ada, _) = lived_in();
    let wrong = other_than(&ada.at(START));
    let count = operations(&house, |house| {
        house.says(7, PIN, &wrong);
    });
    for at in 0..=count {
        let mut house = house.copy();
        let mut answers = 0;
        for _ in 0..25 {
            house.chip.cut_after(at, Cut::Clean);
            answers += usize::from(house.says(7, PIN, &wrong) == "wrong");
            house.power_cycle();
            house.clocks.uptime_millis = 1_000_000;
        }
        assert!(answers <= 10, "{answers} answers, each cut at {at}");
    }
}

#[test]
fn a_cut_while_adding_leaves_all_of_a_user_or_nothing() {
    let (house, ada, _) = lived_in();
    for kind in [Kind::Time, Kind::Counter] {
        cut_everywhere(
            &house,
            |house| house.administer(&add_command(9, kind)),
            |house, verdict, at| {
                let found = house.lock.user_status(user(9)).expect("it reads");
                if matches!(verdict, AdminVerdict::Added(_)) {
                    assert!(found.is_some(), "it was said so, cut at {at}");
                }
                if found.is_some() {
                    let removed = house.administer(&Command::RemoveUser(user(9)));
                    assert!(matches!(removed, AdminVerdict::Done), "{removed:?}");
                }
                house.enrol(9, kind);
                let now = house.clocks.rtc.expect("a clock");
                assert_eq!(house.says(7, PIN, &ada.at(now)), "opened", "cut at {at}");
            },
        );
    }
}

#[test]
fn a_cut_while_removing_leaves_a_user_or_nobody() {
    let (house, ada, bob) = lived_in();
    cut_everywhere(
        &house,
        |house| house.administer(&Command::RemoveUser(user(8))),
        |house, verdict, at| {
            let found = house.lock.user_status(user(8)).expect("it reads");
            if matches!(verdict, AdminVerdict::Done) {
                assert!(found.is_none(), "it was said so, cut at {at}");
            }
            let expected = if found.is_some() {
                "opened by counter"
            } else {
                "wrong"
            };
            assert_eq!(house.says(8, PIN, &bob.nth(13)), expected, "cut at {at}");
            if found.is_none() {
                let vault = Vault::<_, 256>::mount(house.chip.clone(), device_key());
                let vault = vault.expect("it mounts");
                assert!(!vault.contains(Key::of(Space::LockState, 8)), "cut at {at}");
                house.enrol(8, Kind::Counter);
            }
            let now = house.clocks.rtc.expect("a clock");
            assert_eq!(house.says(7, PIN, &ada.at(now)), "opened", "cut at {at}");
        },
    );
}

#[test]
fn a_cut_while_confirming_keeps_or_spends_the_first_code() {
    let (mut house, _, _) = lived_in();
    let eve = house.add(9, Kind::Time);
    let now = house.clocks.rtc.expect("a clock");
    let first = eve.at(now);
    cut_everywhere(
        &house,
        |house| house.says(9, PIN, &first),
        |house, _, at| {
            let again = house.says(9, PIN, &first);
            assert!(
                again == "enrolled" || again == "used",
                "{again}, cut at {at}"
            );
            house.clocks.pass(30);
            assert_eq!(
                house.says(9, PIN, &eve.at(now + 30)),
                "opened",
                "cut at {at}"
            );
        },
    );
}

#[test]
fn a_cut_leaves_the_audit_ring_without_a_gap() {
    let (house, ada, _) = lived_in();
    let now = house.clocks.rtc.expect("a clock");
    let mut before = house.copy();
    let first = before.audit().first().map(|entry| entry.number);
    cut_everywhere(
        &house,
        |house| opened(&house.enter(7, PIN, &ada.at(now))),
        |house, opened, at| {
            let numbers: Vec<_> = house.audit().iter().map(|entry| entry.number).collect();
            let contiguous = numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]);
            assert!(
                contiguous && numbers.first().copied() == first,
                "cut at {at}"
            );
            if opened == 1 {
                assert_eq!(numbers.len(), before.audit().len() + 1, "cut at {at}");
            }
        },
    );
}
