//! The home of what two whole devices take, the token and the keypad lock: built, run, and held
//! against what is on record.

use std::path::Path;
use std::process::Stdio;

use object::elf::SHF_ALLOC;
use object::{Object, ObjectSection, SectionFlags, SectionKind};

use super::board::{self, EMULATOR};
use super::enrol::NewAccount;
use super::image::Costs;
use super::session::Session;
use super::token::{self, State, TARGET, at};
use super::token_size_record::{self as record, Device};
use super::{lock, token_size_stack as stack};
use crate::cross::{self, TOKEN_FIRMWARE};
use crate::process::{Failure, Outcome, command, shown, target_dir};

/// Measures both devices, and keeps the record if nothing grew or `accept` says so.
///
/// # Errors
/// If one cannot be built or run, or a number grew.
pub(super) fn size(accept: bool, tools: &str) -> Outcome {
    let measured = measure()?;
    print!("{}", record::tables(&measured));
    if !accept {
        record::refuse_growth(tools, &measured)?;
    }
    record::write(tools, &measured)
}

/// The rule that nothing on record grew, and that no panic can be reached in the token.
///
/// # Errors
/// If it does not hold, or cannot be tried.
pub(super) fn check(tools: &str) -> Outcome {
    no_panic()?;
    record::refuse_growth(tools, &measure()?)
}

/// The token's image links, although a panic that can be reached is a symbol that is missing. A
/// control with checked additions shows every time that one would be seen.
fn no_panic() -> Outcome {
    token::build("token-firmware", "")?;
    let (mut cargo, _) = cross::build_in(TOKEN_FIRMWARE, "rustc", TARGET)?;
    let (variable, linker) = cross::linker(TARGET)?;
    cargo.args(["--bin", "token-firmware"]);
    cargo
        .args(["--", "-C", "overflow-checks=on"])
        .env(variable, linker);
    let control = cargo
        .output()
        .map_err(|error| Failure::new(format!("`{}`: {error}", shown(&cargo))))?;
    let said = String::from_utf8_lossy(&control.stderr);
    if control.status.success() || !said.contains(MUST_NOT_PANIC) {
        return Err(Failure::new(format!(
            "token: the control can panic, and the gate did not see it\n{said}"
        )));
    }
    println!("   no panic can be reached in the token; the gate sees one when there is one");
    Ok(())
}

/// What the panic handler calls, and nobody defines.
const MUST_NOT_PANIC: &str = "token_firmware_must_not_panic";

fn measure() -> Result<Vec<(Device, Costs)>, Failure> {
    let image = token::build("token-firmware", "")?;
    let mut costs = sections(&image)?;
    let folder = target_dir().join("token-size");
    let static_len = costs.get("ram").unwrap_or(0);
    let depth = stack::depth(&image, &fresh(&folder.join("stack"))?, static_len)?;
    costs.0.push(("stack".to_owned(), depth));
    costs
        .0
        .extend(instructions(&fresh(&folder.join("costs"))?)?);
    let flash = lock::build()?;
    let lock = sections(&flash.with_file_name("keypad-lock"))?;
    Ok(vec![(Device::Token, costs), (Device::Lock, lock)])
}

/// A token that is always the same one.
fn fresh(folder: &Path) -> Result<State, Failure> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(|error| at(folder, &error))?;
    }
    std::fs::create_dir_all(folder).map_err(|error| at(folder, &error))?;
    let made_with: Vec<u8> = (1..=64).collect();
    let page = folder.join("device.bin");
    std::fs::write(&page, made_with).map_err(|error| at(&page, &error))?;
    State::open(folder)
}

