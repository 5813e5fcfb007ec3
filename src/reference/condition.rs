//! A filter with its attributes resolved against one resource type (RFC 7644 §3.4.2.2).

use super::kind::Kind;
use super::problem::Problem;
use super::store::{Number, instant_key, path_key};
use crate::scim::{AttrPath, Attribute, CompareOp, Filter, Literal, Returned, Type};

/// Comparisons in one filter at most; the time that SQLite takes to plan a statement grows with their square.
const MAX_LEAVES: usize = 1_000;

/// What a resource, or one value of an attribute, has to meet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// Holds for nothing: the attribute does not exist here.
    Never,
    Leaf(Test),
    /// One and the same value of the attribute meets the inner condition.
    Element(String, Box<Condition>),
}

/// A test of one attribute.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Test {
    /// Key of the attribute.
    pub(crate) path: String,
    /// Key of the sub-attribute, empty where there is none; `None` is any.
    pub(crate) sub: Option<String>,
    pub(crate) probe: Probe,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Probe {
    /// There is a value that is not empty.
    Present,
    /// A text compares so; `exact` with regard to case.
    Text { op: CompareOp, operand: String, exact: bool },
    /// A number or boolean compares so.
    Number { op: CompareOp, operand: Number },
}

impl Condition {
    /// Visits every part, the outer before the inner.
    pub(crate) fn walk(&mut self, visit: &mut impl FnMut(&mut Self)) {
        visit(self);
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter_mut().for_each(|part| part.walk(visit)),
            Self::Not(inner) | Self::Element(_, inner) => inner.walk(visit),
            Self::Never | Self::Leaf(_) => {}
        }
    }
}

/// Resolves a filter. `base` is taken off the front of references before they are compared.
///
/// # Errors
/// 400 `invalidFilter` for a comparison that the attribute's type does not know, and for too many of them.
pub(crate) fn resolve(kind: &Kind, base: &str, filter: &Filter) -> Result<Condition, Problem> {
    if filter.paths().len() > MAX_LEAVES {
        return Err(Problem::invalid_filter(format!("the filter has more than {MAX_LEAVES} comparisons")));
    }
    Scope { kind, base, element: None }.condition(filter)
}

struct Scope<'a> {
    kind: &'a Kind,
    base: &'a str,
    /// Inside square brackets: key and definition of the attribute.
    element: Option<(String, &'a Attribute)>,
}

impl<'a> Scope<'a> {
    fn condition(&self, filter: &Filter) -> Result<Condition, Problem> {
        let each = |parts: &[Filter]| parts.iter().map(|part| self.condition(part)).collect::<Result<Vec<_>, _>>();
        Ok(match filter {
            Filter::Or(parts) => Condition::Any(each(parts)?),
            Filter::And(parts) => Condition::All(each(parts)?),
            Filter::Not(inner) => Condition::Not(Box::new(self.condition(inner)?)),
            Filter::Present(path) => self.present(path),
            Filter::Compare(path, op, literal) => self.compare(path, *op, literal)?,
            Filter::ValuePath(path, inner) => match self.attribute(path) {
                Some((key, attribute, None)) => {
                    let scope = Scope { element: Some((key.clone(), attribute)), ..*self };
                    Condition::Element(key, Box::new(scope.condition(inner)?))
                }
                _ => Condition::Never,
            },
        })
    }

    /// Key, attribute and sub-attribute that a path names.
    fn attribute(&self, path: &AttrPath) -> Option<(String, &'a Attribute, Option<&'a Attribute>)> {
        let (key, attribute, sub) = match &self.element {
            None => {
                let found = self.kind.schema.find(path)?;
                let key = path_key(found.extension.map(|schema| schema.id.as_str()), &found.attribute.name);
                (key, found.attribute, found.sub)
            }
            Some((key, attribute)) if path.sub.is_none() && path.schema.is_none() => {
                match attribute.sub(&path.name) {
                    Some(sub) => (key.clone(), *attribute, Some(sub)),
                    // `value` stands for the value itself where there are no sub-attributes.
                    None if attribute.sub_attributes.is_empty() && path.name.eq_ignore_ascii_case("value") => {
                        (key.clone(), *attribute, None)
                    }
                    None => return None,
                }
            }
            Some(_) => return None,
        };
        let leaf = sub.unwrap_or(attribute);
        (leaf.returned != Returned::Never).then_some((key, attribute, sub))
    }

