//! Money: `£1.2bn` is "one point two billion pounds", `a £2m house` "a two million pound house", `50p` "fifty pence".

use super::Class;
use super::cardinal;
use super::context::{Cx, Found};
use super::cues::Cues;
use super::number::{Magnitude, Number, magnitude, number};
use super::style::{CurrencyPlace, MinorUnits};
use super::tables::Currency;
use super::token::{Gap, Kind};
use super::words::put;

/// One amount: figures and a magnitude.
#[derive(Debug, Clone, Copy)]
struct Amount<'a> {
    number: Number<'a>,
    magnitude: Option<Magnitude>,
    end: usize,
}

/// A currency's sign at `i`: the currency and the token after it.
fn sign<'a>(cx: &Cx<'a>, i: usize) -> Option<(&'a Currency, usize)> {
    let longest = cx.tables.currency_head(cx.str(i));
    for end in (i + 1..=i + longest).rev() {
        if (i + 1..end).all(|k| cx.glued(k))
            && let Some(currency) = cx.tables.currency_by_symbol(cx.slice(i, end))
        {
            return Some((currency, end));
        }
    }
    None
}

fn amount<'a>(cx: &Cx<'a>, i: usize, money: bool) -> Option<Amount<'a>> {
    let number = number(cx, i)?;
    let magnitude = magnitude(cx, number.end, money);
    let end = magnitude.map_or(number.end, |magnitude| magnitude.end);
    if magnitude.is_none()
        && cx.glued_word(end).is_some_and(|word| each(word).is_none())
        && !cx.is_suffix_s(end)
    {
        return None;
    }
    Some(Amount { number, magnitude, end })
}

/// What `pcm`, `pw` and the like glued to an amount say.
fn each(word: &str) -> Option<&'static str> {
    Some(match word {
        "pcm" => "per calendar month",
        "pw" => "per week",
        "pa" => "per annum",
        "ph" => "per hour",
        "pp" => "per person",
        _ => return None,
    })
}

/// `£10s of millions`: "tens of millions of pounds".
fn tens_of(cx: &Cx, currency: &Currency, after: usize, out: &mut String) -> Option<Found> {
    let tens = match cx.str(after) {
        "10" => "tens",
        "100" => "hundreds",
        "1000" => "thousands",
        _ => return None,
    };
    if !cx.is_suffix_s(after + 1) {
        return None;
    }
    put(out, tens);
    // "£1000s from customers"
    if !cx.is_word(after + 2, "of") || !cx.cue(after + 3, Cues::MAGNITUDE) {
        put(out, "of");
        put(out, &currency.plural);
        return Some(Found { end: after + 2, class: Class::Money, rule: "money-tens-of" });
    }
    put(out, "of");
    put(out, cx.word_or(after + 3));
    put(out, "of");
    put(out, &currency.plural);
    Some(Found { end: after + 4, class: Class::Money, rule: "money-tens-of" })
}

/// After a sign: `£5m`, `$3.50`, `£1.5bn-£2bn`, `£10-15`.
pub(crate) fn read(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let (currency, after) = sign(cx, i)?;
    read_amounts(cx, i, currency, after, out)
}

