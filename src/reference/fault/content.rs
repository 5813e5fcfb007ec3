//! Faults of values: what is read in, what is stored, what it points to.

use serde_json::Value;

use super::super::Object;
use super::super::Provider;
use super::super::problem::Problem;
use super::super::write::Cause;
use super::Fault;
use crate::scim::urn::ENTERPRISE_USER;

pub(super) static FAULTS: [Fault; 18] = [
    fault!(
        "content/members-in-order",
        breaks["7643-2.3.8-01"],
        also ["7643-3-03", "7643-3-08", "7643-2.4-03", "entra-E19", "entra-F1", "entra-F19"],
        "reads the body as a stream and wants `schemas` first",
        |provider| {
            provider.rules.body = |body| match body.as_object().and_then(|body| body.keys().next()) {
                Some(first) if first == "schemas" => Ok(()),
                _ => Err(Problem::new(422, None, "a resource begins with schemas")),
            };
        },
    ),
    fault!(
        "content/value-before-type",
        breaks["7643-2.4-03"],
        also ["7643-2.3.8-01", "entra-B14", "entra-E17", "entra-B7", "7644-3.4.2.2-42", "7644-3.4.2.2-35", "7644-3.4.2.2-22", "7644-3.4.2.2-30", "7644-3.4.2.5-05", "7644-3.4.2.5-08", "7644-3.4.2.3-04", "entra-E7", "entra-E2", "entra-B4", "entra-F1"],
        "takes the first member of an address for its value",
        |provider| {
            provider.rules.body = |body| {
                for email in body["emails"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
                    if email.keys().next().is_some_and(|first| first != "value") {
                        email.shift_remove("value");
                    }
                }
                Ok(())
            };
        },
    ),
    fault!(
        "content/first-schema-is-the-type",
        breaks["7643-3-08"],
        "takes the first of schemas for the type of the resource",
        |provider| {
            provider.rules.body = |body| match body["schemas"][0].as_str() {
                Some(ENTERPRISE_USER) => Err(Problem::invalid_value("this is no user")),
                _ => Ok(()),
            };
        },
    ),
    fault!(
        "content/names-of-all-schemas",
        breaks["7643-3.3-06"],
        "looks a name up in all schemas of the type",
        |provider| {
            provider.rules.body = |body| {
                if let Some(number) = body.get("employeeNumber").cloned() {
                    body[ENTERPRISE_USER] = serde_json::json!({ "employeeNumber": number });
                }
                Ok(())
            };
        },
    ),
    fault!(
        "content/listed-schema-needs-data",
        breaks["7643-3.3-01"], also ["entra-A1", "entra-B12", "entra-E7"],"refuses a schema that is listed and not used",
        |provider| {
            provider.rules.body = |body| {
                let lists = body["schemas"].as_array().is_some_and(|all| all.iter().any(|one| one == ENTERPRISE_USER));
                let uses = body.get(ENTERPRISE_USER).is_some();
                if lists && !uses { Err(Problem::invalid_syntax("the extension is missing")) } else { Ok(()) }
            };
        },
    ),
    fault!("content/primary-by-default", breaks ["7643-2.4-06"],
        also ["7643-2.4-05", "7644-3.5.2-18", "7644-3.3-08", "7644-3.5.2.3-05", "7644-3.5.2-19", "7644-3.5.2-17", "7644-3.4.2.3-04"],
        "sets primary where it is not given",
        |provider| {
            on_users(provider, |doc, _| {
                for email in doc.get_mut("emails").and_then(Value::as_array_mut).into_iter().flatten() {
                    if email.get("primary").is_none() {
                        email["primary"] = true.into();
                    }
                }
            });
        },
    ),
    fault!("content/duplicates-are-kept", breaks ["7643-2.4-11"],
        also ["7644-3.5.2.1-11", "7644-3.5.2.1-12", "7644-3.5.2.1-06", "7644-3.5.2.1-13"],
        "appends to a list without looking at it",
        |provider| {
            on_users(provider, |doc, cause| {
                if let (Cause::Patch, Some(emails)) = (cause, doc.get_mut("emails").and_then(Value::as_array_mut))
                    && let [only] = emails.as_slice()
                    && only["value"].as_str().is_some_and(|value| value.starts_with("one-"))
                {
                    emails.push(only.clone());
                }
            });
        },
    ),
    fault!("content/one-entry-per-address", breaks["7643-2.4-10"], "keys addresses by their value", |provider| {
        on_users(provider, |doc, _| {
            let mut seen: Vec<Value> = Vec::new();
            if let Some(emails) = doc.get_mut("emails").and_then(Value::as_array_mut) {
                emails.retain(|email| {
                    let fresh = !seen.contains(&email["value"]);
                    seen.push(email["value"].clone());
                    fresh
                });
            }
        });
    },),
    fault!(
        "content/certificates-in-lower-case",
        breaks["7643-2.3.6-04"],
        also ["7643-2.3.6-03", "7643-4.1.2-28", "7643-4.1.2-29", "7644-3.4.2.2-15"],
        "folds every value that it stores",
        |provider| {
            on_users(provider, |doc, _| {
                for one in doc.get_mut("x509Certificates").and_then(Value::as_array_mut).into_iter().flatten() {
                    one["value"] = one["value"].as_str().unwrap_or_default().to_lowercase().into();
                }
            });
        },
    ),
    fault!("content/urls-in-lower-case", breaks ["7643-2.3.7-04"], also ["7644-3.3-08", "7644-3.5.2.3-05", "7644-3.5.1-04", "7644-3.4.2.2-17", "7644-3.4.2.2-15"],
        "folds every URL that it stores",
        |provider| {
            on_users(provider, |doc, _| {
                if let Some(url) = doc.get_mut("profileUrl") {
                    *url = url.as_str().unwrap_or_default().to_lowercase().into();
                }
            });
        },
    ),
    fault!("content/references-to-groups", breaks ["7643-2.3.7-07"], also ["7643-2.3.7-06", "7643-2.3.7-03"],
        "builds every $ref with the endpoint of groups",
        |provider| {
            provider.seams.render.add(|rendered| {
                for one in rendered.shown.get_mut("members").and_then(Value::as_array_mut).into_iter().flatten() {
                    if let Some(reference) = one.get_mut("$ref") {
                        *reference = reference.as_str().unwrap_or_default().replace("/Users/", "/Groups/").into();
                    }
                }
            });
        },
    ),
    fault!("content/names-in-plain-letters", breaks ["7643-2.2-02"], also ["7644-3.1-09", "7643-2.3.1-01"],
        "keeps plain letters only",
        |provider| {
            on_users(provider, |doc, _| {
                if let Some(name) = doc.get_mut("nickName") {
                    *name = name.as_str().unwrap_or_default().replace(|c: char| !c.is_ascii(), "").into();
                }
            });
        },
    ),
    fault!("content/labels-are-changed", breaks ["7643-2.4-07"],
        also ["7644-3.5.2-12", "7644-3.5.2.3-05"],
        "lets clients write over the label of a member",
        |provider| {
            for kind in provider.kinds.iter_mut().filter(|kind| kind.name() == "Group") {
                let members = kind.schema.core.attributes.iter_mut().filter(|one| one.name == "members");
                let subs = members.flat_map(|one| &mut one.sub_attributes).filter(|sub| sub.name == "display");
                subs.for_each(|sub| sub.mutability = crate::scim::Mutability::ReadWrite);
            }
        },
    ),
    fault!("common/made-up-external-id", breaks ["7643-3.1-14"],
        also ["7643-3.1-13", "7643-3.1-15", "7643-2.5-01", "7644-3.5.1-04"],
        "fills externalId with its own key",
        |provider| {
            provider.seams.store.add(|change| {
                if let (Cause::Create, Some(doc)) = (change.cause, &mut change.after)
                    && let (None, Some(id)) = (doc.get("externalId"), doc.get("id").cloned())
                {
                    doc.insert("externalId".into(), id);
                }
            });
        },
    ),
    fault!("common/time-of-the-epoch", breaks ["7643-3.1-23"],
        also ["7643-3.1-25", "7643-3.1-20", "7644-3.5.1-17", "7644-3.4.2.2-24"],
        "never sets the time of creation",
        |provider| {
            provider.seams.store.add(|change| {
                let meta = change.after.as_mut().and_then(|doc| doc.get_mut("meta"));
                if let (Cause::Create, Some(meta)) = (change.cause, meta) {
                    meta["created"] = "1970-01-01T00:00:00Z".into();
                }
            });
        },
    ),
    fault!(
        "common/not-found-by-meta",
        breaks["7643-3-09"],
        also ["7644-3.4.2.2-04", "7644-3.4.2.2-24", "7644-3.4.2.2-51", "7644-3.4.2.1-05"],
        "filters by the columns of the type and by no common attribute",
        |provider| {
            provider.seams.query.add(|query| {
                let is_common = query.filter.as_ref().is_some_and(|filter| {
                    filter.outer_paths().iter().any(|path| path.name.eq_ignore_ascii_case("meta"))
                });
                if is_common {
                    query.filter = crate::scim::Filter::parse("not (id pr)").ok();
                }
            });
        },
    ),
    fault!("common/custom-types-are-half-done", breaks ["7644-3.2-07", "7643-3.2-01"],
        also ["7644-3.5.1-15", "7644-3.5.1-13", "7644-3.5.1-11", "7644-3.1-07", "7644-3.4.2-01", "7643-3-09", "7643-7-17",
              "7643-7-29", "7644-3.5.1-12", "7643-7-39", "7643-7-38"],
        "has routes for POST and DELETE of a type of its own, and leaves out the others",
        |provider| {
            provider.add_custom_type();
            provider.seams.reply.add(|answer| {
                let at = answer.call.segments();
                let lists = at == ["Devices"] && answer.call.method == http::Method::GET;
                let replaces = at.first() == Some(&"Devices") && answer.call.method == http::Method::PUT;
                if lists || replaces {
                    let error = crate::scim::message::error(404, None, "no such route");
                    answer.reply.status = 404;
                    answer.reply.body = super::super::reply::Body::Json(error);
                }
            });
        },
    ),
    fault!("common/refuses-what-it-gave", breaks ["7644-3.1-07"],
        also ["7644-3.5.1-13", "7644-3.3-03", "entra-B1", "entra-F1", "entra-F19", "entra-A1", "entra-E17", "entra-B12", "entra-E8", "entra-B18", "entra-E13", "entra-E7"],
        "refuses a body that holds meta",
        |provider| {
            provider.rules.body = |body| match body.get("meta") {
                Some(_) => Err(Problem::invalid_value("meta is readOnly")),
                None => Ok(()),
            };
        },
    ),
];

/// Puts a hand on each user before it is stored.
fn on_users(provider: &mut Provider, change: fn(&mut Object, Cause)) {
    provider.seams.store.add(move |made| {
        if let ("User", Some(doc)) = (made.kind.as_str(), &mut made.after) {
            change(doc, made.cause);
        }
    });
}
