//! XML from outside → a tree, after a look at what a tree would cost.
//!
//! No document type is ever read, so no entity is ever expanded: a declaration without entities of its own is blanked
//! out, one with them is refused. Depth, attributes and namespaces are counted before the parser builds anything,
//! because it compares every attribute of an element with every other, copies the namespaces in scope, and because
//! whoever walks the tree recurses. Lines stay what they are in the input.

use super::super::text;
use regex::Regex;
use roxmltree::{Document, Error, ParsingOptions};
use std::borrow::Cow;
use std::sync::LazyLock;

/// Elements inside elements. NITF in NewsML-G2 in a news message with a table has some 20; the walk recurses.
pub(super) const DEPTH_LIMIT: usize = 128;
/// Elements of one input: a message of a hundred long stories has some 20,000.
pub(super) const ELEMENT_LIMIT: usize = 300_000;
/// Attributes of one element; NITF's richest has 11. The parser compares each with each.
pub(super) const ATTRIBUTE_LIMIT: usize = 128;
/// Namespaces declared on the elements around one; five or six are usual. The parser copies them.
pub(super) const NAMESPACE_LIMIT: usize = 64;
/// How far in the first element is looked for: licences are written in comments above it.
const PROLOG_BYTES: usize = 64 << 10;

/// What is wrong with an input, and on which line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) line: Option<u32>,
    pub(super) problem: String,
}

/// Input lines, from 1.
#[derive(Debug)]
pub(super) enum Lines {
    /// Where each line begins, in bytes, and the line of the input on which the first stands.
    Counted { starts: Vec<usize>, first: usize },
    /// A document inside a string: all of it stands on one line.
    Fixed(usize),
}

impl Lines {
    pub(super) fn of(text: &str, first: usize) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1);
        Self::Counted { starts: std::iter::once(0).chain(ends).collect(), first }
    }

    /// The line of the byte at `at`.
    pub(super) fn at(&self, at: usize) -> usize {
        match self {
            Self::Counted { starts, first } => starts.partition_point(|s| *s <= at).max(1) - 1 + first,
            Self::Fixed(line) => *line,
        }
    }

    fn flaw(&self, at: usize, problem: impl Into<String>) -> Flaw {
        Flaw { line: u32::try_from(self.at(at)).ok(), problem: problem.into() }
    }
}

/// The local name of the first element, if `text` is XML.
pub(super) fn root(text: &str) -> Option<&str> {
    let text = text.trim_start_matches('\u{feff}');
    let mut rest = text[..text.floor_char_boundary(PROLOG_BYTES)].trim_start();
    loop {
        let after = if let Some(comment) = rest.strip_prefix("<!--") {
            &comment[comment.find("-->")? + 3..]
        } else if rest.starts_with("<?") {
            &rest[rest.find("?>")? + 2..]
        } else if is_doctype(rest) {
            &rest[doctype_end(rest)?..]
        } else {
            break;
        };
        rest = after.trim_start();
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<'))?;
    name[..end].rsplit(':').next().filter(|n| n.starts_with(char::is_alphabetic))
}

fn is_doctype(rest: &str) -> bool {
    rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!DOCTYPE"))
}

/// Behind the `>` that ends a document type declaration at the start of `text`.
fn doctype_end(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut inside = false;
    for (at, b) in text.bytes().enumerate() {
        match (quote, b) {
            (Some(q), _) if q == b => quote = None,
            (None, b'"' | b'\'') => quote = Some(b),
            (None, b'[') => inside = true,
            (None, b']') => inside = false,
            (None, b'>') if !inside => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The input made safe to parse: its document type out, the named entities of HTML as characters. Borrowed where
/// nothing had to be done.
///
/// # Errors
/// A [`Flaw`] past a limit, or for a document type with entities of its own.
pub(super) fn guarded<'a>(text: &'a str, lines: &Lines) -> Result<Cow<'a, str>, Flaw> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(Flaw { line: None, problem: "it is empty".into() });
    }
    let doctype = survey(text, lines)?;
    let mut safe = Cow::Borrowed(text);
    if let Some(range) = doctype {
        let blank: String = text[range.clone()].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        safe.to_mut().replace_range(range, &blank);
    }
    if safe.contains('&')
        && let Cow::Owned(mended) = with_characters(&safe)
    {
        safe = Cow::Owned(mended);
    }
    Ok(safe)
}

/// `&nbsp;` and its like, which XML does not know without a document type; XML's own five stay.
fn with_characters(text: &str) -> Cow<'_, str> {
    static NAMED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"&([a-zA-Z]{2,8}\d{0,2});").expect("a constant pattern"));
    NAMED.replace_all(text, |c: &regex::Captures<'_>| match &c[1] {
        "amp" | "lt" | "gt" | "quot" | "apos" => c[0].to_owned(),
        name => text::entity(name).map_or_else(|| c[0].to_owned(), str::to_owned),
    })
}

