//! Entries that tell what an entry before them tells: the same page, the same id, or nearly the same words.

use super::Entry;
use super::select::words;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::hash::{DefaultHasher, Hash, Hasher};
use url::Url;

/// Words in a row that are compared: at three, two stories about one event share only names and set phrases.
pub const SHINGLE_WORDS: usize = 3;

/// The share of the shorter text's shingles that the other has too, from which two texts are one story. Of the
/// shorter, because one desk cuts what another runs whole. One changed word breaks three shingles, so 0.8 lets about
/// every fourteenth word differ: an agency's story as two desks subbed it. Two reporters' stories of one event stay
/// below 0.2.
pub const SAME_SHARE: f64 = 0.8;

/// Texts with fewer shingles are not compared: a programme's standing note ("The latest five-minute news bulletin…")
/// is the same every day, and is not the same story.
pub const FEWEST_SHINGLES: usize = 20;

/// Words of a text that are compared. Copies differ at their ends, where desks cut and add, least at their beginning.
const COMPARED_WORDS: usize = 500;

/// A shingle that so many entries have is a phrase of the house and tells nothing; it also bounds the work.
const COMMON_SHINGLE: usize = 64;

/// An entry that repeats another; numbers are places in the list given, from 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Duplicate {
    /// The later entry.
    pub entry: usize,
    /// The entry it repeats, which repeats none itself.
    pub of: usize,
    /// What they have in common.
    pub because: Because,
}

/// Why an entry counts as a repetition.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Because {
    /// The same page, counting parameters aside.
    Link,
    /// The same id.
    Id,
    /// This share of the shorter text's three-word sequences; 1 where it is all in the other.
    Text(f64),
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link => f.write_str("it links to the same page"),
            Self::Id => f.write_str("it has the same id"),
            Self::Text(share) => write!(f, "{:.0} % of its text is the same", share * 100.0),
        }
    }
}

/// Entries that repeat an earlier one, in order. Entries of several feeds are given one feed after the other, the
/// preferred feed first.
///
/// Ids count only where they are addresses or URNs; "1234" is an id in many feeds. A link to a front page is no
/// story's.
/// Cost: linear in the length of the texts; 0.2 s for a thousand entries of 200 words without optimisation.
///
/// # Examples
/// ```
/// use bulletin::article::feed::{Because, Entry, duplicates};
///
/// let entry = |link: &str| Entry { link: Some(link.into()), ..Entry::default() };
/// let entries = [entry("https://www.echo.example/a/?utm_source=rss"), entry("https://echo.example/b"), entry("http://echo.example/a#top")];
/// let found = duplicates(&entries.iter().collect::<Vec<_>>());
/// assert_eq!((found[0].entry, found[0].of, found[0].because), (2, 0, Because::Link));
/// assert_eq!(found.len(), 1);
/// ```
pub fn duplicates(entries: &[&Entry]) -> Vec<Duplicate> {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut texts = Texts::default();
    let mut out = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let link = entry.link.as_deref().and_then(normalised_link);
        let id = entry.id.as_deref().and_then(id_key);
        let hit = |key: Option<&String>, because| Some((*known.get(key?)?, because));
        let shingles = Shingles::of(entry);
        let found = hit(link.as_ref(), Because::Link)
            .or_else(|| hit(id.as_ref(), Because::Id))
            .or_else(|| texts.nearest(&shingles).map(|(of, share)| (of, Because::Text(share))));
        let original = if let Some((of, because)) = found {
            out.push(Duplicate { entry: at, of, because });
            of
        } else {
            texts.add(at, shingles);
            at
        };
        // The copy's own addresses lead to the original too.
        for key in [link, id].into_iter().flatten() {
            known.entry(key).or_insert(original);
        }
    }
    out
}

/// A link as a page's identity: without scheme, `www.`, trailing slash, fragment and parameters that only count
/// readers, the rest of the parameters in order. `None` for a front page and for what is no web address.
///
/// # Examples
/// ```
/// use bulletin::article::feed::normalised_link;
///
/// let link = normalised_link("https://WWW.echo.example/a/?utm_medium=rss&b=2&a=1&at_campaign=x#comments");
/// assert_eq!(link.as_deref(), Some("echo.example/a?a=1&b=2"));
/// assert_eq!(normalised_link("https://echo.example/?utm_source=rss"), None);
/// ```
pub fn normalised_link(link: &str) -> Option<String> {
    let url = Url::parse(link.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = url.host_str()?;
    let mut out = host.strip_prefix("www.").unwrap_or(host).trim_end_matches('.').to_owned();
    if let Some(port) = url.port() {
        let _ = write!(out, ":{port}");
    }
    let path = url.path().trim_end_matches('/');
    let mut pairs: Vec<&str> = url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !is_counting(pair))
        .collect();
    pairs.sort_unstable();
    // "#!/story/1" is a path to the scripts of the page.
    let route = url.fragment().filter(|fragment| fragment.starts_with(['!', '/']));
    if path.is_empty() && pairs.is_empty() && route.is_none() {
        return None;
    }
    out.push_str(path);
    if !pairs.is_empty() {
        out.push('?');
        out.push_str(&pairs.join("&"));
    }
    if let Some(route) = route {
        out.push('#');
        out.push_str(route);
    }
    Some(out)
}

