//! Tests that run on the emulated board itself, each from its own reset.
#![no_std]
#![no_main]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is wrong"
)]

#[path = "on_target/recorder.rs"]
mod recorder;

#[embedded_test::tests]
mod tests {
    use countersign_core::UnixTime;
    use countersign_token::{ClockChip, Eeprom, RegisterClock, Rtc as _};
    use embedded_hal::delay::DelayNs as _;
    use embedded_hal::i2c::I2c as _;
    use embedded_storage::nor_flash::{NorFlash as _, ReadNorFlash as _};
    use token_firmware::board::Board;
    use token_firmware::oled::{Frame, Oled};
    use token_firmware::vpcd::{Event, Frames};

    use super::recorder::{Log, Pin, Wire};

    #[init]
    fn init() -> Board {
        Board::take().unwrap()
    }

    #[test]
    fn there_is_one_board(_board: Board) {
        assert!(Board::take().is_none());
    }

    #[test]
    fn nobody_answers_at_an_address_without_a_chip(board: Board) {
        let (mut bus, mut byte) = (board.bus, [0]);
        assert!(bus.read(0x33, &mut byte).is_err());
        assert!(bus.write(0x33, &[]).is_err());
        // The bus is free again.
        assert!(bus.write(0x50, &[]).is_ok());
    }

    #[test]
    fn the_time_since_reset_goes_on(mut board: Board) {
        let before = board.timer.millis();
        board.timer.delay_ms(20);
        let after = board.timer.millis();
        assert!(after >= before + 20);
        let clocks = board.timer.clocks();
        // The emulator stands still for a moment at the end of a millisecond.
        assert!((0..10_000).any(|_| board.timer.clocks() != clocks));
    }

    #[test]
    fn the_clock_chip_keeps_what_it_is_set_to(board: Board) {
        let mut chip = RegisterClock::new(board.bus, ClockChip::Ds1338);
        let time = |secs| UnixTime::from_secs(secs).unwrap();
        // As the emulator started it; then a leap day, and the last days of a decade.
        assert!(chip.read_rtc().unwrap() >= time(1_234_567_890));
        for secs in [1_709_210_096, 3_155_759_990, 1_234_566_030] {
            assert_eq!(chip.write_rtc(time(secs)), Ok(()));
            let read = chip.read_rtc().unwrap();
            assert!(read >= time(secs) && read <= time(secs + 30));
        }
        assert!(chip.write_rtc(time(0)).is_err());
    }

    #[test]
    fn a_picture_is_sent_within_its_window(_board: Board) {
        let log = Log::new();
        let mut oled = Oled::new(Wire(&log), Pin(&log), Pin(&log));
        log.clear();
        let mut frame = Frame::new();
        embedded_graphics::draw_target::DrawTarget::clear(
            &mut frame,
            embedded_graphics::pixelcolor::BinaryColor::On,
        )
        .unwrap();
        oled.show(&frame, 62..70);
        // Window of the last two rows, then 64 bytes a row, white.
        assert_eq!(log.sent(), 6 + 2 * 64);
        assert_eq!(log.first(), [0x15, 0, 63, 0x75, 62, 63, 0xff, 0xff]);
        log.clear();
        oled.show(&frame, 64..70);
        oled.show(&frame, 5..5);
        assert_eq!(log.sent(), 0);
    }

    #[test]
    fn the_storage_keeps_what_is_written(board: Board) {
        let mut storage = Eeprom::new(board.bus, Eeprom::FIRST_ADDRESS, 32 * 1024);
        storage.erase(1024, 2048).unwrap();
        storage.write(1100, &[0xf0; 100]).unwrap();
        storage.write(1102, &[0x3c; 2]).unwrap();
        let mut read = [0; 104];
        storage.read(1098, &mut read).unwrap();
        assert_eq!(read[..6], [0xff, 0xff, 0xf0, 0xf0, 0x30, 0x30]);
        assert_eq!(read[100..], [0xf0, 0xf0, 0xff, 0xff]);
        let mut another = Eeprom::new(board.bus, Eeprom::FIRST_ADDRESS, 32 * 1024);
        another.read(1102, &mut read[..2]).unwrap();
        assert_eq!(read[..2], [0x30, 0x30]);
    }

    #[test]
    fn frames_are_put_together_from_bytes(_board: Board) {
        let mut frames = Frames::<6>::new();
        let mut last = |bytes: &[u8]| bytes.iter().fold(None, |_, byte| frames.push(*byte));
        assert_eq!(last(&[0, 1, 0]), Some(Event::PowerOff));
        assert_eq!(last(&[0, 1, 1]), Some(Event::PowerOn));
        assert_eq!(last(&[0, 1, 2]), Some(Event::Reset));
        assert_eq!(last(&[0, 1, 4]), Some(Event::Atr));
        assert_eq!(last(&[0, 1, 9]), None);
        assert_eq!(last(&[0, 0]), None);
        assert_eq!(last(&[0, 5, 1, 2, 3, 4]), None);
        assert_eq!(last(&[5]), Some(Event::Command));
        assert_eq!(last(&[0, 7, 1, 2, 3, 4, 5, 6, 7]), Some(Event::TooLong));
        assert_eq!(last(&[0, 2, 9, 8]), Some(Event::Command));
        assert_eq!(frames.request(), [9, 8]);
        assert_eq!(frames.push(0), None);
        assert!(frames.is_within());
        frames.abandon();
        assert!(!frames.is_within());
    }
}
