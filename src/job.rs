//! One bulletin from request to files: the only place where the stages meet.

mod cast;
mod choose;
mod plan;
mod relay;
mod voicing;

pub use cast::{Cast, Casting};
pub use plan::Plan;

use crate::article::Article;
use crate::cache::Cache;
use crate::clock;
use crate::deliver::record::{Instead, Parts, Record};
use crate::deliver::wav::{self, Depth, Metadata, WavSink, Written};
use crate::deliver::{Delivered, Outputs, Package, compressed, feed};
use crate::event::{Event, Observer};
use crate::lexicon::Entry;
use crate::normalise::{House, Normaliser, Style};
use crate::programme::backtime::Backtimer;
use crate::programme::master::{self, Mastered};
use crate::programme::mix::{self, Mixer};
use crate::programme::sounds::{SoundFile, Sounds};
use crate::programme::takes::Takes;
use crate::programme::timeline::{Stretch, Timeline};
use crate::rundown;
use crate::script::{self, Script, edit};
use crate::threads::Threads;
use crate::units::{Frames, SampleRate};
use crate::voice::{self, Profile, Registry};
use crate::{Error, Result, files};
use jiff::Zoned;
use relay::Relay;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;
use voicing::{Cued, Spoken};

/// A request for one bulletin: plain values, nothing that means something on one machine only.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    /// The articles in order, each with the name of its input.
    pub articles: Vec<(String, Article)>,
    /// The voice's name; none takes the first for the style's locale.
    pub voice: Option<String>,
    /// Who speaks what, where it is not all one voice.
    #[serde(default)]
    pub cast: Cast,
    /// Who speaks where a voice cannot, in order, before the embedded voice of its language; `none` alone is nobody.
    #[serde(default)]
    pub fallback: Vec<String>,
    /// Speed on top of the voice's own, 1.0 unchanged.
    pub rate: f64,
    /// Pitch on top of the voice's own, 1.0 unchanged.
    pub pitch: f64,
    /// How numbers and the rest are said.
    pub style: Style,
    /// The house's own rows for the normaliser's tables.
    pub house_tables: Vec<HouseTable>,
    /// Pronunciations and rewrites in force, built-in ones apart.
    pub lexicon: Vec<Entry>,
    /// The silences of the script.
    pub script: script::Settings,
    /// How long each story may be.
    #[serde(default)]
    pub edit: edit::Settings,
    /// Seconds the whole programme is to take, to the frame.
    #[serde(default)]
    pub duration_s: Option<f64>,
    /// What the bulletin is built of.
    pub rundown: rundown::Settings,
    /// The station's own stings and beds, as far as the rundown names files.
    #[serde(default)]
    pub sounds: Vec<SoundFile>,
    /// Levels inside the mix.
    pub mix: mix::Settings,
    /// What it is mastered to.
    pub master: master::Settings,
    /// Bits a sample of the file.
    pub depth: Depth,
    /// What the file says of itself beside what is in it.
    #[serde(default)]
    pub wav: wav::Settings,
    /// What is made beside it.
    #[serde(default)]
    pub outputs: Outputs,
    /// How MP3 and Opus are made.
    #[serde(default)]
    pub compressed: compressed::Settings,
}

impl Default for Job {
    fn default() -> Self {
        Self {
            articles: Vec::new(),
            voice: None,
            cast: Cast::default(),
            fallback: Vec::new(),
            rate: 1.0,
            pitch: 1.0,
            style: Style::default(),
            house_tables: Vec::new(),
            lexicon: Vec::new(),
            script: script::Settings::default(),
            edit: edit::Settings::default(),
            duration_s: None,
            rundown: rundown::Settings::default(),
            sounds: Vec::new(),
            mix: mix::Settings::default(),
            master: master::Settings::default(),
            depth: Depth::default(),
            wav: wav::Settings::default(),
            outputs: Outputs::default(),
            compressed: compressed::Settings::default(),
        }
    }
}

/// A file of rows for the normaliser's tables, as its text: a job travels without its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseTable {
    /// The table a tab-separated file adds to; none for a TOML file, which names its tables itself.
    pub table: Option<String>,
    /// The file's name, for messages.
    pub place: String,
    /// Its text.
    pub text: String,
}

