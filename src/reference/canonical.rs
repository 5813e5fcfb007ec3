//! The usual form of values that people write in many ways (RFC 7643 §4.1.2).

/// The `value` of a multi-valued attribute in its usual form: the domain of an e-mail address in small letters, an
/// international phone number as a `tel:` URI, a handle in small letters without blanks. Everything else as it is.
pub(crate) fn usual(attribute: &str, value: &str) -> String {
    match attribute {
        "emails" => match value.rsplit_once('@') {
            Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
            None => value.to_owned(),
        },
        "phoneNumbers" => tel(value).unwrap_or_else(|| value.to_owned()),
        "ims" => value.split_whitespace().collect::<String>().to_lowercase(),
        _ => value.to_owned(),
    }
}

/// `tel:+1-201-555-0123` for `+1 (201) 555-0123`; `None` for what is no international number or has more to it.
fn tel(value: &str) -> Option<String> {
    let digits = value.trim().strip_prefix('+')?;
    let is_separator = |c: char| c.is_whitespace() || matches!(c, '-' | '.' | '(' | ')' | '/');
    let only = digits.chars().all(|c| c.is_ascii_digit() || is_separator(c));
    let groups: Vec<&str> = digits.split(is_separator).filter(|group| !group.is_empty()).collect();
    (only && !groups.is_empty()).then(|| format!("tel:+{}", groups.join("-")))
}

#[cfg(test)]
mod tests {
    use super::usual;

    #[test]
    fn values_take_their_usual_form() {
        for (attribute, written, expected) in [
            ("emails", "Ann.B@EXAMPLE.Com", "Ann.B@example.com"),
            ("emails", "\"a@B\"@X", "\"a@B\"@x"),
            ("emails", "Ann", "Ann"),
            ("phoneNumbers", "+1 (201) 555-0123", "tel:+1-201-555-0123"),
            ("phoneNumbers", "tel:+1-201-555-0123;ext=7", "tel:+1-201-555-0123;ext=7"),
            ("phoneNumbers", "555 0123", "555 0123"),
            ("phoneNumbers", "+1 201 CALL", "+1 201 CALL"),
            ("ims", " Some Handle ", "somehandle"),
            ("roles", " Some Role ", " Some Role "),
        ] {
            assert_eq!(usual(attribute, written), expected, "{attribute}");
        }
    }
}
