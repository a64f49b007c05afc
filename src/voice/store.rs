//! The voices that are installed: one folder each, with the model, its configuration, its card and a profile.
//!
//! A voice is put together in a folder of its own beside the others, `.NAME.part`, and appears under its name whole or
//! not at all. Whoever installs or removes a voice holds the lock `.NAME.lock`; a second process waits for it. What a
//! killed process or a broken line left is taken up again by the next run; parts that nobody touched for a week are
//! removed by whatever is installed then.

mod card;
mod config;
mod from;
mod model;
mod name;
mod place;
mod work;

pub use config::speaker_names;
pub use from::{DownloadFrom, Installed, Order, Source, Verified};
pub use name::{check as check_name, suggested as suggested_name};

use super::profile::{Origin, Profile};
use super::shortened;
use crate::net::{self, Watch, without_credentials};
use crate::{Error, Result, files};
use place::Place;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use work::Work;

/// Where Piper's voices are, if the house has no mirror of its own.
pub const MIRROR: &str = "https://huggingface.co/rhasspy/piper-voices/resolve/main";
/// The longest configuration: the largest of Piper's, with 904 speakers, has 20 kB.
const LONGEST_CONFIG_BYTES: u64 = 5_000_000;
/// The longest model card; Piper's have about 400 bytes.
const LONGEST_CARD_BYTES: u64 = 64 * 1024;
/// The longest profile of an installed voice.
const LONGEST_PROFILE_BYTES: u64 = 64 * 1024;
/// What a voice's folder holds beside model and configuration.
const PROFILE: &str = "profile.toml";
const CARD: &str = "MODEL_CARD";

/// What installing may need from the outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The address that the catalogue's paths begin at. Its host may be a private one: it is the house's own choice.
    pub mirror: String,
    /// Limits and rules of fetching.
    pub net: net::Settings,
}

impl Default for Settings {
    fn default() -> Self {
        Self { mirror: MIRROR.into(), net: net::Settings::default() }
    }
}

/// What happens while a voice is installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step<'a> {
    /// Another process installs or removes the same voice; it is waited for.
    Waiting,
    /// A file is fetched or copied.
    File {
        /// What it is called.
        name: &'a str,
        /// How far it has come.
        watch: Watch<'a>,
    },
    /// Everything is here and is looked at.
    Checking,
    /// Something the user should know.
    Warning(&'a str),
}

/// What came of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The voice as it is installed.
    pub profile: Profile,
    /// It was there before, and the same.
    pub already: bool,
    /// How many bytes of the model an earlier run had brought.
    pub resumed_at: u64,
}

/// The folder of installed voices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// The store in a folder, which is made when something is installed.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Installs a voice.
    ///
    /// # Errors
    /// [`Error::Voice`] for what is no voice, not the one expected, or another one than is installed by this name;
    /// [`Error::Fetch`] where it could not be fetched, which is taken up again next time; [`Error::Read`] and
    /// [`Error::Write`] for files; [`Error::Config`] for a name or checksum that cannot be one.
    ///
    /// # Examples
    /// ```
    /// use bulletin::voice::store::{Order, Settings, Source, Store};
    /// let folder = tempfile::tempdir()?;
    /// let page = folder.path().join("voice.onnx");
    /// std::fs::write(&page, "<!DOCTYPE html><title>voice.onnx</title>")?;
    /// std::fs::write(folder.path().join("voice.onnx.json"), "{}")?;
    /// let order = Order::new("voice", Source::File { model: page, config: None }, "2026-03-03T00:00:00Z".parse()?);
    /// let error = Store::new(folder.path().join("voices")).install(&order, &Settings::default(), &mut |_| ()).unwrap_err();
    /// assert_eq!(error.to_string(), "voice \"voice\": its configuration is none of Piper's: missing field `audio`");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn install(
        &self,
        order: &Order,
        settings: &Settings,
        watch: &mut dyn FnMut(Step<'_>),
    ) -> Result<Outcome> {
        name::check(&order.name)?;
        order.check()?;
        files::create_folder(&self.folder)?;
        let place = Place::lock(&self.folder, &order.name, &mut || watch(Step::Waiting))?;
        place.mend();
        place::sweep(&self.folder, &order.name, order.now);
        if let Some(profile) = already(order, &place, watch)? {
            return Ok(Outcome { profile, already: true, resumed_at: 0 });
        }
        let staged = place.stage()?;
        let work = Work { order, settings, staged: &staged };
        let resumable = !matches!(order.source, Source::File { .. });
        let filled = work.fill(&place, watch).map_err(|error| place.after(error, resumable));
        let (profile, resumed_at) = filled?;
        place.swap()?;
        Ok(Outcome { profile: Profile { folder: place.home(), ..profile }, already: false, resumed_at })
    }

    /// Removes an installed voice; gives the bytes that it had.
    ///
    /// # Errors
    /// [`Error::Voice`] for one that is not installed; [`Error::Write`] where it cannot be removed.
    pub fn remove(&self, name: &str, watch: &mut dyn FnMut(Step<'_>)) -> Result<u64> {
        name::check(name)?;
        let none =
            || refusal(name, "it is not installed", "`bulletin voices list --installed` shows what is");
        if !self.folder.is_dir() {
            return Err(none());
        }
        let place = Place::lock(&self.folder, name, &mut || watch(Step::Waiting))?;
        place.mend();
        place.remove()?.ok_or_else(none)
    }
}

