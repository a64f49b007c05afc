//! The voices there are, and those there could be.

use super::profile::{Origin, Profile};
use super::store;
use crate::{Error, Result, suggest};
use std::path::Path;

/// The profiles compiled in: places and texts of `voices/*.toml`, by name.
const BUILT_IN: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/profiles.rs"));

/// The voices there are: built in, then installed, then the user's, which replace others of the same name. Apart from
/// them, the catalogue: voices that can be installed.
///
/// # Examples
/// ```
/// let voices = bulletin::voice::Registry::built_in();
/// assert_eq!(voices.get("pico-en-gb").unwrap().language, "en-GB");
/// assert!(voices.get("nobody").is_err());
/// assert_eq!(voices.for_language("en-US").unwrap().name, "pico-en-us");
/// let error = voices.get("en_GB-alba-medium").unwrap_err();
/// assert_eq!(error.hint().unwrap(), "install it with `bulletin voices install en_GB-alba-medium`");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Registry {
    profiles: Vec<Profile>,
    catalogue: Vec<Profile>,
    damaged: Vec<Damaged>,
}

/// Something in the store or among the user's profiles that is no voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// What it was called, or its file is.
    pub name: String,
    /// What is wrong with it.
    pub problem: String,
    /// Whether it lies in the store.
    pub installed: bool,
}

impl Registry {
    /// The voices compiled in, and the catalogue.
    ///
    /// # Panics
    /// Never: a test parses every built-in profile.
    #[allow(clippy::missing_panics_doc, reason = "a test parses every built-in profile")]
    pub fn built_in() -> Self {
        let mut voices = Self::default();
        for profile in BUILT_IN.iter().filter_map(|(place, text)| Profile::parse(place, text).ok()) {
            voices.add(Profile { origin: Origin::BuiltIn, ..profile });
        }
        voices
    }

    /// A voice that can speak takes the place of one of the same name; so does one that can be installed, in the
    /// catalogue.
    fn add(&mut self, profile: Profile) {
        let list = if profile.can_be_installed() { &mut self.catalogue } else { &mut self.profiles };
        match list.iter_mut().find(|p| p.name == profile.name) {
            Some(place) => *place = profile,
            None => list.push(profile),
        }
    }

    /// Adds what is installed in a store's folder. What is damaged there is noted and does not keep others from
    /// speaking; a folder that is not there adds none.
    ///
    /// # Errors
    /// [`Error::Read`] for a folder that cannot be read.
    pub fn add_store(&mut self, folder: &Path) -> Result<()> {
        for (name, found) in store::installed(folder)? {
            match found {
                Ok(profile) => self.add(profile),
                Err(error) => {
                    self.damaged.push(Damaged { name, problem: error.to_string(), installed: true });
                }
            }
        }
        Ok(())
    }

