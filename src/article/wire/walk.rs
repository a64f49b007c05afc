//! A body in NITF or XHTML → its texts, in order, with what the markup says of each.
//!
//! The two vocabularies do not contradict each other, and senders mix them. A text is what stands between two edges
//! of block elements or line breaks; elements that are no block add no white space, so words are neither glued nor
//! torn. Encoded media are no text. Everything else is: an element that nobody knows is a block.

use super::super::Kind;
use super::story::Block;
use super::xml::Lines;
use roxmltree::Node;

/// A verdict that markup gives.
type Out = (Kind, &'static str);

/// What an element does to the texts around it.
#[derive(Debug, Clone, Copy)]
enum Role {
    Inline,
    /// An inline element that is set off from its neighbours by a space where the sender wrote none.
    Word,
    Quote,
    Numerator,
    Superscript,
    Block,
    Marked(Out),
    Break,
    Silent,
    Preformatted,
}

fn role(name: &str) -> Role {
    match name {
        "a" | "abbr" | "acronym" | "b" | "bdi" | "bdo" | "big" | "chron" | "cite" | "classifier" | "code"
        | "del" | "dfn" | "em" | "event" | "font" | "frac" | "frac-sep" | "function" | "i" | "ins"
        | "kbd" | "lang" | "location" | "mark" | "money" | "num" | "object.title" | "org" | "person"
        | "pronounce" | "s" | "samp" | "small" | "span" | "strong" | "sub" | "time" | "tt" | "u" | "var"
        | "virtloc" | "wbr" | "alt-code" | "copyrite.year" | "copyrite.holder" | "denom" => Role::Inline,
        "numer" => Role::Numerator,
        "sup" => Role::Superscript,
        "q" => Role::Quote,
        "td" | "th" | "city" | "sublocation" | "state" | "region" | "country" | "name.given"
        | "name.family" | "byttl" | "story.date" | "nitf-col" => Role::Word,
        "br" => Role::Break,
        "pre" => Role::Preformatted,
        "media-object"
        | "media-metadata"
        | "tobject"
        | "key-list"
        | "script"
        | "style"
        | "head"
        | "template"
        | "nitf-table-metadata"
        | "img"
        | "hr"
        | "col"
        | "colgroup"
        | "iframe"
        | "object"
        | "audio"
        | "video" => Role::Silent,
        "tr" => Role::Marked((Kind::List, "a row of a table")),
        "hl1" | "h1" => Role::Marked((Kind::Headline, "a headline inside the text")),
        "hl2" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            Role::Marked((Kind::Crosshead, "the markup calls it a heading between paragraphs"))
        }
        "media-caption" | "figcaption" | "caption" => {
            Role::Marked((Kind::Caption, "the markup calls it a caption"))
        }
        "media" | "figure" | "media-reference" => Role::Marked((Kind::Caption, "it stands with a picture")),
        "media-producer" | "datasource" => Role::Marked((Kind::Credit, "the markup calls it a credit")),
        "byline" => Role::Marked((Kind::Byline, "the markup calls it a byline")),
        "dateline" => Role::Marked((Kind::Dateline, "the markup calls it a dateline")),
        "copyrite" | "rights" => Role::Marked((Kind::Copyright, "the markup calls it a copyright notice")),
        "abstract" => Role::Marked((Kind::Summary, "the markup calls it a summary")),
        "fn" => Role::Marked((Kind::Boilerplate, "a footnote")),
        "note" => Role::Marked((Kind::Notice, "the markup calls it a note")),
        "tagline" => Role::Marked((Kind::Agency, "the markup calls it the line below the story")),
        "bibliography" => Role::Marked((Kind::Boilerplate, "the markup calls it a bibliography")),
        _ => Role::Block,
    }
}

/// The texts inside `node`.
pub(super) fn texts(node: Node<'_, '_>, lines: &Lines) -> Vec<Block> {
    texts_as(node, lines, None)
}

/// The texts inside `node`, all of one kind unless the markup below says another.
pub(super) fn texts_as(node: Node<'_, '_>, lines: &Lines, out: Option<Out>) -> Vec<Block> {
    let mut walk = Walk::of(lines);
    for child in node.children() {
        walk.enter(child, out);
    }
    walk.flush(out);
    walk.texts
}

