//! A small SCIM service provider in memory, as an application may have one: users only, with the attributes that the
//! application knows. It declares neither PATCH nor filters beyond `userName eq "…"`, nor bulk, sorting or ETags.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Map, Value, json};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const PAGE: usize = 100;

/// Attributes that are stored, as JSON type and sub-attributes; `emails` is the only one with several values.
const ATTRIBUTES: [(&str, &str, &[&str]); 7] = [
    ("userName", "string", &[]),
    ("externalId", "string", &[]),
    ("displayName", "string", &[]),
    ("title", "string", &[]),
    ("active", "boolean", &[]),
    ("name", "complex", &["givenName", "familyName"]),
    ("emails", "complex", &["value", "type", "primary"]),
];

struct App {
    base: String,
    token: String,
    users: Mutex<Users>,
}

#[derive(Default)]
struct Users {
    last: u64,
    by_id: BTreeMap<String, Map<String, Value>>,
}

/// What a handler gives: status and body, or the error that takes their place.
type Answer = Result<(StatusCode, Value), Problem>;
struct Problem(StatusCode, &'static str, String);

impl Problem {
    fn invalid(detail: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, "invalidValue", detail.into())
    }

    fn not_found(what: &str) -> Self {
        Self(StatusCode::NOT_FOUND, "", format!("there is no {what}"))
    }
}

/// Starts the application on a free port.
pub(crate) async fn listen(token: &str) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let base = format!("http://{address}/scim/v2");
    let app = Arc::new(App { base, token: token.to_owned(), users: Mutex::default() });
    let scim = Router::new()
        .route("/Users", get(list).post(create))
        .route("/Users/{id}", get(read).put(replace).delete(remove))
        .route("/Users/.search", post(async || answer(Err(unsupported("search by POST")))))
        .route("/Bulk", post(async || answer(Err(unsupported("bulk")))))
        .route("/{endpoint}", get(discovery))
        .route("/{endpoint}/{id}", get(discovered))
        .method_not_allowed_fallback(async || {
            answer(Err(Problem(StatusCode::METHOD_NOT_ALLOWED, "", "this method is not for this path".to_owned())))
        })
        .fallback(async || answer(Err(Problem::not_found("such path"))));
    let scim = scim.layer(middleware::from_fn_with_state(Arc::clone(&app), authenticate)).with_state(app);
    tokio::spawn(axum::serve(listener, Router::new().nest("/scim/v2", scim)).into_future());
    address
}

async fn authenticate(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let sent = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if sent.and_then(|value| value.strip_prefix("Bearer ")) == Some(&app.token) {
        return next.run(request).await;
    }
    let mut refusal = answer(Err(Problem(StatusCode::UNAUTHORIZED, "", "a bearer token is needed".to_owned())));
    refusal.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer realm=\"scim\""));
    refusal
}

async fn list(State(app): State<Arc<App>>, uri: Uri) -> Response {
    answer(app.list(&uri))
}

