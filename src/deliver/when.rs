//! Dates and times as people read them, in the order their English has.

use crate::rundown::{Clock, Date};
use crate::units::{Frames, SampleRate};
use jiff::civil;
use jiff::fmt::temporal::{Pieces, PiecesOffset};

/// Whether the month stands before the day.
fn is_american(language: &str) -> bool {
    language.eq_ignore_ascii_case("en-us")
}

fn day(date: civil::Date, language: &str) -> String {
    date.strftime(if is_american(language) { "%B %-d, %Y" } else { "%-d %B %Y" }).to_string()
}

/// `Tuesday, 3 March 2026`.
pub(super) fn date(date: Date, language: &str) -> String {
    format!("{}, {}", date.0.strftime("%A"), day(date.0, language))
}

/// `3 March 2026, 07:00`, as much of it as is known.
pub(super) fn edition(date: Option<Date>, time: Option<Clock>, language: &str) -> Option<String> {
    let parts = [date.map(|date| self::date(date, language)), time.map(|time| time.to_string())];
    let known: Vec<String> = parts.into_iter().flatten().collect();
    (!known.is_empty()).then(|| known.join(", "))
}

/// A moment in ISO 8601 as people read it, by the clock of its own zone; anything else as it was written.
pub(super) fn moment(written: &str, language: &str) -> String {
    let Ok(pieces) = Pieces::parse(written) else { return written.to_owned() };
    let date = day(pieces.date(), language);
    match pieces.time() {
        None => date,
        Some(time) => {
            let zone = if pieces.offset() == Some(PiecesOffset::Zulu) { " UTC" } else { "" };
            format!("{date}, {:02}:{:02}{zone}", time.hour(), time.minute())
        }
    }
}

/// Milliseconds to a place in the file, rounded down: a word is not lit before it is heard by more than that.
pub(super) fn ms(at: Frames, rate: SampleRate) -> u64 {
    (u128::from(at.0) * 1_000 / u128::from(rate.0.max(1))) as u64
}

/// Seconds to the nearest millisecond, for JSON.
pub(super) fn seconds(at: Frames, rate: SampleRate) -> f64 {
    (at.seconds(rate) * 1000.0).round() / 1000.0
}

/// `hh:mm:ss.mmm`, with another point where a format has one.
pub(super) fn clock(ms: u64, point: char) -> String {
    let (seconds, ms) = (ms / 1_000, ms % 1_000);
    format!("{:02}:{:02}:{:02}{point}{ms:03}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// A place in a programme: `2:31`, or `1:05:00` where it is hours long.
pub(super) fn position(at: Frames, rate: SampleRate) -> String {
    let seconds = at.0 / u64::from(rate.0.max(1));
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        for (written, language, expected) in [
            ("2026-03-03T06:12:00+01:00", "en-GB", "3 March 2026, 06:12"),
            ("2026-03-03T06:12:00Z", "en-US", "March 3, 2026, 06:12 UTC"),
            ("2026-03-03T06:12", "en-GB", "3 March 2026, 06:12"),
            ("2025-04-02", "en-GB", "2 April 2025"),
            ("2026-03", "en-GB", "2026-03"),
            ("yesterday", "en", "yesterday"),
        ] {
            assert_eq!(moment(written, language), expected);
        }
    }

    #[test]
    fn editions_and_positions() {
        let (date, time) = ("2026-03-03".parse().ok(), "07:00".parse().ok());
        assert_eq!(edition(date, time, "en-GB").unwrap(), "Tuesday, 3 March 2026, 07:00");
        assert_eq!(edition(date, None, "en-US").unwrap(), "Tuesday, March 3, 2026");
        assert_eq!(edition(None, None, "en"), None);
        for (seconds, expected) in [(0, "0:00"), (151, "2:31"), (3_900, "1:05:00")] {
            assert_eq!(position(Frames(seconds * 48_000 + 47_999), SampleRate(48_000)), expected);
        }
    }
}
