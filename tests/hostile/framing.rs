//! Answers in every kind of frame, sound and broken.

use std::time::Duration;

use super::answer::{Answer, Asked, Sent};

/// `{}` in gzip.
pub(crate) const GZIP_OF_BRACES: [u8; 22] =
    [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0xae, 5, 0, 0x43, 0xbf, 0xa6, 0xa3, 2, 0, 0, 0];

/// The target has no time now, and may say when it has.
pub(crate) fn put_off(answer: Answer, status: &str, after: Option<&str>) -> Sent {
    let answer = answer.with_status(status).with_body("");
    after.map_or_else(|| answer.clone(), |after| answer.clone().with_header("Retry-After", after)).into()
}

pub(crate) fn hang(_: &Asked, _: Answer) -> Sent {
    Sent::Stuck(Vec::new())
}

pub(crate) fn hang_after_headers(_: &Asked, answer: Answer) -> Sent {
    Sent::Stuck(answer.head(&format!("Content-Length: {}\r\n", answer.body.len())))
}

pub(crate) fn drip(_: &Asked, answer: Answer) -> Sent {
    Sent::Again(answer.head("Content-Length: 1000\r\n"), b" ".to_vec(), 1_000, Duration::from_millis(200))
}

pub(crate) fn framed(answer: &Answer, framing: &str, body: &[u8]) -> Vec<u8> {
    [&answer.head(framing), body].concat()
}

pub(crate) fn cut_body(_: &Asked, answer: Answer) -> Sent {
    let whole = answer.bytes();
    Sent::Last(whole[..whole.len() - 10].to_vec())
}

pub(crate) fn too_long(_: &Asked, answer: Answer) -> Sent {
    Sent::Stuck(framed(&answer, &format!("Content-Length: {}\r\n", answer.body.len() + 10), &answer.body))
}

pub(crate) fn too_short(_: &Asked, answer: Answer) -> Sent {
    Sent::Last(framed(&answer, &format!("Content-Length: {}\r\n", answer.body.len() - 10), &answer.body))
}

pub(crate) fn two_lengths(_: &Asked, answer: Answer) -> Sent {
    Sent::Last(framed(
        &answer,
        &format!("Content-Length: {}\r\nContent-Length: 5\r\n", answer.body.len()),
        &answer.body,
    ))
}

pub(crate) fn chunk_head(answer: &Answer, chunks: &[u8]) -> Vec<u8> {
    framed(answer, "Transfer-Encoding: chunked\r\n", chunks)
}

pub(crate) fn chunked(answer: &Answer, chunks: &[u8]) -> Sent {
    Sent::Last(chunk_head(answer, chunks))
}

pub(crate) fn head_without_end(answer: &Answer) -> Vec<u8> {
    let mut head = answer.head("");
    head.truncate(head.len() - 2);
    head
}

pub(crate) fn interim(answer: &Answer, before: &[u8]) -> Sent {
    Sent::Bytes([before, &answer.bytes()].concat())
}

pub(crate) fn trailers(_: &Asked, answer: Answer) -> Sent {
    if answer.body.is_empty() {
        return answer.into();
    }
    let (one, two) = answer.body.split_at(answer.body.len() / 2);
    let mut chunks = Vec::new();
    for part in [one, two] {
        chunks.extend_from_slice(format!("{:x};ext=\"a b\"\r\n", part.len()).as_bytes());
        chunks.extend_from_slice(part);
        chunks.extend_from_slice(b"\r\n");
    }
    chunks.extend_from_slice(b"0\r\nX-Checksum: abc\r\n\r\n");
    Sent::Bytes(chunk_head(&answer, &chunks))
}

pub(crate) fn until_close(_: &Asked, answer: Answer) -> Sent {
    Sent::Last(framed(&answer, "Connection: close\r\n", &answer.body))
}

/// An answer that names another resource than any that was asked for.
pub(crate) fn evil_answer() -> Vec<u8> {
    let body = "{\"schemas\":[],\"id\":\"evil\",\"userName\":\"evil\"}";
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/scim+json\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
}
