//! A keypad lock on a micro:bit: `countersign-token`'s offline verifier with the nRF51822's own
//! flash, noise source, timer, serial line and a pin for the relay.
#![no_std]
#![no_main]

mod clock;
mod door;
mod halt;
mod health;
mod line;
mod nvmc;
mod provision;
mod register;
mod rng;
mod service;
mod sleep;
mod uart;

use cortex_m_rt::entry;
use countersign_token::Uptime;
use countersign_token::lock::{Field, Key, Lock, Message, Panel, Relay};

use clock::Clock;
use door::DoorPin;
use halt::{Halt, halt};
use line::{Input, Line};
use nvmc::{Flash, STORAGE};
use rng::Rng;
use uart::Uart;

/// This board's lock.
pub(crate) type Door = Lock<Flash, Rng>;

#[entry]
fn main() -> ! {
    let pin = DoorPin::start();
    let mut out = Uart::start();
    let mut clock = Clock::start();
    sleep::prepare();
    let mut lock = open();
    let Ok(relay) = Relay::new(pin, HOLD_MILLIS) else {
        halt(Halt::Relay)
    };
    let mut panel = Panel::new(relay);
    let mut line = Line::new();
    out.text("lock ready\n");
    loop {
        while let Some(byte) = out.read() {
            match line.take(byte) {
                None => {}
                Some(Input::Key(key)) => press(key, &mut panel, &mut lock, &mut clock, &mut out),
                Some(Input::Command) => {
                    service::serve(line.words(), &mut lock, &mut clock, &mut out);
                    line.clear();
                }
                Some(Input::TooLong) => out.text("err too-long\n"),
            }
        }
        if let Some(message) = panel.tick(clock.uptime_millis()) {
            show(message, &mut out);
        }
        clock.wake_in(TICK_MILLIS);
        sleep::until_something_happens();
    }
}

/// Opens the storage. A function of its own, like the next: what it needs of the stack it gives
/// back.
#[inline(never)]
fn open() -> Door {
    let mut random = Rng::start();
    let key = provision::device_key(&mut random);
    match Lock::open(STORAGE, key, random) {
        Ok(lock) => lock,
        Err(_) => halt(Halt::Storage),
    }
}

#[inline(never)]
fn press(key: Key, panel: &mut Panel<DoorPin>, lock: &mut Door, clock: &mut Clock, out: &mut Uart) {
    if let Some(message) = panel.press(key, lock, clock) {
        show(message, out);
    }
}

/// Says what a display would show, and how the door's output stands.
fn show(message: Message, out: &mut Uart) {
    out.text("show ");
    out.text(match message {
        Message::Ready => "ready",
        Message::Typing(Field::User, _) => "user",
        Message::Typing(Field::Pin, _) => "pin",
        Message::Typing(Field::Code, _) => "code",
        Message::Checking => "checking",
        Message::Opened => "opened",
        Message::Enrolled => "enrolled",
        Message::Wrong => "wrong",
        Message::Used => "used",
        Message::Wait(_) => "wait",
        Message::Locked => "locked",
        Message::TimeUnset => "time-unset",
        Message::Cleared => "cleared",
        Message::TimedOut => "timed-out",
        Message::Malformed => "malformed",
        Message::Fault => "fault",
    });
    if let Message::Typing(_, number) = message {
        out.text(" ");
        out.number(number.into());
    }
    if let Message::Wait(seconds) = message {
        out.text(" ");
        out.number(seconds.into());
    }
    out.text(if DoorPin::is_high() {
        ", door open\n"
    } else {
        ", door shut\n"
    });
}

/// How long the door stays open.
const HOLD_MILLIS: u32 = 3_000;
/// How often time-outs are looked at.
const TICK_MILLIS: u32 = 50;
