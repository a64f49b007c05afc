//! Dates, years, decades: `31 March 2025`, `1/4/2025`, `2024-25`, `the '90s`.
//!
//! Recognised in all written orders; said day first in British copy ("the thirty first of March") unless the month
//! is written first ("March the thirty first"), month first in American ("March thirty first").

use super::Class;
use super::cardinal;
use super::context::{Cx, Found};
use super::cues::Cues;
use super::number::number;
use super::ordinal;
use super::style::{Style, Years};
use super::token::{Case, Kind};
use super::words::put;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A month's number from its name or short form in any case; 0 for January.
fn month(cx: &Cx, i: usize) -> Option<usize> {
    if !cx.cue(i, Cues::MONTH) {
        return None;
    }
    let word = cx.word(i)?;
    let key = word.get(..3)?;
    MONTHS.iter().position(|name| name[..3].eq_ignore_ascii_case(key))
}

/// A month that cannot be a common word beside a figure: "12 may have died", "30 march on".
fn month_beside_figure(cx: &Cx, i: usize) -> Option<usize> {
    let found = month(cx, i)?;
    let common = matches!(cx.word_or(i), "may" | "march" | "mar" | "dec" | "sep" | "jan");
    (!common || number(cx, i + 1).is_some_and(|year| year.plain() && year.figures == 4)).then_some(found)
}

fn weekday(cx: &Cx, i: usize) -> Option<usize> {
    if !cx.cue(i, Cues::DAY) {
        return None;
    }
    let key = cx.word(i)?.get(..3)?;
    DAYS.iter().position(|name| name[..3].eq_ignore_ascii_case(key))
}

/// After a short form's own stop, where the line does not end with it.
fn skip_stop(cx: &Cx, i: usize, abbreviated: bool) -> usize {
    if abbreviated && cx.sym_at(i) == '.' && cx.glued(i) && i + 1 < cx.tokens.len() { i + 1 } else { i }
}

fn is_short_month(cx: &Cx, i: usize) -> bool {
    let length = cx.word_or(i).len();
    length <= 4 && !matches!(cx.word_or(i).to_ascii_lowercase().as_str(), "may" | "june" | "july")
}

/// A day of the month, 1–31, with or without its ordinal ending.
fn day(cx: &Cx, i: usize) -> Option<(u64, usize)> {
    if !cx.is_digits(i) || cx.str(i).len() > 2 {
        return None;
    }
    let n = cx.str(i).parse().ok()?;
    if !(1..=31).contains(&n) {
        return None;
    }
    let mut end = i + 1;
    if let Some(suffix) = cx.glued_word(end) {
        if ["st", "nd", "rd", "th"].iter().any(|s| suffix.eq_ignore_ascii_case(s))
            && cx.tok(end).stem == cx.tok(end).end
        {
            end += 1;
        } else if ["st", "nd", "rd", "th"].iter().any(|s| suffix.eq_ignore_ascii_case(s)) {
            return Some((n, end + 1));
        } else {
            return None;
        }
    }
    Some((n, end))
}

/// A year of four figures, `'22`, or with a comma before it.
fn year_after(cx: &Cx, i: usize) -> Option<(u64, usize)> {
    let mut at = i;
    if cx.sym_at(at) == ',' && cx.glued(at) {
        at += 1;
    }
    if cx.sym_at(at) == '\'' && cx.glued_digits(at + 1).is_some_and(|d| d.len() == 2) && at == i {
        let n: u64 = cx.str(at + 1).parse().ok()?;
        return (cx.closed(at + 2) && cx.glued_word(at + 2).is_none()).then_some((century(n), at + 2));
    }
    if !cx.is_digits(at) || cx.str(at).len() != 4 || (at > i && cx.glued(at)) {
        return None;
    }
    if cx.sym_at(at + 1) == ',' && cx.glued_digits(at + 2).is_some_and(|d| d.len() == 3) {
        return None;
    }
    if cx.glued(at + 1) && cx.tok(at + 1).kind == Kind::Word
        || matches!(cx.sym_at(at + 1), '%' | ':') && cx.glued(at + 1) && cx.is_digits(at + 2)
    {
        return None;
    }
    let n: u64 = cx.str(at).parse().ok()?;
    ((1000..=2999).contains(&n)).then_some((n, at + 1))
}

/// The century of a two-figure year: up to 2030, else last century.
fn century(n: u64) -> u64 {
    if n >= 100 {
        n
    } else if n > 30 {
        1900 + n
    } else {
        2000 + n
    }
}

