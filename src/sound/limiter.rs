//! The look-ahead true-peak limiter that ends the mastering chain.
//!
//! What never exceeds the ceiling passes bit for bit. Where something does, the gain is lowered ahead of it along a
//! smooth curve and comes back slowly, the same for every channel, so that the image does not move.

use crate::sound::true_peak::{BLOCK, Interpolator, Lanes, REACH, WINDOW};
use crate::units::{Dbtp, SampleRate, db_to_linear, linear_to_db};
use crate::{Error, Result};
use std::collections::VecDeque;

/// How far under the asked ceiling the limiter works, for what interpolators disagree about.
const MARGIN_DB: f64 = 0.1;

/// Treble under this part of the ceiling is left out of account: [`MARGIN_DB`] is 0.011.
const TREBLE_FLOOR: f32 = 0.004;

/// Length of each of the two averages that round the gain curve.
const SMOOTHING_MS: f64 = 2.5;

/// Time constant of the gain's return.
const RELEASE_MS: f64 = 60.0;

/// Frames by which the lowest gain is reached early, so that an interpolated peak, which depends on its neighbours,
/// finds them lowered too.
const GUARD: usize = 24;

/// Steps of the fixed-point reduction: sums over whole numbers leave nothing behind, so the gain returns to exactly 1.
const FULL: f64 = (1u64 << 30) as f64;

/// A streaming true-peak limiter over interleaved frames, its channels linked.
///
/// Output is as long as input, aligned to it, and does not depend on how the input was cut into blocks. Samples that
/// are not numbers count as silence.
///
/// How: required gain, sliding minimum over the look-ahead, instant
/// attack and exponential release, two box averages. The gain is worked out from 5 ms before the first sample, or
/// peaks at the very start would pass.
///
/// # Examples
/// ```
/// use bulletin::sound::limiter::Limiter;
/// use bulletin::units::{Dbtp, SampleRate};
/// let mut limiter = Limiter::new(1, SampleRate::PROGRAMME, Dbtp(-1.0))?;
/// let mut out = Vec::new();
/// limiter.process(&[0.5, -0.5, 0.25], &mut out);
/// limiter.finish(&mut out);
/// assert_eq!(out, [0.5, -0.5, 0.25]);
/// assert_eq!(limiter.max_reduction_db(), 0.0);
/// # Ok::<(), bulletin::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Limiter {
    interpolator: Interpolator,
    /// The highest level let through, linear.
    ceiling: f32,
    gain: GainCurve,
    /// Frames held: those whose gain is not settled, and those that interpolation looks back on.
    held: Lanes,
    /// Position in `held` of the next frame to be given out.
    to_emit: usize,
    /// Position in `held` of the next frame to be looked at.
    to_look: usize,
    /// Reduction the interval before `to_look` asks for.
    carried: f64,
    lowest_gain: f32,
}

impl Limiter {
    /// A limiter that has heard nothing.
    ///
    /// # Errors
    /// [`Error::Sound`] for no channel or more than 64, a rate outside 8 to 768 kHz, or a ceiling outside −60 to 0.
    pub fn new(channels: usize, rate: SampleRate, ceiling: Dbtp) -> Result<Self> {
        if !(8_000..=768_000).contains(&rate.0) {
            return Err(Error::Sound(format!("the limiter works at 8 to 768 kHz, not at {} Hz", rate.0)));
        }
        if !(-60.0..=0.0).contains(&ceiling.0) {
            return Err(Error::Sound(format!("a ceiling of {ceiling} where -60 to 0 dBTP can be kept")));
        }
        Ok(Self {
            interpolator: Interpolator::new(),
            ceiling: db_to_linear(ceiling.0 - MARGIN_DB) as f32,
            gain: GainCurve::new(rate),
            held: Lanes::new(channels)?,
            to_emit: Lanes::LEAD,
            to_look: Lanes::LEAD - 1,
            carried: 0.0,
            lowest_gain: 1.0,
        })
    }

    /// Takes in interleaved samples and appends to `out` those whose gain is settled.
    pub fn process(&mut self, input: &[f32], out: &mut Vec<f32>) {
        // In portions, so that what is held does not grow with the slice it is given.
        for portion in input.chunks(16_384) {
            self.held.push(portion);
            while self.held.frames() >= self.to_look + BLOCK + REACH {
                self.look(out);
            }
            self.discard();
        }
    }

