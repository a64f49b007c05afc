//! Measures: `70mph`, `5ft 11in`, `-5°C`, `1.2m km`, `4x100m`, `30 μg/m3`.
//!
//! One letter decides most: `10m people` are million, `the 10m board` is metres. [`metres`] says how.

use super::Class;
use super::context::{Cx, Found};
use super::cues::Cues;
use super::fraction::say_quantity;
use super::number::{Magnitude, Quantity, magnitude, quantity};
use super::tables::{Place, Unit};
use super::token::{Gap, Kind};
use super::words::put;

/// The unit written at `i` after a figure, and the token after it.
fn unit<'a>(cx: &Cx<'a>, i: usize) -> Option<(&'a Unit, usize)> {
    let longest = cx.tables.unit_head(cx.str(i));
    if longest == 0 {
        return None;
    }
    let glued = cx.glued(i);
    for end in (i + 1..=(i + longest).min(cx.tokens.len())).rev() {
        let written = cx.slice(i, end);
        let found = cx.tables.unit(written).or_else(|| {
            // Thin and no-break spaces inside: "sq\u{A0}km"
            if written.contains('\u{A0}') { cx.tables.unit(&written.replace('\u{A0}', " ")) } else { None }
        });
        let Some(unit) = found else { continue };
        let place = match unit.place {
            Place::Any => true,
            Place::Glued => glued,
            Place::Spaced => !glued,
        };
        // Marks of feet and inches alone are quotation marks unless nothing was quoted.
        if cx.sym_at(i) == '\'' || cx.sym_at(i) == '"' && cx.in_quotes(i) {
            continue;
        }
        // A symbol ends where its letters end; figures may follow in 5ft11in.
        let open = cx.glued(end) && cx.tok(end).kind == Kind::Word;
        if place && !open {
            return Some((unit, end));
        }
    }
    None
}

/// What stands after the figure, once decided.
#[derive(Debug, Clone, Copy)]
struct Suffix<'a> {
    magnitude: Option<Magnitude>,
    unit: Option<&'a Unit>,
    end: usize,
    /// Bound to its figure by a hyphen, and so before a noun.
    hyphen: bool,
}

