//! The flags, as types.

use crate::article::Kind;
use crate::article::feed::{Selection, Since};
use crate::config::{Disclosure, Layer, Names, RESERVED, is_name};
use crate::deliver::compressed::Codec;
use crate::deliver::{Outputs, Picture, captions, feed, transcript};
use crate::gather::{self, Kill};
use crate::normalise::Locale;
use crate::programme::master::Layout;
use crate::rundown::{Clock, Date};
use crate::units::Seconds;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;
use jiff::{Timestamp, Zoned};
use std::path::PathBuf;

/// Turns news articles into air-ready audio bulletins, offline.
#[derive(Debug, Parser)]
#[command(name = "bulletin", version, about, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some of a batch failed.")]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make one bulletin from articles
    Produce(Produce),
    /// Make many bulletins: from briefings, or one of each article
    Batch(Batch),
    /// Show the speakable script with timings; voices nothing
    Script(Script),
    /// Turn written lines into spoken lines: one line in, one line out
    Normalise(Normalise),
    /// Show the article found in an input, and what was left out and why
    Extract(Extract),
    /// Speak a text into a file, to try a voice or a pronunciation
    Say(Say),
    /// Read a script aloud, live, by the system's voices; makes no file
    Read(Read),
    /// What can speak
    Voices(Voices),
    /// Pronunciations and rewrites
    Lexicon(Lexicon),
    /// Measure a finished file against its target
    Audit(Audit),
    /// The takes that are kept for the next time
    Cache(Cache),
    /// Show the settings in force and where each comes from
    Config(Config),
    /// Print completions for a shell
    Completions(Completions),
    /// Print the manual page
    Man,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Produce {
    /// Articles, feeds and wires: files, folders, addresses, a briefing, or `-` for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,
    /// The file to make: .wav, .flac, .mp3 or .opus [default: the briefing's output, the house's pattern, or bulletin.wav]
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    #[command(flatten)]
    pub(super) make: MakeFlags,
}

#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, ClapArgs)]
pub(super) struct Batch {
    /// Briefings, folders of briefings, or what to make one bulletin of each story of: files, folders, addresses
    #[arg(required = true, value_name = "BRIEFING|FOLDER|INPUT")]
    pub(super) inputs: Vec<PathBuf>,
    /// The folder that outputs are made in [default: the working folder; needed for articles]
    #[arg(short, long, value_name = "FOLDER")]
    pub(super) out: Option<PathBuf>,
    /// Read and plan everything, say what would be made and how long it would be, and voice nothing
    #[arg(long)]
    pub(super) check: bool,
    /// Make those alone that failed the last time or never were made
    #[arg(long, conflicts_with = "force")]
    pub(super) retry_failed: bool,
    /// Make every bulletin, changed or not
    #[arg(long)]
    pub(super) force: bool,
    /// The most memory that bulletins in work may take up together
    #[arg(long, value_name = "MB")]
    pub(super) memory_mb: Option<u64>,
    #[command(flatten)]
    pub(super) make: MakeFlags,
}

/// What decides how a bulletin is made, one or many.
#[derive(Debug, ClapArgs)]
pub(super) struct MakeFlags {
    /// Voice every sentence, and keep no takes for the next time
    #[arg(long)]
    pub(super) no_cache: bool,
    /// How long making a bulletin may take: voices that would not be done in time pass their sentences on
    #[arg(long, value_name = "DURATION")]
    pub(super) deadline: Option<Seconds>,
    #[command(flatten)]
    pub(super) briefing: BriefingFlags,
    #[command(flatten)]
    pub(super) article: ArticleFlags,
    #[command(flatten)]
    pub(super) voice: VoiceFlags,
    #[command(flatten)]
    pub(super) cast: CastFlags,
    #[command(flatten)]
    pub(super) length: LengthFlags,
    #[command(flatten)]
    pub(super) rundown: RundownFlags,
    #[command(flatten)]
    pub(super) pauses: PauseFlags,
    #[command(flatten)]
    pub(super) sound: SoundFlags,
    #[command(flatten)]
    pub(super) outputs: OutputFlags,
    #[command(flatten)]
    pub(super) say: TalkFlags,
}

