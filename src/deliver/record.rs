//! The as-made record: which stretch of the file is which sentence, from which words, by which voice.

use crate::normalise::Class;
use crate::programme::backtime::Fit;
use crate::programme::master::Mastered;
use crate::programme::timeline::{Source, Timeline};
use crate::rundown::Rundown;
use crate::script::edit::Omission;
use crate::script::{LeftOut, Role, Script};
use crate::units::{Frames, SampleRate};
use crate::{Error, Result, files};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The shape's version; raised when a field changes its meaning or goes.
pub const FORMAT_VERSION: u32 = 1;

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
    /// How it got to the length asked for; none where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fit: Option<Fit>,
    /// The rundown's name.
    #[serde(default)]
    pub rundown: String,
    /// The frame of the full hour, where a time signal was played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hour: Option<Frames>,
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
    /// What is heard.
    #[serde(flatten)]
    pub what: What,
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
    /// A sentence.
    Sentence {
        /// The input it comes from.
        input: String,
        /// Its story, counted from 0.
        story: usize,
        /// Headline or body.
        role: Role,
        /// The voice's name.
        #[serde(default)]
        voice: String,
        /// The paragraph, counted from 0; none for a headline.
        paragraph: Option<usize>,
        /// As written.
        written: String,
        /// As spoken.
        spoken: String,
        /// Where the two differ, and by which rule.
        expansions: Vec<Expansion>,
    },
    /// A sentence of the station's own.
    Line {
        /// The voice's name.
        #[serde(default)]
        voice: String,
        /// As written.
        written: String,
        /// As spoken.
        spoken: String,
        /// Where the two differ, and by which rule.
        expansions: Vec<Expansion>,
    },
    /// Nothing but a bed, or room tone.
    Pause,
}

/// One stretch that is not said as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expansion {
    /// As written.
    pub written: String,
    /// As spoken; empty where it is not.
    pub spoken: String,
    /// Its semiotic class.
    pub class: Class,
    /// The rule that decided.
    pub rule: String,
}

/// The expansions of one sentence, in written order; words said as they are written are left out.
pub fn expansions(sentence: &crate::script::Sentence) -> Vec<Expansion> {
    let spoken = sentence.spoken.text();
    sentence
        .spoken
        .pieces()
        .iter()
        .filter(|piece| piece.class != Class::Plain)
        .map(|piece| (piece, &sentence.written[piece.written.clone()], &spoken[piece.spoken.clone()]))
        .filter(|(_, written, said)| written != said)
        .map(|(piece, written, said)| Expansion {
            written: written.to_owned(),
            spoken: said.to_owned(),
            class: piece.class,
            rule: piece.rule.to_owned(),
        })
        .collect()
}

/// What a record is made from.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// What was spoken.
    pub script: &'a Script,
    /// What was planned.
    pub rundown: &'a Rundown,
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
    /// Engine and data behind it.
    pub engine: &'a str,
}

impl Record {
    /// Gathers the record of one bulletin.
    pub fn new(parts: &Parts<'_>) -> Self {
        let sentences: Vec<_> = parts.script.sentences().collect();
        let voice = |sentence: usize| parts.voices.get(sentence).copied().unwrap_or(parts.voice).to_owned();
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
                        let (from, said) = (parts.script.stories.get(story)?, sentences.get(sentence)?);
                        What::Sentence {
                            input: from.input.clone(),
                            story,
                            role: said.role,
                            voice: voice(sentence),
                            paragraph: said.paragraph,
                            written: said.written.clone(),
                            spoken: said.spoken.text().to_owned(),
                            expansions: expansions(said),
                        }
                    }
                    Source::Take { sentence, story: None } => {
                        let said = sentences.get(sentence)?;
                        What::Line {
                            voice: voice(sentence),
                            written: said.written.clone(),
                            spoken: said.spoken.text().to_owned(),
                            expansions: expansions(said),
                        }
                    }
                    Source::Pause => What::Pause,
                };
                Some(RecordElement { start: placed.start, length: placed.length, what })
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
            rate_hz: SampleRate::PROGRAMME.0,
            channels: parts.target.layout.channels(),
            target_lufs: parts.target.loudness.0,
            ceiling_dbtp: parts.target.peak.0,
            mastered: *parts.mastered,
            fit: parts.fit,
            rundown: parts.rundown.name.clone(),
            hour: parts.timeline.hour,
            elements,
            beds: beds.collect(),
            left_out: parts.script.left_out.clone(),
            omitted,
        }
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
        audio.with_extension("record.json")
    }

    /// Writes the record, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub fn write(&self, path: &Path) -> Result<()> {
        let failed = |e: serde_json::Error| Error::Write { path: path.into(), source: e.into() };
        let mut bytes = serde_json::to_vec_pretty(self).map_err(failed)?;
        bytes.push(b'\n');
        files::write_atomic(path, &bytes)
    }

    /// Reads a record back.
    ///
    /// # Errors
    /// [`Error::Read`] when it cannot be read, [`Error::Config`] when it is not a record.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|source| Error::Read { path: path.into(), source })?;
        serde_json::from_slice(&bytes).map_err(|e| Error::Config {
            place: path.display().to_string(),
            problem: format!("not a record of a bulletin: {e}"),
            cure: "make the file again with `bulletin produce --record`, or remove the record".into(),
        })
    }
}
