//! POST, GET, PUT and DELETE of one resource (RFC 7644 §3.3 to §3.6), and the saving that all writes share.

use jiff::Timestamp;
use rusqlite::{Connection, Transaction};
use serde_json::{Value, json};

use super::call::Call;
use super::coerce::Coercer;
use super::commit::Reading;
use super::document::{arranged, carry_over, names};
use super::kind::Kind;
use super::membership::settle_members;
use super::problem::Problem;
use super::render::Projection;
use super::reply::Reply;
use super::rules::lists_tag;
use super::store::{self, Record, Store, random_bytes, rows_of, version};
use super::{Object, Provider};
use crate::scim::datetime;

/// A change about to be stored: created without `before`, deleted without `after`.
pub(crate) struct Change {
    pub(crate) cause: Cause,
    pub(crate) kind: String,
    pub(crate) before: Option<Object>,
    pub(crate) after: Option<Object>,
    /// The body of the POST or PUT.
    pub(crate) sent: Value,
}

/// The request behind a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Create,
    Replace,
    Patch,
    Delete,
}

impl Provider {
    pub(crate) fn create(&self, call: &Call, kind: &Kind) -> Result<Reply, Problem> {
        self.create_with(call, kind, None)
    }

    /// Creates a resource; with an id of its own when one is given.
    pub(crate) fn create_with(&self, call: &Call, kind: &Kind, id: Option<&str>) -> Result<Reply, Problem> {
        let mut projection = Projection::of_call(call)?;
        let body = call.json()?;
        let doc = self.stored_new(self.store(call), kind, &body, id)?;
        projection.sent = names(kind, &doc);
        let shown = self.show(kind, &doc, &call.base, &projection);
        let location = self.location(kind, &doc, &call.base);
        Ok(self.tagged(Reply::json(201, self.rules.media_type, shown), &doc).with_header("Location", location))
    }

    /// Stores a resource as a POST would, and gives its id.
    ///
    /// # Errors
    /// As the answer to the POST: 404 for an unknown type, 400 or 409 for a bad resource.
    pub fn load(&self, resource_type: &str, resource: &Value) -> Result<String, Problem> {
        let kind = self.kind(resource_type)?;
        let doc = self.stored_new(self.store_of(0), kind, resource, None)?;
        Ok(doc.get("id").and_then(Value::as_str).unwrap_or("").to_owned())
    }

    /// Works out a new resource and stores it.
    fn stored_new(&self, store: &Store, kind: &Kind, body: &Value, id: Option<&str>) -> Result<Object, Problem> {
        let draft = |connection: &Connection| {
            let doc = self.draft(connection, kind, body, id)?;
            self.check_unique(connection, kind, &doc, None)?;
            Ok(doc)
        };
        let ahead = match (self.rules.reading)(Cause::Create) {
            Reading::Inside => None,
            Reading::Ahead => {
                let doc = store.read(draft)?;
                self.pause(Cause::Create, kind);
                Some(doc)
            }
        };
        store.write(|tx| {
            let doc = ahead.map_or_else(|| draft(tx), Ok)?;
            store::insert(tx, kind.name(), &doc, &rows_of(kind, &self.rules, &doc))?;
            self.mirror(tx, kind.name(), None, Some(&doc))?;
            Ok(doc)
        })
    }

    /// A new resource as it will be stored.
    fn draft(&self, connection: &Connection, kind: &Kind, body: &Value, id: Option<&str>) -> Result<Object, Problem> {
        let mut body = body.clone();
        (self.rules.body)(&mut body)?;
        let coercer = Coercer { kind, rules: &self.rules, salt: random_bytes(connection)? };
        let mut doc = coercer.resource(&body)?;
        (self.rules.required)(kind, &doc)?;
        let id = match id {
            Some(id) => id.to_owned(),
            None => (self.rules.identifier)(random_bytes(connection)?),
        };
        doc.insert("id".into(), id.into());
        settle_members(connection, None, &mut doc)?;
        let now = now_after(None);
        doc.insert(
            "meta".into(),
            json!({ "resourceType": kind.name(), "created": now, "lastModified": now, "version": 1 }),
        );
        let after = Some(arranged(kind, doc));
        let mut change = Change { cause: Cause::Create, kind: kind.of.name.clone(), before: None, after, sent: body };
        self.seams.store.pass(&mut change);
        Ok(change.after.unwrap_or_default())
    }

