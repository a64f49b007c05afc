//! One voice put together: its files fetched or copied, looked at, and described.

use super::config::Facts;
use super::from::config_beside;
use super::place::Place;
use super::{
    CARD, Installed, LONGEST_CARD_BYTES, LONGEST_CONFIG_BYTES, Order, PROFILE, Settings, Source, Step,
    Verified, card, model, read_text, refusal, remove,
};
use crate::net::{self, Client, Download, Watch, without_credentials};
use crate::pace::Linear;
#[cfg(feature = "piper")]
use crate::voice::piper;
use crate::voice::{Origin, PiperSettings, Profile};
use crate::{Error, Result, files};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use url::Url;

/// One voice under way.
pub(super) struct Work<'a> {
    pub(super) order: &'a Order,
    pub(super) settings: &'a Settings,
    /// The folder it is put together in.
    pub(super) staged: &'a Path,
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
    pub(super) fn fill(&self, place: &Place, watch: &mut dyn FnMut(Step<'_>)) -> Result<(Profile, u64)> {
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
            let problem =
                format!("its configuration is not the one in the catalogue: MD5 {is}, expected {wanted}");
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
        // What the engine cannot speak with is refused before it appears.
        #[cfg(feature = "piper")]
        piper::check(&profile).inspect_err(|_| remove(&model))?;
        let text = toml::to_string_pretty(&profile).map_err(|e| {
            refusal(name, format!("its profile cannot be written: {e}"), "give it another name")
        })?;
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
    fn bring(&self, piece: Piece, to: &Path, called: &str, watch: &mut dyn FnMut(Step<'_>)) -> Result<Come> {
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

    fn copy(&self, piece: Piece, to: &Path, limit: u64, watch: &mut dyn FnMut(Watch<'_>)) -> Result<Come> {
        let Source::File { model, config } = &self.order.source else { return Ok(Come::nothing()) };
        let path = match (piece, config) {
            (Piece::Config, Some(config)) => config.clone(),
            (Piece::Config, None) => config_beside(model),
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
            refusal(
                &self.order.name,
                problem,
                "if it is what you want, allow more with net.download_limit_bytes",
            )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_other_files() {
        for (model, config) in [
            ("https://a.example/b/c.onnx", "https://a.example/b/c.onnx.json"),
            ("https://a.example/c.onnx?download=true", "https://a.example/c.onnx.json?download=true"),
            ("https://me:pw@a.example/c.onnx", "https://me:pw@a.example/c.onnx.json"),
            ("no address", "no address"),
        ] {
            assert_eq!(beside(model, |path| format!("{path}.json")), config);
        }
        for (address, host) in [
            ("http://Voices.house:8080/piper", Some("voices.house:8080")),
            ("https://voices.house", Some("voices.house:443")),
            ("http://[::1]:9/", Some("[::1]:9")),
            ("no address", None),
        ] {
            assert_eq!(private_host(address).as_deref(), host);
        }
    }
}
