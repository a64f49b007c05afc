//! Where a listener may jump to: one chapter a story, and what opens and closes the bulletin.

use super::record::{Record, What};
use super::when;
use crate::rundown::PartKind;
use crate::units::Frames;
use serde::{Deserialize, Serialize};

/// A stretch of the file with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chapter {
    /// Its first frame.
    pub start: Frames,
    /// To the next one's first frame, or the end of the file.
    pub length: Frames,
    /// Its name: a story's headline, else its first words.
    pub title: String,
    /// Its story, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<usize>,
}

impl Chapter {
    /// The frame after its last.
    pub fn end(&self) -> Frames {
        self.start + self.length
    }
}

/// Names of what is no story.
const OPENING: &str = "Introduction";
const HEADLINES: &str = "Headlines";
const CLOSE: &str = "Close";

/// The chapters of a bulletin: together they are the whole of it, without a gap.
///
/// A sting goes with what follows it, as does a line of the station's before a story; lines after the last story are a
/// chapter of their own, and so is what is said before headlines or the first story. A bulletin without any speech has
/// none.
///
/// # Examples
/// ```
/// use bulletin::deliver::{chapters::chapters, record::Record};
/// let record: Record = serde_json::from_value(serde_json::json!({
///     "format_version": 2, "program": "", "voice": "", "engine": "", "disclosure": "", "rate_hz": 48_000, "channels": 2,
///     "target_lufs": -16.0, "ceiling_dbtp": -1.0, "stories": [{"input": "a.txt", "headline": "Ferry back"}],
///     "mastered": {"loudness": -16.0, "peak": -1.0, "gain_db": 0.0, "max_reduction_db": 0.0, "passes": 2, "length": 900},
///     "elements": [
///         {"start": 0, "length": 200, "part": "sting", "kind": "sting", "name": "news"},
///         {"start": 200, "length": 600, "part": "stories", "kind": "sentence", "story": 0,
///          "written": "It is back.", "spoken": "It is back.", "expansions": []},
///     ],
/// })).unwrap();
/// let chapters = chapters(&record);
/// assert_eq!((chapters.len(), chapters[0].title.as_str()), (1, "Ferry back"));
/// assert_eq!((chapters[0].start.0, chapters[0].length.0), (0, 900));
/// ```
pub fn chapters(record: &Record) -> Vec<Chapter> {
    #[derive(Clone, Copy, PartialEq)]
    enum Of {
        Line,
        Headlines,
        Story(usize),
    }
    let mut runs: Vec<(Of, Frames)> = Vec::new();
    // Where a sting began that goes with what follows.
    let mut sting = None;
    for element in &record.elements {
        let of = match &element.what {
            What::Sting { .. } => {
                sting.get_or_insert(element.start);
                continue;
            }
            What::Pause => continue,
            What::Sentence(_) if element.part == PartKind::Headlines => Of::Headlines,
            What::Sentence(said) => said.story.map_or(Of::Line, Of::Story),
            What::Line(_) => Of::Line,
        };
        let start = sting.take().unwrap_or(element.start);
        if runs.last().is_none_or(|(last, _)| *last != of) {
            runs.push((of, start));
        }
    }
    let first_told = runs.iter().position(|(of, _)| *of != Of::Line).unwrap_or(runs.len());
    let mut chapters: Vec<Chapter> = Vec::new();
    let mut line_from = None;
    for (n, &(of, start)) in runs.iter().enumerate() {
        let (title, story) = match of {
            Of::Headlines => (HEADLINES.to_owned(), None),
            Of::Story(story) => (record.story_title(story), Some(story)),
            Of::Line if n < first_told => (OPENING.to_owned(), None),
            Of::Line if runs[n..].iter().all(|(of, _)| *of == Of::Line) => (CLOSE.to_owned(), None),
            Of::Line => {
                line_from.get_or_insert(start);
                continue;
            }
        };
        let start = line_from.take().unwrap_or(start);
        chapters.push(Chapter { start, length: Frames::ZERO, title, story });
    }
    if let Some(first) = chapters.first_mut() {
        first.start = Frames::ZERO;
    }
    let mut end = record.mastered.length;
    for chapter in chapters.iter_mut().rev() {
        chapter.length = end.saturating_sub(chapter.start);
        end = chapter.start;
    }
    chapters
}

/// The chapters as JSON. Source: Podcasting 2.0, `jsonChapters.md`, version 1.2.0.
///
/// # Examples
/// ```
/// use bulletin::deliver::{chapters, record::Record};
/// let record: Record = serde_json::from_value(serde_json::json!({
///     "format_version": 2, "program": "", "voice": "", "engine": "", "disclosure": "", "title": "News at one",
///     "station": "Echo FM", "rate_hz": 48_000, "channels": 2, "target_lufs": -16.0, "ceiling_dbtp": -1.0,
///     "mastered": {"loudness": -16.0, "peak": -1.0, "gain_db": 0.0, "max_reduction_db": 0.0, "passes": 2, "length": 96_000},
///     "elements": [{"start": 0, "length": 96_000, "part": "stories", "kind": "sentence", "story": 0,
///                   "written": "Up 5%", "spoken": "", "expansions": []}],
/// })).unwrap();
/// let json: serde_json::Value = serde_json::from_str(&chapters::write(&record, "one.mp3")).unwrap();
/// assert_eq!((&json["version"], &json["chapters"][0]["endTime"]), (&"1.2.0".into(), &2.0.into()));
/// assert_eq!(json["chapters"][0]["title"], "Up 5%");
/// ```
pub fn write(record: &Record, file_name: &str) -> String {
    #[derive(Serialize)]
    struct File<'a> {
        version: &'static str,
        title: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        author: Option<&'a str>,
        #[serde(rename = "fileName")]
        name: &'a str,
        chapters: Vec<Entry>,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Entry {
        start_time: f64,
        end_time: f64,
        title: String,
    }
    let seconds = |at: Frames| when::seconds(at, record.rate());
    let entries = chapters(record).into_iter().map(|chapter| Entry {
        start_time: seconds(chapter.start),
        end_time: seconds(chapter.end()),
        title: chapter.title,
    });
    super::json(&File {
        version: "1.2.0",
        title: &record.title,
        author: record.station.as_deref(),
        name: file_name,
        chapters: entries.collect(),
    })
}
