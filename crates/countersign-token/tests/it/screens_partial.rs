//! Whatever is drawn over whatever, on whatever display: only what changed, and nothing beside it.

use countersign_core::Code;
use countersign_token::screens::{
    AccountCode, ClockFace, List, Notice, Painter, PinEntry, Prompt, Question, Screen, Shown,
    Storage,
};
use countersign_token::{Ask, Calendar};
use proptest::prelude::*;

use crate::display::Display;

/// What a screen can be made of.
#[derive(Clone, Debug)]
struct Parts {
    kind: u8,
    name: Vec<u8>,
    names: Vec<Vec<u8>>,
    numbers: [u32; 4],
}

fn parts() -> impl Strategy<Value = Parts> {
    let name = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..80),
        "[ -~]{0,70}".prop_map(String::into_bytes),
        "\\PC{0,30}".prop_map(String::into_bytes),
    ];
    let names = proptest::collection::vec(name.clone(), 0..6);
    let numbers = prop_oneof![
        any::<[u32; 4]>(),
        (0..9_u32, 0..9_u32, 0..40_u32, 0..9_u32).prop_map(|(a, b, c, d)| [a, b, c, d]),
    ];
    (0..16_u8, name, names, numbers).prop_map(|(kind, name, names, numbers)| Parts {
        kind,
        name,
        names,
        numbers,
    })
}

impl Parts {
    fn show(&self, draw: impl FnOnce(&Screen<'_>)) {
        let [a, b, c, d] = self.numbers;
        let size = |number: u32| usize::try_from(number).unwrap();
        let code = Code::parse(["123456", "0987654", "12345678", "9999999999"][size(a % 4)]);
        let code = code.unwrap();
        let rows: Vec<&[u8]> = self.names.iter().map(Vec::as_slice).collect();
        let prompt = |question| {
            Screen::Prompt(Prompt {
                question,
                left_secs: a,
                wait_secs: b,
            })
        };
        let name = &self.name;
        let shown = |shown| Screen::Code(AccountCode { name, shown });
        let screen = match self.kind {
            0 => Screen::Blank,
            1 | 2 => Screen::List(List {
                title: "Accounts",
                rows: &rows,
                first: size(a),
                chosen: size(b),
                total: size(c),
            }),
            3 => shown(Shown::OnRequest(a.to_le_bytes()[0])),
            4 => shown(Shown::Counter(&code)),
            5 | 6 => shown(Shown::Timed {
                code: &code,
                left_secs: b,
                period_secs: c,
            }),
            7 => prompt(Question::Host(Ask::Calculate(name))),
            8 => prompt(Question::Host(Ask::Overwrite(name))),
            9 => prompt(Question::Export(name)),
            10 => prompt(Question::Host(Ask::Reset)),
            11 => Screen::PinEntry(PinEntry {
                title: "Enter PIN",
                entered: a.to_le_bytes()[0],
                figure: Some(b.to_le_bytes()[0]),
                most: c.to_le_bytes()[0],
                tries_left: Some(d.to_le_bytes()[0]),
                message: "Wrong PIN",
            }),
            12 => Screen::Clock(ClockFace {
                now: Calendar::from_unix(Calendar::FIRST.plus_secs(a % 3_000_000_000)).unwrap(),
                synced_secs_ago: u64::from(b) * u64::from(c),
            }),
            13 => Screen::Storage(Storage {
                accounts: size(a),
                most_accounts: size(b),
                used: size(c),
                capacity: size(d),
                damaged: size(a),
            }),
            14 => Screen::Qr(name),
            _ => Screen::Notice(Notice::Wait { left_secs: a }),
        };
        draw(&screen);
    }
}

/// The displays that are sold, and some that are not.
fn sizes() -> impl Strategy<Value = (usize, usize)> {
    prop_oneof![
        4 => Just((128, 64)),
        1 => prop_oneof![
            Just((128, 32)),
            Just((64, 48)),
            Just((72, 40)),
            Just((128, 128)),
            Just((240, 135)),
            Just((1, 1)),
            (1..150_usize, 1..150_usize),
        ],
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..Default::default()
    })]

    /// After a chain of screens each is as if it was drawn alone, and no row but those that the
    /// painter tells of was touched.
    #[test]
    fn a_screen_over_another_is_as_if_drawn_alone(
        chain in proptest::collection::vec(parts(), 1..5),
        (width, height) in sizes(),
    ) {
        let mut display = Display::new(width, height);
        let mut painter = Painter::new();
        for parts in chain {
            let mut alone = Display::new(width, height);
            parts.show(|screen| alone.draw(screen));
            let mut rows = None;
            parts.show(|screen| rows = painter.paint(screen, &mut display).unwrap());
            prop_assert!(display.pixels() == alone.pixels());
            let drawn = display.drawn_rows();
            let told: Vec<u32> = rows.map_or(vec![], |rows| (rows.start..rows.end).collect());
            prop_assert_eq!(drawn, told);
            // Once more, and nothing is drawn.
            parts.show(|screen| rows = painter.paint(screen, &mut display).unwrap());
            prop_assert_eq!(rows, None);
        }
    }

    /// Names that differ only where the display cannot show it all the same have as many signs.
    #[test]
    fn every_character_of_a_name_leaves_a_trace(text in "\\PC{1,6}") {
        let mut with = Display::new(128, 64);
        let mut without = Display::new(128, 64);
        let draw = |display: &mut Display, row: &[u8]| {
            let rows = [row];
            let list = List { title: "", rows: &rows, first: 0, chosen: 0, total: 1 };
            display.draw(&Screen::List(list));
        };
        draw(&mut with, format!("a{text}z").as_bytes());
        let shorter: String = text.chars().skip(1).collect();
        draw(&mut without, format!("a{shorter}z").as_bytes());
        prop_assert!(with.pixels() != without.pixels());
    }
}

