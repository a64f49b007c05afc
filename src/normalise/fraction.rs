//! Fractions, ratios, odds and marks: `½`, `3/4`, `4 1/2`, `3:1`, `11/4 favourite`, `7/10`.
//!
//! A figure, a slash and a figure have five readings; the words around decide, in the order of [`slashed`].

use super::Class;
use super::cardinal;
use super::context::{Cx, Found};
use super::cues::Cues;
use super::number::{Quantity, number, quantity};
use super::ordinal;
use super::token::Kind;
use super::words::put;

/// The one-sign fractions of Unicode.
fn single(sign: char) -> Option<(u64, u64)> {
    Some(match sign {
        '½' => (1, 2),
        '⅓' => (1, 3),
        '⅔' => (2, 3),
        '¼' => (1, 4),
        '¾' => (3, 4),
        '⅕' => (1, 5),
        '⅖' => (2, 5),
        '⅗' => (3, 5),
        '⅘' => (4, 5),
        '⅙' => (1, 6),
        '⅚' => (5, 6),
        '⅐' => (1, 7),
        '⅛' => (1, 8),
        '⅜' => (3, 8),
        '⅝' => (5, 8),
        '⅞' => (7, 8),
        '⅑' => (1, 9),
        '⅒' => (1, 10),
        _ => return None,
    })
}

/// A fraction that belongs to the whole number before it: one sign, or `1/2` after a space.
pub(crate) fn vulgar(cx: &Cx, i: usize) -> Option<((u64, u64), usize)> {
    if let Some(fraction) = single(cx.sym_at(i)) {
        return Some((fraction, i + 1));
    }
    // "4 1/2", and "4-1/2" which the caller has stepped into
    if !cx.is_digits(i) || cx.glued(i) && !matches!(cx.before_sym(i), '-' | '–') {
        return None;
    }
    let (n, d, end) = over(cx, i)?;
    (d > 1 && d <= 100 && (n < d || matches!(d, 2..=10)) && n > 0 && cx.closed(end)).then_some(((n, d), end))
}

/// `n/d` in plain figures.
fn over(cx: &Cx, i: usize) -> Option<(u64, u64, usize)> {
    let n = number(cx, i)?;
    if !n.plain() || cx.sym_at(n.end) != '/' || !cx.glued(n.end) || !cx.glued(n.end + 1) {
        return None;
    }
    let d = number(cx, n.end + 1)?;
    if !d.plain() || cx.sym_at(d.end) == '/' && cx.glued(d.end) {
        return None;
    }
    Some((n.integer()?, d.integer()?, d.end))
}

/// Says a fraction in words; `before_noun` leaves out the article of a half.
fn say(out: &mut String, (n, d): (u64, u64), cx: &Cx) {
    match (n, d) {
        (1, 2) => put(out, "a half"),
        (1, 4) => put(out, "a quarter"),
        (1, 3) => put(out, "a third"),
        _ => {
            if n == 1 && matches!(d, 100 | 1000 | 1_000_000) {
                put(out, "a");
            } else {
                cardinal::say(out, n, cx.style);
            }
            match d {
                2 => put(out, if n == 1 { "half" } else { "halves" }),
                4 => put(out, if n == 1 { "quarter" } else { "quarters" }),
                3..=99 | 101..=999 => {
                    ordinal::say(out, d, cx.style);
                    if n != 1 {
                        out.push('s');
                    }
                }
                100 | 1000 | 1_000_000 => {
                    put(
                        out,
                        match d {
                            100 => "hundredth",
                            1000 => "thousandth",
                            _ => "millionth",
                        },
                    );
                    if n != 1 {
                        out.push('s');
                    }
                }
                _ => {
                    put(out, "over");
                    cardinal::say(out, d, cx.style);
                }
            }
        }
    }
}

/// Says a quantity: "two and a half", "nought point five".
pub(crate) fn say_quantity(out: &mut String, quantity: &Quantity, cx: &Cx) {
    super::decimal::say(out, &quantity.number, cx.style);
    if let Some(fraction) = quantity.fraction {
        put(out, "and");
        say(out, fraction, cx);
    }
}

/// Whatever begins with a fraction or a whole number and one.
pub(crate) fn read(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if let Some(fraction) = single(cx.sym_at(i)) {
        let end = i + 1;
        half_before_noun(cx, i, end, fraction, out);
        return Some(Found { end, class: Class::Fraction, rule: "fraction-sign" });
    }
    if !cx.is_digits(i) {
        return None;
    }
    let quantity = quantity(cx, i)?;
    if quantity.fraction.is_some() {
        if let Some(found) = super::measure::read(cx, i, out) {
            return Some(found);
        }
        out.clear();
        say_quantity(out, &quantity, cx);
        return Some(Found { end: quantity.end, class: Class::Fraction, rule: "mixed-number" });
    }
    ratio(cx, i, out).or_else(|| slashed(cx, i, out))
}

