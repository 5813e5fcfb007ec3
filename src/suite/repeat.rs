//! `repeat 500 ab`: a long text that nobody has to write out.

/// What stands behind `repeat` in a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeat<'a> {
    count: usize,
    text: &'a str,
}

/// Longest text that is made.
const LONGEST: usize = 4 * 1024 * 1024;

impl<'a> Repeat<'a> {
    /// Reads `500 ab` or `500 'with blanks at its ends '`.
    ///
    /// # Errors
    /// Says what is no number, or how much too long the text is.
    pub fn parse(rest: &'a str) -> Result<Self, String> {
        let (number, text) = rest
            .trim_start()
            .split_once(' ')
            .ok_or_else(|| "expected a number and the text to be repeated, as in `repeat 500 ab`".to_owned())?;
        let count: usize =
            number.parse().map_err(|_| format!("`{number}` is no number, expected how often the text is repeated"))?;
        let quoted = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        let repeat = Self { count, text: quoted.unwrap_or(text) };
        match count.checked_mul(repeat.text.len()) {
            Some(length @ 1..) if length <= LONGEST => Ok(repeat),
            Some(0) => Err("the text would be empty".to_owned()),
            _ => Err(format!("the text would be longer than {LONGEST} bytes")),
        }
    }

    /// The long text.
    #[must_use]
    pub fn text(&self) -> String {
        self.text.repeat(self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_as_often_as_asked() {
        assert_eq!(Repeat::parse("3 ab").map(|repeat| repeat.text()), Ok("ababab".to_owned()));
        assert_eq!(Repeat::parse("2 'a '").map(|repeat| repeat.text()), Ok("a a ".to_owned()));
        assert_eq!(Repeat::parse("2 (").map(|repeat| repeat.text()), Ok("((".to_owned()));
    }

    #[test]
    fn says_what_is_wrong() {
        let error = |rest: &str| Repeat::parse(rest).map(|repeat| repeat.text()).expect_err("refused");
        assert!(error("500").contains("`repeat 500 ab`"));
        assert!(error("many x").contains("`many` is no number"));
        assert!(error("0 x").contains("empty"));
        assert!(error("99999999 x").contains("longer than"));
        assert!(error("18446744073709551615 xx").contains("longer than"));
    }
}
