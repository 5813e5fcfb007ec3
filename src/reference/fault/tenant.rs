//! Faults of keeping credentials apart, and of `/Me`.

use http::Method;

use super::super::Provider;
use super::super::call::Call;
use super::super::problem::Problem;
use super::super::reply::Body;
use super::super::store;
use super::Fault;
use crate::scim::message;

pub(super) static FAULTS: [Fault; 12] = [
    fault!(
        "tenant/none",
        breaks["7644-6.1-03"],
        also["7644-6.2-02", "7643-3.1-15", "7643-9.3-01", "9865-5.2-01"],
        "checks the credential and forgets whose it is",
        |provider| provider.rules.tenant = |_, _| 0,
    ),
    fault!(
        "tenant/not-by-id",
        breaks["7644-6.1-03"],
        "adds the tenant to lists, but reads and changes by id alone",
        |provider| provider.rules.tenant = |provider, call| holder(provider, call).unwrap_or(call.tenant),
    ),
    fault!(
        "tenant/not-when-changing",
        breaks["7644-6.1-03"],
        "adds the tenant where it reads, but not where it changes",
        |provider| {
            provider.rules.tenant = |provider, call| {
                let reads = call.method == Method::GET;
                holder(provider, call).filter(|_| !reads).unwrap_or(call.tenant)
            };
        },
    ),
    fault!(
        "tenant/or-leaves-it",
        breaks["7643-9.3-01"],
        "puts `tenant = ? AND` in front of a filter without brackets, so that `or` leaves the tenant",
        |provider| {
            provider.rules.tenant = |_, call| {
                let has_or = call.param("filter").is_some_and(|filter| filter.contains(" or "));
                if has_or { 0 } else { call.tenant }
            };
        },
    ),
    fault!(
        "me/location-is-the-alias",
        breaks["7644-3.11-07"],
        also["7643-3.1-26"],
        "gives the URL of the request as Location",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.call.segments() == ["Me"] {
                    answer.reply.remove_header("Location");
                    answer.reply.headers.push(("Location".into(), format!("{}/Me", answer.call.base)));
                }
            });
        },
    ),
    fault!("me/no-location", breaks["7644-3.11-07"], "answers /Me like a list, without a Location", |provider| {
        provider.seams.reply.add(|answer| {
            if answer.call.segments() == ["Me"] {
                answer.reply.remove_header("Location");
            }
        });
    },),
    fault!("me/unsupported-answers-404", breaks["7644-3.11-03"], "has no route for /Me", |provider| provider
        .rules
        .me =
        |_, _| Err(Problem::not_found("there is no endpoint `/Me`")),),
    fault!("me/open", breaks["7644-3.12-10"], "checks credentials per resource type, and /Me is none", |provider| {
        provider.rules.anonymous = |call| matches!(call.segments()[..], ["Me"] | ["ServiceProviderConfig"]);
    },),
    fault!(
        "tenant/names-are-shared",
        breaks["7644-6.2-02"],
        "makes userName unique in the table, not in the tenant",
        |provider| {
            provider.seams.reply.add(|answer| {
                let create = answer.call.method == Method::POST && answer.call.segments() == ["Users"];
                if create && answer.call.tenant > 0 && answer.reply.status == 201 {
                    answer.reply.set_status(409);
                    answer.reply.remove_header("Location");
                    answer.reply.body = Body::Json(message::error(409, Some("uniqueness"), "the name is taken"));
                }
            });
        },
    ),
    fault!("me/redirect-leads-nowhere", breaks["7644-3.11-04"], "sends 308 without Location", |provider| {
        provider.rules.me = Provider::redirect_me;
        provider.seams.reply.add(|answer| {
            if answer.reply.status == 308 {
                answer.reply.remove_header("Location");
            }
        });
    }),
    fault!(
        "me/redirect-is-temporary",
        breaks ["7644-3.11-03"],
        also ["7644-3.11-08", "7644-3.11-01", "7644-3.11-02", "7644-3.11-04", "7644-3.11-06", "7644-3.11-07"],
        "sends 302, with which clients turn a PUT into a GET",
        |provider| {
            provider.rules.me = Provider::redirect_me;
            provider.seams.reply.add(|answer| {
                if answer.reply.status == 308 {
                    answer.reply.status = 302;
                }
            });
        },
    ),
    fault!(
        "me/create-does-nothing",
        breaks["7644-3.11-08"],
        "answers 200 to a POST of /Me and creates nothing",
        |provider| {
            provider.seams.reply.add(|answer| {
                if answer.call.method == Method::POST && answer.call.segments() == ["Me"] {
                    answer.reply.status = 200;
                    answer.reply.body = Body::Empty;
                }
            });
        }
    ),
];

/// The tenant that has the resource of a call by id.
fn holder(provider: &Provider, call: &Call) -> Option<usize> {
    let segments = call.segments();
    let &[_, id] = &segments[..] else { return None };
    provider.tenants.iter().position(|tenant| {
        tenant.store.read(|connection| store::kind_of(connection, id)).is_ok_and(|kind| kind.is_some())
    })
}
