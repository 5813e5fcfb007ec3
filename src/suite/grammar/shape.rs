//! What the table of the suite language is made of: shapes of values, and blocks of keys.

/// What may stand at a place.
#[derive(Clone, Copy, Debug)]
pub(in crate::suite) enum Shape {
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
    /// The name of a recorded client request.
    Recorded,
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
pub(in crate::suite) struct Block {
    /// What it is: `a step`.
    pub(in crate::suite) what: &'static str,
    /// What it is for.
    pub(in crate::suite) doc: &'static str,
    /// Its keys.
    pub(in crate::suite) keys: &'static [Key],
    /// Exactly one of these keys has to be there; empty for no such rule.
    pub(in crate::suite) one_of: &'static [&'static str],
    /// What that one key says: `what is sent`.
    pub(in crate::suite) says: &'static str,
    /// The first key needs one of the others beside it.
    pub(in crate::suite) completed_by: &'static [(&'static str, &'static [&'static str])],
    /// These two keys may not stand together.
    pub(in crate::suite) rivals: &'static [(&'static str, &'static str)],
}

impl Block {
    /// What the other blocks are made from: nothing known.
    pub(super) const NEW: Self =
        Self { what: "", doc: "", keys: &[], one_of: &[], says: "", completed_by: &[], rivals: &[] };
}

/// A key of a block.
#[derive(Debug)]
pub(in crate::suite) struct Key {
    pub(in crate::suite) name: &'static str,
    pub(in crate::suite) shape: Shape,
    pub(in crate::suite) required: bool,
    /// It may stand only beside one of these keys; empty for everywhere.
    pub(in crate::suite) with: &'static [&'static str],
    pub(in crate::suite) doc: &'static str,
}

pub(super) const fn key(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: false, with: &[], doc }
}

pub(super) const fn must(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: true, with: &[], doc }
}

pub(super) const fn beside(name: &'static str, with: &'static [&'static str], shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, required: false, with, doc }
}