/// Whether a parameter tells only where a reader came from.
fn is_counting(pair: &str) -> bool {
    const PREFIXES: &[&str] = &["utm_", "at_", "ns_", "mtm_", "pk_", "hsa_", "mc_"];
    const NAMES: &[&str] = &[
        "fbclid",
        "gclid",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "yclid",
        "twclid",
        "igshid",
        "igsh",
        "cmp",
        "cmpid",
        "ocid",
        "xtor",
        "smid",
        "ftag",
        "ito",
        "wt.mc_id",
        "__twitter_impression",
        "guccounter",
        "srnd",
        "taid",
    ];
    let lower = pair.to_ascii_lowercase();
    let name = lower.split('=').next().unwrap_or_default();
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || NAMES.contains(&name)
        || matches!(
            lower.as_str(),
            "partner=rss" | "emc=rss" | "source=rss" | "ref=rss" | "feed=rss" | "from=rss"
        )
}

/// What an id is compared by: the page for an address, itself for a URN or a tag.
fn id_key(id: &str) -> Option<String> {
    let id = id.trim();
    if id.starts_with("http://") || id.starts_with("https://") {
        return normalised_link(id);
    }
    (id.starts_with("urn:") || id.starts_with("tag:") || id.contains("://")).then(|| id.to_owned())
}

/// The shingles of a text, each once, in order.
struct Shingles(Vec<u64>);

impl Shingles {
    /// Those of the longer of an entry's texts.
    fn of(entry: &Entry) -> Self {
        let text = [&entry.content, &entry.summary]
            .into_iter()
            .flatten()
            .map(super::Content::text)
            .max_by_key(String::len)
            .unwrap_or_default();
        let words: Vec<String> = words(&text).take(COMPARED_WORDS).collect();
        let hash = |shingle: &[String]| {
            let mut hasher = DefaultHasher::new();
            shingle.hash(&mut hasher);
            hasher.finish()
        };
        let mut all: Vec<u64> = words.windows(SHINGLE_WORDS).map(hash).collect();
        all.sort_unstable();
        all.dedup();
        Self(all)
    }
}

/// The texts that repeat none before them.
#[derive(Default)]
struct Texts {
    /// Which texts have a shingle, in order; by place in `sizes`.
    having: HashMap<u64, Vec<u32>>,
    /// Entry and number of shingles.
    sizes: Vec<(usize, usize)>,
}

impl Texts {
    fn add(&mut self, entry: usize, shingles: Shingles) {
        if shingles.0.len() < FEWEST_SHINGLES {
            return;
        }
        let text = u32::try_from(self.sizes.len()).unwrap_or(u32::MAX);
        self.sizes.push((entry, shingles.0.len()));
        for shingle in shingles.0 {
            let having = self.having.entry(shingle).or_default();
            if having.len() < COMMON_SHINGLE {
                having.push(text);
            }
        }
    }

