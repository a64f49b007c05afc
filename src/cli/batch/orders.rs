//! What was named on the command line → orders.

use super::super::progress::Progress;
use super::super::wanted::no_stories;
use super::super::{args, produce};
use crate::batch::{Contents, Order};
use crate::config::{Briefing, Config, Layer, Occasion, slug};
use crate::event::{Event, Observer as _};
use crate::gather::read::is_toml;
use crate::gather::{Cause, Gathered, Input, LeftOut, Shelf, Source, gather_sources};
use crate::{Error, Result, files};
use jiff::Zoned;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Most bulletins of one batch.
const MOST_ORDERS: usize = 10_000;

/// Stories that are read together, so that versions and kills among them are seen.
const READ_TOGETHER: usize = 500;

/// Longest name of a file that is made from a story's.
const MOST_NAME_CHARS: usize = 80;

/// What is to be made, and what nobody could make sense of.
#[derive(Default)]
pub(super) struct Orders {
    pub(super) orders: Vec<Order>,
    pub(super) refused: Vec<(String, Error)>,
}

/// Reads briefings and looks through folders; of what is no briefing, the stories too.
///
/// # Errors
/// For what was named and is not there, and for articles without a folder to go to. One briefing of many that makes no
/// sense is refused, and the others stand.
pub(super) fn read(args: &args::Batch, layer: &Layer, config: &Config, now: &Zoned) -> Result<Orders> {
    let (mut briefings, mut articles) = (Vec::new(), Vec::new());
    for input in &args.inputs {
        match Input::parse(input) {
            Input::Path(path) if path.is_dir() => {
                let files = files_of(&path)?;
                let (tomls, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| is_toml(file));
                // What stands beside briefings is what they are made of.
                if tomls.is_empty() {
                    articles.extend(others.into_iter().map(Input::Path));
                } else {
                    let named =
                        |file: &Path| file.file_name().is_some_and(|n| !n.to_string_lossy().starts_with('_'));
                    briefings.extend(tomls.into_iter().filter(|file| named(file)));
                }
            }
            Input::Path(path) if !path.exists() => {
                let source = std::io::Error::from(std::io::ErrorKind::NotFound);
                return Err(Error::Read { path, source });
            }
            Input::Path(path) if is_toml(&path) => briefings.push(path),
            other => articles.push(other),
        }
    }
    let mut reader = Reader { args, layer, config, now, found: Orders::default() };
    reader.briefings(&briefings);
    if !articles.is_empty() {
        reader.articles(&articles)?;
    }
    if reader.found.orders.len() > MOST_ORDERS {
        return Err(Error::Config {
            place: "the inputs".into(),
            problem: format!("{} bulletins are too many for one batch", reader.found.orders.len()),
            cure: format!("make at most {MOST_ORDERS} in one go"),
        });
    }
    Ok(reader.found)
}

/// The files of a folder by name, without hidden ones.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |source| Error::Read { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if !hidden && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Error::Path {
            path: folder.to_owned(),
            problem: "there are no files in this folder".into(),
            cure: "give a folder of briefings or of articles; folders inside it are not read",
        });
    }
    Ok(files)
}

struct Reader<'a> {
    args: &'a args::Batch,
    layer: &'a Layer,
    config: &'a Config,
    now: &'a Zoned,
    found: Orders,
}

