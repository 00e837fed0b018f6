//! The home of certainty after a lost reply: reading back which operation wrote a record.

use super::{Expected, Key, OperationId, Saved, Store, StoreError, Stored};

/// How often a write is sent again while the record still is as expected.
const MAX_ATTEMPTS: u8 = 3;

/// Saves, and when the reply is lost ([`StoreError::Unknown`]) reads the record back to find out.
///
/// - The record carries `operation`: the write landed, and this is [`Saved::Saved`].
/// - The record still is as expected: the write is sent again under the same operation, which is
///   safe because it is conditional; should the first one land late, the second conflicts.
/// - Otherwise someone wrote after; whether before that ours had landed cannot be told.
///
/// # Errors
/// [`StoreError::Unknown`] in that last case, after three lost replies, and when reading back
/// fails too. The caller must then act as if the write had landed and had not been
/// granted: what was spent is spent, and nothing is given for it.
pub async fn save_surely<S: Store + ?Sized>(
    store: &S,
    key: &Key,
    expected: Expected,
    operation: OperationId,
    value: Vec<u8>,
) -> Result<Saved, StoreError> {
    let mut reply_was_lost = false;
    for _ in 0..MAX_ATTEMPTS {
        match store.save(key, expected, operation, value.clone()).await {
            Err(StoreError::Unknown) => reply_was_lost = true,
            // What a later attempt met says nothing about the one whose reply is lost.
            Ok(Saved::Conflict) | Err(_) if reply_was_lost => {}
            answer => return answer,
        }
        match store.load(key).await {
            Ok(Some(stored)) if stored.operation == operation => {
                return Ok(Saved::Saved(stored.revision));
            }
            Ok(found) if is_as_expected(found.as_ref(), expected) => {}
            Ok(_) | Err(_) => return Err(StoreError::Unknown),
        }
    }
    Err(StoreError::Unknown)
}

fn is_as_expected(found: Option<&Stored>, expected: Expected) -> bool {
    match expected {
        Expected::Absent => found.is_none(),
        Expected::At(revision) => found.is_some_and(|stored| stored.revision == revision),
    }
}