    /// Appends what is left and makes the limiter ready for another programme.
    pub fn finish(&mut self, out: &mut Vec<f32>) {
        let channels = self.held.lanes.len();
        let stray = self.held.stray();
        let padding = if stray == 0 { 0 } else { channels - stray };
        self.held.push(&vec![0.0; padding]);
        let end = self.held.frames();
        let silence = vec![0.0; channels * BLOCK];
        while self.to_emit < end {
            while self.held.frames() < self.to_look + BLOCK + REACH {
                self.held.push(&silence);
            }
            self.look(out);
        }
        out.truncate(out.len() - (self.to_emit - end) * channels - padding);
        for lane in &mut self.held.lanes {
            lane.clear();
            lane.resize(Lanes::LEAD, 0.0);
        }
        (self.to_emit, self.to_look, self.carried) = (Lanes::LEAD, Lanes::LEAD - 1, 0.0);
        self.gain.reset();
    }

    /// The deepest reduction so far, in decibels from 0 up.
    pub fn max_reduction_db(&self) -> f64 {
        -linear_to_db(f64::from(self.lowest_gain)).min(0.0) + 0.0
    }

    /// Looks at one block of intervals and gives out the frames whose gain it settles.
    fn look(&mut self, out: &mut Vec<f32>) {
        let from = self.to_look + 1 - REACH;
        let mut highest = [0.0f32; BLOCK];
        let mut over = false;
        for lane in &self.held.lanes {
            let window = &lane[from..from + WINDOW];
            if self.interpolator.bound(window) > self.ceiling {
                over = true;
                let mut peaks = [0.0; BLOCK];
                self.interpolator.peaks(window, &mut peaks);
                self.interpolator.add_treble(window, TREBLE_FLOOR * self.ceiling, &mut peaks);
                for (high, peak) in highest.iter_mut().zip(peaks) {
                    *high = high.max(peak);
                }
            }
        }
        let mut gains = [1.0f32; BLOCK];
        if over || self.carried > 0.0 || !self.gain.is_idle() {
            for (gain, peak) in gains.iter_mut().zip(highest) {
                let wanted = if peak > self.ceiling { 1.0 - f64::from(self.ceiling / peak) } else { 0.0 };
                *gain = self.gain.next(wanted.max(self.carried));
                self.carried = wanted;
            }
        } else {
            self.gain.pass(BLOCK);
        }
        // The first gains belong to frames before the first one.
        let delayed = self.to_look + BLOCK - self.gain.delay().min(self.to_look + BLOCK);
        let count = delayed.saturating_sub(self.to_emit).min(BLOCK);
        self.to_look += BLOCK;
        self.emit(&gains[BLOCK - count..], out);
    }

    /// Gives out as many frames as there are gains.
    fn emit(&mut self, gains: &[f32], out: &mut Vec<f32>) {
        let channels = self.held.lanes.len();
        let start = out.len();
        out.resize(start + gains.len() * channels, 0.0);
        for (channel, lane) in self.held.lanes.iter().enumerate() {
            let frames = out[start..].chunks_exact_mut(channels);
            for ((frame, sample), gain) in frames.zip(&lane[self.to_emit..]).zip(gains) {
                frame[channel] = sample * gain;
            }
        }
        self.lowest_gain = gains.iter().fold(self.lowest_gain, |lowest, &gain| lowest.min(gain));
        self.to_emit += gains.len();
    }

    fn discard(&mut self) {
        let keep = self.to_emit.min(self.to_look + 1 - REACH);
        self.held.discard(keep);
        self.to_emit -= keep;
        self.to_look -= keep;
    }
}

/// From the reduction each frame asks for to a smooth gain that grants it, `delay` frames later.
#[derive(Debug, Clone)]
struct GainCurve {
    /// Frames in the sliding maximum.
    window: usize,
    /// Rising positions and falling reductions: the front is the window's maximum.
    maxima: VecDeque<(u64, f64)>,
    position: u64,
    release: f64,
    reduction: f64,
    first: BoxSum,
    second: BoxSum,
    /// Turns the second sum into a reduction.
    scale: f64,
}

impl GainCurve {
    fn new(rate: SampleRate) -> Self {
        let rate_hz = f64::from(rate.0);
        let smoothing = (rate_hz * SMOOTHING_MS / 1000.0).round() as usize;
        Self {
            window: 2 * smoothing + GUARD,
            maxima: VecDeque::new(),
            position: 0,
            release: libm::exp(-1000.0 / (RELEASE_MS * rate_hz)),
            reduction: 0.0,
            first: BoxSum::new(smoothing),
            second: BoxSum::new(smoothing),
            scale: 1.0 / (FULL * (smoothing * smoothing) as f64),
        }
    }

    fn delay(&self) -> usize {
        self.window - 1
    }

