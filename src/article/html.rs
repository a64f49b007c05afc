//! HTML → [`Article`]: the story of a page, its metadata, and a verdict on every other text of the page.
//!
//! Bytes become text (`charset`), text a small tree with line numbers (`dom`), the tree blocks (`blocks`). The crate
//! `trafilatura` says which texts are the story (`select`); the page's own structure corrects it, the cleaning pass
//! that plain text goes through too takes out what goes by its wording (`story`), and what the page says of itself
//! in JSON-LD, OpenGraph and microdata wins over what the pass guesses (`meta`). Text always comes from our own
//! walk: whoever wrote the page sees the same words in the same order, neither glued nor torn.
//!
//! Bounded: size by the settings, nesting and number of elements while parsing, and time by [`DEADLINE_S`]. The work
//! is done on a thread with a large stack (`worker`), because the crate recurses.
//!
//! It refuses pages without a story; it does not run scripts, so a page that is drawn by them has only the story
//! that its JSON-LD holds.

pub(super) mod blocks;
pub(super) mod charset;
pub(super) mod dom;
pub(super) mod jsonld;
mod meta;
mod place;
mod scripts;
mod select;
mod story;
pub(super) mod when;
mod worker;

use super::marked::{self, Marked};
use super::{Article, Dropped, Kind, Settings};
use crate::{Error, Result};
pub(super) use blocks::Role;
use dom::{Page, Refusal};
pub(super) use meta::language;
use regex::Regex;
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use story::Story;
use worker::Failure;

/// Seconds after which a page is given up. The slowest of 1,300 real pages took a tenth of a second.
pub const DEADLINE_S: u64 = 10;

/// Reads a page that came with a name and, from an HTTP header, perhaps a charset.
///
/// Cost: about 10 ms for a page of 170 kB, on one thread beside the caller's.
///
/// # Errors
/// [`Error::TooLarge`] past [`Settings::limit_bytes`], [`Error::NotText`] for bytes that are not text,
/// [`Error::Malformed`] for a page past the limits on elements or time, [`Error::EmptyArticle`] for a page without a
/// story, [`Error::Config`] for a house pattern that does not compile.
///
/// # Examples
/// ```
/// use bulletin::article::{Kind, Settings, html};
///
/// let page = b"<html lang=en><title>Bridge to close | The Echo</title><body><nav><a href=/>Home</a></nav>\
///     <article><h1>Bridge to close</h1><p>The old <b>river</b>bridge will close on Monday, the council said.</p>\
///     <p>It is to be painted blue.</p></article></body></html>";
/// let article = html::read(page, "page.html", None, &Settings::default()).unwrap();
/// assert_eq!(article.headline.as_deref(), Some("Bridge to close"));
/// assert_eq!(article.paragraphs[0].text, "The old riverbridge will close on Monday, the council said.");
/// assert_eq!(article.dropped[0].kind, Kind::Nav);
/// ```
pub fn read(bytes: &[u8], name: &str, charset: Option<&str>, settings: &Settings) -> Result<Article> {
    refuse_large(bytes.len(), name, settings)?;
    let html = charset::decode(bytes, charset)
        .map_err(|problem| Error::NotText { input: name.to_owned(), problem })?
        .into_owned();
    on_a_thread(html, name, settings, extract)
}

/// Reads a piece of HTML that is a story already, such as the content of a feed's entry: every text is story unless
/// the cleaning pass or the markup (captions, controls, what is hidden) says otherwise.
///
/// # Errors
/// As [`read`].
///
/// # Examples
/// ```
/// use bulletin::article::{Settings, html};
///
/// let article = html::fragment("<p>One man was hurt.</p><p>No one else was.</p>", "entry 1", &Settings::default()).unwrap();
/// assert_eq!(article.paragraphs.len(), 2);
/// ```
pub fn fragment(html: &str, name: &str, settings: &Settings) -> Result<Article> {
    refuse_large(html.len(), name, settings)?;
    on_a_thread(html.to_owned(), name, settings, extract_fragment)
}

