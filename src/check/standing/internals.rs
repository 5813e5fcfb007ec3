//! Errors do not show how the target is built (RFC 7643 §9.2, RFC 9865 §5.2).

use std::sync::LazyLock;

use regex::Regex;

use super::looks::{Breach, Looks};
use super::{Sight, Sighting, StandingCheck};
use crate::check::wording::cut;

pub(super) static CHECK: StandingCheck = StandingCheck {
    name: "internals",
    title: "Errors show no stack traces and no SQL",
    why: "They tell attackers which software, tables and files to go for.",
    requirements: &["7643-9.2-02"],
    rulings: &["X31"],
    hint: "log the exception on the server, and answer with a sentence for the caller",
    watch,
};

/// So much of a body is looked at.
const LOOKED_AT: usize = 64 * 1024;

/// What only the inside of a program says.
static TRACES: LazyLock<Regex> = LazyLock::new(|| {
    let signs = [
        r"Traceback \(most recent call last\)",
        r#"File \\?"[^"\n]+\.py\\?", line \d+"#,
        r"\bat [\w$.<>]+\([\w$]+\.(?:java|kt|scala):\d+\)",
        r"\bat [^\n(]*\(?(?:file://)?/[^\n():]+\.[cm]?[jt]s:\d+:\d+\)?",
        r"\bin [A-Z]?:?[\\/][^\n:]+\.cs:line \d+",
        r"thread '[^'\n]+' panicked at ",
        r"goroutine \d+ \[",
        r"\b[\w/.-]+\.rb:\d+:in [`']",
        r"\bSQLSTATE\[",
        r"\bORA-\d{5}\b",
        r"(?:sqlite3|psycopg2|sqlalchemy|pymysql)\.(?:exc\.)?\w*Error",
        r"(?i)\bSELECT\s+[\w.*`\x22,\s]+\s+FROM\s+[\w.`\x22]+\s+WHERE\b",
        r"(?i)\bINSERT\s+INTO\s+[\w.`\x22]+\s*\([^)\n]+\)\s*VALUES\b",
    ];
    Regex::new(&signs.join("|")).expect("the signs are tested")
});

fn watch(sight: &Sight<'_>) -> Vec<Sighting> {
    let mut looks = Looks::default();
    if sight.response.status < 400 || sight.response.body.is_empty() {
        return looks.done();
    }
    let body = &sight.response.body[..sight.response.body.len().min(LOOKED_AT)];
    // As a reader of the text sees it, without the escapes of JSON.
    let text = String::from_utf8_lossy(body).replace("\\n", "\n").replace("\\t", "\t");
    let sign = TRACES.find(&text).map(|found| found.as_str().to_owned());
    // What the request itself said may come back.
    let sent = sight.request.body.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    let sign = sign.filter(|sign| !sent.contains(sign.as_str()));
    looks.judge(CHECK.requirement(), sign.is_none(), || {
        let actual = format!("`{}`", cut(&sign.unwrap_or_default()));
        Breach::expected("", "a text for people", actual).ruled("X31")
    });
    looks.done()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::exchange::Request;
    use crate::scim::message;
    use crate::verdict::Seen;

    fn error(detail: &str) -> Vec<Sighting> {
        see(&CHECK, &get("/Users"), &reply(500, &message::error(500, None, detail)))
    }

    #[test]
    fn texts_for_people_hold() {
        for detail in [
            "the database is not there, try again",
            "select a group from the list where you are a member",
            "expected an attribute at position 3 (File is missing)",
        ] {
            assert_held(&error(detail));
        }
        assert_silent(&see(&CHECK, &get("/Users/1"), &reply(200, &ann())));
    }

    #[test]
    fn traces_and_sql_are_warnings() {
        for detail in [
            "Traceback (most recent call last):\n  File \"/srv/app/views.py\", line 12, in get",
            "java.lang.NullPointerException\n\tat com.example.scim.UserService.find(UserService.java:42)",
            "TypeError: x is undefined\n    at Object.get (/srv/app/users.js:12:7)",
            "   at Scim.Users.Get(String id) in C:\\src\\Users.cs:line 77",
            "thread 'main' panicked at src/main.rs:3:5",
            "app/models/user.rb:7:in `find'",
            "SQLSTATE[42S02]: Base table or view not found",
            "sqlite3.OperationalError: near \"x\"",
            "SELECT id, name FROM users WHERE name = 'x'",
        ] {
            assert_eq!(error(detail)[0].seen, Seen::Broken, "{detail}");
        }
    }

    #[test]
    fn what_was_sent_may_come_back() {
        let sql = "SELECT id FROM users WHERE name = 'x'";
        let request = Request { body: Some(sql.into()), ..request("POST", "/Users") };
        assert_held(&see(&CHECK, &request, &reply(400, &message::error(400, None, sql))));
    }
}