/// All text inside `node` as one string.
pub(super) fn plain(node: Node<'_, '_>) -> String {
    let lines = Lines::Fixed(0);
    texts(node, &lines).into_iter().map(|t| t.text).collect::<Vec<_>>().join(" ")
}

struct Walk<'l> {
    lines: &'l Lines,
    texts: Vec<Block>,
    buffer: String,
    span: Option<(usize, usize)>,
    space: bool,
    /// Here a word ends that may be set without white space around it.
    word: bool,
    after_break: bool,
}

impl<'l> Walk<'l> {
    fn of(lines: &'l Lines) -> Self {
        Self {
            lines,
            texts: Vec::new(),
            buffer: String::new(),
            span: None,
            space: false,
            word: false,
            after_break: false,
        }
    }

    /// Recursion is bounded by the depth that `xml` allows.
    fn enter(&mut self, node: Node<'_, '_>, out: Option<Out>) {
        if let Some(text) = node.text().filter(|_| node.is_text()) {
            return self.push(node, text);
        }
        if !node.is_element() {
            return;
        }
        let inside =
            |walk: &mut Self, out: Option<Out>| node.children().for_each(|child| walk.enter(child, out));
        match role(node.tag_name().name()) {
            Role::Silent => {}
            Role::Inline => inside(self, out),
            Role::Word => {
                self.word = true;
                inside(self, out);
                self.word = true;
            }
            Role::Numerator => {
                // "7½", not "71/2".
                self.space |= self.buffer.ends_with(|c: char| c.is_ascii_digit());
                inside(self, out);
                let whole = node.next_siblings().take(4).any(|n| n.tag_name().name() == "frac-sep");
                if !whole {
                    self.buffer.push('/');
                }
            }
            Role::Superscript => {
                let text = node.text().map(str::trim).unwrap_or_default();
                match text {
                    "2" => self.append("²"),
                    "3" => self.append("³"),
                    _ => inside(self, out),
                }
            }
            Role::Quote => {
                // Whoever writes the element sometimes writes the marks, too.
                let marked = self.buffer.ends_with(['"', '“', '„', '«', '‘', '\''])
                    || plain(node).starts_with(['"', '“', '„', '«', '‘', '\'']);
                if !marked {
                    self.append("“");
                }
                inside(self, out);
                if !marked {
                    self.space = false;
                    self.append("”");
                }
            }
            Role::Break => {
                self.flush(out);
                self.after_break = true;
            }
            Role::Block => {
                self.flush(out);
                inside(self, out.or_else(|| summary(node)));
                self.flush(out.or_else(|| summary(node)));
            }
            Role::Marked(own) => {
                self.flush(out);
                let own = Some(if own.0 == Kind::Notice { notice(node) } else { own });
                inside(self, own);
                self.flush(own);
            }
            Role::Preformatted => {
                self.flush(out);
                self.preformatted(node, out);
            }
        }
    }

    /// Line breaks count inside.
    fn preformatted(&mut self, node: Node<'_, '_>, out: Option<Out>) {
        for text in node.descendants().filter(Node::is_text) {
            let first = self.lines.at(text.range().start);
            for (n, line) in text.text().unwrap_or_default().lines().enumerate() {
                self.append(line.trim());
                self.span = Some(match self.lines {
                    Lines::Fixed(line) => (*line, *line),
                    Lines::Counted { .. } => (first + n, first + n),
                });
                self.flush(out);
            }
        }
    }

    fn push(&mut self, node: Node<'_, '_>, text: &str) {
        if text.trim().is_empty() {
            self.space = true;
            return;
        }
        let range = node.range();
        let raw = &node.document().input_text()[range.clone()];
        let first = self.lines.at(range.start + (raw.len() - raw.trim_start().len()));
        let last = self.lines.at(range.start + raw.trim_end().len().saturating_sub(1));
        self.span = Some(self.span.map_or((first, last), |(from, _)| (from, last)));
        self.append(text);
    }

    /// Adds text with its white space collapsed.
    fn append(&mut self, text: &str) {
        for c in text.chars() {
            // A no-break space stays for the pass to see.
            if c.is_ascii_whitespace() {
                self.space = true;
                continue;
            }
            let apart = self.space
                || (self.word && !matches!(c, ',' | '.' | ';' | ':' | '!' | '?' | ')' | '’' | '\''));
            if apart && !self.buffer.is_empty() {
                self.buffer.push(' ');
            }
            (self.space, self.word) = (false, false);
            self.buffer.push(c);
        }
    }

