//! Inputs as a user names them → stories: files, folders, standard input and addresses; pages, texts, feeds and wires,
//! told apart by content.
//!
//! An edge: it reads disks and the network for the `article` stage, whose rooms are pure. What one input holds comes
//! together first ([`Found`]), then what only shows across inputs is settled (versions and kills of wires, the same
//! story in two feeds), then every story passes its gate: status, embargo, expiry, and for an entry of a feed that is
//! only a teaser the page it links to.
//!
//! One named input that fails is an error. One of many in a folder, feed or wire is left out with its reason and the
//! rest goes on, as is a source that is not required; none left is an error.

mod follow;
mod kill;
pub(crate) mod read;
mod shelf;
mod source;

pub use kill::{Kill, Kills};
pub use shelf::Shelf;
pub use source::Source;

use crate::article::feed::{self, Entry, Fullness, Selection};
use crate::article::wire::embargo::{self, Embargo};
use crate::article::wire::{self, Item};
use crate::article::{self, Article};
use crate::event::{Event, Observer};
use crate::net;
use crate::{Error, Result};
use jiff::Zoned;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Most stories of one bulletin, and most files of one folder.
pub const MOST_STORIES: usize = 1000;

/// What is taken of inputs, and how.
///
/// # Examples
/// ```
/// use bulletin::gather::Settings;
/// let settings: Settings = toml::from_str("ignore_embargo = true\n[selection]\ntake = 3\n").unwrap();
/// assert!(settings.follow && settings.ignore_embargo);
/// assert_eq!(settings.selection.take, Some(3));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How each story is read.
    pub article: article::Settings,
    /// Which entries of feeds are taken; a briefing's own choice for a feed goes before it.
    pub selection: Selection,
    /// Fetch the page of an entry that holds only a teaser. Without it such entries are left out.
    pub follow: bool,
    /// Voice stories under embargo.
    pub ignore_embargo: bool,
    /// What is not to be heard any more, wherever it turns up.
    pub kill: Vec<Kill>,
    /// Most sources, and most stories of them.
    pub most_stories: usize,
    /// Limits and rules of fetching.
    pub net: net::Settings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            article: article::Settings::default(),
            selection: Selection::default(),
            follow: true,
            ignore_embargo: false,
            kill: Vec::new(),
            most_stories: MOST_STORIES,
            net: net::Settings::default(),
        }
    }
}

/// An input as a user names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Input {
    /// `-`.
    Stdin,
    /// A file, folder or briefing on disk.
    Path(PathBuf),
    /// Something with a scheme, `https://…`; the network room refuses all schemes but http and https.
    Address(String),
}

impl Input {
    /// What a user meant by `text`.
    ///
    /// # Examples
    /// ```
    /// use bulletin::gather::Input;
    /// use std::path::Path;
    /// assert_eq!(Input::parse(Path::new("-")), Input::Stdin);
    /// assert_eq!(Input::parse(Path::new("a/b.txt")), Input::Path("a/b.txt".into()));
    /// assert_eq!(Input::parse(Path::new("https://echo.example/a")), Input::Address("https://echo.example/a".into()));
    /// ```
    pub fn parse(text: &Path) -> Self {
        let scheme = |text: &str| {
            text.split_once("://").is_some_and(|(scheme, _)| {
                scheme.len() > 1
                    && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
            })
        };
        match text.to_str() {
            Some("-") => Self::Stdin,
            Some(text) if scheme(text) => Self::Address(text.to_owned()),
            _ => Self::Path(text.to_owned()),
        }
    }

    /// What it is called from every working folder; nothing for standard input.
    pub(crate) fn called(&self) -> Vec<String> {
        match self {
            Self::Stdin => Vec::new(),
            Self::Path(path) => vec![kill::absolute(path)],
            Self::Address(url) => vec![net::without_credentials(url)],
        }
    }

    /// What messages call it.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "standard input".into(),
            Self::Path(path) => path.display().to_string(),
            Self::Address(url) => net::without_credentials(url),
        }
    }
}

