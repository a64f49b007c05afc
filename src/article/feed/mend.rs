//! A feed in XML, as found → one that the crate `feed-rs` reads, and what it would not tell us.
//!
//! The crate gives up a whole feed for one bare `&`, a missing end or an unknown content type; it panics on a long
//! `itunes:duration` and on an author whose address touches a letter outside ASCII, recurses as deep as
//! `media:group` and `itunes:category` nest, and writes attributes of XHTML without escaping them. So only elements
//! that a bulletin needs reach it, each flat: text escaped once, markup inside as escaped HTML. Dates, names,
//! languages, bases and lines are set aside here, entry by entry, because the crate drops or misreads them.
//!
//! An entry that does not end is left out, the complete ones before it are kept. Each mend is reported.

use super::aside::{AUTHOR_LIMIT, Aside, Lines, Mended, Refusal, recording, times};
use super::document::{self, Inner, atom_type, write_tag};
use super::markup::{Token, Tokens, attribute, decode, escape, local};
use super::names::{Dialect, Form, Namespace, Place, Prefixes, Use, usage};
use super::{ENTRY_LIMIT, Problem, root};
use crate::article::html::dom::is_void;
use std::borrow::Cow;
use std::fmt::Write as _;
use url::Url;

/// Deepest nesting of elements. XHTML inside an entry has a few tens; nothing here or in what follows recurses on
/// it, but what nests deeper is not a feed and costs time.
pub(super) const DEPTH_LIMIT: usize = 1000;

/// An element that is open.
#[derive(Debug)]
struct Open<'a> {
    name: &'a str,
    place: Place,
    namespace: Namespace,
    base: Option<Url>,
    language: Option<String>,
}

/// What an entry's link says where it has none.
pub(super) const NO_LINK: &str = "about:blank";

/// How often one mend occurred, and where first.
#[derive(Default)]
struct Tally {
    count: usize,
    line: u32,
}

struct Mender<'a> {
    tokens: Tokens<'a>,
    lines: Lines<'a>,
    prefixes: Prefixes,
    dialect: Dialect,
    stack: Vec<Open<'a>>,
    /// The feed's own elements, and all complete entries, for the new document.
    feed_out: String,
    entries_out: String,
    /// The entry that is open, and the names it already has.
    entry_out: String,
    seen: Vec<&'static str>,
    feed_seen: Vec<&'static str>,
    head: Aside,
    entry: Aside,
    entries: Vec<Aside>,
    beyond: usize,
    bare: Tally,
    unclosed: Tally,
}

/// Mends a feed in XML. `text` has no characters that XML forbids.
pub(super) fn mend(text: &str) -> Result<Mended, Refusal> {
    let mut tokens = Tokens::new(text);
    let root = root::find(&mut tokens, text)?;
    let mut mender = Mender {
        tokens,
        lines: Lines::new(text),
        prefixes: Prefixes::default(),
        dialect: root.dialect,
        stack: Vec::new(),
        feed_out: String::new(),
        entries_out: String::with_capacity(text.len()),
        entry_out: String::new(),
        seen: Vec::new(),
        feed_seen: Vec::new(),
        head: Aside::default(),
        entry: Aside::default(),
        entries: Vec::new(),
        beyond: 0,
        bare: Tally::default(),
        unclosed: Tally::default(),
    };
    let inherited = if root.dialect == Dialect::Atom { Namespace::Atom } else { Namespace::Rss };
    mender.prefixes.resolve(root.name, root.attributes, inherited);
    mender.push(root.name, root.attributes, Place::Root, inherited);
    mender.head.base = mender.base();
    mender.head.language = mender.language();
    if local(root.name) == "entry" {
        mender.enter_item(root.name, root.attributes, Namespace::Atom, root.at);
    }
    mender.walk()?;
    Ok(mender.finish())
}

impl<'a> Mender<'a> {
    fn base(&self) -> Option<Url> {
        self.stack.last().and_then(|open| open.base.clone())
    }

    fn language(&self) -> Option<String> {
        self.stack.last().and_then(|open| open.language.clone())
    }

    fn push(&mut self, name: &'a str, attributes: &str, place: Place, namespace: Namespace) {
        let base = match (attribute(attributes, "xml:base"), self.base()) {
            (Some(own), Some(outer)) => outer.join(own.trim()).ok().or(Some(outer)),
            (Some(own), None) => Url::parse(own.trim()).ok(),
            (None, outer) => outer,
        };
        let language = attribute(attributes, "xml:lang").map(|own| own.trim().to_owned());
        let language = language.filter(|own| !own.is_empty()).or_else(|| self.language());
        self.stack.push(Open { name, place, namespace, base, language });
    }

