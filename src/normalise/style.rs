//! The choices a newsroom makes once: locale and house style.
//!
//! Every choice has an `auto` that follows the locale where the two Englishes differ, so that a house names only what
//! it wants otherwise.

use serde::{Deserialize, Serialize};

/// Where the copy was written, which decides dates, units and the manner of saying numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Locale {
    /// British English.
    #[default]
    #[serde(rename = "en-GB")]
    EnGb,
    /// American English.
    #[serde(rename = "en-US")]
    EnUs,
}

impl Locale {
    /// The BCP 47 tag.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(bulletin::normalise::Locale::EnUs.tag(), "en-US");
    /// ```
    pub fn tag(self) -> &'static str {
        match self {
            Self::EnGb => "en-GB",
            Self::EnUs => "en-US",
        }
    }
}

/// The name of 0 in a row of digits or before a decimal point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Zero {
    /// "nought point five" and "oh eight hundred" in British copy; "zero point five" in American.
    #[default]
    Auto,
    /// "nought".
    Nought,
    /// "zero".
    Zero,
    /// "oh".
    Oh,
}

/// How years from 2010 are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Years {
    /// "twenty twenty five".
    #[default]
    Pairs,
    /// "two thousand and twenty five".
    Thousands,
}

/// How clock times written in figures are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// 7.45pm "seven forty five P M", 19:45 "nineteen forty five", 20:00 "eight P M".
    #[default]
    AsWritten,
    /// 19:45 "seven forty five P M".
    Twelve,
    /// 7.45pm "nineteen forty five", 20:00 "twenty hundred".
    TwentyFour,
}

/// Whether the name of the currency is said after the figure or, as in market reports read from a screen, before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CurrencyPlace {
    /// "five million pounds".
    #[default]
    After,
    /// "pounds five million".
    Before,
}

/// Whether pence and cents after whole pounds and dollars are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MinorUnits {
    /// "three pounds fifty".
    #[default]
    Bare,
    /// "three pounds fifty pence".
    Named,
}

/// The spelling, and so the stress, of %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PerCent {
    /// "per cent" in British copy, "percent" in American.
    #[default]
    Auto,
    /// "per cent".
    TwoWords,
    /// "percent".
    OneWord,
}

/// Whether "and" is said inside numbers: "one hundred and five".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HundredAnd {
    /// In British copy.
    #[default]
    Auto,
    /// Always.
    Said,
    /// Never.
    Silent,
}

/// What becomes of quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quotes {
    /// Dropped; the voice carries the quotation.
    #[default]
    Silent,
    /// "quote … unquote".
    Spoken,
}

/// What becomes of words in brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Brackets {
    /// Said between commas.
    #[default]
    Aside,
    /// Not said.
    Dropped,
}

/// What becomes of emoji.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Emoji {
    /// Named where the sentence needs it ("He posted a thumbs up in reply"), dropped where it decorates.
    #[default]
    Auto,
    /// Dropped.
    Silent,
    /// Named wherever `emoji.tsv` has a name.
    Named,
}

/// The choices a newsroom makes once.
///
/// # Examples
/// ```
/// use bulletin::normalise::{Normaliser, Style, Years};
/// let house = Style { years: Years::Thousands, ..Style::default() };
/// let spoken = Normaliser::new(house).normalise("Elections are due in 2026.");
/// assert_eq!(spoken.text(), "Elections are due in two thousand and twenty six.");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Style {
    /// Where the copy was written.
    pub locale: Locale,
    /// 0 before a decimal point and after it.
    pub decimal_zero: Zero,
    /// 0 in telephone numbers, serials and years.
    pub digit_zero: Zero,
    /// Years from 2010.
    pub years: Years,
    /// Clock times.
    pub clock: Clock,
    /// Where the currency's name stands.
    pub currency_place: CurrencyPlace,
    /// Pence and cents.
    pub minor_units: MinorUnits,
    /// The percent sign.
    pub per_cent: PerCent,
    /// "and" inside numbers.
    pub hundred_and: HundredAnd,
    /// Quotation marks.
    pub quotes: Quotes,
    /// Words in brackets.
    pub brackets: Brackets,
    /// Emoji.
    pub emoji: Emoji,
}

impl Style {
    /// Whether the copy is British.
    pub(crate) fn british(&self) -> bool {
        self.locale == Locale::EnGb
    }

    /// Whether "and" is said inside numbers.
    pub(crate) fn and(&self) -> bool {
        match self.hundred_and {
            HundredAnd::Auto => self.british(),
            HundredAnd::Said => true,
            HundredAnd::Silent => false,
        }
    }

    /// 0 before the decimal point.
    pub(crate) fn zero_before_point(&self) -> &'static str {
        self.zero(self.decimal_zero, if self.british() { "nought" } else { "zero" })
    }

    /// 0 after the decimal point.
    pub(crate) fn zero_after_point(&self) -> &'static str {
        self.zero(self.decimal_zero, if self.british() { "nought" } else { "zero" })
    }

    /// 0 in a row of digits.
    pub(crate) fn zero_digit(&self) -> &'static str {
        self.zero(self.digit_zero, "oh")
    }

    #[allow(clippy::unused_self, reason = "reads as a question to the style")]
    fn zero(&self, choice: Zero, auto: &'static str) -> &'static str {
        match choice {
            Zero::Auto => auto,
            Zero::Nought => "nought",
            Zero::Zero => "zero",
            Zero::Oh => "oh",
        }
    }

    /// The words of %.
    pub(crate) fn percent(&self) -> &'static str {
        match self.per_cent {
            PerCent::Auto if self.british() => "per cent",
            PerCent::Auto | PerCent::OneWord => "percent",
            PerCent::TwoWords => "per cent",
        }
    }
}
