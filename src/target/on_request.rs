//! Attributes that a target shows only where they are asked for (RFC 7643 §7, `returned` is `request`).

use crate::scim::{Attribute, ResourceSchema, Returned};

/// The attributes of every resource (RFC 7643 §3.1), which schemas do not list.
const COMMON: [&str; 4] = ["schemas", "id", "externalId", "meta"];

/// What to write into `attributes` so that a resource is shown as usual, and with those of its attributes that are
/// shown on request and are `wanted`; `None` where the usual is enough.
#[must_use]
pub fn attributes_on_request(schema: &ResourceSchema, wanted: impl Fn(&Attribute) -> bool) -> Option<String> {
    let of = |prefix: String, attributes: &[Attribute]| -> Vec<(bool, String)> {
        let is_shown = |one: &&Attribute| match one.returned {
            Returned::Always | Returned::Default => true,
            Returned::Request => wanted(one),
            Returned::Never => false,
        };
        let shown = attributes.iter().filter(is_shown);
        shown.map(|one| (one.returned == Returned::Request, format!("{prefix}{}", one.name))).collect()
    };
    let extensions = schema.extensions.iter().flat_map(|one| of(format!("{}:", one.id), &one.attributes));
    let all: Vec<_> = of(String::new(), &schema.core.attributes).into_iter().chain(extensions).collect();
    let common = COMMON.into_iter().filter(|name| schema.core.attribute(name).is_none()).map(str::to_owned);
    let is_needed = all.iter().any(|(on_request, _)| *on_request);
    is_needed.then(|| common.chain(all.into_iter().map(|(_, name)| name)).collect::<Vec<_>>().join(","))
}

/// Whether a resource of this type can hold what is shown on request only.
#[must_use]
pub fn has_attributes_on_request(schema: &ResourceSchema) -> bool {
    let attributes = std::iter::once(&schema.core).chain(&schema.extensions).flat_map(|schema| &schema.attributes);
    attributes.into_iter().any(|one| one.returned == Returned::Request)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::core;

    #[test]
    fn the_usual_ones_are_named_beside_the_one_that_is_wanted() {
        let mut schema = core::resource_schema("User").expect("it is embedded");
        assert_eq!(attributes_on_request(&schema, |_| true), None);
        assert!(!has_attributes_on_request(&schema));
        for attribute in schema.extensions[0].attributes.iter_mut().filter(|one| one.name != "department") {
            attribute.returned = Returned::Request;
        }
        assert!(has_attributes_on_request(&schema));
        assert_eq!(attributes_on_request(&schema, |_| false), None);
        let all = attributes_on_request(&schema, |one| one.name == "costCenter").expect("one has to be asked for");
        assert!(all.starts_with("schemas,id,externalId,meta,userName,"), "{all}");
        let named: Vec<&str> = all.rsplit(',').take(2).map(|name| name.rsplit(':').next().unwrap_or(name)).collect();
        assert!(named.contains(&"costCenter") && named.contains(&"department"), "{all}");
        assert!(!all.contains("password") && !all.contains("division"), "{all}");
    }
}
