//! Music to speak over: loops without a seam.

use crate::sound::synth::{Canvas, Pad, mallet, tick};
use crate::units::{Dbtp, Frames};

/// A loop that may be played for as long as somebody speaks.
///
/// # Examples
/// ```
/// use bulletin::{sound::beds, units::Frames};
/// let bed = beds::bed("headlines").unwrap();
/// let mut speech = [0.0f32; 200];
/// bed.add_to(&mut speech, Frames(460_790), 0.125);
/// assert_eq!(speech[20], bed.samples[20 - 20] * 0.125);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Bed {
    /// The name it is asked for by.
    pub name: &'static str,
    /// Interleaved stereo at 48 kHz; the last frame runs into the first.
    pub samples: Vec<f32>,
}

impl Bed {
    /// Frames after which it begins again.
    pub fn frames(&self) -> Frames {
        Frames(self.samples.len() as u64 / 2)
    }

    /// Adds the frames from `at` on, counted from the bed's start however often it has gone round, to a stereo buffer.
    pub fn add_to(&self, stereo: &mut [f32], at: Frames, gain: f32) {
        for (place, sample) in stereo.iter_mut().zip(self.samples_from(at)) {
            *place += sample * gain;
        }
    }

    /// The same, with a gain for every frame.
    pub fn add_shaped(&self, stereo: &mut [f32], at: Frames, gains: &[f32]) {
        let gains = gains.iter().flat_map(|gain| [gain; 2]);
        for ((place, sample), gain) in stereo.iter_mut().zip(self.samples_from(at)).zip(gains) {
            *place += sample * gain;
        }
    }

    /// Endless, unless the bed is empty.
    fn samples_from(&self, at: Frames) -> impl Iterator<Item = &f32> {
        let start = at.0.checked_rem(self.frames().0).unwrap_or(0);
        self.samples[start as usize * 2..].iter().chain(self.samples.iter().cycle())
    }
}

/// A bed from a piece of music: its end is crossfaded onto its beginning at equal power, and the loop is that much
/// shorter. A piece shorter than two crossfades takes a shorter one.
///
/// Shape: interleaved stereo at 48 kHz.
///
/// # Examples
/// ```
/// use bulletin::{sound::beds, units::Frames};
/// let bed = beds::looped(&[0.5f32; 2_000], Frames(100));
/// assert_eq!(bed.frames(), Frames(900));
/// assert_eq!(bed.samples[1_799], 0.5);
/// ```
pub fn looped(stereo: &[f32], crossfade: Frames) -> Bed {
    let frames = stereo.len() / 2;
    let crossfade = (crossfade.0 as usize).min(frames / 2);
    let kept = frames - crossfade;
    let mut samples = stereo[..kept * 2].to_vec();
    let tail = &stereo[kept * 2..];
    for (n, (place, old)) in
        samples.as_chunks_mut::<2>().0.iter_mut().zip(tail.as_chunks::<2>().0).enumerate()
    {
        let turn = std::f32::consts::FRAC_PI_2 * (n as f32 + 0.5) / crossfade as f32;
        let (rising, falling) = (libm::sinf(turn), libm::cosf(turn));
        for (sample, old) in place.iter_mut().zip(old) {
            *sample = *sample * rising + old * falling;
        }
    }
    Bed { name: "file", samples }
}

/// The names [`bed`] knows.
pub const NAMES: [&str; 2] = ["headlines", "stories"];

/// Renders a bed by name; the same samples every time. `None` for a name not in [`NAMES`].
pub fn bed(name: &str) -> Option<Bed> {
    match name {
        "headlines" => Some(headlines()),
        "stories" => Some(stories()),
        _ => None,
    }
}

/// Four bars at 100 beats a minute, D minor, B♭, C, D minor, with a pulse and soft ticks; 9.6 s.
///
/// # Examples
/// ```
/// assert_eq!(bulletin::sound::beds::headlines().frames(), bulletin::units::Frames(460_800));
/// ```
pub fn headlines() -> Bed {
    const BEAT_S: f64 = 0.6;
    let mut canvas = Canvas::looped(16.0 * BEAT_S);
    let pad = Pad { attack_s: 0.25, release_s: 0.7, overtones: (0.35, 0.12) };
    let low = Pad { attack_s: 0.02, release_s: 0.18, overtones: (0.5, 0.2) };
    let bars: [&[f64]; 4] = [
        &[50.0, 62.0, 69.0, 77.0],
        &[46.0, 62.0, 70.0, 77.0],
        &[48.0, 64.0, 67.0, 79.0],
        &[50.0, 62.0, 69.0, 81.0],
    ];
    for (bar, notes) in bars.into_iter().enumerate() {
        let bar_s = bar as f64 * 4.0 * BEAT_S;
        for &note in notes {
            pad.play(&mut canvas, bar_s, 4.0 * BEAT_S - 0.2, note, 0.05);
        }
        for eighth in 0..8u8 {
            let at_s = bar_s + f64::from(eighth) * BEAT_S / 2.0;
            let accent = if eighth % 2 == 0 { 1.0 } else { 0.55 };
            low.play(&mut canvas, at_s, 0.10, notes[0] - 12.0, 0.13 * accent);
            let (note, pan) = if eighth % 2 == 0 { (86.0, -0.45) } else { (81.0, 0.45) };
            tick(&mut canvas, at_s, note, 0.13 * accent, pan);
        }
    }
    canvas.reverberate(0.25, 1.6);
    Bed { name: "headlines", samples: canvas.finish(0.8, Dbtp(-10.5)) }
}