    fn present(&self, path: &AttrPath) -> Condition {
        if let Some(extension) = self.kind.schema.extensions.iter().find(|schema| path.is_urn(&schema.id)) {
            let probe = Probe::Text { op: CompareOp::Eq, operand: extension.id.clone(), exact: false };
            return Condition::Leaf(Test { path: "schemas".into(), sub: Some(String::new()), probe });
        }
        match self.attribute(path) {
            None => Condition::Never,
            Some((path, attribute, sub)) => {
                let sub = match sub {
                    Some(sub) => Some(sub.name.to_ascii_lowercase()),
                    None if attribute.kind == Type::Complex => None,
                    None => Some(String::new()),
                };
                Condition::Leaf(Test { path, sub, probe: Probe::Present })
            }
        }
    }

    fn compare(&self, path: &AttrPath, op: CompareOp, literal: &Literal) -> Result<Condition, Problem> {
        let Some((key, attribute, sub)) = self.attribute(path) else { return Ok(Condition::Never) };
        // The RFC's own `emails co "x"` means the values (§3.4.2.2, Figure 2).
        let sub = sub.or_else(|| attribute.sub("value").filter(|_| attribute.kind == Type::Complex));
        let leaf = sub.unwrap_or(attribute);
        if leaf.kind == Type::Complex {
            let detail = format!("`{path}` is complex and cannot be compared; name one of its sub-attributes");
            return Err(Problem::invalid_filter(detail));
        }
        let sub = sub.map_or(String::new(), |sub| sub.name.to_ascii_lowercase());
        let test = |probe| Condition::Leaf(Test { path: key.clone(), sub: Some(sub.clone()), probe });
        let refused = |expected: &str| {
            let detail =
                format!("`{path} {} {literal}`: `{path}` is a {}, {expected}", op.as_str(), leaf.kind.as_str());
            Problem::invalid_filter(detail)
        };
        let ordering = matches!(op, CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le);
        if ordering && matches!(leaf.kind, Type::Boolean | Type::Binary) {
            return Err(refused("which has no order"));
        }
        let containment = matches!(op, CompareOp::Co | CompareOp::Sw | CompareOp::Ew);
        let numeric = matches!(leaf.kind, Type::Boolean | Type::Decimal | Type::Integer);
        if containment && (numeric || !matches!(literal, Literal::String(_))) {
            return Err(refused("which has no parts to compare with this value"));
        }
        let probe = match (literal, leaf.kind) {
            (Literal::Bool(operand), Type::Boolean) => {
                Probe::Number { op, operand: Number::Integer(i64::from(*operand)) }
            }
            (Literal::Number(operand), Type::Decimal | Type::Integer) => {
                Probe::Number { op, operand: Number::of(operand) }
            }
            (Literal::String(operand), Type::DateTime) if containment => {
                Probe::Text { op, operand: operand.clone(), exact: true }
            }
            (Literal::String(operand), Type::DateTime) => {
                let operand =
                    instant_key(operand).ok_or_else(|| refused("expected such as \"2026-01-31T12:00:00Z\""))?;
                Probe::Text { op, operand, exact: false }
            }
            (Literal::String(operand), Type::String) => {
                Probe::Text { op, operand: operand.clone(), exact: leaf.case_exact }
            }
            (Literal::String(operand), Type::Reference | Type::Binary) => {
                let operand = operand.strip_prefix(self.base).filter(|_| is_own(&key, &sub)).unwrap_or(operand);
                // Schema URIs are the one kind of reference that compares without regard to case (RFC 7644 §3.10).
                Probe::Text { op, operand: operand.to_owned(), exact: key != "schemas" }
            }
            _ if ordering => return Err(refused("expected a value of that type")),
            // A value of another type, or null, is never identical.
            (Literal::Null, _) if op == CompareOp::Eq => return Ok(Condition::Not(Box::new(test(Probe::Present)))),
            _ if op == CompareOp::Ne => Probe::Present,
            _ => return Ok(Condition::Never),
        };
        Ok(test(probe))
    }
}

/// Whether the provider makes this reference itself, from its base URL.
fn is_own(path: &str, sub: &str) -> bool {
    sub == "$ref" || (path == "meta" && sub == "location")
}