/// What a job needs from the machine it runs on.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The voices there are.
    pub voices: &'a Registry,
    /// What opening a voice needs; its cache folder also holds the spool of takes.
    pub voice_settings: &'a voice::Settings,
    /// The threads it may use beside its own.
    pub threads: &'a Threads,
    /// Takes spoken before; none has every sentence voiced.
    pub cache: Option<&'a Cache>,
    /// When the bulletin has to be there: voices that would not be done in time pass their sentences on.
    pub deadline: Option<Instant>,
    /// Who watches.
    pub observer: &'a dyn Observer,
}

impl<'a> Context<'a> {
    /// Without a cache of takes or a deadline.
    pub fn new(
        voices: &'a Registry,
        voice_settings: &'a voice::Settings,
        threads: &'a Threads,
        observer: &'a dyn Observer,
    ) -> Self {
        Self { voices, voice_settings, threads, cache: None, deadline: None, observer }
    }
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("threads", &self.threads).finish_non_exhaustive()
    }
}

/// What came of a job.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The file.
    pub path: PathBuf,
    /// Its record.
    pub record: Record,
    /// What was measured on what was written.
    pub mastered: Mastered,
    /// Every file that has the sound, this one first.
    pub audio: Vec<PathBuf>,
    /// What was written beside them.
    pub beside: Vec<PathBuf>,
}

impl Outcome {
    /// What was made beside the file that was asked for, in the order of [`Outputs::files`] or nearly so.
    pub fn others(&self) -> Vec<PathBuf> {
        self.audio.iter().chain(&self.beside).filter(|path| **path != self.path).cloned().collect()
    }

    /// Where its record is, if one was asked for.
    pub fn record_path(&self) -> Option<PathBuf> {
        Some(Record::path_beside(&self.path)).filter(|path| self.beside.contains(path))
    }

    /// Makes it an episode of a podcast.
    ///
    /// # Errors
    /// As [`feed::publish`].
    pub fn publish(&self, settings: &feed::Settings, now: &Zoned) -> Result<()> {
        let record = &self.record;
        let published = feed::published(record.date, record.time, now);
        let (audio, beside) = (&self.audio, &self.beside);
        feed::publish(settings, &feed::Episode { record, audio, beside, published })
    }
}

impl Job {
    /// The normaliser with the house's style and rows.
    ///
    /// # Errors
    /// [`Error::Config`] for rows that do not parse or contradict each other, with file and line.
    pub fn normaliser(&self) -> Result<Normaliser> {
        if self.house_tables.is_empty() {
            return Ok(Normaliser::new(self.style.clone()));
        }
        let mut house = House::default();
        for file in &self.house_tables {
            match &file.table {
                Some(table) => house.add_tsv(table, &file.place, &file.text)?,
                None => house.add_toml(&file.place, &file.text)?,
            }
        }
        Ok(Normaliser::with_house(self.style.clone(), &house))
    }

    /// The script of [`Job::plan`].
    ///
    /// # Errors
    /// As [`Job::plan`].
    pub fn script(&self, voices: &Registry) -> Result<Script> {
        Ok(self.plan(voices)?.script)
    }

