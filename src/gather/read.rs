//! The bytes of one input, and what they hold.

use super::{Feed, Found, Gatherer, Input, MOST_STORIES, Names, Source, kill};
use crate::article::feed::{self, Selection};
use crate::article::{self, Article, Form, wire};
use crate::{Error, Result};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The bytes of an input with what their server said of them.
struct Body {
    bytes: Vec<u8>,
    charset: Option<String>,
    name: String,
}

/// The story in `bytes`, which are neither a feed nor a wire.
///
/// # Errors
/// As [`article::read`]; [`Error::Malformed`] for a feed or a wire.
pub(super) fn story(
    bytes: &[u8],
    charset: Option<&str>,
    name: &str,
    settings: &article::Settings,
) -> Result<Article> {
    match article::form(bytes, charset, name, settings)? {
        Form::Story => article::read_labelled(bytes, charset, name, settings),
        Form::Feed | Form::Wire => Err(Error::Malformed {
            input: name.to_owned(),
            form: "page",
            line: None,
            problem: "it is a feed or a wire message".into(),
        }),
    }
}

impl Gatherer<'_> {
    /// Reads one source.
    ///
    /// # Errors
    /// Whatever it fails with, if it is required; settings that make no sense in any case.
    pub(super) fn read(&mut self, source: &Source) -> Result<()> {
        let name = source.input.name();
        let own = source.input.called();
        if let Some(reason) = source.held_back(self.now, self.settings.ignore_embargo) {
            self.hold_back(name, reason, own);
            return Ok(());
        }
        // A file that is killed may well be gone.
        if self.is_killed(&name, &Names { own: own.clone(), from: Vec::new() }) {
            return Ok(());
        }
        let selection = source.selection_over(&self.settings.selection);
        match self.read_selected(&source.input, &selection) {
            Err(error @ Error::Config { .. }) => Err(error),
            Err(error) if !source.required => {
                self.leave_out_error(name, error, own);
                Ok(())
            }
            other => other,
        }
    }

    fn read_selected(&mut self, input: &Input, selection: &Selection) -> Result<()> {
        if let Input::Path(path) = input
            && path.is_dir()
        {
            return self.folder(path, selection);
        }
        let body = self.body(input)?;
        let mut called = input.called();
        if body.name != input.name() {
            called.push(body.name.clone());
        }
        self.hold(&body, selection, called, Vec::new())
    }

    /// Takes in what a body holds: `called` by these names, and found in what has those of `from`.
    fn hold(
        &mut self,
        body: &Body,
        selection: &Selection,
        called: Vec<String>,
        mut from: Vec<String>,
    ) -> Result<()> {
        let Body { bytes, charset, name } = body;
        let settings = &self.settings.article;
        match article::form(bytes, charset.as_deref(), name, settings)? {
            Form::Story => {
                let article = article::read_labelled(bytes, charset.as_deref(), name, settings)?;
                let names = Names { own: called, from };
                self.found.push(Found::Story(name.clone(), Box::new(article), names));
            }
            Form::Wire => {
                let items = wire::read(bytes, name, settings)?;
                let several = items.len() > 1;
                for item in items {
                    let mut names = Names { own: item.guid.iter().cloned().collect(), from: from.clone() };
                    // A file with one story is that story.
                    if several { &mut names.from } else { &mut names.own }.extend(called.iter().cloned());
                    self.found.push(Found::Item(Box::new(item), names));
                }
            }
            Form::Feed => {
                let read = feed::read(bytes, name, charset.as_deref(), settings)?;
                for problem in &read.problems {
                    let text = format!("{name}: {problem}");
                    self.observer.event(&crate::event::Event::Warning { text: &text });
                }
                let feed = self.feeds.len();
                self.found.push(Found::Feed(feed));
                from.extend(called);
                self.feeds.push(Feed {
                    name: name.clone(),
                    from,
                    entries: read.entries,
                    selection: selection.clone(),
                });
            }
        }
        Ok(())
    }

    /// The files of a folder by name, without hidden ones and without what is in folders below it.
    fn folder(&mut self, path: &Path, selection: &Selection) -> Result<()> {
        let (tomls, files): (Vec<_>, Vec<_>) = files_of(path)?.into_iter().partition(|file| is_toml(file));
        for toml in tomls {
            let reason = "it is a briefing or settings, not an article";
            self.leave_out(toml.display().to_string(), reason.into());
        }
        if files.is_empty() || files.len() > MOST_STORIES {
            let problem = match files.len() {
                0 => "there are no files in this folder".to_owned(),
                n => format!("{n} files are too many for one bulletin"),
            };
            return Err(Error::Path {
                path: path.to_owned(),
                problem,
                cure: "give a folder that holds up to 1000 articles; folders inside it are not read",
            });
        }
        for file in files {
            let input = Input::Path(file);
            let (called, from) = (input.called(), vec![kill::absolute(path)]);
            let held = self.body(&input);
            let taken = held.and_then(|body| self.hold(&body, selection, called.clone(), from));
            if let Err(error) = taken {
                self.leave_out_error(input.name(), error, called);
            }
        }
        Ok(())
    }

    fn body(&self, input: &Input) -> Result<Body> {
        let limit_bytes = self.settings.article.limit_bytes;
        let name = input.name();
        match input {
            Input::Address(url) => {
                let fetched = self.shelf.get(self.settings, url, |_| Ok(()))?;
                if let Some(warning) = &fetched.warning {
                    let text = format!("{name}: {warning}");
                    self.observer.event(&crate::event::Event::Warning { text: &text });
                }
                Ok(Body {
                    bytes: fetched.bytes.clone(),
                    charset: fetched.charset.clone(),
                    name: fetched.url.clone(),
                })
            }
            Input::Stdin => Ok(Body {
                bytes: bounded(io::stdin().lock(), Path::new("-"), limit_bytes)?,
                charset: None,
                name,
            }),
            Input::Path(path) => {
                let file = File::open(path).map_err(|source| Error::Read { path: path.clone(), source })?;
                Ok(Body { bytes: bounded(file, path, limit_bytes)?, charset: None, name })
            }
        }
    }
}

/// The files of a folder by name, without hidden ones and what comes out of us.
///
/// # Errors
/// [`Error::Read`].
pub(crate) fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |source| Error::Read { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if !hidden && path.is_file() && !is_made(&path) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Whether a file is what comes out of us, and no article, by its name.
fn is_made(path: &Path) -> bool {
    let ending = |path: &Path| path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let stem = path.file_stem().map(Path::new);
    ending(path) == "wav" || (ending(path) == "json" && stem.is_some_and(|stem| ending(stem) == "record"))
}

/// Whether a file is one of ours and no article: a briefing, settings, a lexicon, a rundown.
pub(crate) fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
}

/// All of a stream up to the limit; never more than one byte over it is held.
fn bounded(source: impl Read, path: &Path, limit_bytes: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = source.take(limit_bytes.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|source| Error::Read { path: path.to_owned(), source })?;
    if bytes.len() as u64 > limit_bytes {
        let input =
            if path.as_os_str() == "-" { "standard input".into() } else { path.display().to_string() };
        return Err(Error::TooLarge { input, actual: bytes.len() as u64, limit: limit_bytes });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_stops_at_the_limit() {
        let endless = io::repeat(b'a');
        let error = bounded(endless, Path::new("-"), 1000).unwrap_err();
        assert!(matches!(error, Error::TooLarge { actual: 1001, limit: 1000, .. }), "{error}");
        assert_eq!(bounded(&b"four"[..], Path::new("x"), 4).unwrap(), b"four");
    }
}