#[test]
fn a_display_that_fails_is_drawn_whole_the_next_time() {
    use embedded_graphics::Pixel;
    use embedded_graphics::draw_target::DrawTarget;
    use embedded_graphics::geometry::{OriginDimensions, Size};
    use embedded_graphics::pixelcolor::BinaryColor;

    /// Takes so many calls, then fails.
    struct Failing(u32);
    impl OriginDimensions for Failing {
        fn size(&self) -> Size {
            Size::new(128, 64)
        }
    }
    impl DrawTarget for Failing {
        type Color = BinaryColor;
        type Error = ();
        fn draw_iter<I: IntoIterator<Item = Pixel<BinaryColor>>>(
            &mut self,
            _: I,
        ) -> Result<(), ()> {
            self.0 = self.0.checked_sub(1).ok_or(())?;
            Ok(())
        }
    }
    let screen = Screen::Notice(Notice::TimeUnset);
    let mut painter = Painter::new();
    for calls in 0..80 {
        assert_eq!(painter.paint(&screen, &mut Failing(calls)), Err(()));
    }
    let rows = painter.paint(&screen, &mut Failing(u32::MAX)).unwrap();
    assert_eq!(rows.map(|rows| (rows.start, rows.end)), Some((0, 64)));
    assert_eq!(painter.paint(&screen, &mut Failing(0)), Ok(None));
    painter.forget();
    assert_eq!(painter.paint(&screen, &mut Failing(0)), Err(()));
    // A screen that was left half drawn is on the display in place of the one before.
    painter.paint(&screen, &mut Failing(u32::MAX)).unwrap();
    let other = Screen::Notice(Notice::Empty);
    assert_eq!(painter.paint(&other, &mut Failing(3)), Err(()));
    let rows = painter.paint(&screen, &mut Failing(u32::MAX)).unwrap();
    assert_eq!(rows.map(|rows| (rows.start, rows.end)), Some((0, 64)));
}