    fn walk(&mut self) -> Result<(), Refusal> {
        while let Some((at, token)) = self.tokens.next() {
            match token {
                Token::Start { name, attributes, empty } => self.start(at, name, attributes, empty)?,
                Token::End { name } => self.end(at, name),
                Token::Text(_) | Token::CData(_) | Token::Doctype(_) => {}
            }
            if self.stack.is_empty() {
                break;
            }
        }
        Ok(())
    }

    fn start(&mut self, at: usize, name: &'a str, attributes: &'a str, empty: bool) -> Result<(), Refusal> {
        let Some(open) = self.stack.last() else { return Ok(()) };
        let place = open.place;
        let namespace = self.prefixes.resolve(name, attributes, open.namespace);
        let what = usage(self.dialect, place, namespace, local(name));
        // An entry inside an entry: the first was not closed.
        let is_entry = |place| usage(self.dialect, place, namespace, local(name)) == Use::Enter(Place::Item);
        if place != Place::Root && what == Use::Skip && (is_entry(Place::Root) || is_entry(Place::Channel)) {
            self.note_unclosed(at);
            while self.stack.last().is_some_and(|o| !matches!(o.place, Place::Root | Place::Channel)) {
                self.close();
            }
            return self.start(at, name, attributes, empty);
        }
        match what {
            Use::Enter(_) if empty => {}
            Use::Enter(Place::Item) if self.entries.len() >= ENTRY_LIMIT => {
                self.beyond += 1;
                self.inner(name, empty, false)?;
            }
            Use::Enter(Place::Item) => self.enter_item(name, attributes, namespace, at),
            Use::Enter(inner) => self.push(name, attributes, inner, namespace),
            Use::AtomLink => {
                self.atom_link(attributes);
                self.inner(name, empty, false)?;
            }
            Use::Enclosure => {
                let kind = attribute(attributes, "type").unwrap_or_default().into_owned();
                self.recording(&kind, &attribute(attributes, "url").unwrap_or_default());
                self.inner(name, empty, false)?;
            }
            _ => {
                let markup = matches!(what, Use::Text(_, Form::Atom))
                    && attribute(attributes, "type").is_some_and(|kind| kind.contains("xhtml"));
                if let Some(inner) = self.inner(name, empty, markup)? {
                    self.put(what, attributes, &inner);
                }
            }
        }
        Ok(())
    }

    fn enter_item(&mut self, name: &'a str, attributes: &str, namespace: Namespace, at: usize) {
        self.push(name, attributes, Place::Item, namespace);
        self.entry_out.clear();
        self.seen.clear();
        self.entry = Aside {
            line: self.lines.of(at),
            base: self.base(),
            language: self.language().filter(|own| self.head.language.as_ref() != Some(own)),
            fallback: attribute(attributes, "rdf:about").map(Cow::into_owned),
            ..Aside::default()
        };
    }

    /// An end tag. One that closes nothing is passed over, one that closes more than itself closes it all.
    fn end(&mut self, at: usize, name: &str) {
        let Some(depth) = self.stack.iter().rposition(|open| open.name == name) else { return };
        if depth + 1 < self.stack.len() {
            self.note_unclosed(at);
        }
        while self.stack.len() > depth {
            self.close();
        }
    }

    fn close(&mut self) {
        if self.stack.pop().is_some_and(|open| open.place == Place::Item) {
            let tag = if self.dialect == Dialect::Atom { "entry" } else { "item" };
            // The crate passes over RSS 1.0 entries without a link, and the entries must stay in step.
            if self.dialect == Dialect::Rdf && !self.seen.contains(&"link") {
                self.entry_out.push_str("<link>");
                self.entry_out.push_str(NO_LINK);
                self.entry_out.push_str("</link>");
            }
            self.entries_out.push('<');
            self.entries_out.push_str(tag);
            self.entries_out.push('>');
            self.entries_out.push_str(&self.entry_out);
            self.entries_out.push_str("</");
            self.entries_out.push_str(tag);
            self.entries_out.push('>');
            self.entries.push(std::mem::take(&mut self.entry));
        }
    }

    fn note_unclosed(&mut self, at: usize) {
        let line = self.lines.of(at);
        self.unclosed.count += 1;
        if self.unclosed.count == 1 {
            self.unclosed.line = line;
        }
    }

