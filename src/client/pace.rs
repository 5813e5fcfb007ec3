//! How fast requests leave, and how long to wait for a target that asks for it (RFC 6585 section 4, RFC 9110 section
//! 10.2.3).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep_until};

use super::settings::Patience;
use crate::exchange::{Response, Wait};
use crate::target::Rate;

/// Waits between attempts when the target does not say how long.
const BACK_OFF: [Duration; 5] = [
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// The pace of all requests to one target.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Option<Duration>,
    patience: Patience,
    /// When the next request may leave.
    next: Mutex<Option<Instant>>,
    /// Whether the target was given up and has carried nothing out since: then nobody waits for it again.
    given_up: AtomicBool,
}

/// What to do with an answer.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    /// It is the answer.
    Judge,
    /// The request is to be sent again after this time.
    Again(Duration),
    /// The target puts the request off for longer than we wait.
    GiveUp(String),
}

impl Pace {
    pub(super) fn new(rate: Option<Rate>, patience: Patience) -> Self {
        let interval = rate.map(Rate::interval);
        Self { interval, patience, next: Mutex::new(None), given_up: AtomicBool::new(false) }
    }

    /// Waits until it is the turn of one more request.
    pub(super) async fn turn(&self) {
        let at = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let at = next.filter(|at| *at > now);
            if let Some(interval) = self.interval {
                *next = Some(at.unwrap_or(now) + interval);
            }
            at
        };
        if let Some(at) = at {
            sleep_until(at).await;
        }
    }

    /// Waits, and lets every other request wait as well: a target that is asked too much is asked too much by all.
    pub(super) async fn hold(&self, wait: Duration) {
        let until = Instant::now() + wait;
        {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            *next = Some(next.map_or(until, |at| at.max(until)));
        }
        sleep_until(until).await;
    }

    /// What to do with an answer that came after these waits.
    pub(super) fn next(&self, method: &str, response: &Response, waits: &[Wait]) -> Next {
        let asked = response.header("retry-after");
        if response.status != 429 && !(response.status == 503 && asked.is_some()) {
            self.given_up.store(false, Ordering::Relaxed);
            return Next::Judge;
        }
        // A 429 was not carried out. Of a 503 nobody knows.
        if response.status == 503 && !matches!(method, "GET" | "HEAD" | "OPTIONS") {
            return Next::GiveUp(
                "the target answers 503 with Retry-After; the request may have been carried out, so that it is not sent again. Test when the target is up, or slower, with --rate".to_owned(),
            );
        }
        let waited: f64 = waits.iter().map(|wait| wait.seconds).sum();
        let wait = asked.and_then(|text| seconds(text, response.header("date")));
        let wait = wait.or_else(|| BACK_OFF.get(waits.len()).copied());
        let total = self.patience.total.saturating_sub(Duration::from_secs_f64(waited));
        match wait {
            Some(wait) if wait <= self.patience.once && wait <= total && !self.given_up.load(Ordering::Relaxed) => {
                // Asked to come back at once, again and again, a request would never end.
                Next::Again(wait.max(BACK_OFF[0]))
            }
            _ => {
                self.given_up.store(true, Ordering::Relaxed);
                let asked = wait.filter(|_| asked.is_some());
                Next::GiveUp(gave_up(response.status, waits.len() + 1, waited, asked))
            }
        }
    }
}

fn gave_up(status: u16, attempts: usize, waited: f64, asked: Option<Duration>) -> String {
    let attempts = if attempts == 1 { "the request".to_owned() } else { format!("{attempts} attempts") };
    let asked = asked.map_or_else(String::new, |asked| format!(" and asks to wait {} s more", asked.as_secs()));
    let meaning = if status == 429 { "too many requests" } else { "not available" };
    format!(
        "the target answers {attempts} with {status} ({meaning}){asked}, after {waited:.0} s of waiting; test slower, for example with --rate 5/s, or raise the limit of the target"
    )
}

/// The time that `Retry-After` asks for: seconds, or a date, which is held against the clock of the target where it
/// tells it.
fn seconds(text: &str, date: Option<&str>) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        // More digits than a number holds mean for ever.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let until = http_date(text)?;
    let now = date.and_then(http_date).unwrap_or_else(Timestamp::now);
    Some(Duration::from_secs(u64::try_from(until.as_second().saturating_sub(now.as_second())).unwrap_or(0)))
}