/// Whether a text is an HTML page, or a piece of one, rather than a text that mentions tags.
///
/// # Examples
/// ```
/// use bulletin::article::html::is_html;
///
/// assert!(is_html("<!DOCTYPE html><p>One."));
/// assert!(!is_html("The <title> tag came in 1992, he said.\nHe left."));
/// ```
pub fn is_html(text: &str) -> bool {
    static ROOT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?is)^\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,5000}?-->\s*)*(?:<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>])")
            .expect("a constant pattern")
    });
    static OPENING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^\s*<(?:div|article|section|main|header|p|h[1-6]|meta|title|link|script|style|figure|table|ul|ol|blockquote|span|center|aside|nav)[\s>]")
            .expect("a constant pattern")
    });
    static TAG: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)</?(?:html|head|body|div|article|section|main|header|footer|p|h[1-6]|li|ul|ol|td|tr|table|a|span|img|br|figure|script|style|meta|link|nav|aside|blockquote|strong|em|b|i)(?:\s[^<>]{0,2000})?/?>")
            .expect("a constant pattern")
    });
    /// Enough of an input to tell its form.
    const SAMPLE_BYTES: usize = 200_000;
    let text = text.trim_start_matches('\u{feff}');
    let sample = &text[..text.floor_char_boundary(SAMPLE_BYTES)];
    if ROOT.is_match(sample) {
        return true;
    }
    if !sample.contains('<') {
        return false;
    }
    let (mut tags, mut bytes) = (0, 0);
    for tag in TAG.find_iter(sample).take(2000) {
        tags += 1;
        bytes += tag.as_str().len();
    }
    if OPENING.is_match(sample) {
        return tags >= 4;
    }
    // Warnings or headers may stand before a page.
    let lower = sample.to_ascii_lowercase();
    let whole = lower.contains("<html") && (lower.contains("<body") || lower.contains("</head"));
    whole && tags >= 10 && bytes * 10 >= sample.len()
}

fn refuse_large(actual: usize, name: &str, settings: &Settings) -> Result<()> {
    if actual as u64 > settings.limit_bytes {
        let (input, limit) = (name.to_owned(), settings.limit_bytes);
        return Err(Error::TooLarge { input, actual: actual as u64, limit });
    }
    Ok(())
}

type Work<T> = fn(&str, &str, &Settings, Instant) -> Result<T>;

/// Runs `work` on a thread with a large stack and gives it up at the deadline.
fn on_a_thread<T: Send + 'static>(html: String, name: &str, settings: &Settings, work: Work<T>) -> Result<T> {
    let limit = Duration::from_secs(DEADLINE_S);
    #[allow(
        clippy::disallowed_methods,
        reason = "a deadline against hostile pages; no result depends on the clock"
    )]
    let deadline = Instant::now() + limit;
    let (owned, wanted) = (name.to_owned(), settings.clone());
    let done = worker::run(limit + Duration::from_secs(1), move || work(&html, &owned, &wanted, deadline));
    done.unwrap_or_else(|failure| {
        let problem = match failure {
            Failure::Memory => "there is no memory for a thread to read it".to_owned(),
            Failure::Time => too_slow(),
            Failure::Panic => "the extractor failed on its markup".to_owned(),
        };
        Err(malformed(name, problem))
    })
}

fn too_slow() -> String {
    format!("its markup takes more than {DEADLINE_S} seconds to read")
}

fn parse(html: &str, name: &str, deadline: Instant) -> Result<Page> {
    Page::parse(&scripts::blanked(html), deadline).map_err(|refusal| {
        let problem = match refusal {
            Refusal::Nodes => format!("it has more than {} elements and texts", dom::NODE_LIMIT),
            Refusal::Time => too_slow(),
        };
        malformed(name, problem)
    })
}

fn malformed(name: &str, problem: String) -> Error {
    Error::Malformed { input: name.to_owned(), form: "web page", line: None, problem }
}

