<<<<<<< HEAD
//! The home of what the token costs: its image, its memory, and the instructions of what it does.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use object::{Object, ObjectSection, SectionKind};

use super::board::{self, BOARDS, Board};
use super::image::Costs;
use super::page;
use super::token::{self, State, at};
use crate::process::{Failure, Outcome, read_toml, root, target_dir};

/// The numbers on record, from the top of the work tree.
const RECORD: &str = "examples/token-firmware/sizes.toml";
/// The page with the table.
const PAGE: &str = "docs/token.md";

/// What an operation has to leave, so that no number is of a token that computes nothing: RFC
/// 6238's codes at 1234567890, as 31 bits after a tag, a length and the digits; status words.
const RESULTS: [(&str, u64); 6] = [
    ("calculate_sha1", 0x7605_0829_1165_6490),
    ("calculate_sha256", 0x7605_0805_790d_a090),
    ("calculate_sha512", 0x7605_0859_041a_5c90),
    ("calculate_hotp", 0x7605_084c_93cf_1890),
    ("put", 0x9000_0000_0000_0000),
    ("delete", 0x9000_0000_0000_0000),
];

/// Builds the token's image and the program that measures it, and runs that.
///
/// # Errors
/// If either cannot be built or run, or an operation left something else.
pub(super) fn measure() -> Result<Costs, Failure> {
    let image = token::build("token-firmware", "")?;
    let program = token::build("measure", "measure")?;
    let folder = target_dir().join("token-size");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| at(&folder, &error))?;
    }
    fs::create_dir_all(&folder).map_err(|error| at(&folder, &error))?;
    // The numbers are those of this one token.
    let secrets = folder.join("device.bin");
    fs::write(&secrets, [0x5a; 64]).map_err(|error| at(&secrets, &error))?;
    let state = State::open(&folder)?;
    let board = BOARDS
        .iter()
        .find(|board| board.target == token::TARGET)
        .ok_or_else(|| Failure::new("the token's board is unknown"))?;
    let mut devices = token::devices(&state);
    devices.extend(["-rtc", "base=2009-02-13T23:31:30,clock=vm"].map(str::to_owned));
    enrol(board, &program, &devices)?;
    let lines = board::run(board, &program, &devices)?;
    let mut costs = sections(&image)?;
    // What it takes to start is free again when it has started.
    let deepest = |starting: bool| {
        let lines = lines
            .iter()
            .filter(|line| (line.name == "started") == starting);
        lines.map(|line| line.stack).max().unwrap_or(0)
    };
    costs.push(("stack_starting".to_owned(), deepest(true)));
    costs.push(("stack".to_owned(), deepest(false)));
    for (name, result) in RESULTS {
        if !lines
            .iter()
            .any(|line| line.name == name && line.output == result)
        {
            return Err(Failure::new(format!(
                "the token's `{name}` left something else"
            )));
        }
    }
    costs.extend(
        lines
            .into_iter()
            .map(|line| (line.name, line.instructions / 100)),
    );
    Ok(Costs(costs))
}

/// The first run, on an empty storage, says nothing.
fn enrol(board: &Board, program: &Path, devices: &[String]) -> Outcome {
    match board::run(board, program, devices) {
        Err(failure) if failure.to_string().contains("no report") => Ok(()),
        Err(failure) => Err(failure),
        Ok(_) => Err(Failure::new("a token with an empty storage was measured")),
    }
}

/// Bytes of the image and of its variables.
fn sections(image: &Path) -> Result<Vec<(String, u64)>, Failure> {
    let failed =
        |what: &dyn std::fmt::Display| Failure::new(format!("{}: {what}", image.display()));
    let bytes = fs::read(image).map_err(|error| failed(&error))?;
    let file = object::File::parse(&*bytes).map_err(|error| failed(&error))?;
    let size = |kinds: &[SectionKind]| -> u64 {
        file.sections()
            .filter(|section| kinds.contains(&section.kind()))
            .filter(|section| section.name() != Ok(".vector_table"))
            .map(|section| section.size())
            .sum()
    };
    let constants = [SectionKind::ReadOnlyData, SectionKind::ReadOnlyString];
    let variables = [SectionKind::Data, SectionKind::UninitializedData];
    Ok(vec![
        ("text".to_owned(), size(&[SectionKind::Text])),
        ("rodata".to_owned(), size(&constants)),
        ("ram".to_owned(), size(&variables)),
    ])
}

