//! The decisions of a provider as plain functions; [`Rules::default`] is the RFC.

use serde_json::Value;

use super::call::Call;
use super::canonical::usual;
use super::commit::{OnVanished, Reading};
use super::cursor::{Cursor, Sealer};
use super::document::check_required;
use super::element::merge;
use super::kind::Kind;
use super::patch::Op;
use super::problem::Problem;
use super::reply::Reply;
use super::tokens::TokenRules;
use super::write::Cause;
use super::{Limits, Object, Provider};
use crate::scim::{Attribute, Filter, Schema, message, urn};

/// What happens when the filter of a PATCH path selects nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnNoMatch {
    /// A value is made from the filter.
    Create,
    /// 400 `noTarget`.
    Refuse,
    /// Success, nothing changed.
    Ignore,
}

/// What becomes of references that go in a circle (RFC 7644 §3.7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Circles {
    Resolve,
    /// 409.
    Refuse,
    /// They are left out, and nobody is told.
    Forget,
}

/// One function per decision.
#[derive(Clone)]
pub(crate) struct Rules {
    /// The decisions of the token endpoint.
    pub(crate) tokens: TokenRules,
    /// Whether the Authorization header holds the expected token.
    pub(crate) authorized: fn(expected: &str, header: Option<&str>) -> bool,
    /// Index of the tenant in whose store a call works.
    pub(crate) tenant: fn(&Provider, &Call) -> usize,
    /// Answers a request to `/Me`.
    pub(crate) me: fn(&Provider, &Call) -> Result<Reply, Problem>,
    /// Judges what a call with the credential for reading only wants to do.
    pub(crate) limited: fn(&Call) -> Result<(), Problem>,
    /// Whether a token opens the store after it has expired.
    pub(crate) takes_expired: fn() -> bool,
    /// Whether a call without credentials is let through.
    pub(crate) anonymous: fn(&Call) -> bool,
    /// Judges the body of a POST or PUT, or puts it in order, before it is read.
    pub(crate) body: fn(&mut Value) -> Result<(), Problem>,
    /// Schemas under `/Schemas` beside those of the resource types.
    pub(crate) further_schemas: fn() -> &'static [Schema],
    /// Reads the value of a boolean attribute.
    pub(crate) boolean: fn(&Value) -> Option<bool>,
    /// Whether a value of an attribute is taken as it is, whatever its type.
    pub(crate) takes_any_type: fn(&Attribute) -> bool,
    /// The values of a multi-valued attribute, those that are the same joined.
    pub(crate) joined: fn(Vec<Value>) -> Vec<Value>,
    /// What a request on a single resource is about: the type, and the id that is looked for.
    pub(crate) looked_up: for<'p> fn(&'p Provider, &Call, &'p Kind, id: &str) -> (&'p Kind, String),
    /// Whether a resource that is deleted is taken out of its groups.
    pub(crate) leaves_groups: fn() -> bool,
    /// Whether users show it when they are no longer in a group.
    pub(crate) mirrors_leavers: fn() -> bool,
    /// The form in which the `value` of a multi-valued attribute of this name is stored.
    pub(crate) usual: fn(attribute: &str, value: &str) -> String,
    /// Judges a document before it is stored: every required attribute has a value.
    pub(crate) required: fn(&Kind, &Object) -> Result<(), Problem>,
    /// Judges or corrects values of which more than one says that it is the primary one.
    pub(crate) primaries: fn(name: &str, values: &mut [Value]) -> Result<(), Problem>,
    /// Whether a value with `primary` true takes it from the others.
    pub(crate) moves_primary: fn() -> bool,
    /// The PATCH operation of this name.
    pub(crate) op: fn(name: &str) -> Option<Op>,
    /// What a PATCH path that selects nothing means.
    pub(crate) on_no_match: fn(Op) -> OnNoMatch,
    /// Whether each operation of a PATCH is stored by itself.
    pub(crate) stores_each_operation: bool,
    /// When a write reads what it changes.
    pub(crate) reading: fn(Cause) -> Reading,
    /// What becomes of a write that was worked out ahead and whose resource is gone.
    pub(crate) on_vanished: OnVanished,
    /// Whether a write that was worked out ahead is refused when the resource has changed since.
    pub(crate) refuses_stale: bool,
    /// Which of the values that a PATCH path selects are changed, by index.
    pub(crate) selected: fn(Vec<usize>) -> Vec<usize>,
    /// What of the stored resource a PUT with this body keeps although it does not mention it.
    pub(crate) unmentioned: fn(before: &Object, body: &Value, after: &mut Object),
    /// Status of a successful PATCH; `asked` when the client asked for attributes.
    pub(crate) patch_status: fn(kind: &str, asked: bool) -> u16,
    /// Answers a PUT to an id that does not exist.
    pub(crate) put_unknown: fn(&Provider, &Call, &Kind, id: &str) -> Result<Reply, Problem>,
    /// Whether a value of a unique attribute may not be used twice.
    pub(crate) enforces_uniqueness: fn() -> bool,
    /// Status of a uniqueness conflict.
    pub(crate) conflict_status: fn(creates: bool) -> u16,
    /// Most operations in one bulk job.
    pub(crate) most_operations: fn(&Limits) -> usize,
    /// What becomes of references of a bulk job that go in a circle.
    pub(crate) circles: Circles,
    /// Entity tag of a version.
    pub(crate) etag: fn(version: u64) -> String,
    /// Whether an If-Match header lets a change to this version pass.
    pub(crate) if_match: fn(header: &str, current: &str) -> bool,
    /// Reads a filter; `None` filters nothing.
    pub(crate) filter: fn(text: &str) -> Result<Option<Filter>, Problem>,
    /// Whether a body that came to `/.search` is a search.
    pub(crate) is_search: fn(body: &Value) -> bool,
    /// 1-based index of the first result.
    pub(crate) start: fn(asked: Option<i64>) -> u64,
    /// The place of a cursor, given as text, of a query as it was asked, with its count.
    pub(crate) cursor: fn(&Sealer, text: &str, asked: &str, count: Option<i64>) -> Result<Cursor, Problem>,
    /// Whether a page that ends after so many of all results has a next cursor.
    pub(crate) leads_on: fn(after: u64, total: u64) -> bool,
    /// Most results on one page.
    pub(crate) page_size: fn(asked: Option<i64>, limits: &Limits) -> u64,
    /// URI of a resource.
    pub(crate) location: fn(base: &str, endpoint: &str, id: &str) -> String,
    /// Identifier of a new resource, from random bytes.
    pub(crate) identifier: fn([u8; 16]) -> String,
    /// Content type of every body.
    pub(crate) media_type: &'static str,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            tokens: TokenRules::default(),
            authorized: bearer,
            tenant: |_, call| call.tenant,
            limited: reads_only,
            takes_expired: || false,
            me: Provider::as_me,
            // RFC 7643 §5: authentication schemes should be readable before a client has credentials.
            anonymous: |call| call.segments() == ["ServiceProviderConfig"],
            body: |_| Ok(()),
            further_schemas: || &[],
            boolean,
            takes_any_type: |_| false,
            joined: |values| merge(Vec::new(), values),
            looked_up: |_, _, kind, id| (kind, id.to_owned()),
            leaves_groups: || true,
            mirrors_leavers: || true,
            usual,
            required: check_required,
            primaries: one_primary,
            moves_primary: || true,
            op: Op::named,
            // Only `replace` demands a target (RFC 7644 §3.5.2.3); `remove` of an absent member succeeds (§3.5.2.2).
            on_no_match: |op| match op {
                Op::Add => OnNoMatch::Create,
                Op::Replace => OnNoMatch::Refuse,
                Op::Remove => OnNoMatch::Ignore,
            },
            stores_each_operation: false,
            reading: |_| Reading::Inside,
            on_vanished: OnVanished::Refuse,
            refuses_stale: false,
            selected: |indices| indices,
            unmentioned: |_, _, _| {},
            // Both answers are legal; a group can be large, so it is sent only when asked for.
            patch_status: |kind, asked| if kind == "Group" && !asked { 204 } else { 200 },
            put_unknown: |_, _, kind, id| {
                Err(Problem::not_found(format!("{} `{id}` does not exist, and PUT creates nothing", kind.name())))
            },
            enforces_uniqueness: || true,
            conflict_status: |_| 409,
            most_operations: |limits| limits.bulk_operations,
            circles: Circles::Resolve,
            leads_on: |after, total| after < total,
            etag: |version| format!("W/\"{version}\""),
            if_match,
            filter: |text| Ok(Some(Filter::parse_as_clients_send(text)?)),
            is_search: |body| message::has_schema(body, urn::SEARCH_REQUEST),
            start: |asked| u64::try_from(asked.unwrap_or(1)).unwrap_or(1).max(1),
            cursor: Sealer::place,
            page_size: |asked, limits| match asked {
                None => limits.page_default,
                Some(count) => u64::try_from(count).unwrap_or(0).min(limits.page_max),
            },
            location: |base, endpoint, id| format!("{base}{endpoint}/{id}"),
            identifier: |bytes| uuid::Builder::from_random_bytes(bytes).into_uuid().to_string(),
            media_type: urn::MEDIA_TYPE,
        }
    }
}

