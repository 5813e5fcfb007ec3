//! The usual form of values that people write in many ways (RFC 7643 §4.1.2).

/// The `value` of a multi-valued attribute in its usual form: the domain of an e-mail address and the scheme of a phone
/// number in small letters, a handle in small letters without blanks. Everything else as it is: clients such as Entra ID
/// want a phone number back as they wrote it.
pub(crate) fn usual(attribute: &str, value: &str) -> String {
    match attribute {
        "emails" => match value.rsplit_once('@') {
            Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
            None => value.to_owned(),
        },
        "phoneNumbers" => match value.split_at_checked(4) {
            Some((scheme, number)) if scheme.eq_ignore_ascii_case("tel:") => format!("tel:{number}"),
            _ => value.to_owned(),
        },
        "ims" => value.split_whitespace().collect::<String>().to_lowercase(),
        _ => value.to_owned(),
    }
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
            ("phoneNumbers", "TEL:+1-201-555-0123", "tel:+1-201-555-0123"),
            ("phoneNumbers", "+1 (201) 555-0123", "+1 (201) 555-0123"),
            ("phoneNumbers", "tel:+1-201-555-0123;ext=7", "tel:+1-201-555-0123;ext=7"),
            ("phoneNumbers", "555", "555"),
            ("ims", " Some Handle ", "somehandle"),
            ("roles", " Some Role ", " Some Role "),
        ] {
            assert_eq!(usual(attribute, written), expected, "{attribute}");
        }
    }
}
