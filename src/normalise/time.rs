//! Clock times and times run: `1.30pm`, `19:45 GMT`, `0430 hours`, `2:15:25`.

use super::Class;
use super::cardinal;
use super::context::{Cx, Found};
use super::cues::Cues;
use super::number::number;
use super::style::Clock;
use super::token::Kind;
use super::words::{put, spell};

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Time {
    hour: u64,
    minute: u64,
    /// Seconds, where they are given.
    second: Option<u64>,
    /// The hour is written with a nought in front.
    zero: bool,
    /// A or P.
    meridiem: Option<char>,
    /// Written with minutes.
    minutes: bool,
}

/// am, pm, a.m., P.M. at token `i`; the letter and the token after it.
fn meridiem(cx: &Cx, i: usize) -> Option<(char, usize)> {
    let word = cx.word(i)?;
    let letter = match word {
        "am" | "AM" => 'A',
        "pm" | "PM" => 'P',
        "a" | "p" | "A" | "P" => {
            if cx.sym_at(i + 1) == '.' && cx.glued_word(i + 2).is_some_and(|m| m.eq_ignore_ascii_case("m")) {
                let end = i + 3;
                let stop = cx.sym_at(end) == '.' && cx.glued(end) && end + 1 < cx.tokens.len();
                let letter = if word.eq_ignore_ascii_case("a") { 'A' } else { 'P' };
                return Some((letter, if stop { end + 1 } else { end }));
            }
            return None;
        }
        _ => return None,
    };
    cx.closed_or_digits(i + 1).then_some((letter, i + 1))
}

/// A zone after a time: GMT, ET, e.s.t.
fn zone(cx: &Cx, i: usize, out: &mut String) -> Option<usize> {
    const ZONES: &[&str] = &[
        "gmt", "bst", "utc", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt", "cet", "cest", "eet",
        "eest", "ist", "jst", "hst", "aest", "aedt", "msk", "sgt", "hkt", "wib",
    ];
    let word = cx.word(i)?;
    if word.len() > 1 {
        let known = ZONES.iter().any(|zone| word.eq_ignore_ascii_case(zone))
            || matches!(word, "ET" | "PT" | "CT" | "MT");
        let shape = word.bytes().all(|b| b.is_ascii_uppercase())
            || word.bytes().all(|b| b.is_ascii_lowercase()) && word.len() > 2;
        if known && shape && word != "mst" {
            spell(out, word);
            return Some(i + 1);
        }
        return None;
    }
    // e.s.t, E.T.
    let mut letters = String::new();
    let mut end = i;
    while letters.len() < 4 && cx.word_or(end).len() == 1 && (end == i || cx.glued(end)) {
        letters.push_str(&cx.word_or(end).to_ascii_lowercase());
        end += 1;
        if cx.sym_at(end) == '.' && cx.glued(end) && cx.glued_word(end + 1).is_some() {
            end += 1;
        } else {
            break;
        }
    }
    let known = ZONES.contains(&letters.as_str()) || matches!(letters.as_str(), "et" | "pt");
    if !known || letters.len() < 2 {
        return None;
    }
    spell(out, &letters);
    let stop = cx.sym_at(end) == '.' && cx.glued(end) && end + 1 < cx.tokens.len();
    Some(if stop { end + 1 } else { end })
}

fn small(cx: &Cx, i: usize, most: u64) -> Option<u64> {
    let figures = cx.str(i);
    if !cx.is_digits(i) || figures.len() > 2 {
        return None;
    }
    figures.parse().ok().filter(|n| *n <= most)
}

