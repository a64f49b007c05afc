//! JSON → [`Article`]: what `bulletin extract --json` prints, and schema.org's Article.
//!
//! The first is taken as it stands, because it has been through the reader once. The second's `articleBody` goes
//! through the cleaning pass. Other JSON is refused by name rather than read out.

use super::html::{self, jsonld, when};
use super::marked::{self, Marked, plain};
use super::{Article, Dropped, Paragraph, Settings};
use crate::{Error, Result};
use serde_json::Value;

/// The newest `format_version` of our own shape that is understood.
const FORMAT_VERSION: u64 = 1;

/// Whether a text sets out to be a JSON object or a list of them.
///
/// # Examples
/// ```
/// use bulletin::article::json::is_json;
/// assert!(is_json(r#"{"paragraphs": ["One."]}"#));
/// assert!(!is_json("[Picture: Ann Orme] The bridge closed."));
/// ```
pub fn is_json(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let inner = |open: char| text.strip_prefix(open).map(str::trim_start);
    inner('{').is_some_and(|rest| rest.starts_with(['"', '}']))
        || inner('[')
            .and_then(|rest| rest.strip_prefix('{'))
            .is_some_and(|rest| rest.trim_start().starts_with(['"', '}']))
}

/// The article in a JSON text.
///
/// # Errors
/// [`Error::NotText`] for JSON that does not parse or holds no article of a known shape, [`Error::EmptyArticle`] for
/// an article without text.
///
/// # Examples
/// ```
/// use bulletin::article::{Settings, json};
///
/// let text = r#"{"@type": "NewsArticle", "headline": "Bridge to close", "datePublished": "2025-04-02",
///     "articleBody": "The bridge will close on Monday.\n\nRead more: Ten bridges we love"}"#;
/// let article = json::read(text, "story.json", &Settings::default()).unwrap();
/// assert_eq!(article.headline.as_deref(), Some("Bridge to close"));
/// assert_eq!(article.paragraphs.len(), 1);
/// ```
pub fn read(text: &str, name: &str, settings: &Settings) -> Result<Article> {
    let refused = |problem: String| Error::NotText { input: name.to_owned(), problem };
    let text = text.trim_start_matches('\u{feff}');
    let value = match serde_json::from_str::<Value>(text) {
        Ok(value) => value,
        Err(error) => {
            jsonld::lenient(text).ok_or_else(|| refused(format!("JSON that does not parse: {error}")))?
        }
    };
    let article = if value.get("paragraphs").is_some_and(Value::is_array) {
        let version = value.get("format_version").and_then(Value::as_u64).unwrap_or(FORMAT_VERSION);
        if version > FORMAT_VERSION {
            return Err(refused(format!(
                "an article of format_version {version}; up to {FORMAT_VERSION} is understood"
            )));
        }
        own(&value, text, settings)
    } else {
        let stories = jsonld::stories(&value);
        let Some(story) = stories.iter().find(|s| s.body.is_some()).or(stories.first()) else {
            return Err(refused(
                "JSON, but neither what `bulletin extract --json` prints nor a schema.org Article".into(),
            ));
        };
        schema(story, text, name, settings)?
    };
    if marked::is_story(&article.paragraphs)
        || (!article.paragraphs.is_empty() && value.get("paragraphs").is_some())
    {
        return Ok(article);
    }
    Err(Error::EmptyArticle {
        input: name.to_owned(),
        dropped: article.dropped.len() + article.paragraphs.len(),
    })
}

/// Finds strings of a JSON text in order, so that each has its line.
struct Places<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl Places<'_> {
    /// The line on which `value` stands, at or after the last one found.
    fn line(&mut self, value: &str) -> usize {
        let quoted = Value::from(value).to_string();
        if let Some(found) = self.text[self.at..].find(&quoted) {
            self.line += self.text[self.at..self.at + found].matches('\n').count();
            self.at += found;
        }
        self.line
    }
}

/// Our own shape.
fn own(value: &Value, text: &str, settings: &Settings) -> Article {
    let field = |name: &str| value.get(name).and_then(Value::as_str).map(plain).filter(|v| !v.is_empty());
    let mut places = Places { text, at: text.find("\"paragraphs\"").unwrap_or(0), line: 1 };
    places.line += text[..places.at].matches('\n').count();
    let paragraphs: Vec<Paragraph> = value
        .get("paragraphs")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter_map(|raw| {
            let line = places.line(raw);
            let text = plain(raw);
            (!text.is_empty()).then_some(Paragraph { text, lines: (line, line), suspect: None })
        })
        .collect();
    let dropped = value
        .get("dropped")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|d| serde_json::from_value::<Dropped>(d.clone()).ok())
        .collect();
    let guessed = super::language::of(
        &paragraphs.iter().take(40).map(|p| p.text.as_str()).collect::<Vec<_>>().join("\n"),
    )
    .to_owned();
    Article {
        headline: field("headline"),
        byline: field("byline"),
        published: field("published").and_then(|p| when::iso(&p)),
        source: field("source"),
        language: settings.language.clone().or_else(|| field("language")).or(Some(guessed)),
        paragraphs,
        dropped,
    }
}

