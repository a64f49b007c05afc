//! [`Article`] → [`Script`]: the story as it will be spoken, sentence by sentence.
//!
//! Every sentence keeps what was written beside what is said, with the spans that tie the two together. The pause
//! after a sentence follows the structure: sentence, paragraph, headline, story.

pub mod edit;
mod names;
mod quotes;
mod sentences;
mod speakers;
mod speech;
mod told;

pub use names::Name;
pub use sentences::split as split_sentences;
pub use speakers::{Paces, Speaker};

use crate::Result;
use crate::article::{Article, Dropped};
use crate::lexicon::inline::{self, Inline, Scope};
use crate::lexicon::{Entry, Lexicon, Pronounced};
use crate::normalise::{Normaliser, Spoken};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use told::copies_of;

/// What is to be spoken, in order.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// The stories in order; never empty in a script made by [`Script::write`].
    pub stories: Vec<Story>,
    /// What the station says itself, in the rundown's order.
    pub lines: Vec<Line>,
    /// Stories there was no time for, in order.
    pub left_out: Vec<LeftOut>,
}

/// A story that is not in the bulletin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The input as the user named it.
    pub input: String,
    /// The headline as written.
    pub headline: Option<String>,
    /// Why, for a person.
    pub why: String,
}

/// A line of the station's own: an ident, a closer.
#[derive(Debug, Clone)]
pub struct Line {
    /// As written, its variables filled.
    pub written: String,
    /// Its sentences in order.
    pub sentences: Vec<Sentence>,
}

/// One story of a script.
#[derive(Debug, Clone)]
pub struct Story {
    /// The input as the user named it.
    pub input: String,
    /// The headline as written.
    pub headline: Option<String>,
    /// The sentences in order, the headline first when there is one.
    pub sentences: Vec<Sentence>,
    /// What the article stage left out.
    pub dropped: Vec<Dropped>,
    /// What was left out to fit a slot, in order.
    pub omitted: Vec<edit::Omission>,
    /// What was changed to stand without what was left out, in order.
    pub edits: Vec<edit::Edit>,
    /// How it was cut; none for a story that is whole.
    pub cut: Option<edit::Cut>,
}

impl Story {
    /// Whether its first sentence is its headline.
    pub fn starts_with_headline(&self) -> bool {
        self.sentences.first().is_some_and(|sentence| sentence.role == Role::Headline)
    }

    /// Its first sentence, in all its parts.
    pub fn first(&self) -> &[Sentence] {
        let parts = self.sentences.iter().take_while(|sentence| sentence.goes_on).count() + 1;
        &self.sentences[..parts.min(self.sentences.len())]
    }

    /// What whoever asked for a length should know: the lead alone is over it.
    pub fn warning(&self) -> Option<String> {
        let over = self.cut.as_ref()?.lead_over_s?;
        Some(format!(
            "{}: the first sentence alone, which always goes in, is about {over:.1} s over the time the story may take",
            self.input
        ))
    }
}

/// What part of a story a sentence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The line above the story.
    Headline,
    /// The story itself.
    Body,
    /// The station itself.
    Line,
}

/// One sentence, written and spoken, or as much of it as one voice speaks.
#[derive(Debug, Clone)]
pub struct Sentence {
    /// Headline, body or line.
    pub role: Role,
    /// Who speaks it.
    pub speaker: Speaker,
    /// The paragraph of the article it stands in, counted from 0; a headline and a line have none.
    pub paragraph: Option<usize>,
    /// As written.
    pub written: String,
    /// As spoken, with spans into `written`.
    pub spoken: Spoken,
    /// The stretches of `spoken` whose sound the lexicon gives, in order.
    pub pronounced: Vec<Pronounced>,
    /// Bytes of `written` that somebody is quoted with, until another voice has them as a sentence of their own.
    quoted: Vec<Range<usize>>,
    /// Whether the next one is the rest of the sentence, in another voice.
    pub goes_on: bool,
    /// Silence after it, in milliseconds.
    pub pause_ms: u32,
}

/// How long the silences are. Source: measured on news broadcasts, `docs/ARCHITECTURE.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// After a sentence inside a paragraph.
    pub sentence_pause_ms: u32,
    /// After the last sentence of a paragraph.
    pub paragraph_pause_ms: u32,
    /// After a headline.
    pub headline_pause_ms: u32,
    /// After the last sentence of a story that another follows.
    pub story_pause_ms: u32,
    /// Where the voice changes inside a sentence.
    pub quote_pause_ms: u32,
    /// Whether what is quoted in a story is spoken by itself.
    pub quotes_apart: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sentence_pause_ms: 400,
            paragraph_pause_ms: 800,
            headline_pause_ms: 600,
            story_pause_ms: 1300,
            quote_pause_ms: 120,
            quotes_apart: false,
        }
    }
}

