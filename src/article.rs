//! Bytes → [`Article`]: one story, clean, with an account of everything that was left out.
//!
//! The first stage of the pipeline. It refuses bytes that are not text and inputs without a story; it keeps the
//! promise that every non-blank input line is part of a paragraph or is listed in [`Article::dropped`] with its kind
//! and reason. The headline, the byline and the published time are told apart and listed there too, because they
//! are not paragraphs.
//!
//! Plain text is read in four steps, each a pure function: `encoding` (bytes → one string), `text` (string →
//! numbered lines without scraping noise), `wrap` (lines → blocks, hard-wrapped lines joined) and `clean` (blocks →
//! article).

mod clean;
mod encoding;
pub mod feed;
mod form;
pub mod html;
pub mod json;
mod kind;
mod language;
pub mod markdown;
mod marked;
mod mojibake;
mod text;
pub mod wire;
mod wrap;

pub use clean::dates::NumericOrder;
pub use kind::Kind;

use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// One story as found in an input.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Article {
    /// What stood above the story, without marks of its kind.
    pub headline: Option<String>,
    /// Who wrote it, without "By".
    pub byline: Option<String>,
    /// ISO 8601 date, or date and time, with the offset from UTC as far as the input says.
    pub published: Option<String>,
    /// The outlet or agency, where the input names it.
    pub source: Option<String>,
    /// ISO 639-1 code of the story's language.
    pub language: Option<String>,
    /// The story, one string a paragraph, in order.
    pub paragraphs: Vec<Paragraph>,
    /// What was left out, in order of lines.
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
    /// What it may be instead of story: furniture by its wording, but not surely enough to leave it out.
    /// `Settings::drop` with this kind leaves it out.
    pub suspect: Option<Kind>,
}

impl From<Paragraph> for String {
    fn from(paragraph: Paragraph) -> Self {
        paragraph.text
    }
}

impl From<String> for Paragraph {
    fn from(text: String) -> Self {
        Self { text, lines: (0, 0), suspect: None }
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
    pub kind: Kind,
    /// Which rule left it out, in words a person can check.
    pub reason: String,
}

/// A line of the house's own that is not story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HousePattern {
    /// A regular expression (the `regex` crate's syntax); it must fit the whole line, letter case aside.
    pub pattern: String,
    /// What such a line is.
    pub kind: Kind,
}

/// How an input is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Kinds that stay in the story although they would be left out.
    pub keep: BTreeSet<Kind>,
    /// Kinds that are left out although they would stay: those named in [`Paragraph::suspect`], and `list`.
    pub drop: BTreeSet<Kind>,
    /// The house's own patterns, tried before ours.
    pub patterns: Vec<HousePattern>,
    /// The story's language as declared by whoever sent it (ISO 639-1); ours is a guess.
    pub language: Option<String>,
    /// How dates such as 03/04/2025 are written; told from the text where not given.
    pub numeric_dates: Option<NumericOrder>,
    /// Inputs larger than this are refused.
    pub limit_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keep: BTreeSet::new(),
            drop: BTreeSet::new(),
            patterns: Vec::new(),
            language: None,
            numeric_dates: None,
            limit_bytes: 5_000_000,
        }
    }
}

