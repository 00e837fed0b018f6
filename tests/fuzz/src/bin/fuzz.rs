//! The program that libFuzzer drives: the target that `COUNTERSIGN_FUZZ_TARGET` names, or the list
//! of targets if it is `list`. What the target begins with is written to the folder that
//! `COUNTERSIGN_FUZZ_SEEDS` names.
#![no_main]

use std::path::Path;
use std::sync::OnceLock;

use countersign_fuzz::{TARGETS, Target, find};
use libfuzzer_sys::fuzz_target;

static RUN: OnceLock<fn(&[u8])> = OnceLock::new();

fuzz_target!(
    init: {
        let name = std::env::var("COUNTERSIGN_FUZZ_TARGET").unwrap_or_default();
        if name == "list" {
            for target in TARGETS {
                println!("{} {}", target.name, target.max_len);
            }
            std::process::exit(0);
        }
        let target = find(&name).unwrap_or_else(|| panic!("there is no target `{name}`"));
        if let Some(folder) = std::env::var_os("COUNTERSIGN_FUZZ_SEEDS") {
            write_seeds(target, Path::new(&folder));
        }
        RUN.set(target.run).expect("it is chosen once");
    },
    |data: &[u8]| {
        if let Some(run) = RUN.get() {
            run(data);
        }
    }
);

fn write_seeds(target: &Target, folder: &Path) {
    for (number, seed) in (target.seeds)().iter().enumerate() {
        let path = folder.join(format!("seed-{number}"));
        std::fs::write(&path, seed).expect("the corpus can be written to");
    }
}
