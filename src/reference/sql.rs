//! A condition as SQL over the `value` table. Every operand is bound, never written into the text.

use rusqlite::types::Value as SqlValue;

use super::condition::{Condition, Probe, Test};
use super::store::{Number, folded};
use crate::scim::CompareOp;

/// A piece of SQL with the values of its parameters, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sql {
    pub(crate) text: String,
    pub(crate) values: Vec<SqlValue>,
}

impl Sql {
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    pub(crate) fn bind(&mut self, value: impl Into<SqlValue>) -> &mut Self {
        self.text.push('?');
        self.values.push(value.into());
        self
    }

    pub(crate) fn append(&mut self, other: &Self) -> &mut Self {
        self.values.extend(other.values.iter().cloned());
        self.push(&other.text)
    }

    /// Counts the resources `r` that meet this condition, and one more that is appended.
    pub(crate) fn counted(&self, further: &str) -> Self {
        let mut sql = Self::default();
        sql.push("SELECT count(*) FROM resource r WHERE (").append(self).push(")").push(further);
        sql
    }

    /// Appends the condition, for the resource in `r`.
    pub(crate) fn condition(&mut self, condition: &Condition) -> &mut Self {
        self.part(condition, Subject::Resource);
        self
    }

    fn part(&mut self, condition: &Condition, subject: Subject) {
        match condition {
            Condition::All(parts) => self.balanced(parts, " AND ", "1", subject),
            Condition::Any(parts) => self.balanced(parts, " OR ", "0", subject),
            Condition::Not(inner) => {
                self.push("NOT (").part(inner, subject);
                self.push(")");
            }
            Condition::Never => {
                self.push("0");
            }
            Condition::Leaf(test) => self.leaf(test, subject),
            Condition::Element(path, inner) => {
                self.push("r.rowid IN (SELECT v.res FROM value v WHERE v.path = ").bind(path.clone()).push(" AND (");
                self.part(inner, Subject::Element);
                self.push("))");
            }
        }
    }

    /// Joins as a balanced tree: SQLite limits how deep an expression may be.
    fn balanced(&mut self, parts: &[Condition], word: &str, none: &str, subject: Subject) {
        match parts {
            [] => {
                self.push(none);
            }
            [one] => self.part(one, subject),
            many => {
                let (left, right) = many.split_at(many.len() / 2);
                self.push("(").balanced(left, word, none, subject);
                self.push(word).balanced(right, word, none, subject);
                self.push(")");
            }
        }
    }

    /// A set test and not a comparison: it is true or false also where there is no value, so `NOT` is right.
    fn leaf(&mut self, test: &Test, subject: Subject) {
        self.push(match subject {
            Subject::Resource => "r.rowid IN (SELECT res FROM value WHERE path = ",
            Subject::Element => "(v.res, v.ord) IN (SELECT res, ord FROM value WHERE path = ",
        });
        self.bind(test.path.clone());
        if let Some(sub) = &test.sub {
            self.push(" AND sub = ").bind(sub.clone());
        }
        match &test.probe {
            Probe::Present => {
                self.push(" AND text <> x''");
            }
            Probe::Number { op, operand } => {
                let operand = match *operand {
                    Number::Integer(number) => SqlValue::Integer(number),
                    Number::Real(number) => SqlValue::Real(number),
                };
                self.push(" AND num ").push(operator(*op)).push(" ").bind(operand);
            }
            Probe::Text { op, operand, exact: true } => self.text(*op, "text", operand.clone()),
            Probe::Text { op, operand, exact: false } => self.text(*op, "fold", folded(operand)),
        }
        self.push(")");
    }

    /// Compares bytes: UTF-8 sorts by code point, and no collation, wildcard or NUL gets in the way.
    fn text(&mut self, op: CompareOp, column: &str, operand: String) {
        let operand = operand.into_bytes();
        let length = i64::try_from(operand.len()).unwrap_or(i64::MAX);
        self.push(" AND ");
        match op {
            CompareOp::Co => self.push("instr(").push(column).push(", ").bind(operand).push(") > 0"),
            CompareOp::Sw => self.push("substr(").push(column).push(", 1, ").bind(length).push(") = ").bind(operand),
            CompareOp::Ew => {
                self.push("length(").push(column).push(") >= ").bind(length);
                self.push(" AND substr(").push(column).push(", length(").push(column).push(") + 1 - ").bind(length);
                self.push(") = ").bind(operand)
            }
            CompareOp::Eq | CompareOp::Ne | CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le => {
                self.push(column).push(" ").push(operator(op)).push(" ").bind(operand)
            }
        };
    }
}

#[derive(Clone, Copy)]
enum Subject {
    /// Resources `r`.
    Resource,
    /// Values `v` of one attribute.
    Element,
}

fn operator(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Ne => "<>",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Eq | CompareOp::Co | CompareOp::Sw | CompareOp::Ew => "=",
    }
}
