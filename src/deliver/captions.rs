//! Captions: what was written, at the moment it is heard.
//!
//! A cue never leaves its sentence: it begins with the first word it shows and ends with the last, or lingers in the
//! silence after the sentence where it would be too short to read. Form: 42 characters a line and two lines (EBU Tech
//! 3264; BBC Subtitle Guidelines §10), 0.83 to 7 s, at most 17 characters a second where the voice lets it, two frames of
//! 25 a second between cues; broken after punctuation, before what begins a phrase, never after what leads into one.

mod shape;

use super::record::{Record, Unit};
use super::when;
use crate::units::{Frames, SampleRate};
use serde::{Deserialize, Serialize};
use shape::{Piece, lines, pieces};
use std::fmt::Write as _;

/// Characters of a line.
pub const LINE_CHARACTERS: usize = 42;

/// Shortest and longest time a cue is shown.
const SHORTEST_S: f64 = 5.0 / 6.0;
const LONGEST_S: f64 = 7.0;

/// The most characters a second that can be read.
const READABLE_CPS: f64 = 17.0;

/// Between two cues.
const GAP_S: f64 = 0.08;

/// One caption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caption {
    /// First frame.
    pub start: Frames,
    /// The frame it is gone.
    pub end: Frames,
    /// One or two lines, as written.
    pub lines: Vec<String>,
    /// Who speaks; none in a bulletin of one voice.
    pub speaker: Option<&'static str>,
}

/// A file of captions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// WebVTT (W3C Candidate Recommendation, 4 April 2019).
    Vtt,
    /// SubRip.
    Srt,
}

impl Format {
    /// Its file's extension.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Vtt => "vtt",
            Self::Srt => "srt",
        }
    }
}

/// The captions of a bulletin, in order of time.
///
/// # Examples
/// ```
/// use bulletin::deliver::{captions::captions, record::Record};
/// let record: Record = serde_json::from_value(serde_json::json!({
///     "format_version": 2, "program": "", "voice": "", "engine": "", "disclosure": "", "rate_hz": 48_000, "channels": 2,
///     "target_lufs": -16.0, "ceiling_dbtp": -1.0,
///     "mastered": {"loudness": -16.0, "peak": -1.0, "gain_db": 0.0, "max_reduction_db": 0.0, "passes": 2, "length": 96_000},
///     "elements": [{"start": 0, "length": 96_000, "part": "stories", "kind": "sentence", "story": 0,
///                   "written": "Profits rose to £1.2bn.", "spoken": "", "expansions": []}],
/// })).unwrap();
/// let captions = captions(&record);
/// assert_eq!(captions.len(), 1);
/// assert_eq!(captions[0].lines, ["Profits rose to £1.2bn."]);
/// ```
pub fn captions(record: &Record) -> Vec<Caption> {
    let rate = record.rate();
    let several = record.speaks_in_turn();
    let mut captions = Vec::new();
    for (element, said) in record.said() {
        let end = element.start + element.length;
        // Up to there the silence belongs to nobody else.
        let next = record.next_sound_after(element.start).unwrap_or(record.mastered.length).max(end);
        let speaker = several.then(|| record.speaker_name(said));
        let units = said.units(element.start, element.length);
        let pieces = pieces(&said.written, &units);
        for (place, range) in shape::cues(&pieces, rate, (end, next)).into_iter().enumerate() {
            let shown = &pieces[range.clone()];
            let (Some(first), Some(last)) = (shown.first(), shown.last()) else { continue };
            // The first cue is there as its sentence begins, which may be a breath before its first word.
            let start = if place == 0 { element.start } else { first.start };
            let end = pieces.get(range.end).map_or_else(
                || linger(start, last, shown, end, next, rate),
                |following| following.start.saturating_sub(frames(GAP_S, rate)).max(start),
            );
            captions.push(Caption { start, end, lines: lines(shown), speaker });
        }
    }
    captions.retain(|caption| caption.start < caption.end);
    captions
}

/// When the last cue of a sentence goes: with the sentence, or where that is too soon to read it, in the silence after.
fn linger(
    start: Frames,
    last: &Piece,
    shown: &[Piece],
    end: Frames,
    next: Frames,
    rate: SampleRate,
) -> Frames {
    let characters = shape::characters(shown) as f64;
    let wanted = start + frames(SHORTEST_S.max(characters / READABLE_CPS), rate);
    let latest = next.saturating_sub(frames(GAP_S, rate)).max(end);
    wanted.clamp(last.end.max(end).min(latest), latest)
}

fn frames(seconds: f64, rate: SampleRate) -> Frames {
    Frames((seconds * f64::from(rate.0)).round() as u64)
}

/// The captions as a file.
pub fn write(record: &Record, format: Format) -> String {
    let captions = captions(record);
    let rate = record.rate();
    match format {
        Format::Vtt => vtt(record, &captions, rate),
        Format::Srt => srt(&captions, rate),
    }
}

fn vtt(record: &Record, captions: &[Caption], rate: SampleRate) -> String {
    let mut out = String::from("WEBVTT\n");
    for note in [&record.title, &record.disclosure].into_iter().filter(|note| !note.is_empty()) {
        // A note ends at a blank line and must not hold an arrow (WebVTT §4.1).
        let note = note.split_whitespace().collect::<Vec<_>>().join(" ").replace("-->", "→");
        let _ = write!(out, "\nNOTE {note}\n");
    }
    for (n, caption) in captions.iter().enumerate() {
        let (start, end) = (clock(caption.start, rate, '.'), clock(caption.end, rate, '.'));
        let text = escaped(&caption.lines.join("\n"));
        let voice = caption.speaker.map(|name| format!("<v {name}>"));
        let _ = write!(out, "\n{}\n{start} --> {end}\n{}{text}\n", n + 1, voice.unwrap_or_default());
    }
    out
}

fn srt(captions: &[Caption], rate: SampleRate) -> String {
    let mut out = String::new();
    for (n, caption) in captions.iter().enumerate() {
        let (start, end) = (clock(caption.start, rate, ','), clock(caption.end, rate, ','));
        let text = untagged(&caption.lines.join("\n"));
        let gap = if n == 0 { "" } else { "\n" };
        let _ = write!(out, "{gap}{}\n{start} --> {end}\n{text}\n", n + 1);
    }
    out
}

/// Players take `<b>` and `{\an8}` for commands, and hide them: a word joiner, which nobody sees, makes them text again.
fn untagged(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        out.push(c);
        let next = characters.peek();
        let tag = (c == '<' && next.is_some_and(|next| next.is_alphabetic() || *next == '/'))
            || (c == '{' && next == Some(&'\\'));
        if tag {
            out.push('\u{2060}');
        }
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn clock(at: Frames, rate: SampleRate, point: char) -> String {
    when::clock(when::ms(at, rate), point)
}

#[cfg(test)]
mod tests;
