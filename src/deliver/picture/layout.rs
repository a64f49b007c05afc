//! A record and its levels as a scene.

use super::colours::Colours;
use super::scene::{Anchor, Colour, Point, Scene, Shape};
use super::{HEIGHT_PX, Settings, WIDTH_PX, axis, letters};
use crate::deliver::chapters::{Chapter, chapters};
use crate::deliver::levels::{Column, Levels, Reading};
use crate::deliver::record::{Record, What};
use crate::deliver::{markup, when};
use crate::units::{Frames, Lufs, SampleRate, db_to_linear};
use std::fmt::Write as _;

/// Margins of what has the time axis under it.
const LEFT: f32 = 78.0;
const RIGHT: f32 = 24.0;
/// The size of most text.
const SIZE: f32 = 12.0;
const BAND: f32 = 26.0;
const LANE: f32 = 16.0;
const SPACE: f32 = 8.0;
/// What stands over the bands, and under the last panel.
const HEAD: f32 = 76.0;
const FOOT: f32 = 62.0;
/// A story's name is left away where no more than so much of it fits.
const LEAST_NAME: f32 = 34.0;
/// The scale of loudness, about the target. Source: EBU Tech 3341 §2.7 has +9 and +18; speech pauses are lower.
const OVER_LU: f64 = 9.0;
const UNDER_LU: f64 = 24.0;
/// Stories told in a description; more would be read out for minutes.
const MOST_DESCRIBED: usize = 40;

/// Which loudness of a reading.
type Of = fn(&Reading) -> Option<Lufs>;

struct Layout<'a> {
    record: &'a Record,
    levels: &'a Levels,
    colours: &'static Colours,
    scene: Scene,
    rate: SampleRate,
    length: u64,
    /// The right end of the time axis.
    right: f32,
}

/// The whole picture.
pub(super) fn scene(record: &Record, levels: &Levels, settings: &Settings) -> Scene {
    let width = settings.width_px.clamp(*WIDTH_PX.start(), *WIDTH_PX.end());
    let height = settings.height_px.clamp(*HEIGHT_PX.start(), *HEIGHT_PX.end());
    let colours = Colours::of(settings.theme);
    let chapters = chapters(record);
    let scene = Scene {
        width,
        height,
        background: colours.ground,
        title: record.title.clone(),
        description: description(record, &chapters),
        language: markup::language(&record.language).map(str::to_owned),
        shapes: Vec::new(),
    };
    let mut layout = Layout {
        record,
        levels,
        colours,
        scene,
        rate: record.rate(),
        length: record.mastered.length.0.max(levels.length.0).max(1),
        right: width as f32 - RIGHT,
    };
    layout.draw(&chapters, height as f32);
    layout.scene
}

/// What the picture shows, in words.
fn description(record: &Record, chapters: &[Chapter]) -> String {
    let rate = record.rate();
    let mut out = format!("A bulletin of {}", when::position(record.mastered.length, rate));
    if let Some(loudness) = record.mastered.loudness {
        let _ = write!(out, ", {loudness} of a target of {:.1} LUFS", record.target_lufs);
    }
    if record.mastered.peak.0.is_finite() {
        let _ = write!(
            out,
            ", true peak {} under a ceiling of {:.1} dBTP",
            record.mastered.peak, record.ceiling_dbtp
        );
    }
    out.push_str(": waveform, joins, stings and beds, and loudness over time.");
    for chapter in chapters.iter().take(MOST_DESCRIBED) {
        let _ =
            write!(out, " {}: {}.", when::position(chapter.start, rate), chapter.title.trim_end_matches('.'));
    }
    if chapters.len() > MOST_DESCRIBED {
        let _ = write!(out, " And {} more.", chapters.len() - MOST_DESCRIBED);
    }
    out
}

/// A level with a true minus.
fn level(value: f64) -> String {
    format!("{value:.1}").replace('-', "−")
}