/// Reading is permitted, queries by POST included (RFC 7644 §3.12: 403).
pub(super) fn reads_only(call: &Call) -> Result<(), Problem> {
    let reads = matches!(call.method.as_str(), "GET" | "HEAD") || call.segments().last() == Some(&".search");
    if reads { Ok(()) } else { Err(Problem::new(403, None, "the token is for reading only")) }
}

pub(super) fn bearer(expected: &str, header: Option<&str>) -> bool {
    let Some((scheme, token)) = header.and_then(|header| header.split_once(' ')) else { return false };
    scheme.eq_ignore_ascii_case("bearer") && token.trim() == expected
}

/// `true` and `false`, and the two texts that Entra ID sends for them, exactly.
pub(crate) fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) if text == "True" => Some(true),
        Value::String(text) if text == "False" => Some(false),
        _ => None,
    }
}

fn one_primary(name: &str, values: &mut [Value]) -> Result<(), Problem> {
    match values.iter().filter(|value| value["primary"] == true).count() {
        0 | 1 => Ok(()),
        many => Err(Problem::invalid_value(format!("{many} values of `{name}` are primary, expected one at most"))),
    }
}

/// Whether an If-None-Match header matches, by weak comparison (RFC 9110 §13.1.2).
pub(crate) fn lists_tag(header: &str, current: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    header.trim() == "*" || header.split(',').any(|tag| opaque(tag) == opaque(current))
}

/// Whether an If-Match header matches. Strong tags are compared strongly (RFC 9110 §13.1.1); a weak one is let pass where
/// it is the same, since RFC 7644 §3.14 shows it so.
pub(crate) fn if_match(header: &str, current: &str) -> bool {
    header.trim() == "*" || header.split(',').any(|tag| tag.trim() == current)
}
