//! Faults that show under load.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::super::problem::Problem;
use super::Fault;

pub(super) static FAULTS: [Fault; 2] = [
    fault!(
        "load/ten-in-a-second",
        breaks["entra-A3", "entra-A17"],
        "answers 429 to all but ten requests in each second",
        |provider| {
            let window = Mutex::new((Instant::now(), 0_u32));
            provider.seams.call.add(move |call| {
                let mut window = window.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                if window.0.elapsed() > Duration::from_secs(1) {
                    *window = (Instant::now(), 0);
                }
                window.1 += 1;
                if window.1 > 10 {
                    let problem = Problem::new(429, None, "too many requests").with_header("Retry-After", "1");
                    call.refusal = Some(problem);
                }
            });
        },
    ),
    fault!(
        "load/falls-over",
        breaks["entra-A3"],
        "runs out of connections to its database after forty requests",
        |provider| {
            let asked = Mutex::new(0_u32);
            provider.seams.call.add(move |call| {
                let mut asked = asked.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                *asked += 1;
                if *asked > 40 {
                    call.refusal = Some(Problem::new(500, None, "no connection is left"));
                }
            });
        },
    ),
];
