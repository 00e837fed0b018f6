//! The home of compiling for bare metal: which toolchain does it, and which linker.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Failure, capture, cargo as running_cargo, command, root, target_dir};
use crate::toolchain;

/// A workspace of its own that is built for bare metal, by its folder from the top of the work
/// tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Workspace(&'static str);

/// The probe, and the ladder of images that are measured.
pub(crate) const BARE_METAL: Workspace = Workspace("tests/bare-metal");
/// The token on an emulated Cortex-M3.
pub(crate) const TOKEN_FIRMWARE: Workspace = Workspace("examples/token-firmware");
/// The lock on an emulated Cortex-M0.
pub(crate) const KEYPAD_LOCK: Workspace = Workspace("examples/keypad-lock");

/// The manifest of [`BARE_METAL`], from the top of the work tree.
pub(crate) const MANIFEST: &str = "tests/bare-metal/Cargo.toml";

/// From the fewest instructions to the most: Cortex-M0, Cortex-M3, Cortex-M4F; and a RISC-V.
pub(crate) const TARGETS: [&str; 4] = [
    "thumbv6m-none-eabi",
    "thumbv7m-none-eabi",
    "thumbv7em-none-eabihf",
    "riscv32imc-unknown-none-elf",
];

/// Debian's packages that bring a compiler together with the source of `core`.
pub(crate) const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CORE: &str = "/usr/lib/rustlib/src/rust/library/core/Cargo.toml";

/// Whether something can be built for `target` here.
pub(crate) fn can_build(target: &str) -> bool {
    toolchain::rustup_has(target) || debian_has_core()
}

impl Workspace {
    /// Its manifest, from the top of the work tree.
    pub(crate) fn manifest(self) -> String {
        format!("{}/Cargo.toml", self.0)
    }

    /// What its folder tells cargo, which reads it by itself only from there.
    fn configuration(self) -> Option<String> {
        let path = format!("{}/.cargo/config.toml", self.0);
        root().join(&path).exists().then_some(path)
    }

    /// Where it is built, under cargo's own folder.
    fn folder(self) -> &'static str {
        self.0.rsplit('/').next().unwrap_or(self.0)
    }
}

/// A release build of [`BARE_METAL`] for `target`, to which the caller adds what is to be built,
/// and the folder where it will lie.
///
/// # Errors
/// If no toolchain for `target` is there.
pub(crate) fn build(target: &str) -> Result<(Command, PathBuf), Failure> {
    build_in(BARE_METAL, "build", target)
}

/// A release build of a workspace for `target`, or another subcommand of cargo on it, to which the
/// caller adds what is to be built, and the folder where it will lie.
///
/// With Debian's compiler `core` is built along, and `core` alone: nothing that names `alloc` or
/// `std` compiles.
///
/// # Errors
/// If no toolchain for `target` is there.
pub(crate) fn build_in(
    workspace: Workspace,
    subcommand: &str,
    target: &str,
) -> Result<(Command, PathBuf), Failure> {
    let mut cargo = if toolchain::rustup_has(target) {
        running_cargo()
    } else if debian_has_core() {
        debian_cargo()
    } else {
        return Err(Failure::new(format!(
            "no toolchain for {target}: run `cargo xtask setup`, or `rustup target add {target}`"
        )));
    };
    cargo.args([subcommand, "--quiet", "--release", "--locked"]);
    cargo.args(["--manifest-path", &workspace.manifest()]);
    cargo.args(["--target", target]);
    if let Some(path) = workspace.configuration() {
        cargo.args(["--config", &path]);
    }
    cargo.args(["--config", &without_paths(target)]);
    if cargo.get_program() == DEBIAN_CARGO {
        cargo.args(["-Z", "build-std=core"]);
    }
    let out = target_dir().join(workspace.folder());
    cargo.env("CARGO_TARGET_DIR", &out);
    Ok((cargo, out.join(target).join("release")))
}

/// The setting that keeps where the work tree lies out of the images, in which a panic names the
/// file that it is in. Cargo adds it to what a workspace sets for `target` itself.
fn without_paths(target: &str) -> String {
    let root = root();
    format!(
        "target.{target}.rustflags=['--remap-path-prefix={}=countersign']",
        root.display()
    )
}

/// Says which compiler builds for `target`.
///
/// # Errors
/// If it cannot be asked.
pub(crate) fn compiler(target: &str) -> Result<String, Failure> {
    let rustc = if toolchain::rustup_has(target) {
        "rustc"
    } else {
        DEBIAN_RUSTC
    };
    let version = capture(
        command(rustc)
            .arg("--version")
            .env_remove("LD_LIBRARY_PATH"),
    )?;
    Ok(version.trim().to_owned())
}

/// The environment variable and the path that make cargo link for `target` with LLD: the one of
/// the running toolchain, or else the one that is installed.
///
/// # Errors
/// If there is neither.
pub(crate) fn linker(target: &str) -> Result<(String, PathBuf), Failure> {
    let variable = format!(
        "CARGO_TARGET_{}_LINKER",
        target.to_uppercase().replace('-', "_")
    );
    lld()
        .map(|path| (variable, path))
        .ok_or_else(|| Failure::new("no linker: neither rust-lld nor ld.lld is installed"))
}

/// Says which linker it is, by its name and its release.
///
/// # Errors
/// If it cannot be asked.
pub(crate) fn linker_version(target: &str) -> Result<String, Failure> {
    let (_, path) = linker(target)?;
    let mut lld = command(&path);
    if path.ends_with("rust-lld") {
        lld.args(["-flavor", "gnu"]);
    }
    let version = capture(lld.arg("--version"))?;
    Ok(version
        .split_whitespace()
        .take(2)
        .collect::<Vec<_>>()
        .join(" "))
}

/// Where an LLD is.
pub(crate) fn lld() -> Option<PathBuf> {
    let rustlib = capture(command("rustc").args(["--print", "target-libdir"])).ok();
    let shipped =
        rustlib.and_then(|path| Some(Path::new(path.trim()).parent()?.join("bin/rust-lld")));
    let installed = capture(command("ld.lld").arg("--version"));
    shipped
        .filter(|path| path.exists())
        .or_else(|| installed.ok().map(|_| PathBuf::from("ld.lld")))
}

/// Debian's cargo and rustc, kept apart from the toolchain that runs this tool.
///
/// `build-std` wants a nightly; the variable lets the packaged release do it, for this build only.
/// The search path for libraries goes because cargo points it at the other compiler's.
fn debian_cargo() -> Command {
    let mut cargo = command(DEBIAN_CARGO);
    cargo.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
    for variable in ["RUSTUP_TOOLCHAIN", "LD_LIBRARY_PATH", "CARGO", "RUSTDOC"] {
        cargo.env_remove(variable);
    }
    cargo
}

fn debian_has_core() -> bool {
    [DEBIAN_CARGO, DEBIAN_RUSTC, DEBIAN_CORE]
        .iter()
        .all(|path| Path::new(path).exists())
}
