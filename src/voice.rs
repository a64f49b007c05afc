//! Sentence → [`Take`]: the voices and what they stand for.
//!
//! A [`Profile`] describes a voice (a TOML file, built in or the user's); an [`Engine`] speaks with it. The spoken
//! text an engine receives is in the spoken alphabet, whatever the engine; what an engine misreads even so is
//! mended in its own adapter, never in the normaliser.

mod command;
mod heard;
mod http;
mod letters;
mod pico;
mod piper;
mod profile;
mod registry;
mod said;
pub mod store;
#[cfg(any(system_voices, test))]
pub(crate) mod system;
mod words;

pub use command::{Input as CommandInput, Output as CommandOutput, Settings as CommandSettings};
pub use http::{Fallback as HttpFallback, ResponseFormat, Settings as HttpSettings};
#[cfg(feature = "piper")]
pub use piper::phonemes;
#[cfg(feature = "piper")]
pub use piper::{
    Model as PiperModel, Rendering as PiperRendering, Request as PiperRequest, Threads as PiperThreads,
};
pub use piper::{Settings as PiperSettings, Speaker};
pub use profile::{Origin, Profile, ProfilePace};
pub use registry::{Damaged, Registry};

use crate::script::Sentence;
use crate::units::SampleRate;
use crate::{Error, Result, net};
use std::ops::Range;
use std::path::PathBuf;
use std::time::Instant;

/// One sentence as a voice spoke it.
///
/// Shape: mono, nominal [-1, 1], at `rate`.
#[derive(Debug, Clone, PartialEq)]
pub struct Take {
    /// Mono samples.
    pub samples: Vec<f32>,
    /// Samples a second.
    pub rate: SampleRate,
    /// When each spoken word is heard, where the engine knows; else empty.
    pub words: Vec<WordTime>,
}

/// When one spoken word is heard inside its take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordTime {
    /// Bytes of the sentence's spoken text.
    pub spoken: Range<usize>,
    /// Samples of the take.
    pub samples: Range<usize>,
}

/// How a sentence is to be spoken, on top of the voice's own manner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prosody {
    /// Speed, 1.0 as the engine speaks by itself.
    pub rate: f64,
    /// Pitch, 1.0 as the engine speaks by itself.
    pub pitch: f64,
}

impl Default for Prosody {
    fn default() -> Self {
        Self { rate: 1.0, pitch: 1.0 }
    }
}

/// What an engine can do.
#[derive(Debug, Clone, PartialEq)]
pub struct Capabilities {
    /// BCP 47 tags of the languages it speaks.
    pub languages: Vec<String>,
    /// Slowest and fastest [`Prosody::rate`].
    pub rate_range: (f64, f64),
    /// Lowest and highest [`Prosody::pitch`].
    pub pitch_range: (f64, f64),
    /// The rate its takes come at.
    pub sample_rate: SampleRate,
    /// Threads one engine keeps busy by itself.
    pub threads: usize,
    /// Whether its takes carry word times.
    pub word_times: bool,
}

/// Something that speaks. One belongs to one worker thread; opening several is how a voice uses several cores.
///
/// The same sentence and prosody give the same samples, whatever was spoken before.
pub trait Engine: Send {
    /// What it can do.
    fn capabilities(&self) -> &Capabilities;

    /// Speaks one sentence.
    ///
    /// # Errors
    /// [`Error::Engine`] when the engine fails, with the sentence.
    fn speak(&mut self, sentence: &Sentence, prosody: &Prosody) -> Result<Take>;

    /// What is asked from now on must be answered by then, or with no limit: an engine that waits for others (a server, a
    /// process) gives up then and fails. One that works by itself needs no such thing.
    fn set_deadline(&mut self, _: Option<Instant>) {}

    /// When the words of a take that [`Engine::speak`] gave for this sentence are heard: all of them, in order, inside it.
    ///
    /// An engine that knows says so; for others speech is shared out by the length of the words.
    ///
    /// # Errors
    /// As [`Engine::speak`].
    fn word_times(&mut self, sentence: &Sentence, _: &Prosody, take: &Take) -> Result<Vec<WordTime>> {
        Ok(if take.words.is_empty() { words::shared(sentence, take) } else { take.words.clone() })
    }
}

/// What opening a voice may need from the outside.
///
/// # Examples
/// ```
/// let settings = bulletin::voice::Settings::new("/tmp/cache".into());
/// assert_eq!(settings.threads, 1);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where an engine may keep files that it can make again.
    pub cache_folder: PathBuf,
    /// Limits and rules of the network, for voices that are elsewhere.
    pub net: net::Settings,
    /// Threads that an engine may keep busy by itself.
    pub threads: usize,
}

