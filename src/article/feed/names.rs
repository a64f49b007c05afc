//! Which element of which dialect means what.
//!
//! Source: RSS 2.0 (rssboard.org/rss-specification) with its 0.9x forebears, RSS 1.0 and its modules `content` and
//! Dublin Core, Atom (RFC 4287) and Atom 0.3, the podcasting and `FeedBurner` extensions.

use super::markup::{attributes, local};
use std::collections::BTreeMap;

/// A family of feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// RSS 0.91 to 2.0: everything inside `channel`.
    Rss,
    /// RSS 0.90 and 1.0: RDF, entries beside the channel.
    Rdf,
    Atom,
}

/// Vocabularies that hold something for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Namespace {
    Rss,
    Rdf,
    Atom,
    Content,
    DublinCore,
    Terms,
    Itunes,
    FeedBurner,
    Xhtml,
    Other,
}

impl Namespace {
    fn of(address: &str) -> Self {
        let address = address.trim().to_ascii_lowercase();
        let bare = address.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
        match bare {
            "purl.org/rss/1.0"
            | "my.netscape.com/rdf/simple/0.9"
            | "channel.netscape.com/rdf/simple/0.9"
            | "backend.userland.com/rss2"
            | "backend.userland.com/rss" => Self::Rss,
            "www.w3.org/1999/02/22-rdf-syntax-ns#" => Self::Rdf,
            "www.w3.org/2005/atom" | "purl.org/atom/ns#" => Self::Atom,
            "purl.org/rss/1.0/modules/content" => Self::Content,
            "purl.org/dc/elements/1.1" | "purl.org/dc/elements/1.0" => Self::DublinCore,
            "purl.org/dc/terms" => Self::Terms,
            "www.itunes.com/dtds/podcast-1.0.dtd" => Self::Itunes,
            "rssnamespace.org/feedburner/ext/1.0" => Self::FeedBurner,
            "www.w3.org/1999/xhtml" => Self::Xhtml,
            _ => Self::Other,
        }
    }

    /// What a prefix means that nobody declared.
    fn customary(prefix: &str) -> Self {
        match prefix {
            "rss" => Self::Rss,
            "rdf" => Self::Rdf,
            "atom" | "atom10" | "a10" => Self::Atom,
            "content" => Self::Content,
            "dc" => Self::DublinCore,
            "dcterms" => Self::Terms,
            "itunes" => Self::Itunes,
            "feedburner" => Self::FeedBurner,
            "xhtml" => Self::Xhtml,
            _ => Self::Other,
        }
    }
}

/// Prefixes as the feed declares them.
///
/// Declarations are taken to hold everywhere: a feed that gives one prefix two meanings has not been seen.
#[derive(Debug, Default)]
pub(super) struct Prefixes(BTreeMap<String, Namespace>);

/// Prefixes a feed may declare; WordPress with its extensions has about a dozen.
const PREFIX_LIMIT: usize = 100;

impl Prefixes {
    /// The namespace of an element; `inherited` is that of unprefixed elements here.
    pub(super) fn resolve(&mut self, name: &str, raw_attributes: &str, inherited: Namespace) -> Namespace {
        let mut own = None;
        if raw_attributes.contains("xmlns") {
            for (key, value) in attributes(raw_attributes) {
                if key == "xmlns" {
                    own = Some(Namespace::of(&value));
                } else if let Some(prefix) = key.strip_prefix("xmlns:")
                    && self.0.len() < PREFIX_LIMIT
                {
                    self.0.insert(prefix.to_owned(), Namespace::of(&value));
                }
            }
        }
        match name.split_once(':') {
            Some((prefix, _)) => self
                .0
                .get(prefix)
                .copied()
                .unwrap_or_else(|| Namespace::customary(&prefix.to_ascii_lowercase())),
            None => own.unwrap_or(inherited),
        }
    }
}

/// The dialect whose root an element is.
///
/// An Atom root must be in Atom's namespace, RDF must speak of RSS; other XML uses those names too.
pub(super) fn dialect(name: &str, raw_attributes: &str) -> Option<Dialect> {
    let declares = |wanted: Namespace| {
        attributes(raw_attributes)
            .any(|(key, value)| key.starts_with("xmlns") && Namespace::of(&value) == wanted)
    };
    match local(name) {
        "rss" => Some(Dialect::Rss),
        "RDF" if declares(Namespace::Rss) => Some(Dialect::Rdf),
        "feed" | "entry" if declares(Namespace::Atom) => Some(Dialect::Atom),
        _ => None,
    }
}

/// Where an element stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Root,
    Channel,
    Item,
    /// Atom's `author`.
    Person,
    /// Atom's `source`: the feed an entry was taken from.
    Source,
}

