//! Flags, environment and files, resolved into what each stage calls its own.
//!
//! Later layers give way to earlier ones: flags > environment (`BULLETIN_*`) > `bulletin.toml` in the working folder
//! > the user's `bulletin/bulletin.toml` > built in. Every value remembers where it came from.

mod briefing;
mod cast;
mod rundown;

pub use briefing::{Briefing, Occasion, slug};
pub(crate) use briefing::{RESERVED, is_name};
pub use cast::Names;

use crate::article::{self, HousePattern, Kind};
use crate::cache;
use crate::deliver::wav::{self, Depth};
use crate::deliver::{Outputs, compressed, feed};
use crate::gather;
use crate::job::{HouseTable, Job};
use crate::lexicon::{self, Entry};
use crate::net;
use crate::normalise::{Locale, Style};
use crate::programme::master::{self, Layout};
use crate::rundown::{Clock, Date};
use crate::script::edit;
use crate::units::{Dbtp, Lufs, Seconds};
use crate::{Error, Result, voice};
use etcetera::BaseStrategy as _;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longest settings file read.
const LIMIT_BYTES: u64 = 16 * 1024 * 1024;

macro_rules! layer {
    ($($(#[doc = $doc:literal])* $field:ident: $type:ty,)*) => {
        /// What one layer says; what it leaves open is for the next.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Layer {
            $($(#[doc = $doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $field: Option<$type>,)*
        }

        impl Layer {
            /// The names of all settings, in the order they are printed.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($field)),*];

            /// Takes over what a layer below says and `self` leaves open; returns the names of what was taken.
            ///
            /// Style is taken choice by choice, outputs are added up, a feed is taken field by field. Whoever names a voice for everyone does not mean the cast below.
            fn take_below(&mut self, other: Layer) -> Vec<&'static str> {
                let other = if self.voice.is_some() { other.without_cast() } else { other };
                if let (Some(ours), Some(theirs)) = (&mut self.style, &other.style) {
                    for (choice, value) in theirs {
                        if !ours.contains_key(choice) {
                            ours.insert(choice.clone(), value.clone());
                        }
                    }
                }
                if let (Some(ours), Some(theirs)) = (&mut self.outputs, &other.outputs) {
                    ours.add(theirs);
                }
                if let (Some(ours), Some(theirs)) = (&mut self.feed, &other.feed) {
                    ours.fill_from(theirs);
                }
                self.fill_from(other)
            }

            /// As [`Layer::take_below`], setting by setting and no further.
            fn fill_from(&mut self, other: Layer) -> Vec<&'static str> {
                let mut taken = Vec::new();
                $(if self.$field.is_none() && other.$field.is_some() {
                    self.$field = other.$field;
                    taken.push(stringify!($field));
                })*
                taken
            }
        }
    };
}

layer! {
    /// The voice's name: everyone's who is not named below.
    voice: String,
    /// The voice of the station's lines and the headlines.
    presenter: String,
    /// The voices of the stories, in turn.
    reader: Names,
    /// The voice of what is quoted in stories.
    quotes: String,
    /// Who speaks where a voice cannot, in order, before the embedded voice; `none` has the bulletin fail.
    fallback: Names,
    /// How long a bulletin may take to make; voices that would not be done in time pass their sentences on.
    deadline: Seconds,
    /// Where the copy was written: `en-GB` or `en-US`.
    locale: Locale,
    /// Speed on top of the voice's own.
    rate: f64,
    /// Pitch on top of the voice's own.
    pitch: f64,
    /// A loudness preset: podcast, mono, r128, aes, atsc, alexa.
    preset: String,
    /// Integrated loudness, over the preset's.
    loudness_lufs: f64,
    /// Highest true peak, over the preset's.
    peak_dbtp: f64,
    /// `stereo` or `mono`, over the preset's.
    layout: Layout,
    /// Bits a sample: 16 or 24.
    bits: u8,
    /// What the file says of itself beside what is in it: the fields of `wav::Settings`.
    wav: wav::Settings,
    /// What is made beside the audio, those of all layers together: the fields of `deliver::Outputs`.
    outputs: Outputs,
    /// How MP3 and Opus are made: the fields of `compressed::Settings`.
    compressed: compressed::Settings,
    /// Whether listeners are told that the voice is synthetic: `tagged` in what files say of themselves, `spoken` at the
    /// end, too.
    disclosure: Disclosure,
    /// What a bulletin's file is called where nothing else says so: `news/{station}-{date}-{slot}.wav`.
    output: String,
    /// The podcast's feed: the fields of `feed::Settings`.
    feed: feed::Settings,
    /// What is played when: plain, hourly, headlines, briefing, or a file.
    rundown: String,
    /// The sting in front in place of the rundown's own: one of ours, a file, or `none`.
    sting: String,
    /// The station's name as it is said.
    station: String,
    /// The edition's or programme's title.
    title: String,
    /// The edition's time of day: `07:00`.
    at: Clock,
    /// The edition's date: `2026-03-03`.
    date: Date,
    /// Worker threads.
    jobs: usize,
    /// The most memory that bulletins of a batch in work may take up together, in megabytes of a million bytes.
    memory_mb: u64,
    /// Silence after a sentence.
    sentence_pause_ms: u32,
    /// Silence after a paragraph.
    paragraph_pause_ms: u32,
    /// Silence after a headline.
    headline_pause_ms: u32,
    /// Silence after a story.
    story_pause_ms: u32,
    /// The most time a story may take: `30s`, `1m30s`, `90` or `1:30`.
    max: Seconds,
    /// The length of the whole programme, to the frame, written as `max` is.
    duration: Seconds,
    /// The most sentences a story may have, headline not counted.
    sentences: usize,
    /// Kinds of lines that stay in stories although they would be left out.
    keep: Vec<Kind>,
    /// Kinds of lines that are left out although they would stay.
    drop: Vec<Kind>,
    /// The house's own lines that are no story: `pattern` (a regular expression for the whole line) and `kind`.
    patterns: Vec<HousePattern>,
    /// Limits and rules of fetching: the fields of `net::Settings`.
    net: net::Settings,
    /// House style: a table of the choices of `normalise::Style`.
    style: toml::Table,
    /// Rows of the house's own for the normaliser's tables, TOML or TSV, beside `normalise.toml` in the user's folder.
    tables: Vec<PathBuf>,
    /// The house's lexicons, TOML or PLS, beside `lexicon.toml` in the user's folder.
    lexicons: Vec<PathBuf>,
    /// Where takes and voices' data are kept.
    cache_folder: PathBuf,
    /// Where installed voices are kept.
    voices_folder: PathBuf,
    /// Where voices are fetched from that are installed by name: the address of a copy of Piper's voices.
    voices_mirror: String,
    /// The most room takes may have on disk, in megabytes of a million bytes.
    cache_limit_mb: u64,
}

/// How it is told that no person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Disclosure {
    /// In what files say of themselves, captions and pages.
    #[default]
    Tagged,
    /// There, and by the voice itself after the last story.
    Spoken,
}

