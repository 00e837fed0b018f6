//! Counts what does not depend on the machine's load: allocations, and, under callgrind,
//! instructions.
//!
//! `count allocations` prints operation, kind, name, allocations and bytes of one run.
//! `count instructions` prints operation, kind and name in the order in which it runs them, each
//! between calls of `mark`, at which callgrind is told to write down what it has counted: first
//! `FEW` runs, then `MANY`, so that what surrounds them cancels out.

use std::hint::black_box;

use allocation_counter::measure;
use countersign_bench::{Contender, Operation, correct, field};

const FEW: u64 = 10;
const MANY: u64 = 60;

fn main() -> Result<(), String> {
    correct::check_inputs()?;
    match std::env::args().nth(1).as_deref() {
        Some("allocations") => allocations(),
        Some("instructions") => {
            println!("# runs {}", MANY - FEW);
            instructions()
        }
        _ => Err("count allocations | count instructions".to_owned()),
    }
}

fn allocations() -> Result<(), String> {
    const RUNS: u32 = 100;
    for operation in Operation::ALL {
        for mut contender in checked(operation)? {
            contender.run(1);
            let counted = measure(|| contender.run(RUNS.into()));
            let average = |total: u64| total as f64 / f64::from(RUNS);
            println!(
                "{}\t{}\t{}\t{:.2}\t{:.1}",
                operation.name(),
                contender.kind.name(),
                contender.name,
                average(counted.count_total),
                average(counted.bytes_total)
            );
        }
    }
    Ok(())
}

fn instructions() -> Result<(), String> {
    for operation in Operation::COUNTED {
        for mut contender in checked(operation)? {
            contender.run(FEW);
            mark(0);
            contender.run(FEW);
            mark(1);
            contender.run(MANY);
            mark(2);
            println!(
                "{}\t{}\t{}",
                operation.name(),
                contender.kind.name(),
                contender.name
            );
        }
    }
    Ok(())
}

/// Where callgrind writes down its count.
#[inline(never)]
fn mark(place: u8) {
    black_box(place);
}

fn checked(operation: Operation) -> Result<Vec<Contender>, String> {
    let mut field = field(operation);
    for contender in &mut field {
        correct::check(operation, contender)?;
    }
    Ok(field)
}
