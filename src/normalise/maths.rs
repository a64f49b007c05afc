//! Sums, signs before quantities and symbols between words: `2+2`, `-5C`, `>50%`, `65+`, `Johnson & Johnson`.

use super::Class;
use super::cardinal;
use super::context::{Cx, Found};
use super::fraction;
use super::measure;
use super::money;
use super::number::number;
use super::percent;
use super::tables::Where;
use super::token::{Case, Kind};
use super::words::put;

/// What a sign right before a quantity says.
fn before(sign: char) -> Option<&'static str> {
    Some(match sign {
        '-' | '−' | '–' => "minus",
        '+' => "plus",
        '~' | '≈' | '∼' | '≃' => "about",
        '>' | '＞' => "more than",
        '<' => "less than",
        '≥' | '⩾' => "at least",
        '≤' | '⩽' => "at most",
        '±' => "plus or minus",
        '×' => "times",
        '√' => "the square root of",
        _ => return None,
    })
}

/// A sign and the quantity it belongs to: `-5C`, `+3%`, `>£5m`.
pub(crate) fn read_signed(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let sign = cx.sym_at(i);
    let word = before(sign)?;
    let mut at = i + 1;
    // ">=5"
    let mut word = word;
    if cx.sym_at(at) == '=' && matches!(sign, '>' | '<') && cx.glued(at) {
        word = if sign == '>' { "at least" } else { "at most" };
        at += 1;
    }
    let dash = matches!(sign, '-' | '–' | '−');
    // A dash between two things is no minus; one with space before and none after is.
    if dash && (cx.glued(i) && !matches!(cx.before_sym(i), '(' | '[' | '"' | '\'' | '/') || !cx.glued(at)) {
        return None;
    }
    if sign == '+' && cx.glued(i) && cx.tok_before(i).kind != Kind::Symbol || sign == '×' && cx.glued(i) {
        return None;
    }
    if dash
        && i > 0
        && cx.tok_before(i).kind == Kind::Digits
        && !cx.glued(i)
        && cx.closed(at + 1)
        && cx.is_digits(at)
        && cx.sum_goes_on(at)
    {
        return None;
    }
    let figure = number(cx, at).is_some()
        || cx.tables.is_currency_sign(cx.sym_at(at))
        || cx.tok(at).kind == Kind::Word && money::read_coded(cx, at, &mut String::new()).is_some();
    if !figure {
        return None;
    }
    // "a BMI ≥40": of at least forty
    if matches!(sign, '≥' | '≤' | '⩾' | '⩽') && cx.tok_before(i).case == Case::Upper {
        put(out, "of");
    }
    put(out, word);
    let mut words = String::new();
    let found = money::read(cx, at, &mut words)
        .or_else(|| money::read_coded(cx, at, &mut words))
        .or_else(|| money::read_minor(cx, at, &mut words))
        .or_else(|| percent::read(cx, at, &mut words))
        .or_else(|| measure::read(cx, at, &mut words))
        .or_else(|| fraction::read(cx, at, &mut words))
        .or_else(|| super::range::read(cx, at, &mut words))
        .or_else(|| cardinal::read(cx, at, &mut words))?;
    put(out, &words);
    // One degree either side of nought keeps its singular; the class is the quantity's.
    let rule = match word {
        "minus" => "sign-minus",
        "plus" => "sign-plus",
        "about" => "sign-about",
        _ => "sign-compare",
    };
    Some(Found { rule, ..found })
}

impl Cx<'_> {
    /// Whether a sum goes on after its second figure: "1- 2 = 5".
    pub(crate) fn sum_goes_on(&self, i: usize) -> bool {
        matches!(self.sym_at(i + 1), '=' | '+')
    }
}

/// What a sign between two figures says in a sum.
fn between(sign: char) -> Option<&'static str> {
    Some(match sign {
        '+' => "plus",
        '=' => "equals",
        '×' | '*' => "times",
        '÷' => "divided by",
        '<' => "is less than",
        '>' => "is more than",
        '≈' => "is about",
        '≠' => "does not equal",
        '^' => "to the power of",
        '-' | '−' | '–' => "minus",
        _ => return None,
    })
}

