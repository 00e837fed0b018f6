//! The home of the statistics: whether two classes of inputs take measurably different times
//! (Reparaz, Balasch, Verbauwhede: "Dude, is my code constant time?", 2017).

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::paired::Shuffle;

/// Something that runs on inputs of two classes.
pub struct Subject {
    /// What runs.
    pub name: &'static str,
    /// What the inputs of the first and of the second class are.
    pub classes: [&'static str; 2],
    /// What is expected of it.
    pub claim: Claim,
    work: Box<dyn FnMut(usize, usize) -> Duration>,
}

/// What is expected of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The time must not tell the classes apart.
    Constant,
    /// The time may tell: what tells the classes apart is public.
    Public,
    /// The time must tell, or the method is worth nothing.
    Control,
}

impl Claim {
    /// As it stands in outputs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Public => "public",
            Self::Control => "control",
        }
    }
}

/// How many inputs there are of each class.
pub const INPUTS: usize = 256;

impl Subject {
    /// `work` runs on inputs of one type; `inputs` are those of the two classes. Each measurement
    /// is of `repeats` runs on one input, for what is shorter than the clock is fine.
    pub fn new<I: Clone + 'static, T>(
        name: &'static str,
        claim: Claim,
        classes: [&'static str; 2],
        repeats: u32,
        inputs: [Vec<I>; 2],
        mut work: impl FnMut(&I) -> T + 'static,
    ) -> Self {
        assert!(inputs.iter().all(|class| class.len() == INPUTS));
        let mut slot = inputs[0][0].clone();
        Self {
            name,
            classes,
            claim,
            work: Box::new(move |class, place| {
                // Both classes are read from the same place, or its address would tell them apart.
                slot.clone_from(&inputs[class][place]);
                let input = black_box(&slot);
                let start = Instant::now();
                for _ in 0..repeats {
                    black_box(work(black_box(input)));
                }
                start.elapsed()
            }),
        }
    }
}

/// What was found.
pub struct Finding {
    /// Measurements of each class.
    pub samples: [usize; 2],
    /// Mean nanoseconds of each class, of the faster nine tenths.
    pub means: [f64; 2],
    /// Welch's t over everything.
    pub raw: f64,
    /// The t that is furthest from zero, over a hundred ways to leave out the slowest.
    pub cropped: f64,
}

/// Measures `samples` times, each time with an input of a class that a coin chooses.
#[must_use]
pub fn measure(subject: &mut Subject, samples: usize, order: &mut Shuffle) -> Finding {
    let mut times: Vec<(bool, u64)> = Vec::with_capacity(samples);
    for turn in 0..samples + WARM_UP {
        let draw = order.next();
        let class = draw >> 63 == 1;
        let place = usize::try_from(draw >> 32 & 0xff).unwrap_or_default();
        let taken = (subject.work)(usize::from(class), place);
        if turn >= WARM_UP {
            times.push((class, u64::try_from(taken.as_nanos()).unwrap_or(u64::MAX)));
        }
    }
    let mut sorted: Vec<u64> = times.iter().map(|(_, time)| *time).collect();
    sorted.sort_unstable();
    let below = |part: f64| sorted[((samples - 1) as f64 * part) as usize];
    // The thresholds of the paper: denser towards the slow end.
    let thresholds = (1..=100).map(|n| below(1.0 - 0.5_f64.powf(f64::from(n) / 10.0)));
    let cropped = thresholds
        .map(|limit| welch(&times, limit).t)
        .max_by(|a, b| a.abs().total_cmp(&b.abs()))
        .unwrap_or_default();
    let all = welch(&times, u64::MAX);
    Finding {
        samples: all.samples,
        means: welch(&times, below(0.9)).means,
        raw: all.t,
        cropped,
    }
}

const WARM_UP: usize = 10_000;

struct Welch {
    samples: [usize; 2],
    means: [f64; 2],
    t: f64,
}

/// Welch's t of the times up to `limit`.
fn welch(times: &[(bool, u64)], limit: u64) -> Welch {
    let mut samples = [0_usize; 2];
    let mut sums = [0.0; 2];
    let mut squares = [0.0; 2];
    // Sums of squares lose digits unless the numbers are small.
    let origin = times.first().map_or(0.0, |(_, time)| *time as f64);
    for (class, time) in times.iter().filter(|(_, time)| *time <= limit) {
        let class = usize::from(*class);
        let time = *time as f64 - origin;
        samples[class] += 1;
        sums[class] += time;
        squares[class] += time * time;
    }
    let mut means = [0.0; 2];
    let mut error = 0.0;
    for class in 0..2 {
        let count = samples[class].max(2) as f64;
        means[class] = sums[class] / count;
        let variance = (squares[class] - sums[class] * means[class]) / (count - 1.0);
        error += variance / count;
    }
    let t = if error > 0.0 {
        (means[0] - means[1]) / error.sqrt()
    } else {
        0.0
    };
    Welch {
        samples,
        means: means.map(|mean| mean + origin),
        t,
    }
}
