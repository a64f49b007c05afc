//! Some entries of a feed: the newest, those since a time, those about something. The date is an input.

use super::{Entry, dates};
use jiff::civil::Time;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, Zoned};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Which entries are wanted. Every condition must hold; one that is not given holds.
///
/// # Examples
/// ```
/// use bulletin::article::feed::Selection;
///
/// let selection: Selection = serde_json::from_str(r#"{"take": 5, "since": "6h", "matching": ["bridge", "river flood"]}"#).unwrap();
/// assert_eq!(selection.take, Some(5));
/// assert!(serde_json::from_str::<Selection>(r#"{"newest": 5}"#).unwrap_err().to_string().contains("unknown field"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Selection {
    /// At most this many, the newest first; after those with a date come those without, in the feed's order.
    pub take: Option<usize>,
    /// Only entries dated at or after this. An entry with a day but no time counts until its day is over; one
    /// without a date is left out, because it cannot be shown to be new.
    pub since: Option<Since>,
    /// Only entries that hold, in title, summary or content, all the words of one of these strings. Whole words,
    /// letter case aside. Strings without a word are passed over.
    pub matching: Vec<String>,
}

/// A time, or how long before now.
///
/// Written as an ISO 8601 date or date and time (`2025-04-03`, `2025-04-03T06:00+01:00`; without an offset in that of
/// `now`), or as a length of weeks, days, hours, minutes and seconds (`90m`, `1d 12h`, `PT6H`); a day has 24 hours.
///
/// # Examples
/// ```
/// use bulletin::article::feed::Since;
///
/// let since: Since = "1d 12h".parse().unwrap();
/// let now = "2025-04-03T06:00+01:00[+01:00]".parse().unwrap();
/// assert_eq!(since.moment(&now).to_string(), "2025-04-01T17:00:00Z");
/// assert_eq!("2025-04-03".parse::<Since>().unwrap().moment(&now).to_string(), "2025-04-02T23:00:00Z");
/// assert!("last week".parse::<Since>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum Since {
    /// A time on the clock, with its offset where one was given.
    Time(jiff::civil::DateTime, Option<Offset>),
    /// This long before now; not negative.
    Ago(SignedDuration),
}

/// The longest a length may be. More is a slip of the pen.
const LONGEST_DAYS: i64 = 3660;

impl Since {
    /// The moment meant, at `now`. A time before the year -9999 is that year's beginning.
    pub fn moment(self, now: &Zoned) -> Timestamp {
        match self {
            Self::Time(time, offset) => {
                offset.unwrap_or_else(|| now.offset()).to_timestamp(time).unwrap_or(Timestamp::MIN)
            }
            Self::Ago(length) => now.timestamp().checked_sub(length).unwrap_or(Timestamp::MIN),
        }
    }
}

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let refused =
            || format!("\"{text}\" is neither a time such as 2025-04-03T06:00 nor a length such as 6h or 2d");
        if text.starts_with(|c: char| c.is_ascii_digit())
            && let Ok(pieces) = Pieces::parse(text)
        {
            let offset = match pieces.offset() {
                Some(PiecesOffset::Numeric(numeric)) => Some(numeric.offset()),
                Some(_) => Some(Offset::UTC),
                None => None,
            };
            let time = pieces.date().to_datetime(pieces.time().unwrap_or(Time::midnight()));
            return Ok(Self::Time(time, offset));
        }
        let span: Span = text.parse().map_err(|_| refused())?;
        if span.is_negative() || span.get_years() != 0 || span.get_months() != 0 {
            return Err(refused());
        }
        let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| refused())?;
        if length > SignedDuration::from_hours(24 * LONGEST_DAYS) {
            return Err(format!("\"{text}\" is longer than {LONGEST_DAYS} days"));
        }
        Ok(Self::Ago(length))
    }
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(time, None) => write!(f, "{time}"),
            Self::Time(time, Some(offset)) if offset.is_zero() => write!(f, "{time}Z"),
            Self::Time(time, Some(offset)) => write!(f, "{time}{offset:#}"),
            Self::Ago(length) => write!(f, "{length}"),
        }
    }
}

impl TryFrom<String> for Since {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Since> for String {
    fn from(since: Since) -> Self {
        since.to_string()
    }
}

/// What [`select`] made of a list of entries; numbers are places in that list, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Selected {
    /// Newest first, those without a date last.
    pub entries: Vec<usize>,
    /// The rest, in the list's order.
    pub left_out: Vec<LeftOut>,
}

/// An entry that was not selected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its place in the list, from 0.
    pub entry: usize,
    /// Why.
    pub reason: Reason,
}

