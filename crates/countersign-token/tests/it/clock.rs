//! The clock: who sets it, what it does not believe, and what the trim comes to.

use countersign_core::UnixTime;
use countersign_token::{
    AdminKey, Clock, Obeyed, Order, OrderVerdict, Reading, Rtc, RtcFault, Trim, Vault,
};

use crate::clock_calendar::at;
use crate::rig::{Cut, Flash, How, Seeded, device_key};

/// 2026-09-21 14:13:20.
pub(crate) const NOW: u64 = 1_790_000_000;
pub(crate) const HOUR: u64 = 3_600;

/// A chip whose next readings the test gives; after those it stands where it is.
struct Chip {
    reads: Result<UnixTime, RtcFault>,
    next: Vec<u64>,
    /// Whether it takes what is written.
    takes: bool,
}

impl Rtc for Chip {
    fn read_rtc(&mut self) -> Result<UnixTime, RtcFault> {
        if !self.next.is_empty() {
            return Ok(at(self.next.remove(0)));
        }
        self.reads
    }

    fn write_rtc(&mut self, now: UnixTime) -> Result<(), RtcFault> {
        if self.takes {
            self.reads = Ok(now);
        }
        Ok(())
    }
}

pub(crate) struct Device {
    flash: Flash,
    vault: Vault<Flash>,
    pub(crate) clock: Clock,
    chip: Chip,
    random: Seeded,
}

impl Device {
    fn new() -> Self {
        Self::on(Flash::blank(4))
    }

    /// A device whose clock was set to [`NOW`].
    pub(crate) fn set_to_now() -> Self {
        let mut device = Self::new();
        assert_eq!(device.set(NOW), Obeyed::Done);
        assert_eq!(device.read(), known(NOW, NOW));
        device
    }

    fn on(flash: Flash) -> Self {
        let mut vault = Vault::mount(flash.clone(), device_key()).unwrap();
        let clock = Clock::load(&mut vault).unwrap();
        let chip = Chip {
            reads: Ok(at(NOW)),
            next: Vec::new(),
            takes: true,
        };
        Self {
            flash,
            vault,
            clock,
            chip,
            random: Seeded(3),
        }
    }

    /// The power goes and comes; the chip has its battery.
    pub(crate) fn power_cycle(&mut self) {
        let reads = self.chip.reads;
        *self = Self::on(self.flash.clone());
        self.chip.reads = reads;
    }

    pub(crate) fn read(&mut self) -> Reading {
        let (vault, random) = (&mut self.vault, &mut self.random);
        self.clock.read(&mut self.chip, vault, random).unwrap()
    }

    pub(crate) fn read_at(&mut self, chip: u64) -> Reading {
        self.chip.reads = Ok(at(chip));
        self.read()
    }

    pub(crate) fn set(&mut self, secs: u64) -> Obeyed {
        self.order(Order::SetTime(at(secs)))
    }

    pub(crate) fn trim(&mut self, ppm: i16) -> Obeyed {
        self.order(Order::Trim(Trim::from_ppm(ppm).unwrap()))
    }

    fn order(&mut self, order: Order) -> Obeyed {
        let key = AdminKey::new([5; 32]);
        let proof = key.proof(&[6; 16], order);
        let OrderVerdict::Authentic(order) = key.check(&[6; 16], order, &proof) else {
            panic!("the proof is right");
        };
        let (vault, random) = (&mut self.vault, &mut self.random);
        self.clock
            .obey(order, &mut self.chip, vault, random)
            .unwrap()
    }
}

pub(crate) fn known(now: u64, last_synced: u64) -> Reading {
    Reading::Known {
        now: at(now),
        last_synced: at(last_synced),
    }
}

#[test]
fn a_clock_that_was_never_set_is_not_believed() {
    let mut device = Device::new();
    assert_eq!(device.read(), Reading::Unset);
    assert_eq!(device.trim(10), Obeyed::NeverSet);
    assert_eq!(device.read(), Reading::Unset);
}

#[test]
fn once_set_it_goes_on_over_power_cycles() {
    let mut device = Device::set_to_now();
    assert_eq!(device.read_at(NOW + 1), known(NOW + 1, NOW));
    device.power_cycle();
    assert_eq!(device.read_at(NOW + 7), known(NOW + 7, NOW));
    assert_eq!(device.set(NOW + 100), Obeyed::Done);
    assert_eq!(device.read(), known(NOW + 100, NOW + 100));
    device.power_cycle();
    assert_eq!(
        device.read_at(NOW + 9_000_000),
        known(NOW + 9_000_000, NOW + 100)
    );
}