impl Layout<'_> {
    fn x(&self, at: Frames) -> f32 {
        let part = at.0.min(self.length) as f64 / self.length as f64;
        LEFT + (self.right - LEFT) * part as f32
    }

    fn text(
        &mut self,
        at: Point,
        anchor: Anchor,
        (size, bold): (f32, bool),
        fill: Colour,
        most: f32,
        text: &str,
    ) {
        let text = letters::fit(text, size, most);
        if !text.is_empty() {
            self.scene.shapes.push(Shape::Text { at, size, anchor, bold, fill, text, most });
        }
    }

    /// What stands left of a panel.
    fn label(&mut self, middle: f32, text: &str) {
        let fill = self.colours.quiet;
        let at = (LEFT - 8.0, middle + SIZE * 0.36);
        self.text(at, Anchor::End, (SIZE, false), fill, LEFT - 10.0, text);
    }

    fn draw(&mut self, chapters: &[Chapter], height: f32) {
        self.head();
        let wave_top = HEAD + BAND + 2.0;
        let lanes = LANE * 3.0 + SPACE;
        let free = (height - wave_top - lanes - FOOT - SPACE * 2.0).max(60.0);
        let wave_bottom = wave_top + free * 0.55;
        let lane_top = wave_bottom + 2.0;
        let loud_top = lane_top + lanes + SPACE;
        let loud_bottom = loud_top + free * 0.45;
        let times = axis::times(Frames(self.length), self.rate, ((self.right - LEFT) / 84.0) as usize);
        for (top, bottom) in [(wave_top, wave_bottom), (loud_top, loud_bottom)] {
            self.scene.rectangle((LEFT, top), (self.right - LEFT, bottom - top), self.colours.panel);
            for (at, _) in &times {
                let x = self.x(*at);
                self.scene.line(vec![(x, top), (x, bottom)], 1.0, self.colours.grid);
            }
        }
        self.bands(chapters, wave_bottom);
        self.wave(chapters, wave_top, wave_bottom);
        self.joins(lane_top);
        self.music(lane_top + LANE);
        self.loudness(loud_top, loud_bottom);
        for (at, name) in &times {
            let x = self.x(*at);
            self.scene.line(vec![(x, loud_bottom), (x, loud_bottom + 5.0)], 1.0, self.colours.quiet);
            let quiet = self.colours.quiet;
            self.text((x, loud_bottom + 19.0), Anchor::Middle, (SIZE, false), quiet, 80.0, name);
        }
        self.legend(height - 14.0);
    }

    fn head(&mut self) {
        let record = self.record;
        let most = self.right - 24.0;
        let title = if record.title.is_empty() { "Bulletin" } else { &record.title };
        self.text((24.0, 34.0), Anchor::Start, (22.0, true), self.colours.text, most, title);
        let mastered = &record.mastered;
        let mut facts: Vec<String> = record.station.iter().cloned().collect();
        facts.extend(when::edition(record.date, record.time, &record.language));
        facts.push(when::position(Frames(self.length), self.rate));
        match mastered.loudness {
            Some(loudness) => facts.push(format!("{} LUFS", level(loudness.0))),
            None => facts.push("no loudness: silent, or shorter than 400 ms".into()),
        }
        facts.extend(mastered.range_lu.map(|range| format!("range {range:.1} LU")));
        if mastered.peak.0.is_finite() {
            facts.push(format!("true peak {} dBTP", level(mastered.peak.0)));
        }
        self.text((24.0, 58.0), Anchor::Start, (14.0, false), self.colours.quiet, most, &facts.join("  ·  "));
    }

    /// Stories as bands, with lines down to where the waveform ends.
    fn bands(&mut self, chapters: &[Chapter], bottom: f32) {
        for chapter in chapters {
            let (from, to) =
                (self.x(chapter.start), self.x(Frames(chapter.start.0.saturating_add(chapter.length.0))));
            let colour = self.colours.story(chapter.story);
            let width = (to - from - 1.0).max(0.5);
            let fill = colour.over(self.colours.ground, 0.16);
            self.scene.rectangle((from, HEAD), (width, BAND), fill);
            self.scene.rectangle((from, HEAD), (width, 3.0), colour);
            // Many stories would hide the waveform behind lines.
            if chapter.start > Frames::ZERO && width > BAND / 2.0 {
                self.scene.line(
                    vec![(from, HEAD + BAND), (from, bottom)],
                    1.0,
                    colour.over(self.colours.panel, 0.5),
                );
            }
            let number = chapter.story.map(|story| (story + 1).to_string());
            let name = match &number {
                Some(number) => format!("{number}  {}", chapter.title),
                None => chapter.title.clone(),
            };
            let room = width - 12.0;
            let shown = if room < LEAST_NAME { number.unwrap_or_default() } else { name };
            let fits = room >= LEAST_NAME || letters::width(&shown, SIZE) <= room + 6.0;
            if fits && !shown.is_empty() {
                let (left, most) =
                    if room < LEAST_NAME { (from + 3.0, width - 3.0) } else { (from + 6.0, room + 4.0) };
                let at = (left, HEAD + 18.5);
                self.text(at, Anchor::Start, (SIZE, false), self.colours.text, most, &shown);
            }
        }
    }

    fn wave(&mut self, chapters: &[Chapter], top: f32, bottom: f32) {
        let (middle, half) = (f32::midpoint(top, bottom), (bottom - top) / 2.0 - 3.0);
        let y = |sample: f32| middle - sample.clamp(-1.0, 1.0) * half;
        let ceiling = db_to_linear(self.record.ceiling_dbtp) as f32;
        let mut last = y(ceiling);
        for (db, name) in [(-6.0_f64, "−6"), (-12.0, "−12")] {
            let amplitude = db_to_linear(db) as f32;
            for sample in [amplitude, -amplitude] {
                self.scene.line(vec![(LEFT, y(sample)), (self.right, y(sample))], 1.0, self.colours.grid);
            }
            if y(amplitude) - last > SIZE * 1.3 {
                self.label(y(amplitude), &format!("{name} dBFS"));
                last = y(amplitude);
            }
        }
        let count = (self.right - LEFT).round().max(1.0) as usize;
        let columns = spread(&self.levels.columns, count);
        let wide = (self.right - LEFT) / columns.len().max(1) as f32;
        let mut runs: Vec<(Option<usize>, usize, usize)> = Vec::new();
        for n in 0..columns.len() {
            let at =
                Frames((u128::from(self.length) * (2 * n as u128 + 1) / (2 * columns.len() as u128)) as u64);
            let chapter = chapters.partition_point(|chapter| chapter.start <= at).checked_sub(1);
            match runs.last_mut() {
                Some((last, _, to)) if *last == chapter => *to = n + 1,
                _ => runs.push((chapter, n, n + 1)),
            }
        }
        for (chapter, from, to) in runs {
            let colour = self.colours.story(chapter.and_then(|n| chapters[n].story));
            let bars = |of: &dyn Fn(&Column) -> (f32, f32)| {
                let bar = |column| {
                    let (low, high) = of(column);
                    // A hair, so that silence is there.
                    let (top, bottom) = (y(high), y(low));
                    if bottom - top < 1.0 {
                        (f32::midpoint(top, bottom) - 0.5, f32::midpoint(top, bottom) + 0.5)
                    } else {
                        (top, bottom)
                    }
                };
                columns[from..to].iter().map(bar).collect()
            };
            let left = LEFT + wide * from as f32;
            let peaks = bars(&|column| (column.lowest, column.highest));
            self.scene.shapes.push(Shape::Bars {
                left,
                width: wide,
                bars: peaks,
                fill: colour.over(self.colours.panel, 0.5),
            });
            let rms = bars(&|column| (-column.rms, column.rms));
            self.scene.shapes.push(Shape::Bars { left, width: wide, bars: rms, fill: colour });
        }
        for sample in [ceiling, -ceiling] {
            self.scene.dashed(
                vec![(LEFT, y(sample)), (self.right, y(sample))],
                1.0,
                (6.0, 4.0),
                self.colours.ceiling,
            );
        }
        self.label(y(ceiling) + 3.0, &format!("{} dBTP", level(self.record.ceiling_dbtp)));
        let peak = self.record.mastered.peak.linear() as f32;
        for sample in [peak, -peak].into_iter().filter(|_| peak > 0.0 && peak.is_finite()) {
            self.scene.dashed(
                vec![(LEFT, y(sample)), (self.right, y(sample))],
                1.0,
                (1.5, 3.0),
                self.colours.quiet,
            );
        }
    }

    /// Where one sentence ends and another begins.
    fn joins(&mut self, top: f32) {
        self.label(top + LANE / 2.0, "joins");
        let mut last = f32::MIN;
        let mut places: Vec<Frames> = Vec::new();
        for element in &self.record.elements {
            if !matches!(element.what, What::Sting { .. }) {
                places.extend([element.start, Frames(element.start.0.saturating_add(element.length.0))]);
            }
        }
        places.sort_unstable();
        for at in places {
            let x = self.x(at);
            // One a pixel is all that can be seen.
            if x - last >= 1.0 {
                self.scene.line(vec![(x, top + 3.0), (x, top + LANE - 3.0)], 1.0, self.colours.join);
                last = x;
            }
        }
    }

    /// Stings, and the beds under the voices.
    fn music(&mut self, top: f32) {
        let stings = self.record.elements.iter().filter_map(|element| match &element.what {
            What::Sting { name } => Some((element.start, element.length, name.as_str())),
            _ => None,
        });
        let beds = self.record.beds.iter().map(|bed| (bed.start, bed.length, bed.name.as_str()));
        let lanes: [(&str, Vec<_>, Colour, Colour); 2] = [
            ("stings", stings.collect(), self.colours.sting, self.colours.ground),
            ("beds", beds.collect(), self.colours.bed, self.colours.text),
        ];
        for (n, (name, spans, fill, ink)) in lanes.into_iter().enumerate() {
            let top = top + (LANE + 2.0) * n as f32;
            self.label(top + LANE / 2.0, name);
            self.scene.line(
                vec![(LEFT, top + LANE / 2.0), (self.right, top + LANE / 2.0)],
                1.0,
                self.colours.grid,
            );
            for (start, length, name) in spans {
                let (from, to) = (self.x(start), self.x(Frames(start.0.saturating_add(length.0))));
                let width = (to - from).max(2.0);
                self.scene.rectangle((from, top + 1.0), (width, LANE - 2.0), fill);
                if letters::width(name, SIZE - 1.0) <= width - 8.0 {
                    let at = (from + 4.0, top + LANE - 4.2);
                    self.text(at, Anchor::Start, (SIZE - 1.0, false), ink, width - 5.0, name);
                }
            }
        }
    }

    fn loudness(&mut self, top: f32, bottom: f32) {
        let target = if self.record.target_lufs.is_finite() { self.record.target_lufs } else { -23.0 };
        let (high, low) = (target + OVER_LU, target - UNDER_LU);
        let y = |lufs: f64| top + (bottom - top) * ((high - lufs.clamp(low, high)) / (high - low)) as f32;
        let mut line = (high / 6.0).floor() * 6.0;
        let mut last = top - SIZE;
        while line >= low {
            self.scene.line(vec![(LEFT, y(line)), (self.right, y(line))], 1.0, self.colours.grid);
            let clear = y(line) - top > 4.0 && bottom - y(line) > 4.0;
            if clear && (y(line) - y(target)).abs() > SIZE * 1.1 && y(line) - last > SIZE * 1.1 {
                last = y(line);
                self.label(y(line), &format!("{line:.0}").replace('-', "−"));
            }
            line -= 6.0;
        }
        let curves: [(Of, f32, Colour); 2] = [
            (|reading| reading.momentary, 1.0, self.colours.momentary),
            (|reading| reading.short_term, 2.0, self.colours.curve),
        ];
        // Several readings a pixel are drawn as the highest of them.
        let together = (self.levels.readings.len() / ((self.right - LEFT) as usize * 2).max(1)).max(1);
        for (of, thickness, colour) in curves {
            let mut run: Vec<Point> = Vec::new();
            for (n, readings) in self.levels.readings.chunks(together).enumerate() {
                let value = readings.iter().filter_map(of).map(|lufs| lufs.0).reduce(f64::max);
                let end =
                    self.levels.step.0.saturating_mul(((n + 1) * together) as u64).min(self.levels.length.0);
                match value.filter(|value| *value >= low) {
                    Some(value) => run.push((self.x(Frames(end)), y(value))),
                    None => self.run(std::mem::take(&mut run), thickness, colour),
                }
            }
            self.run(run, thickness, colour);
        }
        self.scene.dashed(
            vec![(LEFT, y(target)), (self.right, y(target))],
            1.4,
            (8.0, 4.0),
            self.colours.target,
        );
        let (fill, at) = (self.colours.target, (LEFT - 8.0, y(target) + SIZE * 0.36));
        self.text(at, Anchor::End, (SIZE, true), fill, LEFT - 10.0, &format!("{} LUFS", level(target)));
    }

    fn run(&mut self, points: Vec<Point>, thickness: f32, colour: Colour) {
        match points[..] {
            [] => {}
            [(x, y)] => self.scene.line(vec![(x - 0.5, y), (x + 0.5, y)], thickness, colour),
            _ => self.scene.line(points, thickness, colour),
        }
    }

    fn legend(&mut self, y: f32) {
        let colours = self.colours;
        let story = colours.stories[0];
        let peak = self.record.mastered.peak.0.is_finite().then_some("measured true peak");
        let entries = [
            (story.over(colours.panel, 0.5), 8.0, Some("peaks")),
            (story, 8.0, Some("RMS")),
            (colours.ceiling, 2.0, Some("ceiling")),
            (colours.quiet, 1.0, peak),
            (colours.join, -1.0, Some("join")),
            (colours.curve, 2.5, Some("short-term loudness")),
            (colours.momentary, 2.5, Some("momentary")),
            (colours.target, 2.0, Some("target")),
        ];
        let mut x = LEFT;
        for (colour, thick, name) in entries {
            let Some(name) = name else { continue };
            let wide = letters::width(name, SIZE) * 1.15;
            if x + 22.0 + wide > self.right {
                break;
            }
            if thick < 0.0 {
                self.scene.line(vec![(x + 9.0, y - 9.0), (x + 9.0, y + 1.0)], 1.0, colour);
            } else {
                self.scene.rectangle((x, y - 4.0 - thick / 2.0), (16.0, thick), colour);
            }
            self.text((x + 22.0, y), Anchor::Start, (SIZE, false), colours.quiet, wide + 4.0, name);
            x += 22.0 + wide + 20.0;
        }
    }
}

