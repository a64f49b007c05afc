//! An entry's own text: whether it is the whole story, and reading it.
//!
//! A feed does not say whether it carries stories or teasers, so form tells. The rules, in the order in which they
//! are asked, are the variants of [`Teaser`]; a text that none of them fits is the story. Of two texts the one meant
//! for the whole is judged first (`content:encoded`, `content`), then `description` or `summary`.

use super::markup::{Token, Tokens, local};
use super::{Content, Entry};
use crate::article::html::blocks::is_block;
use crate::article::html::{self, jsonld};
use crate::article::marked::{self, Marked, compared, plain};
use crate::article::{Article, Dropped, Kind, Settings};
use crate::{Error, Result};
use regex::Regex;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::LazyLock;

/// Fewest words of a content that is the whole story although the entry has a link. WordPress cuts its excerpts at
/// 55 words and outlets' standfirsts have two sentences at most; a brief of 80 words is half a minute of speech.
pub const CONTENT_WORDS: usize = 80;

/// The same for a text that is only meant to sum the story up: descriptions of two paragraphs are common.
pub const SUMMARY_WORDS: usize = 150;

/// How much of its story an entry holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fullness {
    /// The whole story.
    Full,
    /// The beginning of one, or its sum; the link leads to the rest.
    Teaser(Teaser),
    /// A recording with at most a note: nothing to read out.
    Recording,
    /// No text.
    Nothing,
}

/// The rule by which a text is a teaser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Teaser {
    /// It ends in "…", "..." or "[…]".
    Ellipsis,
    /// It ends in "Continue reading" or its like.
    Continue,
    /// There is a link, and a content of fewer than [`CONTENT_WORDS`] words.
    Short,
    /// There is a link, and nothing but a summary, or a content that repeats it, of fewer than [`SUMMARY_WORDS`].
    Summary,
}

impl fmt::Display for Fullness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "holds the whole story",
            Self::Teaser(Teaser::Ellipsis) => "is a teaser: its text ends in an ellipsis",
            Self::Teaser(Teaser::Continue) => "is a teaser: its text ends in a pointer to the rest",
            Self::Teaser(Teaser::Short) => {
                "is a teaser: its text is too short for the story its link leads to"
            }
            Self::Teaser(Teaser::Summary) => "is a teaser: its text sums up the story its link leads to",
            Self::Recording => "is a recording without a text",
            Self::Nothing => "has no text",
        })
    }
}

impl Content {
    /// The words as a reader sees them, on one line: markup out, blocks parted by a space.
    ///
    /// # Examples
    /// ```
    /// use bulletin::article::feed::Content;
    /// let body = "<p>The <b>river</b>bridge &amp; road.</p><p>Closed.</p>".to_owned();
    /// let content = Content { body, is_html: true, lines: (1, 1) };
    /// assert_eq!(content.text(), "The riverbridge & road. Closed.");
    /// ```
    pub fn text(&self) -> String {
        if !self.is_html {
            return plain(&self.body);
        }
        let mut out = String::with_capacity(self.body.len());
        // Scripts and styles hold no words.
        let mut silent: Option<&str> = None;
        for (_, token) in Tokens::new(&self.body) {
            match token {
                Token::Text(text) | Token::CData(text) if silent.is_none() => out.push_str(text),
                Token::Start { name, empty: false, .. } if silent.is_none() && is_silent(name) => {
                    silent = Some(name);
                }
                Token::End { name } if silent.is_some_and(|open| open.eq_ignore_ascii_case(name)) => {
                    silent = None;
                }
                Token::Start { name, .. } | Token::End { name } => {
                    let name = local(name).to_ascii_lowercase();
                    if is_block(&name) || matches!(name.as_str(), "br" | "td" | "th") {
                        out.push(' ');
                    }
                }
                _ => {}
            }
        }
        plain(&out)
    }
}

fn is_silent(name: &str) -> bool {
    ["script", "style", "template"].iter().any(|silent| name.eq_ignore_ascii_case(silent))
}

/// A feed's own line below every entry: WordPress's "The post … appeared first on …".
static FOOT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\s*\bThe post .{1,300}? (?:appeared first|first appeared) on .{1,200}$")
        .expect("a constant pattern")
});

impl Entry {
    /// Whether the entry holds its whole story, and if not, by which rule.
    ///
    /// # Examples
    /// ```
    /// use bulletin::article::feed::{Content, Entry, Fullness, Teaser};
    ///
    /// let summary = Content { body: "The bridge will close on Monday […]".into(), ..Content::default() };
    /// let entry = Entry { summary: Some(summary), ..Entry::default() };
    /// assert_eq!(entry.fullness(), Fullness::Teaser(Teaser::Ellipsis));
    /// ```
    pub fn fullness(&self) -> Fullness {
        match self.judge() {
            Some((Fullness::Full, _)) => Fullness::Full,
            _ if self.recording.is_some() => Fullness::Recording,
            Some((teaser, _)) => teaser,
            None => Fullness::Nothing,
        }
    }