#[test]
fn a_chip_that_fails_is_unset_until_it_works() {
    let mut device = Device::set_to_now();
    device.chip.reads = Err(RtcFault);
    assert_eq!(device.read(), Reading::Unset);
    assert_eq!(device.trim(5), Obeyed::ChipFault);
    device.power_cycle();
    assert_eq!(device.read(), Reading::Unset);
    assert_eq!(device.read_at(NOW + 60), known(NOW + 60, NOW));
}

#[test]
fn a_chip_that_does_not_take_the_time_is_found_out() {
    let mut device = Device::new();
    device.chip.takes = false;
    device.chip.reads = Ok(at(NOW - 50_000));
    assert_eq!(device.set(NOW), Obeyed::ChipFault);
    assert_eq!(device.read(), Reading::Unset);
    device.chip.reads = Ok(at(NOW + 3));
    assert_eq!(device.set(NOW), Obeyed::ChipFault);
    device.chip.reads = Ok(at(NOW + 2));
    assert_eq!(device.set(NOW), Obeyed::Done);
}

#[test]
fn a_clock_that_went_back_is_not_believed() {
    let mut device = Device::set_to_now();
    let latest = NOW + 50 * HOUR;
    assert_eq!(device.read_at(latest), known(latest, NOW));
    assert_eq!(device.read_at(latest - 600), known(latest - 600, NOW));
    assert_eq!(device.read_at(latest - 601), Reading::Unset);
    // Going back again and again in small steps gains nothing.
    assert_eq!(device.read_at(latest - 1_200), Reading::Unset);
    assert_eq!(device.read_at(latest - 600), known(latest - 600, NOW));
    device.power_cycle();
    assert_eq!(device.read_at(latest - 601), Reading::Unset);
    assert_eq!(device.read_at(NOW), Reading::Unset);
    assert_eq!(device.read_at(latest + 1), known(latest + 1, NOW));
}

/// A power cut forgets no more of the latest time than it says.
#[test]
fn the_latest_time_outlives_the_power() {
    let mut device = Device::set_to_now();
    for minute in 1..=600 {
        let now = NOW + minute * 60;
        assert_eq!(device.read_at(now), known(now, NOW));
        let mut after = Device::on(device.flash.copy());
        let forgotten = now - after.clock.high_water().secs();
        assert!(forgotten < Clock::MARK_EVERY_SECS, "{forgotten}");
        let back = now - Clock::MARK_EVERY_SECS - Clock::BACKWARDS_SECS;
        assert_eq!(after.read_at(back), Reading::Unset);
    }
}

#[test]
fn the_store_is_written_every_ten_minutes_at_most() {
    let mut device = Device::set_to_now();
    let mut writes = 0;
    for second in 1..=3_600 {
        let before = device.flash.operations();
        assert_eq!(device.read_at(NOW + second), known(NOW + second, NOW));
        writes += u32::from(device.flash.operations() != before);
    }
    assert_eq!(writes, 6);
}

#[test]
fn setting_it_back_is_refused_even_for_the_admin() {
    let mut device = Device::set_to_now();
    assert_eq!(device.read_at(NOW + HOUR), known(NOW + HOUR, NOW));
    assert_eq!(device.set(NOW + HOUR - 601), Obeyed::Backwards);
    assert_eq!(device.read(), known(NOW + HOUR, NOW));
    assert_eq!(device.set(NOW + HOUR - 600), Obeyed::Done);
    assert_eq!(device.read(), known(NOW + HOUR - 600, NOW + HOUR - 600));
    // From there it does not go back by another ten minutes.
    assert_eq!(device.set(NOW + HOUR - 601), Obeyed::Backwards);
    device.power_cycle();
    assert_eq!(device.set(NOW + HOUR - 601), Obeyed::Backwards);
}