/// Holds the numbers against those on record, unless they are of other tools.
///
/// # Errors
/// Naming each that grew.
pub(super) fn refuse_growth(tools: &str, costs: &Costs) -> Outcome {
    if !root().join(RECORD).exists() {
        return Ok(());
    }
    let record = read_toml(RECORD)?;
    if record.get("tools").and_then(toml::Value::as_str) != Some(tools) {
        println!("   the token is not compared: its record is of other tools");
        return Ok(());
    }
    let grown = grown(&record, costs);
    if grown.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "the token grew; `cargo xtask firmware size --accept` records it all the same:\n   {}",
        grown.join("\n   ")
    )))
}

fn grown(record: &toml::Table, costs: &Costs) -> Vec<String> {
    let more = |(name, number): &(String, u64)| {
        let before = u64::try_from(record.get(name)?.as_integer()?).ok()?;
        (*number > before).then(|| format!("{name} {before} -> {number}"))
    };
    costs.0.iter().filter_map(more).collect()
}

/// Writes record and table.
///
/// # Errors
/// If they cannot be written.
pub(super) fn write(tools: &str, costs: &Costs) -> Outcome {
    let path = root().join(RECORD);
    fs::write(&path, text(tools, costs)).map_err(|error| at(&path, &error))?;
    page::replace(PAGE, &format!("\nMade with {tools}.\n\n{}\n", table(costs)))
}

fn text(tools: &str, costs: &Costs) -> String {
    let mut text = format!(
        "# What the token costs: bytes, and instructions of what it does.\n\
         # `cargo xtask firmware size` writes this file, and refuses numbers that grew.\n\
         tools = \"{tools}\"\n"
    );
    for (name, number) in &costs.0 {
        let _ = writeln!(text, "{name} = {number}");
    }
    text
}

/// The numbers, with what each is of.
pub(super) fn table(costs: &Costs) -> String {
    let mut text = "| what | number |\n|---|---:|\n".to_owned();
    for (name, number) in &costs.0 {
        let what = WORDS.iter().find(|(found, _)| found == name);
        let what = what.map_or(name.as_str(), |(_, words)| words);
        let _ = writeln!(text, "| {what} | {} |", page::grouped(*number));
    }
    text
}

const WORDS: [(&str, &str); 18] = [
    ("text", ".text, bytes"),
    ("rodata", ".rodata, bytes"),
    ("ram", "static memory, bytes"),
    (
        "stack_starting",
        "stack at its deepest while starting, bytes",
    ),
    ("stack", "stack at its deepest from then on, bytes"),
    (
        "started",
        "from reset to a token that answers, instructions",
    ),
    ("list", "from reset to the accounts on the display"),
    ("code", "from reset to the first code on the display"),
    ("select", "SELECT"),
    ("list_all", "LIST of four accounts"),
    ("calculate_sha1", "CALCULATE, TOTP with SHA-1"),
    ("calculate_sha256", "CALCULATE, TOTP with SHA-256"),
    ("calculate_sha512", "CALCULATE, TOTP with SHA-512"),
    (
        "calculate_hotp",
        "CALCULATE, HOTP with SHA-1, the counter stored first",
    ),
    ("calculate_all", "CALCULATE ALL of four accounts"),
    ("put", "PUT of an account"),
    ("delete", "DELETE of an account"),
    ("redraw", "the display after all that"),
];

#[cfg(test)]
mod tests {
    use super::{Costs, grown, text};

    #[track_caller]
    fn check(now: u64, expected: usize) {
        let costs = |number| Costs(vec![("text".to_owned(), number), ("new".to_owned(), 9)]);
        let record = text("rustc", &Costs(vec![("text".to_owned(), 100)]));
        let record = record.parse().expect("what is written can be read");
        assert_eq!(grown(&record, &costs(now)).len(), expected);
    }

    #[test]
    fn a_number_that_grew_is_refused() {
        check(99, 0);
        check(100, 0);
        check(101, 1);
=======
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
    matches!(flags, SectionFlags::Elf { sh_flags, .. } if sh_flags.0 & u64::from(SHF_ALLOC.0) != 0)
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
>>>>>>> 87b420d17280b1940db3222c7135df299ec4e3a7
    }
}