impl Settings {
    /// With a folder, the network's own limits, and one thread.
    pub fn new(cache_folder: PathBuf) -> Self {
        Self { cache_folder, net: net::Settings::default(), threads: 1 }
    }
}

impl Profile {
    /// Name and version of the engine and of its data, for the record and for cache keys. Opens nothing.
    ///
    /// # Errors
    /// [`Error::Voice`] when the engine is not known or has no data for the voice's language.
    ///
    /// # Examples
    /// ```
    /// let voices = bulletin::voice::Registry::built_in();
    /// let version = voices.get("pico-en-gb").unwrap().version().unwrap();
    /// assert!(version.starts_with("svox-pico 1.0"), "{version}");
    /// ```
    pub fn version(&self) -> Result<String> {
        match self.engine.as_str() {
            "pico" => pico::version(self),
            #[cfg(feature = "piper")]
            "piper" => piper::version(self),
            "http" => http::version(self),
            "command" => command::version(self),
            _ => Err(self.unknown_engine()),
        }
    }

    /// What the engine is asked for a sentence: with [`Profile::version`] all that its take depends on. Opens nothing.
    ///
    /// # Errors
    /// As [`Profile::version`].
    pub fn request(&self, sentence: &Sentence, prosody: &Prosody) -> Result<Vec<u8>> {
        match self.engine.as_str() {
            "pico" => pico::request(self, sentence, prosody),
            #[cfg(feature = "piper")]
            "piper" => piper::request(self, sentence, prosody),
            "http" => http::request(self, sentence, prosody),
            "command" => command::request(self, sentence, prosody),
            _ => Err(self.unknown_engine()),
        }
    }

    /// Why the voice cannot speak here, with what would help, each as one sentence; nothing if it can. Opens and asks
    /// nothing: a program is looked for, a server's keys are read. What is compiled in is there.
    ///
    /// # Examples
    /// ```
    /// let voices = bulletin::voice::Registry::built_in();
    /// assert!(voices.get("pico-en-gb").unwrap().missing().is_empty());
    /// ```
    pub fn missing(&self) -> Vec<String> {
        match self.engine.as_str() {
            "http" => http::missing(self),
            "command" => command::missing(self),
            _ => Vec::new(),
        }
    }

    /// What the user should know of the voice though it speaks, each as one sentence: a key that everybody on the machine
    /// can read.
    pub fn warnings(&self) -> Vec<String> {
        match self.engine.as_str() {
            "http" => http::warnings(self),
            _ => Vec::new(),
        }
    }

    /// Whether its pitch can be changed.
    ///
    /// # Examples
    /// ```
    /// let voices = bulletin::voice::Registry::built_in();
    /// assert!(voices.get("pico-en-gb").unwrap().has_pitch());
    /// ```
    pub fn has_pitch(&self) -> bool {
        match self.engine.as_str() {
            "piper" | "http" => false,
            "command" => self.command.as_ref().is_some_and(CommandSettings::changes_pitch),
            _ => true,
        }
    }

    fn unknown_engine(&self) -> Error {
        let there =
            if cfg!(feature = "piper") { "pico, piper, http, command" } else { "pico, http, command" };
        let cure = (self.engine == "piper").then(|| "build bulletin with its feature `piper`".to_owned());
        Error::Voice {
            voice: self.name.clone(),
            problem: format!(
                "there is no engine called \"{}\" in this build (there are: {there})",
                self.engine
            ),
            cure,
        }
    }

    /// Opens an engine for this voice.
    ///
    /// # Errors
    /// [`Error::Voice`] when the engine is not known or cannot be set up; [`Error::Write`] when its data cannot be
    /// laid down in the cache folder.
    pub fn open(&self, settings: &Settings) -> Result<Box<dyn Engine>> {
        match self.engine.as_str() {
            "pico" => Ok(Box::new(pico::Pico::open(self, settings)?)),
            #[cfg(feature = "piper")]
            "piper" => Ok(Box::new(piper::Piper::open(self, settings)?)),
            "http" => Ok(Box::new(http::Remote::open(self, &settings.net)?)),
            "command" => Ok(Box::new(command::Program::open(self)?)),
            _ => Err(self.unknown_engine()),
        }
    }
}

/// The part of a sentence that fits into an error message.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// An error and what would help, as one sentence.
pub(crate) fn with_hint(error: &Error) -> String {
    error.hint().map_or_else(|| error.to_string(), |hint| format!("{error}; {hint}"))
}