/// Longest name of a station or title: what is said in a breath.
const MOST_NAME_BYTES: usize = 200;

/// Longest pause that makes sense in a bulletin.
const MOST_PAUSE_MS: u32 = 30_000;

/// The time a story may take, in seconds: less cannot hold a sentence, more is no story.
const STORY_S: std::ops::RangeInclusive<f64> = 1.0..=86_400.0;

/// The time a bulletin may take to make, in seconds.
const DEADLINE_S: std::ops::RangeInclusive<f64> = 1.0..=86_400.0;

/// A programme is longer than its sting and fits a WAV file.
const PROGRAMME_S: std::ops::RangeInclusive<f64> = 5.0..=21_600.0;

/// The settings in force and where each came from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    /// The values; what is still open is built in.
    pub values: Layer,
    /// Name of a setting and the place that set it.
    pub origins: Vec<(&'static str, String)>,
    /// The user's own folder of settings and voices.
    pub user_folder: Option<PathBuf>,
}

impl Config {
    /// Resolves flags, then the environment as given, then `bulletin.toml` in `folder`, then the user's.
    ///
    /// # Errors
    /// [`Error::Config`] for a value or file that makes no sense, with its place and the cure.
    pub fn resolve(
        flags: Layer,
        environment: impl IntoIterator<Item = (String, String)>,
        folder: &Path,
    ) -> Result<Self> {
        Self::resolve_over(flags, environment, None, folder)
    }

