//! A podcast's feed, kept up to date episode by episode.
//!
//! RSS 2.0 with the `itunes` namespace (Apple, "A Podcaster's Guide to RSS", 2024) and the `podcast` namespace
//! (Podcasting 2.0). The feed is one of ours or not there yet; each episode is one item, known for ever by its GUID. The
//! file is replaced whole, under a lock, so that two bulletins that are finished at once are both in it and a reader never
//! sees half of one.

mod item;
mod settings;

pub use item::Episode;
pub use settings::Settings;

use crate::files::{self, AtomicFile};
use crate::rundown::{Clock, Date};
use crate::{Error, Result};
use item::Item;
use jiff::{Timestamp, Zoned};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Longest feed that is read.
const LIMIT_BYTES: u64 = 32 * 1024 * 1024;

/// The namespace of podcasts' own GUIDs. Source: Podcasting 2.0, `podcast:guid`.
const PODCASTS: Uuid = Uuid::from_u128(0xead4_c236_bf58_58c6_a2c6_a6b2_8d12_8cb6);

const ATOM: &str = "http://www.w3.org/2005/Atom";
const ITUNES: &str = "http://www.itunes.com/dtds/podcast-1.0.dtd";
const PODCAST: &str = "https://podcastindex.org/namespace/1.0";

/// Puts an episode into the feed, or in the place of the one that was made at the same path before.
///
/// # Errors
/// [`Error::Feed`] for a file that is there and no feed of ours; [`Error::Read`], [`Error::Write`].
pub fn publish(settings: &Settings, episode: &Episode<'_>) -> Result<()> {
    change(settings, |feed| {
        let guid = feed.guid_of(&episode.name(settings)?);
        let item = Item::of(episode, settings, guid)?;
        feed.put(item, settings.limit);
        Ok(true)
    })
}

/// Takes the episode that was made at `audio` out of the feed; one that is not in it, or a feed that is not there, is no
/// error. Gives whether it was there.
///
/// # Errors
/// As [`publish`].
pub fn withdraw(settings: &Settings, audio: &Path) -> Result<bool> {
    if !settings.file.exists() {
        return Ok(false);
    }
    let name = settings.name_of(audio)?;
    let mut was_there = false;
    change(settings, |feed| {
        was_there = feed.take(&feed.guid_of(&name));
        Ok(was_there)
    })?;
    Ok(was_there)
}

/// Refuses to begin where an episode made at `audio` could not be put into the feed.
///
/// # Errors
/// As [`publish`].
pub fn check(settings: &Settings, audio: &Path) -> Result<()> {
    settings.url_of(audio)?;
    files::check_writable(&settings.file)?;
    Feed::read(settings).map(|_| ())
}

/// When a bulletin was published: at its edition's date and time, where it has them; of today else now, of another day
/// its beginning.
///
/// # Examples
/// ```
/// use bulletin::deliver::feed::published;
/// let now: jiff::Zoned = "2026-03-03T12:34:56+01:00[+01:00]".parse().unwrap();
/// let at = |date: Option<&str>, time: Option<&str>| {
///     published(date.map(|d| d.parse().unwrap()), time.map(|t| t.parse().unwrap()), &now).to_string()
/// };
/// assert_eq!(at(None, None), "2026-03-03T11:34:56Z");
/// assert_eq!(at(Some("2026-03-02"), Some("07:00")), "2026-03-02T06:00:00Z");
/// assert_eq!(at(None, Some("07:00")), "2026-03-03T06:00:00Z");
/// assert_eq!(at(Some("2026-03-02"), None), "2026-03-01T23:00:00Z");
/// ```
pub fn published(date: Option<Date>, time: Option<Clock>, now: &Zoned) -> Timestamp {
    let date = date.map_or(now.date(), |date| date.0);
    let time = match time {
        Some(time) => time.0,
        // A day without a time begins with itself.
        None if date != now.date() => jiff::civil::Time::midnight(),
        None => now.time(),
    };
    date.to_datetime(time).to_zoned(now.time_zone().clone()).map_or(now.timestamp(), |at| at.timestamp())
}

