//! `bulletin voices`: what can speak, what could, and how it comes here.

mod install;
mod row;
mod table;

use super::args::{self, VoicesCommand, VoicesList};
use super::{produce, report};
use crate::config::{Config, Layer};
use crate::voice::store::{Store, check_name, speaker_names};
use crate::voice::{Origin, Profile, Registry};
use crate::{Error, Result};
use row::Row;
use serde::Serialize;
use std::path::PathBuf;
use std::process::ExitCode;

/// The version of these shapes; 1 listed profiles.
const FORMAT_VERSION: u32 = 2;
/// How many speakers are named to people; JSON has all.
const MOST_SPEAKERS: usize = 30;

#[derive(Serialize)]
struct Listed<'a> {
    format_version: u32,
    voices: &'a [Row],
}

#[derive(Serialize)]
struct Shown<'a> {
    format_version: u32,
    voice: &'a Row,
    /// All of its profile.
    profile: &'a Profile,
    /// Where it lies.
    folder: Option<PathBuf>,
    speaker_names: Vec<String>,
}

#[derive(Serialize)]
struct Gone<'a> {
    format_version: u32,
    removed: &'a str,
    bytes: u64,
}

pub(super) fn run(args: &args::Voices) -> Result<ExitCode> {
    let config = produce::resolve(Layer::default())?;
    let voices = produce::voices(&config)?;
    match &args.command {
        VoicesCommand::List(args) => list(args, &voices)?,
        VoicesCommand::Show { name, json } => show(name, *json, &voices)?,
        VoicesCommand::Install(args) => install::run(args, &config, &voices)?,
        VoicesCommand::Remove { name, json } => remove(name, *json, &config, &voices)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(args: &VoicesList, voices: &Registry) -> Result<()> {
    let wanted = |row: &Row| {
        let language = args.language.as_deref().is_none_or(|tag| row.speaks(tag));
        let engine = args.engine.as_deref().is_none_or(|engine| row.engine == engine);
        language && engine && (!args.installed || row.is_installed())
    };
    let rows: Vec<Row> = row::all(voices).into_iter().filter(wanted).collect();
    if args.json {
        return report::print_json(&Listed { format_version: FORMAT_VERSION, voices: &rows });
    }
    if rows.is_empty() {
        report::note("no voice is like that; `bulletin voices list` shows all");
    }
    report::print(|out| table::write(out, &rows, table::width()))
}

fn show(name: &str, json: bool, voices: &Registry) -> Result<()> {
    // What can be installed can be looked at before.
    let profile = voices.get(name).or_else(|error| voices.in_catalogue(name).ok_or(error))?;
    let row = Row::of(profile);
    let folder = (profile.origin != Origin::BuiltIn).then(|| profile.folder.clone());
    let config = profile.piper.as_ref().map(|piper| {
        let beside = || PathBuf::from(format!("{}.json", piper.model.display()));
        profile.folder.join(piper.config.clone().unwrap_or_else(beside))
    });
    let speakers = config.map(|config| speaker_names(&config)).unwrap_or_default();
    if json {
        return report::print_json(&Shown {
            format_version: FORMAT_VERSION,
            voice: &row,
            profile,
            folder,
            speaker_names: speakers,
        });
    }
    let text = toml::to_string_pretty(profile).map_err(|e| Error::Voice {
        voice: name.to_owned(),
        problem: format!("its profile cannot be shown: {e}"),
        cure: None,
    })?;
    // A profile with remarks, so that it can be the start of one's own.
    report::print(|out| {
        writeln!(out, "# state: {}", row.state)?;
        if let Some(folder) = &folder {
            writeln!(out, "# lies in: {}", folder.display())?;
        }
        if let Some(bytes) = row.size_bytes {
            writeln!(out, "# size: {}", row::size(bytes))?;
        }
        if !speakers.is_empty() {
            let more = speakers.len().saturating_sub(MOST_SPEAKERS);
            let named = speakers[..speakers.len() - more].join(", ");
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            writeln!(out, "# speakers: {named}{more}")?;
        }
        out.write_all(text.as_bytes())
    })
}

fn remove(name: &str, json: bool, config: &Config, voices: &Registry) -> Result<()> {
    check_name(name)?;
    let refused = |problem: String, cure: &str| {
        Err(Error::Voice { voice: name.into(), problem, cure: Some(cure.into()) })
    };
    let store = Store::new(config.voices_folder());
    let known = voices.profiles().iter().find(|p| p.name == name);
    let installed = config.voices_folder().join(name).is_dir();
    match known.map(|profile| profile.origin) {
        Some(Origin::BuiltIn) => {
            return refused("it is built in and cannot be removed".into(), "choose another with --voice");
        }
        Some(Origin::User) if !installed => {
            let folder = known.map(|p| p.folder.display().to_string()).unwrap_or_default();
            return refused(
                format!("it is one of your own profiles, in {folder}"),
                "remove its file there if you no longer want it",
            );
        }
        None if !installed && voices.in_catalogue(name).is_none() => {
            voices.get(name)?;
        }
        _ => {}
    }
    let mut steps = install::Steps::new(json);
    let bytes = store.remove(name, &mut |step| steps.tell(step))?;
    if json {
        return report::print_json(&Gone { format_version: FORMAT_VERSION, removed: name, bytes });
    }
    report::print(|out| writeln!(out, "{name}  removed, {} free again", row::size(bytes)))
}