fn extract(html: &str, name: &str, settings: &Settings, deadline: Instant) -> Result<Article> {
    let page = parse(html, name, deadline)?;
    let blocks = blocks::blocks(&page);
    let meta = meta::read(&page);
    let mut story = Story::new(&page, &blocks, &meta, &select::select(&page, false));
    if story.misses_prose() {
        story = Story::new(&page, &blocks, &meta, &select::select(&page, true));
    }
    story.correct();
    let selected = story.selected_bytes();
    let mut article = story.article(settings)?;
    // A page that scripts draw has no text but what it tells search engines.
    if let Some(body) = meta
        .body
        .as_deref()
        .filter(|b| b.len() > 2 * selected && (selected < 600 || !marked::is_story(&article.paragraphs)))
    {
        let line = meta.body_line;
        let left_out = std::mem::take(&mut article.dropped);
        let spoken = std::mem::take(&mut article.paragraphs);
        article = told(body, line, &meta, settings)?;
        let of_page = spoken.into_iter().filter(|p| !body.contains(p.text.as_str())).map(|p| Dropped {
            line: p.lines.0,
            text: p.text,
            kind: Kind::Noise,
            reason: "the page's own text is too short for a story; its JSON-LD has one".into(),
        });
        article.dropped.extend(left_out.into_iter().chain(of_page));
        article.dropped.sort_by_key(|d| d.line);
    }
    finish(article, name)
}

/// The article that JSON-LD tells.
fn told(body: &str, line: usize, meta: &meta::Meta, settings: &Settings) -> Result<Article> {
    let texts: Vec<(usize, Marked)> = jsonld::paragraphs(body)
        .into_iter()
        .enumerate()
        .map(|(i, text)| (i, Marked { text, lines: (line, line), after_break: false }))
        .collect();
    let mut article = marked::clean(&texts, meta.headline.as_deref(), settings)?.into_article(&texts);
    meta.write(&mut article, settings);
    Ok(article)
}

fn extract_fragment(html: &str, name: &str, settings: &Settings, deadline: Instant) -> Result<Article> {
    let page = parse(html, name, deadline)?;
    let blocks = blocks::blocks(&page);
    let meta = meta::Meta::default();
    let mut story = Story::new(&page, &blocks, &meta, &[]);
    story.select_all();
    story.correct();
    finish(story.article(settings)?, name)
}

/// One text of a piece of HTML.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) text: String,
    /// Lines of the piece, from 1.
    pub(super) lines: (usize, usize),
    pub(super) role: Role,
    /// Kept from sight by its own attributes.
    pub(super) hidden: bool,
    /// A link and nothing else, without the end of a sentence.
    pub(super) whole_link: bool,
    /// Parted from the text before it by a line break only.
    pub(super) after_break: bool,
}

/// The texts of a piece of HTML with their roles, for readers that have a story's metadata from elsewhere and clean
/// the texts with it.
///
/// # Errors
/// [`Error::NotText`] past the limits on elements or time.
pub(super) fn shown(html: &str, name: &str, settings: &Settings) -> Result<Vec<Shown>> {
    on_a_thread(html.to_owned(), name, settings, show)
}

fn show(html: &str, name: &str, _: &Settings, deadline: Instant) -> Result<Vec<Shown>> {
    let page = parse(html, name, deadline)?;
    Ok(blocks::blocks(&page)
        .into_iter()
        .map(|block| Shown {
            lines: (block.lines.0 as usize, block.lines.1 as usize),
            role: block.role,
            hidden: block.hidden.is_some(),
            whole_link: block.linked == block.text.len()
                && !marked::is_sentence(&block.text)
                && !block.text.contains("://"),
            after_break: block.after_break,
            text: block.text,
        })
        .collect())
}

fn finish(article: Article, name: &str) -> Result<Article> {
    if marked::is_story(&article.paragraphs) {
        return Ok(article);
    }
    Err(Error::EmptyArticle {
        input: name.to_owned(),
        dropped: article.dropped.len() + article.paragraphs.len(),
    })
}