    /// The same with a briefing's settings between the environment and `bulletin.toml`.
    ///
    /// # Errors
    /// As [`Config::resolve`].
    pub fn resolve_over(
        flags: Layer,
        environment: impl IntoIterator<Item = (String, String)>,
        briefing: Option<&Briefing>,
        folder: &Path,
    ) -> Result<Self> {
        let mut config = Self::default();
        config.take(flags, "flag");
        // Variables are one layer, in whatever order they come.
        let mut variables = Layer::default();
        let mut origins = Vec::new();
        for (name, value) in environment {
            let Some(key) = name.strip_prefix("BULLETIN_") else { continue };
            let key = key.to_ascii_lowercase();
            // Other tools may use the prefix; only our own names are ours to judge.
            if Layer::NAMES.contains(&key.as_str()) {
                let taken = variables.fill_from(parse_variable(&name, &key, &value)?);
                origins.extend(taken.into_iter().map(|setting| (setting, name.clone())));
            }
        }
        for setting in config.values.take_below(variables) {
            let origin =
                origins.iter().find(|(known, _)| *known == setting).map(|(_, origin)| origin.clone());
            config.origins.push((setting, origin.unwrap_or_default()));
        }
        if let Some(briefing) = briefing {
            config.take(briefing.layer.clone(), &briefing.place);
        }
        config.user_folder = etcetera::choose_base_strategy().ok().map(|s| s.config_dir().join("bulletin"));
        let mut files = vec![folder.join("bulletin.toml")];
        files.extend(config.user_folder.as_ref().map(|f| f.join("bulletin.toml")));
        for path in files {
            if let Some(layer) = read_layer(&path)? {
                config.take(layer, &path.display().to_string());
            }
        }
        config.check()?;
        Ok(config)
    }

    fn take(&mut self, layer: Layer, origin: &str) {
        for name in self.values.take_below(layer) {
            self.origins.push((name, origin.to_owned()));
        }
    }

    /// Where a setting came from; `built in` when nothing set it.
    pub fn origin(&self, name: &str) -> &str {
        self.origins.iter().find(|(n, _)| *n == name).map_or("built in", |(_, origin)| origin)
    }

    fn wrong(&self, name: &str, problem: String, cure: &str) -> Error {
        let origin = self.origin(name);
        let place = if origin == "flag" {
            format!("--{}", name.replace('_', "-"))
        } else {
            format!("{origin}, {name}")
        };
        Error::Config { place, problem, cure: cure.to_owned() }
    }