/// The article in `bytes`; `name` is what the user called the input, for messages.
///
/// Of a wire message the one story is given, unless its sender has cancelled or withheld it. Embargo and expiry cannot
/// be judged here, for there is no clock: callers that may meet wires use [`wire::read`] and [`wire::Item::release`].
///
/// Cost: linear in the length of the input.
///
/// # Errors
/// [`Error::TooLarge`] past [`Settings::limit_bytes`], [`Error::NotText`] for bytes that are not text,
/// [`Error::Malformed`] and [`Error::NotForAir`] for wires, [`Error::EmptyArticle`] when nothing of the story is left, [`Error::Config`] for a house pattern that does not
/// compile.
///
/// # Examples
/// ```
/// use bulletin::article::{Kind, Settings, read};
///
/// let page = "Home > News\nRiver bridge to close\nBy Ann Orme\n2 April 2025\nShare\nThe bridge will close on Monday.\n\
///             Read more: Ten bridges we love\nRead more bridges, she said.\n";
/// let article = read(page.as_bytes(), "page.txt", &Settings::default()).unwrap();
/// assert_eq!(article.headline.as_deref(), Some("River bridge to close"));
/// assert_eq!(article.byline.as_deref(), Some("Ann Orme"));
/// assert_eq!(article.published.as_deref(), Some("2025-04-02"));
/// assert_eq!(article.paragraphs.len(), 2);
/// assert_eq!(article.dropped[0].kind, Kind::Breadcrumb);
/// ```
pub fn read(bytes: &[u8], name: &str, settings: &Settings) -> Result<Article> {
    read_labelled(bytes, None, name, settings)
}

/// As [`read`], with the charset that an HTTP header gave the bytes.
///
/// # Errors
/// As [`read`].
///
/// # Examples
/// ```
/// use bulletin::article::{Settings, read_labelled};
/// let article = read_labelled(b"Il a dit \xa4 5, the mayor said.", Some("iso-8859-15"), "a", &Settings::default()).unwrap();
/// assert_eq!(article.paragraphs[0].text, "Il a dit € 5, the mayor said.");
/// ```
pub fn read_labelled(
    bytes: &[u8],
    charset: Option<&str>,
    name: &str,
    settings: &Settings,
) -> Result<Article> {
    let decoded = decoded(bytes, charset, name, settings)?;
    let article = match form::of(&decoded) {
        form::Form::Feed => return feed::single(bytes, name, settings),
        form::Form::Html => return html::read(bytes, name, charset, settings),
        form::Form::Json => return json::read(&decoded, name, settings),
        form::Form::Wire(form) => return wire::single(bytes, name, form, settings),
        form::Form::Markdown => return markdown::read(&decoded, name, settings),
        form::Form::Text => clean::clean(text::lines(&decoded), settings)?,
    };
    if article.paragraphs.is_empty() {
        return Err(Error::EmptyArticle { input: name.to_owned(), dropped: article.dropped.len() });
    }
    Ok(article)
}

/// What an input holds, as far as it decides who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One story: a text, a page, Markdown or a JSON article, for [`read_labelled`].
    Story,
    /// A feed, for [`feed::read`].
    Feed,
    /// A wire message, for [`wire::read`].
    Wire,
}

/// What `bytes` hold, told by their content.
///
/// # Errors
/// [`Error::TooLarge`] and [`Error::NotText`].
///
/// # Examples
/// ```
/// use bulletin::article::{Form, Settings, form};
/// let of = |text: &str| form(text.as_bytes(), None, "a", &Settings::default()).unwrap();
/// assert_eq!(of("<rss version=\"2.0\"><channel/></rss>"), Form::Feed);
/// assert_eq!(of("<nitf><body/></nitf>"), Form::Wire);
/// assert_eq!(of("The bridge will close."), Form::Story);
/// ```
pub fn form(bytes: &[u8], charset: Option<&str>, name: &str, settings: &Settings) -> Result<Form> {
    Ok(match form::of(&decoded(bytes, charset, name, settings)?) {
        form::Form::Feed => Form::Feed,
        form::Form::Wire(_) => Form::Wire,
        _ => Form::Story,
    })
}

/// The text of `bytes` within the limit.
fn decoded<'a>(
    bytes: &'a [u8],
    charset: Option<&str>,
    name: &str,
    settings: &Settings,
) -> Result<Cow<'a, str>> {
    let actual = bytes.len() as u64;
    if actual > settings.limit_bytes {
        return Err(Error::TooLarge { input: name.to_owned(), actual, limit: settings.limit_bytes });
    }
    match charset {
        None => encoding::decode(bytes),
        Some(label) => html::charset::decode(bytes, Some(label)),
    }
    .map_err(|problem| Error::NotText { input: name.to_owned(), problem })
}
