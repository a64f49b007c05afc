//! Every element at its frame.

use crate::rundown::{BedChoice, Cue, Part, Rundown, Settings};
use crate::sound::stings::Marks;
use crate::units::{Frames, SampleRate};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A stretched pause is no longer than this: more sounds like a fault. Source: the gap that a bed is held down through.
const LONGEST_MS: u32 = 1_500;

/// What softens a take or sting that a cue cuts into.
const CUT_IN_MS: u32 = 5;
const CUT_OUT_MS: u32 = 10;

/// Where everything is, in frames at [`SampleRate::PROGRAMME`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Timeline {
    /// In order of their starts; takes never overlap one another.
    pub placed: Vec<Placed>,
    /// The beds under them, in order of their starts.
    pub beds: Vec<BedSpan>,
    /// The whole programme.
    pub length: Frames,
    /// The frame of the full hour, where a time signal is played.
    pub hour: Option<Frames>,
}

/// One cue in its place.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// First frame.
    pub start: Frames,
    /// How long it lasts.
    pub length: Frames,
    /// What it is.
    pub source: Source,
    /// The part it belongs to, by its place in [`Rundown::parts`].
    pub part: usize,
    /// Its place in [`Part::cues`].
    pub cue: usize,
    /// Frames of its source that are skipped.
    pub skip: Frames,
    /// Louder or softer than the rule for its kind.
    pub gain_db: f64,
    /// From nothing to full at its beginning.
    pub fade_in: Frames,
    /// From full to nothing at its end.
    pub fade_out: Frames,
}

impl Placed {
    /// The frame after its last.
    pub fn end(&self) -> Frames {
        self.start + self.length
    }
}

/// What an element's sound comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum Source {
    /// A sting.
    Sting {
        /// Its place in [`Rundown::stings`].
        sting: usize,
    },
    /// The take of a sentence.
    Take {
        /// Its place in the script, counted from 0.
        sentence: usize,
        /// Its story, counted from 0; none for a line of the station's.
        story: Option<usize>,
    },
    /// A pause that was asked for.
    Pause,
}

/// One run of a bed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BedSpan {
    /// Its place in [`Rundown::beds`].
    pub bed: usize,
    /// First frame.
    pub start: Frames,
    /// How long it lasts, its way out included.
    pub length: Frames,
    /// Louder or softer than a bed is.
    pub gain_db: f64,
    /// From nothing to full at its beginning.
    pub fade_in: Frames,
    /// From full to nothing at its end.
    pub fade_out: Frames,
}

impl BedSpan {
    /// The frame after its last.
    pub fn end(&self) -> Frames {
        self.start + self.length
    }
}

/// How a programme is brought to an exact length.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stretch {
    /// Every pause after a sentence is this many times its own.
    pub pauses: f64,
    /// The programme ends here; it is not shorter than what is heard in it.
    pub until: Frames,
}

impl Default for Stretch {
    fn default() -> Self {
        Self { pauses: 1.0, until: Frames::ZERO }
    }
}

impl Timeline {
    /// Lays the rundown out over sentences of known lengths: of their takes, or as a pace predicts them.
    ///
    /// `marks` are those of [`Rundown::stings`]. The next part begins where a sting lets a voice enter, at the end of
    /// the pause after anything else, or where its shape says; never so early that two voices would speak at once. A
    /// sentence of no length takes no time and no pause, and a part of none is not there.
    ///
    /// # Examples
    /// ```
    /// use bulletin::programme::timeline::{Source, Timeline};
    /// use bulletin::rundown::{Cue, Part, PartKind, Rundown, Settings, Shape};
    /// use bulletin::{script::Role, units::Frames};
    /// let say = |sentence| Cue::Sentence { sentence, story: Some(0), role: Role::Body, pause_ms: 400 };
    /// let cues = vec![say(0), say(1)];
    /// let part = Part { kind: PartKind::Stories, shape: Shape::default(), bed: None, cues };
    /// let rundown = Rundown { parts: vec![part], ..Rundown::default() };
    /// let timeline = Timeline::lay_out(&rundown, &Settings::default(), &[], |_| Frames(48_000));
    /// let starts: Vec<_> = timeline.placed.iter().map(|placed| placed.start).collect();
    /// assert_eq!(starts, [Frames(9_600), Frames(9_600 + 48_000 + 19_200)]); // 200 ms before, 400 ms between
    /// ```
    pub fn lay_out(
        rundown: &Rundown,
        settings: &Settings,
        marks: &[Marks],
        length_of: impl Fn(usize) -> Frames,
    ) -> Self {
        Self::stretched(rundown, settings, marks, length_of, Stretch::default())
    }