    fn check(&self) -> Result<()> {
        let v = &self.values;
        for (name, value, low, high) in [
            ("rate", v.rate, 0.5, 2.0),
            ("pitch", v.pitch, 0.5, 2.0),
            ("loudness_lufs", v.loudness_lufs, -40.0, -8.0),
            ("peak_dbtp", v.peak_dbtp, -20.0, 0.0),
        ] {
            if let Some(value) = value.filter(|value| !(low..=high).contains(value)) {
                return Err(self.wrong(
                    name,
                    format!("{value} is out of range"),
                    &format!("give {low} to {high}"),
                ));
            }
        }
        for (name, value) in [
            ("sentence_pause_ms", v.sentence_pause_ms),
            ("paragraph_pause_ms", v.paragraph_pause_ms),
            ("headline_pause_ms", v.headline_pause_ms),
            ("story_pause_ms", v.story_pause_ms),
        ] {
            if let Some(value) = value.filter(|&value| value > MOST_PAUSE_MS) {
                return Err(self.wrong(
                    name,
                    format!("{value} is out of range"),
                    "give 0 to 30000 milliseconds",
                ));
            }
        }
        if let Some(duration) = v.duration.filter(|duration| !PROGRAMME_S.contains(&duration.0)) {
            let problem = format!("{duration} is out of range");
            return Err(self.wrong("duration", problem, "give 5 seconds to 6 hours"));
        }
        if let Some(max) = v.max.filter(|max| !STORY_S.contains(&max.0)) {
            return Err(self.wrong("max", format!("{max} is out of range"), "give 1 second to 24 hours"));
        }
        if let Some(deadline) = v.deadline.filter(|deadline| !DEADLINE_S.contains(&deadline.0)) {
            return Err(self.wrong(
                "deadline",
                format!("{deadline} is out of range"),
                "give 1 second to 24 hours",
            ));
        }
        if v.sentences == Some(0) {
            return Err(self.wrong("sentences", "a story needs one at least".into(), "give 1 or more"));
        }
        if let Some(bits) = v.bits.filter(|bits| ![16, 24].contains(bits)) {
            return Err(self.wrong("bits", format!("{bits} bits cannot be written"), "give 16 or 24"));
        }
        if let Some((problem, cure)) = v.wav.as_ref().and_then(wav::Settings::fault) {
            return Err(self.wrong("wav", problem, &cure));
        }
        if let Some((problem, cure)) = v.compressed.as_ref().and_then(compressed::Settings::fault) {
            return Err(self.wrong("compressed", problem, &cure));
        }
        if let Some((problem, cure)) = v.feed.as_ref().and_then(feed::Settings::fault) {
            return Err(self.wrong("feed", problem, &cure));
        }
        if let Some(jobs) = v.jobs.filter(|jobs| !(1..=256).contains(jobs)) {
            return Err(self.wrong("jobs", format!("{jobs} threads make no sense"), "give 1 to 256"));
        }
        let is_web = |address: &str| {
            url::Url::parse(address)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        };
        if let Some(mirror) = v.voices_mirror.as_ref().filter(|mirror| !is_web(mirror.trim())) {
            let problem = format!("\"{}\" is no http or https address", net::without_credentials(mirror));
            let cure = "give the address that the folder `en` of Piper's voices is under";
            return Err(self.wrong("voices_mirror", problem, cure));
        }
        for (name, value) in [("station", &v.station), ("title", &v.title)] {
            let Some(value) = value else { continue };
            if value.trim().is_empty() || value.len() > MOST_NAME_BYTES || value.contains(char::is_control) {
                let cure = format!("give one line of at most {MOST_NAME_BYTES} bytes, as it is said");
                return Err(self.wrong(name, "this is no name".into(), &cure));
            }
        }
        self.style()?;
        self.master().map(|_| ())
    }

    /// How numbers and the rest are said.
    ///
    /// # Errors
    /// [`Error::Config`] for a choice that does not exist.
    pub fn style(&self) -> Result<Style> {
        let table = self.values.style.clone().unwrap_or_default();
        let mut style: Style = toml::Value::Table(table).try_into().map_err(|e: toml::de::Error| {
            let choices = toml::Table::try_from(Style::default()).unwrap_or_default();
            let names: Vec<_> = choices.keys().map(String::as_str).collect();
            self.wrong("style", e.message().to_owned(), &format!("the choices are: {}", names.join(", ")))
        })?;
        style.locale = self.values.locale.unwrap_or(style.locale);
        Ok(style)
    }

