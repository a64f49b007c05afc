//! What the page says about its article, outside the text: JSON-LD, OpenGraph and other `meta`, microdata, `time`,
//! `lang`, canonical address.

use super::super::marked::{self, compared, plain};
use super::super::{Article, Settings};
use super::dom::{Data, NodeId, Page};
use super::jsonld::{self, Story};
use super::when;

/// What was found, each field from the most trustworthy place that has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meta {
    pub(super) headline: Option<String>,
    /// Every form of the title the page uses, the headline's own included.
    pub(super) titles: Vec<String>,
    pub(super) authors: Vec<String>,
    /// ISO 8601.
    pub(super) published: Option<String>,
    pub(super) source: Option<String>,
    /// ISO 639-1.
    pub(super) language: Option<String>,
    /// JSON-LD's own copy of the text.
    pub(super) body: Option<String>,
    /// Input line on which the JSON-LD stands.
    pub(super) body_line: usize,
}

impl Meta {
    /// Writes what the page says over what the cleaning pass guessed.
    pub(super) fn write(&self, article: &mut Article, settings: &Settings) {
        let put = |field: &mut Option<String>, own: Option<String>| *field = own.or(field.take());
        put(&mut article.headline, self.headline.clone());
        put(&mut article.byline, marked::names(&self.authors));
        put(&mut article.published, self.published.clone());
        put(&mut article.source, self.source.clone());
        let guessed = article.language.take();
        article.language = marked::language(guessed, self.language.as_deref(), &article.paragraphs, settings);
    }
}

/// `meta` names that hold a date of publication, best first.
const DATE_NAMES: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "article.published",
    "published-date",
    "publication_date",
    "publish-date",
    "publishdate",
    "pubdate",
    "ptime",
    "date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "og:published_time",
    "cxenseparse:recs:publishtime",
];

const AUTHOR_NAMES: &[&str] = &[
    "author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "article:author",
    "og:article:author",
    "twitter:creator",
];

#[derive(Debug, Default)]
struct Found {
    metas: Vec<(String, String)>,
    stories: Vec<Story>,
    /// For each of `stories`, the input line its JSON-LD stands on.
    story_lines: Vec<usize>,
    site: Option<String>,
    title: Option<String>,
    headings: Vec<String>,
    canonical: Option<String>,
    html_language: Option<String>,
    microdata: Vec<(String, String)>,
    times: Vec<Time>,
    author_links: Vec<String>,
}

#[derive(Debug)]
struct Time {
    value: String,
    marked: bool,
    after_heading: bool,
}

