//! One page for a bulletin: listen, look, read along. A file by itself that needs no server and fetches nothing but its
//! audio.
//!
//! Without scripts it is the audio with the browser's own controls, the chapters and the whole script; the script makes it
//! follow word by word. The page's own policy lets nothing run but the code and style in it, each named by its SHA-256
//! (W3C Content Security Policy Level 3 §6.7.3), so that no text of a story could, whatever it holds.

mod script;
mod wave;

use crate::base64;
use crate::deliver::chapters::{Chapter, chapters};
use crate::deliver::levels::Levels;
use crate::deliver::markup::{self, escape, escaped, relative};
use crate::deliver::record::Record;
use crate::deliver::when;
use crate::units::{Frames, SampleRate};
use crate::{Error, Result};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

const TEMPLATE: &str = include_str!("page/template.html");
const STYLE: &str = include_str!("page/style.css");
const CODE: &str = include_str!("page/player.js");

/// The most audio a page may hold: in base64 it stays under 32 MB, which is where Firefox ends a `data:` address (MDN,
/// "data: URLs"). At 128 kbit/s it is 23 minutes.
pub const MOST_EMBEDDED_BYTES: usize = 23_000_000;

/// Where the page has its audio from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audio<'a> {
    /// Files beside the page, the best first: a browser takes the first it can play.
    Linked(&'a [Source<'a>]),
    /// In the page itself.
    Embedded {
        /// A whole file, at most [`MOST_EMBEDDED_BYTES`].
        bytes: &'a [u8],
        /// As [`Source::media_type`].
        media_type: &'a str,
    },
}

/// One audio file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source<'a> {
    /// Its path from the page, with `/`, as it is written on disk.
    pub name: &'a str,
    /// As in `audio/mpeg`, perhaps with `codecs`. Source: RFC 6838, RFC 6381.
    pub media_type: &'a str,
}

/// The page of a bulletin.
///
/// # Errors
/// [`Error::Programme`] where there is no audio at all, or more than a page may hold.
///
/// # Examples
/// ```
/// use bulletin::deliver::{levels::Levels, page::{Audio, Source, page}, record::Record};
/// use bulletin::units::{Frames, SampleRate};
/// let record: Record = serde_json::from_value(serde_json::json!({
///     "format_version": 2, "program": "bulletin", "voice": "", "engine": "", "disclosure": "Read by a machine.",
///     "title": "Ferry news", "language": "en-GB", "rate_hz": 48_000, "channels": 2, "target_lufs": -16.0,
///     "ceiling_dbtp": -1.0, "stories": [{"input": "a.txt", "headline": "Ferry back"}],
///     "mastered": {"loudness": -16.0, "peak": -1.0, "gain_db": 0.0, "max_reduction_db": 0.0, "passes": 2, "length": 96_000},
///     "elements": [
///         {"start": 48_000, "length": 48_000, "part": "stories", "kind": "sentence", "story": 0,
///          "written": "It is <back>.", "spoken": "It is back.", "expansions": []},
///     ],
/// })).unwrap();
/// let rate = SampleRate(48_000);
/// let levels = Levels { rate, length: Frames(96_000), columns: vec![], step: Frames(4_800), readings: vec![] };
/// let sources = [Source { name: "news.mp3", media_type: "audio/mpeg" }];
/// let html = page(&record, &levels, &Audio::Linked(&sources))?;
/// assert!(html.contains("<source src=\"news.mp3\" type=\"audio/mpeg\">"));
/// assert!(html.contains("<span data-t=\"1000\">It</span>"));
/// assert!(html.contains("&lt;back&gt;."));
/// # Ok::<(), bulletin::Error>(())
/// ```
pub fn page(record: &Record, levels: &Levels, audio: &Audio<'_>) -> Result<String> {
    let rate = record.rate();
    let length = record.mastered.length;
    let chapters = chapters(record);
    let language = markup::language(&record.language).unwrap_or("en");
    // The page's own words are English; the bulletin's may not be.
    let is_english = language.split('-').next().is_some_and(|first| first.eq_ignore_ascii_case("en"));
    let title = if record.title.trim().is_empty() { "News bulletin" } else { &record.title };
    let edition = when::edition(record.date, record.time, &record.language);
    let page_title: Vec<&str> =
        [Some(title), record.station.as_deref(), edition.as_deref()].into_iter().flatten().collect();
    let sources = sources(audio)?;
    let first = match audio {
        Audio::Linked(sources) => sources.first().map(|source| relative(source.name)),
        Audio::Embedded { .. } => None,
    };
    filled(TEMPLATE, |name| {
        Some(match name {
            "lang" => if is_english { language } else { "en" }.to_owned(),
            "foreign" if is_english => String::new(),
            "foreign" => format!(" lang=\"{language}\""),
            "policy" => policy(audio),
            "program" => escaped(&record.program),
            "page_title" => escaped(&page_title.join(" – ")),
            "style" => STYLE.to_owned(),
            "code" => CODE.to_owned(),
            "station" => {
                let station = record.station.as_deref().map(str::trim).filter(|name| !name.is_empty());
                station
                    .map(|name| format!("<p class=\"station\">{}</p>\n", escaped(name)))
                    .unwrap_or_default()
            }
            "title" => escaped(title),
            "edition" => heading(record, edition.as_deref(), length, rate),
            "disclosure" => escaped(&record.disclosure),
            "length_ms" => when::ms(length, rate).to_string(),
            "length" => when::position(length, rate),
            "wave" => wave::svg(levels, &chapters, length),
            "sources" => sources.clone(),
            "contents" => contents(&chapters, rate),
            "script" => script::html(record, &chapters, first.as_deref()),
            "about" => about(record, audio),
            _ => return None,
        })
    })
    .ok_or_else(|| Error::Programme {
        problem: "cannot make its page: the template asks for what there is not".into(),
        cure: "report this: it is a fault of the program".into(),
    })
}

