//! The engine: sentences to phonemes, phonemes to a model, its samples to a take.

use super::config::{Config, SCALES};
use super::model::{Model, Rendering, Request, Threads};
use super::phonemes::{Ids, Phonemiser};
use super::text::Text;
use super::{Settings, pieces};
use crate::script::Sentence;
use crate::units::SampleRate;
use crate::voice::{
    Capabilities, Engine, Profile, Prosody, Settings as VoiceSettings, Take, heard, shortened, words,
};
use crate::{Error, Result, files};
use serde::Serialize;
use std::collections::HashMap;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Instant;

/// Slowest and fastest at which these voices keep their words apart.
const RATE_RANGE: (f64, f64) = (0.4, 2.5);

/// Raised when the same request would give other samples.
const VERSION: &str = "piper-vits 1";

/// The largest model that is read.
const LIMIT_BYTES: u64 = 2_000_000_000;

/// What a profile has the engine do, with the model's configuration.
struct Manner {
    config: Arc<Described>,
    speaker: i32,
    noise_scale: f32,
    noise_w: f32,
    rate: f64,
}

/// A configuration and the phonemes of its accent.
struct Described {
    config: Config,
    phonemiser: Phonemiser,
}

/// One sentence as it is given to the model: what its take depends on, beside the model.
#[derive(Serialize)]
struct Asked {
    /// Each for one run of the model, with what stands at its end.
    pieces: Vec<(Vec<i32>, char)>,
    speaker: i32,
    noise_scale: f32,
    length_scale: f32,
    noise_w: f32,
}

/// The pieces of a sentence, and the places of the words that their ids belong to.
struct Planned {
    asked: Asked,
    words: Vec<Vec<Option<usize>>>,
}

impl Manner {
    fn of(profile: &Profile) -> Result<Self> {
        let problem = |problem: String| Error::Voice { voice: profile.name.clone(), problem, cure: None };
        let settings = settings(profile)?;
        let path = config_path(profile, settings);
        let config = described(&path).map_err(|e| problem(format!("{}: {e}", path.display())))?;
        let speaker = config.config.speaker(settings).map_err(problem)?;
        let scale = |name: &str, own: Option<f32>, built_in: f32| match own.unwrap_or(built_in) {
            value if SCALES.contains(&value) => Ok(value),
            value => Err(problem(format!("{name} = {value} is outside 0 to 2"))),
        };
        let noise_scale = scale("noise_scale", settings.noise_scale, config.config.noise_scale)?;
        let noise_w = scale("noise_w", settings.noise_w, config.config.noise_w)?;
        Ok(Self { config, speaker, noise_scale, noise_w, rate: profile.rate })
    }

    fn plan(&self, sentence: &Sentence, prosody: &Prosody) -> Planned {
        let Described { config, phonemiser } = &*self.config;
        let text = Text::of(sentence, config.accent.to_ascii_lowercase().starts_with("en-us"));
        let spoken = phonemiser.phonemes_with(&text.text, &text.given());
        // From a word of the text to its place among the words of the sentence.
        let spans: Vec<_> = sentence.spoken.words().map(|word| word.spoken).collect();
        let place = |word: usize| {
            let range = text.original(spoken.words.get(word)?.clone());
            spans.iter().position(|span| span.start < range.end && range.start < span.end)
        };
        let places: Vec<Option<usize>> = (0..spoken.words.len()).map(place).collect();
        let mut pieces = Vec::new();
        let mut words = Vec::new();
        for piece in spoken.sentences.iter().flat_map(pieces::split) {
            let end = pieces::end(&piece);
            let Ids { ids, words: of, .. } = config.ids.ids(&piece);
            words.push(
                of.into_iter()
                    .map(|word| word.and_then(|word| places.get(word).copied().flatten()))
                    .collect(),
            );
            pieces.push((ids, end));
        }
        let rate = (self.rate * prosody.rate).clamp(RATE_RANGE.0, RATE_RANGE.1);
        let asked = Asked {
            pieces,
            speaker: self.speaker,
            noise_scale: self.noise_scale,
            length_scale: (f64::from(config.length_scale) / rate) as f32,
            noise_w: self.noise_w,
        };
        Planned { asked, words }
    }
}

/// A voice, ready to speak.
pub(in crate::voice) struct Piper {
    voice: String,
    manner: Manner,
    model: Arc<Model>,
    threads: Threads,
    capabilities: Capabilities,
    until: Option<Instant>,
}

impl std::fmt::Debug for Piper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Piper").field("voice", &self.voice).finish_non_exhaustive()
    }
}