/// Whether the episode made at `audio` is in the feed.
pub fn holds(settings: &Settings, audio: &Path) -> bool {
    let feed = Feed::read(settings).ok();
    let name = settings.name_of(audio).ok();
    feed.zip(name).is_some_and(|(feed, name)| {
        let guid = feed.guid_of(&name);
        feed.items.iter().any(|item| item.guid == guid)
    })
}

/// Reads, changes and writes the feed while nobody else does.
fn change(settings: &Settings, how: impl FnOnce(&mut Feed) -> Result<bool>) -> Result<()> {
    files::check_file_path(&settings.file)?;
    let lock = lock_of(&settings.file);
    let failed = |source| Error::Write { path: lock.clone(), source };
    let held = File::options().create(true).append(true).open(&lock).map_err(failed)?;
    // On a file system without locks the last one wins.
    match held.lock() {
        Err(e) if e.kind() != io::ErrorKind::Unsupported => return Err(failed(e)),
        _ => {}
    }
    // What was under way when somebody was killed; nobody else writes here while we hold the lock.
    files::sweep(files::folder_of(&settings.file));
    let mut feed = Feed::read(settings)?;
    if !how(&mut feed)? {
        return Ok(());
    }
    let text = feed.write(settings).map_err(|source| Error::Write { path: settings.file.clone(), source })?;
    let mut file = AtomicFile::create(&settings.file)?;
    file.file()
        .write_all(text.as_bytes())
        .map_err(|source| Error::Write { path: settings.file.clone(), source })?;
    file.commit()
}

/// The file that is locked while the feed is changed; it stays, empty.
fn lock_of(feed: &Path) -> PathBuf {
    let name = feed.file_name().unwrap_or_default().to_string_lossy();
    feed.with_file_name(format!(".{name}.lock"))
}

/// A feed as far as it is not settings.
#[derive(Debug)]
struct Feed {
    /// The podcast's own, for ever.
    guid: String,
    /// Newest first.
    items: Vec<Item>,
}