/// How the text of an element is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// RSS does not say; escaped HTML is usual.
    Rss,
    /// The attribute `type` says (RFC 4287, §3.1).
    Atom,
}

/// What is done with an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Its children are looked at.
    Enter(Place),
    /// Handed on under this name.
    Text(&'static str, Form),
    /// An address as text.
    Address,
    /// An address in `href`.
    AtomLink,
    /// RSS's `guid`.
    Guid,
    /// The address before a counting service rewrote it.
    Original,
    Published,
    Updated,
    /// A name; the lower the number the better the place it stands in.
    Author(u8),
    Source,
    Language,
    Enclosure,
    Skip,
}

/// The use of an element; `name` is local.
pub(super) fn usage(dialect: Dialect, place: Place, namespace: Namespace, name: &str) -> Use {
    use Namespace as N;
    let name = name.to_ascii_lowercase();
    let name = name.as_str();
    match (dialect, place) {
        (Dialect::Rss | Dialect::Rdf, Place::Root | Place::Channel) => match (namespace, name) {
            (N::Rss, "channel") if place == Place::Root => Use::Enter(Place::Channel),
            (N::Rss, "item") => Use::Enter(Place::Item),
            (N::Rss, "title") if place == Place::Channel => Use::Text("title", Form::Rss),
            (N::Rss, "link") if place == Place::Channel => Use::Address,
            (N::Atom, "link") => Use::AtomLink,
            (N::Rss | N::DublinCore, "language") => Use::Language,
            (N::DublinCore, "publisher") => Use::Source,
            _ => Use::Skip,
        },
        (Dialect::Rss | Dialect::Rdf, _) => match (namespace, name) {
            (N::Rss, "title") => Use::Text("title", Form::Rss),
            (N::Rss, "link") => Use::Address,
            (N::Atom, "link") => Use::AtomLink,
            (N::Rss, "guid") => Use::Guid,
            (N::Rss, "description") => Use::Text("description", Form::Rss),
            (N::Content, "encoded") | (N::Xhtml, "body") => Use::Text("content:encoded", Form::Rss),
            (N::Rss, "pubdate")
            | (N::DublinCore, "date")
            | (N::Terms, "created" | "issued" | "available") => Use::Published,
            (N::Rss, "updated" | "lastbuilddate") | (N::Atom, "updated") | (N::Terms, "modified") => {
                Use::Updated
            }
            (N::DublinCore, "creator") => Use::Author(0),
            (N::Rss, "author") => Use::Author(1),
            (N::Itunes, "author") => Use::Author(2),
            (N::Rss | N::DublinCore, "source") | (N::DublinCore, "publisher") => Use::Source,
            (N::DublinCore, "language") => Use::Language,
            (N::Rss, "enclosure") => Use::Enclosure,
            (N::FeedBurner, "origlink") => Use::Original,
            _ => Use::Skip,
        },
        (Dialect::Atom, Place::Root | Place::Channel) => match (namespace, name) {
            (N::Atom, "entry") => Use::Enter(Place::Item),
            (N::Atom, "title") => Use::Text("title", Form::Atom),
            (N::Atom, "link") => Use::AtomLink,
            (N::Atom, "author") => Use::Enter(Place::Person),
            (N::DublinCore, "publisher") => Use::Source,
            (N::DublinCore, "language") => Use::Language,
            _ => Use::Skip,
        },
        (Dialect::Atom, Place::Item) => match (namespace, name) {
            (N::Atom, "title") => Use::Text("title", Form::Atom),
            (N::Atom, "summary") => Use::Text("summary", Form::Atom),
            (N::Atom, "content") => Use::Text("content", Form::Atom),
            (N::Atom, "id") => Use::Text("id", Form::Rss),
            (N::Atom, "link") => Use::AtomLink,
            (N::Atom, "published" | "issued" | "created" | "pubdate") => Use::Published,
            (N::Atom, "updated" | "modified") => Use::Updated,
            (N::Atom, "author") => Use::Enter(Place::Person),
            (N::Atom, "source") => Use::Enter(Place::Source),
            (N::DublinCore, "creator") => Use::Author(1),
            (N::DublinCore, "publisher" | "source") => Use::Source,
            (N::DublinCore, "language") => Use::Language,
            (N::FeedBurner, "origlink") => Use::Original,
            _ => Use::Skip,
        },
        (Dialect::Atom, Place::Person) if name == "name" => Use::Author(0),
        (Dialect::Atom, Place::Source) if name == "title" => Use::Source,
        (Dialect::Atom, _) => Use::Skip,
    }
}
