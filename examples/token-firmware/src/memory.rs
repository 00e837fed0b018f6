//! The home of what is too large for the stack.

use static_cell::ConstStaticCell;

use crate::device;
use crate::oled::Frame;
use crate::vpcd::Frames;

/// A frame has room for the longest request.
pub type CardFrames = Frames<{ device::REQUEST_LEN }>;

/// The places of what is too large for the stack.
pub struct Memory {
    /// The picture of the display.
    pub frame: Frame,
    /// What the reader sends.
    pub frames: CardFrames,
    /// What the device keeps.
    pub device: device::Memory,
}

impl Memory {
    /// There is one: the second call gives nothing.
    #[must_use]
    pub fn take() -> Option<&'static mut Self> {
        static MEMORY: ConstStaticCell<Memory> = ConstStaticCell::new(Memory {
            frame: Frame::new(),
            frames: Frames::new(),
            device: device::Memory::new(),
        });
        MEMORY.try_take()
    }
}