impl Script {
    /// Writes the script of some articles, each with the name of its input.
    ///
    /// # Errors
    /// [`crate::Error::Language`] for an article in a language without a normaliser; [`crate::Error::NothingToSay`] for one in
    /// which nothing can be spoken; [`crate::Error::Config`] for an inline pronunciation that makes no sense.
    ///
    /// # Examples
    /// ```
    /// use bulletin::article::{self, Article};
    /// use bulletin::script::{Script, Settings, Tools};
    /// use bulletin::{lexicon::Lexicon, normalise::Normaliser};
    /// let text = "Profits rose to £1.2bn.\nShares fell 3%. The chief executive said he was “very happy”.\n";
    /// let article = article::read(text.as_bytes(), "a.txt", &article::Settings::default()).unwrap();
    /// let (normaliser, lexicon) = (Normaliser::default(), Lexicon::default());
    /// let tools = Tools { normaliser: &normaliser, lexicon: &lexicon };
    /// let script = Script::write(vec![("a.txt".into(), article)], tools, &Settings::default()).unwrap();
    /// let spoken: Vec<_> = script.sentences().map(|s| s.spoken.text()).collect();
    /// assert_eq!(spoken[0], "Profits rose to one point two billion pounds.");
    /// assert_eq!(spoken.len(), 3);
    /// ```
    pub fn write(articles: Vec<(String, Article)>, tools: Tools<'_>, settings: &Settings) -> Result<Self> {
        Self::write_with(articles, &[], tools, settings, None)
    }

    /// The same with lines of the station's, and each story cut to a length at its voices' paces where one is given.
    ///
    /// # Errors
    /// As [`Script::write`].
    pub fn write_with(
        articles: Vec<(String, Article)>,
        lines: &[&str],
        tools: Tools<'_>,
        settings: &Settings,
        length: Option<(edit::Settings, &dyn Paces)>,
    ) -> Result<Self> {
        let (copies, entries) = copies_of(articles)?;
        let lexicon = (!entries.is_empty()).then(|| tools.lexicon.with(entries));
        let tools = Tools { lexicon: lexicon.as_ref().unwrap_or(tools.lexicon), ..tools };
        let stories = copies
            .into_iter()
            .enumerate()
            .map(|(n, copy)| copy.tell(tools, settings).map(|told| told.story(tools, settings, length, n)))
            .collect::<Result<Vec<_>>>()?;
        Self::assemble(stories, lines, tools, settings)
    }

    /// Every article as stories of growing length, from its first sentence to the whole of it or `most_s` seconds.
    ///
    /// # Errors
    /// As [`Script::write`].
    pub(crate) fn menus(
        articles: Vec<(String, Article)>,
        tools: Tools<'_>,
        settings: &Settings,
        length: (edit::Settings, &dyn Paces),
        most_s: f64,
    ) -> Result<Vec<Vec<Story>>> {
        let (copies, entries) = copies_of(articles)?;
        let lexicon = (!entries.is_empty()).then(|| tools.lexicon.with(entries));
        let tools = Tools { lexicon: lexicon.as_ref().unwrap_or(tools.lexicon), ..tools };
        copies
            .into_iter()
            .enumerate()
            .map(|(n, copy)| Ok(copy.tell(tools, settings)?.menu(tools, settings, length, n, most_s)))
            .collect()
    }

    /// A script of finished stories and the station's lines.
    ///
    /// # Errors
    /// [`crate::Error::Config`] for an inline pronunciation in a line that makes no sense.
    pub(crate) fn assemble(
        mut stories: Vec<Story>,
        lines: &[&str],
        tools: Tools<'_>,
        settings: &Settings,
    ) -> Result<Self> {
        for story in stories.iter_mut().rev().skip(1) {
            if let Some(last) = story.sentences.last_mut() {
                last.pause_ms = settings.story_pause_ms;
            }
        }
        let mut entries = Vec::new();
        let lines: Vec<(String, Vec<Inline>)> = lines
            .iter()
            .map(|line| {
                let mut text = (*line).to_owned();
                let inlines = without_inlines(&mut text, LINES, &mut entries)?;
                Ok((text, inlines))
            })
            .collect::<Result<_>>()?;
        let lexicon = (!entries.is_empty()).then(|| tools.lexicon.with(entries));
        let tools = Tools { lexicon: lexicon.as_ref().unwrap_or(tools.lexicon), ..tools };
        let lines = lines
            .into_iter()
            .map(|(written, inlines)| {
                let sentences = sentences_of(&written, &inlines, tools, LINES)
                    .map(|(_, written, spoken, pronounced)| {
                        let pause_ms = settings.sentence_pause_ms;
                        Sentence::new(Role::Line, None, written, (spoken, pronounced), pause_ms)
                    })
                    .filter(Sentence::has_words)
                    .collect();
                Line { written, sentences }
            })
            .collect();
        Ok(Self { stories, lines, left_out: Vec::new() })
    }