/// Amounts whose sign begins with a letter, and after a code: `A$5m`, `Rs 500`, `GBP 250m`, `CHF 3bn`.
pub(crate) fn read_coded(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    // RM1 2AB is Romford, no ringgit.
    if super::address::is_postcode(cx, i) {
        return None;
    }
    if let Some((currency, after)) = sign(cx, i) {
        let symbol = cx.slice(i, after);
        // A sign of letters alone is a sign only beside its figure: Rs 500, kr 20, not R 2 (a road, a row).
        let letters = symbol.chars().all(char::is_alphabetic);
        // R350 is rand where it describes what money does; else a model or a road.
        let described = letters
            && cx.glued(after)
            && cx.is_digits(after)
            && cx.str(after).len() >= 2
            && cx.cue(after + 1, Cues::HEAD)
            && !cx.glued(after + 1);
        if (!letters
            || symbol.len() > 1
            || described
            || cx.glued(after) && cx.tok(i).gap != Gap::None && amount(cx, after, true)?.magnitude.is_some())
            && let Some(found) = read_amounts(cx, i, currency, after, out)
        {
            return Some(found);
        }
    }
    let currency = cx.tables.currency_by_code(cx.str(i))?;
    let amount = amount(cx, i + 1, true)?;
    // "quoting CAD 4471": a police log, not dollars
    if cx.cue_within_before(i, 2, Cues::REFERENCE) && amount.number.plain() && amount.magnitude.is_none() {
        return None;
    }
    let also_a_word = matches!(
        cx.str(i),
        "ALL" | "COP" | "CUP" | "GEL" | "MAD" | "PEN" | "SOS" | "TOP" | "TRY" | "BAM" | "LAK" | "MOP" | "ETH"
    );
    let clear = amount.magnitude.is_some() || !amount.number.frac.is_empty() || amount.number.grouped;
    if !clear && (also_a_word || cx.glued(i + 1)) {
        return None;
    }
    read_amounts(cx, i, currency, i + 1, out)
}

fn read_amounts(cx: &Cx, i: usize, currency: &Currency, after: usize, out: &mut String) -> Option<Found> {
    // £-5m
    if let Some(found) = tens_of(cx, currency, after, out) {
        return Some(found);
    }
    let minus = matches!(cx.sym_at(after), '-' | '−') && cx.glued(after) && cx.glued(after + 1);
    let at = if minus { after + 1 } else { after };
    let first = amount(cx, at, true)?;
    if minus {
        put(out, "minus");
    }
    let (second, end) = match cx.joined(first.end).and_then(|next| second_amount(cx, next, currency)) {
        Some((second, end)) => (Some(second), end),
        None => (None, first.end),
    };
    let singular = cx.attributive(i, end, Cues::HEAD);
    let before = cx.style.currency_place == CurrencyPlace::Before;
    let rule;
    if let Some(second) = second {
        // "£5-6m": the magnitude is said once; "£1m-£2m": with each amount, the currency with the last.
        let shared =
            first.magnitude.is_none() && second.magnitude.is_some() && first.number.whole < Some(1000);
        let plain_minor = first.magnitude.is_none() && !first.number.frac.is_empty() && !shared;
        if plain_minor {
            say_amount(out, &first, currency, cx, singular);
        } else {
            if before {
                put(out, &currency.plural);
            }
            say_figure(out, &first, cx);
        }
        put(out, "to");
        if before && !plain_minor {
            say_figure(out, &second, cx);
        } else {
            say_amount(out, &second, currency, cx, singular);
        }
        rule = "money-range";
    } else {
        say_amount(out, &first, currency, cx, singular);
        rule = if singular { "money-before-noun" } else { "money" };
    }
    if let Some(found) = shillings(cx, currency, &first, end, out) {
        return Some(found);
    }
    let end = per(cx, end, out);
    Some(Found { end, class: Class::Money, rule })
}

/// `£6 10s 6d`: the money before 1971.
fn shillings(cx: &Cx, currency: &Currency, pounds: &Amount, end: usize, out: &mut String) -> Option<Found> {
    let n = |at: usize, most: u64, unit: &str| {
        number(cx, at)
            .filter(|n| n.plain() && cx.glued_word(n.end) == Some(unit) && cx.closed(n.end + 1))
            .and_then(|n| n.integer())
            .filter(|n| (1..=most).contains(n))
    };
    if &*currency.code != "GBP" || !pounds.number.frac.is_empty() || cx.glued(end) {
        return None;
    }
    let s = n(end, 19, "s")?;
    cardinal::say(out, s, cx.style);
    put(out, if s == 1 { "shilling" } else { "shillings" });
    let mut end = end + 2;
    if let Some(d) = n(end, 11, "d") {
        cardinal::say(out, d, cx.style);
        put(out, if d == 1 { "penny" } else { "pence" });
        end += 2;
    }
    Some(Found { end, class: Class::Money, rule: "pounds-shillings-pence" })
}

