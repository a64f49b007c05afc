//! The crate's model and what was set aside → [`Feed`].

use super::aside::{Aside, Mended, times};
use super::dates::{self, Reading};
use super::mend::NO_LINK;
use super::{Content, Entry, Feed, Problem};
use crate::article::marked::{self, compared, plain};
use crate::article::{NumericOrder, Settings, html};
use feed_rs::model;
use regex::Regex;
use std::sync::LazyLock;
use url::Url;

/// Puts a feed together. `model` and `mended` have the same entries in the same order.
///
/// `name` is what the user called the feed: for one that was fetched its address, from which relative links go where
/// nothing in the feed says better.
pub(super) fn assemble(model: model::Feed, mended: Mended, name: &str, settings: &Settings) -> Feed {
    let Mended { head, entries: asides, problems, .. } = mended;
    let title = model.title.as_ref().map(|title| plain(&title.content)).filter(|title| !title.is_empty());
    let fetched = name.starts_with("http").then(|| absolute(name, None)).flatten();
    let own = head.own_address.as_deref().and_then(|own| absolute(own, fetched.as_ref())).or(fetched);
    let base = head.base.clone().or_else(|| own.clone());
    let link = pages(&model.links).find_map(|link| absolute(link, base.as_ref()));
    let raw_dates = || asides.iter().flat_map(|aside| [&aside.published, &aside.updated]).flatten();
    let mut reader = Reader {
        order: settings.numeric_dates.or_else(|| dates::order(raw_dates().map(String::as_str))),
        base: link.clone().or(own),
        title: title.clone(),
        head,
        two_ways: Tally::default(),
        undated: Tally::default(),
        unlinked: Tally::default(),
    };
    let is_rss = !matches!(model.feed_type, model::FeedType::Atom | model::FeedType::JSON);
    let entries =
        model.entries.into_iter().zip(asides).map(|(entry, aside)| reader.entry(entry, aside, is_rss));
    let mut feed =
        Feed { title, language: None, link: link.map(String::from), entries: entries.collect(), problems };
    feed.language = reader.head.language.as_deref().and_then(html::language);
    for (tally, what) in [
        (&reader.two_ways, "a date can be read two ways, day or month first, and was left out"),
        (&reader.undated, "a date could not be read"),
        (&reader.unlinked, "a link is no web address and was left out"),
    ] {
        if let Some((line, example)) = &tally.first {
            let problem = format!("{what} {}: \"{example}\"", times(tally.count));
            feed.problems.push(Problem { line: Some(*line), problem });
        }
    }
    feed
}

/// How often something occurred, where first, and what it was.
#[derive(Default)]
struct Tally {
    count: usize,
    first: Option<(u32, String)>,
}

impl Tally {
    fn add(&mut self, line: u32, example: &str) {
        self.count += 1;
        self.first.get_or_insert_with(|| (line, example.chars().take(60).collect()));
    }
}

struct Reader {
    order: Option<NumericOrder>,
    base: Option<Url>,
    title: Option<String>,
    head: Aside,
    two_ways: Tally,
    undated: Tally,
    unlinked: Tally,
}

impl Reader {
    fn entry(&mut self, entry: model::Entry, aside: Aside, is_rss: bool) -> Entry {
        let region = aside.language.as_deref().or(self.head.language.as_deref()).map(str::to_owned);
        let mut date = |raw: Option<&String>| {
            let raw = raw?;
            match dates::read(raw, self.order, region.as_deref()) {
                Reading::At(iso) => return Some(iso),
                Reading::TwoWays => self.two_ways.add(aside.line, raw),
                Reading::Unreadable => self.undated.add(aside.line, raw),
            }
            None
        };
        let (published, updated) = (date(aside.published.as_ref()), date(aside.updated.as_ref()));
        let base = aside.base.as_ref().or(self.base.as_ref());
        let candidates = || {
            aside.original.as_deref().into_iter().chain(pages(&entry.links)).chain(aside.fallback.as_deref())
        };
        let link = candidates().find_map(|link| absolute(link, base)).map(String::from);
        if link.is_none()
            && let Some(refused) = candidates().find(|link| !link.trim().is_empty() && *link != NO_LINK)
        {
            self.unlinked.add(aside.line, refused);
        }
        let source = aside
            .source
            .as_deref()
            .or(self.head.source.as_deref())
            .map(plain)
            .filter(|source| !source.is_empty())
            .or_else(|| self.title.clone());
        let title = entry.title.map(|title| plain(&title.content)).filter(|title| !title.is_empty());
        let summary = entry.summary.and_then(|text| {
            let is_html = text.content_type.subty() == "html";
            content(text.content, is_html, is_rss, aside.summary_lines)
        });
        let content = entry.content.and_then(|text| {
            let is_html = text.content_type.subty() == "html";
            content(text.body?, is_html, is_rss, aside.content_lines)
        });
        let authors = if aside.authors.is_empty() { &self.head.authors } else { &aside.authors };
        Entry {
            title,
            link,
            id: Some(entry.id.trim().to_owned()).filter(|id| !id.is_empty()),
            published,
            updated,
            byline: byline(authors, source.as_deref()),
            source,
            language: region.as_deref().and_then(html::language),
            summary,
            content,
            recording: aside.recording,
            line: Some(aside.line),
        }
    }
}

