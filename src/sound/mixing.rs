//! Gains that move: straight ramps in decibels, and the bed that makes way for the voice.
//!
//! The bed is not ducked by a detector but by the script: it is known beforehand when somebody speaks.

use crate::units::{Frames, SampleRate, db_to_linear};
use std::ops::Range;

/// How far a bed goes down, unless it is told otherwise.
pub const DUCK_DB: f64 = -18.0;

/// Length of the way down.
const DOWN_MS: u32 = 350;

/// How long before speech the bed is already down.
const BEFORE_MS: u32 = 100;

/// A gap in speech shorter than this does not bring the bed up.
const HOLD_MS: u32 = 1_500;

/// Length of the way up.
const UP_MS: u32 = 1_000;

/// A gain that goes from one level to another, straight in decibels, and stays at either end.
///
/// # Examples
/// ```
/// use bulletin::{sound::mixing::Ramp, units::Frames};
/// let ramp = Ramp { from_db: 0.0, to_db: -20.0, start: Frames(100), length: Frames(200) };
/// assert_eq!(ramp.gain_at(Frames(0)), 1.0);
/// assert!((ramp.gain_at(Frames(200)) - 0.316_23).abs() < 1e-4);
/// assert!((ramp.gain_at(Frames(1_000)) - 0.1).abs() < 1e-7);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ramp {
    /// Gain up to the start.
    pub from_db: f64,
    /// Gain from the end on.
    pub to_db: f64,
    /// The last frame at the first gain.
    pub start: Frames,
    /// Frames from there to the first at the second gain.
    pub length: Frames,
}

impl Ramp {
    /// The linear gain of a frame.
    pub fn gain_at(&self, frame: Frames) -> f32 {
        db_to_linear(self.db_at(frame)) as f32
    }

    fn db_at(&self, frame: Frames) -> f64 {
        let past = frame.saturating_sub(self.start).0;
        let part = if past >= self.length.0 {
            f64::from(u8::from(past > 0))
        } else {
            past as f64 / self.length.0 as f64
        };
        self.from_db + (self.to_db - self.from_db) * part
    }
}

/// The gain of a bed under a script: down 18 dB over 350 ms, ending 100 ms before speech, held through gaps of under
/// 1.5 s, up again over 1 s.
///
/// # Examples
/// ```
/// use bulletin::sound::mixing::Duck;
/// use bulletin::units::{Frames, SampleRate};
/// // Somebody speaks from 2 s to 5 s.
/// let duck = Duck::new(&[Frames(96_000)..Frames(240_000)], SampleRate::PROGRAMME);
/// assert_eq!(duck.gain_at(Frames(0)), 1.0);
/// assert!((duck.gain_at(Frames(91_200)) - 0.125_89).abs() < 1e-4);
/// assert_eq!(duck.gain_at(Frames(288_000)), 1.0);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Duck {
    depth_db: f64,
    /// The gain at that depth: where somebody speaks, which is most of the time.
    floor: f32,
    /// Where the bed is wholly down, in order, far enough apart for the ways up and down between them.
    down: Vec<Range<u64>>,
    fall: u64,
    rise: u64,
}

impl Duck {
    /// From the frames at which somebody speaks, in any order; empty and overlapping intervals do no harm.
    pub fn new(speech: &[Range<Frames>], rate: SampleRate) -> Self {
        let frames = |ms: u32| rate.frames_in_ms(ms).0;
        let mut speech: Vec<Range<u64>> =
            speech.iter().map(|range| range.start.0..range.end.0).filter(|range| !range.is_empty()).collect();
        speech.sort_by_key(|range| (range.start, range.end));
        let mut down: Vec<Range<u64>> = Vec::new();
        for range in speech {
            match down.last_mut() {
                Some(last) if range.start < last.end + frames(HOLD_MS) => last.end = last.end.max(range.end),
                _ => down.push(range),
            }
        }
        for range in &mut down {
            range.start = range.start.saturating_sub(frames(BEFORE_MS));
        }
        let (fall, rise) = (frames(DOWN_MS).max(1), frames(UP_MS).max(1));
        Self { depth_db: DUCK_DB, floor: db_to_linear(DUCK_DB) as f32, down, fall, rise }
    }

    /// The same, with another depth; 0 leaves the bed where it is.
    #[must_use]
    pub fn with_depth_db(self, depth_db: f64) -> Self {
        Self { depth_db, floor: db_to_linear(depth_db) as f32, ..self }
    }

