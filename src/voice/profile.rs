//! Voice profiles: one TOML file each, compiled in or the user's own.

use super::{command, http, piper};
use crate::pace::{Linear, Pace};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The voices every build has.
const BUILT_IN: [(&str, &str); 8] = [
    ("voices/pico-en-gb.toml", include_str!("../../voices/pico-en-gb.toml")),
    ("voices/pico-en-us.toml", include_str!("../../voices/pico-en-us.toml")),
    ("voices/espeak-en-gb.toml", include_str!("../../voices/espeak-en-gb.toml")),
    ("voices/espeak-en-us.toml", include_str!("../../voices/espeak-en-us.toml")),
    ("voices/flite-slt.toml", include_str!("../../voices/flite-slt.toml")),
    ("voices/rhvoice-en-us.toml", include_str!("../../voices/rhvoice-en-us.toml")),
    ("voices/say-en-gb.toml", include_str!("../../voices/say-en-gb.toml")),
    ("voices/say-en-us.toml", include_str!("../../voices/say-en-us.toml")),
];

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
    /// How good it is, in its makers' own words: `medium`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<String>,
    /// What the engine `piper` needs to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub piper: Option<piper::Settings>,
    /// What the engine `http` needs to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<http::Settings>,
    /// What the engine `command` needs to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<command::Settings>,
    /// Where its file lies: paths in it begin there.
    #[serde(skip)]
    pub folder: PathBuf,
    /// How long its words take, as fitted by `scripts/fit_pace.py`.
    #[serde(default)]
    pub pace: Linear,
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
}

fn one() -> f64 {
    1.0
}

/// The voices there are: built in, then the user's, which replace built-in ones of the same name.
///
/// # Examples
/// ```
/// let voices = bulletin::voice::Registry::built_in();
/// assert_eq!(voices.get("pico-en-gb").unwrap().language, "en-GB");
/// assert!(voices.get("nobody").is_err());
/// assert_eq!(voices.for_language("en-US").unwrap().name, "pico-en-us");
/// ```
#[derive(Debug, Clone)]
pub struct Registry {
    profiles: Vec<Profile>,
}

impl Registry {
    /// The voices compiled in.
    ///
    /// # Panics
    /// Never: a test parses every built-in profile.
    #[allow(clippy::missing_panics_doc, reason = "a test parses every built-in profile")]
    pub fn built_in() -> Self {
        let profiles = BUILT_IN.iter().filter_map(|(place, text)| parse(place, text).ok()).collect();
        Self { profiles }
    }

    /// Adds the profiles (`*.toml`) of a folder; a folder that is not there adds none.
    ///
    /// # Errors
    /// [`Error::Config`] for a file that does not parse, [`Error::Read`] for one that cannot be read.
    pub fn add_folder(&mut self, folder: &Path) -> Result<()> {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(source) => return Err(Error::Read { path: folder.into(), source }),
        };
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry.map_err(|source| Error::Read { path: folder.into(), source })?.path();
            if path.extension().is_some_and(|e| e == "toml") {
                paths.push(path);
            }
        }
        paths.sort();
        for path in paths {
            let text = std::fs::read_to_string(&path)
                .map_err(|source| Error::Read { path: path.clone(), source })?;
            let profile = Profile { folder: folder.into(), ..parse(&path.display().to_string(), &text)? };
            self.profiles.retain(|p| p.name != profile.name);
            self.profiles.push(profile);
        }
        Ok(())
    }

    /// All voices, in the order they were added.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// The voice of this name.
    ///
    /// # Errors
    /// [`Error::UnknownVoice`] with the names there are.
    pub fn get(&self, name: &str) -> Result<&Profile> {
        self.profiles.iter().find(|p| p.name == name).ok_or_else(|| Error::UnknownVoice {
            name: name.to_owned(),
            known: self.profiles.iter().map(|p| p.name.clone()).collect(),
        })
    }

    /// The embedded voice of a language tag: the very tag if there is one, else the same language elsewhere.
    pub fn floor(&self, tag: &str) -> Option<&Profile> {
        let primary = |t: &str| t.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let embedded = || self.profiles.iter().filter(|p| p.engine == "pico");
        embedded()
            .find(|p| p.language.eq_ignore_ascii_case(tag))
            .or_else(|| embedded().find(|p| primary(&p.language) == primary(tag)))
    }

    /// The first voice for a language tag: the very tag if there is one, else the same language elsewhere. Only voices
    /// that speak in this process are chosen for somebody; programs and servers are named by whoever wants them.
    pub fn for_language(&self, tag: &str) -> Option<&Profile> {
        let primary = |t: &str| t.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let own = || self.profiles.iter().filter(|p| matches!(p.engine.as_str(), "pico" | "piper"));
        own()
            .find(|p| p.language.eq_ignore_ascii_case(tag))
            .or_else(|| own().find(|p| primary(&p.language) == primary(tag)))
    }
}

fn parse(place: &str, text: &str) -> Result<Profile> {
    let wrong = |problem: String| {
        Error::Config {
        place: place.to_owned(),
        problem,
        cure: "a profile has name, engine, language and licence, and may have description, rate, pitch and gain_db"
            .into(),
    }
    };
    let profile: Profile = toml::from_str(text).map_err(|e| wrong(e.to_string().trim_end().to_owned()))?;
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
    Ok(profile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_profile_parses() {
        for (place, text) in BUILT_IN {
            parse(place, text).unwrap();
        }
        assert_eq!(Registry::built_in().profiles().len(), BUILT_IN.len());
    }

    #[test]
    fn programs_and_servers_are_never_chosen_for_somebody() {
        let mut voices = Registry::built_in();
        for tag in ["en-GB", "en-US", "en-AU", "en"] {
            assert_eq!(voices.for_language(tag).unwrap().engine, "pico", "{tag}");
        }
        voices.profiles.retain(|profile| profile.engine != "pico");
        assert!(voices.for_language("en-GB").is_none() && !voices.profiles.is_empty());
    }

    #[test]
    fn built_in_programs_make_sense() {
        for profile in Registry::built_in().profiles().iter().filter(|p| p.engine == "command") {
            profile.version().unwrap();
            let command = profile.command.as_ref().unwrap();
            assert!(command.install.is_some(), "{}", profile.name);
        }
    }

    #[test]
    fn a_wrong_profile_says_where_and_what() {
        let good = BUILT_IN[0].1;
        for (text, part) in [
            (good.replace("rate = 1.0", "rate = 9"), "rate = 9 is outside 0.2 to 5"),
            (good.replace("engine = \"pico\"\n", ""), "missing field `engine`"),
            (format!("{good}\ncolour = 1"), "unknown field `colour`"),
        ] {
            let error = parse("mine.toml", &text).unwrap_err();
            assert!(error.to_string().starts_with("mine.toml: "), "{error}");
            assert!(error.to_string().contains(part), "{error} should say {part}");
        }
    }

    #[test]
    fn a_users_profile_replaces_and_adds() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.toml"), BUILT_IN[0].1.replace("rate = 1.0", "rate = 1.1"))
            .unwrap();
        std::fs::write(folder.path().join("b.toml"), BUILT_IN[0].1.replace("pico-en-gb", "mine")).unwrap();
        let mut voices = Registry::built_in();
        voices.add_folder(folder.path()).unwrap();
        assert_eq!(voices.profiles().len(), BUILT_IN.len() + 1);
        assert!((voices.get("pico-en-gb").unwrap().rate - 1.1).abs() < 1e-9);
        assert_eq!(voices.get("mine").unwrap().language, "en-GB");
        voices.add_folder(&folder.path().join("none")).unwrap();
    }
}