impl Piper {
    /// Loads the profile's model, unless another thread has it loaded.
    pub(in crate::voice) fn open(profile: &Profile, settings: &VoiceSettings) -> Result<Self> {
        let manner = Manner::of(profile)?;
        let path = model_path(profile, self::settings(profile)?);
        let model = loaded(&path).map_err(|problem| Error::Voice {
            voice: profile.name.clone(),
            problem: format!("{}: {problem}", path.display()),
            cure: Some(format!("install it again: bulletin voices install {} --force", profile.name)),
        })?;
        let capabilities = Capabilities {
            languages: vec![profile.language.clone()],
            rate_range: RATE_RANGE,
            pitch_range: (1.0, 1.0),
            sample_rate: SampleRate(manner.config.config.rate_hz),
            threads: settings.threads.max(1),
            word_times: true,
        };
        let threads = Threads::new(capabilities.threads);
        Ok(Self { voice: profile.name.clone(), manner, model, threads, capabilities, until: None })
    }

    fn render(&self, asked: &Asked, ids: &[i32]) -> Result<Rendering, String> {
        let request = Request {
            ids,
            noise_scale: asked.noise_scale,
            length_scale: asked.length_scale,
            noise_w: asked.noise_w,
            speaker: asked.speaker,
        };
        // A graph comes from anywhere, and one that is not what it seems may run into an assertion of the runtime.
        panic::catch_unwind(AssertUnwindSafe(|| self.model.run_until(&request, &self.threads, self.until)))
            .unwrap_or_else(|_| Err("the model's graph cannot be run with this text".into()))
    }
}

impl Engine for Piper {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn set_deadline(&mut self, until: Option<Instant>) {
        self.until = until;
    }

    fn speak(&mut self, sentence: &Sentence, prosody: &Prosody) -> Result<Take> {
        let failed = |problem: String| Error::Engine {
            voice: self.voice.clone(),
            sentence: shortened(sentence.spoken.text()),
            problem,
            cure: Some(format!("get its model again, or try it: bulletin voices show {}", self.voice)),
        };
        let rate = self.capabilities.sample_rate;
        let Planned { asked, words } = self.manner.plan(sentence, prosody);
        let mut samples: Vec<f32> = Vec::new();
        let mut known: Vec<(usize, usize)> = Vec::new();
        for (n, ((ids, end), words)) in asked.pieces.iter().zip(&words).enumerate() {
            let Rendering { samples: piece, frames } = self.render(&asked, ids).map_err(&failed)?;
            note_words(words, &frames, samples.len(), piece.len(), &mut known);
            samples.extend(piece);
            if n + 1 < asked.pieces.len() {
                samples.resize(samples.len() + pieces::pause_ms(*end) * rate.0 as usize / 1000, 0.0);
            }
        }
        // A graph can be damaged, or taught badly: it has to pass what others pass.
        heard::check(&samples, rate, sentence.spoken.text()).map_err(failed)?;
        let mut take = Take { samples, rate, words: Vec::new() };
        take.words = words::between(sentence, &take, &known);
        Ok(take)
    }
}

/// Adds where words begin that are met for the first time; without frames, ids are thought to take equally long.
fn note_words(
    words: &[Option<usize>],
    frames: &[f32],
    from: usize,
    length: usize,
    known: &mut Vec<(usize, usize)>,
) {
    let frame = |n: usize| if frames.len() == words.len() { f64::from(frames[n]) } else { 1.0 };
    let all: f64 = (0..words.len()).map(frame).sum::<f64>().max(1.0);
    let mut before = 0.0;
    for (n, word) in words.iter().enumerate() {
        if let Some(word) = *word
            && known.last().is_none_or(|(last, _)| word > *last)
        {
            known.push((word, from + (length as f64 * before / all) as usize));
        }
        before += frame(n);
    }
}

/// Whether a voice's files are there and speak: a word, with every part of the engine.
pub(in crate::voice) fn check(profile: &Profile) -> Result<()> {
    let engine = Piper::open(profile, &VoiceSettings::new(PathBuf::new()))?;
    let problem = |problem: String| Error::Voice {
        voice: profile.name.clone(),
        problem: format!("its model cannot speak: {problem}"),
        cure: Some("get the model and its configuration again, both from where they were made".into()),
    };
    let Described { config, phonemiser } = &*engine.manner.config;
    let word = phonemiser.phonemes("Yes.");
    let ids: Vec<i32> = word.sentences.iter().flat_map(|sentence| config.ids.ids(sentence).ids).collect();
    let asked = Asked {
        pieces: Vec::new(),
        speaker: engine.manner.speaker,
        noise_scale: engine.manner.noise_scale,
        length_scale: config.length_scale,
        noise_w: engine.manner.noise_w,
    };
    let Rendering { samples, .. } = engine.render(&asked, &ids).map_err(problem)?;
    let sounds =
        samples.iter().any(|sample| *sample != 0.0) && samples.iter().all(|sample| sample.is_finite());
    if sounds { Ok(()) } else { Err(problem("it gives silence, or what is no sound".into())) }
}

