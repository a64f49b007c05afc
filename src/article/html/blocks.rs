//! The tree → blocks of text, in the page's order, each with its place.
//!
//! A block is what a reader sees as one paragraph, heading, list entry, caption or table row: the text between two
//! edges of block elements or line breaks. Inline elements neither add nor take away white space, so words are
//! neither glued nor torn. Scripts, styles, templates and drawings hold no text of the page.

use super::dom::{Data, NodeId, Page};
use std::ops::Range;

/// What element a block stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::article) enum Role {
    /// A paragraph or a bare text.
    Text,
    /// `h1` to `h6`, with the level.
    Heading(u8),
    /// `li`, `dd`, `dt`.
    Entry,
    /// A row of a table.
    Row,
    /// `figcaption`, `caption`.
    Caption,
    /// A control: button, label, option.
    Control,
}

/// A stretch of a block that comes from one text node.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) node: NodeId,
    /// Bytes of the block's text.
    pub(super) range: Range<usize>,
}

/// One block.
#[derive(Debug, Clone)]
pub(super) struct Block {
    /// White space collapsed, trimmed.
    pub(super) text: String,
    /// Input lines of its first and last text.
    pub(super) lines: (u32, u32),
    /// The innermost block element around it.
    pub(super) element: NodeId,
    pub(super) role: Role,
    pub(super) parts: Vec<Part>,
    /// Bytes of the text inside links.
    pub(super) linked: usize,
    /// Bytes of the text in bold, italics or a heading's type.
    pub(super) strong: usize,
    /// A line break, not the edge of an element, parts it from the block before.
    pub(super) after_break: bool,
    /// The element that keeps it from sight.
    pub(super) hidden: Option<NodeId>,
}

/// Elements whose content is not text of the page.
pub(super) fn is_silent(page: &Page, id: NodeId) -> bool {
    match &page.node(id).data {
        Data::Element { html, name, .. } => {
            !html
                || matches!(
                    &**name,
                    "script"
                        | "style"
                        | "noscript"
                        | "template"
                        | "iframe"
                        | "object"
                        | "embed"
                        | "noembed"
                        | "noframes"
                        | "head"
                        | "canvas"
                        | "audio"
                        | "video"
                        | "textarea"
                        | "map"
                        | "datalist"
                )
        }
        Data::Other => true,
        Data::Document | Data::Text(_) => false,
    }
}

/// Elements that begin and end a block.
pub(in crate::article) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "button"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "input"
            | "label"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "optgroup"
            | "option"
            | "p"
            | "pre"
            | "search"
            | "section"
            | "select"
            | "summary"
            | "table"
            | "tbody"
            | "tfoot"
            | "thead"
            | "tr"
            | "ul"
    )
}

fn role(page: &Page, element: NodeId) -> Role {
    match page.name(element) {
        "h1" => Role::Heading(1),
        "h2" => Role::Heading(2),
        "h3" => Role::Heading(3),
        "h4" => Role::Heading(4),
        "h5" => Role::Heading(5),
        "h6" => Role::Heading(6),
        "li" | "dd" | "dt" => Role::Entry,
        "tr" => Role::Row,
        "figcaption" | "caption" => Role::Caption,
        "button" | "label" | "option" | "select" | "legend" | "input" => Role::Control,
        _ => Role::Text,
    }
}

/// Whether the page keeps an element from sight by its own attributes.
fn is_hidden(page: &Page, id: NodeId) -> bool {
    page.attribute(id, "hidden").is_some()
        || page.attribute(id, "aria-hidden") == Some("true")
        || page.attribute(id, "style").is_some_and(|style| {
            let bare: String = style.chars().filter(|c| !c.is_whitespace()).collect();
            bare.contains("display:none") || bare.contains("visibility:hidden")
        })
}

/// Every block of the page in order.
pub(super) fn blocks(page: &Page) -> Vec<Block> {
    let mut walk = Walk { page, out: Vec::new(), open: None, pending_space: false, after_break: false };
    walk.enter(Page::root(), &Context { element: Page::root(), ..Context::default() });
    walk.flush();
    walk.out
}

