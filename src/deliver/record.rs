//! The as-made record: which stretch of the file is which sentence, from which words, by which voice.

mod said;

pub use said::{Entry, Expansion, Heard, Said, Unit, expansions};

use crate::article::Article;
use crate::programme::backtime::Fit;
use crate::programme::master::Mastered;
use crate::programme::timeline::{Placed, Source, Timeline};
use crate::rundown::{Clock, Date, Facts, PartKind, Rundown};
use crate::script::edit::Omission;
use crate::script::{LeftOut, Script, Speaker, Story};
use crate::units::{Dbtp, Frames, Lufs, SampleRate};
use crate::voice::WordTime;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The shape's version; raised when a field changes its meaning or goes.
pub const FORMAT_VERSION: u32 = 2;

/// Says that no person spoke a bulletin.
pub const DISCLOSURE: &str = "This bulletin is read by a synthetic voice.";

/// Everything that is worth knowing about a file later.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// Program and version.
    pub program: String,
    /// The voice's name; of several, the one the bulletin is known by.
    pub voice: String,
    /// Engine and data behind the voice, or each voice.
    pub engine: String,
    /// [`DISCLOSURE`].
    pub disclosure: String,
    /// The edition's title, else the headline of a single story.
    #[serde(default)]
    pub title: String,
    /// The station.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station: Option<String>,
    /// The edition's date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// The edition's time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Clock>,
    /// BCP 47.
    #[serde(default)]
    pub language: String,
    /// Frames a second of every position below.
    pub rate_hz: u32,
    /// Channels of the file.
    pub channels: usize,
    /// The target mastered to, in LUFS.
    pub target_lufs: f64,
    /// The true-peak ceiling, in dBTP.
    pub ceiling_dbtp: f64,
    /// What was measured.
    pub mastered: Mastered,
    /// The files the sound is in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<RecordFile>,
    /// How it got to the length asked for; none where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fit: Option<Fit>,
    /// The rundown's name.
    #[serde(default)]
    pub rundown: String,
    /// The frame of the full hour, where a time signal was played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hour: Option<Frames>,
    /// The stories, those that are not heard included.
    #[serde(default)]
    pub stories: Vec<RecordStory>,
    /// The sentences of the script that were to be heard, counted from 0.
    #[serde(default)]
    pub planned: Vec<usize>,
    /// What is where.
    pub elements: Vec<RecordElement>,
    /// The beds under it.
    #[serde(default)]
    pub beds: Vec<RecordBed>,
    /// Stories there was no time for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    /// What was left out of each story to fit a length.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omitted: Vec<RecordOmission>,
    /// The sentences that another voice speaks than was wanted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instead: Vec<Instead>,
}

/// A sentence that another voice speaks than was wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instead {
    /// Its place among the script's sentences, counted from 0.
    pub sentence: usize,
    /// The voice that was wanted.
    pub wanted: String,
    /// The voice that speaks.
    pub spoken: String,
    /// Why.
    pub why: String,
}

/// One file that the sound is in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordFile {
    /// Its name, in the folder of the record.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// What its coding left of the loudness, measured on what a decoder gives; none for WAV and FLAC, which lose nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loudness_lufs: Option<Lufs>,
    /// The same of the true peak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_dbtp: Option<Dbtp>,
}

/// A sentence that was left out of its story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordOmission {
    /// Its story, counted from 0.
    pub story: usize,
    /// Which sentence, and why.
    #[serde(flatten)]
    pub omission: Omission,
}

/// One run of a bed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordBed {
    /// First frame.
    pub start: Frames,
    /// Frames, its way out included.
    pub length: Frames,
    /// Its name.
    pub name: String,
}

/// One stretch of the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordElement {
    /// First frame.
    pub start: Frames,
    /// Frames.
    pub length: Frames,
    /// The kind of element it belongs to.
    #[serde(default = "stories")]
    pub part: PartKind,
    /// What is heard.
    #[serde(flatten)]
    pub what: What,
}

fn stories() -> PartKind {
    PartKind::Stories
}

/// What is heard in a stretch.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum What {
    /// A sting.
    Sting {
        /// Its name.
        name: String,
    },
    /// A sentence of a story.
    Sentence(Said),
    /// A sentence of the station's own.
    Line(Said),
    /// Nothing but a bed, or room tone.
    Pause,
}

/// One story of a bulletin.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RecordStory {
    /// The input it comes from.
    pub input: String,
    /// Its headline as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub byline: Option<String>,
    /// ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// The outlet or agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// What a record is made from.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "a function has none")]
