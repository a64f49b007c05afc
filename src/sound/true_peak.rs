//! True peak: the highest level between the samples, where a converter or a codec will find it.
//!
//! Interpolators agree up to about 0.42 of the sample rate and differ above, where each rolls off in its own way. On
//! speech that matters nothing; on full-band noise two honest meters differ by more than a decibel. The meter uses the
//! kernel of `ffmpeg`'s, so that a reading here is a reading there; the limiter adds what another may read above it.

use crate::units::{Dbtp, linear_to_db};
use crate::{Error, Result};

/// Points at which each sample interval is looked at; at 8 the highest missed peak is 0.17 dB, for a tone at the
/// Nyquist frequency itself (ITU-R BS.1770-5 Annex 2, attachment 1).
const PHASES: usize = 8;

/// Frames on either side of an interval that its interpolated values depend on.
pub(crate) const REACH: usize = 40;

/// Frames looked at in one go; quiet blocks are passed over whole.
pub(crate) const BLOCK: usize = 64;

/// Frames a window must hold for [`Interpolator::peaks`] to look at [`BLOCK`] intervals.
pub(crate) const WINDOW: usize = BLOCK + 2 * REACH - 1;

/// Outputs computed together: eight vector registers of four lanes hide the latency of the additions.
const STRIP: usize = 32;

/// Half-width, cut-off relative to the Nyquist frequency and Kaiser β of a windowed-sinc kernel.
struct Design {
    half_taps: usize,
    cutoff: f64,
    beta: f64,
}

/// The default of libswresample when raising a rate (32 taps, Kaiser 9), which `ffmpeg`'s `ebur128` filter uses.
const KERNEL: Design = Design { half_taps: 16, cutoff: 1.0, beta: 9.0 };

/// What the treble filter leaves out: its complement passes the band that interpolators disagree about, from 0.43 of
/// the sample rate up.
const BELOW_TREBLE: Design = Design { half_taps: 32, cutoff: 0.87, beta: 5.0 };

/// Frames either side within which treble counts: about half a period of the slowest beat in its band.
const TREBLE_SPREAD: usize = 8;

/// The interpolation kernels and the bounds that let a quiet block be passed over.
#[derive(Debug, Clone)]
pub(crate) struct Interpolator {
    phases: Vec<Vec<f32>>,
    /// A symmetric high-pass filter.
    treble: Vec<f32>,
    /// No interpolated value exceeds this times the highest sample of the window.
    sum_bound: f32,
    /// …nor this times the highest sample plus `bend_bound` times the largest second difference.
    flat_bound: f32,
    bend_bound: f32,
}

impl Interpolator {
    pub(crate) fn new() -> Self {
        let mut phases = Vec::new();
        let (mut sum_bound, mut moment_bound, mut bend_bound) = (1.0f64, 0.0f64, 0.0f64);
        for phase in 1..PHASES {
            let at = phase as f64 / PHASES as f64;
            let taps = windowed_sinc(&KERNEL, at);
            let (moment, bend) = distance_from_straight_line(KERNEL.half_taps, &taps, at);
            sum_bound = sum_bound.max(taps.iter().map(|tap| tap.abs()).sum());
            moment_bound = moment_bound.max(moment.abs());
            bend_bound = bend_bound.max(bend);
            phases.push(taps.iter().map(|&tap| tap as f32).collect());
        }
        let mut treble: Vec<f32> = windowed_sinc(&BELOW_TREBLE, 0.0).iter().map(|&tap| -tap as f32).collect();
        treble.truncate(2 * BELOW_TREBLE.half_taps - 1);
        treble[BELOW_TREBLE.half_taps - 1] += 1.0;
        // A hair more than the algebra asks, so that rounding in `f32` never lets a bound pass under a computed value.
        let slack = 1.0 + 1e-4;
        Self {
            phases,
            treble,
            sum_bound: (sum_bound * slack) as f32,
            flat_bound: ((1.0 + 2.0 * moment_bound) * slack) as f32,
            bend_bound: (bend_bound * slack) as f32,
        }
    }

