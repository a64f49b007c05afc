//! Inputs as the user names them → articles.

use super::args::ArticleFlags;
use super::input::read_bytes;
use crate::article::{self, Article};
use crate::event::{Event, Observer};
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// Most inputs of one bulletin.
const MOST_INPUTS: usize = 1000;

/// The settings of the article stage as the flags say.
pub(super) fn settings(flags: &ArticleFlags) -> article::Settings {
    article::Settings {
        keep: flags.keep.iter().copied().collect(),
        drop: flags.drop.iter().copied().collect(),
        language: flags.language.clone(),
        ..article::Settings::default()
    }
}

/// Reads every input in order.
pub(super) fn read_all(
    inputs: &[PathBuf],
    flags: &ArticleFlags,
    observer: &dyn Observer,
) -> Result<Vec<(String, Article)>> {
    if inputs.len() > MOST_INPUTS {
        return Err(Error::Config {
            place: "the inputs".into(),
            problem: format!("{} are too many for one bulletin", inputs.len()),
            cure: format!("give at most {MOST_INPUTS}"),
        });
    }
    if inputs.iter().filter(|path| is_stdin(path)).count() > 1 {
        return Err(Error::Config {
            place: "-".into(),
            problem: "standard input can be read only once".into(),
            cure: "name it once among the inputs".into(),
        });
    }
    let settings = settings(flags);
    inputs
        .iter()
        .map(|path| {
            let name = name(path);
            let bytes = read_bytes(path, settings.limit_bytes)?;
            let article = article::read(&bytes, &name, &settings)?;
            observer.event(&Event::StoryRead {
                input: &name,
                paragraphs: article.paragraphs.len(),
                dropped: article.dropped.len(),
            });
            Ok((name, article))
        })
        .collect()
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// What messages call an input.
pub(super) fn name(path: &Path) -> String {
    if is_stdin(path) { "standard input".into() } else { path.display().to_string() }
}
