//! What is made beside the audio, and what it is called.

use super::{captions, transcript};
use crate::{Error, Result, files};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// What is made beside the audio of a bulletin. Nothing, unless asked for.
#[allow(clippy::struct_excessive_bools, reason = "each is a file")]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outputs {
    /// The record of what was said and where.
    pub record: bool,
    /// Captions.
    pub captions: Vec<captions::Format>,
    /// Transcripts.
    pub transcript: Vec<transcript::Format>,
    /// When each word is heard.
    pub words: bool,
    /// Chapters (Podcasting 2.0).
    pub chapters: bool,
    /// A sidecar for Rivendell.
    pub rivendell: bool,
    /// A line for Liquidsoap and AzuraCast.
    pub annotate: bool,
}

/// One file beside the audio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Beside {
    /// Captions.
    Captions(captions::Format),
    /// A transcript.
    Transcript(transcript::Format),
    /// Word times.
    Words,
    /// Chapters.
    Chapters,
    /// Rivendell's sidecar.
    Rivendell,
    /// A line for Liquidsoap.
    Annotate,
    /// The record.
    Record,
}

impl Beside {
    /// Where it is, beside an audio file: its name with another ending.
    ///
    /// Endings that an article may have, such as `.txt`, are never taken as they are: a bulletin made of `news.txt` must
    /// not write over it.
    ///
    /// # Examples
    /// ```
    /// use bulletin::deliver::{Beside, captions, transcript};
    /// use std::path::Path;
    /// let beside = |what: Beside| what.path(Path::new("out/seven.wav"));
    /// assert_eq!(beside(Beside::Captions(captions::Format::Vtt)), Path::new("out/seven.vtt"));
    /// assert_eq!(beside(Beside::Transcript(transcript::Format::Txt)), Path::new("out/seven.transcript.txt"));
    /// ```
    pub fn path(self, audio: &Path) -> PathBuf {
        audio.with_extension(match self {
            Self::Captions(format) => format.extension().to_owned(),
            Self::Transcript(format) => format!("transcript.{}", format.extension()),
            Self::Words => "words.json".to_owned(),
            Self::Chapters => "chapters.json".to_owned(),
            Self::Rivendell => "xml".to_owned(),
            Self::Annotate => "annotate".to_owned(),
            Self::Record => "record.json".to_owned(),
        })
    }

    /// Whether a file that begins so is one that was made by us, or could have been. An empty one is nobody's.
    fn is_ours(self, start: &[u8]) -> bool {
        let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
        let holds = |part: &str| start.windows(part.len()).any(|window| window == part.as_bytes());
        start.is_empty()
            || match self {
                Self::Captions(captions::Format::Vtt) => start.starts_with(b"WEBVTT"),
                Self::Captions(captions::Format::Srt) => {
                    start.starts_with(b"1\n") || start.starts_with(b"1\r\n")
                }
                // Nobody else has these endings.
                Self::Transcript(_) => true,
                Self::Words | Self::Chapters | Self::Record => start.starts_with(b"{"),
                Self::Rivendell => holds("<cartList>"),
                Self::Annotate => start.starts_with(b"annotate:"),
            }
    }

    /// What it is, in a word or two, for messages.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Captions(_) => "captions",
            Self::Transcript(_) => "transcript",
            Self::Words => "word times",
            Self::Chapters => "chapters",
            Self::Rivendell => "Rivendell sidecar",
            Self::Annotate => "annotation",
            Self::Record => "record",
        }
    }
}

impl Outputs {
    /// Everything that is asked for, each once; the record last, because it tells of the others.
    pub fn files(&self) -> Vec<Beside> {
        let flag = |wanted: bool, what: Beside| wanted.then_some(what);
        let mut files: Vec<Beside> = self.captions.iter().map(|&format| Beside::Captions(format)).collect();
        files.extend(self.transcript.iter().map(|&format| Beside::Transcript(format)));
        files.extend(
            [
                flag(self.words, Beside::Words),
                flag(self.chapters, Beside::Chapters),
                flag(self.rivendell, Beside::Rivendell),
                flag(self.annotate, Beside::Annotate),
                flag(self.record, Beside::Record),
            ]
            .into_iter()
            .flatten(),
        );
        files.sort_unstable();
        files.dedup();
        files
    }

    /// Refuses to begin where a file could not be written, or would take the place of something that is none of ours.
    ///
    /// # Errors
    /// [`Error::Path`].
    pub fn check(&self, audio: &Path) -> Result<()> {
        for what in self.files() {
            let path = what.path(audio);
            if !path.exists() {
                continue;
            }
            files::check_file_path(&path)?;
            if !what.is_ours(&start_of(&path)) {
                return Err(Error::Path {
                    path,
                    problem: format!("is there, and is no {} of a bulletin", what.noun()),
                    cure: "name another output, or move what is there away",
                });
            }
        }
        Ok(())
    }

    /// Whether anything of it says when words are heard.
    pub fn needs_words(&self) -> bool {
        self.words || !self.captions.is_empty()
    }

    /// Asks for what `other` asks for, too.
    pub fn add(&mut self, other: &Self) {
        self.record |= other.record;
        self.captions.extend(&other.captions);
        self.transcript.extend(&other.transcript);
        self.words |= other.words;
        self.chapters |= other.chapters;
        self.rivendell |= other.rivendell;
        self.annotate |= other.annotate;
    }
}

/// The first bytes of a file; none where it cannot be read.
fn start_of(path: &Path) -> Vec<u8> {
    const ENOUGH_BYTES: u64 = 512;
    let mut start = Vec::new();
    if let Ok(file) = File::open(path) {
        let _ = file.take(ENOUGH_BYTES).read_to_end(&mut start);
    }
    start
}