/// The time at `i`, whatever tells that it is one, and the token after it.
fn recognise(cx: &Cx, i: usize) -> Option<(Time, usize, &'static str)> {
    if cx.glued(i) && matches!(cx.before_sym(i), '.' | ':' | ',') {
        return None;
    }
    let hour = small(cx, i, 99)?;
    let zero = cx.str(i).len() == 2 && hour < 10;
    let mut time = Time { hour, minute: 0, second: None, zero, meridiem: None, minutes: false };
    let sep = cx.sym_at(i + 1);
    // "a scale of 1:12", "a 1:12 scale"
    let ratio =
        |k: usize| matches!(cx.word_or(k), "scale" | "ratio" | "ratios" | "gradient" | "odds" | "aspect");
    if sep == ':'
        && (ratio(i.wrapping_sub(1))
            || cx.is_word(i.wrapping_sub(1), "of") && ratio(i.wrapping_sub(2))
            || ratio(i + 3))
    {
        return None;
    }
    let mut end = i + 1;
    if matches!(sep, ':' | '.')
        && cx.glued(i + 1)
        && cx.glued(i + 2)
        && cx.str(i + 2).len() == 2
        && let Some(minute) = small(cx, i + 2, 59)
    {
        let (mut after, mut second) = (i + 3, None);
        if cx.sym_at(after) == ':' && cx.glued(after) && cx.glued(after + 1) && cx.str(after + 1).len() == 2 {
            second = Some(small(cx, after + 1, 59)?);
            after += 2;
        }
        time = Time { minute, second, minutes: true, ..time };
        end = after;
    }
    if let Some((letter, after)) = meridiem(cx, end) {
        if hour <= 24 && (time.minutes || hour <= 12) {
            return Some((Time { meridiem: Some(letter), ..time }, after, "clock-meridiem"));
        }
        return None;
    }
    if !time.minutes
        || cx.glued(end) && (cx.tok(end).kind != Kind::Symbol || matches!(cx.sym_at(end), '%' | '°'))
    {
        return None;
    }
    // 1:25,000 is a scale
    if matches!(cx.sym_at(end), '.' | ',') && cx.glued(end) && cx.glued_digits(end + 1).is_some() {
        return None;
    }
    if sep == ':' && hour <= 24 && time.second.is_none() {
        return Some((time, end, "clock-24"));
    }
    // 6.30 this morning: a stop needs a part of the day beside it.
    if sep == '.' && (1..=24).contains(&hour) && dotted(cx, i, end) {
        return Some((time, end, "clock-by-day-part"));
    }
    None
}

/// Whether `6.30` is a time: "at 6.30 this morning", "from 7.30 on Friday".
fn dotted(cx: &Cx, i: usize, end: usize) -> bool {
    // The 9.15 to Euston, the 10.05 from Leeds
    if matches!(cx.word_or(i.wrapping_sub(1)), "the" | "The")
        && matches!(cx.word_or(end), "to" | "from" | "at")
        && cx.capitalised(end + 1)
    {
        return true;
    }
    if !cx.cue_before(i, Cues::TIME_BEFORE) {
        return false;
    }
    // "between 7.40 and 8.20am": the other end tells.
    if matches!(cx.word_or(end), "and" | "to" | "or" | "until")
        && recognise(cx, end + 1).is_some_and(|(time, _, _)| time.meridiem.is_some())
    {
        return true;
    }
    let next = cx.word_or(end);
    let part = |k: usize| cx.cue(k, Cues::DAYPART);
    let round = cx.str(i + 2) == "00"
        && (cx.tok(end).kind != Kind::Word)
        && matches!(
            cx.word_or(i.wrapping_sub(1)),
            "at" | "by" | "until" | "till" | "before" | "after" | "from"
        )
        && cx.sym_at(end) != '%';
    let event = cx.cue_within_before(i, 5, Cues::TIMED)
        && cx.is_word(i.wrapping_sub(1), "at")
        && cx.tok(end).kind != Kind::Word
        && !cx.is_currency_before(i);
    round
        || event
        || matches!(next, "this" | "last" | "tomorrow" | "yesterday" | "every") && part(end + 1)
        || part(end)
        || next == "on" && (cx.cue(end + 1, Cues::DAY) || cx.is_digits(end + 1))
        || next == "in" && cx.is_word(end + 1, "the") && part(end + 2)
        || matches!(next, "sharp" | "local")
        || cx.cue(end, Cues::DAY)
}

