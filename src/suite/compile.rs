//! From a validated tree to a case: types, names, requirements.

mod checks;

use std::collections::BTreeSet;
use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Map, Value};

use super::model::{Action, Auth, Body, Case, Encode, Fixture, Grant, Observed, PatchBody, Profile, Step, Tier};
use super::node::{Kind, Node};
use super::problem::{Problems, Source};
use super::sample_call::SampleCall;
use super::scope::{Rows, Scope};
use crate::requirement::Catalogue;

/// What the cases of a suite share.
#[derive(Clone, Debug)]
pub(super) struct SuiteHead {
    pub(super) id: String,
    pub(super) profile: Profile,
    pub(super) tier: Tier,
    pub(super) tags: Vec<String>,
    pub(super) needs: Vec<String>,
    pub(super) hint: Option<String>,
    pub(super) given: Vec<Fixture>,
    pub(super) source: Arc<Source>,
}

impl SuiteHead {
    pub(super) fn of(suite: &Node, source: Arc<Source>) -> Self {
        Self {
            id: text_of(suite, "suite"),
            profile: suite.get("profile").and_then(Node::text).and_then(Profile::named).unwrap_or(Profile::Rfc),
            tier: suite.get("tier").and_then(Node::text).and_then(Tier::named).unwrap_or_default(),
            tags: texts(suite.get("tags")),
            needs: texts(suite.get("needs")),
            hint: optional(suite, "hint"),
            given: fixtures(suite.get("given")),
            source,
        }
    }
}

/// Makes a case of its tree, in which all rows are filled in.
pub(super) struct Compiler<'a> {
    pub(super) head: &'a SuiteHead,
    pub(super) catalogue: &'a Catalogue,
    pub(super) problems: &'a mut Problems,
}