/// Decides magnitude and unit after a figure.
fn suffix<'a>(cx: &Cx<'a>, first: usize, quantity: &Quantity) -> Option<Suffix<'a>> {
    let at = quantity.end;
    let word = cx.word_or(at);
    let longer = unit(cx, at).is_some_and(|(_, end)| end > at + 1);
    if matches!(word, "m" | "M") && cx.tok(at).kind == Kind::Word && cx.closed(at + 1) && !longer {
        // m, M: before a unit it is million.
        if !cx.glued(at + 1)
            && let Some((unit, end)) = unit_word(cx, at + 1)
        {
            let magnitude = Some(Magnitude { word: "million", end: at + 1 });
            return Some(Suffix { magnitude, unit: Some(unit), end, hyphen: false });
        }
        return metres(cx, first, quantity, at);
    }
    let kelvin = || {
        // A fraction of one is no thousand; the sign of degrees is as good as a word of weather.
        let fraction = quantity.number.whole == Some(0);
        let counted = cx.cue(at + 1, Cues::CROWD) || cx.plural_noun(at + 1);
        fraction
            || !counted
                && (cx.line.any(Cues::TEMPERATURE) || cx.tokens.iter().any(|t| matches!(t.sym, '°' | 'º')))
    };
    if word == "K" && cx.glued(at) && cx.closed(at + 1) && kelvin() {
        return cx.tables.unit("K").map(|unit| Suffix {
            magnitude: None,
            unit: Some(unit),
            end: at + 1,
            hyphen: false,
        });
    }
    // the Parkrun 5k, a 10K: the race itself
    let race = matches!(cx.str(first), "3" | "5" | "10")
        && cx.line.any(Cues::ATHLETICS)
        && (cx.capitalised(first.wrapping_sub(1)) || cx.cue_before(first, Cues::DET))
        && (cx.tok(at + 1).kind != Kind::Word || cx.cue(at + 1, Cues::STOP));
    if matches!(word, "K" | "k") && cx.glued(at) && cx.closed(at + 1) && race {
        return None;
    }
    // A 5k run, 4K screens: letters
    if matches!(word, "K" | "k")
        && cx.glued(at)
        && cx.closed(at + 1)
        && cx.cue(at + 1, Cues::SCREEN.with(Cues::EVENT).with(Cues::FALL))
        && quantity.number.whole.is_some_and(|n| n <= 100)
    {
        return None;
    }
    if let Some(magnitude) = magnitude(cx, at, false) {
        let next = magnitude.end;
        if let Some((unit, end)) = unit_word(cx, next) {
            return Some(Suffix { magnitude: Some(magnitude), unit: Some(unit), end, hyphen: false });
        }
        return Some(Suffix { magnitude: Some(magnitude), unit: None, end: next, hyphen: false });
    }
    // "the 12-in pizza", "a 10-km run"
    if let Some(next) = cx.hyphened(at) {
        let (unit, end) = unit(cx, next)?;
        let symbol = cx.tok(next).kind == Kind::Word && cx.word_or(next).len() > 1;
        let goes_on = cx.hyphened(end).is_some_and(|k| cx.is_digits(k));
        return (symbol && !goes_on && !cx.is_word(next, "st")).then_some(Suffix {
            magnitude: None,
            unit: Some(unit),
            end,
            hyphen: true,
        });
    }
    // 3X bigger
    if word == "X"
        && cx.glued(at)
        && cx.closed(at + 1)
        && (matches!(cx.word_or(at + 1), "more" | "less") || cx.word_or(at + 1).ends_with("er"))
    {
        return cx.tables.unit("x").map(|unit| Suffix {
            magnitude: None,
            unit: Some(unit),
            end: at + 1,
            hyphen: false,
        });
    }
    let (mut unit, end) = unit(cx, at)?;
    // 5nm off the coast
    if cx.word_or(at) == "nm"
        && matches!(
            cx.word_or(end),
            "off" | "from" | "north" | "south" | "east" | "west" | "offshore" | "out"
        )
    {
        unit = cx.tables.unit("NM").unwrap_or(unit);
    }
    let symbol = cx.word_or(at);
    // 5s is five of them unless a time is run or a decimal says seconds; 12A a flat or exhibit unless fuses are about.
    if symbol == "s" && quantity.number.frac.is_empty() && !cx.line.any(Cues::ATHLETICS)
        || symbol == "A" && !cx.line.any(Cues::ELECTRIC)
    {
        return None;
    }
    // One capital apart from its figure is a unit only where nothing follows that it could belong to: "5 N", not
    // "708 N 1st Street".
    if unit.place == Place::Spaced && cx.word_or(at).len() == 1 && (cx.capitalised(end) || cx.is_digits(end))
    {
        return None;
    }
    // "6 in hospital" never comes here (glued only); "5 st" and "in." would at a sentence's end.
    let end = if cx.sym_at(end) == '.' && cx.glued(end) && stopped_unit(cx, end) { end + 1 } else { end };
    Some(Suffix { magnitude: None, unit: Some(unit), end, hyphen: false })
}

/// A unit apart from its figure, after a magnitude: "1.2m km".
fn unit_word<'a>(cx: &Cx<'a>, i: usize) -> Option<(&'a Unit, usize)> {
    let (unit, end) = unit(cx, i)?;
    (unit.place != Place::Glued && cx.slice(i, end).len() > 1).then_some((unit, end))
}

/// The stop of "6 ft. 2 in." where more of the measure or sentence follows.
fn stopped_unit(cx: &Cx, stop: usize) -> bool {
    let next = cx.tok(stop + 1);
    next.kind == Kind::Digits && next.gap != Gap::None
        || next.kind == Kind::Word && next.case == super::token::Case::Lower
}