/// "half a teaspoon", "half of", "a third of", "a half mile".
fn half_before_noun(cx: &Cx, start: usize, end: usize, fraction: (u64, u64), out: &mut String) {
    let next = if cx.hyphened(end).is_some() { end + 1 } else { end };
    let noun = cx.tok(next).kind == Kind::Word && !cx.cue(next, Cues::STOP) && !cx.is_word(next, "of");
    let determined = start > 0 && cx.cue_before(start, Cues::DET);
    // "1/2 an hour", "½ a cup"
    if fraction == (1, 2) && matches!(cx.word_or(end), "a" | "an" | "the") && !determined {
        return put(out, "half");
    }
    if fraction == (1, 2) && (noun || cx.is_word(end, "of")) {
        put(out, "half");
        if noun && next == end && !determined && !cx.plural_noun(end) {
            let vowel = cx.word_or(end).starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
            put(out, if vowel { "an" } else { "a" });
        }
    } else {
        let mut words = String::new();
        say(&mut words, fraction, cx);
        // "a 3/4-inch pipe"
        if next > end && fraction.0 > 1 && words.ends_with('s') {
            words.pop();
        }
        // "a 1/4 share" has its article.
        put(
            out,
            if determined && fraction.0 == 1 { words.strip_prefix("a ").unwrap_or(&words) } else { &words },
        );
    }
}

/// `3:1`: a colon and figures that cannot be minutes, or after "ratio" and "odds".
fn ratio(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let first = number(cx, i)?;
    if cx.sym_at(first.end) == ':'
        && cx.sym_at(i + 3) != ':'
        && let Some(found) = side_by_side(cx, i, &first, out)
    {
        return Some(found);
    }
    if cx.sym_at(first.end) != ':' || !cx.glued(first.end) || !cx.glued(first.end + 1) {
        return None;
    }
    let second = number(cx, first.end + 1)?;
    if cx.sym_at(second.end) == ':' && cx.glued(second.end) && cx.glued_digits(second.end + 1).is_some() {
        return None;
    }
    super::decimal::say(out, &first, cx.style);
    put(out, "to");
    super::decimal::say(out, &second, cx.style);
    Some(Found { end: second.end, class: Class::Fraction, rule: "ratio" })
}

/// A degree (a 2:1) and chapter and verse (Matthew 5:3-10): figures side by side.
fn side_by_side(cx: &Cx, i: usize, first: &super::number::Number, out: &mut String) -> Option<Found> {
    let second = number(cx, first.end + 1).filter(|_| cx.glued(first.end) && cx.glued(first.end + 1))?;
    let before = cx.word_or(i.wrapping_sub(1));
    let degree = matches!(cx.slice(i, second.end), "2:1" | "2:2")
        && matches!(before, "a" | "an" | "her" | "his" | "their" | "with")
        && !matches!(
            cx.word_or(second.end),
            "ratio" | "majority" | "margin" | "split" | "advantage" | "lead" | "aspect"
        );
    let diet = cx.is_word(second.end, "diet");
    let degree = degree || diet;
    let verse =
        i > 0 && cx.capitalised(i - 1) && (!cx.opens_sentence(i - 1) || cx.tables.is_name(cx.word_or(i - 1)))
            || cx.cue_before(i, Cues::PAGE)
            || cx.capitalised(i.wrapping_sub(1)) && cx.hyphened(second.end).is_some();
    let verse = verse && !cx.cue_before(i, Cues::TIME_BEFORE);
    if !degree && !verse {
        return None;
    }
    cardinal::say(out, first.integer()?, cx.style);
    if verse {
        out.push(',');
    }
    cardinal::say(out, second.integer()?, cx.style);
    let mut end = second.end;
    if verse && let Some(last) = cx.hyphened(end).and_then(|next| number(cx, next)) {
        put(out, "to");
        cardinal::say(out, last.integer()?, cx.style);
        end = last.end;
    }
    Some(Found {
        end,
        class: Class::Citation,
        rule: if verse {
            "chapter-and-verse"
        } else if diet {
            "figures-side-by-side"
        } else {
            "degree-class"
        },
    })
}

/// Whether `th`, `rd` and the like are glued to a fraction.
fn ends_as_ordinal(cx: &Cx, end: usize) -> bool {
    cx.glued_word(end)
        .is_some_and(|w| ["st", "nd", "rd", "th", "ths", "rds"].iter().any(|s| w.eq_ignore_ascii_case(s)))
}