    /// The better of the entry's texts and what it is.
    fn judge(&self) -> Option<(Fullness, &Content)> {
        let content = self.content.as_ref().map(|content| (content, content.text()));
        let summary = self.summary.as_ref().map(|summary| (summary, summary.text()));
        let repeats = match (&content, &summary) {
            (Some((_, content)), Some((_, summary))) => compared(content) == compared(summary),
            _ => false,
        };
        // A recording is to its notes what a page is to its teaser.
        let has_link = self.link.is_some() || self.recording.is_some();
        let judged = |texts: &Option<(&_, String)>, is_summary: bool| {
            texts.as_ref().map(|(_, text)| match teaser(text, is_summary, has_link) {
                Some(rule) => Fullness::Teaser(rule),
                None => Fullness::Full,
            })
        };
        let (of_content, of_summary) = (judged(&content, repeats), judged(&summary, true));
        match (of_content, of_summary) {
            (Some(Fullness::Full), _) => Some((Fullness::Full, self.content.as_ref()?)),
            (_, Some(Fullness::Full)) => Some((Fullness::Full, self.summary.as_ref()?)),
            (Some(teaser), _) => Some((teaser, self.content.as_ref()?)),
            (None, Some(teaser)) => Some((teaser, self.summary.as_ref()?)),
            (None, None) => None,
        }
    }

