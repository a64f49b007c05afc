//! Written → spoken, with spans: `£1.2bn` becomes `one point two billion pounds`.
//!
//! A tool of the script stage. [`Normaliser::normalise`] turns one line or sentence into [`Spoken`]: text in the
//! spoken alphabet (letters with their marks, word-internal `'` and `-`, single spaces and `. , ; : ! ?`, nothing
//! else) and, in order, a [`Piece`] for every stretch of it that says which written bytes it came from, of which
//! semiotic class, by which rule. What is not spoken is a piece with an empty spoken range.

use serde::{Deserialize, Serialize};
use std::ops::Range;

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

/// The kind of thing a written stretch is (van Esch and Sproat 2017, "An expanded taxonomy of semiotic classes").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Class {
    /// A word said as it is written.
    Plain,
    /// Punctuation kept, changed or dropped.
    Punctuation,
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

/// What is said for a written text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spoken {
    text: String,
    pieces: Vec<Piece>,
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

    /// The spoken bytes for written bytes: of every piece that touches them; none where they are not spoken.
    pub fn of_written(&self, written: &Range<usize>) -> Option<Range<usize>> {
        let mut touched = self
            .pieces
            .iter()
            .filter(|p| p.written.start < written.end && written.start < p.written.end && !p.spoken.is_empty());
        let first = touched.next()?;
        let end = touched.last().unwrap_or(first).spoken.end;
        Some(first.spoken.start..end)
    }

    /// w
    pub fn words(&self)->impl Iterator<Item=SpokenWord>+'_ { self.pieces.iter().map(|p|SpokenWord{spoken:p.spoken.clone(),written:p.written.clone(),class:p.class,rule:p.rule}) }
    /// The pieces in written order; together they cover every non-space byte of the written text.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}

/// The choices a newsroom makes once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Style {
    /// Where the copy was written.
    pub locale: Locale,
}

/// Turns written text into spoken text. Made once, shared by threads.
#[derive(Debug, Default)]
pub struct Normaliser {
    style: Style,
}

impl Normaliser {
    /// A normaliser for one house style.
    pub fn new(style: Style) -> Self {
        Self { style }
    }

    /// The style it was made with.
    pub fn style(&self) -> &Style {
        &self.style
    }

    /// One line or sentence, spoken.
    pub fn normalise(&self, written: &str) -> Spoken {
        Spoken {
            text: written.to_owned(),
            pieces: vec![Piece {
                spoken: 0..written.len(),
                written: 0..written.len(),
                class: Class::Plain,
                rule: "verbatim",
            }],
        }
    }
}

/// t
#[derive(Debug)] pub struct SpokenWord{/// a
pub spoken:Range<usize>,/// a
pub written:Range<usize>,/// a
pub class:Class,/// a
pub rule:&'static str}
impl Locale{/// t
pub fn tag(self)->&'static str{"en-GB"}}
impl std::fmt::Display for Class{fn fmt(&self,f:&mut std::fmt::Formatter<'_>)->std::fmt::Result{write!(f,"{self:?}")}}

pub(crate) fn is_common_word(_w:&str)->bool{true}