/// Reads the metadata of a page.
pub(super) fn read(page: &Page) -> Meta {
    let found = gather(page);
    let mut meta = Meta::default();
    let value = |names: &[&str]| {
        names.iter().find_map(|name| found.metas.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()))
    };
    let microdata = |name: &str| -> Vec<String> {
        found.microdata.iter().filter(|(n, _)| n == name).map(|(_, v)| v.clone()).collect()
    };

    meta.source = value(&["og:site_name"])
        .or_else(|| found.stories.iter().find_map(|s| s.publisher.clone()))
        .or_else(|| value(&["application-name", "publisher", "dc.publisher", "copyright-holder"]))
        .or(found.site)
        .map(|s| plain(&s))
        .or_else(|| found.canonical.clone().or_else(|| value(&["og:url"])).as_deref().and_then(host))
        .filter(|s| !s.is_empty());

    let site = meta.source.clone().unwrap_or_default();
    let story = pick(&found.stories, &found.headings, value(&["og:title"]).as_deref());
    let candidates = [
        story.and_then(|s| s.headline.clone()),
        value(&["og:title"]),
        microdata("headline").into_iter().next(),
        value(&["twitter:title", "title", "dc.title", "sailthru.title", "parsely-title"]),
    ];
    let mut titles: Vec<String> = candidates.into_iter().flatten().collect();
    titles.extend(found.title);
    // A second first-level heading is a title only where another form agrees.
    let agreed: Vec<String> = titles.iter().map(|t| without_site(&plain(t), &site)).collect();
    let agrees = |h: &str| agreed.iter().any(|t| compared(t) == compared(h) || beside_names(t, h));
    let heading = |(n, h): (usize, &String)| (n == 0 || agrees(h)).then(|| h.clone());
    titles.extend(found.headings.iter().enumerate().filter_map(heading));
    let mut whole: Vec<String> = Vec::new();
    for title in titles {
        let title = without_site(&plain(&title), &site);
        if !title.is_empty() && !whole.contains(&title) && compared(&title) != compared(&site) {
            whole.push(title);
        }
    }
    meta.headline = headline(&whole, &found.headings);
    meta.titles = whole;

    let authors = story
        .map(|s| s.authors.clone())
        .filter(|a| !people(a, &site).is_empty())
        .or_else(|| {
            let named: Vec<String> = microdata("author");
            (!people(&named, &site).is_empty()).then_some(named)
        })
        .or_else(|| {
            AUTHOR_NAMES.iter().find_map(|name| {
                let named: Vec<String> =
                    found.metas.iter().filter(|(n, _)| n == name).map(|(_, v)| v.clone()).collect();
                (!people(&named, &site).is_empty()).then_some(named)
            })
        })
        .unwrap_or(found.author_links);
    meta.authors = people(&authors, &site);

    meta.published = story
        .and_then(|s| s.published.as_deref().and_then(when::iso))
        .or_else(|| DATE_NAMES.iter().find_map(|n| value(&[n]).as_deref().and_then(when::iso)))
        .or_else(|| microdata("datePublished").iter().find_map(|v| when::iso(v)))
        .or_else(|| found.times.iter().filter(|t| t.marked).find_map(|t| when::iso(&t.value)))
        .or_else(|| found.times.iter().filter(|t| t.after_heading).find_map(|t| when::iso(&t.value)))
        .or_else(|| match &found.times[..] {
            [only] => when::iso(&only.value),
            _ => None,
        });

    meta.language = found
        .html_language
        .as_deref()
        .and_then(language)
        .or_else(|| story.and_then(|s| s.language.as_deref().and_then(language)))
        .or_else(|| {
            value(&["og:locale", "content-language", "dc.language", "language"]).as_deref().and_then(language)
        });
    meta.body = story.and_then(|s| s.body.clone());
    meta.body_line = found
        .stories
        .iter()
        .zip(&found.story_lines)
        .find_map(|(s, line)| story.is_some_and(|own| std::ptr::eq(own, s)).then_some(*line))
        .unwrap_or_default();
    meta
}