impl MakeFlags {
    pub(super) fn layer(&self) -> Layer {
        let layer = self.length.add_to(self.pauses.add_to(self.cast.add_to(self.voice.layer())));
        let layer = self.rundown.add_to(self.sound.add_to(layer));
        Layer { jobs: self.say.jobs, deadline: self.deadline, ..self.outputs.add_to(layer) }
    }
}

/// What is made beside the audio; each file has its name with another ending.
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Beside the audio")]
pub(super) struct OutputFlags {
    /// The same sound as flac, mp3 or opus, with tags and chapters
    #[arg(long, value_name = "CODEC", value_delimiter = ',')]
    also: Vec<Codec>,
    /// Captions that show what was written as it is heard
    #[arg(long, value_name = "FORMAT", value_enum, value_delimiter = ',')]
    captions: Vec<CaptionsArg>,
    /// A transcript (seven.transcript.txt)
    #[arg(long, value_name = "FORMAT", value_enum, value_delimiter = ',')]
    transcript: Vec<TranscriptArg>,
    /// When each word is heard (seven.words.json)
    #[arg(long)]
    words: bool,
    /// Chapters for podcast players (seven.chapters.json)
    #[arg(long)]
    chapters: bool,
    /// A page to listen, look and read along, all in one file (seven.html)
    #[arg(long)]
    page: bool,
    /// A picture of sound, stories and loudness: svg or png (seven.waveform.png), or a file that ends so
    #[arg(long, value_name = "FORMAT|FILE", value_delimiter = ',')]
    waveform: Vec<Picture>,
    /// A sidecar for Rivendell's `rdimport --xml` (seven.xml)
    #[arg(long)]
    rivendell: bool,
    /// A line for Liquidsoap and AzuraCast (seven.annotate)
    #[arg(long)]
    annotate: bool,
    /// Keep this podcast feed: the bulletin becomes its newest episode (the rest is under [feed] in the settings)
    #[arg(long, value_name = "FILE")]
    feed: Option<PathBuf>,
    /// Have the voice say at the end that it is synthetic; files say it anyway
    #[arg(long, value_name = "HOW", value_enum)]
    disclosure: Option<DisclosureArg>,
    /// The record: what was said where, from which words, by which voice (seven.record.json)
    #[arg(long)]
    record: bool,
}