/// Why an entry was not selected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// It is older than the limit, given here in the offset of `now`.
    Older(String),
    /// It has no date to hold against the limit.
    Undated,
    /// None of the strings to be matched has all its words in it.
    Unmatched,
    /// There are this many newer ones, as many as were wanted.
    Beyond(usize),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Older(limit) => write!(f, "it is older than {limit}"),
            Self::Undated => f.write_str("it has no date to hold against the limit"),
            Self::Unmatched => f.write_str("it does not match the words asked for"),
            Self::Beyond(1) => f.write_str("there is a newer one"),
            Self::Beyond(taken) => write!(f, "there are {taken} newer ones"),
        }
    }
}

/// Selects entries; the date of one is that of its publication, else of its last change.
///
/// # Examples
/// ```
/// use bulletin::article::feed::{Entry, Reason, Selection, select};
///
/// let entry = |title: &str, published: &str| Entry {
///     title: Some(title.into()),
///     published: Some(published.into()),
///     ..Entry::default()
/// };
/// let entries = [entry("Bridge", "2025-04-01"), entry("Flood", "2025-04-03T05:00Z"), entry("Fire", "2025-04-02T20:00Z")];
/// let selection = Selection { take: Some(1), since: Some("1d".parse().unwrap()), ..Selection::default() };
/// let now = "2025-04-03T06:00+00:00[+00:00]".parse().unwrap();
/// let selected = select(&entries, &selection, &now);
/// assert_eq!(selected.entries, [1]);
/// assert_eq!(selected.left_out[0].reason, Reason::Older("2025-04-02T06:00:00Z".into()));
/// assert_eq!(selected.left_out[1].reason, Reason::Beyond(1));
/// ```
pub fn select(entries: &[Entry], selection: &Selection, now: &Zoned) -> Selected {
    let since = selection.since.map(|since| since.moment(now));
    let wanted: Vec<Vec<String>> = selection
        .matching
        .iter()
        .map(|text| words(text).collect())
        .filter(|w: &Vec<String>| !w.is_empty())
        .collect();
    let mut reasons: Vec<Option<Reason>> = Vec::with_capacity(entries.len());
    let mut candidates = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let dated = entry.published.as_deref().or(entry.updated.as_deref()).and_then(dates::span);
        let reason = match (since, dated) {
            (Some(_), None) => Some(Reason::Undated),
            (Some(since), Some((_, latest))) if latest < since => {
                Some(Reason::Older(dates::shown(since, now.offset())))
            }
            _ if !wanted.is_empty() && !matches(entry, &wanted) => Some(Reason::Unmatched),
            _ => None,
        };
        if reason.is_none() {
            candidates.push((at, dated.map(|(earliest, _)| earliest)));
        }
        reasons.push(reason);
    }
    // `None` sorts below every date, and the sort keeps the order of equals.
    candidates.sort_by(|(_, a), (_, b)| b.cmp(a));
    let taken = selection.take.unwrap_or(usize::MAX).min(candidates.len());
    for (at, _) in candidates.drain(taken..) {
        reasons[at] = Some(Reason::Beyond(taken));
    }
    let left_out = reasons.into_iter().enumerate();
    Selected {
        entries: candidates.into_iter().map(|(at, _)| at).collect(),
        left_out: left_out.filter_map(|(entry, reason)| Some(LeftOut { entry, reason: reason? })).collect(),
    }
}

/// The words of a text: runs of letters and figures, in lower case.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