/// A schema.org Article.
fn schema(story: &jsonld::Story, text: &str, name: &str, settings: &Settings) -> Result<Article> {
    let body = story.body.as_deref().unwrap_or_default();
    let mut article = if html::is_html(body) {
        html::fragment(body, name, settings)?
    } else {
        let line = text.find("\"articleBody\"").map_or(1, |at| text[..at].matches('\n').count() + 1);
        let texts: Vec<(usize, Marked)> = jsonld::paragraphs(body)
            .into_iter()
            .enumerate()
            .map(|(i, text)| (i, Marked { text, lines: (line, line), after_break: false }))
            .collect();
        let headline = story.headline.as_deref().map(plain);
        marked::clean(&texts, headline.as_deref(), settings)?.into_article(&texts)
    };
    let put = |field: &mut Option<String>, own: Option<String>| {
        *field = own.filter(|o| !o.is_empty()).or(field.take());
    };
    put(&mut article.headline, story.headline.as_deref().map(plain));
    let authors: Vec<String> = story.authors.iter().map(|a| plain(a)).collect();
    put(&mut article.byline, marked::names(&authors));
    put(&mut article.published, story.published.as_deref().and_then(when::iso));
    put(&mut article.source, story.publisher.as_deref().map(plain));
    let declared = story.language.as_deref().and_then(html::language);
    let guessed = article.language.take();
    article.language = marked::language(guessed, declared.as_deref(), &article.paragraphs, settings);
    Ok(article)
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    #[test]
    fn our_own_shape_comes_back() {
        let text = "{\n \"format_version\": 1,\n \"headline\": \"Bridge to close\",\n \"byline\": \"Ann Orme\",\n \"published\": \"2025-04-02\",\n \"source\": null,\n \"language\": \"en\",\n \"paragraphs\": [\n  \"The bridge \\\"will\\\" close.\",\n  \"Read more bridges, she said.\"\n ],\n \"dropped\": [{\"line\": 3, \"text\": \"Share\", \"kind\": \"share\", \"reason\": \"x\"}]\n}";
        let article = read(text, "a.json", &Settings::default()).unwrap();
        assert_eq!(article.paragraphs[0].text, "The bridge \"will\" close.");
        assert_eq!((article.paragraphs[0].lines, article.paragraphs[1].lines), ((9, 9), (10, 10)));
        assert_eq!(article.byline.as_deref(), Some("Ann Orme"));
        assert_eq!(article.dropped[0].kind, Kind::Share);
    }

    #[test]
    fn what_is_no_article_is_refused() {
        for (text, says) in [
            ("{\"a\": 1}", "neither"),
            ("{\"format_version\": 9, \"paragraphs\": [\"One.\"]}", "format_version 9"),
            ("{\"paragraphs\": [\"One.\"", "does not parse"),
            ("{\"paragraphs\": []}", "no story"),
            ("{\"@type\": \"NewsArticle\", \"headline\": \"Bridge\"}", "no story"),
            ("[{\"@type\": \"Recipe\", \"articleBody\": \"Boil.\"}]", "neither"),
        ] {
            let error = read(text, "a.json", &Settings::default()).unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
        }
    }

    #[test]
    fn schema_org_in_a_graph_with_markup() {
        let text = r#"{"@context": "https://schema.org", "@graph": [{"@type": "WebPage", "name": "x"},
          {"@type": ["NewsArticle"], "headline": "Bridge &amp; road to close", "author": [{"@type": "Person", "name": "Ann Orme"}, {"name": "Bo Tarn"}],
           "publisher": {"name": "The Echo"}, "datePublished": "2025-04-02T06:00:00+01:00", "inLanguage": "en-GB",
           "articleBody": "<p>The bridge will <b>close</b> on Monday.</p><p>The road will close on Tuesday.</p><p>Sign up to our newsletter</p>"}]}"#;
        let article = read(text, "a.json", &Settings::default()).unwrap();
        assert_eq!(article.headline.as_deref(), Some("Bridge & road to close"));
        assert_eq!(article.byline.as_deref(), Some("Ann Orme and Bo Tarn"));
        assert_eq!(article.source.as_deref(), Some("The Echo"));
        assert_eq!(article.published.as_deref(), Some("2025-04-02T06:00:00+01:00"));
        assert_eq!(article.paragraphs.len(), 2, "{article:?}");
        assert_eq!(article.paragraphs[0].text, "The bridge will close on Monday.");
    }
}
