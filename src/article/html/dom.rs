//! HTML text → a small tree with line numbers, bounded in size, depth and time.
//!
//! The parser is html5ever, which the selecting crate brings along; the tree is our own because no tree of that
//! family keeps the line an element stands on. html5ever nests as deep as a page asks it to and searches its stack
//! of open elements for most tags, so a page of nothing but open tags costs the square of its length, and every
//! recursive walk after it overflows its stack. Therefore tags past [`DEPTH_LIMIT`] never reach the tree builder,
//! what still lies deeper is hung up at that depth, and a page past [`NODE_LIMIT`] is refused.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use html5ever::tree_builder::{
    AppendNode, AppendText, ElementFlags, NodeOrText, QuirksMode, TreeBuilder, TreeSink,
};
use html5ever::{Attribute, ExpandedName, LocalName, QualName, TokenizerResult, local_name, ns};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::time::Instant;

/// Deepest nesting that is kept. Of 581 news pages the deepest had 51 levels; at 512 a page made to be slow costs the
/// selecting crate three times as long as at 256.
pub(super) const DEPTH_LIMIT: u16 = 256;

/// Most elements and texts of a page; a large live blog has some tens of thousands.
pub(super) const NODE_LIMIT: usize = 200_000;

/// Bytes handed to the parser between two looks at the clock.
const CHUNK_BYTES: usize = 4096;

/// Index of a node in its [`Page`].
pub(super) type NodeId = u32;

const NONE: NodeId = NodeId::MAX;
const ROOT: NodeId = 0;

/// What a node is.
#[derive(Debug)]
pub(super) enum Data {
    Document,
    Element {
        name: LocalName,
        html: bool,
        attributes: Vec<(LocalName, StrTendril)>,
    },
    Text(String),
    /// Comments, doctypes and processing instructions.
    Other,
}

/// One node of the tree.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) data: Data,
    /// Input line it begins on, from 1.
    pub(super) line: u32,
    parent: NodeId,
    first: NodeId,
    last: NodeId,
    previous: NodeId,
    next: NodeId,
    depth: u16,
}

/// A parsed page.
#[derive(Debug)]
pub(super) struct Page {
    nodes: Vec<Node>,
    /// The last text begun, while it is white space alone: it begins where its first word will.
    blank: NodeId,
}

/// Why a page was not parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// More than [`NODE_LIMIT`] nodes.
    Nodes,
    /// The deadline passed.
    Time,
}