/// As many columns as there is room for: of several in one place the outermost, never more than there are.
pub(in crate::deliver) fn spread(columns: &[Column], most: usize) -> Vec<Column> {
    let count = columns.len().min(most.max(1));
    let together = |n: usize| {
        let part = &columns[n * columns.len() / count..(n + 1) * columns.len() / count];
        let squares: f32 = part.iter().map(|column| column.rms * column.rms).sum();
        Column {
            lowest: part.iter().map(|column| column.lowest).fold(f32::MAX, f32::min),
            highest: part.iter().map(|column| column.highest).fold(f32::MIN, f32::max),
            rms: (squares / part.len().max(1) as f32).sqrt(),
        }
    };
    (0..count).map(together).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_put_together_by_their_extremes() {
        let column = |highest: f32, rms: f32| Column { lowest: -highest, highest, rms };
        let columns = [column(0.1, 0.1), column(0.9, 0.7), column(0.2, 0.0)];
        assert_eq!(spread(&columns, 10).len(), 3);
        let one = spread(&columns, 1)[0];
        assert_eq!((one.lowest, one.highest), (-0.9, 0.9));
        assert!((one.rms - (0.5_f32 / 3.0).sqrt()).abs() < 1e-6);
        assert_eq!(spread(&[], 5).len(), 0);
    }
}
