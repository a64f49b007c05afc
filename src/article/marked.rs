//! Texts whose markup has told what they are → the shared cleaning pass, and what of its verdicts to follow.
//!
//! The pass was made for text without markup: some of its rules take an unpunctuated line for furniture because in a
//! plain text nothing else tells. Where markup has told, those rules are not followed; what goes by its wording goes
//! here too, except that a long paragraph, or an address to the reader with story below it, is only marked as
//! suspect. Pages, Markdown and articles in JSON come this way.

use super::text::{self, Line};
use super::{Article, Dropped, Kind, Paragraph, Settings, clean};
use crate::Result;
use std::collections::{BTreeMap, BTreeSet};

/// One text of the story as its markup shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marked {
    pub(super) text: String,
    /// First and last input line, from 1.
    pub(super) lines: (usize, usize),
    /// Parted from the text before it by a line break only.
    pub(super) after_break: bool,
}

/// What became of the texts.
#[derive(Debug, Default)]
pub(super) struct Cleaned {
    /// Byline, published time, source and language as the pass guesses them; the story in `paragraphs`.
    pub(super) article: Article,
    /// Texts left out whole, by index.
    pub(super) out: BTreeMap<usize, (Kind, String)>,
    /// Parts taken out of texts, by index.
    pub(super) pieces: Vec<(usize, Dropped)>,
}

impl Cleaned {
    /// The article with all that was left out of `texts`, whose indices rise, listed in order of lines.
    pub(super) fn into_article(self, texts: &[(usize, Marked)]) -> Article {
        let mut article = self.article;
        let whole = self.out.into_iter().filter_map(|(i, (kind, reason))| {
            let at = texts.binary_search_by_key(&i, |(index, _)| *index).ok()?;
            let (_, marked) = &texts[at];
            Some(Dropped { line: marked.lines.0, text: marked.text.clone(), kind, reason })
        });
        article.dropped = whole.chain(self.pieces.into_iter().map(|(_, piece)| piece)).collect();
        article.dropped.sort_by_key(|d| d.line);
        article
    }
}

/// Runs the pass over `texts`, the headline above them.
pub(super) fn clean(
    texts: &[(usize, Marked)],
    headline: Option<&str>,
    settings: &Settings,
) -> Result<Cleaned> {
    let mut cleaned = clean::clean(lines(texts, headline), settings)?;
    // Line n + 1 is the text at n; line 0 is the headline, which is there for the pass to find.
    let mut paragraphs: BTreeMap<usize, Paragraph> = std::mem::take(&mut cleaned.paragraphs)
        .into_iter()
        .filter_map(|p| Some((p.lines.0.checked_sub(1)?, p)))
        .collect();
    let prose: Vec<usize> =
        paragraphs.iter().filter(|(_, p)| is_sentence(&p.text)).map(|(n, _)| *n).collect();
    let prose_below = |n: usize| prose.len() - prose.partition_point(|&p| p <= n);
    let mut repeated: BTreeMap<String, usize> = BTreeMap::new();
    for (_, marked) in texts {
        *repeated.entry(compared(&marked.text)).or_default() += 1;
    }
    // A text that the pass read as one paragraph with the text above it.
    let joined: BTreeSet<usize> = paragraphs.iter().flat_map(|(n, p)| n + 1..p.lines.1.max(n + 1)).collect();
    let mut out = Cleaned::default();
    for dropped in std::mem::take(&mut cleaned.dropped) {
        let Some(n) = dropped.line.checked_sub(1) else { continue };
        let Some((index, marked)) = texts.get(n) else { continue };
        let own = compared(&marked.text);
        let whole = !paragraphs.contains_key(&n) && !joined.contains(&n) && (compared(&dropped.text) == own);
        if !whole {
            out.pieces.push((*index, Dropped { line: marked.lines.0, ..dropped }));
            continue;
        }
        let doubtful = is_doubtful(&dropped, &marked.text, prose_below(n));
        let often = repeated.get(&own).copied().unwrap_or(0) > 2;
        if (doubtful || rests_on_form(&dropped, often)) && !settings.drop.contains(&dropped.kind) {
            let suspect = (doubtful || dropped.kind == Kind::Crosshead).then_some(dropped.kind);
            paragraphs.insert(n, Paragraph { text: dropped.text, lines: (n + 1, n + 1), suspect });
        } else {
            let reason = match dropped.kind {
                Kind::Duplicate => "a paragraph above says the same".into(),
                _ => dropped.reason,
            };
            out.out.insert(*index, (dropped.kind, reason));
        }
    }
    cleaned.paragraphs = paragraphs
        .into_iter()
        .map(|(n, paragraph)| {
            let last = paragraph.lines.1.saturating_sub(1).clamp(n, texts.len().saturating_sub(1));
            Paragraph { lines: (texts[n].1.lines.0, texts[last].1.lines.1), ..paragraph }
        })
        .collect();
    out.article = cleaned;
    Ok(out)
}