/// Whether `m` at token `at` is metres or million.
///
/// In order: a length adjective, a distance event or a physical thing after it, or a hyphen and one of these, is
/// metres; a plural noun after it counts millions; a verb of movement before it is metres; grouped thousands are
/// metres (1,500m); a word of crowds or trade in the line is million; a noun it describes makes it metres; else
/// metres, the unit being the symbol's own meaning.
fn metres<'a>(cx: &Cx<'a>, first: usize, quantity: &Quantity, at: usize) -> Option<Suffix<'a>> {
    let end = at + 1;
    let capital = cx.word_or(at) == "M";
    let metre =
        cx.tables.unit("m").map(|unit| Suffix { magnitude: None, unit: Some(unit), end, hyphen: false });
    let million =
        Some(Suffix { magnitude: Some(Magnitude { word: "million", end }), unit: None, end, hyphen: false });
    let (next, glued_next) = match cx.hyphened(end) {
        Some(after) => (after, true),
        None => (end, false),
    };
    let closed_next = !cx.glued(end) || glued_next;
    if closed_next && cx.cue(next, Cues::LENGTH.with(Cues::EVENT).with(Cues::PHYSICAL)) && !capital {
        let counted = cx.cue(next, Cues::CROWD);
        if !counted {
            return metre;
        }
    }
    if closed_next && (cx.cue(next, Cues::CROWD) || cx.plural_noun(next)) {
        return million;
    }
    if capital {
        return if cx.glued(at) { million } else { None };
    }
    if matches!(cx.sym_at(end), 'x' | '×')
        || cx.is_word(end, "x")
        || matches!(cx.before_sym(first), '×')
        || cx.is_word(first.wrapping_sub(1), "x")
    {
        return metre;
    }
    if cx.cue_within_before(first, 3, Cues::FALL) || quantity.number.grouped {
        return metre;
    }
    if !cx.glued(at) && quantity.number.frac.is_empty() && cx.is_word(end, "s") {
        return None;
    }
    // "18m of them": counted, whatever they are.
    if cx.is_word(end, "of")
        && matches!(cx.word_or(end + 1), "them" | "us" | "these" | "those" | "whom" | "which")
    {
        return million;
    }
    // "Some 7.39m were waiting": so many of them did something.
    if matches!(
        cx.word_or(end),
        "were" | "are" | "have" | "had" | "watched" | "voted" | "lived" | "live" | "tuned"
    ) && !cx.glued(end)
        && (cx.opens_sentence(first)
            || cx.cue_before(first, Cues::AMOUNT_BEFORE) && (first < 2 || cx.opens_sentence(first - 1)))
    {
        return million;
    }
    if cx.line.any(Cues::LARGE_COUNT) && !cx.attributive(first, end, Cues::NONE) {
        return million;
    }
    metre
}

fn say_suffix(out: &mut String, suffix: &Suffix, one: bool) {
    if let Some(magnitude) = suffix.magnitude {
        put(out, magnitude.word);
    }
    if let Some(unit) = suffix.unit {
        put(out, if one { &unit.singular } else { &unit.plural });
    }
}

/// Units that may follow one another in one measure, the greater first.
fn compound(kind: &str, first: &Unit, second: &Unit) -> bool {
    kind == &*second.kind
        && matches!(kind, "length" | "mass" | "time" | "angle" | "volume")
        && first.plural != second.plural
}

