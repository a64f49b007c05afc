//! When a line says that an embargo ends: the last moment that it may mean.

use super::super::super::clean::dates::{self, NumericOrder, Stamp};
use super::super::Moment;
use jiff::civil::{Date, Weekday};
use regex::Regex;
use std::sync::LazyLock;

static WEEKDAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b")
        .expect("a constant pattern")
});

static RELATIVE_DAY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:today|tonight|tomorrow)\b").expect("a constant pattern"));

pub(super) fn mentioned(line: &str) -> bool {
    WEEKDAY.is_match(line)
        || RELATIVE_DAY.is_match(line)
        || !dates::scan(&window(line), None).stamps.is_empty()
}

/// The last moment that a line may mean.
pub(super) fn latest(line: &str, context: Option<Moment>) -> Option<Moment> {
    let line = window(line);
    let mut latest: Option<Moment> = None;
    // 03/04 is read both ways and the later counts.
    for order in [NumericOrder::DayFirst, NumericOrder::MonthFirst] {
        let stamps = dates::scan(&line, Some(order)).stamps;
        let shared = stamps.iter().find_map(|s| s.date).or_else(|| relative_date(&line, &stamps, context));
        for stamp in &stamps {
            let timed = stamps.iter().any(|s| s.time.is_some());
            if timed && stamp.time.is_none() {
                continue;
            }
            let found = complete(stamp, shared, &line, context);
            if let Some(found) = found
                && latest.is_none_or(|l| l.latest() < found.latest())
            {
                latest = Some(found);
            }
        }
        if stamps.is_empty()
            && let Some((Some(year), month, day)) = shared
        {
            latest = latest.or_else(|| Moment::parse(&format!("{year:04}-{month:02}-{day:02}")));
        }
    }
    latest
}

/// The part of a line that says when: what is longer than a date line is cut after the word "until" or its like, and
/// clocks are written as the reader of dates knows them.
fn window(line: &str) -> String {
    const LONGEST_BYTES: usize = 150;
    static UNTIL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:until|till|before|from|bis|jusqu'(?:au?|à))\b").expect("a constant pattern")
    });
    static BARE_CLOCK: LazyLock<Regex> = LazyLock::new(|| {
        // "until 0001 Tuesday 4 March 2025", "at 0001 on 4 March": four figures that a day follows.
        Regex::new(r"(?i)\b(until|till|before|at|from|to|for|after|of|:|release|embargo(?:ed)?)(\W+)([01]\d|2[0-3])([0-5]\d)(\s*(?:hrs?|hours|h|gmt|bst|utc|z|[a-z]{2,4}t)?\b[,\s]+(?:on\s+|of\s+)?(?:the\s+)?(?:\d|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|tomorrow|today|tonight))")
            .expect("a constant pattern")
    });
    static GLUED_NOON: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b12(?:[:.]00)?\s?(?:o'clock\s?)?(noon|midday|midnight)\b")
            .expect("a constant pattern")
    });
    static PAST_MIDNIGHT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:one|a|1)\s+minute\s+(?:past|after)\s+midnight\b").expect("a constant pattern")
    });
    let from = if line.len() > LONGEST_BYTES { UNTIL.find(line).map_or(0, |m| m.start()) } else { 0 };
    let cut = &line[from..line.floor_char_boundary(from + LONGEST_BYTES)];
    let clocked = BARE_CLOCK.replace_all(cut, "$1$2$3:$4$5");
    let clocked = PAST_MIDNIGHT.replace_all(&clocked, "00:01");
    GLUED_NOON.replace_all(&clocked, "$1").into_owned()
}

type Day = (Option<i16>, u8, u8);

/// "on Tuesday", "tomorrow", or only an hour: a day by what it stands next to.
fn relative_date(line: &str, stamps: &[Stamp], context: Option<Moment>) -> Option<Day> {
    let context = context?;
    let today = context.date();
    let time = stamps.iter().find_map(|s| s.time);
    let hour = |t: (u8, u8)| i32::from(t.0) * 60 + i32::from(t.1);
    // Written after that hour, the line means the next one.
    let passed = match (time, context.time()) {
        (Some(time), Some(now)) => hour(time) < i32::from(now.hour()) * 60 + i32::from(now.minute()),
        _ => false,
    };
    let days = if let Some(found) = WEEKDAY.captures(line) {
        let wanted = weekday(&found[1])?;
        let ahead = i32::from(today.weekday().until(wanted));
        if ahead == 0 && passed { 7 } else { ahead }
    } else if let Some(found) = RELATIVE_DAY.find(line) {
        i32::from(found.as_str().eq_ignore_ascii_case("tomorrow"))
    } else if time.is_some() {
        i32::from(passed)
    } else {
        return None;
    };
    day_of(context.days_later(days).date())
}

fn day_of(date: Date) -> Option<Day> {
    Some((Some(date.year()), u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?))
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name.to_ascii_lowercase().get(..2)? {
        "mo" => Weekday::Monday,
        "tu" => Weekday::Tuesday,
        "we" => Weekday::Wednesday,
        "th" => Weekday::Thursday,
        "fr" => Weekday::Friday,
        "sa" => Weekday::Saturday,
        "su" => Weekday::Sunday,
        _ => return None,
    })
}

/// A stamp with what the line and the context add to it.
fn complete(stamp: &Stamp, shared: Option<Day>, line: &str, context: Option<Moment>) -> Option<Moment> {
    let (year, month, day) = stamp.date.or(shared)?;
    let year = match year {
        Some(year) => year,
        None => year_near(context?.date(), month, day)?,
    };
    let whole = Stamp { date: Some((Some(year), month, day)), ..*stamp };
    let mut moment = Moment::parse(&whole.iso()?)?;
    let lower = line.to_lowercase();
    // Midnight "on Monday" may be the end of it.
    if stamp.time == Some((0, 0)) && lower.contains("midnight") {
        moment = moment.days_later(1);
    }
    if !moment.is_zoned() && ["uk time", "london time", "british time"].iter().any(|z| lower.contains(z)) {
        let summer = uk_summer_time(moment.date());
        moment = moment.with_offset(if summer { 3600 } else { 0 });
    }
    Some(moment)
}

/// The year that brings a day within half a year of the context.
fn year_near(context: Date, month: u8, day: u8) -> Option<i16> {
    const HALF_YEAR_D: i32 = 183;
    let at = |year: i16| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
    let away = |date: Date| context.until(date).map_or(i32::MAX, |span| span.get_days());
    [context.year(), context.year() + 1, context.year() - 1]
        .into_iter()
        .find(|y| at(*y).is_some_and(|d| away(d).abs() <= HALF_YEAR_D))
        .or(Some(context.year()))
}

/// Summer time of the United Kingdom by day: last Sunday of March to last Sunday of October (Summer Time Order 2002).
fn uk_summer_time(date: Date) -> bool {
    let last_sunday = |month: i8| {
        Date::new(date.year(), month, 1).and_then(|d| d.nth_weekday_of_month(-1, Weekday::Sunday)).ok()
    };
    matches!((last_sunday(3), last_sunday(10)), (Some(start), Some(end)) if date >= start && date < end)
}
