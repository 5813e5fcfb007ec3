//! POST, GET, PUT and DELETE of one resource (RFC 7644 §3.3 to §3.6), and the saving that all writes share.

use jiff::Timestamp;
use rusqlite::Transaction;
use serde_json::{Value, json};

use super::call::Call;
use super::coerce::Coercer;
use super::document::{arranged, carry_over, names};
use super::kind::Kind;
use super::membership::settle_members;
use super::problem::Problem;
use super::render::Projection;
use super::reply::Reply;
use super::rules::lists_tag;
use super::store::{self, Record, random_bytes, rows_of, version};
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
        let doc = self.store(call).write(|tx| self.create_in(tx, kind, &body, id))?;
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
        let doc = self.store_of(0).write(|tx| self.create_in(tx, kind, resource, None))?;
        Ok(doc.get("id").and_then(Value::as_str).unwrap_or("").to_owned())
    }

    fn create_in(&self, tx: &Transaction<'_>, kind: &Kind, body: &Value, id: Option<&str>) -> Result<Object, Problem> {
        let mut body = body.clone();
        (self.rules.body)(&mut body)?;
        let coercer = Coercer { kind, rules: &self.rules, salt: random_bytes(tx)? };
        let mut doc = coercer.resource(&body)?;
        (self.rules.required)(kind, &doc)?;
        let id = match id {
            Some(id) => id.to_owned(),
            None => (self.rules.identifier)(random_bytes(tx)?),
        };
        doc.insert("id".into(), id.into());
        settle_members(tx, None, &mut doc)?;
        let now = now_after(None);
        doc.insert(
            "meta".into(),
            json!({ "resourceType": kind.name(), "created": now, "lastModified": now, "version": 1 }),
        );
        let after = Some(arranged(kind, doc));
        let mut change =
            Change { cause: Cause::Create, kind: kind.of.name.clone(), before: None, after, sent: body.clone() };
        self.seams.store.pass(&mut change);
        let doc = change.after.unwrap_or_default();
        self.check_unique(tx, kind, &doc, None)?;
        store::insert(tx, kind.name(), &doc, &rows_of(kind, &self.rules, &doc))?;
        self.mirror(tx, kind.name(), None, Some(&doc))?;
        Ok(doc)
    }

    pub(crate) fn read(&self, call: &Call, kind: &Kind, id: &str) -> Result<Reply, Problem> {
        let projection = Projection::of_call(call)?;
        let record = self.store(call).read(|connection| existing(store::find(connection, id)?, kind, id))?;
        if let (Some(header), Some(tag)) = (call.header("if-none-match"), self.tag(&record.doc))
            && (header.trim() == "*" || lists_tag(&header, &tag))
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
        let changed = self.store(call).write(|tx| {
            let Some(record) = store::find(tx, id)?.filter(|record| record.kind == kind.name()) else {
                return Ok(None);
            };
            self.precondition(call, &record)?;
            let mut body = call.json()?;
            (self.rules.body)(&mut body)?;
            let coercer = Coercer { kind, rules: &self.rules, salt: random_bytes(tx)? };
            let mut doc = coercer.resource(&body)?;
            projection.sent = names(kind, &doc);
            (self.rules.required)(kind, &doc)?;
            carry_over(kind, &record.doc, &mut doc)?;
            self.change(tx, kind, Cause::Replace, &record, doc, body).map(Some)
        })?;
        match changed {
            None => (self.rules.put_unknown)(self, call, kind, id),
            Some(doc) => Ok(self.whole(call, kind, &doc, &projection)),
        }
    }

    /// 200 with the resource.
    pub(crate) fn whole(&self, call: &Call, kind: &Kind, doc: &Object, projection: &Projection) -> Reply {
        let shown = self.show(kind, doc, &call.base, projection);
        let location = self.location(kind, doc, &call.base);
        self.tagged(Reply::json(200, self.rules.media_type, shown), doc).with_header("Location", location)
    }

    /// Stores the changed document of a resource, when anything has changed; gives it as it is then.
    pub(crate) fn change(
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
        let doc = change.after.unwrap_or_default();
        if doc == record.doc {
            return Ok(doc);
        }
        self.check_unique(tx, kind, &doc, Some(record.row))?;
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
        self.store(call).write(|tx| {
            let record = existing(store::find(tx, id)?, kind, id)?;
            self.precondition(call, &record)?;
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

    /// A stale If-Match stops a change (RFC 7644 §3.14).
    ///
    /// # Errors
    /// 412.
    pub(crate) fn precondition(&self, call: &Call, record: &Record) -> Result<(), Problem> {
        let (Some(header), Some(tag)) = (call.header("if-match"), self.tag(&record.doc)) else { return Ok(()) };
        if (self.rules.if_match)(&header, &tag) {
            return Ok(());
        }
        let detail = format!("the resource has changed: If-Match is {header}, the current version is {tag}");
        Err(Problem::new(412, None, detail))
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