/// Bytes of an image: code, constants (the vectors among them), and static memory. What memory is
/// initialised with lies in flash as well.
fn sections(path: &Path) -> Result<Costs, Failure> {
    let failed = |what: &dyn std::fmt::Display| Failure::new(format!("{}: {what}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| failed(&error))?;
    let file = object::File::parse(&*bytes).map_err(|error| failed(&error))?;
    let size = |kinds: &[SectionKind]| -> u64 {
        file.sections()
            .filter(|section| kinds.contains(&section.kind()) && is_loaded(section.flags()))
            .map(|section| section.size())
            .sum()
    };
    let text = size(&[SectionKind::Text]);
    let constants = size(&[SectionKind::ReadOnlyData, SectionKind::ReadOnlyString]);
    let data = size(&[SectionKind::Data]);
    let zeros = size(&[SectionKind::UninitializedData]);
    let named = |(name, number): (&str, u64)| (name.to_owned(), number);
    let numbers = [
        ("text", text),
        ("rodata", constants),
        ("flash", text + constants + data),
        ("ram", data + zeros),
    ];
    Ok(Costs(numbers.map(named).to_vec()))
}

fn is_loaded(flags: SectionFlags) -> bool {
    matches!(flags, SectionFlags::Elf { sh_flags, .. } if sh_flags.0 & SHF_ALLOC.0 != 0)
}

/// What the program that measures the token on itself finds: the operation, and what its answer
/// starts with.
const OPERATIONS: [(&str, Option<u32>); 19] = [
    ("started", None),
    ("list", None),
    ("code", None),
    ("select", None),
    ("list_all", None),
    ("calculate_sha1", Some(89_005_924)),
    ("calculate_sha256", Some(91_819_424)),
    ("calculate_sha512", Some(93_441_116)),
    ("calculate_hotp", None),
    ("calculate_all", None),
    ("put", None),
    ("delete", None),
    ("redraw", None),
    ("cold_sha1", Some(89_005_924)),
    ("warm_sha1", Some(89_005_924)),
    ("cold_sha256", Some(91_819_424)),
    ("warm_sha256", Some(91_819_424)),
    ("cold_sha512", Some(93_441_116)),
    ("warm_sha512", Some(93_441_116)),
];

/// RFC 6238's time 1234567890, half an hour after the token is given its accounts.
const ENROLMENT: &str = "2009-02-13T23:00:00";
const SYNCED: u64 = 1_234_566_030;
const START: &str = "2009-02-13T23:31:30";

/// Instructions of each operation, of which those up to the first code are counted from reset.
fn instructions(state: &State) -> Result<Vec<(String, u64)>, Failure> {
    enrol(state)?;
    let image = token::build("measure", "measure")?;
    let mut qemu = command("timeout");
    qemu.args(["60", EMULATOR, "-machine", "lm3s6965evb"]);
    qemu.args(["-display", "none", "-monitor", "none", "-serial", "null"]);
    qemu.args(["-semihosting-config", "enable=on,target=native"]);
    qemu.args(["-icount", "shift=0"]);
    qemu.arg("-rtc").arg(format!("base={START},clock=vm"));
    qemu.args(token::devices(state)).arg("-kernel").arg(image);
    let output = qemu.stdin(Stdio::null()).output();
    let failed = |what: &str| Failure::new(format!("`{}`: {what}", shown(&qemu)));
    let output = output.map_err(|error| failed(&error.to_string()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<_> = said.lines().filter_map(board::line).collect();
    if !output.status.success() || lines.len() != OPERATIONS.len() {
        return Err(failed(&format!("{}\n{said}", output.status)));
    }
    let mut costs = Vec::new();
    for (line, (name, code)) in lines.into_iter().zip(OPERATIONS) {
        if line.name != name || code.is_some_and(|code| !ends_in(line.output, code)) {
            return Err(failed(&format!(
                "`{}` left {:016x}",
                line.name, line.output
            )));
        }
        costs.push((line.name, (line.instructions + 50) / 100));
    }
    Ok(costs)
}

/// Whether an answer to CALCULATE is this code of eight digits: tag, length, digits, 31 bits.
fn ends_in(output: u64, code: u32) -> bool {
    let [_, _, digits, a, b, c, d, _] = output.to_be_bytes();
    digits == 8 && u32::from_be_bytes([a, b, c, d]) % 100_000_000 == code
}

/// Four accounts, and the time.
fn enrol(state: &State) -> Outcome {
    let shipped = token::build("token-firmware", "")?;
    let mut session = Session::start(&shipped, state, ENROLMENT)?;
    let secret = b"1234567890123456789012345678901234567890123456789012345678901234";
    let account = |name, kind, len| NewAccount {
        name,
        kind,
        digits: 8,
        secret: secret.get(..len).unwrap_or_default(),
        touch: false,
    };
    session.put(&[
        account("sha1", 0x21, 20),
        account("sha256", 0x22, 32),
        account("sha512", 0x23, 64),
        account("hotp", 0x11, 20),
    ])?;
    session.set_admin_key(&[0x5a; 32])?;
    session.set_time(&[0x5a; 32], SYNCED)
}

#[cfg(test)]
mod tests {
    use super::ends_in;

    #[test]
    fn an_answer_is_held_against_the_digits_of_the_code() {
        assert!(ends_in(0x7605_0800_0000_0790, 7));
        assert!(ends_in(0x7605_0805_f5e1_0790, 7));
        assert!(!ends_in(0x7605_0600_0000_0790, 7));
        assert!(!ends_in(0x7605_0800_0000_0890, 7));
    }
}