    pub(crate) fn read(&self, call: &Call, kind: &Kind, id: &str) -> Result<Reply, Problem> {
        let projection = Projection::of_call(call)?;
        let record = self.store(call).read(|connection| existing(store::find(connection, id)?, kind, id))?;
        if let (Some(header), Some(tag)) = (call.header("if-none-match"), self.tag(&record.doc))
            && lists_tag(&header, &tag)
        {
            return Ok(self.tagged(Reply::empty(304, self.rules.media_type), &record.doc));
        }
        let shown = self.show(kind, &record.doc, &call.base, &projection);
        let location = self.location(kind, &record.doc, &call.base);
        let reply = Reply::json(200, self.rules.media_type, shown).with_header("Location", location);
        Ok(self.tagged(reply, &record.doc))
    }

    pub(crate) fn replace(&self, call: &Call, kind: &Kind, id: &str) -> Result<Reply, Problem> {
        let mut projection = Projection::of_call(call)?;
        let is_there = |connection: &Connection| Ok(store::find(connection, id)?.filter(|one| one.kind == kind.name()));
        if self.store(call).read(is_there)?.is_none() {
            return (self.rules.put_unknown)(self, call, kind, id);
        }
        let doc = self.commit(self.store(call), kind, Cause::Replace, |connection| {
            let record = existing(store::find(connection, id)?, kind, id)?;
            self.precondition(call, &record)?;
            let mut body = call.json()?;
            (self.rules.body)(&mut body)?;
            let coercer = Coercer { kind, rules: &self.rules, salt: random_bytes(connection)? };
            let mut doc = coercer.resource(&body)?;
            projection.sent = names(kind, &doc);
            (self.rules.required)(kind, &doc)?;
            (self.rules.unmentioned)(&record.doc, &body, &mut doc);
            carry_over(kind, &record.doc, &mut doc)?;
            Ok((record, doc, body))
        })?;
        Ok(self.whole(call, kind, &doc, &projection))
    }

    /// 200 with the resource.
    pub(crate) fn whole(&self, call: &Call, kind: &Kind, doc: &Object, projection: &Projection) -> Reply {
        let shown = self.show(kind, doc, &call.base, projection);
        let location = self.location(kind, doc, &call.base);
        self.tagged(Reply::json(200, self.rules.media_type, shown), doc).with_header("Location", location)
    }

    /// A changed document as it will be stored.
    pub(crate) fn prepared(
        &self,
        tx: &Transaction<'_>,
        kind: &Kind,
        cause: Cause,
        record: &Record,
        mut doc: Object,
        sent: Value,
    ) -> Result<Object, Problem> {
        if kind.name() == "Group" {
            settle_members(tx, Some(&record.doc), &mut doc)?;
        }
        let after = Some(arranged(kind, doc));
        let mut change = Change { cause, kind: kind.of.name.clone(), before: Some(record.doc.clone()), after, sent };
        self.seams.store.pass(&mut change);
        Ok(change.after.unwrap_or_default())
    }

    /// Stores a document in the place of that of `record`; gives it as it is then.
    pub(crate) fn replace_document(
        &self,
        tx: &Transaction<'_>,
        kind: &Kind,
        record: &Record,
        doc: Object,
    ) -> Result<Object, Problem> {
        self.save(tx, record, doc.clone(), true)?;
        self.mirror(tx, kind.name(), Some(&record.doc), Some(&doc))?;
        let saved = doc.get("id").and_then(Value::as_str).unwrap_or("");
        existing(store::find(tx, saved)?, kind, saved).map(|record| record.doc)
    }

