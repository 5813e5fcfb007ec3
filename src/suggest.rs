//! "Did you mean": the candidate that a mistyped word most likely stands for.

/// The candidate nearest to `word`, if one is near enough to be meant.
///
/// Near enough is one edit per three letters, at least one; case does not count. An edit inserts, deletes or replaces
/// a letter or swaps two neighbours. Among equals the first wins.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let bound = (word.len() / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let letters: Vec<char> = candidate.to_lowercase().chars().collect();
            let edits = (letters.len().abs_diff(word.len()) <= bound).then(|| distance(&word, &letters))?;
            (edits <= bound).then_some((edits, candidate))
        })
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Number of edits between two words (optimal string alignment).
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != other);
            let mut best = replaced.min(last[column + 1] + 1).min(next[column] + 1);
            if row > 0 && column > 0 && *letter == to[column - 1] && from[row - 1] == *other {
                best = best.min(before_last[column - 1] + 1);
            }
            next.push(best);
        }
        before_last = std::mem::replace(&mut last, next);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let words = ["status", "header", "resource", "message", "finds"];
        assert_eq!(nearest("statsu", words), Some("status"));
        assert_eq!(nearest("Resouce", words), Some("resource"));
        assert_eq!(nearest("find", words), Some("finds"));
        assert_eq!(nearest("7644-3.3-8", ["7644-3.3-08", "7644-3.3-09"]), Some("7644-3.3-08"));
    }

    #[test]
    fn stays_silent_when_nothing_is_near() {
        assert_eq!(nearest("title", ["status", "finds"]), None);
        assert_eq!(nearest("", ["a-long-word"]), None);
        assert_eq!(nearest("x", []), None);
    }

    #[test]
    fn counts_edits() {
        let of = |from: &str, to: &str| distance(&from.chars().collect::<Vec<_>>(), &to.chars().collect::<Vec<_>>());
        assert_eq!(of("", "abc"), 3);
        assert_eq!(of("kitten", "sitting"), 3);
        assert_eq!(of("ab", "ba"), 1);
        assert_eq!(of("same", "same"), 0);
    }
}
