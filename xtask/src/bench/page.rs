//! The home of the page of benchmarks: the words and the tables of `docs/benchmarks.md`.

use std::fmt::Write;

use super::Measured;
use super::claims::Claim;
use super::rows::{Counts, Row};

/// An operation and the head of its column.
type Column = (&'static str, &'static str);

const CODES: [Column; 6] = [
    ("generate-cold", "generate, cold"),
    ("generate-warm", "generate, warm"),
    ("generate-text", "warm, to ASCII"),
    ("verify-hit", "verify ±1, hit"),
    ("verify-miss-cold", "miss, cold"),
    ("verify-miss-warm", "miss, warm"),
];
const MORE_CODES: [Column; 4] = [
    ("generate-sha256", "SHA-256, warm"),
    ("generate-sha512", "SHA-512, warm"),
    ("look-ahead-10", "HOTP, 10 ahead, miss"),
    ("look-ahead-100", "100 ahead, miss"),
];
const URIS: [Column; 2] = [("uri-parse", "parse"), ("uri-build", "build")];
const SIGN_IN: [Column; 4] = [
    ("sign-in-refuse", "a wrong code"),
    ("sign-in-accept", "the right code"),
    ("sign-in-encode", "encode"),
    ("sign-in-decode", "decode"),
];
const COUNTED: [Column; 4] = [
    ("generate-cold", "generate, cold"),
    ("generate-warm", "generate, warm"),
    ("verify-hit", "verify ±1, hit"),
    ("verify-miss-warm", "miss, warm"),
];

const WITH_WIPING: [Column; 5] = [
    ("generate-cold", "generate, cold"),
    ("generate-warm", "generate, warm"),
    ("verify-hit", "verify ±1, hit"),
    ("verify-miss-warm", "miss, warm"),
    ("look-ahead-10", "HOTP, 10 ahead, miss"),
];

const METHOD: &str = "\
## Method
- Every contender first has to give the codes of RFC 4226 appendix D and RFC 6238 appendix B.
- All of them run in every round, in a new random order each time, in batches of 50 µs or more;
  each batch runs through a thousand counters. What is taken is the thread's processor time. A cell
  shows nanoseconds of one run, as median over the rounds, [least and 90th percentile], and the
  median of the ratios to `countersign-core` in the same round. Above 1 it is slower than ours.
- *Cold* begins with the secret's bytes, *warm* with whatever the crate lets a program keep for one
  secret. *Verify* takes the code as typed, so ours includes reading its digits; crates that take a
  number are given one, and the row \"code read before\" is spared the reading as they are. A hit is
  the code of the current step.
- \"Loop added\" marks crates that leave the window to the caller: the current step is tried first,
  then its neighbours, until one is right. slauth and libreauth read the system clock to verify.
- Every build has link-time optimisation, one unit of code generation, and finds SHA instructions
  at run time. The peers' versions are pinned in the manifest and the lock file.
- Instructions are counted by callgrind, as the difference of 60 and 10 runs. It hides the SHA
  instructions, so these are the hash crates' portable loops.
- Floors are the least that would do, without types, checks or wiping: the `hmac` crate, the same
  keyed once and cloned, the two hash states kept with the block function called directly, and bare
  compressions chained as HMAC does.

`cargo xtask bench` measures all of this again and writes this page.

## What the figures do not say
- One machine, one processor family, and a virtual one. Ratios travel better than nanoseconds.
- Throughput, not latency: runs do not wait for one another, so the processor overlaps them.
- Several peers return a number where ours is ready to be shown; only the column \"to ASCII\"
  compares the same thing.
- A hit is cheaper for those who stop at the first match. Ours does the same work for every code,
  since the time would tell where the match was.
- Ours refuses reused codes, wipes what it kept, and checks what it is given; most peers do not.
- A key URI is parsed more strictly here than by any peer, and its secret is checked to be the one
  spelling of itself.
";

/// The page.
pub(super) fn write(measured: &Measured, claims: &[Claim]) -> String {
    let mut page = format!(
        "# Benchmarks\n\
         `countersign-core` beside every Rust crate for one-time passwords that builds, and beside \
         the least work that\ncould give the right answer. {} rounds.\n\n{}\n\n",
        measured.rounds,
        measured.machine.sentence()
    );
    page.push_str("## Claims\n| claim | found | |\n|---|---|---|\n");
    for claim in claims {
        let _ = writeln!(
            page,
            "| {} | {} | {} |",
            claim.text,
            claim.found,
            claim.verdict()
        );
    }
    let rows = &measured.alone;
    section(
        &mut page,
        "Codes with SHA-1, nanoseconds",
        &times(rows, &CODES),
    );
    section(
        &mut page,
        "Other hashes, and look-ahead",
        &times(rows, &MORE_CODES),
    );
    section(&mut page, "Key URIs", &times(rows, &URIS));
    page.push_str(
        "\nslauth and otpauth write what they are given without escaping it, and slauth reads no \
         label.\n",
    );
    section(
        &mut page,
        "One event of a sign-in, and its stored forms",
        &times(rows, &SIGN_IN),
    );
    page.push_str(
        "\nThe event includes reading the pending sign-in and copying the account.\nThe stored \
         forms are those of both.\n",
    );
    section(
        &mut page,
        "The same together with totp-rfc",
        &times(&measured.with_wiping, &WITH_WIPING),
    );
    page.push_str(
        "\ntotp-rfc switches on wiping in `hmac` and the hash crates, and cargo then builds these \
         so for everybody.\nNo claim is made against this table.\n",
    );
    instructions(&mut page, &measured.instructions);
    section(
        &mut page,
        "Allocations of one run, (bytes)",
        &counted(&measured.allocations, &ALLOCATED, true),
    );
    flags(&mut page, measured);
    absolute(&mut page, measured);
    page.push('\n');
    page.push_str(METHOD);
    page
}

