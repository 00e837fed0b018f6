//! The rules on licences and sources of dependencies, as `deny.toml` states them.

use crate::process::{Failure, Outcome, capture, cargo, read_toml};

/// The one registry that crates may come from, as cargo names it.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Every dependency comes from crates.io or this tree, under a licence that `deny.toml` allows.
///
/// # Errors
/// Naming each dependency that does not.
pub(crate) fn run() -> Outcome {
    let allowed = allowed()?;
    let text = capture(cargo().args(["metadata", "--locked", "--format-version", "1"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&text)
        .map_err(|error| Failure::new(format!("cargo metadata: {error}")))?;
    let packages = metadata
        .get("packages")
        .and_then(serde_json::Value::as_array);
    let mut faults = Vec::new();
    let mut count = 0_usize;
    for package in packages.into_iter().flatten() {
        let text = |key: &str| package.get(key).and_then(serde_json::Value::as_str);
        let name = text("name").unwrap_or_default();
        if text("source").is_some_and(|source| source != REGISTRY) {
            faults.push(format!("`{name}` does not come from crates.io"));
        }
        let licence = text("license").unwrap_or_default();
        if !satisfied(licence, &allowed) {
            faults.push(format!(
                "`{name}` is under `{licence}`, which deny.toml does not allow"
            ));
        }
        count += 1;
    }
    println!("   {count} crates, all from crates.io or this tree");
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(faults.join("\n   ")))
    }
}

fn allowed() -> Result<Vec<String>, Failure> {
    read_toml("deny.toml")?
        .get("licenses")
        .and_then(|licenses| licenses.get("allow")?.as_array())
        .map(|list| {
            list.iter()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect()
        })
        .ok_or_else(|| Failure::new("deny.toml allows no licence"))
}

/// Whether an SPDX expression can be met with allowed licences alone.
fn satisfied(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let mut tokens = spaced.split_whitespace().peekable();
    either(&mut tokens, allowed) && tokens.next().is_none()
}

type Tokens<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn either(tokens: &mut Tokens<'_>, allowed: &[String]) -> bool {
    let mut met = both(tokens, allowed);
    while tokens.next_if_eq(&"OR").is_some() {
        met |= both(tokens, allowed);
    }
    met
}

fn both(tokens: &mut Tokens<'_>, allowed: &[String]) -> bool {
    let mut met = single(tokens, allowed);
    while tokens.next_if_eq(&"AND").is_some() {
        met &= single(tokens, allowed);
    }
    met
}

fn single(tokens: &mut Tokens<'_>, allowed: &[String]) -> bool {
    if tokens.next_if_eq(&"(").is_some() {
        let met = either(tokens, allowed);
        return tokens.next() == Some(")") && met;
    }
    let mut name = tokens.next().unwrap_or_default().to_owned();
    if tokens.next_if_eq(&"WITH").is_some() {
        name = format!("{name} WITH {}", tokens.next().unwrap_or_default());
    }
    allowed.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::satisfied;

    #[track_caller]
    fn check(expression: &str, expected: bool) {
        let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
        assert_eq!(satisfied(expression, &allowed), expected, "{expression}");
    }

    #[test]
    fn an_expression_is_met_by_allowed_licences_alone() {
        check("MIT", true);
        check("GPL-3.0", false);
        check("", false);
        check("GPL-3.0 OR MIT", true);
        check("GPL-3.0/MIT", true);
        check("GPL-3.0 AND MIT", false);
        check("MIT AND (GPL-3.0 OR ISC)", true);
        check("MIT AND (GPL-3.0 OR LGPL-3.0)", false);
        check("(MIT OR GPL-3.0) AND GPL-3.0", false);
        check("Apache-2.0 WITH LLVM-exception", true);
        check("Apache-2.0", false);
        check("MIT ISC", false);
        check("(MIT", false);
    }
}
