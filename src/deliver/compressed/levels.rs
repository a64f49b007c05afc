//! Loudness and true peak of a file that is not what went into it.
//!
//! A lossy coder moves phases and adds noise, so that what is decoded has other peaks than what was coded: on limited
//! speech 0.2 to 0.6 dB higher from LAME and 0.6 to 1.1 from Opus, on white noise 1.3 and 3.3. How much cannot be known
//! but by decoding. So: limit, code, decode, measure; where a peak is over, lower the limiter's ceiling by as much and do
//! it again. The gain that brings the loudness under a ceiling is found before, without the coder, by limiting and
//! metering alone, which takes a tenth of the time; what the coder itself takes from the loudness is added on the next
//! pass.

use super::read::check_length;
use super::write::Out;
use super::{Codec, Encoded, Settings};
use crate::Result;
use crate::deliver::wav::Pcm;
use crate::sound::limiter::Limiter;
use crate::sound::loudness::{Channels, Loudness, Meter};
use crate::units::{Dbtp, Lufs, SampleRate, db_to_linear};
use std::cmp::Ordering;

/// Frames in a block on their way to the coder.
const BLOCK_FRAMES: usize = 4_096;

/// Passes before what was reached is taken.
const MOST_PASSES: usize = 5;

/// Gains tried before a pass.
const MOST_TRIALS: usize = 6;

/// How near the target a pass must come to be the last: another meter may read 0.1 LU beside ours.
const TOLERANCE_LU: f64 = 0.1;

/// How near a trial must come, which leaves the rest to the coder.
const TRIAL_TOLERANCE_LU: f64 = 0.03;

/// What another gain must bring to count as better.
const WORTH_LU: f64 = 0.05;

/// A decibel of gain that brings less than this in LU only feeds the limiter.
const LEAST_SLOPE: f64 = 0.1;

/// A ceiling that was passed is lowered by as much and this, for each pass so far: the overshoot of the next one is
/// another.
const STEP_DB: f64 = 0.05;

/// Gain on top of the WAV's. The WAV is at its target already: where 6 dB do not bring it there under the ceiling, more
/// only makes it worse to hear.
const GAINS_DB: std::ops::RangeInclusive<f64> = -20.0..=6.0;

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

/// What a file should be.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    lufs: f64,
    peak_dbtp: f64,
}

/// What a pass is made with.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Levels {
    gain_db: f64,
    ceiling_dbtp: f64,
}

/// What a decoder gave back.
#[derive(Debug, Clone, Copy)]
struct Heard {
    loudness: Option<Lufs>,
    peak: Dbtp,
}

/// What came of it.
#[derive(Debug, Clone, Copy)]
struct Pass {
    levels: Levels,
    heard: Heard,
    max_reduction_db: f64,
}

/// Where levels are tried.
trait Bench {
    /// Loudness after limiting, before the coder.
    fn limited(&mut self, levels: Levels) -> Result<Option<Lufs>>;

