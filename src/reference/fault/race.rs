//! Faults that show only when requests come at the same time. What would go wrong now and then goes wrong for certain
//! here: a request that has read waits for a moment, until another one has read as well.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::Method;

use super::super::Provider;
use super::super::commit::{OnVanished, Pause, Reading};
use super::super::meeting::Meeting;
use super::super::write::Cause;
use super::Fault;

/// How long a request waits for another; most come alone.
const PATIENCE: Duration = Duration::from_millis(60);

pub(super) static FAULTS: [Fault; 6] = [
    fault!(
        "race/lost-update",
        breaks ["7644-3.5.2-26", "7644-3.5.2.1-12", "7644-3.14-08"],
        also ["7644-3.5.2.1-06", "7644-3.5.2.2-04", "7644-3.5.2.3-13", "7644-3.5.1-16"],
        "loads the resource, changes it and saves it, without a transaction around them",
        |provider| works_ahead(provider, &[Cause::Patch, Cause::Replace]),
    ),
    fault!(
        "race/double-create",
        breaks["7643-4.1.1-02"],
        "looks whether a userName is free, then inserts, and has no unique index",
        |provider| {
            provider.tenants.iter().for_each(|tenant| tenant.store.allow_duplicates());
            works_ahead(provider, &[Cause::Create]);
        },
    ),
    fault!(
        "race/double-rename",
        breaks ["7644-3.5.2.3-13", "7644-3.5.1-16"],
        also ["7643-4.1.1-02", "7644-3.5.2-26", "7644-3.5.2.1-12", "7644-3.14-08", "7644-3.5.2.1-06", "7644-3.5.2.2-04"],
        "looks whether a new userName is free, then updates, and has no unique index",
        |provider| {
            provider.tenants.iter().for_each(|tenant| tenant.store.allow_duplicates());
            works_ahead(provider, &[Cause::Patch, Cause::Replace]);
        },
    ),
    fault!(
        "race/deleted-comes-back",
        breaks["7644-3.6-02"],
        also ["7644-3.5.2-26", "7644-3.5.2.1-12", "7644-3.14-08", "7644-3.5.2.1-06", "7644-3.5.2.2-04", "7644-3.5.2.3-13", "7644-3.5.1-16"],
        "saves with an upsert, so that a change revives what has just been deleted",
        |provider| {
            provider.rules.on_vanished = OnVanished::Revive;
            works_ahead(provider, &[Cause::Patch, Cause::Replace, Cause::Delete]);
            lets_deletes_pass(provider);
        },
    ),
    fault!(
        "race/second-delete-crashes",
        breaks["7644-3.6-07"],
        also["7644-3.6-02"],
        "does not expect that a row is gone when it is to be deleted",
        |provider| {
            provider.rules.on_vanished = OnVanished::Stumble;
            works_ahead(provider, &[Cause::Delete]);
        },
    ),
    fault!(
        "race/half-a-patch-is-seen",
        breaks["7644-3.5.2-22"],
        also ["7644-3.5.2-23", "7644-3.5.2-24", "7644-3.5.2.1-12"],
        "commits after each operation, and readers come between",
        shows_halves
    ),
];

/// Works out these writes before the transaction that stores them, and two of a kind at a time where two come.
fn works_ahead(provider: &mut Provider, causes: &'static [Cause]) {
    provider.rules.reading = match causes {
        [Cause::Create] => |cause| if cause == Cause::Create { Reading::Ahead } else { Reading::Inside },
        [Cause::Delete] => |cause| if cause == Cause::Delete { Reading::Ahead } else { Reading::Inside },
        _ => |cause| if cause == Cause::Create { Reading::Inside } else { Reading::Ahead },
    };
    let meeting = Meeting::with_patience(PATIENCE);
    provider.seams.pause.add(move |pause| {
        if matches!(pause, Pause::BeforeStoring { cause, .. } if causes.contains(cause)) {
            meeting.wait();
        }
    });
}