/// What is installed by the order's name, if that is what the order asks for.
fn already(order: &Order, place: &Place, watch: &mut dyn FnMut(Step<'_>)) -> Result<Option<Profile>> {
    if order.force || !place.home().is_dir() {
        return Ok(None);
    }
    let broken = |watch: &mut dyn FnMut(Step<'_>), problem: &str| {
        watch(Step::Warning(&format!(
            "what is installed as {} is damaged and is installed again: {problem}",
            order.name
        )));
        Ok(None)
    };
    let there = match read(&place.home(), &order.name) {
        Ok(there) => there,
        Err(error) => return broken(watch, &error.to_string()),
    };
    let recorded = there.piper.as_ref().and_then(|piper| piper.sha256.clone()).unwrap_or_default();
    let model = there.model().unwrap_or_default();
    let actual = files::fingerprint_file(&model).unwrap_or_default();
    if actual != recorded {
        return broken(watch, "its model is not the one that was installed");
    }
    let from = there.installed.as_ref().map(|i| i.from.clone()).unwrap_or_default();
    let same = match (order.expected(), &order.source) {
        (Some(expected), _) => expected == recorded,
        (None, Source::File { model, .. }) => {
            let read = files::fingerprint_file(model);
            read.map_err(|source| Error::Read { path: model.clone(), source })? == recorded
        }
        (None, Source::Url { model, .. }) => without_credentials(model) == from,
        (None, Source::Catalogue(profile)) => {
            profile.download.as_ref().is_some_and(|known| match &known.md5 {
                Some(md5) => md5_of(&model).is_ok_and(|is| is == *md5),
                None => from.ends_with(&known.path),
            })
        }
    };
    if same {
        return Ok(Some(there));
    }
    Err(refusal(
        &order.name,
        format!("a voice of this name is installed, from {}, and is another", shortened(&from)),
        "replace it with --force, or give this one another name with --name",
    ))
}

/// What is in a store's folder: names, and what they are or what is wrong with them.
///
/// # Errors
/// [`Error::Read`] for a folder that cannot be read.
pub(super) fn installed(folder: &Path) -> Result<Vec<(String, Result<Profile>)>> {
    Ok(place::homes(folder)?
        .into_iter()
        .map(|(name, home)| {
            let profile = read(&home, &name);
            (name, profile)
        })
        .collect())
}

/// The profile in the folder of an installed voice.
fn read(home: &Path, name: &str) -> Result<Profile> {
    let path = home.join(PROFILE);
    let text = read_text(&path, LONGEST_PROFILE_BYTES)?;
    let profile = Profile::parse(&path.display().to_string(), &text)?;
    let wrong = |problem: &str| Err(refusal(name, problem, "install it again with --force, or remove it"));
    if profile.name != name {
        return wrong("its folder has another name than its profile");
    }
    let profile = Profile { folder: home.into(), origin: Origin::Installed, ..profile };
    // A model that is gone shows itself when the voice is asked, and another speaks.
    Ok(profile)
}

/// A short text file.
fn read_text(path: &Path, limit: u64) -> Result<String> {
    let failed = |source| Error::Read { path: path.into(), source };
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(limit + 1).read_to_string(&mut text));
    let actual = read.map_err(failed)? as u64;
    if actual > limit {
        return Err(Error::TooLarge { input: path.display().to_string(), actual, limit });
    }
    Ok(text)
}

fn refusal(voice: &str, problem: impl Into<String>, cure: impl Into<String>) -> Error {
    Error::Voice { voice: voice.into(), problem: problem.into(), cure: Some(cure.into()) }
}

/// MD5 of a file, in lower-case hexadecimal.
fn md5_of(path: &Path) -> io::Result<String> {
    use md5::Digest as _;
    let (mut file, mut hash) = (File::open(path)?, md5::Md5::new());
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(files::hexadecimal(&hash.finalize())),
            count => hash.update(&buffer[..count]),
        }
    }
}

/// Best effort: what cannot be removed is in the way of nothing.
fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}
