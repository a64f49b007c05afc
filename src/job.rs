//! One bulletin from request to files: the only place where the stages meet.

mod cast;
mod choose;
mod plan;

pub use cast::{Cast, Casting};
pub use plan::Plan;

use crate::article::Article;
use crate::deliver::record::{Parts, Record};
use crate::deliver::wav::{Depth, WavSink};
use crate::event::{Event, Observer};
use crate::lexicon::Entry;
use crate::normalise::{House, Normaliser, Style};
use crate::programme::backtime::Backtimer;
use crate::programme::master::{self, Mastered};
use crate::programme::mix::{self, Mixer};
use crate::programme::sounds::{SoundFile, Sounds};
use crate::programme::takes::{Prepared, Preparer, Takes};
use crate::programme::timeline::{Stretch, Timeline};
use crate::rundown;
use crate::script::{self, Script, Sentence, edit};
use crate::units::{Frames, SampleRate};
use crate::voice::{self, Profile, Prosody, Registry};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

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
}

impl Default for Job {
    fn default() -> Self {
        Self {
            articles: Vec::new(),
            voice: None,
            cast: Cast::default(),
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
    /// Worker threads; at least one is used.
    pub threads: usize,
    /// Who watches.
    pub observer: &'a dyn Observer,
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

    /// Carries the job out: script, takes, mix, master, file at `output`.
    ///
    /// The output's folder is tried before the work begins; on any error the path is left as it was.
    ///
    /// # Errors
    /// Those of every stage.
    pub fn run(&self, output: &Path, context: &Context<'_>) -> Result<Outcome> {
        let mut sink = WavSink::create(output, self.master.layout.channels(), self.depth)?;
        let casting = self.casting(context.voices)?;
        let made = self.made(&casting, context)?;
        let Made { plan: plan @ Plan { script, rundown, fit }, takes, sounds, engine } = &made;
        let stretch = fit.map_or_else(Stretch::default, |fit| fit.stretch());
        let timeline =
            Timeline::stretched(rundown, &self.rundown, &sounds.marks(), |n| takes.frames(n), stretch);
        if timeline.speech().next().is_none() {
            return Err(Error::NothingToSay { input: self.inputs() });
        }
        let mut mixer = Mixer::new(&timeline, takes, sounds, &self.mix);
        let mastered = master::master(&mut mixer, &self.master, &mut sink, context.observer)?;
        let clipped = sink.commit()?;
        self.warn(&mastered, clipped, context.observer);
        context.observer.event(&Event::Written { path: output });
        let record = Record::new(&Parts {
            script,
            rundown,
            timeline: &timeline,
            fit: *fit,
            mastered: &mastered,
            target: &self.master,
            voice: &casting.leading(plan).name,
            voices: &casting.of(script).into_iter().map(|n| &*casting.voices()[n].name).collect::<Vec<_>>(),
            engine,
        });
        Ok(Outcome { path: output.into(), record, mastered })
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
        let mut decoded =
            (!self.sounds.is_empty()).then(|| Sounds::gather(&plan.rundown, &self.sounds)).transpose()?;
        for turn in 1..=MOST_TURNS {
            let rate = plan.fit.map_or(1.0, |fit| fit.rate);
            let heard = plan.rundown.sentences();
            let sentences: Vec<Cued<'_>> = plan
                .script
                .told()
                .enumerate()
                .filter(|(n, _)| heard.contains(n))
                .map(|(index, (story, sentence))| {
                    let voice = casting.voice(sentence.speaker, story);
                    Cued { index, story, voice, sentence }
                })
                .collect();
            context.observer.event(&Event::Scripted { sentences: sentences.len() });
            let (sounds, (takes, engine)) = thread::scope(|scope| {
                // Stings and beds are made while the voice speaks; they are small beside it.
                let files = decoded.take();
                let gathering =
                    scope.spawn(|| files.map_or_else(|| Sounds::gather(&plan.rundown, &self.sounds), Ok));
                let voiced = self.voice_all(&sentences, rate, casting, context);
                let sounds = gathering.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
                Ok::<_, Error>((sounds, voiced?))
            })?;
            let Some(target) = self.target() else { return Ok(Made { plan, takes, sounds, engine }) };
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
                    let paces = casting.paces(self.rate * rate, 1.0);
                    let heard =
                        sentences.iter().map(|s| takes.frames(s.index).seconds(SampleRate::PROGRAMME));
                    let thought = sentences.iter().map(|s| paces.seconds(s.story, s.sentence));
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
            return Ok(Made { plan, takes, sounds, engine });
        }
        unreachable!("the last turn returns")
    }

    fn warn(&self, mastered: &Mastered, clipped: u64, observer: &dyn Observer) {
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
        if clipped > 0 {
            let text = format!("{clipped} samples were clipped at full scale");
            observer.event(&Event::Warning { text: &text });
        }
    }

    /// Voices every sentence, on as many threads as the engine leaves room for.
    fn voice_all(
        &self,
        sentences: &[Cued<'_>],
        rate: f64,
        casting: &Casting<'_>,
        context: &Context<'_>,
    ) -> Result<(Takes, String)> {
        let prosody = Prosody { rate: self.rate * rate, pitch: self.pitch };
        let places = sentences.last().map_or(0, |last| last.index + 1);
        let mut takes = Takes::new(places, &context.voice_settings.cache_folder);
        let next = AtomicUsize::new(0);
        let workers = context.threads.clamp(1, sentences.len().max(1));
        let settings = context.voice_settings;
        let mut engines: BTreeMap<usize, String> = BTreeMap::new();
        thread::scope(|scope| {
            let (send, receive) = mpsc::sync_channel::<Result<Voiced>>(2 * workers);
            for _ in 0..workers {
                let (send, next) = (send.clone(), &next);
                scope.spawn(move || {
                    let mut booths: Vec<Option<Worker>> = Vec::new();
                    booths.resize_with(casting.voices().len(), || None);
                    loop {
                        let turn = next.fetch_add(1, Ordering::Relaxed);
                        let Some(cued) = sentences.get(turn) else { return };
                        let voiced = match &mut booths[cued.voice] {
                            Some(worker) => worker.voice(cued),
                            empty => Worker::open(casting.voices()[cued.voice], settings, prosody)
                                .and_then(|worker| empty.insert(worker).voice(cued)),
                        };
                        // The receiver gone means that another sentence failed first.
                        if send.send(voiced).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(send);
            for (n, voiced) in receive.iter().enumerate() {
                let voiced = voiced?;
                takes.put(voiced.index, voiced.voice, voiced.prepared)?;
                engines.entry(voiced.voice).or_insert(voiced.engine);
                context.observer.event(&Event::SentenceVoiced { done: n + 1, total: sentences.len() });
            }
            Ok::<_, Error>(())
        })?;
        Ok((takes, engines.into_values().collect::<Vec<_>>().join("; ")))
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
    engine: String,
}

/// One sentence and who is to speak it.
struct Cued<'a> {
    index: usize,
    story: Option<usize>,
    /// Its place among [`Casting::voices`].
    voice: usize,
    sentence: &'a Sentence,
}

/// One sentence, voiced and ready.
struct Voiced {
    index: usize,
    voice: usize,
    prepared: Prepared,
    engine: String,
}

/// One engine and what follows it, on one thread.
struct Worker {
    engine: Box<dyn voice::Engine>,
    preparer: Preparer,
    prosody: Prosody,
}

impl Worker {
    fn open(profile: &Profile, settings: &voice::Settings, prosody: Prosody) -> Result<Self> {
        let engine = profile.open(settings)?;
        let preparer = Preparer::new(engine.capabilities().sample_rate)?;
        Ok(Self { engine, preparer, prosody })
    }

    fn voice(&mut self, cued: &Cued<'_>) -> Result<Voiced> {
        let take = self.engine.speak(cued.sentence, &self.prosody)?;
        let prepared = self.preparer.prepare(&take)?;
        let Cued { index, voice, .. } = *cued;
        Ok(Voiced { index, voice, prepared, engine: self.engine.version().to_owned() })
    }
}
