//! Whole numbers: `6,642` is "six thousand six hundred and forty two".
//!
//! The last resort for figures that no other class claims, and the words every other class builds on.

use super::Class;
use super::context::{Cx, Found};
use super::number::{Number, number};
use super::style::Style;
use super::words::put;

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const THOUSANDS: [(u64, &str); 5] = [
    (1_000_000_000_000_000, "quadrillion"),
    (1_000_000_000_000, "trillion"),
    (1_000_000_000, "billion"),
    (1_000_000, "million"),
    (1_000, "thousand"),
];

/// Says `n`; "and" stands before the last two figures of each group where the style wants it.
pub(crate) fn say(out: &mut String, n: u64, style: &Style) {
    if n == 0 {
        return put(out, ONES[0]);
    }
    let mut rest = n;
    for (size, name) in THOUSANDS {
        // From 10^18 the leading group has more than three figures and is said as a number itself.
        if rest >= size {
            group(out, rest / size, style);
            put(out, name);
            rest %= size;
        }
    }
    if rest > 0 {
        if rest < 100 && n > 999 && style.and() {
            put(out, "and");
        }
        group(out, rest, style);
    }
}

fn group(out: &mut String, n: u64, style: &Style) {
    if n >= 1000 {
        return say(out, n, style);
    }
    if n >= 100 {
        put(out, ONES[(n / 100) as usize]);
        put(out, "hundred");
        if !n.is_multiple_of(100) && style.and() {
            put(out, "and");
        }
    }
    if !n.is_multiple_of(100) || n == 0 {
        below_hundred(out, n % 100);
    }
}

/// Says a number below a hundred; larger ones are taken modulo a hundred.
pub(crate) fn below_hundred(out: &mut String, n: u64) {
    let n = (n % 100) as usize;
    if n < 20 {
        put(out, ONES[n]);
    } else {
        put(out, TENS[n / 10]);
        if !n.is_multiple_of(10) {
            put(out, ONES[n % 10]);
        }
    }
}

/// Says figures one by one; anything that is no figure is passed over.
pub(crate) fn digits(out: &mut String, written: &str, zero: &str) {
    for byte in written.bytes().filter(u8::is_ascii_digit) {
        put(out, if byte == b'0' { zero } else { ONES[usize::from(byte - b'0')] });
    }
}

/// The plural of a number below a hundred: "thirties", "nineties", "fives", "sixes".
pub(crate) fn plural_below_hundred(out: &mut String, n: u64) {
    below_hundred(out, n);
    pluralise(out);
}

/// Makes the last word plural.
pub(crate) fn pluralise(out: &mut String) {
    if out.ends_with('y') {
        out.pop();
        out.push_str("ies");
    } else if out.ends_with('x') {
        out.push_str("es");
    } else {
        out.push('s');
    }
}

/// Any run of figures that no other class took.
pub(crate) fn read(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let number = number(cx, i)?;
    let rule = verbalise(&number, cx, out);
    // 18.7.2: a version
    let mut end = number.end;
    while !number.frac.is_empty()
        && cx.sym_at(end) == '.'
        && cx.glued(end)
        && let Some(part) = cx.glued_digits(end + 1)
    {
        put(out, "point");
        match part.parse() {
            Ok(n) if part.len() <= 2 && !part.starts_with('0') => say(out, n, cx.style),
            _ => digits(out, part, cx.style.zero_after_point()),
        }
        end += 2;
    }
    if end > number.end {
        return Some(Found { end, class: Class::Serial, rule: "version" });
    }
    let class = if number.frac.is_empty() { Class::Cardinal } else { Class::Decimal };
    Some(Found { end: number.end, class, rule })
}

/// Says any number as a quantity, with its decimals; names the rule.
pub(crate) fn verbalise(number: &Number, cx: &Cx, out: &mut String) -> &'static str {
    match number.whole {
        _ if !number.frac.is_empty() || number.raw.is_empty() => {
            super::decimal::say(out, number, cx.style);
            "decimal"
        }
        Some(n) if !number.leading_zero => {
            say(out, n, cx.style);
            "cardinal"
        }
        // 007, 0063, and figures beyond what has a name.
        _ => {
            digits(out, number.raw, cx.style.zero_digit());
            if number.leading_zero { "digits-leading-zero" } else { "digits-too-long" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::Locale;

    fn said(n: u64, locale: Locale) -> String {
        let mut out = String::new();
        say(&mut out, n, &Style { locale, ..Style::default() });
        out
    }

    #[test]
    fn british_and_american_numbers() {
        for (n, gb, us) in [
            (0, "zero", "zero"),
            (13, "thirteen", "thirteen"),
            (40, "forty", "forty"),
            (105, "one hundred and five", "one hundred five"),
            (1_005, "one thousand and five", "one thousand five"),
            (6_642, "six thousand six hundred and forty two", "six thousand six hundred forty two"),
            (
                1_204_300,
                "one million two hundred and four thousand three hundred",
                "one million two hundred four thousand three hundred",
            ),
            (2_000_006, "two million and six", "two million six"),
            (1_000_000_000_000, "one trillion", "one trillion"),
        ] {
            assert_eq!(said(n, Locale::EnGb), gb);
            assert_eq!(said(n, Locale::EnUs), us);
        }
        assert!(said(u64::MAX, Locale::EnGb).starts_with("eighteen thousand four hundred"));
    }

    #[test]
    fn plurals_of_numbers() {
        for (n, want) in [(30, "thirties"), (16, "sixteens"), (6, "sixes"), (19, "nineteens")] {
            let mut out = String::new();
            plural_below_hundred(&mut out, n);
            assert_eq!(out, want);
        }
    }
}
