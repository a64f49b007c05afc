//! When each word is heard, as JSON: the transcript format of the podcast namespace (1.0.0: `segments` with `startTime`,
//! `endTime`, `speaker` and `body`), with the words of each segment and what they were written as.

use super::record::Record;
use super::when;
use crate::units::Frames;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Transcript<'a> {
    version: &'static str,
    language: &'a str,
    segments: Vec<Segment<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Segment<'a> {
    start_time: f64,
    end_time: f64,
    speaker: &'static str,
    body: &'a str,
    spoken: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    story: Option<usize>,
    words: Vec<Word<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Word<'a> {
    start_time: f64,
    end_time: f64,
    #[serde(rename = "word")]
    spoken: &'a str,
    /// What it was written as; words of one expansion have the same.
    written: &'a str,
    /// UTF-8 bytes of the body.
    written_bytes: (usize, usize),
}

/// Every word of a bulletin; times in seconds, to the millisecond.
///
/// # Examples
/// ```
/// use bulletin::deliver::{record::Record, words};
/// let record: Record = serde_json::from_value(serde_json::json!({
///     "format_version": 2, "program": "", "voice": "", "engine": "", "disclosure": "", "rate_hz": 48_000, "channels": 2,
///     "target_lufs": -16.0, "ceiling_dbtp": -1.0,
///     "mastered": {"loudness": -16.0, "peak": -1.0, "gain_db": 0.0, "max_reduction_db": 0.0, "passes": 2, "length": 96_000},
///     "elements": [{"start": 0, "length": 96_000, "part": "stories", "kind": "sentence", "story": 0,
///         "written": "Up 5%", "spoken": "Up five per cent", "expansions": [],
///         "words": [{"written": {"start": 3, "end": 5}, "spoken": {"start": 3, "end": 7}, "start": 24_000, "length": 12_000}]}],
/// })).unwrap();
/// let json: serde_json::Value = serde_json::from_str(&words::write(&record)).unwrap();
/// let word = &json["segments"][0]["words"][0];
/// assert_eq!((word["word"].as_str(), word["written"].as_str()), (Some("five"), Some("5%")));
/// assert_eq!((word["startTime"].as_f64(), word["endTime"].as_f64()), (Some(0.5), Some(0.75)));
/// ```
pub fn write(record: &Record) -> String {
    let rate = record.rate();
    let seconds = |at: Frames| when::seconds(at, rate);
    let segments = record
        .said()
        .map(|(element, said)| Segment {
            start_time: seconds(element.start),
            end_time: seconds(element.start + element.length),
            speaker: record.speaker_name(said),
            body: &said.written,
            spoken: &said.spoken,
            story: said.story,
            words: said
                .words
                .iter()
                .filter_map(|heard| {
                    Some(Word {
                        start_time: seconds(heard.start),
                        end_time: seconds(heard.start + heard.length),
                        spoken: said.spoken.get(heard.spoken.clone())?,
                        written: said.written.get(heard.written.clone())?,
                        written_bytes: (heard.written.start, heard.written.end),
                    })
                })
                .collect(),
        })
        .collect();
    let transcript = Transcript { version: "1.0.0", language: &record.language, segments };
    super::json(&transcript)
}