    /// The story from the entry's own text, cleaned as a page would be; `None` where the entry does not hold it
    /// ([`Entry::fullness`] says why) and its link is to be followed. `name` is what messages call the entry.
    ///
    /// Headline, byline, date, outlet and language are the entry's, and the text's where it has none. Lines are those
    /// of the feed.
    ///
    /// # Errors
    /// [`Error::EmptyArticle`] for an entry without a link in whose text nothing is story, [`Error::Config`] for a
    /// house pattern that does not compile.
    ///
    /// # Examples
    /// ```
    /// use bulletin::article::{Settings, feed::{Content, Entry}};
    ///
    /// let body = "<p>The bridge will close on Monday, the council said.</p><p>It is to be painted.</p>".to_owned();
    /// let content = Content { body, is_html: true, lines: (7, 7) };
    /// let entry = Entry { title: Some("Bridge to close".into()), content: Some(content), ..Entry::default() };
    /// let article = entry.article("echo.rss, entry 1", &Settings::default()).unwrap().unwrap();
    /// assert_eq!(article.headline.as_deref(), Some("Bridge to close"));
    /// assert_eq!(article.paragraphs[1].text, "It is to be painted.");
    /// assert_eq!(article.paragraphs[1].lines, (7, 7));
    /// ```
    pub fn article(&self, name: &str, settings: &Settings) -> Result<Option<Article>> {
        let Some((Fullness::Full, content)) = self.judge() else { return Ok(None) };
        let article = if content.is_html {
            html::fragment(&content.body, name, settings)
        } else {
            self.plain_story(content, name, settings)
        };
        match article {
            Ok(article) => Ok(Some(self.finish(article, content, settings))),
            Err(Error::EmptyArticle { .. }) if self.link.is_some() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The story in plain text: paragraphs at blank lines, at every line break where there is no blank line.
    fn plain_story(&self, content: &Content, name: &str, settings: &Settings) -> Result<Article> {
        let body = content.body.replace("\r\n", "\n");
        let blank = body.contains("\n\n");
        let mut texts: Vec<(usize, Marked)> = Vec::new();
        let mut line = 1;
        for block in body.split(if blank { "\n\n" } else { "\n" }) {
            let first = line + block.len() - block.trim_start_matches('\n').len();
            let text = jsonld::paragraphs(block).join(" ");
            let last = line + block.trim_end().matches('\n').count();
            line += block.matches('\n').count() + if blank { 2 } else { 1 };
            if !text.is_empty() {
                texts.push((
                    texts.len(),
                    Marked { text, lines: (first, last.max(first)), after_break: false },
                ));
            }
        }
        let article = marked::clean(&texts, self.title.as_deref(), settings)?.into_article(&texts);
        if marked::is_story(&article.paragraphs) {
            return Ok(article);
        }
        let dropped = article.dropped.len() + article.paragraphs.len();
        Err(Error::EmptyArticle { input: name.to_owned(), dropped })
    }

    /// Writes what the feed says over what the text tells, and takes out what the feed added to the text.
    fn finish(&self, mut article: Article, content: &Content, settings: &Settings) -> Article {
        let (first, last) = (content.lines.0 as usize, content.lines.1 as usize);
        let place = |line: usize| (first + line.saturating_sub(1)).min(last.max(first));
        for paragraph in &mut article.paragraphs {
            paragraph.lines = (place(paragraph.lines.0), place(paragraph.lines.1));
        }
        for dropped in &mut article.dropped {
            dropped.line = place(dropped.line);
        }
        let title = self.title.as_deref().map(compared).filter(|title| !title.is_empty());
        let mut kept = Vec::with_capacity(article.paragraphs.len());
        for (n, paragraph) in std::mem::take(&mut article.paragraphs).into_iter().enumerate() {
            let verdict = if n == 0 && title.as_ref().is_some_and(|title| *title == compared(&paragraph.text))
            {
                Some((Kind::Headline, "the entry's title again"))
            } else if FOOT.find(&paragraph.text).is_some_and(|foot| foot.start() == 0) {
                Some((Kind::Boilerplate, "the feed's own line below every entry"))
            } else {
                None
            };
            match verdict.filter(|(kind, _)| !settings.keep.contains(kind)) {
                Some((kind, reason)) => article.dropped.push(Dropped {
                    line: paragraph.lines.0,
                    text: paragraph.text,
                    kind,
                    reason: reason.into(),
                }),
                None => kept.push(paragraph),
            }
        }
        article.paragraphs = kept;
        article.dropped.sort_by_key(|dropped| dropped.line);
        let put = |field: &mut Option<String>, own: Option<&String>| *field = own.cloned().or(field.take());
        put(&mut article.headline, self.title.as_ref());
        put(&mut article.byline, self.byline.as_ref());
        put(&mut article.published, self.published.as_ref().or(self.updated.as_ref()));
        put(&mut article.source, self.source.as_ref());
        let guessed = article.language.take();
        article.language = marked::language(guessed, self.language.as_deref(), &article.paragraphs, settings);
        article
    }
}

/// The rule by which a text is a teaser, if one fits.
fn teaser(text: &str, is_summary: bool, has_link: bool) -> Option<Teaser> {
    static ELLIPSIS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:…|\.\s?\.\s?\.|[\[(]\s*(?:…|\.\.\.)\s*[\])])\s*(?:[→»>]+\s*)?$")
            .expect("a constant pattern")
    });
    // A pointer begins with a capital or after a stop, has no full stop of its own and is not quoted. Behind it at
    // most the story's title stands, as hidden text for screen readers.
    static CONTINUE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r#"(?x)(?:
                (?:\b(?:C(?i:ontinue)|K(?i:eep))|(?:^|[.!?…]\s)(?i:continue|keep))\ (?i:reading)\b[^.!?“”"]{0,150}(?:\.{3}|…)?
              | \bR(?i:ead\ (?:the\ )?(?:full|whole|entire|rest\ of\ (?:the|this))(?:\ (?:story|article|post|report|piece))?)\b
                [^.!?“”"]{0,150}(?:\.{3}|…|\.)?
              | \((?i:(?:read\ )?more)\s?(?:…|\.{3})?\)
            )[\s→»>)\]]*$"#,
        )
        .expect("a constant pattern")
    });
    // These also stand below whole stories, as pointers to others.
    static PERHAPS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"\b(?:R(?i:ead (?:more|on))|F(?i:ull (?:story|article))|V(?i:iew (?:full )?(?:article|post|story))|M(?i:ore))(?:\.{3}|…)?[\s→»>)\]]*$",
        )
        .expect("a constant pattern")
    });
    let text = FOOT.replace(text, "");
    let text = text.trim_end();
    let words = words(text);
    if CONTINUE.is_match(text) || (words < SUMMARY_WORDS && PERHAPS.is_match(text)) {
        return Some(Teaser::Continue);
    }
    if ELLIPSIS.is_match(text) {
        return Some(Teaser::Ellipsis);
    }
    if has_link && is_summary && words < SUMMARY_WORDS {
        return Some(Teaser::Summary);
    }
    (has_link && words < CONTENT_WORDS).then_some(Teaser::Short)
}

