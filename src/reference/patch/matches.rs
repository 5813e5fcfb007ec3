//! Whether one value of an attribute meets the filter of a PATCH path.

use std::cmp::Ordering;

use serde_json::Value;

use super::super::problem::Problem;
use super::super::store::{folded, instant_key};
use crate::scim::{AttrPath, Attribute, CompareOp, Filter, Literal, Type};

/// # Errors
/// 400 `invalidFilter` for an order of values that have none.
pub(super) fn matches(attribute: &Attribute, value: &Value, filter: &Filter) -> Result<bool, Problem> {
    Ok(match filter {
        Filter::Or(parts) => any(attribute, value, parts)?,
        Filter::And(parts) => {
            let mut all = true;
            for part in parts {
                all &= matches(attribute, value, part)?;
            }
            all
        }
        Filter::Not(inner) => !matches(attribute, value, inner)?,
        Filter::Present(path) => {
            found(attribute, value, path).is_some_and(|(_, value)| !value.is_null() && value != "")
        }
        Filter::Compare(path, op, literal) => match found(attribute, value, path) {
            Some((leaf, value)) => compare(leaf, value, *op, literal)?,
            None => *op == CompareOp::Eq && *literal == Literal::Null,
        },
        Filter::ValuePath(..) => false,
    })
}

/// The filter with every text that a boolean is compared with read as a boolean, where it is one: Entra ID sends
/// `primary eq "True"`.
pub(super) fn with_booleans(attribute: &Attribute, filter: &Filter, read: fn(&Value) -> Option<bool>) -> Filter {
    let of = |parts: &[Filter]| parts.iter().map(|part| with_booleans(attribute, part, read)).collect();
    match filter {
        Filter::Or(parts) => Filter::Or(of(parts)),
        Filter::And(parts) => Filter::And(of(parts)),
        Filter::Not(inner) => Filter::Not(Box::new(with_booleans(attribute, inner, read))),
        Filter::Compare(path, op, Literal::String(text))
            if attribute.sub(&path.name).is_some_and(|sub| sub.kind == Type::Boolean) =>
        {
            let literal =
                read(&Value::from(text.as_str())).map_or_else(|| Literal::String(text.clone()), Literal::Bool);
            Filter::Compare(path.clone(), *op, literal)
        }
        other => other.clone(),
    }
}

fn any(attribute: &Attribute, value: &Value, parts: &[Filter]) -> Result<bool, Problem> {
    let mut any = false;
    for part in parts {
        any |= matches(attribute, value, part)?;
    }
    Ok(any)
}

fn found<'a>(attribute: &'a Attribute, value: &'a Value, path: &AttrPath) -> Option<(&'a Attribute, &'a Value)> {
    if path.schema.is_some() || path.sub.is_some() {
        return None;
    }
    match attribute.sub(&path.name) {
        Some(sub) => Some((sub, value.get(&sub.name)?)),
        None if !value.is_object() && path.name.eq_ignore_ascii_case("value") => Some((attribute, value)),
        None => None,
    }
}

fn compare(leaf: &Attribute, value: &Value, op: CompareOp, literal: &Literal) -> Result<bool, Problem> {
    let ordering = matches!(op, CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le);
    if ordering && matches!(leaf.kind, Type::Boolean | Type::Binary) {
        let detail = format!("`{}` is a {}, which has no order", leaf.name, leaf.kind.as_str());
        return Err(Problem::invalid_filter(detail));
    }
    let order = match (value, literal) {
        (Value::Bool(left), Literal::Bool(right)) => Some(left.cmp(right)),
        (Value::Number(left), Literal::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => left.as_f64().zip(right.as_f64()).and_then(|(left, right)| left.partial_cmp(&right)),
        },
        (Value::String(left), Literal::String(right)) => {
            let exact = leaf.case_exact || matches!(leaf.kind, Type::Reference | Type::Binary);
            let (left, right) = match leaf.kind {
                Type::DateTime => (instant_key(left).unwrap_or_default(), instant_key(right).unwrap_or_default()),
                _ if exact => (left.clone(), right.clone()),
                _ => (folded(left), folded(right)),
            };
            match op {
                CompareOp::Co => return Ok(left.contains(&right)),
                CompareOp::Sw => return Ok(left.starts_with(&right)),
                CompareOp::Ew => return Ok(left.ends_with(&right)),
                _ => Some(left.cmp(&right)),
            }
        }
        _ => None,
    };
    Ok(match (op, order) {
        (CompareOp::Ne, order) => order != Some(Ordering::Equal),
        (_, None) => false,
        (CompareOp::Eq, Some(order)) => order.is_eq(),
        (CompareOp::Gt, Some(order)) => order.is_gt(),
        (CompareOp::Ge, Some(order)) => order.is_ge(),
        (CompareOp::Lt, Some(order)) => order.is_lt(),
        (CompareOp::Le, Some(order)) => order.is_le(),
        (CompareOp::Co | CompareOp::Sw | CompareOp::Ew, Some(_)) => false,
    })
}

/// The equalities that a filter demands, as the members of a new value: `type eq "work"` gives `type: "work"`.
/// `None` where it demands anything else.
pub(super) fn equalities(attribute: &Attribute, filter: &Filter) -> Option<Vec<(String, Value)>> {
    match filter {
        Filter::And(parts) => {
            let each: Option<Vec<_>> = parts.iter().map(|part| equalities(attribute, part)).collect();
            each.map(|lists| lists.into_iter().flatten().collect())
        }
        Filter::Compare(path, CompareOp::Eq, literal) if path.sub.is_none() && path.schema.is_none() => {
            let value = match literal {
                Literal::Null => return None,
                Literal::Bool(value) => (*value).into(),
                Literal::Number(value) => value.clone().into(),
                Literal::String(value) => value.clone().into(),
            };
            Some(vec![(attribute.sub(&path.name)?.name.clone(), value)])
        }
        _ => None,
    }
}
