//! Dates as pages write them for machines → ISO 8601.

use jiff::civil::{Date, DateTime};
use jiff::fmt::rfc2822;

/// The date, or date and time, that `text` begins with, with the offset from UTC as far as it says.
///
/// Takes ISO 8601 in its usual misspellings ("2019-11-20 10:15:00 +0000", "20191120T101500Z", a space before the
/// zone), dates with the month's English name, and RFC 2822. Refuses years outside 1900 to 2100 and dates in figures
/// whose order is unknown.
pub(in crate::article) fn iso(text: &str) -> Option<String> {
    let text = text.trim();
    numeric(text).or_else(|| mail(text)).or_else(|| named(text)).or_else(|| epoch(text))
}

fn year_fits(year: i16) -> bool {
    (1900..=2100).contains(&year)
}

fn digits(text: &str, count: usize) -> Option<(i16, &str)> {
    let head = text.get(..count)?;
    if !head.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((head.parse().ok()?, &text[count..]))
}

pub(in crate::article) fn numeric(text: &str) -> Option<String> {
    let (year, rest) = digits(text, 4)?;
    let separator = rest.chars().next().filter(|c| matches!(c, '-' | '/' | '.'));
    let skip =
        |rest: &'_ str| -> Option<usize> { separator.map_or(Some(0), |s| rest.starts_with(s).then_some(1)) };
    let rest = &rest[skip(rest)?..];
    let (month, rest) = digits(rest, 2).or_else(|| separator.and_then(|_| digits(rest, 1)))?;
    let rest = &rest[skip(rest)?..];
    let (day, rest) = digits(rest, 2).or_else(|| separator.and_then(|_| digits(rest, 1)))?;
    if separator.is_none() && !(rest.is_empty() || rest.starts_with(['T', ' '])) {
        return None;
    }
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    year_fits(year).then(|| format!("{date}{}", clock(rest)))
}

/// The time and zone after a date, empty where there is none.
fn clock(rest: &str) -> String {
    let Some(rest) = rest.strip_prefix(['T', 't', ' ', ',']) else { return String::new() };
    let rest = rest.trim_start();
    let read = || -> Option<(String, &str)> {
        let (hour, rest) = digits(rest, 2).or_else(|| digits(rest, 1))?;
        let colon = rest.starts_with(':');
        let (minute, rest) = digits(rest.strip_prefix(':').unwrap_or(rest), 2)?;
        let (second, rest) = match rest.strip_prefix(':') {
            Some(after) => digits(after, 2)?,
            None if !colon => digits(rest, 2).unwrap_or((0, rest)),
            None => (0, rest),
        };
        let rest = match rest.strip_prefix(['.', ',']) {
            Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
            None => rest,
        };
        (hour < 24 && minute < 60 && second < 61)
            .then(|| (format!("T{hour:02}:{minute:02}:{:02}", second.min(59)), rest))
    };
    let Some((time, rest)) = read() else { return String::new() };
    format!("{time}{}", zone(rest.trim()))
}

/// "Z", "+01:00", "+0100", "+01", "GMT" → an offset; other zone letters mean different things in different places.
fn zone(text: &str) -> String {
    if matches!(text, "Z" | "z" | "GMT" | "UTC") {
        return "Z".into();
    }
    let sign = match text.chars().next() {
        Some('+') => '+',
        Some('-' | '−') => '-',
        _ => return String::new(),
    };
    let rest = text.trim_start_matches(['+', '-', '−']);
    let Some((hours, rest)) = digits(rest, 2).or_else(|| digits(rest, 1)) else { return String::new() };
    let minutes = digits(rest.strip_prefix(':').unwrap_or(rest), 2).map_or(0, |(m, _)| m);
    if hours > 14 || minutes > 59 { String::new() } else { format!("{sign}{hours:02}:{minutes:02}") }
}

