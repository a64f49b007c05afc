//! The music of a rundown, rendered or decoded, with how loud it is.

use crate::decode;
use crate::rundown::{Rundown, Sound};
use crate::sound::beds::{self, Bed};
use crate::sound::gating::Blocks;
use crate::sound::loudness::{Channels, Loudness};
use crate::sound::stings::{self, Marks};
use crate::units::{Frames, Lufs, SampleRate};
use crate::{Error, Result};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Length of the crossfade with which a bed from a file begins again.
const LOOP_CROSSFADE_MS: u32 = 1_000;

/// A station's own sting or bed: a file as its bytes, for a job travels without its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoundFile {
    /// The name by which the rundown asks for it.
    pub name: String,
    /// The whole file.
    pub bytes: Bytes,
}

/// Bytes that are written as Base64 (RFC 4648 §4) where text is wanted.
#[derive(Clone, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&crate::base64::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = crate::base64::decode(&text).ok_or_else(|| serde::de::Error::custom("not Base64"))?;
        Ok(Self(bytes))
    }
}

/// Music to play, at 48 kHz.
#[derive(Debug, Clone, Default)]
pub struct Sounds {
    /// The stings of [`Rundown::stings`], in their order.
    pub stings: Vec<Music>,
    /// The beds of [`Rundown::beds`], in their order.
    pub beds: Vec<Loop>,
}

/// A sting.
#[derive(Debug, Clone)]
pub struct Music {
    /// Interleaved stereo.
    pub samples: Vec<f32>,
    /// Its length, and where a voice may enter.
    pub marks: Marks,
    /// How loud it is; none for silence.
    pub loudness: Option<Lufs>,
}

/// A bed.
#[derive(Debug, Clone)]
pub struct Loop {
    /// What goes round.
    pub bed: Bed,
    /// How loud it is; none for silence.
    pub loudness: Option<Lufs>,
}

impl Sounds {
    /// Renders our own and decodes the station's.
    ///
    /// # Errors
    /// [`Error::Config`] for a name that nothing has, or a file that cannot be played.
    pub fn gather(rundown: &Rundown, files: &[SoundFile]) -> Result<Self> {
        Ok(Self {
            stings: rundown.stings.iter().map(|sound| music(sound, files)).collect::<Result<_>>()?,
            beds: rundown.beds.iter().map(|bed| looped(&bed.sound, files)).collect::<Result<_>>()?,
        })
    }

    /// What a timeline needs of the stings.
    pub fn marks(&self) -> Vec<Marks> {
        self.stings.iter().map(|sting| sting.marks).collect()
    }

    /// The same without rendering anything of ours; a file must be decoded to know its length.
    ///
    /// # Errors
    /// As [`Sounds::gather`].
    pub fn marks_of(rundown: &Rundown, files: &[SoundFile]) -> Result<Vec<Marks>> {
        rundown
            .stings
            .iter()
            .map(|sound| match sound {
                Sound::Own(name) => stings::marks(name).ok_or_else(|| unknown("sting", name)),
                Sound::File(_) => Ok(marks_of_file(&decoded(sound, files, decode::STING_LIMIT_S)?)),
            })
            .collect()
    }
}

/// A file's sting tells nobody where a voice may enter: at its end.
fn marks_of_file(samples: &[f32]) -> Marks {
    let length = decode::frames(samples);
    Marks { length, voice_at: length, hour_at: None }
}

fn unknown(what: &str, name: &str) -> Error {
    let names = if what == "sting" { stings::NAMES.join(", ") } else { beds::NAMES.join(", ") };
    Error::Config {
        place: what.into(),
        problem: format!("there is no {what} called \"{name}\""),
        cure: format!("the {what}s are: {names}"),
    }
}

fn decoded(sound: &Sound, files: &[SoundFile], limit_s: u32) -> Result<Vec<f32>> {
    let name = sound.to_string();
    let wrong = |problem: String| Error::Config {
        place: name.clone(),
        problem,
        cure: format!("give WAV, MP3, FLAC, Ogg or M4A of one or two channels, {limit_s} seconds at most"),
    };
    let file = files
        .iter()
        .find(|file| file.name == name)
        .ok_or_else(|| wrong("the job does not hold this file".into()))?;
    decode::music(&file.bytes.0, limit_s).map_err(wrong)
}

fn music(sound: &Sound, files: &[SoundFile]) -> Result<Music> {
    let Sound::Own(name) = sound else {
        let samples = decoded(sound, files, decode::STING_LIMIT_S)?;
        let (marks, loudness) = (marks_of_file(&samples), loudness(&samples)?);
        return Ok(Music { samples, marks, loudness });
    };
    once(&STINGS, name, || rendered_sting(name))
}

fn rendered_sting(name: &str) -> Result<Music> {
    let sting = stings::sting(name).ok_or_else(|| unknown("sting", name))?;
    let mono: Vec<f32> = sting.samples.as_chunks::<2>().0.iter().map(|f| 0.5 * (f[0] + f[1])).collect();
    let loudness = Blocks::measure(&mono, SampleRate::PROGRAMME)?.integrated();
    let marks = sting.marks();
    // Two channels of what was measured as one.
    Ok(Music { samples: sting.samples, marks, loudness: loudness.map(|l| Lufs(l.0 + 3.01)) })
}

fn looped(sound: &Sound, files: &[SoundFile]) -> Result<Loop> {
    let measured = |bed: Bed| {
        let loudness = loudness(&bed.samples)?;
        Ok(Loop { bed, loudness })
    };
    match sound {
        Sound::Own(name) => {
            once(&BEDS, name, || measured(beds::bed(name).ok_or_else(|| unknown("bed", name))?))
        }
        Sound::File(_) => measured(beds::looped(
            &decoded(sound, files, decode::BED_LIMIT_S)?,
            SampleRate::PROGRAMME.frames_in_ms(LOOP_CROSSFADE_MS),
        )),
    }
}

/// Sounds of ours by name, which are the same every time.
type Rendered<T> = Mutex<BTreeMap<String, T>>;

static STINGS: Rendered<Music> = Rendered::new(BTreeMap::new());
static BEDS: Rendered<Loop> = Rendered::new(BTreeMap::new());

/// The sound of this name, rendered by whoever asks first: a batch plays the same sting a hundred times. There are a
/// dozen of ours, none longer than some seconds.
fn once<T: Clone>(rendered: &Rendered<T>, name: &str, render: impl FnOnce() -> Result<T>) -> Result<T> {
    let mut rendered = rendered.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = rendered.get(name) {
        return Ok(known.clone());
    }
    let made = render()?;
    rendered.insert(name.to_owned(), made.clone());
    Ok(made)
}

/// Loudness of a whole piece; one shorter than a gating block is weighed as if silence followed.
fn loudness(stereo: &[f32]) -> Result<Option<Lufs>> {
    let mut meter = Loudness::new(Channels::Stereo, SampleRate::PROGRAMME)?;
    meter.add(stereo);
    let block = SampleRate::PROGRAMME.frames_in_ms(400);
    let missing = block.saturating_sub(Frames(stereo.len() as u64 / 2));
    meter.add(&vec![0.0; missing.0 as usize * 2]);
    Ok(meter.integrated())
}