/// A figure and its unit, ranges and compounds of them, and "by" between sides.
pub(crate) fn read(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if !cx.is_digits(i) && cx.sym_at(i) != '.' {
        return None;
    }
    let first = quantity(cx, i)?;
    if let Some(found) = by(cx, i, &first, out) {
        return Some(found);
    }
    if let Some(found) = feet_and_inches(cx, i, &first, out) {
        return Some(found);
    }
    if let Some(found) = hours_minutes_seconds(cx, i, out) {
        return Some(found);
    }
    if let Some(found) = per_unit(cx, &first, out).or_else(|| pressure(cx, &first, out)) {
        return Some(found);
    }
    let own = suffix(cx, i, &first);
    let after_first = own.map_or(first.end, |suffix| suffix.end);
    // 50-60mph, 10m-12m, 2-5lb
    if let Some(next) = cx.joined(after_first)
        && let Some(second) = quantity(cx, next)
        && let Some(last) = suffix(cx, i, &second)
    {
        let spaced = !cx.glued(after_first);
        // 200m-300m birds: what the second m is, the first is too.
        let own = match own {
            Some(own) if last.unit.is_none() && cx.is_word(first.end, "m") && cx.glued(first.end) => {
                Some(Suffix { magnitude: last.magnitude, unit: None, ..own })
            }
            own => own,
        };
        let same = own.is_none_or(|own| own.unit.map(|u| &u.plural) == last.unit.map(|u| &u.plural));
        if same && !(spaced && own.is_none()) && third_figure(cx, &second).is_none() {
            say_quantity(out, &first, cx);
            if let Some(magnitude) = own.and_then(|own| own.magnitude) {
                put(out, magnitude.word);
            }
            put(out, "to");
            say_quantity(out, &second, cx);
            let one = cx.attributive(i, last.end, Cues::EVENT) && last.unit.is_some_and(|u| !is_rate(u));
            say_suffix(out, &last, one);
            let end = per(cx, last.end, out);
            return Some(Found { end, class: Class::Measure, rule: "measure-range" });
        }
    }
    let own = own?;
    if own.unit.is_none() {
        // A magnitude alone: "10m people"
        say_quantity(out, &first, cx);
        say_suffix(out, &own, false);
        let rule = if cx.is_word(first.end, "m") { "million-by-context" } else { "magnitude" };
        return Some(Found { end: own.end, class: Class::Cardinal, rule });
    }
    let unit = own.unit?;
    if let Some(found) = times_as_many(cx, &first, unit, own.end, out) {
        return Some(found);
    }
    let mut end = own.end;
    // "was 4.7m-long and", but "a 4.7m-long boat"
    let predicate = cx.hyphened(end).is_some_and(|next| cx.cue(next, Cues::LENGTH))
        && (cx.tok(end + 2).kind != Kind::Word || cx.cue(end + 2, Cues::STOP))
        && !cx.cue_before(i, Cues::DET);
    let mut parts = vec![(first, own)];
    // 5ft 11in, 2hrs 14mins, 22st 4lb
    while parts.len() < 4 && own.magnitude.is_none() {
        let at =
            if cx.sym_at(end) == ',' && !cx.glued(end + 1) || cx.is_word(end, "and") { end + 1 } else { end };
        let Some(next) = quantity(cx, at) else { break };
        let Some(more) = suffix(cx, at, &next).or_else(|| spaced_inches(cx, unit, &next)) else { break };
        let (Some(more_unit), Some(last)) = (more.unit, parts.last().and_then(|(_, suffix)| suffix.unit))
        else {
            break;
        };
        if more.magnitude.is_some()
            || !compound(&unit.kind, last, more_unit)
            || at > end && cx.is_word(end, "and") && !next.number.plain()
        {
            break;
        }
        end = more.end;
        parts.push((next, more));
    }
    let attributive = own.hyphen
        || !predicate && !is_rate(unit) && (cx.attributive(i, end, Cues::EVENT) || cx.noun_follows(end));
    let many = parts.len() > 1;
    for (n, (quantity, suffix)) in parts.iter().enumerate() {
        say_quantity(out, quantity, cx);
        let one = quantity.is_one() && suffix.magnitude.is_none()
            || attributive && (n + 1 == parts.len() || many && n + 1 < parts.len());
        say_suffix(out, suffix, one);
    }
    let end = per(cx, end, out);
    let rule = match (parts.len(), attributive) {
        (1, true) => "measure-before-noun",
        (1, false) => "measure",
        _ => "measure-compound",
    };
    Some(Found { end, class: Class::Measure, rule })
}

/// "6 ft 2 in tall": after feet even the word "in" is inches.
fn spaced_inches<'a>(cx: &Cx<'a>, feet: &Unit, quantity: &Quantity) -> Option<Suffix<'a>> {
    let small = quantity.number.whole.is_some_and(|n| n < 12);
    if &*feet.plural != "feet" || !small || !cx.is_word(quantity.end, "in") || cx.glued(quantity.end) {
        return None;
    }
    let after = quantity.end + 1;
    let place = cx.capitalised(after) || cx.cue(after, Cues::DET) || cx.is_digits(after);
    let unit = cx.tables.unit("in").filter(|_| !place)?;
    Some(Suffix { magnitude: None, unit: Some(unit), end: after, hyphen: false })
}

/// The unit at `i` behind a fraction: 5/8in.
pub(crate) fn unit_behind_fraction<'a>(cx: &Cx<'a>, i: usize) -> Option<(&'a str, usize)> {
    let (unit, end) = unit(cx, i)?;
    (matches!(&*unit.kind, "length" | "mass" | "volume") && cx.closed(end)).then_some((&*unit.singular, end))
}

/// "a thirty miles per hour zone": what is already a rate keeps its plural.
fn is_rate(unit: &Unit) -> bool {
    unit.plural.contains(" per ") || unit.kind.as_ref() == "temperature"
}

