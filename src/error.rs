//! The one error type of the crate, and what the user can do about each.
//!
//! Messages are lower-case fragments that name what was wrong and where; [`Error::hint`] adds the next step, and
//! [`Error::exit_code`] the number the process ends with. Rendering is the business of `cli`.

use crate::suggest;
use std::io;
use std::path::PathBuf;

/// `Result` with the crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong between bytes and bulletin, about a variant per stage.
///
/// # Examples
/// ```
/// let error = bulletin::Error::EmptyArticle { input: "story.txt".into(), dropped: 3 };
/// assert_eq!(error.to_string(), "story.txt: no story text found (3 lines were left out as not story)");
/// assert_eq!(error.exit_code(), 1);
/// assert!(error.hint().unwrap().contains("bulletin extract"));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or stream could not be read.
    #[error("{}: cannot read: {source}", path.display())]
    Read {
        /// What was read; `-` is standard input.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file could not be written; nothing is left at its final path.
    #[error("{}: cannot write: {source}", path.display())]
    Write {
        /// The final path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A path that must name a file names something else.
    #[error("{}: {problem}", path.display())]
    Path {
        /// The path as given.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
        /// What would be right.
        cure: &'static str,
    },
    /// An input is larger than its limit.
    #[error("{input}: {actual} bytes is more than the limit of {limit}")]
    TooLarge {
        /// The input as the user named it.
        input: String,
        /// Bytes found (at least).
        actual: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// An input holds no text at all, or nothing but furniture.
    #[error("{input}: no story text found{}", match dropped { 0 => String::new(), 1 => " (1 line was left out as not story)".into(), n => format!(" ({n} lines were left out as not story)") })]
    EmptyArticle {
        /// The input as the user named it.
        input: String,
        /// How many lines were left out.
        dropped: usize,
    },
    /// Bytes that are not text.
    #[error("{input}: not text: {problem}")]
    NotText {
        /// The input as the user named it.
        input: String,
        /// Why it is taken not to be text.
        problem: String,
    },
    /// A feed, wire message or other structured input that does not follow its format.
    #[error("{input}{}: not a readable {form}: {problem}", line.map(|n| format!(", line {n}")).unwrap_or_default())]
    Malformed {
        /// The input as the user named it.
        input: String,
        /// What it sets out to be: `feed`, `NewsML-G2` and the like.
        form: &'static str,
        /// Where, counted from 1, if known.
        line: Option<u32>,
        /// What is wrong with it.
        problem: String,
    },
    /// Inputs that could be read, and none of whose stories was taken.
    #[error("{input}: no story was taken{}{}", match looked_at { 0 => " (there is none)".to_owned(), 1 => String::new(), n => format!(" of {n}") }, first.as_ref().map(|f| format!("; {f}")).unwrap_or_default())]
    NoStory {
        /// The inputs as the user named them.
        input: String,
        /// How many stories were looked at and left out.
        looked_at: usize,
        /// The first of them, and why.
        first: Option<String>,
    },
    /// A story that must not be voiced: embargoed, killed, withheld or expired.
    #[error("{input}: {problem}")]
    NotForAir {
        /// The input as the user named it, with the story where it holds several.
        input: String,
        /// Why it must not go out.
        problem: String,
        /// What would let it, or what to do instead.
        cure: &'static str,
    },
    /// An address that could not be fetched.
    #[error("{url}: {problem}")]
    Fetch {
        /// The address as given, without user name and password.
        url: String,
        /// What went wrong, and at which address after redirects.
        problem: String,
        /// What would help.
        cure: String,
    },
    /// A language without a normaliser of ours.
    #[error("{input}: the text is in {language}, which has no normaliser yet")]
    Language {
        /// The input as the user named it.
        input: String,
        /// The language's name or code.
        language: String,
    },
    /// A script in which nothing can be spoken.
    #[error("{input}: nothing in it can be spoken")]
    NothingToSay {
        /// The input as the user named it.
        input: String,
    },
    /// No voice of this name.
    #[error("no voice called \"{name}\"")]
    UnknownVoice {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A voice that cannot do what was asked of it.
    #[error("voice \"{voice}\": {problem}")]
    Voice {
        /// The voice's name.
        voice: String,
        /// What is wrong.
        problem: String,
        /// What would help, where it is known.
        cure: Option<String>,
    },
    /// An engine failed on one sentence.
    #[error("voice \"{voice}\" failed on \"{sentence}\": {problem}")]
    Engine {
        /// The voice's name.
        voice: String,
        /// The spoken sentence, shortened.
        sentence: String,
        /// What the engine said.
        problem: String,
        /// What would help, where it is known.
        cure: Option<String>,
    },
    /// A profile, rundown, lexicon or settings file that does not parse or contradicts itself.
    #[error("{place}: {problem}")]
    Config {
        /// File and line, environment variable or flag.
        place: String,
        /// What is wrong with it.
        problem: String,
        /// What would be right.
        cure: String,
    },
    /// Names and unknown words that no lexicon covers, where the house wants none.
    #[error("no lexicon covers {count} names or unknown words, \"{first}\" first among them")]
    UncoveredNames {
        /// How many.
        count: usize,
        /// The most prominent.
        first: String,
    },
    /// Audio that cannot be handled.
    #[error("sound: {0}")]
    Sound(String),
    /// A file that is not audio we can measure.
    #[error("{}: not a WAV file that can be measured: {problem}", path.display())]
    NotAudio {
        /// The file.
        path: PathBuf,
        /// What was found instead.
        problem: String,
    },
    /// The programme could not be made as asked.
    #[error("programme: {problem}")]
    Programme {
        /// What is wrong.
        problem: String,
        /// What would work.
        cure: String,
    },
    /// A script could not be read aloud by the system's voices.
    #[error("reading aloud: {problem}")]
    ReadingAloud {
        /// What is wrong.
        problem: String,
        /// What would help.
        cure: String,
    },
    /// A podcast's feed could not be kept.
    #[error("{}: {problem}", path.display())]
    Feed {
        /// The feed's file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
        /// What would work.
        cure: &'static str,
    },
    /// A measured file missed its target; the measurements were printed.
    #[error("{} misses its target", path.display())]
    AuditFailed {
        /// The file.
        path: PathBuf,
    },
}

impl Error {
    /// The next step for the user, as one sentence without a final stop; `None` where the message says it all.
    ///
    /// # Examples
    /// ```
    /// let error = bulletin::Error::UnknownVoice { name: "bob".into(), known: vec!["pico-en-gb".into()] };
    /// assert_eq!(error.hint().unwrap(), "the voices are: pico-en-gb; `bulletin voices list` describes them");
    /// ```
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                "check the spelling of the path; `-` reads standard input".into()
            }
            Self::Read { .. } => "check that the file exists and that you may read it".into(),
            Self::Write { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                "free some space or name another disk with -o; nothing was left behind".into()
            }
            Self::Write { .. } => "check that the folder exists and that you may write there".into(),
            Self::Path { cure, .. } | Self::NotForAir { cure, .. } | Self::Feed { cure, .. } => (*cure).into(),
            Self::TooLarge { .. } => "split the input, or give the article without its page".into(),
            Self::EmptyArticle { dropped: 0, .. } => "give a file that holds the text of an article".into(),
            Self::EmptyArticle { input, .. } => {
                format!("`bulletin extract {input}` shows what was left out and why")
            }
            Self::NotText { .. } => {
                "give plain text in UTF-8, UTF-16 or Windows-1252; convert documents to text first".into()
            }
            Self::NoStory { .. } => {
                "`bulletin extract` shows what an input holds; --since, --match and --take choose among a feed's entries"
                    .into()
            }
            Self::Malformed { form: "article", .. } => {
                "give the page of one story, or have its feed read as a feed".into()
            }
            Self::Malformed { .. } => {
                "ask the sender for a whole file that follows the format, or give the story as plain text"
                    .into()
            }
            Self::Language { .. } => {
                "English is spoken today; if the text is English, say so with --language en".into()
            }
            Self::NothingToSay { input } => {
                format!("`bulletin script {input}` shows what became of the text")
            }
            Self::UnknownVoice { name, known } => {
                let meant = suggest::did_you_mean(name, known.iter().map(String::as_str));
                format!("{meant}the voices are: {}; `bulletin voices list` describes them", known.join(", "))
            }
            Self::Voice { cure: Some(cure), .. }
            | Self::Engine { cure: Some(cure), .. }
            | Self::Config { cure, .. }
            | Self::Programme { cure, .. }
            | Self::Fetch { cure, .. }
            | Self::ReadingAloud { cure, .. } => cure.clone(),
            Self::Voice { .. } | Self::Engine { .. } => "try another voice with --voice".into(),
            Self::UncoveredNames { .. } => {
                "`bulletin script --names` lists them; give each an entry in the lexicon".into()
            }
            Self::NotAudio { .. } => "audit reads PCM and float WAV files".into(),
            Self::Sound(_) | Self::AuditFailed { .. } => return None,
        })
    }

    /// The process's exit code: 1 for failed work, 2 for wrong usage.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::UnknownVoice { .. } | Self::Config { .. } | Self::Path { .. } => 2,
            _ => 1,
        }
    }
}
