//! What is made beside the audio, and what it is called.

use super::compressed::Codec;
use super::{captions, picture, transcript};
use crate::{Error, Result, files};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What is made beside the audio of a bulletin. Nothing, unless asked for.
#[allow(clippy::struct_excessive_bools, reason = "each is a file")]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outputs {
    /// The record of what was said and where.
    pub record: bool,
    /// The same sound in other forms.
    pub also: Vec<Codec>,
    /// Captions.
    pub captions: Vec<captions::Format>,
    /// Transcripts.
    pub transcript: Vec<transcript::Format>,
    /// When each word is heard.
    pub words: bool,
    /// Chapters (Podcasting 2.0).
    pub chapters: bool,
    /// A page to listen, look and read along.
    pub page: bool,
    /// Pictures of the sound.
    pub waveform: Vec<Picture>,
    /// A sidecar for Rivendell.
    pub rivendell: bool,
    /// A line for Liquidsoap and AzuraCast.
    pub annotate: bool,
}

/// A picture that is wanted: `svg` or `png` to stand beside the audio, or a path that ends so.
///
/// # Examples
/// ```
/// use bulletin::deliver::{Picture, picture::Format};
/// let beside: Picture = "png".parse().unwrap();
/// assert_eq!((beside.format, beside.path), (Format::Png, None));
/// let named: Picture = "pictures/seven.SVG".parse().unwrap();
/// assert_eq!((named.format, named.path), (Format::Svg, Some("pictures/seven.SVG".into())));
/// assert!("seven.gif".parse::<Picture>().unwrap_err().contains("svg or png"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Picture {
    /// Its form.
    pub format: picture::Format,
    /// Where it goes; none for beside the audio.
    pub path: Option<PathBuf>,
}

impl FromStr for Picture {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = Path::new(text);
        let extension = path.extension().unwrap_or(path.as_os_str()).to_string_lossy();
        let format = picture::Format::from_extension(&extension).ok_or_else(|| {
            format!("\"{text}\" is no picture we can draw: write svg or png, or a file that ends so")
        })?;
        Ok(Self { format, path: path.extension().map(|_| path.to_owned()) })
    }
}