    /// A level that no interpolated value of the window exceeds, at the cost of two passes of additions.
    ///
    /// An interpolated value is that of the straight line between its two samples plus a weighted sum of second
    /// differences; where a signal holds little above a few kilohertz, as speech does, the latter is small.
    pub(crate) fn bound(&self, window: &[f32]) -> f32 {
        let level = highest(window);
        let mut bends = [0.0f32; WINDOW - 2];
        for (bend, w) in bends.iter_mut().zip(window.windows(3)) {
            *bend = w[0] - 2.0 * w[1] + w[2];
        }
        (self.sum_bound * level).min(self.flat_bound * level + self.bend_bound * highest(&bends))
    }

    /// For each of the [`BLOCK`] frames from `window[REACH - 1]` on, the highest level from that frame up to the next.
    pub(crate) fn peaks(&self, window: &[f32], peaks: &mut [f32; BLOCK]) {
        let window = &window[..WINDOW];
        for (peak, sample) in peaks.iter_mut().zip(&window[REACH - 1..]) {
            *peak = sample.abs();
        }
        for phase in &self.phases {
            for (strip, peaks) in peaks.as_chunks_mut::<STRIP>().0.iter_mut().enumerate() {
                let mut sums = [0.0f32; STRIP];
                let from = strip * STRIP + REACH - KERNEL.half_taps;
                for (offset, &tap) in phase.iter().enumerate() {
                    let samples = &window[from + offset..from + offset + STRIP];
                    for (sum, sample) in sums.iter_mut().zip(samples) {
                        *sum += tap * sample;
                    }
                }
                for (peak, sum) in peaks.iter_mut().zip(sums) {
                    *peak = peak.max(sum.abs());
                }
            }
        }
    }
}

impl Interpolator {
    /// Adds to each of `peaks` the level around it of what lies next to the Nyquist frequency.
    ///
    /// Interpolators differ by what they make of that band and by nothing else, so this is about what another one may
    /// read above this one: measured on white, Gaussian and pink noise against sox `rate` at two bandwidths and
    /// libswresample, the sum was never passed, and without it they read up to 1.6 dB more. Nothing is added where
    /// the band holds less than `floor`, as in speech.
    pub(crate) fn add_treble(&self, window: &[f32], floor: f32, peaks: &mut [f32; BLOCK]) {
        const LEVELS: usize = STRIP * 3;
        let window = &window[..WINDOW];
        if treble_at_most(window) <= floor {
            return;
        }
        let from = REACH - 1 - TREBLE_SPREAD - (BELOW_TREBLE.half_taps - 1);
        let mut levels = [0.0f32; LEVELS];
        for (strip, levels) in levels.as_chunks_mut::<STRIP>().0.iter_mut().enumerate() {
            for (offset, &tap) in self.treble.iter().enumerate() {
                let start = from + strip * STRIP + offset;
                for (level, sample) in levels.iter_mut().zip(&window[start.min(WINDOW)..]) {
                    *level += tap * sample;
                }
            }
        }
        for level in &mut levels {
            *level = level.abs();
        }
        // Doubling the reach of each maximum four times makes it one over sixteen levels.
        for reach in [1, 2, 4, 8] {
            for index in 0..LEVELS - reach {
                levels[index] = levels[index].max(levels[index + reach]);
            }
        }
        for (index, peak) in peaks.iter_mut().enumerate() {
            *peak += levels[index].max(levels[index + 2 * TREBLE_SPREAD + 1 - 15]);
        }
    }
}

/// The highest eighth difference over 256, an upper reading of the treble that costs less than the filter.
///
/// It weighs by the eighth power of a sine: 1 at the Nyquist frequency, 0.71 at 0.41 of the sample rate, 0.004 at a sixth.
fn treble_at_most(window: &[f32]) -> f32 {
    let mut buffer = [0.0f32; WINDOW];
    buffer.copy_from_slice(window);
    for _ in 0..4 {
        for index in 0..WINDOW - 2 {
            buffer[index] = 0.25 * (buffer[index] - 2.0 * buffer[index + 1] + buffer[index + 2]);
        }
    }
    highest(&buffer[..WINDOW - 8])
}