/// Words of a text; in scripts without spaces two letters count as one.
fn words(text: &str) -> usize {
    let letters =
        text.chars().filter(|c| matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')).count();
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count().max(letters / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prose(words: usize) -> String {
        let sentence = "The council said on Monday that the bridge will close for a month. ";
        let mut text = sentence.repeat(words / 13 + 1);
        let end = text.split_inclusive(' ').take(words).map(str::len).sum();
        text.truncate(end);
        text.trim_end().trim_end_matches('.').to_owned() + "."
    }

    #[test]
    fn teasers() {
        let long = prose(300);
        let short = prose(40);
        for (text, is_summary, has_link, rule) in [
            (long.clone(), false, true, None),
            (long.clone(), true, true, None),
            (format!("{} […]", prose(55)), false, true, Some(Teaser::Ellipsis)),
            (format!("{long} ..."), false, true, Some(Teaser::Ellipsis)),
            (format!("{long} [...]"), false, false, Some(Teaser::Ellipsis)),
            (format!("{long} “I wonder…”"), false, true, None),
            (format!("{short} Continue reading Bridge to close →"), false, true, Some(Teaser::Continue)),
            (format!("{long} Continue reading..."), false, true, Some(Teaser::Continue)),
            (format!("{long} Read the full story"), false, true, Some(Teaser::Continue)),
            (format!("{short} (more…)"), false, true, Some(Teaser::Continue)),
            (format!("{short} Read more"), false, true, Some(Teaser::Continue)),
            (format!("{long} Read more"), false, true, None),
            ("She will keep reading aloud to pupils. ".repeat(40), false, true, None),
            (format!("{long} “Keep reading aloud to them,” she said."), false, true, None),
            (format!("{long} No one had read the full report."), false, true, None),
            (format!("{} It will cost two million pounds or more.", prose(90)), false, true, None),
            (
                format!("{short} The post Bridge to close appeared first on The Echo."),
                false,
                true,
                Some(Teaser::Short),
            ),
            (
                format!("{} […] The post Bridge appeared first on The Echo.", prose(55)),
                false,
                true,
                Some(Teaser::Ellipsis),
            ),
            (format!("{long} The post Bridge to close appeared first on The Echo."), false, true, None),
            (short.clone(), false, true, Some(Teaser::Short)),
            (short.clone(), false, false, None),
            (prose(100), false, true, None),
            (prose(100), true, true, Some(Teaser::Summary)),
            (prose(100), true, false, None),
            ("橋は月曜日に閉鎖される。".repeat(20), false, true, None),
        ] {
            assert_eq!(teaser(&text, is_summary, has_link), rule, "{text}");
        }
    }

    #[test]
    fn recordings_and_empty_entries() {
        let note = Content { body: "This week: bridges.".into(), ..Content::default() };
        let podcast = Entry {
            recording: Some("audio/mpeg".into()),
            summary: Some(note),
            link: Some("https://echo.example/1".into()),
            ..Entry::default()
        };
        assert_eq!(podcast.fullness(), Fullness::Recording);
        assert_eq!(podcast.article("x", &Settings::default()).unwrap(), None);
        let spoken = Content { body: prose(300), ..Content::default() };
        let both = Entry { content: Some(spoken), ..podcast };
        assert_eq!(both.fullness(), Fullness::Full, "a story that can also be listened to");
        assert_eq!(Entry::default().fullness(), Fullness::Nothing);
        assert_eq!(Entry::default().article("x", &Settings::default()).unwrap(), None);
    }

    #[test]
    fn plain_text_keeps_its_lines() {
        let body =
            format!("Bridge to close\n\n{}\nand more.\n\nRead more: Ten bridges\n\nIt is blue.", prose(100));
        let entry = Entry {
            title: Some("Bridge to close".into()),
            content: Some(Content { body, is_html: false, lines: (10, 20) }),
            ..Entry::default()
        };
        let article = entry.article("x", &Settings::default()).unwrap().unwrap();
        let lines: Vec<_> = article.paragraphs.iter().map(|p| p.lines).collect();
        assert_eq!(lines, [(12, 13), (17, 17)], "{article:#?}");
        let dropped: Vec<_> = article.dropped.iter().map(|d| (d.line, d.kind)).collect();
        assert_eq!(dropped, [(10, Kind::Headline), (15, Kind::Promo)]);
    }

    #[test]
    fn what_the_feed_added_goes() {
        let body = format!(
            "<h2>Bridge to close</h2><p>{}</p><p>The post <a href='x'>Bridge to close</a> appeared first on <a>Echo</a>.</p>",
            prose(100)
        );
        let entry = Entry {
            title: Some("Bridge to close".into()),
            content: Some(Content { body, is_html: true, lines: (3, 3) }),
            link: Some("https://echo.example/1".into()),
            ..Entry::default()
        };
        let article = entry.article("x", &Settings::default()).unwrap().unwrap();
        assert_eq!(article.paragraphs.len(), 1, "{article:#?}");
        let mut left_out: Vec<_> = article.dropped.iter().map(|d| (d.kind, d.text.as_str())).collect();
        left_out.sort_by_key(|(kind, _)| *kind);
        assert_eq!(
            left_out,
            [
                (Kind::Headline, "Bridge to close"),
                (Kind::Print, "The post Bridge to close appeared first on Echo.")
            ]
        );
    }
}
