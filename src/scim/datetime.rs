//! The xsd:dateTime values of SCIM (RFC 7643 §2.3.5).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Reads an xsd:dateTime as an instant; a value without a zone is taken as UTC.
///
/// Gives `None` where the text is no xsd:dateTime: date only, a space instead of `T`, an offset without colon.
#[must_use]
pub fn parse(text: &str) -> Option<Timestamp> {
    let (date_time, offset) = split_zone(text)?;
    if !has_form(date_time) {
        return None;
    }
    // 24:00:00 is the first instant of the next day in xsd:dateTime.
    let (date_time, next_day) = match date_time.split_once("T24:00:00") {
        Some((date, rest)) if rest.trim_start_matches(['.', '0']).is_empty() => (format!("{date}T00:00:00"), true),
        _ => (date_time.to_owned(), false),
    };
    let mut civil: DateTime = date_time.parse().ok()?;
    if next_day {
        civil = civil.checked_add(jiff::Span::new().days(1)).ok()?;
    }
    let utc = civil.to_zoned(TimeZone::UTC).ok()?.timestamp();
    utc.checked_sub(jiff::SignedDuration::from_mins(offset)).ok()
}

/// Splits the zone off; gives the rest and the offset in minutes.
fn split_zone(text: &str) -> Option<(&str, i64)> {
    if let Some(rest) = text.strip_suffix('Z') {
        return Some((rest, 0));
    }
    let time_start = text.find('T')?;
    let Some(sign_at) = text[time_start..].find(['+', '-']).map(|index| time_start + index) else {
        return Some((text, 0));
    };
    let (rest, zone) = text.split_at(sign_at);
    let (hours, minutes) = zone[1..].split_once(':')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !two_digits(hours) || !two_digits(minutes) {
        return None;
    }
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    if hours > 14 || minutes > 59 || (hours == 14 && minutes > 0) {
        return None;
    }
    let total = hours * 60 + minutes;
    Some((rest, if zone.starts_with('-') { -total } else { total }))
}

/// Whether the text has the shape `YYYY-MM-DDThh:mm:ss[.f…]`, before any range is checked.
fn has_form(text: &str) -> bool {
    let (main, fraction) = match text.split_once('.') {
        Some((main, fraction)) => (main, Some(fraction)),
        None => (text, None),
    };
    let shape = main.bytes().map(|b| if b.is_ascii_digit() { b'0' } else { b }).eq(*b"0000-00-00T00:00:00");
    shape && fraction.is_none_or(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn offsets_and_fractions_name_the_same_instant() {
        let noon = parse("2026-01-01T12:00:00Z").unwrap();
        for same in [
            "2026-01-01T14:00:00+02:00",
            "2026-01-01T12:00:00.000Z",
            "2026-01-01T12:00:00",
            "2026-01-01T07:30:00-04:30",
        ] {
            assert_eq!(parse(same), Some(noon), "{same}");
        }
        assert_eq!(parse("2025-12-31T24:00:00Z"), parse("2026-01-01T00:00:00Z"));
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "2026-01-01",
            "2026-01-01 12:00:00Z",
            "2026-01-01T12:00Z",
            "2026-13-01T12:00:00Z",
            "2026-01-01T12:00:00+0200",
            "2026-01-01T12:00:00.Z",
            "1767268800",
            "",
            "2026-01-01T12:00:00+15:00",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
