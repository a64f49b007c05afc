//! robots.txt → rules → whether a path may be fetched (RFC 9309, the Robots Exclusion Protocol).
//!
//! Pure: fetching it is the business of `polling`. Written here because the crate for it (`texting_robots` 0.2) brings
//! six others that nothing else uses and refuses a whole file for one overlong pattern. Beyond the RFC it reads
//! `Crawl-delay`, which sites set and pollers should keep to.

/// The longest crawl delay that is believed: a day, in milliseconds.
const LONGEST_DELAY_MS: u64 = 86_400_000;

/// The rules of one host that are meant for us.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rules {
    /// Patterns, percent-encoding made alike, and whether each allows.
    patterns: Vec<(String, bool)>,
    /// The time to leave between two requests, in milliseconds.
    pub(super) delay_ms: Option<u64>,
}

/// One line that matters.
enum Line<'a> {
    Agent(&'a str),
    Rule(&'a str, bool),
    Delay(u64),
}

impl Rules {
    /// The rules for `product`, our name in user agents, else those for everyone.
    ///
    /// All groups that name the product count together (§2.2.1); lines before the first group do not count.
    pub(super) fn parse(bytes: &[u8], product: &str) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (mut ours, mut everyones) = (Self::default(), Self::default());
        let mut named = false;
        // Whom the group under way is for, and whether its list of agents is over.
        let (mut for_us, mut for_all, mut begun) = (false, false, false);
        for line in text.trim_start_matches('\u{feff}').split(['\n', '\r', '\0']).filter_map(line) {
            let (rule, delay) = match line {
                Line::Agent(agent) => {
                    if begun {
                        (for_us, for_all, begun) = (false, false, false);
                    }
                    let token = agent.split(|c: char| !is_token(c)).next().unwrap_or_default();
                    for_us |= token.eq_ignore_ascii_case(product);
                    for_all |= agent.starts_with('*');
                    named |= for_us;
                    continue;
                }
                Line::Rule(pattern, allow) => (Some((pattern, allow)), None),
                Line::Delay(ms) => (None, Some(ms)),
            };
            begun = true;
            for rules in
                [for_us.then_some(&mut ours), for_all.then_some(&mut everyones)].into_iter().flatten()
            {
                // An empty pattern matches nothing: "Disallow:" allows all.
                rules
                    .patterns
                    .extend(rule.filter(|(p, _)| !p.is_empty()).map(|(p, allow)| (canonical(p), allow)));
                rules.delay_ms = rules.delay_ms.max(delay);
            }
        }
        if named { ours } else { everyones }
    }

    /// Whether `path` (with its query, as in the request) may be fetched: the longest matching pattern decides, and
    /// of two as long the one that allows (§2.2.2).
    pub(super) fn allow(&self, path: &str) -> bool {
        let path = canonical(path);
        let matching = self.patterns.iter().filter(|(pattern, _)| matches(pattern, &path));
        let decisive = matching.max_by_key(|(pattern, allow)| (pattern.len(), *allow));
        path == "/robots.txt" || decisive.is_none_or(|(_, allow)| *allow)
    }
}

/// Characters of a product token (§2.2.1).
pub(super) fn is_token(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '-' || c == '_'
}

fn line(text: &str) -> Option<Line<'_>> {
    let (key, value) = text.split('#').next()?.split_once(':')?;
    let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
    match key.as_str() {
        "user-agent" | "useragent" | "user agent" => Some(Line::Agent(value)),
        "allow" => Some(Line::Rule(value, true)),
        "disallow" => Some(Line::Rule(value, false)),
        "crawl-delay" => {
            let seconds = value.parse::<f64>().ok().filter(|s| s.is_finite() && *s >= 0.0)?;
            // The cast saturates.
            Some(Line::Delay(((seconds * 1000.0).ceil() as u64).min(LONGEST_DELAY_MS)))
        }
        _ => None,
    }
}

/// `*` stands for any run of characters, `$` at the end for the end (§2.2.3). Linear: each part between stars is found
/// at its first place after the part before it, which leaves the most for the rest.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, anchored) = pattern.strip_suffix('$').map_or((pattern, false), |p| (p, true));
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(middle) = last.replace(part) {
            let Some((_, after)) = rest.split_once(middle) else { return false };
            rest = after;
        }
    }
    match (last, anchored) {
        (None, false) => true,
        (None, true) => rest.is_empty(),
        (Some(part), false) => rest.contains(part),
        (Some(part), true) => rest.ends_with(part),
    }
}

/// Percent-encoding made alike (§2.2.2): what needs no encoding is decoded, what is outside US-ASCII is encoded, and
/// the digits that stay are in upper case.
fn canonical(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = String::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let encoded = (bytes[i] == b'%').then(|| super::credentials::percent_byte(&bytes[i..])).flatten();
        match encoded {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => out.push(byte as char),
            Some(byte) => push_encoded(&mut out, byte),
            None if bytes[i].is_ascii_graphic() => out.push(bytes[i] as char),
            None => push_encoded(&mut out, bytes[i]),
        }
        i += if encoded.is_some() { 3 } else { 1 };
    }
    out
}

