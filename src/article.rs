//! Bytes → [`Article`]: one story, clean, with an account of everything that was left out.
//!
//! The first stage of the pipeline. It refuses bytes that are not text and inputs without a story; it keeps the
//! promise that every non-blank input line is part of a paragraph (or of the headline, byline, published time) or is
//! listed in [`Article::dropped`] with its kind and reason.

use serde::{Deserialize, Serialize};

/// One story as found in an input.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Article {
    /// What stood above the story, without marks of its kind.
    pub headline: Option<String>,
    /// Who wrote it, without "By".
    pub byline: Option<String>,
    /// ISO 8601 date, or date and time, as far as the input says.
    pub published: Option<String>,
    /// The outlet or agency, where the input names it.
    pub source: Option<String>,
    /// ISO 639-1 code of the story's language.
    pub language: Option<String>,
    /// The story, one string a paragraph, in order.
    pub paragraphs: Vec<Paragraph>,
    /// What was left out, in order.
    pub dropped: Vec<Dropped>,
}

/// One paragraph of the story. Written to JSON as its text alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Paragraph {
    /// The text, without line breaks.
    pub text: String,
    /// First and last input line, counted from 1.
    pub lines: (usize, usize),
}

impl From<Paragraph> for String {
    fn from(paragraph: Paragraph) -> Self {
        paragraph.text
    }
}

impl From<String> for Paragraph {
    fn from(text: String) -> Self {
        Self { text, lines: (0, 0) }
    }
}

/// One line, or a part of one, that is not the story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// Input line, counted from 1.
    pub line: usize,
    /// What was left out.
    pub text: String,
    /// What kind of thing it is.
    pub kind: String,
    /// Which rule left it out, in words a person can check.
    pub reason: String,
}
