//! Group membership, kept on both sides: `members` of groups and the readOnly `groups` of users (RFC 7643 §4.1.2,
//! §4.2).

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Transaction};
use serde_json::{Value, json};

use super::problem::Problem;
use super::store::{self, Record, kind_of};
use super::{Object, Provider};

/// Ids of the members of a group document.
fn member_ids(doc: Option<&Object>) -> BTreeSet<String> {
    let members = doc.and_then(|doc| doc.get("members")).and_then(Value::as_array);
    members.into_iter().flatten().filter_map(|member| member["value"].as_str()).map(str::to_owned).collect()
}

/// Sets the type of each member; every new one has to exist.
///
/// # Errors
/// 400 `invalidValue` for a member without `value`, for an unknown id, and for the group itself.
pub(crate) fn settle_members(
    connection: &Connection,
    before: Option<&Object>,
    doc: &mut Object,
) -> Result<(), Problem> {
    let own = doc.get("id").and_then(Value::as_str).map(str::to_owned);
    let known: BTreeMap<String, Value> = before
        .and_then(|doc| doc.get("members"))
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|member| Some((member["value"].as_str()?.to_owned(), member["type"].clone())))
        .collect();
    let Some(members) = doc.get_mut("members").and_then(Value::as_array_mut) else { return Ok(()) };
    for member in members.iter_mut() {
        let Some(id) = member["value"].as_str() else {
            return Err(Problem::invalid_value("a member has no `value`, expected the id of a resource"));
        };
        if own.as_deref() == Some(id) {
            return Err(Problem::invalid_value("a group cannot be a member of itself"));
        }
        let kind = match known.get(id) {
            Some(kind) => kind.clone(),
            None => match kind_of(connection, id)? {
                Some(kind) => kind.into(),
                None => return Err(Problem::invalid_value(format!("member `{id}` does not exist"))),
            },
        };
        member["type"] = kind;
    }
    // Values that differed in their type only are the same member.
    let mut seen = BTreeSet::new();
    members.retain(|member| member["value"].as_str().is_none_or(|id| seen.insert(id.to_owned())));
    Ok(())
}

impl Provider {
    /// Brings `groups` of every user up to date who is touched by a change of a group.
    pub(crate) fn mirror(
        &self,
        tx: &Transaction<'_>,
        kind: &str,
        before: Option<&Object>,
        after: Option<&Object>,
    ) -> Result<(), Problem> {
        if kind != "Group" {
            return Ok(());
        }
        let (old, new) = (member_ids(before), member_ids(after));
        let renamed = before.and_then(|doc| doc.get("displayName")) != after.and_then(|doc| doc.get("displayName"));
        let mut touched: BTreeSet<String> = if renamed {
            old.union(&new).cloned().collect()
        } else {
            old.symmetric_difference(&new).cloned().collect()
        };
        if !(self.rules.mirrors_leavers)() {
            touched.retain(|id| new.contains(id));
        }
        for user in users_below(tx, touched)? {
            self.mirror_user(tx, user)?;
        }
        Ok(())
    }

    /// Ids of the members of a group of the usual tenant.
    pub(crate) fn members_of(&self, id: &str) -> BTreeSet<String> {
        let record = self.store_of(0).read(|connection| store::find(connection, id));
        member_ids(record.ok().flatten().map(|record| record.doc).as_ref())
    }

    fn mirror_user(&self, tx: &Transaction<'_>, user: Record) -> Result<(), Problem> {
        let groups = groups_above(tx, user.id())?;
        let mut doc = user.doc.clone();
        doc.insert("groups".into(), groups.into());
        // What the user shows has changed and so does its tag; its own data and lastModified have not.
        self.save(tx, &user, doc, false)
    }

    /// Takes a resource that is about to be deleted out of every group.
    pub(crate) fn leave_groups(&self, tx: &Transaction<'_>, id: &str) -> Result<(), Problem> {
        for group in direct_groups(tx, id)? {
            let mut doc = group.doc.clone();
            if let Some(members) = doc.get_mut("members").and_then(Value::as_array_mut) {
                members.retain(|member| member["value"] != id);
            }
            self.save(tx, &group, doc.clone(), true)?;
            self.mirror(tx, &group.kind, Some(&group.doc), Some(&doc))?;
        }
        Ok(())
    }
}

/// The users among `ids` and, through nested groups, below them.
fn users_below(tx: &Transaction<'_>, ids: BTreeSet<String>) -> Result<Vec<Record>, Problem> {
    let mut open: Vec<String> = ids.iter().cloned().collect();
    let mut seen = ids;
    let mut users = Vec::new();
    while let Some(id) = open.pop() {
        let Some(record) = store::find(tx, &id)? else { continue };
        if record.kind == "User" {
            users.push(record);
        } else {
            open.extend(member_ids(Some(&record.doc)).into_iter().filter(|id| seen.insert(id.clone())));
        }
    }
    Ok(users)
}

