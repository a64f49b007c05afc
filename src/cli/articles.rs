//! Inputs as the user names them → articles: the flags, the house's settings and the clock, handed to `gather`.

use super::args::ArticleFlags;
use crate::Result;
use crate::config::Config;
use crate::event::Observer;
use crate::gather::{self, Gathered, Input};
use jiff::Zoned;
use std::path::{Path, PathBuf};

/// Gathers the stories of all inputs in order; what is left out is told to `observer`.
pub(super) fn gather(
    inputs: &[PathBuf],
    flags: &ArticleFlags,
    config: &Config,
    observer: &dyn Observer,
) -> Result<Gathered> {
    let inputs: Vec<Input> = inputs.iter().map(|path| Input::parse(path)).collect();
    let settings = flags.over(config.gather());
    // The one reading of the clock on the way from request to files; a flag replaces it.
    let now = flags.now.clone().unwrap_or_else(Zoned::now);
    gather::gather(&inputs, &settings, &now, observer)
}

/// As [`gather`], to look at stories rather than to voice them: an embargo is said, and hides nothing.
pub(super) fn look(
    input: &Path,
    flags: &ArticleFlags,
    config: &Config,
    observer: &dyn Observer,
) -> Result<Gathered> {
    let settings = gather::Settings { ignore_embargo: true, ..flags.over(config.gather()) };
    let now = flags.now.clone().unwrap_or_else(Zoned::now);
    gather::gather(&[Input::parse(input)], &settings, &now, observer)
}
