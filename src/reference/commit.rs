//! How a change is worked out and stored: in one transaction, or, by a rule, on a copy that was read before it.

use rusqlite::{Connection, Transaction};
use serde_json::Value;

use super::kind::Kind;
use super::problem::Problem;
use super::store::{self, Record, Store, rows_of};
use super::write::Cause;
use super::{Object, Provider};

/// When a write reads what it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Inside the transaction that stores the result.
    Inside,
    /// Ahead of it. What others store in between is not looked at.
    Ahead,
}

/// What becomes of a write that was worked out ahead and whose resource is gone when it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnVanished {
    /// 404.
    Refuse,
    /// The resource is stored again.
    Revive,
    /// 500.
    Stumble,
}

/// A moment of a write at which other requests may come between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    /// It has been worked out ahead and nothing is stored yet.
    BeforeStoring { cause: Cause, kind: String },
    /// One operation of a PATCH is stored and another is to follow.
    BetweenOperations,
}

impl Provider {
    /// Works out a change of a resource and stores it; gives the document as it is then. What `work` gives is the
    /// resource as it was, the document in its place, and the body that was sent.
    pub(crate) fn commit(
        &self,
        store: &Store,
        kind: &Kind,
        cause: Cause,
        mut work: impl FnMut(&Connection) -> Result<(Record, Object, Value), Problem>,
    ) -> Result<Object, Problem> {
        if (self.rules.reading)(cause) == Reading::Inside {
            return store.write(|tx| {
                let (record, doc, sent) = work(tx)?;
                let doc = self.prepared(tx, kind, cause, &record, doc, sent)?;
                if doc == record.doc {
                    return Ok(doc);
                }
                self.check_unique(tx, kind, &doc, Some(record.row))?;
                self.replace_document(tx, kind, &record, doc)
            });
        }
        let (record, doc, sent) = store.read(|connection| {
            let (record, doc, sent) = work(connection)?;
            self.check_unique(connection, kind, &doc, Some(record.row))?;
            Ok((record, doc, sent))
        })?;
        self.pause(cause, kind);
        store.write(|tx| self.store_over(tx, kind, cause, (record, doc, sent)))
    }

    /// Lets others come between, where somebody waits for that.
    pub(crate) fn pause(&self, cause: Cause, kind: &Kind) {
        self.seams.pause.pass(&mut Pause::BeforeStoring { cause, kind: kind.of.name.clone() });
    }

    /// Stores what was worked out on an earlier state over whatever is there now.
    fn store_over(
        &self,
        tx: &Transaction<'_>,
        kind: &Kind,
        cause: Cause,
        (record, doc, sent): (Record, Object, Value),
    ) -> Result<Object, Problem> {
        let doc = self.prepared(tx, kind, cause, &record, doc, sent)?;
        let Some(now) = store::find(tx, record.id())? else {
            self.vanished(kind, record.id())?;
            store::insert(tx, kind.name(), &doc, &rows_of(kind, &self.rules, &doc))?;
            self.mirror(tx, kind.name(), None, Some(&doc))?;
            return Ok(doc);
        };
        if doc == record.doc {
            return Ok(doc);
        }
        if self.rules.refuses_stale {
            if store::version(&now.doc) != store::version(&record.doc) {
                return Err(Problem::new(409, None, "somebody else has changed the resource at the same time"));
            }
            self.check_unique(tx, kind, &doc, Some(now.row))?;
        }
        self.replace_document(tx, kind, &now, doc)
    }

    /// What the rules say of a write whose resource is gone.
    ///
    /// # Errors
    /// 404 or 500, unless the resource is to be stored again.
    pub(crate) fn vanished(&self, kind: &Kind, id: &str) -> Result<(), Problem> {
        match self.rules.on_vanished {
            OnVanished::Revive => Ok(()),
            OnVanished::Refuse => Err(Problem::not_found(format!("{} `{id}` does not exist any more", kind.name()))),
            OnVanished::Stumble => Err(Problem::new(500, None, "one row was expected to change, and none did")),
        }
    }
}
