//! One operation of a bulk request, and the request that it stands for.

use http::Method;
use serde_json::Value;

use super::super::call::Call;
use super::super::problem::Problem;
use crate::scim::schema::member;

/// An operation as it was sent. What it lacks is noticed when it is run, so that only this one fails.
#[derive(Clone, Debug, Default)]
pub(crate) struct Operation {
    pub(crate) method: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) bulk_id: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) data: Option<Value>,
}

impl Operation {
    pub(super) fn read(value: &Value) -> Self {
        let text = |name: &str| member(value, name).and_then(Value::as_str).map(str::to_owned);
        Self {
            method: text("method"),
            path: text("path"),
            bulk_id: text("bulkId"),
            version: text("version"),
            data: member(value, "data").filter(|data| !data.is_null()).cloned(),
        }
    }

    /// The method, in capitals.
    pub(super) fn method(&self) -> String {
        self.method.as_deref().unwrap_or("").to_ascii_uppercase()
    }

    pub(super) fn creates(&self) -> bool {
        self.method() == "POST"
    }

    /// The request that the operation stands for, as a part of the bulk request `whole`.
    ///
    /// # Errors
    /// 400 for an operation that lacks something or stands for no request on a resource.
    pub(super) fn call(&self, whole: &Call) -> Result<Call, Problem> {
        let method = match self.method().as_str() {
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            "PATCH" => Method::PATCH,
            "DELETE" => Method::DELETE,
            other => {
                let detail = format!("method is `{other}`, expected POST, PUT, PATCH or DELETE");
                return Err(Problem::invalid_syntax(detail));
            }
        };
        let path = self.path.as_deref().ok_or_else(|| Problem::invalid_syntax("the operation has no `path`"))?;
        let mut headers = http::HeaderMap::new();
        if let Some(version) = self.version.as_deref().filter(|_| method != Method::POST) {
            let version = version.parse().map_err(|_| Problem::invalid_value("`version` is no entity tag"))?;
            headers.insert(http::header::IF_MATCH, version);
        }
        let call = whole.part(method, path, headers, self.data.as_ref().map_or_else(Vec::new, bytes));
        let is_place = match call.segments()[..] {
            [endpoint] => self.creates() && !endpoint.is_empty(),
            [_, id] => !self.creates() && id != ".search",
            _ => false,
        };
        if !is_place {
            let expected = if self.creates() { "`/Users`" } else { "`/Users/{id}`" };
            let detail = format!("path is `{path}`, expected such as {expected} for {}", call.method);
            return Err(Problem::invalid_value(detail));
        }
        if self.creates() && self.bulk_id.as_deref().is_none_or(str::is_empty) {
            return Err(Problem::invalid_syntax("a POST has no `bulkId`"));
        }
        if self.data.is_none() && call.method != Method::DELETE {
            return Err(Problem::invalid_syntax(format!("a {} has no `data`", call.method)));
        }
        Ok(call)
    }
}

fn bytes(data: &Value) -> Vec<u8> {
    data.to_string().into_bytes()
}
