//! `cargo xtask firmware`: programs for emulated boards, started (`run`) and measured (`size`);
//! what they cost is held against what is on record.

mod board;
mod card;
mod enrol;
mod image;
pub(crate) mod lock;
pub(crate) mod on_target;
mod page;
mod picture;
mod qmp;
mod record;
mod run;
pub(crate) mod screens;
mod session;
pub(crate) mod token;
mod token_size;
mod token_size_record;
mod token_size_stack;
mod tools;

use crate::cross;
use crate::process::{self, Failure, Outcome};
use board::BOARDS;
use image::{Costs, RUNGS, VARIANTS};
use record::Record;

/// Everything measured: variant, target and rung to costs.
type Measured = Vec<(Key, Costs)>;

/// Which image: a variant, a target and a rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    target: &'static str,
    variant: &'static str,
    rung: &'static str,
}

/// Does what the first argument names.
///
/// # Errors
/// If that fails, or the arguments are others.
pub(crate) fn run(args: &[String]) -> Outcome {
    let (name, rest) = args.split_first().ok_or_else(usage)?;
    match (name.as_str(), rest) {
        ("size", []) => size(false),
        ("size", [accept]) if accept == "--accept" => size(true),
        ("size", [devices]) if devices == "--devices" => token_size::size(false, &tools()?),
        ("size", [devices, accept]) if devices == "--devices" && accept == "--accept" => {
            token_size::size(true, &tools()?)
        }
        ("run", rest) => run::run(rest),
        ("lock", rest) => lock::run(rest),
        ("screens", rest) => screens::run(rest),
        ("test", []) => process::run(&mut on_target::tests()?),
        _ => Err(usage()),
    }
}

fn usage() -> Failure {
    Failure::new(format!(
        "cargo xtask firmware size [--devices] [--accept]\ncargo xtask firmware test\n{}\n{}\n{}",
        run::USAGE,
        screens::USAGE,
        lock::USAGE
    ))
}

/// Measures every image, says what changed, and keeps the record if nothing grew.
///
/// With `--accept` growth is recorded as well; the commit says why it is worth it.
fn size(accept: bool) -> Outcome {
    println!("== firmware size");
    let measured = measure()?;
    print!("{}", page::tables(&measured));
    let old = Record::read()?;
    let tools = tools()?;
    if old.tools != tools {
        println!("   the record is of other tools, and is replaced: {tools}");
    } else if !accept {
        old.refuse_growth(&measured)?;
    }
    Record::write(&tools, &measured)?;
    page::write(&tools, &measured)?;
    token_size::size(accept, &tools)
}

/// The rule that nothing on record grew. It holds where the tools are those of the record: other
/// compilers make other code.
///
/// # Errors
/// If an image cannot be built or run, or a number grew.
pub(crate) fn check() -> Outcome {
    let old = Record::read()?;
    let tools = tools()?;
    let measured = measure()?;
    if old.tools == tools {
        old.refuse_growth(&measured)?;
    } else {
        println!(
            "   not compared: the record is of {}, this is {tools}",
            old.tools
        );
    }
    token_size::check(&tools)
}

/// Whether the images can be run here.
pub(crate) fn has_emulator() -> bool {
    board::has_emulator()
}

fn measure() -> Result<Measured, Failure> {
    let mut measured = Vec::new();
    for board in &BOARDS {
        for variant in VARIANTS {
            let folder = image::build(board.target, variant)?;
            let scaffold = image::measure(board, &folder.join(RUNGS[0]))?;
            for rung in RUNGS {
                let key = Key {
                    target: board.target,
                    variant,
                    rung,
                };
                let costs = image::measure(board, &folder.join(rung))?;
                if rung == RUNGS[0] {
                    measured.push((key, costs));
                } else {
                    measured.push((key, costs.beyond(&scaffold)));
                }
            }
        }
    }
    println!("   {} images built, linked and run", measured.len());
    Ok(measured)
}

/// What made the numbers: the compiler and the linker.
fn tools() -> Result<String, Failure> {
    let target = BOARDS[0].target;
    Ok(format!(
        "{}, {}",
        cross::compiler(target)?,
        cross::linker_version(target)?
    ))
}