/// The highest magnitude of a slice, 0 for an empty one.
pub(crate) fn highest(samples: &[f32]) -> f32 {
    let (strips, rest) = samples.as_chunks::<16>();
    let mut lanes = [0.0f32; 16];
    for strip in strips {
        for (lane, sample) in lanes.iter_mut().zip(strip) {
            let level = sample.abs();
            *lane = if level > *lane { level } else { *lane };
        }
    }
    lanes.iter().chain(rest).fold(0.0f32, |a, b| a.max(b.abs()))
}

/// The taps of a windowed sinc for the point `at` of the way from the centre frame to the next; they sum to 1.
fn windowed_sinc(design: &Design, at: f64) -> Vec<f64> {
    let half = design.half_taps as f64;
    let mut taps: Vec<f64> = (0..2 * design.half_taps)
        .map(|index| {
            let t = index as f64 - (half - 1.0) - at;
            let sinc = if t.abs() < 1e-9 {
                design.cutoff
            } else {
                libm::sin(std::f64::consts::PI * design.cutoff * t) / (std::f64::consts::PI * t)
            };
            sinc * kaiser(t / half, design.beta)
        })
        .collect();
    let sum: f64 = taps.iter().sum();
    for tap in &mut taps {
        *tap /= sum;
    }
    taps
}

/// The Kaiser window at `x` in [-1, 1]; 0 outside.
fn kaiser(x: f64, beta: f64) -> f64 {
    let inside = 1.0 - x * x;
    if inside < 0.0 { 0.0 } else { bessel_i0(beta * libm::sqrt(inside)) / bessel_i0(beta) }
}

/// Modified Bessel function of the first kind, order 0, by its power series (Abramowitz & Stegun 9.6.12).
fn bessel_i0(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1..60 {
        term *= quarter / f64::from(k * k);
        sum += term;
    }
    sum
}

/// How far a kernel may stray from linear interpolation: its first moment's error, and the sum of magnitudes of the
/// weights it gives to second differences once that moment is set right.
fn distance_from_straight_line(half_taps: usize, taps: &[f64], at: f64) -> (f64, f64) {
    let mut rest = taps.to_vec();
    rest[half_taps - 1] -= 1.0 - at;
    rest[half_taps] -= at;
    let moment: f64 =
        rest.iter().enumerate().map(|(index, tap)| (index as f64 - (half_taps as f64 - 1.0)) * tap).sum();
    rest[half_taps] -= moment;
    rest[half_taps - 1] += moment;
    let (mut once, mut twice, mut sum) = (0.0, 0.0, 0.0f64);
    for tap in rest {
        once += tap;
        twice += once;
        sum += f64::abs(twice);
    }
    (moment, sum)
}

/// A streaming true-peak meter over interleaved frames.
///
/// Source: ITU-R BS.1770-5 Annex 2; differs: 8 points an interval instead of 4.
/// Cost: blocks that cannot raise the reading are passed over, so a programme costs little more than a scan.
///
/// # Examples
/// ```
/// use bulletin::sound::true_peak::TruePeak;
/// // A sine at a quarter of the sample rate, 45° off: no sample is above 0.354, the wave reaches 0.5.
/// let mut meter = TruePeak::new(1)?;
/// for n in 0..960u16 {
///     let (n, edge) = (f32::from(n), (f32::from(n) / 480.0).min(2.0 - f32::from(n) / 480.0));
///     meter.add(&[0.5 * edge * (std::f32::consts::FRAC_PI_2 * n + std::f32::consts::FRAC_PI_4).sin()]);
/// }
/// assert!((meter.peak().0 - -6.02).abs() < 0.05);
/// # Ok::<(), bulletin::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct TruePeak {
    interpolator: Interpolator,
    lanes: Lanes,
    peak: f32,
}