    /// Whether every gain is 1 until a reduction is asked for.
    fn is_idle(&self) -> bool {
        self.maxima.is_empty() && self.reduction == 0.0 && self.first.sum == 0 && self.second.sum == 0
    }

    /// Moves on over frames that ask for nothing while idle.
    fn pass(&mut self, frames: usize) {
        self.position += frames as u64;
    }

    fn next(&mut self, wanted: f64) -> f32 {
        if self.maxima.front().is_some_and(|&(at, _)| at + self.window as u64 <= self.position) {
            self.maxima.pop_front();
        }
        if wanted > 0.0 {
            while self.maxima.back().is_some_and(|&(_, reduction)| reduction <= wanted) {
                self.maxima.pop_back();
            }
            self.maxima.push_back((self.position, wanted));
        }
        self.position += 1;
        let most = self.maxima.front().map_or(0.0, |&(_, reduction)| reduction);
        self.reduction = most.max(self.reduction * self.release);
        // A step of 10⁻⁶, 120 dB down, ends the release.
        if self.reduction < 1e-6 {
            self.reduction = 0.0;
        }
        let sum = self.first.push((self.reduction * FULL).ceil() as u64);
        let sum = self.second.push(sum);
        (1.0 - sum as f64 * self.scale) as f32
    }

    fn reset(&mut self) {
        self.maxima.clear();
        self.position = 0;
        self.reduction = 0.0;
        self.first.reset();
        self.second.reset();
    }
}

/// The sum of the last values, exactly.
#[derive(Debug, Clone)]
struct BoxSum {
    values: Vec<u64>,
    at: usize,
    sum: u64,
}

impl BoxSum {
    fn new(length: usize) -> Self {
        Self { values: vec![0; length.max(1)], at: 0, sum: 0 }
    }

    fn push(&mut self, value: u64) -> u64 {
        self.sum = self.sum + value - self.values[self.at];
        self.values[self.at] = value;
        self.at = if self.at + 1 == self.values.len() { 0 } else { self.at + 1 };
        self.sum
    }

