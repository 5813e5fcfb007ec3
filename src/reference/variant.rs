//! Legal but unusual behaviour: a provider with a variant conforms, and no check may fail it.

use serde_json::{Value, json};

use super::problem::Problem;
use super::reply::Body;
use super::rules::Circles;
use super::{BASE_PATH, Provider};
use crate::scim::urn;

/// A legal deviation from what the clean provider does.
pub struct Variant {
    /// Area and name: `patch/answers-204`.
    pub id: &'static str,
    /// What the provider does.
    pub title: &'static str,
    /// Capabilities or resource types whose cases are skipped with it.
    pub skips: &'static [&'static str],
    /// Requirements that it may be warned about.
    pub warns: &'static [&'static str],
    spoil: fn(&mut Provider),
}

impl Variant {
    /// Makes a provider behave so.
    pub fn apply(&self, provider: &mut Provider) {
        (self.spoil)(provider);
    }
}

/// Every variant.
pub fn variants() -> impl Iterator<Item = &'static Variant> {
    VARIANTS.iter()
}

/// The variant of this id.
#[must_use]
pub fn variant(id: &str) -> Option<&'static Variant> {
    variants().find(|variant| variant.id == id)
}

/// One variant: id, what it may be skipped in and warned about, title, function that changes a provider.
macro_rules! variant {
    ($id:literal, $(skips [$($skips:literal),+],)? $(warns [$($warns:literal),+ $(,)?],)? $title:literal, $spoil:expr $(,)?) => {
        Variant { id: $id, title: $title, skips: &[$($($skips),+)?], warns: &[$($($warns),+)?], spoil: $spoil }
    };
}

