//! The waveform over the player's controls: decoration to whoever cannot see it, for the player says where it is.

use crate::deliver::chapters::Chapter;
use crate::deliver::levels::Levels;
use crate::deliver::picture;
use crate::units::Frames;
use std::fmt::Write as _;

/// Its own units: what has been heard is so wide of 1000.
const WIDTH: f32 = 1_000.0;
const HEIGHT: f32 = 100.0;

/// As fine as a phone or a column of text shows.
const BARS: usize = 400;

pub(super) fn svg(levels: &Levels, chapters: &[Chapter], length: Frames) -> String {
    let columns = picture::spread(&levels.columns, BARS);
    let loudest = columns.iter().map(|column| column.rms).fold(0.0, f32::max);
    // Mean levels, the loudest of which fills it: peaks of so much time at once are all alike, and this is for finding
    // one's way, not for checking levels.
    let scale = if loudest > 0.0 && loudest.is_finite() { (HEIGHT / 2.0 - 2.0) / loudest } else { 0.0 };
    let bar = |rms: f32| {
        let half = (rms * scale).max(1.0);
        (HEIGHT / 2.0 - half, HEIGHT / 2.0 + half)
    };
    let bars: Vec<(f32, f32)> = columns.iter().map(|column| bar(column.rms)).collect();
    let bars = if bars.is_empty() { vec![bar(0.0)] } else { bars };
    let outline = picture::bars(0.0, WIDTH / bars.len() as f32, &bars);
    let mut ticks = String::new();
    for chapter in chapters.iter().filter(|chapter| chapter.start > Frames::ZERO) {
        let x = chapter.start.0.min(length.0) as f64 / length.0.max(1) as f64 * f64::from(WIDTH);
        let _ = write!(ticks, "M{x:.1} 0v{HEIGHT}");
    }
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">\n\
         <clipPath id=\"heard-part\"><rect id=\"done\" width=\"0\" height=\"{HEIGHT}\"/></clipPath>\n\
         <path class=\"rest\" id=\"outline\" d=\"{outline}\"/>\n\
         <use href=\"#outline\" class=\"done\" clip-path=\"url(#heard-part)\"/>\n\
         <path class=\"ticks\" vector-effect=\"non-scaling-stroke\" d=\"{ticks}\"/>\n</svg>\n"
    )
}
