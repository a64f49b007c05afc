//! RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed → [`Feed`]: entries with titles, links, dates and texts.
//!
//! Pure: no network, no clock. Bytes become text (`html/charset`), a badly formed feed one that the crate `feed-rs`
//! reads (`mend` for XML, `json`), its model entries (`entries`). [`select`] takes some of them, [`duplicates`] finds
//! those that tell the same story, and [`Entry::article`] reads one that holds its whole story; the others name a
//! page to fetch.
//!
//! It refuses what is not a feed, a feed without a complete entry, and a document type that declares entities:
//! nothing is ever expanded. Bounded by [`Settings::limit_bytes`](super::Settings::limit_bytes), [`ENTRY_LIMIT`] and
//! a depth of nesting. Whatever was mended or left out is listed in [`Feed::problems`].

mod aside;
mod dates;
mod document;
mod duplicates;
mod entries;
mod json;
mod markup;
mod mend;
mod names;
mod root;
mod select;
mod story;

pub use duplicates::{
    Because, Duplicate, FEWEST_SHINGLES, SAME_SHARE, SHINGLE_WORDS, duplicates, normalised_link,
};
pub use select::{LeftOut, Reason, Selected, Selection, Since, select};
pub use story::{CONTENT_WORDS, Fullness, SUMMARY_WORDS, Teaser};

use super::html::charset;
use super::{Article, Settings};
use crate::{Error, Result};
use aside::{Mended, Refusal, times};
use markup::is_allowed;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Most entries of one feed. News feeds have ten to two hundred, a podcast's whole archive some hundreds.
pub const ENTRY_LIMIT: usize = 2000;

/// A feed as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Feed {
    /// What the feed calls itself, mostly the outlet and a section.
    pub title: Option<String>,
    /// ISO 639-1 code, as the feed declares it.
    pub language: Option<String>,
    /// Absolute address of the page that the feed belongs to.
    pub link: Option<String>,
    /// In the feed's order.
    pub entries: Vec<Entry>,
    /// What was mended, could not be read or was left out.
    pub problems: Vec<Problem>,
}

/// Something that is wrong with a feed, though it could be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Where, counted from 1; the first place of several.
    pub line: Option<u32>,
    /// What, as a lower-case fragment.
    pub problem: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        f.write_str(&self.problem)
    }
}

/// One entry (`item`) of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Entry {
    /// Plain text.
    pub title: Option<String>,
    /// Absolute `http` or `https` address of the story's page.
    pub link: Option<String>,
    /// `guid` or `id`, as it stands.
    pub id: Option<String>,
    /// ISO 8601 with the offset from UTC as far as the feed says.
    pub published: Option<String>,
    /// The same, of the last change.
    pub updated: Option<String>,
    /// Who wrote it, without "By" and without mail addresses.
    pub byline: Option<String>,
    /// The outlet: the entry's own publisher or source, else the feed's title.
    pub source: Option<String>,
    /// ISO 639-1 code: the entry's own, else the feed's.
    pub language: Option<String>,
    /// `description` or `summary`.
    pub summary: Option<Content>,
    /// `content:encoded` or `content`.
    pub content: Option<Content>,
    /// Media type of an attached recording.
    pub recording: Option<String>,
    /// Line of the feed on which the entry begins, from 1.
    pub line: Option<u32>,
}

/// A text of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Content {
    /// HTML or plain text.
    pub body: String,
    /// Which of the two.
    pub is_html: bool,
    /// First and last line of the feed on which it stands, from 1.
    pub lines: (u32, u32),
}

/// Whether a text is a feed, told by its root: `rss`, `rdf:RDF` that speaks of RSS, `feed` or `entry` in Atom's
/// namespace, or JSON whose `version` is an address at jsonfeed.org.
///
/// # Examples
/// ```
/// use bulletin::article::feed::is_feed;
///
/// assert!(is_feed("<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel/></rss>"));
/// assert!(is_feed(r#"{"version": "https://jsonfeed.org/version/1.1", "items": []}"#));
/// assert!(!is_feed("<feed><animal>cow</animal></feed>"));
/// assert!(!is_feed("<rss> is how feeds begin, she said."));
/// ```
pub fn is_feed(text: &str) -> bool {
    json::is_feed(text) || root::is_feed(text.trim_start_matches('\u{feff}'))
}