/// `groups` of a user: direct first, then those reached through nested groups.
fn groups_above(tx: &Transaction<'_>, id: &str) -> Result<Vec<Value>, Problem> {
    let mut groups = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![(id.to_owned(), "direct")];
    while !open.is_empty() {
        let mut above = Vec::new();
        for (id, how) in open {
            for (group, display) in group_names(tx, &id)? {
                if seen.insert(group.clone()) {
                    groups.push(json!({ "value": group, "type": how, "display": display }));
                    above.push((group, "indirect"));
                }
            }
        }
        open = above;
    }
    Ok(groups)
}

/// Id and name of the groups that list a resource. The documents are left unread: groups can be large.
fn group_names(tx: &Transaction<'_>, id: &str) -> Result<Vec<(String, String)>, Problem> {
    let mut statement = tx.prepare(
        "SELECT r.id, CAST(d.text AS TEXT) FROM value v JOIN resource r ON r.rowid = v.res
         JOIN value d ON d.res = r.rowid AND d.path = 'displayname' AND d.ord = 0 AND d.sub = ''
         WHERE v.path = 'members' AND v.sub = 'value' AND v.text = ? AND r.type = 'Group' ORDER BY r.rowid",
    )?;
    let rows = statement.query_map([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn direct_groups(tx: &Transaction<'_>, id: &str) -> Result<Vec<Record>, Problem> {
    let mut statement = tx.prepare(
        "SELECT r.rowid, r.type, r.doc FROM value v JOIN resource r ON r.rowid = v.res
         WHERE v.path = 'members' AND v.sub = 'value' AND v.text = ? AND r.type = 'Group' ORDER BY r.rowid",
    )?;
    let rows = statement.query_map([id.as_bytes()], store::record)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::Bench;
    use crate::scim::urn::GROUP;

    fn groups(bench: &Bench, user: &str) -> Vec<(String, String)> {
        let body = bench.get(&format!("/Users/{user}")).body;
        let listed = body["groups"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        listed.iter().map(|group| (text(&group["display"]), text(&group["type"]))).collect()
    }

    #[test]
    fn members_and_groups_show_each_other() {
        let bench = Bench::new();
        let ann = bench.user("ann", json!({}));
        let inner = bench.group("inner", &[&ann]);
        let outer = bench.group("outer", &[&inner]);
        let member = &bench.get(&format!("/Groups/{outer}")).body["members"][0];
        let reference = format!("http://scim.test/scim/v2/Groups/{inner}");
        assert_eq!(*member, json!({ "value": inner, "type": "Group", "$ref": reference }));
        let both = [("inner".to_owned(), "direct".to_owned()), ("outer".to_owned(), "indirect".to_owned())];
        assert_eq!(groups(&bench, &ann), both);
        let shown = bench.get(&format!("/Users/{ann}")).body;
        assert_eq!(shown["groups"][0]["$ref"], format!("http://scim.test/scim/v2/Groups/{inner}"));
        let found = bench.get("/Users?filter=groups.display eq \"OUTER\"");
        assert_eq!(found.names(), ["ann"]);

        bench.patch(&format!("/Groups/{inner}"), json!([{ "op": "replace", "path": "displayName", "value": "core" }]));
        assert_eq!(groups(&bench, &ann)[0].0, "core");
        assert_eq!(bench.send("DELETE", &format!("/Groups/{inner}"), &[], &Value::Null).status, 204);
        assert_eq!(groups(&bench, &ann), []);
        assert_eq!(bench.get(&format!("/Groups/{outer}")).body["members"], Value::Null);
    }

    #[test]
    fn circles_of_groups_end() {
        let bench = Bench::new();
        let ann = bench.user("ann", json!({}));
        let one = bench.group("one", &[&ann]);
        let two = bench.group("two", &[&one]);
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": two }] }]);
        assert_eq!(bench.patch(&format!("/Groups/{one}"), add).status, 204);
        assert_eq!(groups(&bench, &ann).len(), 2);
    }

    #[test]
    fn the_second_schema_of_entra_is_let_through_and_not_kept() {
        let entra = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
        let body = json!({ "schemas": [GROUP, entra], "displayName": "g", "meta": { "resourceType": "Group" } });
        let made = Bench::new().post("/Groups", &body);
        assert_eq!((made.status, &made.body["schemas"]), (201, &json!([GROUP])));
    }

    #[test]
    fn a_member_has_to_exist() {
        let bench = Bench::new();
        for member in [json!({ "value": "nobody" }), json!({ "display": "x" })] {
            let body = json!({ "schemas": [GROUP], "displayName": "g", "members": [member] });
            assert_eq!(bench.post("/Groups", &body).refusal(), (400, "invalidValue"));
        }
    }
}