/// A date in one of the three forms of RFC 9110 section 5.6.7.
fn http_date(text: &str) -> Option<Timestamp> {
    const FORMS: [&str; 3] = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    let parsed = FORMS.iter().find_map(|form| jiff::civil::DateTime::strptime(form, text.trim()).ok())?;
    jiff::tz::Offset::UTC.to_timestamp(parsed).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)]) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Response::new(status, headers, Vec::new())
    }

    fn next(method: &str, status: u16, headers: &[(&str, &str)], waits: &[Wait]) -> Next {
        Pace::new(None, Patience::default()).next(method, &answer(status, headers), waits)
    }

    const DATE: &str = "Sun, 06 Nov 1994 08:49:30 GMT";

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date_of_any_form() {
        for (text, expected) in [
            ("7", Some(7)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(7)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(7)),
            ("Sun Nov  6 08:49:37 1994", Some(7)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("-3", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(seconds(text, Some(DATE)), expected.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn only_what_is_safe_is_sent_again() {
        let after = &[("retry-after", "2")];
        assert_eq!(next("POST", 429, after, &[]), Next::Again(Duration::from_secs(2)));
        assert_eq!(next("GET", 503, after, &[]), Next::Again(Duration::from_secs(2)));
        assert!(
            matches!(next("PATCH", 503, after, &[]), Next::GiveUp(reason) if reason.contains("may have been carried out"))
        );
        assert_eq!(next("GET", 503, &[], &[]), Next::Judge);
        assert_eq!(next("GET", 500, after, &[]), Next::Judge);
    }

    #[test]
    fn waiting_has_an_end() {
        let wait = |seconds: f64| Wait { status: 429, seconds };
        let asked = |text: &'static str, waits: &[Wait]| next("GET", 429, &[("retry-after", text)], waits);
        assert!(
            matches!(asked("61", &[]), Next::GiveUp(reason) if reason.contains("wait 61 s more") && reason.contains("--rate"))
        );
        assert!(matches!(asked("60", &[wait(60.0), wait(60.0)]), Next::Again(_)));
        assert!(matches!(asked("60", &[wait(60.0), wait(60.0), wait(30.0)]), Next::GiveUp(_)));
        assert_eq!(asked("0", &[]), Next::Again(BACK_OFF[0]));
        let tired: Vec<Wait> = BACK_OFF.iter().map(|wait_| wait(wait_.as_secs_f64())).collect();
        assert_eq!(next("GET", 429, &[], &tired[..4]), Next::Again(BACK_OFF[4]));
        assert!(
            matches!(next("GET", 429, &[], &tired), Next::GiveUp(reason) if reason.contains("6 attempts with 429"))
        );
    }

    #[test]
    fn a_target_that_was_given_up_is_waited_for_again_once_it_has_answered() {
        let pace = Pace::new(None, Patience::default());
        let busy = |pause: &str| pace.next("GET", &answer(429, &[("retry-after", pause)]), &[]);
        assert!(matches!(busy("3600"), Next::GiveUp(_)));
        assert!(matches!(busy("1"), Next::GiveUp(_)));
        assert_eq!(pace.next("GET", &answer(404, &[]), &[]), Next::Judge);
        assert_eq!(busy("1"), Next::Again(Duration::from_secs(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn turns_are_even_and_are_not_saved_up() {
        let pace = Pace::new("10/s".parse().ok(), Patience::default());
        let start = Instant::now();
        let mut left = Vec::new();
        for _ in 0..3 {
            pace.turn().await;
            left.push(start.elapsed().as_millis());
        }
        assert_eq!(left, [0, 100, 200]);
        tokio::time::advance(Duration::from_secs(10)).await;
        let later = Instant::now();
        pace.turn().await;
        pace.turn().await;
        assert_eq!(later.elapsed().as_millis(), 100);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_of_one_request_holds_the_others() {
        let pace = Pace::new(None, Patience::default());
        let start = Instant::now();
        tokio::join!(pace.hold(Duration::from_secs(5)), async {
            pace.turn().await;
            assert_eq!(start.elapsed().as_secs(), 5);
        });
        // It is over for those who come later.
        pace.turn().await;
        assert_eq!(start.elapsed().as_secs(), 5);
    }
}