/// Four slow bars at 80 beats a minute, D minor ninth, B♭ major seventh, F, C, with a few mallet notes; 12 s.
///
/// # Examples
/// ```
/// assert_eq!(bulletin::sound::beds::stories().frames(), bulletin::units::Frames(576_000));
/// ```
pub fn stories() -> Bed {
    const BEAT_S: f64 = 0.75;
    let mut canvas = Canvas::looped(16.0 * BEAT_S);
    let pad = Pad { attack_s: 0.9, release_s: 1.4, overtones: (0.25, 0.06) };
    let low = Pad { attack_s: 0.03, release_s: 0.6, overtones: (0.35, 0.1) };
    let bars: [&[f64]; 4] = [
        &[38.0, 57.0, 64.0, 65.0],
        &[34.0, 58.0, 62.0, 69.0],
        &[41.0, 57.0, 60.0, 65.0],
        &[36.0, 55.0, 62.0, 64.0],
    ];
    for (bar, notes) in bars.into_iter().enumerate() {
        let bar_s = bar as f64 * 4.0 * BEAT_S;
        for &note in &notes[1..] {
            pad.play(&mut canvas, bar_s, 4.0 * BEAT_S - 0.6, note, 0.07);
        }
        for beat in [0.0, 1.5, 2.0] {
            low.play(&mut canvas, bar_s + beat * BEAT_S, 0.35, notes[0], 0.13);
        }
        for (beat, index, pan) in [(0.5, 1, -0.5), (1.5, 2, 0.5), (2.5, 3, -0.3), (3.5, 2, 0.3)] {
            mallet(&mut canvas, bar_s + beat * BEAT_S, notes[index] + 12.0, 0.15, pan);
        }
    }
    canvas.reverberate(0.3, 2.2);
    Bed { name: "stories", samples: canvas.finish(0.7, Dbtp(-10.5)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::loudness::{Channels, Meter};
    use crate::units::SampleRate;

    #[test]
    fn every_bed_loops_without_a_seam_and_keeps_its_level() {
        for name in NAMES {
            let bed = bed(name).unwrap();
            let mut twice = vec![0.0f32; bed.samples.len() * 2];
            bed.add_to(&mut twice, Frames(0), 1.0);
            assert_eq!(twice[..bed.samples.len()], twice[bed.samples.len()..]);
            // A click is a sudden change of slope; at the seam it is no larger than anywhere else.
            let bends: Vec<f32> = twice.windows(5).map(|w| (w[0] - 2.0 * w[2] + w[4]).abs()).collect();
            let seam =
                bends[bed.samples.len() - 6..bed.samples.len() + 2].iter().copied().fold(0.0, f32::max);
            let largest = bends[..bed.samples.len() - 100].iter().copied().fold(0.0, f32::max);
            assert!(seam <= largest, "{name}: a bend of {seam} at the seam, {largest} elsewhere");

            let mut meter = Meter::new(Channels::Stereo, SampleRate::PROGRAMME).unwrap();
            meter.add(&twice);
            let lufs = meter.integrated().unwrap().0;
            assert!((-23.5..-20.5).contains(&lufs), "{name}: {lufs} LUFS");
            assert!(meter.range_lu().unwrap() < 2.0, "{name} is not even");
            assert!(meter.true_peak().0 < -10.0, "{name}");
        }
    }

    #[test]
    fn a_piece_of_music_becomes_a_loop_without_a_step() {
        // 1 s of a tone whose phase at the end has nothing to do with its beginning.
        let tone: Vec<f32> = (0..48_000)
            .flat_map(|n| {
                let sample = 0.5 * libm::sinf(n as f32 * 0.057_1 + 0.4);
                [sample, -sample]
            })
            .collect();
        let bed = looped(&tone, Frames(4_800));
        assert_eq!(bed.frames(), Frames(43_200));
        let mut twice = vec![0.0f32; bed.samples.len() * 2];
        bed.add_shaped(&mut twice, Frames(0), &vec![1.0; 86_400]);
        let left: Vec<f32> = twice.iter().step_by(2).copied().collect();
        let steepest = left.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
        assert!(steepest < 0.5 * 0.057_1 * 1.5, "a step of {steepest}");
        for short in [0usize, 1, 2, 3] {
            assert_eq!(looped(&vec![0.1; short * 2], Frames(480)).samples.len(), (short - short / 2) * 2);
        }
    }

    #[test]
    fn a_bed_can_be_entered_anywhere() {
        let bed = headlines();
        let at = Frames(bed.frames().0 * 7 + 1_000);
        let mut out = [0.0f32; 6];
        bed.add_to(&mut out, at, 0.5);
        assert_eq!(out[..2], [bed.samples[2_000] * 0.5, bed.samples[2_001] * 0.5]);
        let empty = Bed { name: "empty", samples: Vec::new() };
        empty.add_to(&mut out, at, 0.5);
    }
}