/// Says a year.
pub(crate) fn say_year(out: &mut String, year: u64, style: &Style) {
    let (high, low) = (year / 100, year % 100);
    let thousands = match year {
        0..=1009 | 2000..=2009 => true,
        2010..=2099 => style.years == Years::Thousands,
        1010..=9999 => low == 0 && high % 10 == 0,
        _ => true,
    };
    if thousands {
        return cardinal::say(out, year, style);
    }
    cardinal::below_hundred(out, high);
    match low {
        0 => put(out, "hundred"),
        1..=9 => {
            put(out, style.zero_digit());
            cardinal::below_hundred(out, low);
        }
        _ => cardinal::below_hundred(out, low),
    }
}

/// A date of one or several days in one month.
#[derive(Debug)]
struct Date {
    days: Vec<(&'static str, u64)>,
    month: usize,
    year: Option<u64>,
    month_first: bool,
    end: usize,
}

/// `12 May`, `12-14 May`, `1 and 2 June`, `1, 2 and 3 June 2024`.
fn day_first(cx: &Cx, i: usize) -> Option<Date> {
    let (first, mut end) = day(cx, i)?;
    let mut days = vec![("", first)];
    while days.len() < 6 {
        let (join, next) = if let Some(next) = cx.joined(end) {
            ("to", next)
        } else if cx.is_word(end, "and") || cx.sym_at(end) == '&' {
            ("and", end + 1)
        } else if cx.is_word(end, "to") {
            ("to", end + 1)
        } else if cx.sym_at(end) == '/' && cx.glued(end) {
            ("and", end + 1)
        } else if cx.is_word(end, "or") {
            ("or", end + 1)
        } else if cx.sym_at(end) == ',' && !cx.glued(end + 1) {
            (",", end + 1)
        } else {
            break;
        };
        let Some((n, after)) = day(cx, next) else { break };
        if join == "to" && n <= days[days.len() - 1].1 && !cx.is_digits(end) {
            // "20-3 June" is no range of one month
            break;
        }
        days.push((join, n));
        end = after;
    }
    let of = cx.is_word(end, "of") && days.len() == 1 && cx.tok(end).gap != super::token::Gap::None;
    let at = if of { end + 1 } else { end };
    let at = if cx.hyphened(at).is_some() && cx.tok(at + 1).kind == Kind::Word { at + 1 } else { at };
    let month = month_beside_figure(cx, at)?;
    if of && cx.str(i).len() == end - i && cx.word(end - 1).is_none() {
        return None;
    }
    let after = skip_stop(cx, at + 1, is_short_month(cx, at));
    // 15-Jan-2020
    let dash = cx.hyphened(after).filter(|next| cx.is_digits(*next) && cx.str(*next).len() == 4);
    let (year, end) = match year_after(cx, dash.unwrap_or(after)) {
        Some((year, end)) if !spans_to_year(cx, end) => (Some(year), end),
        _ => (None, after),
    };
    Some(Date { days, month, year, month_first: false, end })
}

/// "May 2024-25" keeps its year for the range.
fn spans_to_year(cx: &Cx, end: usize) -> bool {
    cx.hyphened(end).is_some_and(|next| {
        cx.is_digits(next) && matches!(cx.str(next).len(), 2 | 4) && day_first(cx, next).is_none()
    })
}

/// `March 31`, `March 31st, 2025`, `May 12-14`, `Jan-15-2020`.
fn month_first(cx: &Cx, i: usize) -> Option<Date> {
    let month = month(cx, i)?;
    let lower = cx.tok(i).case == Case::Lower && cx.sym_at(i + 1) != '.';
    if lower
        && matches!(cx.word_or(i), "may" | "march" | "mar" | "dec" | "sep" | "jan")
        && !cx.line.any(Cues::DAY)
    {
        return month_lower(cx, i, month);
    }
    let after = skip_stop(cx, i + 1, is_short_month(cx, i));
    let start = cx.hyphened(after).filter(|next| cx.is_digits(*next)).unwrap_or(after);
    let start = if cx.is_word(start, "the") { start + 1 } else { start };
    let (first, mut end) = day(cx, start)?;
    if cx.sym_at(end) == ':' && cx.glued_digits(end + 1).is_some() {
        return None;
    }
    // "In May 12 people died" counts people; "On May 12 people voted" dates them.
    let bare = cx.is_digits(end - 1);
    if bare
        && !cx.glued(end)
        && (cx.cue(end, Cues::CROWD.with(Cues::MAGNITUDE).with(Cues::SPOKEN_UNIT)) || cx.plural_noun(end))
        && cx.is_word(i.wrapping_sub(1), "in")
    {
        return None;
    }
    if bare
        && (cx.cue(end, Cues::MAGNITUDE)
            || cx.sym_at(end) == '%'
            || cx.glued(end) && cx.tok(end).kind == Kind::Word
            || cx.sym_at(end) == '.' && cx.glued_digits(end + 1).is_some()
            || cx.sym_at(end) == ',' && cx.glued_digits(end + 1).is_some_and(|d| d.len() == 3))
    {
        return None;
    }
    let mut days = vec![("", first)];
    while days.len() < 6 {
        let (join, next) = if let Some(next) = cx.joined(end) {
            ("to", next)
        } else if cx.is_word(end, "and") || cx.sym_at(end) == '&' {
            ("and", end + 1)
        } else {
            break;
        };
        let Some((n, after)) = day(cx, next) else { break };
        if n <= days[days.len() - 1].1 || month_beside_figure(cx, after).is_some() || !(cx.closed(after)) {
            break;
        }
        if join == "and"
            && (cx.tok(after).kind == Kind::Word && !cx.cue(after, Cues::STOP)
                || cx.cue(after, Cues::MAGNITUDE))
        {
            break;
        }
        days.push((join, n));
        end = after;
    }
    let dash =
        cx.hyphened(end).filter(|next| cx.is_digits(*next) && cx.str(*next).len() == 4 && start > i + 1);
    let (year, end) = match year_after(cx, dash.unwrap_or(end)) {
        Some((year, end)) if !spans_to_year(cx, end) => (Some(year), end),
        _ => (None, end),
    };
    Some(Date { days, month, year, month_first: true, end })
}

/// A month in small letters that is also a word needs a day and a year after it.
fn month_lower(cx: &Cx, i: usize, month: usize) -> Option<Date> {
    let after = skip_stop(cx, i + 1, true);
    let (first, end) = day(cx, after)?;
    let (year, end) = year_after(cx, end)?;
    Some(Date { days: vec![("", first)], month, year: Some(year), month_first: true, end })
}

fn verbalise(date: &Date, cx: &Cx, i: usize, out: &mut String) {
    // "a busy 4th of July weekend", "the deadly 7 July bombings": one adjective after the article.
    let adjective = i >= 2
        && cx.tok_before(i).case == Case::Lower
        && !cx.cue_before(i, Cues::STOP)
        && matches!(cx.word_or(i - 2), "a" | "an" | "A" | "An" | "the" | "The")
        && cx.tok(date.end).kind == Kind::Word
        && !cx.cue(date.end, Cues::STOP);
    let determined =
        adjective || cx.cue_before(i, Cues::DET) || cx.tok_before(i).stem != cx.tok_before(i).end;
    let month = MONTHS[date.month];
    let british = cx.style.british();
    if date.month_first || !british {
        put(out, month);
    }
    for (n, &(join, day)) in date.days.iter().enumerate() {
        match join {
            "" => {}
            "," => out.push(','),
            join => put(out, join),
        }
        let the = british && !(determined && (n == 0 || date.month_first));
        if the {
            put(out, "the");
        }
        ordinal::say(out, day, cx.style);
    }
    if !date.month_first && british {
        put(out, "of");
        put(out, month);
    }
    if let Some(year) = date.year {
        if date.month_first || !british {
            out.push(',');
        }
        say_year(out, year, cx.style);
    }
}

/// Dates with the month in words, from the day or from the month.
pub(crate) fn read(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let date = if cx.is_digits(i) { day_first(cx, i)? } else { month_first(cx, i)? };
    verbalise(&date, cx, i, out);
    let rule = if date.month_first { "month-day" } else { "day-month" };
    // 20 May-3 June
    if let Some(next) = cx.joined(date.end) {
        let second = if cx.is_digits(next) { day_first(cx, next) } else { month_first(cx, next) };
        if let Some(second) = second {
            put(out, "to");
            verbalise(&second, cx, next, out);
            return Some(Found { end: second.end, class: Class::Range, rule: "date-range" });
        }
    }
    Some(Found { end: date.end, class: Class::Date, rule })
}

/// Day and month names in short form, months with a year, week commencing, quarters.
pub(crate) fn read_names(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if cx.is_word(i, "w") && cx.sym_at(i + 1) == '/' && cx.glued(i + 1) && cx.glued_word(i + 2).is_some() {
        let (words, rule) = match cx.word_or(i + 2) {
            "c" | "C" => ("week commencing", "week-commencing"),
            "e" | "E" => ("week ending", "week-ending"),
            _ => return None,
        };
        put(out, words);
        return Some(Found { end: i + 3, class: Class::Date, rule });
    }
    if let Some(day) = weekday(cx, i) {
        return short_day(cx, i, day, out);
    }
    let month = month(cx, i)?;
    let short = is_short_month(cx, i);
    let capital = cx.tok(i).case != Case::Lower;
    let after = skip_stop(cx, i + 1, short);
    if let Some((year, end)) = year_after(cx, after) {
        let comma = cx.sym_at(after) == ',';
        if (capital || !matches!(cx.word_or(i), "may" | "march" | "mar"))
            && !spans_to_year(cx, end)
            && !comma
            && !cx.cue(end, Cues::CROWD)
        {
            put(out, MONTHS[month]);
            say_year(out, year, cx.style);
            return Some(Found { end, class: Class::Date, rule: "month-year" });
        }
    }
    if !short || !capital {
        return None;
    }
    // Alone: Feb and Sept are nothing else; Jan, Mar, Dec and Jun may be names.
    let stopped = cx.sym_at(i + 1) == '.' && cx.glued(i + 1) && i + 2 < cx.tokens.len();
    let named = matches!(
        cx.word_or(i),
        "Jan" | "Mar" | "Dec" | "Jun" | "Sep" | "Apr" | "JAN" | "MAR" | "DEC" | "APR"
    );
    let announced = cx.cue_before(i, Cues::YEAR_BEFORE)
        && !matches!(
            cx.word_or(i.wrapping_sub(1)),
            "by" | "to" | "from" | "after" | "before" | "of" | "class" | "year"
        )
        || cx.word_or(i.wrapping_sub(1)).ends_with("est")
        || matches!(cx.word_or(i.wrapping_sub(1)), "last" | "next" | "this" | "every" | "each")
        || cx.cue(i + 1, Cues::YEAR_BEFORE) && matches!(cx.word_or(i + 1), "since")
        || cx.hyphened(i + 1).is_some_and(|next| cx.cue(next, Cues::MONTH) && cx.capitalised(next))
        || cx.hyphened(i.wrapping_sub(1)).is_some()
            && i >= 2
            && cx.cue(i - 2, Cues::MONTH)
            && cx.capitalised(i - 2);
    // Beside another month in short form it is a month too.
    let among = (i.saturating_sub(6)..i + 6).any(|k| {
        k != i
            && cx.cue(k, Cues::MONTH)
            && cx.tok(k).case == Case::Title
            && is_short_month(cx, k)
            && !matches!(cx.word_or(k), "Jan" | "Dec" | "Mar" | "Jun")
    });
    if named && !announced && !stopped && !among {
        return None;
    }
    put(out, MONTHS[month]);
    let end = if stopped && cx.tok(i + 2).case == Case::Lower { i + 2 } else { i + 1 };
    Some(Found { end, class: Class::Date, rule: "month-short" })
}

/// `Fri`, `Tues.`; `Sat`, `Sun` and `Wed` only beside a date or another day.
fn short_day(cx: &Cx, i: usize, day: usize, out: &mut String) -> Option<Found> {
    let word = cx.word_or(i);
    if cx.tok(i).case == Case::Lower
        || word.len() > 5
        || word == "Sunday"
        || word == "Friday"
        || word == "Monday"
    {
        return None;
    }
    let stopped = cx.sym_at(i + 1) == '.' && cx.glued(i + 1) && i + 2 < cx.tokens.len();
    let mut after = if stopped { i + 2 } else { i + 1 };
    if cx.sym_at(after) == ',' {
        after += 1;
    }
    let dated = day_first_at(cx, after) || month(cx, after).is_some() && cx.capitalised(after);
    let neighbour = |k: usize| cx.cue(k, Cues::DAY) && cx.capitalised(k);
    let beside = cx.joined(i + 1).is_some_and(neighbour)
        || matches!(cx.word_or(i + 1), "and" | "to" | "or") && neighbour(i + 2)
        || i >= 2 && matches!(cx.sym_at(i - 1), '-' | '–' | ',' | '/' | '&') && neighbour(i - 2)
        || i >= 2 && matches!(cx.word_or(i - 1), "and" | "to" | "or") && neighbour(i - 2);
    // "Sat 10am-4pm"
    let timed = cx.is_digits(after)
        && (matches!(cx.word_or(after + 1), "am" | "pm")
            || matches!(cx.sym_at(after + 1), ':' | '.')
                && cx.glued_digits(after + 2).is_some_and(|d| d.len() == 2));
    let dated = dated || timed;
    // "on Sat night", "at 5.30pm on Sun,": no noun follows that the word could belong to.
    let on = matches!(
        cx.word_or(i.wrapping_sub(1)),
        "on" | "next" | "until" | "every" | "since" | "last" | "this"
    ) && (cx.tok(i + 1).kind != Kind::Word || cx.cue(i + 1, Cues::DAYPART.with(Cues::STOP)));
    let dated = dated || on;
    let also_a_word = matches!(word, "Sat" | "Sun" | "Wed" | "SAT" | "SUN" | "WED" | "MON" | "FRI");
    if also_a_word && !dated && !beside {
        return None;
    }
    put(out, DAYS[day]);
    let end = if stopped && (dated || cx.tok(i + 2).case == Case::Lower) { i + 2 } else { i + 1 };
    Some(Found { end, class: Class::Date, rule: "day-short" })
}

fn day_first_at(cx: &Cx, i: usize) -> bool {
    cx.is_digits(i) && day_first(cx, i).is_some()
}

/// Dates in figures: `1/4/2025`, `2025-03-31`, `15.01.2020`, and days known by their figures (9/11).
pub(crate) fn read_numeric(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if !cx.is_digits(i) || cx.str(i).len() > 4 {
        return None;
    }
    if cx.glued(i) && matches!(cx.before_sym(i), '/' | '.' | '-' | ',' | '£' | '$') {
        return None;
    }
    let sep = cx.sym_at(i + 1);
    if !matches!(sep, '/' | '.' | '-' | '–') || !cx.glued(i + 1) {
        return None;
    }
    let b = cx.glued_digits(i + 2)?;
    if b.len() > 2 {
        return None;
    }
    let a = cx.str(i);
    if cx.sym_at(i + 3) != sep || !cx.glued(i + 3) || cx.glued_digits(i + 4).is_none() {
        return if sep == '/' { short_numeric(cx, i, a, b, out) } else { None };
    }
    let c = cx.str(i + 4);
    if !cx.closed(i + 5)
        || matches!(cx.sym_at(i + 5), '/' | '-' | '.') && cx.glued(i + 5) && cx.glued_digits(i + 6).is_some()
    {
        return None;
    }
    let parse = |s: &str| s.parse::<u64>().ok();
    let (year, first, second, rule) = match (a.len(), c.len()) {
        (4, 1 | 2) => (parse(a)?, parse(c)?, parse(b)?, "date-iso"),
        (1 | 2, 4) => (parse(c)?, parse(a)?, parse(b)?, "date-figures"),
        (1 | 2, 2) if sep == '/' || sep == '.' && a.len() == 2 && b.len() == 2 => {
            (century(parse(c)?), parse(a)?, parse(b)?, "date-figures-short")
        }
        _ => return None,
    };
    let iso = a.len() == 4;
    let (day, month) = if iso || cx.style.british() && second <= 12 || first > 12 {
        (first, second)
    } else {
        (second, first)
    };
    if !(1..=31).contains(&day) || !(1..=12).contains(&month) || !(1000..=2999).contains(&year) {
        return None;
    }
    let date = Date {
        days: vec![("", day)],
        month: month as usize - 1,
        year: Some(year),
        month_first: !cx.style.british(),
        end: i + 5,
    };
    verbalise(&date, cx, i, out);
    Some(Found { end: date.end, class: Class::Date, rule })
}

/// `9/11`, `7/7` are said as they are written; `on 3/4` is a date.
fn short_numeric(cx: &Cx, i: usize, a: &str, b: &str, out: &mut String) -> Option<Found> {
    if !cx.closed(i + 3) || cx.sym_at(i + 3) == '/' && cx.glued(i + 3) {
        return None;
    }
    let (first, second): (u64, u64) = (a.parse().ok()?, b.parse().ok()?);
    let american = !cx.style.british() && (first, second) == (1, 6) && !cx.is_word(i + 3, "of");
    let remembered = matches!((first, second), (9, 11) | (7, 7)) || american;
    let attack = !cx.line.any(Cues::RATING) && cx.cue_within_after(i + 3, 3, Cues::ATTACK)
        || !cx.line.any(Cues::RATING) && cx.cue_within_before(i, 3, Cues::ATTACK);
    if remembered || attack && first <= 12 && second <= 31 && first > 0 && a.len() <= 2 {
        cardinal::below_hundred(out, first);
        cardinal::below_hundred(out, second);
        return Some(Found { end: i + 3, class: Class::Date, rule: "day-of-memory" });
    }
    let on = cx.is_word(i.wrapping_sub(1), "on")
        || cx.cue_before(i, Cues::DAY)
        || cx.is_word(i.wrapping_sub(1), "dated")
        // "by 31/10" is no fraction.
        || first.max(second) > 12
            && first > second
            && cx.style.british()
            && matches!(cx.word_or(i.wrapping_sub(1)), "by" | "before" | "until" | "till" | "after" | "since" | "from" | "due");
    let (day, month) =
        if cx.style.british() && second <= 12 || first > 12 { (first, second) } else { (second, first) };
    if !on || cx.is_word(i + 3, "of") || !(1..=31).contains(&day) || !(1..=12).contains(&month) {
        return None;
    }
    let date = Date {
        days: vec![("", day)],
        month: month as usize - 1,
        year: None,
        month_first: !cx.style.british(),
        end: i + 3,
    };
    verbalise(&date, cx, i, out);
    Some(Found { end: date.end, class: Class::Date, rule: "date-figures-no-year" })
}

/// `1990s`, `'90s`, `80s`, `1960s-80s`; tens after "their" are ages and sound the same.
pub(crate) fn read_decade(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let mut end = decade(cx, i, out)?;
    if let Some(next) = cx.hyphened(end) {
        let before = out.len();
        put(out, "to");
        if let Some(after) = decade(cx, next, out) {
            end = after;
            return Some(Found { end, class: Class::Range, rule: "decade-range" });
        }
        out.truncate(before);
    }
    Some(Found { end, class: Class::Date, rule: "decade" })
}

fn decade(cx: &Cx, i: usize, out: &mut String) -> Option<usize> {
    let elided = cx.sym_at(i) == '\'' && !(cx.glued(i) && cx.tok_before(i).kind != Kind::Symbol);
    let at = if elided { i + 1 } else { i };
    if !cx.is_digits(at) || elided && !cx.glued(at) {
        return None;
    }
    let figures = cx.str(at);
    if !matches!(figures.len(), 2 | 4) {
        return None;
    }
    let n: u64 = figures.parse().ok()?;
    let apostrophe = cx.sym_at(at + 1) == '\'' && cx.glued(at + 1);
    let s = if apostrophe { at + 2 } else { at + 1 };
    let spaced = figures.len() == 4 && !apostrophe && cx.word_or(s) == "s";
    let is_s = cx.glued(s) && matches!(cx.str(s), "s" | "S") || spaced;
    if !is_s {
        if elided && figures.len() == 2 && cx.closed(at + 1) {
            // '96, '22
            if n < 10 {
                put(out, cx.style.zero_digit());
            }
            cardinal::below_hundred(out, n);
            return Some(at + 1);
        }
        return None;
    }
    if figures.len() == 2 {
        // "No 10's cat" is a possessive; "the 80's" is not.
        if !n.is_multiple_of(10) && !elided
            || apostrophe && !elided && !cx.cue_before(at, Cues::DECADE_BEFORE.with(Cues::AGE_BEFORE))
        {
            return None;
        }
        if n == 0 {
            put(out, "noughties");
        } else {
            cardinal::plural_below_hundred(out, n);
        }
    } else {
        // "1000s of birds" are thousands, not a century.
        if !n.is_multiple_of(10) || !(1000..=2990).contains(&n) || n == 1000 && cx.is_word(s + 1, "of") {
            return None;
        }
        let pairs = Style { years: Years::Pairs, ..cx.style.clone() };
        say_year(out, n, &pairs);
        cardinal::pluralise(out);
    }
    Some(s + 1)
}

/// Four plain figures that are a year, and spans of years.
pub(crate) fn read_year(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let figures = cx.str(i);
    if !cx.is_digits(i) || figures.len() != 4 {
        return None;
    }
    let n: u64 = figures.parse().ok()?;
    if !(1000..=2999).contains(&n) || cx.sym_at(i + 1) == ',' && cx.glued_digits(i + 2).is_some() {
        return None;
    }
    if cx.sym_at(i + 1) == '.' && cx.glued_digits(i + 2).is_some() {
        return None;
    }
    if cx.glued_word(i + 1).is_some() {
        return era(cx, i, n, out);
    }
    let next_counts = cx
        .cue(i + 1, Cues::CROWD.with(Cues::MAGNITUDE).with(Cues::SPOKEN_UNIT).with(Cues::CURRENCY_WORD))
        && !cx.glued(i + 1)
        && !cx.cue(i + 1, Cues::CALENDAR);
    // pre-1990, post-2008, mid-1990
    let prefixed = i >= 2
        && cx.glued(i)
        && matches!(cx.before_sym(i), '-' | '–')
        && matches!(cx.word_or(i - 2), "pre" | "post" | "mid" | "Pre" | "Post" | "Mid");
    let announced = cx.cue_before(i, Cues::YEAR_BEFORE) || prefixed;
    let ends = cx.tok(i + 1).kind != Kind::Word || cx.cue(i + 1, Cues::STOP);
    let entitled = cx.is_word(i.wrapping_sub(1), "of") && i >= 2 && cx.capitalised(i - 2)
        || cx.is_word(i.wrapping_sub(1), "by") && ends
        || prefixed;
    let sure = entitled
        || announced
            && !matches!(
                cx.word_or(i.wrapping_sub(1)),
                "to" | "of" | "by" | "from" | "around" | "late" | "early"
            );
    let numbered = cx.cue_before(i, Cues::PAGE)
        || matches!(
            cx.word_or(i.wrapping_sub(1)),
            "No" | "no"
                | "number"
                | "Number"
                | "flight"
                | "Flight"
                | "Route"
                | "route"
                | "room"
                | "Room"
                | "over"
                | "than"
                | "nearly"
                | "about"
                | "almost"
                | "approximately"
        );
    let toll = cx.is_word(i.wrapping_sub(1), "to") && cx.cue_within_before(i, 8, Cues::TOLL);
    let between = cx.cue_before(i, Cues::BETWEEN)
        && cx.is_word(i + 1, "and")
        && cx.is_digits(i + 2)
        && cx.str(i + 2).len() == 4
        && cx.str(i + 2) > figures
        && (cx.tok(i + 3).kind != Kind::Word || !cx.plural_noun(i + 3));
    let year = match n {
        _ if toll => false,
        1000..=2099 if between => true,
        _ if next_counts && !sure => false,
        _ if next_counts && n < 1900 => false,
        1100..=2099 => !numbered && (n >= 1900 || announced || !cx.plural_noun(i + 1) || cx.glued(i + 1)),
        1000..=1099 => sure,
        _ => sure && ends,
    };
    if !year {
        return None;
    }
    say_year(out, n, cx.style);
    Some(Found { end: i + 1, class: Class::Date, rule: if announced { "year-announced" } else { "year" } })
}

/// `2024-25`, `1914-18`, `1939–1945`, `2023/24`.
pub(crate) fn read_span(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if !cx.is_digits(i) || cx.str(i).len() != 4 {
        return None;
    }
    span_of_years(cx, i, cx.str(i).parse().ok()?, out)
}

/// A day of the month after its weekday, the month named later or not at all: "Friday 13th", "Tues 4 and Weds 5 Feb".
pub(crate) fn read_day_alone(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let (n, end) = day(cx, i)?;
    if i == 0 || !cx.cue_before(i, Cues::DAY) || !cx.capitalised(i - 1) || cx.glued(i) || !cx.closed(end) {
        return None;
    }
    let suffixed = end > i + 1;
    let month_near = (end..end + 6).any(|k| cx.cue(k, Cues::MONTH) && cx.capitalised(k));
    let goes_on =
        matches!(cx.word_or(end), "and" | "or" | "to") || matches!(cx.sym_at(end), ',' | '-' | '–' | '&');
    let among = month_near && goes_on;
    // "Mon 16-Fri 20 Feb": the dash reaches to another weekday.
    if among && let Some(next) = cx.hyphened(end).filter(|next| cx.cue(*next, Cues::DAY)) {
        put(out, "the");
        ordinal::say(out, n, cx.style);
        put(out, "to");
        return Some(Found { end: next, class: Class::Range, rule: "days-after-weekdays" });
    }
    if !suffixed && !among {
        return None;
    }
    put(out, "the");
    ordinal::say(out, n, cx.style);
    Some(Found { end, class: Class::Date, rule: "day-after-weekday" })
}

/// Quarters and halves with the figure first: `3Q25`, `1H 2024`.
pub(crate) fn read_quarter(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if !cx.is_digits(i) || cx.str(i).len() != 1 || cx.glued(i) {
        return None;
    }
    let n: u64 = cx.str(i).parse().ok()?;
    let name = match cx.glued_word(i + 1)? {
        "Q" if (1..=4).contains(&n) => "quarter",
        "H" if (1..=2).contains(&n) => "half",
        _ => return None,
    };
    let apostrophe = cx.sym_at(i + 2) == '\'';
    let at = if apostrophe { i + 3 } else { i + 2 };
    let year = cx
        .is_digits(at)
        .then(|| cx.str(at))
        .filter(|d| cx.closed(at + 1) && (d.len() == 4 || d.len() == 2 && cx.glued(at)));
    if year.is_none() && cx.glued(i + 2) && cx.tok(i + 2).kind != Kind::Symbol {
        return None;
    }
    if !cx.cue_before(i, Cues::DET) {
        put(out, "the");
    }
    ordinal::say(out, n, cx.style);
    put(out, name);
    let Some(year) = year else {
        return Some(Found { end: i + 2, class: Class::Date, rule: "quarter" });
    };
    put(out, "of");
    say_year(out, century(year.parse().ok()?), cx.style);
    Some(Found { end: at + 1, class: Class::Date, rule: "quarter-year" })
}

/// 44BC, 1066AD, 2024-style: figures glued to an era.
fn era(cx: &Cx, i: usize, n: u64, out: &mut String) -> Option<Found> {
    let word = cx.glued_word(i + 1)?;
    if !matches!(word, "BC" | "AD" | "BCE" | "CE" | "bc" | "ad") {
        return None;
    }
    say_year(out, n, cx.style);
    super::words::spell(out, word);
    Some(Found { end: i + 2, class: Class::Date, rule: "year-era" })
}

/// A second year after a hyphen, dash or slash that is later than the first.
fn span_of_years(cx: &Cx, i: usize, from: u64, out: &mut String) -> Option<Found> {
    let slash = cx.sym_at(i + 1) == '/' && cx.glued(i + 1);
    let next = if slash { i + 2 } else { cx.joined(i + 1)? };
    if !cx.is_digits(next) || slash && !cx.glued(next) || !(1000..=2099).contains(&from) {
        return None;
    }
    let figures = cx.str(next);
    let n: u64 = figures.parse().ok()?;
    if !cx.closed(next + 1)
        || cx.sym_at(next + 1) == ',' && cx.glued_digits(next + 2).is_some_and(|d| d.len() == 3)
    {
        return None;
    }
    if figures.len() == 4
        && cx.cue(next + 1, Cues::CROWD.with(Cues::SPOKEN_UNIT).with(Cues::MAGNITUDE))
        && !cx.cue(next + 1, Cues::CALENDAR)
    {
        return None;
    }
    if cx.sym_at(next + 1) == '%' || cx.hyphened(next + 1).is_some_and(|third| cx.is_digits(third)) {
        return None;
    }
    let to = match figures.len() {
        // Council tax for 2025/6
        1 if slash && n == (from + 1) % 10 && from >= 1900 => from + 1,
        4 if n > from && n <= 2199 => n,
        2 if n > from % 100 => from / 100 * 100 + n,
        2 if n == 0 && from % 100 == 99 => (from / 100 + 1) * 100,
        _ => return None,
    };
    say_year(out, from, cx.style);
    put(out, "to");
    let same_century = to / 100 == from / 100;
    if same_century && to % 100 >= 10 && figures.len() <= 2 {
        cardinal::below_hundred(out, to % 100);
    } else {
        say_year(out, to, cx.style);
    }
    Some(Found { end: next + 1, class: Class::Range, rule: "year-range" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years() {
        for (year, want) in [
            (1905, "nineteen oh five"),
            (1900, "nineteen hundred"),
            (1066, "ten sixty six"),
            (1000, "one thousand"),
            (1001, "one thousand and one"),
            (2000, "two thousand"),
            (2005, "two thousand and five"),
            (2010, "twenty ten"),
            (2025, "twenty twenty five"),
            (2100, "twenty one hundred"),
            (476, "four hundred and seventy six"),
        ] {
            let mut out = String::new();
            say_year(&mut out, year, &Style::default());
            assert_eq!(out, want);
        }
    }
}