    /// The voice the job is spoken with, but for what its cast says.
    ///
    /// # Errors
    /// [`Error::UnknownVoice`].
    pub fn profile<'a>(&self, voices: &'a Registry) -> Result<&'a Profile> {
        if let Some(name) = &self.voice {
            return voices.get(name);
        }
        let tag = self.style.locale.tag();
        voices
            .for_language(tag)
            .ok_or_else(|| Error::Language { input: "no voice".into(), language: tag.into() })
    }

    /// A number for the job as this program carries it out with these voices: equal numbers, equal bytes.
    ///
    /// SHA-256 in hexadecimal, of the program, the voices with their engines and data, and all of the job.
    ///
    /// # Errors
    /// As [`Job::casting`], and [`Error::Voice`] for a voice without an engine.
    ///
    /// # Examples
    /// ```
    /// use bulletin::{job::Job, voice::Registry};
    /// let (job, voices) = (Job::default(), Registry::built_in());
    /// assert_eq!(job.fingerprint(&voices).unwrap(), job.clone().fingerprint(&voices).unwrap());
    /// let slower = Job { rate: 0.9, ..Job::default() };
    /// assert_ne!(job.fingerprint(&voices).unwrap(), slower.fingerprint(&voices).unwrap());
    /// // It travels as JSON.
    /// let text = serde_json::to_string(&slower).unwrap();
    /// let travelled: Job = serde_json::from_str(&text).unwrap();
    /// assert_eq!(travelled.fingerprint(&voices).unwrap(), slower.fingerprint(&voices).unwrap());
    /// ```
    pub fn fingerprint(&self, voices: &Registry) -> Result<String> {
        let casting = self.casting(voices)?;
        let voices: Vec<(&Profile, String)> =
            casting.voices().iter().map(|voice| Ok((*voice, voice.version()?))).collect::<Result<_>>()?;
        let program = (env!("CARGO_PKG_VERSION"), env!("BULLETIN_SOURCES"), std::env::consts::ARCH);
        files::fingerprint_of(&(program, voices, self.content())).map_err(|e| Error::Config {
            place: self.inputs(),
            problem: format!("this cannot be written as JSON: {e}"),
            cure: "check that the paths named in it are UTF-8".into(),
        })
    }

    /// All of it but what things are called on this machine: a bulletin is the same from whichever folder it is ordered.
    fn content(&self) -> impl Serialize + '_ {
        let Self {
            articles,
            voice,
            cast,
            fallback,
            rate,
            pitch,
            style,
            house_tables,
            lexicon,
            script,
            edit,
            duration_s,
            rundown,
            sounds,
            mix,
            master,
            depth,
            wav,
            outputs,
            compressed,
        } = self;
        // An entry for one story goes by the story's name.
        let by_name = lexicon.iter().any(|entry| entry.story.is_some());
        let names: Vec<&str> = articles.iter().filter(|_| by_name).map(|(name, _)| name.as_str()).collect();
        let articles: Vec<&Article> = articles.iter().map(|(_, article)| article).collect();
        let tables: Vec<_> = house_tables.iter().map(|file| (&file.table, &file.text)).collect();
        let lexicon: Vec<_> = lexicon
            .iter()
            .map(|Entry { term, action, case_sensitive, language, story, layer, place: _ }| {
                (term, action, case_sensitive, language, story, layer)
            })
            .collect();
        (
            (names, articles, voice, (cast, fallback), rate, pitch, style, tables),
            (
                lexicon,
                script,
                edit,
                duration_s,
                rundown,
                sounds,
                mix,
                master,
                depth,
                wav,
                (outputs, compressed),
            ),
        )
    }

    /// What the job would be, by prediction, and whether its own music can be played. Voices nothing.
    ///
    /// # Errors
    /// As [`Job::plan`] and [`Job::predict`]; [`Error::NothingToSay`].
    pub fn check(&self, voices: &Registry) -> Result<(Plan, Timeline)> {
        let plan = self.plan(voices)?;
        if !self.sounds.is_empty() {
            Sounds::gather(&plan.rundown, &self.sounds)?;
        }
        let timeline = self.predict(&plan, voices)?;
        if timeline.speech().next().is_none() {
            return Err(Error::NothingToSay { input: self.inputs() });
        }
        Ok((plan, timeline))
    }

    /// Carries the job out: script, takes, mix, master, file at `output`.
    ///
    /// The output's folder is tried before the work begins; on any error the path is left as it was.
    ///
    /// # Errors
    /// Those of every stage.
    pub fn run(&self, output: &Path, context: &Context<'_>) -> Result<Outcome> {
        self.outputs.check(output)?;
        for (_, path) in self.outputs.files(output) {
            files::check_file_path(&path)?;
        }
        let mut sink = WavSink::create(output, self.master.layout.channels(), self.depth)?;
        sink.expect(self.target().unwrap_or_default())?;
        let casting = self.casting(context.voices)?;
        let level = |voice: &&&Profile| !voice.has_pitch() && (self.pitch - 1.0).abs() > 1e-9;
        let left_out = casting
            .voices()
            .iter()
            .filter(level)
            .map(|voice| format!("voice \"{}\" has one pitch: it is not changed", voice.name));
        for text in casting.voices().iter().flat_map(|voice| voice.warnings()).chain(left_out) {
            context.observer.event(&Event::Warning { text: &text });
        }
        let made = self.made(&casting, context)?;
        let Made { plan: plan @ Plan { script, rundown, fit }, takes, sounds, instead, engine } = &made;
        let stretch = fit.map_or_else(Stretch::default, |fit| fit.stretch());
        let timeline =
            Timeline::stretched(rundown, &self.rundown, &sounds.marks(), |n| takes.frames(n), stretch);
        if timeline.speech().next().is_none() {
            return Err(Error::NothingToSay { input: self.inputs() });
        }
        sink.expect(timeline.length)?;
        let mut mixer = Mixer::new(&timeline, takes, sounds, &self.mix);
        let mastered =
            master::master(&mut mixer, &self.master, &mut sink, context.threads, context.observer)?;
        let speaking = made.voices(&casting);
        // It is known by who is heard.
        let leading = casting.leading(plan).name.as_str();
        let leading = match speaking.first() {
            Some(first) if !speaking.contains(&leading) => first,
            _ => leading,
        };
        let parts = Parts {
            script,
            articles: &self.articles,
            facts: &self.rundown.facts,
            language: self.style.locale.tag(),
            rundown,
            words: &|sentence| takes.words(sentence),
            timeline: &timeline,
            fit: *fit,
            mastered: &mastered,
            target: &self.master,
            voice: leading,
            voices: &speaking,
            instead,
            engine,
        };
        let metadata = Metadata::new(&parts, &self.wav);
        let mut record = Record::new(&parts);
        let package = Package {
            outputs: &self.outputs,
            compressed: &self.compressed,
            output,
            metadata: &metadata,
            // What limiting took from the WAV, no codec gives back.
            target: (mastered.loudness.unwrap_or(self.master.loudness), self.master.peak),
            observer: context.observer,
        };
        let Delivered { audio, beside, written } = package.deliver(sink, &mut record)?;
        self.warn(&mastered, written, context.observer);
        if let Some(late) =
            context.deadline.and_then(|deadline| clock::now().checked_duration_since(deadline))
        {
            let text = format!("the deadline was missed by {:.1} s", late.as_secs_f64());
            context.observer.event(&Event::Warning { text: &text });
        }
        for path in audio.iter().chain(&beside) {
            context.observer.event(&Event::Written { path });
        }
        Ok(Outcome { path: output.into(), record, mastered, audio, beside })
    }

    /// The plan, voiced: where a length is asked for, until the takes have it.
    fn made(&self, casting: &Casting<'_>, context: &Context<'_>) -> Result<Made> {
        /// The pace of a voice is right to a few per cent: once at another rate, once with another choice.
        const MOST_TURNS: usize = 5;
        /// Rates nearer than this sound alike.
        const SAME_RATE: f64 = 0.003;
        let mut plan = self.plan(context.voices)?;
        tell_of(&plan, context.observer);
        // A file that cannot be played is told before the voice is asked.
        let relay = self.relay(&plan, casting, context)?;
        let mut decoded =
            (!self.sounds.is_empty()).then(|| Sounds::gather(&plan.rundown, &self.sounds)).transpose()?;
        for turn in 1..=MOST_TURNS {
            let rate = plan.fit.map_or(1.0, |fit| fit.rate);
            let heard = plan.rundown.sentences();
            let paces = casting.paces(self.rate * rate, 1.0);
            let sentences: Vec<Cued<'_>> = plan
                .script
                .told()
                .enumerate()
                .filter(|(n, _)| heard.contains(n))
                .map(|(index, (story, sentence))| {
                    let voice = casting.voice(sentence.speaker, story);
                    Cued { index, voice, sentence, seconds: paces.seconds(story, sentence) }
                })
                .collect();
            context.observer.event(&Event::Scripted { sentences: sentences.len() });
            let files = decoded.take();
            let sounds = || files.map_or_else(|| Sounds::gather(&plan.rundown, &self.sounds), Ok);
            let (sounds, spoken) = match context.threads.try_take() {
                None => (sounds()?, self.voice_all(&sentences, rate, casting, &relay, context)?),
                // Stings and beds are made while the voice speaks; they are small beside it.
                Some(seat) => thread::scope(|scope| {
                    let gathering = scope.spawn(move || {
                        let _seat = seat;
                        sounds()
                    });
                    let voiced = self.voice_all(&sentences, rate, casting, &relay, context);
                    let sounds = gathering.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
                    Ok::<_, Error>((sounds, voiced?))
                })?,
            };
            let Spoken { takes, instead, engine } = spoken;
            let Some(target) = self.target() else {
                tell_instead(&instead, context.observer);
                return Ok(Made { plan, takes, sounds, instead, engine });
            };
            let marks = sounds.marks();
            let lengths: Vec<Frames> =
                (0..plan.script.sentences().count()).map(|n| takes.frames(n)).collect();
            let timer = Backtimer {
                rundown: &plan.rundown,
                settings: &self.rundown,
                marks: &marks,
                lengths: &lengths,
                spoken_rate: rate,
            };
            // The pauses make up for what little the prediction was off; for more, the voice is asked again.
            let as_spoken = timer.fit_as_spoken(target);
            let again = if turn == MOST_TURNS || as_spoken.is_ok_and(|fit| EASY_PAUSES.contains(&fit.pauses))
            {
                None
            } else {
                let replan = || {
                    let heard =
                        sentences.iter().map(|s| takes.frames(s.index).seconds(SampleRate::PROGRAMME));
                    let thought = sentences.iter().map(|s| s.seconds);
                    self.plan_at(context.voices, heard.sum::<f64>() / thought.sum::<f64>().max(0.1))
                };
                match timer.fit(target) {
                    // With the pace put right, a sentence more or less may do what the voice would have to; but what
                    // was announced is what is said, where the voice can do it without being noticed.
                    Ok(better) if turn == 1 && better.is_wide() => {
                        Some(replan().unwrap_or_else(|_| Plan { fit: Some(better), ..plan.clone() }))
                    }
                    Ok(better) if as_spoken.is_err() || (better.rate - rate).abs() >= SAME_RATE => {
                        Some(Plan { fit: Some(better.at_least_from(rate, SAME_RATE)), ..plan.clone() })
                    }
                    Err(_) if turn == 1 => Some(replan()?),
                    Ok(_) | Err(_) => None,
                }
            };
            if let Some(again) = again {
                plan = again;
                continue;
            }
            plan.fit = Some(as_spoken.map_err(|misfit| self.misfit(misfit))?);
            for text in plan.warnings() {
                context.observer.event(&Event::Warning { text: &text });
            }
            tell_instead(&instead, context.observer);
            return Ok(Made { plan, takes, sounds, instead, engine });
        }
        unreachable!("the last turn returns")
    }

    /// The voices' ways out, with the time there is.
    fn relay(&self, plan: &Plan, casting: &Casting<'_>, context: &Context<'_>) -> Result<Relay> {
        // Nobody else asks how long it will be.
        let programme_s = match context.deadline {
            Some(_) => self.predict(plan, context.voices)?.length.seconds(SampleRate::PROGRAMME),
            None => 0.0,
        };
        Ok(Relay::new(casting.voices().len(), context.deadline, programme_s))
    }

    fn warn(&self, mastered: &Mastered, written: Written, observer: &dyn Observer) {
        if let Some(reached) = mastered.loudness {
            let off = reached.0 - self.master.loudness.0;
            if off.abs() > 0.1 {
                let text = format!(
                    "the loudness target of {} could not be reached under {}: {reached}, {:.1} LU off",
                    self.master.loudness,
                    self.master.peak,
                    off.abs()
                );
                observer.event(&Event::Warning { text: &text });
            }
        }
        let Written { clipped, markers_left_out } = written;
        if clipped > 0 {
            let text = format!("{clipped} samples were clipped at full scale");
            observer.event(&Event::Warning { text: &text });
        }
        if markers_left_out > 0 {
            let text = format!("the file has no room for the last {markers_left_out} markers");
            observer.event(&Event::Warning { text: &text });
        }
    }
}

