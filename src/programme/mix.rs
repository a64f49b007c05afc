//! The pull renderer: the programme before mastering, a block at a time, rewindable.

use crate::Result;
use crate::programme::sounds::{Music, Sounds};
use crate::programme::takes::Takes;
use crate::programme::timeline::{BedSpan, Placed, Source, Timeline};
use crate::sound::fades::rise;
use crate::sound::gating::Blocks;
use crate::sound::mixing::{Duck, Ramp};
use crate::units::{Frames, Lufs, SampleRate, db_to_linear};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Levels inside the mix, before mastering.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How loud each voice is made in each story, and in the station's lines, measured as one channel.
    pub voice_lufs: f64,
    /// How much louder than the voice the sting is, in LU.
    pub sting_over_voice_lu: f64,
    /// How far the sting goes down once the voice has entered.
    pub duck_db: f64,
    /// How long it takes going down, ending when the voice enters.
    pub duck_ms: u32,
    /// How much louder than the voice a bed is while nobody speaks, in LU.
    pub bed_over_voice_lu: f64,
    /// How far a bed lies under the voice while somebody speaks, in LU.
    pub bed_under_voice_lu: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            voice_lufs: -23.0,
            sting_over_voice_lu: -1.0,
            duck_db: -9.0,
            duck_ms: 350,
            bed_over_voice_lu: -5.0,
            bed_under_voice_lu: 18.0,
        }
    }
}

/// Pulls blocks of interleaved stereo out of a timeline.
#[derive(Debug)]
pub struct Mixer<'a> {
    timeline: &'a Timeline,
    takes: &'a Takes,
    sounds: &'a Sounds,
    levels: Levels,
    /// How each sting goes down, by its place among [`Timeline::placed`].
    ducks: BTreeMap<usize, Ramp>,
    bed_duck: Duck,
    at: u64,
    first_active: usize,
    mono: Vec<f32>,
    gains: Vec<f32>,
}

/// Linear gains that bring everything to the level its kind has.
#[derive(Debug)]
struct Levels {
    /// By story, the station's lines under none, and voice.
    voices: BTreeMap<(Option<usize>, usize), f32>,
    stings: Vec<f32>,
    beds: Vec<f32>,
}

impl Levels {
    fn new(timeline: &Timeline, takes: &Takes, sounds: &Sounds, settings: &Settings) -> Self {
        let mut speech: BTreeMap<(Option<usize>, usize), Blocks> = BTreeMap::new();
        let mut counted = BTreeSet::new();
        for placed in timeline.speech() {
            // A headline that is heard twice weighs once.
            if let Source::Take { sentence, story } = placed.source
                && counted.insert(sentence)
                && let Some(blocks) = takes.blocks(sentence)
            {
                speech.entry((story, takes.voice(sentence))).or_default().extend(blocks);
            }
        }
        let gain_to = |from: Option<Lufs>, to: f64| from.map_or(1.0, |l| db_to_linear(to - l.0) as f32);
        // A voice of L LUFS in one channel is heard at L + 3.01 in two.
        let voice_lufs = settings.voice_lufs + 3.01;
        let sting_lufs = voice_lufs + settings.sting_over_voice_lu;
        let bed_lufs = voice_lufs + settings.bed_over_voice_lu;
        Self {
            voices: speech
                .iter()
                .map(|(of, l)| (*of, gain_to(l.integrated(), settings.voice_lufs)))
                .collect(),
            stings: sounds.stings.iter().map(|sting| gain_to(sting.loudness, sting_lufs)).collect(),
            beds: sounds.beds.iter().map(|bed| gain_to(bed.loudness, bed_lufs)).collect(),
        }
    }
}

impl<'a> Mixer<'a> {
    /// A mixer at the beginning of `timeline`.
    pub fn new(timeline: &'a Timeline, takes: &'a Takes, sounds: &'a Sounds, settings: &Settings) -> Self {
        let speech: Vec<_> = timeline.speech().map(|placed| placed.start..placed.end()).collect();
        let length = SampleRate::PROGRAMME.frames_in_ms(settings.duck_ms);
        let stings = timeline.placed.iter().enumerate();
        let ducks = stings
            .filter(|(_, placed)| matches!(placed.source, Source::Sting { .. }))
            .filter_map(|(n, placed)| {
                let voice = speech.get(speech.partition_point(|range| range.start < placed.start))?;
                // Nothing goes down for a voice that waits for its end: the hour's pip least of all.
                if voice.start >= placed.end() {
                    return None;
                }
                let start = voice.start.saturating_sub(length);
                Some((n, Ramp { from_db: 0.0, to_db: settings.duck_db, start, length }))
            })
            .collect();
        let depth_db = -(settings.bed_under_voice_lu + settings.bed_over_voice_lu);
        Self {
            timeline,
            takes,
            sounds,
            levels: Levels::new(timeline, takes, sounds, settings),
            ducks,
            bed_duck: Duck::new(&speech, SampleRate::PROGRAMME).with_depth_db(depth_db.min(0.0)),
            at: 0,
            first_active: 0,
            mono: Vec::new(),
            gains: Vec::new(),
        }
    }

