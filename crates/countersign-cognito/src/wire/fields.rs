//! The reader of request members: takes each out of the JSON object and checks it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::body::{Object, read_object};
use super::limits::{Limit, Pattern};
use super::{ErrorKind, Sensitive, WireError};

/// A request that can be read from its members.
pub(crate) trait Parse: Sized {
    /// Takes the members out. What is wrong is noted in `fields`; the value returned then holds
    /// blanks and is thrown away.
    fn read(fields: &mut Fields) -> Self;
}

/// Reads and checks a whole request.
///
/// # Errors
/// `SerializationException` for a body or member of the wrong JSON type,
/// `InvalidParameterException` for members that break a limit, listing all of them.
pub(crate) fn parse<T: Parse>(body: &[u8]) -> Result<T, WireError> {
    let mut fields = Fields::new(read_object(body)?);
    let request = T::read(&mut fields);
    fields.finish()?;
    Ok(request)
}

/// The members of one request that have not been taken yet, and what was wrong so far. Members
/// that nobody takes are ignored, as Cognito does.
pub(crate) struct Fields {
    members: Object,
    prefix: String,
    wrong_type: Option<String>,
    violations: Vec<String>,
}

impl Fields {
    pub(crate) fn new(members: Object) -> Self {
        Self {
            members,
            prefix: String::new(),
            wrong_type: None,
            violations: Vec::new(),
        }
    }

    /// A text that must be there.
    pub(crate) fn required(&mut self, name: &str, limit: Limit) -> String {
        let text = self.optional(name, limit);
        self.or_missing(name, text)
    }