    fn too_deep(&mut self, at: usize) -> Refusal {
        let problem = format!("its elements nest deeper than {DEPTH_LIMIT}");
        Refusal { line: Some(self.lines.of(at)), problem }
    }

    /// Everything up to the end of the element that was just opened; `None` where the input ends before. Text is
    /// escaped where the element holds `markup`, so that what was text stays text beside the tags.
    fn inner(&mut self, name: &str, empty: bool, markup: bool) -> Result<Option<Inner>, Refusal> {
        let mut inner = Inner { text: String::new(), marked: markup, lines: (0, 0) };
        if empty {
            return Ok(Some(inner));
        }
        // Elements of the same name, and of any, open inside.
        let (mut same, mut depth) = (0usize, 0usize);
        while let Some((at, token)) = self.tokens.next() {
            if inner.lines.0 == 0 {
                inner.lines.0 = match token {
                    Token::Text(text) | Token::CData(text) if text.trim_start().is_empty() => 0,
                    Token::Text(text) | Token::CData(text) => {
                        self.lines.of(at + text.len() - text.trim_start().len())
                    }
                    _ => self.lines.of(at),
                };
            }
            match token {
                Token::Text(text) => {
                    let before = self.bare.count;
                    let whole = decode(text, &mut self.bare.count);
                    if before == 0 && self.bare.count > 0 {
                        self.bare.line = self.lines.of(at + text.find('&').unwrap_or(0));
                    }
                    inner.push(&whole, markup);
                }
                Token::CData(text) => inner.push(text, markup),
                // The next entry: neither this element nor its entry was closed.
                Token::Start { name: child, .. }
                    if self.stack.iter().any(|open| open.place == Place::Item && open.name == child) =>
                {
                    self.note_unclosed(at);
                    inner.lines.1 = self.lines.of(at);
                    self.tokens.seek(at);
                    return Ok(Some(inner));
                }
                Token::Start { name: child, attributes, empty } => {
                    inner.marked = true;
                    write_tag(&mut inner.text, child, attributes, empty);
                    if !empty && !is_void(local(child)) {
                        depth += 1;
                        same += usize::from(child == name);
                    }
                    if depth > DEPTH_LIMIT {
                        return Err(self.too_deep(at));
                    }
                }
                Token::End { name: child } if child == name && same == 0 => {
                    inner.lines.1 = self.lines.of(at);
                    return Ok(Some(inner));
                }
                // The end of something outside: this element was not closed.
                Token::End { name: child } if self.stack.iter().any(|open| open.name == child) => {
                    self.note_unclosed(at);
                    inner.lines.1 = self.lines.of(at);
                    self.tokens.seek(at);
                    return Ok(Some(inner));
                }
                Token::End { name: child } => {
                    same -= usize::from(child == name);
                    depth = depth.saturating_sub(1);
                    let _ = write!(inner.text, "</{}>", local(child));
                }
                Token::Doctype(_) => {}
            }
        }
        Ok(None)
    }