/// The upper end of a range: with its sign again or without.
fn second_amount<'a>(cx: &Cx<'a>, next: usize, currency: &Currency) -> Option<(Amount<'a>, usize)> {
    let at = match sign(cx, next) {
        Some((again, after)) if again.code == currency.code => after,
        Some(_) => return None,
        None => next,
    };
    let amount = amount(cx, at, true)?;
    // "£5-a-day" has no figure, "£50 - 3 times" is spaced and bare
    (at > next || cx.glued(next)).then_some((amount, amount.end))
}

fn say_figure(out: &mut String, amount: &Amount, cx: &Cx) {
    super::decimal::say(out, &amount.number, cx.style);
    if let Some(magnitude) = amount.magnitude {
        put(out, magnitude.word);
    }
}

/// Says an amount with its currency.
fn say_amount(out: &mut String, amount: &Amount, currency: &Currency, cx: &Cx, singular: bool) {
    let number = &amount.number;
    let major = if singular { &currency.singular } else { &currency.plural };
    let frac = number.frac.trim_end_matches('0');
    let minor = currency.minor.as_ref().filter(|_| {
        amount.magnitude.is_none()
            && currency.minor_per_major == 100
            && frac.len() <= 2
            && (number.frac.len() != 1 || number.whole == Some(0))
    });
    if cx.style.currency_place == CurrencyPlace::Before {
        put(out, &currency.plural);
        return say_figure(out, amount, cx);
    }
    if amount.magnitude.is_none() && frac.is_empty() {
        match number.whole {
            Some(n) => cardinal::say(out, n, cx.style),
            None => cardinal::digits(out, number.raw, cx.style.zero_digit()),
        }
        put(out, if number.whole == Some(1) { &currency.singular } else { major });
        return;
    }
    let Some((one, many)) = minor else {
        say_figure(out, amount, cx);
        return put(out, major);
    };
    let cents: u64 = match frac.len() {
        1 => frac.parse::<u64>().unwrap_or(0) * 10,
        _ => frac.parse().unwrap_or(0),
    };
    let whole = number.whole.unwrap_or(u64::MAX);
    if whole == 0 {
        cardinal::say(out, cents, cx.style);
        return put(out, if cents == 1 { one } else { many });
    }
    match number.whole {
        Some(n) => cardinal::say(out, n, cx.style),
        None => cardinal::digits(out, number.raw, cx.style.zero_digit()),
    }
    put(out, if whole == 1 { &currency.singular } else { major });
    // "two pounds five" could be two pounds fifty heard badly.
    let named = cx.style.minor_units == MinorUnits::Named || cents < 10;
    if cents < 10 {
        put(out, "and");
    }
    cardinal::say(out, cents, cx.style);
    if named {
        put(out, if cents == 1 { one } else { many });
    }
}

/// `/month`, `/yr`: "a month", and the same after pence.
pub(crate) fn per(cx: &Cx, end: usize, out: &mut String) -> usize {
    if let Some(words) = cx.glued_word(end).and_then(each) {
        put(out, words);
        return end + 1;
    }
    if cx.sym_at(end) != '/' || !cx.glued(end + 1) {
        return end;
    }
    let Some(word) = cx.word(end + 1) else { return end };
    let period = match word {
        "mo" | "mth" | "month" | "pm" => "month",
        "wk" | "week" | "pw" => "week",
        "yr" | "year" | "y" | "annum" => "year",
        "hr" | "h" | "hour" => "hour",
        "day" | "d" => "day",
        "night" => "night",
        "person" | "head" | "user" | "share" | "unit" | "item" | "barrel" | "tonne" | "ton" | "litre"
        | "kilo" | "mile" | "minute" | "pint" | "oz" | "lb" => "",
        _ => match cx.tables.unit(word) {
            Some(unit) if cx.tok(end + 1).gap == Gap::None => {
                put(out, "per");
                put(out, &unit.singular);
                return end + 2;
            }
            _ => return end,
        },
    };
    put(out, if period == "hour" { "an" } else { "a" });
    match (period, cx.tables.unit(word)) {
        ("", Some(unit)) => put(out, &unit.singular),
        ("", None) => put(out, word),
        (period, _) => put(out, period),
    }
    end + 2
}

