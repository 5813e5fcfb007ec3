//! Faults of taking a request apart: methods, versions, bytes, JSON, and texts that look like commands.

use http::Method;
use serde_json::{Value, json};

use super::super::Provider;
use super::super::call::Call;
use super::super::reply::Body;
use super::Fault;
use crate::scim::urn;

pub(super) static FAULTS: [Fault; 24] = [
    fault!(
        "request/version-ignored",
        breaks["7644-3.13-03"],
        also["7644-3.12-27"],
        "takes any version in the path for its own",
        |provider| {
            on_call(provider, |call| {
                let first = call.segments().first().is_some_and(|first| is_version(first));
                if let (true, Some(segments)) = (first, &mut call.segments) {
                    segments.remove(0);
                }
            });
        },
    ),
    fault!(
        "request/version-refused-without-type",
        breaks["7644-3.12-27"],
        "refuses an unknown version with 400 and says no more",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.call.segments().first().is_some_and(|first| is_version(first)) {
                    answer.reply.set_status(400);
                }
            });
        },
    ),
    fault!("request/old-schemas", breaks ["7644-3.13-04"], also ["7643-2.1-01", "7643-3-03", "7643-3-05", "7643-3-06", "7643-3.3-02", "7643-8.7.1-01", "7644-3.4.2.2-04", "7644-3.5.2-18"], "answers with the URNs of a draft", |provider| {
        provider.seams.render.add(|rendered| {
            if let Some(schemas) = rendered.shown.get_mut("schemas").and_then(Value::as_array_mut) {
                for schema in schemas.iter_mut().filter(|schema| *schema == urn::USER) {
                    *schema = "urn:scim:schemas:core:1.0".into();
                }
            }
        });
    }),
    fault!(
        "request/method-override",
        breaks["7644-3.12-18"],
        "the web framework obeys X-HTTP-Method-Override",
        |provider| {
            on_call(provider, |call| {
                let asked = call.header("x-http-method-override").and_then(|method| method.parse().ok());
                call.method = asked.unwrap_or_else(|| call.method.clone());
            });
        },
    ),
    fault!(
        "request/any-method-is-get",
        breaks ["7644-3.12-18"],
        also ["7644-3.2-08", "7644-4-05", "7644-4-08", "7643-5-02", "7643-7-02", "7643-6-01"],
        "routes by path only, and reads whatever the method is",
        |provider| {
            on_call(provider, |call| {
                let known = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE].contains(&call.method);
                let discovers = matches!(call.segments().first(), Some(&("ServiceProviderConfig" | "ResourceTypes" | "Schemas")));
                if !known || discovers {
                    call.method = Method::GET;
                }
            });
        },
    ),
    fault!("request/purge-deletes", breaks["7644-3.12-18"], "takes PURGE for DELETE", |provider| {
        on_call(provider, |call| {
            if call.method.as_str() == "PURGE" {
                call.method = Method::DELETE;
            }
        });
    }),
    fault!("request/bulk-by-get", breaks["7644-3.12-18"], "shows an empty answer to a GET of /Bulk", |provider| {
        provider.seams.reply.add(|answer| {
            if answer.call.method == Method::GET && answer.call.segments() == ["Bulk"] {
                answer.reply.status = 200;
                answer.reply.body = Body::Json(json!({ "schemas": [urn::BULK_RESPONSE], "Operations": [] }));
            }
        });
    },),
    fault!(
        "request/type-is-not-routed",
        breaks ["7644-3.2-04"],
        also ["7644-3.2-02",
            "7643-6-04", "7643-3.2-01", "7644-3.2-07", "7644-4-09", "7643-3.1-01", "7643-6-07", "7643-6-12",
            "7644-1.3-02", "7643-3-09", "7644-3.4.2-03", "7644-3.4.2-04", "7643-7-14", "7643-2.2-01", "entra-A7", "entra-E8", "entra-E13", "entra-F17"],
        "declares an endpoint in discovery that has another name in the routes",
        |provider| {
            provider.seams.discovery.add(|document| {
                if document.body["endpoint"] == "/Groups" {
                    document.body["endpoint"] = "/Teams".into();
                }
            });
        },
    ),
    fault!(
        "request/not-utf-8-accepted",
        breaks["7644-3.12-09"],
        "replaces bytes that are no UTF-8, and stores the rest",
        |provider| on_call(provider, |call| call.body = String::from_utf8_lossy(&call.body).into_owned().into_bytes()),
    ),
    fault!(
        "request/zero-bytes-dropped",
        breaks["7644-3.12-02"],
        "answers a body of zero bytes without looking at it",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.call.body.contains(&0) {
                    answer.reply.body = Body::Json(json!({ "message": "bad request" }));
                }
            });
        },
    ),
    fault!(
        "request/first-value-taken",
        breaks["7644-3.12-09"],
        "stops reading a body after the first JSON value",
        |provider| {
            on_call(provider, |call| {
                let first = serde_json::Deserializer::from_slice(&call.body).into_iter::<Value>().next();
                if let Some(Ok(first)) = first {
                    call.body = first.to_string().into_bytes();
                }
            });
        },
    ),
    fault!(
        "request/lenient-json",
        breaks["7644-3.12-09"],
        "reads JSON with a parser that takes what JavaScript takes",
        |provider| {
            on_call(provider, |call| {
                if serde_json::from_slice::<Value>(&call.body).is_err() {
                    let text = String::from_utf8_lossy(&call.body).replace(",}", "}").replace('\'', "\"");
                    call.body = text.into_bytes();
                }
            });
        },
    ),
    fault!(
        "request/list-unpacked",
        breaks["7644-3.12-09"],
        also["7644-3.12-23"],
        "takes the first element of a list for the resource, and an empty object where there is none",
        |provider| {
            on_call(provider, |call| {
                if let Ok(Value::Array(values)) = serde_json::from_slice::<Value>(&call.body) {
                    let inner = values.into_iter().next().filter(Value::is_object);
                    let made = inner.unwrap_or_else(|| json!({ "schemas": [urn::USER], "userName": "nobody" }));
                    call.body = made.to_string().into_bytes();
                }
            });
        },
    ),
    fault!(
        "request/no-object-crashes",
        breaks ["7644-3.12-09"],
        also ["7644-3.12-06", "7644-3.12-16", "7644-3.7-17", "7644-3.5.2-04"],
        "casts a body to an object without asking what it is",
        |provider| {
            provider.seams.reply.add(|answer| {
                let body = serde_json::from_slice::<Value>(&answer.call.body);
                if answer.reply.status == 400 && body.is_ok_and(|body| !body.is_object()) {
                    answer.reply.set_status(500);
                }
            });
        },
    ),
    fault!(
        "request/deep-json-crashes",
        breaks ["7644-3.12-06"],
        also ["7644-3.12-09", "7644-3.12-16", "7644-3.12-23"],
        "runs out of stack on a deep body",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.call.body.iter().filter(|byte| **byte == b'[').count() > 400 {
                    answer.reply.set_status(500);
                }
            });
        },
    ),
    fault!(
        "large/body-crashes",
        breaks["7644-3.12-06"],
        also ["7644-3.12-16", "7644-3.7.4-04"],
        "has no room for a large value, and does not say so",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.call.body.len() > 500_000 && answer.reply.status < 500 {
                    answer.reply.set_status(500);
                }
            });
        },
    ),
    fault!(
        "request/sql-in-errors",
        breaks["7643-9.2-02"],
        "puts the message of its database into the answer",
        |provider| {
            provider.seams.reply.add(|answer| {
                let status = answer.reply.status;
                if let (true, Some(body)) = (status == 409, answer.reply.body_mut()) {
                    body["detail"] = "SQLSTATE[23505]: unique violation in INSERT INTO users (name) VALUES (?)".into();
                }
            });
        },
    ),
    fault!("request/trace-in-errors", breaks["7643-9.2-02"], "runs with the debug page of its framework", |provider| {
        provider.seams.reply.add(|answer| {
            let status = answer.reply.status;
            if let (true, Some(body)) = (status == 400, answer.reply.body_mut()) {
                let trace = "Traceback (most recent call last):\n  File \"/srv/app.py\", line 7, in handle";
                body["detail"] = trace.into();
            }
        });
    },),
    fault!(
        "request/filter-is-pasted",
        breaks ["7643-9.2-02"],
        also ["7644-3.12-06", "7644-3.4.2.2-04", "7644-3.12-16", "7644-3.4.2.2-11"],
        "builds SQL with the text of the filter value, so that a single quote ends it",
        |provider| {
            provider.seams.reply.add(|answer| {
                let asked = answer.call.param("filter").is_some_and(|filter| filter.contains('\''));
                if asked && answer.reply.status == 200 {
                    answer.reply.status = 500;
                    answer.reply.body = Body::Json(crate::scim::message::error(500, None, "syntax error"));
                }
            });
        },
    ),
    fault!(
        "request/filter-is-run",
        breaks ["7644-3.4.2.2-04"],
        also ["7643-9.2-02", "7644-3.4.2.2-11"],
        "builds SQL with the text of the filter value, so that a value can widen the search",
        |provider| {
            on_call(provider, |call| {
                for (name, value) in &mut call.params {
                    let sql = [" OR '1'='1", "UNION SELECT", "; SELECT"].iter().any(|sign| value.contains(sign));
                    if name == "filter" && sql {
                        "userName pr".clone_into(value);
                    }
                }
            });
        },
    ),
    fault!(
        "request/path-goes-up",
        breaks["7644-3.12-12"],

        also ["7643-3.1-05", "7643-3.1-02", "7643-3.1-22", "7643-3-06", "7643-3.3-02"], "resolves dots in a path after it was decoded",
        |provider| {
            on_call(provider, |call| {
                let dots = call.segments().iter().any(|segment| segment.starts_with("../"));
                if dots {
                    call.segments = Some(vec!["ServiceProviderConfig".to_owned()]);
                }
            });
        },
    ),
    fault!(
        "request/odd-id-crashes",
        breaks ["7644-3.12-12"],
        also ["7644-3.12-06", "7644-3.12-16", "7644-3.6-07"],
        "throws an exception for an id that its database cannot take",
        |provider| {
            provider.seams.reply.add(|answer| {
                let odd = |id: &&str| id.len() > 255 || id.contains(['\0', '\'', '\u{fffd}']);
                if answer.reply.status == 404 && answer.call.segments().last().is_some_and(odd) {
                    answer.reply.set_status(500);
                }
            });
        },
    ),
    fault!(
        "request/byte-order-mark",
        breaks["7644-3.8-02"],
        also["7644-3.1-02"],
        "writes answers through a stream that begins with a byte order mark",
        |provider| {
            provider.seams.reply.add(|answer| {
                if let (200, Body::Json(body)) = (answer.reply.status, &answer.reply.body)
                    && body["schemas"][0] == urn::USER
                {
                    answer.reply.body = Body::Text(format!("\u{feff}{body}"));
                }
            });
        },
    ),
    fault!(
        "request/location-with-query",
        breaks["7644-1.3-01"],
        also ["7644-3.7.2-04", "7644-3.7.2-01", "7644-3.7-12"],
        "keeps the query of the request in the location",
        |provider| {
            provider.rules.location = |base, endpoint, id| format!("{base}{endpoint}/{id}?version=2");
        },
    ),
];

fn on_call(provider: &mut Provider, change: fn(&mut Call)) {
    provider.seams.call.add(change);
}

fn is_version(segment: &str) -> bool {
    segment
        .strip_prefix('v')
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}
