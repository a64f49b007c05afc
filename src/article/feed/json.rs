//! JSON Feed, as found → one that the crate `feed-rs` reads, and what it would not tell us.
//!
//! The crate refuses a whole feed for one number where a string should be, so each item is read by itself; one that
//! does not parse, and the last of a feed that is cut off, is left out and reported.
//! Source: JSON Feed 1.0 and 1.1 (jsonfeed.org).

use super::aside::{AUTHOR_LIMIT, Aside, Lines, Mended, Refusal, recording, times};
use super::markup::is_allowed;
use super::{ENTRY_LIMIT, Problem};
use crate::article::html::jsonld;
use regex::Regex;
use serde_json::{Map, Value, json};
use std::ops::Range;
use std::sync::LazyLock;

/// Whether a JSON text says that it is a feed. In a text that is quoted inside another the marks would be escaped.
pub(super) fn is_feed(text: &str) -> bool {
    static VERSION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#""version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version\\?/"#)
            .expect("a constant pattern")
    });
    text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').starts_with('{')
        && VERSION.is_match(text)
}

/// Mends a JSON feed.
pub(super) fn mend(text: &str) -> Result<Mended, Refusal> {
    let mut problems = Vec::new();
    let found = Items::find(text);
    let mut frame = String::new();
    match &found {
        None => frame.push_str(text),
        Some(items) => {
            frame.push_str(&text[..items.start]);
            frame.push_str(items.end.map_or("]}", |end| &text[end..]));
        }
    }
    let head = match serde_json::from_str::<Value>(&frame) {
        Ok(head) => head,
        Err(error) => jsonld::lenient(&frame).ok_or_else(|| Refusal {
            line: found.is_none().then(|| u32::try_from(error.line()).unwrap_or(u32::MAX)),
            problem: format!("JSON that does not parse: {error}"),
        })?,
    };
    let version = string(&head, "version").unwrap_or_default();
    let number = version.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if !(number == "1" || number.starts_with("1.")) {
        return Err(Refusal {
            line: None,
            problem: format!("a JSON Feed of version \"{number}\"; 1 and 1.1 are read"),
        });
    }
    let Some(found) = found else {
        return Err(Refusal { line: None, problem: "it has no items".into() });
    };
    let mut lines = Lines::new(text);
    let mut entries = Vec::new();
    let mut items = Vec::new();
    let mut unread = (0usize, 0u32);
    for range in &found.spans {
        let line = lines.of(range.start);
        let raw = &text[range.clone()];
        match serde_json::from_str::<Value>(raw).ok().or_else(|| jsonld::lenient(raw)) {
            Some(item) => {
                let (item, aside) = read(&item, raw, line);
                items.push(item);
                entries.push(aside);
            }
            None => unread = (unread.0 + 1, if unread.0 == 0 { line } else { unread.1 }),
        }
    }
    if unread.0 > 0 {
        let problem = format!("an item that does not parse was left out {}", times(unread.0));
        problems.push(Problem { line: Some(unread.1), problem });
    }
    if found.end.is_none() {
        let line = Some(lines.of(text.len()));
        problems
            .push(Problem { line, problem: format!("the feed is cut off after entry {}", entries.len()) });
    }
    if found.beyond > 0 {
        let problem = format!("{} entries past the first {ENTRY_LIMIT} were left out", found.beyond);
        problems.push(Problem { line: None, problem });
    }
    let mut document = Map::new();
    document.insert("version".into(), "https://jsonfeed.org/version/1.1".into());
    document.insert("title".into(), string(&head, "title").unwrap_or_default().into());
    copy(&head, &mut document, &["home_page_url"]);
    document.insert("items".into(), Value::Array(items));
    let head = Aside {
        language: string(&head, "language"),
        own_address: string(&head, "feed_url"),
        authors: authors(&head),
        ..Aside::default()
    };
    Ok(Mended { document: Value::Object(document).to_string(), head, entries, problems })
}

