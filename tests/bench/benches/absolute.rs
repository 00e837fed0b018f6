//! Absolute times with criterion: ours, and the two peers that are quickest or best known.

use std::hint::black_box;
use std::time::Duration;

use countersign_bench::{Contender, Kind, Operation, correct, field};
use criterion::{Criterion, criterion_group, criterion_main};

/// The peers that are worth the time; everybody else is in the paired run.
const PEERS: [&str; 2] = ["totp-rs", "totp_embed"];

fn absolute(criterion: &mut Criterion) {
    for operation in Operation::ALL {
        let mut group = criterion.benchmark_group(operation.name());
        for mut contender in field(operation).into_iter().filter(is_of_interest) {
            correct::check(operation, &mut contender).expect("a right answer");
            group.bench_function(contender.name, |bencher| {
                bencher.iter_custom(|times| timed(&mut contender, times));
            });
        }
        group.finish();
    }
}

fn is_of_interest(contender: &Contender) -> bool {
    contender.kind == Kind::Ours || PEERS.iter().any(|peer| contender.name.starts_with(peer))
}

/// Wall-clock time of `times` runs, a thousand at most in one go.
fn timed(contender: &mut Contender, times: u64) -> Duration {
    let start = std::time::Instant::now();
    let mut left = times;
    while left > 0 {
        let now = left.min(countersign_bench::inputs::COUNTERS);
        black_box(&mut *contender).run(now);
        left -= now;
    }
    start.elapsed()
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(600))
        .sample_size(30)
        .without_plots();
    targets = absolute
}
criterion_main!(benches);
