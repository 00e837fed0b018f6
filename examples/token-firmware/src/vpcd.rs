//! The home of the protocol between the card and its reader: that of `vpcd`, the virtual smart
//! card reader for `pcscd` (vsmartcard), where a frame is two bytes of length, the higher one
//! first, and so many bytes.

/// The answer to reset: a card with contacts that takes both protocols and extended lengths, as a
/// `YubiKey` answers.
pub const ATR: [u8; 23] =
    *b"\x3b\xfd\x13\x00\x00\x81\x31\xfe\x15\x80\x73\xc0\x21\xc0\x57YubiKey\x40";

/// What the reader sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The card lost its power.
    PowerOff,
    /// The card was given power.
    PowerOn,
    /// The card was reset.
    Reset,
    /// The answer to reset is asked for; it has to be sent.
    Atr,
    /// A command, which [`Frames::request`] gives; the response has to be sent.
    Command,
    /// A command that is longer than the card's memory for one.
    TooLong,
}

/// Assembles frames from bytes, with room for commands of up to `N` bytes.
#[derive(Debug)]
pub struct Frames<const N: usize> {
    /// How many bytes of the frame have arrived, those of its length included.
    arrived: u16,
    announced: u16,
    request: [u8; N],
}

const HEADER: u16 = 2;

impl<const N: usize> Frames<N> {
    /// Before the first byte.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            arrived: 0,
            announced: 0,
            request: [0; N],
        }
    }

    /// Whether a frame has begun and not ended.
    #[must_use]
    pub const fn is_within(&self) -> bool {
        self.arrived > 0
    }

    /// Forgets a frame that was begun, because its sender is gone.
    pub const fn abandon(&mut self) {
        self.arrived = 0;
    }

    /// Takes the next byte; gives what a frame says once it is whole.
    pub fn push(&mut self, byte: u8) -> Option<Event> {
        match self.arrived.checked_sub(HEADER) {
            None => {
                let shifted = if self.arrived == 0 {
                    0
                } else {
                    self.announced << 8
                };
                self.announced = shifted | u16::from(byte);
            }
            Some(position) => {
                if let Some(place) = self.request.get_mut(usize::from(position)) {
                    *place = byte;
                }
            }
        }
        // A frame's last byte is its 65,537th at most.
        self.arrived = self.arrived.saturating_add(1);
        if self.arrived < HEADER || self.arrived - HEADER < self.announced {
            return None;
        }
        self.arrived = 0;
        self.event()
    }

    /// The command, after [`Event::Command`] and until the next byte.
    #[must_use]
    pub fn request(&self) -> &[u8] {
        self.request
            .get(..usize::from(self.announced))
            .unwrap_or_default()
    }

    fn event(&self) -> Option<Event> {
        if usize::from(self.announced) > N {
            return Some(Event::TooLong);
        }
        match self.request() {
            [] => None,
            [0] => Some(Event::PowerOff),
            [1] => Some(Event::PowerOn),
            [2] => Some(Event::Reset),
            [4] => Some(Event::Atr),
            [_] => None,
            _ => Some(Event::Command),
        }
    }
}

impl<const N: usize> Default for Frames<N> {
    fn default() -> Self {
        Self::new()
    }
}
