//! Markdown → [`Article`]: CommonMark as people write news in it, with front matter.
//!
//! Marks go, their text stays: emphasis, links, code, list markers, quotation marks of blocks. Pictures, code blocks,
//! footnotes and rules are listed as left out. A first-level heading is the headline, others stay as headings
//! between paragraphs. Front matter wins over the text for headline, byline, date, language and source. HTML inside
//! is not interpreted beyond taking its tags out.
//! Source: CommonMark 0.31.2, §4 and §6; front matter as Jekyll and Hugo have it.

use super::html::when;
use super::marked::{self, Marked, compared, plain};
use super::{Article, Dropped, Kind, Settings};
use crate::{Error, Result};
use regex::Regex;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

macro_rules! pattern {
    ($name:ident, $pattern:literal) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($pattern).expect("a constant pattern"));
    };
}

pattern!(HEADING, r"^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$");
pattern!(UNDERLINE, r"^ {0,3}(=+|-{2,})[ \t]*$");
pattern!(RULE, r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$");
pattern!(ITEM, r"^[ \t]{0,8}(?:[-*+•]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(.*)$");
pattern!(DEFINITION, r"^ {0,3}\[([^\]]{1,200})\]:[ \t]*(\S.*)$");
pattern!(FENCE, r"^ {0,3}(`{3,}|~{3,})");
pattern!(TABLE_RULE, r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$");
pattern!(
    IMAGE,
    r"!\[([^\]]{0,500})\](?:\([^()\s]{0,1000}(?:\([^()]{0,200}\)[^()\s]{0,200})?(?:\s+[^()]{0,300})?\)|\[[^\]]{0,200}\])"
);
pattern!(
    LINK,
    r"\[([^\[\]]{1,1000})\](?:\([^()\s]{0,1000}(?:\([^()]{0,200}\)[^()\s]{0,200})?(?:\s+[^()]{0,300})?\)|\[[^\]]{0,200}\])"
);
pattern!(ADDRESS_LINK, r"\[[^\]\n]{1,500}\]\((?:https?:|mailto:|/|#|\.)[^)\s]*(?:\s[^)]*)?\)");
pattern!(FOOTNOTE, r"\[\^[^\]\s]{1,60}\]");
pattern!(AUTOLINK, r"<((?:https?://|mailto:)[^<>\s]{1,1000})>");
pattern!(STRONG, r"\*\*(\S(?:[^*]|\*[^*]){0,2000}?)\*\*|__(\S[^_]{0,2000}?)__|~~(\S[^~]{0,2000}?)~~");
pattern!(EMPHASIS, r"\*(\S[^*]{0,2000}?)\*");
pattern!(UNDERSCORED, r"(^|[^\p{L}\p{N}_])_(\S[^_]{0,2000}?)_([^\p{L}\p{N}_]|$)");
pattern!(CODE, r"`{1,3}([^`]{1,500})`{1,3}");
pattern!(ESCAPE, r"\\([!-/:-@\[-`{-~])");
pattern!(FIELD, r"^([A-Za-z][\w -]{0,40}?)\s*[:=]\s*(.*)$");

/// Longest front matter.
const FRONT_MATTER_LINES: usize = 100;

/// Whether a text is Markdown: front matter, or at least two of the marks that other texts do not have.
///
/// # Examples
/// ```
/// use bulletin::article::markdown::is_markdown;
/// assert!(is_markdown("# Bridge to close\n\nIt will [close](https://example.org) on Monday."));
/// assert!(!is_markdown("Bridge to close\n\n- One lane stays open.\n\n###"));
/// ```
pub fn is_markdown(text: &str) -> bool {
    /// Marks are at the beginning of a text or nowhere.
    const LINES: usize = 400;
    let text = text.trim_start_matches('\u{feff}');
    let lines: Vec<&str> = text.lines().take(LINES).collect();
    if front_matter(&lines).is_some() {
        return true;
    }
    let mut marks = 0;
    let mut previous = "";
    for (i, line) in lines.iter().enumerate() {
        if line.len() > 20_000 {
            continue;
        }
        let first = lines[..i].iter().all(|l| l.trim().is_empty());
        if HEADING.captures(line).is_some_and(|c| !c[2].is_empty()) {
            marks += if first { 2 } else { 1 };
        } else if line.trim_end().len() >= 3
            && line.trim_end().bytes().all(|b| b == b'=')
            && underlines(previous, line)
            && lines[i + 1..].iter().any(|l| !l.trim().is_empty())
        {
            marks += 2;
        } else if FENCE.is_match(line) || DEFINITION.is_match(line) || TABLE_RULE.is_match(line) {
            marks += 1;
        }
        if line.contains("](") {
            marks += ADDRESS_LINK.find_iter(line).count() * 2;
        }
        if line.contains("**") && STRONG.is_match(line) {
            marks += 1;
        }
        previous = line;
    }
    marks >= 2
}

/// Whether a rule of "=" is about as long as the title above it; a longer one parts two sections of a mail.
fn underlines(title: &str, rule: &str) -> bool {
    let (title, rule) = (title.trim().chars().count(), rule.trim().chars().count());
    title.min(rule) * 3 >= title.max(rule) * 2 && title.max(rule) > 0
}

/// The number of lines of front matter, its fences included.
fn front_matter(lines: &[&str]) -> Option<usize> {
    let fence = lines.first().map(|l| l.trim_end()).filter(|l| matches!(*l, "---" | "+++"))?;
    let end = lines.iter().skip(1).take(FRONT_MATTER_LINES).position(|l| l.trim_end() == fence)? + 1;
    let fields = lines[1..end].iter().filter(|l| FIELD.is_match(l)).count();
    (fields > 0 && lines[1..end].iter().all(|l| l.len() < 2000)).then_some(end + 1)
}

/// The article in a Markdown text.
///
/// # Errors
/// [`Error::EmptyArticle`] where nothing of the story is left, [`Error::Config`] for a house pattern that does not
/// compile.
///
/// # Examples
/// ```
/// use bulletin::article::{Settings, markdown};
///
/// let text = "# Bridge to close\n\n*By Ann Orme*\n\nThe **river** bridge will\n[close](https://example.org/1) on Monday.\n";
/// let article = markdown::read(text, "story.md", &Settings::default()).unwrap();
/// assert_eq!(article.headline.as_deref(), Some("Bridge to close"));
/// assert_eq!(article.byline.as_deref(), Some("Ann Orme"));
/// assert_eq!(article.paragraphs[0].text, "The river bridge will close on Monday.");
/// ```
pub fn read(text: &str, name: &str, settings: &Settings) -> Result<Article> {
    let mut reader = Reader::default();
    reader.read(text.trim_start_matches('\u{feff}'));
    let Reader { texts, dropped, head, .. } = reader;
    let texts: Vec<(usize, Marked)> = texts.into_iter().enumerate().collect();
    let mut article = marked::clean(&texts, head.headline.as_deref(), settings)?.into_article(&texts);
    line_by_line(&mut article, &texts, text.trim_start_matches('\u{feff}'));
    article.dropped.extend(dropped);
    article.dropped.sort_by_key(|d| d.line);
    let put = |field: &mut Option<String>, own: Option<String>| *field = own.or(field.take());
    put(&mut article.headline, head.headline);
    put(&mut article.byline, head.byline);
    put(&mut article.published, head.published);
    put(&mut article.source, head.source);
    let guessed = article.language.take();
    article.language = marked::language(guessed, head.language.as_deref(), &article.paragraphs, settings);
    if article.paragraphs.is_empty() {
        return Err(Error::EmptyArticle { input: name.to_owned(), dropped: article.dropped.len() });
    }
    Ok(article)
}

/// Lists each line of a paragraph that was left out, not its first alone.
fn line_by_line(article: &mut Article, texts: &[(usize, Marked)], source: &str) {
    let lines: Vec<&str> = source.lines().collect();
    let kept: BTreeMap<usize, usize> = article.paragraphs.iter().map(|p| p.lines).collect();
    let is_kept =
        |first: usize, last: usize| kept.range(..=last).next_back().is_some_and(|(_, end)| *end >= first);
    let mut listed: BTreeMap<usize, (Kind, String)> = BTreeMap::new();
    for one in &article.dropped {
        let said = listed.entry(one.line).or_insert((one.kind, one.reason.clone()));
        if said.0 == Kind::Noise {
            *said = (one.kind, one.reason.clone());
        }
    }
    let whole = texts.iter().map(|(_, m)| m.lines).filter(|(first, last)| last > first);
    for (first, last) in whole.filter(|(first, last)| !is_kept(*first, *last)) {
        // What the first line is said to be, the others are.
        let said = listed.get(&first).cloned();
        let (kind, reason) = said.unwrap_or((Kind::Noise, "a line of nothing but marks".into()));
        for line in first..=last {
            let text = lines.get(line - 1).map_or("", |l| l.trim());
            if !text.is_empty() && !listed.contains_key(&line) {
                let (text, reason) = (text.to_owned(), reason.clone());
                article.dropped.push(Dropped { line, text, kind, reason });
            }
        }
    }
}

#[derive(Debug, Default)]
struct Reader {
    texts: Vec<Marked>,
    dropped: Vec<Dropped>,
    head: Article,
    /// The paragraph being read: lines joined, first and last line.
    open: Option<Marked>,
    /// The next text follows a line break inside a paragraph.
    broken: bool,
}

impl Reader {
    fn read(&mut self, text: &str) {
        let lines: Vec<&str> = text.lines().collect();
        let start = front_matter(&lines).unwrap_or(0);
        self.front(&lines[..start]);
        let mut fence: Option<String> = None;
        let mut comment = false;
        for (i, raw) in lines.iter().enumerate().skip(start) {
            let number = i + 1;
            if comment {
                comment = !raw.contains("-->");
                self.drop(number, raw, Kind::Noise, "a comment");
            } else if let Some(mark) = &fence {
                if raw.trim_start().starts_with(mark.as_str())
                    && raw.trim().chars().all(|c| matches!(c, '`' | '~'))
                {
                    fence = None;
                }
                self.drop(number, raw, Kind::Noise, "a block of code");
            } else if let Some(mark) = FENCE.captures(raw) {
                self.flush();
                fence = Some(mark[1].to_owned());
                self.drop(number, raw, Kind::Noise, "a block of code");
            } else if raw.trim_start().starts_with("<!--") {
                self.flush();
                comment = !raw.contains("-->");
                self.drop(number, raw, Kind::Noise, "a comment");
            } else {
                self.line(number, raw);
            }
        }
        self.flush();
    }

    fn line(&mut self, number: usize, raw: &str) {
        let mut line = raw;
        // "> ", as deep as it goes.
        while let Some(quoted) = line.trim_start().strip_prefix('>') {
            line = quoted.strip_prefix(' ').unwrap_or(quoted);
        }
        if line.trim().is_empty() {
            if !raw.trim().is_empty() {
                self.drop(number, raw, Kind::Noise, "a mark without a text");
            }
            return self.flush();
        }
        if let Some(heading) = HEADING.captures(line).filter(|c| !c[2].is_empty()) {
            self.flush();
            return self.heading(number, number, heading[1].len(), &heading[2]);
        }
        if let Some(mark) = UNDERLINE.captures(line)
            && let Some(open) = self.open.take_if(|open| open.lines.0 == open.lines.1)
        {
            self.drop(number, line, Kind::Noise, "the line under a heading");
            return self.heading(
                open.lines.0,
                number,
                if mark[1].starts_with('=') { 1 } else { 2 },
                &open.text,
            );
        }
        if RULE.is_match(line) || TABLE_RULE.is_match(line) {
            self.flush();
            return self.drop(number, line, Kind::Noise, "a rule");
        }
        if let Some(definition) = DEFINITION.captures(line).filter(|_| self.open.is_none()) {
            let (kind, why) = if definition[1].starts_with('^') {
                (Kind::Boilerplate, "a footnote")
            } else {
                (Kind::Noise, "the address of a link")
            };
            return self.drop(number, line, kind, why);
        }
        if line.trim_start().starts_with('|') {
            self.flush();
            let cells: Vec<&str> =
                line.trim().trim_matches('|').split('|').map(str::trim).filter(|c| !c.is_empty()).collect();
            self.append(number, &cells.join(" "), raw);
            return self.flush();
        }
        if let Some(item) = ITEM.captures(line) {
            self.flush();
            self.append(number, &item[1], raw);
            return;
        }
        let hard = line.ends_with("  ") || line.ends_with('\\');
        self.append(number, line.trim().trim_end_matches('\\'), raw);
        if hard {
            self.flush();
            self.broken = true;
        }
    }

    fn heading(&mut self, number: usize, last: usize, level: usize, text: &str) {
        let text = self.inline(number, text);
        let is_headline = self.head.headline.as_ref().map_or(level == 1, |h| compared(h) == compared(&text));
        if text.is_empty() {
            return self.drop_mark(number, "#");
        }
        if is_headline {
            self.drop(number, &text, Kind::Headline, "the heading of the text");
            self.head.headline.get_or_insert(plain(&text));
        } else {
            self.texts.push(Marked { text, lines: (number, last), after_break: false });
        }
    }

    /// Adds the text of line `number`, which is `raw` as it was written.
    fn append(&mut self, number: usize, text: &str, raw: &str) {
        let text = self.inline(number, text);
        if text.is_empty() {
            return self.drop_mark(number, raw);
        }
        let broken = std::mem::take(&mut self.broken);
        let open = self.open.get_or_insert_with(|| Marked {
            lines: (number, number),
            after_break: broken,
            ..Marked::default()
        });
        if !open.text.is_empty() {
            open.text.push(' ');
        }
        open.text.push_str(&text);
        open.lines.1 = number;
    }

    /// Accounts for a line of marks alone, unless what stood between them is accounted for already.
    fn drop_mark(&mut self, number: usize, raw: &str) {
        if self.dropped.last().is_none_or(|dropped| dropped.line != number) {
            self.drop(number, raw, Kind::Noise, "a mark without a text");
        }
    }

    fn flush(&mut self) {
        self.broken = false;
        if let Some(open) = self.open.take() {
            self.texts.push(open);
        }
    }

    fn drop(&mut self, line: usize, text: &str, kind: Kind, reason: &str) {
        if !text.trim().is_empty() {
            self.dropped.push(Dropped {
                line,
                text: text.trim().to_owned(),
                kind,
                reason: reason.to_owned(),
            });
        }
    }

    /// A line's marks taken out.
    fn inline(&mut self, number: usize, text: &str) -> String {
        let mut text = Cow::Borrowed(text);
        if text.contains("![") {
            let pictures: Vec<String> = IMAGE.find_iter(&text).map(|m| m.as_str().to_owned()).collect();
            for picture in pictures {
                self.drop(number, &picture, Kind::Caption, "a picture");
            }
            text = Cow::Owned(IMAGE.replace_all(&text, "").into_owned());
        }
        if text.contains('[') {
            let notes: Vec<String> = FOOTNOTE.find_iter(&text).map(|m| m.as_str().to_owned()).collect();
            for note in notes {
                self.drop(number, &note, Kind::Noise, "the mark of a footnote");
            }
            text = Cow::Owned(FOOTNOTE.replace_all(&text, "").into_owned());
            // A link's text may hold a picture's place, so it is looked for after pictures are gone.
            text = Cow::Owned(LINK.replace_all(&text, "$1").into_owned());
        }
        if text.contains('<') {
            text = Cow::Owned(AUTOLINK.replace_all(&text, "$1").into_owned());
        }
        if text.contains('`') {
            text = Cow::Owned(CODE.replace_all(&text, "$1").into_owned());
        }
        // Escaped marks are letters: out of the way while emphasis goes.
        let escaped = text.contains('\\');
        if escaped {
            let away = |c: &regex::Captures<'_>| {
                char::from_u32(0xe000 + c[1].chars().next().map_or(0, |c| c as u32))
                    .unwrap_or(' ')
                    .to_string()
            };
            text = Cow::Owned(ESCAPE.replace_all(&text, away).into_owned());
        }
        if text.contains(['*', '_', '~']) {
            for _ in 0..2 {
                text = Cow::Owned(STRONG.replace_all(&text, "$1$2$3").into_owned());
            }
            text = Cow::Owned(EMPHASIS.replace_all(&text, "$1").into_owned());
            text = Cow::Owned(UNDERSCORED.replace_all(&text, "$1$2$3").into_owned());
        }
        if escaped {
            let back = |c: char| match c {
                '\u{e021}'..='\u{e07e}' => char::from_u32(c as u32 - 0xe000).unwrap_or(' '),
                _ => c,
            };
            text = Cow::Owned(text.chars().map(back).collect());
        }
        text.trim().to_owned()
    }

    /// Fields of the front matter; each line is listed with what it was taken for.
    fn front(&mut self, lines: &[&str]) {
        let mut list: Option<String> = None;
        for (i, raw) in lines.iter().enumerate() {
            let number = i + 1;
            let entry = raw.trim_start().strip_prefix("- ").filter(|_| raw.starts_with([' ', '-']));
            let (kind, why) = if let (Some(entry), Some(key)) = (entry, &list) {
                let key = key.clone();
                (self.field(&key, entry), "an entry of the front matter")
            } else if let Some(field) = FIELD.captures(raw) {
                let key = field[1].to_lowercase();
                list = field[2].trim().is_empty().then(|| key.clone());
                (self.field(&key, &field[2]), "a field of the front matter")
            } else {
                (Kind::Noise, "part of the front matter")
            };
            self.drop(number, raw, kind, why);
        }
    }

    fn field(&mut self, key: &str, value: &str) -> Kind {
        let value = value.trim().trim_start_matches('[').trim_end_matches(']');
        let values: Vec<String> = value
            .split([','])
            .filter(|_| matches!(key, "author" | "authors" | "byline" | "by"))
            .map(|v| plain(v.trim().trim_matches(['"', '\''])))
            .filter(|v| !v.is_empty())
            .collect();
        let value = plain(value.trim_matches(['"', '\'']));
        let set = |field: &mut Option<String>, value: Option<String>| {
            if field.is_none() {
                *field = value.filter(|v| !v.is_empty());
            }
        };
        match key {
            "title" | "headline" => {
                set(&mut self.head.headline, Some(value));
                Kind::Headline
            }
            "author" | "authors" | "byline" | "by" => {
                let mut all: Vec<String> = self
                    .head
                    .byline
                    .take()
                    .map(|b| b.split(" and ").flat_map(|n| n.split(", ")).map(str::to_owned).collect())
                    .unwrap_or_default();
                all.extend(values);
                self.head.byline = marked::names(&all);
                Kind::Byline
            }
            "date" | "published" | "pubdate" | "publishdate" | "datepublished" => {
                set(&mut self.head.published, when::iso(&value));
                Kind::Timestamp
            }
            "lang" | "language" | "locale" => {
                set(&mut self.head.language, super::html::language(&value));
                Kind::Slug
            }
            "source" | "site" | "publication" | "publisher" | "outlet" => {
                set(&mut self.head.source, Some(value));
                Kind::Sitename
            }
            _ => Kind::Slug,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(text: &str) -> Article {
        read(text, "story.md", &Settings::default()).unwrap()
    }

    fn paragraphs(text: &str) -> Vec<String> {
        article(text).paragraphs.into_iter().map(|p| p.text).collect()
    }

    #[test]
    fn marks_go_and_their_text_stays() {
        for (text, plain) in [
            (
                "The **old** bridge, *built* in __1931__, ~~is~~ _was_ blue.",
                "The old bridge, built in 1931, is was blue.",
            ),
            (
                "See [the plan](https://example.org/a_(b) \"Plan\") for 3 * 4 * 5 metres.",
                "See the plan for 3 * 4 * 5 metres.",
            ),
            (
                "A [reference][1] and a file_name_here stay whole.",
                "A reference and a file_name_here stay whole.",
            ),
            ("It cost \\*three\\* pounds and `five` pence.", "It cost *three* pounds and five pence."),
            ("***Both*** at once, she **said *it* twice**.", "Both at once, she said it twice."),
            ("Noted[^1] by all who were there.", "Noted by all who were there."),
            (
                "Write to <https://example.org/x> by May, he said.",
                "Write to https://example.org/x by May, he said.",
            ),
        ] {
            assert_eq!(Reader::default().inline(1, text), plain, "{text}");
        }
    }

    #[test]
    fn blocks() {
        let text = "Bridge to close\n===============\n\nThe first paragraph\nis wrapped by hand,\nas is the custom.\n\n> “Quoted by a block,”\n> she said on the day.\n\nThree things will happen:\n\n- One lane stays open\n  until May\n- Two buses stop\n1. A third thing\n\nWhat comes after\n----\n\n| Team | Points |\n|------|--------|\n| Rovers | 3 |\n\n```\ncode\n```\n![The bridge](b.jpg)\n\n\\\n\n|\n\n| |\n\n***\nIt was the end of it.\n\n[1]: https://example.org\n";
        let article = article(text);
        assert_eq!(article.headline.as_deref(), Some("Bridge to close"));
        let found: Vec<_> = article.paragraphs.iter().map(|p| (p.text.as_str(), p.lines)).collect();
        assert_eq!(found[0], ("The first paragraph is wrapped by hand, as is the custom.", (4, 6)));
        assert_eq!(found[1], ("“Quoted by a block,” she said on the day.", (8, 9)));
        assert_eq!(found[3], ("One lane stays open until May", (13, 14)));
        assert_eq!(found[5].0, "A third thing");
        assert_eq!(found[6].0, "What comes after");
        assert_eq!(found[8].0, "Rovers 3");
        assert_eq!(found[9].0, "It was the end of it.");
        assert_eq!(found.len(), 10, "{found:?}");
        // Every line is somewhere.
        for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
            let told = article.paragraphs.iter().any(|p| (p.lines.0..=p.lines.1).contains(&(i + 1)))
                || article.dropped.iter().any(|d| d.line == i + 1);
            assert!(told, "line {}: {line}", i + 1);
        }
    }

    #[test]
    fn front_matter_wins() {
        let text = "---\ntitle: \"Bridge to close\"\nauthors:\n  - Ann Orme\n  - Bo Tarn\ndate: 2025-04-02T06:00:00+01:00\nlang: en-GB\nsource: The Echo\ntags: [roads]\n---\n\n# Bridge to close\n\nIt will **close** on Monday, she said.\n";
        let article = article(text);
        assert_eq!(article.headline.as_deref(), Some("Bridge to close"));
        assert_eq!(article.byline.as_deref(), Some("Ann Orme and Bo Tarn"));
        assert_eq!(article.published.as_deref(), Some("2025-04-02T06:00:00+01:00"));
        assert_eq!(article.source.as_deref(), Some("The Echo"));
        assert_eq!(article.language.as_deref(), Some("en"));
        assert_eq!(article.paragraphs[0].lines, (14, 14));
        assert_eq!(article.paragraphs.len(), 1);
        assert_eq!(article.dropped.len(), 11);
    }

    #[test]
    fn furniture_goes_here_too() {
        assert_eq!(
            paragraphs(
                "# Bridge to close\n\nIt will close on Monday, she said.\n\n**Read more:** [Ten bridges](https://example.org)\n\nSign up to our newsletter\n"
            ),
            ["It will close on Monday, she said."]
        );
        assert!(read("# Bridge\n\n![x](y.png)\n", "s", &Settings::default()).is_err());
    }
}