    fn flush(&mut self, out: Option<Out>) {
        (self.space, self.word) = (false, false);
        let text = std::mem::take(&mut self.buffer);
        let span = self.span.take();
        if !text.trim().is_empty() {
            let lines = span.unwrap_or((1, 1));
            let after_break = self.after_break && !self.texts.is_empty();
            let out = out.map(|(kind, reason)| (kind, reason.to_owned()));
            self.texts.push(Block { text, lines, after_break, out });
        }
        self.after_break = false;
    }
}

/// A paragraph that says of itself that it sums the story up (NITF 3.6, `p/@summary`).
fn summary(node: Node<'_, '_>) -> Option<Out> {
    (node.attribute("summary") == Some("true")).then_some((Kind::Summary, "the markup calls it a summary"))
}

/// A note for the public or for editors (NITF 3.6, `note/@type` and `@noteclass`).
pub(super) fn notice(node: Node<'_, '_>) -> Out {
    match (node.attribute("type"), node.attribute("noteclass")) {
        (_, Some("cpyrt" | "trademk")) => (Kind::Copyright, "the markup calls it a copyright note"),
        (Some("npa"), _) | (_, Some("editorsnote")) => (Kind::Slug, "the markup calls it a note to editors"),
        _ => (Kind::Notice, "the markup calls it a note"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::xml;
    use super::*;

    fn read(text: &str) -> Vec<(String, usize, Option<Kind>)> {
        let lines = Lines::of(text, 1);
        let tree = xml::parse(text, &lines).unwrap();
        texts(tree.root_element(), &lines)
            .into_iter()
            .map(|t| (t.text, t.lines.0, t.out.map(|o| o.0)))
            .collect()
    }

    #[test]
    fn texts_of_both_vocabularies() {
        for (xml, texts) in [
            (
                "<b><p>The\n <em>old</em> river<em>bridge</em>, in\n<location>Leeds</location>.</p></b>",
                &[("The old riverbridge, in Leeds.", 1, None)][..],
            ),
            (
                "<b>\n<p>One.</p>\n<hl2>Next</hl2>\n<p>Two<br/>Three</p></b>",
                &[
                    ("One.", 2, None),
                    ("Next", 3, Some(Kind::Crosshead)),
                    ("Two", 4, None),
                    ("Three", 4, None),
                ],
            ),
            (
                "<b><p>Up <num>7<frac><numer>1</numer><denom>2</denom></frac></num> of 30 km<sup>2</sup></p></b>",
                &[("Up 7 1/2 of 30 km²", 1, None)],
            ),
            (
                "<b><p><location><city>Leeds</city><country>England</country></location>, she said</p></b>",
                &[("Leeds England, she said", 1, None)],
            ),
            (
                "<b><p>He said <q>no</q>, then “<q>yes</q>”.</p></b>",
                &[("He said “no”, then “yes”.", 1, None)],
            ),
            (
                "<b><media media-type='image'><media-reference source='x'/><media-object encoding='b64'>AAAA</media-object><media-caption><p>A swan.</p></media-caption><media-producer>Ann Orme</media-producer></media></b>",
                &[("A swan.", 1, Some(Kind::Caption)), ("Ann Orme", 1, Some(Kind::Credit))],
            ),
            (
                "<b><table><tr><td>Rovers</td><td>2</td></tr><tr><td>Town</td><td>1</td></tr></table></b>",
                &[("Rovers 2", 1, Some(Kind::List)), ("Town 1", 1, Some(Kind::List))],
            ),
            ("<b><pre>one\ntwo</pre></b>", &[("one", 1, None), ("two", 2, None)]),
            (
                "<b><p summary='true'>In short.</p><note type='npa'><body.content><p>Eds: hold.</p></body.content></note>loose</b>",
                &[
                    ("In short.", 1, Some(Kind::Summary)),
                    ("Eds: hold.", 1, Some(Kind::Slug)),
                    ("loose", 1, None),
                ],
            ),
            (
                "<b><unknown>kept</unknown><ul><li>one</li><li>two</li></ul></b>",
                &[("kept", 1, None), ("one", 1, None), ("two", 1, None)],
            ),
            ("<b/>", &[]),
        ] {
            let texts: Vec<_> = texts.iter().map(|(t, l, k)| ((*t).to_owned(), *l, *k)).collect();
            assert_eq!(read(xml), texts, "{xml}");
        }
    }
}