    /// A whole pass.
    fn make(&mut self, levels: Levels) -> Result<Pass>;
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
    let wanted = Wanted { lufs: target.0.0, peak_dbtp: settings.peak_dbtp.0.min(target.1.0) };
    let overshoot_db = coder.overshoot_db();
    let mut studio = Studio { coder, pcm, out, passes: 0 };
    let best = search(wanted, wanted.peak_dbtp - overshoot_db, &mut studio)?;
    let Studio { coder, pcm, out, passes } = studio;
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
fn search(wanted: Wanted, ceiling_dbtp: f64, bench: &mut dyn Bench) -> Result<Pass> {
    let (first, mut reached) = settle(wanted.lufs, Levels { gain_db: 0.0, ceiling_dbtp }, bench)?;
    let mut made = bench.make(first.levels)?;
    let (mut best, mut limited) = (made, first.lufs);
    for number in 1..MOST_PASSES {
        let over_db = made.heard.peak.0 - wanted.peak_dbtp;
        if over_db <= 0.0 && (!reached || off_lu(wanted, &made).abs() <= TOLERANCE_LU) {
            break;
        }
        // What the coder took, or its noise added.
        let coder_lu = made.heard.loudness.zip(limited).map_or(0.0, |(heard, limited)| heard.0 - limited);
        let lowered = if over_db > 0.0 { over_db + STEP_DB * number as f64 } else { 0.0 };
        let ceiling_dbtp = (made.levels.ceiling_dbtp - lowered).max(LOWEST_CEILING_DBTP);
        let (trial, brought) = settle(wanted.lufs - coder_lu, Levels { ceiling_dbtp, ..made.levels }, bench)?;
        if trial.levels == made.levels {
            break;
        }
        (limited, reached) = (trial.lufs, brought);
        made = bench.make(trial.levels)?;
        if better(wanted, &made, &best) {
            best = made;
        }
    }
    if made.levels == best.levels { Ok(made) } else { bench.make(best.levels) }
}

/// A gain tried without the coder.
#[derive(Debug, Clone, Copy)]
struct Trial {
    levels: Levels,
    lufs: Option<f64>,
}

/// The gain that brings what is limited to a loudness, and whether it does; silence needs none.
fn settle(lufs: f64, from: Levels, bench: &mut dyn Bench) -> Result<(Trial, bool)> {
    let mut now = Trial { levels: from, lufs: bench.limited(from)?.map(|lufs| lufs.0) };
    let mut best = now;
    let off_lu = |trial: &Trial| trial.lufs.map_or(0.0, |reached| lufs - reached);
    let mut slope: f64 = 1.0;
    for _ in 1..MOST_TRIALS {
        if off_lu(&now).abs() <= TRIAL_TOLERANCE_LU {
            return Ok((now, true));
        }
        let gain_db = now.levels.gain_db + off_lu(&now) / slope.clamp(0.25, 1.0);
        let levels = Levels { gain_db: gain_db.clamp(*GAINS_DB.start(), *GAINS_DB.end()), ..from };
        if levels == now.levels {
            break;
        }
        let before =
            std::mem::replace(&mut now, Trial { levels, lufs: bench.limited(levels)?.map(|lufs| lufs.0) });
        if off_lu(&now).abs() < off_lu(&best).abs() - WORTH_LU {
            best = now;
        }
        slope = (off_lu(&before) - off_lu(&now)) / (now.levels.gain_db - before.levels.gain_db);
        if slope < LEAST_SLOPE {
            break;
        }
    }
    let reached = off_lu(&now).abs() <= TRIAL_TOLERANCE_LU;
    Ok((if reached { now } else { best }, reached))
}

/// Whether a pass is nearer to what is wanted than another: the peak counts first, and loudness only where it is worth
/// the gain.
fn better(wanted: Wanted, made: &Pass, other: &Pass) -> bool {
    let over_db = |pass: &Pass| (pass.heard.peak.0 - wanted.peak_dbtp).max(0.0);
    match over_db(made).total_cmp(&over_db(other)) {
        Ordering::Less => true,
        Ordering::Greater => false,
        Ordering::Equal => off_lu(wanted, made).abs() < off_lu(wanted, other).abs() - WORTH_LU,
    }
}

/// Loudness that is missing; none where there is no loudness.
fn off_lu(wanted: Wanted, made: &Pass) -> f64 {
    made.heard.loudness.map_or(0.0, |heard| wanted.lufs - heard.0)
}

/// The bench of a real file.
struct Studio<'a, 'b, 'c> {
    coder: &'a mut dyn Coder,
    pcm: &'a mut Pcm<'b>,
    out: &'a mut Out<'c>,
    passes: usize,
}

