//! Files of recorded requests.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::Spanned;

use super::{error, parse, title_of};
use crate::requirement::{CatalogueError, Confidence, Dialect, RequestShape};

/// Requests that a client sends.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::requirement) struct ShapesFile {
    /// Client and edition, `name@edition`.
    #[serde(rename = "client")]
    _client: String,
    /// Titles of the texts that the shapes name as their source.
    sources: BTreeMap<String, String>,
    /// The requests.
    shapes: Vec<Row>,
}

/// One request.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Row {
    /// Name.
    #[schemars(with = "String")]
    id: Spanned<String>,
    /// Which of the programs of the client sends it.
    client: String,
    /// The dialect, where the request differs between them.
    dialect: Option<Dialect>,
    /// Keys of `sources`.
    #[schemars(with = "Vec<String>")]
    source: Vec<Spanned<String>>,
    /// How well it is known.
    confidence: Confidence,
    /// `METHOD PATH`, with `{{name}}` for each value of the moment.
    #[schemars(with = "String")]
    request: Spanned<String>,
    /// Parameters of the query, in their order.
    #[serde(default)]
    query: serde_json::Map<String, Value>,
    /// Content type of the body.
    #[serde(rename = "content-type")]
    content_type: Option<String>,
    /// What is asked for by `Accept`.
    accept: Option<String>,
    /// JSON body.
    body: Option<Value>,
    /// Body as a form.
    form: Option<String>,
}

/// Reads a file of shapes.
pub(in crate::requirement) fn shapes(file: &str, text: &str) -> Result<Vec<RequestShape>, Vec<CatalogueError>> {
    let ShapesFile { sources, shapes, .. } = parse(file, text).map_err(|error| vec![error])?;
    let (mut found, mut errors) = (Vec::<RequestShape>::new(), Vec::new());
    for row in shapes {
        if found.iter().any(|shape| shape.id == row.id.value) {
            errors.push(error(file, row.id.referenced, format!("shape {} is already taken", row.id.value)));
        }
        let Some((method, path)) = row.request.value.split_once(' ') else {
            errors.push(error(file, row.request.referenced, "expected METHOD PATH".to_owned()));
            continue;
        };
        let sources = row.source.iter().filter_map(|key| title_of(key, &sources, file, &mut errors)).collect();
        let query = row.query.into_iter().map(|(name, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (name, value)
        });
        found.push(RequestShape {
            id: row.id.value.clone(),
            client: row.client,
            dialect: row.dialect,
            sources,
            confidence: row.confidence,
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.collect(),
            content_type: row.content_type,
            accept: row.accept,
            body: row.body,
            form: row.form,
        });
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}
