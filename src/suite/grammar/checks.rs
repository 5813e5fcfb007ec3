//! The kinds of checks and their keys.

use super::shape::{Block, Shape, key, must};
use super::{FILTERS, NAMES, REQUIREMENTS, STATUSES};

/// A line of `expect`.
pub(in crate::suite) const CHECK: Block = Block {
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

pub(in crate::suite) const STATUS: Block = Block {
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

pub(in crate::suite) const HEADER: Block = Block {
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

pub(in crate::suite) const RESOURCE: Block = Block {
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

pub(in crate::suite) const MESSAGE: Block = Block {
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

pub(in crate::suite) const FINDS: Block = Block {
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

pub(in crate::suite) const IDS: Block = Block {
    what: "an ids check",
    doc: "The ids of the results equal a saved list.",
    keys: check_keys![must("equal", Shape::Any, "The saved list."), key("in-order", Shape::Flag, "In the same order."),],
    ..Block::NEW
};

pub(in crate::suite) const ALL_MATCH: Block = Block {
    what: "an all-match check",
    doc: "Every resource of the list, those of others included, matches the filter by our own evaluation.",
    keys: check_keys![must("filter", Shape::Filter, "The filter.")],
    ..Block::NEW
};

pub(in crate::suite) const SAME: Block = Block {
    what: "a same check",
    doc: "A value came back as it was sent, allowing for canonicalisation.",
    keys: check_keys![
        must("at", Shape::Path, "Where the value is."),
        must("as", Shape::Any, "The value that was sent."),
        key("as-declared", Shape::Any, "The attribute definition that rules the comparison."),
    ],
    ..Block::NEW
};

pub(in crate::suite) const CHANGED_ONLY: Block = Block {
    what: "a changed-only check",
    doc: "Compared with the last known state, nothing but the named attributes changed.",
    keys: check_keys![
        must("from", Shape::Name, "The resource."),
        must("paths", Shape::List(&Shape::Path), "The attributes that may change."),
    ],
    ..Block::NEW
};

pub(in crate::suite) const KEPT: Block = Block {
    what: "a kept check",
    doc: "Each parallel write that was accepted is visible in the resource, a refused one is not.",
    keys: check_keys![must("writes", Shape::List(&Shape::Name), "The parallel requests.")],
    ..Block::NEW
};

pub(in crate::suite) const JSON: Block = Block {
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

pub(in crate::suite) const EMPTY: Block = Block {
    what: "an empty check",
    doc: "The answer has no body.",
    keys: check_keys![must("body", Shape::Flag, "true")],
    ..Block::NEW
};
