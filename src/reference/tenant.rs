//! Credentials, and what each of them opens: a store of its own.

use std::path::{Path, PathBuf};

use super::call::Call;
use super::problem::Problem;
use super::rules::bearer;
use super::store::Store;
use super::{Provider, Settings};

/// A bearer token with a tenant of its own: neither resources nor names nor memberships are shared with another.
#[derive(Clone, Debug)]
pub struct Access {
    /// The token.
    pub token: String,
    /// `userName` of the user whose token it is: `/Me` leads there (RFC 7644 §3.11).
    pub user_name: Option<String>,
}

/// The resources behind one credential.
pub(crate) struct Tenant {
    /// `None` lets everybody in.
    pub(crate) token: Option<String>,
    pub(crate) user_name: Option<String>,
    pub(crate) store: Store,
}

/// The tenants that the settings name, the usual one first. Each keeps its data in a file of its own.
///
/// # Errors
/// 500 when a database cannot be opened.
pub(crate) fn tenants(settings: &Settings) -> Result<Vec<Tenant>, Problem> {
    let usual = (settings.token.clone(), settings.user_name.clone());
    let further = settings.further.iter().map(|access| (Some(access.token.clone()), access.user_name.clone()));
    let opened = std::iter::once(usual).chain(further).enumerate().map(|(index, (token, user_name))| {
        let data = settings.data.as_deref().map(|data| file_of(data, index));
        Ok(Tenant { token, user_name, store: Store::open(data.as_deref())? })
    });
    opened.collect()
}

/// The file of a tenant: the one given, then `FILE.tenant-2` and so on.
fn file_of(data: &Path, index: usize) -> PathBuf {
    if index == 0 {
        return data.to_owned();
    }
    let mut name = data.as_os_str().to_owned();
    name.push(format!(".tenant-{}", index + 1));
    name.into()
}

impl Provider {
    /// The tenant that the credential of a call opens.
    ///
    /// # Errors
    /// 401 with a challenge (RFC 6750 §3).
    pub(crate) fn authenticate(&self, call: &Call) -> Result<usize, Problem> {
        let header = call.header("authorization");
        let lets_in = |tenant: &Tenant| {
            tenant.token.as_ref().is_none_or(|token| (self.rules.authorized)(token, header.as_deref()))
        };
        if let Some(tenant) = self.tenants.iter().position(lets_in) {
            return Ok(tenant);
        }
        if header.is_none() && (self.rules.anonymous)(call) {
            return Ok(0);
        }
        let is = |token: &Option<String>| token.as_ref().is_some_and(|token| bearer(token, header.as_deref()));
        if is(&self.limited_token) {
            return (self.rules.limited)(call).map(|()| 0);
        }
        if is(&self.expired_token) && (self.rules.takes_expired)() {
            return Ok(0);
        }
        let (detail, challenge) = match header {
            None => ("the Authorization header is missing, expected a bearer token", "Bearer realm=\"scim\""),
            Some(_) if is(&self.expired_token) => (
                "the token has expired, expected a new one",
                "Bearer realm=\"scim\", error=\"invalid_token\", error_description=\"the token has expired\"",
            ),
            Some(_) => ("the token is not valid", "Bearer realm=\"scim\", error=\"invalid_token\""),
        };
        Err(Problem::new(401, None, detail).with_header("WWW-Authenticate", challenge))
    }

    /// The store in which a call works.
    pub(crate) fn store(&self, call: &Call) -> &Store {
        self.store_of((self.rules.tenant)(self, call))
    }

    /// The store of a tenant; the usual one where there is no such tenant.
    pub(crate) fn store_of(&self, tenant: usize) -> &Store {
        &self.tenants.get(tenant).unwrap_or(&self.tenants[0]).store
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{Answered, Bench, user};
    use super::*;

    fn two() -> Settings {
        let second = Access { token: "two".into(), user_name: None };
        Settings { token: Some("one".into()), further: vec![second], ..Settings::default() }
    }

    fn send(bench: &Bench, token: &str, method: &str, path: &str, body: &Value) -> Answered {
        bench.send(method, path, &[("Authorization", &format!("Bearer {token}"))], body)
    }

    #[test]
    fn tenants_share_nothing_but_discovery() {
        let bench = Bench::with(two());
        let made = send(&bench, "one", "POST", "/Users", &user("ann", json!({ "externalId": "7" })));
        let path = format!("/Users/{}", made.id());
        assert_eq!(send(&bench, "two", "GET", &path, &Value::Null).refusal(), (404, ""));
        assert_eq!(send(&bench, "two", "DELETE", &path, &Value::Null).refusal(), (404, ""));
        assert_eq!(send(&bench, "two", "PUT", &path, &user("ann", json!({}))).refusal(), (404, ""));
        assert_eq!(send(&bench, "two", "GET", "/Users", &Value::Null).body["totalResults"], 0);
        let theirs = send(&bench, "two", "POST", "/Users", &user("ANN", json!({ "externalId": "7" })));
        assert_eq!(theirs.status, 201);
        let group =
            json!({ "schemas": [crate::scim::urn::GROUP], "displayName": "g", "members": [{ "value": made.id() }] });
        assert_eq!(send(&bench, "two", "POST", "/Groups", &group).refusal(), (400, "invalidValue"));
        assert_eq!(send(&bench, "one", "GET", "/Users?filter=externalId eq \"7\"", &Value::Null).names(), ["ann"]);
        let listed = ["one", "two"].map(|token| send(&bench, token, "GET", "/Schemas", &Value::Null).body);
        assert_eq!(listed[0], listed[1]);
        assert_eq!(send(&bench, "three", "GET", "/Users", &Value::Null).status, 401);
    }

    #[test]
    fn each_tenant_has_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let settings = || Settings { data: Some(folder.path().join("scim.db")), ..two() };
        for token in ["one", "two"] {
            send(&Bench::with(settings()), token, "POST", "/Users", &user(token, json!({})));
        }
        let again = Bench::with(settings());
        assert_eq!(send(&again, "two", "GET", "/Users", &Value::Null).names(), ["two"]);
        assert_eq!(send(&again, "one", "GET", "/Users", &Value::Null).names(), ["one"]);
    }
}