    /// The same with other pauses and another end: the last bed goes on until then, or room tone.
    ///
    /// # Examples
    /// ```
    /// use bulletin::programme::timeline::{Stretch, Timeline};
    /// use bulletin::rundown::{Cue, Part, PartKind, Rundown, Settings, Shape};
    /// use bulletin::{script::Role, units::Frames};
    /// let say = |sentence| Cue::Sentence { sentence, story: Some(0), role: Role::Body, pause_ms: 400 };
    /// let part = Part { kind: PartKind::Stories, shape: Shape::default(), bed: None, cues: vec![say(0), say(1)] };
    /// let rundown = Rundown { parts: vec![part], ..Rundown::default() };
    /// let stretch = Stretch { pauses: 0.5, until: Frames(480_000) };
    /// let timeline = Timeline::stretched(&rundown, &Settings::default(), &[], |_| Frames(48_000), stretch);
    /// assert_eq!(timeline.placed[1].start, Frames(9_600 + 48_000 + 9_600));
    /// assert_eq!(timeline.length, Frames(480_000));
    /// ```
    pub fn stretched(
        rundown: &Rundown,
        settings: &Settings,
        marks: &[Marks],
        length_of: impl Fn(usize) -> Frames,
        stretch: Stretch,
    ) -> Self {
        let mut layout =
            Layout { timeline: Self::default(), settings, cursor: None, voice_end: Frames::ZERO };
        for (index, part) in rundown.parts.iter().enumerate() {
            layout.add(index, part, rundown, &Laid::new(part, marks, &length_of, stretch.pauses));
        }
        layout.finish(marks, stretch.until)
    }

    /// Frames at which one element gives way to another: where a join could be heard.
    pub fn joins(&self) -> impl Iterator<Item = Frames> {
        let placed = self.placed.iter().flat_map(|p| [p.start, p.end()]);
        let beds = self.beds.iter().flat_map(|bed| [bed.start, bed.end()]);
        placed.chain(beds).filter(|f| *f > Frames::ZERO && *f < self.length)
    }

    /// When a voice speaks, in order.
    pub fn speech(&self) -> impl Iterator<Item = &Placed> {
        self.placed.iter().filter(|p| matches!(p.source, Source::Take { .. }))
    }
}

/// A part in its own time, before it is cut.
struct Laid {
    items: Vec<Item>,
    /// Where the next part may begin, if its shape does not say.
    next: Frames,
}

struct Item {
    cue: usize,
    source: Source,
    start: Frames,
    length: Frames,
    gain_db: f64,
}

impl Item {
    fn end(&self) -> Frames {
        self.start + self.length
    }
}

impl Laid {
    fn new(part: &Part, marks: &[Marks], length_of: &impl Fn(usize) -> Frames, pauses: f64) -> Self {
        let rate = SampleRate::PROGRAMME;
        let mut laid = Self { items: Vec::with_capacity(part.cues.len()), next: Frames::ZERO };
        for (cue, what) in part.cues.iter().enumerate() {
            match *what {
                Cue::Sting { sting, pad_ms, gain_db } => {
                    let Some(marks) = marks.get(sting).filter(|marks| marks.length > Frames::ZERO) else {
                        continue;
                    };
                    let start = laid.next + rate.frames_in_ms(pad_ms);
                    laid.next = start + marks.voice_at;
                    let source = Source::Sting { sting };
                    laid.items.push(Item { cue, source, start, length: marks.length, gain_db });
                }
                Cue::Sentence { sentence, story, pause_ms, .. } => {
                    let (start, length) = (laid.next, length_of(sentence));
                    if length == Frames::ZERO {
                        continue;
                    }
                    let pause = rate.frames_in_ms(pause_ms);
                    let pause = if (pauses - 1.0).abs() < f64::EPSILON {
                        pause
                    } else {
                        Frames((pause.0 as f64 * pauses).round() as u64)
                            .min(pause.max(rate.frames_in_ms(LONGEST_MS)))
                    };
                    laid.next = start + length + pause;
                    let source = Source::Take { sentence, story };
                    laid.items.push(Item { cue, source, start, length, gain_db: 0.0 });
                }
                Cue::Pause { length_ms } => {
                    let (start, length) = (laid.next, rate.frames_in_ms(length_ms));
                    if length == Frames::ZERO {
                        continue;
                    }
                    laid.next = start + length;
                    laid.items.push(Item { cue, source: Source::Pause, start, length, gain_db: 0.0 });
                }
            }
        }
        laid
    }

    /// From the beginning of the part to the end of its last sound.
    fn end(&self) -> Frames {
        self.items.iter().map(Item::end).max().unwrap_or_default()
    }
}

/// What has been laid out so far.
struct Layout<'a> {
    timeline: Timeline,
    settings: &'a Settings,
    /// Where the next part may begin; none before the first.
    cursor: Option<Frames>,
    voice_end: Frames,
}