/// Counts what a tree would hold; where the document type is.
fn survey(text: &str, lines: &Lines) -> Result<Option<std::ops::Range<usize>>, Flaw> {
    let mut open: Vec<usize> = Vec::new();
    let (mut elements, mut namespaces) = (0, 0);
    let mut doctype = None;
    let mut at = 0;
    while let Some(found) = text[at..].find('<') {
        let start = at + found;
        let rest = &text[start..];
        let skip = |end: &str, from: usize| rest[from..].find(end).map(|n| start + from + n + end.len());
        let next = if rest.starts_with("<!--") {
            skip("-->", 4)
        } else if rest.starts_with("<![CDATA[") {
            skip("]]>", 9)
        } else if rest.starts_with("<?") {
            skip("?>", 2)
        } else if is_doctype(rest) {
            let end = doctype_end(rest).map(|end| start + end);
            if let Some(end) = end {
                refuse_entities(&text[start..end], start, lines)?;
                doctype.get_or_insert(start..end);
            }
            end
        } else if rest.starts_with("</") {
            namespaces -= open.pop().unwrap_or(0);
            skip(">", 2)
        } else {
            elements += 1;
            let tag = tag(rest);
            if tag.attributes > ATTRIBUTE_LIMIT {
                return Err(
                    lines.flaw(start, format!("an element with more than {ATTRIBUTE_LIMIT} attributes"))
                );
            }
            if namespaces + tag.namespaces > NAMESPACE_LIMIT {
                return Err(lines.flaw(start, format!("more than {NAMESPACE_LIMIT} namespaces in scope")));
            }
            if !tag.empty {
                namespaces += tag.namespaces;
                open.push(tag.namespaces);
            }
            if open.len() > DEPTH_LIMIT {
                return Err(lines.flaw(start, format!("elements nested more than {DEPTH_LIMIT} deep")));
            }
            if elements > ELEMENT_LIMIT {
                return Err(lines.flaw(start, format!("more than {ELEMENT_LIMIT} elements")));
            }
            tag.end.map(|end| start + end)
        };
        // What never ends is for the parser to report.
        let Some(next) = next else { break };
        at = next;
    }
    Ok(doctype)
}

fn refuse_entities(doctype: &str, start: usize, lines: &Lines) -> Result<(), Flaw> {
    // A parameter entity ("% name") only builds other declarations, and none of them is read.
    for (at, word) in doctype.match_indices("<!ENTITY") {
        if !doctype[at + word.len()..].trim_start().starts_with('%') {
            return Err(lines.flaw(start + at, "its document type declares entities, which are not expanded"));
        }
    }
    Ok(())
}

#[derive(Debug, Default)]
struct Tag {
    attributes: usize,
    namespaces: usize,
    empty: bool,
    /// Behind its `>`.
    end: Option<usize>,
}

/// Measures the start tag at the start of `rest`.
fn tag(rest: &str) -> Tag {
    let mut tag = Tag::default();
    let bytes = rest.as_bytes();
    let mut quote = None;
    for (at, &b) in bytes.iter().enumerate() {
        match (quote, b) {
            (Some(q), _) if q == b => quote = None,
            (None, b'"' | b'\'') => quote = Some(b),
            (None, b'=') => tag.attributes += 1,
            (None, b'x')
                if rest[at..].starts_with("xmlns") && at > 0 && bytes[at - 1].is_ascii_whitespace() =>
            {
                tag.namespaces += 1;
            }
            (None, b'>') => {
                tag.empty = at > 0 && bytes[at - 1] == b'/';
                tag.end = Some(at + 1);
                break;
            }
            _ => {}
        }
    }
    tag
}

/// Parses a guarded text.
///
/// # Errors
/// A [`Flaw`] for what is not well-formed.
pub(super) fn parse<'a>(guarded: &'a str, lines: &Lines) -> Result<Document<'a>, Flaw> {
    // A text node stands between any two tags.
    let nodes_limit = u32::try_from(4 * ELEMENT_LIMIT).unwrap_or(u32::MAX);
    Document::parse_with_options(
        guarded,
        ParsingOptions { allow_dtd: false, nodes_limit, ..ParsingOptions::default() },
    )
    .map_err(|error| {
        let whole = matches!(
            error,
            Error::NoRootNode
                | Error::UnclosedRootNode
                | Error::UnexpectedEndOfStream
                | Error::NodesLimitReached
                | Error::AttributesLimitReached
                | Error::NamespacesLimitReached
                | Error::DtdDetected
        );
        let row = error.pos().row as usize;
        let line = match lines {
            Lines::Fixed(line) => *line,
            // It ended too early: the end is where the rest is missing.
            Lines::Counted { .. } if whole => lines.at(guarded.trim_end().len().saturating_sub(1)),
            Lines::Counted { first, .. } => row.max(1) - 1 + first,
        };
        Flaw { line: u32::try_from(line).ok(), problem: describe(&error) }
    })
}