/// One pass over the tree.
fn gather(page: &Page) -> Found {
    let mut found = Found::default();
    let mut heading_seen = false;
    for id in page.descendants(Page::root()) {
        let Data::Element { name, html: true, .. } = &page.node(id).data else { continue };
        match &**name {
            "html" => found.html_language = page.attribute(id, "lang").map(str::to_owned),
            "title" if found.title.is_none() => found.title = Some(page.text(id)),
            "h1" => {
                heading_seen = true;
                if found.headings.len() < 4 {
                    let text = plain(&page.text(id));
                    if !text.is_empty() {
                        found.headings.push(text);
                    }
                }
            }
            "meta" => {
                let name =
                    ["property", "name", "itemprop", "http-equiv"].iter().find_map(|a| page.attribute(id, a));
                if let (Some(name), Some(content)) = (name, page.attribute(id, "content"))
                    && !content.trim().is_empty()
                    && found.metas.len() < 400
                {
                    found.metas.push((name.trim().to_lowercase(), content.trim().to_owned()));
                }
            }
            "link" if page.attribute(id, "rel").is_some_and(|r| r.eq_ignore_ascii_case("canonical")) => {
                found.canonical = page.attribute(id, "href").map(str::to_owned);
            }
            "script" if page.attribute(id, "type").is_some_and(|t| t.to_lowercase().contains("ld+json")) => {
                if let Some(value) = jsonld::lenient(&page.text(id)) {
                    found.stories.extend(jsonld::stories(&value));
                    found.story_lines.resize(found.stories.len(), page.node(id).line as usize);
                    found.site = found.site.take().or_else(|| jsonld::site(&value));
                }
            }
            "time" => {
                if found.times.len() >= 200 {
                    continue;
                }
                let value = page.attribute(id, "datetime").map_or_else(|| page.text(id), str::to_owned);
                let marked = page.attribute(id, "itemprop").is_some_and(|p| p.contains("datePublished"))
                    || ["entry-date", "published", "pubdate"].iter().any(|c| has_class(page, id, c));
                found.times.push(Time { value, marked, after_heading: heading_seen });
            }
            "a" if page.attribute(id, "rel").is_some_and(|r| r.split_whitespace().any(|w| w == "author")) => {
                let text = plain(&page.text(id));
                if found.author_links.len() < 4 && !text.is_empty() && !found.author_links.contains(&text) {
                    found.author_links.push(text);
                }
            }
            _ => {}
        }
        if &**name != "meta"
            && let Some(property) = page.attribute(id, "itemprop")
            && found.microdata.len() < 200
        {
            property_of(page, id, property, &mut found.microdata);
        }
    }
    found
}

/// Reads one microdata property (HTML Living Standard, §5.2.4), for the few names that are wanted.
fn property_of(page: &Page, id: NodeId, property: &str, out: &mut Vec<(String, String)>) {
    for name in property.split_whitespace() {
        if !matches!(name, "headline" | "author" | "datePublished") {
            continue;
        }
        let value = page
            .attribute(id, "content")
            .or_else(|| page.attribute(id, "datetime"))
            .map(str::to_owned)
            .or_else(|| {
                // A person's name is a property of its own within.
                (name == "author")
                    .then(|| {
                        page.descendants(id)
                            .skip(1)
                            .find(|&d| page.attribute(d, "itemprop").is_some_and(|p| p == "name"))
                            .map(|d| page.attribute(d, "content").map_or_else(|| page.text(d), str::to_owned))
                    })
                    .flatten()
            })
            .unwrap_or_else(|| page.text(id));
        let value = plain(&value);
        if !value.is_empty() && value.len() < 400 {
            out.push((name.to_owned(), value));
        }
    }
}

fn has_class(page: &Page, id: NodeId, class: &str) -> bool {
    page.attribute(id, "class").is_some_and(|c| c.split_whitespace().any(|w| w == class))
}

/// The Article object that is this page's: the one whose headline the page shows, else the first.
fn pick<'a>(stories: &'a [Story], headings: &[String], title: Option<&str>) -> Option<&'a Story> {
    let shown: Vec<String> = headings.iter().map(String::as_str).chain(title).map(compared).collect();
    stories
        .iter()
        .find(|s| s.headline.as_deref().is_some_and(|h| shown.contains(&compared(&plain(h)))))
        .or_else(|| stories.first())
}

/// The title among its forms that a reader of the page sees: a first-level heading that another form agrees with,
/// else the first form.
fn headline(titles: &[String], headings: &[String]) -> Option<String> {
    let first = titles.first()?;
    let agreed = headings.iter().find(|h| {
        let own = compared(h);
        titles.iter().filter(|t| compared(t) == own).count() > 0 && compared(first) == own
    });
    // "Bridge to close | The Echo" under the heading "Bridge to close": the rest is the outlet or the section.
    let shown = headings.iter().map(|h| h.trim()).find(|h| beside_names(first, h));
    if let Some(shown) = shown {
        return Some(shown.to_owned());
    }
    // Cut short for a search engine, a form ends in dots; a longer one has the rest.
    let stem = first.trim_end_matches(['…', '.', ' ']);
    let longer = (stem.len() < first.len() && first.ends_with(['…', '.']))
        .then(|| titles.iter().find(|t| t.len() > first.len() && t.starts_with(stem)))
        .flatten();
    Some(longer.or(agreed).unwrap_or(first).clone())
}