impl Bench for Studio<'_, '_, '_> {
    fn limited(&mut self, levels: Levels) -> Result<Option<Lufs>> {
        let mut source = Limited::new(self.pcm, levels, 0.0)?;
        let mut meter = Loudness::new(layout(source.channels), SampleRate::PROGRAMME)?;
        let mut block = Vec::new();
        loop {
            source.pull(&mut block)?;
            if block.is_empty() {
                return Ok(meter.integrated());
            }
            meter.add(&block);
        }
    }

    fn make(&mut self, levels: Levels) -> Result<Pass> {
        self.passes += 1;
        self.out.restart()?;
        let mut source = Limited::new(self.pcm, levels, self.coder.loss_db())?;
        self.coder.write(&mut |block| source.pull(block), self.out)?;
        let (channels, max_reduction_db) = (source.channels, source.limiter.max_reduction_db());
        let mut meter = Meter::new(layout(channels), SampleRate::PROGRAMME)?;
        let mut samples = 0;
        self.coder.read(self.out, &mut |block| {
            samples += block.len() as u64;
            meter.add(block);
            Ok(())
        })?;
        check_length(self.coder.codec(), samples, self.pcm.frames().0, channels as u64)?;
        let heard = Heard { loudness: meter.integrated(), peak: meter.true_peak() };
        Ok(Pass { levels, heard, max_reduction_db })
    }
}

/// The samples with gain, limited, and what the coder will lose on top.
struct Limited<'a, 'b> {
    pcm: &'a mut Pcm<'b>,
    channels: usize,
    limiter: Limiter,
    gain: f32,
    makeup: f32,
    samples: Vec<f32>,
    finished: bool,
}

impl<'a, 'b> Limited<'a, 'b> {
    fn new(pcm: &'a mut Pcm<'b>, levels: Levels, loss_db: f64) -> Result<Self> {
        let channels = usize::from(pcm.format().channels);
        pcm.rewind();
        Ok(Self {
            pcm,
            channels,
            limiter: Limiter::new(channels, SampleRate::PROGRAMME, Dbtp(levels.ceiling_dbtp))?,
            gain: db_to_linear(levels.gain_db) as f32,
            makeup: db_to_linear(loss_db) as f32,
            samples: Vec::new(),
            finished: false,
        })
    }

    /// The next block; an empty one at the end.
    fn pull(&mut self, block: &mut Vec<f32>) -> Result<()> {
        block.clear();
        while block.is_empty() && !self.finished {
            if self.pcm.read_f32(BLOCK_FRAMES, &mut self.samples)? == 0 {
                self.limiter.finish(block);
                self.finished = true;
            } else {
                for sample in &mut self.samples {
                    *sample *= self.gain;
                }
                self.limiter.process(&self.samples, block);
            }
        }
        for sample in block {
            *sample *= self.makeup;
        }
        Ok(())
    }
}

