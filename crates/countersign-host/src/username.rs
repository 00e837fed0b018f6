//! The home of user names: which are allowed, and which are the same.

use crate::Error;

/// Characters in a user name at most.
pub const MAX_LENGTH: usize = 128;

/// The form under which a name is stored: names that differ only in case fold to the same, so that
/// no spelling of a name escapes a limit on it.
///
/// # Errors
/// [`Error::InvalidParameter`] for an empty name, one of more than [`MAX_LENGTH`] characters, and
/// one with a space, a control character or an invisible one.
pub fn folded(name: &str) -> Result<String, Error> {
    let length = name.chars().count();
    let hidden = |c: char| c.is_whitespace() || c.is_control() || is_invisible(c);
    if length == 0 || length > MAX_LENGTH || name.chars().any(hidden) {
        return Err(Error::InvalidParameter(
            "The user name must have 1 to 128 characters, none of them a space.".to_owned(),
        ));
    }
    // Lowering twice by way of upper case folds letters that have several lower-case forms.
    Ok(name.to_uppercase().to_lowercase())
}

/// Format characters that can hide inside a name: soft hyphen, joiners, direction marks, BOM.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
