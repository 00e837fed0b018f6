//! The home of the end: the door is shut, and nothing goes on until the power does.

use core::panic::PanicInfo;

use crate::door::DoorPin;
use crate::uart::Uart;

/// Why nothing can go on.
#[derive(Clone, Copy)]
pub(crate) enum Halt {
    /// The noise source has failed.
    Random,
    /// The page with the device key is damaged, or gone while the storage is not blank.
    DeviceKey,
    /// The storage is not a lock's, or fails.
    Storage,
    /// The relay does not obey.
    Relay,
}

/// Shuts the door, says why, and stops.
pub(crate) fn halt(why: Halt) -> ! {
    DoorPin::shut();
    let mut line = Uart::start();
    line.text(match why {
        Halt::Random => "halt random\n",
        Halt::DeviceKey => "halt device-key\n",
        Halt::Storage => "halt storage\n",
        Halt::Relay => "halt relay\n",
    });
    loop {
        // SAFETY: stops the processor; interrupts, of which nothing relies on any, may wake it.
        unsafe { core::arch::asm!("wfi", options(nomem, nostack, preserves_flags)) };
    }
}

/// An image in which a panic can be reached is not linked: nobody defines the symbol.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        safe fn keypad_lock_must_not_panic() -> !;
    }
    keypad_lock_must_not_panic()
}
