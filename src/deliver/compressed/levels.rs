//! Loudness and true peak of a file that is not what went into it.
//!
//! A lossy coder moves phases and adds noise, so that what is decoded has other peaks than what was coded: on limited
//! speech 0.2 to 0.6 dB higher from LAME and 0.6 to 1.1 from Opus, on white noise 1.3 and 3.3. How much cannot be known
//! but by decoding. So: limit, code, decode, measure; where a peak is over, lower the limiter's ceiling by as much; where
//! loudness is off, correct the gain along the measured slope, as [`crate::programme::master`] does.

use super::read::check_length;
use super::write::Out;
use super::{Codec, Encoded, Heard, Settings};
use crate::Result;
use crate::deliver::wav::Pcm;
use crate::sound::limiter::Limiter;
use crate::sound::loudness::{Channels, Meter};
use crate::units::{Dbtp, Lufs, SampleRate, db_to_linear};
use std::cmp::Ordering;

/// Frames in a block on their way to the coder.
const BLOCK_FRAMES: usize = 4_096;

/// Passes before what was reached is taken.
const MOST_PASSES: usize = 5;

/// How near the target a pass must come to be the last: another meter may read 0.1 LU beside ours.
const TOLERANCE_LU: f64 = 0.1;

/// What another pass must bring to count as better.
const WORTH_LU: f64 = 0.05;

/// A decibel of gain that brings less than this in LU only feeds the limiter.
const LEAST_SLOPE: f64 = 0.1;

/// A ceiling that was passed is lowered by as much and this, for each pass so far: the overshoot of the next one is
/// another.
const STEP_DB: f64 = 0.05;

/// The most gain on top of the WAV's, and below it. The WAV is at its target already: where 6 dB do not bring it there
/// under the ceiling, more only makes it worse to hear.
const MOST_GAIN_DB: f64 = 6.0;

/// The lowest ceiling the limiter is given.
const LOWEST_CEILING_DBTP: f64 = -40.0;

/// A codec that keeps less than it is given.
pub(super) trait Coder {
    /// Which one.
    fn codec(&self) -> Codec;

    /// By how much what is decoded is softer than what is coded.
    fn loss_db(&self) -> f64;

    /// By how much what is decoded is usually higher at its peaks than what is coded.
    fn overshoot_db(&self) -> f64;

    /// Chapters there is no room for.
    fn chapters_left_out(&self) -> usize;

