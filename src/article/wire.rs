//! Wire formats → [`Item`]s: NITF 3.x, NewsML-G2, NewsML 1.x and ninjs 1.x to 3.x (IPTC).
//!
//! A wire says more than a page: what may be done with a story, from when and until when, and which version it is.
//! [`read`] keeps all of that beside the [`Article`](super::Article); [`Item::release`] is the gate between the two
//! and the air, and [`newest`] picks among versions. All of it is pure: the hour is the caller's.
//!
//! Every text of an input is a paragraph of an item or in its article's `dropped`, with its line. Alternative forms
//! of one story (NITF and plain text side by side) are read once, the best marked-up first, and the others listed as
//! what they repeat.
//!
//! It refuses what is not well-formed, document types with entities, and inputs past the limits in `xml`; fetches
//! nothing that an item only refers to; and does not voice pictures, packages, events or encoded data.

mod body;
pub mod embargo;
mod item;
mod moment;
mod newsml_1;
mod newsml_g2;
mod ninjs;
mod nitf;
mod story;
mod walk;
mod xml;

pub use item::{Item, ItemKind, Newest, Status, Superseded, newest};
pub use moment::Moment;

use super::html::charset;
use super::{Article, Settings};
use crate::{Error, Result};
use serde::Serialize;
use xml::{Flaw, Lines};

/// The items of one message that are read: a day's service has fewer, and each costs a pass over its text.
pub const ITEM_LIMIT: usize = 1000;

/// A wire format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WireForm {
    /// NITF 3.x.
    Nitf,
    /// NewsML-G2: an item by itself or a news message.
    NewsMlG2,
    /// NewsML 1.0 to 1.2.
    NewsMl1,
    /// ninjs: an object, or several in a list or under `items`, `_items`, `hits` or `results`.
    Ninjs,
}

impl WireForm {
    /// The format's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nitf => "NITF",
            Self::NewsMlG2 => "NewsML-G2",
            Self::NewsMl1 => "NewsML 1",
            Self::Ninjs => "ninjs",
        }
    }
}

/// The wire format of a text, by its root element or the properties of its JSON.
///
/// # Examples
/// ```
/// use bulletin::article::wire::{WireForm, of};
///
/// assert_eq!(of("<?xml version=\"1.0\"?><nitf><body/></nitf>"), Some(WireForm::Nitf));
/// assert_eq!(of(r#"{"uri": "urn:x:1", "pubstatus": "usable", "headline": "A", "body_text": "B."}"#), Some(WireForm::Ninjs));
/// assert_eq!(of(r#"{"@type": "NewsArticle", "articleBody": "B."}"#), None);
/// assert_eq!(of("<html><body>The element nitf</body></html>"), None);
/// ```
pub fn of(text: &str) -> Option<WireForm> {
    if super::json::is_json(text) {
        return ninjs::is_ninjs(text).then_some(WireForm::Ninjs);
    }
    match xml::root(text)? {
        "nitf" => Some(WireForm::Nitf),
        "NewsML" => Some(WireForm::NewsMl1),
        "newsMessage" => Some(WireForm::NewsMlG2),
        name if newsml_g2::is_item(name) || newsml_g2::is_fragment(name) => Some(WireForm::NewsMlG2),
        _ => None,
    }
}

/// Where an item stands, for messages, and how it is to be read.
#[derive(Debug)]
struct Place<'a> {
    name: &'a str,
    /// Place among several, from 1.
    number: Option<usize>,
    settings: &'a Settings,
}

impl Place<'_> {
    fn input(&self) -> String {
        match self.number {
            Some(number) => format!("{}, item {number}", self.name),
            None => self.name.to_owned(),
        }
    }
}