impl OutputFlags {
    fn add_to(&self, mut layer: Layer) -> Layer {
        let outputs = Outputs {
            record: self.record,
            also: self.also.clone(),
            page: self.page,
            waveform: self.waveform.clone(),
            captions: self.captions.iter().map(|&format| format.into()).collect(),
            transcript: self.transcript.iter().map(|&format| format.into()).collect(),
            words: self.words,
            chapters: self.chapters,
            rivendell: self.rivendell,
            annotate: self.annotate,
        };
        layer.disclosure = self.disclosure.map(Into::into);
        layer.feed = self.feed.clone().map(|file| feed::Settings { file, ..feed::Settings::default() });
        layer.outputs = (outputs != Outputs::default()).then_some(outputs);
        layer
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DisclosureArg {
    Tagged,
    Spoken,
}

impl From<DisclosureArg> for Disclosure {
    fn from(how: DisclosureArg) -> Self {
        match how {
            DisclosureArg::Tagged => Self::Tagged,
            DisclosureArg::Spoken => Self::Spoken,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CaptionsArg {
    Vtt,
    Srt,
}

impl From<CaptionsArg> for captions::Format {
    fn from(format: CaptionsArg) -> Self {
        match format {
            CaptionsArg::Vtt => Self::Vtt,
            CaptionsArg::Srt => Self::Srt,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TranscriptArg {
    Txt,
    Md,
    Html,
}

impl From<TranscriptArg> for transcript::Format {
    fn from(format: TranscriptArg) -> Self {
        match format {
            TranscriptArg::Txt => Self::Txt,
            TranscriptArg::Md => Self::Md,
            TranscriptArg::Html => Self::Html,
        }
    }
}

fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as name=value")?;
    let name = name.trim();
    if !is_name(name) || RESERVED.contains(&name) {
        return Err(format!(
            "\"{name}\" is no name for a variable: take small letters, digits and _, and none of {}",
            RESERVED.join(", ")
        ));
    }
    Ok((name.to_owned(), value.to_owned()))
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Briefing")]
pub(super) struct BriefingFlags {
    /// A variable of the briefings, over their own (may be given several times)
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    set: Vec<(String, String)>,
}

impl BriefingFlags {
    /// The variables; of one given twice the last goes first.
    pub(super) fn set(&self) -> Vec<(String, String)> {
        self.set.iter().rev().cloned().collect()
    }
}

#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, ClapArgs)]
pub(super) struct Script {
    /// Articles, feeds and wires: files, folders, addresses, a briefing, or `-` for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,
    /// Print the spoken sentences alone, one a line
    #[arg(long, conflicts_with_all = ["diff", "explain", "json"])]
    pub(super) plain: bool,
    /// Print what was written below what is said, where they differ
    #[arg(long, conflicts_with = "json")]
    pub(super) diff: bool,
    /// List each expansion with its class and rule
    #[arg(long, conflicts_with = "json")]
    pub(super) explain: bool,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
    /// List the names and unknown words that no lexicon covers, most prominent first
    #[arg(long, conflicts_with_all = ["plain", "diff", "explain"])]
    pub(super) names: bool,
    /// Fail if there are names or unknown words that no lexicon covers
    #[arg(long)]
    pub(super) strict_names: bool,
    #[command(flatten)]
    pub(super) briefing: BriefingFlags,
    #[command(flatten)]
    pub(super) article: ArticleFlags,
    #[command(flatten)]
    pub(super) voice: VoiceFlags,
    #[command(flatten)]
    pub(super) cast: CastFlags,
    #[command(flatten)]
    pub(super) length: LengthFlags,
    #[command(flatten)]
    pub(super) rundown: RundownFlags,
    #[command(flatten)]
    pub(super) pauses: PauseFlags,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "The system's voices speak live and into no file: `produce` and `say` never use them.\n\n\
    Keys on a terminal: space pauses and goes on, → or n is the next sentence, ← or p the one before, ↓ or N the next \
    story, ↑ or P the one before, Home and End the first and the last sentence, q, Esc or Ctrl-C ends. A sentence that \
    was interrupted is begun again; stings and beds are not played."
)]
pub(super) struct Read {
    /// Articles, feeds and wires: files, folders, addresses, a briefing, or `-` for standard input
    #[arg(required_unless_present = "list_voices", value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,
    /// Begin at this sentence, counted from 1
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) from: usize,
    /// List the system's voices, and read nothing
    #[arg(long)]
    pub(super) list_voices: bool,
    /// Print each sentence as it begins, one a line, on a terminal too; no keys
    #[arg(long)]
    pub(super) plain: bool,
    /// Print what happens as JSON, one event a line; with --list-voices the voices
    #[arg(long, conflicts_with = "plain")]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) voice: SystemVoiceFlags,
    #[command(flatten)]
    pub(super) briefing: BriefingFlags,
    #[command(flatten)]
    pub(super) article: ArticleFlags,
    #[command(flatten)]
    pub(super) length: LengthFlags,
    #[command(flatten)]
    pub(super) rundown: RundownFlags,
    #[command(flatten)]
    pub(super) pauses: PauseFlags,
}

/// How the system's voice speaks: the house's voices and cast have no say in it.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Voice")]
pub(super) struct SystemVoiceFlags {
    /// The system's voice, by its name or a part of it (--list-voices) [default: the first that speaks the locale]
    #[arg(long, value_name = "NAME")]
    pub(super) voice: Option<String>,
    /// Where the copy was written: decides dates, numbers and the voice
    #[arg(long, value_enum)]
    pub(super) locale: Option<LocaleArg>,
    /// A choice of house style, such as years=thousands (may be given several times)
    #[arg(long, value_name = "CHOICE=VALUE", value_parser = style_choice)]
    pub(super) style: Vec<(String, String)>,
    /// Speed, 1.0 unchanged
    #[arg(long, value_name = "FACTOR")]
    pub(super) rate: Option<f64>,
    /// A lexicon for this reading, TOML or PLS, over the house's (may be given several times)
    #[arg(long, value_name = "FILE")]
    pub(super) lexicon: Vec<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Normalise {
    /// Where the copy was written
    #[arg(long, value_enum)]
    pub(super) locale: Option<LocaleArg>,
    /// A choice of house style, such as years=thousands (may be given several times)
    #[arg(long, value_name = "CHOICE=VALUE", value_parser = style_choice)]
    pub(super) style: Vec<(String, String)>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Extract {
    /// A file, folder, address, or `-` for standard input
    pub(super) input: PathBuf,
    /// Print the article as JSON
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) article: ArticleFlags,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Say {
    /// What to say, as it would be written
    pub(super) text: String,
    /// The file to make
    #[arg(short, long, value_name = "FILE", default_value = "say.wav")]
    pub(super) output: PathBuf,
    #[command(flatten)]
    pub(super) voice: VoiceFlags,
    #[command(flatten)]
    pub(super) talk: TalkFlags,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Voices {
    #[command(subcommand)]
    pub(super) command: VoicesCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum VoicesCommand {
    /// List the voices: those that can speak, and those that can be installed
    ///
    /// A star (*) stands at those that speak their language where no other is named, a dagger (†) at those whose licence has
    /// a note, which `bulletin voices show NAME` prints.
    List(VoicesList),
    /// Show all there is to know of one voice
    Show {
        /// Its name
        name: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Install a neural voice: one of the catalogue by its name, or a model of Piper's by its file or address
    Install(VoicesInstall),
    /// Remove an installed voice
    Remove {
        /// Its name
        name: String,
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, ClapArgs)]
pub(super) struct VoicesList {
    /// Only voices for this language: en, en-GB
    #[arg(long, value_name = "TAG")]
    pub(super) language: Option<String>,
    /// Only voices of this engine: pico, piper, http, command
    #[arg(long)]
    pub(super) engine: Option<String>,
    /// Only voices that are installed
    #[arg(long)]
    pub(super) installed: bool,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct VoicesInstall {
    /// A name that `bulletin voices list` shows, an .onnx file, or the address of one
    #[arg(value_name = "NAME|FILE|URL")]
    pub(super) voice: String,
    /// The configuration of a FILE or URL [default: the model's name with .json after it]
    #[arg(long, value_name = "FILE|URL")]
    pub(super) config: Option<String>,
    /// What to call the voice [default: its own name]
    #[arg(long)]
    pub(super) name: Option<String>,
    /// The SHA-256 that the model must have
    #[arg(long, value_name = "HEX")]
    pub(super) sha256: Option<String>,
    /// The licence of the voice, where you know it
    #[arg(long)]
    pub(super) licence: Option<String>,
    /// Install it again, or in place of another of this name
    #[arg(long)]
    pub(super) force: bool,
    /// Say nothing but errors
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Lexicon {
    #[command(subcommand)]
    pub(super) command: LexiconCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum LexiconCommand {
    /// Check lexicons and print, or speak, each entry
    Check(LexiconCheck),
}

#[derive(Debug, ClapArgs)]
pub(super) struct LexiconCheck {
    /// Lexicons, TOML or PLS; without any, those in force
    #[arg(value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Speak each entry into a file
    #[arg(long, value_name = "FILE")]
    pub(super) speak: Option<PathBuf>,
    /// Print JSON
    #[arg(long, conflicts_with = "speak")]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) voice: VoiceFlags,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Audit {
    /// A WAV file
    pub(super) file: PathBuf,
    /// Hold it to a preset instead of what its record says
    #[arg(long, value_name = "PRESET")]
    pub(super) target: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Cache {
    #[command(subcommand)]
    pub(super) command: CacheCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum CacheCommand {
    /// Say how many takes there are and how much room they take up
    Stat(CacheFlags),
    /// Remove every take; bulletins stay
    Clear(CacheFlags),
    /// Read every take, and remove those that are damaged
    Verify(CacheFlags),
}

#[derive(Debug, ClapArgs)]
pub(super) struct CacheFlags {
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Config {
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Completions {
    /// Which shell
    pub(super) shell: clap_complete::Shell,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Article")]
pub(super) struct ArticleFlags {
    /// The text's language (ISO 639-1), in place of our guess
    #[arg(long, value_name = "CODE")]
    pub(super) language: Option<String>,
    /// Keep lines of this kind in the story (may be given several times)
    #[arg(long, value_name = "KIND")]
    pub(super) keep: Vec<Kind>,
    /// Leave lines of this kind out: `list`, or a kind that is only suspected (may be given several times)
    #[arg(long, value_name = "KIND")]
    pub(super) drop: Vec<Kind>,
    /// Of each feed, take the newest N entries
    #[arg(long, value_name = "N")]
    pub(super) take: Option<usize>,
    /// Of each feed, take what is not older: a time (2025-04-03T06:00) or a length (6h, 2d)
    #[arg(long, value_name = "WHEN")]
    pub(super) since: Option<Since>,
    /// Of each feed, take entries that hold all of these words (may be given several times: any of them)
    #[arg(long = "match", value_name = "WORDS")]
    pub(super) matching: Vec<String>,
    /// Leave out entries of feeds that are only teasers, in place of fetching their pages
    #[arg(long)]
    pub(super) no_follow: bool,
    /// Voice stories that are under embargo
    #[arg(long)]
    pub(super) ignore_embargo: bool,
    /// Leave out a story wherever it turns up: a file by its path or the end of it, or an address (may be given several times)
    #[arg(long, value_name = "INPUT")]
    pub(super) kill: Vec<String>,
    /// Fetch from private and local addresses too
    #[arg(long)]
    pub(super) allow_private: bool,
    /// The present time, for embargoes and --since, in place of the clock's: 2025-04-03T06:00+01:00
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(super) now: Option<Zoned>,
}

fn time(text: &str) -> Result<Zoned, String> {
    let wrong = || format!("\"{text}\" is not a time; write it as 2025-04-03T06:00+01:00");
    let timestamp: Timestamp = text.parse().map_err(|_| wrong())?;
    // The offset as written, so that "since midnight" is the writer's midnight.
    let pieces = Pieces::parse(text).map_err(|_| wrong())?;
    let offset = match pieces.offset() {
        Some(PiecesOffset::Numeric(numeric)) => numeric.offset(),
        _ => Offset::UTC,
    };
    Ok(timestamp.to_zoned(offset.to_time_zone()))
}

impl ArticleFlags {
    /// How inputs are read: as the house does, but for what the flags say.
    pub(super) fn over(&self, house: gather::Settings) -> gather::Settings {
        let mut settings = house;
        settings.article.keep.extend(self.keep.iter().copied());
        settings.article.drop.extend(self.drop.iter().copied());
        settings.article.language.clone_from(&self.language);
        settings.selection =
            Selection { take: self.take, since: self.since, matching: self.matching.clone() };
        settings.follow &= !self.no_follow;
        settings.ignore_embargo |= self.ignore_embargo;
        settings.kill.extend(self.kill.iter().map(Kill::of));
        settings.net.allow_private |= self.allow_private;
        settings
    }
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Voice")]
pub(super) struct VoiceFlags {
    /// The voice's name (`bulletin voices list`)
    #[arg(long, value_name = "NAME")]
    pub(super) voice: Option<String>,
    /// Where the copy was written: decides dates, numbers and the voice
    #[arg(long, value_enum)]
    pub(super) locale: Option<LocaleArg>,
    /// A choice of house style, such as years=thousands (may be given several times)
    #[arg(long, value_name = "CHOICE=VALUE", value_parser = style_choice)]
    pub(super) style: Vec<(String, String)>,
    /// Speed, 1.0 unchanged
    #[arg(long, value_name = "FACTOR")]
    pub(super) rate: Option<f64>,
    /// Pitch, 1.0 unchanged
    #[arg(long, value_name = "FACTOR")]
    pub(super) pitch: Option<f64>,
    /// A lexicon for this bulletin, TOML or PLS, over the house's (may be given several times)
    #[arg(long, value_name = "FILE")]
    pub(super) lexicon: Vec<PathBuf>,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Voice")]
pub(super) struct CastFlags {
    /// The voice of the station's lines and the headlines, in place of --voice
    #[arg(long, value_name = "NAME")]
    pub(super) presenter: Option<String>,
    /// The voice of the stories, in place of --voice (may be given several times: in turn by story)
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) reader: Vec<String>,
    /// The voice of what is quoted in the stories; without it, a quotation is read with its sentence
    #[arg(long, value_name = "NAME")]
    pub(super) quotes: Option<String>,
    /// Who speaks where a voice cannot, before the embedded voice (may be given several times: in this order); `none`
    /// has the bulletin fail
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) fallback: Vec<String>,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Pauses")]
#[allow(clippy::struct_field_names, reason = "the names are the flags' own, and carry their unit")]
pub(super) struct PauseFlags {
    /// Silence after a sentence
    #[arg(long, value_name = "MS")]
    pub(super) sentence_pause_ms: Option<u32>,
    /// Silence after a paragraph
    #[arg(long, value_name = "MS")]
    pub(super) paragraph_pause_ms: Option<u32>,
    /// Silence after a headline
    #[arg(long, value_name = "MS")]
    pub(super) headline_pause_ms: Option<u32>,
    /// Silence after a story
    #[arg(long, value_name = "MS")]
    pub(super) story_pause_ms: Option<u32>,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Length")]
pub(super) struct LengthFlags {
    /// The most time a story may take, headline included: 30s, 1m30s, 90 or 1:30
    #[arg(long, value_name = "DURATION")]
    pub(super) max: Option<Seconds>,
    /// The length of the whole programme, to the frame: 2m, 1m30s, 90 or 1:30
    #[arg(long, value_name = "DURATION")]
    pub(super) duration: Option<Seconds>,
    /// The most sentences a story may have, headline not counted
    #[arg(long, value_name = "N")]
    pub(super) sentences: Option<usize>,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Sound")]
pub(super) struct SoundFlags {
    /// Loudness preset: podcast, mono, r128, aes, atsc, alexa
    #[arg(long, value_name = "PRESET")]
    pub(super) preset: Option<String>,
    /// Integrated loudness, over the preset's
    #[arg(long, value_name = "LUFS", allow_negative_numbers = true)]
    pub(super) loudness_lufs: Option<f64>,
    /// Highest true peak, over the preset's
    #[arg(long, value_name = "DBTP", allow_negative_numbers = true)]
    pub(super) peak_dbtp: Option<f64>,
    /// One channel instead of two
    #[arg(long)]
    pub(super) mono: bool,
    /// Bits a sample: 16 or 24
    #[arg(long, value_name = "BITS")]
    pub(super) bits: Option<u8>,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Rundown")]
pub(super) struct RundownFlags {
    /// What is played when: plain, hourly, headlines, briefing, or a TOML file
    #[arg(long, value_name = "NAME|FILE")]
    pub(super) rundown: Option<String>,
    /// The sting in front, in place of the rundown's own: a name, an audio file, or `none`
    #[arg(long, value_name = "NAME|FILE")]
    pub(super) sting: Option<String>,
    /// The station's name as it is said
    #[arg(long, value_name = "NAME")]
    pub(super) station: Option<String>,
    /// The edition's or programme's title
    #[arg(long, value_name = "TITLE")]
    pub(super) title: Option<String>,
    /// The edition's time of day, as its lines say it
    #[arg(long, value_name = "HH:MM")]
    pub(super) at: Option<Clock>,
    /// The edition's date, as its lines say it
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) date: Option<Date>,
}

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(super) struct TalkFlags {
    /// Worker threads
    #[arg(long, value_name = "N")]
    pub(super) jobs: Option<usize>,
    /// Say nothing but errors
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub(super) json: bool,
}

impl VoiceFlags {
    pub(super) fn layer(&self) -> Layer {
        Layer {
            voice: self.voice.clone(),
            locale: self.locale.map(Locale::from),
            style: style_table(&self.style),
            rate: self.rate,
            pitch: self.pitch,
            ..Layer::default()
        }
    }
}

#[cfg_attr(not(system_voices), allow(dead_code, reason = "a build without system voices reads nothing"))]
impl Read {
    pub(super) fn layer(&self) -> Layer {
        let SystemVoiceFlags { locale, style, rate, .. } = &self.voice;
        let (locale, style) = (locale.map(Locale::from), style_table(style));
        let layer = Layer { locale, style, rate: *rate, ..Layer::default() };
        self.rundown.add_to(self.length.add_to(self.pauses.add_to(layer)))
    }
}

impl Normalise {
    pub(super) fn layer(&self) -> Layer {
        Layer { locale: self.locale.map(Locale::from), style: style_table(&self.style), ..Layer::default() }
    }
}

fn style_choice(text: &str) -> Result<(String, String), String> {
    let (choice, value) = text.split_once('=').ok_or("write it as CHOICE=VALUE, such as years=thousands")?;
    Ok((choice.trim().replace('-', "_"), value.trim().to_owned()))
}

fn style_table(choices: &[(String, String)]) -> Option<toml::Table> {
    let table = choices.iter().map(|(choice, value)| (choice.clone(), value.as_str().into()));
    (!choices.is_empty()).then(|| table.collect())
}

impl CastFlags {
    pub(super) fn add_to(&self, layer: Layer) -> Layer {
        let names = |names: &[String]| (!names.is_empty()).then(|| Names(names.to_vec()));
        let (reader, fallback) = (names(&self.reader), names(&self.fallback));
        Layer { presenter: self.presenter.clone(), reader, quotes: self.quotes.clone(), fallback, ..layer }
    }
}

impl PauseFlags {
    pub(super) fn add_to(&self, layer: Layer) -> Layer {
        Layer {
            sentence_pause_ms: self.sentence_pause_ms,
            paragraph_pause_ms: self.paragraph_pause_ms,
            headline_pause_ms: self.headline_pause_ms,
            story_pause_ms: self.story_pause_ms,
            ..layer
        }
    }
}

impl LengthFlags {
    pub(super) fn add_to(&self, layer: Layer) -> Layer {
        Layer { max: self.max, duration: self.duration, sentences: self.sentences, ..layer }
    }
}

impl SoundFlags {
    pub(super) fn add_to(&self, layer: Layer) -> Layer {
        Layer {
            preset: self.preset.clone(),
            loudness_lufs: self.loudness_lufs,
            peak_dbtp: self.peak_dbtp,
            layout: self.mono.then_some(Layout::Mono),
            bits: self.bits,
            ..layer
        }
    }
}

impl RundownFlags {
    pub(super) fn add_to(&self, layer: Layer) -> Layer {
        Layer {
            rundown: self.rundown.clone(),
            sting: self.sting.clone(),
            station: self.station.clone(),
            title: self.title.clone(),
            at: self.at,
            date: self.date,
            ..layer
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum LocaleArg {
    #[value(name = "en-GB")]
    EnGb,
    #[value(name = "en-US")]
    EnUs,
}

impl From<LocaleArg> for Locale {
    fn from(arg: LocaleArg) -> Self {
        match arg {
            LocaleArg::EnGb => Self::EnGb,
            LocaleArg::EnUs => Self::EnUs,
        }
    }
}