/// The template with its names replaced, in one go: what is put in is never looked at again.
fn filled(template: &str, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut out = String::with_capacity(template.len() * 8);
    let mut parts = template.split("{{");
    out.push_str(parts.next()?);
    for part in parts {
        let (name, rest) = part.split_once("}}")?;
        out.push_str(&value(name)?);
        out.push_str(rest);
    }
    Some(out)
}

/// What may run, be shown and be played. A page opened from disk has its audio from there.
fn policy(audio: &Audio<'_>) -> String {
    let hash = |text: &str| base64::encode(&Sha256::digest(text.as_bytes()));
    let media = match audio {
        Audio::Linked(_) => "'self' file:",
        Audio::Embedded { .. } => "data:",
    };
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; media-src {media}; base-uri 'none'; \
         form-action 'none'",
        hash(CODE),
        hash(STYLE)
    )
}

fn sources(audio: &Audio<'_>) -> Result<String> {
    let mut out = String::new();
    match audio {
        Audio::Linked([]) => {
            return Err(Error::Programme {
                problem: "its page has no audio to link to".into(),
                cure: "keep the WAV or make a compressed file beside it".into(),
            });
        }
        Audio::Linked(sources) => {
            for source in *sources {
                let (name, media_type) = (relative(source.name), escaped(source.media_type));
                let _ = writeln!(out, "<source src=\"{name}\" type=\"{media_type}\">");
            }
        }
        Audio::Embedded { bytes, media_type } => {
            if bytes.len() > MOST_EMBEDDED_BYTES {
                return Err(Error::Programme {
                    problem: format!(
                        "{} bytes of audio are too much for inside a page, which holds at most {MOST_EMBEDDED_BYTES}",
                        bytes.len()
                    ),
                    cure: "let the page link to the audio, or make a smaller file of it".into(),
                });
            }
            let media_type = escaped(media_type);
            let _ = write!(out, "<source src=\"data:{media_type};base64,");
            out.push_str(&base64::encode(bytes));
            let _ = writeln!(out, "\" type=\"{media_type}\">");
        }
    }
    Ok(out)
}

/// When it was and how long it is.
fn heading(record: &Record, edition: Option<&str>, length: Frames, rate: SampleRate) -> String {
    let machine = match (record.date, record.time) {
        (Some(date), Some(time)) => format!("{date}T{time}"),
        (Some(date), None) => date.to_string(),
        (None, time) => time.map(|time| time.to_string()).unwrap_or_default(),
    };
    let mut out = String::new();
    if let Some(edition) = edition {
        let _ = write!(out, "<time datetime=\"{}\">{}</time> · ", escaped(&machine), escaped(edition));
    }
    let seconds = length.0 / u64::from(rate.0.max(1));
    match (seconds / 60, seconds % 60) {
        (0, seconds) => _ = write!(out, "{seconds}\u{A0}s"),
        (minutes, seconds) => _ = write!(out, "{minutes}\u{A0}min {seconds}\u{A0}s"),
    }
    out
}

fn contents(chapters: &[Chapter], rate: SampleRate) -> String {
    if chapters.is_empty() {
        return String::new();
    }
    let mut out = String::from(
        "<nav class=\"contents\" aria-labelledby=\"contents-heading\">\n<h2 id=\"contents-heading\">In this bulletin</h2>\n<ol>\n",
    );
    for (n, chapter) in chapters.iter().enumerate() {
        let at = when::ms(chapter.start, rate);
        let _ = write!(out, "<li><a href=\"#c{n}\" data-t=\"{at}\"><span class=\"name\">");
        escape(&mut out, &chapter.title);
        let _ = writeln!(
            out,
            "</span> <span class=\"at\">{}</span></a></li>",
            when::position(chapter.start, rate)
        );
    }
    out.push_str("</ol>\n</nav>\n");
    out
}

/// Who speaks, what made it, and the files.
fn about(record: &Record, audio: &Audio<'_>) -> String {
    let mut voices: Vec<&str> = Vec::new();
    for voice in record.said().map(|(_, said)| said.voice.as_str()).chain([record.voice.as_str()]) {
        if !voice.is_empty() && !voices.contains(&voice) {
            voices.push(voice);
        }
    }
    let mut out = format!("<p>{}", escaped(&record.disclosure));
    match voices[..] {
        [] => {}
        [voice] => _ = write!(out, " The voice is {}.", escaped(voice)),
        _ => _ = write!(out, " The voices are {}.", escaped(&voices.join(", "))),
    }
    if !record.program.is_empty() {
        let _ = write!(out, " Made by {}.", escaped(&record.program));
    }
    out.push_str("</p>\n");
    if let Audio::Linked(sources) = audio {
        let link = |source: &Source<'_>| {
            format!("<a href=\"{}\" download>{}</a>", relative(source.name), escaped(source.name))
        };
        let links: Vec<String> = sources.iter().map(link).collect();
        let _ = writeln!(out, "<p>Keep the audio: {}</p>", links.join(", "));
    }
    out
}

#[cfg(test)]
mod tests;
