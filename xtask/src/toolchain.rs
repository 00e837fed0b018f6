//! The home of the minimum supported Rust version: what it is, and that it was really used.

use std::env;

use crate::process::{Failure, Outcome, capture, cargo, command, read_toml, run};

/// A Rust release as (major, minor).
pub(crate) type Release = (u32, u32);

/// Shows that the workspace builds with the `rust-version` it declares.
///
/// If the running compiler is of that very release, every other rule and test of this run is the
/// proof. If it is newer, the workspace is also checked with the declared one, which rustup must
/// have; in CI its absence is a failure.
///
/// # Errors
/// If the running compiler is too old, or the declared release does not build the workspace.
pub(crate) fn prove_msrv() -> Outcome {
    let declared = declared()?;
    let text = capture(command("rustc").arg("--version"))?;
    let running = parse(text.split_whitespace().nth(1).unwrap_or_default())
        .ok_or_else(|| Failure::new(format!("cannot read a version in `{}`", text.trim())))?;
    let (major, minor) = declared;
    if running < declared {
        return Err(Failure::new(format!(
            "rust-version is {major}.{minor}, but this is {}",
            text.trim()
        )));
    }
    if running == declared {
        println!(
            "   rust-version {major}.{minor}: everything is built with it ({})",
            text.trim()
        );
        return Ok(());
    }
    let older = format!("+{major}.{minor}");
    if capture(command("cargo").args([&older, "--version"])).is_ok() {
        return run(command("cargo")
            .args([&older, "check", "--workspace", "--all-targets"])
            .env_remove("RUSTUP_TOOLCHAIN")
            .env_remove("RUSTC"));
    }
    let text = format!(
        "rust-version {major}.{minor} is not proven: this is {}; `rustup toolchain install \
         {major}.{minor}` to prove it",
        text.trim()
    );
    if env::var_os("CI").is_some() {
        return Err(Failure::new(text));
    }
    println!("   {text}");
    Ok(())
}

/// The release that `Cargo.toml` declares.
///
/// # Errors
/// If there is none, or it has another form than `1.95`.
pub(crate) fn declared() -> Result<Release, Failure> {
    read_toml("Cargo.toml")?
        .get("workspace")
        .and_then(|workspace| workspace.get("package"))
        .and_then(|package| package.get("rust-version"))
        .and_then(|version| parse(version.as_str()?))
        .ok_or_else(|| Failure::new("Cargo.toml declares no rust-version"))
}

/// Whether rustup says that it has the standard library of `target`.
pub(crate) fn rustup_has(target: &str) -> bool {
    capture(command("rustup").args(["target", "list", "--installed"]))
        .is_ok_and(|list| list.lines().any(|line| line.trim() == target))
}

/// Whether this cargo has the component behind `cargo <subcommand>`.
pub(crate) fn cargo_has(subcommand: &str) -> bool {
    capture(cargo().args([subcommand, "--version"])).is_ok()
}

/// The release in a version such as `1.95`, `1.95.0` or `1.96.0-nightly`.
pub(crate) fn parse(version: &str) -> Option<Release> {
    let mut parts = version.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next()?.parse().ok()?;
    Some((major, minor))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[track_caller]
    fn check(version: &str, expected: Option<(u32, u32)>) {
        assert_eq!(parse(version), expected);
    }

    #[test]
    fn versions_are_read_by_their_first_two_numbers() {
        check("1.95", Some((1, 95)));
        check("1.95.0", Some((1, 95)));
        check("1.96.0-nightly", Some((1, 96)));
        check("1", None);
        check("rustc", None);
    }
}
