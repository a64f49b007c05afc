//! Ranges of plain numbers: `5-10 years` is "five to ten years", `65-79s` "sixty five to seventy nines".
//!
//! Ranges of money, dates, measures and the like are read by their own classes; scores have been taken before.

use super::Class;
use super::cardinal;
use super::context::{Cx, Found};
use super::number::{magnitude, number};
use super::token::{Case, Kind};
use super::words::{put, spell};

/// `rows A-F`, `Groups A-D`: single capitals after what they number, the later one second.
pub(crate) fn read_letters(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let single = |k: usize| {
        let token = cx.tok(k);
        token.kind == Kind::Word
            && token.case == Case::Single
            && token.stem == token.end
            && token.end - token.start == 1
    };
    let next = cx.hyphened(i + 1)?;
    if i == 0
        || cx.glued(i)
        || !single(i)
        || !single(next)
        || !cx.closed(next + 1)
        || cx.hyphened(next + 1).is_some()
    {
        return None;
    }
    let rising = cx.str(i) < cx.str(next);
    if !rising || !cx.plural_noun(i - 1) {
        return None;
    }
    spell(out, cx.str(i));
    put(out, "to");
    spell(out, cx.str(next));
    Some(Found { end: next + 1, class: Class::Range, rule: "letters-range" })
}

/// `a-b` between quantities, where `b` is the greater; figures in falling or equal order are said side by side.
pub(crate) fn read(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let first = number(cx, i)?;
    let first_size = magnitude(cx, first.end, false);
    let next = cx.joined(first_size.map_or(first.end, |size| size.end))?;
    let second = number(cx, next)?;
    // A third figure makes it no range of two (a code, a formation).
    if let Some(third) = cx.hyphened(second.end)
        && cx.is_digits(third)
    {
        return None;
    }
    let plural = cx.is_suffix_s(second.end);
    let size = magnitude(cx, second.end, false);
    let end = size.map_or(second.end + usize::from(plural), |size| size.end);
    if !cx.closed(end) {
        return None;
    }
    let spaced = !cx.glued(next);
    let rising = match (first.whole, second.whole) {
        (Some(a), Some(b)) => {
            a < b || a == b && first.frac < second.frac || first_size.is_some() || size.is_some()
        }
        _ => true,
    };
    if spaced && !rising {
        return None;
    }
    cardinal::verbalise(&first, cx, out);
    if let Some(size) = first_size {
        put(out, size.word);
    }
    if rising {
        put(out, "to");
    }
    cardinal::verbalise(&second, cx, out);
    if let Some(size) = size {
        put(out, size.word);
    } else if plural {
        cardinal::pluralise(out);
    }
    let rule = if rising { "range" } else { "figures-side-by-side" };
    Some(Found { end, class: Class::Range, rule })
}
