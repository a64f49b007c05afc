//! Writing the feed that the crate reads.

use super::markup::{attribute, attributes, escape, local};
use super::names::Dialect;
use crate::article::html::dom::is_void;
use std::fmt::Write as _;

const CONTENT: &str = "http://purl.org/rss/1.0/modules/content/";
const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const RSS_1: &str = "http://purl.org/rss/1.0/";
const ATOM: &str = "http://www.w3.org/2005/Atom";

/// A whole feed from what stands in its head and its entries.
pub(super) fn assemble(dialect: Dialect, head: &str, entries: &str) -> String {
    match dialect {
        Dialect::Rss => format!(
            "<rss version=\"2.0\" xmlns:content=\"{CONTENT}\"><channel>{head}{entries}</channel></rss>"
        ),
        Dialect::Rdf => format!(
            "<rdf:RDF xmlns:rdf=\"{RDF}\" xmlns=\"{RSS_1}\" xmlns:content=\"{CONTENT}\">\
             <channel>{head}</channel>{entries}</rdf:RDF>"
        ),
        Dialect::Atom => format!("<feed xmlns=\"{ATOM}\">{head}{entries}</feed>"),
    }
}

/// The text of one element.
pub(super) struct Inner {
    pub(super) text: String,
    /// There is markup in `text`: it is HTML whatever the element says.
    pub(super) marked: bool,
    /// First and last line of what it says.
    pub(super) lines: (u32, u32),
}

impl Inner {
    pub(super) fn push(&mut self, text: &str, markup: bool) {
        if markup {
            escape(&mut self.text, text);
        } else {
            self.text.push_str(text);
        }
    }
}

/// A tag as HTML has it: without prefixes and namespaces.
pub(super) fn write_tag(out: &mut String, name: &str, raw_attributes: &str, empty: bool) {
    let _ = write!(out, "<{}", local(name));
    for (key, value) in attributes(raw_attributes).filter(|(key, _)| !key.starts_with("xml")) {
        let _ = write!(out, " {key}=\"");
        escape(out, &value);
        out.push('"');
    }
    out.push('>');
    // HTML knows no empty form of an element that can hold something.
    if empty && !is_void(local(name)) {
        let _ = write!(out, "</{}>", local(name));
    }
}

/// Whether an Atom text or content is HTML; `None` for what is neither HTML nor text (RFC 4287, §3.1.1 and §4.1.3).
pub(super) fn atom_type(attributes: &str) -> Option<bool> {
    if attribute(attributes, "src").is_some() {
        return None;
    }
    let kind = attribute(attributes, "type").unwrap_or_default().trim().to_ascii_lowercase();
    match kind.split(';').next().unwrap_or_default().trim() {
        "html" | "text/html" | "xhtml" | "application/xhtml+xml" => Some(true),
        "" | "text" | "plain" | "text/plain" => Some(false),
        other if other.starts_with("text/") => Some(false),
        _ => None,
    }
}
