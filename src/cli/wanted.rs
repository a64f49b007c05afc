//! What a user names on the command line → sources: the flags, the house's settings, a briefing and the clock, handed to
//! `gather`.

use super::args::ArticleFlags;
use super::produce;
use crate::config::{Briefing, Config, Layer, Occasion};
use crate::event::Observer;
use crate::gather::read::is_toml;
use crate::gather::{self, Gathered, Input, Shelf, Source, gather_sources};
use crate::lexicon::Entry;
use crate::{Error, Result};
use jiff::Zoned;
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
    pub(super) fn of(inputs: &[PathBuf], flags: &ArticleFlags, layer: &Layer) -> Result<Self> {
        let mut wanted = Self { sources: Vec::new(), briefing: None, now: now(flags) };
        for input in inputs {
            match Input::parse(input) {
                Input::Path(path) if is_toml(&path) => {
                    let briefing = wanted.read(&path, layer)?;
                    wanted.sources.extend(briefing.stories.iter().cloned());
                    wanted.briefing = Some(briefing);
                }
                other => wanted.sources.push(Source::from(other)),
            }
        }
        Ok(wanted)
    }

    fn read(&self, path: &Path, layer: &Layer) -> Result<Briefing> {
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
        let occasion = Occasion { today: self.now.date(), variables: Vec::new(), flags: layer.clone() };
        let mut briefings = Briefing::load(path, &occasion)?;
        let count = briefings.len();
        let briefing = briefings.pop().filter(|_| count == 1);
        let briefing = briefing.ok_or_else(|| refused(format!("it has {count} editions")))?;
        if briefing.stories.is_empty() {
            return Err(no_stories(&briefing));
        }
        Ok(briefing)
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
    pub(super) fn output(&self) -> PathBuf {
        self.briefing.as_ref().map_or_else(|| "bulletin.wav".into(), |briefing| briefing.output.clone())
    }

    /// Whether the briefing wants its record.
    pub(super) fn keeps_record(&self) -> bool {
        self.briefing.as_ref().is_some_and(|briefing| briefing.record)
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
