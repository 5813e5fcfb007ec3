//! What a row of the tables says, and how it is held against a run.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use libtest_mimic::Failed;
use scimspec::client::{Client, Patience, Settings};
use scimspec::exchange::Exchange;
use scimspec::plan::Selection;
use scimspec::report::{self, Format, Report, Setting, terminal};
use scimspec::requirement::Catalogue;
use scimspec::run::{Options, Run, Session};
use scimspec::suite::{self, Suite, Tier};
use scimspec::target::{Config, Credential};
use scimspec::verdict::Verdict;

use super::answer::{Answer, Asked, Sent};
use super::target::{Hostile, Spoil, TOKEN};

/// Longest that any of these runs may take; most take less than two seconds.
const BOUND: Duration = Duration::from_secs(30);
/// Most requests that any of them may send.
const MOST_REQUESTS: usize = 2_000;
/// How long a request may take where no answer comes.
const IMPATIENT: Duration = Duration::from_millis(700);
/// How long it may take where one does, on a busy machine too.
const PATIENT: Duration = Duration::from_secs(15);

/// Who is to blame, and what is said.
#[derive(Clone, Copy)]
pub(crate) enum Expect {
    /// Discovery fails with a message that has these parts: nothing can be judged.
    NoEntry(&'static [&'static str]),
    /// Legal: every verdict is that of a run against the unspoilt target.
    Legal,
    /// Our own or the network's trouble: some cases are `error` with this text, and nobody is blamed.
    Error(&'static str),
    /// A breach: some case or standing check is `fail` with a finding that has this text, and nothing is `error`.
    Fail(&'static str),
    /// A remark: as `Fail`, but `warn`, and nothing is `fail`.
    Warn(&'static str),
    /// Cases cannot be judged for what the target withholds: `blocked` with this text; nothing is `error`.
    Blocked(&'static str),
    /// Discovery could not use something: a note with this text, and nothing is `fail` or `error`.
    Noted(&'static str),
}

/// One way of being hostile.
#[derive(Clone, Copy)]
pub(crate) struct Behaviour {
    pub(crate) name: &'static str,
    pub(crate) spoil: Spoil,
    pub(crate) at_accept: Option<fn() -> Sent>,
    /// Cases to run.
    pub(crate) select: &'static [&'static str],
    pub(crate) expect: Expect,
    /// Why that is the right verdict.
    pub(crate) why: &'static str,
    /// Whether the target lets its clients remove what they made.
    pub(crate) removable: bool,
}

impl Behaviour {
    pub(crate) const fn new(
        name: &'static str,
        place: fn(&Asked) -> bool,
        attack: fn(&Asked, Answer) -> Sent,
        expect: Expect,
        why: &'static str,
    ) -> Self {
        Self {
            name,
            spoil: Spoil { place, reaches_provider: true, prefix: "", attack },
            at_accept: None,
            select: &["users/retrieve", "users/delete/answers-204", "users/delete/gone-from-lists"],
            expect,
            why,
            removable: true,
        }
    }

    /// Only where time runs out by design, it runs out early.
    fn timeout(&self) -> Duration {
        match self.expect {
            Expect::Error(text) if text.contains("no answer within") => IMPATIENT,
            Expect::NoEntry(parts) if parts.contains(&"no answer within") => IMPATIENT,
            _ => PATIENT,
        }
    }

    /// With other cases.
    pub(crate) const fn on(self, select: &'static [&'static str]) -> Self {
        Self { select, ..self }
    }

    /// The spoilt requests do not reach the provider.
    pub(crate) const fn unheard(mut self) -> Self {
        self.spoil.reaches_provider = false;
        self
    }

    /// What was made cannot be removed: the target does not say what it made, or takes no DELETE.
    pub(crate) const fn keeps(self) -> Self {
        Self { removable: false, ..self }
    }
}

/// The places.
pub(crate) mod at {
    use super::Asked;

    pub(crate) fn nothing(_: &Asked) -> bool {
        false
    }
    pub(crate) fn everything(_: &Asked) -> bool {
        true
    }
    pub(crate) fn discovery(asked: &Asked) -> bool {
        ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"].contains(&asked.path.as_str())
    }
    pub(crate) fn schemas(asked: &Asked) -> bool {
        asked.path == "/Schemas"
    }
    pub(crate) fn resource_types(asked: &Asked) -> bool {
        asked.path == "/ResourceTypes"
    }
    pub(crate) fn reads(asked: &Asked) -> bool {
        asked.method == "GET" && asked.path.starts_with("/Users/") && !asked.path.ends_with("-missing")
    }
    pub(crate) fn lists(asked: &Asked) -> bool {
        asked.method == "GET" && ["/Users", "/Groups"].contains(&asked.path.as_str()) && asked.raw.contains("filter")
    }
    pub(crate) fn creates(asked: &Asked) -> bool {
        asked.method == "POST" && asked.path == "/Users"
    }
    pub(crate) fn deletes(asked: &Asked) -> bool {
        asked.method == "DELETE"
    }
    pub(crate) fn users(asked: &Asked) -> bool {
        asked.path.starts_with("/Users") && !asked.raw.ends_with("startIndex=1&count=1")
    }
}

static SUITES: LazyLock<Vec<Arc<Suite>>> = LazyLock::new(|| {
    let loaded = suite::load(suite::embedded(), Catalogue::embedded());
    loaded.unwrap_or_else(|errors| panic!("{errors}")).into_iter().map(Arc::new).collect()
});

/// A run against a hostile target, or why there was none.
pub(crate) struct Outcome {
    pub(crate) run: Result<(Run, Report), String>,
    pub(crate) target: Hostile,
    pub(crate) took: Duration,
}

/// Runs the cases against the target that a behaviour makes.
pub(crate) fn outcome(behaviour: &Behaviour) -> Outcome {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let target = Hostile::start(behaviour.spoil, behaviour.at_accept).await.expect("a target");
        let settings = Settings {
            credential: Some(Credential::bearer(TOKEN)),
            timeout: behaviour.timeout(),
            patience: Patience { once: Duration::from_secs(2), total: Duration::from_secs(1) },
            ..Settings::default()
        };
        let base = url::Url::parse(&target.base).expect("a URL");
        let client = Arc::new(Client::http(&base, settings).expect("a client"));
        let selectors = behaviour.select.iter().map(|one| (*one).to_owned()).collect();
        let selection = Selection { selectors, tier: Tier::Edge, ..Selection::default() };
        let options = Options { jobs: 4, seed: 7, selection, keep_judged: false };
        let start = Instant::now();
        let run = match Session::open(client, &base, &Config::default()).await {
            Ok(session) => {
                let run = session.run(&SUITES, &options, Catalogue::embedded(), &mut |_| {}).await;
                run.map_err(|error| error.to_string())
            }
            Err(unusable) => Err(unusable.to_string()),
        };
        let took = start.elapsed();
        let setting = Setting { target: target.base.clone(), command: "scimspec run".to_owned(), ..Setting::default() };
        let run = run.map(|run| {
            let report = report::assemble(&run, &options, &setting, &SUITES, Catalogue::embedded());
            (run, report)
        });
        Outcome { run, target, took }
    })
}