/// One item for the crate, and what is set aside of it.
fn read(item: &Value, raw: &str, line: u32) -> (Value, Aside) {
    let mut kept = Map::new();
    copy(item, &mut kept, &["id", "url", "external_url", "title", "content_html", "content_text", "summary"]);
    let mut lines = Lines::new(raw);
    // A JSON string stands on one line, however many it holds.
    let mut line_of = |key: &str| {
        let own = raw.find(&format!("\"{key}\"")).map_or(0, |at| lines.of(at) - 1);
        (line.saturating_add(own), line.saturating_add(own))
    };
    let content = if kept.contains_key("content_html") { "content_html" } else { "content_text" };
    let (content_lines, summary_lines) = (line_of(content), line_of("summary"));
    let recording =
        item.get("attachments").and_then(Value::as_array).into_iter().flatten().find_map(|attached| {
            recording(
                &string(attached, "mime_type").unwrap_or_default(),
                &string(attached, "url").unwrap_or_default(),
            )
        });
    let aside = Aside {
        line,
        content_lines,
        summary_lines,
        published: string(item, "date_published"),
        updated: string(item, "date_modified"),
        authors: authors(item),
        language: string(item, "language"),
        fallback: string(item, "id").filter(|id| id.starts_with("http")),
        recording,
        ..Aside::default()
    };
    (json!(kept), aside)
}

/// A string, or a number where a string should be, without characters that no text holds; `None` for an empty one.
fn string(value: &Value, key: &str) -> Option<String> {
    let text = match value.get(key)? {
        Value::String(text) => text.chars().filter(|c| is_allowed(*c)).collect(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|text: &String| !text.trim().is_empty())
}

fn copy(from: &Value, to: &mut Map<String, Value>, keys: &[&str]) {
    for key in keys {
        if let Some(text) = string(from, key) {
            to.insert((*key).into(), text.into());
        }
    }
}

fn authors(value: &Value) -> Vec<(u8, String)> {
    let several = value.get("authors").and_then(Value::as_array).into_iter().flatten();
    let names: Vec<_> = several
        .filter_map(|author| string(author, "name"))
        .map(|name| (0, name))
        .take(AUTHOR_LIMIT)
        .collect();
    // `author` is version 1.0's.
    let one = value.get("author").and_then(|author| string(author, "name")).map(|name| (0, name));
    if names.is_empty() { one.into_iter().collect() } else { names }
}

/// Where the items of a feed stand in its text.
struct Items {
    /// After the opening bracket.
    start: usize,
    /// At the closing bracket, if there is one.
    end: Option<usize>,
    /// Each complete item.
    spans: Vec<Range<usize>>,
    /// Items past the limit.
    beyond: usize,
}

impl Items {
    /// Finds the array `items` of the outermost object, by brackets and strings alone.
    fn find(text: &str) -> Option<Self> {
        let mut items: Option<Self> = None;
        let mut depth = 0usize;
        let mut string: Option<usize> = None;
        let mut escaped = false;
        // The last string at the outermost level, and whether a colon followed it.
        let (mut key, mut colon) = ("", false);
        let mut open: Option<usize> = None;
        for (at, byte) in text.bytes().enumerate() {
            if let Some(start) = string {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => {
                        if depth == 1 {
                            (key, colon) = (&text[start..at], false);
                        }
                        string = None;
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => string = Some(at + 1),
                b':' if depth == 1 => colon = true,
                b',' if depth == 1 => (key, colon) = ("", false),
                b'{' | b'[' => {
                    if byte == b'[' && depth == 1 && colon && key == "items" && items.is_none() {
                        items = Some(Self { start: at + 1, end: None, spans: Vec::new(), beyond: 0 });
                    }
                    if byte == b'{' && depth == 2 {
                        open = Some(at);
                    }
                    depth += 1;
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    if let Some(items) = items.as_mut().filter(|items| items.end.is_none()) {
                        if byte == b'}' && depth == 2 {
                            match open.take() {
                                Some(open) if items.spans.len() < ENTRY_LIMIT => {
                                    items.spans.push(open..at + 1);
                                }
                                Some(_) => items.beyond += 1,
                                None => {}
                            }
                        } else if byte == b']' && depth == 1 {
                            items.end = Some(at);
                        }
                    }
                }
                _ => {}
            }
        }
        items
    }
}