/// Says a time of day.
fn verbalise(time: &Time, cx: &Cx, out: &mut String) {
    let style = cx.style;
    let (hour, minute) = (time.hour, time.minute);
    let minutes = |out: &mut String| {
        if minute > 0 {
            if minute < 10 {
                put(out, style.zero_digit());
            }
            cardinal::below_hundred(out, minute);
        }
    };
    let letter = match time.meridiem {
        Some(letter) => Some(letter),
        None if style.clock == Clock::Twelve => Some(if (12..24).contains(&hour) { 'P' } else { 'A' }),
        None => None,
    };
    if style.clock == Clock::TwentyFour && (time.meridiem.is_some() || time.zero || hour > 12 || time.minutes)
    {
        let hour = match (time.meridiem, hour) {
            (Some('P'), h) if h < 12 => h + 12,
            (Some('A'), 12) => 0,
            _ => hour,
        };
        if hour < 10 {
            put(out, if hour == 0 { "zero" } else { style.zero_digit() });
        }
        cardinal::below_hundred(out, hour);
        if minute == 0 {
            put(out, "hundred");
        } else {
            minutes(out);
        }
        return;
    }
    if let Some(letter) = letter {
        let twelve = match hour {
            0 | 24 => 12,
            13..=23 => hour - 12,
            _ => hour,
        };
        cardinal::below_hundred(out, twelve);
        minutes(out);
        put(out, if letter == 'A' { "A M" } else { "P M" });
        return;
    }
    match (hour, minute) {
        (0 | 24, 0) => put(out, "midnight"),
        (12, 0) => put(out, "midday"),
        (0, 30) => put(out, "half past midnight"),
        (0, 1) => put(out, "one minute past midnight"),
        (0, 2..=9) => {
            cardinal::below_hundred(out, minute);
            put(out, "minutes past midnight");
        }
        (0, _) => {
            put(out, "twelve");
            minutes(out);
            put(out, "A M");
        }
        (13..=23, 0) => {
            cardinal::below_hundred(out, hour - 12);
            put(out, "P M");
        }
        (1..=9, 0) if time.zero => {
            cardinal::below_hundred(out, hour);
            put(out, "A M");
        }
        (_, 0) => {
            cardinal::below_hundred(out, hour);
            put(out, "o'clock");
        }
        _ => {
            cardinal::below_hundred(out, hour);
            minutes(out);
        }
    }
}

/// Clock times, their ranges and zones; military hours; times run.
pub(crate) fn read(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if !cx.is_digits(i) {
        return None;
    }
    if let Some(found) = elapsed(cx, i, out).or_else(|| military(cx, i, out)) {
        return Some(found);
    }
    // 7-9am, 10.30-11.30am: the first half takes its kind from the second.
    if let Some(found) = ranged(cx, i, out) {
        return Some(found);
    }
    let (time, mut end, mut rule) = recognise(cx, i)?;
    let second = cx.joined(end).and_then(|next| recognise(cx, next));
    if let Some(second) = second {
        // One clock for both ends: a full hour is said with its half of the day, so both are.
        let halves =
            |time: &Time| time.meridiem.is_none() && time.minute == 0 && (time.hour > 12 || time.zero);
        if cx.style.clock == Clock::AsWritten
            && time.meridiem.is_none()
            && (halves(&time) || halves(&second.0))
        {
            let style = super::style::Style { clock: Clock::Twelve, ..cx.style.clone() };
            let twelve = Cx { style: &style, ..*cx };
            verbalise(&time, &twelve, out);
            put(out, "to");
            verbalise(&second.0, &twelve, out);
        } else {
            verbalise(&time, cx, out);
            put(out, "to");
            verbalise(&second.0, cx, out);
        }
        end = second.1;
        rule = "clock-range";
    } else {
        verbalise(&time, cx, out);
    }
    // 2.30pm today needs no more; 02:00 GMT says its zone.
    if let Some(after) = zone(cx, end, out) {
        end = after;
    }
    Some(Found { end, class: Class::Time, rule })
}

fn ranged(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let (hour, minute, after) = bare(cx, i)?;
    let next = cx.joined(after)?;
    let (second, end, _) = recognise(cx, next)?;
    let letter = second.meridiem?;
    if hour > 12 {
        return None;
    }
    let first = Time { hour, minute, second: None, zero: false, meridiem: Some(letter), minutes: minute > 0 };
    let mut words = String::new();
    verbalise(&first, cx, &mut words);
    // "seven to nine A M"
    put(out, words.trim_end_matches(" A M").trim_end_matches(" P M"));
    put(out, "to");
    verbalise(&second, cx, out);
    let end = zone(cx, end, out).unwrap_or(end);
    Some(Found { end, class: Class::Time, rule: "clock-range" })
}

/// `7` or `7.30` without anything that tells its half of the day.
fn bare(cx: &Cx, i: usize) -> Option<(u64, u64, usize)> {
    let hour = small(cx, i, 12)?;
    if cx.str(i).starts_with('0') && cx.str(i).len() > 1 {
        return None;
    }
    if matches!(cx.sym_at(i + 1), '.' | ':') && cx.glued(i + 1) && cx.glued(i + 2) && cx.str(i + 2).len() == 2
    {
        return Some((hour, small(cx, i + 2, 59)?, i + 3));
    }
    Some((hour, 0, i + 1))
}

