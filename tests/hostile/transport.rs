//! Connections and framing. A broken connection is never the fault of SCIM: it is `error`. What HTTP allows is not
//! noticed at all.

use std::time::Duration;

use super::answer::{Answer, Asked, Sent};
use super::behaviour::Expect::{Error, Fail, Legal, NoEntry};
use super::behaviour::{Behaviour, at};
use super::framing::{
    GZIP_OF_BRACES, chunk_head, chunked, cut_body, drip, evil_answer, framed, hang, hang_after_headers,
    head_without_end, interim, put_off, too_long, too_short, trailers, two_lengths, until_close,
};

const NO_WAIT: Duration = Duration::ZERO;

pub(crate) fn behaviours() -> Vec<Behaviour> {
    let broken = "RFC 9112 8: an incomplete message is no answer; nothing can be said of SCIM";
    let malformed = "RFC 9112 2.2, 6.3: a message that is no HTTP has no meaning; nothing can be said of SCIM";
    let late = "RFC 6585 4, RFC 9110 15.6.4: a server may put a request off at any time; nothing can be said of SCIM";
    let legal =
        |name, attack: fn(&Asked, Answer) -> Sent, why| Behaviour::new(name, at::everything, attack, Legal, why);
    let on_read =
        |name, attack: fn(&Asked, Answer) -> Sent, expect, why| Behaviour::new(name, at::reads, attack, expect, why);
    let mut all = vec![
        on_read(
            "too-many-requests-for-ever",
            |_, a| put_off(a, "429 Too Many Requests", Some("1")),
            Error("429"),
            late,
        ),
        on_read(
            "too-many-requests-without-a-time",
            |_, a| put_off(a, "429 Too Many Requests", None),
            Error("429"),
            late,
        ),
        on_read(
            "too-many-requests-until-next-year",
            |_, a| put_off(a, "429 Too Many Requests", Some("31536000")),
            Error("31536000 s"),
            late,
        ),
        on_read(
            "unavailable-for-a-year",
            |_, a| put_off(a, "503 Service Unavailable", Some("31536000")),
            Error("31536000 s"),
            late,
        ),
        on_read(
            "unavailable-until-a-date-that-is-none",
            |_, a| put_off(a, "503 Service Unavailable", Some("Tue, 99 Foo 2099")),
            Error("503"),
            late,
        ),
        on_read("hang-before-headers", hang, Error("no answer within"), "RFC 9110 3.3: no response came"),
        on_read("hang-after-headers", hang_after_headers, Error("no answer within"), broken),
        on_read("one-byte-per-second", drip, Error("no answer within"), broken),
        on_read("closed-before-headers", |_, _| Sent::Last(Vec::new()), Error("closed"), broken),
        on_read("reset-instead-of-an-answer", |_, _| Sent::Reset, Error("GET /scim/v2/Users/"), broken),
        on_read("cut-body", cut_body, Error("broke off"), broken),
        on_read("content-length-too-long", too_long, Error("no answer within"), broken),
        on_read(
            "content-length-too-short",
            too_short,
            Fail("JSON"),
            "RFC 9112 6.3: the length says where the body ends; what was announced is no whole JSON",
        ),
        on_read(
            "two-content-lengths",
            two_lengths,
            Error("GET /scim/v2/Users/"),
            "RFC 9112 6.3: differing lengths make the message invalid, an attack on proxies",
        ),
        on_read(
            "length-that-is-no-number",
            |_, a| Sent::Last(framed(&a, "Content-Length: ten\r\n", &a.body)),
            Error("GET /scim/v2/Users/"),
            malformed,
        ),
        on_read("chunk-of-no-number", |_, a| chunked(&a, b"zz\r\n{}\r\n0\r\n\r\n"), Error("broke off"), malformed),
        on_read(
            "chunk-of-2-to-the-64",
            |_, a| chunked(&a, b"10000000000000000\r\n{}\r\n0\r\n\r\n"),
            Error("broke off"),
            malformed,
        ),
        on_read("chunks-without-end", |_, a| chunked(&a, b"2\r\n{}\r\n"), Error("broke off"), broken),
        on_read(
            "endless-chunk-extension",
            |_, a| Sent::Again(chunk_head(&a, b"2;"), vec![b'x'; 65_536], 100_000, NO_WAIT),
            Error("broke off"),
            malformed,
        ),
        on_read(
            "endless-trailers",
            |_, a| {
                Sent::Again(
                    chunk_head(&a, b"2\r\n{}\r\n0\r\n"),
                    b"x: yyyyyyyyyyyyyyyyyyyyyyyyy\r\n".repeat(1000),
                    100_000,
                    NO_WAIT,
                )
            },
            Error("GET /scim/v2/Users/"),
            malformed,
        ),
        on_read(
            "thousand-headers",
            |_, a| Sent::Last(framed(&a, &"x-more: 1\r\n".repeat(1_000), &a.body)),
            Error("headers"),
            "RFC 9110 5.4: a recipient may refuse fields that are larger than it wants to process; that is our limit",
        ),
        on_read(
            "header-of-a-megabyte",
            |_, a| Sent::Last(framed(&a, &format!("x-more: {}\r\n", "x".repeat(1 << 20)), &a.body)),
            Error("headers"),
            "RFC 9110 5.4: as above",
        ),
        on_read(
            "endless-headers",
            |_, a| Sent::Again(head_without_end(&a), b"x: yyyyyyyyyyyyyyyy\r\n".repeat(500), 100_000, NO_WAIT),
            Error("headers"),
            "RFC 9110 5.4: as above",
        ),
        on_read(
            "endless-header",
            |_, a| {
                Sent::Again([head_without_end(&a), b"x-more: ".to_vec()].concat(), vec![b'x'; 65_536], 100_000, NO_WAIT)
            },
            Error("headers"),
            "RFC 9110 5.4: as above",
        ),
        on_read(
            "header-without-colon",
            |_, a| Sent::Last(framed(&a, "no colon\r\n", &a.body)),
            Error("GET /scim/v2/Users/"),
            malformed,
        ),
        on_read(
            "header-with-a-terminal-escape",
            |_, a| Sent::Last(framed(&a, "x-note: \u{1b}[31mred\r\n", &a.body)),
            Error("GET /scim/v2/Users/"),
            "RFC 9110 5.5: field values hold no control characters",
        ),
        on_read(
            "status-that-is-no-number",
            |_, _| Sent::Last(b"HTTP/1.1 OK OK\r\n\r\n".to_vec()),
            Error("GET /scim/v2/Users/"),
            malformed,
        ),
        on_read(
            "status-000",
            |_, a| Sent::Last(a.with_status("000 Zero").bytes()),
            Error("GET /scim/v2/Users/"),
            malformed,
        ),
        on_read(
            "status-99999",
            |_, a| Sent::Last(a.with_status("99999 Many").bytes()),
            Error("GET /scim/v2/Users/"),
            malformed,
        ),
        on_read(
            "status-999",
            |_, a| a.with_status("999 Beyond").into(),
            Fail("999"),
            "RFC 9110 15: a status outside of 100 to 599 counts as a server error, and a read that works answers 200",
        ),
        on_read("http-0.9", |_, a| Sent::Last(a.body), Error("GET /scim/v2/Users/"), malformed),
        on_read(
            "http-2-without-asking",
            |_, _| Sent::Last(b"HTTP/2.0 200\r\n\r\n{}".to_vec()),
            Error("GET /scim/v2/Users/"),
            malformed,
        ),
        on_read(
            "another-protocol",
            |_, _| Sent::Last(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()),
            Error("GET /scim/v2/Users/"),
            malformed,
        ),
        on_read(
            "switching-protocols",
            |_, _| {
                Sent::Last(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n".to_vec())
            },
            Error("GET /scim/v2/Users/"),
            "RFC 9110 15.2.2: nobody asked to change the protocol, and what follows is none we speak",
        ),
        on_read(
            "endless-interim-answers",
            |_, _| {
                Sent::Again(
                    Vec::new(),
                    b"HTTP/1.1 102 Processing\r\n\r\n".repeat(100),
                    1_000_000,
                    Duration::from_millis(1),
                )
            },
            Error("no answer within"),
            "RFC 9110 15.2: interim answers are no answer",
        ),
        legal(
            "continue-first",
            |_, a| interim(&a, b"HTTP/1.1 100 Continue\r\n\r\n"),
            "RFC 9110 15.2: a client takes interim answers, expected or not",
        ),
        legal(
            "many-interim-answers",
            |_, a| interim(&a, &b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".repeat(50)),
            "RFC 9110 15.2: one or more interim answers may come first",
        ),
        legal("chunked-with-trailers", trailers, "RFC 9112 7.1: chunks, extensions and trailers are part of HTTP/1.1"),
        legal(
            "closed-after-each-answer",
            |_, a| Sent::Last(a.with_header("Connection", "close").bytes()),
            "RFC 9112 9.6: connections may be closed after any answer",
        ),
        legal(
            "closed-without-saying-so",
            |_, a| Sent::Last(a.bytes()),
            "RFC 9112 9.5: connections may be closed at any time",
        ),
        legal(
            "body-until-the-end-of-the-connection",
            until_close,
            "RFC 9112 6.3: without a length the body ends with the connection",
        ),
        legal(
            "header-names-in-capitals",
            |_, mut a| {
                for (name, _) in &mut a.headers {
                    *name = name.to_ascii_uppercase();
                }
                a.into()
            },
            "RFC 9110 5.1: names are compared without regard to case",
        ),
        legal(
            "no-reason-phrase",
            |_, a| {
                let code = a.status[..3].to_owned();
                a.with_status(&format!("{code} ")).into()
            },
            "RFC 9112 4: the reason phrase may be empty",
        ),
        legal(
            "one-byte-after-the-other",
            |_, a| Sent::Slowly(a.bytes()),
            "RFC 9112 2: a message is a sequence of octets, however it is cut into packets",
        ),
        Behaviour::new(
            "204-with-a-body",
            at::deletes,
            |_, a| Sent::Bytes([a.bytes(), b"{\"oops\": true}".to_vec()].concat()),
            Legal,
            "RFC 9110 6.4.1: a 204 has no content; what follows on the wire is not part of it",
        ),
        Behaviour::new(
            "two-answers-to-one-request",
            at::reads,
            |_, a| Sent::Bytes([a.bytes(), evil_answer()].concat()),
            Legal,
            "RFC 9112 9.2: what nobody asked for answers nothing; it may never be taken for the next answer",
        ),
        on_read(
            "304-without-asking",
            |_, a| a.with_status("304 Not Modified").into(),
            Fail("304"),
            "RFC 9110 15.4.5: 304 answers a conditional request only",
        ),
        on_read(
            "206-without-asking",
            |_, a| a.with_status("206 Partial Content").into(),
            Fail("206"),
            "RFC 9110 15.3.7: 206 answers a range request only",
        ),
        on_read(
            "redirect-loop",
            |asked, a| a.with_status("302 Found").with_header("Location", asked.raw.clone()).into(),
            Fail("302"),
            "RFC 7644 3.4.1: a read answers 200; a client that carries a credential follows no redirect",
        ),
        on_read(
            "redirect-to-somebody-else",
            |asked, a| {
                a.with_status("307 Temporary Redirect")
                    .with_header("Location", format!("http://{}{}", asked.elsewhere, asked.raw))
                    .into()
            },
            Fail("307"),
            "RFC 9110 15.4: following is the client's choice; the credential stays at home",
        ),
        Behaviour::new(
            "redirect-of-everything",
            at::everything,
            |asked, a| {
                a.with_status("301 Moved")
                    .with_header("Location", format!("http://{}{}", asked.elsewhere, asked.raw))
                    .into()
            },
            NoEntry(&["is no SCIM endpoint", "301 and sends us to http://127.0.0.1:"]),
            "nothing of SCIM is at the URL that was given",
        )
        .unheard(),
        Behaviour::new(
            "silence-everywhere",
            at::everything,
            hang,
            NoEntry(&["cannot reach", "no answer within"]),
            "there is no answer to judge",
        )
        .unheard(),
        on_read(
            "compressed-without-asking",
            |_, a| a.with_header("Content-Encoding", "gzip").with_body(GZIP_OF_BRACES).into(),
            Error("gzip"),
            "RFC 9110 12.5.3: a coding that was not asked for should not be used, but a client without it can judge nothing",
        ),
        on_read(
            "compression-bomb",
            |_, a| a.with_header("Content-Encoding", "gzip").with_body(vec![0x1f; 8 << 20]).into(),
            Error("gzip"),
            "as above; nothing is unpacked",
        ),
        on_read(
            "body-of-200-megabytes",
            |_, a| {
                Sent::Again(a.head(&format!("Content-Length: {}\r\n", 200 << 20)), vec![b' '; 1 << 20], 200, NO_WAIT)
            },
            Error("larger than 16 MiB"),
            "how much we read is our limit (RFC 9110 places none)",
        ),
        on_read(
            "endless-body",
            |_, a| Sent::Again(a.head(""), vec![b' '; 1 << 20], 1_000_000, NO_WAIT),
            Error("larger than 16 MiB"),
            "how much we read is our limit",
        ),
    ];
    let mut reset = Behaviour::new(
        "reset-at-accept",
        at::nothing,
        |_, a| a.into(),
        NoEntry(&["cannot reach"]),
        "there is no answer to judge",
    );
    reset.at_accept = Some(|| Sent::Reset);
    let mut hasty = Behaviour::new(
        "answer-before-the-request",
        at::nothing,
        |_, a| a.into(),
        NoEntry(&["cannot reach"]),
        "RFC 9112 9.2: an answer belongs to a request; this one came before any",
    );
    hasty.at_accept = Some(|| Sent::Bytes(evil_answer()));
    all.extend([reset, hasty]);
    all
}
