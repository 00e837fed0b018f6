//! `countersign totp`: codes, exit codes, and secrets that are never repeated.

use crate::program::{Ran, countersign, run};

/// The RFC 6238 test secret for SHA-1 in base32, and the same for the longer hashes.
const SHA1: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const SHA256: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA";

#[track_caller]
fn check(arguments: &str, input: &str, code: i32, out: &str) -> Ran {
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let ran = run(countersign(&arguments), input);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (Some(code), out),
        "{}",
        ran.err
    );
    ran
}

#[test]
fn codes_are_those_of_the_standard() {
    let secret = "totp generate --secret-stdin --digits 8";
    check(&format!("{secret} --at 59"), SHA1, 0, "94287082\n");
    check(&format!("{secret} --at 1111111109"), SHA1, 0, "07081804\n");
    check(&format!("{secret} --at 20000000000"), SHA1, 0, "65353130\n");
    check(
        &format!("{secret} --algorithm sha256 --at 59"),
        SHA256,
        0,
        "46119246\n",
    );
}

#[test]
fn a_key_uri_says_everything_itself() {
    let uri = format!("otpauth://totp/E:a?secret={SHA256}&algorithm=SHA256&digits=8&issuer=E\n");
    check("totp generate --uri-stdin --at 59", &uri, 0, "46119246\n");
    check("totp generate --uri-stdin --digits 6 --at 59", &uri, 2, "");
}

#[test]
fn a_secret_comes_from_a_file_or_the_environment_too() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let file = folder.path().join("secret");
    std::fs::write(&file, format!("{SHA1}\n")).expect("the folder is ours");
    let name = file.to_str().expect("the name is UTF-8");
    check(
        &format!("totp generate --secret-file {name} --at 59"),
        "",
        0,
        "287082\n",
    );

    let mut command = countersign(&["totp", "generate", "--at", "59"]);
    command.env("COUNTERSIGN_TOTP_SECRET", SHA1);
    assert_eq!(run(command, "").out, "287082\n");
}

#[test]
fn a_code_is_right_within_its_window_alone() {
    let verify = "totp verify 287082 --secret-stdin";
    check(
        &format!("{verify} --at 59"),
        SHA1,
        0,
        "right: step 1, drift 0\n",
    );
    check(
        &format!("{verify} --at 89"),
        SHA1,
        0,
        "right: step 1, drift -1\n",
    );
    check(
        &format!("{verify} --at 29"),
        SHA1,
        0,
        "right: step 1, drift 1\n",
    );
    let wrong = "wrong: no step in the window has this code\n";
    check(&format!("{verify} --at 90"), SHA1, 1, wrong);
    check(&format!("{verify} --at 89 --window 0"), SHA1, 1, wrong);
    check("totp verify 287083 --secret-stdin --at 59", SHA1, 1, wrong);
}

#[test]
fn what_is_malformed_is_named_and_not_repeated() {
    #[track_caller]
    fn refused(arguments: &str, input: &str, reason: &str) {
        let ran = check(arguments, input, 2, "");
        assert!(ran.err.contains(reason), "{}", ran.err);
        assert!(!ran.err.contains("JBSW"), "{}", ran.err);
    }
    let generate = "totp generate --secret-stdin";
    refused(generate, "JBSWY3DP", "fewer than 16 bytes");
    refused(generate, "JBSW1", "base32");
    refused(generate, "", "empty");
    refused(generate, "JBSW\nJBSW", "more than one line");
    refused(&format!("{generate} --digits 5"), SHA1, "6 to 10");
    refused(&format!("{generate} --period 0"), SHA1, "1 to 3600");
    refused(
        &format!("{generate} --at 1099511627777"),
        SHA1,
        "1099511627776",
    );
    refused(generate, "otpauth://totp/a?secret=JBSW", "--uri-stdin");
    refused(
        "totp generate --uri-stdin",
        "otpauth://totp/a?secret=JBSWY3DP",
        "16 bytes",
    );
    refused("totp generate --uri-stdin", "https://JBSW", "otpauth://");
    refused("totp verify 28708 --secret-stdin", SHA1, "6 to 10 digits");
    refused("totp verify 28708210 --secret-stdin", SHA1, "8 digits");
    refused("totp show", "otpauth://totp/a?secret=JBSWY3DP", "16 bytes");
    refused("totp show", "otpauth://totp/a?secret=JBSW", "stray bits");
    refused("totp generate", "", "--secret-stdin");
    refused("totp generate JBSWY3DP", "", "never as an argument");
}

#[test]
fn a_counter_based_key_has_no_code_of_now() {
    let uri = format!("otpauth://hotp/E:a?secret={SHA1}&issuer=E&counter=1");
    let ran = check("totp generate --uri-stdin", &uri, 2, "");
    assert!(ran.err.contains("counter-based"), "{}", ran.err);
}

#[test]
fn a_new_secret_is_fresh_and_works() {
    let new = || {
        let arguments = [
            "totp",
            "new",
            "--issuer",
            "Example",
            "--account",
            "a@example.com",
        ];
        run(countersign(&arguments), "").out
    };
    let (first, second) = (new(), new());
    let word = |text: &str, name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.expect("the line is there").trim().to_owned()
    };
    assert_ne!(word(&first, "secret"), word(&second, "secret"));
    assert_eq!(word(&first, "secret").len(), 32);
    let uri = word(&first, "uri");
    assert!(
        uri.starts_with("otpauth://totp/Example:a%40example.com?secret="),
        "{uri}"
    );
    let by_uri = run(
        countersign(&["totp", "generate", "--uri-stdin", "--at", "59"]),
        &uri,
    );
    let by_secret = countersign(&["totp", "generate", "--secret-stdin", "--at", "59"]);
    assert_eq!(by_uri.out, run(by_secret, &word(&first, "secret")).out);
    assert_eq!(by_uri.out.len(), 7);
}
