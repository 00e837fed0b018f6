//! The home of what the story of a hardware token is told with: a virtual smart-card reader, and
//! the clients that use it. `cargo xtask token` lets a person try them.

use std::path::{Path, PathBuf};

use crate::clients;
use crate::process::{Failure, Outcome, capture, cargo, command, run, target_dir};
use crate::setup::Need;

/// The variable that leads the story to the simulator.
pub(crate) const SIMULATOR: &str = "COUNTERSIGN_TOKEN_SIMULATOR";

/// Where the simulator is built.
pub(crate) fn simulator() -> PathBuf {
    target_dir().join("debug/token-simulator")
}

/// Starts a shell in which the unmodified ykman finds a simulated token, which is kept in a folder
/// for the next time. Nothing on the machine is changed: the reader is that shell's own.
///
/// # Errors
/// If something is missing, or the arguments are others.
pub(crate) fn shell(args: &[String]) -> Outcome {
    let state = match args {
        [] => target_dir().join("token-simulator"),
        [flag, folder] if flag == "--state" => PathBuf::from(folder),
        _ => return Err(Failure::new("cargo xtask token [--state DIR]")),
    };
    let missing: Vec<String> = needs()
        .iter()
        .filter(|need| !need.is_there())
        .map(Need::advice)
        .collect();
    if !missing.is_empty() {
        let missing = missing.join("\n  ");
        return Err(Failure::new(format!("please install\n  {missing}")));
    }
    let python = clients::python()?;
    run(cargo().args(["build", "--quiet", "--package", "token-simulator"]))?;
    let status = command(python)
        .args(["-B", "tests/clients/python/token_story.py"])
        .args(["simulator", "shell"])
        .arg(std::path::absolute(&state).unwrap_or(state))
        .env(SIMULATOR, simulator())
        .status()
        .map_err(|error| Failure::new(format!("the story: {error}")))?;
    println!("   the shell has ended ({status}); its token is kept");
    Ok(())
}

/// The programs and libraries of the story. On Debian they are packages; elsewhere their names say
/// what to look for. The story is told on Linux alone, but ykman's library is built everywhere.
pub(crate) fn needs() -> Vec<Need> {
    let swig = Need::new(
        "SWIG, with which ykman's library is built",
        &["swig"],
        || runs("swig", "-version"),
    );
    if !cfg!(target_os = "linux") {
        return vec![swig];
    }
    vec![
        swig,
        Need::new(
            "pcscd, the PC/SC daemon (elsewhere it comes with pcsc-lite)",
            &["pcscd"],
            || runs("pcscd", "--version"),
        ),
        Need::new(
            "vpcd, a virtual smart-card reader for pcscd (elsewhere it comes with vsmartcard, as \
             libifdvpcd.so in /usr/lib/pcsc/drivers/serial)",
            &["vsmartcard-vpcd"],
            || Path::new(VPCD).exists(),
        ),
        Need::new(
            "the headers of PC/SC, from which ykman's library is built",
            &["libpcsclite-dev"],
            || Path::new(HEADER).exists(),
        ),
        Need::new(
            "unshare and ip, which give each story a network of its own",
            &["util-linux", "iproute2"],
            || runs("unshare", "--version") && runs("ip", "-Version"),
        ),
        Need::new(
            "an older ykman at /usr/bin/ykman",
            &["yubikey-manager"],
            || runs("/usr/bin/ykman", "--version"),
        ),
    ]
}

/// Root's programs are not on everybody's path.
fn runs(program: &str, argument: &str) -> bool {
    let folders = ["", "/usr/sbin/", "/sbin/"];
    folders.iter().any(|folder| {
        let program = format!("{folder}{program}");
        capture(command(program).arg(argument)).is_ok()
    })
}

const VPCD: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
const HEADER: &str = "/usr/include/PCSC/winscard.h";
