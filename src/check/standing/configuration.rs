//! What the configuration says has the form in which clients read it (RFC 7643 §5, RFC 9865 §4, RFC 9967 §4).

use serde_json::Value;
use url::Url;

use super::looks::{Breach, Looks};
use super::sight::{Item, key_of};
use super::{Sight, Sighting, StandingCheck};
use crate::check::wording::{described, shown};
use crate::scim::schema::member;
use crate::scim::urn;

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "configuration",
    title: "ServiceProviderConfig says each thing in its own form",
    why: "A client that cannot read one value of the configuration has to guess what it may send.",
    requirements: &[
        "7643-5-15",
        "7643-5-03",
        "7643-5-04",
        "7643-5-22",
        "7643-5-23",
        "9865-4-02",
        "9865-4-05",
        "9865-4-06",
        "9865-4-07",
        "9865-4-08",
        "9967-4-01",
        "9967-4-02",
        "9967-4-03",
    ],
    rulings: &["F15"],
    hint: "write the value as RFC 7643 section 5, RFC 9865 section 4 or RFC 9967 section 4 has it",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    let is_config = |item: &&Item<'_>| item.discovery == Some(urn::SERVICE_PROVIDER_CONFIG) && item.value.is_object();
    for item in sight.items.iter().filter(is_config) {
        let config = Part { value: item.value, place: item.pointer.clone() };
        let id = config.get("id");
        looks.judge("7643-5-03", id.is_some(), || config.missing("id", "an id, which is optional here").noted("F15"));
        config.url("documentationUri", "7643-5-04", &mut looks);
        if let Some(sort) = config.object("sort") {
            let is_flag = sort.get("supported").is_some_and(Value::is_boolean);
            looks.judge("7643-5-15", is_flag, || sort.wrong("supported", "true or false"));
        }
        let schemes = config.get("authenticationSchemes").and_then(Value::as_array);
        for (index, value) in schemes.into_iter().flatten().enumerate() {
            let scheme = Part { value, place: format!("{}/{index}", config.at("authenticationSchemes")) };
            scheme.url("specUri", "7643-5-22", &mut looks);
            scheme.url("documentationUri", "7643-5-23", &mut looks);
        }
        pagination(&config, &mut looks);
        events(&config, &mut looks);
    }
    looks.done()
}

fn pagination(config: &Part<'_>, looks: &mut Looks) {
    let pagination = config.object("pagination");
    looks.judge("9865-4-02", pagination.is_some(), || config.wrong("pagination", "an object, which is optional"));
    let Some(pagination) = pagination else { return };
    let method = pagination.get("defaultPaginationMethod").and_then(Value::as_str);
    let known = method.is_some_and(|method| ["cursor", "index"].contains(&method));
    looks.judge("9865-4-05", known, || pagination.wrong("defaultPaginationMethod", "`cursor` or `index`"));
    for (name, requirement) in
        [("defaultPageSize", "9865-4-06"), ("maxPageSize", "9865-4-07"), ("cursorTimeout", "9865-4-08")]
    {
        let positive = pagination.get(name).and_then(Value::as_u64).is_some_and(|number| number > 0);
        looks.judge(requirement, positive, || pagination.wrong(name, "a positive whole number"));
    }
}

fn events(config: &Part<'_>, looks: &mut Looks) {
    let events = config.object("securityEvents");
    looks.judge("9967-4-01", events.is_some(), || config.wrong("securityEvents", "an object, which is optional"));
    let Some(events) = events else { return };
    let asked = events.get("asyncRequest").and_then(Value::as_str);
    let known = asked.is_some_and(|word| ["none", "long", "request"].iter().any(|one| one.eq_ignore_ascii_case(word)));
    looks.judge("9967-4-02", known, || events.wrong("asyncRequest", "`none`, `long` or `request`"));
    let is_uri = |value: &Value| value.as_str().is_some_and(|text| Url::parse(text).is_ok());
    let listed = events.get("eventUris").and_then(Value::as_array).is_some_and(|all| all.iter().all(is_uri));
    looks.judge("9967-4-03", listed, || events.wrong("eventUris", "an array of URIs"));
}