    /// All sentences: those of the stories in order, then those of the lines. What is heard when, the rundown says.
    pub fn sentences(&self) -> impl Iterator<Item = &Sentence> {
        let stories = self.stories.iter().flat_map(|story| &story.sentences);
        stories.chain(self.lines.iter().flat_map(|line| &line.sentences))
    }

    /// The same, each with its story, counted from 0; a line's have none.
    pub fn told(&self) -> impl Iterator<Item = (Option<usize>, &Sentence)> {
        let stories = self.stories.iter().enumerate();
        let stories = stories.flat_map(|(n, story)| story.sentences.iter().map(move |s| (Some(n), s)));
        stories.chain(self.lines.iter().flat_map(|line| line.sentences.iter().map(|s| (None, s))))
    }
}

impl Sentence {
    fn new(
        role: Role,
        paragraph: Option<usize>,
        written: String,
        (spoken, pronounced): (Spoken, Vec<Pronounced>),
        pause_ms: u32,
    ) -> Self {
        let (speaker, quoted, goes_on) = (Speaker::of(role), Vec::new(), false);
        Self { role, speaker, paragraph, written, spoken, pronounced, quoted, goes_on, pause_ms }
    }

    /// Furniture such as "***" is accounted for by its pieces, but there is nothing to voice.
    fn has_words(&self) -> bool {
        self.spoken.text().chars().any(char::is_alphabetic)
    }
}

/// The input that messages about lines name.
const LINES: &str = "the rundown";

/// What a script is written with.
#[derive(Debug, Clone, Copy)]
pub struct Tools<'a> {
    /// Turns written into spoken.
    pub normaliser: &'a Normaliser,
    /// Rewrites and pronunciations.
    pub lexicon: &'a Lexicon,
}

/// Takes inline markup out of a text; what counts beyond its line goes to `entries`.
fn without_inlines(text: &mut String, input: &str, entries: &mut Vec<Entry>) -> Result<Vec<Inline>> {
    if !text.contains("[[") {
        return Ok(Vec::new());
    }
    let (plain, inlines) = inline::strip(text, input)?;
    *text = plain;
    let (here, beyond): (Vec<_>, Vec<_>) = inlines.into_iter().partition(|i| i.scope == Scope::Line);
    entries.extend(beyond.iter().map(|inline| inline.entry(text, input)));
    Ok(here)
}

/// The sentences of a text: what each has of inline readings, as written, as spoken, what the lexicon gives.
fn sentences_of<'a>(
    text: &'a str,
    inlines: &'a [Inline],
    tools: Tools<'a>,
    input: &'a str,
) -> impl Iterator<Item = (Vec<Inline>, String, Spoken, Vec<Pronounced>)> + 'a {
    split_sentences(text).into_iter().map(move |range| {
        let written = text[range.clone()].to_owned();
        let inlines = inlines_within(inlines, &range);
        let (spoken, pronounced) = speak(&written, &inlines, tools, input);
        (inlines, written, spoken, pronounced)
    })
}

/// The inline readings inside a range of a text, as they stand in it.
fn inlines_within(inlines: &[Inline], range: &Range<usize>) -> Vec<Inline> {
    let within = inlines.iter().filter(|i| range.start <= i.written.start && i.written.end <= range.end);
    within
        .map(|inline| {
            let written = inline.written.start - range.start..inline.written.end - range.start;
            Inline { written, ..inline.clone() }
        })
        .collect()
}

/// One sentence: rewritten, normalised, and given the sounds the lexicon knows.
fn speak(written: &str, inlines: &[Inline], tools: Tools<'_>, story: &str) -> (Spoken, Vec<Pronounced>) {
    let language = tools.normaliser.style().locale.tag();
    let rewritten = tools.lexicon.rewrite(written, language, story);
    let mut spoken = tools.normaliser.normalise(&rewritten.text);
    if !rewritten.changes.is_empty() {
        spoken.map_written(|range| rewritten.written(range));
    }
    let mut pronounced: Vec<Pronounced> = inlines
        .iter()
        .filter_map(|inline| {
            let spoken = spoken.of_written(&inline.written)?;
            Some(Pronounced { spoken, sound: inline.sound.clone(), place: "inline".into() })
        })
        .collect();
    let overlaps = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end;
    for found in tools.lexicon.pronounce(&spoken, language, story) {
        if !pronounced.iter().any(|p| overlaps(&p.spoken, &found.spoken)) {
            pronounced.push(found);
        }
    }
    pronounced.sort_by_key(|p| p.spoken.start);
    (spoken, pronounced)
}