impl TruePeak {
    /// A meter for frames of `channels` samples that has heard nothing.
    ///
    /// # Errors
    /// [`Error::Sound`] for no channel or more than 64.
    pub fn new(channels: usize) -> Result<Self> {
        Ok(Self { interpolator: Interpolator::new(), lanes: Lanes::new(channels)?, peak: 0.0 })
    }

    /// Takes in interleaved samples; a frame may be cut anywhere.
    pub fn add(&mut self, interleaved: &[f32]) {
        // In portions, so that what is held does not grow with the slice it is given.
        for portion in interleaved.chunks(16_384) {
            self.lanes.push(portion);
            let blocks = self.lanes.frames().saturating_sub(2 * REACH - 1) / BLOCK;
            for block in 0..blocks {
                for lane in &self.lanes.lanes {
                    self.peak = look(&self.interpolator, &lane[block * BLOCK..], self.peak);
                }
            }
            self.lanes.discard(blocks * BLOCK);
        }
    }

    /// The true peak of everything heard, as if silence followed; negative infinity for silence.
    pub fn peak(&self) -> Dbtp {
        let mut peak = self.peak;
        for lane in &self.lanes.lanes {
            let mut tail = lane.clone();
            tail.resize(lane.len() + BLOCK + 2 * REACH, 0.0);
            for window in tail.windows(WINDOW).step_by(BLOCK) {
                peak = look(&self.interpolator, window, peak);
            }
        }
        Dbtp(linear_to_db(f64::from(peak)))
    }
}

/// The larger of `peak` and the block's peak.
fn look(interpolator: &Interpolator, samples: &[f32], peak: f32) -> f32 {
    let window = &samples[..WINDOW];
    if interpolator.bound(window) <= peak {
        return peak;
    }
    let mut peaks = [0.0; BLOCK];
    interpolator.peaks(window, &mut peaks);
    peak.max(highest(&peaks))
}

/// Interleaved samples taken apart into one run a channel, preceded by the silence the first windows look back on.
#[derive(Debug, Clone)]
pub(crate) struct Lanes {
    pub(crate) lanes: Vec<Vec<f32>>,
    /// The channel the next sample belongs to.
    next: usize,
}

impl Lanes {
    /// Silence before the first frame.
    pub(crate) const LEAD: usize = 2 * REACH - 1;

    pub(crate) fn new(channels: usize) -> Result<Self> {
        if !(1..=64).contains(&channels) {
            return Err(Error::Sound(format!("{channels} channels where 1 to 64 can be handled")));
        }
        Ok(Self { lanes: vec![vec![0.0; Self::LEAD]; channels], next: 0 })
    }

    /// Appends samples; what is not a number counts as silence.
    pub(crate) fn push(&mut self, mut samples: &[f32]) {
        let channels = self.lanes.len();
        while self.next != 0 {
            let Some((&first, rest)) = samples.split_first() else { return };
            self.push_one(first);
            samples = rest;
        }
        let whole = samples.len() / channels * channels;
        let (frames, rest) = samples.split_at(whole);
        for (channel, lane) in self.lanes.iter_mut().enumerate() {
            lane.extend(frames.iter().skip(channel).step_by(channels).map(|&sample| finite(sample)));
        }
        for &sample in rest {
            self.push_one(sample);
        }
    }

    fn push_one(&mut self, sample: f32) {
        self.lanes[self.next].push(finite(sample));
        self.next = (self.next + 1) % self.lanes.len();
    }

    /// Whole frames held, the silence at the start included.
    pub(crate) fn frames(&self) -> usize {
        self.lanes.last().map_or(0, Vec::len)
    }

    /// Samples of a frame that is not yet whole.
    pub(crate) fn stray(&self) -> usize {
        self.next
    }

    /// Forgets the first `frames` frames.
    pub(crate) fn discard(&mut self, frames: usize) {
        for lane in &mut self.lanes {
            lane.drain(..frames.min(lane.len()));
        }
    }
}

/// A sample that arithmetic can go on with.
fn finite(sample: f32) -> f32 {
    if sample.is_finite() { sample } else { 0.0 }
}
