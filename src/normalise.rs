//! Written → spoken, with spans: `£1.2bn` becomes `one point two billion pounds`.
//!
//! A tool of the script stage. [`Normaliser::normalise`] turns one line or sentence into [`Spoken`]: text in the
//! spoken alphabet (letters with their marks, word-internal `'` and `-`, single spaces and `. , ; : ! ?`, nothing
//! else) and, in order, a [`Piece`] for every stretch of it that says which written bytes it came from, of which
//! semiotic class, by which rule. What is not spoken is a piece with an empty spoken range.
//!
//! The way through: `canon` levels damaged or exotic characters where there are any; `token` cuts the line; `driver`
//! asks the class modules in a fixed order at each place, and the first that recognises anything verbalises it. Words
//! stand in tables under `data/`. Whatever no class knows is dropped by name in `punctuation`.

mod abbreviation;
mod address;
mod canon;
mod cardinal;
mod citation;
mod context;
mod cues;
mod date;
mod decimal;
mod driver;
mod electronic;
mod fraction;
mod house;
mod letters;
mod maths;
mod measure;
mod money;
mod number;
mod ordinal;
mod percent;
mod punctuation;
mod range;
mod roman;
mod score;
mod serial;
mod style;
mod table;
mod tables;
mod telephone;
mod time;
mod token;
mod words;

pub use house::House;
pub use style::{
    Brackets, Clock, CurrencyPlace, Emoji, HundredAnd, Locale, MinorUnits, PerCent, Quotes, Style, Years,
    Zero,
};

use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;

/// The kind of thing a written stretch is (van Esch and Sproat 2017, "An expanded taxonomy of semiotic classes").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Class {
    /// A word said as it is written.
    Plain,
    /// Punctuation kept, changed or dropped.
    Punctuation,
    /// A whole number.
    Cardinal,
    /// A place in an order: 22nd.
    Ordinal,
    /// A number with a decimal point.
    Decimal,
    /// Fractions, ratios, odds.
    Fraction,
    /// An amount of money.
    Money,
    /// A percentage.
    Percent,
    /// Days, months, years, decades.
    Date,
    /// Times of day and times run.
    Time,
    /// A figure with a unit.
    Measure,
    /// From one thing to another.
    Range,
    /// Scores, results, votes, marks.
    Score,
    /// Telephone numbers.
    Telephone,
    /// Roman numerals.
    Roman,
    /// Initialisms said letter by letter.
    Letters,
    /// Capitals said as a word.
    Acronym,
    /// Letters and figures together: A320.
    Serial,
    /// A short form said in full.
    Abbreviation,
    /// Addresses of the net, handles, hashtags, file names.
    Electronic,
    /// House numbers, postcodes, states.
    Address,
    /// Clauses of acts and rules, names of cases.
    Citation,
    /// Sums and symbols.
    Maths,
    /// Emoji.
    Emoji,
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&format!("{self:?}").to_lowercase())
    }
}

/// One stretch of spoken text and the written bytes it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Bytes of [`Spoken::text`]; empty where the written stretch is not spoken.
    pub spoken: Range<usize>,
    /// Bytes of the written text.
    pub written: Range<usize>,
    /// Its semiotic class.
    pub class: Class,
    /// The rule that decided.
    pub rule: &'static str,
}

/// What is said for a written text. Reused by [`Normaliser::normalise_into`], it keeps its buffers.
#[derive(Debug, Clone, Default)]
pub struct Spoken {
    text: String,
    pieces: Vec<Piece>,
    work: Buffers,
}

/// Room that is kept from line to line.
#[derive(Debug, Clone, Default)]
struct Buffers {
    driver: driver::Work,
    canon: canon::Canon,
    mapped: Vec<Piece>,
    text: String,
    first: Vec<Piece>,
}

/// A line has come to rest long before; this only bounds the work.
const MOST_READINGS: usize = 6;

impl PartialEq for Spoken {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.pieces == other.pieces
    }
}

