//! Rules for `Cargo.toml`: versions stand at the top, lints are declared everywhere.

use toml::{Table, Value};

use super::{File, Finding};

const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// A member takes every dependency from the workspace, and the workspace takes none with its
/// default features.
pub(super) fn versions_once(file: &File) -> Vec<Finding> {
    let Some(manifest) = manifest(file) else {
        return Vec::new();
    };
    if let Some(workspace) = manifest.get("workspace") {
        let shared = workspace.get("dependencies").and_then(Value::as_table);
        return entries(shared)
            .filter(|(_, entry)| entry.get("path").is_none())
            .filter(|(_, entry)| !is(entry, "default-features", false))
            .map(|(name, _)| file.finding(1, &format!("`{name}` has its default features")))
            .collect();
    }
    let targets = manifest.get("target").and_then(Value::as_table);
    let per_target = entries(targets).filter_map(|(_, target)| target.as_table());
    std::iter::once(&manifest)
        .chain(per_target)
        .flat_map(|table| KINDS.map(|kind| table.get(kind).and_then(Value::as_table)))
        .flat_map(entries)
        .filter(|(_, entry)| !is(entry, "workspace", true))
        .map(|(name, _)| file.finding(1, &format!("`{name}` is not taken from the workspace")))
        .collect()
}

/// A member declares its lints; without the table it would have none.
pub(super) fn lints(file: &File) -> Vec<Finding> {
    match manifest(file) {
        Some(manifest)
            if !manifest.contains_key("workspace") && !manifest.contains_key("lints") =>
        {
            vec![file.finding(1, "the manifest has no `[lints]`")]
        }
        _ => Vec::new(),
    }
}

fn manifest(file: &File) -> Option<Table> {
    if file.path != "Cargo.toml" && !file.path.ends_with("/Cargo.toml") {
        return None;
    }
    file.text.parse().ok()
}

fn entries(table: Option<&Table>) -> impl Iterator<Item = (&String, &Value)> {
    table.into_iter().flatten()
}

fn is(entry: &Value, key: &str, expected: bool) -> bool {
    entry.get(key).and_then(Value::as_bool) == Some(expected)
}

#[cfg(test)]
mod tests {
    use super::{File, Finding, lints, versions_once};

    #[track_caller]
    fn check(rule: fn(&File) -> Vec<Finding>, text: &str, expected: usize) {
        assert_eq!(
            rule(&File::new("crates/a/Cargo.toml", text)).len(),
            expected
        );
    }

    #[test]
    fn versions_stand_at_the_top() {
        check(versions_once, "[dependencies]\na.workspace = true\n", 0);
        check(versions_once, "[dependencies]\na = \"1\"\n", 1);
        check(
            versions_once,
            "[dev-dependencies]\na = { path = \"../a\" }\n",
            1,
        );
        check(
            versions_once,
            "[target.'cfg(unix)'.dependencies]\na = \"1\"\n",
            1,
        );
        check(versions_once, "[workspace.dependencies]\na = \"1\"\n", 1);
        let shared =
            "[workspace.dependencies]\na = { version = \"1\", default-features = false }\n";
        check(versions_once, shared, 0);
    }

    #[test]
    fn lints_are_declared_everywhere() {
        check(lints, "[lints]\nworkspace = true\n", 0);
        check(lints, "[package]\nname = \"a\"\n", 1);
        check(lints, "[workspace]\n", 0);
    }
}