    /// Puts what an element says where it belongs; the first of a name stays.
    fn put(&mut self, what: Use, attributes: &str, inner: &Inner) {
        let in_entry = self.stack.iter().any(|open| open.place == Place::Item);
        let aside = if in_entry { &mut self.entry } else { &mut self.head };
        let (out, seen) = if in_entry {
            (&mut self.entry_out, &mut self.seen)
        } else {
            (&mut self.feed_out, &mut self.feed_seen)
        };
        let value = inner.text.trim();
        let set = |field: &mut Option<String>| {
            if field.is_none() && !value.is_empty() {
                *field = Some(value.to_owned());
            }
        };
        let mut write = |tag: &'static str, kind: Option<bool>, value: &str| {
            if value.is_empty() || seen.contains(&tag) {
                return false;
            }
            seen.push(tag);
            let kind = kind.map_or("", |html| if html { " type=\"html\"" } else { " type=\"text\"" });
            let _ = write!(out, "<{tag}{kind}>");
            escape(out, value);
            let _ = write!(out, "</{tag}>");
            true
        };
        match what {
            Use::Text(tag, form) => {
                let kind = match form {
                    Form::Rss => None,
                    Form::Atom => match atom_type(attributes) {
                        Some(html) => Some(html || inner.marked),
                        // Pictures, other XML, or content that lies elsewhere.
                        None => return,
                    },
                };
                if write(tag, kind, value) {
                    match tag {
                        "content" | "content:encoded" => {
                            aside.content_lines = inner.lines;
                            let own = attribute(attributes, "xml:lang").filter(|own| !own.trim().is_empty());
                            aside.language = own.map(Cow::into_owned).or(aside.language.take());
                        }
                        "summary" | "description" => aside.summary_lines = inner.lines,
                        _ => {}
                    }
                }
            }
            Use::Address => {
                let href = attribute(attributes, "href").unwrap_or_default();
                write("link", None, if value.is_empty() { href.trim() } else { value });
            }
            Use::Guid => {
                write("guid", None, value);
                if !attribute(attributes, "isPermaLink").is_some_and(|v| v.eq_ignore_ascii_case("false")) {
                    set(&mut aside.fallback);
                }
            }
            Use::Original => set(&mut aside.original),
            Use::Published => set(&mut aside.published),
            Use::Updated => set(&mut aside.updated),
            Use::Author(rank) if !value.is_empty() && aside.authors.len() < AUTHOR_LIMIT => {
                aside.authors.push((rank, value.to_owned()));
            }
            Use::Source if !value.contains("://") => set(&mut aside.source),
            Use::Language if !value.is_empty() => aside.language = Some(value.to_owned()),
            _ => {}
        }
    }

    /// `<link rel="…" href="…"/>` (RFC 4287, §4.2.7).
    fn atom_link(&mut self, attributes: &str) {
        let value = |name: &str| attribute(attributes, name).unwrap_or_default();
        let (rel, href, kind) = (value("rel"), value("href"), value("type"));
        let in_entry = self.stack.iter().any(|open| open.place == Place::Item);
        let href = href.trim();
        if href.is_empty() {
            return;
        }
        match (&*rel.to_ascii_lowercase(), in_entry) {
            ("" | "alternate", _) if self.dialect == Dialect::Atom => {
                let out = if in_entry { &mut self.entry_out } else { &mut self.feed_out };
                out.push_str("<link rel=\"alternate\" href=\"");
                escape(out, href);
                out.push_str("\" type=\"");
                escape(out, &kind);
                out.push_str("\"/>");
            }
            ("" | "alternate", true) if self.entry.fallback.is_none() => {
                self.entry.fallback = Some(href.to_owned());
            }
            ("self", false) => self.head.own_address = Some(href.to_owned()),
            ("enclosure", true) => self.recording(&kind, href),
            _ => {}
        }
    }

    fn recording(&mut self, kind: &str, address: &str) {
        self.entry.recording = self.entry.recording.take().or_else(|| recording(kind, address));
    }

    fn finish(mut self) -> Mended {
        let mut problems = Vec::new();
        let mut note = |line: Option<u32>, problem: String| problems.push(Problem { line, problem });
        if self.bare.count > 0 {
            let times = times(self.bare.count);
            note(Some(self.bare.line), format!("a bare & stands for itself {times}; it should be &amp;"));
        }
        if self.unclosed.count > 0 {
            let times = times(self.unclosed.count);
            note(Some(self.unclosed.line), format!("an element is not closed {times}"));
        }
        if self.stack.iter().any(|open| open.place == Place::Item) {
            let complete = self.entries.len();
            note(
                Some(self.entry.line),
                format!("the feed is cut off inside entry {}, which was left out", complete + 1),
            );
        } else if !self.stack.is_empty() {
            let line = self.lines.of(self.lines.text.len());
            note(Some(line), format!("the feed is cut off after entry {}", self.entries.len()));
        }
        if self.beyond > 0 {
            note(None, format!("{} entries past the first {ENTRY_LIMIT} were left out", self.beyond));
        }
        let document = document::assemble(self.dialect, &self.feed_out, &self.entries_out);
        Mended { document, head: self.head, entries: self.entries, problems }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str) -> Mended {
        mend(text).unwrap()
    }

    #[test]
    fn nothing_that_makes_the_crate_panic_is_left() {
        let item =
            |inner: &str| format!("<rss><channel><item><title>One</title>{inner}</item></channel></rss>");
        let nested =
            |name: &str| format!("{}{}", format!("<{name}>").repeat(900), format!("</{name}>").repeat(900));
        for (what, inner) in [
            ("a long duration", format!("<itunes:duration>{}</itunes:duration>", "9".repeat(400))),
            ("a letter beside an address", "<author>éann@example.org（Ann）</author>".into()),
            ("the same of Dublin Core", "<dc:creator>…ann@example.org</dc:creator>".into()),
            ("groups in groups", nested("media:group")),
            ("contents in contents", nested("media:content")),
            ("a time in media", "<media:text start=\"99999999999999999999\">x</media:text>".into()),
            ("categories in categories", nested("itunes:category")),
            ("no character", "<description>&#0;&#xd800;&#x110000;</description>".into()),
            ("a base that is none", "<link xml:base=\"http://[\">a</link>".into()),
        ] {
            let mended = mended(&item(&inner));
            let model = feed_rs::parser::parse(mended.document.as_bytes()).unwrap();
            assert_eq!((model.entries.len(), mended.entries.len()), (1, 1), "{what}");
        }
    }

    #[test]
    fn what_is_not_closed() {
        for (text, entries, problems) in [
            ("<rss><channel><item><title>a</title></item></channel></rss>", 1, &[][..]),
            (
                "<rss><channel><item><title>a</title></item><item><title>b",
                1,
                &["line 1: the feed is cut off inside entry 2, which was left out"],
            ),
            (
                "<rss><channel><item><title>a</title></item>",
                1,
                &["line 1: the feed is cut off after entry 1"],
            ),
            (
                "<rss><channel><item><title>a</title><item><title>b</title></item></channel></rss>",
                2,
                &["line 1: an element is not closed once"],
            ),
            (
                "<rss><channel><item><title>a\n<item><title>b</title></item></channel></rss>",
                2,
                &["line 2: an element is not closed 2 times"],
            ),
            (
                "<rss><channel><item><title>a</item><item></item></channel></rss>",
                2,
                &["line 1: an element is not closed once"],
            ),
            ("<rss><channel><item><title>a</title></b></item></x></channel></rss><item>", 1, &[]),
            ("<rss><channel><item></item></channel><item></item></rss>", 2, &[]),
        ] {
            let mended = mended(text);
            let found: Vec<String> = mended.problems.iter().map(ToString::to_string).collect();
            assert_eq!(
                (mended.entries.len(), found.iter().map(String::as_str).collect::<Vec<_>>()),
                (entries, problems.to_vec()),
                "{text}"
            );
        }
    }

    #[test]
    fn refused() {
        let deep = format!("<rss><channel>{}", "<a>".repeat(100_000));
        let bomb = "<!DOCTYPE rss [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><rss><channel/></rss>";
        for (text, says) in [
            ("", "empty"),
            ("  \n", "empty"),
            ("no feed", "no <rss>"),
            ("<!DOCTYPE html><html><body><rss></body></html>", "HTML page"),
            ("<opml><body/></opml>", "begins with <opml>"),
            ("<rdf:RDF xmlns:foaf='http://xmlns.com/foaf/0.1/'/>", "begins with <rdf:RDF>"),
            (bomb, "declares entities"),
            (&deep, "nest deeper than 1000"),
        ] {
            let refusal = mend(text).unwrap_err();
            assert!(refusal.problem.contains(says), "{refusal:?}");
        }
        assert_eq!(mend(&deep).unwrap_err().line, Some(1));
        // Names for single characters, as old feeds declare them.
        assert!(
            mend("<!DOCTYPE rss [<!ENTITY nbsp \"&#160;\"><!ENTITY % x SYSTEM \"y\">]><rss><channel/></rss>")
                .is_ok()
        );
    }

    #[test]
    fn dialects_by_namespace_whatever_the_prefix() {
        let atom = "<a:feed xmlns:a='http://purl.org/atom/ns#'><a:entry><a:title>One</a:title><a:issued>2004-01-01</a:issued></a:entry></a:feed>";
        let model = feed_rs::parser::parse(mended(atom).document.as_bytes()).unwrap();
        assert_eq!(model.entries[0].title.as_ref().unwrap().content, "One");
        assert_eq!(mended(atom).entries[0].published.as_deref(), Some("2004-01-01"));
        let rss = "<rss xmlns:d='http://purl.org/dc/elements/1.1/' xmlns:media='http://search.yahoo.com/mrss/'><channel><item>\
            <media:title>No</media:title><title>One</title><d:date>2004-01-01</d:date><x:title>No</x:title></item></channel></rss>";
        let model = feed_rs::parser::parse(mended(rss).document.as_bytes()).unwrap();
        assert_eq!(model.entries[0].title.as_ref().unwrap().content, "One");
        assert_eq!(mended(rss).entries[0].published.as_deref(), Some("2004-01-01"));
    }
}
