//! Load: requests at a fixed rate, whether or not earlier ones were answered (open loop).
//!
//! A request is sent at the moment that the rate says, and its latency counts from that moment: a target that falls
//! behind cannot hide it by being asked less, and a client that is late is seen as such.

mod measured;
mod mix;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::case::CaseRunner;
use super::step::Stop;
use super::step::beside;
use crate::exchange::{Exchange, Purpose};
use measured::{Measured, Sample};
use mix::Mix;

/// No more requests are under way at once; what would be due then is counted as not sent.
const MOST_UNDER_WAY: usize = 2_000;

/// No more requests are sent in all.
const MOST: f64 = 500_000.0;

/// Loads the target. What was measured is the body of the exchange, as JSON.
///
/// # Errors
/// The target showed no fault, and it created nobody, or this machine could not send in time.
pub(super) async fn run(runner: &mut CaseRunner<'_>) -> Result<Exchange, Stop> {
    let Some(load) = runner.gate.client().load() else {
        return Err(Stop::Skipped("no load was asked for".to_owned()));
    };
    let planned = (load.rate * load.seconds).round().clamp(1.0, MOST);
    // Bounded just above.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and half a million")]
    let planned = planned as usize;
    let mix = Arc::new(Mix::new(runner));
    let under_way = Arc::new(AtomicUsize::new(0));
    let mut tasks: JoinSet<(Sample, Option<Exchange>)> = JoinSet::new();
    let mut measured = Measured::new(load, planned);
    let start = Instant::now() + Duration::from_millis(20);
    for number in 0..planned {
        #[expect(clippy::cast_precision_loss, reason = "half a million fits")]
        let due = start + Duration::from_secs_f64(number as f64 / load.rate);
        if runner.gate.stopped().is_some() {
            break;
        }
        tokio::time::sleep_until(due.into()).await;
        while let Some(Ok(done)) = tasks.try_join_next() {
            measured.add(done);
        }
        if under_way.load(Ordering::Relaxed) >= MOST_UNDER_WAY {
            measured.unsent += 1;
            continue;
        }
        let (gate, mix, under_way) = (Arc::clone(runner.gate), Arc::clone(&mix), Arc::clone(&under_way));
        under_way.fetch_add(1, Ordering::Relaxed);
        tasks.spawn(async move {
            let (operation, request) = mix.request(number);
            let lag = due.elapsed();
            let exchange = gate.send(Purpose::Load, request).await;
            let latency = due.elapsed();
            under_way.fetch_sub(1, Ordering::Relaxed);
            mix.learn(operation, &exchange);
            let status = exchange.response().map(|response| response.status);
            let at = due.saturating_duration_since(start);
            let is_fault = status.is_none_or(|status| status == 429 || status >= 500);
            (Sample { at, operation, status, lag, latency }, is_fault.then_some(exchange))
        });
    }
    while let Some(done) = tasks.join_next().await {
        if let Ok(done) = done {
            measured.add(done);
        }
    }
    if let Some(first) = measured.first_fault.take() {
        // The evidence; what it lacks is part of what was measured.
        drop(runner.keep(first));
    }
    if measured.answers_show_no_fault()
        && let Some(refusal) = mix.refusal()
    {
        return Err(Stop::Blocked(refusal.to_owned()));
    }
    // What was not sent was not sent by us: too many were under way, and it was this machine that was behind.
    if measured.answers_show_no_fault() && measured.lag(0.99).as_secs_f64() > load.most_lag {
        return Err(Stop::Error(format!(
            "this machine was {:.0} ms late with one request in a hundred, so that it measured itself: give it fewer other things to do, or a lower rate",
            measured.lag(0.99).as_secs_f64() * 1000.0
        )));
    }
    let url = runner.target().base.clone();
    Ok(beside::seen("LOAD", url, &measured.facts(start.elapsed()), runner))
}