    /// Saves a document under a new version; `modified` moves lastModified.
    pub(crate) fn save(
        &self,
        tx: &Transaction<'_>,
        record: &Record,
        mut doc: Object,
        modified: bool,
    ) -> Result<(), Problem> {
        let Some(kind) = self.kinds.iter().find(|kind| kind.name() == record.kind) else { return Ok(()) };
        if let Some(meta) = doc.get_mut("meta") {
            meta["version"] = (version(&record.doc) + 1).into();
            if modified {
                meta["lastModified"] = now_after(meta["lastModified"].as_str()).into();
            }
        }
        let doc = arranged(kind, doc);
        let (old, new) = (rows_of(kind, &self.rules, &record.doc), rows_of(kind, &self.rules, &doc));
        store::update(tx, record.row, &doc, &old, &new)
    }

    pub(crate) fn delete(&self, call: &Call, kind: &Kind, id: &str) -> Result<Reply, Problem> {
        let wanted = |connection: &Connection| {
            let record = existing(store::find(connection, id)?, kind, id)?;
            self.precondition(call, &record).map(|()| record)
        };
        let store = self.store(call);
        let is_ahead = (self.rules.reading)(Cause::Delete) == Reading::Ahead;
        if is_ahead {
            store.read(wanted)?;
            self.pause(Cause::Delete, kind);
        }
        store.write(|tx| {
            let record = match store::find(tx, id)? {
                None if is_ahead => return self.vanished(kind, id),
                Some(record) if is_ahead => record,
                _ => wanted(tx)?,
            };
            let before = Some(record.doc.clone());
            let mut change =
                Change { cause: Cause::Delete, kind: record.kind.clone(), before, after: None, sent: Value::Null };
            self.seams.store.pass(&mut change);
            if let Some(kept) = change.after {
                return self.save(tx, &record, kept, true);
            }
            if (self.rules.leaves_groups)() {
                self.leave_groups(tx, id)?;
            }
            store::remove(tx, record.row)?;
            self.mirror(tx, &record.kind, Some(&record.doc), None)
        })?;
        Ok(Reply::empty(204, self.rules.media_type))
    }

    /// A stale If-Match stops a change (RFC 7644 §3.14), and so does an If-None-Match that matches (RFC 9110 §13.1.2).
    ///
    /// # Errors
    /// 412.
    pub(crate) fn precondition(&self, call: &Call, record: &Record) -> Result<(), Problem> {
        let Some(tag) = self.tag(&record.doc) else { return Ok(()) };
        let failed = |name: &str, header: &str| {
            Err(Problem::new(412, None, format!("{name} is {header}, the current version is {tag}")))
        };
        match (call.header("if-match"), call.header("if-none-match")) {
            (Some(header), _) if !(self.rules.if_match)(&header, &tag) => failed("If-Match", &header),
            (_, Some(header)) if lists_tag(&header, &tag) => failed("If-None-Match", &header),
            _ => Ok(()),
        }
    }

    pub(crate) fn tagged(&self, reply: Reply, doc: &Object) -> Reply {
        match self.tag(doc) {
            Some(tag) => reply.with_header("ETag", tag),
            None => reply,
        }
    }
}

/// The resource, if it is there and of this type.
///
/// # Errors
/// 404.
pub(crate) fn existing(record: Option<Record>, kind: &Kind, id: &str) -> Result<Record, Problem> {
    record
        .filter(|record| record.kind == kind.name())
        .ok_or_else(|| Problem::not_found(format!("{} `{id}` does not exist", kind.name())))
}

/// The present moment, later than the one given even where the clock has not moved.
fn now_after(previous: Option<&str>) -> String {
    let now = Timestamp::now();
    let later = previous.and_then(datetime::parse).and_then(|known| {
        let next = known.checked_add(jiff::SignedDuration::from_micros(1)).ok()?;
        (next > now).then_some(next)
    });
    format!("{:.6}", later.unwrap_or(now))
}

#[cfg(test)]
mod tests;