impl Compiler<'_> {
    /// The case; mistakes in names and rulings are reported.
    pub(super) fn case(&mut self, node: &Node, row: Option<(&str, &Node)>, rows: Rows) -> Case {
        let own_id = text_of(node, "id");
        let id = match row {
            Some((row_id, _)) => format!("{}/{own_id}[{row_id}]", self.head.id),
            None => format!("{}/{own_id}", self.head.id),
        };
        let row_node = row.map(|(_, node)| node);
        let given = fixtures(node.get("given"));
        let mut scope = Scope::new(&self.head.given, &given, rows);
        scope.check_fixtures(node.get("given"), self.problems);
        for key in ["title", "why", "effect", "hint"] {
            scope.check_prose(node.get(key), self.problems);
        }
        let mut needs = self.head.needs.clone();
        needs.extend(texts(node.get("needs")));
        needs.extend(texts(row_node.and_then(|row| row.get("needs"))));
        let mut shapes = one_or_many(node.get("shape"));
        shapes.extend(one_or_many(row_node.and_then(|row| row.get("shape"))));
        dedup(&mut shapes);
        let mut steps = Vec::new();
        for step in node.get("steps").map(Node::items).unwrap_or_default() {
            steps.push(self.step(step, &mut scope, row_node));
        }
        add_types(&mut needs, self.head.given.iter().chain(&given), &steps);
        let topic = self.head.id.split('/').next().unwrap_or_default().to_owned();
        let mut tags = vec![topic];
        tags.extend(self.head.tags.iter().cloned());
        tags.extend(texts(node.get("tags")));
        dedup(&mut tags);
        let tier = row_node.and_then(|row| row.get("tier")).or_else(|| node.get("tier"));
        Case {
            id,
            title: text_of(node, "title"),
            why: text_of(node, "why"),
            effect: optional(node, "effect"),
            hint: optional(node, "hint").or_else(|| self.head.hint.clone()),
            shapes,
            profile: self.head.profile,
            tier: tier.and_then(Node::text).and_then(Tier::named).unwrap_or(self.head.tier),
            tags,
            needs,
            given,
            rounds: node.get("rounds").and_then(Node::number).unwrap_or(1).max(1),
            steps,
            source: Arc::clone(&self.head.source),
            at: row_node.map_or(node.at, |row| row.at),
        }
    }

    fn step(&mut self, node: &Node, scope: &mut Scope, row: Option<&Node>) -> Step {
        scope.check_placeholders(node, self.problems);
        let action = self.action(node, scope, row);
        let pairs = |key: &str| -> Vec<(String, String)> {
            let entries = node.get(key).map(Node::entries).unwrap_or_default();
            entries.iter().filter_map(|entry| Some((entry.key.clone(), entry.value.text()?.to_owned()))).collect()
        };
        let (save, creates) = (pairs("save"), pairs("creates"));
        for (name, _) in &save {
            scope.add_saved(name);
        }
        for (name, _) in &creates {
            scope.add_created(name);
        }
        let encode = match node.get("encode").and_then(Node::text) {
            Some("form") => Encode::Form,
            Some("raw") => Encode::Raw,
            _ => Encode::Percent,
        };
        let auth = node.get("auth").and_then(Node::text).and_then(Auth::named).unwrap_or_default();
        let query = node.get("query").map(Node::entries).unwrap_or_default();
        let headers = node.get("headers").map(Node::entries).unwrap_or_default();
        Step {
            action,
            query: query.iter().map(|entry| (entry.key.clone(), entry.value.to_json())).collect(),
            headers: headers.iter().map(|entry| (entry.key.clone(), header_value(&entry.value))).collect(),
            encode,
            auth,
            save,
            creates,
            expect: self.checks(node.get("expect"), scope, row),
            at: node.at,
        }
    }

    fn action(&mut self, node: &Node, scope: &mut Scope, row: Option<&Node>) -> Action {
        let own = node.get("scope").is_some();
        let filter = optional(node, "filter");
        if let Some(name) = node.get("patch") {
            scope.writes(name, self.problems);
            let body = match optional(node, "raw") {
                Some(raw) => PatchBody::Raw(raw),
                None => PatchBody::Operations(node.get("operations").map_or(Value::Array(Vec::new()), Node::to_json)),
            };
            return Action::Patch { name: plain(name), body };
        }
        if let Some(name) = node.get("read") {
            scope.uses(name, self.problems);
            return Action::Read { name: plain(name) };
        }
        if let Some(kind) = node.get("list") {
            return Action::List { resource_type: plain(kind), filter, own };
        }
        if let Some(kind) = node.get("pages") {
            return Action::Pages {
                resource_type: plain(kind),
                filter,
                own,
                by_cursor: node.get("by").and_then(Node::text) == Some("cursor"),
                count: node.get("count").and_then(Node::number),
                each: self.checks(node.get("each"), scope, row),
            };
        }
        if let Some(requests) = node.get("parallel") {
            let mut out = Vec::new();
            for request in requests.items() {
                let name = text_of(request, "as");
                scope.add_saved(&name);
                out.push((name, self.step(request, scope, row)));
            }
            return Action::Parallel { requests: out };
        }
        if let Some(names) = node.get("unchanged") {
            for name in names.one_or_many() {
                scope.uses(name, self.problems);
            }
            let names = names.one_or_many().iter().map(plain).collect();
            return Action::Unchanged { names, requirement: text_of(node, "req"), also: self.also(node) };
        }
        let word = |key: &str| node.get(key).and_then(Node::text);
        if let Some(grant) = word("token").and_then(Grant::named) {
            return Action::Token { grant };
        }
        if let Some(what) = word("observe").and_then(Observed::named) {
            return Action::Observe { what };
        }
        let request = text_of(node, "send");
        let (method, path) = request.split_once(' ').unwrap_or((&request, "/"));
        if let Some(send) = node.get("send")
            && matches!(method, "PUT" | "PATCH" | "DELETE")
        {
            scope.writes_to_path(send, self.problems);
        }
        let bytes = node.get("base64").and_then(Node::text).and_then(|text| BASE64_STANDARD.decode(text).ok());
        let body = match (node.get("body"), optional(node, "raw"), bytes) {
            (_, _, Some(bytes)) => Body::Bytes(bytes),
            (_, Some(raw), _) => Body::Raw(raw),
            (Some(body), ..) => self.body(body, node.get("with")),
            _ => Body::None,
        };
        Action::Send { method: method.to_owned(), path: path.to_owned(), body }
    }

    fn body(&mut self, body: &Node, with: Option<&Node>) -> Body {
        let Some(with) = with else { return Body::Json(body.to_json()) };
        let Some(mut call) = sample_of(body) else {
            let help = Some("write `body: \"${sample.User}\"`, or put the values into the body".to_owned());
            self.problems.add(with.at, "`with` puts values into a sample", "the body is none", help);
            return Body::Json(body.to_json());
        };
        call.values.extend(with.entries().iter().map(|entry| (entry.key.clone(), entry.value.to_json())));
        Body::Sample(call)
    }
}

