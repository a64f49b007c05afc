//! Percentages: `3.2%` is "three point two per cent".

use super::Class;
use super::context::{Cx, Found};
use super::number::{Quantity, quantity};
use super::words::put;

/// The token after a percent sign at `i`.
fn sign(cx: &Cx, i: usize) -> Option<usize> {
    if matches!(cx.sym_at(i), '%' | '٪' | '﹪') {
        return Some(i + 1);
    }
    let word = cx.word(i)?;
    (matches!(word, "pc" | "pct") && cx.closed(i + 1)).then_some(i + 1)
}

fn say(out: &mut String, quantity: &Quantity, cx: &Cx) {
    super::fraction::say_quantity(out, quantity, cx);
}

/// `5%`, `10-15%`, `2%-3%`, `5pc`, `2½%`.
pub(crate) fn read(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let first = quantity(cx, i)?;
    let (second, end, rule) = if let Some(end) = sign(cx, first.end) {
        // 2%-3%
        let again = cx.joined(end).and_then(|next| {
            let second = quantity(cx, next)?;
            Some((second, sign(cx, second.end)?))
        });
        match again {
            Some((second, end)) => (Some(second), end, "percent-range"),
            None => (None, end, "percent"),
        }
    } else {
        let second = quantity(cx, cx.joined(first.end)?)?;
        let end = sign(cx, second.end)?;
        (Some(second), end, "percent-range")
    };
    say(out, &first, cx);
    if let Some(second) = second {
        put(out, "to");
        say(out, &second, cx);
    }
    put(out, cx.style.percent());
    // "5%-point" and "%age" are not worth a rule: the hyphen is dropped and the word said.
    Some(Found { end, class: Class::Percent, rule })
}
