//! JSON-LD → what it says of the article: schema.org types, `@graph`, and the JSON that sites really write.

use serde_json::Value;
use std::borrow::Cow;

/// What one Article object says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::article) struct Story {
    pub(in crate::article) headline: Option<String>,
    pub(in crate::article) authors: Vec<String>,
    pub(in crate::article) published: Option<String>,
    pub(in crate::article) publisher: Option<String>,
    pub(in crate::article) language: Option<String>,
    pub(in crate::article) body: Option<String>,
}

/// Objects looked at in one document; graphs of breadcrumbs and products can be long.
const OBJECT_LIMIT: usize = 2000;

/// Parses JSON as sites write it: raw line breaks inside strings, comments or CDATA around it, a semicolon or a comma
/// too many.
pub(in crate::article) fn lenient(text: &str) -> Option<Value> {
    let mut text = text.trim().trim_start_matches('\u{feff}');
    for (open, close) in
        [("<!--", "-->"), ("//<![CDATA[", "//]]>"), ("<![CDATA[", "]]>"), ("/*<![CDATA[*/", "/*]]>*/")]
    {
        if let Some(inner) = text.strip_prefix(open) {
            text = inner.trim_end().strip_suffix(close).unwrap_or(inner).trim();
        }
    }
    let text = text.trim_end_matches(';').trim_end();
    serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&mended(text)).ok())
}

/// Control characters inside strings escaped, commas before a closing bracket taken out.
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut inside = false;
    let mut escaped = false;
    for c in text.chars() {
        if inside {
            match c {
                _ if escaped => {
                    escaped = false;
                    // "\'" is JavaScript, not JSON.
                    if !matches!(c, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u') {
                        out.pop();
                    }
                    if c == '\n' {
                        out.push_str("\\n");
                    } else {
                        out.push(c);
                    }
                    continue;
                }
                '\\' => escaped = true,
                '"' => inside = false,
                '\n' => {
                    out.push_str("\\n");
                    continue;
                }
                '\r' => continue,
                _ if c.is_control() => {
                    out.push(' ');
                    continue;
                }
                _ => {}
            }
        } else if c == '"' {
            inside = true;
        } else if matches!(c, '}' | ']') {
            let bare = out.trim_end().len();
            if out[..bare].ends_with(',') {
                out.truncate(bare - 1);
            }
        }
        out.push(c);
    }
    out
}

/// The Article objects of a document, in order.
pub(in crate::article) fn stories(value: &Value) -> Vec<Story> {
    let mut objects = Vec::new();
    let mut queue = vec![value];
    let mut seen = 0;
    while let Some(value) = queue.pop() {
        seen += 1;
        if seen > OBJECT_LIMIT {
            break;
        }
        match value {
            Value::Array(items) => queue.extend(items.iter().rev()),
            Value::Object(object) => {
                if is_article(value) {
                    objects.push(value);
                    continue;
                }
                for key in ["mainEntity", "mainEntityOfPage", "hasPart", "@graph"] {
                    if let Some(inner) = object.get(key) {
                        queue.push(inner);
                    }
                }
            }
            _ => {}
        }
    }
    objects.into_iter().map(|o| story(o, value)).collect()
}

/// The paragraphs of an `articleBody`: at its line breaks where it has any, its tags out.
pub(in crate::article) fn paragraphs(body: &str) -> Vec<String> {
    let broken =
        body.replace("</p>", "\n").replace("<br>", "\n").replace("<br/>", "\n").replace("<br />", "\n");
    super::super::text::lines(&broken)
        .into_iter()
        .map(|line| line.text)
        .filter(|text| !text.is_empty())
        .collect()
}

/// The name of the outlet that a document without an article still gives.
pub(in crate::article) fn site(value: &Value) -> Option<String> {
    by(value, |v| ["NewsMediaOrganization", "WebSite", "Organization"].iter().any(|t| has_type(v, t)))
        .and_then(|v| text(v.get("name")?))
}

fn has_type(value: &Value, name: &str) -> bool {
    let fits = |t: &Value| t.as_str().is_some_and(|t| t.rsplit(['/', ':']).next() == Some(name));
    match value.get("@type") {
        Some(Value::Array(types)) => types.iter().any(fits),
        Some(one) => fits(one),
        None => false,
    }
}

/// schema.org's Article and its subtypes (<https://schema.org/Article>).
pub(in crate::article) fn is_article(value: &Value) -> bool {
    [
        "Article",
        "NewsArticle",
        "AdvertiserContentArticle",
        "AnalysisNewsArticle",
        "AskPublicNewsArticle",
        "BackgroundNewsArticle",
        "OpinionNewsArticle",
        "ReportageNewsArticle",
        "ReviewNewsArticle",
        "Report",
        "SatiricalArticle",
        "ScholarlyArticle",
        "MedicalScholarlyArticle",
        "SocialMediaPosting",
        "BlogPosting",
        "LiveBlogPosting",
        "TechArticle",
    ]
    .iter()
    .any(|name| has_type(value, name))
}

fn story(object: &Value, document: &Value) -> Story {
    let first = |keys: &[&str]| keys.iter().find_map(|k| object.get(*k).and_then(text));
    Story {
        headline: first(&["headline", "name", "alternativeHeadline"]),
        authors: ["author", "creator"]
            .iter()
            .find_map(|k| object.get(*k).map(|v| names(v, document)).filter(|n| !n.is_empty()))
            .unwrap_or_default(),
        published: first(&["datePublished", "dateCreated", "uploadDate"]),
        publisher: object.get("publisher").and_then(|v| names(v, document).into_iter().next()),
        language: object.get("inLanguage").and_then(|v| match v {
            Value::Object(o) => o.get("alternateName").or_else(|| o.get("name")).and_then(text),
            _ => text(v),
        }),
        body: first(&["articleBody"]),
    }
}

/// Names of a person or an organisation, of several, or of what an `@id` points to.
fn names(value: &Value, document: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().take(20).flat_map(|v| names(v, document)).collect(),
        Value::Object(object) => match object.get("name") {
            Some(Value::Array(inner)) => inner.iter().filter_map(text).collect(),
            Some(name) => text(name).into_iter().collect(),
            None => object
                .get("@id")
                .and_then(Value::as_str)
                .and_then(|id| {
                    by(document, |v| {
                        v.get("@id").and_then(Value::as_str) == Some(id) && v.get("name").is_some()
                    })
                })
                .and_then(|v| text(v.get("name")?))
                .into_iter()
                .collect(),
        },
        _ => text(value).into_iter().collect(),
    }
}

/// The first object of a document that fits.
fn by(document: &Value, fits: impl Fn(&Value) -> bool) -> Option<&Value> {
    let mut queue = vec![document];
    let mut seen = 0;
    while let Some(value) = queue.pop() {
        seen += 1;
        if seen > OBJECT_LIMIT {
            return None;
        }
        if value.is_object() && fits(value) {
            return Some(value);
        }
        match value {
            Value::Array(items) => queue.extend(items.iter().rev()),
            Value::Object(object) => queue.extend(object.values().filter(|v| v.is_object() || v.is_array())),
            _ => {}
        }
    }
    None
}

/// A string with something in it, entities decoded and white space collapsed except for line breaks.
fn text(value: &Value) -> Option<String> {
    let raw = match value {
        Value::String(s) => Cow::Borrowed(s.as_str()),
        Value::Array(items) => return items.iter().find_map(text),
        Value::Object(object) => return object.get("@value").and_then(text),
        _ => return None,
    };
    let trimmed = raw.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}