/// What was found in inputs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gathered {
    /// The stories in the order of their inputs, each with its name.
    pub stories: Vec<(String, Article)>,
    /// What each is called wherever it is met: its file from the root, its address, its wire's own name.
    pub called: Vec<Vec<String>>,
    /// What was not taken, and why.
    pub left_out: Vec<LeftOut>,
}

/// A story that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The input, with the story's place where it holds several.
    pub input: String,
    /// Why, as a clause.
    pub reason: String,
    /// What kind of reason that is.
    pub cause: Cause,
    /// What it is called wherever it is met, as far as that is known.
    #[serde(skip)]
    pub called: Vec<String>,
}

/// Why a story was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// It must not be heard: killed, withheld, under embargo or expired.
    NotForAir,
    /// It could not be read or fetched.
    Failed,
    /// A newer version of it is told.
    Superseded,
    /// It was not asked for, or another stands for it: a repetition, a teaser.
    PassedOver,
}

/// One thing found in an input, before what shows only across inputs is known.
#[derive(Debug)]
enum Found {
    /// A text or page.
    Story(String, Box<Article>, Names),
    /// An item of a wire.
    Item(Box<Item>, Names),
    /// The feed of this number, from 0.
    Feed(usize),
}

/// What a story is known by.
#[derive(Debug, Clone, Default)]
struct Names {
    /// Itself, wherever it is met.
    own: Vec<String>,
    /// What it comes out of, with others.
    from: Vec<String>,
}

impl Names {
    /// All of them.
    fn all(&self) -> impl Iterator<Item = &str> + Clone {
        self.own.iter().chain(&self.from).map(String::as_str)
    }
}

/// A feed that was read, and what is wanted of it.
#[derive(Debug)]
struct Feed {
    name: String,
    from: Vec<String>,
    entries: Vec<Entry>,
    selection: Selection,
}

/// Gathers stories at one hour.
pub(crate) struct Gatherer<'a> {
    settings: &'a Settings,
    now: &'a Zoned,
    observer: &'a dyn Observer,
    shelf: &'a Shelf,
    kills: Kills,
    found: Vec<Found>,
    feeds: Vec<Feed>,
    left_out: Vec<LeftOut>,
    /// The error of an input that held one thing, which is the user's answer when nothing is left.
    only: Option<Error>,
}

/// The stories of `inputs`. `now` decides embargoes, expiries and what "since six hours" means; warnings about what is
/// left out go to `observer` as they are found.
///
/// # Errors
/// Whatever a named input fails with; [`Error::NoStory`] when inputs could be read and none of their stories taken;
/// [`Error::Config`] for more than [`MOST_STORIES`] inputs or standard input named twice.
///
/// # Examples
/// ```
/// use bulletin::event::Silent;
/// use bulletin::gather::{Input, Settings, gather};
///
/// let folder = tempfile::tempdir().unwrap();
/// std::fs::write(folder.path().join("a.txt"), "Bridge to close\nThe bridge will close on Monday.\n").unwrap();
/// std::fs::write(folder.path().join("b.xml"), "<nitf><head><docdata management-status=\"canceled\"/></head>\
///     <body><body.content><p>Never to be read.</p></body.content></body></nitf>").unwrap();
/// let now = "2025-03-04T06:00+00:00[UTC]".parse().unwrap();
/// let gathered = gather(&[Input::Path(folder.path().into())], &Settings::default(), &now, &Silent).unwrap();
/// assert_eq!(gathered.stories.len(), 1);
/// assert!(gathered.left_out[0].reason.contains("cancelled by its sender"));
/// ```
pub fn gather(
    inputs: &[Input],
    settings: &Settings,
    now: &Zoned,
    observer: &dyn Observer,
) -> Result<Gathered> {
    let sources: Vec<Source> = inputs.iter().cloned().map(Source::from).collect();
    gather_sources(&sources, settings, now, &Shelf::default(), observer)
}

