//! What stands in a text: words, ids, filters, paths, requirements, requests.

use base64::prelude::{BASE64_STANDARD, Engine};

use super::{Validator, alternatives, did_you_mean, quoted};
use crate::scim::{AttrPath, Filter, PatchPath};
use crate::suite::grammar::{EACH, NEED_WORDS, Shape};
use crate::suite::node::Position;
use crate::suite::placeholder;

impl Validator<'_> {
    pub(super) fn text(&mut self, at: Position, text: &str, shape: &Shape) {
        match shape {
            Shape::Prose if text.trim().is_empty() => {
                let help = Some("readers of the report see it".to_owned());
                self.problems.add(at, "expected text", "this is empty", help);
            }
            Shape::Word(words) if !words.contains(&text) => {
                let help =
                    did_you_mean(text, words.iter().copied()).unwrap_or_else(|| format!("use {}", alternatives(words)));
                self.bad(at, text, format!("`{text}` is not a word that fits here"), "unknown word", Some(help));
            }
            Shape::Id if !is_kebab(text) => {
                self.bad_id(at, text, "lower-case letters, digits and `-`", "remove-one-member");
            }
            Shape::SuiteId if !text.split('/').all(is_kebab) => {
                self.bad_id(at, text, "lower-case letters, digits, `-`, and `/` between the parts", "patch/members");
            }
            Shape::Filter => self.filter(at, text),
            Shape::Path => self.path(at, text),
            Shape::Pointer => self.pointer(at, text),
            Shape::Regex => {
                if let Err(error) = regex::Regex::new(text) {
                    let last = error.to_string().lines().last().unwrap_or_default().to_owned();
                    let cause = last.trim_start_matches("error: ");
                    self.bad(at, text, format!("no regular expression: {cause}"), "regular expression", None);
                }
            }
            Shape::Base64 => {
                if let Err(error) = BASE64_STANDARD.decode(text) {
                    let help = Some("write the bytes as `printf '\\xff' | base64` gives them".to_owned());
                    self.bad(
                        at,
                        text,
                        format!("no base64: {}", error.to_string().trim_end_matches('.')),
                        "base64",
                        help,
                    );
                }
            }
            Shape::Requirement => self.requirement(at, text),
            Shape::Recorded if self.catalogue.shape(text).is_none() => {
                let known = self.catalogue.shapes().map(|shape| shape.id.as_str());
                let help = did_you_mean(text, known).or_else(|| {
                    Some("recorded requests are in suites/shapes; a name looks like `disable-user`".to_owned())
                });
                self.bad(at, text, format!("no recorded request `{text}`"), "unknown request", help);
            }
            Shape::Ruling if self.catalogue.ruling(text).is_none() => {
                let known = self.catalogue.rulings().map(|ruling| ruling.id.as_str());
                let help = did_you_mean(text, known)
                    .or_else(|| Some("rulings are in suites/rulings.yaml; an id looks like `C8`".to_owned()));
                self.bad(at, text, format!("no ruling `{text}`"), "unknown ruling", help);
            }
            Shape::ResourceTypeOrEach if text == EACH => {}
            Shape::ResourceType | Shape::ResourceTypeOrEach => self.resource_type(at, text),
            Shape::Part => self.part(at, text),
            Shape::Need => self.need(at, text),
            Shape::Request => self.request(at, text),
            _ => {}
        }
    }

    fn filter(&mut self, at: Position, text: &str) {
        let as_value = Filter::parse(&placeholder::blank(text, '1'));
        if let Err(error) = as_value
            && Filter::parse(&placeholder::blank_in_filter(text)).is_err()
            && let Err(as_name) = Filter::parse(&placeholder::blank(text, 'a'))
        {
            let error = if as_name.offset > error.offset { as_name } else { error };
            let help = Some("a filter looks like `emails[type eq \"work\"]` or `active eq true`".to_owned());
            let part = word_at(text, error.offset);
            self.problems.add_inside(at, text, part, format!("no SCIM filter: {error}"), "filter", help);
        }
    }

    fn path(&mut self, at: Position, text: &str) {
        if let Err(error) = AttrPath::parse(&placeholder::blank(text, 'a')) {
            let help = Some("a path looks like `name.givenName`".to_owned());
            let part = word_at(text, error.offset);
            self.problems.add_inside(at, text, part, format!("no attribute path: {error}"), "attribute path", help);
        }
    }

    fn pointer(&mut self, at: Position, text: &str) {
        if !text.is_empty() && !text.starts_with('/') && !text.starts_with("${") {
            let help = Some(format!("write `/{text}`"));
            self.bad(at, text, "a JSON Pointer begins with `/`", "JSON Pointer", help);
        }
        let escapes = text.match_indices('~').find(|(index, _)| !text[index + 1..].starts_with(['0', '1']));
        if let Some((index, _)) = escapes {
            let help = Some("write `~0` for `~` and `~1` for `/` (RFC 6901 section 3)".to_owned());
            let message = "a `~` in a JSON Pointer is escaped";
            self.problems.add_inside(at, text, index..index + 1, message, "JSON Pointer", help);
        }
    }

    fn requirement(&mut self, at: Position, text: &str) {
        if self.catalogue.requirement(text).is_some() {
            return;
        }
        let known = self.catalogue.requirements().map(|requirement| requirement.id.as_str());
        let help = did_you_mean(text, known)
            .unwrap_or_else(|| "requirements are in suites/requirements/; an id looks like `7644-3.3-08`".to_owned());
        self.bad(at, text, format!("no requirement `{text}`"), "unknown requirement", Some(help));
    }

    pub(super) fn resource_type(&mut self, at: Position, text: &str) {
        if let Some(help) = not_a_resource_type(text) {
            self.bad(at, text, format!("`{text}` is no resource type"), "resource type", Some(help));
        }
    }

    fn part(&mut self, at: Position, text: &str) {
        let fine = match text.strip_prefix("header ") {
            Some(name) => http::HeaderName::from_bytes(name.as_bytes()).is_ok(),
            None => PatchPath::parse(&placeholder::blank(text, 'a')).is_ok(),
        };
        if !fine {
            let help = "write `header ETag`, `body`, `id`, `ids`, or a path such as `meta.location`".to_owned();
            self.bad(at, text, format!("`{text}` is no part of an answer"), "part of the answer", Some(help));
        }
    }

    fn need(&mut self, at: Position, text: &str) {
        if text.starts_with(|c: char| c.is_ascii_uppercase()) {
            self.resource_type(at, text);
        } else if !NEED_WORDS.contains(&text) {
            let help = did_you_mean(text, NEED_WORDS.iter().copied())
                .unwrap_or_else(|| format!("use {}, or the name of a resource type", quoted(NEED_WORDS)));
            self.bad(at, text, format!("nothing is known of `{text}`"), "unknown capability", Some(help));
        }
    }

    fn request(&mut self, at: Position, text: &str) {
        const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
        let (method, path) = text.split_once(' ').unwrap_or((text, ""));
        let mut wrong = |part, message: String, label: &str, help: String| {
            self.problems.add_inside(at, text, part, message, label, Some(help));
        };
        if method.is_empty() || !method.bytes().all(|b| b.is_ascii_uppercase()) {
            let help = did_you_mean(&method.to_ascii_uppercase(), METHODS.into_iter())
                .unwrap_or_else(|| "write `POST /Users` or `DELETE ${ann.path}`".to_owned());
            wrong(0..method.len(), format!("`{method}` is no method"), "METHOD PATH", help);
        } else if !METHODS.contains(&method)
            && let Some(help) = did_you_mean(method, METHODS.into_iter())
        {
            wrong(0..method.len(), format!("`{method}` is no method"), "METHOD PATH", help);
        }
        if path.is_empty() {
            let help = "write `GET /Users` or `GET ${ann.path}`; the path is below the base URL".to_owned();
            wrong(0..text.len(), "a request has a method and a path".to_owned(), "no path", help);
        } else if !path.starts_with('/') && !path.starts_with("${") {
            let help = format!("write `{method} /{path}`; the path is below the base URL");
            wrong(method.len() + 1..text.len(), "a path begins with `/`".to_owned(), "path", help);
        }
    }

    /// A mistake that the whole text is.
    fn bad(
        &mut self,
        at: Position,
        text: &str,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) {
        self.problems.add_inside(at, text, 0..text.len(), message, label, help);
    }

    fn bad_id(&mut self, at: Position, text: &str, made_of: &str, example: &str) {
        let help = Some(format!("an id looks like `{example}`"));
        self.bad(at, text, format!("`{text}` is no id"), format!("made of {made_of}"), help);
    }
}

/// What to do about a word that is no name of a resource type; `None` for one that can be.
///
/// Targets have types of their own, so only what is near to a standard name counts as mistyped.
pub(in crate::suite) fn not_a_resource_type(word: &str) -> Option<String> {
    const STANDARD: [&str; 2] = ["User", "Group"];
    if STANDARD.contains(&word) || word.contains("${") {
        return None;
    }
    let help = did_you_mean(word, STANDARD.into_iter());
    if word.starts_with(|c: char| c.is_ascii_uppercase()) {
        return help;
    }
    help.or_else(|| Some("the name of a resource type begins with a capital letter, as in `User`".to_owned()))
}

/// The bytes of the word that begins at an offset, or of the last word where the text ends there.
fn word_at(text: &str, offset: usize) -> std::ops::Range<usize> {
    let offset = (offset..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    let rest = &text[offset..];
    if rest.is_empty() {
        let start = text.trim_end().rfind(' ').map_or(0, |space| space + 1);
        return start..text.len();
    }
    offset..offset + rest.find(' ').filter(|&end| end > 0).unwrap_or(rest.len())
}

fn is_kebab(text: &str) -> bool {
    !text.is_empty()
        && text
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}