impl Page {
    /// Parses `html`, looking at the clock every few kilobytes.
    pub(super) fn parse(html: &str, deadline: Instant) -> Result<Self, Refusal> {
        let guard = Guard::new();
        let tokenizer = Tokenizer::new(guard, html5ever::tokenizer::TokenizerOpts::default());
        let queue = BufferQueue::default();
        let mut rest = html;
        while !rest.is_empty() {
            let (chunk, after) = rest.split_at(rest.floor_char_boundary(CHUNK_BYTES.min(rest.len())));
            rest = after;
            queue.push_back(StrTendril::from_slice(chunk));
            // Scripts and encoding indications interrupt the tokenizer; neither matters here.
            while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
            if tokenizer.sink.overfull() {
                return Err(Refusal::Nodes);
            }
            #[allow(
                clippy::disallowed_methods,
                reason = "a deadline against hostile pages; no result depends on the clock"
            )]
            let late = Instant::now() > deadline;
            if late {
                return Err(Refusal::Time);
            }
        }
        tokenizer.end();
        let mut page = tokenizer.sink.builder.sink.finish();
        page.flatten();
        Ok(page)
    }

    /// The document node.
    pub(super) fn root() -> NodeId {
        ROOT
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The children of `id` in order.
    pub(super) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let some = |id: NodeId| (id != NONE).then_some(id);
        std::iter::successors(some(self.node(id).first), move |&id| some(self.node(id).next))
    }

    /// The parent of `id`, none for the document.
    pub(super) fn parent(&self, id: NodeId) -> Option<NodeId> {
        Some(self.node(id).parent).filter(|&p| p != NONE)
    }

    /// The element's name; empty for other nodes and for elements of SVG and MathML.
    pub(super) fn name(&self, id: NodeId) -> &str {
        match &self.node(id).data {
            Data::Element { name, html: true, .. } => name,
            _ => "",
        }
    }

    /// The value of an attribute, if the element has it.
    pub(super) fn attribute(&self, id: NodeId, name: &str) -> Option<&str> {
        match &self.node(id).data {
            Data::Element { attributes, .. } => {
                attributes.iter().find(|(n, _)| &**n == name).map(|(_, value)| &**value)
            }
            _ => None,
        }
    }

    /// Every node below `id` in document order, itself first.
    pub(super) fn descendants(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let mut next = Some(id);
        std::iter::from_fn(move || {
            let current = next?;
            let node = self.node(current);
            next = if node.first == NONE {
                let mut up = current;
                loop {
                    if up == id {
                        break None;
                    }
                    let node = self.node(up);
                    if node.next != NONE {
                        break Some(node.next);
                    }
                    up = node.parent;
                    if up == NONE {
                        break None;
                    }
                }
            } else {
                Some(node.first)
            };
            Some(current)
        })
    }

    /// The text below `id` as it stands, white space and all.
    pub(super) fn text(&self, id: NodeId) -> String {
        let mut out = String::new();
        for node in self.descendants(id) {
            if let Data::Text(text) = &self.node(node).data {
                out.push_str(text);
            }
        }
        out
    }

    /// Hangs what lies deeper than the limit up at the limit. Moves of whole subtrees while parsing leave depths
    /// unknown, so this is what later recursion relies on.
    fn flatten(&mut self) {
        let mut next = ROOT;
        loop {
            let node = &self.nodes[next as usize];
            let (parent, first) = (node.parent, node.first);
            let depth = if parent == NONE { 0 } else { self.nodes[parent as usize].depth + 1 };
            self.nodes[next as usize].depth = depth;
            if depth >= DEPTH_LIMIT && first != NONE {
                // The children become the following siblings.
                let last = self.nodes[next as usize].last;
                let mut child = first;
                while child != NONE {
                    self.nodes[child as usize].parent = parent;
                    child = self.nodes[child as usize].next;
                }
                let after = self.nodes[next as usize].next;
                let me = &mut self.nodes[next as usize];
                (me.first, me.last, me.next) = (NONE, NONE, first);
                self.nodes[first as usize].previous = next;
                self.nodes[last as usize].next = after;
                if after == NONE {
                    self.nodes[parent as usize].last = last;
                } else {
                    self.nodes[after as usize].previous = last;
                }
            }
            let node = &self.nodes[next as usize];
            next = if node.first == NONE {
                let mut up = next;
                loop {
                    let node = &self.nodes[up as usize];
                    if node.next != NONE {
                        break node.next;
                    }
                    if node.parent == NONE {
                        return;
                    }
                    up = node.parent;
                }
            } else {
                node.first
            };
        }
    }

    fn push(&mut self, data: Data, line: u32) -> NodeId {
        let id = self.nodes.len() as NodeId;
        self.nodes.push(Node {
            data,
            line,
            parent: NONE,
            first: NONE,
            last: NONE,
            previous: NONE,
            next: NONE,
            depth: 0,
        });
        id
    }

    fn detach(&mut self, id: NodeId) {
        let node = &mut self.nodes[id as usize];
        let (parent, previous, next) = (node.parent, node.previous, node.next);
        (node.parent, node.previous, node.next) = (NONE, NONE, NONE);
        if parent == NONE {
            return;
        }
        if previous == NONE {
            self.nodes[parent as usize].first = next;
        } else {
            self.nodes[previous as usize].next = next;
        }
        if next == NONE {
            self.nodes[parent as usize].last = previous;
        } else {
            self.nodes[next as usize].previous = previous;
        }
    }

    /// Puts `id` below `parent`, before `before` or last.
    fn insert(&mut self, parent: NodeId, id: NodeId, before: NodeId) {
        self.detach(id);
        let previous = if before == NONE {
            self.nodes[parent as usize].last
        } else {
            self.nodes[before as usize].previous
        };
        let depth = self.nodes[parent as usize].depth.saturating_add(1);
        let node = &mut self.nodes[id as usize];
        (node.parent, node.previous, node.next, node.depth) = (parent, previous, before, depth);
        if previous == NONE {
            self.nodes[parent as usize].first = id;
        } else {
            self.nodes[previous as usize].next = id;
        }
        if before == NONE {
            self.nodes[parent as usize].last = id;
        } else {
            self.nodes[before as usize].previous = id;
        }
    }

    fn insert_text(&mut self, parent: NodeId, text: &str, before: NodeId, line: u32) {
        let previous = if before == NONE {
            self.nodes[parent as usize].last
        } else {
            self.nodes[before as usize].previous
        };
        let is_blank = text.trim_ascii().is_empty();
        if previous != NONE
            && let Node { data: Data::Text(existing), line: begun, .. } = &mut self.nodes[previous as usize]
        {
            existing.push_str(text);
            if previous == self.blank && !is_blank {
                *begun = line;
                self.blank = NONE;
            }
            return;
        }
        let id = self.push(Data::Text(text.to_owned()), line);
        if is_blank {
            self.blank = id;
        }
        self.insert(parent, id, before);
    }
}

/// What the tree builder knows a node by. The name is here because the tree builder borrows it.
#[derive(Debug, Clone)]
struct Handle {
    id: NodeId,
    name: QualName,
}

impl Handle {
    /// A node that is not an element.
    fn nameless(id: NodeId) -> Self {
        Self { id, name: QualName::new(None, ns!(), local_name!("")) }
    }
}

/// The tree under construction.
#[derive(Debug)]
struct Sink {
    page: RefCell<Page>,
    line: Cell<u32>,
    /// Depth of the element that the last node was put into.
    depth: Cell<u16>,
}

impl Sink {
    fn new() -> Self {
        let mut page = Page { nodes: Vec::new(), blank: NONE };
        page.push(Data::Document, 1);
        Self { page: RefCell::new(page), line: Cell::new(1), depth: Cell::new(0) }
    }