/// Addresses of pages among links, HTML first.
fn pages(links: &[model::Link]) -> impl Iterator<Item = &str> {
    let is_page = |link: &&model::Link| {
        let kind = link.media_type.as_deref().unwrap_or_default();
        kind.is_empty() || kind.contains("html")
    };
    let (pages, others): (Vec<_>, Vec<_>) = links.iter().partition(is_page);
    pages.into_iter().chain(others).map(|link| link.href.as_str())
}

/// A web address, resolved against `base`.
fn absolute(address: &str, base: Option<&Url>) -> Option<Url> {
    let address = address.trim();
    if address.is_empty() || address == NO_LINK {
        return None;
    }
    let whole = match address {
        bare if bare.starts_with("www.") => Url::parse(&format!("https://{bare}")),
        bare if bare.starts_with("//") && base.is_none() => Url::parse(&format!("https:{bare}")),
        address => match base {
            Some(base) => base.join(address),
            None => Url::parse(address),
        },
    };
    whole.ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// A text of an entry. RSS does not say whether a text is HTML, so its marks tell.
fn content(body: String, is_html: bool, is_rss: bool, lines: (u32, u32)) -> Option<Content> {
    static MARKS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"</?[a-zA-Z][^<>]*>|<!--|&(?:#\w{1,8}|[a-zA-Z]{2,10});").expect("a constant pattern")
    });
    static TAG: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"</?[a-zA-Z][^<>]*>").expect("a constant pattern"));
    static ESCAPED_TAG: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)&lt;/?(?:p|br|div|a|b|i|em|strong|img|h[1-6]|ul|li)\b").expect("a constant pattern")
    });
    if body.trim().is_empty() {
        return None;
    }
    let is_html = if is_rss { MARKS.is_match(&body) } else { is_html };
    // Escaped twice: tags that a reader would see.
    let body = if is_html && ESCAPED_TAG.is_match(&body) && !TAG.is_match(&body) {
        super::markup::decode(&body, &mut 0).into_owned()
    } else {
        body
    };
    let first = lines.0.max(1);
    Some(Content { body, is_html, lines: (first, lines.1.max(first)) })
}

/// The names in the best place that has any. The outlet itself is no byline.
fn byline(authors: &[(u8, String)], source: Option<&str>) -> Option<String> {
    let best = authors.iter().map(|(rank, _)| *rank).min()?;
    let outlet = compared(source.unwrap_or_default());
    let mut names: Vec<String> = Vec::new();
    for (_, raw) in authors.iter().filter(|(rank, _)| *rank == best) {
        if let Some(name) = person(raw)
            && compared(&name) != outlet
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    marked::names(&names)
}

/// "ann@example.org (Ann Orme)", "Ann Orme <ann@example.org>", "By Ann Orme" → "Ann Orme".
fn person(raw: &str) -> Option<String> {
    static MAIL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"[<(\[]?(?:mailto:)?[^\s<>()\[\]@]+@[A-Za-z0-9.-]+[>)\]]?").expect("a constant pattern")
    });
    /// A byline of several people; longer is a biography.
    const LONGEST_NAME_CHARS: usize = 200;
    // Tags would take "<ann@example.org>" along.
    let bare = MAIL.replace_all(raw, " ");
    let name = plain(&bare);
    let name = name.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '(' | ')' | '（' | '）' | '<' | '>' | ',' | ';')
    });
    let name = match name.get(..3) {
        Some(by) if by.eq_ignore_ascii_case("by ") => name[3..].trim(),
        _ => name,
    };
    let fits = name.contains(char::is_alphabetic) && name.chars().nth(LONGEST_NAME_CHARS).is_none();
    fits.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people() {
        for (raw, name) in [
            ("ann@example.org (Ann Orme)", Some("Ann Orme")),
            ("Ann Orme <ann@example.org>", Some("Ann Orme")),
            ("By Ann Orme", Some("Ann Orme")),
            ("ann@example.org", None),
            // These two make the crate panic.
            ("éann@example.org（Ann）", Some("Ann")),
            ("… ann@example.org", None),
            ("Ann Orme, Environment Editor", Some("Ann Orme, Environment Editor")),
            ("Byron Tarn", Some("Byron Tarn")),
            ("", None),
        ] {
            assert_eq!(person(raw).as_deref(), name, "{raw}");
        }
        let several = [(1, "desk@example.org".into()), (0, "Ann Orme".into()), (0, "Bo Tarn".into())];
        assert_eq!(byline(&several, None).as_deref(), Some("Ann Orme and Bo Tarn"));
        assert_eq!(byline(&[(0, "The Echo".into())], Some("The Echo")), None);
    }

    #[test]
    fn addresses() {
        let base = Url::parse("https://echo.example/news/").unwrap();
        for (address, whole) in [
            ("https://other.example/a", Some("https://other.example/a")),
            ("/a?b=1&c=2", Some("https://echo.example/a?b=1&c=2")),
            ("a", Some("https://echo.example/news/a")),
            ("//cdn.example/a", Some("https://cdn.example/a")),
            ("www.echo.example/a", Some("https://www.echo.example/a")),
            (" https://echo.example/\n a b ", Some("https://echo.example/%20a%20b")),
            ("mailto:ann@example.org", None),
            ("javascript:alert(1)", None),
            ("file:///etc/passwd", None),
            (NO_LINK, None),
            ("", None),
        ] {
            assert_eq!(absolute(address, Some(&base)).map(String::from).as_deref(), whole, "{address}");
        }
        assert_eq!(absolute("/a", None), None);
        assert_eq!(
            absolute("//cdn.example/a", None).map(String::from).as_deref(),
            Some("https://cdn.example/a")
        );
    }
}