/// The stories of `sources`, as [`gather`]; what is fetched is taken from `shelf`, or put there.
///
/// # Errors
/// As [`gather`], where a source that is not required counts as one of many.
pub fn gather_sources(
    sources: &[Source],
    settings: &Settings,
    now: &Zoned,
    shelf: &Shelf,
    observer: &dyn Observer,
) -> Result<Gathered> {
    let (gathered, error) = survey(sources, settings, now, shelf, observer)?;
    match error {
        Some(error) => Err(error),
        None => Ok(gathered),
    }
}

/// As [`gather_sources`], for whoever wants to know what is left out even where nothing is left: beside the stories the
/// error there would be.
///
/// # Errors
/// [`Error::Config`], for settings and inputs that make no sense.
pub(crate) fn survey(
    sources: &[Source],
    settings: &Settings,
    now: &Zoned,
    shelf: &Shelf,
    observer: &dyn Observer,
) -> Result<(Gathered, Option<Error>)> {
    if sources.len() > settings.most_stories {
        return Err(Error::Config {
            place: "the inputs".into(),
            problem: format!("{} are too many for one bulletin", sources.len()),
            cure: format!("give at most {}", settings.most_stories),
        });
    }
    if sources.iter().filter(|source| source.input == Input::Stdin).count() > 1 {
        return Err(Error::Config {
            place: "-".into(),
            problem: "standard input can be read only once".into(),
            cure: "name it once among the inputs".into(),
        });
    }
    let mut gatherer = Gatherer::new(settings, now, shelf, observer);
    // What another input says of a story, a kill above all, must be heard even where the bulletin comes to nothing.
    let mut failed = None;
    for source in sources {
        match gatherer.read(source) {
            Err(error @ Error::Config { .. }) => return Err(error),
            Err(error) => failed = failed.or(Some(error)),
            Ok(()) => {}
        }
    }
    let names: Vec<_> = sources.iter().map(|source| source.input.name()).collect();
    let (gathered, empty) = gatherer.finish(&names.join(", "))?;
    Ok((gathered, failed.or(empty)))
}

impl<'a> Gatherer<'a> {
    fn new(settings: &'a Settings, now: &'a Zoned, shelf: &'a Shelf, observer: &'a dyn Observer) -> Self {
        Self {
            settings,
            now,
            observer,
            shelf,
            kills: Kills::new(&settings.kill),
            found: Vec::new(),
            feeds: Vec::new(),
            left_out: Vec::new(),
            only: None,
        }
    }

    /// Notes what was not taken.
    fn leave_out(&mut self, input: String, reason: String) {
        self.note(LeftOut { input, reason, cause: Cause::PassedOver, called: Vec::new() });
    }

    /// Notes what must not be heard.
    fn hold_back(&mut self, input: String, reason: String, called: Vec<String>) {
        self.note(LeftOut { input, reason, cause: Cause::NotForAir, called });
    }

    fn note(&mut self, left_out: LeftOut) {
        self.observer.event(&Event::LeftOut(&left_out));
        self.left_out.push(left_out);
    }

    /// Holds a story back if the list of kills has it.
    fn is_killed(&mut self, name: &str, names: &Names) -> bool {
        let Some(kill) = self.kills.find(names.all().chain([name])) else { return false };
        self.shelf.note_kill(&kill.what);
        let reason = kill.reason();
        self.hold_back(name.to_owned(), reason, names.own.clone());
        true
    }

    /// As [`Gatherer::leave_out`], for an error that already names its input.
    fn leave_out_error(&mut self, input: String, error: Error, called: Vec<String>) {
        let text = error.to_string();
        let reason = text.strip_prefix(&format!("{input}: ")).unwrap_or(&text).to_owned();
        let cause = if matches!(error, Error::NotForAir { .. }) { Cause::NotForAir } else { Cause::Failed };
        self.note(LeftOut { input, reason, cause, called });
        self.only = if self.left_out.len() == 1 { Some(error) } else { None };
    }

