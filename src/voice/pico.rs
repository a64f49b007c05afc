//! SVOX Pico, the embedded voice: 16 kHz, one engine a thread.
//!
//! Pico's answer to a sentence depends on what its memory held before: the same sentence twice gives different
//! samples. All of its memory is one block that we own, so the block is kept as it was after the voice was loaded
//! and put back before every sentence; each take is then the one a fresh process would make.

#![allow(unsafe_code, reason = "Pico is a C library; every call is in this file")]

mod words;

use super::{Capabilities, Engine, Profile, Prosody, Settings, Take, letters, shortened};
use crate::lexicon::{Sound, ipa};
use crate::normalise::Class;
use crate::script::Sentence;
use crate::units::SampleRate;
use crate::{Error, Result, files};
use std::ffi::CString;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::OnceLock;
use ttspico_sys as sys;

/// One language's data, as shipped inside the `ttspico-sys` package.
struct Data {
    language: &'static str,
    analysis: (&'static str, &'static [u8]),
    signal: (&'static str, &'static [u8]),
}

macro_rules! data {
    ($name:literal) => {
        ($name, include_bytes!(concat!(env!("OUT_DIR"), "/pico/", $name)) as &[u8])
    };
}

static DATA: [Data; 2] = [
    Data { language: "en-GB", analysis: data!("en-GB_ta.bin"), signal: data!("en-GB_kh0_sg.bin") },
    Data { language: "en-US", analysis: data!("en-US_ta.bin"), signal: data!("en-US_lh0_sg.bin") },
];

/// Pico's memory block, in 16-byte units: resources (1.4 MB for en-US) and one engine.
const MEMORY_UNITS: usize = 3 * 1024 * 1024 / 16;

/// Pico clips its own output at full volume (55 samples of a five-second sentence); at 55 % its loudest vowels
/// peak near −5 dBFS. The level is restored, without loss, by the mastering gain.
const VOLUME_PERCENT: u32 = 55;

/// Longest take, so that a runaway engine cannot fill the disk: ten minutes.
const MOST_SAMPLES: usize = 16_000 * 600;

/// Steps in a row that give no sound, before it counts as lost: a sentence of 500 words takes some thousands.
const MOST_IDLE_STEPS: usize = 1_000_000;

/// The engine.
pub(super) struct Pico {
    manner: Manner,
    capabilities: Capabilities,
    system: sys::pico_System,
    memory: Box<[u128]>,
    loaded: Box<[u128]>,
}

impl fmt::Debug for Pico {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pico").field("manner", &self.manner).finish_non_exhaustive()
    }
}

/// How a profile has Pico speak.
#[derive(Debug)]
struct Manner {
    voice: String,
    rate: f64,
    pitch: f64,
    american: bool,
}

/// Slowest and fastest, lowest and highest that Pico takes.
const RATE_RANGE: (f64, f64) = (0.2, 5.0);
const PITCH_RANGE: (f64, f64) = (0.5, 2.0);

impl Manner {
    fn of(profile: &Profile) -> Result<Self> {
        Ok(Self {
            voice: profile.name.clone(),
            rate: profile.rate,
            pitch: profile.pitch,
            american: data_of(profile)?.language == "en-US",
        })
    }

    /// What is fed to Pico: its own tags for volume, speed and pitch around the sentence, ended by NUL.
    fn text(&self, sentence: &Sentence, prosody: &Prosody) -> Vec<u8> {
        self.marked_text(sentence, prosody, &[], &[])
    }

    /// The same with another volume from each mark on, the levels in turn.
    fn marked_text(
        &self,
        sentence: &Sentence,
        prosody: &Prosody,
        marks: &[words::Mark],
        levels: &[u32],
    ) -> Vec<u8> {
        let (rate, pitch) = (self.rate * prosody.rate, self.pitch * prosody.pitch);
        let percent = |value: f64, (low, high): (f64, f64)| (value.clamp(low, high) * 100.0).round() as u32;
        let mut text = format!(
            "<volume level=\"{VOLUME_PERCENT}\"><speed level=\"{}\"><pitch level=\"{}\">",
            percent(rate, RATE_RANGE),
            percent(pitch, PITCH_RANGE),
        );
        self.push_words(sentence, marks, levels, &mut text);
        text.push_str(&"</volume>".repeat(marks.len()));
        text.push_str("</pitch></speed></volume>\0");
        text.into_bytes()
    }

