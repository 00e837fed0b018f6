//! The home of the suite that every store has to pass.
//!
//! Call [`run`] from a test of your own store, on a Tokio runtime of several threads. It panics
//! at the first promise of [`Store`] that is not kept, and says which.

mod races;

use super::{
    Deleted, Expected, Key, Kind, MAX_PAGE, MAX_VALUE_LEN, OperationId, Revision, Saved, Store,
    StoreError, Stored,
};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Checks every promise, each on a fresh and empty store that `make` makes.
///
/// # Panics
/// When a promise is not kept.
pub async fn run<S, M, F>(make: M)
where
    S: Store + 'static,
    M: Fn() -> F,
    F: Future<Output = S>,
{
    assert_eq!(make().await.ready().await, Ok(()), "a new store is ready");
    compare_and_swap(&make().await).await;
    deletion(&make().await).await;
    revisions_are_never_reused(&make().await).await;
    values_of_any_size(&make().await).await;
    keys_of_any_text(&make().await).await;
    order_and_pages(&make().await).await;
    races::one_winner(&Arc::new(make().await)).await;
    races::no_update_is_lost(&Arc::new(make().await)).await;
}

async fn compare_and_swap<S: Store>(store: &S) {
    let key = key(Kind::Account, "pool/a");
    assert_eq!(store.load(&key).await, Ok(None), "a new store is empty");
    let never = Expected::At(Revision::from_number(1));
    assert_eq!(save(store, &key, never, b"x").await, Saved::Conflict);
    assert_eq!(
        store.load(&key).await,
        Ok(None),
        "a conflict writes nothing"
    );

    let operation = fresh_operation();
    let first = saved(
        store
            .save(&key, Expected::Absent, operation, b"1".to_vec())
            .await,
    );
    let expected = Stored {
        revision: first,
        operation,
        value: b"1".to_vec(),
    };
    assert_eq!(
        store.load(&key).await,
        Ok(Some(expected.clone())),
        "what was saved is read"
    );
    assert_eq!(
        save(store, &key, Expected::Absent, b"x").await,
        Saved::Conflict
    );
    assert_eq!(
        store.load(&key).await,
        Ok(Some(expected)),
        "a conflict changes nothing"
    );

    let second = saved(
        store
            .save(&key, Expected::At(first), fresh_operation(), vec![2])
            .await,
    );
    assert_ne!(first, second, "a save changes the revision, ");
    assert_eq!(
        save(store, &key, Expected::At(first), b"x").await,
        Saved::Conflict
    );
    let third = saved(
        store
            .save(&key, Expected::At(second), fresh_operation(), vec![2])
            .await,
    );
    assert_ne!(second, third, "even one of the same value");
}

async fn deletion<S: Store>(store: &S) {
    let (key, other) = (key(Kind::Pool, "a"), key(Kind::Client, "a"));
    let never = Revision::from_number(1);
    assert_eq!(
        store.delete(&key, never).await,
        Ok(Deleted::Conflict),
        "of nothing"
    );
    let first = create(store, &key).await;
    create(store, &other).await;
    let second = saved(
        store
            .save(&key, Expected::At(first), fresh_operation(), vec![2])
            .await,
    );
    assert_eq!(
        store.delete(&key, first).await,
        Ok(Deleted::Conflict),
        "of an old revision"
    );
    assert_eq!(store.delete(&key, second).await, Ok(Deleted::Deleted));
    assert_eq!(store.load(&key).await, Ok(None), "what was deleted is gone");
    assert_eq!(
        store.delete(&key, second).await,
        Ok(Deleted::Conflict),
        "twice"
    );
    let kept = store.load(&other).await.expect("the store can be read");
    assert!(
        kept.is_some(),
        "the same text under another kind is another record"
    );
}

/// Someone who decided on a record must not save over its successor of the same name.
async fn revisions_are_never_reused<S: Store>(store: &S) {
    let key = key(Kind::Account, "pool/again");
    let mut seen = Vec::new();
    for _ in 0..50 {
        let revision = create(store, &key).await;
        assert!(
            !seen.contains(&revision),
            "a created record has a revision of its own"
        );
        for old in &seen {
            let at_old = save(store, &key, Expected::At(*old), b"x").await;
            assert_eq!(
                at_old,
                Saved::Conflict,
                "a revision before the deletion is no match"
            );
        }
        seen.push(revision);
        assert_eq!(store.delete(&key, revision).await, Ok(Deleted::Deleted));
    }
}

async fn values_of_any_size<S: Store>(store: &S) {
    let all_bytes: Vec<u8> = (0..=u8::MAX).collect();
    let largest = all_bytes.repeat(MAX_VALUE_LEN / all_bytes.len());
    for (name, value) in [("none", Vec::new()), ("all", all_bytes), ("most", largest)] {
        let key = key(Kind::Setting, name);
        saved(
            store
                .save(&key, Expected::Absent, fresh_operation(), value.clone())
                .await,
        );
        let found = store.load(&key).await.expect("the store can be read");
        assert!(
            found.is_some_and(|stored| stored.value == value),
            "{name} comes back as it was"
        );
    }
    let key = key(Kind::Setting, "too much");
    let beyond = vec![0; MAX_VALUE_LEN + 1];
    let answer = store
        .save(&key, Expected::Absent, fresh_operation(), beyond)
        .await;
    assert_eq!(answer, Err(StoreError::TooLarge));
    assert_eq!(
        store.load(&key).await,
        Ok(None),
        "what is too large is not written"
    );
}

