//! Dates as feeds write them → ISO 8601 with the offset from UTC as far as it is known.
//!
//! RFC 822 with four-digit or two-digit years and zone letters, RFC 3339, Dublin Core's shortened dates, and what
//! people write instead. Zone letters that mean several zones ("IST") are read by the feed's region or not at all: a
//! time without an offset is worse than one with it, and better than one an hour off. Dates in figures count where
//! only one order is possible, or where the feed's other dates show the order.
//! Source: RFC 822, §5; RFC 2822, §4.3; RFC 3339; W3C note-datetime.

use crate::article::NumericOrder;
use crate::article::clean::dates::{Zone, scan, zone};
use crate::article::html::when;
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;
use regex::Regex;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// What became of a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    At(String),
    /// Day and month may be either way round.
    TwoWays,
    Unreadable,
}

/// The longest text that is a date: a long weekday, a long month, a clock and a zone in words.
const LONGEST_DATE_BYTES: usize = 100;

/// Reads one date; `region` is the feed's language tag.
pub(super) fn read(raw: &str, order: Option<NumericOrder>, region: Option<&str>) -> Reading {
    let text = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.len() > LONGEST_DATE_BYTES || text.is_empty() {
        return Reading::Unreadable;
    }
    match machine(&text, region) {
        Some(iso) => Reading::At(iso.strip_suffix("+00:00").map(|bare| format!("{bare}Z")).unwrap_or(iso)),
        None => written(&text, order),
    }
}

/// Dates in a form that a standard knows, once their weekday is gone and their zone is an offset.
fn machine(text: &str, region: Option<&str>) -> Option<String> {
    let text = match text.split_once(' ') {
        Some((first, rest)) if first.chars().all(|c| c.is_alphabetic() || matches!(c, ',' | '.')) => rest,
        _ => text,
    };
    // A comment repeats the zone: "+0100 (BST)".
    let text = match text.rfind(" (") {
        Some(at) if text.ends_with(')') => &text[..at],
        _ => text,
    };
    let mut floating = None;
    let mut whole = text.to_owned();
    if let Some((rest, letters)) = text.rsplit_once(' ')
        && letters.bytes().all(|b| b.is_ascii_alphabetic())
        && rest.ends_with(|c: char| c.is_ascii_digit())
        && rest.contains(':')
    {
        if letters.eq_ignore_ascii_case("am") || letters.eq_ignore_ascii_case("pm") {
            return None;
        }
        match offset(letters, region) {
            Some(Zone::Fixed(minutes)) => {
                let sign = if minutes < 0 { '-' } else { '+' };
                whole = format!("{rest} {sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60);
            }
            // Summer time of the United States depends on the date.
            Some(Zone::UnitedStates(_)) => return None,
            Some(Zone::Unknown) | None => {
                rest.clone_into(&mut whole);
                floating = when::mail(&format!("{rest} +0000"));
            }
        }
    } else if !text.ends_with(['Z', 'z']) && text.contains(':') {
        floating = when::mail(&format!("{text} +0000"));
    }
    if let Some(floating) = floating {
        return Some(floating.trim_end_matches('Z').to_owned());
    }
    when::numeric(&whole).or_else(|| when::mail(&whole))
}

/// What zone letters mean in a feed from a region.
fn offset(letters: &str, region: Option<&str>) -> Option<Zone> {
    let letters = letters.to_ascii_lowercase();
    let region = region.unwrap_or_default().to_ascii_lowercase().replace('_', "-");
    match letters.as_str() {
        "ut" => Some(Zone::Fixed(0)),
        "ist" if region.ends_with("-in") || region.starts_with("hi") => Some(Zone::Fixed(330)),
        "ist" if region.ends_with("-ie") => Some(Zone::Fixed(60)),
        other => zone(other),
    }
}

/// Dates in any written order.
fn written(text: &str, order: Option<NumericOrder>) -> Reading {
    let scan = scan(text, order);
    let stamp = scan.stamps.iter().find(|stamp| stamp.date.is_some());
    let Some(stamp) = stamp.filter(|_| scan.residue.is_empty() && !scan.relative) else {
        return Reading::Unreadable;
    };
    match (stamp.date, stamp.iso()) {
        // 4/4/2025 is the fourth of April whichever part comes first.
        (Some((_, month, day)), Some(_)) if stamp.ambiguous && month != day => Reading::TwoWays,
        (Some((Some(1900..=2100), ..)), Some(iso)) => Reading::At(iso),
        _ => Reading::Unreadable,
    }
}

/// The order in which a feed's dates in figures are written, where one of them shows it and none contradicts.
pub(super) fn order<'a>(dates: impl Iterator<Item = &'a str>) -> Option<NumericOrder> {
    static FIGURES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^\D{0,12}(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?\d{2,4}\b").expect("a constant pattern")
    });
    let (mut day_first, mut month_first) = (false, false);
    for date in dates.filter(|date| date.len() <= LONGEST_DATE_BYTES) {
        let Some(parts) = FIGURES.captures(date.trim()) else { continue };
        let part = |n: usize| parts[n].parse::<u8>().unwrap_or(0);
        day_first |= part(1) > 12 && part(2) <= 12;
        month_first |= part(2) > 12 && part(1) <= 12;
    }
    match (day_first, month_first) {
        (true, false) => Some(NumericOrder::DayFirst),
        (false, true) => Some(NumericOrder::MonthFirst),
        _ => None,
    }
}

