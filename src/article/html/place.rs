//! What the page's own markup says a block is, when it is not the story: the element it stands in, and the words its
//! authors named that element with.

use super::super::Kind;
use super::super::marked::is_sentence;
use super::blocks::{Block, Role};
use super::dom::{NodeId, Page};
use std::collections::BTreeMap;

/// A kind, and the element that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Zone {
    pub(super) kind: Kind,
    pub(super) element: NodeId,
}

/// Zones of a page's elements, each worked out once.
#[derive(Debug)]
pub(super) struct Zones<'a> {
    page: &'a Page,
    known: BTreeMap<NodeId, Option<Zone>>,
}

impl<'a> Zones<'a> {
    pub(super) fn new(page: &'a Page) -> Self {
        Self { page, known: BTreeMap::new() }
    }

    /// The innermost element around a block that has a kind of its own.
    pub(super) fn of(&mut self, block: &Block) -> Option<Zone> {
        if let Some(element) = block.hidden {
            return Some(Zone { kind: Kind::Noise, element });
        }
        // An inline element around all of the block speaks for it: `<span class="byline">` in a bare `div`.
        if let [only] = &block.parts[..] {
            let parent = self.page.parent(only.node)?;
            return self.around(parent);
        }
        self.around(block.element)
    }

    fn around(&mut self, element: NodeId) -> Option<Zone> {
        if let Some(known) = self.known.get(&element) {
            return *known;
        }
        let zone = match own(self.page, element) {
            Some(kind) => Some(Zone { kind, element }),
            None => self.page.parent(element).and_then(|parent| self.around(parent)),
        };
        self.known.insert(element, zone);
        zone
    }
}

/// The kind that an element's name, role, class and id give it.
fn own(page: &Page, element: NodeId) -> Option<Kind> {
    let name = page.name(element);
    let by_name = match name {
        "nav" | "menu" | "select" | "search" | "button" => Some(Kind::Nav),
        "figcaption" => Some(Kind::Caption),
        "time" => Some(Kind::Timestamp),
        // The name of a custom element (HTML Living Standard, §4.13.3) says what its author made it for.
        _ if name.contains('-') => named(name),
        _ => None,
    };
    let by_role = match page.attribute(element, "role") {
        Some("navigation" | "search" | "menu" | "menubar" | "toolbar" | "tablist") => Some(Kind::Nav),
        Some("contentinfo") => Some(Kind::Boilerplate),
        _ => None,
    };
    // The body's classes speak of the whole page, not of a part.
    let by_words = if matches!(name, "body" | "html" | "main" | "article") {
        None
    } else {
        ["class", "id"].iter().filter_map(|a| page.attribute(element, a)).find_map(named)
    };
    by_words.or(by_name).or(by_role).or(match name {
        "footer" => Some(Kind::Boilerplate),
        "aside" => Some(Kind::Promo),
        "form" => Some(Kind::Nav),
        _ => None,
    })
}

/// The kind that a class or an id names. Words, not substrings: "headline" holds "ad".
fn named(names: &str) -> Option<Kind> {
    let mut best: Option<(u8, Kind)> = None;
    for word in words(names) {
        let found = match word.as_str() {
            "breadcrumb" | "breadcrumbs" => (9, Kind::Breadcrumb),
            "noscript" => (9, Kind::Noise),
            "cookie" | "cookies" | "gdpr" | "consent" => (9, Kind::Cookie),
            "comment" | "comments" | "disqus" | "livefyre" => (8, Kind::Comments),
            "newsletter" | "newsletters" | "signup" => (8, Kind::Newsletter),
            "paywall" | "subscribe" | "subscription" => (7, Kind::Paywall),
            "advert" | "advertisement" | "ad" | "ads" | "adslot" | "sponsored" | "sponsor" | "dfp"
            | "taboola" | "outbrain" => (7, Kind::Ad),
            "caption" | "wp-caption" => (6, Kind::Caption),
            "credit" | "credits" | "photocredit" => (6, Kind::Credit),
            "share" | "sharing" | "social" | "sharebar" => (6, Kind::Share),
            "related" | "similar" | "recommended" | "recommendations" | "trending" | "popular"
            | "mostread" | "morefrom" => (5, Kind::Related),
            "tags" | "topics" | "keywords" | "tag" => (5, Kind::Tags),
            "bio" => (5, Kind::Bio),
            "byline" | "author" | "authors" => (4, Kind::Byline),
            "timestamp" | "dateline" | "published" | "datetime" | "pubdate" => (4, Kind::Timestamp),
            "copyright" => (4, Kind::Copyright),
            "player" | "video" => (3, Kind::Player),
            "embed" | "tweet" | "instagram" => (3, Kind::Embed),
            "nav" | "navigation" | "navbar" | "menu" | "submenu" | "pagination" => (3, Kind::Nav),
            "promo" | "promos" | "teaser" | "sidebar" | "rail" | "widget" => (2, Kind::Promo),
            "footer" | "colophon" => (1, Kind::Boilerplate),
            _ => continue,
        };
        if best.is_none_or(|(weight, _)| found.0 > weight) {
            best = Some(found);
        }
    }
    best.map(|(_, kind)| kind)
}

/// `article__shareBar wp-caption` → article, share, bar, wp, caption.
fn words(names: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut lower_before = false;
    for c in names.chars().take(400) {
        if !c.is_alphanumeric() || (c.is_uppercase() && lower_before) {
            out.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        lower_before = c.is_lowercase();
    }
    out.extend((!word.is_empty()).then_some(word));
    out
}

/// What a block is that nothing around it names.
pub(super) fn by_form(block: &Block, before_story: bool, after_story: bool) -> (Kind, &'static str) {
    let words = block.text.split_whitespace().count();
    let linked = block.linked * 2 > block.text.len();
    match block.role {
        Role::Control => (Kind::Nav, "a control of the page"),
        Role::Caption => (Kind::Caption, "a caption"),
        _ if linked && words >= 5 => (Kind::Related, "a link outside the story"),
        _ if linked => (Kind::Nav, "a link outside the story"),
        _ if before_story && is_sentence(&block.text) && words >= 8 => {
            (Kind::Standfirst, "a sentence above the story")
        }
        Role::Heading(_) if words <= 12 => (Kind::Label, "a heading outside the story"),
        _ if before_story => (Kind::Label, "above the story"),
        _ if after_story => (Kind::Boilerplate, "below the story"),
        _ => (Kind::Promo, "not part of the story around it"),
    }
}

/// `main > div.story > p`: the last elements of the way to a block, each with its id or first class.
pub(super) fn path(page: &Page, element: NodeId) -> String {
    const STEPS: usize = 4;
    let mut steps = Vec::new();
    let mut next = Some(element);
    while let Some(id) = next.filter(|_| steps.len() < STEPS) {
        let name = page.name(id);
        if !name.is_empty() {
            let mark = |sign: char, value: Option<&str>| {
                value
                    .and_then(|v| v.split_whitespace().next())
                    .map(|v| format!("{sign}{}", v.chars().take(40).collect::<String>()))
            };
            let label =
                mark('#', page.attribute(id, "id")).or_else(|| mark('.', page.attribute(id, "class")));
            steps.push(format!("{name}{}", label.unwrap_or_default()));
        }
        next = page.parent(id);
    }
    steps.reverse();
    steps.join(" > ")
}
