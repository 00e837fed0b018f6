//! `cargo xtask firmware lock`: the keypad lock on an emulated micro:bit, built, measured and put
//! through its tests; or on this terminal, to be typed at.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use object::elf::PT_LOAD;
use object::read::elf::{ElfFile32, ProgramHeader};
use object::{Endianness, Object, ObjectSection, SectionKind};

use super::board::EMULATOR;
use crate::cross::{self, KEYPAD_LOCK};
use crate::process::{Failure, Outcome, cargo, command, run as run_program, shown};

pub(super) const USAGE: &str = "\
cargo xtask firmware lock [--serial]
  --serial          start the lock with its keypad and service port on this terminal";

/// What the tests look for the image by.
pub(crate) const VARIABLE: &str = "COUNTERSIGN_LOCK_FIRMWARE";

/// What the board's processor runs.
const TARGET: &str = "thumbv6m-none-eabi";

/// Bytes of the chip's flash.
const FLASH_LEN: usize = 256 * 1024;

/// Builds the firmware and walks through what it does, or starts it.
///
/// # Errors
/// If it cannot be built or started, a test fails, or the arguments are others.
pub(super) fn run(args: &[String]) -> Outcome {
    println!("== lock");
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            let image = build()?;
            let tests = ["--package", "countersign-tests", "--test", "it", "lock::"];
            run_program(
                cargo()
                    .arg("test")
                    .args(tests)
                    .args(["--", "--nocapture"])
                    .env(VARIABLE, image),
            )
        }
        ["--serial"] => serial(&build()?),
        _ => Err(Failure::new(USAGE)),
    }
}

/// Builds the firmware and gives the image of a board's flash with it, all of it: where nothing was
/// programmed it is erased, and an emulator that was given an ELF file would have zeros there.
///
/// # Errors
/// If it cannot be built.
pub(crate) fn build() -> Result<PathBuf, Failure> {
    let (mut cargo, folder) = cross::build_in(KEYPAD_LOCK, "build", TARGET)?;
    let (variable, linker) = cross::linker(TARGET)?;
    run_program(cargo.env(variable, linker))?;
    let program = folder.join("keypad-lock");
    let image = folder.join("keypad-lock.flash");
    let flash = std::fs::read(&program)
        .map_err(|error| error.to_string())
        .and_then(|bytes| flash_of(&bytes))
        .map_err(|why| Failure::new(format!("{}: {why}", program.display())))?;
    std::fs::write(&image, flash)
        .map_err(|error| Failure::new(format!("{}: {error}", image.display())))?;
    Ok(image)
}

/// What a programmer would write into the flash. Says what it takes.
fn flash_of(program: &[u8]) -> Result<Vec<u8>, String> {
    let file = ElfFile32::<Endianness>::parse(program).map_err(|error| error.to_string())?;
    let size = |kinds: &[SectionKind]| -> u64 {
        file.sections()
            .filter(|section| kinds.contains(&section.kind()))
            .map(|section| section.size())
            .sum()
    };
    println!(
        "   .text {} bytes, .rodata {} bytes, static memory {} bytes",
        size(&[SectionKind::Text]),
        size(&[SectionKind::ReadOnlyData, SectionKind::ReadOnlyString]),
        size(&[SectionKind::Data, SectionKind::UninitializedData]),
    );
    let mut flash = vec![0xff; FLASH_LEN];
    let endian = file.endian();
    for header in file.elf_program_headers() {
        let data = header
            .data(endian, program)
            .map_err(|()| "a segment is cut off")?;
        if header.p_type(endian) != PT_LOAD || data.is_empty() {
            continue;
        }
        // Where it is programmed, which is not where initialised variables are in memory.
        let start = usize::try_from(header.p_paddr(endian)).map_err(|error| error.to_string())?;
        start
            .checked_add(data.len())
            .and_then(|end| flash.get_mut(start..end))
            .ok_or("a segment lies beyond the flash")?
            .copy_from_slice(data);
    }
    Ok(flash)
}

/// Starts the lock with its line on this terminal. Its flash is as new each time.
fn serial(image: &Path) -> Outcome {
    let mut emulator = command(EMULATOR);
    emulator.args(["-machine", "microbit", "-display", "none"]);
    emulator.args(["-monitor", "none", "-serial", "stdio"]);
    emulator.arg("-kernel").arg(image);
    println!("   $ {}", shown(&emulator));
    println!(
        "   keys: digits, * and #, as in 1#2468#123456#; `status` and other commands: \
         examples/keypad-lock/src/service.rs"
    );
    let status = emulator
        .stdin(Stdio::inherit())
        .status()
        .map_err(|error| Failure::new(format!("`{EMULATOR}`: {error}")))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("the emulator: {status}")))
    }
}

#[cfg(test)]
mod tests {
    use super::flash_of;

    #[test]
    fn what_is_no_program_is_refused() {
        assert!(flash_of(b"").is_err());
        assert!(flash_of(&[0; 64]).is_err());
    }
}