impl Feed {
    /// The feed in its file, or an empty one.
    fn read(settings: &Settings) -> Result<Self> {
        let path = &settings.file;
        let failed = |source| Error::Read { path: path.clone(), source };
        let foreign = |problem: String| Error::Feed {
            path: path.clone(),
            problem,
            cure: "name another file for the feed, or move what is there away",
        };
        let about = match fs::metadata(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { guid: settings.guid(), items: Vec::new() });
            }
            about => about.map_err(failed)?,
        };
        if about.len() > LIMIT_BYTES {
            return Err(foreign(format!("it has more than {} megabytes", LIMIT_BYTES / 1_000_000)));
        }
        let text = fs::read_to_string(path).map_err(failed)?;
        if text.trim().is_empty() {
            return Ok(Self { guid: settings.guid(), items: Vec::new() });
        }
        let tree = roxmltree::Document::parse(&text).map_err(|e| foreign(format!("it is no XML: {e}")))?;
        let channel = tree.root_element().children().find(|node| node.has_tag_name("channel"));
        let channel = channel.ok_or_else(|| foreign("it is no RSS feed".into()))?;
        let text_of = |node: roxmltree::Node<'_, '_>, name: &str| {
            let found = node.children().find(|child| child.is_element() && child.tag_name().name() == name);
            found.and_then(|found| found.text()).map(|text| text.trim().to_owned())
        };
        if !text_of(channel, "generator").is_some_and(|generator| generator.starts_with("bulletin ")) {
            return Err(foreign("it is a feed, but not one that bulletin keeps".into()));
        }
        let guid = channel
            .children()
            .find(|child| child.has_tag_name((PODCAST, "guid")))
            .and_then(|guid| guid.text())
            .map_or_else(|| settings.guid(), |guid| guid.trim().to_owned());
        let items = channel
            .children()
            .filter(|child| child.has_tag_name("item"))
            .filter_map(|node| {
                let date = text_of(node, "pubDate")?;
                Some(Item {
                    guid: text_of(node, "guid")?,
                    published: jiff::fmt::rfc2822::parse(&date).ok()?.timestamp(),
                    // With the prefixes that we declare.
                    xml: text[node.range()].to_owned(),
                })
            })
            .collect();
        Ok(Self { guid, items })
    }

    /// The GUID of an episode, by its name among the feed's files.
    fn guid_of(&self, name: &str) -> String {
        let podcast = Uuid::parse_str(&self.guid).unwrap_or(PODCASTS);
        Uuid::new_v5(&podcast, name.as_bytes()).to_string()
    }

    fn put(&mut self, item: Item, limit: usize) {
        self.take(&item.guid);
        self.items.push(item);
        // Those of one moment stay in the order they came in, the later first.
        self.items.reverse();
        self.items.sort_by_key(|item| std::cmp::Reverse(item.published));
        self.items.truncate(limit.max(1));
    }

    fn take(&mut self, guid: &str) -> bool {
        let before = self.items.len();
        self.items.retain(|item| item.guid != guid);
        self.items.len() != before
    }

    fn write(&self, settings: &Settings) -> io::Result<String> {
        let mut out = Writer::new_with_indent(Vec::new(), b' ', 2);
        out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let root =
            [("version", "2.0"), ("xmlns:atom", ATOM), ("xmlns:itunes", ITUNES), ("xmlns:podcast", PODCAST)];
        out.create_element("rss").with_attributes(root).write_inner_content(|out| {
            out.create_element("channel").write_inner_content(|out| {
                self.write_channel(out, settings)?;
                for item in &self.items {
                    out.write_event(Event::Text(BytesText::from_escaped("\n    ")))?;
                    out.get_mut().write_all(item.xml.as_bytes())?;
                }
                out.write_event(Event::Text(BytesText::from_escaped("\n  ")))
            })?;
            Ok(())
        })?;
        let mut bytes = out.into_inner();
        bytes.push(b'\n');
        String::from_utf8(bytes).map_err(io::Error::other)
    }

    fn write_channel(&self, out: &mut Writer<Vec<u8>>, settings: &Settings) -> io::Result<()> {
        let text = |out: &mut Writer<Vec<u8>>, name: &str, text: &str| item::element(out, name, &[], text);
        text(out, "title", &settings.title)?;
        text(out, "link", settings.link())?;
        text(out, "description", settings.description())?;
        text(out, "language", &settings.language)?;
        text(out, "generator", concat!("bulletin ", env!("CARGO_PKG_VERSION")))?;
        // Nothing is read from a clock: what the feed holds is as new as its newest episode.
        if let Some(newest) = self.items.first() {
            text(out, "lastBuildDate", &item::date(newest.published))?;
        }
        let own = [("href", settings.url.as_str()), ("rel", "self"), ("type", "application/rss+xml")];
        item::element(out, "atom:link", &own, "")?;
        text(out, "itunes:author", settings.author())?;
        text(out, "itunes:type", "episodic")?;
        text(out, "itunes:explicit", if settings.explicit { "true" } else { "false" })?;
        item::element(out, "itunes:category", &[("text", &settings.category)], "")?;
        if let Some(image) = &settings.image {
            item::element(out, "itunes:image", &[("href", image)], "")?;
        }
        if let Some(email) = &settings.email {
            out.create_element("itunes:owner").write_inner_content(|out| {
                item::element(out, "itunes:name", &[], settings.author())?;
                item::element(out, "itunes:email", &[], email)
            })?;
        }
        text(out, "podcast:guid", &self.guid)?;
        text(out, "podcast:medium", "podcast")?;
        let owner: Vec<(&str, &str)> = settings.email.iter().map(|email| ("owner", email.as_str())).collect();
        item::element(out, "podcast:locked", &owner, "yes")
    }
}

#[cfg(test)]
mod tests;
