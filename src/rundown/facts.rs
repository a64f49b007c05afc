//! What a station says of itself and of an edition: the values of the variables in a rundown's lines.

use crate::normalise::Locale;
use jiff::civil;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The variables a line may hold, in braces, and the flag that gives each.
pub const VARIABLES: [(&str, &str); 6] = [
    ("station", "--station NAME"),
    ("title", "--title TITLE"),
    ("time", "--at HH:MM"),
    ("date", "--date YYYY-MM-DD"),
    ("weekday", "--date YYYY-MM-DD"),
    ("count", "an article"),
];

/// What is known of the station and the edition. All of it is given; nothing is read from a clock.
///
/// # Examples
/// ```
/// use bulletin::{normalise::Locale, rundown::Facts};
/// let facts = Facts { at: Some("19:05".parse().unwrap()), date: Some("2026-03-03".parse().unwrap()), ..Facts::default() };
/// assert_eq!(facts.value("time", 2, Locale::EnGb).unwrap(), "7:05");
/// assert_eq!(facts.value("date", 2, Locale::EnUs).unwrap(), "March 3");
/// assert_eq!(facts.value("weekday", 2, Locale::EnGb).unwrap(), "Tuesday");
/// assert_eq!(facts.value("station", 2, Locale::EnGb), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    /// The station's name as it is said.
    pub station: Option<String>,
    /// The edition's or programme's title.
    pub title: Option<String>,
    /// The edition's time.
    pub at: Option<Clock>,
    /// The edition's date.
    pub date: Option<Date>,
}

impl Facts {
    /// The value of a variable as one would write it, ready for the normaliser; `None` where it is not known.
    ///
    /// The time is a clock's without its half of the day ("7 o'clock", "7:05"), as it is said on air.
    pub fn value(&self, variable: &str, stories: usize, locale: Locale) -> Option<String> {
        match variable {
            "station" => self.station.clone(),
            "title" => self.title.clone(),
            "time" => self.at.map(|at| clock_words(at.0, locale)),
            "date" => self.date.map(|Date(date)| match locale {
                Locale::EnGb => date.strftime("%-d %B").to_string(),
                Locale::EnUs => date.strftime("%B %-d").to_string(),
            }),
            "weekday" => self.date.map(|Date(date)| date.strftime("%A").to_string()),
            "count" => Some(stories.to_string()),
            _ => None,
        }
    }
}

fn clock_words(time: civil::Time, locale: Locale) -> String {
    let hour = match time.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    match (time.hour(), time.minute()) {
        (0, 0) => "midnight".into(),
        (12, 0) if locale == Locale::EnUs => "noon".into(),
        (12, 0) => "midday".into(),
        (_, 0) => format!("{hour} o'clock"),
        (_, minute) => format!("{hour}:{minute:02}"),
    }
}

/// A time of day to the minute, written `07:00`.
///
/// # Examples
/// ```
/// use bulletin::rundown::Clock;
/// assert_eq!("7:05".parse::<Clock>().unwrap().to_string(), "07:05");
/// assert!("25:00".parse::<Clock>().unwrap_err().contains("write it as 07:00"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock(pub civil::Time);

impl FromStr for Clock {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let two = |part: &str| -> Option<i8> {
            let digits = (1..=2).contains(&part.len()) && part.chars().all(|c| c.is_ascii_digit());
            part.parse().ok().filter(|_| digits)
        };
        // A settings file's own times have seconds, which must be none.
        let minutes =
            text.trim().strip_suffix(":00").filter(|rest| rest.contains(':')).unwrap_or(text.trim());
        minutes
            .split_once(':')
            .and_then(|(hour, minute)| civil::Time::new(two(hour)?, two(minute)?, 0, 0).ok())
            .map(Self)
            .ok_or_else(|| format!("\"{text}\" is no time of day: write it as 07:00"))
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}

/// A day, written `2026-03-03`.
///
/// # Examples
/// ```
/// use bulletin::rundown::Date;
/// assert_eq!("2026-03-03".parse::<Date>().unwrap().to_string(), "2026-03-03");
/// assert!("3 March".parse::<Date>().unwrap_err().contains("write it as 2026-03-03"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date(pub civil::Date);

impl FromStr for Date {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain = text.trim();
        let shape = plain.len() == 10 && plain.chars().all(|c| c.is_ascii_digit() || c == '-');
        plain
            .parse()
            .ok()
            .filter(|_| shape)
            .map(Self)
            .ok_or_else(|| format!("\"{text}\" is no date: write it as 2026-03-03"))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// TOML has dates and times of its own; both spellings are taken.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Own(toml::value::Datetime),
}

fn parsed<'de, D: Deserializer<'de>, T: FromStr<Err = String>>(deserializer: D) -> Result<T, D::Error> {
    let text = match Written::deserialize(deserializer)? {
        Written::Text(text) => text,
        Written::Own(own) => own.to_string(),
    };
    text.parse().map_err(serde::de::Error::custom)
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer)
    }
}

impl Serialize for Clock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_they_are_said() {
        for (at, gb, us) in [
            ("00:00", "midnight", "midnight"),
            ("12:00", "midday", "noon"),
            ("07:00", "7 o'clock", "7 o'clock"),
            ("19:00", "7 o'clock", "7 o'clock"),
            ("00:30", "12:30", "12:30"),
            ("7:05", "7:05", "7:05"),
        ] {
            let facts = Facts { at: Some(at.parse().unwrap()), ..Facts::default() };
            assert_eq!(facts.value("time", 0, Locale::EnGb).as_deref(), Some(gb));
            assert_eq!(facts.value("time", 0, Locale::EnUs).as_deref(), Some(us));
        }
    }

    #[test]
    fn dates_and_times_that_are_none() {
        for text in ["", "7", "7:", "24:00", "07:60", "07:00:30", "-1:00", "+7:00", "seven", "007:00"] {
            assert!(text.parse::<Clock>().is_err(), "{text}");
        }
        for text in ["", "2026-02-30", "20260303", "2026-3-3", "2026-03-03T07:00", "today"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn settings_may_use_the_files_own_dates() {
        #[derive(Deserialize)]
        struct Table {
            at: Clock,
            date: Date,
        }
        for text in ["at = \"07:00\"\ndate = \"2026-03-03\"", "at = 07:00:00\ndate = 2026-03-03"] {
            let table: Table = toml::from_str(text).unwrap();
            assert_eq!((table.at.to_string(), table.date.to_string()), ("07:00".into(), "2026-03-03".into()));
        }
        assert!(toml::from_str::<Table>("at = 7\ndate = 2026-03-03").is_err());
    }
}
