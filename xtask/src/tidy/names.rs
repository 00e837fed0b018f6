//! Rules on names: which words belong to which crate.

use super::{File, Finding};

/// Names of Amazon's wire protocol, wherever they stand. They are put together here so as not to
/// find themselves.
const WIRE_NAMES: [&str; 3] = [
    concat!("SOFTWARE_TOKEN", "_MFA"),
    concat!("NotAuthorized", "Exception"),
    concat!("X-Amz", "-Target"),
];

/// Who speaks that protocol.
const SPEAKERS: [&str; 3] = [
    "crates/countersign-cognito/",
    "crates/countersign-server/",
    "crates/countersign-examples/",
];

const CORE: &str = "crates/countersign-core/src/";
const HASH_HOME: [&str; 2] = [
    "crates/countersign-core/src/algorithm.rs",
    "crates/countersign-core/src/algorithm/",
];
const HASHES: [&str; 3] = ["hmac", "sha1", "sha2"];

/// Amazon's names stay in the crates that speak its protocol: elsewhere comments may mention the
/// product, but neither code nor comments use the wire's words.
pub(super) fn cognito(file: &File) -> Vec<Finding> {
    let elsewhere =
        file.path.starts_with("crates/") && !SPEAKERS.iter().any(|s| file.path.starts_with(s));
    if !elsewhere || !(file.is("rs") || file.is("toml")) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, line) in file.lines() {
        let comment = line.trim_start().starts_with(['/', '#']);
        let in_code = !comment && line.to_lowercase().contains("cognito");
        if in_code || WIRE_NAMES.iter().any(|name| line.contains(name)) {
            findings.push(file.finding(number, "a name of Amazon's protocol outside its crate"));
        }
    }
    findings
}

/// Within the core one module names the hash crates.
pub(super) fn hashes(file: &File) -> Vec<Finding> {
    if !file.path.starts_with(CORE) || HASH_HOME.iter().any(|home| file.path.starts_with(home)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, line) in file.lines() {
        if line.trim_start().starts_with("//") {
            continue;
        }
        let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        if let Some(hash) = words.find(|word| HASHES.contains(word)) {
            findings.push(file.finding(number, &format!("`{hash}` outside algorithm.rs")));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{File, HASH_HOME, WIRE_NAMES, cognito, hashes};

    #[test]
    fn wire_names_stay_in_their_crates() {
        let found = |path: &str, text: &str| cognito(&File::new(path, text)).len();
        for name in WIRE_NAMES {
            assert_eq!(
                found("crates/countersign-host/src/a.rs", &format!("//! {name}\n")),
                1
            );
            assert_eq!(found("crates/countersign-cognito/src/a.rs", name), 0);
            assert_eq!(found("tests/it/a.rs", name), 0);
        }
        assert_eq!(
            found(
                "crates/countersign-host/src/a.rs",
                "// As Cognito has it.\n"
            ),
            0
        );
        assert_eq!(
            found("crates/countersign-host/src/a.rs", "struct CognitoUser;\n"),
            1
        );
        assert_eq!(
            found(
                "crates/countersign-core/Cargo.toml",
                "countersign-cognito = 1\n"
            ),
            1
        );
    }

    #[test]
    fn one_file_names_the_hash_crates() {
        let found = |path: &str, text: &str| hashes(&File::new(path, text)).len();
        assert_eq!(
            found("crates/countersign-core/src/totp.rs", "use sha1::Sha1;\n"),
            1
        );
        assert_eq!(
            found(
                "crates/countersign-core/src/totp.rs",
                "fn sha1_vectors() {}\n"
            ),
            0
        );
        assert_eq!(
            found("crates/countersign-core/src/totp.rs", "// sha1 is enough\n"),
            0
        );
        assert_eq!(found(HASH_HOME[0], "use sha1::Sha1;\n"), 0);
    }
}