impl Eq for Spoken {}

/// One spoken word and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'a> {
    /// The word, without punctuation.
    pub text: &'a str,
    /// Its bytes of [`Spoken::text`].
    pub spoken: Range<usize>,
    /// The written bytes its piece came from; several words may share them.
    pub written: Range<usize>,
    /// Its semiotic class.
    pub class: Class,
    /// The rule that decided.
    pub rule: &'static str,
}

impl Spoken {
    /// The spoken text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Replaces every written range by what `back` makes of it, after a text was rewritten before it was normalised.
    ///
    /// Pieces that come to share written bytes become one, so that the pieces stay in order and apart.
    pub(crate) fn map_written(&mut self, back: impl Fn(Range<usize>) -> Range<usize>) {
        let mut mapped: Vec<Piece> = Vec::with_capacity(self.pieces.len());
        for piece in self.pieces.drain(..) {
            let written = back(piece.written.clone());
            match mapped.last_mut() {
                Some(last) if written.start < last.written.end => {
                    last.written.end = last.written.end.max(written.end);
                    last.spoken.end = last.spoken.end.max(piece.spoken.end);
                    last.rule = "lexicon-rewrite";
                }
                _ => mapped.push(Piece { written, ..piece }),
            }
        }
        self.pieces = mapped;
    }

    /// Some of its pieces as spoken text of its own, from the first word among them on, and where in the whole that
    /// begins. Written bytes count from the first of the pieces.
    pub(crate) fn part(&self, pieces: Range<usize>) -> (Self, usize) {
        let pieces = self.pieces.get(pieces).unwrap_or_default();
        let written = pieces.first().map_or(0, |piece| piece.written.start);
        let worded = |piece: &&Piece| self.text[piece.spoken.clone()].contains(char::is_alphanumeric);
        let start = pieces.iter().find(worded).map_or(0, |piece| piece.spoken.start);
        let said = pieces.iter().rev().find(|piece| !piece.spoken.is_empty());
        let end = said.map_or(start, |piece| piece.spoken.end).max(start);
        let moved = |piece: &Piece| Piece {
            spoken: piece.spoken.start.clamp(start, end) - start..piece.spoken.end.clamp(start, end) - start,
            written: piece.written.start - written..piece.written.end - written,
            ..piece.clone()
        };
        let pieces = pieces.iter().map(moved).collect();
        (Self { text: self.text[start..end].to_owned(), pieces, work: Buffers::default() }, start)
    }

    /// The spoken bytes for written bytes: of every piece that touches them; none where they are not spoken.
    pub fn of_written(&self, written: &Range<usize>) -> Option<Range<usize>> {
        let mut touched = self.pieces.iter().filter(|p| {
            p.written.start < written.end && written.start < p.written.end && !p.spoken.is_empty()
        });
        let first = touched.next()?;
        let end = touched.next_back().unwrap_or(first).spoken.end;
        Some(first.spoken.start..end)
    }

    /// The pieces in written order; together they cover every non-space byte of the written text.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The spoken words one by one, each with the written range, class and rule of its piece.
    ///
    /// # Examples
    /// ```
    /// use bulletin::normalise::{Normaliser, Style};
    /// let spoken = Normaliser::new(Style::default()).normalise("Up 5%.");
    /// let words: Vec<_> = spoken.words().map(|word| (word.text, word.written)).collect();
    /// assert_eq!(words, [("Up", 0..2), ("five", 3..5), ("per", 3..5), ("cent", 3..5)]);
    /// ```
    pub fn words(&self) -> impl Iterator<Item = Word<'_>> {
        self.pieces.iter().filter(|piece| !piece.spoken.is_empty()).flat_map(|piece| {
            let mut from = piece.spoken.start;
            self.text[piece.spoken.clone()].split(' ').filter_map(move |word| {
                let start = from;
                from += word.len() + 1;
                let text = word.trim_end_matches(['.', ',', ';', ':', '!', '?']);
                let text = if text == "-" { "" } else { text };
                (!text.is_empty()).then(|| Word {
                    text,
                    spoken: start..start + text.len(),
                    written: piece.written.clone(),
                    class: piece.class,
                    rule: piece.rule,
                })
            })
        })
    }
}

