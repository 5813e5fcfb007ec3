//! Legal ways to store, complete and limit values.

use serde_json::Value;

use super::super::document::check_required;
use super::super::problem::Problem;
use super::super::write::{Cause, Change};
use super::super::{Object, Provider};
use super::Variant;

pub(super) static VARIANTS: [Variant; 10] = [
    variant!(
        "values/formatted-name",
        "makes the formatted name of its parts, each time one of them changes",
        |provider| {
            provider.seams.render.add(|rendered| {
                let name = rendered.shown.get_mut("name").and_then(Value::as_object_mut);
                if let Some(name) = name.filter(|name| !name.contains_key("formatted")) {
                    let parts = ["honorificPrefix", "givenName", "middleName", "familyName", "honorificSuffix"];
                    let said: Vec<&str> = parts.iter().filter_map(|part| name.get(*part)?.as_str()).collect();
                    let formatted = said.join(" ");
                    name.insert("formatted".into(), formatted.into());
                }
            });
        }
    ),
    variant!(
        "values/defaults",
        "enables new users, and gives them a language and their addresses a type",
        |provider| {
            provider.seams.store.add(|change| {
                let names = |sent: &Value, name: &str| sent.get(name).is_some();
                let Change { cause: Cause::Create, after: Some(doc), sent, .. } = change else { return };
                if !doc.contains_key("userName") {
                    return;
                }
                for (name, value) in [("active", Value::Bool(true)), ("preferredLanguage", "en".into())] {
                    if !names(sent, name) {
                        doc.entry(name).or_insert(value);
                    }
                }
                let emails = doc.get_mut("emails").and_then(Value::as_array_mut).into_iter().flatten();
                for email in emails.filter_map(Value::as_object_mut) {
                    email.entry("type").or_insert_with(|| "other".into());
                }
            });
        }
    ),
    variant!(
        "values/as-typed",
        warns["7643-4.1.2-02"],
        "keeps addresses, numbers and handles as they were typed",
        |provider| provider.rules.usual = |_, value| value.to_owned(),
    ),
    variant!("values/trimmed", "takes blanks off the ends of texts", |provider| {
        provider.seams.store.add(|change| {
            for name in ["displayName", "nickName", "title"] {
                if let Some(value) = change.after.as_mut().and_then(|doc| doc.get_mut(name))
                    && let Some(text) = value.as_str().map(|text| text.trim().to_owned())
                {
                    *value = text.into();
                }
            }
        });
    }),
    variant!("values/short-texts", "refuses texts of more than 255 letters", |provider| {
        provider.rules.required = |kind, doc| {
            check_required(kind, doc)?;
            refuse(doc, "has more than 255 letters", |text| text.chars().count() > 255)
        };
    }),
    variant!("values/addresses-for-names", "takes addresses of email as userName and nothing else", |provider| {
        provider.rules.required = |kind, doc| {
            check_required(kind, doc)?;
            match doc.get("userName").and_then(Value::as_str) {
                Some(name) if !name.contains('@') => {
                    Err(Problem::invalid_value(format!("userName `{name}` is no address of email")))
                }
                _ => Ok(()),
            }
        };
    }),
    variant!("values/printable-texts", "refuses texts with control characters", |provider| {
        provider.rules.required = |kind, doc| {
            check_required(kind, doc)?;
            refuse(doc, "has control characters", |text| text.chars().any(char::is_control))
        };
    }),
    variant!("attributes/few", "has only some of the standard attributes of users", |provider| {
        without(
            provider,
            &["ims", "photos", "x509Certificates", "profileUrl", "entitlements", "roles", "timezone", "locale"],
        );
    }),
    variant!("groups/not-on-users", "does not show the groups of a user", |provider| without(provider, &["groups"])),
    variant!("id/in-any-case", warns["7643-3.1-10"], "finds a resource by its id in any case", |provider| {
        provider.rules.looked_up = |_, _, kind, id| (kind, id.to_lowercase());
    }),
];

fn without(provider: &mut Provider, names: &[&str]) {
    for kind in provider.kinds.iter_mut().filter(|kind| kind.name() == "User") {
        kind.schema.core.attributes.retain(|attribute| !names.contains(&attribute.name.as_str()));
    }
}

fn refuse(doc: &Object, why: &str, is_bad: fn(&str) -> bool) -> Result<(), Problem> {
    let bad = doc.iter().find(|(name, value)| *name == "displayName" && value.as_str().is_some_and(is_bad));
    bad.map_or(Ok(()), |(name, _)| Err(Problem::invalid_value(format!("`{name}` {why}"))))
}