    /// The text most like these shingles, if it is the same story, and the share they have in common.
    fn nearest(&self, shingles: &Shingles) -> Option<(usize, f64)> {
        let own = shingles.0.len();
        if own < FEWEST_SHINGLES {
            return None;
        }
        let mut shared: HashMap<u32, usize> = HashMap::new();
        for text in shingles.0.iter().filter_map(|shingle| self.having.get(shingle)).flatten() {
            *shared.entry(*text).or_default() += 1;
        }
        let mut best: Option<(usize, f64)> = None;
        let mut ranked: Vec<(u32, usize)> = shared.into_iter().collect();
        ranked.sort_unstable();
        for (text, both) in ranked {
            let (entry, other) = self.sizes[text as usize];
            let share = both as f64 / own.min(other) as f64;
            if share >= SAME_SHARE && best.is_none_or(|(_, top)| share > top) {
                best = Some((entry, share));
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::super::Content;
    use super::*;

    fn told(body: &str) -> Entry {
        Entry {
            content: Some(Content { body: body.into(), is_html: false, lines: (1, 1) }),
            ..Entry::default()
        }
    }

    fn found(entries: &[Entry]) -> Vec<(usize, usize)> {
        duplicates(&entries.iter().collect::<Vec<_>>()).iter().map(|d| (d.entry, d.of)).collect()
    }

    const STORY: &str = "The old river bridge at Tarn will close on Monday for a month, the county council said on \
        Thursday. Engineers found cracks in two of its five arches in March. Buses will run by the new road every ten \
        minutes, and no lorry may cross until the work is done. The repairs are to cost two million pounds. “It could \
        not wait for the summer,” said Ann Orme, who leads the council's works committee.";

    #[test]
    fn links_as_identities() {
        for (link, key) in [
            ("https://echo.example/a", Some("echo.example/a")),
            ("http://www.echo.example/a/", Some("echo.example/a")),
            ("https://echo.example:443/a", Some("echo.example/a")),
            ("https://echo.example:8443/a", Some("echo.example:8443/a")),
            ("https://echo.example/a?id=7&fbclid=x&CMP=rss&at_medium=RSS", Some("echo.example/a?id=7")),
            ("https://echo.example/a?partner=rss&emc=rss", Some("echo.example/a")),
            ("https://echo.example/?p=12&utm_source=x", Some("echo.example?p=12")),
            ("https://echo.example/A", Some("echo.example/A")),
            ("https://echo.example/#!/a", Some("echo.example#!/a")),
            ("https://echo.example", None),
            ("https://echo.example/#top", None),
            ("tag:echo.example,2025:1", None),
            ("a", None),
        ] {
            assert_eq!(normalised_link(link).as_deref(), key, "{link}");
        }
    }

    #[test]
    fn pages_and_ids() {
        let entry =
            |link: &str, id: &str| Entry { link: Some(link.into()), id: Some(id.into()), ..Entry::default() };
        let entries = [
            entry("https://a.example/1", "1"),
            entry("https://b.example/1", "1"),
            entry("https://c.example/1", "https://www.a.example/1?utm_source=c"),
            entry("https://c.example/1?x", "urn:uuid:1"),
            entry("https://d.example/9", "urn:uuid:1"),
            entry("https://e.example/", "7"),
            entry("https://e.example/", "8"),
            entry("https://c.example/1#a", "9"),
        ];
        // The last repeats the third, which repeats the first.
        assert_eq!(found(&entries), [(2, 0), (4, 3), (7, 0)]);
    }

    #[test]
    fn nearly_the_same_words() {
        let subbed = STORY.replace("on Thursday", "on April 3").replace("two million pounds", "£2m");
        let cut = STORY.split_once(" The repairs").unwrap().0;
        let with_markup = format!("<p>{}</p>", STORY.replace(". ", ".</p><p>"));
        let other = "Cracks in two arches of the river bridge at Tarn mean that it will close on Monday, the county \
            council has said. Ann Orme, the chair of its works committee, told councillors that repairs would take a \
            month and cost about two million pounds. Drivers of lorries were asked to use the motorway, while buses \
            are to take the new road.";
        let marked = Entry {
            content: Some(Content { body: with_markup, is_html: true, lines: (1, 1) }),
            ..Entry::default()
        };
        let entries =
            [told(STORY), told(other), told(&subbed), told(cut), marked, told("Closed."), told("Closed.")];
        assert_eq!(found(&entries), [(2, 0), (3, 0), (4, 0)]);
        let share = |a: &str, b: &str| {
            let (a, b) = (Shingles::of(&told(a)), Shingles::of(&told(b)));
            b.0.iter().filter(|s| a.0.contains(s)).count() as f64 / a.0.len().min(b.0.len()) as f64
        };
        assert!(share(STORY, &subbed) > 0.8 && share(STORY, other) < 0.2, "{}", share(STORY, other));
    }

    #[test]
    fn many_entries_that_share_their_phrases() {
        // Every entry has the same hundred words of furniture and a hundred of its own.
        let entries: Vec<Entry> = (0..1000)
            .map(|n| {
                let own: Vec<String> = (0..100).map(|word| format!("w{n}x{word}")).collect();
                told(&format!(
                    "{} {}",
                    "one two three four five six seven eight nine ten ".repeat(10),
                    own.join(" ")
                ))
            })
            .collect();
        assert_eq!(found(&entries), []);
    }
}