/// Turns written text into spoken text. Made once, shared by threads.
///
/// # Examples
/// ```
/// use bulletin::normalise::{Class, Normaliser, Style};
/// let normaliser = Normaliser::new(Style::default());
/// let spoken = normaliser.normalise("The firm was fined £14,000.");
/// assert_eq!(spoken.text(), "The firm was fined fourteen thousand pounds.");
/// let money = spoken.pieces().iter().find(|piece| piece.class == Class::Money).unwrap();
/// assert_eq!(&"The firm was fined £14,000."[money.written.clone()], "£14,000");
/// ```
#[derive(Debug, Clone)]
pub struct Normaliser {
    style: Style,
    tables: Arc<tables::Tables>,
}

impl Default for Normaliser {
    fn default() -> Self {
        Self::new(Style::default())
    }
}

impl Normaliser {
    /// A normaliser for one house style, with the built-in tables.
    pub fn new(style: Style) -> Self {
        Self { style, tables: Arc::clone(tables::built_in()) }
    }

    /// A normaliser with a house's own rows in the tables.
    ///
    /// # Examples
    /// ```
    /// use bulletin::normalise::{House, Normaliser, Style};
    /// let mut house = House::default();
    /// house.add_toml("normalise.toml", "[acronyms]\nBARB = \"Barb\"\n").unwrap();
    /// let normaliser = Normaliser::with_house(Style::default(), &house);
    /// assert_eq!(normaliser.normalise("BARB said so.").text(), "Barb said so.");
    /// ```
    pub fn with_house(style: Style, house: &House) -> Self {
        Self { style, tables: house.tables() }
    }

    /// The style it was made with.
    pub fn style(&self) -> &Style {
        &self.style
    }

    /// One line or sentence, spoken.
    pub fn normalise(&self, written: &str) -> Spoken {
        let mut spoken = Spoken::default();
        self.normalise_into(written, &mut spoken);
        spoken
    }

    /// As [`Normaliser::normalise`], into a value whose buffers are reused.
    ///
    /// Cost: linear in the length of `written`; spans count to 4 GiB, and what lies beyond is not spoken.
    pub fn normalise_into(&self, written: &str, spoken: &mut Spoken) {
        spoken.text.clear();
        spoken.pieces.clear();
        let written = if u32::try_from(written.len()).is_ok() { written } else { "" };
        let mut work = std::mem::take(&mut spoken.work);
        let levelled = canon::needed(written);
        if levelled {
            work.canon.fill(written);
        }
        let text = if levelled { work.canon.text.as_str() } else { written };
        let mut restless = driver::speak(text, &self.tables, &self.style, &mut work.driver, spoken);
        // What is spoken must come back unchanged. A context can change as its neighbours are said, so a line with
        // anything that could be asked about again is read until it rests.
        for _ in 0..MOST_READINGS {
            if !restless {
                break;
            }
            work.text.clear();
            std::mem::swap(&mut work.text, &mut spoken.text);
            std::mem::swap(&mut work.first, &mut spoken.pieces);
            spoken.pieces.clear();
            restless = driver::speak(&work.text, &self.tables, &self.style, &mut work.driver, spoken);
            if spoken.text == work.text {
                std::mem::swap(&mut work.first, &mut spoken.pieces);
                break;
            }
            driver::compose(&work.first, &mut spoken.pieces);
        }
        if levelled {
            work.canon.restore(written, spoken, &mut work.mapped);
        }
        spoken.work = work;
    }
}

/// Whether a word, in lower case, is a common English word by the tables compiled in.
pub(crate) fn is_common_word(lower: &str) -> bool {
    tables::built_in().is_common_word(lower)
}
