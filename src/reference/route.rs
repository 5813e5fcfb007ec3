//! Which part of the provider answers a request.

use http::Method;

use super::Provider;
use super::call::{BASE_PATH, Call};
use super::discovery::About;
use super::kind::Kind;
use super::problem::Problem;
use super::reply::Reply;
use super::seams::Answer;

impl Provider {
    /// Answers one request. Whatever goes wrong is told to the client as a SCIM error.
    pub fn handle(&self, request: http::Request<Vec<u8>>) -> http::Response<Vec<u8>> {
        let call = Call::read(request, self.base.as_deref());
        let answered = self.answer(&call);
        let reply = answered.unwrap_or_else(|problem| Reply::problem(&problem, self.rules.media_type));
        let mut answer = Answer { call, reply };
        self.seams.reply.pass(&mut answer);
        answer.reply.into_response()
    }

    fn answer(&self, call: &Call) -> Result<Reply, Problem> {
        if call.body.len() > self.limits.body {
            return Err(self.too_large());
        }
        self.authenticate(call)?;
        let Some(segments) = &call.segments else {
            return Err(Problem::not_found(format!("nothing is here; the base URL is {BASE_PATH}")));
        };
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        match segments[..] {
            [] => {
                only(call, &[Method::GET])?;
                self.list(call, &self.all())
            }
            [".search"] => {
                only(call, &[Method::POST])?;
                self.search(call, &self.all())
            }
            ["Me", ..] => Err(Problem::not_supported("/Me")),
            ["Bulk"] => Err(Problem::not_supported("bulk")),
            ["ServiceProviderConfig"] => self.discovery(call, About::Config, None),
            ["ResourceTypes"] => self.discovery(call, About::ResourceType, None),
            ["ResourceTypes", name] => self.discovery(call, About::ResourceType, Some(name)),
            ["Schemas"] => self.discovery(call, About::Schema, None),
            ["Schemas", name] => self.discovery(call, About::Schema, Some(name)),
            [endpoint] => self.collection(call, self.at(endpoint)?),
            [endpoint, ".search"] => {
                let kind = self.at(endpoint)?;
                only(call, &[Method::POST])?;
                self.search(call, &[kind])
            }
            [endpoint, id] => self.resource(call, self.at(endpoint)?, id),
            _ => Err(Problem::not_found("nothing is below a resource")),
        }
    }

    fn authenticate(&self, call: &Call) -> Result<(), Problem> {
        let Some(token) = &self.token else { return Ok(()) };
        let header = call.header("authorization");
        if (header.is_none() && (self.rules.anonymous)(call)) || (self.rules.authorized)(token, header.as_deref()) {
            return Ok(());
        }
        let (detail, challenge) = match header {
            None => ("the Authorization header is missing, expected a bearer token", "Bearer realm=\"scim\""),
            Some(_) => ("the token is not valid", "Bearer realm=\"scim\", error=\"invalid_token\""),
        };
        Err(Problem::new(401, None, detail).with_header("WWW-Authenticate", challenge))
    }

    pub(crate) fn too_large(&self) -> Problem {
        Problem::new(413, None, format!("the body is too large, at most {} bytes are accepted", self.limits.body))
    }

    fn discovery(&self, call: &Call, about: About, name: Option<&str>) -> Result<Reply, Problem> {
        only(call, &[Method::GET])?;
        self.discover(call, about, name)
    }

    fn collection(&self, call: &Call, kind: &Kind) -> Result<Reply, Problem> {
        only(call, &[Method::GET, Method::POST])?;
        if call.method == Method::GET { self.list(call, &[kind]) } else { self.create(call, kind) }
    }

    fn resource(&self, call: &Call, kind: &Kind, id: &str) -> Result<Reply, Problem> {
        match call.method {
            Method::GET => self.read(call, kind, id),
            Method::PUT => self.replace(call, kind, id),
            Method::PATCH if self.supports.patch => self.patch(call, kind, id),
            Method::PATCH => Err(Problem::not_supported("PATCH")),
            Method::DELETE => self.delete(call, kind, id),
            _ => only(call, &[Method::GET, Method::PUT, Method::PATCH, Method::DELETE]).and(Err(no_method(call))),
        }
    }

    fn all(&self) -> Vec<&Kind> {
        self.kinds.iter().collect()
    }

    fn at(&self, endpoint: &str) -> Result<&Kind, Problem> {
        let found = self.kinds.iter().find(|kind| kind.of.endpoint.trim_start_matches('/') == endpoint);
        found.ok_or_else(|| Problem::not_found(format!("there is no endpoint `/{endpoint}`")))
    }
}

fn no_method(call: &Call) -> Problem {
    Problem::new(405, None, format!("{} is not possible here", call.method))
}

