//! What a file says of itself, as plain values.

use super::ascii::ascii;
use crate::programme::master::Mastered;
use crate::rundown::{Clock, Date};
use crate::units::{Dbtp, Frames, Lufs};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// What a broadcast WAV says of itself; what is empty or `None` is not known.
///
/// Nothing is read from a clock: date and time are the edition's. Texts may be of any length and in any letters; each
/// field takes what fits ([`super::ascii`]), `iXML` keeps the letters.
///
/// # Examples
/// ```
/// use bulletin::deliver::wav::Metadata;
/// let metadata: Metadata = serde_json::from_str(r#"{"title": "Seven o'clock", "date": "2026-03-03"}"#).unwrap();
/// assert_eq!(metadata.date.unwrap().to_string(), "2026-03-03");
/// assert_eq!(metadata.time, None);
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// The bulletin's title.
    pub title: String,
    /// Who is heard: the station.
    pub artist: String,
    /// Who made the file.
    pub originator: String,
    /// The maker's own number for it.
    pub originator_reference: String,
    /// What is in it; its first 64 characters tell it in short.
    pub description: String,
    /// What else should be known.
    pub comment: String,
    /// BCP 47.
    pub language: String,
    /// Program and version.
    pub software: String,
    /// The edition's date.
    pub date: Option<Date>,
    /// The edition's time.
    pub time: Option<Clock>,
    /// When the first frame is to be heard, in frames since midnight.
    pub time_reference: Frames,
    /// What was measured.
    pub loudness: Loudness,
    /// The codings before this file, a line each, oldest first. Source: EBU R 98-1999.
    pub history: Vec<String>,
    /// For playout systems.
    pub cart: Cart,
    /// What is where.
    pub markers: Vec<Marker>,
}

/// The loudness of a programme. Source: EBU Tech 3285 v2 §2.4.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Loudness {
    /// Integrated loudness.
    pub integrated: Option<Lufs>,
    /// Loudness range.
    pub range_lu: Option<f64>,
    /// Highest true peak.
    pub true_peak: Option<Dbtp>,
    /// Highest momentary loudness.
    pub max_momentary: Option<Lufs>,
    /// Highest short-term loudness.
    pub max_short_term: Option<Lufs>,
}

impl From<&Mastered> for Loudness {
    fn from(mastered: &Mastered) -> Self {
        Self {
            integrated: mastered.loudness,
            range_lu: mastered.range_lu,
            true_peak: Some(mastered.peak).filter(|peak| peak.0.is_finite()),
            max_momentary: mastered.max_momentary,
            max_short_term: mastered.max_short_term,
        }
    }
}

/// What a playout system takes a file in by. Source: AES46-2002.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Cart {
    /// The number or name it has in the system.
    pub cut_id: String,
    /// The client's.
    pub client_id: String,
    /// `NEWS`.
    pub category: String,
    /// A further key.
    pub classification: String,
    /// The last words heard.
    pub out_cue: String,
    /// Not before; `None` is from ever.
    pub start: Option<DateTime>,
    /// Not after; `None` is for ever.
    pub end: Option<DateTime>,
    /// The program.
    pub app_id: String,
    /// Its version.
    pub app_version: String,
    /// The user's own.
    pub user_def: String,
    /// An address to do with it.
    pub url: String,
    /// Free text.
    pub tag_text: String,
    /// Moments in the sound, at most [`super::cart::MOST_TIMERS`].
    pub timers: Vec<Timer>,
}

/// A moment a playout system acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// What happens.
    pub kind: TimerKind,
    /// When.
    pub at: Frames,
}

/// What a timer is for. Source: AES46-2002.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimerKind {
    /// The sound begins.
    AudioStart,
    /// The music before the first word begins.
    IntroStart,
    /// The first word.
    IntroEnd,
    /// What comes next may begin.
    SegueStart,
    /// What comes next must have begun.
    SegueEnd,
    /// The sound ends.
    AudioEnd,
}

impl TimerKind {
    /// The four letters.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(bulletin::deliver::wav::TimerKind::AudioEnd.code(), b"AUDe");
    /// ```
    pub fn code(self) -> &'static [u8; 4] {
        match self {
            Self::AudioStart => b"AUDs",
            Self::IntroStart => b"INTs",
            Self::IntroEnd => b"INTe",
            Self::SegueStart => b"SEGs",
            Self::SegueEnd => b"SEGe",
            Self::AudioEnd => b"AUDe",
        }
    }
}

/// A stretch of the file with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// First frame.
    pub position: Frames,
    /// Frames; none for a point.
    pub length: Frames,
    /// Its name.
    pub label: String,
}

/// What a house says of its files, beside what they hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The number or name the bulletin has in the playout system.
    pub cut_id: Option<String>,
    /// The playout system's category.
    pub category: String,
    /// The house's own number for the file. Source: EBU R 99.
    pub reference: Option<String>,
    /// How long after the edition's time it may be played; none for ever, as where the edition's date is not known.
    pub valid_for_s: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { cut_id: None, category: "NEWS".into(), reference: None, valid_for_s: None }
    }
}

impl Settings {
    /// What a file would not hold whole, and what it could; an identifier cut short is another one.
    ///
    /// # Examples
    /// ```
    /// use bulletin::deliver::wav::Settings;
    /// assert_eq!(Settings::default().fault(), None);
    /// let long = Settings { reference: Some("x".repeat(33)), ..Settings::default() };
    /// assert_eq!(long.fault().unwrap().1, "give at most 32 letters, figures and signs of ASCII");
    /// ```
    pub fn fault(&self) -> Option<(String, String)> {
        let texts = [
            ("cut_id", self.cut_id.as_deref(), 64),
            ("category", Some(&*self.category), 64),
            ("reference", self.reference.as_deref(), 32),
        ];
        texts.into_iter().find_map(|(name, text, most)| {
            let text = text?;
            (text.len() > most || ascii(text) != text).then(|| {
                (
                    format!("{name} \"{text}\" does not fit its field"),
                    format!("give at most {most} letters, figures and signs of ASCII"),
                )
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_that_do_not_fit() {
        let cut = |id: &str| {
            Settings { cut_id: Some(id.into()), ..Settings::default() }.fault().map(|(problem, _)| problem)
        };
        for id in ["", "020001", "News at 7", &"x".repeat(64)] {
            assert_eq!(cut(id), None, "{id}");
        }
        for id in [&*"x".repeat(65), "é", " 1", "1\n"] {
            assert_eq!(cut(id), Some(format!("cut_id \"{id}\" does not fit its field")));
        }
    }

    #[test]
    fn a_peak_of_silence_is_no_peak() {
        let mastered: Mastered = serde_json::from_str(
            r#"{"loudness": -16.0, "peak": -1.0, "range_lu": 3.0, "max_momentary": -12.0, "max_short_term": null,
                "gain_db": 0.0, "max_reduction_db": 0.0, "passes": 2, "length": 1}"#,
        )
        .unwrap();
        let loudness = Loudness::from(&mastered);
        assert_eq!((loudness.integrated, loudness.true_peak), (Some(Lufs(-16.0)), Some(Dbtp(-1.0))));
        assert_eq!((loudness.max_momentary, loudness.max_short_term), (Some(Lufs(-12.0)), None));
        let silent = Mastered { peak: Dbtp(f64::NEG_INFINITY), ..mastered };
        assert_eq!(Loudness::from(&silent).true_peak, None);
    }
}