async fn create(State(app): State<Arc<App>>, uri: Uri, body: Bytes) -> Response {
    let created = app.create(&uri, &body);
    let location =
        created.as_ref().ok().and_then(|(_, user)| Some(format!("{}/Users/{}", app.base, user["id"].as_str()?)));
    let mut response = answer(created);
    if let Some(location) = location.and_then(|location| location.parse().ok()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

async fn read(State(app): State<Arc<App>>, Path(id): Path<String>, uri: Uri) -> Response {
    let users = app.users.lock().unwrap_or_else(PoisonError::into_inner);
    let user = users.by_id.get(&id).ok_or_else(|| Problem::not_found("such user"));
    answer(user.map(|user| (StatusCode::OK, projected(user, &uri))))
}

async fn replace(State(app): State<Arc<App>>, Path(id): Path<String>, uri: Uri, body: Bytes) -> Response {
    answer(app.replace(&id, &uri, &body))
}

async fn remove(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    match app.users.lock().unwrap_or_else(PoisonError::into_inner).by_id.remove(&id) {
        Some(_) => answer(Ok((StatusCode::NO_CONTENT, Value::Null))),
        None => answer(Err(Problem::not_found("such user"))),
    }
}

impl App {
    fn create(&self, uri: &Uri, body: &[u8]) -> Answer {
        let mut user = sent(body)?;
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        users.check_name(&user, "")?;
        users.last += 1;
        let id = format!("user-{}", users.last);
        let now = now();
        user.insert("id".to_owned(), id.clone().into());
        let location = format!("{}/Users/{id}", self.base);
        let meta = json!({ "resourceType": "User", "created": now, "lastModified": now, "location": location });
        user.insert("meta".to_owned(), meta);
        let answer = projected(&user, uri);
        users.by_id.insert(id, user);
        Ok((StatusCode::CREATED, answer))
    }

    fn replace(&self, id: &str, uri: &Uri, body: &[u8]) -> Answer {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let old = users.by_id.get(id).cloned().ok_or_else(|| Problem::not_found("such user"))?;
        let mut user = sent(body)?;
        users.check_name(&user, id)?;
        user.insert("id".to_owned(), id.into());
        let mut meta = old["meta"].clone();
        meta["lastModified"] = now().into();
        user.insert("meta".to_owned(), meta);
        let answer = projected(&user, uri);
        users.by_id.insert(id.to_owned(), user);
        Ok((StatusCode::OK, answer))
    }

    fn list(&self, uri: &Uri) -> Answer {
        let wanted = match parameter(uri, "filter") {
            Some(filter) => Some(user_name_of(&filter).ok_or_else(|| {
                let detail = "the only filter that is understood is: userName eq \"…\"".to_owned();
                Problem(StatusCode::BAD_REQUEST, "invalidFilter", detail)
            })?),
            None => None,
        };
        let number = |name: &str, default: i64| match parameter(uri, name) {
            Some(text) => text.parse::<i64>().map_err(|_| Problem::invalid(format!("{name} is no number"))),
            None => Ok(default),
        };
        let start = usize::try_from(number("startIndex", 1)?.max(1)).unwrap_or(usize::MAX);
        let count = usize::try_from(number("count", 100)?.max(0)).unwrap_or(PAGE).min(PAGE);
        let users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let found: Vec<_> =
            users.by_id.values().filter(|user| wanted.as_ref().is_none_or(|name| is_named(user, name))).collect();
        let page: Vec<Value> = found.iter().skip(start - 1).take(count).map(|user| projected(user, uri)).collect();
        let mut list = list_of(page);
        list["totalResults"] = found.len().into();
        list["startIndex"] = start.into();
        Ok((StatusCode::OK, list))
    }
}

impl Users {
    /// RFC 7643 section 4.1.1: userName is unique, and its case does not count.
    fn check_name(&self, user: &Map<String, Value>, id: &str) -> Result<(), Problem> {
        let name = user["userName"].as_str().unwrap_or_default();
        if self.by_id.iter().any(|(other, user)| other != id && is_named(user, name)) {
            return Err(Problem(StatusCode::CONFLICT, "uniqueness", format!("userName {name} is taken")));
        }
        Ok(())
    }
}

fn is_named(user: &Map<String, Value>, name: &str) -> bool {
    user["userName"].as_str().is_some_and(|own| own.to_lowercase() == name.to_lowercase())
}

/// The name in `userName eq "name"`.
fn user_name_of(filter: &str) -> Option<String> {
    let (attribute, rest) = filter.trim().split_once(' ')?;
    let (operator, value) = rest.trim_start().split_once(' ')?;
    let fits = attribute.eq_ignore_ascii_case("userName") && operator.eq_ignore_ascii_case("eq");
    fits.then(|| serde_json::from_str(value).ok()).flatten()
}

/// The user in a request: known attributes under their own names, values of the right type, the rest ignored.
fn sent(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    let syntax = |detail: String| Problem(StatusCode::BAD_REQUEST, "invalidSyntax", detail);
    let body: Value = serde_json::from_slice(body).map_err(|error| syntax(error.to_string()))?;
    let body = body.as_object().ok_or_else(|| syntax("a user is a JSON object".to_owned()))?;
    if body.get("schemas") != Some(&json!([USER])) {
        return Err(Problem::invalid(format!("schemas has to be [\"{USER}\"]")));
    }
    let mut user = Map::from_iter([("schemas".to_owned(), json!([USER]))]);
    for (name, kind, parts) in ATTRIBUTES {
        let Some(value) = body.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value) else {
            continue;
        };
        let read = match value {
            // Null and an empty list are the same as no value (RFC 7643 section 2.5).
            Value::Null => continue,
            Value::Array(items) if items.is_empty() => continue,
            Value::String(_) if kind == "string" => Some(value.clone()),
            Value::Bool(_) if kind == "boolean" => Some(value.clone()),
            Value::Object(members) if name == "name" => parts_of(members, parts),
            Value::Array(items) if name == "emails" => {
                items.iter().map(|item| parts_of(item.as_object()?, parts)).collect::<Option<_>>()
            }
            _ => None,
        };
        user.insert(name.to_owned(), read.ok_or_else(|| Problem::invalid(format!("{name} has a wrong type")))?);
    }
    let emails = user.get("emails").and_then(Value::as_array).into_iter().flatten();
    if emails.filter(|email| email["primary"] == json!(true)).count() > 1 {
        return Err(Problem::invalid("only one email can be the primary one"));
    }
    match user.get("userName").and_then(Value::as_str) {
        Some(name) if !name.trim().is_empty() => Ok(user),
        _ => Err(Problem::invalid("userName is missing")),
    }
}

/// The known parts of a complex value; `None` when one has a wrong type.
fn parts_of(members: &Map<String, Value>, parts: &[&str]) -> Option<Value> {
    let mut read = Map::new();
    for part in parts {
        let sent = members.iter().find(|(key, value)| key.eq_ignore_ascii_case(part) && !value.is_null());
        let Some((_, value)) = sent else { continue };
        if value.is_boolean() != (*part == "primary") || !(value.is_string() || value.is_boolean()) {
            return None;
        }
        read.insert((*part).to_owned(), value.clone());
    }
    Some(Value::Object(read))
}

/// A user as `attributes` and `excludedAttributes` want it (RFC 7644 section 3.9).
fn projected(user: &Map<String, Value>, uri: &Uri) -> Value {
    let names = |parameter_name: &str| {
        parameter(uri, parameter_name).map(|text| {
            let (text, user) = (text.to_lowercase(), USER.to_lowercase());
            let names = text.split(',').map(|name| name.trim().trim_start_matches(&user).trim_start_matches(':'));
            names.map(str::to_owned).collect::<Vec<_>>()
        })
    };
    let (wanted, unwanted) = (names("attributes"), names("excludedAttributes"));
    let shows = |path: &str| {
        let path = path.to_lowercase();
        let is = |name: &String| *name == path || path.starts_with(&format!("{name}."));
        match (&wanted, &unwanted) {
            (Some(wanted), _) => wanted.iter().any(is),
            (None, Some(unwanted)) => !unwanted.iter().any(is),
            (None, None) => true,
        }
    };
    let mut shown = Map::new();
    for (name, value) in user {
        let parts = |members: &Map<String, Value>| -> Map<String, Value> {
            members
                .iter()
                .filter(|(part, _)| shows(&format!("{name}.{part}")))
                .map(|(part, value)| (part.clone(), value.clone()))
                .collect()
        };
        let value = match value {
            _ if matches!(name.as_str(), "schemas" | "id") => value.clone(),
            Value::Object(members) => Value::Object(parts(members)),
            Value::Array(items) => items.iter().filter_map(Value::as_object).map(parts).collect(),
            _ if shows(name) => value.clone(),
            _ => continue,
        };
        if value != json!({}) && value != json!([{}]) && value != json!([]) {
            shown.insert(name.clone(), value);
        }
    }
    Value::Object(shown)
}

async fn discovery(State(app): State<Arc<App>>, Path(endpoint): Path<String>, uri: Uri) -> Response {
    if parameter(&uri, "filter").is_some()
        && matches!(endpoint.as_str(), "ServiceProviderConfig" | "ResourceTypes" | "Schemas")
    {
        return answer(Err(Problem(StatusCode::FORBIDDEN, "", "discovery cannot be filtered".to_owned())));
    }
    answer(match endpoint.as_str() {
        "ServiceProviderConfig" => Ok((StatusCode::OK, config(&app.base))),
        "ResourceTypes" => Ok((StatusCode::OK, list_of(vec![resource_type(&app.base)]))),
        "Schemas" => Ok((StatusCode::OK, list_of(vec![schema(&app.base)]))),
        "Me" => Err(unsupported("/Me")),
        _ => Err(Problem::not_found("such path")),
    })
}

async fn discovered(State(app): State<Arc<App>>, Path((endpoint, id)): Path<(String, String)>) -> Response {
    answer(match (endpoint.as_str(), id.as_str()) {
        ("ResourceTypes", "User") => Ok((StatusCode::OK, resource_type(&app.base))),
        ("Schemas", USER) => Ok((StatusCode::OK, schema(&app.base))),
        _ => Err(Problem::not_found("such path")),
    })
}

fn config(base: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": false },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": false, "maxResults": PAGE },
        "changePassword": { "supported": false },
        "sort": { "supported": false },
        "etag": { "supported": false },
        "authenticationSchemes": [{
            "type": "oauthbearertoken", "name": "Bearer token", "description": "A token from the settings page.",
        }],
        "meta": { "resourceType": "ServiceProviderConfig", "location": format!("{base}/ServiceProviderConfig") },
    })
}