#[derive(Debug, Clone, Copy, Default)]
struct Context {
    element: NodeId,
    linked: bool,
    strong: bool,
    preformatted: bool,
    hidden: Option<NodeId>,
}

struct Walk<'a> {
    page: &'a Page,
    out: Vec<Block>,
    open: Option<Block>,
    pending_space: bool,
    after_break: bool,
}

impl Walk<'_> {
    /// Recursion is bounded by the depth of the tree.
    fn enter(&mut self, id: NodeId, context: &Context) {
        let page = self.page;
        if is_silent(page, id) {
            return;
        }
        let mut inner = *context;
        let name = page.name(id);
        match &page.node(id).data {
            Data::Text(text) => return self.text(id, text, context),
            Data::Element { .. } => {
                if name == "br" {
                    self.flush();
                    self.after_break = true;
                    return;
                }
                inner.linked |= name == "a";
                inner.strong |= matches!(name, "b" | "strong" | "em" | "i" | "u");
                inner.preformatted |= name == "pre";
                if inner.hidden.is_none() && is_hidden(page, id) {
                    inner.hidden = Some(id);
                }
            }
            Data::Document | Data::Other => {}
        }
        // A cell is a block of its own where it holds blocks, a word of its row where it does not.
        let cell = matches!(name, "td" | "th");
        let block = is_block(name) || (cell && self.holds_blocks(id));
        if block {
            self.flush();
            self.after_break = false;
            inner.element = id;
        } else if cell {
            self.pending_space = true;
        }
        for child in page.children(id) {
            self.enter(child, &inner);
        }
        if block {
            self.flush();
            self.after_break = false;
        } else if cell {
            self.pending_space = true;
        }
    }

    fn holds_blocks(&self, id: NodeId) -> bool {
        self.page.descendants(id).skip(1).any(|d| is_block(self.page.name(d)) || self.page.name(d) == "br")
    }

    fn text(&mut self, node: NodeId, text: &str, context: &Context) {
        let mut line = self.page.node(node).line;
        if context.preformatted {
            for (i, piece) in text.split('\n').enumerate() {
                if i > 0 {
                    self.flush();
                    self.after_break = true;
                }
                self.words(node, piece, line, context);
                line += u32::from(!piece.trim().is_empty() || i > 0);
            }
        } else {
            self.words(node, text, line, context);
        }
    }

    fn words(&mut self, node: NodeId, text: &str, line: u32, context: &Context) {
        let is_space = |c: char| c.is_ascii_whitespace() || c == '\u{a0}';
        if text.chars().next().is_some_and(is_space) {
            self.pending_space = true;
        }
        let mut words = text.split(is_space).filter(|w| !w.is_empty()).peekable();
        if words.peek().is_none() {
            return;
        }
        let after_break = self.after_break;
        let open = self.open.get_or_insert_with(|| Block {
            text: String::new(),
            lines: (line, line),
            element: context.element,
            role: role(self.page, context.element),
            parts: Vec::new(),
            linked: 0,
            strong: 0,
            after_break,
            hidden: context.hidden,
        });
        if self.pending_space && !open.text.is_empty() {
            open.text.push(' ');
        }
        let start = open.text.len();
        while let Some(word) = words.next() {
            open.text.push_str(word);
            if words.peek().is_some() {
                open.text.push(' ');
            }
        }
        let end = open.text.len();
        open.parts.push(Part { node, range: start..end });
        open.linked += if context.linked { end - start } else { 0 };
        open.strong += if context.strong { end - start } else { 0 };
        open.lines.1 = open.lines.1.max(line);
        self.pending_space = text.chars().next_back().is_some_and(is_space);
    }

    fn flush(&mut self) {
        self.pending_space = false;
        if let Some(block) = self.open.take() {
            self.out.push(block);
        }
    }
}
