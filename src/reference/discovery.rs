//! `/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas` (RFC 7644 §4, RFC 7643 §5 to §7).

use serde_json::{Value, json};

use super::Provider;
use super::call::Call;
use super::kind::Kind;
use super::problem::Problem;
use super::reply::Reply;
use crate::scim::{Schema, message, urn};

/// What a document is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    Config,
    ResourceType,
    Schema,
}

/// A discovery document about to be shown.
pub(crate) struct Document {
    pub(crate) about: About,
    pub(crate) body: Value,
}

impl Provider {
    /// Answers a GET on a discovery endpoint. Paging, sorting and projection do not apply (RFC 7644 §4).
    pub(crate) fn discover(&self, call: &Call, about: About, name: Option<&str>) -> Result<Reply, Problem> {
        if call.param("filter").is_some() {
            return Err(Problem::new(403, None, "discovery endpoints cannot be filtered"));
        }
        let documents: Vec<Value> = match about {
            About::Config => vec![self.config(&call.base)],
            About::ResourceType => self.kinds.iter().map(|kind| resource_type(kind, &call.base)).collect(),
            About::Schema => self.schemas().into_iter().map(|known| schema(known, &call.base)).collect(),
        };
        let shown = |body: Value| {
            let mut document = Document { about, body };
            self.seams.discovery.pass(&mut document);
            document.body
        };
        let body = match (about, name) {
            (About::Config, _) => documents.into_iter().next().map(shown),
            (_, None) => {
                let documents: Vec<Value> = documents.into_iter().map(shown).collect();
                Some(message::list_response(documents.len(), 1, documents))
            }
            (_, Some(name)) => {
                let named = |document: &Value| {
                    document["id"].as_str().is_some_and(|id| match about {
                        About::Schema => urn::same(id, name),
                        About::Config | About::ResourceType => id == name,
                    })
                };
                documents.into_iter().find(named).map(shown)
            }
        };
        let body = body.ok_or_else(|| Problem::not_found(format!("`{}` is not defined here", name.unwrap_or(""))))?;
        Ok(Reply::json(200, self.rules.media_type, body))
    }

    /// Every schema in use, once.
    fn schemas(&self) -> Vec<&Schema> {
        let mut known: Vec<&Schema> = Vec::new();
        for schema in self.kinds.iter().flat_map(Kind::schemas).chain((self.rules.further_schemas)()) {
            if !known.iter().any(|other| urn::same(&other.id, &schema.id)) {
                known.push(schema);
            }
        }
        known
    }

    fn config(&self, base: &str) -> Value {
        let supports = &self.supports;
        json!({
            "schemas": [urn::SERVICE_PROVIDER_CONFIG],
            "patch": { "supported": supports.patch },
            "bulk": {
                "supported": supports.bulk,
                "maxOperations": self.limits.bulk_operations,
                "maxPayloadSize": self.limits.body,
            },
            "filter": { "supported": supports.filter, "maxResults": self.limits.page_max },
            "changePassword": { "supported": true },
            "sort": { "supported": supports.sort },
            "etag": { "supported": supports.etag },
            "pagination": {
                "cursor": supports.cursor,
                "index": supports.index,
                "defaultPaginationMethod": if supports.index && !supports.cursor_by_default { "index" } else { "cursor" },
                "defaultPageSize": self.limits.page_default,
                "maxPageSize": self.limits.page_max,
                "cursorTimeout": self.limits.cursor_timeout.as_secs(),
            },
            "authenticationSchemes": [{
                "type": "oauthbearertoken",
                "name": "OAuth Bearer Token",
                "description": "A bearer token in the Authorization header",
                "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
                "primary": true,
            }],
            "meta": {
                "resourceType": "ServiceProviderConfig",
                "location": format!("{base}/ServiceProviderConfig"),
            },
        })
    }
}

fn resource_type(kind: &Kind, base: &str) -> Value {
    let of = &kind.of;
    let mut body = json!({
        "schemas": [urn::RESOURCE_TYPE],
        "id": of.id,
        "name": of.name,
        "endpoint": of.endpoint,
        "description": kind.schema.core.description,
        "schema": of.schema,
    });
    if !of.extensions.is_empty() {
        let listed = of.extensions.iter().map(|known| json!({ "schema": known.schema, "required": known.required }));
        body["schemaExtensions"] = listed.collect();
    }
    body["meta"] = json!({ "resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/{}", of.id) });
    body
}

fn schema(schema: &Schema, base: &str) -> Value {
    let mut body = schema.to_json();
    body["meta"] = json!({ "resourceType": "Schema", "location": format!("{base}/Schemas/{}", schema.id) });
    body
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::Bench;
    use crate::scim::{ResourceType, Schema, ServiceProviderConfig, core, urn};

    #[test]
    fn the_configuration_says_what_is_there() {
        let shown = Bench::new().get("/ServiceProviderConfig");
        assert_eq!(shown.body["schemas"], json!([urn::SERVICE_PROVIDER_CONFIG]));
        let config = ServiceProviderConfig::from_json(&shown.body);
        assert!(config.patch && config.filter && config.sort && config.etag && config.change_password && config.bulk);
        assert_eq!((config.cursor_pagination, config.index_pagination), (Some(true), Some(true)));
        assert_eq!(config.filter_max_results, Some(200));
    }

    #[test]
    fn types_and_schemas_are_listed_and_found_by_name() {
        let bench = Bench::new();
        let types = bench.get("/ResourceTypes?startIndex=2&count=1&sortBy=id");
        assert_eq!(types.body["totalResults"], 2);
        let read: Vec<_> =
            types.body["Resources"].as_array().unwrap().iter().filter_map(ResourceType::from_json).collect();
        assert_eq!(read, core::resource_types());
        for id in [urn::USER, urn::GROUP, urn::ENTERPRISE_USER] {
            let shown = bench.get(&format!("/Schemas/{}", id.to_lowercase()));
            assert_eq!(shown.body["schemas"], json!([urn::SCHEMA]));
            assert_eq!(shown.body["meta"]["location"], format!("http://scim.test/scim/v2/Schemas/{id}"));
            assert_eq!(Schema::from_json(&shown.body).unwrap().id, id);
        }
        assert_eq!(bench.get("/Schemas").body["totalResults"], 3);
        assert_eq!(bench.get("/ResourceTypes?filter=name eq \"User\"").refusal().0, 403);
    }
}