pub(in crate::article) fn mail(text: &str) -> Option<String> {
    // The parser reads "BST" as UTC; an hour too late is worse than none.
    let known = text.ends_with("GMT")
        || text
            .rsplit([' ', '+', '-'])
            .next()
            .is_some_and(|z| z.len() == 4 && z.bytes().all(|b| b.is_ascii_digit()));
    if !known {
        return None;
    }
    let parsed = rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_zoned(text).ok()?;
    year_fits(parsed.year()).then(|| {
        let seconds = parsed.offset().seconds();
        let zone = if seconds == 0 {
            "Z".into()
        } else {
            format!(
                "{}{:02}:{:02}",
                if seconds < 0 { '-' } else { '+' },
                seconds.abs() / 3600,
                seconds.abs() / 60 % 60
            )
        };
        format!("{}{zone}", parsed.datetime().strftime("%Y-%m-%dT%H:%M:%S"))
    })
}

/// "20 November 2019", "Nov. 20, 2019", with or without a weekday and a time behind it.
fn named(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let words: Vec<&str> = text.split([' ', ',']).filter(|w| !w.is_empty()).take(8).collect();
    let at = words.iter().position(|w| {
        let lower = w.trim_end_matches('.').to_lowercase();
        lower.len() >= 3
            && lower.chars().all(char::is_alphabetic)
            && MONTHS.iter().any(|m| lower.starts_with(m))
            && !matches!(lower.as_str(), "monday" | "mon" | "saturday" | "sat" | "march,")
    })?;
    let month = MONTHS.iter().position(|m| words[at].to_lowercase().starts_with(m))? as i8 + 1;
    let number = |w: &str| -> Option<i16> { w.trim_end_matches(|c: char| c.is_alphabetic()).parse().ok() };
    let (day, year) =
        match (at.checked_sub(1).and_then(|i| number(words[i])), words.get(at + 1), words.get(at + 2)) {
            (Some(day), Some(year), _) if (1..=31).contains(&day) => (day, number(year)?),
            (_, Some(day), Some(year)) => (number(day)?, number(year)?),
            _ => return None,
        };
    let date = Date::new(year, month, i8::try_from(day).ok()?).ok()?;
    year_fits(year).then(|| date.to_string())
}

/// Seconds or milliseconds since 1970.
fn epoch(text: &str) -> Option<String> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    let seconds = match text.len() {
        10 => number,
        13 => number / 1000,
        _ => return None,
    };
    let stamp = jiff::Timestamp::from_second(seconds).ok()?;
    let civil: DateTime = jiff::tz::Offset::UTC.to_datetime(stamp);
    Some(format!("{}Z", civil.strftime("%Y-%m-%dT%H:%M:%S")))
}

#[cfg(test)]
mod tests {
    #[test]
    fn dates_for_machines() {
        for (text, iso) in [
            ("2019-11-20T10:15:00Z", Some("2019-11-20T10:15:00Z")),
            ("2019-11-20T10:15:00.123+01:00", Some("2019-11-20T10:15:00+01:00")),
            ("2019-11-20 10:15:00 +0000", Some("2019-11-20T10:15:00+00:00")),
            ("2019-11-20 10:15", Some("2019-11-20T10:15:00")),
            ("2019-11-20", Some("2019-11-20")),
            ("2019/1/5", Some("2019-01-05")),
            ("20191120", Some("2019-11-20")),
            ("20191120T101500Z", Some("2019-11-20T10:15:00Z")),
            ("Wed, 20 Nov 2019 10:15:00 GMT", Some("2019-11-20T10:15:00Z")),
            ("Wed, 20 Nov 2019 10:15:00 -0500", Some("2019-11-20T10:15:00-05:00")),
            ("Thu, 20 Nov 2019 10:15:00 BST", Some("2019-11-20")),
            ("Nov. 20, 2019", Some("2019-11-20")),
            ("Monday 4 March 2024", Some("2024-03-04")),
            ("20th November 2019", Some("2019-11-20")),
            ("1574244900", Some("2019-11-20T10:15:00Z")),
            ("1574244900000", Some("2019-11-20T10:15:00Z")),
            ("2019-13-20", None),
            ("0001-01-01T00:00:00Z", None),
            ("03/04/2025", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(super::iso(text).as_deref(), iso, "{text}");
        }
    }
}
