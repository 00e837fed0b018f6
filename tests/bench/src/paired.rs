//! The home of the paired run: everybody in every round, in a new order each time, so that whatever
//! else the machine does meets all alike, and ratios can be taken within a round.

use rustix::time::{ClockId, clock_gettime};

use crate::{Contender, Kind};

/// What one contender took.
pub struct Taken {
    /// Who.
    pub name: &'static str,
    /// Whose.
    pub kind: Kind,
    /// Nanoseconds of the thread's processor time per run: the least of all rounds.
    pub least: f64,
    /// The median.
    pub median: f64,
    /// What nine of ten rounds were below.
    pub p90: f64,
    /// The median, over the rounds, of its time divided by the first contender's.
    pub ratio: f64,
}

/// Has everybody run in each of `rounds` rounds. The first of `field` is what ratios refer to.
#[must_use]
pub fn run(field: &mut [Contender], rounds: usize, order: &mut Shuffle) -> Vec<Taken> {
    let batches: Vec<u64> = field.iter_mut().map(batch).collect();
    let mut times = vec![Vec::with_capacity(rounds); field.len()];
    let mut places: Vec<usize> = (0..field.len()).collect();
    for _ in 0..rounds {
        order.shuffle(&mut places);
        for &place in &places {
            times[place].push(timed(&mut field[place], batches[place]));
        }
    }
    let first = times.first().cloned().unwrap_or_default();
    field
        .iter()
        .zip(times)
        .map(|(contender, times)| taken(contender, times, &first))
        .collect()
}

fn taken(contender: &Contender, mut times: Vec<f64>, first: &[f64]) -> Taken {
    let mut ratios: Vec<f64> = times
        .iter()
        .zip(first)
        .map(|(own, first)| own / first)
        .collect();
    ratios.sort_by(f64::total_cmp);
    times.sort_by(f64::total_cmp);
    Taken {
        name: contender.name,
        kind: contender.kind,
        least: times[0],
        median: times[times.len() / 2],
        p90: times[times.len() * 9 / 10],
        ratio: ratios[ratios.len() / 2],
    }
}

/// How many runs take long enough for the clock: 50 microseconds.
fn batch(contender: &mut Contender) -> u64 {
    let mut times = 1;
    while times < crate::inputs::COUNTERS {
        let taken = timed(contender, times) * times as f64;
        if taken > 50_000.0 {
            break;
        }
        times *= 2;
    }
    times.min(crate::inputs::COUNTERS)
}

/// Nanoseconds of one run, on average over a batch.
fn timed(contender: &mut Contender, times: u64) -> f64 {
    let start = thread_nanoseconds();
    contender.run(times);
    (thread_nanoseconds() - start) / times as f64
}

/// Processor time of this thread: what others do on the machine is not in it.
fn thread_nanoseconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

/// The order of the rounds: a small generator (xorshift), so that a seed tells all.
pub struct Shuffle(u64);

impl Shuffle {
    /// From a seed that is not zero.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(if seed == 0 { 1 } else { seed })
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn shuffle(&mut self, places: &mut [usize]) {
        for last in (1..places.len()).rev() {
            let other = usize::try_from(self.next() % (last as u64 + 1)).unwrap_or_default();
            places.swap(last, other);
        }
    }
}
