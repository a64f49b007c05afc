//! Which texts of the page are its story, by the crate `trafilatura`.
//!
//! The crate is handed a lean copy of the tree, node by node and not as text to parse once more: no scripts, styles or
//! drawings, only the attributes it looks at, and before each text a mark, one private-use character that says which
//! text it is. Whatever marks come back name the texts it kept, exactly and in any order, so that its own rendering
//! of them (which glues words and loses line breaks) is not needed.

use super::blocks;
use super::dom::{Data, NodeId, Page};
use trafilatura::dom::{Document, NodeId as LeanId};
use trafilatura::{ExtractionFocus, Options};

/// Marks are the characters of the two private-use planes (The Unicode Standard, §23.5), less the noncharacters.
const FIRST_MARK: u32 = 0xf_0000;
const MARKS_PER_PLANE: usize = 0xfffe;
const MARKS: usize = 2 * MARKS_PER_PLANE;

fn mark(index: usize) -> Option<char> {
    let plane = index / MARKS_PER_PLANE;
    (index < MARKS)
        .then(|| char::from_u32(FIRST_MARK + plane as u32 * 0x1_0000 + (index % MARKS_PER_PLANE) as u32))
        .flatten()
}

fn index(c: char) -> Option<usize> {
    let offset = (c as u32).checked_sub(FIRST_MARK)? as usize;
    Some(offset / 0x1_0000 * MARKS_PER_PLANE + offset % 0x1_0000)
}

/// As much of one text as the crate needs to judge it; a paragraph has a tenth.
const TEXT_BYTES: usize = 20_000;

/// Largest lean page that gets the slower second look. The largest of 1,300 real ones has half.
const FALLBACK_BYTES: usize = 1_500_000;

/// The head of every lean copy. The crate looks for metadata first, and where it finds none in the head it searches
/// the whole tree for each field, a third of its time; ours are read elsewhere (`meta`).
const HEAD: &str = concat!(
    "<!DOCTYPE html><html><head>",
    r#"<meta property="og:title" content="A title">"#,
    r#"<meta property="og:author" content="Some One">"#,
    r#"<meta property="og:url" content="https://page.invalid/">"#,
    r#"<meta property="og:description" content="A description">"#,
    r#"<meta property="og:site_name" content="A site">"#,
    r#"<meta property="og:image" content="https://page.invalid/picture">"#,
    r#"<meta property="og:type" content="article">"#,
    r#"<meta property="og:article:tag" content="A tag">"#,
    r#"<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","articleSection":"A section"}</script>"#,
    "</head><body></body></html>",
);

/// The page for the crate, and which text each mark stands for.
struct Lean<'a> {
    page: &'a Page,
    /// Which nodes hold words; the others are left out.
    worded: Vec<bool>,
    /// Whether to leave out what the crate's own rules would.
    pruned: bool,
    document: Document,
    marked: Vec<NodeId>,
    /// How large the copy is, in bytes of names, values and texts.
    size: usize,
}

/// Makes the lean copy; `pruned` without what the crate's rules take out before anything else.
fn lean(page: &Page, pruned: bool) -> Lean<'_> {
    let mut out = Lean {
        page,
        worded: worded(page),
        pruned,
        document: Document::parse(HEAD),
        marked: Vec::new(),
        size: 0,
    };
    let body = page
        .children(Page::root())
        .find(|&id| page.name(id) == "html")
        .and_then(|html| page.children(html).find(|&id| matches!(page.name(id), "body" | "frameset")));
    if let Some((body, copy)) = body.zip(out.document.body()) {
        out.attributes(body, copy);
        out.children(body, copy);
    }
    out
}

