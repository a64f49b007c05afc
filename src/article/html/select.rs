//! Which texts of the page are its story, by the crate `trafilatura`.
//!
//! The crate is handed a lean copy of the page: no scripts, styles or drawings, only the attributes it looks at, and
//! before each text a mark, one private-use character that says which text it is. Whatever marks come back name the
//! texts it kept, exactly and in any order, so that its own rendering of them (which glues words and loses line
//! breaks) is not needed.

use super::blocks;
use super::dom::{Data, NodeId, Page, is_void};
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

/// The page for the crate, and which text each mark stands for.
#[derive(Debug, Default)]
pub(super) struct Lean {
    pub(super) html: String,
    marked: Vec<NodeId>,
}

/// Writes the lean copy.
pub(super) fn lean(page: &Page) -> Lean {
    let mut out = Lean::default();
    write(page, Page::root(), &mut out);
    out
}

/// Recursion is bounded by the depth of the tree.
fn write(page: &Page, id: NodeId, out: &mut Lean) {
    match &page.node(id).data {
        Data::Text(text) => {
            let text = &text[..text.floor_char_boundary(TEXT_BYTES)];
            if text.contains(char::is_alphanumeric)
                && let Some(mark) = mark(out.marked.len())
            {
                // White space stays in front: rules of the crate are about how a text begins.
                let start = text.len() - text.trim_start().len();
                out.html.push_str(&text[..start]);
                out.html.push(mark);
                out.marked.push(id);
                escape(&text[start..], &mut out.html);
            } else {
                escape(text, &mut out.html);
            }
        }
        Data::Document => {
            out.html.push_str("<!DOCTYPE html>");
            for child in page.children(id) {
                write(page, child, out);
            }
        }
        Data::Other => {}
        Data::Element { name, attributes, .. } => {
            if (blocks::is_silent(page, id) && &**name != "head") || matches!(&**name, "meta" | "link") {
                return;
            }
            out.html.push('<');
            out.html.push_str(name);
            for (name, value) in attributes {
                out.html.push(' ');
                out.html.push_str(name);
                out.html.push_str("=\"");
                escape(value, &mut out.html);
                out.html.push('"');
            }
            out.html.push('>');
            if is_void(name) {
                return;
            }
            for child in page.children(id) {
                write(page, child, out);
            }
            out.html.push_str("</");
            out.html.push_str(name);
            out.html.push('>');
        }
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ if (c as u32) >= FIRST_MARK => {}
            _ => out.push(c),
        }
    }
}

/// The texts that the crate keeps, in order of their nodes.
///
/// `fallback` lets it compare its own rules' result with two other extractors': half as fast again, and without
/// effect on nine pages of ten.
pub(super) fn select(lean: &Lean, fallback: bool) -> Vec<NodeId> {
    let options = Options::default()
        .with_fallback(fallback && lean.html.len() <= FALLBACK_BYTES)
        .with_html_date_mode(trafilatura::HtmlDateMode::Disabled)
        .with_exclude_comments(true)
        .with_focus(ExtractionFocus::FavorPrecision);
    let Ok(result) = trafilatura::extract(&lean.html, &options) else { return Vec::new() };
    let mut kept: Vec<NodeId> = result
        .content_html
        .chars()
        .filter_map(|c| index(c).and_then(|i| lean.marked.get(i)).copied())
        .collect();
    kept.sort_unstable();
    kept.dedup();
    kept
}
