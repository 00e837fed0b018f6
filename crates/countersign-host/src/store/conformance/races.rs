//! The home of the suite's races: many writers, one record.

use super::{create, fresh_operation, key, save, saved};
use crate::store::{Expected, Kind, Saved, Store};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Of 64 who decided on the same revision, one is saved: created (even rounds) or changed (odd).
pub(super) async fn one_winner<S: Store + 'static>(store: &Arc<S>) {
    for round in 0..100 {
        let key = key(Kind::Account, &format!("pool/{round}"));
        let expected = if round % 2 == 0 {
            Expected::Absent
        } else {
            Expected::At(create(&**store, &key).await)
        };
        let mut savers = JoinSet::new();
        for saver in 0..64_u8 {
            let (store, key) = (Arc::clone(store), key.clone());
            savers.spawn(async move {
                let answer = store
                    .save(&key, expected, fresh_operation(), vec![saver])
                    .await;
                (saver, answer.expect("the store can be written"))
            });
        }
        let mut winners = Vec::new();
        for (saver, answer) in savers.join_all().await {
            if let Saved::Saved(revision) = answer {
                winners.push((saver, revision));
            }
        }
        assert_eq!(winners.len(), 1, "one saver wins in round {round}");
        let stored = store.load(&key).await.expect("the store can be read");
        let stored = stored.expect("the winner wrote it");
        assert_eq!(
            (stored.value[0], stored.revision),
            winners[0],
            "the winner's value stays"
        );
    }
}

/// Load, decide, save, and again after a conflict: nobody's step is lost, and no revision is
/// given twice.
pub(super) async fn no_update_is_lost<S: Store + 'static>(store: &Arc<S>) {
    let key = key(Kind::Account, "pool/counter");
    saved(
        store
            .save(&key, Expected::Absent, fresh_operation(), vec![0])
            .await,
    );
    let mut writers = JoinSet::new();
    for _ in 0..16 {
        let (store, key) = (Arc::clone(store), key.clone());
        writers.spawn(async move {
            let mut given = Vec::new();
            while given.len() < 10 {
                let stored = store.load(&key).await.expect("the store can be read");
                let stored = stored.expect("the record is there");
                let next = vec![stored.value[0] + 1];
                if let Saved::Saved(revision) =
                    save(&*store, &key, Expected::At(stored.revision), &next).await
                {
                    given.push(revision.number());
                }
            }
            given
        });
    }
    let given = writers.join_all().await.concat();
    let stored = store.load(&key).await.expect("the store can be read");
    assert!(
        stored.is_some_and(|stored| stored.value == [160]),
        "every step counted"
    );
    assert_eq!(
        BTreeSet::from_iter(given).len(),
        160,
        "every step has its own revision"
    );
}
