//! The home of what the token asks of the board: somebody to ask, the time, and time since reset.

use countersign_core::UnixTime;
use countersign_token::screens::{Painter, Rows, Screen};
use countersign_token::{
    Active, Answer, Ask, Asking, Button, Buttons, ClockChip, Presence, RegisterClock, Rtc,
    RtcFault, Uptime,
};

use crate::board::Display;
use crate::gpio::Input;
use crate::i2c::Bus;
use crate::oled::Frame;
use crate::uptime::Timer;
use crate::watchdog::Watchdog;

/// The board around the token.
pub struct Parts {
    bus: Bus,
    timer: Timer,
    watchdog: Watchdog,
    keys: Buttons<Input>,
    panel: Panel,
    /// What a person answered since it was last asked for.
    answered: Option<Answer>,
}

/// The display, and the picture of it in memory.
pub struct Panel {
    display: Display,
    frame: &'static mut Frame,
    painter: Painter,
}

impl Panel {
    /// A display that shows nobody knows what.
    #[must_use]
    pub const fn new(display: Display, frame: &'static mut Frame) -> Self {
        Self {
            display,
            frame,
            painter: Painter::new(),
        }
    }

    /// Shows a screen; only rows that changed go over the wire.
    pub fn show(&mut self, screen: &Screen<'_>) {
        self.draw(|painter, frame| {
            let Ok(rows) = painter.paint(screen, frame);
            rows
        });
    }

    /// Lets `draw` change the picture, and brings the rows that it gives to the display.
    pub fn draw(&mut self, draw: impl FnOnce(&mut Painter, &mut Frame) -> Option<Rows>) {
        if let Some(rows) = draw(&mut self.painter, self.frame) {
            self.display.show(self.frame, rows.start..rows.end);
        }
    }
}

impl Parts {
    /// Puts them together.
    #[must_use]
    pub const fn new(
        bus: Bus,
        keys: [Input; 5],
        panel: Panel,
        timer: Timer,
        watchdog: Watchdog,
    ) -> Self {
        Self {
            bus,
            timer,
            watchdog,
            keys: Buttons::new(keys, Active::Low),
            panel,
            answered: None,
        }
    }

    /// The display.
    pub const fn panel(&mut self) -> &mut Panel {
        &mut self.panel
    }

    /// What a person answered since the last call, if anybody was asked.
    pub const fn answered(&mut self) -> Option<Answer> {
        self.answered.take()
    }

    /// The key that was pressed since the last call, if any. It has to be called every few
    /// milliseconds.
    pub fn pressed(&mut self) -> Option<Button> {
        self.watchdog.feed();
        self.keys.poll(self.timer.millis())
    }

    /// How many pixels of the picture are lit.
    #[must_use]
    pub fn lit(&self) -> u32 {
        self.panel.frame.lit()
    }

    /// The clock chip. It is made anew each time, so that nothing is linked for another one.
    const fn clock(&self) -> RegisterClock<Bus> {
        RegisterClock::new(self.bus, ClockChip::Ds1338)
    }

    /// The timer.
    #[must_use]
    pub const fn timer(&self) -> &Timer {
        &self.timer
    }
}

impl Presence for Parts {
    /// Meanwhile nothing is read from the host: it waits for its answer.
    fn ask(&mut self, ask: &Ask<'_>) -> Answer {
        let asking = Asking::new(*ask, Self::WAIT_SECS, self.timer.millis());
        self.keys.ignore_held();
        loop {
            let now = self.timer.millis();
            self.panel.show(&asking.screen(now));
            let pressed = self.pressed().and_then(|key| asking.press(key));
            if let Some(answer) = pressed.or_else(|| asking.wait(now)) {
                self.keys.ignore_held();
                self.answered = Some(answer);
                return answer;
            }
            cortex_m::asm::wfi();
        }
    }
}

impl Rtc for Parts {
    fn read_rtc(&mut self) -> Result<UnixTime, RtcFault> {
        self.clock().read_rtc()
    }

    fn write_rtc(&mut self, now: UnixTime) -> Result<(), RtcFault> {
        self.clock().write_rtc(now)
    }
}

impl Uptime for Parts {
    fn uptime_millis(&mut self) -> u64 {
        self.timer.millis()
    }
}