fn layout(channels: usize) -> Channels {
    if channels == 1 { Channels::Mono } else { Channels::Stereo }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: Wanted = Wanted { lufs: -16.0, peak_dbtp: -2.0 };

    /// A sound of a loudness and a peak, and a coder, as formulas.
    #[derive(Default)]
    struct Model {
        lufs: f64,
        /// By how far gain may pass the ceiling before it costs loudness.
        room_db: f64,
        /// LU of each decibel past that.
        slope: f64,
        /// What decoded peaks are higher by, one for each pass and the last for all others.
        overshoots_db: Vec<f64>,
        /// What coding adds to the loudness.
        coder_lu: f64,
        trials: usize,
        made: Vec<Levels>,
    }

    impl Bench for Model {
        fn limited(&mut self, levels: Levels) -> Result<Option<Lufs>> {
            self.trials += 1;
            let past = (levels.gain_db - 1.0 - levels.ceiling_dbtp - self.room_db).max(0.0);
            Ok(Some(Lufs(self.lufs + levels.gain_db - (1.0 - self.slope) * past)))
        }

        fn make(&mut self, levels: Levels) -> Result<Pass> {
            // The same levels give the same file.
            let number = self.made.iter().position(|old| *old == levels).unwrap_or(self.made.len());
            let overshoot_db = self.overshoots_db[number.min(self.overshoots_db.len() - 1)];
            self.made.push(levels);
            let loudness = self.limited(levels)?.map(|lufs| Lufs(lufs.0 + self.coder_lu));
            let peak = Dbtp((levels.gain_db - 1.0).min(levels.ceiling_dbtp) + overshoot_db);
            Ok(Pass { levels, heard: Heard { loudness, peak }, max_reduction_db: 0.0 })
        }
    }

    #[test]
    fn levels_are_found_in_few_passes() {
        for (ceiling_dbtp, lufs, room_db, overshoot_db, coder_lu, most) in [
            (-2.0, -16.0, 9.0, -0.1, 0.0, 1),
            (-3.0, -16.0, 9.0, 0.9, 0.05, 1),
            (-3.0, -16.0, 9.0, 0.9, -0.4, 2),
            (-2.0, -16.0, 9.0, 1.2, 0.0, 2),
            (-3.0, -16.0, 1.0, 0.9, 0.0, 1),
            (-3.0, -17.5, 2.0, 1.5, -0.2, 2),
            (-2.5, -12.3, 0.5, 1.5, 0.2, 3),
        ] {
            let overshoots_db = vec![overshoot_db];
            let mut model = Model { lufs, room_db, slope: 0.5, overshoots_db, coder_lu, ..Model::default() };
            let best = search(WANTED, ceiling_dbtp, &mut model).unwrap();
            let case = format!("{ceiling_dbtp} {lufs} {room_db} {overshoot_db}: {best:?}, {:?}", model.made);
            assert!(best.heard.peak.0 <= -2.0, "{case}");
            assert!(off_lu(WANTED, &best).abs() <= TOLERANCE_LU, "{case}");
            assert!(model.made.len() <= most && model.trials <= 6 * most + most, "{case}");
        }
    }

    #[test]
    fn the_ceiling_wins_where_both_cannot_be_had() {
        let mut model = Model { lufs: -30.0, slope: 0.5, overshoots_db: vec![1.2], ..Model::default() };
        let best = search(WANTED, -3.0, &mut model).unwrap();
        assert!(best.heard.peak.0 <= -2.0 && best.levels.gain_db <= *GAINS_DB.end(), "{best:?}");
        assert!(best.heard.loudness.unwrap().0 > -30.0 && model.made.len() == 2, "{best:?}");
    }

    #[test]
    fn of_passes_that_all_fail_the_best_is_made_last() {
        let overshoots_db = vec![3.0, 3.2, 5.3, 8.0, 12.0];
        let mut model = Model { lufs: -16.0, room_db: 99.0, slope: 1.0, overshoots_db, ..Model::default() };
        let best = search(WANTED, -2.0, &mut model).unwrap();
        // However low the ceiling, the peaks are over by 3, 0.15, 2, 2.55, 3.8 dB.
        assert_eq!(model.made.len(), MOST_PASSES + 1, "{:?}", model.made);
        assert_eq!((best.levels, model.made[5]), (model.made[1], model.made[1]));
    }

    #[test]
    fn gain_that_brings_nothing_is_not_given() {
        // All of it goes into the limiter.
        let mut model = Model { lufs: -19.0, slope: 0.01, overshoots_db: vec![0.5], ..Model::default() };
        let best = search(WANTED, -3.0, &mut model).unwrap();
        assert_eq!((best.levels.gain_db, model.made.len()), (0.0, 1));
    }

    #[test]
    fn silence_is_done_at_once() {
        struct Silence(usize);
        impl Bench for Silence {
            fn limited(&mut self, _: Levels) -> Result<Option<Lufs>> {
                Ok(None)
            }
            fn make(&mut self, levels: Levels) -> Result<Pass> {
                self.0 += 1;
                let heard = Heard { loudness: None, peak: Dbtp(f64::NEG_INFINITY) };
                Ok(Pass { levels, heard, max_reduction_db: 0.0 })
            }
        }
        let mut silence = Silence(0);
        search(WANTED, -3.0, &mut silence).unwrap();
        assert_eq!(silence.0, 1);
    }
}