/// A third figure in the chain, which makes it no range.
fn third_figure(cx: &Cx, second: &Quantity) -> Option<usize> {
    cx.hyphened(second.end).filter(|third| cx.is_digits(*third))
}

/// `x` after a figure: "ten times more likely".
fn times_as_many(cx: &Cx, first: &Quantity, unit: &Unit, end: usize, out: &mut String) -> Option<Found> {
    if &*unit.kind != "factor" {
        return None;
    }
    if cx.glued(end) && cx.tok(end).kind != Kind::Symbol {
        return None;
    }
    say_quantity(out, first, cx);
    let one = first.is_one() || cx.hyphened(end).is_some();
    put(out, if one { &unit.singular } else { &unit.plural });
    Some(Found { end, class: Class::Measure, rule: "times-as-many" })
}

/// `4x100m`, `3m x 4m`, `12ft by 8`: sides.
fn by(cx: &Cx, i: usize, first: &Quantity, out: &mut String) -> Option<Found> {
    let own = suffix(cx, i, first).filter(|suffix| suffix.unit.is_some_and(|unit| &*unit.kind != "factor"));
    let at = own.map_or(first.end, |suffix| suffix.end);
    let cross = matches!(cx.sym_at(at), '×')
        || matches!(cx.word_or(at), "x" | "X")
            && cx.tok(at).kind == Kind::Word
            && cx.closed_or_digits(at + 1);
    if !cross {
        return None;
    }
    if !cx.is_digits(at + 1) || cx.glued(at) != cx.glued(at + 1) {
        return None;
    }
    let second = quantity(cx, at + 1)?;
    if cx.sym_at(second.end) == '=' {
        return None;
    }
    say_quantity(out, first, cx);
    if let Some(own) = own {
        say_suffix(out, &own, first.is_one());
    }
    put(out, "by");
    let mut end = second.end;
    // a third side
    let rest = by(cx, at + 1, &second, out);
    if let Some(found) = rest {
        return Some(found);
    }
    say_quantity(out, &second, cx);
    if cx.is_suffix_s(end) {
        // 4x4s
        super::cardinal::pluralise(out);
        end += 1;
    } else if let Some(last) = suffix(cx, at + 1, &second) {
        let attributive = cx.attributive(i, last.end, Cues::EVENT);
        say_suffix(out, &last, second.is_one() || attributive);
        end = last.end;
    }
    Some(Found { end, class: Class::Measure, rule: "sides" })
}

/// `5'10"`, `6'2`, `5’10”`.
fn feet_and_inches(cx: &Cx, i: usize, first: &Quantity, out: &mut String) -> Option<Found> {
    let feet = first.number.integer()?;
    if cx.sym_at(first.end) != '\''
        || !cx.glued(first.end)
        || feet > 60
        || cx.glued(i) && cx.before_sym(i) == '\''
    {
        return None;
    }
    let inches = quantity(cx, first.end + 1).filter(|_| cx.glued(first.end + 1))?;
    if inches.number.whole.is_none_or(|n| n >= 12) {
        return None;
    }
    let mark = cx.sym_at(inches.end) == '"' && cx.glued(inches.end);
    let two = cx.sym_at(inches.end) == '\'' && cx.sym_at(inches.end + 1) == '\'';
    if !mark && !two && !cx.closed(inches.end) {
        return None;
    }
    let end = inches.end + usize::from(mark) + 2 * usize::from(two);
    // "the six foot two goalkeeper"
    let noun = cx.noun_follows(end)
        || cx.attributive(i, end, Cues::NONE)
        || mark
            && cx.tok(end).kind == Kind::Word
            && cx.tok(end).gap != Gap::None
            && !cx.cue(end, Cues::STOP.with(Cues::LENGTH))
            && cx.cue_before(i, Cues::DET);
    say_quantity(out, first, cx);
    put(out, if feet == 1 || noun { "foot" } else { "feet" });
    say_quantity(out, &inches, cx);
    if (mark || two) && !noun {
        put(out, if inches.is_one() { "inch" } else { "inches" });
    }
    Some(Found { end, class: Class::Measure, rule: "feet-and-inches" })
}

