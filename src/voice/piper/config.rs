//! The configuration beside a Piper model: `NAME.onnx.json`.

use super::phonemes::IdMap;
use super::{Settings, Speaker};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The longest configuration that is read: with a thousand speakers one has 100 kB.
const LIMIT_BYTES: u64 = 5_000_000;

/// Sampling rates that a voice may have.
const RATES_HZ: std::ops::RangeInclusive<u32> = 8_000..=96_000;

/// What noise scales may be.
pub(super) const SCALES: std::ops::RangeInclusive<f32> = 0.0..=2.0;

/// The most numbers of one phoneme: Piper's voices have one each.
const MOST_IDS: usize = 4;

/// What a configuration says that we need.
#[derive(Debug)]
pub(super) struct Config {
    pub(super) rate_hz: u32,
    /// How espeak calls the accent.
    pub(super) accent: String,
    pub(super) noise_scale: f32,
    pub(super) length_scale: f32,
    pub(super) noise_w: f32,
    pub(super) speakers: u32,
    speaker_ids: BTreeMap<String, u32>,
    pub(super) ids: IdMap,
}

#[derive(Deserialize)]
struct Written {
    audio: Audio,
    #[serde(default)]
    espeak: Espeak,
    #[serde(default)]
    inference: Inference,
    phoneme_type: Option<String>,
    num_speakers: Option<u32>,
    #[serde(default)]
    speaker_id_map: BTreeMap<String, u32>,
    #[serde(default)]
    phoneme_id_map: BTreeMap<String, Vec<i64>>,
}

#[derive(Deserialize)]
struct Audio {
    sample_rate: u32,
}

#[derive(Deserialize, Default)]
struct Espeak {
    voice: Option<String>,
}

#[derive(Deserialize, Default)]
struct Inference {
    noise_scale: Option<f32>,
    length_scale: Option<f32>,
    noise_w: Option<f32>,
}

impl Config {
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let size = fs::metadata(path).map_err(|e| e.to_string())?.len();
        if size > LIMIT_BYTES {
            return Err(format!(
                "its {size} bytes are more than a configuration has ({LIMIT_BYTES} at most)"
            ));
        }
        Self::parse(&fs::read_to_string(path).map_err(|e| e.to_string())?)
    }

    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let written: Written = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|e| format!("it is no configuration of a Piper voice: {e}"))?;
        let Written { audio, espeak, inference, phoneme_type, num_speakers, speaker_id_map, phoneme_id_map } =
            written;
        if let Some((phoneme, _)) = phoneme_id_map.iter().find(|(_, ids)| ids.len() > MOST_IDS) {
            return Err(format!("phoneme_id_map has more than {MOST_IDS} numbers for {phoneme:?}"));
        }
        if let Some(kind) = phoneme_type.filter(|kind| kind != "espeak") {
            return Err(format!(
                "the voice wants phonemes of the kind \"{kind}\"; those of espeak are known"
            ));
        }
        if !RATES_HZ.contains(&audio.sample_rate) {
            return Err(format!("a sampling rate of {} Hz cannot be", audio.sample_rate));
        }
        let scale = |name: &str, value: Option<f32>, built_in: f32, most: f32| match value.unwrap_or(built_in)
        {
            value if (0.0..=most).contains(&value) => Ok(value),
            value => Err(format!("{name} = {value} cannot be")),
        };
        let length_scale = scale("length_scale", inference.length_scale, 1.0, 10.0)?;
        if length_scale < 0.1 {
            return Err(format!("length_scale = {length_scale} cannot be"));
        }
        Ok(Self {
            rate_hz: audio.sample_rate,
            accent: espeak.voice.unwrap_or_else(|| "en-us".into()),
            noise_scale: scale("noise_scale", inference.noise_scale, 0.667, *SCALES.end())?,
            length_scale,
            noise_w: scale("noise_w", inference.noise_w, 0.8, *SCALES.end())?,
            speakers: num_speakers.unwrap_or(1).max(1),
            speaker_ids: speaker_id_map,
            ids: IdMap::from_config(text.trim_start_matches('\u{feff}'))?,
        })
    }

    /// The number of the speaker that a profile wants.
    pub(super) fn speaker(&self, settings: &Settings) -> Result<i32, String> {
        let number = match &settings.speaker {
            None => 0,
            Some(Speaker::Number(number)) => *number,
            Some(Speaker::Name(name)) => match self.speaker_ids.get(name) {
                Some(number) => *number,
                None => name.parse().map_err(|_| self.no_speaker(name))?,
            },
        };
        let fits = number < self.speakers;
        fits.then_some(number as i32).ok_or_else(|| self.no_speaker(&number.to_string()))
    }

    fn no_speaker(&self, wanted: &str) -> String {
        /// Names shown.
        const MOST: usize = 12;
        let mut names: Vec<&str> = self.speaker_ids.keys().take(MOST).map(String::as_str).collect();
        if self.speaker_ids.len() > MOST {
            names.push("…");
        }
        let names = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
        match self.speakers {
            1 => format!("there is no speaker {wanted}: the model has one speaker"),
            count => format!("there is no speaker {wanted}: the model has {count}, numbered from 0{names}"),
        }
    }
}