const ALLOCATED: [Column; 6] = [
    ("generate-cold", "generate, cold"),
    ("generate-text", "warm, to ASCII"),
    ("verify-miss-warm", "miss, warm"),
    ("uri-parse", "parse a URI"),
    ("uri-build", "build a URI"),
    ("sign-in-accept", "sign-in event"),
];

fn section(page: &mut String, title: &str, table: &str) {
    let _ = write!(page, "\n## {title}\n{table}");
}

fn head(columns: &[Column]) -> String {
    let titles: Vec<&str> = columns.iter().map(|(_, title)| *title).collect();
    format!(
        "| | {} |\n|---|{}\n",
        titles.join(" | "),
        "---|".repeat(columns.len())
    )
}

/// A contender is called the same in every column, whatever is said behind a comma.
fn base(name: &str) -> &str {
    match name.split_once(", ") {
        Some((base, "loop added" | "unescaped")) => base,
        _ => name,
    }
}

/// Every name once, in the order in which they come.
fn names<'a>(all: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for name in all.map(base) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn times(rows: &[Row], columns: &[Column]) -> String {
    let asked = |row: &&Row| columns.iter().any(|(name, _)| *name == row.operation);
    let mut table = head(columns);
    for name in names(rows.iter().filter(asked).map(|row| row.name.as_str())) {
        let cell = |(operation, _): &Column| {
            rows.iter()
                .find(|row| row.operation == *operation && base(&row.name) == name)
                .map_or_else(|| "-".to_owned(), time_cell)
        };
        line(&mut table, rows_name(rows, name), columns.iter().map(cell));
    }
    table
}

/// The name as a table shows it: floors in italics, ours in bold.
fn rows_name(rows: &[Row], name: &str) -> String {
    let row = rows.iter().find(|row| base(&row.name) == name);
    let looped = rows
        .iter()
        .any(|row| row.name.strip_prefix(name) == Some(", loop added"));
    shown(row.map_or("", |row| &row.kind), name, looped)
}

fn shown(kind: &str, name: &str, looped: bool) -> String {
    match kind {
        "ours" => format!("**{name}**"),
        "floor" => format!("*floor: {name}*"),
        _ if looped => format!("{name} (loop added)"),
        _ => name.to_owned(),
    }
}

fn time_cell(row: &Row) -> String {
    format!(
        "{:.0} [{:.0}-{:.0}] {:.2}",
        row.median, row.least, row.p90, row.ratio
    )
}

fn counted(rows: &[Counts], columns: &[Column], bytes: bool) -> String {
    let asked = |row: &&Counts| columns.iter().any(|(name, _)| *name == row.operation);
    let mut table = head(columns);
    for name in names(rows.iter().filter(asked).map(|row| row.name.as_str())) {
        let cell = |(operation, _): &Column| {
            rows.iter()
                .find(|row| row.operation == *operation && base(&row.name) == name)
                .map_or_else(
                    || "-".to_owned(),
                    |row| {
                        if bytes && row.count > 0.0 {
                            format!("{:.1} ({:.0})", row.count, row.bytes)
                        } else {
                            format!("{:.0}", row.count)
                        }
                    },
                )
        };
        let kind = rows.iter().find(|row| base(&row.name) == name);
        let title = shown(kind.map_or("", |row| &row.kind), name, false);
        line(&mut table, title, columns.iter().map(cell));
    }
    table
}

fn line(table: &mut String, title: String, cells: impl Iterator<Item = String>) {
    let mut cells: Vec<String> = cells.collect();
    cells.insert(0, title);
    let _ = writeln!(table, "| {} |", cells.join(" | "));
}

fn instructions(page: &mut String, counts: &[Counts]) {
    if counts.is_empty() {
        page.push_str("\n## Instructions of one run\nNot counted: valgrind was not there.\n");
        return;
    }
    section(
        page,
        "Instructions of one run",
        &counted(counts, &COUNTED, false),
    );
}

fn flags(page: &mut String, measured: &Measured) {
    let Some(base) = measured.flags.first() else {
        return;
    };
    page.push_str("\n## The same code under other compiler flags\n| flags |");
    let shown: Vec<&Row> = base
        .rows
        .iter()
        .filter(|row| !row.name.contains("bare") && row.operation != "generate-cold")
        .collect();
    for row in &shown {
        let _ = write!(page, " {}: {} |", row.operation, row.name);
    }
    let _ = writeln!(page, "\n|---|{}", "---|".repeat(shown.len()));
    for variant in &measured.flags {
        let flags = if variant.flags.is_empty() {
            "none"
        } else {
            variant.flags
        };
        let cell = |row: &&Row| {
            let here = |other: &&Row| other.operation == row.operation && other.name == row.name;
            variant.rows.iter().find(here).map_or_else(
                || "-".to_owned(),
                |here| format!("{:.0} ({:.2})", here.median, here.median / row.median),
            )
        };
        line(page, format!("`{flags}`"), shown.iter().map(cell));
    }
    page.push_str(
        "\nNanoseconds and the ratio to the build without flags. `native` and `v3` are a trap on \
         some\nprocessors for code that mixes SHA instructions with wide vectors: see the `hmac` \
         crate.\n",
    );
}

fn absolute(page: &mut String, measured: &Measured) {
    if measured.absolute.is_empty() {
        return;
    }
    page.push_str(
        "\n## Wall-clock medians by criterion\n| operation | contender | ns |\n|---|---|---|\n",
    );
    for (operation, name, time) in &measured.absolute {
        let _ = writeln!(page, "| {operation} | {name} | {time:.0} |");
    }
}
