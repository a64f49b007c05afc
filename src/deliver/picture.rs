//! A bulletin to look at: waveform, stories, joins, music and loudness over one time axis, for whoever checks it.
//!
//! One scene is laid out, and written as SVG, where text stays text, or as PNG, where letters are drawn as strokes
//! ([`letters`]): no font is needed and none is shipped. The same record and levels give the same bytes.

mod axis;
mod canvas;
mod colours;
mod layout;
mod letters;
mod scene;
mod svg;

pub(super) use layout::spread;
pub(super) use svg::bars;

use crate::Result;
use crate::deliver::levels::Levels;
use crate::deliver::record::Record;
use serde::{Deserialize, Serialize};

/// The smallest and largest pictures: below, nothing can be read; above, the pixels alone take more than 50 MB.
pub const WIDTH_PX: std::ops::RangeInclusive<u32> = 480..=8_192;
/// As [`WIDTH_PX`].
pub const HEIGHT_PX: std::ops::RangeInclusive<u32> = 360..=2_160;

/// Dark on light or light on dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// On white.
    #[default]
    Light,
    /// On a dark blue.
    Dark,
}

/// A file of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Scalable Vector Graphics (W3C SVG 1.1).
    Svg,
    /// Portable Network Graphics (ISO/IEC 15948).
    Png,
}

impl Format {
    /// Its file's extension.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }

    /// The form that a file's extension stands for, in whatever case.
    pub fn from_extension(extension: &str) -> Option<Self> {
        [Self::Svg, Self::Png].into_iter().find(|format| format.extension().eq_ignore_ascii_case(extension))
    }
}

/// How a picture is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Within [`WIDTH_PX`]; anything else counts as the nearest.
    pub width_px: u32,
    /// Within [`HEIGHT_PX`]; anything else counts as the nearest.
    pub height_px: u32,
    /// Its background.
    pub theme: Theme,
}

impl Default for Settings {
    fn default() -> Self {
        Self { width_px: 1_600, height_px: 640, theme: Theme::Light }
    }
}

impl Settings {
    /// As many columns of [`Levels`] as the picture can show.
    pub fn columns(&self) -> usize {
        self.width_px.clamp(*WIDTH_PX.start(), *WIDTH_PX.end()) as usize
    }
}

/// The picture of a bulletin as SVG, a whole file.
///
/// # Examples
/// ```
/// use bulletin::deliver::{levels::Levels, picture, record::Record};
/// use bulletin::units::{Frames, SampleRate};
/// let record: Record = serde_json::from_value(serde_json::json!({
///     "format_version": 2, "program": "", "voice": "", "engine": "", "disclosure": "", "rate_hz": 48_000, "channels": 2,
///     "title": "Bed & Breakfast", "target_lufs": -16.0, "ceiling_dbtp": -1.0, "elements": [],
///     "mastered": {"loudness": -16.0, "peak": -1.0, "gain_db": 0.0, "max_reduction_db": 0.0, "passes": 2, "length": 900},
/// })).unwrap();
/// let rate = SampleRate(48_000);
/// let levels = Levels { rate, length: Frames(900), columns: vec![], step: Frames(4_800), readings: vec![] };
/// let svg = picture::svg(&record, &levels, &picture::Settings::default());
/// assert!(svg.contains("<title id=\"title\">Bed &amp; Breakfast</title>"));
/// let png = picture::png(&record, &levels, &picture::Settings::default())?;
/// assert!(png.starts_with(b"\x89PNG"));
/// # Ok::<(), bulletin::Error>(())
/// ```
pub fn svg(record: &Record, levels: &Levels, settings: &Settings) -> String {
    svg::svg(&layout::scene(record, levels, settings))
}

/// The same as PNG, eight bits of red, green and blue.
///
/// # Errors
/// [`crate::Error::Programme`] where it cannot be encoded.
pub fn png(record: &Record, levels: &Levels, settings: &Settings) -> Result<Vec<u8>> {
    canvas::png(&layout::scene(record, levels, settings))
}

#[cfg(test)]
mod tests;