    /// The sentence, with the letters that Pico misreads given as sounds, and a volume from each mark on.
    fn push_words(&self, sentence: &Sentence, marks: &[words::Mark], levels: &[u32], text: &mut String) {
        let spoken = sentence.spoken.text();
        let mut turns = levels.iter().cycle();
        let mut marks = marks.iter().peekable();
        let mut from = 0;
        // Up to a byte, the marks before it in their places.
        let mut push_to = |text: &mut String, from: usize, to: usize, last: bool| {
            let mut at = from;
            while let Some(mark) = marks.next_if(|mark| mark.at < to || (last && mark.at <= to)) {
                text.push_str(&spoken[at..mark.at.max(at)]);
                at = mark.at.max(at);
                if let Some(level) = turns.next() {
                    let _ = write!(text, "<volume level=\"{level}\">");
                }
            }
            text.push_str(&spoken[at..to]);
        };
        for (range, with) in self.given(sentence) {
            if range.start >= from {
                push_to(text, from, range.start, true);
                text.push_str(&with);
                from = range.end;
            }
        }
        push_to(text, from, spoken.len(), false);
    }

    /// The stretches that are given as sounds, in order: the lexicon's, and letters.
    ///
    /// A lone A is said as the article, and a letter with a plural or possessive s ("M Ps") as one odd word.
    fn given(&self, sentence: &Sentence) -> Vec<(std::ops::Range<usize>, String)> {
        let spoken = sentence.spoken.text();
        let given =
            sentence.pronounced.iter().map(|p| (p.spoken.clone(), sounds_of(&p.sound, self.american)));
        let letters = sentence.spoken.words().filter(|word| word.class != Class::Plain).filter_map(|word| {
            Some((
                word.spoken.clone(),
                phoneme_tag(&letters::sounds(&spoken[word.spoken], self.american)?, self.american),
            ))
        });
        let mut given: Vec<_> = given.chain(letters).collect();
        // The lexicon comes first where both have something to say: the sort is stable.
        given.sort_by_key(|(range, _)| range.start);
        given
    }
}

// SAFETY: the raw system handle points into `memory`, which moves with the value (the boxed slice stays where it
// is); Pico keeps no thread-local or global state, and `&mut self` keeps two threads from using it at once.
unsafe impl Send for Pico {}

/// The name under which the voice is defined inside Pico.
const VOICE_NAME: &std::ffi::CStr = c"Bulletin";

impl Pico {
    /// Loads the data of the profile's language.
    pub(super) fn open(profile: &Profile, settings: &Settings) -> Result<Self> {
        let problem = |problem: String| Error::Voice { voice: profile.name.clone(), problem, cure: None };
        let (data, manner) = (data_of(profile)?, Manner::of(profile)?);
        let analysis = lay_down(data.analysis, &settings.cache_folder)?;
        let signal = lay_down(data.signal, &settings.cache_folder)?;

        let mut memory = vec![0u128; MEMORY_UNITS].into_boxed_slice();
        let mut system: sys::pico_System = ptr::null_mut();
        // SAFETY: the block is as long as said, aligned to 16 bytes, and outlives the system, which is only ever
        // used with it; `system` is a valid place for the handle.
        let status = unsafe {
            sys::pico_initialize(memory.as_mut_ptr().cast(), (MEMORY_UNITS * 16) as u32, &raw mut system)
        };
        check(status, "initialise").map_err(problem)?;
        // SAFETY: the system is initialised and the name is NUL-terminated.
        check(
            unsafe { sys::pico_createVoiceDefinition(system, VOICE_NAME.as_ptr().cast()) },
            "define a voice",
        )
        .map_err(problem)?;
        for path in [&analysis, &signal] {
            load(system, path).map_err(problem)?;
        }
        let loaded = memory.clone();
        let capabilities = Capabilities {
            languages: vec![data.language.to_owned()],
            rate_range: RATE_RANGE,
            pitch_range: PITCH_RANGE,
            sample_rate: SampleRate(16_000),
            threads: 1,
            word_times: false,
        };
        Ok(Self { manner, capabilities, system, memory, loaded })
    }