    /// Writes a file of what `pull` gives in blocks, an empty one at the end.
    fn write(&mut self, pull: &mut dyn FnMut(&mut Vec<f32>) -> Result<()>, out: &mut Out<'_>) -> Result<()>;

    /// Decodes that file.
    fn read(&mut self, out: &mut Out<'_>, heard: &mut dyn FnMut(&[f32]) -> Result<()>) -> Result<()>;
}

/// What a pass is made with.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Levels {
    gain_db: f64,
    ceiling: f64,
}

/// What came of it.
#[derive(Debug, Clone, Copy)]
struct Pass {
    levels: Levels,
    heard: Heard,
    max_reduction_db: f64,
}

/// Brings a file to `target`; its peak at or under the lower of the target's and the settings'.
///
/// # Errors
/// The coder's, and those of reading and writing.
pub(super) fn encode(
    coder: &mut dyn Coder,
    pcm: &mut Pcm<'_>,
    target: (Lufs, Dbtp),
    settings: &Settings,
    out: &mut Out<'_>,
) -> Result<Encoded> {
    let wanted = Heard { loudness: Some(target.0), peak: Dbtp(settings.peak_dbtp.0.min(target.1.0)) };
    let start = Levels { gain_db: 0.0, ceiling: wanted.peak.0 - coder.overshoot_db() };
    let mut passes = 0;
    let mut make = |levels: Levels| {
        passes += 1;
        pass(coder, pcm, levels, out)
    };
    let best = search(wanted, start, &mut make)?;
    Ok(Encoded {
        bytes: out.bytes(),
        frames: pcm.frames(),
        loudness: best.heard.loudness,
        peak: best.heard.peak,
        gain_db: best.levels.gain_db,
        max_reduction_db: best.max_reduction_db,
        passes,
        chapters_left_out: coder.chapters_left_out(),
    })
}

/// Makes passes until one will do; the last one made is the best there was.
fn search(wanted: Heard, start: Levels, make: &mut dyn FnMut(Levels) -> Result<Pass>) -> Result<Pass> {
    let mut made = make(start)?;
    let (mut best, mut before) = (made, None);
    for number in 1..MOST_PASSES {
        let Some(levels) = next(wanted, &made, before.as_ref(), number) else { break };
        before = Some(made);
        made = make(levels)?;
        if better(wanted, &made, &best) {
            best = made;
        }
    }
    if made.levels == best.levels { Ok(made) } else { make(best.levels) }
}

/// Whether a pass is nearer to what is wanted than another: the peak counts first, and loudness only where it is worth
/// the gain.
fn better(wanted: Heard, made: &Pass, other: &Pass) -> bool {
    let over_db = |pass: &Pass| (pass.heard.peak.0 - wanted.peak.0).max(0.0);
    match over_db(made).total_cmp(&over_db(other)) {
        Ordering::Less => true,
        Ordering::Greater => false,
        Ordering::Equal => off_lu(wanted, made).abs() < off_lu(wanted, other).abs() - WORTH_LU,
    }
}

/// Loudness that is missing; none where there is no loudness.
fn off_lu(wanted: Heard, made: &Pass) -> f64 {
    match (wanted.loudness, made.heard.loudness) {
        (Some(wanted), Some(heard)) => wanted.0 - heard.0,
        _ => 0.0,
    }
}

/// What to try after `made`; `None` where it will do or nothing is left to try.
fn next(wanted: Heard, made: &Pass, before: Option<&Pass>, number: usize) -> Option<Levels> {
    let Levels { gain_db, ceiling } = made.levels;
    let (over_db, off_lu) = (made.heard.peak.0 - wanted.peak.0, off_lu(wanted, made));
    if over_db <= 0.0 && off_lu.abs() <= TOLERANCE_LU {
        return None;
    }
    let lowered = if over_db > 0.0 { over_db + STEP_DB * number as f64 } else { 0.0 };
    // What a decibel of gain brought, where nothing else was changed.
    let slope = before
        .filter(|before| before.levels.ceiling.to_bits() == ceiling.to_bits())
        .and_then(|before| Some((before, before.heard.loudness?.0, made.heard.loudness?.0)))
        .map(|(before, lufs, reached)| (reached - lufs) / (gain_db - before.levels.gain_db))
        .filter(|slope| slope.is_finite());
    if over_db <= 0.0 && slope.is_some_and(|slope| slope < LEAST_SLOPE) {
        return None;
    }
    let slope = slope.map_or(1.0, |slope| slope.clamp(0.25, 1.0));
    let levels = Levels {
        gain_db: (gain_db + off_lu / slope).clamp(-MOST_GAIN_DB, MOST_GAIN_DB),
        ceiling: (ceiling - lowered).max(LOWEST_CEILING_DBTP),
    };
    (levels != made.levels).then_some(levels)
}

/// Writes and reads back once.
fn pass(coder: &mut dyn Coder, pcm: &mut Pcm<'_>, levels: Levels, out: &mut Out<'_>) -> Result<Pass> {
    let rate = SampleRate::PROGRAMME;
    let channels = usize::from(pcm.format().channels);
    let mut limiter = Limiter::new(channels, rate, Dbtp(levels.ceiling))?;
    let gain = db_to_linear(levels.gain_db) as f32;
    let makeup = db_to_linear(coder.loss_db()) as f32;
    let mut mastered = Vec::new();
    let mut finished = false;
    pcm.rewind();
    out.restart()?;
    let mut pull = |block: &mut Vec<f32>| -> Result<()> {
        block.clear();
        while block.is_empty() && !finished {
            if pcm.read_f32(BLOCK_FRAMES, &mut mastered)? == 0 {
                limiter.finish(block);
                finished = true;
            } else {
                for sample in &mut mastered {
                    *sample *= gain;
                }
                limiter.process(&mastered, block);
            }
        }
        for sample in block {
            *sample *= makeup;
        }
        Ok(())
    };
    coder.write(&mut pull, out)?;
    let layout = if channels == 1 { Channels::Mono } else { Channels::Stereo };
    let mut meter = Meter::new(layout, rate)?;
    let mut samples = 0;
    coder.read(out, &mut |block| {
        samples += block.len() as u64;
        meter.add(block);
        Ok(())
    })?;
    check_length(coder.codec(), samples, pcm.frames().0, channels as u64)?;
    Ok(Pass {
        levels,
        heard: Heard { loudness: meter.integrated(), peak: meter.true_peak() },
        max_reduction_db: limiter.max_reduction_db(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: Heard = Heard { loudness: Some(Lufs(-16.0)), peak: Dbtp(-2.0) };

    /// A coder as a formula: limiting past `room_db` takes half of the gain, decoded peaks are `overshoot_db` higher.
    fn model(levels: Levels, lufs: f64, peak: f64, room_db: f64, overshoot_db: f64) -> Pass {
        let limited = (peak + levels.gain_db).min(levels.ceiling);
        let squeezed = (peak + levels.gain_db - levels.ceiling - room_db).max(0.0);
        let heard = Heard {
            loudness: Some(Lufs(lufs + levels.gain_db - 0.5 * squeezed)),
            peak: Dbtp(limited + overshoot_db),
        };
        Pass { levels, heard, max_reduction_db: squeezed }
    }

    fn found(start: f64, lufs: f64, room_db: f64, overshoot_db: f64) -> (Pass, usize) {
        let mut passes = 0;
        let start = Levels { gain_db: 0.0, ceiling: start };
        let best = search(WANTED, start, &mut |levels| {
            passes += 1;
            Ok(model(levels, lufs, -1.0, room_db, overshoot_db))
        });
        (best.unwrap(), passes)
    }

    #[test]
    fn levels_are_found_in_few_passes() {
        for (start, lufs, room_db, overshoot_db, most) in [
            (-2.0, -16.0, 9.0, -0.1, 1),
            (-3.0, -16.0, 9.0, 0.9, 1),
            (-2.0, -16.0, 9.0, 1.2, 2),
            (-2.0, -16.5, 9.0, 0.0, 2),
            (-3.0, -16.0, 1.0, 0.9, 4),
            (-3.0, -17.5, 3.0, 1.5, 4),
        ] {
            let (best, passes) = found(start, lufs, room_db, overshoot_db);
            let case = format!("{start} {lufs} {room_db} {overshoot_db}: {best:?} in {passes}");
            assert!(best.heard.peak.0 <= -2.0, "{case}");
            assert!((best.heard.loudness.unwrap().0 + 16.0).abs() <= TOLERANCE_LU, "{case}");
            assert!(passes <= most, "{case}");
        }
    }

    #[test]
    fn the_ceiling_wins_where_both_cannot_be_had() {
        let (best, passes) = found(-3.0, -30.0, 0.0, 1.0);
        assert!(best.heard.peak.0 <= -2.0 && best.levels.gain_db <= MOST_GAIN_DB, "{best:?}");
        assert!(best.heard.loudness.unwrap().0 > -30.0 && passes <= MOST_PASSES + 1, "{best:?}");
    }

    #[test]
    fn of_passes_that_all_fail_the_best_is_made_last() {
        let mut made = Vec::new();
        let peaks = [-1.0, -1.9, -1.5, -1.2, -1.4];
        let best = search(WANTED, Levels { gain_db: 0.0, ceiling: -2.0 }, &mut |levels: Levels| {
            // The same levels give the same file.
            let known = made.iter().position(|old: &Levels| *old == levels);
            let peak = Dbtp(peaks[known.unwrap_or(made.len())]);
            made.push(levels);
            Ok(Pass { levels, heard: Heard { loudness: None, peak }, max_reduction_db: 0.0 })
        });
        assert_eq!(made.len(), MOST_PASSES + 1);
        assert_eq!((best.unwrap().levels, made[5]), (made[1], made[1]));
    }

    #[test]
    fn gain_that_brings_nothing_is_not_given() {
        // All of it goes into the limiter.
        let mut made = Vec::new();
        let best = search(WANTED, Levels { gain_db: 0.0, ceiling: -3.0 }, &mut |levels: Levels| {
            made.push(levels);
            let loudness = Some(Lufs(-19.0 + 0.01 * levels.gain_db));
            Ok(Pass { levels, heard: Heard { loudness, peak: Dbtp(-2.5) }, max_reduction_db: 0.0 })
        });
        assert_eq!((best.unwrap().levels.gain_db, made.len()), (0.0, 3));
    }

    #[test]
    fn silence_is_done_at_once() {
        let mut passes = 0;
        let heard = Heard { loudness: None, peak: Dbtp(f64::NEG_INFINITY) };
        search(WANTED, Levels { gain_db: 0.0, ceiling: -2.0 }, &mut |levels| {
            passes += 1;
            Ok(Pass { levels, heard, max_reduction_db: 0.0 })
        })
        .unwrap();
        assert_eq!(passes, 1);
    }
}
