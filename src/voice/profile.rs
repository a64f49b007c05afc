//! Voice profiles: one TOML file each, compiled in or the user's own.

use super::store::{DownloadFrom, Installed};
use super::{command, http, piper};
use crate::pace::{Linear, Pace};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A voice as described in its TOML file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What the user calls it.
    pub name: String,
    /// One line for people.
    #[serde(default)]
    pub description: String,
    /// Which engine speaks.
    pub engine: String,
    /// BCP 47 tag of the language it speaks.
    pub language: String,
    /// Speed on top of the engine's own, 1.0 unchanged.
    #[serde(default = "one")]
    pub rate: f64,
    /// Pitch on top of the engine's own, 1.0 unchanged.
    #[serde(default = "one")]
    pub pitch: f64,
    /// Gain applied to every take, in dB.
    #[serde(default)]
    pub gain_db: f64,
    /// The licence of the voice's data.
    pub licence: String,
    /// Where that licence, or whom it is from, can be read about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence_url: Option<String>,
    /// What else whoever broadcasts it should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// How good it is, in its makers' own words: `medium`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<String>,
    /// How many people's voices its model holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speakers: Option<u32>,
    /// The rate its takes come at, in hertz.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample_rate_hz: Option<u32>,
    /// What the engine `piper` needs to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub piper: Option<piper::Settings>,
    /// What the engine `http` needs to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<http::Settings>,
    /// What the engine `command` needs to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<command::Settings>,
    /// Where its model can be fetched from, if it is to be installed first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub download: Option<DownloadFrom>,
    /// What is known of how it came here, if it was installed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installed: Option<Installed>,
    /// Where its file lies: paths in it begin there.
    #[serde(skip)]
    pub folder: PathBuf,
    /// Who described it.
    #[serde(skip)]
    pub origin: Origin,
    /// How long its words take, as fitted by `scripts/fit_pace.py`.
    #[serde(default)]
    pub pace: Linear,
}

/// Who described a voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// We, and it speaks.
    BuiltIn,
    /// It was installed.
    Installed,
    /// The user.
    #[default]
    User,
}

/// A voice's pace at a speed.
#[derive(Debug, Clone, Copy)]
pub struct ProfilePace {
    pace: Linear,
    rate: f64,
}

impl Pace for ProfilePace {
    fn seconds(&self, spoken: &str) -> f64 {
        self.pace.seconds(spoken) / self.rate
    }
}

impl Profile {
    /// How long its words take at `rate` times its own speed. The model is fitted at the profile's own rate.
    pub fn pace_at(&self, rate: f64) -> ProfilePace {
        ProfilePace { pace: self.pace, rate: rate.max(0.01) }
    }

    /// Reads a profile; `place` is where it is from, for messages.
    ///
    /// # Errors
    /// [`Error::Config`] for one that does not parse or whose values make no sense.
    ///
    /// # Examples
    /// ```
    /// use bulletin::voice::Profile;
    /// let text = "name = \"a\"\nengine = \"pico\"\nlanguage = \"en-GB\"\nlicence = \"none\"";
    /// assert_eq!(Profile::parse("a.toml", text).unwrap().rate, 1.0);
    /// let error = Profile::parse("a.toml", &format!("{text}\nrate = 9")).unwrap_err();
    /// assert_eq!(error.to_string(), "a.toml: rate = 9 is outside 0.2 to 5");
    /// ```
    pub fn parse(place: &str, text: &str) -> Result<Self> {
        let wrong = |problem: String| {
            Error::Config {
            place: place.to_owned(),
            problem,
            cure: "a profile has name, engine, language and licence, may have description, rate, pitch and gain_db, and a table for its engine"
                .into(),
        }
        };
        let profile: Self = toml::from_str(text).map_err(|e| {
            // Not the line itself, which may hold a key.
            let line = e.span().map(|span| text.bytes().take(span.start).filter(|b| *b == b'\n').count() + 1);
            wrong(line.map_or_else(|| e.message().to_owned(), |n| format!("line {n}: {}", e.message())))
        })?;
        if profile.name.trim().is_empty() {
            return Err(wrong("the name is empty".into()));
        }
        for (field, value, low, high) in [
            ("rate", profile.rate, 0.2, 5.0),
            ("pitch", profile.pitch, 0.5, 2.0),
            ("gain_db", profile.gain_db, -40.0, 20.0),
        ] {
            if !(low..=high).contains(&value) {
                return Err(wrong(format!("{field} = {value} is outside {low} to {high}")));
            }
        }
        if profile.can_be_installed() {
            super::store::check_name(&profile.name)?;
        }
        match profile.download.as_ref().and_then(DownloadFrom::fault) {
            Some(problem) => Err(wrong(format!("download.{problem}"))),
            None => Ok(profile),
        }
    }

    /// Whether it says where to fetch a model, and has none.
    pub(super) fn can_be_installed(&self) -> bool {
        self.download.is_some() && self.piper.is_none()
    }

    /// The model of a neural voice, where there is one.
    ///
    /// # Examples
    /// ```
    /// use bulletin::voice::Profile;
    /// let text = "name = \"a\"\nengine = \"piper\"\nlanguage = \"en-GB\"\nlicence = \"none\"\n[piper]\nmodel = \"a.onnx\"";
    /// let profile = Profile { folder: "/voices".into(), ..Profile::parse("a.toml", text).unwrap() };
    /// assert_eq!(profile.model().unwrap(), std::path::Path::new("/voices/a.onnx"));
    /// ```
    pub fn model(&self) -> Option<PathBuf> {
        self.piper.as_ref().map(|piper| self.folder.join(&piper.model))
    }

    /// Whether it is a neural voice that can speak in this build.
    pub(super) fn is_neural_here(&self) -> bool {
        cfg!(feature = "piper") && self.engine == "piper" && self.model().is_some_and(|model| model.is_file())
    }

    /// Its place among neural voices: better first, then by name.
    pub(super) fn rank(&self) -> (u8, &str) {
        let quality = match self.quality.as_deref() {
            Some("high") => 0,
            Some("medium") => 1,
            Some("low") => 3,
            Some("x_low") => 4,
            _ => 2,
        };
        (quality, &self.name)
    }

    pub(super) fn speaks(&self, tag: &str) -> bool {
        self.language.eq_ignore_ascii_case(tag)
    }

    /// The same language, wherever it is spoken.
    pub(super) fn speaks_kin_of(&self, tag: &str) -> bool {
        let primary = |t: &str| t.split('-').next().unwrap_or_default().to_ascii_lowercase();
        primary(&self.language) == primary(tag)
    }
}

fn one() -> f64 {
    1.0
}
