//! What was measured under load.

use std::time::Duration;

use serde_json::{Value, json};

use super::mix::Operation;
use crate::exchange::Exchange;
use crate::target::Load;

/// One request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    /// When it was due, from the start.
    pub(super) at: Duration,
    pub(super) operation: Operation,
    /// `None` where no answer came.
    pub(super) status: Option<u16>,
    /// How late it was sent.
    pub(super) lag: Duration,
    /// From the moment that it was due to the end of its answer.
    pub(super) latency: Duration,
}

/// Everything that was measured.
pub(super) struct Measured {
    load: Load,
    planned: usize,
    samples: Vec<Sample>,
    /// Requests that were due while too many others were under way.
    pub(super) unsent: usize,
    /// The first one that was throttled, failed, or had no answer.
    pub(super) first_fault: Option<Exchange>,
}

impl Measured {
    pub(super) fn new(load: Load, planned: usize) -> Self {
        Self { load, planned, samples: Vec::with_capacity(planned), unsent: 0, first_fault: None }
    }

    pub(super) fn add(&mut self, (sample, fault): (Sample, Option<Exchange>)) {
        self.samples.push(sample);
        self.first_fault = self.first_fault.take().or(fault);
    }

    fn count(&self, of: impl Fn(Option<u16>) -> bool) -> usize {
        self.samples.iter().filter(|sample| of(sample.status)).count()
    }

    /// Whether every request that was sent was answered by the target, and not put off.
    pub(super) fn answers_show_no_fault(&self) -> bool {
        self.count(|status| status.is_none_or(|status| status == 429 || status >= 500)) == 0
    }

    /// How late requests were sent, at this quantile.
    pub(super) fn lag(&self, quantile: f64) -> Duration {
        at(&sorted(self.samples.iter().map(|sample| sample.lag)), quantile)
    }

    /// All of it, times in milliseconds. `wall` is how long it took, answers included.
    pub(super) fn facts(&self, wall: Duration) -> Value {
        let answered = self.count(|status| status.is_some());
        #[expect(clippy::cast_precision_loss, reason = "half a million fits")]
        let achieved = answered as f64 / wall.as_secs_f64().max(self.load.seconds).max(0.001);
        let operations: Vec<Value> = Operation::ALL
            .into_iter()
            .filter_map(|operation| {
                let is_one = |sample: &Sample| sample.operation == operation;
                let count = self.samples.iter().filter(|sample| is_one(sample)).count();
                let facts = json!({ "operation": operation.as_str(), "count": count });
                (count > 0).then(|| with(facts, &self.latencies(is_one)))
            })
            .collect();
        json!({
            "rate": self.load.rate,
            "seconds": self.load.seconds,
            "planned": self.planned,
            "sent": self.samples.len(),
            "unsent": self.unsent,
            "answered": answered,
            "unanswered": self.count(|status| status.is_none()),
            "achieved": (achieved * 10.0).round() / 10.0,
            "throttled": self.count(|status| status == Some(429)),
            "serverErrors": self.count(|status| status.is_some_and(|status| status >= 500)),
            "refused": self.count(|status| status.is_some_and(|status| (400..500).contains(&status) && status != 429)),
            "lag": with(json!({}), &sorted(self.samples.iter().map(|sample| sample.lag))),
            "latency": with(json!({}), &self.latencies(|_| true)),
            "operations": operations,
            "timeline": self.timeline(),
        })
    }

    /// How long requests took. One that was throttled was not carried out, and its quick answer would embellish.
    fn latencies(&self, keep: impl Fn(&Sample) -> bool) -> Vec<Duration> {
        let kept = self.samples.iter().filter(|sample| sample.status != Some(429) && keep(sample));
        sorted(kept.map(|sample| sample.latency))
    }

    /// A point for each second, or for as many seconds as give 120 points.
    fn timeline(&self) -> Vec<Value> {
        let last = self.samples.iter().map(|sample| sample.at.as_secs()).max().unwrap_or(0);
        let width = last / 120 + 1;
        let seconds = 0..=last / width;
        seconds
            .filter_map(|slot| {
                let in_slot = |sample: &Sample| sample.at.as_secs() / width == slot;
                let all: Vec<&Sample> = self.samples.iter().filter(|sample| in_slot(sample)).collect();
                let faults = all.iter().filter(|one| one.status.is_none_or(|status| status == 429 || status >= 500));
                let faults = faults.count();
                let of = self.latencies(in_slot);
                (!all.is_empty()).then(|| {
                    json!({
                        "second": slot * width,
                        "count": all.len(),
                        "p50": milliseconds(at(&of, 0.5)),
                        "p99": milliseconds(at(&of, 0.99)),
                        "faults": faults,
                    })
                })
            })
            .collect()
    }
}

fn sorted(of: impl Iterator<Item = Duration>) -> Vec<Duration> {
    let mut all: Vec<Duration> = of.collect();
    all.sort_unstable();
    all
}

/// The value that this share of all are not above (nearest rank).
fn at(sorted: &[Duration], quantile: f64) -> Duration {
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
    let rank = (sorted.len() as f64 * quantile).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).or(sorted.last()).copied().unwrap_or_default()
}

fn with(mut facts: Value, sorted: &[Duration]) -> Value {
    for (name, quantile) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0)] {
        facts[name] = milliseconds(at(sorted, quantile)).into();
    }
    facts
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e5).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(at: u64, status: Option<u16>, latency: u64) -> (Sample, Option<Exchange>) {
        let sample = Sample {
            at: Duration::from_millis(at),
            operation: Operation::Read,
            status,
            lag: Duration::from_micros(10),
            latency: Duration::from_millis(latency),
        };
        (sample, None)
    }

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let all = sorted((1..=100).map(Duration::from_millis));
        let of = |quantile| at(&all, quantile).as_millis();
        assert_eq!((of(0.5), of(0.9), of(0.99), of(1.0)), (50, 90, 99, 100));
        assert_eq!(at(&[], 0.5), Duration::ZERO);
    }

    #[test]
    fn what_the_target_put_off_is_counted_apart_from_what_it_refused() {
        let mut measured = Measured::new(Load { rate: 2.0, seconds: 2.0, ..Load::default() }, 4);
        let samples =
            [sample(0, Some(200), 10), sample(500, Some(429), 1), sample(1000, None, 90), sample(1500, Some(404), 2)];
        samples.into_iter().for_each(|one| measured.add(one));
        assert!(!measured.answers_show_no_fault());
        let facts = measured.facts(Duration::from_secs(2));
        let of = |name: &str| facts[name].as_u64();
        assert_eq!((of("throttled"), of("unanswered"), of("refused")), (Some(1), Some(1), Some(1)));
        assert_eq!(facts["achieved"], 1.5);
        // The quick answer to the one that was throttled is no latency.
        assert_eq!((&facts["operations"][0]["count"], &facts["latency"]["p50"]), (&4.into(), &10.0.into()));
        assert_eq!(facts["timeline"][1], json!({ "second": 1, "count": 2, "p50": 2.0, "p99": 90.0, "faults": 1 }));
    }
}
