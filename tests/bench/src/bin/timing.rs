//! Looks for leaks through time and prints one line a subject: claim, name, the two classes, their
//! numbers of samples, their means in nanoseconds, t over everything, largest t of the cropped.
//!
//! `timing SAMPLES [SEED]`

use std::time::{SystemTime, UNIX_EPOCH};

use countersign_bench::leak::measure;
use countersign_bench::paired::Shuffle;
use countersign_bench::subjects;

fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| match arguments.next() {
        Some(text) => text.parse().map_err(|_| format!("`{text}` is no number")),
        None => Ok(default),
    };
    let samples = number(2_200_000)?;
    let seed = number(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(1, |d| d.as_secs()),
    )?;
    println!("# samples {samples}, seed {seed}");
    let mut order = Shuffle::new(seed);
    for mut subject in subjects::all() {
        let samples = usize::try_from(samples).map_err(|error| error.to_string())?;
        let found = measure(&mut subject, samples, &mut order);
        println!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{:.1}\t{:.1}\t{:.2}\t{:.2}",
            subject.claim.name(),
            subject.name,
            subject.classes[0],
            subject.classes[1],
            found.samples[0],
            found.samples[1],
            found.means[0],
            found.means[1],
            found.raw,
            found.cropped
        );
    }
    Ok(())
}
