//! Figures as they are written: `1,204,300`, `12 500`, `67.6`, `.5`.
//!
//! Every class that begins with figures reads them here, so that grouping and decimals are the same everywhere.

use super::context::Cx;
use super::token::{Gap, Kind};

/// A number in figures.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number<'a> {
    /// The whole part; `None` where it has more figures than have a name here (18).
    pub(crate) whole: Option<u64>,
    /// The whole part as written, with its separators; empty for `.5`.
    pub(crate) raw: &'a str,
    /// The figures after the point; empty without one.
    pub(crate) frac: &'a str,
    /// Figures of the whole part.
    pub(crate) figures: usize,
    /// The whole part is grouped.
    pub(crate) grouped: bool,
    /// The whole part has a nought in front of other figures.
    pub(crate) leading_zero: bool,
    /// The token after it.
    pub(crate) end: usize,
}

impl Number<'_> {
    /// A whole number that fits.
    pub(crate) fn integer(&self) -> Option<u64> {
        if self.frac.is_empty() && !self.raw.is_empty() { self.whole } else { None }
    }

    /// Exactly one, however many noughts follow the point.
    pub(crate) fn is_one(&self) -> bool {
        self.whole == Some(1) && self.frac.is_empty()
    }

    /// Plain figures, as years, serials and telephone numbers are written.
    pub(crate) fn plain(&self) -> bool {
        self.frac.is_empty() && !self.grouped && !self.raw.is_empty()
    }
}

/// More groups than this are no number (a list, a telephone number, noise).
const MOST_GROUPS: usize = 8;

/// The number that begins at token `i`.
pub(crate) fn number<'a>(cx: &Cx<'a>, i: usize) -> Option<Number<'a>> {
    let first = cx.tok(i);
    if first.kind == Kind::Symbol && first.sym == '.' {
        // .5, but not the stop of "a.5" or of an ellipsis
        if first.gap == Gap::None && matches!(cx.tok_before(i).kind, Kind::Word | Kind::Digits)
            || cx.sym(i, 1) == '.'
        {
            return None;
        }
        if cx.before_sym(i) == '.' && first.gap == Gap::None {
            return None;
        }
        let digits = cx.glued_digits(i + 1)?;
        return Some(Number {
            whole: Some(0),
            raw: "",
            frac: digits,
            figures: 0,
            grouped: false,
            leading_zero: false,
            end: i + 2,
        });
    }
    if first.kind != Kind::Digits {
        return None;
    }
    let mut end = i + 1;
    let mut grouped = false;
    if first.end - first.start <= 3 {
        let mut groups = 0;
        while groups < MOST_GROUPS && cx.sym_at(end) == ',' && cx.glued(end) {
            match cx.glued_digits(end + 1) {
                Some(group) if group.len() == 3 => end += 2,
                _ => break,
            }
            groups += 1;
        }
        grouped = groups > 0;
        if !grouped {
            end = spaced_groups(cx, i);
            grouped = end > i + 1;
        }
    }
    let raw = &cx.text[first.start as usize..cx.tok(end - 1).end as usize];
    let mut whole = Some(0_u64);
    let mut figures = 0;
    for byte in raw.bytes().filter(u8::is_ascii_digit) {
        figures += 1;
        whole = if figures <= 18 { whole.map(|n| n * 10 + u64::from(byte - b'0')) } else { None };
    }
    let mut frac = "";
    if matches!(cx.sym_at(end), '.' | '·')
        && cx.glued(end)
        && let Some(digits) = cx.glued_digits(end + 1)
    {
        frac = digits;
        end += 2;
    }
    let leading_zero = figures > 1 && raw.starts_with('0');
    Some(Number { whole, raw, frac, figures, grouped, leading_zero, end })
}

