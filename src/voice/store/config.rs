//! The configuration of a Piper voice: whether it is one, and what it says of the voice.
//!
//! Source: `piper.config` of piper-tts 1.8.0, and the files of Piper's voices.

use super::{LONGEST_CONFIG_BYTES, model, read_text, refusal};
use crate::Result;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The most speakers of one model; the largest of Piper's has 904.
const MOST_SPEAKERS: u32 = 10_000;

/// The most numbers of one phoneme: Piper's voices have one each.
const MOST_IDS: usize = 4;

/// What a configuration says of its voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) language: String,
    pub(super) quality: Option<String>,
    pub(super) dataset: Option<String>,
    pub(super) speakers: u32,
    pub(super) sample_rate_hz: u32,
}

#[derive(Deserialize)]
struct Config {
    audio: Audio,
    espeak: Espeak,
    #[serde(default)]
    phoneme_type: Option<String>,
    phoneme_id_map: BTreeMap<String, Vec<i64>>,
    #[serde(default)]
    num_symbols: Option<i64>,
    #[serde(default = "one")]
    num_speakers: u32,
    #[serde(default)]
    speaker_id_map: BTreeMap<String, u32>,
    #[serde(default)]
    inference: Inference,
    #[serde(default)]
    language: Option<Language>,
    #[serde(default)]
    dataset: Option<String>,
}

#[derive(Deserialize)]
struct Audio {
    sample_rate: u32,
    #[serde(default)]
    quality: Option<String>,
}

#[derive(Deserialize)]
struct Espeak {
    voice: String,
}

#[derive(Deserialize, Default)]
struct Inference {
    noise_scale: Option<f64>,
    length_scale: Option<f64>,
    noise_w: Option<f64>,
}

#[derive(Deserialize)]
struct Language {
    code: String,
}

fn one() -> u32 {
    1
}

impl Facts {
    /// Reads and checks the configuration of `voice`.
    ///
    /// # Errors
    /// [`crate::Error::Voice`] for one that is none, or that no engine here can speak by.
    pub(super) fn read(voice: &str, path: &Path) -> Result<Self> {
        if let Some((what, cure)) = model::mistaken(path)?
            && what != model::JSON
        {
            return Err(refusal(voice, format!("its configuration is {what}"), cure));
        }
        let text = read_text(path, LONGEST_CONFIG_BYTES)?;
        Self::parse(&text).map_err(|problem| {
            let cure =
                "give the .onnx.json that belongs to the model; --config names it if it is called otherwise";
            refusal(voice, format!("its configuration is none of Piper's: {problem}"), cure)
        })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let config: Config = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| {
            // Line and column say little about what somebody else wrote.
            let said = e.to_string();
            said.split(" at line ").next().unwrap_or(&said).to_owned()
        })?;
        let rate = config.audio.sample_rate;
        if !(8_000..=96_000).contains(&rate) {
            return Err(format!("audio.sample_rate {rate} is out of range"));
        }
        if config.espeak.voice.trim().is_empty() {
            return Err("espeak.voice is empty".into());
        }
        if let Some(kind) = config.phoneme_type.filter(|kind| kind != "espeak") {
            return Err(format!("it wants phonemes of the type \"{kind}\", and here are espeak's only"));
        }
        if config.phoneme_id_map.is_empty() {
            return Err("phoneme_id_map is empty".into());
        }
        let most = config.num_symbols.unwrap_or(i64::from(u16::MAX));
        for (phoneme, ids) in &config.phoneme_id_map {
            if ids.is_empty() || ids.len() > MOST_IDS || ids.iter().any(|id| !(0..most).contains(id)) {
                return Err(format!("phoneme_id_map has no sensible number for {phoneme:?}"));
            }
        }
        let speakers = config.num_speakers;
        if !(1..=MOST_SPEAKERS).contains(&speakers) {
            return Err(format!("num_speakers {speakers} is out of range"));
        }
        if let Some((name, id)) = config.speaker_id_map.iter().find(|(_, id)| **id >= speakers) {
            return Err(format!(
                "speaker_id_map has number {id} for {name:?}, and there are {speakers} speakers"
            ));
        }
        let scales = &config.inference;
        for (name, value) in [
            ("noise_scale", scales.noise_scale),
            ("length_scale", scales.length_scale),
            ("noise_w", scales.noise_w),
        ] {
            if value.is_some_and(|value| !(0.0..=10.0).contains(&value)) {
                return Err(format!("inference.{name} is out of range"));
            }
        }
        let line = |text: Option<String>| {
            text.map(|t| t.trim().to_owned())
                .filter(|t| !t.is_empty() && t.len() <= 60 && !t.contains(char::is_control))
        };
        Ok(Self {
            language: tag(config.language.as_ref().map_or(&config.espeak.voice, |l| &l.code)),
            quality: line(config.audio.quality),
            dataset: line(config.dataset),
            speakers,
            sample_rate_hz: rate,
        })
    }
}