/// Stores a change that comes beside a DELETE after that.
fn lets_deletes_pass(provider: &mut Provider) {
    let shared = Arc::new((Mutex::new((0_u64, 0_u64)), Condvar::new()));
    let of = Arc::clone(&shared);
    provider.seams.call.add(move |call| {
        if call.method == Method::DELETE {
            lock(&of.0).0 += 1;
        }
    });
    let of = Arc::clone(&shared);
    provider.seams.pause.add(move |pause| {
        if matches!(pause, Pause::BeforeStoring { cause: Cause::Patch | Cause::Replace, .. }) {
            drop(wait_while(&of.1, lock(&of.0), |(come, gone)| gone < come));
        }
    });
    provider.seams.reply.add(move |answer| {
        if answer.call.method == Method::DELETE {
            lock(&shared.0).1 += 1;
            shared.1.notify_all();
        }
    });
}

/// What is known of the PATCHes and reads that are under way.
#[derive(Default)]
struct UnderWay {
    patches: usize,
    is_half: bool,
    reads: u64,
}

/// Stores each operation by itself, and lets reads that come at the same time see what is there in between.
fn shows_halves(provider: &mut Provider) {
    provider.rules.stores_each_operation = true;
    let shared = Arc::new((Mutex::new(UnderWay::default()), Condvar::new()));
    let of = Arc::clone(&shared);
    provider.seams.call.add(move |call| {
        let mut state = lock(&of.0);
        if call.method == Method::PATCH {
            state.patches += 1;
        } else if call.method == Method::GET {
            drop(wait_while(&of.1, state, |state| state.patches > 0 && !state.is_half));
        }
    });
    let of = Arc::clone(&shared);
    provider.seams.pause.add(move |pause| {
        if *pause == Pause::BetweenOperations {
            let mut state = lock(&of.0);
            state.is_half = true;
            of.1.notify_all();
            let before = state.reads;
            drop(wait_while(&of.1, state, |state| state.reads == before));
        }
    });
    provider.seams.reply.add(move |answer| {
        let mut state = lock(&shared.0);
        if answer.call.method == Method::PATCH {
            state.patches = state.patches.saturating_sub(1);
            state.is_half = false;
        } else if answer.call.method == Method::GET {
            state.reads += 1;
        }
        shared.1.notify_all();
    });
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wait_while<'a, T>(come: &Condvar, state: MutexGuard<'a, T>, waits: impl Fn(&T) -> bool) -> MutexGuard<'a, T> {
    let (state, _) =
        come.wait_timeout_while(state, PATIENCE, |state| waits(state)).unwrap_or_else(PoisonError::into_inner);
    state
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::super::testing::{Bench, user};
    use super::super::fault;

    /// A provider with a fault, and the answers to two requests that come together.
    fn two(id: &str, requests: impl Fn(&Bench) -> [(&'static str, String, Value); 2]) -> (Bench, Vec<u16>) {
        let mut bench = Bench::new();
        fault(id).unwrap_or_else(|| panic!("no fault {id}")).apply(&mut bench.provider);
        let requests = requests(&bench);
        let statuses = bench.at_once("any", requests);
        (bench, statuses)
    }

    #[test]
    fn one_of_two_updates_is_lost() {
        let put = |bench: &Bench| {
            let path = format!("/Users/{}", bench.user("ann", json!({})));
            let add = |value: &str| {
                let operations = json!([{ "op": "add", "path": "emails", "value": [{ "value": value }] }]);
                ("PATCH", path.clone(), crate::scim::message::patch_op(operations))
            };
            [add("a@x"), add("b@x")]
        };
        let (bench, statuses) = two("race/lost-update", put);
        assert_eq!(statuses, [200, 200]);
        let listed = bench.get("/Users").body["Resources"][0]["emails"].clone();
        assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    }

    #[test]
    fn two_creates_get_one_name() {
        let create = |_: &Bench| ["a", "A"].map(|name| ("POST", "/Users".to_owned(), user(name, json!({}))));
        assert_eq!(two("race/double-create", create).1, [201, 201]);
    }

    #[test]
    fn a_change_beside_a_delete_brings_the_user_back() {
        let both = |bench: &Bench| {
            let path = format!("/Users/{}", bench.user("ann", json!({})));
            [("PUT", path.clone(), user("ann", json!({ "title": "T" }))), ("DELETE", path, Value::Null)]
        };
        let (bench, statuses) = two("race/deleted-comes-back", both);
        assert_eq!(statuses, [200, 204]);
        assert_eq!(bench.get("/Users").body["totalResults"], 1);
    }
}