impl TryFrom<String> for Picture {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Picture> for String {
    fn from(picture: Picture) -> Self {
        match picture.path {
            Some(path) => path.to_string_lossy().into_owned(),
            None => picture.format.extension().to_owned(),
        }
    }
}

/// One file beside the audio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Beside {
    /// The same sound in another form.
    Also(Codec),
    /// Captions.
    Captions(captions::Format),
    /// A transcript.
    Transcript(transcript::Format),
    /// Word times.
    Words,
    /// Chapters.
    Chapters,
    /// A page.
    Page,
    /// A picture.
    Waveform(picture::Format),
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
            Self::Also(codec) => codec.extension().to_owned(),
            Self::Page => "html".to_owned(),
            Self::Waveform(format) => format!("waveform.{}", format.extension()),
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
                Self::Also(codec) => starts_as(codec, start),
                Self::Page => holds("content=\"bulletin"),
                Self::Waveform(picture::Format::Png) => start.starts_with(b"\x89PNG"),
                Self::Waveform(picture::Format::Svg) => holds("<svg"),
                Self::Words | Self::Chapters | Self::Record => start.starts_with(b"{"),
                Self::Rivendell => holds("<cartList>"),
                Self::Annotate => start.starts_with(b"annotate:"),
            }
    }

    /// What it is, in a word or two, for messages.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Also(codec) => codec.name(),
            Self::Page => "page",
            Self::Waveform(_) => "picture",
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
    /// Everything that is asked for beside `audio`, each once, with its path; the record last, because it tells of the
    /// others.
    pub fn files(&self, audio: &Path) -> Vec<(Beside, PathBuf)> {
        let flag = |wanted: bool, what: Beside| wanted.then_some(what);
        let mut files: Vec<Beside> = self.also.iter().map(|&codec| Beside::Also(codec)).collect();
        files.extend(self.captions.iter().map(|&format| Beside::Captions(format)));
        files.extend(self.transcript.iter().map(|&format| Beside::Transcript(format)));
        files.extend(
            [
                flag(self.words, Beside::Words),
                flag(self.chapters, Beside::Chapters),
                flag(self.page, Beside::Page),
                flag(self.rivendell, Beside::Rivendell),
                flag(self.annotate, Beside::Annotate),
                flag(self.record, Beside::Record),
            ]
            .into_iter()
            .flatten(),
        );
        let pictures = self.waveform.iter().map(|picture| {
            let what = Beside::Waveform(picture.format);
            (what, picture.path.clone().unwrap_or_else(|| what.path(audio)))
        });
        let mut files: Vec<(Beside, PathBuf)> =
            files.into_iter().map(|what| (what, what.path(audio))).chain(pictures).collect();
        files.sort_unstable();
        files.dedup();
        // The audio itself, asked for once more.
        files.retain(|(_, path)| path != audio);
        files
    }

    /// Refuses to begin where a file could not be written, or would take the place of something that is none of ours.
    ///
    /// # Errors
    /// [`Error::Path`].
    pub fn check(&self, audio: &Path) -> Result<()> {
        let ending = audio.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        if codec_of(audio).is_none() && !matches!(ending.as_deref(), Some("wav" | "wave" | "bwf")) {
            return Err(Error::Path {
                path: audio.to_owned(),
                problem: "its ending says of no audio that can be written".into(),
                cure: "end the name in .wav, .flac, .mp3 or .opus",
            });
        }
        for codec in self.also.iter().copied().chain(codec_of(audio)) {
            codec.available()?;
        }
        for (what, path) in self.files(audio) {
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
        self.words || self.page || !self.captions.is_empty()
    }

    /// Asks for what `other` asks for, too.
    pub fn add(&mut self, other: &Self) {
        self.record |= other.record;
        self.also.extend(&other.also);
        self.page |= other.page;
        self.waveform.extend(other.waveform.iter().cloned());
        self.captions.extend(&other.captions);
        self.transcript.extend(&other.transcript);
        self.words |= other.words;
        self.chapters |= other.chapters;
        self.rivendell |= other.rivendell;
        self.annotate |= other.annotate;
    }
}

/// What an audio file's name asks for; none for WAV.
pub fn codec_of(audio: &Path) -> Option<Codec> {
    audio.extension().and_then(|extension| Codec::from_extension(&extension.to_string_lossy()))
}

/// Whether audio that begins so may be of this kind: our WAV, or one codec's. Source: RFC 2361; ID3v2.3 §3.1; ISO/IEC
/// 11172-3 §2.4.1.3; RFC 9639 §8; RFC 3533 §6.
pub fn may_replace(audio: &Path) -> bool {
    let start = start_of(audio);
    match codec_of(audio) {
        _ if start.is_empty() => true,
        Some(codec) => starts_as(codec, &start),
        None => {
            (start.starts_with(b"RIFF") || start.starts_with(b"RF64"))
                && start.get(8..12).is_some_and(|kind| kind == b"WAVE")
        }
    }
}

fn starts_as(codec: Codec, start: &[u8]) -> bool {
    match codec {
        Codec::Flac => start.starts_with(b"fLaC"),
        Codec::Mp3 => {
            start.starts_with(b"ID3") || matches!(start, [0xff, second, ..] if second & 0xe0 == 0xe0)
        }
        Codec::Opus => start.starts_with(b"OggS"),
    }
}

/// The first bytes of a file; none where it cannot be read.
fn start_of(path: &Path) -> Vec<u8> {
    const ENOUGH_BYTES: u64 = 2048;
    let mut start = Vec::new();
    if let Ok(file) = File::open(path) {
        let _ = file.take(ENOUGH_BYTES).read_to_end(&mut start);
    }
    start
}