    /// Settles what shows only across inputs, then lets every story through its gate.
    fn finish(mut self, names: &str) -> Result<(Gathered, Option<Error>)> {
        let found = std::mem::take(&mut self.found);
        let mut items = self.newest_items(&found);
        let mut wanted = self.wanted_entries();
        let mut told = Gathered::default();
        for found in found {
            match found {
                Found::Story(name, article, names) => self.admit(&mut told, name, *article, names),
                Found::Item(item, names) => {
                    // One of them for each story, at the place of its first version.
                    let Some(at) = items.iter().position(|i| i.input == item.input) else { continue };
                    let item = items.swap_remove(at);
                    if self.settings.ignore_embargo
                        && let Some(embargo) = &item.embargo
                    {
                        self.say_embargo(embargo, &item.input);
                    }
                    match item.release(self.now.timestamp(), self.settings.ignore_embargo) {
                        Ok(article) => self.admit(&mut told, item.input.clone(), article.clone(), names),
                        Err(error) => self.leave_out_error(item.input.clone(), error, names.own),
                    }
                }
                Found::Feed(feed) => {
                    for number in std::mem::take(&mut wanted[feed]) {
                        self.take_entry(&mut told, feed, number)?;
                    }
                }
            }
        }
        let most = self.settings.most_stories;
        if told.stories.len() > most {
            return Err(Error::Config {
                place: names.to_owned(),
                problem: format!("{} stories are too many", told.stories.len()),
                cure: format!("take at most {most}; --take N takes the newest of a feed"),
            });
        }
        let held_back = self.left_out.iter().all(|left| left.cause == Cause::NotForAir);
        let empty = told.stories.is_empty().then(|| match (self.only, self.left_out.first()) {
            (Some(error), _) if self.left_out.len() == 1 => error,
            (_, Some(first)) if held_back => Error::NotForAir {
                input: names.to_owned(),
                problem: format!("nothing of it may be heard: {}: {}", first.input, first.reason),
                cure: "name another story, or wait until it may go out",
            },
            (_, first) => Error::NoStory {
                input: names.to_owned(),
                looked_at: self.left_out.len(),
                first: first.map(|l| format!("{}: {}", l.input, l.reason)),
            },
        });
        told.left_out = self.left_out;
        Ok((told, empty))
    }

    /// Lets a story through unless a line of its text holds it under embargo.
    fn admit(&mut self, told: &mut Gathered, name: String, article: Article, names: Names) {
        if self.is_killed(&name, &names) {
            return;
        }
        if let Some(embargo) = embargo::of(&article) {
            if self.settings.ignore_embargo {
                self.say_embargo(&embargo, &name);
            } else if let Err(error) = embargo.check(&name, self.now.timestamp()) {
                return self.leave_out_error(name, error, names.own);
            }
        }
        self.observer.event(&Event::StoryRead {
            input: &name,
            paragraphs: article.paragraphs.len(),
            dropped: article.dropped.len(),
        });
        told.stories.push((name, article));
        told.called.push(names.own);
    }

    /// Says that a story goes through although it is under embargo.
    fn say_embargo(&self, embargo: &Embargo, name: &str) {
        if let Err(error) = embargo.check(name, self.now.timestamp()) {
            self.observer.event(&Event::Warning { text: &format!("the embargo is ignored: {error}") });
        }
    }

    /// Of all wire items the newest version of each story.
    fn newest_items(&mut self, found: &[Found]) -> Vec<Item> {
        let items = found
            .iter()
            .filter_map(|found| if let Found::Item(item, _) = found { Some((**item).clone()) } else { None })
            .collect();
        let newest = wire::newest(items);
        for old in newest.superseded {
            let cause = if old.killed { Cause::NotForAir } else { Cause::Superseded };
            let names = found.iter().find_map(|found| match found {
                Found::Item(item, names) if item.input == old.item.input => Some(names.own.clone()),
                _ => None,
            });
            let called = names.unwrap_or_default();
            self.note(LeftOut { input: old.item.input, reason: old.reason, cause, called });
        }
        newest.items
    }