    /// Runs one engine over `text` and gathers its samples.
    fn run(&mut self, text: &[u8]) -> Result<Vec<f32>, String> {
        self.memory.copy_from_slice(&self.loaded);
        let mut engine: sys::pico_Engine = ptr::null_mut();
        // SAFETY: the system lives in `memory`, which was just put back to the state with the voice loaded.
        check(
            unsafe { sys::pico_newEngine(self.system, VOICE_NAME.as_ptr().cast(), &raw mut engine) },
            "start",
        )?;
        // No engine is disposed of: the next sentence puts the whole memory back, which is the same and more.
        let mut samples = Vec::with_capacity(text.len() * 1100);
        let mut buffer = [0i16; 2048];
        let mut rest = text;
        let mut idle_steps = 0;
        while !rest.is_empty() {
            let give = rest.len().min(i16::MAX as usize);
            let mut taken: i16 = 0;
            // SAFETY: `rest` holds at least `give` bytes and the engine is alive.
            let status =
                unsafe { sys::pico_putTextUtf8(engine, rest.as_ptr().cast(), give as i16, &raw mut taken) };
            check(status, "take text")?;
            rest = &rest[(taken.max(0) as usize).min(give)..];
            loop {
                let (mut bytes, mut kind): (i16, i16) = (0, 0);
                // SAFETY: the buffer is as long as said (in bytes) and the engine is alive.
                let status = unsafe {
                    sys::pico_getData(
                        engine,
                        buffer.as_mut_ptr().cast(),
                        size_of_val(&buffer) as i16,
                        &raw mut bytes,
                        &raw mut kind,
                    )
                };
                if bytes > 0 && i32::from(kind) != i32::from(sys::PICO_DATA_PCM_16BIT) {
                    return Err(format!("gave data of the unknown type {kind}"));
                }
                idle_steps = if bytes > 0 { 0 } else { idle_steps + 1 };
                if idle_steps > MOST_IDLE_STEPS {
                    return Err("went on without giving any sound".into());
                }
                let count = (bytes.max(0) as usize / 2).min(buffer.len());
                samples.extend(buffer[..count].iter().map(|&s| f32::from(s) / 32_768.0));
                if samples.len() > MOST_SAMPLES {
                    return Err("did not come to an end within ten minutes of sound".into());
                }
                if status == sys::PICO_STEP_IDLE {
                    break;
                }
                if status != sys::PICO_STEP_BUSY {
                    check(status, "speak")?;
                }
            }
            if taken <= 0 && !rest.is_empty() {
                return Err("stopped taking text".into());
            }
        }
        Ok(samples)
    }
}

impl Engine for Pico {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn speak(&mut self, sentence: &Sentence, prosody: &Prosody) -> Result<Take> {
        let text = self.manner.text(sentence, prosody);
        let samples = self.run(&text).map_err(|problem| Error::Engine {
            voice: self.manner.voice.clone(),
            sentence: shortened(sentence.spoken.text()),
            problem,
            cure: None,
        })?;
        Ok(Take { samples, rate: self.capabilities.sample_rate, words: Vec::new() })
    }

    fn word_times(
        &mut self,
        sentence: &Sentence,
        prosody: &Prosody,
        take: &Take,
    ) -> Result<Vec<super::WordTime>> {
        Ok(self.times(sentence, prosody, take))
    }
}

fn check(status: i32, doing: &str) -> Result<(), String> {
    if status == sys::PICO_OK { Ok(()) } else { Err(format!("Pico could not {doing} (status {status})")) }
}

/// Loads one resource file and adds it to the voice.
fn load(system: sys::pico_System, path: &Path) -> Result<(), String> {
    let name = path.to_str().ok_or_else(|| format!("the path {} is not UTF-8", path.display()))?;
    let name = CString::new(name).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut resource: sys::pico_Resource = ptr::null_mut();
    let mut inner = [0u8; sys::PICO_MAX_RESOURCE_NAME_SIZE];
    // SAFETY: the system is initialised, the names are NUL-terminated, and `inner` has the length Pico asks for.
    unsafe {
        check(sys::pico_loadResource(system, name.as_ptr().cast(), &raw mut resource), "load its data")?;
        check(sys::pico_getResourceName(system, resource, inner.as_mut_ptr().cast()), "name its data")?;
        check(
            sys::pico_addResourceToVoiceDefinition(system, VOICE_NAME.as_ptr().cast(), inner.as_ptr().cast()),
            "add its data",
        )
    }
}