fn matches(entry: &Entry, wanted: &[Vec<String>]) -> bool {
    let mut missing: Vec<Vec<&str>> =
        wanted.iter().map(|all| all.iter().map(String::as_str).collect()).collect();
    let texts = [entry.summary.as_ref(), entry.content.as_ref()].into_iter().flatten();
    let title = entry.title.clone().into_iter();
    for text in title.chain(texts.map(super::Content::text)) {
        for word in words(&text) {
            for all in &mut missing {
                all.retain(|wanted| *wanted != word);
            }
        }
        if missing.iter().any(Vec::is_empty) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::Content;
    use super::*;

    fn now() -> Zoned {
        "2025-04-03T06:00+01:00[+01:00]".parse().unwrap()
    }

    fn entry(title: &str, published: Option<&str>, body: &str) -> Entry {
        Entry {
            title: Some(title.into()),
            published: published.map(str::to_owned),
            content: Some(Content { body: body.into(), is_html: true, lines: (1, 1) }),
            ..Entry::default()
        }
    }

    #[test]
    fn newest_first_and_the_undated_last() {
        let entries = [
            entry("a", None, ""),
            entry("b", Some("2025-04-01T10:00:00Z"), ""),
            entry("c", None, ""),
            entry("d", Some("2025-04-02T11:30:00+02:00"), ""),
            entry("e", Some("2025-04-02T10:00:00Z"), ""),
            entry("f", Some("2025-04-02T10:00:00Z"), ""),
        ];
        let all = select(&entries, &Selection::default(), &now());
        assert_eq!((all.entries, all.left_out.len()), (vec![4, 5, 3, 1, 0, 2], 0));
        let some = select(&entries, &Selection { take: Some(5), ..Selection::default() }, &now());
        assert_eq!(some.entries, [4, 5, 3, 1, 0]);
        assert_eq!(some.left_out, [LeftOut { entry: 2, reason: Reason::Beyond(5) }]);
        let none = select(&entries, &Selection { take: Some(0), ..Selection::default() }, &now());
        assert_eq!((none.entries.len(), none.left_out.len()), (0, 6));
        let updated = Entry { updated: Some("2025-04-03".into()), ..Entry::default() };
        assert_eq!(select(&[entries[4].clone(), updated], &Selection::default(), &now()).entries, [1, 0]);
    }

    #[test]
    fn since_a_time() {
        let entries = [
            entry("before", Some("2025-04-02T05:59:59+01:00"), ""),
            entry("at", Some("2025-04-02T06:00:00+01:00"), ""),
            entry("that day", Some("2025-04-02"), ""),
            entry("the day before", Some("2025-04-01"), ""),
            entry("undated", None, ""),
        ];
        for since in ["1d", "24h", "PT24H", "2025-04-02T06:00", "2025-04-02T05:00Z", "2025-04-02T07:00+02:00"]
        {
            let selection = Selection { since: Some(since.parse().unwrap()), ..Selection::default() };
            let selected = select(&entries, &selection, &now());
            assert_eq!(selected.entries, [1, 2], "{since}");
            let reasons: Vec<_> = selected.left_out.iter().map(|l| l.reason.to_string()).collect();
            assert_eq!(
                reasons,
                [
                    "it is older than 2025-04-02T06:00:00+01:00",
                    "it is older than 2025-04-02T06:00:00+01:00",
                    "it has no date to hold against the limit"
                ]
            );
        }
    }

    #[test]
    fn times_and_lengths_as_text() {
        for (text, back) in [
            ("6h", "PT6H"),
            ("2 days", "PT48H"),
            ("1w", "PT168H"),
            ("2025-04-03", "2025-04-03T00:00:00"),
            ("2025-04-03T06:00Z", "2025-04-03T06:00:00Z"),
            ("2025-04-03T06:00:00+05:30", "2025-04-03T06:00:00+05:30"),
        ] {
            let since: Since = text.parse().unwrap();
            assert_eq!(since.to_string(), back, "{text}");
            assert_eq!(back.parse(), Ok(since), "{text}");
        }
        for text in ["", "yesterday", "1 month", "-6h", "2025-13-01", "20250 days", "03/04/2025", "6"] {
            assert!(text.parse::<Since>().is_err(), "{text}");
        }
        let error = serde_json::from_str::<Selection>(r#"{"since": "soon"}"#).unwrap_err().to_string();
        assert!(error.contains("neither a time such as"), "{error}");
        let selection = Selection { since: Some("6h".parse().unwrap()), ..Selection::default() };
        let json = serde_json::to_string(&selection).unwrap();
        assert_eq!(json, r#"{"take":null,"since":"PT6H","matching":[]}"#);
        assert_eq!(serde_json::from_str::<Selection>(&json).unwrap(), selection);
    }

    #[test]
    fn whole_words_anywhere_in_one_entry() {
        let entries = [
            entry("England’s River bridge", None, "<p>It will <b>close</b>d.</p><p>Flooding</p>"),
            entry("Fire", None, "A fire at a mill."),
        ];
        for (matching, hits) in [
            (&["bridge"][..], &[0][..]),
            (&["BRIDGE england"], &[0]),
            (&["bridges"], &[]),
            (&["flood"], &[]),
            (&["flooding river"], &[0]),
            (&["closed"], &[0]),
            (&["bridge fire"], &[]),
            (&["bridge", "mill fire"], &[0, 1]),
            (&["", "–"], &[0, 1]),
            (&["a a mill"], &[1]),
        ] {
            let matching = matching.iter().map(|m| (*m).to_owned()).collect();
            let selected = select(&entries, &Selection { matching, ..Selection::default() }, &now());
            assert_eq!(selected.entries, hits);
            assert!(selected.left_out.iter().all(|l| l.reason == Reason::Unmatched));
        }
    }
}
