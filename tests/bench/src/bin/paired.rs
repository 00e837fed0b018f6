//! Times every operation of every contender and prints one line for each: operation, kind, name,
//! least, median, 90th percentile in nanoseconds, ratio to the first of the operation.
//!
//! `paired ROUNDS [SEED] [OPERATION...]`

use std::time::{SystemTime, UNIX_EPOCH};

use countersign_bench::paired::{Shuffle, run};
use countersign_bench::{Operation, correct, field};

fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| match arguments.next() {
        Some(text) => text.parse().map_err(|_| format!("`{text}` is no number")),
        None => Ok(default),
    };
    let rounds = number(151)?;
    let seed = number(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(1, |d| d.as_secs()),
    )?;
    let wanted: Vec<String> = arguments.collect();
    correct::check_inputs()?;
    println!("# rounds {rounds}, seed {seed}");
    let mut order = Shuffle::new(seed);
    for operation in Operation::ALL {
        if !wanted.is_empty() && !wanted.iter().any(|name| name == operation.name()) {
            continue;
        }
        let mut field = field(operation);
        for contender in &mut field {
            correct::check(operation, contender)?;
        }
        for taken in run(&mut field, usize::try_from(rounds).unwrap_or(1), &mut order) {
            println!(
                "{}\t{}\t{}\t{:.1}\t{:.1}\t{:.1}\t{:.4}",
                operation.name(),
                taken.kind.name(),
                taken.name,
                taken.least,
                taken.median,
                taken.p90,
                taken.ratio
            );
        }
    }
    Ok(())
}