/// Whether another figure with the same short unit is joined behind: 10p-15p.
fn unit_range(cx: &Cx, i: usize) -> bool {
    let second = cx.joined(i).and_then(|next| number(cx, next));
    second.is_some_and(|second| {
        matches!(cx.glued_word(second.end), Some("p" | "c")) && cx.closed(second.end + 1)
    })
}

/// Pence, cents and amounts with the sign behind: `50p`, `99.9p`, `25c`, `50¢`, `500€`, `3bn USD`.
pub(crate) fn read_minor(cx: &Cx, i: usize, out: &mut String) -> Option<Found> {
    let first = number(cx, i)?;
    let (last, ranged) = match cx.hyphened(first.end).and_then(|next| number(cx, next)) {
        Some(second) => (second, true),
        None => (first, false),
    };
    let end = last.end;
    let unit = |at: usize| -> Option<(&'static str, &'static str)> {
        let closed = cx.closed(at + 1);
        match cx.glued_word(at) {
            Some("p") if closed => Some(("penny", "pence")),
            Some("c") if closed && !cx.line.any(Cues::TEMPERATURE) => Some(("cent", "cents")),
            _ if cx.sym_at(at) == '¢' && closed => Some(("cent", "cents")),
            _ => None,
        }
    };
    if let Some((one, many)) = unit(end).filter(|_| !unit_range(cx, end + 1)) {
        super::decimal::say(out, &first, cx.style);
        if ranged {
            put(out, "to");
            super::decimal::say(out, &last, cx.style);
        }
        put(out, if !ranged && first.is_one() { one } else { many });
        return Some(Found { end: per(cx, end + 1, out), class: Class::Money, rule: "pence" });
    }
    // 10p-15p
    if !ranged
        && unit(first.end).is_some()
        && let Some(second) = cx.joined(first.end + 1).and_then(|next| number(cx, next))
        && let Some((_, many)) = unit(second.end)
    {
        super::decimal::say(out, &first, cx.style);
        put(out, "to");
        super::decimal::say(out, &second, cx.style);
        put(out, many);
        return Some(Found { end: per(cx, second.end + 1, out), class: Class::Money, rule: "pence-range" });
    }
    // The sign or code behind the figure.
    let amount = amount(cx, i, true).or(Some(Amount { number: first, magnitude: None, end: first.end }))?;
    let (currency, end) = behind(cx, amount.end)?;
    let singular = cx.attributive(i, end, Cues::HEAD);
    say_amount(out, &amount, currency, cx, singular);
    Some(Found { end: per(cx, end, out), class: Class::Money, rule: "money-sign-behind" })
}

fn behind<'a>(cx: &Cx<'a>, at: usize) -> Option<(&'a Currency, usize)> {
    if cx.glued(at) {
        let (currency, after) = sign(cx, at)?;
        // A sign glued to figures on both sides belongs to those after it.
        let letters = cx.tok(at).kind == Kind::Word;
        return (cx.closed(after)
            && !(cx.is_digits(after) && cx.glued(after))
            && (!letters || cx.str(at).len() > 1))
            .then_some((currency, after));
    }
    let code = cx.word(at)?;
    let currency = cx.tables.currency_by_code(code)?;
    let also = matches!(
        code,
        "ALL"
            | "COP"
            | "CUP"
            | "GEL"
            | "MAD"
            | "PEN"
            | "SOS"
            | "TOP"
            | "TRY"
            | "BAM"
            | "LAK"
            | "MOP"
            | "CDF"
            | "CAD"
            | "BSD"
            | "STD"
    );
    (!also && !cx.is_digits(at + 1)).then_some((currency, at + 1))
}