    /// Back to the beginning.
    pub fn rewind(&mut self) {
        self.at = 0;
        self.first_active = 0;
    }

    /// Where the next block begins.
    pub fn position(&self) -> Frames {
        Frames(self.at)
    }

    /// The whole programme's length.
    pub fn length(&self) -> Frames {
        self.timeline.length
    }

    /// Replaces `out` by the next block of at most `most` frames; empty at the end. However a programme is cut into
    /// blocks, its samples are the same.
    ///
    /// Shape: interleaved stereo.
    ///
    /// # Errors
    /// As [`Takes::read`].
    pub fn pull(&mut self, most: usize, out: &mut Vec<f32>) -> Result<()> {
        let from = self.at;
        let to = (from + most as u64).min(self.timeline.length.0);
        out.clear();
        out.resize((to - from) as usize * 2, 0.0);
        for span in &self.timeline.beds {
            let (begin, end) = (span.start.0.max(from), span.end().0.min(to));
            if begin < end {
                let block = &mut out[(begin - from) as usize * 2..(end - from) as usize * 2];
                self.gains.resize((end - begin) as usize, 0.0);
                self.bed_duck.fill(Frames(begin), &mut self.gains);
                add_bed(self.sounds, &self.levels, span, Frames(begin), &mut self.gains, block);
            }
        }
        let placed = &self.timeline.placed;
        // What outlasts its successors keeps them in sight; they are few.
        while placed.get(self.first_active).is_some_and(|p| p.end().0 <= from) {
            self.first_active += 1;
        }
        for (n, p) in placed.iter().enumerate().skip(self.first_active) {
            if p.start.0 >= to {
                break;
            }
            let (begin, end) = (p.start.0.max(from), p.end().0.min(to));
            if begin >= end {
                continue;
            }
            let block = &mut out[(begin - from) as usize * 2..(end - from) as usize * 2];
            let offset = begin - p.start.0;
            match p.source {
                Source::Sting { sting } => {
                    let Some(music) = self.sounds.stings.get(sting) else { continue };
                    let gain = self.levels.stings.get(sting).copied().unwrap_or(1.0);
                    add_sting(music, gain, self.ducks.get(&n), p, offset, block);
                }
                Source::Take { sentence, story } => {
                    self.mono.resize((end - begin) as usize, 0.0);
                    self.takes.read(sentence, p.skip.0 + offset, &mut self.mono)?;
                    let speaker = (story, self.takes.voice(sentence));
                    let gain = self.levels.voices.get(&speaker).copied().unwrap_or(1.0) * own_gain(p);
                    let frames = block.as_chunks_mut::<2>().0.iter_mut();
                    for (n, (frame, sample)) in (offset..).zip(frames.zip(&self.mono)) {
                        let voice = sample * gain * fade(n, p.length, p.fade_in, p.fade_out);
                        frame[0] += voice;
                        frame[1] += voice;
                    }
                }
                Source::Pause => {}
            }
        }
        self.at = to;
        Ok(())
    }
}

/// The gain an element has of its own, 1 for none.
fn own_gain(placed: &Placed) -> f32 {
    db_to_linear(placed.gain_db) as f32
}

/// The gain of frame `n` of something of this length that comes and goes in raised cosines.
fn fade(n: u64, length: Frames, fade_in: Frames, fade_out: Frames) -> f32 {
    let left = length.0.saturating_sub(n + 1);
    let mut gain = 1.0;
    if n < fade_in.0 {
        gain *= rise(n as usize, fade_in.0 as usize);
    }
    if left < fade_out.0 {
        gain *= rise(left as usize, fade_out.0 as usize);
    }
    gain
}

/// Adds a sting, going down as the voice enters.
fn add_sting(music: &Music, gain: f32, duck: Option<&Ramp>, p: &Placed, offset: u64, block: &mut [f32]) {
    let from = ((p.skip.0 + offset) as usize * 2).min(music.samples.len());
    let gain = gain * own_gain(p);
    let frames = block.as_chunks_mut::<2>().0.iter_mut().zip(music.samples[from..].as_chunks::<2>().0);
    for (n, (frame, source)) in (offset..).zip(frames) {
        let gain = gain
            * duck.map_or(1.0, |duck| duck.gain_at(p.start + Frames(n)))
            * fade(n, p.length, p.fade_in, p.fade_out);
        frame[0] += source[0] * gain;
        frame[1] += source[1] * gain;
    }
}

/// Adds a bed, `gains` being how far it makes way for the voice.
fn add_bed(
    sounds: &Sounds,
    levels: &Levels,
    span: &BedSpan,
    at: Frames,
    gains: &mut [f32],
    block: &mut [f32],
) {
    let Some(music) = sounds.beds.get(span.bed) else { return };
    let level = levels.beds.get(span.bed).copied().unwrap_or(1.0) * db_to_linear(span.gain_db) as f32;
    let offset = at - span.start;
    for (n, gain) in (offset.0..).zip(gains.iter_mut()) {
        *gain *= level * fade(n, span.length, span.fade_in, span.fade_out);
    }
    music.bed.add_shaped(block, offset, gains);
}

#[cfg(test)]
mod tests;
