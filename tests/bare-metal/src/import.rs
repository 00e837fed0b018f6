//! Stories of taking keys over from other apps: a lenient reading of a setup URI, and an export.

use core::slice;

use countersign_core::{KeyUri, Migration, MigrationEntry, SharedSecret};

use crate::copy;

/// The secret of a setup URI as some program writes it; `tolerated` says whether in its own way.
///
/// # Safety
/// `text` has `len` bytes, `out` has `SharedSecret::MAX_LEN`, `tolerated` is a place for a bool.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn probe_key_uri_lenient(
    text: *const u8,
    len: usize,
    out: *mut u8,
    tolerated: *mut bool,
) -> usize {
    // SAFETY: the caller answers for all three.
    let (text, out, tolerated) = unsafe {
        (
            slice::from_raw_parts(text, len),
            slice::from_raw_parts_mut(out, SharedSecret::MAX_LEN),
            &mut *tolerated,
        )
    };
    let uri = core::str::from_utf8(text).ok().map(KeyUri::parse_lenient);
    let Some(Ok((uri, found))) = uri else {
        return 0;
    };
    *tolerated = !found.is_empty();
    copy(out, uri.secret().as_bytes());
    uri.secret().as_bytes().len()
}

/// The first key that can be used of an export, and how many keys there are.
///
/// # Safety
/// `text` has `len` bytes, `buffer` has `room`, `out` has `SharedSecret::MAX_LEN`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn probe_migration(
    text: *const u8,
    len: usize,
    buffer: *mut u8,
    room: usize,
    out: *mut u8,
) -> usize {
    // SAFETY: the caller answers for all three lengths.
    let (text, buffer, out) = unsafe {
        (
            slice::from_raw_parts(text, len),
            slice::from_raw_parts_mut(buffer, room),
            slice::from_raw_parts_mut(out, SharedSecret::MAX_LEN),
        )
    };
    let Ok(text) = core::str::from_utf8(text) else {
        return 0;
    };
    let Ok(export) = Migration::parse(text, buffer) else {
        return 0;
    };
    let first = export.entries().flatten().next();
    if let Some(key) = first.as_ref().map(MigrationEntry::key) {
        copy(out, key.secret().as_bytes());
    }
    export.entries().count()
}
