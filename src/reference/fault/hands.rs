//! Ways to put a hand in that several areas of faults use.

use http::Method;
use serde_json::{Value, json};

use super::super::Provider;
use super::super::call::Call;
use super::super::discovery::About;
use super::super::problem::Problem;
use super::super::reply::Reply;
use super::super::seams::Answer;
use crate::scim::urn;

/// Marks a request that is not carried out.
const CRASHED: &str = "x-crashed";

pub(super) fn on_config(provider: &mut Provider, change: impl Fn(&mut Value) + Send + Sync + 'static) {
    on_documents(provider, About::Config, change);
}

pub(super) fn on_types(provider: &mut Provider, change: fn(&mut Value)) {
    on_documents(provider, About::ResourceType, change);
}

pub(super) fn on_schemas(provider: &mut Provider, change: fn(&mut Value)) {
    on_documents(provider, About::Schema, change);
}

fn on_documents(provider: &mut Provider, about: About, change: impl Fn(&mut Value) + Send + Sync + 'static) {
    provider.seams.discovery.add(move |document| {
        if document.about == about {
            change(&mut document.body);
        }
    });
}

/// Carries out nothing that looks like this, and answers 500 to it.
pub(super) fn crashes(provider: &mut Provider, when: fn(&Call) -> bool) {
    provider.seams.call.add(move |call| {
        if when(call) {
            call.headers.insert(CRASHED, http::HeaderValue::from_static("yes"));
            call.method = Method::TRACE;
        }
    });
    provider.seams.reply.add(|answer| {
        if answer.call.headers.contains_key(CRASHED) {
            answer.reply = Reply::problem(&Problem::new(500, None, "something went wrong"), urn::MEDIA_TYPE);
        }
    });
}

/// Changes what is answered to requests that look like this and succeed.
pub(super) fn on_success(
    provider: &mut Provider,
    when: fn(&Call) -> bool,
    change: impl Fn(&mut Answer) + Send + Sync + 'static,
) {
    provider.seams.reply.add(move |answer| {
        if (200..300).contains(&answer.reply.status) && when(&answer.call) {
            change(answer);
        }
    });
}

/// Changes each resource that is shown, by itself or in a list; not what is shown of the provider itself.
pub(super) fn on_shown(provider: &mut Provider, change: fn(&mut super::super::Object)) {
    provider.seams.render.add(move |rendered| change(&mut rendered.shown));
}

/// Whether a request is about one resource of its own address.
pub(super) fn is_single(call: &Call) -> bool {
    matches!(call.segments()[..], ["Users" | "Groups" | "Devices", _])
}

/// The body of a request as JSON, or null.
pub(super) fn sent(call: &Call) -> Value {
    serde_json::from_slice(&call.body).unwrap_or_else(|_| json!(null))
}

/// Leaves this keyword out of errors.
pub(super) fn without_keyword(provider: &mut Provider, keyword: &'static str) {
    provider.seams.reply.add(move |answer| {
        if answer.reply.body_mut().is_some_and(|body| body["scimType"] == keyword) {
            answer.reply.remove_member("scimType");
        }
    });
}
