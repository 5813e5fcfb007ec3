//! A 202 tells where the outcome of an asynchronous request will be (RFC 9967 §2.5.1.1).

use super::looks::{Breach, Looks};
use super::{Sight, Sighting, StandingCheck};

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "accepted",
    title: "An answer that comes before the work is done says how to follow it",
    why: "Without the transaction and the address a client never learns whether its change was made.",
    requirements: &["9967-2.5.1.1-05", "9967-2.5.1.1-04", "9967-2.5.1.1-06", "9967-2.5.1.1-07"],
    rulings: &[],
    hint: "send 202 without a body, with `Set-Txn`, `Preference-Applied: respond-async` and `Location`",
    watch,
};

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    let asked =
        sight.request.header("prefer").is_some_and(|prefer| prefer.to_ascii_lowercase().contains("respond-async"));
    if sight.response.status != 202 || !asked {
        return looks.done();
    }
    let header = |name: &str| sight.response.header(name).map(str::trim).filter(|value| !value.is_empty());
    looks.judge("9967-2.5.1.1-04", sight.response.body.is_empty(), || {
        Breach::expected("", "no body", format!("{} bytes", sight.response.body.len()))
    });
    looks.judge("9967-2.5.1.1-05", header("set-txn").is_some(), || {
        Breach::expected("header set-txn", "the id of the transaction", "no such header")
    });
    let applied = header("preference-applied");
    looks.judge(
        "9967-2.5.1.1-06",
        applied.is_some_and(|value| value.to_ascii_lowercase().contains("respond-async")),
        || {
            let actual = applied.map_or_else(|| "no such header".to_owned(), |value| format!("`{value}`"));
            Breach::expected("header preference-applied", "`respond-async`", actual)
        },
    );
    looks.judge("9967-2.5.1.1-07", header("location").is_some(), || {
        Breach::expected("header location", "the URL of the event or of the resource", "no such header")
    });
    looks.done()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::exchange::{Request, Response};

    const SOUND: [(&str, &str); 3] =
        [("set-txn", "734f0614"), ("preference-applied", "respond-async"), ("location", "/Users/1")];

    fn posted(response: &Response) -> Vec<Sighting> {
        let mut request: Request = request("POST", "/Users");
        request.headers.push(("Prefer".into(), "respond-async".into()));
        see(&CHECK, &request, response)
    }

    #[test]
    fn a_sound_202_holds() {
        assert_held(&posted(&plain(202, &SOUND, "")));
        assert_silent(&posted(&plain(201, &[], "")));
        assert_silent(&see(&CHECK, &request("POST", "/Users"), &plain(202, &[], "")));
    }

    #[test]
    fn each_part_is_judged() {
        assert_broken(&posted(&plain(202, &SOUND, "{}")), "9967-2.5.1.1-04");
        for (missing, requirement) in [(0, "9967-2.5.1.1-05"), (1, "9967-2.5.1.1-06"), (2, "9967-2.5.1.1-07")] {
            let mut headers = SOUND.to_vec();
            headers.remove(missing);
            assert_broken(&posted(&plain(202, &headers, "")), requirement);
        }
    }
}