static VARIANTS: [Variant; 40] = [
    variant!("patch/answers-204", "answers every PATCH with 204 unless attributes are asked for", |provider| {
        provider.rules.patch_status = |_, asked| if asked { 200 } else { 204 };
    }),
    variant!("patch/answers-200", warns["entra-B19"], "answers every PATCH with 200 and the resource", |provider| {
        provider.rules.patch_status = |_, _| 200;
    }),
    variant!(
        "patch/unsupported",
        skips ["patch"],
        warns ["7644-3.5-02", "entra-B3", "entra-B4", "entra-B5", "entra-B6", "entra-B7"],
        "does not support PATCH",
        |provider| provider.supports.patch = false,
    ),
    variant!(
        "patch/remove-needs-a-match",
        warns["7644-3.5.2.2-09"],
        "refuses to remove a value that is not there with noTarget",
        |provider| {
            provider.rules.on_no_match = |op| {
                use super::{patch::Op, rules::OnNoMatch};
                if op == Op::Add { OnNoMatch::Create } else { OnNoMatch::Refuse }
            };
        },
    ),
    variant!(
        "write/texts-for-booleans",
        warns["7643-2.3-03"],
        "takes true and false as texts, in any case",
        |provider| {
            provider.rules.boolean = |value| match value {
                Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
                Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
                value => value.as_bool(),
            };
        }
    ),
    variant!("list/no-resources-when-empty", "leaves `Resources` out of a list without results", |provider| {
        provider.seams.list.add(|page| page.resources = page.resources.take().filter(|listed| !listed.is_empty()));
    }),
    variant!("list/two-on-a-page", "returns two resources on a page at most", |provider| {
        provider.limits.page_max = 2;
        provider.limits.page_default = 2;
    }),
    variant!("cursor/unsupported", skips["cursor"], "pages by index only, and says so", |provider| {
        provider.supports.cursor = false;
    }),
    variant!("cursor/undeclared", skips["cursor"], "says nothing of paging in its configuration", |provider| {
        provider.supports.cursor = false;
        provider.seams.discovery.add(|document| {
            if let Some(body) = document.body.as_object_mut() {
                body.shift_remove("pagination");
            }
        });
    }),
    variant!("cursor/only", skips["index"], "pages by cursor only", |provider| provider.supports.index = false),
    variant!("cursor/by-default", "pages by cursor unless startIndex is given", |provider| {
        provider.supports.cursor_by_default = true;
    }),
    variant!(
        "cursor/two-on-a-page",
        skips["index"],
        "pages by cursor only, two resources on a page at most",
        |provider| {
            provider.supports.index = false;
            provider.limits.page_max = 2;
            provider.limits.page_default = 2;
        }
    ),
    variant!("cursor/empty-last-page", "does not look ahead, so that the last page is empty", |provider| {
        provider.rules.leads_on = |after, total| after <= total;
    }),
    variant!("cursor/no-total", "does not count the results of a query by cursor", |provider| {
        provider.seams.list.add(|page| page.total = page.total.take().filter(|_| page.start.is_some()));
    }),
    variant!("bulk/unsupported", skips["bulk"], "does not support bulk jobs", |provider| {
        provider.supports.bulk = false;
        provider.limits.bulk_operations = 0;
    }),
    variant!("bulk/circles-refused", "refuses references that go in a circle with 409", |provider| {
        provider.rules.circles = Circles::Refuse;
    }),
    variant!("bulk/other-order", "lists the items of a bulk answer in another order", |provider| {
        provider.seams.items.add(|items| items.reverse());
    }),
    variant!("bulk/status-as-object", "writes the status of an item as an object with a code", |provider| {
        provider.seams.items.add(|items| {
            for item in items {
                item["status"] = json!({ "code": item["status"] });
            }
        });
    }),
    variant!("me/unsupported", "does not support /Me", |provider| {
        provider.rules.me = |_, _| Err(Problem::not_supported("/Me"));
    }),
    variant!("me/redirects", "sends clients of /Me to the user's own URL", |provider| {
        provider.rules.me = Provider::redirect_me;
    }),
    variant!("filter/unsupported", skips["filter"], "does not support filters", |provider| {
        provider.supports.filter = false;
    }),
    variant!("sort/unsupported", skips["sort"], "does not support sorting", |provider| {
        provider.supports.sort = false;
    }),
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
    variant!(
        "extension/required",
        "demands an extension of its own for every user",
        Provider::require_custom_extension
    ),
    variant!("type/custom", "has a resource type of its own", Provider::add_custom_type),
    variant!("groups/same-names", warns["entra-B18"], "lets several groups have one name", |provider| {
        for kind in &mut provider.kinds {
            kind.set_uniqueness("Group", "displayName", crate::scim::Uniqueness::None);
        }
    }),
    variant!("etag/unsupported", skips["etag"], "has no entity tags", |provider| provider.supports.etag = false),
    variant!("etag/strong", "has strong entity tags", |provider| {
        provider.rules.etag = |version| format!("\"{version}\"");
    }),
    variant!(
        "location/relative",
        warns ["7644-3.3-10", "7644-3.3-11"],
        "gives Location and meta.location as paths without host",
        |provider| provider.rules.location = |_, endpoint, id| format!("{BASE_PATH}{endpoint}/{id}"),
    ),
    variant!("media-type/charset", "adds a charset to the content type", |provider| {
        provider.rules.media_type = "application/scim+json; charset=utf-8";
    }),
    variant!("uniqueness/400-on-change", "answers a conflict with 400 unless something is created", |provider| {
        provider.rules.conflict_status = |creates| if creates { 409 } else { 400 };
    }),
    variant!("id/numeric", "gives ids that look like numbers", |provider| {
        provider.rules.identifier = |bytes| {
            let number = bytes.iter().take(7).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
            number.to_string()
        };
    }),
    variant!("auth/open-discovery", "lets anybody read the discovery endpoints", |provider| {
        provider.rules.anonymous = |call| {
            let first = call.segments().first().copied();
            matches!(first, Some("ServiceProviderConfig" | "ResourceTypes" | "Schemas"))
        };
    }),
    variant!("auth/closed-discovery", warns["7643-5-17"], "demands credentials everywhere", |provider| {
        provider.rules.anonymous = |_| false;
    }),
    variant!(
        "auth/refused-by-a-gateway",
        warns ["7644-3.12-01", "7644-3.12-02", "7644-3.12-03"],
        "refuses bad credentials before the request reaches any SCIM code",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.reply.status == 401 {
                    answer.reply.media_type = "text/plain".into();
                    answer.reply.body = Body::Text("Unauthorized".into());
                }
            });
        },
    ),
    variant!("primary/corrected", "keeps the first of several primary values in place of refusing them", |provider| {
        provider.rules.primaries = |_, values| {
            let primary = values.iter_mut().filter(|value| value["primary"] == true);
            primary.skip(1).for_each(|value| value["primary"] = false.into());
            Ok(())
        };
    }),
    variant!("render/null-when-unassigned", "shows attributes without a value as null or []", |provider| {
        provider.seams.render.add(|rendered| {
            if rendered.stored.contains_key("userName") && rendered.shown.contains_key("meta") {
                for (name, none) in [("nickName", Value::Null), ("roles", json!([]))] {
                    rendered.shown.entry(name).or_insert(none);
                }
            }
        });
    }),
    variant!("render/other-order", "lists members of objects and schemas in another order", |provider| {
        provider.seams.render.add(|rendered| {
            rendered.shown = std::mem::take(&mut rendered.shown).into_iter().rev().collect();
            if let Some(schemas) = rendered.shown.get_mut("schemas").and_then(Value::as_array_mut) {
                schemas.reverse();
            }
        });
    }),
];

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, conversation, talking};
    use super::*;

    #[test]
    fn each_variant_is_seen_and_breaks_nothing() {
        let clean = conversation(&Bench::with(talking()));
        for variant in variants() {
            let mut bench = Bench::with(talking());
            variant.apply(&mut bench.provider);
            let unusual = conversation(&bench);
            assert_ne!(clean, unusual, "{}", variant.id);
            let broken = unusual.iter().find(|line| line.contains(" 500 "));
            assert_eq!(broken, None, "{}", variant.id);
        }
    }
}
