//! One episode.

use super::Settings;
use crate::deliver::record::Record;
use crate::deliver::{Beside, captions, transcript};
use crate::{Error, Result};
use jiff::Timestamp;
use quick_xml::Writer;
use quick_xml::events::BytesText;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A bulletin that is finished.
#[derive(Debug, Clone, Copy)]
pub struct Episode<'a> {
    /// What was said.
    pub record: &'a Record,
    /// Its audio: one file at least. The first that Apple's directory takes is the enclosure, else the first; the others
    /// are alternatives.
    pub audio: &'a [PathBuf],
    /// What was made beside it.
    pub beside: &'a [PathBuf],
    /// When it was published.
    pub published: Timestamp,
}

impl Episode<'_> {
    pub(super) fn name(&self, settings: &Settings) -> Result<String> {
        settings.name_of(self.enclosure(settings)?)
    }

    fn enclosure(&self, settings: &Settings) -> Result<&Path> {
        let apple = self.audio.iter().find(|path| media_type(path) == "audio/mpeg");
        apple.or(self.audio.first()).map(PathBuf::as_path).ok_or_else(|| Error::Feed {
            path: settings.file.clone(),
            problem: "an episode has no audio".into(),
            cure: "report it: this is a fault in bulletin itself",
        })
    }
}

/// One item of a feed.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) guid: String,
    pub(super) published: Timestamp,
    pub(super) xml: String,
}

/// The media type of an audio file, by its name. Source: RFC 3003, RFC 7845 §9, RFC 9639 §13, RFC 2361.
fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("mp3") => "audio/mpeg",
        Some("opus" | "ogg") => "audio/ogg",
        Some("flac") => "audio/flac",
        _ => "audio/wav",
    }
}

impl Item {
    /// The item of an episode.
    pub(super) fn of(episode: &Episode<'_>, settings: &Settings, guid: String) -> Result<Self> {
        let enclosure = episode.enclosure(settings)?;
        let failed = |source| Error::Write { path: settings.file.clone(), source };
        let bytes = |path: &Path| {
            let about = fs::metadata(path).map_err(|source| Error::Read { path: path.into(), source })?;
            Ok::<_, Error>(about.len().to_string())
        };
        let (url, length) = (settings.url_of(enclosure)?, bytes(enclosure)?);
        let mut others = Vec::new();
        for path in episode.audio.iter().filter(|path| path.as_path() != enclosure) {
            others.push((settings.url_of(path)?, bytes(path)?, media_type(path)));
        }
        let mut links = Vec::new();
        for (what, name, kind) in [
            (Beside::Captions(captions::Format::Vtt), "podcast:transcript", "text/vtt"),
            (Beside::Captions(captions::Format::Srt), "podcast:transcript", "application/x-subrip"),
            (Beside::Words, "podcast:transcript", "application/json"),
            (Beside::Transcript(transcript::Format::Html), "podcast:transcript", "text/html"),
            (Beside::Transcript(transcript::Format::Txt), "podcast:transcript", "text/plain"),
            (Beside::Chapters, "podcast:chapters", "application/json+chapters"),
        ] {
            let path = what.path(enclosure);
            if episode.beside.contains(&path) {
                links.push((name, settings.url_of(&path)?, kind));
            }
        }
        let record = episode.record;
        let seconds = record.mastered.length.seconds(record.rate()).round();
        let mut out = Writer::new_with_indent(Vec::new(), b' ', 2);
        let written = out.create_element("item").write_inner_content(|out| {
            element(out, "title", &[], &title(record))?;
            element(out, "description", &[], &description(record))?;
            element(out, "guid", &[("isPermaLink", "false")], &guid)?;
            element(out, "pubDate", &[], &date(episode.published))?;
            let media = media_type(enclosure);
            element(out, "enclosure", &[("url", &url), ("length", &length), ("type", media)], "")?;
            element(out, "itunes:duration", &[], &seconds.to_string())?;
            element(out, "itunes:episodeType", &[], "full")?;
            element(out, "itunes:explicit", &[], if settings.explicit { "true" } else { "false" })?;
            for (name, url, kind) in &links {
                let language = ("language", record.language.as_str());
                let attributes = [("url", url.as_str()), ("type", kind), language];
                let count = if *name == "podcast:transcript" && !record.language.is_empty() { 3 } else { 2 };
                element(out, name, &attributes[..count], "")?;
            }
            for (url, length, kind) in &others {
                let attributes = [("type", *kind), ("length", length.as_str())];
                out.create_element("podcast:alternateEnclosure")
                    .with_attributes(attributes)
                    .write_inner_content(|out| element(out, "podcast:source", &[("uri", url)], ""))?;
            }
            Ok(())
        });
        written.map_err(failed)?;
        let xml = String::from_utf8(out.into_inner()).map_err(|e| failed(io::Error::other(e)))?;
        // As deep as it stands in the feed.
        let xml = xml.replace('\n', "\n    ");
        Ok(Self { guid, published: episode.published, xml })
    }
}

/// The edition's name, told apart from yesterday's.
fn title(record: &Record) -> String {
    let day = record.date.map(|date| date.0.strftime("%-d %B %Y").to_string());
    let time = record.time.map(|time| time.to_string());
    let told: Vec<String> = [day, time].into_iter().flatten().collect();
    if told.is_empty() { record.title.clone() } else { format!("{}, {}", record.title, told.join(", ")) }
}

/// What is in it, and who reads it.
fn description(record: &Record) -> String {
    let stories = (0..record.stories.len()).map(|story| record.story_title(story));
    let mut told: Vec<String> = stories.filter(|title| !title.is_empty()).collect();
    told.push(record.disclosure.clone());
    let ended = told
        .iter()
        .filter(|text| !text.is_empty())
        .map(|text| if text.ends_with(['.', '!', '?', '…']) { text.clone() } else { format!("{text}.") });
    ended.collect::<Vec<_>>().join(" ")
}

/// RFC 2822, in UTC.
pub(super) fn date(at: Timestamp) -> String {
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_string(&at).unwrap_or_default()
}

/// One element with text, or without.
pub(super) fn element(
    out: &mut Writer<Vec<u8>>,
    name: &str,
    attributes: &[(&str, &str)],
    text: &str,
) -> io::Result<()> {
    let attributes: Vec<(&str, String)> =
        attributes.iter().map(|(key, value)| (*key, legal(value))).collect();
    let element = out
        .create_element(name)
        .with_attributes(attributes.iter().map(|(key, value)| (*key, value.as_str())));
    if text.is_empty() {
        element.write_empty()?;
    } else {
        element.write_text_content(BytesText::new(&legal(text)))?;
    }
    Ok(())
}

/// Without the characters that XML cannot have (XML 1.0 §2.2).
fn legal(text: &str) -> String {
    let legal = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    text.chars().filter(legal).filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect()
}
