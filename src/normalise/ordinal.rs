//! Ordinals: `22nd` is "twenty second".

use super::Class;
use super::cardinal;
use super::context::{Cx, Found};
use super::number::number;
use super::style::Style;
use super::token::Case;
use super::words::put;

/// Says the ordinal of `n`.
pub(crate) fn say(out: &mut String, n: u64, style: &Style) {
    cardinal::say(out, n, style);
    from_cardinal(out);
}

/// Makes the last word of a cardinal ordinal.
pub(crate) fn from_cardinal(out: &mut String) {
    let from = out.rfind(' ').map_or(0, |space| space + 1);
    let (cut, ending) = match &out[from..] {
        "one" => (3, "first"),
        "two" => (3, "second"),
        "three" => (5, "third"),
        "five" => (4, "fifth"),
        "eight" => (5, "eighth"),
        "nine" => (4, "ninth"),
        "twelve" => (6, "twelfth"),
        "zero" => (4, "zeroth"),
        word if word.ends_with('y') => (1, "ieth"),
        _ => (0, "th"),
    };
    out.truncate(out.len() - cut);
    out.push_str(ending);
}

/// The value of `22nd`, `9,000,000th`, and the token after it.
///
/// `th` is taken after any number, as copy has 22th too; `st`, `nd` and `rd` only after theirs, for 11st is a weight,
/// as is 21st 4lb. `s` after it is a plural.
pub(crate) fn recognise(cx: &Cx, i: usize) -> Option<(u64, usize, bool)> {
    let number = number(cx, i)?;
    let n = number.integer()?;
    let word = cx.glued_word(number.end)?;
    let token = cx.tok(number.end);
    if !matches!(token.case, Case::Lower | Case::Upper) {
        return None;
    }
    let word = word.to_ascii_lowercase();
    let (suffix, plural) = match word.strip_suffix('s') {
        Some(stem) if word.len() == 3 => (stem, true),
        _ => (word.as_str(), false),
    };
    let teens = (11..=13).contains(&(n % 100));
    let fits = match suffix {
        "th" => true,
        "st" => n % 10 == 1 && !teens && !weight(cx, number.end + 1),
        "nd" => n % 10 == 2 && !teens,
        "rd" => n % 10 == 3 && !teens,
        _ => false,
    };
    fits.then_some((n, number.end + 1, plural))
}

/// Pounds after stones: 21st 4lb.
fn weight(cx: &Cx, i: usize) -> bool {
    cx.is_digits(i) && matches!(cx.word_or(i + 1), "lb" | "lbs" | "oz")
}

/// Says what [`recognise`] found.
pub(crate) fn verbalise((n, _, plural): (u64, usize, bool), cx: &Cx, out: &mut String) {
    say(out, n, cx.style);
    if plural {
        out.push('s');
    }
}

/// `22nd`, and `22nd-23rd` as a range.
pub(crate) fn read(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let value = recognise(cx, i)?;
    verbalise(value, cx, out);
    let mut end = value.1;
    if let Some(second) = cx.joined(end).and_then(|next| recognise(cx, next)) {
        put(out, "to");
        verbalise(second, cx, out);
        end = second.1;
        return Some(Found { end, class: Class::Range, rule: "ordinal-range" });
    }
    // the 21st C, 18th c., but not the initial of a name
    let initial = cx.capitalised(end + 1) || cx.sym_at(end + 1) == '.' && cx.glued(end + 2);
    let century = matches!(cx.word_or(end), "C" | "c") && !cx.glued(end) && value.0 <= 30;
    if century && !initial && !cx.is_digits(end + 1) && cx.closed(end + 1) {
        put(out, "century");
        let stop = cx.sym_at(end + 1) == '.' && cx.glued(end + 1) && cx.tok(end + 2).case == Case::Lower;
        return Some(Found { end: end + 1 + usize::from(stop), class: Class::Date, rule: "century-short" });
    }
    Some(Found { end, class: Class::Ordinal, rule: "ordinal-suffix" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_change_only_the_last_word() {
        for (n, want) in [
            (1, "first"),
            (12, "twelfth"),
            (20, "twentieth"),
            (22, "twenty second"),
            (100, "one hundredth"),
            (111, "one hundred and eleventh"),
            (9_000_000, "nine millionth"),
            (5, "fifth"),
            (8, "eighth"),
            (39, "thirty ninth"),
        ] {
            let mut out = String::new();
            say(&mut out, n, &Style::default());
            assert_eq!(out, want);
        }
    }
}
