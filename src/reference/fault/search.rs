//! Faults of searches by POST, of queries at the base URL, and of single resources.

use serde_json::{Value, json};

use super::super::reply::Reply;
use super::super::seams::Answer;
use super::Fault;
use super::hands::{crashes, on_success, sent};
use crate::scim::urn;

pub(super) static FAULTS: [Fault; 15] = [
    fault!("search/filter-ignored", breaks["7644-3.4.3-09"], also ["7644-3.4.2.4-09", "7644-3.4.2.4-05", "7644-3.4.2.4-08", "7644-3.4.2.4-04", "7644-3.4.2.4-03", "7644-3.4.2.2-41", "7644-3.4.2.2-05", "7644-3.4.2-11", "7644-3.4.3-10", "7644-3.4.3-11", "7644-3.4.2.2-04", "7644-3.4.2.1-06", "7644-3.4.3-16", "7644-3.4.2.1-05"], "reads the filter of the URL only", |provider| {
        provider.seams.query.add(|query| {
            if query.in_body {
                query.filter = None;
            }
        });
    }),
    fault!(
        "search/order-ignored",
        breaks["7644-3.4.3-10"],
        also["7644-3.4.3-11"],
        "never reads sortBy of a body",
        |provider| {
            provider.seams.query.add(|query| {
                if query.in_body {
                    query.sort_by = None;
                }
            });
        }
    ),
    fault!("search/urn-not-sorted", breaks["7644-3.4.3-11"], "sorts by simple names only", |provider| {
        provider.seams.query.add(|query| {
            if query.in_body {
                query.sort_by = query.sort_by.take().filter(|path| path.schema.is_none() && path.sub.is_none());
            }
        });
    }),
    fault!(
        "search/descending-ignored",
        breaks["7644-3.4.3-12"],
        also["7644-3.4.3-11"],
        "never reads sortOrder of a body",
        |provider| {
            provider.seams.query.add(|query| {
                if query.in_body {
                    query.descending = false;
                }
            });
        }
    ),
    fault!("search/pages-ignored", breaks["7644-3.4.3-13", "7644-3.4.3-14"], also ["9865-3-01", "7644-3.4.2.4-05"], "reads startIndex and count of the URL only", |provider| {
        provider.seams.query.add(|query| {
            if query.in_body {
                (query.start, query.count) = (None, None);
            }
        });
    }),
    fault!("search/shows-everything", breaks["7644-3.4.3-05", "7644-3.4.3-06"], also ["7644-3.10-05", "7644-3.4.3-08", "7644-3.9-03"], "never reads attributes of a body", |provider| {
        provider.seams.query.add(|query| {
            if query.in_body {
                (query.projection.include, query.projection.exclude) = (None, Vec::new());
            }
        });
    }),
    fault!(
        "search/urn-not-shown",
        breaks["7644-3.4.3-08"],
        "compares the names of a body with those of its columns",
        |provider| {
            provider.seams.query.add(|query| {
                if let (true, Some(include)) = (query.in_body, &mut query.projection.include) {
                    include.retain(|path| path.schema.is_none());
                }
            });
        }
    ),
    fault!("search/any-body", breaks["7644-3.4.3-04"], "reads the members that it knows from any body", |provider| {
        provider.rules.is_search = |_| true;
    }),
    fault!("search/answers-201", breaks["7644-3.4.3-02"], also ["9865-3-01", "7644-3.4.3-16", "7644-3.3-10"], "answers every POST with 201", |provider| {
        provider.seams.reply.add(|answer| {
            if answer.call.segments().last() == Some(&".search") && answer.reply.status == 200 {
                answer.reply.set_status(201);
            }
        });
    }),
    fault!("search/users-only", breaks["7644-3.4.3-16", "7644-3.4.2.1-02"], also ["7644-3.4.2.1-05", "7644-3.4.2.1-06"], "searches users whatever is searched", |provider| {
        provider.seams.reply.add(|answer| {
            if is_at_the_root(answer) {
                keep(answer, |resource| resource["meta"]["resourceType"] == "User");
            }
        });
    }),
    fault!(
        "search/type-ignored",
        breaks["7644-3.4.2.1-05"], also ["7644-3.4.2.2-04", "7644-3.4.2.2-51"],
        "drops conditions on meta.resourceType at the base URL",
        |provider| {
            provider.rules.filter = |text| {
                let text = text
                    .replace("meta.resourceType eq \"Group\"", "id pr")
                    .replace("meta.resourceType eq \"User\"", "id pr");
                Ok(Some(crate::scim::Filter::parse_as_clients_send(&text)?))
            };
        }
    ),
    fault!(
        "search/too-many-as-500",
        breaks["7644-3.4.2.1-04", "7644-3.12-20"], also ["entra-A12", "entra-A5", "entra-A15"],"refuses to list everything, with the wrong keyword",
        |provider| {
            provider.seams.reply.add(|answer| {
                let all = answer.call.segments().is_empty() && answer.call.param("filter").is_none();
                if all && answer.reply.status == 200 {
                    let body = json!({ "schemas": [urn::ERROR], "status": "400", "scimType": "invalidValue", "detail": "too many" });
                    answer.reply = Reply::json(400, urn::MEDIA_TYPE, body);
                }
            });
        }
    ),
    fault!(
        "retrieve/list-of-one",
        breaks["7644-3.4.1-02"],
        also ["entra-B6", "7644-3.5.2.3-11"],
        "answers one resource as a list of one",
        |provider| {
            provider.seams.reply.add(|answer| {
                let one = answer.call.method == http::Method::GET && answer.call.segments().len() == 2;
                if let (true, 200, Some(body)) = (one, answer.reply.status, answer.reply.body_mut()) {
                    let (id, schemas) = (body["id"].clone(), body["schemas"].clone());
                    body["Resources"] = json!([{ "id": id, "schemas": schemas }]);
                    body["totalResults"] = 1.into();
                }
            });
        }
    ),
    fault!(
        "search/no-names-in-searches",
        breaks["7644-3.2-09"],
        also ["7644-3.4.3-02", "7644-3.4.3-15"],
        "never tried a search that names attributes",
        |provider| crashes(provider, |call| {
            call.segments().last() == Some(&".search") && sent(call).get("attributes").is_some()
        }),
    ),
    fault!(
        "search/message-of-no-kind",
        breaks["7644-3.4.3-15"],
        also ["7644-3.4.2-04", "7644-3.4.3-14"],
        "answers a search without saying that it is a list",
        |provider| on_success(provider, |call| call.segments().last() == Some(&".search"), |answer| {
            answer.reply.remove_member("schemas");
        }),
    ),
];

fn is_at_the_root(answer: &Answer) -> bool {
    matches!(answer.call.segments()[..], [] | [".search"])
}

/// Leaves the resources of a list that are wanted.
fn keep(answer: &mut Answer, wanted: fn(&Value) -> bool) {
    let Some(body) = answer.reply.body_mut() else { return };
    let Some(resources) = body.get_mut("Resources").and_then(Value::as_array_mut) else { return };
    resources.retain(wanted);
    let left = resources.len();
    (body["totalResults"], body["itemsPerPage"]) = (left.into(), left.into());
}