/// A sum: figures and single letters with signs between, one of them + = × ÷.
pub(crate) fn read_sum(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    const MOST: usize = 24;
    if cx.glued(i) && !matches!(cx.before_sym(i), '(' | '"' | '\'') {
        return None;
    }
    let mut words = String::new();
    let mut at = i;
    let mut sure = false;
    loop {
        let term = number(cx, at);
        if let Some(term) = term {
            cardinal::verbalise(&term, cx, &mut words);
            at = term.end;
        } else if cx.tok(at).kind == Kind::Word && cx.word_or(at).len() == 1 && at > i {
            put(&mut words, &cx.word_or(at).to_uppercase());
            at += 1;
        } else {
            return None;
        }
        // 7 x 8 = 56
        let times =
            cx.is_word(at, "x") && number(cx, at + 1).is_some() && (at..at + 8).any(|k| cx.sym_at(k) == '=');
        let sign = if times { '×' } else { cx.sym_at(at) };
        let Some(word) = between(sign) else { break };
        let more = number(cx, at + 1).is_some() || cx.word_or(at + 1).len() == 1;
        if at > i + MOST || !more || matches!(sign, '-' | '–' | '−') && !minus_in_sum(cx, i, at) {
            break;
        }
        // "65+ people": a plus that joins nothing
        if sign == '+' && cx.glued(at) != cx.glued(at + 1) && cx.word_or(at + 1).len() == 1 {
            break;
        }
        sure |= !matches!(sign, '-' | '–' | '−');
        put(&mut words, word);
        at += 1;
    }
    if !sure || cx.glued(at) && cx.tok(at).kind == Kind::Word {
        return None;
    }
    put(out, &words);
    Some(Found { end: at, class: Class::Maths, rule: "sum" })
}

/// A hyphen in a sum is a minus where an equals sign is near.
fn minus_in_sum(cx: &Cx, i: usize, at: usize) -> bool {
    (i..at + 8).any(|k| cx.sym_at(k) == '=')
}

/// The unit of time behind a slash after what is counted: "6,000 vehicles/hr", "prompts/day".
fn per_time(cx: &Cx, i: usize) -> Option<&'static str> {
    if i == 0 || !cx.glued(i) || !cx.glued(i + 1) || !cx.closed(i + 2) || !cx.plural_noun(i - 1) {
        return None;
    }
    Some(match cx.word_or(i + 1) {
        "s" | "sec" | "second" => "second",
        "min" | "minute" => "minute",
        "h" | "hr" | "hour" => "hour",
        "day" | "d" => "day",
        "night" => "night",
        "wk" | "week" => "week",
        "mo" | "mth" | "month" => "month",
        "yr" | "year" | "y" | "annum" => "year",
        "head" => "head",
        "person" | "capita" => "person",
        _ => return None,
    })
}

/// What a slash says between words: "or"; nothing between names, nor where "or" follows by itself.
fn slash(cx: &Cx, i: usize) -> Option<&'static str> {
    let (before, after) = (cx.tok_before(i), cx.tok(i + 1));
    if i > 0 && cx.tables.is_currency_sign(after.sym) && cx.glued(i + 1) && cx.is_digits(i + 2) {
        return Some("or");
    }
    match (before.kind, after.kind) {
        (Kind::Digits, Kind::Digits | Kind::Word) => Some("slash"),
        // "Its /pol/ board": a mark at one side only joins nothing.
        (Kind::Word, Kind::Word) if cx.glued(i) != cx.glued(i + 1) => None,
        (Kind::Word, Kind::Word) => {
            // Zelensky/Putin talks; Monday/Tuesday is a choice
            let dates = after.cues.any(super::cues::Cues::DAY.with(super::cues::Cues::MONTH));
            let capital = |case: Case| matches!(case, Case::Title | Case::Upper | Case::Mixed);
            let names = capital(before.case) && capital(after.case) && !dates;
            let and_or = cx.is_word(i + 1, "or") && cx.is_word(i.wrapping_sub(1), "and");
            (!names && !and_or).then_some("or")
        }
        _ => None,
    }
}