/// `1/100th of a second`, which says its ending twice; `a 5/8in bolt`.
fn with_ending(
    cx: &Cx,
    (a, b): (u64, u64),
    end: usize,
    ordinal_ending: bool,
    out: &mut String,
) -> Option<Found> {
    if ordinal_ending && a <= b && a > 0 && b <= 1000 {
        say(out, (a, b), cx);
        return Some(Found { end: end + 1, class: Class::Fraction, rule: "fraction" });
    }
    if a >= b || a == 0 || b > 64 {
        return None;
    }
    let (unit, end) = super::measure::unit_behind_fraction(cx, end)?;
    say(out, (a, b), cx);
    put(out, unit);
    Some(Found { end, class: Class::Measure, rule: "fraction-of-unit" })
}

/// `a/b`: 24/7, cricket scores, odds, marks out of ten, fractions, else the two figures.
fn slashed(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if cx.glued(i) && cx.before_sym(i) == '/' {
        return None;
    }
    let (a, b, end) = over(cx, i)?;
    let found = |class, rule| Some(Found { end, class, rule });
    let say_two = |out: &mut String, between: &str| {
        cardinal::say(out, a, cx.style);
        if !between.is_empty() {
            put(out, between);
        }
        cardinal::say(out, b, cx.style);
    };
    if (a, b) == (24, 7) {
        say_two(out, "");
        return found(Class::Fraction, "round-the-clock");
    }
    if b <= 10
        && a > b
        && (cx.line.any(Cues::CRICKET) && a >= 10 || a >= 40 && cx.cue_within_before(i, 2, Cues::STOP))
        && !cx.line.any(Cues::ODDS)
    {
        say_two(out, "for");
        return found(Class::Score, "cricket-score");
    }
    if a <= 10
        && b > a
        && cx.line.any(Cues::CRICKET)
        && !cx.line.any(Cues::ODDS)
        && cx.tok_before(i).kind == Kind::Word
        && matches!(
            cx.word_or(i - 1),
            "took" | "taking" | "takes" | "claimed" | "of" | "with" | "return" | "returned"
        )
    {
        say_two(out, "for");
        return found(Class::Score, "bowling-figures");
    }
    let odds = cx.line.any(Cues::ODDS)
        && (cx.cue_within_after(end, 3, Cues::ODDS)
            || cx.cue_within_before(i, 8, Cues::ODDS)
            || matches!(cx.word_or(i.wrapping_sub(1)), "at"));
    if odds && a != b && !(a < b && cx.is_word(end, "of")) {
        say_two(out, "to");
        return found(Class::Fraction, "odds");
    }
    if a == b && matches!(cx.word_or(end), "vision" | "hindsight" | "eyesight" | "cricket") {
        say_two(out, "");
        return found(Class::Fraction, "figures-slashed");
    }
    if a <= b && b > 10 && cx.cue_within_before(i, 3, Cues::RATING) && !cx.is_word(end, "of") {
        say_two(out, "out of");
        return found(Class::Score, "marks-out-of");
    }
    let rating = cx.cue_within_before(i, 8, Cues::RATING) || cx.cue_within_after(end, 3, Cues::RATING);
    let ordinal_ending = ends_as_ordinal(cx, end);
    if let Some(found) = with_ending(cx, (a, b), end, ordinal_ending, out) {
        return Some(found);
    }
    if a <= b
        && matches!(b, 5 | 10 | 20 | 100)
        && (rating || a == b || b == 100 || b == 20 && a > 1 && !cx.is_word(end, "of"))
        || b == 10 && a > 1 && !cx.is_word(end, "of") && a <= b && rating
    {
        say_two(out, "out of");
        return found(Class::Score, "marks-out-of");
    }
    let mut end = end;
    if a < b && b <= 100 && a > 0
        || matches!(b, 2..=10) && a > b && a < 100 && b != 1 && !cx.is_calendar_pair(a, b)
    {
        if ordinal_ending {
            end += 1;
        } else if cx.glued_word(end).is_some() {
            return None;
        }
        half_before_noun(cx, i, end, (a, b), out);
        return Some(Found { end, class: Class::Fraction, rule: "fraction" });
    }
    if b == 1 {
        say_two(out, "to");
        return found(Class::Fraction, "odds");
    }
    if cx.closed(end) && (a > 999 || b > 999) {
        // A case or file number
        super::serial::figures(out, cx.str(i), cx);
        put(out, "slash");
        super::serial::figures(out, cx.str(i + 2), cx);
        return found(Class::Serial, "number-slashed");
    }
    if cx.closed(end) {
        say_two(out, "");
        return found(Class::Fraction, "figures-slashed");
    }
    None
}
