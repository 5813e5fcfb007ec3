//! Text in columns.

use unicode_width::UnicodeWidthStr;

/// The text with blanks behind it, up to a width in columns.
pub(super) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// The text in lines of at most `width` columns; a longer word is cut.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(20);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let gap = usize::from(used > 0);
        if used > 0 && used + gap + word.width() > width {
            lines.push(String::new());
            used = 0;
        }
        let line = lines.len() - 1;
        if used > 0 {
            lines[line].push(' ');
            used += 1;
        }
        for c in word.chars() {
            let mut buffer = [0; 4];
            let wide = c.encode_utf8(&mut buffer).width();
            if used + wide > width {
                lines.push(String::new());
                used = 0;
            }
            if let Some(line) = lines.last_mut() {
                line.push(c);
            }
            used += wide;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_the_width_in_columns() {
        let lines = wrapped(&format!("{} 日本日本日本日本日本日本 end", "word ".repeat(9).trim_end()), 20);
        assert!(lines.iter().all(|line| line.width() <= 20), "{lines:?}");
        assert_eq!(lines.concat().replace(' ', ""), "wordwordwordwordwordwordwordwordword日本日本日本日本日本日本end");
    }

    #[test]
    fn a_word_longer_than_the_line_is_cut() {
        assert_eq!(wrapped(&"x".repeat(25), 20), ["x".repeat(20), "x".repeat(5)]);
    }
}