    /// The house's own rows for the normaliser's tables: the user's `normalise.toml`, then the files named.
    ///
    /// # Errors
    /// [`Error::Read`] for a file that cannot be read.
    pub fn house_tables(&self) -> Result<Vec<HouseTable>> {
        let own = self
            .user_folder
            .as_ref()
            .map(|folder| folder.join("normalise.toml"))
            .filter(|path| path.is_file());
        own.iter()
            .chain(self.values.tables.iter().flatten())
            .map(|path| {
                // A tab-separated file is named after the table it adds to.
                let tsv = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("tsv"));
                let table = path.file_stem().filter(|_| tsv).map(|stem| stem.to_string_lossy().into_owned());
                Ok(HouseTable { table, place: path.display().to_string(), text: read_text(path)? })
            })
            .collect()
    }

    /// What programmes are mastered to.
    ///
    /// # Errors
    /// [`Error::Config`] for a preset that does not exist.
    pub fn master(&self) -> Result<master::Settings> {
        let v = &self.values;
        let mut settings = match &v.preset {
            None => master::Settings::default(),
            Some(name) => master::preset(name).ok_or_else(|| {
                self.wrong(
                    "preset",
                    format!("there is no preset called \"{name}\""),
                    &format!("the presets are: {}", master::PRESETS.join(", ")),
                )
            })?,
        };
        if let Some(lufs) = v.loudness_lufs {
            settings.loudness = Lufs(lufs);
        }
        if let Some(dbtp) = v.peak_dbtp {
            settings.peak = Dbtp(dbtp);
        }
        if let Some(layout) = v.layout {
            settings.layout = layout;
        }
        Ok(settings)
    }

    /// A job with these settings and no articles yet.
    ///
    /// # Errors
    /// As [`Config::master`] and [`Config::rundown`].
    pub fn job(&self) -> Result<Job> {
        let v = &self.values;
        let mut job =
            Job { voice: v.voice.clone(), cast: self.cast(), master: self.master()?, ..Job::default() };
        job.fallback = v.fallback.clone().unwrap_or_default().0;
        job.rate = v.rate.unwrap_or(job.rate);
        job.pitch = v.pitch.unwrap_or(job.pitch);
        job.style = self.style()?;
        job.house_tables = self.house_tables()?;
        if v.bits == Some(24) {
            job.depth = Depth::Bits24;
        }
        job.wav = v.wav.clone().unwrap_or_default();
        job.outputs = self.outputs();
        job.compressed = v.compressed.unwrap_or_default();
        (job.rundown, job.sounds) = self.rundown()?;
        job.duration_s = v.duration.map(|duration| duration.0);
        job.edit = edit::Settings { max_s: v.max.map(|max| max.0), sentences: v.sentences };
        let pauses = &mut job.script;
        for (ours, given) in [
            (&mut pauses.sentence_pause_ms, v.sentence_pause_ms),
            (&mut pauses.paragraph_pause_ms, v.paragraph_pause_ms),
            (&mut pauses.headline_pause_ms, v.headline_pause_ms),
            (&mut pauses.story_pause_ms, v.story_pause_ms),
        ] {
            *ours = given.unwrap_or(*ours);
        }
        Ok(job)
    }

    /// What is made beside the audio.
    pub fn outputs(&self) -> Outputs {
        self.values.outputs.clone().unwrap_or_default()
    }

    /// What a bulletin of `today` is called by the house's pattern, where it has one.
    ///
    /// # Errors
    /// [`Error::Config`] for a variable that has no value, or a pattern that names no file.
    pub fn output(&self, today: jiff::civil::Date) -> Result<Option<PathBuf>> {
        let v = &self.values;
        let Some(pattern) = &v.output else { return Ok(None) };
        let date = v.date.map_or(today, |date| date.0);
        let at = v.at.map(|at| at.to_string());
        briefing::output_named(
            pattern,
            [
                ("name", Some("bulletin".to_owned())),
                ("station", v.station.clone()),
                ("title", v.title.clone()),
                ("date", Some(date.to_string())),
                ("weekday", Some(date.strftime("%A").to_string().to_lowercase())),
                ("slot", at.as_ref().map(|at| at.replace(':', ""))),
                ("time", at),
            ],
        )
        .map(Some)
        .map_err(|(problem, cure)| self.wrong("output", problem, &cure))
    }

    /// The podcast's feed, where one is kept; its author is the station, its language the copy's, unless it says otherwise.
    pub fn feed(&self) -> Option<feed::Settings> {
        let mut feed = self.values.feed.clone()?;
        if feed.author.is_none() {
            feed.author.clone_from(&self.values.station);
        }
        if feed.language == feed::Settings::default().language {
            feed.language = self.values.locale.unwrap_or(Style::default().locale).tag().into();
        }
        Some(feed)
    }

    /// How inputs are read: the house's kinds and patterns, and its rules of fetching. Fetched pages are kept in the
    /// cache folder unless the house names another.
    pub fn gather(&self) -> gather::Settings {
        let v = &self.values;
        let mut net = self.net();
        net.cache_folder.get_or_insert_with(|| self.cache_folder().join("pages"));
        gather::Settings {
            article: article::Settings {
                keep: v.keep.iter().flatten().copied().collect(),
                drop: v.drop.iter().flatten().copied().collect(),
                patterns: v.patterns.clone().unwrap_or_default(),
                ..article::Settings::default()
            },
            net,
            ..gather::Settings::default()
        }
    }

    /// Limits and rules of the network.
    pub fn net(&self) -> net::Settings {
        self.values.net.clone().unwrap_or_default()
    }

    /// Where installed voices are kept.
    pub fn voices_folder(&self) -> PathBuf {
        self.values.voices_folder.clone().unwrap_or_else(|| {
            etcetera::choose_base_strategy()
                .map_or_else(|_| std::env::temp_dir(), |strategy| strategy.data_dir())
                .join("bulletin/voices")
        })
    }

    /// Where voices are fetched from that are installed by name.
    pub fn voices_mirror(&self) -> String {
        self.values.voices_mirror.clone().unwrap_or_else(|| voice::store::MIRROR.into())
    }

    /// The entries in force: the user's `lexicon.toml`, the house's lexicons, then those given for this bulletin.
    ///
    /// # Errors
    /// [`Error::Read`] for a file that cannot be read; [`Error::Config`] for one that is refused.
    pub fn lexicon(&self, bulletin: &[PathBuf]) -> Result<Vec<Entry>> {
        let own =
            self.user_folder.as_ref().map(|folder| folder.join("lexicon.toml")).filter(|path| path.is_file());
        let house =
            own.iter().chain(self.values.lexicons.iter().flatten()).map(|path| (path, lexicon::Layer::House));
        let mut entries = Vec::new();
        for (path, layer) in house.chain(bulletin.iter().map(|path| (path, lexicon::Layer::Bulletin))) {
            entries.extend(read_lexicon(path, layer)?);
        }
        Ok(entries)
    }

    /// How long a bulletin may take to make.
    pub fn deadline(&self) -> Option<Duration> {
        self.values.deadline.map(|deadline| Duration::from_secs_f64(deadline.0))
    }

    /// Where files that can be made again are kept.
    pub fn cache_folder(&self) -> PathBuf {
        self.values.cache_folder.clone().unwrap_or_else(|| {
            etcetera::choose_base_strategy()
                .map_or_else(|_| std::env::temp_dir(), |strategy| strategy.cache_dir())
                .join("bulletin")
        })
    }

    /// Where takes are kept.
    pub fn takes_folder(&self) -> PathBuf {
        self.cache_folder().join("takes")
    }

    /// The most bytes that takes may have on disk.
    pub fn cache_limit_bytes(&self) -> u64 {
        self.values.cache_limit_mb.map_or(cache::LIMIT_BYTES, |mb| mb.saturating_mul(1_000_000))
    }

    /// The most bytes that bulletins in work may take up together: as set, else a thousand million, or more where there
    /// are more threads than that has room for.
    pub fn memory_bytes(&self) -> u64 {
        let built_in = (100 * self.threads() as u64).max(1000);
        self.values.memory_mb.unwrap_or(built_in).saturating_mul(1_000_000)
    }

    /// Worker threads: as set, else as many as there are cores.
    pub fn threads(&self) -> usize {
        self.values.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
    }
}