    /// Adds the profiles (`*.toml`) of a folder; a folder that is not there adds none. What cannot be read there is noted and
    /// does not keep others from speaking.
    ///
    /// # Errors
    /// [`Error::Read`] for a folder that cannot be read.
    pub fn add_folder(&mut self, folder: &Path) -> Result<()> {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(source) => return Err(Error::Read { path: folder.into(), source }),
        };
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry.map_err(|source| Error::Read { path: folder.into(), source })?.path();
            if path.extension().is_some_and(|e| e == "toml") && path.is_file() {
                paths.push(path);
            }
        }
        paths.sort();
        for path in paths {
            let text =
                std::fs::read_to_string(&path).map_err(|source| Error::Read { path: path.clone(), source });
            match text.and_then(|text| Profile::parse(&path.display().to_string(), &text)) {
                Ok(profile) => self.add(Profile { folder: folder.into(), origin: Origin::User, ..profile }),
                Err(error) => {
                    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                    self.damaged.push(Damaged { name, problem: error.to_string(), installed: false });
                }
            }
        }
        Ok(())
    }

    /// All voices that can be asked to speak, in the order they were added.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// The voices that can be installed, those that are among them.
    pub fn catalogue(&self) -> &[Profile] {
        &self.catalogue
    }

    /// What the store and the user's folder hold that is no voice.
    pub fn damaged(&self) -> &[Damaged] {
        &self.damaged
    }

    /// The voice of this name.
    ///
    /// # Errors
    /// [`Error::Voice`] for one that has to be installed first; [`Error::UnknownVoice`] with the names there are.
    pub fn get(&self, name: &str) -> Result<&Profile> {
        if let Some(profile) = self.profiles.iter().find(|p| p.name == name) {
            return Ok(profile);
        }
        let voice = || name.to_owned();
        if let Some(damaged) = self.damaged.iter().find(|d| d.name == name) {
            let problem = &damaged.problem;
            let (problem, cure) = if damaged.installed {
                let again = "install it again, with `bulletin voices install` and --force";
                let cure = format!("{again}, or `bulletin voices remove {name}`");
                (format!("it is installed but damaged: {problem}"), cure)
            } else {
                (format!("its profile cannot be read: {problem}"), "mend its profile, or take it away".into())
            };
            return Err(Error::Voice { voice: voice(), problem, cure: Some(cure) });
        }
        if self.in_catalogue(name).is_some() {
            return Err(Error::Voice {
                voice: voice(),
                problem: "it is not installed".into(),
                cure: Some(format!("install it with `bulletin voices install {name}`")),
            });
        }
        let mut known: Vec<String> = self.profiles.iter().map(|p| p.name.clone()).collect();
        // Of the catalogue, which is long, only what may have been meant.
        if suggest::nearest(name, known.iter().map(String::as_str)).is_none() {
            let names = self.catalogue.iter().map(|p| p.name.as_str());
            known.extend(suggest::nearest(name, names).map(str::to_owned));
        }
        Err(Error::UnknownVoice { name: voice(), known })
    }

    /// Whether the program itself has a voice of this name, which nothing installed may take.
    pub(crate) fn has_built_in(name: &str) -> bool {
        BUILT_IN.iter().any(|(place, text)| {
            *place == format!("voices/{name}.toml")
                && Profile::parse(place, text).is_ok_and(|profile| !profile.can_be_installed())
        })
    }

    /// The voice of this name as the catalogue has it.
    pub fn in_catalogue(&self, name: &str) -> Option<&Profile> {
        self.catalogue.iter().find(|p| p.name == name)
    }

    /// The voice that speaks a language where nobody named one: a neural one that is installed, better ones before
    /// others and then by name, else the embedded one. A voice for the very tag goes before one for the same language
    /// elsewhere. Servers and programs speak only when they are named.
    pub fn for_language(&self, tag: &str) -> Option<&Profile> {
        let neural = |fits: &dyn Fn(&Profile) -> bool| {
            let installed = self.profiles.iter().filter(|p| p.origin == Origin::Installed);
            installed.filter(|p| fits(p) && p.is_neural_here()).min_by_key(|p| p.rank())
        };
        let own = |fits: &dyn Fn(&Profile) -> bool| {
            neural(fits).or_else(|| self.profiles.iter().find(|p| p.engine == "pico" && fits(p)))
        };
        own(&|p| p.speaks(tag)).or_else(|| own(&|p| p.speaks_kin_of(tag)))
    }

    /// The embedded voice for a language, which is always there to fall back on.
    ///
    /// # Examples
    /// ```
    /// let voices = bulletin::voice::Registry::built_in();
    /// assert_eq!(voices.floor("en-US").unwrap().name, "pico-en-us");
    /// assert_eq!(voices.floor("en-AU").unwrap().name, "pico-en-gb");
    /// assert!(voices.floor("fi").is_none());
    /// ```
    pub fn floor(&self, tag: &str) -> Option<&Profile> {
        let mut embedded = self.profiles.iter().filter(|p| p.engine == "pico");
        embedded.clone().find(|p| p.speaks(tag)).or_else(|| embedded.find(|p| p.speaks_kin_of(tag)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICO: &str = include_str!("../../voices/pico-en-gb.toml");
    const ALBA: &str = include_str!("../../voices/en_GB-alba-medium.toml");

    #[test]
    fn every_built_in_profile_parses_and_is_named_as_its_file() {
        for (place, text) in BUILT_IN {
            let profile = Profile::parse(place, text).unwrap();
            assert_eq!(*place, format!("voices/{}.toml", profile.name));
        }
        let voices = Registry::built_in();
        assert_eq!(voices.profiles().len() + voices.catalogue().len(), BUILT_IN.len());
        let embedded: Vec<_> =
            voices.profiles().iter().filter(|p| p.engine == "pico").map(|p| &*p.name).collect();
        assert_eq!(embedded, ["pico-en-gb", "pico-en-us"]);
        let british = voices.catalogue().iter().filter(|p| p.language == "en-GB").count();
        assert_eq!((british, voices.catalogue().len()), (11, 37));
        assert!(voices.catalogue().iter().all(|p| p.download.as_ref().is_some_and(|d| d.md5.is_some())));
    }

    #[test]
    fn a_wrong_profile_says_where_and_what() {
        for (text, part) in [
            (PICO.replace("rate = 1.0", "rate = 9"), "rate = 9 is outside 0.2 to 5"),
            (PICO.replace("engine = \"pico\"\n", ""), "missing field `engine`"),
            (format!("{PICO}\ncolour = 1"), "unknown field `colour`"),
            (ALBA.replace("401369c4", "401369"), "download.sha256 is not 64 hexadecimal digits"),
            (ALBA.replace("path = \"en/", "path = \"../"), "download.path leads out of the mirror"),
            (ALBA.replace("path = \"en/", "path = \"ftp://a/"), "download.path is no http or https address"),
        ] {
            let error = Profile::parse("mine.toml", &text).unwrap_err();
            assert!(error.to_string().starts_with("mine.toml: "), "{error}");
            assert!(error.to_string().contains(part), "{error} should say {part}");
        }
    }

    #[test]
    fn a_users_profile_replaces_and_adds() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("a.toml", &PICO.replace("rate = 1.0", "rate = 1.1"));
        write("b.toml", &PICO.replace("pico-en-gb", "mine"));
        write("c.toml", &ALBA.replace("63201294", "7"));
        write("d.toml", &ALBA.replace("en_GB-alba-medium\"", "house\""));
        let mut voices = Registry::built_in();
        let before = (voices.profiles().len(), voices.catalogue().len());
        voices.add_folder(folder.path()).unwrap();
        assert_eq!((voices.profiles().len(), voices.catalogue().len()), (before.0 + 1, before.1 + 1));
        assert!((voices.get("pico-en-gb").unwrap().rate - 1.1).abs() < 1e-9);
        assert_eq!(voices.get("mine").unwrap().language, "en-GB");
        let size = |name: &str| voices.in_catalogue(name).unwrap().download.as_ref().unwrap().size_bytes;
        assert_eq!((size("en_GB-alba-medium"), size("house")), (Some(7), Some(63_201_294)));
        voices.add_folder(&folder.path().join("none")).unwrap();
    }

    #[test]
    fn who_speaks_a_language() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("m.onnx"), b"m").unwrap();
        let profile = |name: &str, engine: &str, language: &str, quality: &str, model: &str| {
            let text = format!(
                "name = \"{name}\"\nengine = \"{engine}\"\nlanguage = \"{language}\"\nquality = \"{quality}\"\n\
                 licence = \"\"\n[piper]\nmodel = \"{model}\""
            );
            let parsed = Profile::parse("", &text).unwrap();
            Profile { folder: folder.path().into(), origin: Origin::Installed, ..parsed }
        };
        let mut voices = Registry::built_in();
        let mut expect = |added: Option<Profile>, tag: &str, neural: &str, without: &str| {
            if let Some(added) = added {
                voices.add(added);
            }
            let expected = if cfg!(feature = "piper") { neural } else { without };
            assert_eq!(voices.for_language(tag).unwrap().name, expected, "{tag}");
        };
        expect(None, "en-GB", "pico-en-gb", "pico-en-gb");
        expect(None, "en-AU", "pico-en-gb", "pico-en-gb");
        let here = |name: &str, language: &str, quality: &str| {
            Some(profile(name, "piper", language, quality, "m.onnx"))
        };
        // Without a model nobody speaks, and others speak only when they are named.
        expect(
            Some(profile("a", "piper", "en-GB", "high", "none.onnx")),
            "en-GB",
            "pico-en-gb",
            "pico-en-gb",
        );
        expect(Some(profile("b", "http", "en-GB", "high", "m.onnx")), "en-GB", "pico-en-gb", "pico-en-gb");
        expect(here("z", "en-GB", "low"), "en-GB", "z", "pico-en-gb");
        expect(here("y", "en-GB", "medium"), "en-gb", "y", "pico-en-gb");
        expect(here("x", "en-GB", "medium"), "en-GB", "x", "pico-en-gb");
        // The very tag goes before a better voice from elsewhere.
        expect(None, "en-US", "pico-en-us", "pico-en-us");
        expect(None, "en-AU", "x", "pico-en-gb");
        expect(here("w", "en-US", "high"), "en-AU", "w", "pico-en-gb");
        assert!(voices.for_language("fi").is_none());
        assert_eq!(voices.floor("en-GB").unwrap().name, "pico-en-gb");
    }

    #[test]
    fn unknown_names_bring_what_may_have_been_meant() {
        let voices = Registry::built_in();
        for (name, hint) in [
            ("pico-en-bg", "did you mean \"pico-en-gb\"? the voices are: espeak-en-gb, "),
            ("en_GB-abla-medium", "did you mean \"en_GB-alba-medium\"? the voices are: "),
            ("nobody", "the voices are: espeak-en-gb, "),
        ] {
            let error = voices.get(name).unwrap_err();
            assert!(error.hint().unwrap().starts_with(hint), "{name}: {:?}", error.hint());
            assert_eq!(error.exit_code(), 2);
        }
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
}
