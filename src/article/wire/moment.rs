//! A point in time as a sender wrote it: perhaps without a zone, perhaps without an hour.

use super::super::html::when;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};
use regex::Regex;
use serde::{Serialize, Serializer};
use std::fmt;
use std::sync::LazyLock;

/// Where the day ends last (UTC−12) and begins first (UTC+14).
const LAST_ZONE_H: i8 = -12;
const FIRST_ZONE_H: i8 = 14;

/// A point in time with the offset from UTC as far as it was given. Written to JSON as ISO 8601.
///
/// Where the sender left out the offset, [`Moment::latest`] and [`Moment::earliest`] are the two ends of what may be
/// meant.
///
/// # Examples
/// ```
/// use bulletin::article::wire::Moment;
///
/// let moment = Moment::parse("20250304T000100+0100").unwrap();
/// assert_eq!(moment.iso(), "2025-03-04T00:01:00+01:00");
/// assert_eq!(moment.latest(), "2025-03-03T23:01:00Z".parse().unwrap());
/// let open = Moment::parse("2025-03-04T00:01:00").unwrap();
/// assert_eq!(open.latest(), "2025-03-04T12:01:00Z".parse().unwrap());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    civil: DateTime,
    offset: Option<Offset>,
    day_only: bool,
}

impl Moment {
    /// Reads ISO 8601 in the forms of NewsML-G2 and ninjs ("2025-03-04T00:01:00+01:00") and of NITF
    /// ("20250304T000100+0100", also without the `T`), and what pages write for machines.
    ///
    /// `None` for anything else and for years outside 1900 to 2100.
    pub fn parse(text: &str) -> Option<Self> {
        static ISO: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^(?P<y>\d{4})-?(?P<mo>\d\d)-?(?P<d>\d\d)(?:[Tt ]?(?P<h>\d\d):?(?P<mi>\d\d)(?::?(?P<s>\d\d)(?:[.,]\d+)?)?)?\s?(?P<z>[Zz]|GMT|UTC|(?P<sign>[+−-])(?P<oh>\d\d)(?::?(?P<om>\d\d))?)?$")
                .expect("a constant pattern")
        });
        let text = text.trim();
        let Some(found) = ISO.captures(text) else {
            let iso = when::iso(text)?;
            return (ISO.is_match(&iso) && iso != text).then(|| Self::parse(&iso)).flatten();
        };
        let number = |name: &str| found.name(name).and_then(|m| m.as_str().parse::<i16>().ok());
        let small = |name: &str| number(name).and_then(|n| i8::try_from(n).ok());
        let year = number("y").filter(|y| (1900..=2100).contains(y))?;
        let date = Date::new(year, small("mo")?, small("d")?).ok()?;
        let offset = match found.name("z") {
            None => None,
            Some(_) => match found.name("sign") {
                None => Some(Offset::UTC),
                Some(sign) => {
                    let seconds = i32::from(number("oh")?) * 3600 + i32::from(number("om").unwrap_or(0)) * 60;
                    let east = if sign.as_str() == "+" { seconds } else { -seconds };
                    Some(Offset::from_seconds(east).ok()?)
                }
            },
        };
        let (civil, day_only) = match small("h") {
            None => (date.to_datetime(Time::midnight()), true),
            // The end of the day (ISO 8601-1:2019, §5.3.2).
            Some(24) => (date.tomorrow().ok()?.to_datetime(Time::midnight()), false),
            Some(h) => {
                let second = small("s").unwrap_or(0).min(59);
                (date.to_datetime(Time::new(h, small("mi")?, second, 0).ok()?), false)
            }
        };
        Some(Self { civil, offset, day_only })
    }

    /// The same hour some days later.
    pub(super) fn days_later(self, days: i32) -> Self {
        Self { civil: self.civil.saturating_add(days.days()), ..self }
    }

    pub(super) fn with_offset(self, seconds: i32) -> Self {
        Self { offset: Offset::from_seconds(seconds).ok(), ..self }
    }

    pub(super) fn date(self) -> Date {
        self.civil.date()
    }

    /// The hour, if one was given.
    pub(super) fn time(self) -> Option<Time> {
        (!self.day_only).then(|| self.civil.time())
    }

    /// Whether the offset from UTC was given.
    pub fn is_zoned(self) -> bool {
        self.offset.is_some()
    }

    /// ISO 8601 as far as it was given.
    pub fn iso(self) -> String {
        let day = self.civil.strftime("%Y-%m-%d");
        let time = if self.day_only { String::new() } else { self.civil.strftime("T%H:%M:%S").to_string() };
        let zone = match self.offset {
            _ if self.day_only => String::new(),
            Some(offset) if offset.seconds() == 0 => "Z".into(),
            Some(offset) => signed(offset),
            None => String::new(),
        };
        format!("{day}{time}{zone}")
    }

    /// Whether it is later than `other`: by the clock where neither or both have an offset, else wherever it may be.
    pub(super) fn is_after(self, other: Self) -> bool {
        match (self.offset, other.offset) {
            (None, None) => self.civil > other.civil,
            (Some(_), Some(_)) => self.earliest() > other.earliest(),
            _ => self.latest() > other.earliest(),
        }
    }

    fn instant(self, civil: DateTime, zone_h: i8) -> Timestamp {
        let offset = self.offset.unwrap_or_else(|| Offset::constant(zone_h));
        offset.to_timestamp(civil).unwrap_or(Timestamp::MAX)
    }

    /// The whole day where no hour was given.
    fn end(self) -> DateTime {
        if self.day_only { self.civil.saturating_add(1.day()) } else { self.civil }
    }

    /// The last instant that may be meant: without an hour the end of the day, without an offset UTC−12.
    pub fn latest(self) -> Timestamp {
        self.instant(self.end(), LAST_ZONE_H)
    }

    /// The first instant that may be meant: without an offset UTC+14.
    pub fn earliest(self) -> Timestamp {
        self.instant(self.civil, FIRST_ZONE_H)
    }

    /// The instant from which something that expires then is certainly too old to use: without an hour the end of the
    /// day, without an offset UTC+14.
    pub fn expiry(self) -> Timestamp {
        self.instant(self.end(), FIRST_ZONE_H)
    }
}