    fn reset(&mut self) {
        self.values.fill(0);
        self.at = 0;
        self.sum = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::noise::tests::white;
    use crate::sound::true_peak::TruePeak;
    use proptest::prelude::*;
    use std::f64::consts::TAU;

    const RATE: SampleRate = SampleRate(48_000);
    const CEILING: Dbtp = Dbtp(-1.0);

    fn limited(channels: usize, input: &[f32]) -> (Vec<f32>, f64) {
        let mut limiter = Limiter::new(channels, RATE, CEILING).unwrap();
        let mut out = Vec::new();
        limiter.process(input, &mut out);
        limiter.finish(&mut out);
        (out, limiter.max_reduction_db())
    }

    fn true_peak(channels: usize, samples: &[f32]) -> f64 {
        let mut meter = TruePeak::new(channels).unwrap();
        meter.add(samples);
        meter.peak().0
    }

    /// A sinc of 1,024 points with no roll-off below the Nyquist frequency: as near to ideal as a test needs.
    fn ideal_peak_db(samples: &[f32]) -> f64 {
        let mut peak = 0.0f64;
        for centre in 512..samples.len() - 512 {
            // Only where two neighbours are high can there be a peak between them worth the work.
            if samples[centre].abs().max(samples[centre + 1].abs()) < 0.6 {
                continue;
            }
            for part in [0.25f64, 0.5, 0.75] {
                let sum: f64 = (0..1_024)
                    .map(|k| {
                        let t = k as f64 - 511.0 - part;
                        let sinc = (std::f64::consts::PI * t).sin() / (std::f64::consts::PI * t);
                        let window = 0.5 + 0.5 * (std::f64::consts::PI * t / 513.0).cos();
                        f64::from(samples[centre + k - 511]) * sinc * window
                    })
                    .sum();
                peak = peak.max(sum.abs());
            }
        }
        linear_to_db(peak)
    }

    #[test]
    fn nothing_passes_the_ceiling() {
        let tone = |hz: f64, gain: f64| -> Vec<f32> {
            (0..9_600).map(|n| (gain * (TAU * hz * f64::from(n) / 48_000.0 + 0.7).sin()) as f32).collect()
        };
        let mut click = vec![0.0f32; 4_800];
        click[2_400] = 3.0;
        let burst: Vec<f32> = tone(1_000.0, 0.1).into_iter().chain(tone(997.0, 4.0)).collect();
        for (name, input) in [
            ("white noise", white(1, 48_000).map(|sample| sample * 3.0).collect::<Vec<_>>()),
            ("a low tone", tone(100.0, 2.0)),
            ("a high tone", tone(11_970.0, 2.0)),
            ("a quarter of the rate", tone(12_000.0, 1.2)),
            ("a click", click),
            ("a burst", burst),
            ("a peak at the start", [vec![2.0f32, -2.0, 2.0], vec![0.1; 4_800]].concat()),
        ] {
            let (out, reduction_db) = limited(1, &input);
            let peak_dbtp = true_peak(1, &out);
            assert!(peak_dbtp <= -1.09, "{name}: {peak_dbtp} dBTP");
            assert!(reduction_db > 0.0 && out.len() == input.len(), "{name}");
        }
    }

    #[test]
    fn other_interpolators_find_nothing_either() {
        let input: Vec<f32> = white(5, 12_000).map(|sample| sample * 2.0).collect();
        let (out, _) = limited(1, &input);
        let peak_db = ideal_peak_db(&out);
        assert!(peak_db <= -1.0, "{peak_db} dBTP by an ideal interpolator");
    }

    #[test]
    fn what_keeps_the_ceiling_passes_bit_for_bit() {
        for (channels, level) in [(1, 0.25), (2, 0.25), (5, 0.1)] {
            let input: Vec<f32> = white(2, 30_007).map(|sample| sample * level).collect();
            let (out, reduction_db) = limited(channels, &input);
            assert_eq!((out, reduction_db), (input, 0.0));
        }
    }

    #[test]
    fn the_gain_returns_to_exactly_one() {
        let mut input: Vec<f32> = white(4, 144_000).map(|sample| sample * 0.2).collect();
        input[1_000] = 4.0;
        let (out, reduction_db) = limited(1, &input);
        assert!(reduction_db > 12.0);
        assert_eq!(out[96_000..], input[96_000..]);
        assert_eq!(out[..400], input[..400]);
    }

    #[test]
    fn channels_move_together() {
        let left: Vec<f32> = white(8, 24_000).map(|sample| sample * 3.0).collect();
        let input: Vec<f32> = left.iter().flat_map(|&sample| [sample, sample * 0.1]).collect();
        let (out, _) = limited(2, &input);
        assert!(out.chunks(2).all(|frame| (frame[1] - frame[0] * 0.1).abs() < 1e-6));
    }

    #[test]
    fn the_gain_curve_is_smooth() {
        // A constant with one high stretch shows the gain itself.
        let mut input = vec![0.5f32; 20_000];
        input[8_000..8_400].fill(1.6);
        let (out, _) = limited(1, &input);
        let gains: Vec<f32> = out.iter().zip(&input).map(|(out, input)| out / input).collect();
        let steepest = gains.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
        assert!(steepest < 0.5 / 120.0 * 1.1, "{steepest} a frame");
        assert!(gains[7_000] >= 1.0 && gains[8_000] < 0.56);
    }

    #[test]
    fn a_limiter_can_be_used_again() {
        let input: Vec<f32> = white(6, 10_000).map(|sample| sample * 2.0).collect();
        let mut limiter = Limiter::new(2, RATE, CEILING).unwrap();
        let (mut once, mut again) = (Vec::new(), Vec::new());
        for out in [&mut once, &mut again] {
            limiter.process(&input, out);
            limiter.finish(out);
        }
        assert_eq!(once, again);
    }

    #[test]
    fn odd_input_does_no_harm() {
        for input in [vec![], vec![0.1], vec![f32::NAN, 1e30, -1e30, f32::INFINITY, 0.2], vec![2.0; 63]] {
            let (out, _) = limited(2, &input);
            assert_eq!(out.len(), input.len());
            assert!(out.iter().all(|sample| sample.is_finite() && sample.abs() < 1.0));
        }
        assert!(Limiter::new(0, RATE, CEILING).is_err());
        assert!(Limiter::new(2, SampleRate(1), CEILING).is_err());
        assert!(Limiter::new(2, RATE, Dbtp(f64::NAN)).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn blocks_do_not_matter(seed: u64, length in 0usize..3_000, sizes in prop::collection::vec(1usize..700, 1..20)) {
            let input: Vec<f32> = white(seed, length).map(|sample| sample * 1.5).collect();
            let (whole, _) = limited(2, &input);
            let mut limiter = Limiter::new(2, RATE, CEILING).unwrap();
            let mut pieces = Vec::new();
            let (mut rest, mut sizes) = (&input[..], sizes.into_iter().cycle());
            while let (false, Some(size)) = (rest.is_empty(), sizes.next()) {
                let (piece, after) = rest.split_at(size.min(rest.len()));
                limiter.process(piece, &mut pieces);
                rest = after;
            }
            limiter.finish(&mut pieces);
            prop_assert_eq!(whole, pieces);
        }
    }
}