fn only(call: &Call, methods: &[Method]) -> Result<(), Problem> {
    if methods.contains(&call.method) {
        return Ok(());
    }
    let allowed: Vec<&str> = methods.iter().map(Method::as_str).collect();
    Err(no_method(call).with_header("Allow", allowed.join(", ")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{Bench, user};
    use super::super::{Limits, Settings};
    use crate::scim::urn;

    #[test]
    fn every_error_has_a_scim_body() {
        let bench = Bench::new();
        for (method, path, status) in [
            ("GET", "/Nonsense", 404),
            ("GET", "/Users/none", 404),
            ("GET", "/Users/a/b", 404),
            ("PUT", "/Users", 405),
            ("POST", "/Users/x", 405),
            ("DELETE", "/Schemas", 405),
            ("POST", "/ServiceProviderConfig", 405),
            ("POST", "/Bulk", 501),
            ("GET", "/Me", 501),
            ("PATCH", "/ResourceTypes/User", 405),
            ("GET", "/ResourceTypes/Cat", 404),
            ("GET", "/Schemas/urn:none:x", 404),
            ("OPTIONS", "/", 405),
        ] {
            let answered = bench.send(method, path, &[], &Value::Null);
            assert_eq!(answered.refusal().0, status, "{method} {path}");
            assert_eq!(answered.body["schemas"], json!([urn::ERROR]));
            assert_eq!(answered.header("allow").is_some(), status == 405, "{method} {path}");
        }
    }

    #[test]
    fn other_media_types_and_large_bodies_are_refused() {
        let bench = Bench::with(Settings { limits: Limits { body: 200, ..Limits::default() }, ..Settings::default() });
        let body = user("a", json!({})).to_string();
        for (media_type, status) in
            [("text/plain", 415), ("application/json; charset=utf-8", 201), ("APPLICATION/SCIM+JSON", 409)]
        {
            let answered = bench.send_text("POST", "/Users", &[("Content-Type", media_type)], &body);
            assert_eq!(answered.status, status, "{media_type}");
        }
        let large = user("b", json!({ "title": "x".repeat(300) }));
        assert_eq!(bench.post("/Users", &large).refusal().0, 413);
    }

    #[test]
    fn a_token_opens_everything_but_the_configuration() {
        let bench = Bench::with(Settings { token: Some("secret".into()), ..Settings::default() });
        for (header, status) in [
            (None, 401),
            (Some("Bearer wrong"), 401),
            (Some("Basic secret"), 401),
            (Some("Bearer"), 401),
            (Some("bearer secret"), 200),
        ] {
            let headers: Vec<_> = header.map(|value| ("Authorization", value)).into_iter().collect();
            let answered = bench.send("GET", "/Users", &headers, &Value::Null);
            assert_eq!(answered.status, status, "{header:?}");
            assert_eq!(answered.header("www-authenticate").is_some(), status == 401);
            assert_eq!(
                bench.send("GET", "/Nonsense", &headers, &Value::Null).status,
                if status == 200 { 404 } else { 401 }
            );
        }
        assert_eq!(bench.get("/ServiceProviderConfig").status, 200);
        let wrong = bench.send("GET", "/ServiceProviderConfig", &[("Authorization", "Bearer x")], &Value::Null);
        assert_eq!(wrong.refusal().0, 401);
    }

    #[test]
    fn hostile_requests_are_refused_and_nothing_more() {
        let bench = Bench::new();
        let id = bench.user("ann", json!({ "emails": [{ "value": "a" }] }));
        let long = "a.".repeat(5_000);
        let values = [
            json!(null),
            json!([]),
            json!({}),
            json!([[]]),
            json!([null]),
            json!("\u{0}"),
            json!(1e308),
            json!(u64::MAX),
            json!({ "": { "": [] } }),
            json!([{ "value": {} }]),
            json!({ "value": ["a"] }),
            json!(true),
            json!(&long),
        ];
        let names = [
            "userName",
            "name",
            "name.givenName",
            "emails",
            "emails[value eq \"a\"]",
            "emails.value",
            "active",
            "schemas",
            "meta",
            urn::ENTERPRISE_USER,
            urn::USER,
            "",
            "[",
            "\u{fffd}",
            "urn:",
            "emails[not (value pr)].x",
            &long,
        ];
        let path = format!("/Users/{id}");
        let mut answered = Vec::new();
        for value in &values {
            for name in names {
                let mut body = user("bob", json!({ name: value }));
                answered.push(bench.post("/Users", &body));
                answered.push(bench.send("PUT", &path, &[("If-Match", name), ("If-None-Match", "\"")], &body));
                for op in ["add", "replace", "remove"] {
                    let operations =
                        json!([{ "op": op, "path": name, "value": value }, { "op": op, "value": { name: value } }]);
                    answered.push(bench.patch(&path, operations));
                }
                body["schemas"] = json!([urn::SEARCH_REQUEST]);
                for key in ["filter", "sortBy", "attributes", "excludedAttributes", "count", "startIndex"] {
                    body[key] = if key == "filter" { format!("{name} eq {value}").into() } else { value.clone() };
                    answered.push(bench.post("/.search", &body));
                    body[key] = json!(name);
                    answered.push(bench.post("/Users/.search", &body));
                    if let Some(body) = body.as_object_mut() {
                        body.shift_remove(key);
                    }
                }
            }
        }
        for answered in answered {
            assert!(answered.status < 500, "{answered:?}");
        }
    }
}