    /// Of every feed the entries that are wanted, repetitions across feeds aside.
    fn wanted_entries(&mut self) -> Vec<Vec<usize>> {
        let places: Vec<(usize, usize)> = self
            .feeds
            .iter()
            .enumerate()
            .flat_map(|(feed, read)| (0..read.entries.len()).map(move |entry| (feed, entry)))
            .collect();
        let entries: Vec<&Entry> =
            places.iter().map(|&(feed, entry)| &self.feeds[feed].entries[entry]).collect();
        let repeated = feed::duplicates(&entries);
        let mut own: Vec<Vec<usize>> = vec![Vec::new(); self.feeds.len()];
        let mut notes = Vec::new();
        let mut repeats = repeated.iter().peekable();
        for (at, &(feed, entry)) in places.iter().enumerate() {
            if let Some(repeat) = repeats.next_if(|repeat| repeat.entry == at) {
                let (of_feed, of_entry) = places[repeat.of];
                notes.push((
                    self.entry_name(feed, entry),
                    format!("it repeats {}: {}", self.entry_name(of_feed, of_entry), repeat.because),
                ));
            } else {
                own[feed].push(entry);
            }
        }
        let mut wanted = Vec::with_capacity(own.len());
        for (read, own) in self.feeds.iter().zip(own) {
            let list: Vec<Entry> = own.iter().map(|&n| read.entries[n].clone()).collect();
            let selected = feed::select(&list, &read.selection, self.now);
            // What was not asked for is no news to the user; the count is.
            if !selected.left_out.is_empty() && selected.entries.is_empty() {
                let first = &selected.left_out[0];
                notes.push((
                    read.name.clone(),
                    format!("none of its {} entries is wanted; the first: {}", list.len(), first.reason),
                ));
            }
            wanted.push(selected.entries.into_iter().map(|n| own[n]).collect());
        }
        for (input, reason) in notes {
            self.leave_out(input, reason);
        }
        wanted
    }

    /// What messages call an entry: its page, or its place in the feed.
    fn entry_name(&self, feed: usize, number: usize) -> String {
        let read = &self.feeds[feed];
        match &read.entries[number].link {
            Some(link) => net::without_credentials(link),
            None => format!("{}, entry {}", read.name, number + 1),
        }
    }

    fn take_entry(&mut self, told: &mut Gathered, feed: usize, number: usize) -> Result<()> {
        let name = self.entry_name(feed, number);
        let link = self.feeds[feed].entries[number].link.as_deref().map(net::without_credentials);
        let names = Names { own: link.into_iter().collect(), from: self.feeds[feed].from.clone() };
        if self.is_killed(&name, &names) {
            return Ok(());
        }
        let entry = &self.feeds[feed].entries[number];
        match entry.article(&name, &self.settings.article) {
            Ok(Some(article)) => self.admit(told, name, article, names),
            Ok(None) => {
                let fullness = entry.fullness();
                if fullness == Fullness::Recording {
                    self.leave_out(name, format!("it {fullness}"));
                    return Ok(());
                }
                match (&entry.link, self.settings.follow) {
                    (Some(link), true) => match follow::page(self.shelf, self.settings, link, entry) {
                        Ok(article) => self.admit(told, name, article, names),
                        // Settings that make no sense stop everything; one page that fails does not.
                        Err(error @ Error::Config { .. }) => return Err(error),
                        Err(error) => self.leave_out_error(name, error, names.own),
                    },
                    (Some(_), false) => {
                        self.leave_out(name, format!("it {fullness}, and links are not followed"));
                    }
                    (None, _) => self.leave_out(name, format!("it {fullness}, and has no link to follow")),
                }
            }
            Err(error) => self.leave_out_error(name, error, names.own),
        }
        Ok(())
    }
}