impl Lean<'_> {
    /// Copies what is below `id`. Recursion is bounded by the depth of the tree.
    fn children(&mut self, id: NodeId, copy: LeanId) {
        let page = self.page;
        let mut text = String::new();
        let mut last = None;
        for child in page.children(id) {
            match &page.node(child).data {
                Data::Text(own) => self.text(child, own, &mut text),
                Data::Element { name, .. } if self.is_wanted(child, name) => {
                    self.place(copy, last, &mut text);
                    let element = self.document.sub_element(copy, name);
                    self.size += 2 * name.len() + 5;
                    self.attributes(child, element);
                    self.children(child, element);
                    last = Some(element);
                }
                _ => {}
            }
        }
        self.place(copy, last, &mut text);
    }

    fn is_wanted(&self, id: NodeId, name: &str) -> bool {
        let page = self.page;
        let parts = matches!(name, "br" | "hr" | "td" | "th" | "tr");
        if !(self.worded[id as usize] || parts) || blocks::is_silent(page, id) || is_apart(name) {
            return false;
        }
        let tabled = || name == "figure" && page.descendants(id).any(|d| page.name(d) == "table");
        !(self.pruned && is_pruned(name)) || tabled()
    }

    /// Puts the text between two elements where it belongs.
    fn place(&mut self, parent: LeanId, last: Option<LeanId>, text: &mut String) {
        if !text.is_empty() {
            match last {
                Some(element) => self.document.set_tail(element, text),
                None => self.document.set_text(parent, text),
            }
            self.size += text.len();
            text.clear();
        }
    }

    fn text(&mut self, id: NodeId, own: &str, out: &mut String) {
        let own = &own[..own.floor_char_boundary(TEXT_BYTES)];
        if own.contains(char::is_alphanumeric)
            && let Some(mark) = mark(self.marked.len())
        {
            // White space stays in front: rules of the crate are about how a text begins.
            let (space, words) = own.split_at(own.len() - own.trim_start().len());
            out.push_str(space);
            out.push(mark);
            self.marked.push(id);
            push_unmarked(words, out);
        } else {
            push_unmarked(own, out);
        }
    }

    fn attributes(&mut self, id: NodeId, copy: LeanId) {
        if let Data::Element { attributes, .. } = &self.page.node(id).data {
            for (name, value) in attributes {
                self.document.set_attribute(copy, name, value);
                self.size += name.len() + value.len() + 4;
            }
        }
    }
}

/// Elements that say something of the page, wherever they stand.
fn is_apart(name: &str) -> bool {
    matches!(name, "meta" | "link" | "title" | "base")
}

/// Elements that the crate's rules take out, and with each the text behind it up to the next element, which is the
/// story's where an advertisement's empty frame or a time stands inside a paragraph. Taken out here, they take nothing
/// along. (Crate `trafilatura` 0.6, `settings::TAGS_TO_CLEAN`.)
fn is_pruned(name: &str) -> bool {
    matches!(
        name,
        "aside"
            | "footer"
            | "form"
            | "menu"
            | "applet"
            | "figure"
            | "picture"
            | "blink"
            | "button"
            | "dialog"
            | "fieldset"
            | "ins"
            | "label"
            | "legend"
            | "marquee"
            | "nav"
            | "optgroup"
            | "option"
            | "output"
            | "progress"
            | "rp"
            | "rt"
            | "rtc"
            | "select"
            | "time"
    )
}

/// For each node, whether it is a text with a letter or a digit or holds one.
fn worded(page: &Page) -> Vec<bool> {
    let mut worded = vec![false; page.len()];
    for id in page.descendants(Page::root()) {
        if let Data::Text(text) = &page.node(id).data
            && text.contains(char::is_alphanumeric)
        {
            let mut up = Some(id);
            while let Some(node) = up.filter(|&n| !std::mem::replace(&mut worded[n as usize], true)) {
                up = page.parent(node);
            }
        }
    }
    worded
}

/// A text of the page without what would be read as marks.
fn push_unmarked(text: &str, out: &mut String) {
    // The first byte of every character of those planes (RFC 3629, §3).
    if text.bytes().any(|b| b >= 0xf3) {
        out.extend(text.chars().filter(|c| (*c as u32) < FIRST_MARK));
    } else {
        out.push_str(text);
    }
}

/// The texts that the crate keeps, in order of their nodes.
///
/// `fallback` lets it compare its own rules' result with two other extractors': half as fast again, and without
/// effect on nine pages of ten.
pub(super) fn select(page: &Page, fallback: bool) -> Vec<NodeId> {
    let lean = lean(page, !fallback);
    let options = Options::default()
        .with_fallback(fallback && lean.size <= FALLBACK_BYTES)
        .with_html_date_mode(trafilatura::HtmlDateMode::Disabled)
        .with_exclude_comments(true)
        .with_focus(ExtractionFocus::FavorPrecision);
    let Ok(result) = trafilatura::extract_document(lean.document, &options) else { return Vec::new() };
    let marked = lean.marked;
    let mut kept: Vec<NodeId> =
        result.content_html.chars().filter_map(|c| index(c).and_then(|i| marked.get(i)).copied()).collect();
    kept.sort_unstable();
    kept.dedup();
    kept
}