/// Verdicts of a run against the unspoilt target, by cases.
fn clean(select: &'static [&'static str]) -> BTreeMap<String, Verdict> {
    static KNOWN: std::sync::Mutex<BTreeMap<&[&str], BTreeMap<String, Verdict>>> =
        std::sync::Mutex::new(BTreeMap::new());
    if let Some(known) = KNOWN.lock().expect("no panic while it is held").get(select) {
        return known.clone();
    }
    fn plain(_: &Asked, answer: Answer) -> Sent {
        answer.into()
    }
    let behaviour = Behaviour::new("clean", at::nothing, plain, Expect::Legal, "").on(select);
    let Outcome { run, .. } = outcome(&behaviour);
    let verdicts = verdicts(&run.expect("an unspoilt target can be tested").1);
    KNOWN.lock().expect("no panic while it is held").insert(select, verdicts.clone());
    verdicts
}

fn verdicts(report: &Report) -> BTreeMap<String, Verdict> {
    report.cases.iter().map(|case| (case.id.clone(), case.verdict)).collect()
}

/// Runs, and holds what came of it against the row.
pub(crate) fn hold(behaviour: &Behaviour) -> Result<(), Failed> {
    let Outcome { run, target, took } = outcome(behaviour);
    let mut wrong = Vec::new();
    let mut claim = |held: bool, what: String| {
        if !held {
            wrong.push(what);
        }
    };
    claim(took < BOUND, format!("it took {took:?}"));
    let seen = target.seen();
    claim(seen.len() <= MOST_REQUESTS, format!("{} requests were sent", seen.len()));
    claim(target.connections_elsewhere() == 0, "somebody else was called".to_owned());
    for asked in &seen {
        claim(asked.is_inside(), format!("{} {} is outside of the base path", asked.method, asked.raw));
        let one_resource = asked.path.trim_start_matches('/').split('/').filter(|part| !part.is_empty()).count() >= 2;
        claim(asked.method != "DELETE" || one_resource, format!("DELETE {} is no single resource", asked.raw));
    }
    if behaviour.removable {
        claim(target.stored() == 0, format!("{} resources were left behind", target.stored()));
    }
    match &run {
        Err(message) => {
            claim(message.len() < 1_000, format!("the message has {} bytes", message.len()));
            match behaviour.expect {
                Expect::NoEntry(parts) => {
                    for part in parts {
                        claim(message.contains(part), format!("`{part}` is not in: {message}"));
                    }
                }
                _ => claim(false, format!("the run was refused: {message}")),
            }
        }
        Ok((run, report)) => {
            judged(behaviour, report, &mut claim);
            for (place, text) in written(report) {
                for raw in raw(place, &text) {
                    claim(false, format!("{place} holds {raw}"));
                }
                claim(!text.contains(TOKEN), format!("{place} holds the token"));
                claim(!text.contains("defect in scimspec"), format!("{place} speaks of a defect in scimspec"));
            }
            let held: usize = run.cases.iter().flat_map(|case| &case.exchanges).map(bytes).sum();
            claim(held < 32 * 1024 * 1024, format!("the run holds {held} bytes of evidence"));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let said = run.map_or_else(|message| message, |(_, report)| summary(&report));
    Err(format!("{}\n{}\n{} requests\n{said}", behaviour.why, wrong.join("\n"), seen.len()).into())
}

fn judged(behaviour: &Behaviour, report: &Report, claim: &mut dyn FnMut(bool, String)) {
    let clean = clean(behaviour.select);
    let has = |verdict: Verdict, text: &str| {
        report.cases.iter().filter(|case| case.verdict == verdict).any(|case| {
            case.reason.as_deref().is_some_and(|reason| reason.contains(text))
                || case.findings.iter().any(|finding| finding.verdict() == verdict && finding.message.contains(text))
        })
    };
    let mut none_is = |verdict: Verdict| {
        let those: Vec<&str> =
            report.cases.iter().filter(|case| case.verdict == verdict).map(|case| case.id.as_str()).collect();
        claim(those.is_empty(), format!("{verdict}: {}", those.join(", ")));
    };
    let wanted = match behaviour.expect {
        Expect::NoEntry(_) => {
            claim(false, "the target was let in".to_owned());
            return;
        }
        Expect::Legal => {
            for (id, verdict) in verdicts(report) {
                let expected = clean.get(&id);
                claim(expected == Some(&verdict), format!("{id}: {verdict} instead of {expected:?}"));
            }
            return;
        }
        Expect::Noted(text) => {
            none_is(Verdict::Fail);
            none_is(Verdict::Error);
            let noted = report.target.discovery_notes.iter().any(|note| note.contains(text));
            claim(noted, format!("no note says `{text}`: {:#?}", report.target.discovery_notes));
            return;
        }
        Expect::Error(text) => {
            none_is(Verdict::Fail);
            (Verdict::Error, text)
        }
        Expect::Fail(text) => {
            none_is(Verdict::Error);
            (Verdict::Fail, text)
        }
        Expect::Warn(text) => {
            none_is(Verdict::Error);
            none_is(Verdict::Fail);
            (Verdict::Warn, text)
        }
        Expect::Blocked(text) => {
            none_is(Verdict::Error);
            (Verdict::Blocked, text)
        }
    };
    claim(has(wanted.0, wanted.1), format!("nothing is {} with `{}`", wanted.0, wanted.1));
}

/// The report in every format, the terminal's included.
pub(crate) fn written(report: &Report) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    for format in Format::ALL {
        let mut bytes = Vec::new();
        format.reporter().write(report, &mut bytes).expect("writing to memory works");
        out.push((format.as_str(), String::from_utf8(bytes).expect("reports are UTF-8")));
    }
    let mut bytes = Vec::new();
    let style = terminal::Style { color: false, width: 100, verbose: true };
    terminal::write(report, &style, &mut bytes).expect("writing to memory works");
    out.push(("terminal", String::from_utf8(bytes).expect("text")));
    out
}

/// Formats that a reader's program interprets, and what may not stand in them as the target sent it. JSON is no
/// such format: there, control characters are escaped by the grammar, and the rest is for programs.
fn raw(place: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut deny = |part: &str| {
        if text.contains(part) {
            found.push(format!("{part:?}"));
        }
    };
    match place {
        "html" => ["<script>alert", "<img src=x", "\u{1b}", "\u{9b}", "\u{202e}"].into_iter().for_each(&mut deny),
        "junit" => ["<script", "\u{1b}", "\u{9b}", "\u{202e}", "]]>|"].into_iter().for_each(&mut deny),
        "markdown" => {
            ["<script", "<img src=x", "\u{1b}", "\u{9b}", "\u{202e}", "](https://evil"].into_iter().for_each(&mut deny);
        }
        "github" => ["\u{1b}", "\n::error::injected", "\r"].into_iter().for_each(&mut deny),
        "terminal" => ["\u{1b}", "\u{9b}", "\u{202e}", "\r", "\n::error"].into_iter().for_each(&mut deny),
        _ => ["\u{1b}", "\u{0}"].into_iter().for_each(&mut deny),
    }
    found
}

/// What was judged, short, for the message of a trial that fails.
fn summary(report: &Report) -> String {
    let mut out = String::new();
    for case in &report.cases {
        let notable = !matches!(case.verdict, Verdict::Pass | Verdict::Skip);
        if notable {
            let findings = case.findings.iter().filter(|finding| finding.verdict() != Verdict::Pass);
            let messages: Vec<&str> = findings.map(|finding| finding.message.as_str()).collect();
            let reason = case.reason.as_deref().unwrap_or_default();
            let text: String =
                format!("{} {} {reason} {}\n", case.verdict, case.id, messages.join(" | ")).chars().take(600).collect();
            out.push_str(&text);
            out.push('\n');
        }
    }
    out.push_str(&report.target.discovery_notes.join("\n").chars().take(1000).collect::<String>());
    out
}

/// Bytes of evidence in an exchange.
pub(crate) fn bytes(exchange: &Exchange) -> usize {
    let headers =
        |headers: &[(String, String)]| headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    let request = &exchange.request;
    let asked = request.url.len() + headers(&request.headers) + request.body.as_ref().map_or(0, Vec::len);
    asked + exchange.response().map_or(0, |response| headers(&response.headers) + response.body.len())
}