/// A unit without a figure, after "per", "a" or "each": "24.5p per kWh".
pub(crate) fn read_unit_alone(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if i == 0 || cx.glued(i) || !matches!(cx.word_or(i - 1), "per" | "each" | "Per") {
        return None;
    }
    let longest = cx.tables.unit_head(cx.str(i));
    for end in (i + 1..=(i + longest).min(cx.tokens.len())).rev() {
        let Some(unit) = cx.tables.unit(cx.slice(i, end)) else { continue };
        if cx.glued(end) && cx.tok(end).kind != Kind::Symbol
            || unit.place == Place::Glued && cx.str(i).len() == 1 && cx.str(i) != "m"
        {
            return None;
        }
        put(out, &unit.singular);
        return Some(Found { end, class: Class::Measure, rule: "unit-after-per" });
    }
    None
}

/// `797/km²`: so many to each.
fn per_unit(cx: &Cx, first: &Quantity, out: &mut String) -> Option<Found> {
    if cx.sym_at(first.end) != '/'
        || !cx.glued(first.end)
        || !cx.glued(first.end + 1)
        || cx.tok(first.end + 1).kind != Kind::Word
    {
        return None;
    }
    let (unit, end) = unit(cx, first.end + 1)?;
    say_quantity(out, first, cx);
    put(out, "per");
    put(out, &unit.singular);
    Some(Found { end, class: Class::Measure, rule: "number-per-unit" })
}

/// `140/90mmHg`, `120/80` after "blood pressure": one over the other.
fn pressure(cx: &Cx, first: &Quantity, out: &mut String) -> Option<Found> {
    let (slash, at) = (first.end, first.end + 1);
    if cx.sym_at(slash) != '/' || !cx.glued(slash) || !cx.glued(at) {
        return None;
    }
    let (systolic, second) = (first.number.integer()?, quantity(cx, at)?);
    let diastolic = second.number.integer()?;
    if !(50..=300).contains(&systolic) || !(20..=200).contains(&diastolic) || diastolic >= systolic {
        return None;
    }
    let unit = unit(cx, second.end).filter(|(unit, _)| unit.plural.contains("mercury"));
    let told =
        (first.end.saturating_sub(8)..first.end).any(|k| cx.is_word(k, "pressure") || cx.is_word(k, "bp"));
    if unit.is_none() && !(told && cx.closed(second.end)) {
        return None;
    }
    say_quantity(out, first, cx);
    put(out, "over");
    say_quantity(out, &second, cx);
    let mut end = second.end;
    if let Some((unit, after)) = unit {
        put(out, &unit.plural);
        end = after;
    }
    Some(Found { end, class: Class::Measure, rule: "blood-pressure" })
}

/// `1h 30m`, `2m 15s`: one-letter units of time, which only their neighbours make so.
fn hours_minutes_seconds(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    const UNITS: [(&str, &str, &str); 4] = [
        ("h", "hour", "hours"),
        ("hr", "hour", "hours"),
        ("m", "minute", "minutes"),
        ("s", "second", "seconds"),
    ];
    let mut at = i;
    let mut words = String::new();
    let (mut parts, mut from) = (0, 0);
    while let Some(part) = quantity(cx, at) {
        let Some(word) = cx.glued_word(part.end).filter(|_| cx.closed_or_digits(part.end + 1)) else { break };
        let Some(n) = UNITS.iter().skip(from).position(|(symbol, _, _)| *symbol == word) else { break };
        let (_, one, many) = UNITS[from + n];
        say_quantity(&mut words, &part, cx);
        put(&mut words, if part.is_one() { one } else { many });
        parts += 1;
        at = part.end + 1;
        // After hours of either spelling come minutes, then seconds.
        from = (from + n + 1).max(2);
    }
    if parts < 2 {
        return None;
    }
    put(out, &words);
    Some(Found { end: at, class: Class::Measure, rule: "measure-compound" })
}

/// `/day` and the like after a unit.
fn per(cx: &Cx, end: usize, out: &mut String) -> usize {
    // 80mg/100ml
    if cx.sym_at(end) == '/'
        && cx.glued(end)
        && cx.glued_digits(end + 1).is_some()
        && let Some(each) = quantity(cx, end + 1)
        && let Some((unit, after)) = unit(cx, each.end)
    {
        put(out, "per");
        say_quantity(out, &each, cx);
        put(out, if each.is_one() { &unit.singular } else { &unit.plural });
        return after;
    }
    super::money::per(cx, end, out)
}
