//! The lines of `expect`.

use serde_json::{Map, Value};

use super::{Compiler, optional, text_of};
use crate::suite::model::{Check, CheckKind, Lowered};
use crate::suite::node::{Kind, Node};
use crate::suite::scope::Scope;
use crate::verdict::Level;

impl Compiler<'_> {
    pub(super) fn checks(&mut self, list: Option<&Node>, scope: &Scope, row: Option<&Node>) -> Vec<Check> {
        let lines = list.map(Node::items).unwrap_or_default();
        lines.iter().filter_map(|line| self.check(line, scope, row)).collect()
    }

    fn check(&mut self, line: &Node, scope: &Scope, row: Option<&Node>) -> Option<Check> {
        let entry = line.entries().first()?;
        let kind = CheckKind::ALL.into_iter().find(|kind| kind.as_str() == entry.key)?;
        let node = &entry.value;
        if !matches!(node.kind, Kind::Map(_)) {
            return None;
        }
        let mut arguments: Map<String, Value> = Map::new();
        for entry in node.entries() {
            if !matches!(entry.key.as_str(), "req" | "also" | "ruling" | "broken" | "from")
                || (entry.key == "from" && kind == CheckKind::ChangedOnly)
            {
                arguments.insert(entry.key.clone(), entry.value.to_json());
            }
        }
        if arguments.keys().all(|key| matches!(key.as_str(), "warn" | "note" | "skip" | "of" | "among")) {
            let help = Some("say what would be right, for example `is: 200` or `has: 'active eq true'`".to_owned());
            let label = match row.and_then(|row| optional(row, "id")) {
                Some(id) => format!("it cannot break in row `{id}`"),
                None => "it cannot break".to_owned(),
            };
            self.problems.add(node.at, format!("the {} check expects nothing", kind.as_str()), label, help);
        }
        let broken = node
            .get("broken")
            .and_then(Node::text)
            .and_then(|word| Lowered::ALL.into_iter().find(|lowered| lowered.as_str() == word));
        let check = Check {
            kind,
            requirement: text_of(node, "req"),
            also: self.also(node),
            ruling: optional(node, "ruling").or_else(|| row.and_then(|row| optional(row, "ruling"))),
            broken,
            at: node.at,
            arguments,
        };
        self.refuse_lowering_without_ruling(&check, node);
        let from = (kind == CheckKind::ChangedOnly).then_some("from");
        for key in ["exactly", "at-least", "none-of", "among", "writes", "of"].into_iter().chain(from) {
            for name in node.get(key).map(Node::one_or_many).unwrap_or_default() {
                scope.knows(name, self.problems);
            }
        }
        Some(check)
    }

    /// The requirements that a check decides beside its own. A broken check says what its own requirement says, so a
    /// more binding one among them would be judged too mildly.
    pub(super) fn also(&mut self, node: &Node) -> Vec<String> {
        let level = |id: &str| self.catalogue.requirement(id).map(|requirement| requirement.level);
        let own = text_of(node, "req");
        let list = node.get("also").map(Node::one_or_many).unwrap_or_default();
        for one in list {
            let Some(id) = one.text() else { continue };
            let (Some(of_own), Some(of_other)) = (level(&own), level(id)) else { continue };
            if of_other < of_own {
                let help = Some(format!("make it `req: {id}` and name {own} under `also`"));
                let message = format!("{id} is a {of_other}, more than the {of_own} of {own}");
                self.problems.add(one.at, message, "more binding than `req`", help);
            } else if id == own {
                self.problems.add(one.at, format!("{id} is the requirement itself"), "leave it out", None);
            }
        }
        list.iter().filter_map(Node::text).map(str::to_owned).collect()
    }

    fn refuse_lowering_without_ruling(&mut self, check: &Check, node: &Node) {
        let lowered =
            check.broken.is_some() || Lowered::ALL.iter().any(|word| check.arguments.contains_key(word.as_str()));
        let level = self.catalogue.requirement(&check.requirement).map(|requirement| requirement.level);
        if lowered && check.ruling.is_none() && level != Some(Level::May) {
            let help = Some("name the ruling that says so: `ruling: C8` (see suites/rulings.yaml)".to_owned());
            self.problems.add(
                node.at,
                "a consequence is lowered without a ruling",
                "warn, note, skip and broken need one",
                help,
            );
        }
    }
}