    /// A text that may be absent.
    pub(crate) fn optional(&mut self, name: &str, limit: Limit) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => {
                self.check(name, &text, limit);
                Some(text)
            }
            _ => self.mistyped(name, "a string"),
        }
    }

    /// A secret text that must be there.
    pub(crate) fn required_secret(&mut self, name: &str, limit: Limit) -> Sensitive {
        self.required(name, limit).into()
    }

    /// A secret text that may be absent.
    pub(crate) fn optional_secret(&mut self, name: &str, limit: Limit) -> Option<Sensitive> {
        self.optional(name, limit).map(Sensitive::new)
    }

    /// A truth value that may be absent.
    pub(crate) fn flag(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            Value::Bool(flag) => Some(flag),
            _ => self.mistyped(name, "a boolean"),
        }
    }

    /// A whole number between `min` and `max` that may be absent.
    pub(crate) fn number(&mut self, name: &str, min: u32, max: u32) -> Option<u32> {
        let value = self.take(name)?;
        let Some(number) = value.as_i64() else {
            return self.mistyped(name, "a whole number");
        };
        let small = u32::try_from(number).ok();
        if small.is_none_or(|n| n < min) && number < i64::from(min) {
            self.violated(
                name,
                &format!("Member must have value greater than or equal to {min}"),
            );
            return None;
        }
        if small.is_none_or(|n| n > max) {
            self.violated(
                name,
                &format!("Member must have value less than or equal to {max}"),
            );
            return None;
        }
        small
    }

    /// One of a fixed set of words that may be absent.
    pub(crate) fn word<T: Copy>(&mut self, name: &str, words: &[(&str, T)]) -> Option<T> {
        let Value::String(text) = self.take(name)? else {
            return self.mistyped(name, "a string");
        };
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            self.not_in_set(name, words);
        }
        found.map(|(_, value)| *value)
    }

    /// One of a fixed set of words that must be there.
    pub(crate) fn required_word<T: Copy>(&mut self, name: &str, words: &[(&str, T)]) -> Option<T> {
        let value = self.word(name, words);
        if value.is_none() {
            self.missing_unless_noted(name);
        }
        value
    }

    /// A list of words of a fixed set; empty when absent.
    pub(crate) fn words<T: Copy>(&mut self, name: &str, words: &[(&str, T)]) -> Option<Vec<T>> {
        let texts = self.texts(name)?;
        let found: Vec<T> = texts
            .iter()
            .filter_map(|text| words.iter().find(|(word, _)| word == text))
            .map(|(_, value)| *value)
            .collect();
        if found.len() < texts.len() {
            self.not_in_set(name, words);
        }
        Some(found)
    }

    /// A list of texts of at most 100 items that may be absent.
    pub(crate) fn texts(&mut self, name: &str) -> Option<Vec<String>> {
        let items = self.items(name)?;
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Value::String(text) => texts.push(text),
                _ => return self.mistyped(name, "a list of strings"),
            }
        }
        Some(texts)
    }

    /// A structure that may be absent.
    pub(crate) fn object<T: Parse>(&mut self, name: &str) -> Option<T> {
        match self.take(name)? {
            Value::Object(members) => Some(self.nested(name, members)),
            _ => self.mistyped(name, "an object"),
        }
    }

    /// A structure that is kept as it came and not looked into.
    pub(crate) fn raw_object(&mut self, name: &str) -> Option<Object> {
        match self.take(name)? {
            Value::Object(members) => Some(members),
            _ => self.mistyped(name, "an object"),
        }
    }

    /// A list of structures of at most 100 items that may be absent.
    pub(crate) fn list<T: Parse>(&mut self, name: &str) -> Option<Vec<T>> {
        let items = self.items(name)?;
        let mut list = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            match item {
                Value::Object(members) => {
                    let place = format!("{name}.{}.member", index + 1);
                    list.push(self.nested(&place, members));
                }
                _ => return self.mistyped(name, "a list of objects"),
            }
        }
        Some(list)
    }

    /// A map of texts, each at most `limit` long; empty when absent.
    pub(crate) fn map(&mut self, name: &str, limit: Limit) -> BTreeMap<String, Sensitive> {
        let members = self.raw_object(name).unwrap_or_default();
        let mut map = BTreeMap::new();
        for (key, value) in members {
            match value {
                Value::String(text) => {
                    self.check(name, &text, limit);
                    map.insert(key, text.into());
                }
                Value::Null => {}
                _ => self.note_wrong_type(name, "a map of strings"),
            }
        }
        map
    }

    /// Notes that a member breaks a limit that only the request itself knows.
    pub(crate) fn violated(&mut self, name: &str, constraint: &str) {
        let place = self.place(name);
        self.violations.push(format!(
            "Value at '{place}' failed to satisfy constraint: {constraint}"
        ));
    }

    /// Notes that a member is required and absent.
    pub(crate) fn missing(&mut self, name: &str) {
        let place = self.place(name);
        self.violations.push(format!(
            "Value null at '{place}' failed to satisfy constraint: Member must not be null"
        ));
    }

    /// Notes that a required member is absent, unless something about it was noted already.
    pub(crate) fn missing_unless_noted(&mut self, name: &str) {
        let marker = format!("'{}'", self.place(name));
        let noted = self.wrong_type.iter().chain(&self.violations);
        if !noted.into_iter().any(|text| text.contains(&marker)) {
            self.missing(name);
        }
    }

    fn finish(self) -> Result<(), WireError> {
        if let Some(message) = self.wrong_type {
            return Err(WireError::new(ErrorKind::Serialization, message));
        }
        let count = self.violations.len();
        if count == 0 {
            return Ok(());
        }
        let errors = if count == 1 { "error" } else { "errors" };
        Err(WireError::invalid(format!(
            "{count} validation {errors} detected: {}",
            self.violations.join("; ")
        )))
    }

    /// An explicit `null` counts as absent.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name).filter(|value| !value.is_null())
    }

    fn items(&mut self, name: &str) -> Option<Vec<Value>> {
        match self.take(name)? {
            Value::Array(items) if items.len() <= LIST_LIMIT => Some(items),
            Value::Array(_) => {
                self.violated(
                    name,
                    &format!("Member must have length less than or equal to {LIST_LIMIT}"),
                );
                None
            }
            _ => self.mistyped(name, "a list"),
        }
    }

    fn nested<T: Parse>(&mut self, name: &str, members: Object) -> T {
        let mut inner = Self::new(members);
        inner.prefix = format!("{}.", self.place(name));
        let value = T::read(&mut inner);
        self.violations.append(&mut inner.violations);
        if self.wrong_type.is_none() {
            self.wrong_type = inner.wrong_type;
        }
        value
    }

    fn check(&mut self, name: &str, text: &str, limit: Limit) {
        let length = text.chars().count();
        if length < limit.min {
            let min = limit.min;
            self.violated(
                name,
                &format!("Member must have length greater than or equal to {min}"),
            );
        } else if length > limit.max {
            let max = limit.max;
            self.violated(
                name,
                &format!("Member must have length less than or equal to {max}"),
            );
        } else if limit.pattern != Pattern::Any && !limit.pattern.fits(text) {
            let expression = limit.pattern.expression();
            self.violated(
                name,
                &format!("Member must satisfy regular expression pattern: {expression}"),
            );
        }
    }

    fn not_in_set<T>(&mut self, name: &str, words: &[(&str, T)]) {
        let set: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.violated(
            name,
            &format!("Member must satisfy enum value set: [{}]", set.join(", ")),
        );
    }

    fn or_missing(&mut self, name: &str, text: Option<String>) -> String {
        if text.is_none() {
            self.missing_unless_noted(name);
        }
        text.unwrap_or_default()
    }

    fn mistyped<T>(&mut self, name: &str, expected: &str) -> Option<T> {
        self.note_wrong_type(name, expected);
        None
    }

    fn note_wrong_type(&mut self, name: &str, expected: &str) {
        let place = self.place(name);
        self.wrong_type
            .get_or_insert(format!("The member '{place}' must be {expected}."));
    }

    /// A member as messages name it: `UserCode` is `userCode`.
    fn place(&self, name: &str) -> String {
        let mut letters = name.chars();
        let first = letters.next().map(|c| c.to_ascii_lowercase());
        self.prefix.chars().chain(first).chain(letters).collect()
    }
}

/// The most items of any list in a request.
const LIST_LIMIT: usize = 100;