/// One variable, read as the value of its key in TOML, bare or as a string.
fn parse_variable(name: &str, key: &str, value: &str) -> Result<Layer> {
    toml::from_str(&format!("{key} = {value}"))
        .or_else(|_| toml::from_str(&format!("{key} = {}", toml::Value::from(value))))
        .map_err(|e| Error::Config {
            place: name.to_owned(),
            problem: format!("\"{value}\" cannot be its value: {}", e.message()),
            cure: "unset it, or see `bulletin config` for what is in force".into(),
        })
}

/// A lexicon file: PLS when it is XML, else TOML.
///
/// # Errors
/// [`Error::Read`], [`Error::TooLarge`], or [`Error::Config`] with file and line.
pub fn read_lexicon(path: &Path, layer: lexicon::Layer) -> Result<Vec<Entry>> {
    let text = read_text(path)?;
    let name = path.display().to_string();
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        lexicon::pls::parse(text.trim_start_matches('\u{feff}'), &name, layer)
    } else {
        lexicon::parse_toml(&text, &name, layer)
    }
}

/// A settings file's text, if it is not absurdly long.
fn read_text(path: &Path) -> Result<String> {
    let failed = |source| Error::Read { path: path.into(), source };
    let actual = std::fs::metadata(path).map_err(failed)?.len();
    if actual > LIMIT_BYTES {
        return Err(Error::TooLarge { input: path.display().to_string(), actual, limit: LIMIT_BYTES });
    }
    std::fs::read_to_string(path).map_err(failed)
}

