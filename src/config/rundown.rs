//! The rundown in force, and the files it names, read.

use super::{Config, Disclosure, read_text};
use crate::decode;
use crate::deliver::record::DISCLOSURE;
use crate::programme::sounds::{Bytes, SoundFile};
use crate::rundown::{self, Facts, Sound, Template};
use crate::suggest::did_you_mean;
use crate::{Error, Result};
use std::io::Read as _;
use std::path::{Path, PathBuf};

impl Config {
    /// What bulletins are built of, and the station's own music as far as it is named.
    ///
    /// A rundown is one of ours by name, `rundowns/NAME.toml` in the user's folder, or a file; the files it names are
    /// looked for beside it.
    ///
    /// # Errors
    /// [`Error::Config`] for a rundown or sting that does not exist or does not parse; [`Error::Read`] for a file that
    /// cannot be read.
    pub fn rundown(&self) -> Result<(rundown::Settings, Vec<SoundFile>)> {
        let v = &self.values;
        let mut template = self.template()?;
        if let Some(sting) = &v.sting {
            let opener = rundown::opener_named(sting)
                .map_err(|(problem, cure)| self.wrong("sting", problem, &cure))?;
            template = template.with_opener(opener);
        }
        if v.disclosure == Some(Disclosure::Spoken) {
            template = template.with_last_line(DISCLOSURE);
        }
        let sounds = read_sounds(&mut template)?;
        let facts = Facts { station: v.station.clone(), title: v.title.clone(), at: v.at, date: v.date };
        Ok((rundown::Settings { template, facts, ..rundown::Settings::default() }, sounds))
    }

    fn template(&self) -> Result<Template> {
        let Some(name) = &self.values.rundown else { return Ok(Template::default()) };
        if let Some(template) = Template::built_in(name) {
            return Ok(template);
        }
        if rundown::names_a_file(name) {
            return read_template(Path::new(name));
        }
        let own =
            self.user_folder.as_ref().map(|folder| folder.join("rundowns").join(format!("{name}.toml")));
        if let Some(path) = own.filter(|path| path.is_file()) {
            return read_template(&path);
        }
        Err(self.wrong(
            "rundown",
            format!("there is no rundown called \"{name}\""),
            &format!(
                "{}the rundowns are: {}; one of your own is named by its file",
                did_you_mean(name, rundown::NAMES),
                rundown::NAMES.join(", ")
            ),
        ))
    }
}

/// A rundown from its file, the files it names put beside it.
fn read_template(path: &Path) -> Result<Template> {
    let mut template = Template::parse(&path.display().to_string(), &read_text(path)?)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    for sound in template.sounds_mut() {
        if let Sound::File(file) = sound {
            *file = folder.join(&*file).display().to_string();
        }
    }
    Ok(template)
}

/// Reads every file once. In the template each gets the name it has in the job: its own, without folders.
fn read_sounds(template: &mut Template) -> Result<Vec<SoundFile>> {
    let mut paths: Vec<String> = Vec::new();
    let mut files: Vec<SoundFile> = Vec::new();
    for sound in template.sounds_mut() {
        let Sound::File(path) = sound else { continue };
        let known = paths.iter().position(|other| other == path);
        let index = known.unwrap_or(files.len());
        if known.is_none() {
            let bytes = read_sound(Path::new(&*path))?;
            let name = free_name(Path::new(&*path), &files);
            paths.push(path.clone());
            files.push(SoundFile { name, bytes: Bytes(bytes) });
        }
        path.clone_from(&files[index].name);
    }
    Ok(files)
}

/// `jingles/top.wav` → `top.wav`, or `top.wav (2)` where another file has that name already.
fn free_name(path: &Path, files: &[SoundFile]) -> String {
    let name =
        path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
    let taken = |name: &str| files.iter().any(|file| file.name == name);
    let mut free = name.clone();
    let mut count = 2;
    while taken(&free) {
        free = format!("{name} ({count})");
        count += 1;
    }
    free
}

fn read_sound(path: &Path) -> Result<Vec<u8>> {
    let failed = |source| Error::Read { path: PathBuf::from(path), source };
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(decode::LIMIT_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > decode::LIMIT_BYTES {
        return Err(Error::Config {
            place: path.display().to_string(),
            problem: format!("it has more than {} bytes", decode::LIMIT_BYTES),
            cure: format!(
                "cut it to the {} seconds a bed may have, or make it an MP3 or FLAC",
                decode::BED_LIMIT_S
            ),
        });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Layer;
    use std::fs;

    fn resolve(flags: Layer, folder: &Path) -> Config {
        Config::resolve(flags, [], folder).unwrap()
    }

    #[test]
    fn files_are_found_beside_the_rundown_and_travel_as_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let night = folder.path().join("night");
        fs::create_dir(&night).unwrap();
        fs::write(night.join("top.wav"), b"night").unwrap();
        fs::write(folder.path().join("top.wav"), b"day").unwrap();
        fs::write(
            night.join("late.toml"),
            "[[bed]]\nname = \"low\"\nfile = \"top.wav\"\n[[element]]\nkind = \"sting\"\nname = \"news\"\n\
             [[element]]\nkind = \"stories\"\nbed = \"low\"\nseparator_file = \"top.wav\"\n",
        )
        .unwrap();
        let path = |name: &str| Some(folder.path().join(name).display().to_string());
        let flags = Layer { rundown: path("night/late.toml"), sting: path("top.wav"), ..Layer::default() };
        let (settings, sounds) = resolve(flags, folder.path()).rundown().unwrap();
        assert_eq!(settings.template.name, "late");
        let names: Vec<_> = sounds.iter().map(|s| (s.name.as_str(), s.bytes.0.as_slice())).collect();
        assert_eq!(names, [("top.wav", &b"night"[..]), ("top.wav (2)", b"day")]);
        assert_eq!(settings.template.opener(), Some(&Sound::File("top.wav (2)".into())));
        assert_eq!(settings.template.beds[0].sound, Sound::File("top.wav".into()));
        // What travels comes back the same.
        let json = serde_json::to_string(&sounds).unwrap();
        assert!(json.contains("\"bmlnaHQ=\""), "{json}");
        assert_eq!(serde_json::from_str::<Vec<SoundFile>>(&json).unwrap(), sounds);
    }

    #[test]
    fn what_is_not_there_is_said_with_a_suggestion() {
        let folder = tempfile::tempdir().unwrap();
        let error = |rundown: Option<&str>, sting: Option<&str>| {
            let flags = Layer {
                rundown: rundown.map(str::to_owned),
                sting: sting.map(str::to_owned),
                ..Layer::default()
            };
            let error = resolve(flags, folder.path()).rundown().unwrap_err();
            (error.to_string(), error.hint().unwrap())
        };
        let (problem, hint) = error(Some("hourley"), None);
        assert_eq!(problem, "--rundown: there is no rundown called \"hourley\"");
        assert!(hint.starts_with("did you mean \"hourly\"? the rundowns are: plain, hourly"), "{hint}");
        let (problem, hint) = error(None, Some("nwes"));
        assert_eq!(problem, "--sting: there is no sting called \"nwes\"");
        assert!(hint.starts_with("did you mean \"news\"?") && hint.contains("none"), "{hint}");
        let (problem, _) = error(None, Some("no/such.wav"));
        assert!(problem.starts_with("no/such.wav: cannot read"), "{problem}");
        let (problem, _) = error(Some("no/such.toml"), None);
        assert!(problem.starts_with("no/such.toml: cannot read"), "{problem}");
    }
}