/// The engine and the voice's data.
pub(in crate::voice) fn version(profile: &Profile) -> Result<String> {
    let settings = settings(profile)?;
    let path = model_path(profile, settings);
    let sha256 = match &settings.sha256 {
        Some(sha256) => sha256.to_ascii_lowercase(),
        None => fingerprint(&path).map_err(|source| Error::Read { path, source })?,
    };
    Ok(format!("{VERSION}, model {sha256:.16}"))
}

/// What the model is asked for a sentence.
pub(in crate::voice) fn request(
    profile: &Profile,
    sentence: &Sentence,
    prosody: &Prosody,
) -> Result<Vec<u8>> {
    let planned = Manner::of(profile)?.plan(sentence, prosody);
    serde_json::to_vec(&planned.asked).map_err(|e| Error::Voice {
        voice: profile.name.clone(),
        problem: format!("its request cannot be written: {e}"),
        cure: None,
    })
}

fn settings(profile: &Profile) -> Result<&Settings> {
    if (profile.pitch - 1.0).abs() > 1e-9 {
        return Err(Error::Voice {
            voice: profile.name.clone(),
            problem: "a Piper voice has one pitch".into(),
            cure: Some(
                "leave pitch out of the profile, and choose a voice that speaks as high or low as you want"
                    .into(),
            ),
        });
    }
    profile.piper.as_ref().ok_or_else(|| Error::Voice {
        voice: profile.name.clone(),
        problem: "its profile has no table [piper]".into(),
        cure: Some("give it one that names the model: [piper] model = \"NAME.onnx\"".into()),
    })
}

fn model_path(profile: &Profile, settings: &Settings) -> PathBuf {
    profile.folder.join(&settings.model)
}

fn config_path(profile: &Profile, settings: &Settings) -> PathBuf {
    if let Some(config) = &settings.config {
        return profile.folder.join(config);
    }
    let mut name = model_path(profile, settings).into_os_string();
    name.push(".json");
    name.into()
}

/// What a file was when it was looked at, so that it is looked at once: its length and time of change.
type Seen = (PathBuf, u64, Option<std::time::SystemTime>);

fn seen(path: &Path) -> std::io::Result<Seen> {
    let there = std::fs::metadata(path)?;
    if !there.is_file() {
        return Err(std::io::Error::other("it is no file"));
    }
    Ok((path.to_owned(), there.len(), there.modified().ok()))
}

/// What is known of a file in this process, or is found out now.
fn remembered<T: Clone>(
    memory: &Mutex<Option<HashMap<Seen, T>>>,
    path: &Path,
    find: impl FnOnce() -> std::io::Result<T>,
) -> std::io::Result<T> {
    let key = seen(path)?;
    // Nobody panics while holding it but in `find`, which leaves it as it was.
    let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
    let memory = memory.get_or_insert_default();
    if let Some(known) = memory.get(&key) {
        return Ok(known.clone());
    }
    let found = find()?;
    memory.insert(key, found.clone());
    Ok(found)
}

fn fingerprint(path: &Path) -> std::io::Result<String> {
    static KNOWN: Mutex<Option<HashMap<Seen, String>>> = Mutex::new(None);
    remembered(&KNOWN, path, || files::fingerprint_file(path))
}

fn described(path: &Path) -> Result<Arc<Described>, String> {
    static KNOWN: Mutex<Option<HashMap<Seen, Arc<Described>>>> = Mutex::new(None);
    let read = || {
        let config = Config::read(path).map_err(std::io::Error::other)?;
        let phonemiser = Phonemiser::new(&config.accent).ok_or_else(|| {
            let known: Vec<_> = Phonemiser::voices().collect();
            std::io::Error::other(format!("it speaks \"{}\"; known are {}", config.accent, known.join(", ")))
        })?;
        Ok(Arc::new(Described { config, phonemiser }))
    };
    remembered(&KNOWN, path, read).map_err(|e| e.to_string())
}

/// The model of a file; one that another engine has is shared.
fn loaded(path: &Path) -> Result<Arc<Model>, String> {
    static KNOWN: Mutex<Option<HashMap<Seen, Weak<Model>>>> = Mutex::new(None);
    let key = seen(path).map_err(|e| e.to_string())?;
    if key.1 > LIMIT_BYTES {
        return Err(format!("its {} bytes are more than a voice has ({LIMIT_BYTES} at most)", key.1));
    }
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(model) = known.get(&key).and_then(Weak::upgrade) {
        return Ok(model);
    }
    known.retain(|_, model| model.strong_count() > 0);
    let load = || Model::load(path);
    let model = panic::catch_unwind(AssertUnwindSafe(load))
        .unwrap_or_else(|_| Err("its graph cannot be read".into()))?;
    let model = Arc::new(model);
    known.insert(key, Arc::downgrade(&model));
    Ok(model)
}