/// An object of the configuration and where it stands.
struct Part<'a> {
    value: &'a Value,
    place: String,
}

impl<'a> Part<'a> {
    fn get(&self, name: &str) -> Option<&'a Value> {
        member(self.value, name).filter(|value| !value.is_null())
    }

    fn at(&self, name: &str) -> String {
        format!("{}/{}", self.place, key_of(self.value, name))
    }

    fn object(&self, name: &str) -> Option<Self> {
        let value = self.get(name).filter(|value| value.is_object())?;
        Some(Self { value, place: self.at(name) })
    }

    fn missing(&self, name: &str, expected: &str) -> Breach {
        Breach::expected(self.at(name), expected, "none")
    }

    fn wrong(&self, name: &str, expected: &str) -> Breach {
        match self.get(name) {
            None => self.missing(name, expected),
            Some(value @ (Value::Object(_) | Value::Array(_))) => {
                Breach::expected(self.at(name), expected, described(value))
            }
            Some(value) => Breach::expected(self.at(name), expected, shown(value)),
        }
    }

    fn url(&self, name: &str, requirement: &'static str, looks: &mut Looks) {
        let text = self.get(name).and_then(Value::as_str);
        let is_http = |url: Url| matches!(url.scheme(), "http" | "https");
        let fine = text.and_then(|text| Url::parse(text).ok()).is_some_and(is_http);
        looks.judge(requirement, fine, || self.wrong(name, "an absolute http or https URL, which is optional"));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::*;
    use super::*;
    use crate::verdict::Seen;

    fn whole() -> Value {
        json!({
            "id": "config",
            "documentationUri": "https://x.example/help",
            "sort": { "supported": true },
            "authenticationSchemes": [{ "specUri": "https://x.example/a", "documentationUri": "http://x.example/b" }],
            "pagination": {
                "defaultPaginationMethod": "index", "defaultPageSize": 100, "maxPageSize": 200, "cursorTimeout": 60,
            },
            "securityEvents": { "asyncRequest": "NONE", "eventUris": ["urn:ietf:params:scim:event:prov:create"] },
        })
    }

    fn at(pointer: &str, value: Value) -> Vec<Sighting> {
        let mut body = whole();
        *body.pointer_mut(pointer).expect("a place") = value;
        see(&CHECK, &get("/ServiceProviderConfig"), &reply(200, &body))
    }

    #[test]
    fn a_whole_configuration_holds() {
        assert_held(&see(&CHECK, &get("/ServiceProviderConfig"), &reply(200, &whole())));
        assert_silent(&see(&CHECK, &get("/Users/1"), &reply(200, &ann())));
    }

    #[test]
    fn values_of_another_form_are_told() {
        assert_broken(&at("/sort/supported", json!("true")), "7643-5-15");
        assert_broken(&at("/documentationUri", json!("/help")), "7643-5-04");
        assert_broken(&at("/authenticationSchemes/0/specUri", json!("rfc6750")), "7643-5-22");
        assert_broken(&at("/authenticationSchemes/0/documentationUri", Value::Null), "7643-5-23");
        assert_broken(&at("/pagination", json!(true)), "9865-4-02");
        assert_broken(&at("/pagination/defaultPaginationMethod", json!("page")), "9865-4-05");
        assert_broken(&at("/pagination/defaultPageSize", json!(0)), "9865-4-06");
        assert_broken(&at("/pagination/maxPageSize", json!("200")), "9865-4-07");
        assert_broken(&at("/pagination/cursorTimeout", json!(-1)), "9865-4-08");
        assert_broken(&at("/securityEvents", Value::Null), "9967-4-01");
        assert_broken(&at("/securityEvents/asyncRequest", json!("later")), "9967-4-02");
        assert_broken(&at("/securityEvents/eventUris", json!("urn:x:y")), "9967-4-03");
        assert_one(&at("/id", Value::Null), "7643-5-03", Seen::Noted);
    }
}
