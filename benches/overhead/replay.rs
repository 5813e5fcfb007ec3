//! Sends recorded requests again, bare.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::recording::{Recorded, Unit, bare_client, send};

/// How a replay went.
pub(crate) struct Replayed {
    /// Share of the answers whose status was another than in the recorded run.
    pub(crate) other_status: f64,
}

/// What the target chose in the recorded run, and what it chose now.
#[derive(Default)]
struct Chosen(Mutex<HashMap<String, String>>);

/// Sends the requests of all units in so many lanes.
pub(crate) async fn replay(units: &Arc<Vec<Unit>>, lanes: usize) -> Replayed {
    let (http, chosen, free) = (bare_client(), Arc::new(Chosen::default()), Arc::new(Semaphore::new(lanes)));
    let (mut tasks, mut other) = (JoinSet::new(), 0);
    for number in 0..units.len() {
        if !units[number].is_case {
            other += send_unit(&http, &units[number], &chosen).await;
            continue;
        }
        let lane = Arc::clone(&free).acquire_owned().await.expect("the lanes stay open");
        let (http, units, chosen) = (http.clone(), Arc::clone(units), Arc::clone(&chosen));
        tasks.spawn(async move {
            let other = send_unit(&http, &units[number], &chosen).await;
            drop(lane);
            other
        });
    }
    while let Some(done) = tasks.join_next().await {
        other += done.expect("no lane panics");
    }
    let sent: usize = units.iter().map(|unit| unit.requests.len()).sum();
    Replayed { other_status: f64::from(other) / f64::from(u32::try_from(sent).unwrap_or(u32::MAX)) }
}

/// Gives how many answers had another status.
async fn send_unit(http: &reqwest::Client, unit: &Unit, chosen: &Chosen) -> u32 {
    let mut other = 0;
    for recorded in &unit.requests {
        let answer = send(http, &chosen.put_in(&recorded.request)).await;
        other += u32::from(answer.status().as_u16() != recorded.status);
        chosen.learn(recorded, &answer);
    }
    other
}

impl Chosen {
    /// Pairs the ids and the entity tag of the recorded answer with those of the new one.
    fn learn(&self, recorded: &Recorded, answer: &http::Response<Vec<u8>>) {
        let tag = answer.headers().get("etag").and_then(|tag| tag.to_str().ok());
        let writes = *recorded.request.method() != http::Method::GET;
        let ids = |body: &[u8]| if writes { uuids(&String::from_utf8_lossy(body)) } else { Vec::new() };
        let (then, now) = (ids(&recorded.body), ids(answer.body()));
        let mut map = self.0.lock().expect("no lane panics");
        if then.len() == now.len() {
            map.extend(then.into_iter().zip(now));
        }
        if let (Some(then), Some(now)) = (&recorded.etag, tag) {
            map.insert(then.clone(), now.to_owned());
        }
    }

    /// The request with what the target chose now.
    fn put_in(&self, request: &http::Request<Vec<u8>>) -> http::Request<Vec<u8>> {
        let map = self.0.lock().expect("no lane panics");
        let replaced = |text: String| {
            let mut out = text;
            for id in uuids(&out) {
                if let Some(now) = map.get(&id) {
                    out = out.replace(&id, now);
                }
            }
            out
        };
        let mut new = request.clone();
        if let Ok(uri) = replaced(request.uri().to_string()).parse() {
            *new.uri_mut() = uri;
        }
        for value in new.headers_mut().values_mut() {
            if let Some(now) = value.to_str().ok().and_then(|tag| map.get(tag)).and_then(|now| now.parse().ok()) {
                *value = now;
            }
        }
        if let Ok(text) = std::str::from_utf8(request.body()) {
            *new.body_mut() = replaced(text.to_owned()).into_bytes();
        }
        new
    }
}

/// Every text of the form of a UUID, with hyphens or without, in order.
fn uuids(text: &str) -> Vec<String> {
    let runs = text.split(|c: char| !(c.is_ascii_hexdigit() || c == '-'));
    runs.filter(|run| matches!(run.len(), 32 | 36)).map(str::to_owned).collect()
}
