//! A target that tells everybody what it was told: the reference provider behind a server that repeats every
//! credential and password, in each spelling, in headers, bodies, error details and URLs.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Value, json};

use crate::process::Serving;
use crate::server::{Call, answer, forwarded, serve};

/// What this target has of its own and nobody may see.
pub(crate) const COOKIE: &str = "canaryCookie8Wd3kRt6";
pub(crate) const STORED: &str = "canaryStored5Mq1hBx7";

/// Starts it. `secrets` are repeated beside what each request holds. Gives its base URL.
pub(crate) fn echoing(serving: &Serving, secrets: &'static [&'static str]) -> String {
    let (address, token) = (serving.address(), format!("Bearer {}", serving.token()));
    let server = serve(move |call| {
        let call = call.to_origin();
        let told = told(&call, secrets);
        let others = [("authorization", Some(token.as_str())), ("cookie", None), ("proxy-authorization", None)];
        let is_user = call.target().contains("/Users");
        let spoils = is_user && (call.method() == "PATCH" || call.target().contains("filter="));
        if spoils { refusal(&told) } else { repeating(&forwarded(&call.with(&others), address), &told, is_user) }
    });
    format!("http://{server}/scim/v2")
}

/// Everything that a request told, in each spelling.
fn told(call: &Call, secrets: &[&str]) -> Vec<String> {
    let names = ["authorization", "cookie", "proxy-authorization", "x-key"];
    let mut told: Vec<String> = names.iter().filter_map(|name| call.header(name)).map(str::to_owned).collect();
    // Without the scheme, and what Basic hides.
    for value in told.clone() {
        if let Some((_, rest)) = value.split_once(' ') {
            told.push(rest.to_owned());
            told.extend(STANDARD.decode(rest).ok().and_then(|bytes| String::from_utf8(bytes).ok()));
        }
    }
    told.extend(secrets.iter().map(|secret| (*secret).to_owned()));
    if let Ok(body) = serde_json::from_slice::<Value>(&call.body) {
        told.extend(body["password"].as_str().map(str::to_owned));
        told.push(body.to_string());
    }
    told.iter().flat_map(|text| spelled(text)).collect()
}

fn spelled(text: &str) -> Vec<String> {
    let percent: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let json = Value::from(text).to_string();
    let html = text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let mut all = vec![text.to_owned(), percent, json.replace('/', "\\/"), json, html];
    for engine in [STANDARD, URL_SAFE] {
        all.extend(["", "x", "xy"].map(|before| engine.encode(format!("{before}{text}..."))));
    }
    all
}

fn refusal(told: &[String]) -> Vec<u8> {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": "400",
        "scimType": "invalidValue",
        "detail": format!("refused: {}", told.join(" | ")),
    });
    let place =
        format!("https://ann:{}@elsewhere.example/?token={}", told[0].replace(' ', "%20"), told[0].replace(' ', "+"));
    let headers = [("Content-Type", "application/scim+json"), ("Location", place.as_str())];
    answer("400 Bad Request", &headers, &body.to_string())
}

/// The answer with what was told in headers, and in the resource that it holds.
fn repeating(original: &[u8], told: &[String], is_user: bool) -> Vec<u8> {
    let text = String::from_utf8_lossy(original);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return original.to_vec() };
    let mut lines = head.lines();
    let status = lines.next().unwrap_or_default().split_once(' ').map_or("500 x", |(_, rest)| rest).to_owned();
    let mut body = body.to_owned();
    if let (true, Ok(mut resource)) = (is_user, serde_json::from_str::<Value>(&body))
        && let Some(members) = resource.as_object_mut().filter(|members| members.contains_key("id"))
    {
        members.insert("password".to_owned(), STORED.into());
        members.insert("nickName".to_owned(), format!("{} {COOKIE}", told.join(" ")).into());
        body = resource.to_string();
    }
    let kept = lines.filter_map(|line| line.split_once(": ")).filter(|(name, _)| {
        !["content-length", "connection", "transfer-encoding"].contains(&name.to_ascii_lowercase().as_str())
    });
    let mut headers: Vec<(&str, &str)> = kept.collect();
    headers.extend(told.iter().map(|text| ("X-Told", text.as_str())));
    let cookie = format!("session={COOKIE}; Path=/; HttpOnly");
    headers.extend([("Set-Cookie", cookie.as_str()), ("X-Session", COOKIE)]);
    answer(&status, &headers, &body)
}
