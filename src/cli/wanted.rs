//! What a user names on the command line → sources: the flags, the house's settings, a briefing and the clock, handed to
//! `gather`.

use super::args::ArticleFlags;
use super::produce;
use crate::config::{Briefing, Config, Layer, Occasion};
use crate::deliver::Outputs;
use crate::event::Observer;
use crate::files::absolute;
use crate::gather::read::is_toml;
use crate::gather::{self, Gathered, Input, Shelf, Source, gather_sources};
use crate::lexicon::Entry;
use crate::suggest::did_you_mean;
use crate::{Error, Result};
use jiff::Zoned;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The inputs of one bulletin, its briefing read.
pub(super) struct Wanted {
    sources: Vec<Source>,
    briefing: Option<Briefing>,
    now: Zoned,
}

/// The one reading of the clock on the way from request to files; a flag replaces it.
pub(super) fn now(flags: &ArticleFlags) -> Zoned {
    flags.now.clone().unwrap_or_else(Zoned::now)
}

impl Wanted {
    /// Reads the briefing, if one is among the inputs.
    pub(super) fn of(
        inputs: &[PathBuf],
        set: &[(String, String)],
        flags: &ArticleFlags,
        layer: &Layer,
    ) -> Result<Self> {
        let mut wanted = Self { sources: Vec::new(), briefing: None, now: now(flags) };
        for input in inputs {
            match Input::parse(input) {
                Input::Path(path) if is_toml(&path) => {
                    let briefing = wanted.read(&path, set, layer)?;
                    wanted.sources.extend(briefing.stories.iter().cloned());
                    wanted.briefing = Some(briefing);
                }
                other => wanted.sources.push(Source::from(other)),
            }
        }
        Ok(wanted)
    }

    fn read(&self, path: &Path, set: &[(String, String)], layer: &Layer) -> Result<Briefing> {
        let refused = |problem: String| Error::Config {
            place: path.display().to_string(),
            problem,
            cure: "`bulletin batch` makes a bulletin of each".into(),
        };
        if let Some(other) = &self.briefing {
            return Err(refused(format!(
                "one bulletin cannot have two briefings, and {} is one",
                other.place
            )));
        }
        let today = self.now.date();
        let occasion = Occasion { today, variables: set.to_vec(), flags: layer.clone() };
        let mut briefings = Briefing::load(path, &occasion)?;
        check_set(set, &briefings)?;
        let count = briefings.len();
        let briefing = briefings.pop().filter(|_| count == 1);
        let briefing = briefing.ok_or_else(|| refused(format!("it has {count} editions")))?;
        if briefing.stories.is_empty() {
            return Err(no_stories(&briefing));
        }
        Ok(briefing)
    }

    /// The time it is made at.
    pub(super) fn now(&self) -> &Zoned {
        &self.now
    }

    /// The settings in force for the working folder.
    pub(super) fn resolve(&self, flags: Layer) -> Result<Config> {
        produce::resolve_over(flags, self.briefing.as_ref())
    }

    /// The entries in force: those of the flags over the briefing's, those over the house's.
    pub(super) fn lexicon(&self, config: &Config, flags: &[PathBuf]) -> Result<Vec<Entry>> {
        let briefings = self.briefing.iter().flat_map(|briefing| &briefing.lexicon);
        config.lexicon(&briefings.chain(flags).cloned().collect::<Vec<_>>())
    }

    /// Where the bulletin goes where no flag says so.
    ///
    /// # Errors
    /// As [`Config::output`].
    pub(super) fn output(&self, config: &Config) -> Result<PathBuf> {
        match &self.briefing {
            Some(briefing) => Ok(briefing.output.clone()),
            None => Ok(config.output(self.now.date())?.unwrap_or_else(|| "bulletin.wav".into())),
        }
    }

    /// Refuses outputs of which one is among the inputs, or the briefing.
    pub(super) fn spare(&self, output: &Path, outputs: &Outputs) -> Result<()> {
        let files = || self.briefing.iter().flat_map(|briefing| &briefing.files);
        let beside = outputs.files(output).into_iter().map(|(_, path)| path);
        std::iter::once(output.to_owned())
            .chain(beside)
            .try_for_each(|path| spare(&path, &self.sources, files()))
    }

    /// Gathers the stories in order; what is left out is told to `observer`.
    pub(super) fn gather(
        &self,
        flags: &ArticleFlags,
        config: &Config,
        observer: &dyn Observer,
    ) -> Result<Gathered> {
        let mut settings = flags.over(config.gather());
        settings.kill.extend(self.briefing.iter().flat_map(|briefing| briefing.kill.iter().cloned()));
        gather_sources(&self.sources, &settings, &self.now, &Shelf::default(), observer)
    }
}

/// Refuses an output that would take the place of what it is made of.
pub(super) fn spare<'a>(
    output: &Path,
    sources: &'a [Source],
    files: impl Iterator<Item = &'a PathBuf>,
) -> Result<()> {
    let inputs = sources.iter().filter_map(|source| match &source.input {
        Input::Path(path) => Some(path),
        Input::Stdin | Input::Address(_) => None,
    });
    let output = absolute(output);
    if inputs.chain(files).any(|input| absolute(input) == output) {
        return Err(Error::Path {
            path: output,
            problem: "is what the bulletin is made of, and would be lost".into(),
            cure: "name another output",
        });
    }
    Ok(())
}

/// Refuses variables of the command line that no briefing asks for: most likely slips of the pen.
pub(super) fn check_set(set: &[(String, String)], briefings: &[Briefing]) -> Result<()> {
    let used: BTreeSet<&str> = briefings.iter().flat_map(|b| &b.variables).map(String::as_str).collect();
    let Some((name, _)) = set.iter().find(|(name, _)| !used.contains(name.as_str())) else { return Ok(()) };
    Err(Error::Config {
        place: "--set".into(),
        problem: format!("no briefing asks for {{{name}}}"),
        cure: format!(
            "{}the briefings ask for: {}",
            did_you_mean(name, used.iter().copied()),
            used.iter().copied().collect::<Vec<_>>().join(", ")
        ),
    })
}

/// A briefing that tells nothing.
pub(super) fn no_stories(briefing: &Briefing) -> Error {
    Error::Config {
        place: briefing.place.clone(),
        problem: "it has no stories".into(),
        cure: "add [[stories]] with input = \"…\", or include a file that has them".into(),
    }
}

/// Gathers one input to look at stories rather than to voice them: an embargo is said, and hides nothing.
pub(super) fn look(
    input: &Path,
    flags: &ArticleFlags,
    config: &Config,
    observer: &dyn Observer,
) -> Result<Gathered> {
    let settings = gather::Settings { ignore_embargo: true, ..flags.over(config.gather()) };
    gather::gather(&[Input::parse(input)], &settings, &now(flags), observer)
}