/// The first and the last moment that an ISO 8601 date can mean: a whole day where it has no time. A time without an
/// offset is taken as UTC.
pub(super) fn span(iso: &str) -> Option<(Timestamp, Timestamp)> {
    let pieces = Pieces::parse(iso).ok()?;
    let offset = match pieces.offset() {
        Some(PiecesOffset::Numeric(numeric)) => numeric.offset(),
        _ => Offset::UTC,
    };
    let moment = |time: Time| offset.to_timestamp(pieces.date().to_datetime(time)).ok();
    match pieces.time() {
        Some(time) => Some((moment(time)?, moment(time)?)),
        None => Some((moment(Time::midnight())?, moment(Time::constant(23, 59, 59, 0))?)),
    }
}

/// A moment as people read it, to the second.
pub(super) fn shown(moment: Timestamp, offset: Offset) -> String {
    let mut out = offset.to_datetime(moment).strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let minutes = offset.seconds() / 60;
    if minutes == 0 {
        out.push('Z');
    } else {
        let sign = if minutes < 0 { '-' } else { '+' };
        let _ = write!(out, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_feeds() {
        for (raw, iso) in [
            // RFC 822 and RFC 2822.
            ("Thu, 03 Apr 2025 10:15:00 GMT", "2025-04-03T10:15:00Z"),
            ("Thu, 03 Apr 2025 10:15:00 +0100", "2025-04-03T10:15:00+01:00"),
            ("Thu, 3 Apr 2025 10:15 -0500", "2025-04-03T10:15:00-05:00"),
            ("03 Apr 25 10:15:00 EST", "2025-04-03T10:15:00-05:00"),
            ("Thu, 03 Apr 2025 10:15:00 EDT", "2025-04-03T10:15:00-04:00"),
            ("Thu, 03 Apr 2025 10:15:00 BST", "2025-04-03T10:15:00+01:00"),
            ("Thu, 03 Apr 2025 10:15:00 CEST", "2025-04-03T10:15:00+02:00"),
            ("Thu, 03 Apr 2025 10:15:00 AEST", "2025-04-03T10:15:00+10:00"),
            ("Thu, 03 Apr 2025 10:15:00 UT", "2025-04-03T10:15:00Z"),
            ("Thu, 03 Apr 2025 10:15:00 Z", "2025-04-03T10:15:00Z"),
            ("Thu, 03 Apr 2025 10:15:00 +0100 (BST)", "2025-04-03T10:15:00+01:00"),
            // The wrong weekday, another language's, a long one.
            ("Mon, 03 Apr 2025 10:15:00 GMT", "2025-04-03T10:15:00Z"),
            ("Do, 03 Apr 2025 10:15:00 +0200", "2025-04-03T10:15:00+02:00"),
            ("Thursday, 3 April 2025 10:15:00 GMT", "2025-04-03T10:15Z"),
            ("Thu, 03 Apr 2025", "2025-04-03"),
            ("Thu,\n  03 Apr 2025\t10:15:00 GMT", "2025-04-03T10:15:00Z"),
            // No zone, or one that means several.
            ("Thu, 03 Apr 2025 10:15:00", "2025-04-03T10:15:00"),
            ("Thu, 03 Apr 2025 10:15:00 IST", "2025-04-03T10:15:00"),
            ("Thu, 03 Apr 2025 10:15:00 XYZT", "2025-04-03T10:15:00"),
            // RFC 3339 and its neighbours.
            ("2025-04-03T10:15:00Z", "2025-04-03T10:15:00Z"),
            ("2025-04-03T10:15:00.123+01:00", "2025-04-03T10:15:00+01:00"),
            ("2025-04-03T10:15+00:00", "2025-04-03T10:15:00Z"),
            ("2025-04-03 10:15:00 +0000", "2025-04-03T10:15:00Z"),
            ("2025-04-03 10:15:00 BST", "2025-04-03T10:15:00+01:00"),
            ("2025-04-03 10:15:00", "2025-04-03T10:15:00"),
            ("2025-04-03", "2025-04-03"),
            // What people write.
            ("April 3, 2025 10:15 AM EST", "2025-04-03T10:15-05:00"),
            ("3 avril 2025", "2025-04-03"),
            ("13/04/2025 10:15", "2025-04-13T10:15"),
            ("04/13/2025", "2025-04-13"),
            ("04/04/2025", "2025-04-04"),
        ] {
            assert_eq!(read(raw, None, None), Reading::At(iso.into()), "{raw}");
        }
        for raw in ["03/04/2025", "3.4.2025 10:15"] {
            assert_eq!(read(raw, None, None), Reading::TwoWays, "{raw}");
        }
        for raw in ["", "soon", "yesterday", "2025", "April", "Thu, 33 Apr 2025", "2 hours ago", "0001-01-01"]
        {
            assert_eq!(read(raw, None, None), Reading::Unreadable, "{raw}");
        }
    }

    #[test]
    fn what_the_feed_tells_of_its_dates() {
        let seen = order(["13/04/2025", "03/04/2025 10:15"].into_iter());
        assert_eq!(seen, Some(NumericOrder::DayFirst));
        assert_eq!(read("03/04/2025 10:15", seen, None), Reading::At("2025-04-03T10:15".into()));
        assert_eq!(order(["4/13/2025"].into_iter()), Some(NumericOrder::MonthFirst));
        assert_eq!(order(["13/04/2025", "04/13/2025"].into_iter()), None, "they contradict");
        assert_eq!(order(["2025-04-13", "03/04/2025"].into_iter()), None);
        let ist = "Thu, 03 Apr 2025 10:15:00 IST";
        for (region, iso) in [
            ("en-IN", "2025-04-03T10:15:00+05:30"),
            ("en-ie", "2025-04-03T10:15:00+01:00"),
            ("he", "2025-04-03T10:15:00"),
        ] {
            assert_eq!(read(ist, None, Some(region)), Reading::At(iso.into()), "{region}");
        }
    }

    #[test]
    fn moments() {
        let shown_span = |iso: &str| span(iso).map(|(a, b)| (a.to_string(), b.to_string()));
        let both = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(
            shown_span("2025-04-03T10:15+01:00"),
            both("2025-04-03T09:15:00Z", "2025-04-03T09:15:00Z")
        );
        assert_eq!(shown_span("2025-04-03"), both("2025-04-03T00:00:00Z", "2025-04-03T23:59:59Z"));
        assert_eq!(shown_span("2025-04-03T10:15:00"), shown_span("2025-04-03T10:15:00Z"));
        assert_eq!(shown_span("soon"), None);
        let (moment, _) = span("2025-04-03T10:15:00Z").unwrap();
        assert_eq!(shown(moment, Offset::constant(1)), "2025-04-03T11:15:00+01:00");
    }
}