/// CVE-2021-32033: forward, look at the codes to come, and back.
#[test]
fn going_forward_and_back_is_found_out() {
    let mut device = Device::set_to_now();
    let harvest = NOW + 365 * 24 * HOUR;
    assert_eq!(device.set(harvest), Obeyed::Done);
    assert_eq!(device.set(NOW + 5), Obeyed::Backwards);
    device.power_cycle();
    assert_eq!(device.set(NOW + 6), Obeyed::Backwards);
    // The same by the wires of the chip.
    let mut device = Device::set_to_now();
    assert_eq!(device.read_at(harvest), known(harvest, NOW));
    assert_eq!(device.read_at(NOW + 7), Reading::Unset);
    device.power_cycle();
    assert_eq!(device.read_at(NOW + 8), Reading::Unset);
}

#[test]
fn a_cut_while_it_is_set_leaves_a_clock_that_is_right_or_unset() {
    let later = NOW + 100 * HOUR;
    let mut cuts = 0;
    for how in [How::Clean, How::Torn(1), How::Torn(2)] {
        for after in 0.. {
            let mut device = Device::set_to_now();
            let flash = device.flash.clone();
            flash.cut(Cut { after, how });
            let key = AdminKey::new([5; 32]);
            let order = Order::SetTime(at(later));
            let proof = key.proof(&[6; 16], order);
            let OrderVerdict::Authentic(order) = key.check(&[6; 16], order, &proof) else {
                panic!("the proof is right");
            };
            let (vault, random) = (&mut device.vault, &mut device.random);
            let obeyed = device.clock.obey(order, &mut device.chip, vault, random);
            let is_over = !flash.is_off();
            assert_eq!(obeyed.is_ok(), is_over);
            flash.power_up();
            device.power_cycle();
            let reading = device.read();
            let right = [
                known(later, later),
                known(later, NOW),
                known(NOW, NOW),
                Reading::Unset,
            ];
            assert!(right.contains(&reading), "{reading:?}");
            if let Reading::Known { now, .. } = reading {
                assert_eq!(Ok(now), device.chip.reads);
            }
            if is_over {
                break;
            }
            cuts += 1;
        }
    }
    assert!(cuts > 30, "{cuts}");
}

/// One disturbed reading must not become the latest time for ever.
#[test]
fn a_single_reading_far_ahead_is_not_believed() {
    let mut device = Device::set_to_now();
    for strange in [NOW + 700, NOW + 10_000 * HOUR] {
        device.chip.next = vec![strange, NOW + 30];
        assert_eq!(device.read(), Reading::Unset);
    }
    assert_eq!(device.read_at(NOW + 30), known(NOW + 30, NOW));
    // It went on by that much if it says so twice.
    device.chip.next = vec![NOW + 9_000, NOW + 9_001];
    assert_eq!(device.read(), known(NOW + 9_001, NOW));
    device.chip.next = vec![NOW + 99_000, NOW + 98_999];
    assert_eq!(device.read(), Reading::Unset);
    device.chip.next = vec![NOW + 99_000, NOW + 99_003];
    assert_eq!(device.read(), Reading::Unset);
}

/// Whichever byte is damaged: the clock is right or unset, and what it went back behind is not
/// forgotten.
#[test]
fn what_the_store_cannot_tell_is_not_believed() {
    let later = NOW + 50 * HOUR;
    let mut device = Device::set_to_now();
    assert_eq!(device.read_at(later), known(later, NOW));
    let image = device.flash.image();
    let (mut right, mut unset) = (0, 0);
    for place in (0..image.len()).filter(|place| image[*place] != 0xff) {
        let flash = Flash::of(image.clone());
        flash.spoil(place);
        if Vault::<Flash>::mount(flash.copy(), device_key()).is_err() {
            continue;
        }
        let mut device = Device::on(flash);
        assert_eq!(device.read_at(NOW + HOUR), Reading::Unset, "{place}");
        assert!(device.clock.high_water() >= at(NOW));
        assert_eq!(device.set(NOW - 601), Obeyed::Backwards, "{place}");
        match device.read_at(later + 9) {
            Reading::Unset => unset += 1,
            reading @ Reading::Known { .. } => {
                assert_eq!(reading, known(later + 9, NOW), "{place}");
                right += 1;
            }
        }
        // The admin sets it right again.
        assert_eq!(device.set(later + 10), Obeyed::Done, "{place}");
        assert_eq!(device.read(), known(later + 10, later + 10), "{place}");
    }
    assert!(unset > 20 && right > 20, "{unset} {right}");
}
