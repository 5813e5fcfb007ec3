//! Faults of the order of lists.

use super::Fault;
use crate::scim::Filter;

pub(super) static FAULTS: [Fault; 10] = [
    fault!("sort/ignored", breaks["7644-3.4.2.3-03"], also ["7644-3.4.3-10", "7644-3.4.3-11", "7644-3.4.2.3-09", "7644-3.4.2.3-04", "7644-3.4.2.3-07", "7644-3.4.2.3-08", "7644-3.10-05", "7644-3.10-01", "7644-3.4.2.3-05", "7644-3.10-04", "7644-3.4.2.3-10"], "declares sorting and never reads sortBy", |provider| {
        provider.seams.query.add(|query| query.sort_by = None);
    }),
    fault!("sort/always-ascending", breaks["7644-3.4.2.3-08"], also ["7644-3.4.3-10", "7644-3.4.3-11", "7644-3.4.2.3-04", "7644-3.10-01", "7644-3.4.2.3-05", "7644-3.4.2.3-10"], "never reads sortOrder", |provider| {
        provider.seams.query.add(|query| query.descending = false);
    }),
    fault!("sort/descending-by-default", breaks["7644-3.4.2.3-07"], also ["7644-3.4.3-10", "7644-3.4.3-11", "7644-3.4.2.3-09", "7644-3.4.2.3-04", "7644-3.4.2.3-08", "7644-3.10-05", "7644-3.10-01", "7644-3.4.2.3-05", "7644-3.10-04", "7644-3.4.2.3-10", "7644-3.4.2.3-03"], "shows the last first", |provider| {
        provider.seams.query.add(|query| query.descending = !query.descending);
    }),
    fault!(
        "sort/lists-ignored",
        breaks["7644-3.4.2.3-04"],
        "has no column for attributes with several values",
        |provider| {
            provider.seams.query.add(|query| {
                query.sort_by = query.sort_by.take().filter(|path| !path.name.eq_ignore_ascii_case("emails"));
            });
        }
    ),
    fault!("sort/part-ignored", breaks["7644-3.4.2.3-05"], also ["7644-3.4.3-11", "7644-3.10-04", "7644-3.4.2.3-10"], "sorts by what stands before the dot", |provider| {
        provider.seams.query.add(|query| {
            if let Some(path) = &mut query.sort_by {
                path.sub = None;
            }
        });
    }),
    fault!("sort/metadata-ignored", breaks["7644-3.4.2.3-10"], "cannot sort by meta.created", |provider| {
        provider.seams.query.add(|query| {
            query.sort_by = query.sort_by.take().filter(|path| !path.name.eq_ignore_ascii_case("meta"));
        });
    }),
    fault!(
        "sort/pages-each-on-its-own",
        breaks["7644-3.4.2.3-11"],
        "sorts the first page and goes on in the order of the table",
        |provider| {
            provider.seams.query.add(|query| {
                if query.start.is_some_and(|start| start > 1) {
                    query.sort_by = None;
                }
            });
        }
    ),
    fault!(
        "sort/without-value-left-out",
        breaks["7644-3.4.2-06"],
        also["7644-3.4.2.3-03"],
        "joins the table that it sorts by, where some have no row",
        |provider| {
            provider.seams.query.add(|query| {
                if let Some(path) = &query.sort_by
                    && let Some(filter) = query.filter.take()
                {
                    query.filter = Some(Filter::And(vec![filter, Filter::Present(path.clone())]));
                }
            });
        }
    ),
    fault!("sort/urn-not-understood", breaks["7644-3.10-01", "7644-3.10-04"], also ["7644-3.4.3-11"], "reads the dot of a version as that of a part", |provider| {
        provider.seams.query.add(|query| {
            query.sort_by = query.sort_by.take().filter(|path| path.schema.is_none());
        });
    }),
    fault!("sort/undeclared", breaks["7644-3.4.2.3-02"], "sorts, and declares that it does not", |provider| {
        provider.seams.discovery.add(|document| {
            if let Some(sort) = document.body.get_mut("sort") {
                sort["supported"] = false.into();
            }
        });
    }),
];