/// The names of a model's speakers by their numbers, as its configuration has them; none where they cannot be read.
///
/// # Examples
/// ```
/// let file = tempfile::NamedTempFile::new().unwrap();
/// std::fs::write(&file, r#"{"speaker_id_map": {"p239": 1, "p236": 0}}"#).unwrap();
/// assert_eq!(bulletin::voice::store::speaker_names(file.path()), ["p236", "p239"]);
/// ```
pub fn speaker_names(config: &Path) -> Vec<String> {
    #[derive(Deserialize)]
    struct Names {
        #[serde(default)]
        speaker_id_map: BTreeMap<String, u32>,
    }
    let text = read_text(config, LONGEST_CONFIG_BYTES).unwrap_or_default();
    let names: Option<Names> = serde_json::from_str(&text).ok();
    let mut names: Vec<_> = names.map(|n| n.speaker_id_map).unwrap_or_default().into_iter().collect();
    names.sort_by_key(|(_, id)| *id);
    names.into_iter().map(|(name, _)| name).collect()
}

/// `en-GB` for `en_GB`, and for espeak's `en-gb-x-rp`.
fn tag(code: &str) -> String {
    let mut parts = code.split(['_', '-']);
    let primary = parts.next().unwrap_or_default().to_ascii_lowercase();
    match parts.next().filter(|region| region.len() == 2 && region.bytes().all(|b| b.is_ascii_alphabetic())) {
        Some(region) => format!("{primary}-{}", region.to_ascii_uppercase()),
        None => primary,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"audio": {"sample_rate": 22050, "quality": "medium"}, "espeak": {"voice": "en-gb-x-rp"},
        "phoneme_type": "espeak", "phoneme_id_map": {"_": [0], "a": [14]}, "num_symbols": 256, "num_speakers": 2,
        "speaker_id_map": {"x": 0, "y": 1}, "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8}}"#;

    #[test]
    fn facts() {
        let facts = Facts::parse(GOOD).unwrap();
        assert_eq!((facts.language.as_str(), facts.speakers, facts.sample_rate_hz), ("en-GB", 2, 22_050));
        assert_eq!((facts.quality.as_deref(), facts.dataset), (Some("medium"), None));
        let newer = GOOD
            .replace("{\"audio\"", "{\"language\": {\"code\": \"en_US\"}, \"dataset\": \"ryan\", \"audio\"");
        let facts = Facts::parse(&newer).unwrap();
        assert_eq!((facts.language.as_str(), facts.dataset.as_deref()), ("en-US", Some("ryan")));
        for (code, expected) in
            [("en_GB", "en-GB"), ("en-us", "en-US"), ("en", "en"), ("en-gb-x-rp", "en-GB"), ("en-029", "en")]
        {
            assert_eq!(tag(code), expected);
        }
    }

    #[test]
    fn what_is_refused() {
        for (from, to, problem) in [
            ("22050", "0", "audio.sample_rate 0 is out of range"),
            ("22050", "\"fast\"", "invalid type"),
            ("en-gb-x-rp", " ", "espeak.voice is empty"),
            ("\"espeak\",", "\"text\",", "phonemes of the type \"text\""),
            (r#"{"_": [0], "a": [14]}"#, "{}", "phoneme_id_map is empty"),
            ("[14]", "[]", "no sensible number for \"a\""),
            ("[14]", "[-1]", "no sensible number for \"a\""),
            ("[14]", "[256]", "no sensible number for \"a\""),
            ("\"num_speakers\": 2", "\"num_speakers\": 0", "num_speakers 0 is out of range"),
            ("\"num_speakers\": 2", "\"num_speakers\": 1", "number 1 for \"y\", and there are 1 speakers"),
            ("0.667", "-1", "inference.noise_scale is out of range"),
            ("{\"audio\"", "[{\"audio\"", "missing field"),
            ("espeak\": {", "espeaky\": {", "missing field `espeak`"),
        ] {
            let text = GOOD.replacen(from, to, 1);
            assert_ne!(text, GOOD);
            let error = Facts::parse(&text).unwrap_err();
            assert!(error.contains(problem), "{to}: {error}");
        }
        assert!(Facts::parse("").is_err() && Facts::parse(&"[".repeat(100_000)).is_err());
    }
}
