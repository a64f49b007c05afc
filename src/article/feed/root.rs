//! The root of a feed in XML: which dialect it is, or what it is instead.

use super::aside::{Lines, Refusal};
use super::markup::{Token, Tokens, attribute, local};
use super::names::{Dialect, dialect};
use regex::Regex;
use std::sync::LazyLock;

/// The element that makes a text a feed.
pub(super) struct Root<'a> {
    pub(super) name: &'a str,
    pub(super) attributes: &'a str,
    pub(super) dialect: Dialect,
    pub(super) at: usize,
}

/// Finds the root of the feed. Warnings of a web server's scripts may stand before it.
pub(super) fn find<'a>(tokens: &mut Tokens<'a>, text: &str) -> Result<Root<'a>, Refusal> {
    let mut first = None;
    for (at, token) in tokens.by_ref() {
        match token {
            Token::Doctype(inner) if declares_entities(inner) => {
                return Err(Refusal {
                    line: Some(Lines::new(text).of(at)),
                    problem: "it declares entities of its own (<!ENTITY), which are never expanded".into(),
                });
            }
            Token::Start { name, attributes, .. } => {
                if let Some(dialect) = dialect(name, attributes) {
                    return Ok(Root { name, attributes, dialect, at });
                }
                let known = first.get_or_insert(name);
                if known.eq_ignore_ascii_case("html") {
                    break;
                }
            }
            _ => {}
        }
    }
    let problem = match first {
        None if text.trim().is_empty() => "it is empty".into(),
        None => "it has no <rss>, <rdf:RDF> or <feed> element".into(),
        Some(name) if name.eq_ignore_ascii_case("html") => {
            "it is an HTML page; the page's head may name the address of its feed".into()
        }
        Some(name) => {
            let name: String = name.chars().take(40).collect();
            format!("it begins with <{name}>, and holds no <rss>, <rdf:RDF> or <feed> of a known kind")
        }
    };
    Err(Refusal { line: None, problem })
}

/// Whether a document type gives entities values of its own. A name for one character is harmless (it is HTML's name
/// for it), and so is a reference to a file of such names, which nobody fetches.
fn declares_entities(inner: &str) -> bool {
    static ENTITY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"<!ENTITY\s+[^%\s]\S*\s+(?:"([^"]*)"|'([^']*)')"#).expect("a constant pattern")
    });
    static CHARACTER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^&#\w{1,8};$").expect("a constant pattern"));
    ENTITY.captures_iter(inner).any(|entity| {
        let value = entity.get(1).or(entity.get(2)).map_or("", |value| value.as_str());
        !CHARACTER.is_match(value)
    })
}

/// Whether a text is a feed in XML: nothing but a prologue stands before its root, and `rss` has a version or a
/// channel, so that a text about the tag is none.
pub(super) fn is_feed(text: &str) -> bool {
    let mut is_rss = false;
    for (_, token) in Tokens::new(text) {
        match token {
            Token::Text(text) if text.trim().is_empty() => {}
            Token::Doctype(_) => {}
            Token::Start { name, .. } if is_rss => return matches!(local(name), "channel" | "item"),
            Token::Start { name, attributes, .. } => match dialect(name, attributes) {
                Some(Dialect::Rss) if attribute(attributes, "version").is_none() => is_rss = true,
                found => return found.is_some(),
            },
            _ => return false,
        }
    }
    false
}