pub struct Parts<'a> {
    /// What was spoken.
    pub script: &'a Script,
    /// Who wrote it and for whom.
    pub articles: &'a [(String, Article)],
    /// Station, title, date and time.
    pub facts: &'a Facts,
    /// BCP 47.
    pub language: &'a str,
    /// What was planned.
    pub rundown: &'a Rundown,
    /// When the words of each sentence are heard, in frames of its take.
    pub words: &'a dyn Fn(usize) -> &'a [WordTime],
    /// Where it went.
    pub timeline: &'a Timeline,
    /// How it got to its length.
    pub fit: Option<Fit>,
    /// What came out.
    pub mastered: &'a Mastered,
    /// The target.
    pub target: &'a crate::programme::master::Settings,
    /// The name of the voice it is known by.
    pub voice: &'a str,
    /// The names of the voices of the script's sentences, in order.
    pub voices: &'a [&'a str],
    /// The sentences that other voices speak than were wanted.
    pub instead: &'a [Instead],
    /// Engine and data behind it.
    pub engine: &'a str,
}

/// Title of a bulletin that was given none and tells several stories.
const TITLE: &str = "News bulletin";

/// The edition's title, else the headline of a single story.
pub(super) fn title(parts: &Parts<'_>) -> String {
    let only = match &parts.script.stories[..] {
        [story] => story.headline.clone(),
        _ => None,
    };
    parts.facts.title.clone().or(only).unwrap_or_else(|| TITLE.into())
}

/// The article of each story told.
fn articles_of<'a>(parts: &Parts<'a>) -> Vec<Option<&'a Article>> {
    // Both are in order; articles there was no time for are not told.
    let mut articles = parts.articles.iter();
    let of = |story: &Story| {
        let mut rest = articles.clone();
        let (_, article) = rest.find(|(input, article)| {
            *input == story.input && (article.headline == story.headline || story.headline.is_none())
        })?;
        articles = rest;
        Some(article)
    };
    parts.script.stories.iter().map(of).collect()
}

fn story_of(story: &Story, article: Option<&Article>) -> RecordStory {
    RecordStory {
        input: story.input.clone(),
        headline: story.headline.clone(),
        byline: article.and_then(|article| article.byline.clone()),
        published: article.and_then(|article| article.published.clone()),
        source: article.and_then(|article| article.source.clone()),
    }
}

impl Record {
    /// Gathers the record of one bulletin.
    pub fn new(parts: &Parts<'_>) -> Self {
        let sentences: Vec<_> = parts.script.sentences().collect();
        let voice = |sentence: usize| parts.voices.get(sentence).copied().unwrap_or(parts.voice).to_owned();
        let articles = articles_of(parts);
        let of = |placed: &Placed, sentence: usize, story: Option<usize>| {
            let said = sentences.get(sentence)?;
            let article = story.and_then(|story| articles.get(story).copied().flatten());
            let paragraph = said.paragraph.and_then(|paragraph| article?.paragraphs.get(paragraph));
            Some(Said {
                input: story.and_then(|story| Some(parts.script.stories.get(story)?.input.clone())),
                story,
                sentence,
                role: said.role,
                speaker: said.speaker,
                voice: voice(sentence),
                paragraph: said.paragraph,
                lines: paragraph.map(|paragraph| paragraph.lines).filter(|lines| *lines != (0, 0)),
                goes_on: said.goes_on,
                written: said.written.clone(),
                spoken: said.spoken.text().to_owned(),
                expansions: said::expansions(said),
                lexicon: said::entries(said),
                words: said::heard(said, (parts.words)(sentence), placed),
            })
        };
        let elements = parts
            .timeline
            .placed
            .iter()
            .filter_map(|placed| {
                let what = match placed.source {
                    Source::Sting { sting } => {
                        What::Sting { name: parts.rundown.stings.get(sting)?.to_string() }
                    }
                    Source::Take { sentence, story: Some(story) } => {
                        What::Sentence(of(placed, sentence, Some(story))?)
                    }
                    Source::Take { sentence, story: None } => What::Line(of(placed, sentence, None)?),
                    Source::Pause => What::Pause,
                };
                let part = parts.rundown.parts.get(placed.part).map_or(PartKind::Stories, |part| part.kind);
                Some(RecordElement { start: placed.start, length: placed.length, part, what })
            })
            .collect();
        let beds = parts.timeline.beds.iter().filter_map(|span| {
            let name = parts.rundown.beds.get(span.bed)?.name.clone();
            Some(RecordBed { start: span.start, length: span.length, name })
        });
        let stories = parts.script.stories.iter().enumerate();
        let omitted = stories
            .flat_map(|(story, told)| {
                told.omitted.iter().map(move |omission| RecordOmission { story, omission: omission.clone() })
            })
            .collect();
        Self {
            format_version: FORMAT_VERSION,
            program: format!("bulletin {}", env!("CARGO_PKG_VERSION")),
            voice: parts.voice.to_owned(),
            engine: parts.engine.to_owned(),
            disclosure: DISCLOSURE.to_owned(),
            title: title(parts),
            station: parts.facts.station.clone(),
            date: parts.facts.date,
            time: parts.facts.at,
            language: parts.language.to_owned(),
            rate_hz: SampleRate::PROGRAMME.0,
            channels: parts.target.layout.channels(),
            target_lufs: parts.target.loudness.0,
            ceiling_dbtp: parts.target.peak.0,
            mastered: *parts.mastered,
            files: Vec::new(),
            fit: parts.fit,
            rundown: parts.rundown.name.clone(),
            hour: parts.timeline.hour,
            stories: parts
                .script
                .stories
                .iter()
                .zip(&articles)
                .map(|(story, article)| story_of(story, *article))
                .collect(),
            planned: parts.rundown.sentences().into_iter().collect(),
            elements,
            beds: beds.collect(),
            left_out: parts.script.left_out.clone(),
            omitted,
            instead: parts.instead.to_vec(),
        }
    }

