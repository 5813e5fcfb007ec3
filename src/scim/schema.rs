//! Schema definitions with all attribute characteristics (RFC 7643 §2.2, §7).

use serde_json::{Map, Value, json};

/// Data type of an attribute (RFC 7643 §2.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Type {
    /// Text; also what a definition without a type means.
    #[default]
    String,
    /// `true` or `false`.
    Boolean,
    /// A JSON number.
    Decimal,
    /// A JSON number without fraction and exponent.
    Integer,
    /// An xsd:dateTime in a string.
    DateTime,
    /// Base64 in a string.
    Binary,
    /// A URI in a string.
    Reference,
    /// An object with sub-attributes.
    Complex,
}

/// Who may write an attribute (RFC 7643 §7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mutability {
    /// Set by the provider only.
    ReadOnly,
    /// Read and written freely; the default.
    #[default]
    ReadWrite,
    /// Written once.
    Immutable,
    /// Written, never read.
    WriteOnly,
}

/// When an attribute is in a response (RFC 7643 §7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Returned {
    /// In every response, whatever is asked for.
    Always,
    /// In no response.
    Never,
    /// Unless a projection leaves it out; the default.
    #[default]
    Default,
    /// Only when asked for.
    Request,
}

/// Where a value occurs once at most (RFC 7643 §7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Uniqueness {
    /// Anywhere any number of times; the default.
    #[default]
    None,
    /// Once among the resources of one type at this provider.
    Server,
    /// Once in the world.
    Global,
}

macro_rules! keyword {
    ($type:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $type {
            /// The keyword as RFC 7643 §7 writes it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value of a keyword, compared without regard to case.
            #[must_use]
            pub fn named(word: &str) -> Option<Self> {
                [$(Self::$variant),+].into_iter().find(|value| value.as_str().eq_ignore_ascii_case(word))
            }
        }
    };
}

keyword!(Type {
    String = "string", Boolean = "boolean", Decimal = "decimal", Integer = "integer",
    DateTime = "dateTime", Binary = "binary", Reference = "reference", Complex = "complex",
});
keyword!(Mutability { ReadOnly = "readOnly", ReadWrite = "readWrite", Immutable = "immutable", WriteOnly = "writeOnly" });
keyword!(Returned { Always = "always", Never = "never", Default = "default", Request = "request" });
keyword!(Uniqueness { None = "none", Server = "server", Global = "global" });

/// The definition of one attribute or sub-attribute.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attribute {
    /// Name as declared.
    pub name: String,
    /// Data type.
    pub kind: Type,
    /// Whether values come in an array.
    pub multi_valued: bool,
    /// Human-readable description.
    pub description: String,
    /// Whether a value is demanded.
    pub required: bool,
    /// Suggested values.
    pub canonical_values: Vec<String>,
    /// Whether strings compare with regard to case.
    pub case_exact: bool,
    /// Who may write it.
    pub mutability: Mutability,
    /// When it is returned.
    pub returned: Returned,
    /// Where a value is unique.
    pub uniqueness: Uniqueness,
    /// What a reference may point to.
    pub reference_types: Vec<String>,
    /// Definitions inside a complex attribute.
    pub sub_attributes: Vec<Attribute>,
}

impl Attribute {
    /// The sub-attribute of this name, compared without regard to case.
    #[must_use]
    pub fn sub(&self, name: &str) -> Option<&Self> {
        find(&self.sub_attributes, name)
    }

    /// Reads a definition as a provider declares it. A missing or unknown characteristic takes its default
    /// (RFC 7643 §2.2); judging that is not done here.
    ///
    /// Gives `None` when `value` is no object or has no name.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let name = member(value, "name")?.as_str()?.to_owned();
        let word = |key: &str| member(value, key).and_then(Value::as_str).unwrap_or("");
        let flag = |key: &str| member(value, key).and_then(Value::as_bool).unwrap_or(false);
        let strings = |key: &str| {
            let listed = member(value, key).and_then(Value::as_array);
            listed.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
        };
        Some(Self {
            name,
            kind: Type::named(word("type")).unwrap_or_default(),
            multi_valued: flag("multiValued"),
            description: word("description").to_owned(),
            required: flag("required"),
            canonical_values: strings("canonicalValues"),
            case_exact: flag("caseExact"),
            mutability: Mutability::named(word("mutability")).unwrap_or_default(),
            returned: Returned::named(word("returned")).unwrap_or_default(),
            uniqueness: Uniqueness::named(word("uniqueness")).unwrap_or_default(),
            reference_types: strings("referenceTypes"),
            sub_attributes: attributes_from(value, "subAttributes"),
        })
    }

    /// The definition as an entry of `attributes` or `subAttributes`, all characteristics spelled out.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut out = Map::new();
        out.insert("name".into(), self.name.clone().into());
        out.insert("type".into(), self.kind.as_str().into());
        out.insert("multiValued".into(), self.multi_valued.into());
        out.insert("description".into(), self.description.clone().into());
        out.insert("required".into(), self.required.into());
        if !self.canonical_values.is_empty() {
            out.insert("canonicalValues".into(), self.canonical_values.clone().into());
        }
        if self.kind != Type::Complex && self.kind != Type::Boolean {
            out.insert("caseExact".into(), self.case_exact.into());
        }
        out.insert("mutability".into(), self.mutability.as_str().into());
        out.insert("returned".into(), self.returned.as_str().into());
        if self.kind != Type::Complex && self.kind != Type::Boolean {
            out.insert("uniqueness".into(), self.uniqueness.as_str().into());
        }
        if !self.reference_types.is_empty() {
            out.insert("referenceTypes".into(), self.reference_types.clone().into());
        }
        if !self.sub_attributes.is_empty() {
            out.insert("subAttributes".into(), self.sub_attributes.iter().map(Self::to_json).collect());
        }
        Value::Object(out)
    }
}

/// A schema: a URI and the attributes that it defines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// The schema URI.
    pub id: String,
    /// Human-readable name.
    pub name: String,
    /// Human-readable description.
    pub description: String,
    /// The attributes.
    pub attributes: Vec<Attribute>,
}

impl Schema {
    /// Reads a `/Schemas` entry; see [`Attribute::from_json`] for what is filled in.
    ///
    /// Gives `None` when `value` is no object or has no string `id`.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let text = |key: &str| member(value, key).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            id: text("id")?,
            name: text("name").unwrap_or_default(),
            description: text("description").unwrap_or_default(),
            attributes: attributes_from(value, "attributes"),
        })
    }

    /// The schema as a `/Schemas` entry, without `meta`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "schemas": [super::urn::SCHEMA],
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "attributes": self.attributes.iter().map(Attribute::to_json).collect::<Vec<_>>(),
        })
    }

    /// The attribute of this name, compared without regard to case.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        find(&self.attributes, name)
    }
}

/// The member of an object whose name equals `key` without regard to case (RFC 7643 §2.1).
#[must_use]
pub fn member<'a>(object: &'a Value, key: &str) -> Option<&'a Value> {
    let object = object.as_object()?;
    object.get(key).or_else(|| object.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value))
}

fn attributes_from(value: &Value, key: &str) -> Vec<Attribute> {
    let listed = member(value, key).and_then(Value::as_array);
    listed.into_iter().flatten().filter_map(Attribute::from_json).collect()
}

fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}
