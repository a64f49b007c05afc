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

pub use from::{DownloadFrom, Installed, Order, Source, Verified};
pub use config::speaker_names;
pub use name::{check as check_name, suggested as suggested_name};

use super::profile::{Origin, Profile};
use super::{PiperSettings, shortened};
use crate::net::{self, Client, Download, Watch, without_credentials};
use crate::pace::Linear;
use crate::{Error, Result, files};
use config::Facts;
use place::Place;
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use url::Url;

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
        if let Some(profile) = self.already(order, &place, watch)? {
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

    /// What is installed by the order's name, if that is what the order asks for.
    fn already(
        &self,
        order: &Order,
        place: &Place,
        watch: &mut dyn FnMut(Step<'_>),
    ) -> Result<Option<Profile>> {
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
            (None, Source::Catalogue(_)) => there.download.is_none() && there.installed.is_some(),
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

    /// Removes an installed voice; gives the bytes that it had.
    ///
    /// # Errors
    /// [`Error::Voice`] for one that is not installed; [`Error::Write`] where it cannot be removed.
    pub fn remove(&self, name: &str, watch: &mut dyn FnMut(Step<'_>)) -> Result<u64> {
        name::check(name)?;
        let none = || refusal(name, "it is not installed", "`bulletin voices list --installed` shows what is");
        if !self.folder.is_dir() {
            return Err(none());
        }
        let place = Place::lock(&self.folder, name, &mut || watch(Step::Waiting))?;
        place.mend();
        place.remove()?.ok_or_else(none)
    }
}

/// What is in a store's folder: names, and what they are or what is wrong with them.
///
/// # Errors
/// [`Error::Read`] for a folder that cannot be read.
pub(super) fn installed(folder: &Path) -> Result<Vec<(String, Result<Profile>)>> {
    Ok(place::homes(folder)?.into_iter().map(|(name, home)| {
        let profile = read(&home, &name);
        (name, profile)
    }).collect())
}

/// The profile in the folder of an installed voice.
fn read(home: &Path, name: &str) -> Result<Profile> {
    let path = home.join(PROFILE);
    let text = read_text(&path, LONGEST_PROFILE_BYTES)?;
    let profile = Profile::parse(&path.display().to_string(), &text)?;
    let wrong = |problem: &str| {
        Err(refusal(name, problem, "install it again with --force, or remove it"))
    };
    if profile.name != name {
        return wrong("its folder has another name than its profile");
    }
    let profile = Profile { folder: home.into(), origin: Origin::Installed, ..profile };
    match profile.model() {
        Some(model) if model.is_file() => Ok(profile),
        _ => wrong("its model is missing"),
    }
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

/// One voice under way.
struct Work<'a> {
    order: &'a Order,
    settings: &'a Settings,
    /// The folder it is put together in.
    staged: &'a Path,
}

/// A file that has come, by its hashes.
struct Come {
    bytes: u64,
    sha256: String,
    /// Nobody asks for that of a copied file.
    md5: Option<String>,
    resumed_at: u64,
}

impl Work<'_> {
    /// Puts everything into the folder; the profile comes last.
    fn fill(&self, place: &Place, watch: &mut dyn FnMut(Step<'_>)) -> Result<(Profile, u64)> {
        let Order { name, source, .. } = self.order;
        let (model_name, config_name) = (format!("{name}.onnx"), format!("{name}.onnx.json"));
        let catalogue = self.order.catalogue();
        let from = catalogue.and_then(|profile| profile.download.as_ref());

        // The small file first: what is no voice shows itself before the large one is fetched.
        let config = self.staged.join(&config_name);
        let config_bytes = self.bring(Piece::Config, &config, &config_name, watch)?;
        if let Some((wanted, is)) =
            from.and_then(|from| from.config_md5.as_ref()).zip(config_bytes.md5.as_ref())
            && wanted != is
        {
            remove(&config);
            let problem = format!("its configuration is not the one in the catalogue: MD5 {is}, expected {wanted}");
            return Err(refusal(name, problem, MISMATCH));
        }
        let facts = Facts::read(name, &config).inspect_err(|_| remove(&config))?;

        // It has its name only when it has been looked at; until then a later run takes it up as a part.
        let part = place.part_of_model();
        let come = self.bring(Piece::Model, &part, &model_name, watch)?;
        watch(Step::Checking);
        let verified = self.verify(&come).and_then(|verified| {
            model::check(name, &part, facts.speakers)?;
            Ok(verified)
        });
        // A part that is wrong is of no use to a later run.
        let verified = verified.inspect_err(|_| remove(&part))?;
        let model = self.staged.join(&model_name);
        fs::rename(&part, &model).map_err(|source| Error::Write { path: model.clone(), source })?;

        let card = self.card(watch);
        let profile = self.profile(&facts, card.as_deref(), (&come, &config_bytes), verified);
        // The engine's own look at the folder belongs here: whatever it cannot speak with is refused before it appears.
        let text = toml::to_string_pretty(&profile)
            .map_err(|e| refusal(name, format!("its profile cannot be written: {e}"), "give it another name"))?;
        for note in [&config, &part].map(|path| net::note_of(path)) {
            remove(&note);
        }
        files::write_atomic(&self.staged.join(PROFILE), text.as_bytes())?;
        if verified == Verified::Nothing && !matches!(source, Source::File { .. }) {
            watch(Step::Warning(&format!(
                "nothing was known to check the model against; from now on it is the one with SHA-256 {}",
                come.sha256
            )));
        }
        Ok((profile, come.resumed_at))
    }

    /// Fetches or copies one file.
    fn bring(
        &self,
        piece: Piece,
        to: &Path,
        called: &str,
        watch: &mut dyn FnMut(Step<'_>),
    ) -> Result<Come> {
        let limit_bytes = match piece {
            Piece::Config => LONGEST_CONFIG_BYTES,
            Piece::Card => LONGEST_CARD_BYTES,
            Piece::Model => self.settings.net.download_limit_bytes,
        };
        let mut watch = |step: Watch<'_>| watch(Step::File { name: called, watch: step });
        let Some(address) = self.address(piece)? else {
            return self.copy(piece, to, limit_bytes, &mut watch);
        };
        let size_bytes = match piece {
            Piece::Model => self.order.catalogue().and_then(|p| p.download.as_ref()?.size_bytes),
            _ => None,
        };
        let mut net = self.settings.net.clone();
        if matches!(&self.order.source, Source::Catalogue(_)) {
            // The mirror's own host may be private; what it redirects to may not.
            net.private_hosts.extend(private_host(&self.settings.mirror));
        }
        if piece == Piece::Card {
            net.download_retries = 0;
        }
        let wanted = Download { url: &address, part: to, limit_bytes, size_bytes };
        let done = Client::new(&net)?.download(&wanted, &mut watch)?;
        Ok(Come { bytes: done.bytes, sha256: done.sha256, md5: Some(done.md5), resumed_at: done.resumed_at })
    }

    /// Where a file is fetched from; nowhere if it lies on this machine.
    fn address(&self, piece: Piece) -> Result<Option<String>> {
        let (model, config) = match &self.order.source {
            Source::File { .. } => return Ok(None),
            Source::Url { model, config } => (model.clone(), config.clone()),
            Source::Catalogue(profile) => match &profile.download {
                Some(from) => (from.address(&self.settings.mirror), None),
                None => {
                    return Err(refusal(
                        &self.order.name,
                        "it does not say where it can be fetched from",
                        "give its profile a table [download] with a path",
                    ));
                }
            },
        };
        Ok(Some(match piece {
            Piece::Model => model,
            Piece::Config => match config {
                Some(config) => config,
                None => beside(&model, |path| format!("{path}.json")),
            },
            Piece::Card => beside(&model, |path| {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                format!("{folder}/{CARD}")
            }),
        }))
    }

    fn copy(
        &self,
        piece: Piece,
        to: &Path,
        limit: u64,
        watch: &mut dyn FnMut(Watch<'_>),
    ) -> Result<Come> {
        let Source::File { model, config } = &self.order.source else { return Ok(Come::nothing()) };
        let path = match (piece, config) {
            (Piece::Config, Some(config)) => config.clone(),
            (Piece::Config, None) => from::config_beside(model),
            _ => model.clone(),
        };
        let unread = |source| Error::Read { path: path.clone(), source };
        let mut from = File::open(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound if piece == Piece::Config => refusal(
                &self.order.name,
                format!("its configuration is missing: there is no {}", path.display()),
                "put it beside the model, or name it with --config",
            ),
            _ => unread(source),
        })?;
        let total = from.metadata().map_err(unread)?.len();
        let too_large = |bytes: u64| {
            let problem = format!("{} has {bytes} bytes, more than the limit of {limit}", path.display());
            refusal(&self.order.name, problem, "if it is what you want, allow more with net.download_limit_bytes")
        };
        if total > limit {
            return Err(too_large(total));
        }
        let unwritten = |source| Error::Write { path: to.into(), source };
        let mut file = File::create(to).map_err(unwritten)?;
        let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 18]);
        loop {
            let count = from.read(&mut buffer).map_err(unread)?;
            if count == 0 {
                break;
            }
            bytes += count as u64;
            if bytes > limit {
                return Err(too_large(bytes));
            }
            hash.update(&buffer[..count]);
            file.write_all(&buffer[..count]).map_err(unwritten)?;
            watch(Watch::Bytes { done: bytes, total: Some(total) });
        }
        file.sync_all().map_err(unwritten)?;
        Ok(Come { bytes, sha256: files::hexadecimal(&hash.finalize()), md5: None, resumed_at: 0 })
    }

    /// What the model was checked against; everything that is known of it must be true.
    fn verify(&self, come: &Come) -> Result<Verified> {
        let mut verified = Verified::Nothing;
        let from = self.order.catalogue().and_then(|profile| profile.download.as_ref());
        let md5 = from.and_then(|from| from.md5.clone()).zip(come.md5.clone());
        let sha256 = self.order.expected().map(|wanted| (wanted, come.sha256.clone()));
        for (kind, pair) in [(Verified::Md5, md5), (Verified::Sha256, sha256)] {
            let Some((wanted, is)) = pair else { continue };
            if wanted != is {
                let problem = format!("the model is not the one expected: {kind} {is}, expected {wanted}");
                return Err(refusal(&self.order.name, problem, MISMATCH));
            }
            verified = kind;
        }
        Ok(verified)
    }

    /// The model's card, where there is one; a voice without is a voice.
    fn card(&self, watch: &mut dyn FnMut(Step<'_>)) -> Option<String> {
        if matches!(self.order.source, Source::File { .. }) {
            return None;
        }
        let path = self.staged.join(CARD);
        let come = self.bring(Piece::Card, &path, CARD, watch);
        remove(&net::note_of(&path));
        let text = come.ok().and_then(|_| read_text(&path, LONGEST_CARD_BYTES).ok());
        let text = text.filter(|text| card::is_one(text));
        if text.is_none() {
            remove(&path);
        }
        text
    }

    fn profile(
        &self,
        facts: &Facts,
        card: Option<&str>,
        (model, config): (&Come, &Come),
        verified: Verified,
    ) -> Profile {
        let Order { name, source, now, .. } = self.order;
        let catalogue = self.order.catalogue();
        let known = catalogue.map(|p| p.licence.clone()).filter(|l| !l.starts_with(card::UNKNOWN));
        let licence = self
            .order
            .licence
            .clone()
            .or(known)
            .or_else(|| card.and_then(card::licence))
            .or_else(|| catalogue.map(|p| p.licence.clone()))
            .unwrap_or_else(|| format!("{}; ask whoever made it", card::UNKNOWN));
        let from = match source {
            Source::File { model, .. } => files::absolute(model).display().to_string(),
            Source::Url { model, .. } => without_credentials(model),
            Source::Catalogue(p) => {
                p.download.as_ref().map(|d| d.address(&self.settings.mirror)).unwrap_or_default()
            }
        };
        let described = || match source {
            Source::Catalogue(p) => p.description.clone(),
            _ => format!("Piper, {}", facts.dataset.as_deref().unwrap_or(name)),
        };
        Profile {
            name: name.clone(),
            description: described(),
            engine: "piper".into(),
            language: catalogue.map_or_else(|| facts.language.clone(), |p| p.language.clone()),
            rate: catalogue.map_or(1.0, |p| p.rate),
            pitch: catalogue.map_or(1.0, |p| p.pitch),
            gain_db: catalogue.map_or(0.0, |p| p.gain_db),
            licence,
            licence_url: catalogue.and_then(|p| p.licence_url.clone()),
            note: catalogue.and_then(|p| p.note.clone()),
            quality: facts.quality.clone().or_else(|| catalogue.and_then(|p| p.quality.clone())),
            speakers: Some(facts.speakers),
            sample_rate_hz: Some(facts.sample_rate_hz),
            piper: Some(PiperSettings {
                model: format!("{name}.onnx").into(),
                config: Some(format!("{name}.onnx.json").into()),
                speaker: None,
                noise_scale: None,
                noise_w: None,
                sha256: Some(model.sha256.clone()),
            }),
            http: None,
            command: None,
            download: None,
            installed: Some(Installed {
                from,
                date: now.to_zoned(jiff::tz::TimeZone::UTC).date(),
                model_bytes: model.bytes,
                config_bytes: config.bytes,
                verified,
            }),
            folder: self.staged.into(),
            origin: Origin::Installed,
            pace: catalogue.map_or_else(Linear::default, |p| p.pace),
        }
    }
}

/// What helps where a checksum is another.
const MISMATCH: &str = "it was damaged on the way, or has been changed where it is from: try again, and if it stays so ask \
                        whoever keeps the place";

impl Come {
    fn nothing() -> Self {
        Self { bytes: 0, sha256: String::new(), md5: None, resumed_at: 0 }
    }
}

/// One of the files of a voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Model,
    Config,
    Card,
}

/// Another file's address, from the path of one; its query stays.
fn beside(address: &str, path: impl Fn(&str) -> String) -> String {
    match Url::parse(address.trim()) {
        Ok(mut url) if url.has_host() => {
            let other = path(url.path());
            url.set_path(&other);
            url.into()
        }
        // Whoever fetches it says what is wrong with it.
        _ => address.to_owned(),
    }
}

/// Host and port of an address, as [`net::Settings::private_hosts`] has them.
fn private_host(address: &str) -> Option<String> {
    let url = Url::parse(address.trim()).ok()?;
    Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?).to_ascii_lowercase())
}

/// Best effort: what cannot be removed is in the way of nothing.
fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}
