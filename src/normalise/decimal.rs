//! Decimal fractions: `67.6` is "sixty seven point six", `0.5` "nought point five".

use super::cardinal::{self, digits};
use super::number::Number;
use super::style::Style;
use super::words::put;

/// Says a number with its decimals one by one; a whole number is said as one.
pub(crate) fn say(out: &mut String, number: &Number, style: &Style) {
    if !number.raw.is_empty() {
        match number.whole {
            Some(0) if !number.frac.is_empty() => put(out, style.zero_before_point()),
            Some(n) => cardinal::say(out, n, style),
            None => digits(out, number.raw, style.zero_digit()),
        }
    }
    if !number.frac.is_empty() {
        put(out, "point");
        digits(out, number.frac, style.zero_after_point());
    }
}