/// `0430 local time`, `1900 hours`, `1500 GMT`.
fn military(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let figures = cx.str(i);
    if figures.len() != 4 {
        return None;
    }
    let (hour, minute): (u64, u64) = (figures[..2].parse().ok()?, figures[2..].parse().ok()?);
    if hour > 24 || minute > 59 {
        return None;
    }
    let after = i + 1;
    let word = cx.word_or(after);
    let hours = matches!(word, "hours" | "hrs" | "h" | "hr");
    let mut zoned = String::new();
    let zone_end = if cx.glued(after) && word != "hrs" && word != "h" && word.len() < 3 {
        None
    } else {
        zone(cx, after, &mut zoned)
    };
    let local = word == "local" && cx.is_word(after + 1, "time");
    let before = cx.word_or(i.wrapping_sub(1));
    let told = figures.starts_with('0')
        && (matches!(before, "at" | "by" | "until" | "from" | "before" | "after" | "around" | "about")
            // the 0715 from Oban
            || matches!(before, "the" | "The" | "cancelled" | "delayed")
                && (matches!(word, "from" | "to" | "train" | "service" | "flight" | "ferry" | "sailing" | "bus")
                    || cx.capitalised(after) && !cx.glued(after)));
    if !hours && zone_end.is_none() && !local && !told
        || hours && !figures.starts_with('0') && !cx.cue_before(i, Cues::TIME_BEFORE)
    {
        return None;
    }
    if hour < 10 {
        put(out, if hour == 0 { "zero" } else { cx.style.zero_digit() });
    }
    cardinal::below_hundred(out, hour);
    match minute {
        0 => put(out, "hundred"),
        1..=9 => {
            put(out, cx.style.zero_digit());
            cardinal::below_hundred(out, minute);
        }
        _ => cardinal::below_hundred(out, minute),
    }
    let mut end = after;
    if let Some(zone_end) = zone_end {
        put(out, &zoned);
        end = zone_end;
    } else if hours {
        put(out, "hours");
        end = after + 1;
    }
    Some(Found { end, class: Class::Time, rule: "clock-four-figures" })
}

/// Times run: `2:15:25`, `1:41.11`, `3:42.5`.
fn elapsed(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let first = small(cx, i, 99)?;
    if cx.sym_at(i + 1) != ':' || !cx.glued(i + 1) || !cx.glued(i + 2) || cx.str(i + 2).len() != 2 {
        return None;
    }
    let second = small(cx, i + 2, 59)?;
    let plural = |out: &mut String, n: u64, word: &str| {
        cardinal::say(out, n, cx.style);
        put(out, word);
        if n != 1 {
            out.push('s');
        }
    };
    if cx.sym_at(i + 3) == ':' && cx.glued(i + 3) && cx.glued(i + 4) && cx.str(i + 4).len() == 2 {
        let third = small(cx, i + 4, 59)?;
        let end = i + 5;
        let mut zoned = String::new();
        if let Some(after) = zone(cx, end, &mut zoned) {
            // A moment of the day to the second
            cardinal::below_hundred(out, first);
            if second < 10 {
                put(out, cx.style.zero_digit());
            }
            cardinal::below_hundred(out, second);
            put(out, "and");
            plural(out, third, "second");
            put(out, &zoned);
            return Some(Found { end: after, class: Class::Time, rule: "clock-seconds" });
        }
        let mut letters = None;
        if let Some(found) = meridiem(cx, end) {
            letters = Some(found);
        }
        plural(out, first, "hour");
        plural(out, second, "minute");
        let frac = cx.sym_at(end) == '.' && cx.glued_digits(end + 1).is_some();
        if frac {
            let number = number(cx, i + 4)?;
            super::decimal::say(out, &number, cx.style);
            put(out, "seconds");
            return Some(Found { end: number.end, class: Class::Time, rule: "time-elapsed" });
        }
        if third > 0 || letters.is_some() {
            if letters.is_some() {
                put(out, "and");
            }
            plural(out, third, "second");
        }
        let mut end = end;
        if let Some((letter, after)) = letters {
            put(out, if letter == 'A' { "A M" } else { "P M" });
            end = zone(cx, after, out).unwrap_or(after);
        }
        return Some(Found { end, class: Class::Time, rule: "time-elapsed" });
    }
    if cx.sym_at(i + 3) == '.' && cx.glued_digits(i + 4).is_some() {
        plural(out, first, "minute");
        let number = number(cx, i + 2)?;
        cardinal::say(out, number.whole.unwrap_or(0), cx.style);
        put(out, "point");
        cardinal::digits(out, number.frac, cx.style.zero_after_point());
        put(out, "seconds");
        return Some(Found { end: number.end, class: Class::Time, rule: "time-elapsed" });
    }
    None
}