    /// Frames a second, never none.
    pub fn rate(&self) -> SampleRate {
        SampleRate(self.rate_hz.max(1))
    }

    /// What was said and when, in order of time.
    pub fn said(&self) -> impl Iterator<Item = (&RecordElement, &Said)> {
        self.elements.iter().filter_map(|element| match &element.what {
            What::Sentence(said) | What::Line(said) => Some((element, said)),
            What::Sting { .. } | What::Pause => None,
        })
    }

    /// Where the next sentence or sting after this frame begins.
    pub fn next_sound_after(&self, frame: Frames) -> Option<Frames> {
        let sounds = self.elements.iter().filter(|element| !matches!(element.what, What::Pause));
        sounds.map(|element| element.start).find(|start| *start > frame)
    }

    /// Whether more than one voice is heard.
    pub fn speaks_in_turn(&self) -> bool {
        let mut voices = self.said().map(|(_, said)| (&said.voice, said.speaker));
        let first = voices.next();
        first.is_some_and(|(voice, _)| voices.any(|(other, _)| other != voice))
    }

    /// What captions and transcripts call whoever speaks.
    pub fn speaker_name(&self, said: &Said) -> &'static str {
        match said.speaker {
            Speaker::Presenter => "Presenter",
            Speaker::Reader => "Reader",
            Speaker::Quote => "Quotation",
        }
    }

    /// What a story is called: its headline, else the first words that are heard of it.
    pub fn story_title(&self, story: usize) -> String {
        const MOST_WORDS: usize = 8;
        if let Some(headline) = self.stories.get(story).and_then(|story| story.headline.as_deref()) {
            return headline.to_owned();
        }
        let first = self.said().find(|(_, said)| said.story == Some(story));
        let words: Vec<&str> =
            first.map(|(_, said)| said.written.split_whitespace().collect()).unwrap_or_default();
        let title = words.iter().take(MOST_WORDS).copied().collect::<Vec<_>>().join(" ");
        let bare = title.trim_end_matches([',', ';', ':']);
        if words.len() > MOST_WORDS { format!("{bare} …") } else { title }
    }

    /// Where the record of an audio file is kept: beside it, `bulletin.wav` → `bulletin.record.json`.
    ///
    /// # Examples
    /// ```
    /// use std::path::Path;
    /// let path = bulletin::deliver::record::Record::path_beside(Path::new("out/bulletin.wav"));
    /// assert_eq!(path, Path::new("out/bulletin.record.json"));
    /// ```
    pub fn path_beside(audio: &Path) -> PathBuf {
        super::Beside::Record.path(audio)
    }

    /// The record as its file has it.
    pub fn to_json(&self) -> String {
        super::json(self)
    }

    /// Reads a record back.
    ///
    /// # Errors
    /// [`Error::Read`] when it cannot be read, [`Error::Config`] when it is not a record.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|source| Error::Read { path: path.into(), source })?;
        serde_json::from_slice(&bytes).map_err(|e| Error::Programme {
            problem: format!("{}: this is no record of a bulletin ({e})", path.display()),
            cure: "make the file again with `bulletin produce --record`, or remove the record".into(),
        })
    }
}
