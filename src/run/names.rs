//! The names of a running case and what their placeholders stand for.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::check::{Own, lookup};
use crate::scim::{Attribute, PatchPath, ResourceType};
use crate::suite::{Case, Repeat, SampleCall};
use crate::target::{Target, attributes_on_request, has_attributes_on_request, immutable_values};

/// A resource at the target that has a name in the case.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Resource {
    pub(super) resource_type: String,
    pub(super) id: String,
    /// Path below the base URL.
    pub(super) path: String,
    pub(super) location: Option<String>,
    /// Last known state.
    pub(super) state: Option<Value>,
}

/// What the placeholders of a case stand for.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) target: Arc<Target>,
    /// What `${run}` stands for: unique to the case, or to the suite where its data is shared.
    pub(super) run: String,
    /// Unique to the case; what it creates carries it.
    pub(super) marker: String,
    pub(super) round: u64,
    pub(super) page_start: u64,
    pub(super) resources: BTreeMap<String, Vec<Resource>>,
    /// The names of the suite's own resources; a case may not use the rest of what is here.
    pub(super) saved: BTreeMap<String, Value>,
    /// The case as text in lower case, where the target shows attributes on request only; else empty.
    text: String,
}

impl Names {
    pub(super) fn new(target: Arc<Target>, marker: String) -> Self {
        Self {
            target,
            run: marker.clone(),
            marker,
            round: 1,
            page_start: 1,
            resources: BTreeMap::new(),
            saved: BTreeMap::new(),
            text: String::new(),
        }
    }

    /// The names of this case.
    pub(super) fn of_case(mut self, case: &Case) -> Self {
        let mut kinds = self.target.resource_types.iter();
        let hides = |kind: &ResourceType| {
            self.target.resource_schema(&kind.name).is_some_and(|schema| has_attributes_on_request(&schema))
        };
        if kinds.any(hides) {
            self.text = format!("{:?}", case.steps).to_lowercase();
        }
        self
    }

    /// The query parameter that shows what the case speaks of, where a resource of this type does not show it unasked.
    pub(super) fn on_request(&self, resource_type: &str) -> Option<(String, String)> {
        if self.text.is_empty() {
            return None;
        }
        let is_named = |attribute: &Attribute| self.text.contains(&attribute.name.to_lowercase());
        let schema = self.target.resource_schema(resource_type)?;
        Some(("attributes".to_owned(), attributes_on_request(&schema, is_named)?))
    }

    /// The resources that the case made, for `finds`.
    pub(super) fn own(&self) -> Vec<Own> {
        let of = |(name, list): (&String, &Vec<Resource>)| Own {
            name: name.clone(),
            ids: list.iter().map(|one| one.id.clone()).collect(),
        };
        self.resources.iter().map(of).collect()
    }

    /// The single resource of a name.
    pub(super) fn resource(&self, name: &str) -> Result<&Resource, String> {
        match self.resources.get(name).map(Vec::as_slice) {
            Some([one, ..]) => Ok(one),
            _ => Err(format!("`{name}` was not created")),
        }
    }

    pub(super) fn set_state(&mut self, name: &str, state: Value) {
        if let Some(resource) = self.resources.get_mut(name).and_then(|list| list.first_mut()) {
            resource.state = Some(state);
        }
    }

    /// Fills in every placeholder of a value.
    pub(super) fn fill(&self, value: &Value) -> Result<Value, String> {
        crate::suite::fill(value, &|head| self.value(head))
    }

    /// Fills in every placeholder of a text; the result has to be text, number or boolean.
    pub(super) fn fill_text(&self, text: &str) -> Result<String, String> {
        match crate::suite::fill_text(text, &|head| self.value(head))? {
            Value::String(text) => Ok(text),
            value @ (Value::Number(_) | Value::Bool(_)) => Ok(value.to_string()),
            _ => Err(format!("`{text}` is no text")),
        }
    }

    /// The value that a placeholder stands for.
    fn value(&self, head: &str) -> Result<Value, String> {
        match head {
            "run" => return Ok(self.run.clone().into()),
            "round" => return Ok(self.round.into()),
            "page.start" => return Ok(self.page_start.into()),
            "missing" => return Ok(format!("{}-missing", self.run).into()),
            "base" => return Ok(self.target.base.clone().into()),
            _ => {}
        }
        if let Some(rest) = head.strip_prefix("sample.") {
            return self.sample(rest);
        }
        if let Some(rest) = head.strip_prefix("repeat ") {
            return Ok(Repeat::parse(rest)?.text().into());
        }
        if let Some(saved) = self.saved.get(head) {
            return Ok(saved.clone());
        }
        let (name, path) = match head.split_once('.') {
            Some((name, path)) => (name, Some(path)),
            None => (head, None),
        };
        let Some(list) = self.resources.get(name) else {
            return Err(format!("there is nothing to put in the place of `${{{head}}}`"));
        };
        let Some(path) = path else {
            let mut references = list.iter().map(|one| json!({ "value": one.id }));
            return Ok(if list.len() == 1 {
                references.next().unwrap_or_default()
            } else {
                Value::Array(references.collect())
            });
        };
        let resource = self.resource(name)?;
        match path {
            "id" => Ok(resource.id.clone().into()),
            "path" => Ok(resource.path.clone().into()),
            "location" => {
                Ok(resource.location.clone().unwrap_or_else(|| format!("{}{}", self.target.base, resource.path)).into())
            }
            path => attribute(resource.state.as_ref(), path).ok_or_else(|| format!("`{name}` has no `{path}`")),
        }
    }

    /// `User`, or `Group with members = [...]`.
    fn sample(&self, text: &str) -> Result<Value, String> {
        self.sample_of(&SampleCall::parse(text)?)
    }

    /// The resource that a sample asks for.
    pub(super) fn sample_of(&self, call: &SampleCall) -> Result<Value, String> {
        let mut values = match &call.replacing {
            Some(name) => self.immutable_of(name)?,
            None => Map::new(),
        };
        for (path, value) in &call.values {
            values.insert(self.fill_text(path)?, self.fill(value)?);
        }
        self.sample_resource(&call.resource_type, "sample", &values)
    }

    /// The immutable values of a resource, by path.
    fn immutable_of(&self, name: &str) -> Result<Map<String, Value>, String> {
        let resource = self.resource(name)?;
        let schema = self.target.resource_schema(&resource.resource_type);
        Ok(match (schema, &resource.state) {
            (Some(schema), Some(state)) => immutable_values(&schema, state),
            _ => Map::new(),
        })
    }

    /// A valid resource with a marker of its own.
    pub(super) fn sample_resource(&self, kind: &str, name: &str, values: &Map<String, Value>) -> Result<Value, String> {
        let marker = format!("{}-{name}", self.marker);
        let body = self
            .target
            .sample_resource(kind, &marker, values)
            .ok_or_else(|| format!("the target has no resource type {kind}"))?;
        // The configured template may hold `${run}`.
        let run = || Ok(Value::from(marker.clone()));
        crate::suite::fill(&body, &|head| if head == "run" { run() } else { self.value(head) })
    }
}

fn attribute(state: Option<&Value>, path: &str) -> Option<Value> {
    let path = PatchPath::parse(path).ok()?;
    lookup::value_path(state?, &path, None).first().map(|&value| value.clone())
}
