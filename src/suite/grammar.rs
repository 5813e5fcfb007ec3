//! The words of the suite language, as one table.
//!
//! The loader validates files by it, and the JSON Schema for editors is made from it, so the two cannot differ.

mod checks;
mod shape;

use super::model::{Grant, Observed};
use checks::CHECK;
pub(super) use shape::{Block, Key, Shape};
use shape::{beside, key, must};

const TEXTS: Shape = Shape::List(&Shape::Text);
const FILTERS: Shape = Shape::OneOrMany(&Shape::Filter);
const NAMES: Shape = Shape::OneOrMany(&Shape::Name);
const REQUIREMENTS: Shape = Shape::OneOrMany(&Shape::Requirement);
const STATUSES: Shape = Shape::OneOrMany(&Shape::Status);
pub(super) const TIERS: Shape = Shape::Word(&["basic", "onboarding", "full", "edge"]);
const NEEDS: Shape = Shape::List(&Shape::Need);

/// The words of `needs` beside the names of resource types.
pub(super) const NEED_WORDS: &[&str] = &[
    "patch",
    "bulk",
    "filter",
    "sort",
    "etag",
    "etag.weak",
    "etag.strong",
    "changePassword",
    "cursor",
    "index",
    "auth",
    "auth.second",
    "auth.limited",
    "auth.expired",
    "bearer",
    "oauth",
    "oauth.second-secret",
    "federation",
    "https",
    "load",
    "documentation",
    "no-patch",
    "no-bulk",
    "no-filter",
    "no-sort",
    "no-etag",
    "no-changePassword",
];

/// A whole file.
pub(super) const SUITE: Block = Block {
    what: "a suite",
    doc: "One topic: cases that share a title and perhaps seeded data.",
    keys: &[
        must("suite", Shape::SuiteId, "Id of the suite, the first part of the id of each of its cases."),
        must("title", Shape::Prose, "What the suite is about."),
        key("profile", Shape::Word(&["rfc", "entra", "okta"]), "Whose verdict the cases count for; rfc when left out."),
        key("tier", TIERS, "Tier of the cases that name none; full when left out."),
        key("tags", TEXTS, "Tags of all cases."),
        key("needs", NEEDS, "What all cases need."),
        key("hint", Shape::Prose, "Hint of the cases that have none."),
        key("given", Shape::Fixtures, "Resources that are seeded once; the cases may only read them."),
        key("for-each", Shape::Rows, "Rows for every case of the suite."),
        must("cases", Shape::List(&Shape::Block(&CASE)), "The cases."),
    ],
    ..Block::NEW
};

/// A case.
pub(super) const CASE: Block = Block {
    what: "a case",
    doc: "One titled behaviour.",
    keys: &[
        must("id", Shape::Id, "Id inside the suite; stable, says the behaviour."),
        must("title", Shape::Prose, "The behaviour, present tense, at most 80 characters."),
        must("why", Shape::Prose, "What goes wrong for people when it is broken."),
        key("effect", Shape::Prose, "Likely effect in the client whose profile this is."),
        key(
            "shape",
            Shape::OneOrMany(&Shape::Recorded),
            "Names of the recorded client requests that the case sends; a row may name further ones.",
        ),
        key("hint", Shape::Prose, "The usual cause, or what to change."),
        key("tier", TIERS, "How basic the behaviour is."),
        key("tags", TEXTS, "Further tags."),
        key("needs", NEEDS, "Capabilities and resource types without which the case is skipped."),
        key("for-each", Shape::Rows, "A table: each row is a case of its own."),
        key("choose", Shape::Named(&Shape::Named(&Shape::Any)), "Values chosen by row id; one for every row."),
        key("given", Shape::Fixtures, "Resources that are made before the steps and removed behind them."),
        key("rounds", Shape::Count, "How often the steps are repeated; stops at the first round that breaks."),
        must("steps", Shape::Some(&Shape::Block(&STEP)), "The requests."),
    ],
    ..Block::NEW
};

/// In place of the name of a resource type: all of them.
pub(super) const EACH: &str = "each";

/// Rows made from what the target declares.
pub(super) const DECLARED_ROWS: Block = Block {
    what: "a table of what the target declares",
    doc: "One row per attribute definition or resource type of the target that matches.",
    one_of: &["attributes-of", "resource-types"],
    says: "what the rows are",
    keys: &[
        key(
            "attributes-of",
            Shape::ResourceTypeOrEach,
            "Resource type whose attributes are meant; `each` for all of them.",
        ),
        key("resource-types", Shape::Word(&["all"]), "The resource types themselves."),
        key("where", Shape::Filter, "SCIM filter over the definitions."),
        beside("rows", &["attributes-of"], Shape::Word(&["path"]), "What the row id is made from."),
    ],
    ..Block::NEW
};

