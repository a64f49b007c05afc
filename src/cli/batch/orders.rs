//! What was named on the command line → orders.

use super::super::progress::Progress;
use super::super::wanted::{check_set, no_stories, spare};
use super::super::{args, produce};
use crate::batch::{Contents, Order, made_in};
use crate::config::{Briefing, Config, Layer, Occasion, slug};
use crate::files::absolute;
use crate::gather::read::{files_of, is_toml};
use crate::gather::{Cause, Gathered, Input, Kill, Shelf, Source, survey};
use crate::{Error, Result, files};
use jiff::Zoned;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Most bulletins of one batch.
const MOST_ORDERS: usize = 10_000;

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
pub(super) fn read(
    args: &args::Batch,
    layer: &Layer,
    config: &Config,
    now: &Zoned,
    shelf: &Shelf,
) -> Result<Orders> {
    let (mut briefings, mut articles) = (Vec::new(), Vec::new());
    for input in &args.inputs {
        match Input::parse(input) {
            Input::Path(path) if path.is_dir() => {
                let files = files_of(&path)?;
                if files.is_empty() {
                    return Err(Error::Path {
                        path,
                        problem: "there are no files in this folder".into(),
                        cure: "give a folder of briefings or of articles; folders inside it are not read",
                    });
                }
                let (tomls, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| is_toml(file));
                // What stands beside briefings is what they are made of.
                let tomls: Vec<_> = tomls.into_iter().filter(|file| Briefing::is_one(file)).collect();
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
    let mut seen = BTreeSet::new();
    articles.retain(|input| {
        let name = if let Input::Path(path) = input { absolute(path) } else { PathBuf::from(input.name()) };
        seen.insert(name)
    });
    let mut reader = Reader { args, layer, config, now, shelf, found: Orders::default() };
    reader.briefings(&briefings)?;
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

struct Reader<'a> {
    args: &'a args::Batch,
    layer: &'a Layer,
    config: &'a Config,
    now: &'a Zoned,
    shelf: &'a Shelf,
    found: Orders,
}

impl Reader<'_> {
    fn briefings(&mut self, paths: &[PathBuf]) -> Result<()> {
        // What others include is their body, and no bulletin of its own.
        let mut bodies = BTreeSet::new();
        for path in paths {
            // A file that makes no sense is refused below, with its reason.
            bodies.extend(Briefing::includes(path).into_iter().flatten().map(|file| absolute(&file)));
        }
        let occasion = Occasion {
            today: self.now.date(),
            variables: self.args.make.briefing.set(),
            flags: self.layer.clone(),
        };
        let (mut seen, mut read) = (BTreeSet::new(), Vec::new());
        for path in paths {
            let file = absolute(path);
            if bodies.contains(&file) || !seen.insert(file) {
                continue;
            }
            match Briefing::load(path, &occasion) {
                Ok(briefings) => read.extend(briefings),
                Err(error) => self.found.refused.push((path.display().to_string(), error)),
            }
        }
        if self.found.refused.is_empty() {
            check_set(&self.args.make.briefing.set(), &read)?;
        }
        for briefing in &read {
            match self.order(briefing) {
                Ok(order) => self.found.orders.push(order),
                Err(error) => self.found.refused.push((briefing.place.clone(), error)),
            }
        }
        // What one briefing has killed is killed for all of the batch.
        let kills: BTreeSet<Kill> = read.into_iter().flat_map(|briefing| briefing.kill).collect();
        for order in &mut self.found.orders {
            order.gather.kill.extend(kills.iter().cloned());
        }
        Ok(())
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
        let gather = self.args.make.article.over(config.gather());
        let output = self.output(&briefing.output);
        let order = Order {
            place: briefing.place.clone(),
            output,
            gather,
            lexicon: briefing.lexicon.iter().chain(&self.args.make.voice.lexicon).cloned().collect(),
            contents: Contents::Sources(briefing.stories.clone()),
            config,
        };
        for path in order.paths() {
            spare(&path, &briefing.stories, briefing.files.iter())?;
        }
        Ok(order)
    }

    fn output(&self, output: &Path) -> PathBuf {
        self.args.out.as_ref().map_or_else(|| output.to_owned(), |out| out.join(output))
    }

    /// A bulletin of each story.
    fn articles(&mut self, inputs: &[Input]) -> Result<()> {
        let Some(out) = &self.args.out else {
            return Err(Error::Config {
                place: "--out".into(),
                problem: "nothing says where the bulletins of articles go".into(),
                cure: "give their folder: --out audio/".into(),
            });
        };
        let mut settings = self.args.make.article.over(self.config.gather());
        settings.most_stories = MOST_ORDERS;
        let sources: Vec<Source> =
            inputs.iter().map(|input| Source { required: false, ..Source::from(input.clone()) }).collect();
        let progress = Progress::new(self.args.make.say.quiet);
        // All at once, so that versions and kills among them are seen.
        let surveyed = survey(&sources, &settings, self.now, self.shelf, &progress);
        progress.clear();
        let (Gathered { stories, called, left_out }, _) = surveyed?;
        let told = stories.into_iter().zip(called).map(|((name, article), called)| Piece {
            called: called.clone(),
            contents: Contents::Story { name, article: Box::new(article), called },
        });
        // What was not asked for is no bulletin.
        let untold = left_out.into_iter().filter(|left| left.cause != Cause::PassedOver);
        let untold = untold.map(|left| Piece { called: left.called.clone(), contents: Contents::None(left) });
        let pieces: Vec<Piece> = told.chain(untold).collect();
        let owners = made_in(&self.config.cache_folder(), out);
        for (piece, name) in named(pieces, &owners) {
            self.found.orders.push(Order {
                place: piece.name().to_owned(),
                output: out.join(format!("{name}.wav")),
                config: self.config.clone(),
                gather: settings.clone(),
                lexicon: self.args.make.voice.lexicon.clone(),
                contents: piece.contents,
            });
        }
        Ok(())
    }
}

/// A story, or what is left of one, that is to have a file.
struct Piece {
    /// What it is called wherever it is met.
    called: Vec<String>,
    contents: Contents,
}

impl Piece {
    fn name(&self) -> &str {
        match &self.contents {
            Contents::Story { name, .. } => name,
            Contents::None(left) => &left.input,
            Contents::Sources(_) => "",
        }
    }

    /// A file's own name without its ending, the end of an address; what else names it, in plain letters.
    fn short(&self) -> String {
        let file = self.called.iter().map(Path::new).find(|path| path.is_absolute());
        match file.and_then(Path::file_stem) {
            Some(stem) => stem.to_string_lossy().into_owned(),
            None => end_of_address(self.called.first().map_or(self.name(), String::as_str)),
        }
    }
}

/// A name for each story's file, which stays the story's, whatever it says and whatever else is there: where a file was
/// made of it before, that one's. A name that another story has gets something of its own added. Of several that are one
/// story (two versions, a kill and what it kills) there is one file: the story's if it is told.
fn named(pieces: Vec<Piece>, owners: &[(String, Vec<String>)]) -> Vec<(Piece, String)> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let mut named: Vec<(Piece, String)> = Vec::new();
    for piece in pieces {
        let own = owners.iter().find(|(_, called)| called.iter().any(|name| piece.called.contains(name)));
        let name = own.map_or_else(
            || {
                let mut name = piece.short();
                let is_free = |name: &str| {
                    !taken.contains_key(&name.to_lowercase())
                        && !owners.iter().any(|(other, _)| other.eq_ignore_ascii_case(name))
                };
                if name.is_empty() || !is_free(&name) {
                    let ending =
                        Path::new(piece.name()).extension().filter(|_| !piece.name().contains("://"));
                    let longer = ending.map(|ending| format!("{name}-{}", slug(&ending.to_string_lossy())));
                    name = longer.filter(|name| is_free(name)).unwrap_or_else(|| {
                        format!("{name}-{:.8}", files::fingerprint(piece.name().as_bytes()))
                    });
                }
                name
            },
            |(name, _)| name.clone(),
        );
        // The told come first.
        if taken.insert(name.to_lowercase(), named.len()).is_none() {
            named.push((piece, name));
        }
    }
    named
}

/// The last part of an address, or of whatever else names a story, as the name of a file.
fn end_of_address(name: &str) -> String {
    if !name.contains("://") {
        return slug(name).chars().take(MOST_NAME_CHARS).collect();
    }
    let (path, query) = name.split('#').next().unwrap_or(name).split_once('?').unwrap_or((name, ""));
    let path = path.split('#').next().unwrap_or(path).trim_end_matches('/');
    let end = path.rsplit_once('/').map_or(path, |(_, end)| end);
    let end = end.strip_suffix(".html").or_else(|| end.strip_suffix(".htm")).unwrap_or(end);
    // Many sites tell their stories apart by the query alone; what only counts visitors is no part of the name.
    let query: Vec<&str> =
        query.split('&').filter(|part| !part.is_empty() && !part.starts_with("utm_")).collect();
    let mut name = format!("{end} {}", query.join(" "));
    if query.is_empty() {
        end.clone_into(&mut name);
    }
    slug(&name).chars().take(MOST_NAME_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(name: &str, called: &[&str]) -> Piece {
        let called: Vec<String> = called.iter().map(|name| (*name).to_owned()).collect();
        let contents = Contents::Story { name: name.into(), article: Box::default(), called: called.clone() };
        Piece { called, contents }
    }

    fn names(pieces: Vec<Piece>, owners: &[(&str, &str)]) -> Vec<String> {
        let owners: Vec<(String, Vec<String>)> =
            owners.iter().map(|(name, called)| ((*name).to_owned(), vec![(*called).to_owned()])).collect();
        named(pieces, &owners).into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn names_are_short_stable_and_apart() {
        let stories = || {
            vec![
                piece("in/a.txt", &["/in/a.txt"]),
                piece("in/b.txt", &["/in/b.txt"]),
                piece("in/b.html", &["/in/b.html"]),
                piece(
                    "https://h/news/bridge-closes.html?utm_source=x",
                    &["https://h/news/bridge-closes.html?utm_source=x"],
                ),
                piece("https://h/story.php?id=0", &["https://h/story.php?id=0"]),
                piece("https://h/news/12/", &["https://h/news/12/"]),
                piece("wire.xml, item urn:echo:12", &["urn:echo:12"]),
            ]
        };
        let fresh = names(stories(), &[]);
        assert_eq!(fresh, ["a", "b", "b-html", "bridge-closes", "story-php-id-0", "12", "urn-echo-12"]);
        // Whoever has a name keeps it, whatever comes beside it.
        let kept = names(stories(), &[("b", "/in/b.html"), ("old", "urn:echo:12"), ("a", "/in/other.txt")]);
        assert_eq!(kept, ["a-txt", "b-txt", "b", "bridge-closes", "story-php-id-0", "12", "old"]);
    }

    #[test]
    fn one_story_has_one_file() {
        let pieces = || {
            vec![piece("two.json", &["urn:1", "/w/two.json"]), piece("one.json", &["urn:1", "/w/one.json"])]
        };
        assert_eq!(names(pieces(), &[("one", "urn:1")]), ["one"]);
        let same = vec![
            piece("x/c.txt", &["/x/c.txt"]),
            piece("y/c.txt", &["/y/c.txt"]),
            piece("z/c.txt", &["/z/c.txt"]),
        ];
        let names = names(same, &[]);
        assert_eq!(names[..2], ["c", "c-txt"]);
        assert!(names[2].starts_with("c-") && names[2].len() == 10, "{names:?}");
    }
}
