//! An extension of a vendor, with attributes of every type and characteristic that the standard schemas do not use.

use serde_json::json;

use super::super::Provider;
use super::super::kind::Kind;
use super::super::write::Cause;
use crate::scim::{Attribute, Mutability, Returned, Schema, SchemaExtension, Type};

/// URI of the extension.
pub(super) const URN: &str = "urn:example:params:scim:schemas:extension:badge:2.0:User";

/// Declares the extension on users. Its `number` is readOnly and given by the server.
pub(super) fn add(provider: &mut Provider) {
    provider.kinds.iter_mut().filter(|kind| kind.name() == "User").for_each(declare);
    provider.seams.store.add(|change| {
        if let (Cause::Create, "User", Some(doc)) = (change.cause, change.kind.as_str(), &mut change.after) {
            let badge = doc.entry(URN).or_insert_with(|| json!({}));
            badge["number"] = 4711.into();
            if let Some(schemas) = doc.get_mut("schemas").and_then(|schemas| schemas.as_array_mut())
                && !schemas.contains(&URN.into())
            {
                schemas.push(URN.into());
            }
        }
    });
}

fn declare(kind: &mut Kind) {
    kind.of.extensions.push(SchemaExtension { schema: URN.into(), required: false });
    let of = |name: &str, kind: Type, description: &str| Attribute {
        name: name.into(),
        kind,
        description: description.into(),
        ..Attribute::default()
    };
    let number = of("number", Type::Integer, "Number on the badge, given by the server.");
    let issued = of("issued", Type::DateTime, "When the badge was handed out.");
    let token = of("token", Type::Binary, "What the chip answers.");
    let site = of("site", Type::String, "Where the badge was made; it stays there.");
    let note = of("note", Type::String, "A remark, shown when asked for.");
    let attributes = vec![
        Attribute { mutability: Mutability::ReadOnly, ..number },
        of("weight", Type::Decimal, "Weight in grams."),
        of("lost", Type::Boolean, "Whether the badge is lost."),
        issued,
        Attribute { case_exact: true, ..token },
        Attribute { mutability: Mutability::Immutable, ..site },
        Attribute { returned: Returned::Request, ..note },
    ];
    let description = "Badge of a user.".to_owned();
    kind.schema.extensions.push(Schema { id: URN.into(), name: "Badge".into(), description, attributes });
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::super::testing::{Bench, user};
    use super::*;

    fn bench() -> Bench {
        let mut bench = Bench::new();
        add(&mut bench.provider);
        bench
    }

    #[test]
    fn types_of_extensions_are_checked() {
        let bench = bench();
        for wrong in [
            json!({ "weight": "1" }),
            json!({ "lost": 1 }),
            json!({ "issued": "2026-01-01" }),
            json!({ "token": "?" }),
            json!({ "site": true }),
        ] {
            assert_eq!(bench.post("/Users", &user("a", json!({ URN: wrong }))).refusal(), (400, "invalidValue"));
        }
    }

    #[test]
    fn immutable_values_stay() {
        let bench = bench();
        let path = format!("/Users/{}", bench.user("a", json!({})));
        let site = |value: &str| json!([{ "op": "add", "path": format!("{URN}:site"), "value": value }]);
        assert_eq!(bench.patch(&path, site("Bonn")).status, 200);
        assert_eq!(bench.patch(&path, site("Bonn")).status, 200);
        assert_eq!(bench.patch(&path, site("Köln")).refusal(), (400, "mutability"));
        let put = |site: Value| bench.send("PUT", &path, &[], &user("a", json!({ URN: { "site": site } })));
        assert_eq!(put(json!("Köln")).refusal(), (400, "mutability"));
        assert_eq!(put(json!("Bonn")).status, 200);
        let omitted = bench.send("PUT", &path, &[], &user("a", json!({})));
        assert_eq!(omitted.body[URN], json!({ "number": 4711, "site": "Bonn" }));
    }

    #[test]
    fn what_is_returned_on_request_is_shown_to_who_asks_or_sends() {
        let bench = bench();
        let made = bench.post("/Users", &user("a", json!({ URN: { "note": "x" } })));
        let path = format!("/Users/{}", made.id());
        assert_eq!(bench.get(&path).body[URN], json!({ "number": 4711 }));
        let asked = bench.get(&format!("{path}?attributes={URN}:note"));
        assert_eq!(asked.body[URN], json!({ "note": "x" }));
        let sent = bench.patch(&path, json!([{ "op": "replace", "path": format!("{URN}:note"), "value": "y" }]));
        assert_eq!(sent.body[URN]["note"], "y");
    }

    #[test]
    fn numbers_and_times_compare_as_what_they_are() {
        let bench = bench();
        for (name, weight, issued) in [("a", 9.5, "2026-01-01T00:00:00+01:00"), ("b", 10.0, "2025-12-31T23:30:00Z")] {
            bench.user(name, json!({ URN: { "weight": weight, "issued": issued, "lost": true } }));
        }
        let find = |filter: &str| bench.provider.matching("User", filter).map(|ids| ids.len());
        for (filter, found) in [
            (format!("{URN}:weight gt 9.5"), 1),
            (format!("{URN}:weight ge 9.5"), 2),
            (format!("{URN}:weight eq 10"), 1),
            (format!("{URN}:weight lt 9"), 0),
            (format!("{URN}:number eq 4711"), 2),
            (format!("{URN}:number ne 4711"), 0),
            (format!("{URN}:issued lt \"2025-12-31T23:15:00Z\""), 1),
            (format!("{URN}:issued eq \"2026-01-01T00:30:00.000+01:00\""), 1),
            (format!("{URN}:lost eq true"), 2),
        ] {
            assert_eq!(find(&filter), Ok(found), "{filter}");
        }
    }
}
