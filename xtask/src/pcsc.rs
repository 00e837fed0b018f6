//! The home of what the story of a hardware token is told with: a virtual smart-card reader, and
//! the clients that use it.

use std::path::Path;

use crate::process::{capture, command};
use crate::setup::Need;

/// The programs and libraries of the story. On Debian they are packages; elsewhere their names say
/// what to look for.
pub(crate) fn needs() -> Vec<Need> {
    vec![
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
        Need::new("SWIG, likewise", &["swig"], || runs("swig", "-version")),
        Need::new(
            "unshare and ip, which give each story a network of its own (of Linux only)",
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