    fn place(&self, parent: NodeId, child: NodeOrText<Handle>, before: NodeId) {
        let mut page = self.page.borrow_mut();
        match child {
            AppendNode(handle) => page.insert(parent, handle.id, before),
            AppendText(text) => page.insert_text(parent, &text, before, self.line.get()),
        }
        self.depth.set(page.nodes[parent as usize].depth);
    }
}

/// Attributes that anything here or in the selecting crate looks at.
fn is_wanted(attribute: &Attribute) -> bool {
    matches!(
        &*attribute.name.local,
        "class"
            | "id"
            | "role"
            | "style"
            | "hidden"
            | "href"
            | "rel"
            | "lang"
            | "dir"
            | "type"
            | "name"
            | "property"
            | "content"
            | "charset"
            | "http-equiv"
            | "datetime"
            | "itemprop"
            | "itemscope"
            | "itemtype"
            | "aria-hidden"
            | "aria-modal"
            | "data-component"
            | "data-testid"
            | "data-lp-replacement-content"
            | "summary"
            | "datatable"
    )
}

fn kept(attributes: Vec<Attribute>) -> Vec<(LocalName, StrTendril)> {
    attributes.into_iter().filter(is_wanted).map(|a| (a.name.local, a.value)).collect()
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Page;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Page {
        self.page.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        Handle::nameless(ROOT)
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Handle {
        let data = Data::Element {
            name: name.local.clone(),
            html: name.ns == ns!(html),
            attributes: kept(attributes),
        };
        let id = self.page.borrow_mut().push(data, self.line.get());
        Handle { id, name }
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        Handle::nameless(self.page.borrow_mut().push(Data::Other, self.line.get()))
    }

    fn create_pi(&self, _: StrTendril, data: StrTendril) -> Handle {
        self.create_comment(data)
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.place(parent.id, child, NONE);
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        let parented = self.page.borrow().node(element.id).parent != NONE;
        if parented { self.append_before_sibling(element, child) } else { self.append(previous, child) }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    /// A template's content is not part of the page; it stays below the template, which no walk enters.
    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.clone()
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x.id == y.id
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        let parent = self.page.borrow().node(sibling.id).parent;
        if parent != NONE {
            self.place(parent, child, sibling.id);
        }
    }

    fn add_attrs_if_missing(&self, target: &Handle, attributes: Vec<Attribute>) {
        let mut page = self.page.borrow_mut();
        if let Data::Element { attributes: existing, .. } = &mut page.nodes[target.id as usize].data {
            for (name, value) in kept(attributes) {
                if existing.iter().all(|(n, _)| *n != name) {
                    existing.push((name, value));
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.page.borrow_mut().detach(target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let mut page = self.page.borrow_mut();
        loop {
            let child = page.node(node.id).first;
            if child == NONE {
                break;
            }
            page.insert(new_parent.id, child, NONE);
        }
    }

    fn set_current_line(&self, line: u64) {
        self.line.set(u32::try_from(line).unwrap_or(u32::MAX));
    }
}

/// Stands between tokenizer and tree builder and keeps from the latter what would nest too deep.
struct Guard {
    builder: TreeBuilder<Handle, Sink>,
    /// Names of the elements that were not let through and are still open.
    withheld: RefCell<Vec<LocalName>>,
}

impl Guard {
    fn new() -> Self {
        Self {
            builder: TreeBuilder::new(Sink::new(), html5ever::tree_builder::TreeBuilderOpts::default()),
            withheld: RefCell::default(),
        }
    }

    fn overfull(&self) -> bool {
        self.builder.sink.page.borrow().nodes.len() > NODE_LIMIT
    }

    /// Whether the tree builder must not see this tag.
    fn withholds(&self, tag: &Tag) -> bool {
        let mut withheld = self.withheld.borrow_mut();
        let depth = &self.builder.sink.depth;
        match tag.kind {
            TagKind::StartTag => {
                // These change how the tokenizer reads on, and hold nothing.
                let raw = matches!(
                    &*tag.name,
                    "script"
                        | "style"
                        | "textarea"
                        | "title"
                        | "xmp"
                        | "iframe"
                        | "noembed"
                        | "noframes"
                        | "noscript"
                        | "plaintext"
                );
                if depth.get() < DEPTH_LIMIT || raw {
                    return false;
                }
                if !tag.self_closing && !is_void(&tag.name) {
                    withheld.push(tag.name.clone());
                }
                true
            }
            TagKind::EndTag => {
                if withheld.last() == Some(&tag.name) {
                    withheld.pop();
                    return true;
                }
                // The next node says how deep it really lies.
                depth.set(depth.get().saturating_sub(1));
                false
            }
        }
    }
}

pub(in crate::article) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

impl TokenSink for Guard {
    type Handle = Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        if self.overfull() && token != Token::EOFToken {
            return TokenSinkResult::Continue;
        }
        if let Token::TagToken(tag) = &token
            && self.withholds(tag)
        {
            return TokenSinkResult::Continue;
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}