const ACTIONS: &[&str] = &["patch", "read", "list", "send", "pages", "parallel", "unchanged", "token", "observe"];
const ONE_REQUEST: &[&str] = &["patch", "read", "list", "send"];
const QUERIES: &[&str] = &["list", "pages"];
const REQUESTS: &[&str] = &["patch", "read", "list", "send", "pages"];
const ANSWERS: &[&str] = &["patch", "read", "list", "send", "pages", "parallel", "token", "observe"];

/// A step.
pub(super) const STEP: Block = Block {
    what: "a step",
    doc: "One request (or a bounded walk or race) with its expectations.",
    one_of: ACTIONS,
    says: "what is sent",
    completed_by: &[("patch", &["operations", "raw"]), ("unchanged", &["req"]), ("with", &["body"])],
    rivals: &[("operations", "raw"), ("body", "raw"), ("body", "base64"), ("raw", "base64")],
    keys: &[
        key("patch", Shape::Name, "PATCH a resource."),
        beside("operations", &["patch"], Shape::Any, "The operations of the PATCH."),
        key("read", Shape::Name, "GET a resource."),
        key("list", Shape::ResourceType, "GET the list of a resource type."),
        beside("filter", QUERIES, Shape::Filter, "Filter of the query."),
        beside("scope", QUERIES, Shape::Word(&["own"]), "Adds a filter that selects the resources of this case."),
        key("send", Shape::Request, "Any request: method and path below the base URL."),
        beside("body", &["send"], Shape::Any, "Body as JSON."),
        beside(
            "with",
            &["send"],
            Shape::Named(&Shape::Any),
            "Attribute paths with values, put into the sample that `body` is, exactly as they stand.",
        ),
        beside("raw", &["send", "patch"], Shape::Text, "Body as text, sent as it is."),
        beside("base64", &["send"], Shape::Base64, "Body as bytes that need not be text, in standard base64."),
        key("pages", Shape::ResourceType, "Walk through all pages of the list of a resource type."),
        beside("by", &["pages"], Shape::Word(&["index", "cursor"]), "How to page; index when left out."),
        beside("count", &["pages"], Shape::Number, "Page size."),
        beside("each", &["pages"], Shape::Some(&Shape::Block(&CHECK)), "Checks on every page."),
        key("parallel", Shape::Some(&Shape::Block(&REQUEST)), "Requests that are released together."),
        key("unchanged", NAMES, "Resources that are still as they were last seen."),
        beside("req", &["unchanged"], Shape::Requirement, "Requirement of `unchanged`."),
        beside("also", &["unchanged"], REQUIREMENTS, "Further requirements that `unchanged` decides."),
        key("token", Shape::Word(&Grant::WORDS), "Ask the token endpoint for a token; `auth: granted` then sends it."),
        key(
            "observe",
            Shape::Word(&Observed::WORDS),
            "Look at something beside SCIM; what is seen is judged as a message.",
        ),
        beside("query", ONE_REQUEST, Shape::Named(&Shape::Any), "Query parameters."),
        beside("headers", ONE_REQUEST, Shape::Named(&Shape::Any), "Headers; null removes one that is sent by default."),
        beside(
            "encode",
            REQUESTS,
            Shape::Word(&["percent", "form", "raw"]),
            "How the query is written; percent when left out.",
        ),
        beside(
            "auth",
            REQUESTS,
            Shape::Word(&["none", "wrong", "second", "limited", "expired", "granted"]),
            "Send without or with a wrong credential, with one that is configured for another tenant, for reading only, or that has expired, or with the token that the case was given last.",
        ),
        beside(
            "save",
            REQUESTS,
            Shape::Names(&Shape::Part),
            "Names for parts of the answer: `header ETag`, `body`, `ids`, or a SCIM path.",
        ),
        beside(
            "creates",
            &["send"],
            Shape::Names(&Shape::Part),
            "Names for what was created: `id`, `header Location`, or the path of a location.",
        ),
        beside("expect", ANSWERS, Shape::Some(&Shape::Block(&CHECK)), "Checks on the answer."),
    ],
};

/// A request of `parallel`.
pub(super) const REQUEST: Block = Block {
    what: "a parallel request",
    doc: "One of several requests that are released together.",
    one_of: &["patch", "send", "read"],
    says: "what is sent",
    completed_by: &[("patch", &["operations"])],
    keys: &[
        must("as", Shape::Id, "Name of the request, for the checks."),
        key("patch", Shape::Name, "PATCH a resource."),
        beside("operations", &["patch"], Shape::Any, "The operations of the PATCH."),
        key("read", Shape::Name, "GET a resource."),
        key("send", Shape::Request, "Any request: method and path below the base URL."),
        beside("body", &["send"], Shape::Any, "Body as JSON."),
        key("headers", Shape::Named(&Shape::Any), "Headers; null removes one that is sent by default."),
        beside("creates", &["send"], Shape::Names(&Shape::Part), "Names for what was created."),
    ],
    ..Block::NEW
};