fn signed(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", seconds.abs() / 3600, seconds.abs() / 60 % 60)
}

/// For people: "00:01 on 4 March 2025 (UTC+01:00)".
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.day_only {
            write!(f, "{} on ", self.civil.strftime("%H:%M"))?;
        }
        write!(f, "{}", self.civil.strftime("%-d %B %Y"))?;
        match self.offset {
            Some(offset) if offset.seconds() == 0 => f.write_str(" (UTC)"),
            Some(offset) => write!(f, " (UTC{})", signed(offset)),
            None => Ok(()),
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.iso())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_that_occur() {
        for (text, iso) in [
            ("2018-10-23T12:00:00Z", Some("2018-10-23T12:00:00Z")),
            ("2018-10-23T12:00:00.150-05:00", Some("2018-10-23T12:00:00-05:00")),
            ("20210516T090004", Some("2021-05-16T09:00:04")),
            ("20210516T090004+0200", Some("2021-05-16T09:00:04+02:00")),
            ("20210516090004-0500", Some("2021-05-16T09:00:04-05:00")),
            ("20210516T0900Z", Some("2021-05-16T09:00:00Z")),
            ("20080219+0100", Some("2008-02-19")),
            ("20080219", Some("2008-02-19")),
            ("2025-03-04T24:00:00Z", Some("2025-03-05T00:00:00Z")),
            ("2025-03-04T23:59:60Z", Some("2025-03-04T23:59:59Z")),
            ("2025-03-04 00:01", Some("2025-03-04T00:01:00")),
            (" 2018-10-12T06:42:04Z ", Some("2018-10-12T06:42:04Z")),
            ("Wed, 20 Nov 2019 10:15:00 GMT", Some("2019-11-20T10:15:00Z")),
            ("2025-02-30", None),
            ("2025-03-04T25:00:00Z", None),
            ("0001-01-01T00:00:00Z", None),
            ("9999-12-31T23:59:59Z", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(Moment::parse(text).map(Moment::iso).as_deref(), iso, "{text}");
        }
    }

    #[test]
    fn what_may_be_meant() {
        for (text, earliest, latest, expiry) in [
            (
                "2025-03-04T00:01:00+01:00",
                "2025-03-03T23:01:00Z",
                "2025-03-03T23:01:00Z",
                "2025-03-03T23:01:00Z",
            ),
            ("2025-03-04T00:01:00", "2025-03-03T10:01:00Z", "2025-03-04T12:01:00Z", "2025-03-03T10:01:00Z"),
            ("2025-03-04", "2025-03-03T10:00:00Z", "2025-03-05T12:00:00Z", "2025-03-04T10:00:00Z"),
        ] {
            let moment = Moment::parse(text).unwrap();
            let read = |t: &str| t.parse::<Timestamp>().unwrap();
            assert_eq!(
                (moment.earliest(), moment.latest(), moment.expiry()),
                (read(earliest), read(latest), read(expiry)),
                "{text}"
            );
        }
        assert_eq!(
            Moment::parse("20250304T000100-0330").unwrap().to_string(),
            "00:01 on 4 March 2025 (UTC-03:30)"
        );
        assert_eq!(Moment::parse("2025-03-04").unwrap().to_string(), "4 March 2025");
    }
}