impl Reader<'_> {
    fn briefings(&mut self, paths: &[PathBuf]) {
        let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        // What others include is their body, and no bulletin of its own.
        let mut bodies = BTreeSet::new();
        for path in paths {
            // A file that makes no sense is refused below, with its reason.
            bodies.extend(Briefing::includes(path).into_iter().flatten().map(|file| canonical(&file)));
        }
        let occasion =
            Occasion { today: self.now.date(), variables: self.args.set.clone(), flags: self.layer.clone() };
        let mut seen = BTreeSet::new();
        for path in paths {
            let file = canonical(path);
            if bodies.contains(&file) || !seen.insert(file) {
                continue;
            }
            match Briefing::load(path, &occasion) {
                Ok(briefings) => {
                    for briefing in briefings {
                        match self.order(&briefing) {
                            Ok(order) => self.found.orders.push(order),
                            Err(error) => self.found.refused.push((briefing.place, error)),
                        }
                    }
                }
                Err(error) => self.found.refused.push((path.display().to_string(), error)),
            }
        }
    }

    fn order(&self, briefing: &Briefing) -> Result<Order> {
        if briefing.stories.is_empty() {
            return Err(no_stories(briefing));
        }
        if briefing.stories.iter().any(|story| story.input == Input::Stdin) {
            return Err(Error::Config {
                place: briefing.place.clone(),
                problem: "standard input cannot be a story of a batch".into(),
                cure: "name a file, a folder or an address".into(),
            });
        }
        let flags = self.layer.clone();
        let config = produce::resolve_over(flags, Some(briefing))?;
        let mut gather = self.args.article.over(config.gather());
        gather.kill.extend(briefing.kill.iter().cloned());
        Ok(Order {
            place: briefing.place.clone(),
            output: self.output(&briefing.output)?,
            record: self.args.record || briefing.record,
            gather,
            lexicon: briefing.lexicon.iter().chain(&self.args.voice.lexicon).cloned().collect(),
            contents: Contents::Sources(briefing.stories.clone()),
            config,
        })
    }

    fn output(&self, output: &Path) -> Result<PathBuf> {
        let output = self.args.out.as_ref().map_or_else(|| output.to_owned(), |out| out.join(output));
        if output.is_dir() {
            files::check_file_path(&output)?;
        }
        Ok(output)
    }

    /// A bulletin of each story.
    fn articles(&mut self, inputs: &[Input]) -> Result<()> {
        if self.args.out.is_none() {
            return Err(Error::Config {
                place: "--out".into(),
                problem: "nothing says where the bulletins of articles go".into(),
                cure: "give their folder: --out audio/".into(),
            });
        }
        let settings = self.args.article.over(self.config.gather());
        let shelf = Shelf::default();
        let progress = Progress::new(self.args.say.quiet);
        let (mut stories, mut left_out) = (Vec::new(), Vec::new());
        for inputs in inputs.chunks(READ_TOGETHER) {
            let sources: Vec<Source> = inputs
                .iter()
                .map(|input| Source { required: false, ..Source::from(input.clone()) })
                .collect();
            let seen = RefCell::new(Vec::new());
            let watch = |event: &Event<'_>| {
                if let Event::LeftOut(left) = event {
                    seen.borrow_mut().push((*left).clone());
                }
                progress.event(event);
            };
            match gather_sources(&sources, &settings, self.now, &shelf, &watch) {
                Ok(Gathered { stories: found, .. }) => stories.extend(found),
                // None of them is left; each says why.
                Err(_) if !seen.borrow().is_empty() => {}
                Err(error) => return Err(error),
            }
            left_out.extend(seen.into_inner());
        }
        progress.clear();
        let contents = stories
            .into_iter()
            .map(|(name, article)| (name.clone(), Contents::Story(name, Box::new(article))))
            // What was not asked for is no bulletin.
            .chain(
                left_out
                    .into_iter()
                    .filter(|left| left.cause != Cause::PassedOver)
                    .map(|left: LeftOut| (left.input.clone(), Contents::None(left))),
            );
        let contents: Vec<(String, Contents)> = contents.collect();
        let names = names(contents.iter().map(|(name, _)| name.as_str()), inputs);
        for ((place, contents), name) in contents.into_iter().zip(names) {
            self.found.orders.push(Order {
                place,
                output: self.output(Path::new(&format!("{name}.wav")))?,
                record: self.args.record,
                config: self.config.clone(),
                gather: settings.clone(),
                lexicon: self.args.voice.lexicon.clone(),
                contents,
            });
        }
        Ok(())
    }
}

/// A name for each story's file that stays the same when its text does not: a file's own name without its ending, the
/// end of an address; where two would be alike, what tells them apart as well.
fn names<'a>(stories: impl Iterator<Item = &'a str> + Clone, inputs: &[Input]) -> Vec<String> {
    let files: BTreeMap<String, &Path> = inputs
        .iter()
        .filter_map(
            |input| if let Input::Path(path) = input { Some((input.name(), path.as_path())) } else { None },
        )
        .collect();
    let text = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let short =
        |name: &str| files.get(name).map_or_else(|| end_of_address(name), |path| text(path.file_stem()));
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for name in stories.clone() {
        *count.entry(short(name).to_lowercase()).or_default() += 1;
    }
    stories
        .map(|name| {
            let plain = short(name);
            match (count.get(&plain.to_lowercase()), files.get(name)) {
                (Some(1), _) if !plain.is_empty() => plain,
                (_, Some(path)) if count_of(&files, path) == 1 => slug(&text(path.file_name())),
                _ => format!("{plain}-{:.8}", files::fingerprint(name.as_bytes())),
            }
        })
        .collect()
}

/// The last part of an address, or of whatever else names a story, as the name of a file.
fn end_of_address(name: &str) -> String {
    let path = name.split(['?', '#']).next().unwrap_or(name).trim_end_matches('/');
    let end = path.rsplit_once('/').filter(|_| name.contains("://")).map_or(name, |(_, end)| end);
    let end = end.strip_suffix(".html").or_else(|| end.strip_suffix(".htm")).unwrap_or(end);
    slug(end).chars().take(MOST_NAME_CHARS).collect()
}

/// How many files have this file's name.
fn count_of(files: &BTreeMap<String, &Path>, path: &Path) -> usize {
    files.values().filter(|other| other.file_name() == path.file_name()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_stable_and_apart() {
        let inputs: Vec<Input> =
            ["in/a.txt", "in/b.txt", "in/b.html", "x/c.txt", "y/c.txt"].map(|p| Input::Path(p.into())).into();
        let stories = [
            "in/a.txt",
            "in/b.txt",
            "in/b.html",
            "x/c.txt",
            "y/c.txt",
            "https://echo.example/news/bridge-closes.html?x=1",
            "https://echo.example/news/12/",
            "wire.xml, item urn:echo:12",
        ];
        let names = names(stories.into_iter(), &inputs);
        assert_eq!(names[0], "a");
        assert_eq!(names[1..3], ["b-txt", "b-html"]);
        assert!(names[3].starts_with("c-") && names[4].starts_with("c-") && names[3] != names[4]);
        assert_eq!(names[5..], ["bridge-closes", "12", "wire-xml-item-urn-echo-12"]);
    }
}
