//! Legal sets of resource types, extensions and attributes.

use super::super::Provider;
use super::Variant;
use crate::scim::urn;

pub(super) static VARIANTS: [Variant; 8] = [
    variant!("groups/absent", skips["Group"], "has no groups", |provider| {
        provider.kinds.retain(|kind| kind.name() != "Group");
        for kind in &mut provider.kinds {
            kind.schema.core.attributes.retain(|attribute| attribute.name != "groups");
        }
    }),
    variant!("extension/absent", skips["EnterpriseUser"], "has no enterprise extension", |provider| {
        for kind in &mut provider.kinds {
            kind.of.extensions.retain(|extension| extension.schema != urn::ENTERPRISE_USER);
            kind.schema.extensions.retain(|extension| extension.id != urn::ENTERPRISE_USER);
        }
    }),
    variant!(
        "extension/custom",
        "has an extension of its own, which the server fills in too",
        Provider::add_custom_extension
    ),
    variant!("extension/required", "demands an extension of its own for every user", |provider| provider
        .require_of_custom_extension("color")),
    variant!(
        "extension/required-immutable",
        "demands an attribute of its own of every user, which stays as it was created",
        |provider| provider.require_of_custom_extension("site"),
    ),
    variant!("type/custom", "has a resource type of its own", Provider::add_custom_type),
    variant!("groups/members-on-request", "shows the members of a group where they are asked for", |provider| {
        let groups = provider.kinds.iter_mut().filter(|kind| kind.name() == "Group");
        let members = groups.flat_map(|kind| &mut kind.schema.core.attributes).filter(|one| one.name == "members");
        members.for_each(|one| one.returned = crate::scim::Returned::Request);
    }),
    variant!("groups/same-names", warns["entra-B18"], "lets several groups have one name", |provider| {
        for kind in &mut provider.kinds {
            kind.set_uniqueness("Group", "displayName", crate::scim::Uniqueness::None);
        }
    }),
];