/// The texts as lines for the pass. A blank line between two keeps the pass from joining them.
fn lines(texts: &[(usize, Marked)], headline: Option<&str>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut push = |number: usize, text: &str| {
        lines.extend(text::lines(text).into_iter().map(|line| Line { number, ..line }));
    };
    if let Some(headline) = headline {
        push(0, headline);
        push(0, "");
    }
    for (n, (_, marked)) in texts.iter().enumerate() {
        if !marked.after_break {
            push(n + 1, "");
        }
        push(n + 1, &marked.text);
    }
    lines
}

/// Verdicts that stand on nothing but a missing full stop, or on a place that markup shows better.
fn rests_on_form(dropped: &Dropped, often: bool) -> bool {
    match dropped.kind {
        Kind::Crosshead | Kind::Standfirst | Kind::Summary | Kind::Label | Kind::List | Kind::Headline => {
            true
        }
        Kind::Caption | Kind::Pullquote => dropped.reason.contains("without a full stop"),
        // A form's question asked of each of ten people is no accident.
        Kind::Duplicate => often,
        _ => false,
    }
}

/// A paragraph's length in words from which its wording alone does not condemn it.
const LONG_WORDS: usize = 55;

/// How many paragraphs below make an address to the reader part of the story.
const STORY_BELOW: usize = 3;

/// Verdicts on wording that fits a running paragraph too.
fn is_doubtful(dropped: &Dropped, text: &str, prose_below: usize) -> bool {
    let by_wording = matches!(
        dropped.kind,
        Kind::Promo
            | Kind::Cookie
            | Kind::Newsletter
            | Kind::Paywall
            | Kind::Related
            | Kind::Print
            | Kind::Bio
            | Kind::Share
    );
    let long = text.split_whitespace().count() >= LONG_WORDS;
    let addressed = dropped.reason.contains("speaks to the reader");
    by_wording && is_sentence(text) && (long || addressed) && prose_below >= STORY_BELOW
}

/// Whether a text of some words ends as a sentence does.
pub(super) fn is_sentence(text: &str) -> bool {
    let bare = text.trim_end_matches(|c: char| {
        matches!(c, '"' | '”' | '’' | '\'' | '»' | ')' | ']') || c.is_whitespace()
    });
    bare.ends_with(['.', '!', '?', '…', '。', '！', '？']) && is_worded(text)
}

/// Whether a text has four words, or as many letters of a script without spaces.
pub(super) fn is_worded(text: &str) -> bool {
    text.split_whitespace().nth(3).is_some()
        || (!text.is_ascii()
            && text.chars().filter(|c| *c > '\u{2e7f}' && c.is_alphabetic()).nth(7).is_some())
}