fn say_slash(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    if let Some(unit) = per_time(cx, i) {
        put(out, "per");
        put(out, unit);
        return Some(Found { end: i + 2, class: Class::Measure, rule: "number-per-unit" });
    }
    put(out, slash(cx, i)?);
    Some(Found { end: i + 1, class: Class::Maths, rule: "slash" })
}

/// Signs between words and after figures: &, +, %, superscripts, subscripts, and those that only their names can say.
pub(crate) fn read_sign(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let sign = cx.sym_at(i);
    let found = |rule| Some(Found { end: i + 1, class: Class::Maths, rule });
    let (before, after) = (cx.tok_before(i), cx.tok(i + 1));
    let sayable = |kind: Kind| matches!(kind, Kind::Word | Kind::Digits);
    match sign {
        '&' => {
            put(out, "and");
            return found("ampersand");
        }
        '+' => {
            if i == 0 && !sayable(after.kind) {
                return None;
            }
            put(out, "plus");
            return found("plus");
        }
        '=' if sayable(before.kind) && sayable(after.kind) => {
            put(out, "equals");
            return found("equals");
        }
        '%' => {
            put(out, cx.style.percent());
            return found("percent-alone");
        }
        '@' => {
            put(out, "at");
            return found("at-sign");
        }
        '²' | '³' => {
            put(out, if sign == '²' { "squared" } else { "cubed" });
            return found("power");
        }
        '₀'..='₉' => {
            cardinal::say(out, u64::from(sign as u32 - '₀' as u32), cx.style);
            return found("subscript");
        }
        '⁰' | '⁴'..='⁹' if cx.glued(i) && sayable(before.kind) => {
            put(out, "to the power of");
            let n = if sign == '⁰' { 0 } else { u64::from(sign as u32 - '⁴' as u32 + 4) };
            cardinal::say(out, n, cx.style);
            return found("power");
        }
        // Footnotes and **Key points:** say nothing.
        '¹' | '*' if !(sign == '*' && before.kind == Kind::Digits && after.kind == Kind::Digits) => {
            return None;
        }
        '/' => return say_slash(cx, i, out),
        '$' | '£' | '€' | '¥' => {
            // A sign with no figure: "the £ fell"
            if after.kind == Kind::Symbol && cx.glued(i + 1) && after.sym == sign {
                return None;
            }
            let currency = cx.tables.currency_by_symbol(cx.str(i))?;
            put(out, &currency.singular);
            return found("currency-sign-alone");
        }
        '×' | '÷' | '±' | '≈' | '≠' | '≤' | '≥' | '<' | '>' | '→' => {
            if !(sayable(before.kind) && sayable(after.kind)) {
                return None;
            }
            if matches!(sign, '<' | '>') && !(before.kind == Kind::Digits || after.kind == Kind::Digits) {
                return None;
            }
            put(out, if sign == '→' { "to" } else { between(sign).or_else(|| self::before(sign))? });
            return found("symbol");
        }
        '°' | 'º' => {
            let degrees = before.kind == Kind::Digits;
            if !degrees {
                return None;
            }
            put(out, "degrees");
            return found("degrees");
        }
        '#' if !cx.glued(i + 1) => return None,
        '*' => {
            put(out, "times");
            return found("times");
        }
        '^' if sayable(before.kind) && sayable(after.kind) => {
            put(out, "to the power of");
            return found("power");
        }
        _ => {}
    }
    let spoken =
        cx.tables.symbol(sign, Where::Word).filter(|_| sayable(before.kind) && sayable(after.kind)).or_else(
            || {
                cx.tables
                    .symbol(sign, Where::Maths)
                    .filter(|_| before.kind == Kind::Digits || after.kind == Kind::Digits)
            },
        )?;
    if spoken == "-" {
        return None;
    }
    put(out, spoken);
    found("symbol")
}
