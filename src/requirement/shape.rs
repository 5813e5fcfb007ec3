//! The shapes of requests that a client sends: facts that suites have to reproduce.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Confidence;

/// One of the two ways in which Microsoft Entra ID writes PATCH requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// The usual one of apps outside the gallery, and always that of on-demand provisioning.
    Legacy,
    /// With `aadOptscim062020` in the tenant URL.
    Compliant,
}

impl Dialect {
    /// Both, the usual one first.
    pub const ALL: [Self; 2] = [Self::Legacy, Self::Compliant];

    /// The word as it stands in files and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Compliant => "compliant",
        }
    }
}

/// A request of a client, with `{{name}}` for each value of the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestShape {
    /// Name, such as `disable-user-compliant`.
    pub id: String,
    /// Which of the programs of the client sends it: `provisioning-service`, `scim-validator`, `gallery-validation`.
    pub client: String,
    /// The dialect, where the request differs between them.
    pub dialect: Option<Dialect>,
    /// Titles of the texts that it is from.
    pub sources: Vec<String>,
    /// How well it is known.
    pub confidence: Confidence,
    /// HTTP method.
    pub method: String,
    /// Path below the base URL, or `{{token_endpoint}}`.
    pub path: String,
    /// Parameters of the query, in their order.
    pub query: Vec<(String, String)>,
    /// Content type of the body.
    pub content_type: Option<String>,
    /// What is asked for by `Accept`, where that is known.
    pub accept: Option<String>,
    /// JSON body, members in their order.
    pub body: Option<Value>,
    /// Body as a form.
    pub form: Option<String>,
}