/// Letters and digits alone, lower case: what stays the same between two renderings of one text.
pub(super) fn compared(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A string from metadata, which is often escaped twice: entities decoded, tags out, white space collapsed.
pub(super) fn plain(raw: &str) -> String {
    text::lines(&raw.replace(['\n', '\r', '\t'], " "))
        .into_iter()
        .next()
        .map(|line| line.text)
        .unwrap_or_default()
}

/// "A", "A and B", "A, B and C".
pub(super) fn names(names: &[String]) -> Option<String> {
    match names {
        [] => None,
        [one] => Some(one.clone()),
        [rest @ .., last] => Some(format!("{} and {last}", rest.join(", "))),
    }
}

/// Fewest words of a story that has no sentence: a table of results has more.
const FEWEST_WORDS: usize = 40;

/// Whether what was found can be a story: a sentence, or enough words without one.
pub(super) fn is_story(paragraphs: &[Paragraph]) -> bool {
    paragraphs.iter().any(|p| is_sentence(&p.text))
        || paragraphs.iter().map(|p| p.text.split_whitespace().count()).sum::<usize>() >= FEWEST_WORDS
}

/// The language of a story: as told by whoever sent it, else the pass's guess where there is text enough or where
/// nothing is declared, else as declared. Templates declare English for pages in any language.
pub(super) fn language(
    guessed: Option<String>,
    declared: Option<&str>,
    paragraphs: &[Paragraph],
    settings: &Settings,
) -> Option<String> {
    /// What the guess can be.
    const GUESSED: [&str; 16] =
        ["ar", "zh", "de", "en", "fr", "hi", "it", "ja", "ko", "nl", "pt", "ru", "es", "sv", "tr", "vi"];
    const ENOUGH_BYTES: usize = 400;
    if settings.language.is_some() {
        return settings.language.clone();
    }
    let Some(declared) = declared else { return guessed };
    let enough = paragraphs.iter().map(|p| p.text.len()).sum::<usize>() >= ENOUGH_BYTES;
    if enough && GUESSED.contains(&declared) { guessed } else { Some(declared.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(all: &[&str]) -> Vec<(usize, Marked)> {
        all.iter()
            .enumerate()
            .map(|(i, t)| (i, Marked { text: (*t).to_owned(), lines: (i + 10, i + 10), after_break: false }))
            .collect()
    }

    #[test]
    fn form_is_forgiven_and_wording_is_not() {
        let all = texts(&[
            "The bridge will close on Monday, the council said.",
            "What happens next",
            "Buses will run every ten minutes.",
            "Read more: Ten bridges we love",
            "Traffic will be sent round by the old road until May, and no lorry may use it",
            "“It could not wait,” said Ann Orme.",
        ]);
        let cleaned = clean(&all, Some("River bridge to close for a month"), &Settings::default()).unwrap();
        let kept: Vec<_> =
            cleaned.article.paragraphs.iter().map(|p| (p.text.as_str(), p.lines.0, p.suspect)).collect();
        assert_eq!(kept[1], ("What happens next", 11, Some(Kind::Crosshead)));
        assert_eq!(kept[3].1, 14, "{kept:?}");
        assert_eq!(kept.len(), 5);
        assert_eq!(cleaned.out.keys().collect::<Vec<_>>(), [&3]);
        assert_eq!(cleaned.article.headline.as_deref(), Some("River bridge to close for a month"));
        let strict = Settings { drop: [Kind::Crosshead].into(), ..Settings::default() };
        let cleaned = clean(&all, None, &strict).unwrap();
        assert_eq!(cleaned.out[&1].0, Kind::Crosshead);
    }

    #[test]
    fn a_long_paragraph_is_only_suspected() {
        let long = format!(
            "We use cookies {}, she said.",
            "in the bakery on the corner of the square ".repeat(8).trim()
        );
        assert!(is_sentence(&long));
        let dropped = Dropped { line: 1, text: long.clone(), kind: Kind::Cookie, reason: "a pattern".into() };
        assert!(is_doubtful(&dropped, &long, 3));
        assert!(!is_doubtful(&dropped, &long, 1), "below the story it is what it looks like");
        assert!(!is_doubtful(&dropped, "We use cookies to improve the page.", 9));
    }

    #[test]
    fn languages_declared_and_guessed() {
        let told = |guess: &str, declared: Option<&str>, bytes: usize| {
            let story = [Paragraph::from("a".repeat(bytes))];
            language(Some(guess.into()), declared, &story, &Settings::default()).unwrap()
        };
        assert_eq!(told("fr", Some("en"), 500), "fr", "a template's habit");
        assert_eq!(told("nl", Some("en"), 50), "en", "a guess on a line");
        assert_eq!(told("sv", Some("fi"), 500), "fi", "not one of the guess's languages");
        assert_eq!(told("de", None, 50), "de");
    }
}