/// Groups of three parted by spaces (ISO 80000-1 §7.3.1): by thin or no-break spaces always; by common ones where the
/// number cannot be two numbers side by side.
fn spaced_groups(cx: &Cx, i: usize) -> usize {
    let first = cx.tok(i);
    if cx.text.as_bytes()[first.start as usize] == b'0' {
        return i + 1;
    }
    let (mut end, mut thin, mut groups, mut round) = (i + 1, true, 0, false);
    while groups < MOST_GROUPS {
        let token = cx.tok(end);
        if token.kind != Kind::Digits || token.end - token.start != 3 || token.gap == Gap::None {
            break;
        }
        thin &= token.gap == Gap::Thin;
        round |= cx.str(end) == "000";
        end += 1;
        groups += 1;
    }
    // A following glued letter or hyphen would make the last group part of something else.
    let closed = !cx.glued(end)
        || matches!(cx.sym_at(end), '.' | ',' | ')' | ';' | ':' | '?' | '!' | '"' | '\'' | '%');
    let money = cx.is_currency_before(i);
    // "a crowd of 52 310 packed": a count is announced and no third number follows.
    let counted = cx.cue_before(i, super::cues::Cues::AMOUNT_BEFORE.with(super::cues::Cues::CROWD))
        || cx.is_word(i.wrapping_sub(1), "of") && !cx.capitalised(i.wrapping_sub(2));
    let sure = thin || round || money || groups >= 2 || counted;
    if groups > 0 && closed && sure && !cx.line.any(super::cues::Cues::PHONE) { end } else { i + 1 }
}

/// hundred, thousand, million and their short forms after a number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Magnitude {
    /// What is said.
    pub(crate) word: &'static str,
    /// The token after it.
    pub(crate) end: usize,
}

/// The magnitude at token `i`: `million`, `bn`, `k`; `m` and `b` alone only where it is sure that they are no unit,
/// after money (`money`) and before a unit.
pub(crate) fn magnitude(cx: &Cx, i: usize, money: bool) -> Option<Magnitude> {
    // "a £1-million prize"
    if cx.sym_at(i) == '-'
        && cx.hyphened(i).is_some()
        && matches!(cx.word_or(i + 1), "million" | "billion" | "trillion")
    {
        return magnitude(cx, i + 1, money);
    }
    let word = cx.word(i)?;
    let glued = cx.glued(i);
    let name = match word {
        "million" | "Million" | "MILLION" | "mn" | "mln" | "mil" | "mill" => "million",
        "billion" | "Billion" | "BILLION" | "bn" | "Bn" | "BN" | "bln" => "billion",
        "trillion" | "Trillion" | "TRILLION" | "tn" | "trn" | "Tn" | "tr"
            if word.len() > 2 || money || glued =>
        {
            "trillion"
        }
        "thousand" | "Thousand" => "thousand",
        "hundred" if money => "hundred",
        "lakh" => "lakh",
        "crore" => "crore",
        "quadrillion" => "quadrillion",
        "k" | "K" if glued => "thousand",
        "m" | "M" if money => "million",
        "MM" | "mm" if money && glued => "million",
        "b" | "B" if money && glued => "billion",
        "t" | "T" if money && glued => "trillion",
        _ => return None,
    };
    let mut end = i + 1;
    if cx.glued(end) && matches!(cx.tok(end).kind, Kind::Word | Kind::Digits) {
        return None;
    }
    if cx.tok(i).stem != cx.tok(i).end {
        // "£5m's worth" keeps its possessive.
        end = i + 1;
    }
    Some(Magnitude { word: name, end })
}

/// A number, or a number and a vulgar fraction: `2½`, `5 1/2`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quantity<'a> {
    /// The whole part; for a fraction alone its `raw` is empty.
    pub(crate) number: Number<'a>,
    /// Numerator and denominator.
    pub(crate) fraction: Option<(u64, u64)>,
    /// The token after it.
    pub(crate) end: usize,
}

impl Quantity<'_> {
    /// Exactly one.
    pub(crate) fn is_one(&self) -> bool {
        self.fraction.is_none() && self.number.is_one()
    }
}

/// The number at `i` with any vulgar fraction after it.
pub(crate) fn quantity<'a>(cx: &Cx<'a>, i: usize) -> Option<Quantity<'a>> {
    let number = number(cx, i)?;
    if number.frac.is_empty() && !number.leading_zero {
        let at = cx.hyphened(number.end).unwrap_or(number.end);
        if let Some((fraction, end)) = super::fraction::vulgar(cx, at) {
            return Some(Quantity { number, fraction: Some(fraction), end });
        }
    }
    Some(Quantity { number, fraction: None, end: number.end })
}
