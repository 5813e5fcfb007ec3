//! The words of the suite language, as one table.
//!
//! The loader validates files by it, and the JSON Schema for editors is made from it, so the two cannot differ.

/// What may stand at a place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// Any YAML value; it becomes JSON.
    Any,
    /// Text.
    Text,
    /// Text for people, not empty.
    Prose,
    /// `true` or `false`.
    Flag,
    /// A whole number, zero or more.
    Number,
    /// A whole number, one or more.
    Count,
    /// One word of a list.
    Word(&'static [&'static str]),
    /// A name in kebab-case.
    Id,
    /// Like an id, in several segments with slashes.
    SuiteId,
    /// An HTTP status.
    Status,
    /// A SCIM filter.
    Filter,
    /// A SCIM attribute path.
    Path,
    /// A JSON Pointer.
    Pointer,
    /// A regular expression.
    Regex,
    /// Bytes in standard base64.
    Base64,
    /// The id of a requirement.
    Requirement,
    /// The id of a ruling.
    Ruling,
    /// The name of a fixture or of something that was saved or created.
    Name,
    /// The name of a resource type.
    ResourceType,
    /// The name of a resource type, or `each`.
    ResourceTypeOrEach,
    /// A part of an answer: `ids`, `id`, `header NAME`, or a SCIM path.
    Part,
    /// A word that `needs` knows.
    Need,
    /// `METHOD PATH`.
    Request,
    /// A list.
    List(&'static Shape),
    /// A list that is not empty.
    Some(&'static Shape),
    /// A value or a list of values.
    OneOrMany(&'static Shape),
    /// A mapping from free names to values.
    Named(&'static Shape),
    /// A mapping from names that placeholders can use to values.
    Names(&'static Shape),
    /// A placeholder for a mapping of the row, whose keys are taken in.
    FromRow,
    /// A mapping with the keys of a block.
    Block(&'static Block),
    /// The value of `given`: names and what they are.
    Fixtures,
    /// The value of `for-each`: rows, or a block.
    Rows,
}

/// A mapping with known keys.
#[derive(Debug)]
pub(super) struct Block {
    /// What it is: `a step`.
    pub(super) what: &'static str,
    /// What it is for.
    pub(super) doc: &'static str,
    /// Its keys.
    pub(super) keys: &'static [Key],
    /// Exactly one of these keys has to be there; empty for no such rule.
    pub(super) one_of: &'static [&'static str],
    /// What that one key says: `what is sent`.
    pub(super) says: &'static str,
    /// The first key needs one of the others beside it.
    pub(super) completed_by: &'static [(&'static str, &'static [&'static str])],
    /// These two keys may not stand together.
    pub(super) rivals: &'static [(&'static str, &'static str)],
}

impl Block {
    /// What the other blocks are made from: nothing known.
    const NEW: Self = Self { what: "", doc: "", keys: &[], one_of: &[], says: "", completed_by: &[], rivals: &[] };
}

/// A key of a block.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) required: bool,
    /// It may stand only beside one of these keys; empty for everywhere.
    pub(super) with: &'static [&'static str],
    pub(super) doc: &'static str,
}

const fn key(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: false, with: &[], doc }
}

const fn must(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: true, with: &[], doc }
}

