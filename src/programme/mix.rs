//! The pull renderer: the programme before mastering, a block at a time, rewindable.

use crate::Result;
use crate::programme::takes::Takes;
use crate::programme::timeline::{Source, Timeline};
use crate::sound::gating::Blocks;
use crate::sound::mixing::Ramp;
use crate::sound::stings::Sting;
use crate::units::{Frames, Lufs, SampleRate, db_to_linear};
use serde::{Deserialize, Serialize};

/// Levels inside the mix, before mastering.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How loud a story's speech is made, measured as one channel.
    pub voice_lufs: f64,
    /// How much louder than the voice the sting is, in LU.
    pub sting_over_voice_lu: f64,
    /// How far the sting goes down once the voice has entered.
    pub duck_db: f64,
    /// How long it takes going down, ending when the voice enters.
    pub duck_ms: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { voice_lufs: -23.0, sting_over_voice_lu: -1.0, duck_db: -9.0, duck_ms: 350 }
    }
}

/// Pulls blocks of interleaved stereo out of a timeline.
#[derive(Debug)]
pub struct Mixer<'a> {
    timeline: &'a Timeline,
    takes: &'a Takes,
    sting: Option<&'a Sting>,
    sting_gain: f32,
    story_gains: Vec<f32>,
    duck: Option<Ramp>,
    at: u64,
    first_active: usize,
    mono: Vec<f32>,
}

impl<'a> Mixer<'a> {
    /// A mixer at the beginning of `timeline`.
    pub fn new(
        timeline: &'a Timeline,
        takes: &'a Takes,
        sting: Option<(&'a Sting, Option<Lufs>)>,
        settings: &Settings,
    ) -> Self {
        let stories = timeline.speech().filter_map(|p| match p.source {
            Source::Take { sentence, story } => Some((sentence, story)),
            Source::Sting => None,
        });
        let mut levels: Vec<Blocks> = Vec::new();
        for (sentence, story) in stories {
            if levels.len() <= story {
                levels.resize_with(story + 1, Blocks::default);
            }
            if let Some(blocks) = takes.blocks(sentence) {
                levels[story].extend(blocks);
            }
        }
        let gain_to = |from: Option<Lufs>, to: f64| from.map_or(1.0, |l| db_to_linear(to - l.0) as f32);
        let story_gains = levels.iter().map(|l| gain_to(l.integrated(), settings.voice_lufs)).collect();
        // A voice of L LUFS in one channel is heard at L + 3.01 in two.
        let sting_lufs = settings.voice_lufs + 3.01 + settings.sting_over_voice_lu;
        let sting_gain = sting.map_or(1.0, |(_, loudness)| gain_to(loudness, sting_lufs));
        let duck = timeline.speech().next().map(|first| {
            let length = SampleRate::PROGRAMME.frames_in_ms(settings.duck_ms);
            let start = first.start.saturating_sub(length);
            Ramp { from_db: 0.0, to_db: settings.duck_db, start, length }
        });
        Self {
            timeline,
            takes,
            sting: sting.map(|(sting, _)| sting),
            sting_gain,
            story_gains,
            duck,
            at: 0,
            first_active: 0,
            mono: Vec::new(),
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

    /// Replaces `out` by the next block of at most `most` frames; empty at the end.
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
        let placed = &self.timeline.placed;
        while placed.get(self.first_active).is_some_and(|p| p.end().0 <= from && p.source != Source::Sting) {
            self.first_active += 1;
        }
        // The sting is the one element that may outlast its successors; it stands first.
        let first = placed.first().filter(|p| p.source == Source::Sting && self.first_active > 0);
        for p in first.into_iter().chain(&placed[self.first_active.min(placed.len())..]) {
            if p.start.0 >= to {
                break;
            }
            let (begin, end) = (p.start.0.max(from), p.end().0.min(to));
            if begin >= end {
                continue;
            }
            let block = &mut out[(begin - from) as usize * 2..(end - from) as usize * 2];
            match p.source {
                Source::Sting => {
                    add_sting(self.sting, self.sting_gain, self.duck, begin, begin - p.start.0, block);
                }
                Source::Take { sentence, story } => {
                    self.mono.resize((end - begin) as usize, 0.0);
                    self.takes.read(sentence, begin - p.start.0, &mut self.mono)?;
                    let gain = self.story_gains.get(story).copied().unwrap_or(1.0);
                    for (frame, sample) in block.as_chunks_mut::<2>().0.iter_mut().zip(&self.mono) {
                        let voice = sample * gain;
                        frame[0] += voice;
                        frame[1] += voice;
                    }
                }
            }
        }
        self.at = to;
        Ok(())
    }
}

/// Adds the sting, going down as the voice enters.
fn add_sting(sting: Option<&Sting>, gain: f32, duck: Option<Ramp>, at: u64, offset: u64, block: &mut [f32]) {
    let Some(sting) = sting else { return };
    let from = offset as usize * 2;
    let samples = &sting.samples[from.min(sting.samples.len())..];
    for (n, (frame, source)) in
        block.as_chunks_mut::<2>().0.iter_mut().zip(samples.as_chunks::<2>().0).enumerate()
    {
        let gain = gain * duck.map_or(1.0, |duck| duck.gain_at(Frames(at + n as u64)));
        frame[0] += source[0] * gain;
        frame[1] += source[1] * gain;
    }
}
