//! Piper's voices: VITS as an ONNX graph, run in this process.
//!
//! The engine is compiled with the feature `piper`; what a profile says of a voice is read in any build.

#[cfg(feature = "piper")]
mod config;
#[cfg(feature = "piper")]
mod decoder;
#[cfg(feature = "piper")]
mod engine;
#[cfg(feature = "piper")]
mod graph;
#[cfg(feature = "piper")]
mod kernel;
#[cfg(feature = "piper")]
mod model;
#[cfg(feature = "piper")]
pub mod phonemes;
#[cfg(feature = "piper")]
mod pieces;
#[cfg(feature = "piper")]
mod text;

#[cfg(feature = "piper")]
pub(super) use engine::{Piper, check, request, version};
#[cfg(feature = "piper")]
pub use model::{Model, Rendering, Request, Threads};

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What a profile says of a Piper voice: its table `[piper]`.
///
/// # Examples
/// ```
/// use bulletin::voice::{PiperSettings, Speaker};
/// let settings: PiperSettings = toml::from_str("model = \"en_GB-vctk-medium.onnx\"\nspeaker = \"p239\"").unwrap();
/// assert_eq!(settings.speaker, Some(Speaker::Name("p239".into())));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The graph, an `.onnx` file; a path that is not absolute begins at the profile's folder.
    pub model: PathBuf,
    /// Its configuration; if not given, the model's name with `.json` after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<PathBuf>,
    /// Who of several speaks, by name or number; if not given, the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<Speaker>,
    /// How much the sound may vary, over the configuration's `noise_scale`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise_scale: Option<f32>,
    /// How much the lengths of sounds may vary, over the configuration's `noise_w`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise_w: Option<f32>,
    /// SHA-256 of the model as it was installed, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// One of a model's speakers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Speaker {
    /// By number, from 0.
    Number(u32),
    /// As the configuration's `speaker_id_map` calls them.
    Name(String),
}
