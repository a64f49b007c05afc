//! A voice as it is listed.

use crate::voice::{Damaged, Origin, Profile, Registry};
use serde::Serialize;
use std::fmt;

/// Whether a voice can speak, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// It is part of the program.
    BuiltIn,
    /// It is in the store.
    Installed,
    /// A profile of the user's, whose engine is here.
    Own,
    /// A server speaks; whether it answers is not known.
    Remote,
    /// The catalogue knows where it is.
    CanBeInstalled,
    /// Its model is not where its profile says.
    ModelMissing,
    /// The program that would speak is not found.
    ProgramNotFound,
    /// This build has no such engine.
    NoEngine,
    /// It is in the store and cannot be read.
    Damaged,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BuiltIn => "built in",
            Self::Installed => "installed",
            Self::Own => "your own",
            Self::Remote => "remote",
            Self::CanBeInstalled => "can be installed",
            Self::ModelMissing => "model missing",
            Self::ProgramNotFound => "program not found",
            Self::NoEngine => "no such engine here",
            Self::Damaged => "damaged",
        })
    }
}

/// What is listed of a voice; the JSON shape, too.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) language: String,
    pub(super) engine: String,
    pub(super) quality: Option<String>,
    pub(super) speakers: Option<u32>,
    pub(super) sample_rate_hz: Option<u32>,
    /// Of the model: on disk, or to be fetched.
    pub(super) size_bytes: Option<u64>,
    pub(super) state: State,
    pub(super) licence: String,
    pub(super) licence_url: Option<String>,
    pub(super) note: Option<String>,
    /// Nobody has to name it: it speaks its language.
    pub(super) default: bool,
    /// What is wrong with it.
    pub(super) problem: Option<String>,
}

/// All voices: what can speak first, then what could, each by language and name.
pub(super) fn all(voices: &Registry) -> Vec<Row> {
    let mut rows: Vec<Row> = voices
        .profiles()
        .iter()
        .map(|profile| {
            let speaks = voices.for_language(&profile.language);
            Row { default: speaks.is_some_and(|p| p.name == profile.name), ..Row::of(profile) }
        })
        .chain(voices.damaged().iter().map(Row::of_damaged))
        .collect();
    rows.sort_by(|a, b| (&a.language, &a.name).cmp(&(&b.language, &b.name)));
    let there: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
    let mut more: Vec<Row> =
        voices.catalogue().iter().filter(|p| !there.contains(&p.name)).map(Row::of).collect();
    more.sort_by(|a, b| (&a.language, &a.name).cmp(&(&b.language, &b.name)));
    rows.extend(more);
    rows
}

impl Row {
    pub(super) fn of(profile: &Profile) -> Self {
        let size = || profile.model().and_then(|model| Some(model.metadata().ok()?.len()));
        Self {
            name: profile.name.clone(),
            description: profile.description.clone(),
            language: profile.language.clone(),
            engine: profile.engine.clone(),
            quality: profile.quality.clone(),
            speakers: profile.speakers,
            sample_rate_hz: profile.sample_rate_hz,
            size_bytes: size().or_else(|| profile.download.as_ref()?.size_bytes),
            state: state(profile),
            licence: profile.licence.clone(),
            licence_url: profile.licence_url.clone(),
            note: profile.note.clone(),
            default: false,
            problem: None,
        }
    }

    fn of_damaged(damaged: &Damaged) -> Self {
        Self {
            name: damaged.name.clone(),
            description: String::new(),
            language: String::new(),
            engine: String::new(),
            quality: None,
            speakers: None,
            sample_rate_hz: None,
            size_bytes: None,
            state: State::Damaged,
            licence: String::new(),
            licence_url: None,
            note: None,
            default: false,
            problem: Some(damaged.problem.clone()),
        }
    }

    /// For a language, wherever it is spoken, or the very one of a region.
    pub(super) fn speaks(&self, tag: &str) -> bool {
        let ours = self.language.to_ascii_lowercase();
        let tag = tag.replace('_', "-").to_ascii_lowercase();
        ours == tag || ours.strip_prefix(&tag).is_some_and(|rest| rest.starts_with('-'))
    }

    /// Whether it lies in the store.
    pub(super) fn is_installed(&self) -> bool {
        matches!(self.state, State::Installed | State::Damaged)
    }
}

fn state(profile: &Profile) -> State {
    let neural = profile.engine == "piper";
    if profile.download.is_some() && profile.piper.is_none() {
        return State::CanBeInstalled;
    }
    if neural && !profile.model().is_some_and(|model| model.is_file()) {
        return State::ModelMissing;
    }
    if neural && !cfg!(feature = "piper") {
        return State::NoEngine;
    }
    match (profile.engine.as_str(), profile.origin, &profile.command) {
        ("http", ..) => State::Remote,
        ("command", _, Some(command)) if !command.is_there(&profile.folder) => State::ProgramNotFound,
        ("pico" | "piper" | "command", origin, _) => match origin {
            Origin::BuiltIn => State::BuiltIn,
            Origin::Installed => State::Installed,
            Origin::User => State::Own,
        },
        _ => State::NoEngine,
    }
}

/// A size as people read it, in millions of bytes.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        _ => format!("{} MB", (bytes + 500_000) / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Profile {
        Profile::parse("", &format!("name = \"a\"\nlanguage = \"en-GB\"\nlicence = \"\"\n{text}")).unwrap()
    }

    #[test]
    fn states() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("m.onnx"), b"m").unwrap();
        let neural = if cfg!(feature = "piper") { State::Own } else { State::NoEngine };
        let own = std::env::current_exe().unwrap();
        let own = format!("engine = \"command\"\n[command]\nprogram = {own:?}");
        for (text, expected) in [
            ("engine = \"pico\"", State::Own),
            ("engine = \"nothing\"", State::NoEngine),
            ("engine = \"piper\"\n[download]\npath = \"a.onnx\"", State::CanBeInstalled),
            ("engine = \"piper\"\n[piper]\nmodel = \"m.onnx\"", neural),
            ("engine = \"piper\"\n[piper]\nmodel = \"n.onnx\"", State::ModelMissing),
            ("engine = \"command\"\n[command]\nprogram = \"no-such-program-here\"", State::ProgramNotFound),
            (&own, State::Own),
            (
                "engine = \"http\"\n[http]\nurl = \"https://a.example/v1/audio/speech\"\nmodel = \"m\"\nvoice = \"v\"",
                State::Remote,
            ),
        ] {
            let profile = Profile { folder: folder.path().into(), ..of(text) };
            assert_eq!(state(&profile), expected, "{text}");
        }
    }

    #[test]
    fn languages_and_sizes() {
        let row = Row::of(&of("engine = \"pico\""));
        for (tag, expected) in [
            ("en-GB", true),
            ("en_gb", true),
            ("en", true),
            ("e", false),
            ("en-US", false),
            ("en-GB-x", false),
        ] {
            assert_eq!(row.speaks(tag), expected, "{tag}");
        }
        for (bytes, expected) in
            [(9, "9 B"), (1200, "2 kB"), (63_201_294, "63 MB"), (63_531_379, "64 MB"), (1_000_000, "1 MB")]
        {
            assert_eq!(size(bytes), expected);
        }
    }
}