fn resource_type(base: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
        "id": "User", "name": "User", "endpoint": "/Users", "schema": USER,
        "meta": { "resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/User") },
    })
}

fn schema(base: &str) -> Value {
    let attribute = |name: &str, kind: &str| {
        let mut attribute = json!({
            "name": name, "type": kind, "multiValued": name == "emails", "required": name == "userName",
            "description": format!("The {name} of a user."), "mutability": "readWrite", "returned": "default",
        });
        if kind == "string" {
            attribute["caseExact"] = json!(name == "externalId");
            attribute["uniqueness"] = json!(if name == "userName" { "server" } else { "none" });
        }
        attribute
    };
    let attributes: Vec<Value> = ATTRIBUTES
        .iter()
        // externalId is common to all resources and belongs to no schema (RFC 7643 section 3.1).
        .filter(|(name, ..)| *name != "externalId")
        .map(|(name, kind, parts)| {
            let mut whole = attribute(name, kind);
            if !parts.is_empty() {
                let kind = |part: &str| if part == "primary" { "boolean" } else { "string" };
                whole["subAttributes"] = parts.iter().map(|part| attribute(part, kind(part))).collect();
            }
            whole
        })
        .collect();
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": USER, "name": "User", "description": "A person with an account.", "attributes": attributes,
        "meta": { "resourceType": "Schema", "location": format!("{base}/Schemas/{USER}") },
    })
}

fn list_of(resources: Vec<Value>) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": resources.len(), "startIndex": 1, "itemsPerPage": resources.len(), "Resources": resources,
    })
}

fn unsupported(what: &str) -> Problem {
    Problem(StatusCode::NOT_IMPLEMENTED, "", format!("{what} is not supported"))
}

fn parameter(uri: &Uri, name: &str) -> Option<String> {
    let query = uri.query()?.as_bytes();
    url::form_urlencoded::parse(query).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn answer(answer: Answer) -> Response {
    let (status, body) = answer.unwrap_or_else(|Problem(status, kind, detail)| {
        let schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"];
        let mut body = json!({ "schemas": schemas, "status": status.as_str(), "detail": detail });
        if !kind.is_empty() {
            body["scimType"] = kind.into();
        }
        (status, body)
    });
    let response = Response::builder().status(status);
    let response = if body.is_null() {
        response.body(Body::empty())
    } else {
        response.header(header::CONTENT_TYPE, "application/scim+json").body(Body::from(body.to_string()))
    };
    response.expect("a status and a header that are valid")
}