/// Puts embedded data where Pico can open them: into the cache folder, or where that cannot be, the system's own for
/// temporary files.
fn lay_down(data: (&str, &[u8]), cache_folder: &Path) -> Result<PathBuf> {
    lay_down_in(data, cache_folder)
        .or_else(|error| lay_down_in(data, &std::env::temp_dir().join("bulletin")).map_err(|_| error))
}

/// The same in one folder, unless the same bytes are there already.
fn lay_down_in((name, bytes): (&str, &[u8]), cache_folder: &Path) -> Result<PathBuf> {
    let path = cache_folder.join("pico").join(format!("{:.16}-{name}", files::fingerprint(bytes)));
    match std::fs::read(&path) {
        Ok(there) if there == bytes => Ok(path),
        _ => {
            files::create_folder(&cache_folder.join("pico"))?;
            files::write_atomic(&path, bytes)?;
            Ok(path)
        }
    }
}

/// The embedded data of a profile's language.
fn data_of(profile: &Profile) -> Result<&'static Data> {
    DATA.iter().find(|d| d.language.eq_ignore_ascii_case(&profile.language)).ok_or_else(|| Error::Voice {
        voice: profile.name.clone(),
        problem: format!("Pico is embedded for en-GB and en-US, not for {}", profile.language),
        cure: None,
    })
}

/// The engine and its data.
pub(super) fn version(profile: &Profile) -> Result<String> {
    Ok(format!("svox-pico 1.0 (ttspico-sys 0.1.5), data {}", fingerprint(data_of(profile)?)))
}

/// What is fed to Pico for a sentence.
pub(super) fn request(profile: &Profile, sentence: &Sentence, prosody: &Prosody) -> Result<Vec<u8>> {
    Ok(Manner::of(profile)?.text(sentence, prosody))
}

/// Of both files of the data, computed once.
fn fingerprint(data: &Data) -> &'static str {
    static ALL: OnceLock<Vec<String>> = OnceLock::new();
    let of =
        |d: &Data| format!("{:.12}+{:.12}", files::fingerprint(d.analysis.1), files::fingerprint(d.signal.1));
    let all = ALL.get_or_init(|| DATA.iter().map(of).collect());
    let place = DATA.iter().position(|other| other.language == data.language);
    place.and_then(|place| all.get(place)).map_or("", String::as_str)
}

/// What the lexicon says, as Pico takes it.
fn sounds_of(sound: &Sound, american: bool) -> String {
    match sound {
        Sound::Respelling(letters) => letters.clone(),
        Sound::Ipa(ipa) => phoneme_tag(ipa, american),
    }
}

fn phoneme_tag(ipa: &str, american: bool) -> String {
    let mut tag = String::from("<phoneme alphabet=\"xsampa\" ph='");
    for code in ipa::codes(ipa) {
        let ours = PICO_CODES.iter().find(|(standard, ..)| *standard == code);
        tag.push_str(ours.map_or(code, |(_, british, us)| if american { us } else { british }));
    }
    tag.push_str("'/>");
    tag
}

/// X-SAMPA codes that Pico writes otherwise, in its British and in its American voice.
///
/// Pico ties affricates and diphthongs with `_`, wants the backslash of `r\` doubled inside a tag, and drops without
/// a word what it does not know; found by comparing the lengths of nonsense words with and without each code.
#[rustfmt::skip]
const PICO_CODES: [(&str, &str, &str); 26] = [
    ("tS", "t_S", "t_S"), ("dZ", "d_Z", "d_Z"), ("eI", "e_I", "e_I"), ("aI", "a_I", "a_I"), ("OI", "O_I", "O_I"),
    ("aU", "a_U", "a_U"), ("@U", "@_U", "o_U"), ("oU", "@_U", "o_U"), ("I@", "I_@", "Ir\\\\"), ("e@", "e_@", "Er\\\\"),
    ("U@", "U_@", "Ur\\\\"), ("r", "r\\\\", "r\\\\"), ("i", "i:", "i:"), ("u", "u:", "u:"), ("e", "E", "E"), ("a", "{", "{"),
    ("A", "A:", "A:"), ("Q", "Q", "A:"), ("O", "O:", "O:"), ("o", "O:", "o_U"), ("x", "k", "k"), ("@r", "@", "@r\\\\"),
    ("3r", "3:", "3:r\\\\"), ("3", "3:", "3:"), ("@l", "@l", "@l"), ("3:", "3:", "3:r\\\\"),
];