    /// The linear gain of a frame.
    pub fn gain_at(&self, frame: Frames) -> f32 {
        self.gain(frame.0, self.next_after(frame.0))
    }

    /// Fills a block with the gains of the frames from `at` on.
    pub fn fill(&self, at: Frames, gains: &mut [f32]) {
        let mut next = self.next_after(at.0);
        for (frame, gain) in (at.0..).zip(gains) {
            while self.down.get(next).is_some_and(|range| range.end <= frame) {
                next += 1;
            }
            *gain = self.gain(frame, next);
        }
    }

    /// The first interval that ends after a frame.
    fn next_after(&self, frame: u64) -> usize {
        self.down.partition_point(|range| range.end <= frame)
    }

    fn gain(&self, frame: u64, next: usize) -> f32 {
        // How far down, from 0 to 1: by what comes and by what has been; in a short gap the ways meet.
        let coming = self.down.get(next).map_or(0.0, |range| {
            1.0 - (range.start.saturating_sub(frame) as f64 / self.fall as f64).min(1.0)
        });
        let gone = next
            .checked_sub(1)
            .and_then(|last| self.down.get(last))
            .map_or(0.0, |range| 1.0 - ((frame - range.end) as f64 / self.rise as f64).min(1.0));
        let part = coming.max(gone);
        if part <= 0.0 {
            1.0
        } else if part >= 1.0 {
            self.floor
        } else {
            db_to_linear(self.depth_db * part) as f32
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: SampleRate = SampleRate(1_000);

    fn duck(speech: &[(u64, u64)]) -> Duck {
        let speech: Vec<_> = speech.iter().map(|&(start, end)| Frames(start)..Frames(end)).collect();
        Duck::new(&speech, RATE)
    }

    fn db_at(duck: &Duck, frame: u64) -> f64 {
        20.0 * f64::from(duck.gain_at(Frames(frame))).log10()
    }

    #[test]
    fn the_curve_follows_the_script() {
        let duck = duck(&[(2_000, 3_000), (4_000, 5_000), (7_000, 8_000)]);
        for (frame, expected_db) in [
            (0, 0.0),
            (1_550, 0.0),
            (1_725, -9.0),
            (1_900, -18.0),
            (2_500, -18.0),
            (3_500, -18.0), // a gap of 1 s is held through
            (4_999, -18.0),
            (5_500, -9.0),
            (6_000, 0.0),
            (6_550, 0.0),
            (6_725, -9.0),
            (8_500, -9.0),
            (9_500, 0.0),
        ] {
            assert!((db_at(&duck, frame) - expected_db).abs() < 0.05, "{frame}: {} dB", db_at(&duck, frame));
        }
    }

    #[test]
    fn in_a_gap_just_long_enough_up_and_down_meet_without_a_step() {
        let duck = duck(&[(1_000, 2_000), (3_600, 4_000)]);
        let mut gains = vec![0.0; 6_000];
        duck.fill(Frames(0), &mut gains);
        let steepest_db = gains.windows(2).map(|w| (20.0 * (w[1] / w[0]).log10()).abs()).fold(0.0, f32::max);
        assert!(steepest_db < 18.0 / 350.0 * 1.01, "{steepest_db} dB a frame");
        assert!(gains[3_050] > 0.99);
    }

    #[test]
    fn filling_is_asking_frame_by_frame() {
        let duck = duck(&[(4_000, 5_000), (100, 300), (200, 250), (900, 900), (9_000, 12_000)]);
        for start in [0, 150, 4_321, 20_000] {
            let mut gains = vec![0.0; 3_000];
            duck.fill(Frames(start), &mut gains);
            for (frame, gain) in (start..).zip(&gains) {
                assert_eq!(duck.gain_at(Frames(frame)).to_bits(), gain.to_bits(), "{frame}");
            }
        }
    }

    #[test]
    fn speech_at_the_very_start_and_none_at_all() {
        assert!((db_at(&duck(&[(0, 10)]), 0) + 18.0).abs() < 0.01);
        assert!((db_at(&duck(&[]), 7)).abs() < 1e-6);
        assert!((db_at(&duck(&[(0, 10)]).with_depth_db(0.0), 0)).abs() < 1e-6);
    }
}
