//! An operation on a multi-valued attribute: on the whole list, or on the values that a filter selects.

use serde_json::Value;

use super::super::coerce::is_unassigned;
use super::super::element::{merge, move_primary, same};
use super::super::problem::Problem;
use super::super::rules::OnNoMatch;
use super::Op;
use super::apply::Patcher;
use super::matches::{equalities, matches, with_booleans};
use super::target::Place;
use crate::scim::{Attribute, Filter, Mutability};

impl Patcher<'_> {
    /// A multi-valued attribute.
    pub(super) fn list(
        &self,
        op: Op,
        place: &Place<'_>,
        value: Option<&Value>,
        list: Vec<Value>,
    ) -> Result<Vec<Value>, Problem> {
        match (&place.filter, place.sub) {
            (None, None) => self.whole_list(op, place.attribute, value, list),
            (filter, sub) => self.selected(op, place, filter.as_ref(), sub, value, list),
        }
    }

    fn whole_list(
        &self,
        op: Op,
        attribute: &Attribute,
        value: Option<&Value>,
        mut list: Vec<Value>,
    ) -> Result<Vec<Value>, Problem> {
        let given = match value.filter(|value| !is_unassigned(value)) {
            None => None,
            Some(value) => self.coercer.attribute(attribute, value)?,
        };
        let given = given.and_then(|given| given.as_array().cloned());
        match (op, given) {
            (Op::Replace, given) => Ok(given.unwrap_or_default()),
            (Op::Remove, None) => Ok(Vec::new()),
            // The legacy form of Entra ID: what is to be removed stands in the value.
            (Op::Remove, Some(given)) => {
                list.retain(|known| !given.iter().any(|named| same(known, named)));
                Ok(list)
            }
            (Op::Add, None) => Ok(list),
            (Op::Add, Some(given)) => {
                let primary = given.iter().find(|value| value["primary"] == true).cloned();
                let mut list = merge(list, given);
                if let Some(primary) = primary
                    && let Some(index) = list.iter().position(|known| known["primary"] == true && same(known, &primary))
                {
                    self.reset_primary(&mut list, index);
                }
                Ok(list)
            }
        }
    }

    fn reset_primary(&self, list: &mut [Value], to: usize) {
        if (self.coercer.rules.moves_primary)() {
            move_primary(list, to);
        }
    }

    /// The values that a filter selects, or all, and perhaps one sub-attribute of them.
    fn selected(
        &self,
        op: Op,
        place: &Place<'_>,
        filter: Option<&Filter>,
        sub: Option<&Attribute>,
        value: Option<&Value>,
        mut list: Vec<Value>,
    ) -> Result<Vec<Value>, Problem> {
        let filter = filter.map(|filter| with_booleans(place.attribute, filter, self.coercer.rules.boolean));
        let filter = filter.as_ref();
        let mut chosen = Vec::new();
        for (index, known) in list.iter().enumerate() {
            if filter.map_or(Ok(true), |filter| matches(place.attribute, known, filter))? {
                chosen.push(index);
            }
        }
        if chosen.is_empty() {
            match (self.coercer.rules.on_no_match)(op) {
                OnNoMatch::Ignore => return Ok(list),
                OnNoMatch::Refuse if filter.is_some() => return Err(no_match(place)),
                OnNoMatch::Refuse | OnNoMatch::Create => {
                    list.push(made_from(place, filter)?);
                    chosen.push(list.len() - 1);
                }
            }
        }
        let chosen = (self.coercer.rules.selected)(chosen);
        let clears = op == Op::Remove || (op == Op::Replace && value.is_none_or(is_unassigned));
        if sub.is_none() && clears {
            let mut index = 0;
            list.retain(|_| {
                index += 1;
                !chosen.contains(&(index - 1))
            });
            return Ok(list);
        }
        let mut primary = None;
        for &index in &chosen {
            let had = list[index]["primary"] == true;
            list[index] = self.changed(op, place.attribute, sub, value, &list[index])?;
            let gains = list[index]["primary"] == true && (!had || sub.is_none_or(|sub| sub.name == "primary"));
            if gains && primary.replace(index).is_some() {
                (self.coercer.rules.primaries)(&place.attribute.name, &mut list)?;
            }
        }
        if let Some(index) = primary {
            self.reset_primary(&mut list, index);
        }
        list.retain(|value| !is_unassigned(value));
        Ok(list)
    }

    /// One selected value after the operation.
    fn changed(
        &self,
        op: Op,
        attribute: &Attribute,
        sub: Option<&Attribute>,
        value: Option<&Value>,
        known: &Value,
    ) -> Result<Value, Problem> {
        let given = value.unwrap_or(&Value::Null);
        let Some(members) = known.as_object() else {
            return Ok(self.coercer.value(attribute, given)?.unwrap_or(Value::Null));
        };
        let mut members = members.clone();
        match sub {
            Some(sub) => self.set(&mut members, sub, op, value)?,
            None => {
                if let (Op::Replace, Value::Object(_)) = (op, given) {
                    // A selected record is replaced as a whole; what is immutable in it has to stay as it is.
                    members.retain(|name, _| {
                        attribute.sub(name).is_some_and(|sub| sub.mutability == Mutability::Immutable)
                    });
                }
                let given = match given {
                    Value::Array(one) if one.len() == 1 => &one[0],
                    given => given,
                };
                self.merge_members(attribute, &mut members, given)?;
            }
        }
        Ok(Value::Object(members))
    }
}

fn no_match(place: &Place<'_>) -> Problem {
    let filter = place.filter.as_ref().map_or(String::new(), ToString::to_string);
    Problem::no_target(format!("no value of `{}` matches `{filter}`", place.attribute.name))
}

/// A new value with what the filter demands of it.
fn made_from(place: &Place<'_>, filter: Option<&Filter>) -> Result<Value, Problem> {
    let members = match filter {
        None => Vec::new(),
        Some(filter) => equalities(place.attribute, filter).ok_or_else(|| no_match(place))?,
    };
    Ok(Value::Object(members.into_iter().collect()))
}
