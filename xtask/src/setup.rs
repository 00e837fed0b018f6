//! `cargo xtask setup`: what check and test need, installed where that is ours to do.

use std::path::Path;

use crate::cross::{self, DEBIAN_PACKAGES, TARGETS};
use crate::process::{Failure, Outcome, capture, command, run as run_program};
use crate::{firmware, pcsc, toolchain};

/// Oldest Node.js that the clients' packages run on.
const NODE_MAJOR: u32 = 18;

/// Installs what is missing, or says all of it at once.
///
/// On Debian as root, packages are installed. Elsewhere rustup may add the bare-metal targets;
/// anything more is left to the person at the machine.
///
/// # Errors
/// Naming everything that is still missing.
pub(crate) fn run() -> Outcome {
    println!("== setup");
    let mut needs = vec![
        Need::new("a C compiler", &["gcc", "libc6-dev"], has_c_compiler),
        Need::new(
            "Python 3 with venv",
            &["python3", "python3-venv"],
            has_python,
        ),
        Need::new(
            "Python's headers, for ykman's library",
            &["python3-dev"],
            has_python_headers,
        ),
        Need::new(
            "Node.js 18 or later, with npm",
            &["nodejs", "npm"],
            has_node,
        ),
        Need::new(
            "liboath (elsewhere it comes with the OATH Toolkit)",
            &["liboath0"],
            has_liboath,
        ),
    ];
    let bare_metal = Need::new(
        "a compiler for bare metal",
        &DEBIAN_PACKAGES,
        has_bare_metal,
    );
    needs.push(Need::new(
        "an emulator of Cortex-M boards",
        &["qemu-system-arm"],
        firmware::has_emulator,
    ));
    needs.push(Need::new(
        "a linker for bare metal (rustup's toolchains ship one)",
        &["lld"],
        || cross::lld().is_some(),
    ));
    if !(bare_metal.present)() && !can_install() {
        add_targets();
    }
    needs.push(bare_metal);
    needs.extend(pcsc::needs());
    if can_install() {
        // Nothing fails without it, but the bench counts instructions with it.
        needs.push(Need::new("valgrind", &["valgrind"], has_valgrind));
    }
    needs.retain(|need| !(need.present)());
    if !needs.is_empty() && can_install() {
        install(&needs)?;
        needs.retain(|need| !(need.present)());
    }
    let mut missing: Vec<String> = needs.iter().map(Need::advice).collect();
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if !toolchain::cargo_has(subcommand) {
            missing.push(format!("{component}: `rustup component add {component}`"));
        }
    }
    if missing.is_empty() {
        println!("   everything is there");
        Ok(())
    } else {
        Err(Failure::new(format!(
            "setup: please install\n  {}",
            missing.join("\n  ")
        )))
    }
}

/// Something that check or test cannot do without.
pub(crate) struct Need {
    name: &'static str,
    packages: &'static [&'static str],
    present: fn() -> bool,
}

impl Need {
    /// What it is called, which Debian packages have it, and whether it is there.
    pub(crate) const fn new(
        name: &'static str,
        packages: &'static [&'static str],
        present: fn() -> bool,
    ) -> Self {
        Self {
            name,
            packages,
            present,
        }
    }

    /// Whether it is there.
    pub(crate) fn is_there(&self) -> bool {
        (self.present)()
    }

    /// What to do where it is not.
    pub(crate) fn advice(&self) -> String {
        let debian = self.packages.join(" ");
        let rustup = if self.packages == DEBIAN_PACKAGES {
            format!(", or `rustup target add {}`", TARGETS.join(" "))
        } else {
            String::new()
        };
        format!(
            "{}: on Debian `apt-get install {debian}`{rustup}",
            self.name
        )
    }
}

fn install(needs: &[Need]) -> Outcome {
    let apt = || {
        let mut apt = command("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    for need in needs {
        println!("   missing: {} ({})", need.name, need.packages.join(" "));
    }
    run_program(apt().args(["update", "--quiet"]))?;
    let packages = needs.iter().flat_map(|need| need.packages);
    run_program(
        apt()
            .args(["install", "--yes", "--quiet", "--no-install-recommends"])
            .args(packages),
    )
}

fn add_targets() {
    let added = run_program(command("rustup").args(["target", "add"]).args(TARGETS));
    if let Err(failure) = added {
        println!("   {failure}");
    }
}

/// Whether this is root on a Debian-like system.
fn can_install() -> bool {
    Path::new("/usr/bin/apt-get").exists()
        && capture(command("id").arg("--user")).is_ok_and(|id| id.trim() == "0")
}

fn has_c_compiler() -> bool {
    capture(command("cc").arg("--version")).is_ok()
}

fn has_valgrind() -> bool {
    capture(command("valgrind").arg("--version")).is_ok()
}

fn has_python() -> bool {
    capture(command("python3").args(["-c", "import venv, ensurepip"])).is_ok()
}

fn has_python_headers() -> bool {
    let find = "import os, sysconfig as s; \
                raise SystemExit(not os.path.exists(s.get_path('include') + '/Python.h'))";
    capture(command("python3").args(["-c", find])).is_ok()
}

fn has_node() -> bool {
    let major = capture(command("node").arg("--version"))
        .ok()
        .and_then(|version| {
            toolchain::parse(version.trim().trim_start_matches('v')).map(|(major, _)| major)
        });
    major.is_some_and(|major| major >= NODE_MAJOR)
        && capture(command("npm").arg("--version")).is_ok()
}

fn has_liboath() -> bool {
    let load = "import ctypes, ctypes.util as u; \
                ctypes.CDLL(u.find_library('oath') or 'liboath.so.0')";
    capture(command("python3").args(["-c", load])).is_ok()
}

fn has_bare_metal() -> bool {
    TARGETS.iter().all(|target| cross::can_build(target))
}