/// Pauses this far from their own need no other rate of the voice.
const EASY_PAUSES: std::ops::RangeInclusive<f64> = 0.85..=1.2;

/// What whoever asked should know of a plan.
fn tell_of(plan: &Plan, observer: &dyn Observer) {
    let stories = plan.script.stories.iter().filter_map(script::Story::warning);
    for text in stories.chain(plan.rundown.warning(&plan.script)) {
        observer.event(&Event::Warning { text: &text });
    }
}

/// Everything that is mixed.
struct Made {
    plan: Plan,
    takes: Takes,
    sounds: Sounds,
    instead: Vec<Instead>,
    engine: String,
}

impl Made {
    /// The names of those who speak the script's sentences.
    fn voices<'a>(&self, casting: &Casting<'a>) -> Vec<&'a str> {
        let name = |place: usize| casting.voices()[place].name.as_str();
        let mut voices: Vec<&str> = casting.of(&self.plan.script).into_iter().map(name).collect();
        for passed in &self.instead {
            if let Some(voice) = voices.get_mut(passed.sentence) {
                *voice = name(self.takes.voice(passed.sentence));
            }
        }
        voices
    }
}

/// How often another voice spoke, where it was more than the once that was told.
fn tell_instead(instead: &[Instead], observer: &dyn Observer) {
    if instead.len() > 1 {
        let text = format!(
            "{} sentences are spoken by other voices than wanted; a record (--record) names them",
            instead.len()
        );
        observer.event(&Event::Warning { text: &text });
    }
}
