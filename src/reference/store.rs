//! The store: documents for answers, one row per value for queries, both written in one transaction.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use serde_json::Value;

use super::Object;
use super::problem::Problem;

mod rows;

pub(crate) use rows::{Number, Rows, folded, instant_key, path_key, rows_of};

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS resource(rowid INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, type TEXT NOT NULL, doc TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS resource_id ON resource(id);
CREATE INDEX IF NOT EXISTS resource_type ON resource(type);
CREATE TABLE IF NOT EXISTS value(
    res INTEGER NOT NULL REFERENCES resource(rowid) ON DELETE CASCADE,
    path TEXT NOT NULL, ord INTEGER NOT NULL, sub TEXT NOT NULL,
    kind TEXT NOT NULL, text BLOB NOT NULL, fold BLOB NOT NULL, num NUMERIC,
    PRIMARY KEY (res, path, ord, sub)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS value_fold ON value(path, sub, fold, ord);
CREATE INDEX IF NOT EXISTS value_text ON value(path, sub, text, ord);
CREATE INDEX IF NOT EXISTS value_num ON value(path, sub, num, ord) WHERE num IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS unique_user_name ON value(fold) WHERE path = 'username' AND sub = '';
";

/// What the planner should know: an attribute has many values, one value of it few, a resource some thirty. Without
/// it SQLite takes every index for equally good and walks through an attribute where it should ask one resource.
const SHAPE: &str = "
ANALYZE;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES
    ('resource', 'resource_id', '10000 1'), ('resource', 'resource_type', '10000 5000'),
    ('value', 'value', '300000 30 2 1 1'),
    ('value', 'value_fold', '300000 10000 10000 2 2 1'), ('value', 'value_text', '300000 10000 10000 2 2 1'),
    ('value', 'value_num', '20000 10000 10000 5000 5000 1'), ('value', 'unique_user_name', '10000 1');
ANALYZE sqlite_schema;
";

/// The database of one provider.
pub(crate) struct Store {
    connection: Mutex<Connection>,
}

/// A stored resource.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) row: i64,
    pub(crate) kind: String,
    pub(crate) doc: Object,
}

impl Record {
    pub(crate) fn id(&self) -> &str {
        self.doc.get("id").and_then(Value::as_str).unwrap_or("")
    }
}

/// The version counter of a stored document.
pub(crate) fn version(doc: &Object) -> u64 {
    doc.get("meta").and_then(|meta| meta["version"].as_u64()).unwrap_or(0)
}

impl Store {
    /// Opens a file, or a database in memory.
    pub(crate) fn open(data: Option<&Path>) -> rusqlite::Result<Self> {
        let connection = match data {
            None => Connection::open_in_memory()?,
            Some(path) => {
                let connection = Connection::open(path)?;
                connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
                // What was answered has to be there after a crash of the machine, too.
                connection.execute_batch("PRAGMA synchronous = FULL;")?;
                connection
            }
        };
        connection.execute_batch("PRAGMA foreign_keys = ON;")?;
        connection.execute_batch(TABLES)?;
        connection.execute_batch(SHAPE)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// Lets go of the uniqueness of user names.
    pub(crate) fn allow_duplicates(&self) {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        // Without the index there is nothing to let go of.
        let _ = connection.execute_batch("DROP INDEX IF EXISTS unique_user_name;");
    }

    /// Runs a function that only reads.
    pub(crate) fn read<T>(&self, run: impl FnOnce(&Connection) -> Result<T, Problem>) -> Result<T, Problem> {
        run(&self.connection.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Runs a function in one transaction, which is undone when the function fails.
    pub(crate) fn write<T>(&self, run: impl FnOnce(&Transaction<'_>) -> Result<T, Problem>) -> Result<T, Problem> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = run(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }
}

/// The resource with this id.
pub(crate) fn find(connection: &Connection, id: &str) -> Result<Option<Record>, Problem> {
    let mut statement = connection.prepare("SELECT rowid, type, doc FROM resource WHERE id = ?")?;
    Ok(statement.query_row([id], record).optional()?)
}

/// Reads the columns `rowid, type, doc`.
pub(crate) fn record(row: &rusqlite::Row<'_>) -> rusqlite::Result<Record> {
    let text: String = row.get(2)?;
    let doc = serde_json::from_str(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, Box::new(error)))?;
    Ok(Record { row: row.get(0)?, kind: row.get(1)?, doc })
}

/// Type of the resource with this id.
pub(crate) fn kind_of(connection: &Connection, id: &str) -> Result<Option<String>, Problem> {
    let mut statement = connection.prepare("SELECT type FROM resource WHERE id = ?")?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}

/// Random bytes for an identifier or a salt.
pub(crate) fn random_bytes(connection: &Connection) -> Result<[u8; 16], Problem> {
    Ok(connection.query_row("SELECT randomblob(16)", [], |row| row.get(0))?)
}

/// Stores a new document; gives its row.
pub(crate) fn insert(tx: &Transaction<'_>, kind: &str, doc: &Object, rows: &Rows) -> Result<i64, Problem> {
    let id = doc.get("id").and_then(Value::as_str).unwrap_or("");
    let text = Value::Object(doc.clone()).to_string();
    tx.execute("INSERT INTO resource(id, type, doc) VALUES (?, ?, ?)", params![id, kind, text])?;
    let row = tx.last_insert_rowid();
    exchange(tx, row, &Rows::new(), rows)?;
    Ok(row)
}

/// Stores a changed document. Only rows that differ are written.
pub(crate) fn update(tx: &Transaction<'_>, row: i64, doc: &Object, old: &Rows, new: &Rows) -> Result<(), Problem> {
    let id = doc.get("id").and_then(Value::as_str).unwrap_or("");
    let text = Value::Object(doc.clone()).to_string();
    tx.execute("UPDATE resource SET doc = ?, id = ? WHERE rowid = ?", params![text, id, row])?;
    exchange(tx, row, old, new)
}

/// Removes a resource with its rows.
pub(crate) fn remove(tx: &Transaction<'_>, row: i64) -> Result<(), Problem> {
    tx.execute("DELETE FROM resource WHERE rowid = ?", [row])?;
    Ok(())
}

fn exchange(tx: &Transaction<'_>, row: i64, old: &Rows, new: &Rows) -> Result<(), Problem> {
    let mut delete = tx.prepare("DELETE FROM value WHERE res = ? AND path = ? AND ord = ? AND sub = ?")?;
    for ((path, ord, sub), leaf) in old {
        if new.get(&(path.clone(), *ord, sub.clone())) != Some(leaf) {
            delete.execute(params![row, path, ord, sub])?;
        }
    }
    let mut insert =
        tx.prepare("INSERT INTO value(res, path, ord, sub, kind, text, fold, num) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")?;
    for ((path, ord, sub), leaf) in new {
        if old.get(&(path.clone(), *ord, sub.clone())) != Some(leaf) {
            let (text, fold) = (leaf.text.as_bytes(), leaf.fold.as_bytes());
            insert.execute(params![row, path, ord, sub, leaf.kind, text, fold, leaf.num])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::Bench;
    use super::super::{Provider, Settings};

    #[test]
    fn a_file_keeps_what_was_stored() {
        let folder = tempfile::tempdir().unwrap();
        let settings = || Settings { data: Some(folder.path().join("scim.db")), ..Settings::default() };
        let id = Bench::with(settings()).user("ann", json!({ "title": "T" }));
        let again = Bench::with(settings());
        assert_eq!(again.get(&format!("/Users/{id}")).body["title"], "T");
        assert_eq!(again.provider.matching("User", "title eq \"t\"").unwrap(), [id]);
        assert!(
            Provider::new(Settings { data: Some(folder.path().join("no/such.db")), ..Settings::default() }).is_err()
        );
    }

    #[test]
    fn one_of_many_at_once_gets_a_name() {
        let bench = Bench::new();
        let made: Vec<bool> = std::thread::scope(|scope| {
            let each: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| bench.provider.load("User", &super::super::testing::user("ann", json!({}))).is_ok())
                })
                .collect();
            each.into_iter().map(|one| one.join().unwrap_or(false)).collect()
        });
        assert_eq!(made.iter().filter(|made| **made).count(), 1);
    }

    #[test]
    fn rows_follow_every_change() {
        let bench = Bench::new();
        let id = bench.user("ann", json!({ "emails": [{ "value": "1" }, { "value": "2" }, { "value": "3" }] }));
        let path = format!("/Users/{id}");
        bench.patch(&path, json!([{ "op": "remove", "path": "emails[value eq \"1\"]" }]));
        let count = |filter: &str| bench.provider.matching("User", filter).unwrap().len();
        assert_eq!((count("emails.value eq \"1\""), count("emails.value eq \"3\"")), (0, 1));
        bench.send("DELETE", &path, &[], &serde_json::Value::Null);
        let left = bench
            .provider
            .store_of(0)
            .read(|connection| Ok(connection.query_row("SELECT count(*) FROM value", [], |row| row.get::<_, i64>(0))?));
        assert_eq!(left, Ok(0));
    }
}