/// The feed in `bytes`; `name` is what the user called it, `charset` what an HTTP header said of it.
///
/// Encoding: byte-order mark, valid UTF-8, `charset`, the XML declaration, a guess, in this order.
/// Cost: linear; less than a second for 5 MB without optimisation, in less than ten times its memory.
///
/// # Errors
/// [`Error::TooLarge`] past [`Settings::limit_bytes`], [`Error::NotText`] for bytes that are not text,
/// [`Error::Malformed`] for what is not a feed, declares entities, nests too deep or has no complete entry.
///
/// # Examples
/// ```
/// use bulletin::article::{Settings, feed};
///
/// let text = b"<rss version='2.0'><channel><title>The Echo</title><link>https://echo.example/</link>
///     <item><title>Fish &amp;amp; chips</title><link>/fish?a=1&b=2</link><pubDate>Thu, 03 Apr 2025 10:15:00 BST</pubDate></item>
///     <item><title>Cut o";
/// let feed = feed::read(text, "echo.rss", None, &Settings::default()).unwrap();
/// let entry = &feed.entries[0];
/// assert_eq!(entry.title.as_deref(), Some("Fish & chips"));
/// assert_eq!(entry.link.as_deref(), Some("https://echo.example/fish?a=1&b=2"));
/// assert_eq!(entry.published.as_deref(), Some("2025-04-03T10:15:00+01:00"));
/// assert_eq!(feed.entries.len(), 1);
/// assert_eq!(feed.problems[1].to_string(), "line 3: the feed is cut off inside entry 2, which was left out");
/// ```
pub fn read(bytes: &[u8], name: &str, charset: Option<&str>, settings: &Settings) -> Result<Feed> {
    let actual = bytes.len() as u64;
    if actual > settings.limit_bytes {
        return Err(Error::TooLarge { input: name.to_owned(), actual, limit: settings.limit_bytes });
    }
    let decoded = charset::decode(bytes, charset)
        .map_err(|problem| Error::NotText { input: name.to_owned(), problem })?;
    let malformed =
        |Refusal { line, problem }| Error::Malformed { input: name.to_owned(), form: "feed", line, problem };
    let mut problems = Vec::new();
    let text = clean(&decoded, &mut problems);
    let mut mended = if text.trim_start().starts_with('{') { json::mend(&text) } else { mend::mend(&text) }
        .map_err(malformed)?;
    problems.append(&mut mended.problems);
    if mended.entries.is_empty() {
        let why = problems.last().map(|problem| format!(" ({problem})")).unwrap_or_default();
        return Err(malformed(Refusal { line: None, problem: format!("it has no complete entry{why}") }));
    }
    mended.problems = problems;
    let model = parse(&mended).map_err(malformed)?;
    Ok(entries::assemble(model, mended, name, settings))
}

/// The text without characters that XML forbids.
fn clean<'a>(decoded: &'a str, problems: &mut Vec<Problem>) -> Cow<'a, str> {
    let text = decoded.trim_start_matches('\u{feff}');
    let line = |wanted: fn(char) -> bool| {
        let at = text.find(wanted).unwrap_or(0);
        Some(aside::Lines::new(text).of(at))
    };
    let unread = text.chars().filter(|c| *c == '\u{fffd}').count();
    if unread > 0 {
        let problem = format!("a character could not be read in the feed's encoding {}", times(unread));
        problems.push(Problem { line: line(|c| c == '\u{fffd}'), problem });
    }
    let forbidden = text.chars().filter(|c| !is_allowed(*c)).count();
    if forbidden == 0 {
        return Cow::Borrowed(text);
    }
    let problem = format!("a control character was taken out {}", times(forbidden));
    problems.push(Problem { line: line(|c| !is_allowed(c)), problem });
    Cow::Owned(text.chars().filter(|c| is_allowed(*c)).collect())
}

/// The crate's model of a mended feed.
fn parse(mended: &Mended) -> Result<feed_rs::model::Feed, Refusal> {
    let parser = feed_rs::parser::Builder::new()
        // Dates and missing ids are our own business; the crate's ids are random.
        .timestamp_parser(|_| None)
        .id_generator(|_, _, _| String::new())
        .build();
    // Nothing that is known to make the crate panic is left in a mended feed.
    let refused = |problem| Refusal { line: None, problem };
    let model = catch_unwind(AssertUnwindSafe(|| parser.parse(mended.document.as_bytes())))
        .map_err(|_| refused("the parser gave up on it".into()))?
        .map_err(|error| refused(error.to_string()))?;
    if model.entries.len() == mended.entries.len() {
        Ok(model)
    } else {
        Err(refused(format!("{} of its {} entries can be read", model.entries.len(), mended.entries.len())))
    }
}

/// The story of a feed that is one story: a single entry with its whole text.
///
/// # Errors
/// As [`read`], and [`Error::Malformed`] for a feed of several entries or of a teaser.
pub(super) fn single(bytes: &[u8], name: &str, settings: &Settings) -> Result<Article> {
    let feed = read(bytes, name, None, settings)?;
    let refused = |line: Option<u32>, problem: String| Error::Malformed {
        input: name.to_owned(),
        form: "article",
        line,
        problem,
    };
    let [entry] = feed.entries.as_slice() else {
        return Err(refused(None, format!("it is a feed of {} entries, not one story", feed.entries.len())));
    };
    if let Some(article) = entry.article(name, settings)? {
        return Ok(article);
    }
    let why = entry.fullness();
    let link = entry.link.as_deref().map(|link| format!("; the story is at {link}")).unwrap_or_default();
    Err(refused(entry.line, format!("it is a feed whose one entry {why}{link}")))
}