/// Whether a title is a heading with the names of an outlet or a section before or behind it.
fn beside_names(title: &str, heading: &str) -> bool {
    const SEPARATORS: [&str; 6] = [" | ", " - ", " – ", " — ", " · ", " » "];
    let behind = |rest: &str| SEPARATORS.iter().any(|s| rest.starts_with(s));
    // A section's page ends its title with a heading too, but with a short one.
    let before = |rest: &str| heading.len() > rest.len() && SEPARATORS.iter().any(|s| rest.ends_with(s));
    !heading.is_empty()
        && (title.strip_prefix(heading).is_some_and(behind)
            || title.strip_suffix(heading).is_some_and(before))
}

/// A title without the outlet's name at its end or start.
fn without_site(title: &str, site: &str) -> String {
    let mut rest = title.trim();
    let own = compared(site);
    for separator in [" | ", " - ", " – ", " — ", " · ", " • ", " » ", " :: ", ": "] {
        if let Some((head, tail)) = rest.rsplit_once(separator) {
            let tail_own = compared(tail);
            let names = !own.is_empty() && (own.starts_with(&tail_own) || tail_own.starts_with(&own));
            let bar = separator == " | "
                && tail.split_whitespace().count() <= 4
                && head.split_whitespace().count() >= 4;
            if !tail_own.is_empty() && (names || bar) {
                rest = head.trim();
            }
        }
        if let Some((head, tail)) = rest.split_once(separator)
            && !own.is_empty()
            && compared(head) == own
        {
            rest = tail.trim();
        }
    }
    rest.to_owned()
}

/// Names of people among what stands in an author field.
fn people(names: &[String], site: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for name in names.iter().flat_map(|n| n.split([';', '|'])) {
        let name = plain(name);
        let name = name.trim_start_matches('@');
        let lower = name.to_lowercase();
        let name = if lower.starts_with("by ") { &name[3..] } else { name };
        let own = compared(name);
        let outlet = own.is_empty()
            || own == compared(site)
            || [
                "admin",
                "administrator",
                "editor",
                "staff",
                "webmaster",
                "wpadmin",
                "newsdesk",
                "user",
                "root",
                "guest",
                "unknown",
                "none",
                "null",
            ]
            .contains(&own.as_str());
        let address =
            name.contains("://") || name.contains('@') || lower.starts_with("www.") || name.contains('/');
        let shape = name.split_whitespace().count() <= 8
            && name.len() <= 120
            && !name.chars().all(|c| c.is_ascii_digit());
        if !outlet && !address && shape && !out.iter().any(|o| compared(o) == own) {
            out.push(name.trim().to_owned());
        }
    }
    out
}

/// `https://www.example.org/a` → `example.org`.
fn host(address: &str) -> Option<String> {
    let rest = address.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', ':']).next()?.trim_start_matches("www.");
    (host.contains('.') && !host.contains(char::is_whitespace)).then(|| host.to_lowercase())
}

/// `en-GB`, `en_US`, `ENG` → `en`; `None` for what is not a language tag (RFC 5646, §2.1).
pub(in crate::article) fn language(tag: &str) -> Option<String> {
    let primary = tag.trim().split(['-', '_', ',']).next()?.to_lowercase();
    match primary.as_str() {
        "eng" | "english" => Some("en".into()),
        "fra" | "fre" => Some("fr".into()),
        "deu" | "ger" => Some("de".into()),
        "spa" => Some("es".into()),
        "ita" => Some("it".into()),
        p if p.len() == 2 && p.bytes().all(|b| b.is_ascii_lowercase()) => Some(primary),
        _ => None,
    }
}