const fn beside(name: &'static str, with: &'static [&'static str], shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: false, with, doc }
}

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
        key("shape", Shape::Text, "Name of the recorded client request that the case sends."),
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

const ACTIONS: &[&str] = &["patch", "read", "list", "send", "pages", "parallel", "unchanged"];
const ONE_REQUEST: &[&str] = &["patch", "read", "list", "send"];
const QUERIES: &[&str] = &["list", "pages"];
const REQUESTS: &[&str] = &["patch", "read", "list", "send", "pages"];
const ANSWERS: &[&str] = &["patch", "read", "list", "send", "pages", "parallel"];

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
            Shape::Word(&["none", "wrong", "second", "limited", "expired"]),
            "Send without or with a wrong credential, or with one that is configured for another tenant, for reading only, or that has expired.",
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

/// A line of `expect`.
pub(super) const CHECK: Block = Block {
    what: "a check",
    doc: "One expectation on an answer, tied to one requirement.",
    one_of: &[
        "status",
        "header",
        "resource",
        "message",
        "finds",
        "ids",
        "all-match",
        "same",
        "changed-only",
        "kept",
        "json",
        "empty",
    ],
    says: "what is looked at",
    keys: &[
        key("status", Shape::Block(&STATUS), "The HTTP status."),
        key("header", Shape::Block(&HEADER), "A header."),
        key("resource", Shape::Block(&RESOURCE), "The resource in the body, by SCIM filter."),
        key("message", Shape::Block(&MESSAGE), "The message in the body, by SCIM filter."),
        key("finds", Shape::Block(&FINDS), "Which of the case's own resources a list holds."),
        key("ids", Shape::Block(&IDS), "The ids of a list."),
        key("all-match", Shape::Block(&ALL_MATCH), "Every resource of a list matches a filter."),
        key("same", Shape::Block(&SAME), "A value came back as it was sent."),
        key("changed-only", Shape::Block(&CHANGED_ONLY), "Nothing else inside the resource changed."),
        key("kept", Shape::Block(&KEPT), "Each accepted write is visible, each refused one is not."),
        key("json", Shape::Block(&JSON), "A place in the body, by JSON Pointer."),
        key("empty", Shape::Block(&EMPTY), "The body is empty."),
    ],
    ..Block::NEW
};

/// The keys that every check takes, in front of its own.
macro_rules! check_keys {
    ($($own:expr),* $(,)?) => {
        &[
            must("req", Shape::Requirement, "Requirement that demands it."),
            key("also", REQUIREMENTS, "Further requirements that it decides, none more binding than `req`."),
            key("ruling", Shape::Ruling, "Ruling by which the consequence is lower, or an ambiguous text is read."),
            key("broken", Shape::Word(&["warn", "note", "skip"]), "What it means when the check is broken; needs a ruling."),
            $($own),*
        ]
    };
}

pub(super) const STATUS: Block = Block {
    what: "a status check",
    doc: "The HTTP status is one of those listed.",
    keys: check_keys![
        key("is", STATUSES, "Right answers."),
        key("warn", STATUSES, "Answers that are a warning."),
        key("note", STATUSES, "Answers that the RFC leaves open; they end the case."),
        key("skip", STATUSES, "Answers that say that the feature is not there; they end the case."),
        key("from", Shape::FromRow, "Takes further keys from a row."),
        key("of", NAMES, "Which of the parallel requests; all when left out."),
    ],
    ..Block::NEW
};

const BREAKS: Shape = Shape::OneOrMany(&Shape::Word(&["absent", "other"]));

pub(super) const HEADER: Block = Block {
    what: "a header check",
    doc: "A header is there, is not there, or has a value.",
    one_of: &["present", "absent", "is", "matches", "same-as"],
    says: "what is expected",
    keys: check_keys![
        must("name", Shape::Text, "Name of the header."),
        key("present", Shape::Flag, "It is there."),
        key("absent", Shape::Flag, "It is not there."),
        key("is", Shape::Text, "It has this value."),
        key("matches", Shape::Regex, "Its value matches."),
        key("same-as", Shape::Path, "It equals this value of the body."),
        key("warn", BREAKS, "Ways of breaking that are a warning."),
        key("note", BREAKS, "Ways of breaking that are a note."),
        key("skip", BREAKS, "Ways of breaking that end the case as skipped."),
    ],
    ..Block::NEW
};

pub(super) const RESOURCE: Block = Block {
    what: "a resource check",
    doc: "The resource in the body matches, or does not match, SCIM filters.",
    keys: check_keys![
        key("has", FILTERS, "Filters that match."),
        key("lacks", FILTERS, "Filters that do not match."),
        key("warn", FILTERS, "When broken: a match of these is a warning."),
        key("note", FILTERS, "When broken: a match of these is a note."),
        key("skip", FILTERS, "When broken: a match of these ends the case as skipped."),
    ],
    ..Block::NEW
};

pub(super) const MESSAGE: Block = Block {
    what: "a message check",
    doc: "The message in the body (list, error, bulk) matches SCIM filters.",
    keys: check_keys![
        key("has", FILTERS, "Filters that match."),
        key("lacks", FILTERS, "Filters that do not match."),
        key("most", Shape::Named(&Shape::Any), "Upper bounds: number, or length of a list."),
        key("least", Shape::Named(&Shape::Any), "Lower bounds: number, or length of a list."),
        key("warn", FILTERS, "When broken: a match of these is a warning."),
        key("note", FILTERS, "When broken: a match of these is a note."),
        key("skip", FILTERS, "When broken: a match of these ends the case as skipped."),
    ],
    ..Block::NEW
};

pub(super) const FINDS: Block = Block {
    what: "a finds check",
    doc: "Which of the case's own resources are among the results; resources of others are left alone.",
    keys: check_keys![
        key("exactly", Shape::List(&Shape::Name), "These of the own resources, and no other own one."),
        key("at-least", Shape::List(&Shape::Name), "These are among the results."),
        key("none-of", Shape::List(&Shape::Name), "These are not among the results."),
        key("among", Shape::List(&Shape::Name), "Only these own resources are looked at."),
        key("once", Shape::Flag, "Each is found once only."),
    ],
    ..Block::NEW
};

pub(super) const IDS: Block = Block {
    what: "an ids check",
    doc: "The ids of the results equal a saved list.",
    keys: check_keys![must("equal", Shape::Any, "The saved list."), key("in-order", Shape::Flag, "In the same order."),],
    ..Block::NEW
};

pub(super) const ALL_MATCH: Block = Block {
    what: "an all-match check",
    doc: "Every resource of the list, those of others included, matches the filter by our own evaluation.",
    keys: check_keys![must("filter", Shape::Filter, "The filter.")],
    ..Block::NEW
};

pub(super) const SAME: Block = Block {
    what: "a same check",
    doc: "A value came back as it was sent, allowing for canonicalisation.",
    keys: check_keys![
        must("at", Shape::Path, "Where the value is."),
        must("as", Shape::Any, "The value that was sent."),
        key("as-declared", Shape::Any, "The attribute definition that rules the comparison."),
    ],
    ..Block::NEW
};

pub(super) const CHANGED_ONLY: Block = Block {
    what: "a changed-only check",
    doc: "Compared with the last known state, nothing but the named attributes changed.",
    keys: check_keys![
        must("from", Shape::Name, "The resource."),
        must("paths", Shape::List(&Shape::Path), "The attributes that may change."),
    ],
    ..Block::NEW
};

pub(super) const KEPT: Block = Block {
    what: "a kept check",
    doc: "Each parallel write that was accepted is visible in the resource, a refused one is not.",
    keys: check_keys![must("writes", Shape::List(&Shape::Name), "The parallel requests.")],
    ..Block::NEW
};

pub(super) const JSON: Block = Block {
    what: "a json check",
    doc: "A place in the body, where SCIM paths do not reach.",
    one_of: &["is", "type", "absent"],
    says: "what is expected",
    keys: check_keys![
        must("at", Shape::Pointer, "JSON Pointer."),
        key("is", Shape::Any, "It has this value."),
        key(
            "type",
            Shape::OneOrMany(&Shape::Word(&["string", "number", "integer", "boolean", "array", "object", "null"])),
            "It has this type."
        ),
        key("absent", Shape::Flag, "It is not there."),
        key("warn", BREAKS, "Ways of breaking that are a warning."),
        key("note", BREAKS, "Ways of breaking that are a note."),
        key("skip", BREAKS, "Ways of breaking that end the case as skipped."),
    ],
    ..Block::NEW
};

pub(super) const EMPTY: Block = Block {
    what: "an empty check",
    doc: "The answer has no body.",
    keys: check_keys![must("body", Shape::Flag, "true")],
    ..Block::NEW
};
