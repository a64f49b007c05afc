//! Each choice of house style, both ways.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use bulletin::normalise::{
    Brackets, Clock, CurrencyPlace, Emoji, HundredAnd, Locale, MinorUnits, Normaliser, PerCent, Quotes,
    Style, Years, Zero,
};

/// The same line in the default style and in another.
fn both(written: &str, default: &str, other: Style, otherwise: &str) {
    assert_eq!(Normaliser::new(Style::default()).normalise(written).text(), default);
    assert_eq!(Normaliser::new(other).normalise(written).text(), otherwise);
}

#[test]
fn locale() {
    let us = || Style { locale: Locale::EnUs, ..Style::default() };
    both("Up 0.5%.", "Up nought point five per cent.", us(), "Up zero point five percent.");
    both("Some 105 died.", "Some one hundred and five died.", us(), "Some one hundred five died.");
    both(
        "It opens on 4/7/2025.",
        "It opens on the fourth of July twenty twenty five.",
        us(),
        "It opens on April seventh, twenty twenty five.",
    );
    both(
        "On March 31 he left.",
        "On March the thirty first he left.",
        us(),
        "On March thirty first he left.",
    );
}

#[test]
fn noughts() {
    let zero = Style { decimal_zero: Zero::Zero, ..Style::default() };
    both("It grew 0.05.", "It grew nought point nought five.", zero, "It grew zero point zero five.");
    let zero = Style { digit_zero: Zero::Zero, ..Style::default() };
    both(
        "Call 0808 157 0123.",
        "Call oh eight oh eight, one five seven, oh one two three.",
        zero.clone(),
        "Call zero eight zero eight, one five seven, zero one two three.",
    );
    both("It was 1905.", "It was nineteen oh five.", zero, "It was nineteen zero five.");
    let nought = Style { digit_zero: Zero::Nought, decimal_zero: Zero::Oh, ..Style::default() };
    both(
        "The A303 grew 0.1.",
        "The A three oh three grew nought point one.",
        nought,
        "The A three nought three grew oh point one.",
    );
}

#[test]
fn years() {
    let other = Style { years: Years::Thousands, ..Style::default() };
    both("It is 2025.", "It is twenty twenty five.", other.clone(), "It is two thousand and twenty five.");
    both("It was 1999.", "It was nineteen ninety nine.", other, "It was nineteen ninety nine.");
}

#[test]
fn clock() {
    let twelve = Style { clock: Clock::Twelve, ..Style::default() };
    both(
        "It starts at 19:45.",
        "It starts at nineteen forty five.",
        twelve.clone(),
        "It starts at seven forty five P M.",
    );
    both("It starts at 7pm.", "It starts at seven P M.", twelve, "It starts at seven P M.");
    let day = Style { clock: Clock::TwentyFour, ..Style::default() };
    both(
        "It starts at 7.45pm.",
        "It starts at seven forty five P M.",
        day.clone(),
        "It starts at nineteen forty five.",
    );
    both("It starts at 20:00.", "It starts at eight P M.", day, "It starts at twenty hundred.");
}

#[test]
fn money() {
    let before = Style { currency_place: CurrencyPlace::Before, ..Style::default() };
    both("It made £5m.", "It made five million pounds.", before, "It made pounds five million.");
    let named = Style { minor_units: MinorUnits::Named, ..Style::default() };
    both("It cost £3.50.", "It cost three pounds fifty.", named, "It cost three pounds fifty pence.");
}

#[test]
fn per_cent_and_hundred_and() {
    let one = Style { per_cent: PerCent::OneWord, ..Style::default() };
    both("Up 5%.", "Up five per cent.", one, "Up five percent.");
    let silent = Style { hundred_and: HundredAnd::Silent, ..Style::default() };
    both("All 1,005 went.", "All one thousand and five went.", silent, "All one thousand five went.");
    let us = Style {
        locale: Locale::EnUs,
        per_cent: PerCent::TwoWords,
        hundred_and: HundredAnd::Said,
        ..Style::default()
    };
    both("Up 105%.", "Up one hundred and five per cent.", us, "Up one hundred and five per cent.");
}

#[test]
fn quotes_brackets_emoji() {
    let spoken = Style { quotes: Quotes::Spoken, ..Style::default() };
    both("He said “never” again.", "He said never again.", spoken, "He said quote never unquote again.");
    let dropped = Style { brackets: Brackets::Dropped, ..Style::default() };
    both("X (formerly Twitter) fell.", "X, formerly Twitter, fell.", dropped, "X fell.");
    let named = Style { emoji: Emoji::Named, ..Style::default() };
    both("So proud 🎉", "So proud", named, "So proud party popper");
    let silent = Style { emoji: Emoji::Silent, ..Style::default() };
    both("He sent a 👍 back.", "He sent a thumbs up back.", silent, "He sent a back.");
}

#[test]
fn a_style_is_read_from_toml() {
    let style: Style =
        toml::from_str("locale = \"en-US\"\nyears = \"thousands\"\nclock = \"twenty-four\"\n").unwrap();
    assert_eq!((style.locale, style.years, style.clock), (Locale::EnUs, Years::Thousands, Clock::TwentyFour));
    assert!(toml::from_str::<Style>("colour = \"red\"\n").is_err());
}