fn push_encoded(out: &mut String, byte: u8) {
    use std::fmt::Write as _;
    let _ = write!(out, "%{byte:02X}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, path, expected) in [
            ("/", "/a", true),
            ("/fish", "/fish.html", true),
            ("/fish", "/Fish.asp", false),
            ("/fish", "/catfish", false),
            ("/fish*", "/fish?id=x", true),
            ("/fish/", "/fish", false),
            ("/*.php", "/folder/any.php.file", true),
            ("/*.php", "/", false),
            ("/*.php$", "/filename.php", true),
            ("/*.php$", "/a.php.php", true),
            ("/*.php$", "/filename.php?x", false),
            ("/fish*.php", "/fishheads/catfish.php?p", true),
            ("/fish*.php", "/Fish.PHP", false),
            ("/a$", "/a", true),
            ("/a$", "/ab", false),
            ("*$", "/a", true),
            ("*", "/a", true),
            ("/a**b", "/a-b", true),
            ("/a*b*c$", "/abcbc", true),
            ("/a*b*c$", "/acb", false),
            ("/a*a$", "/a", false),
            ("private", "/private", false),
            ("/$a", "/$a", true),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} on {path}");
        }
    }

    #[test]
    fn groups_and_the_longest_match() {
        let of = |text: &str| Rules::parse(text.as_bytes(), "bulletin");
        for (robots, path, expected) in [
            ("", "/a", true),
            ("Disallow: /", "/a", true),
            ("User-agent: *\nDisallow: /", "/a", false),
            ("User-agent: *\nDisallow: /", "/robots.txt", true),
            ("User-agent: *\nDisallow:", "/a", true),
            ("user-AGENT : * # all\r\n  disallow : /a # not this\r\n", "/a", false),
            ("User-agent: *\rDisallow: /a", "/a", false),
            ("\u{feff}User-agent: *\nDisallow: /a", "/a", false),
            ("User-agent: other\nDisallow: /", "/a", true),
            ("User-agent: other\nUser-agent: Bulletin\nDisallow: /a", "/a", false),
            ("User-agent: Bulletin/2.0\nDisallow: /a", "/a", false),
            ("User-agent: bulletins\nDisallow: /a", "/a", true),
            // Ours wins over everyone's, wherever it stands, even when it says nothing.
            ("User-agent: bulletin\nAllow: /\nUser-agent: *\nDisallow: /", "/a", true),
            ("User-agent: *\nDisallow: /\n\nUser-agent: bulletin\n", "/a", true),
            // Two groups of ours count together; other lines do not end a group.
            (
                "User-agent: bulletin\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: bulletin\nDisallow: /b",
                "/b",
                false,
            ),
            ("User-agent: bulletin\nSitemap: https://x/\nDisallow: /a", "/a", false),
            ("User-agent: bulletin\nCrawl-delay: 1\nUser-agent: other\nDisallow: /a", "/a", true),
            // The longest pattern; of two as long the one that allows.
            ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b", true),
            ("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b", false),
            ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", true),
            ("User-agent: *\nDisallow: /\nAllow: /$", "/", true),
            ("User-agent: *\nDisallow: /\nAllow: /$", "/a", false),
            // Percent-encoding (the table of §2.2.2).
            ("User-agent: *\nDisallow: /foo/bar?baz=http://foo.bar", "/foo/bar?baz=http://foo.bar", false),
            ("User-agent: *\nDisallow: /foo/bar/ツ", "/foo/bar/%E3%83%84", false),
            ("User-agent: *\nDisallow: /foo/bar/%E3%83%84", "/foo/bar/%e3%83%84", false),
            ("User-agent: *\nDisallow: /foo/bar/%62%61%7A", "/foo/bar/baz", false),
            ("User-agent: *\nDisallow: /a%2fb", "/a/b", true),
            ("User-agent: *\nDisallow: /100%", "/100%", false),
            // A page served in its place.
            ("<!DOCTYPE html><html><head><title>Not found: sorry</title>", "/a", true),
        ] {
            assert_eq!(of(robots).allow(path), expected, "{path} under {robots:?}");
        }
    }

    #[test]
    fn delays() {
        for (robots, expected) in [
            ("User-agent: *\nCrawl-delay: 10", Some(10_000)),
            ("User-agent: *\nCrawl-delay: 0.5", Some(500)),
            ("User-agent: *\nCrawl-delay: 1\nCrawl-delay: 3", Some(3000)),
            ("User-agent: *\nCrawl-delay: 1e300", Some(LONGEST_DELAY_MS)),
            ("User-agent: *\nCrawl-delay: inf", None),
            ("User-agent: *\nCrawl-delay: -1", None),
            ("User-agent: *\nCrawl-delay: soon", None),
            ("User-agent: other\nCrawl-delay: 10", None),
            ("User-agent: *\nCrawl-delay: 10\nUser-agent: bulletin\nDisallow: /a", None),
        ] {
            assert_eq!(Rules::parse(robots.as_bytes(), "bulletin").delay_ms, expected, "{robots:?}");
        }
    }

    #[test]
    fn hostile_files_are_quick_and_harmless() {
        let stars = format!("User-agent: *\nDisallow: /{}b$\n", "*a".repeat(5000)).repeat(40);
        let rules = Rules::parse(stars.as_bytes(), "bulletin");
        assert!(rules.allow(&format!("/{}", "a".repeat(8000))));
        let rules = Rules::parse(
            &[b"User-agent: *\nDisallow: /\xff\xfe%\n%%%::::".as_slice(), &[0; 9]].concat(),
            "bulletin",
        );
        assert!(rules.allow("/a%"));
    }
}