async fn keys_of_any_text<S: Store>(store: &S) {
    let longest = "k".repeat(Key::MAX_LEN);
    let texts = [
        "a",
        "A",
        "a ",
        " a",
        "a/b",
        "a/b/",
        "%",
        "_",
        "a_b",
        "a%b",
        "'",
        "\"; DROP TABLE record",
        "\\",
        "\0",
        "a\0b",
        "\n",
        "\u{e9}",
        "e\u{301}",
        "\u{1f511}",
        "\u{10ffff}",
        &longest,
    ];
    for text in texts {
        let key = key(Kind::Account, text);
        let value = text.as_bytes().to_vec();
        saved(
            store
                .save(&key, Expected::Absent, fresh_operation(), value)
                .await,
        );
    }
    for text in texts {
        let found = store.load(&key(Kind::Account, text)).await;
        let found = found.expect("the store can be read");
        let own = found.is_some_and(|stored| stored.value == text.as_bytes());
        assert!(own, "{text:?} has a record of its own");
    }
    let mut sorted = texts;
    sorted.sort_unstable();
    assert_eq!(
        texts_of(store, Kind::Account, "", None, MAX_PAGE).await,
        sorted
    );
    for prefix in ["%", "_", "a_", "a/", "\0", "\u{10ffff}", "'"] {
        let expected: Vec<_> = sorted
            .iter()
            .filter(|text| text.starts_with(prefix))
            .collect();
        let found = texts_of(store, Kind::Account, prefix, None, MAX_PAGE).await;
        assert_eq!(
            found.iter().collect::<Vec<_>>(),
            expected,
            "prefix {prefix:?}"
        );
    }
}

async fn order_and_pages<S: Store>(store: &S) {
    let mut expected: Vec<String> = (0..25).map(|n| format!("p/{n}")).collect();
    for text in &expected {
        create(store, &key(Kind::Account, text)).await;
    }
    for (kind, text) in [
        (Kind::Account, "p"),
        (Kind::Account, "q/1"),
        (Kind::Client, "p/0"),
    ] {
        create(store, &key(kind, text)).await;
    }
    expected.sort_unstable();
    let (mut found, mut pages) = (Vec::<String>::new(), 0);
    loop {
        let after = found.last().map(String::as_str);
        let page = texts_of(store, Kind::Account, "p/", after, 10).await;
        if page.is_empty() {
            break;
        }
        pages += 1;
        found.extend(page);
    }
    assert_eq!(
        (pages, found),
        (3, expected),
        "pages join without gap or overlap"
    );

    let none: Vec<String> = Vec::new();
    assert_eq!(
        texts_of(store, Kind::Account, "p/", None, 0).await,
        none,
        "a limit of none"
    );
    assert_eq!(
        texts_of(store, Kind::Pool, "", None, 10).await,
        none,
        "a kind without records"
    );
    let before_prefix = texts_of(store, Kind::Account, "q", Some("a"), 10).await;
    assert_eq!(before_prefix, ["q/1"], "`after` may lie before the prefix");
    assert_eq!(
        texts_of(store, Kind::Account, "p", Some("z"), 10).await,
        none,
        "or behind it"
    );
    let between = texts_of(store, Kind::Account, "p/", Some("p/8x"), 10).await;
    assert_eq!(between, ["p/9"], "and need not exist");
}

async fn texts_of<S: Store>(
    store: &S,
    kind: Kind,
    prefix: &str,
    after: Option<&str>,
    limit: u16,
) -> Vec<String> {
    let page = store.list(kind, prefix, after, limit).await;
    let page = page.expect("the store can be listed");
    page.into_iter().map(|(text, _)| text).collect()
}

async fn create<S: Store>(store: &S, key: &Key) -> Revision {
    saved(
        store
            .save(key, Expected::Absent, fresh_operation(), vec![1])
            .await,
    )
}

async fn save<S: Store>(store: &S, key: &Key, expected: Expected, value: &[u8]) -> Saved {
    let answer = store
        .save(key, expected, fresh_operation(), value.to_vec())
        .await;
    answer.expect("a conflict is an answer and not an error")
}

#[track_caller]
fn saved(answer: Result<Saved, StoreError>) -> Revision {
    match answer {
        Ok(Saved::Saved(revision)) => revision,
        other => panic!("the save should have succeeded: {other:?}"),
    }
}

fn key(kind: Kind, text: &str) -> Key {
    Key::new(kind, text).expect("the suite's keys are right")
}

/// Operation ids have to be unique, not secret, so that the suite can count them.
fn fresh_operation() -> OperationId {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    OperationId::from_bytes(u128::from(count).to_be_bytes())
}
