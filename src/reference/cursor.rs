//! Cursors (RFC 9865 §2): a place between two resources, as text that means something only together with the query
//! that it was given out for. The provider keeps nothing of them.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::problem::Problem;

/// Bytes of a place before its seal.
const PLACE: usize = 33;
/// Bytes of a seal.
const SEAL: usize = 16;

/// A place in the results of a query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Whether the page before the place is wanted, and not the one behind it.
    pub(crate) back: bool,
    /// Row of the resource next to the place; 0 is before everything.
    pub(crate) row: i64,
    /// How many results were before the place. It is used where the resource is gone and the order is not that of
    /// the rows.
    pub(crate) before: u64,
    /// `count` of the query.
    pub(crate) count: Option<i64>,
    /// When it was given out, in seconds since 1970.
    pub(crate) issued: i64,
}

/// Seals cursors, so that none can be made up or used with another query (RFC 9865 §5.2).
pub(crate) struct Sealer {
    secret: [u8; SEAL],
    timeout: Duration,
}

impl Sealer {
    pub(crate) fn new(secret: [u8; SEAL], timeout: Duration) -> Self {
        Self { secret, timeout }
    }

    /// The text of a cursor for the query that `query` describes.
    pub(crate) fn seal(&self, cursor: &Cursor, query: &str) -> String {
        let mut bytes = Vec::with_capacity(PLACE + SEAL);
        bytes.push(u8::from(cursor.back));
        bytes.extend(cursor.row.to_be_bytes());
        bytes.extend(cursor.before.to_be_bytes());
        bytes.extend(cursor.count.unwrap_or(i64::MIN).to_be_bytes());
        bytes.extend(cursor.issued.to_be_bytes());
        bytes.extend(self.tag(&bytes, query));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The cursor of a text, if it was given out for this query.
    pub(crate) fn open(&self, text: &str, query: &str) -> Option<Cursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (place, seal) = bytes.split_at_checked(PLACE)?;
        if seal != self.tag(place, query) {
            return None;
        }
        let number = |at: usize| <[u8; 8]>::try_from(place.get(at..at + 8)?).ok();
        let count = i64::from_be_bytes(number(17)?);
        Some(Cursor {
            back: place.first() == Some(&1),
            row: i64::from_be_bytes(number(1)?),
            before: u64::from_be_bytes(number(9)?),
            count: (count != i64::MIN).then_some(count),
            issued: i64::from_be_bytes(number(25)?),
        })
    }

    /// The place that a query goes on from.
    ///
    /// # Errors
    /// 400 `invalidCursor`, `expiredCursor`, or `invalidCount` when `count` is not that of the first query.
    pub(crate) fn place(&self, text: &str, query: &str, count: Option<i64>) -> Result<Cursor, Problem> {
        if text.is_empty() {
            return Ok(Cursor { count, ..Cursor::default() });
        }
        let cursor = self.open(text, query).ok_or_else(|| {
            Problem::invalid_cursor(
                "the cursor was not given out for this query; send the query unchanged with its nextCursor, or begin \
                 with an empty cursor",
            )
        })?;
        if cursor.count != count {
            return Err(Problem::invalid_count("count differs from that of the first page, expected the same"));
        }
        let age = u64::try_from(Timestamp::now().as_second().saturating_sub(cursor.issued)).unwrap_or(0);
        if age >= self.timeout.as_secs() {
            let lifetime = self.timeout.as_secs();
            let detail = format!("the cursor is older than {lifetime} seconds; begin with an empty cursor");
            return Err(Problem::expired_cursor(detail));
        }
        Ok(cursor)
    }

    fn tag(&self, place: &[u8], query: &str) -> [u8; SEAL] {
        let inner = Sha256::new().chain_update(self.secret).chain_update(place).chain_update(query).finalize();
        let outer = Sha256::new().chain_update(self.secret).chain_update(inner).finalize();
        let mut tag = [0; SEAL];
        tag.iter_mut().zip(outer).for_each(|(tag, byte)| *tag = byte);
        tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_sealed_for_the_query_opens() {
        let sealer = Sealer::new([7; SEAL], Duration::from_secs(60));
        let cursor = Cursor { back: true, row: -3, before: u64::MAX, count: Some(2), issued: 9 };
        let text = sealer.seal(&cursor, "query");
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'), "{text}");
        assert_eq!(sealer.open(&text, "query"), Some(cursor));
        assert_eq!(sealer.open(&text, "other"), None);
        for index in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(sealer.open(&changed, "query"), None, "{changed}");
        }
        assert_eq!(sealer.open("", "query"), None);
        assert_eq!(Sealer::new([8; SEAL], Duration::from_secs(60)).open(&text, "query"), None);
    }
}
