//! One bulletin from request to files: the only place where the stages meet.

use crate::article::Article;
use crate::deliver::record::{Parts, Record};
use crate::deliver::wav::{Depth, WavSink};
use crate::event::{Event, Observer};
use crate::lexicon::{Entry, Lexicon};
use crate::normalise::{House, Normaliser, Style};
use crate::pace::Pace;
use crate::programme::master::{self, Mastered};
use crate::programme::mix::{self, Mixer};
use crate::programme::sounds::{SoundFile, Sounds};
use crate::programme::takes::{Prepared, Preparer, Takes};
use crate::programme::timeline::Timeline;
use crate::rundown::{self, Rundown, Template};
use crate::script::{self, Script, Sentence, Tools, edit};
use crate::units::{Frames, SampleRate};
use crate::voice::{self, Profile, Prosody, Registry};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
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
            rate: 1.0,
            pitch: 1.0,
            style: Style::default(),
            house_tables: Vec::new(),
            lexicon: Vec::new(),
            script: script::Settings::default(),
            edit: edit::Settings::default(),
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

    /// The script the job would speak, its stories cut to length at its voice's pace if there is a limit, and the
    /// station's lines. Voices nothing.
    ///
    /// # Errors
    /// As [`Script::write`]; [`Error::UnknownVoice`] where a length asks for the voice's pace; [`Error::Config`] for a
    /// line that says what is not known.
    pub fn script(&self, voices: &Registry) -> Result<Script> {
        self.write(&self.filled()?, voices)
    }

    /// The script, and the rundown that says what of it is heard when. Voices nothing.
    ///
    /// # Errors
    /// As [`Job::script`].
    pub fn plan(&self, voices: &Registry) -> Result<(Script, Rundown)> {
        let template = self.filled()?;
        let script = self.write(&template, voices)?;
        let rundown = Rundown::plan(&script, &template);
        Ok((script, rundown))
    }

    /// Where everything would be, at the pace of the job's voice. Voices nothing and renders nothing.
    ///
    /// # Errors
    /// [`Error::UnknownVoice`]; [`Error::Config`] for a sting that is not there or cannot be played.
    pub fn predict(&self, script: &Script, rundown: &Rundown, voices: &Registry) -> Result<Timeline> {
        let pace = self.profile(voices)?.pace_at(self.rate);
        let marks = Sounds::marks_of(rundown, &self.sounds)?;
        let lengths: Vec<Frames> = script
            .sentences()
            .map(|sentence| SampleRate::PROGRAMME.frames_in_seconds(pace.seconds(sentence.spoken.text())))
            .collect();
        let length_of = |sentence: usize| lengths.get(sentence).copied().unwrap_or_default();
        Ok(Timeline::lay_out(rundown, &self.rundown, &marks, length_of))
    }

    fn filled(&self) -> Result<Template> {
        self.rundown.template.fill(&self.rundown.facts, self.articles.len(), self.style.locale)
    }

    fn write(&self, template: &Template, voices: &Registry) -> Result<Script> {
        let normaliser = self.normaliser()?;
        let lexicon = Lexicon::over_built_in(self.lexicon.clone());
        let tools = Tools { normaliser: &normaliser, lexicon: &lexicon };
        let lines: Vec<&str> = template.lines().collect();
        let pace;
        let length: Option<(edit::Settings, &dyn Pace)> = if self.edit.cuts() {
            pace = self.profile(voices)?.pace_at(self.rate);
            Some((self.edit, &pace))
        } else {
            None
        };
        Script::write_with(self.articles.clone(), &lines, tools, &self.script, length)
    }

    /// The voice the job is spoken with.
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
        let profile = self.profile(context.voices)?;
        let (script, rundown) = self.plan(context.voices)?;
        let warnings = script.stories.iter().filter_map(script::Story::warning);
        for text in warnings.chain(rundown.warning(&script)) {
            context.observer.event(&Event::Warning { text: &text });
        }
        // A file that cannot be played is told before the voice is asked.
        let decoded =
            if self.sounds.is_empty() { None } else { Some(Sounds::gather(&rundown, &self.sounds)?) };
        let heard = rundown.sentences();
        let sentences: Vec<(usize, &Sentence)> =
            script.sentences().enumerate().filter(|(n, _)| heard.contains(n)).collect();
        context.observer.event(&Event::Scripted { sentences: sentences.len() });

        let (sounds, (takes, engine)) = thread::scope(|scope| {
            // Stings and beds are made while the voice speaks; they are small beside it.
            let gathering = scope.spawn(|| decoded.map_or_else(|| Sounds::gather(&rundown, &[]), Ok));
            let voiced = self.voice_all(&sentences, profile, context);
            let sounds = gathering.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            Ok::<_, Error>((sounds, voiced?))
        })?;

        let timeline = Timeline::lay_out(&rundown, &self.rundown, &sounds.marks(), |n| takes.frames(n));
        if timeline.speech().next().is_none() {
            let inputs: Vec<_> = self.articles.iter().map(|(name, _)| name.as_str()).collect();
            return Err(Error::NothingToSay { input: inputs.join(", ") });
        }
        let mut mixer = Mixer::new(&timeline, &takes, &sounds, &self.mix);
        let mastered = master::master(&mut mixer, &self.master, &mut sink, context.observer)?;
        let clipped = sink.commit()?;
        self.warn(&mastered, clipped, context.observer);
        context.observer.event(&Event::Written { path: output });
        let record = Record::new(&Parts {
            script: &script,
            rundown: &rundown,
            timeline: &timeline,
            mastered: &mastered,
            target: &self.master,
            voice: &profile.name,
            engine: &engine,
        });
        Ok(Outcome { path: output.into(), record, mastered })
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
        sentences: &[(usize, &Sentence)],
        profile: &Profile,
        context: &Context<'_>,
    ) -> Result<(Takes, String)> {
        let prosody = Prosody { rate: self.rate, pitch: self.pitch };
        let places = sentences.last().map_or(0, |(last, _)| last + 1);
        let mut takes = Takes::new(places, &context.voice_settings.cache_folder);
        let next = AtomicUsize::new(0);
        let workers = context.threads.clamp(1, sentences.len().max(1));
        let settings = context.voice_settings;
        let mut engine = String::new();
        thread::scope(|scope| {
            let (send, receive) = mpsc::sync_channel::<Result<Voiced>>(2 * workers);
            for _ in 0..workers {
                let (send, next) = (send.clone(), &next);
                scope.spawn(move || {
                    let worker = Worker::open(profile, settings, prosody);
                    let mut worker = match worker {
                        Ok(worker) => worker,
                        Err(error) => {
                            let _ = send.send(Err(error));
                            return;
                        }
                    };
                    loop {
                        let turn = next.fetch_add(1, Ordering::Relaxed);
                        let Some((index, sentence)) = sentences.get(turn) else { return };
                        // The receiver gone means that another sentence failed first.
                        if send.send(worker.voice(*index, sentence)).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(send);
            for (n, voiced) in receive.iter().enumerate() {
                let voiced = voiced?;
                takes.put(voiced.index, voiced.prepared)?;
                engine = voiced.engine;
                context.observer.event(&Event::SentenceVoiced { done: n + 1, total: sentences.len() });
            }
            Ok::<_, Error>(())
        })?;
        Ok((takes, engine))
    }
}

/// One sentence, voiced and ready.
struct Voiced {
    index: usize,
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

    fn voice(&mut self, index: usize, sentence: &Sentence) -> Result<Voiced> {
        let take = self.engine.speak(sentence, &self.prosody)?;
        let prepared = self.preparer.prepare(&take)?;
        Ok(Voiced { index, prepared, engine: self.engine.version().to_owned() })
    }
}