/// The parser's message without the place, which is told apart from it.
fn describe(error: &Error) -> String {
    static PLACE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r" (?:(?:is detected|found) )?at \d+:\d+").expect("a constant pattern"));
    match error {
        Error::UnclosedRootNode | Error::UnexpectedEndOfStream => {
            "it breaks off before its last element ends".into()
        }
        Error::UnknownNamespace(prefix, _) => {
            format!(
                "the prefix \"{prefix}\" is declared nowhere; perhaps this is a piece of a larger document"
            )
        }
        Error::UnexpectedCloseTag(expected, actual, _) => {
            format!("the end tag \"{actual}\" where \"{expected}\" is open")
        }
        other => PLACE.replace_all(&other.to_string(), "").into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<(), Flaw> {
        let lines = Lines::of(text, 1);
        let safe = guarded(text, &lines)?;
        parse(&safe, &lines).map(|_| ())
    }

    #[test]
    fn roots_by_content() {
        for (text, name) in [
            ("<nitf><body/></nitf>", Some("nitf")),
            (
                "\u{feff}<?xml version=\"1.0\"?>\n<!-- a > b -->\n<n:newsItem xmlns:n=\"x\"/>",
                Some("newsItem"),
            ),
            ("<!DOCTYPE nitf SYSTEM \"a>b.dtd\" [ <!ENTITY % x \"]>\"> ]>\n<nitf\n/>", Some("nitf")),
            ("<!DOCTYPE nitf", None),
            ("<!-- never ends <nitf>", None),
            ("nitf", None),
            ("< nitf>", None),
            ("", None),
        ] {
            assert_eq!(root(text), name, "{text}");
        }
    }

    #[test]
    fn a_document_type_is_blanked_and_entities_are_not_expanded() {
        let text = "<!DOCTYPE nitf SYSTEM 'nitf.dtd' [\n<!ENTITY % a SYSTEM 'b'>\n]>\n<nitf>caf&eacute;&nbsp;&amp; bar</nitf>";
        let lines = Lines::of(text, 1);
        let safe = guarded(text, &lines).unwrap();
        let tree = parse(&safe, &lines).unwrap();
        assert_eq!(tree.root_element().text(), Some("café & bar"));
        assert_eq!(lines.at(tree.root_element().range().start), 4);
        let bomb = "<?xml version='1.0'?>\n<!DOCTYPE n [\n<!ENTITY a 'aaaa'>\n<!ENTITY b '&a;&a;'>]>\n<nitf>&b;</nitf>";
        let flaw = check(bomb).unwrap_err();
        assert_eq!(flaw.line, Some(3));
        assert!(flaw.problem.contains("entities"), "{flaw:?}");
    }

    #[test]
    fn limits_hold_before_a_tree_is_built() {
        let deep = format!("{}{}", "<a>\n".repeat(200_000), "</a>".repeat(200_000));
        let attributes = (0..200_000).map(|i| format!(" a{i}=\"\"")).collect::<Vec<_>>().concat();
        let spaces = (0..100).map(|i| format!(" xmlns:a{i}=\"{i}\"")).collect::<Vec<_>>().concat();
        for (text, line, says) in [
            (deep, 129, "nested"),
            (format!("<a{attributes}/>"), 1, "attributes"),
            (format!("\n<a{spaces}/>"), 2, "namespaces"),
            (format!("<a>{}</a>", "<b/>".repeat(ELEMENT_LIMIT)), 1, "elements"),
        ] {
            let flaw = check(&text).unwrap_err();
            assert_eq!(flaw.line, Some(line), "{flaw:?}");
            assert!(flaw.problem.contains(says), "{flaw:?}");
        }
        assert_eq!(check("<a><!-- <b> --><![CDATA[<c>]]><d e=\"<>\"/></a>").unwrap_err().line, Some(1));
    }

    #[test]
    fn flaws_have_lines() {
        for (text, line, says) in [
            ("<a>\n<b>one\n", Some(2), "breaks off"),
            ("<a>\n<b></a>", Some(2), "end tag"),
            ("<a>\n\n<x:b/></a>", Some(3), "\"x\""),
            ("<a>\nAT&T</a>", Some(2), "entity"),
            ("<a>\n&nosuch;</a>", Some(2), "nosuch"),
            (" \n", None, "empty"),
            ("<a b=", Some(1), "breaks off"),
        ] {
            let flaw = check(text).unwrap_err();
            assert_eq!(flaw.line, line, "{text}: {flaw:?}");
            assert!(flaw.problem.contains(says) && !flaw.problem.contains(" at "), "{text}: {flaw:?}");
        }
    }
}