/// The sample that a body is, when it is nothing else.
fn sample_of(body: &Node) -> Option<SampleCall> {
    let hole = body.text()?.strip_prefix("${sample.")?.strip_suffix('}')?;
    SampleCall::parse(hole).ok()
}

/// The resource types that fixtures and steps use are needed, too.
fn add_types<'f>(needs: &mut Vec<String>, fixtures: impl Iterator<Item = &'f Fixture>, steps: &[Step]) {
    needs.extend(fixtures.map(|fixture| fixture.resource_type.clone()));
    for step in steps {
        match &step.action {
            Action::Patch { .. } => needs.push("patch".to_owned()),
            Action::Token { grant } => needs.push(grant.need().to_owned()),
            Action::Observe { what } => needs.extend(what.need().map(str::to_owned)),
            Action::List { resource_type, filter, own } | Action::Pages { resource_type, filter, own, .. } => {
                needs.push(resource_type.clone());
                if *own || filter.is_some() {
                    needs.push("filter".to_owned());
                }
            }
            _ => {}
        }
    }
    dedup(needs);
}

fn dedup(words: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    words.retain(|word| seen.insert(word.clone()));
}

pub(super) fn fixtures(node: Option<&Node>) -> Vec<Fixture> {
    let entries = node.map(Node::entries).unwrap_or_default();
    entries
        .iter()
        .map(|entry| {
            let (resource_type, mut values) = match &entry.value.kind {
                Kind::Text(kind) => (kind.clone(), Map::new()),
                Kind::Map(inner) => {
                    let values = inner.first().map(|first| first.value.to_json());
                    let kind = inner.first().map(|first| first.key.clone()).unwrap_or_default();
                    (kind, values.and_then(|values| values.as_object().cloned()).unwrap_or_default())
                }
                // Reported; its name is known all the same, so that one slip gives one message.
                _ => (String::new(), Map::new()),
            };
            let count = values.remove("of").and_then(|count| count.as_u64());
            Fixture { name: entry.key.clone(), resource_type, values, count, at: entry.at }
        })
        .collect()
}

fn header_value(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Null => None,
        Kind::Text(text) => Some(text.clone()),
        _ => Some(node.to_json().to_string()),
    }
}

fn plain(node: &Node) -> String {
    node.text().unwrap_or_default().to_owned()
}

fn text_of(node: &Node, key: &str) -> String {
    optional(node, key).unwrap_or_default()
}

fn optional(node: &Node, key: &str) -> Option<String> {
    node.get(key).and_then(Node::text).map(str::to_owned)
}

fn one_or_many(node: Option<&Node>) -> Vec<String> {
    node.map(Node::one_or_many).unwrap_or_default().iter().filter_map(Node::text).map(str::to_owned).collect()
}

fn texts(node: Option<&Node>) -> Vec<String> {
    node.map(Node::items).unwrap_or_default().iter().filter_map(Node::text).map(str::to_owned).collect()
}