impl Layout<'_> {
    fn add(&mut self, index: usize, part: &Part, rundown: &Rundown, laid: &Laid) {
        if laid.items.is_empty() {
            return;
        }
        let frames = |ms: u32| SampleRate::PROGRAMME.frames_in_ms(ms);
        let shape = &part.shape;
        let opens_with_sting = matches!(laid.items[0].source, Source::Sting { .. });
        let cursor = self.cursor.unwrap_or(if opens_with_sting {
            Frames::ZERO
        } else {
            frames(self.settings.lead_in_ms)
        });
        let whole = laid.end();
        let (from, to) =
            (frames(shape.cue_in_ms), shape.cue_out_ms.map_or(whole, |ms| frames(ms).min(whole)));
        let first_word =
            laid.items.iter().find(|item| matches!(item.source, Source::Take { .. }) && item.end() > from);
        let mut start = cursor + frames(shape.pad_ms);
        if let Some(word) = first_word {
            start = start.max(self.voice_end.saturating_sub(word.start.saturating_sub(from)));
        }
        let mut items = Vec::with_capacity(laid.items.len());
        for item in &laid.items {
            let (begin, end) = (item.start.max(from), item.end().min(to));
            if begin >= end {
                continue;
            }
            items.push(Placed {
                start: start + (begin - from),
                length: end - begin,
                source: item.source,
                part: index,
                cue: item.cue,
                skip: begin - item.start,
                gain_db: item.gain_db + shape.gain_db,
                fade_in: if begin > item.start { frames(CUT_IN_MS).min(end - begin) } else { Frames::ZERO },
                fade_out: if end < item.end() { frames(CUT_OUT_MS).min(end - begin) } else { Frames::ZERO },
            });
        }
        let Some(first) = items.first_mut() else { return };
        first.fade_in = first.fade_in.max(frames(shape.fade_in_ms)).min(first.length);
        if let Some(last) = items.iter_mut().max_by_key(|placed| placed.end()) {
            last.fade_out = last.fade_out.max(frames(shape.fade_out_ms)).min(last.length);
        }
        let end = items.iter().map(Placed::end).max().unwrap_or(start);
        let spoken = items.iter().filter(|p| matches!(p.source, Source::Take { .. })).map(Placed::end).max();
        self.voice_end = self.voice_end.max(spoken.unwrap_or_default());
        let next = shape.start_next_ms.map_or_else(
            || {
                let cut = shape.cue_out_ms.map_or(laid.next, |_| laid.next.min(to));
                cut.saturating_sub(from)
            },
            frames,
        );
        self.cursor = Some(start + next);
        if let Some(bed) = part.bed {
            // A bed that opens the programme is there from the first frame.
            let from = if self.timeline.placed.is_empty() { Frames::ZERO } else { cursor };
            self.lay_bed(bed, rundown, from..end);
        }
        self.timeline.placed.extend(items);
    }

    /// Begins a run of a bed, or goes on with the one of the part before.
    fn lay_bed(&mut self, bed: usize, rundown: &Rundown, over: Range<Frames>) {
        let frames = |ms: u32| SampleRate::PROGRAMME.frames_in_ms(ms);
        let Some(choice) = rundown.beds.get(bed) else { return };
        let fade_out = frames(choice.fade_out_ms);
        // Parts without anything to hear do not part their neighbours.
        let before = self.timeline.placed.last().and_then(|placed| rundown.parts.get(placed.part)?.bed);
        match self.timeline.beds.last_mut() {
            Some(span) if before == Some(bed) && span.bed == bed => {
                let end = span.end().max(over.end + fade_out);
                span.length = end - span.start;
            }
            _ => {
                let length = (over.end + fade_out).saturating_sub(over.start);
                let fade_in = frames(choice.fade_in_ms).min(length);
                let BedChoice { gain_db, .. } = *choice;
                let start = over.start;
                self.timeline.beds.push(BedSpan { bed, start, length, gain_db, fade_in, fade_out });
            }
        }
    }

    fn finish(self, marks: &[Marks], until: Frames) -> Timeline {
        let Self { mut timeline, settings, voice_end, .. } = self;
        // A part may begin before the last sound of the one before.
        timeline.placed.sort_by_key(|placed| placed.start);
        let tail = SampleRate::PROGRAMME.frames_in_ms(settings.tail_ms);
        let ends = timeline.placed.iter().map(Placed::end).chain(timeline.beds.iter().map(BedSpan::end));
        let end = ends.max().unwrap_or_default().max(voice_end + tail);
        timeline.length = end.max(until);
        if let Some(bed) = timeline.beds.last_mut().filter(|bed| bed.end() == end) {
            bed.length += timeline.length.saturating_sub(end);
        }
        timeline.hour = timeline.placed.iter().find_map(|placed| {
            let Source::Sting { sting } = placed.source else { return None };
            let hour_at = marks.get(sting)?.hour_at?;
            let heard = placed.skip..placed.skip + placed.length;
            heard.contains(&hour_at).then(|| placed.start + (hour_at - placed.skip))
        });
        timeline
    }
}

#[cfg(test)]
mod tests;