/// The items of a wire message, in its order.
///
/// An item that must not be voiced is among them; [`Item::release`] tells.
///
/// Cost: linear in the length of the input.
///
/// # Errors
/// [`Error::TooLarge`] past [`Settings::limit_bytes`], [`Error::NotText`] for bytes that are not text,
/// [`Error::Malformed`] with the line for what does not follow its format and for what is no wire,
/// [`Error::Config`] for a house pattern that does not compile.
///
/// # Examples
/// ```
/// use bulletin::article::{Kind, Settings, wire};
///
/// let nitf = br#"<nitf><head><docdata management-status="usable"><doc-id id-string="x-1"/><urgency ed-urg="4"/></docdata></head>
/// <body><body.head><hedline><hl1>Bridge to close</hl1></hedline><byline>By Ann Orme</byline></body.head>
/// <body.content><p>The bridge will close on Monday.</p><hl2>What next</hl2><p>It is to be painted blue.</p></body.content></body></nitf>"#;
/// let items = wire::read(nitf, "story.xml", &Settings::default()).unwrap();
/// assert_eq!(items[0].guid.as_deref(), Some("x-1"));
/// assert_eq!(items[0].article.paragraphs.len(), 2);
/// assert_eq!(items[0].article.dropped[2].kind, Kind::Crosshead);
/// ```
pub fn read(bytes: &[u8], name: &str, settings: &Settings) -> Result<Vec<Item>> {
    if bytes.len() as u64 > settings.limit_bytes {
        let (input, actual, limit) = (name.to_owned(), bytes.len() as u64, settings.limit_bytes);
        return Err(Error::TooLarge { input, actual, limit });
    }
    let text =
        charset::decode(bytes, None).map_err(|problem| Error::NotText { input: name.to_owned(), problem })?;
    let malformed = |form: &'static str, flaw: Flaw| Error::Malformed {
        input: name.to_owned(),
        form,
        line: flaw.line,
        problem: flaw.problem,
    };
    let place = Place { name, number: None, settings };
    let Some(form) = of(&text) else {
        let problem =
            if text.trim().is_empty() { "it is empty" } else { "it is none of NITF, NewsML and ninjs" };
        return Err(malformed("wire", Flaw { line: None, problem: problem.into() }));
    };
    let mut items = if form == WireForm::Ninjs {
        ninjs::read(&text, &place)?
    } else {
        let refused = |flaw| malformed(form.name(), flaw);
        let lines = Lines::of(text.strip_prefix('\u{feff}').unwrap_or(&text), 1);
        let guarded = xml::guarded(&text, &lines).map_err(refused)?;
        // A character for an entity moves what follows on its line, and no line.
        let lines = Lines::of(&guarded, 1);
        let tree = xml::parse(&guarded, &lines).map_err(refused)?;
        let root = tree.root_element();
        match form {
            WireForm::Nitf => nitf::read(root, &lines, &place)?,
            WireForm::NewsMl1 => newsml_1::read(root, &lines, &place)?,
            _ => newsml_g2::read(root, &lines, &place)?,
        }
    };
    // A line break written as a reference ("&#10;") counts inside a plain text and is no line of the input.
    let last = text.split('\n').count();
    for item in &mut items {
        item.article.dropped.iter_mut().for_each(|d| d.line = d.line.min(last));
        for paragraph in &mut item.article.paragraphs {
            paragraph.lines = (paragraph.lines.0.min(last), paragraph.lines.1.min(last));
        }
    }
    Ok(items)
}

/// The article of a wire message with one story. Status is judged, embargo and expiry cannot be: that takes a clock,
/// and callers who have one use [`read`] and [`Item::release`].
pub(super) fn single(bytes: &[u8], name: &str, form: WireForm, settings: &Settings) -> Result<Article> {
    item::single(read(bytes, name, settings)?, name, form)
}

/// Refuses a message with more items than are read.
fn refuse_many(count: usize, form: WireForm, name: &str) -> Result<()> {
    if count <= ITEM_LIMIT {
        return Ok(());
    }
    let problem = format!("it holds {count} items, more than the limit of {ITEM_LIMIT}");
    Err(Error::Malformed { input: name.to_owned(), form: form.name(), line: None, problem })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_by_content() {
        use WireForm::{NewsMl1, NewsMlG2, Ninjs, Nitf};
        for (text, form) in [
            ("<nitf/>", Some(Nitf)),
            ("\u{feff}<?xml version='1.0'?>\n<!DOCTYPE nitf SYSTEM 'nitf-3-6.dtd'>\n<nitf>", Some(Nitf)),
            ("<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/'><html><body><p>", Some(NewsMlG2)),
            ("<n:newsMessage>", Some(NewsMlG2)),
            ("<packageItem>", Some(NewsMlG2)),
            ("<contentSet>", Some(NewsMlG2)),
            ("<NewsML>", Some(NewsMl1)),
            ("<rss><channel><title>nitf</title></channel></rss>", None),
            ("<html><body><nitf></nitf></body></html>", None),
            ("The <nitf> element", None),
            ("{\"uri\": \"u\", \"versionCreated\": \"2025-03-03\", \"pubStatus\": \"usable\"}", Some(Ninjs)),
            ("{\"uri\": \"u\", \"standard\": {\"name\": \"ninjs\"}}", Some(Ninjs)),
            (
                "[{\"uri\": \"u\", \"type\": \"text\", \"headline\": \"H\", \"body_xhtml\": \"<p>B.</p>\"}]",
                Some(Ninjs),
            ),
            (
                "{\"_items\": [{\"guid\": \"u\", \"versioncreated\": \"x\", \"body_html\": \"<p>B.</p>\"}]}",
                Some(Ninjs),
            ),
            ("{\"uri\": \"u\", \"versioncreated\": \"x\", \"body_text\": \"cut o", Some(Ninjs)),
            ("{\"paragraphs\": [\"One.\"], \"headline\": \"H\"}", None),
            ("{\"@type\": \"NewsArticle\", \"headline\": \"H\", \"uri\": \"u\", \"version\": \"1\"}", None),
            ("{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": [{\"id\": \"1\"}]}", None),
            ("{\"uri\": \"u\", \"type\": \"text\"}", None),
            ("", None),
        ] {
            assert_eq!(of(text), form, "{text}");
        }
    }
}