/// The line that an error in a TOML text is about.
fn line_of(error: &toml::de::Error, text: &str) -> usize {
    error.span().map_or(1, |span| briefing::line_at(text, span.start))
}

fn read_layer(path: &Path) -> Result<Option<Layer>> {
    let text = match read_text(path) {
        Err(Error::Read { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    toml::from_str(&text).map(Some).map_err(|e| Error::Config {
        place: format!("{}:{}", path.display(), line_of(&e, &text)),
        problem: e.message().to_owned(),
        cure: format!("the settings are: {}", Layer::NAMES.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_before_environment_before_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("bulletin.toml"), "voice = \"file\"\nrate = 1.1\nbits = 24\n")
            .unwrap();
        let flags = Layer { voice: Some("flag".into()), ..Layer::default() };
        let environment = [
            ("BULLETIN_VOICE", "env"),
            ("BULLETIN_RATE", "1.2"),
            ("BULLETIN_LOCALE", "en-US"),
            ("BULLETIN_OTHER", "x"),
        ];
        let environment = environment.map(|(k, v)| (k.to_owned(), v.to_owned()));
        let config = Config::resolve(flags, environment, folder.path()).unwrap();
        assert_eq!(config.values.voice.as_deref(), Some("flag"));
        assert_eq!(config.values.rate, Some(1.2));
        assert_eq!(config.values.bits, Some(24));
        assert_eq!(config.values.locale, Some(Locale::EnUs));
        assert_eq!(config.origin("voice"), "flag");
        assert_eq!(config.origin("rate"), "BULLETIN_RATE");
        assert!(config.origin("bits").ends_with("bulletin.toml"));
        assert_eq!(config.origin("pitch"), "built in");
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let resolve = |flags: Layer, file: &str| {
            std::fs::write(folder.path().join("bulletin.toml"), file).unwrap();
            Config::resolve(flags, [], folder.path()).unwrap_err().to_string()
        };
        let error = resolve(Layer { rate: Some(7.0), ..Layer::default() }, "");
        assert_eq!(error, "--rate: 7 is out of range");
        let error = resolve(Layer { max: Some(Seconds(0.5)), ..Layer::default() }, "");
        assert_eq!(error, "--max: 0.5s is out of range");
        let error = resolve(Layer::default(), "sentences = 0");
        assert!(error.ends_with("bulletin.toml, sentences: a story needs one at least"), "{error}");
        let error = resolve(Layer::default(), "max = \"soon\"");
        assert!(error.contains("bulletin.toml:1: \"soon\" is no length of time"), "{error}");
        let error = resolve(Layer::default(), "bits = 16\nvoise = \"a\"");
        assert!(error.contains("bulletin.toml:2: unknown field `voise`"), "{error}");
        let error = resolve(Layer::default(), "preset = \"loud\"");
        assert!(error.contains("there is no preset called \"loud\""), "{error}");
    }

    #[test]
    fn a_length_reaches_the_job_from_flag_environment_and_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("bulletin.toml"), "max = \"1m30s\"\nsentences = 4\n").unwrap();
        let job = |flags: Layer, environment: &[(&str, &str)]| {
            let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
            Config::resolve(flags, environment, folder.path()).unwrap().job().unwrap().edit
        };
        assert_eq!(job(Layer::default(), &[]), edit::Settings { max_s: Some(90.0), sentences: Some(4) });
        for text in ["30s", "30", "0:30"] {
            assert_eq!(job(Layer::default(), &[("BULLETIN_MAX", text)]).max_s, Some(30.0), "{text}");
        }
        let flags = Layer { max: Some(Seconds(20.0)), sentences: Some(2), ..Layer::default() };
        assert_eq!(job(flags, &[]), edit::Settings { max_s: Some(20.0), sentences: Some(2) });
    }

    #[test]
    fn a_preset_and_what_overrides_it() {
        let folder = tempfile::tempdir().unwrap();
        let flags = Layer { preset: Some("r128".into()), peak_dbtp: Some(-3.0), ..Layer::default() };
        let master = Config::resolve(flags, [], folder.path()).unwrap().master().unwrap();
        assert_eq!((master.loudness, master.peak), (Lufs(-23.0), Dbtp(-3.0)));
    }
}
