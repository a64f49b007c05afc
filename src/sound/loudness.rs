//! Loudness as EBU R 128 counts it.
//!
//! Everything is derived from the energies of 10 ms slices of K-weighted sound, so that the maxima of momentary and
//! short-term loudness are found at any alignment (EBU Tech 3341 case 13) and cost nothing beside the filter. The
//! crate `ebur128` serves the tests as the second opinion; its filter runs at a third of the speed of this one in stereo.

use crate::sound::true_peak::TruePeak;
use crate::units::{Dbtp, Lufs, SampleRate};
use crate::{Error, Result};

/// Slices a second.
const SLICES: u64 = 100;

/// Slices in a momentary window, which is also a gating block: 400 ms.
const MOMENTARY: usize = 40;

/// Slices in a short-term window: 3 s.
const SHORT_TERM: usize = 300;

/// Slices between one gating block, or one short-term value of the range, and the next: 100 ms.
const STEP: u64 = 10;

/// What lies under this is not programme. Source: BS.1770-5 §2, Γa.
const ABSOLUTE_GATE_LUFS: f64 = -70.0;

/// The channels of a frame and their weights. Source: BS.1770-5 table 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channels {
    /// One channel, heard from one loudspeaker.
    Mono,
    /// One channel, heard from both loudspeakers of a pair: 3.01 LU more than [`Channels::Mono`].
    DualMono,
    /// Left and right.
    Stereo,
    /// Left, right, centre, left surround, right surround.
    Surround5,
}

impl Channels {
    /// Samples in a frame.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(bulletin::sound::loudness::Channels::DualMono.count(), 1);
    /// ```
    pub fn count(self) -> usize {
        self.weights().len()
    }

    fn weights(self) -> &'static [f64] {
        match self {
            Self::Mono => &[1.0],
            Self::DualMono => &[2.0],
            Self::Stereo => &[1.0, 1.0],
            Self::Surround5 => &[1.0, 1.0, 1.0, 1.41, 1.41],
        }
    }
}

/// A streaming meter of loudness and true peak.
///
/// Takes interleaved frames, in slices of any length. Where the peak is not wanted, [`Loudness`] alone is faster.
///
/// Source: EBU Tech 3341, Tech 3342; conformance in `tests/sound_conformance.rs`.
///
/// # Examples
/// ```
/// use bulletin::sound::loudness::{Channels, Meter};
/// use bulletin::units::SampleRate;
/// // Tech 3341 case 1: a stereo 1 kHz sine whose peak is −23 dBFS reads −23 LUFS.
/// let mut meter = Meter::new(Channels::Stereo, SampleRate::PROGRAMME)?;
/// let amplitude = bulletin::units::db_to_linear(-23.0);
/// for n in 0..96_000 {
///     let sample = (amplitude * (std::f64::consts::TAU * f64::from(n) / 48.0).sin()) as f32;
///     meter.add(&[sample, sample]);
/// }
/// assert!((meter.integrated().unwrap().0 - -23.0).abs() < 0.1);
/// assert!((meter.true_peak().0 - -23.0).abs() < 0.1);
/// # Ok::<(), bulletin::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Meter {
    loudness: Loudness,
    peak: TruePeak,
}

impl Meter {
    /// A meter that has heard nothing.
    ///
    /// # Errors
    /// As [`Loudness::new`].
    pub fn new(channels: Channels, rate: SampleRate) -> Result<Self> {
        Ok(Self { loudness: Loudness::new(channels, rate)?, peak: TruePeak::new(channels.count())? })
    }

    /// Takes in interleaved samples.
    pub fn add(&mut self, interleaved: &[f32]) {
        self.loudness.add(interleaved);
        self.peak.add(interleaved);
    }

    /// See [`Loudness::integrated`].
    pub fn integrated(&self) -> Option<Lufs> {
        self.loudness.integrated()
    }

    /// See [`Loudness::range_lu`].
    pub fn range_lu(&self) -> Option<f64> {
        self.loudness.range_lu()
    }

    /// See [`Loudness::max_momentary`].
    pub fn max_momentary(&self) -> Option<Lufs> {
        self.loudness.max_momentary()
    }

    /// See [`Loudness::max_short_term`].
    pub fn max_short_term(&self) -> Option<Lufs> {
        self.loudness.max_short_term()
    }

    /// The highest true peak of any channel; negative infinity for silence.
    pub fn true_peak(&self) -> Dbtp {
        self.peak.peak()
    }
}

/// A streaming meter of loudness alone.
///
/// Shape: interleaved frames, nominal [-1, 1]; samples that are not numbers count as silence.
/// Source: ITU-R BS.1770-5 §1 and §2, EBU Tech 3341 and 3342.
/// Cost: 160 bytes a second of programme, for the gates.
///
/// # Examples
/// ```
/// use bulletin::sound::loudness::{Channels, Loudness};
/// let mut loudness = Loudness::new(Channels::Mono, bulletin::units::SampleRate::PROGRAMME)?;
/// loudness.add(&[0.0; 48_000]);
/// assert!(loudness.integrated().is_none());
/// # Ok::<(), bulletin::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Loudness {
    weights: &'static [f64],
    rate: SampleRate,
    filter: KWeighting,
    /// Delay line of the filter, one a channel.
    states: Vec<[f64; 4]>,
    /// Samples of a frame that is not yet whole.
    stray: Vec<f32>,
    /// Energy of each channel in the slice that is being heard.
    energies: Vec<f64>,
    /// Frames until that slice ends.
    slice_left: u64,
    slices: u64,
    /// Weighted energies of the last 3 s of slices, in a ring.
    recent: Vec<f64>,
    /// Mean energy of each gating block.
    blocks: Vec<f64>,
    /// Mean energy of each short-term window.
    windows: Vec<f64>,
    max_momentary: f64,
    max_short_term: f64,
}

impl Loudness {
    /// A meter that has heard nothing.
    ///
    /// # Errors
    /// [`Error::Sound`] for a rate outside 8 to 768 kHz.
    pub fn new(channels: Channels, rate: SampleRate) -> Result<Self> {
        if !(8_000..=768_000).contains(&rate.0) {
            return Err(Error::Sound(format!("loudness is measured at 8 to 768 kHz, not at {} Hz", rate.0)));
        }
        let count = channels.count();
        Ok(Self {
            weights: channels.weights(),
            rate,
            filter: KWeighting::new(rate),
            states: vec![[0.0; 4]; count],
            stray: Vec::with_capacity(count),
            energies: vec![0.0; count],
            slice_left: slice_end(rate, 0),
            slices: 0,
            recent: vec![0.0; SHORT_TERM],
            blocks: Vec::new(),
            windows: Vec::new(),
            max_momentary: 0.0,
            max_short_term: 0.0,
        })
    }

    /// Takes in interleaved samples; a frame may be cut anywhere.
    pub fn add(&mut self, mut interleaved: &[f32]) {
        let count = self.weights.len();
        if !self.stray.is_empty() {
            let missing = (count - self.stray.len()).min(interleaved.len());
            let (head, tail) = interleaved.split_at(missing);
            self.stray.extend_from_slice(head);
            interleaved = tail;
            if self.stray.len() < count {
                return;
            }
            let frame = std::mem::take(&mut self.stray);
            self.add_frames(&frame);
            self.stray = frame;
            self.stray.clear();
        }
        let whole = interleaved.len() / count * count;
        self.add_frames(&interleaved[..whole]);
        self.stray.extend_from_slice(&interleaved[whole..]);
    }

    fn add_frames(&mut self, mut frames: &[f32]) {
        let count = self.weights.len();
        while !frames.is_empty() {
            let now = (frames.len() / count).min(self.slice_left as usize);
            let (slice, rest) = frames.split_at(now * count);
            match count {
                1 => self.filter.run::<1>(slice, &mut self.states, &mut self.energies),
                2 => self.filter.run::<2>(slice, &mut self.states, &mut self.energies),
                _ => self.filter.run::<5>(slice, &mut self.states, &mut self.energies),
            }
            frames = rest;
            self.slice_left -= now as u64;
            if self.slice_left == 0 {
                self.end_slice();
            }
        }
    }

    fn end_slice(&mut self) {
        let energy: f64 =
            self.energies.iter().zip(self.weights).map(|(energy, weight)| energy * weight).sum();
        self.energies.fill(0.0);
        for value in self.states.iter_mut().flatten() {
            // Silence would otherwise decay into denormal numbers, which are slow.
            if value.abs() < 1e-30 {
                *value = 0.0;
            }
        }
        self.recent[(self.slices % SHORT_TERM as u64) as usize] = energy;
        self.slices += 1;
        self.slice_left = slice_end(self.rate, self.slices) - slice_end(self.rate, self.slices - 1);
        if self.slices >= MOMENTARY as u64 {
            let momentary = self.mean_of_last(MOMENTARY);
            self.max_momentary = self.max_momentary.max(momentary);
            if self.slices.is_multiple_of(STEP) {
                self.blocks.push(momentary);
            }
        }
        if self.slices >= SHORT_TERM as u64 {
            let short_term = self.mean_of_last(SHORT_TERM);
            self.max_short_term = self.max_short_term.max(short_term);
            if self.slices.is_multiple_of(STEP) {
                self.windows.push(short_term);
            }
        }
    }

    /// Mean energy of the last `slices` slices.
    fn mean_of_last(&self, slices: usize) -> f64 {
        let end = (self.slices % SHORT_TERM as u64) as usize;
        let sum: f64 = if slices <= end {
            self.recent[end - slices..end].iter().sum()
        } else {
            let wrapped = SHORT_TERM - (slices - end);
            self.recent[wrapped..].iter().sum::<f64>() + self.recent[..end].iter().sum::<f64>()
        };
        sum / (slices as f64 * f64::from(self.rate.0) / SLICES as f64)
    }

    /// Gated programme loudness; `None` where nothing is above the gate, as in silence or under 400 ms.
    pub fn integrated(&self) -> Option<Lufs> {
        gated(&self.blocks)
    }

    /// Mean energies of the gating blocks so far.
    pub(super) fn blocks(&self) -> &[f64] {
        &self.blocks
    }

    /// Loudness range in LU; `None` where no short-term value, which takes 3 s, is above the gate.
    pub fn range_lu(&self) -> Option<f64> {
        let absolute = energy_of(ABSOLUTE_GATE_LUFS);
        let gate = (mean_above(&self.windows, absolute)? * 0.01).max(absolute);
        let mut kept: Vec<f64> = self.windows.iter().copied().filter(|&energy| energy >= gate).collect();
        kept.sort_by(f64::total_cmp);
        let at = |part: f64| kept.get(((kept.len().checked_sub(1)?) as f64 * part).round() as usize).copied();
        Some(loudness_of(at(0.95)?).0 - loudness_of(at(0.10)?).0)
    }

    /// The loudness of the last 400 ms, as of the last whole 10 ms; `None` before there are as many, and in silence.
    ///
    /// # Examples
    /// ```
    /// use bulletin::sound::loudness::{Channels, Loudness};
    /// let mut loudness = Loudness::new(Channels::Mono, bulletin::units::SampleRate::PROGRAMME)?;
    /// loudness.add(&[0.1; 480 * 39]);
    /// assert!(loudness.momentary().is_none());
    /// loudness.add(&[0.1; 480]);
    /// assert_eq!(loudness.momentary(), loudness.max_momentary());
    /// # Ok::<(), bulletin::Error>(())
    /// ```
    pub fn momentary(&self) -> Option<Lufs> {
        self.running(MOMENTARY)
    }

    /// The loudness of the last 3 s, as of the last whole 10 ms; `None` before there are as many, and in silence.
    pub fn short_term(&self) -> Option<Lufs> {
        self.running(SHORT_TERM)
    }

    fn running(&self, slices: usize) -> Option<Lufs> {
        let energy = (self.slices >= slices as u64).then(|| self.mean_of_last(slices))?;
        (energy > 0.0).then(|| loudness_of(energy))
    }

    /// The highest loudness of any 400 ms; `None` under that length and in silence.
    pub fn max_momentary(&self) -> Option<Lufs> {
        (self.max_momentary > 0.0).then(|| loudness_of(self.max_momentary))
    }

    /// The highest loudness of any 3 s; `None` under that length and in silence.
    pub fn max_short_term(&self) -> Option<Lufs> {
        (self.max_short_term > 0.0).then(|| loudness_of(self.max_short_term))
    }
}

/// Integrated loudness of gating blocks. Source: BS.1770-5 §2.
pub(super) fn gated(blocks: &[f64]) -> Option<Lufs> {
    let absolute = energy_of(ABSOLUTE_GATE_LUFS);
    mean_above(blocks, absolute)
        .and_then(|mean| mean_above(blocks, (mean * 0.1).max(absolute)))
        .map(loudness_of)
}

/// The frame at which slice number `index` ends.
fn slice_end(rate: SampleRate, index: u64) -> u64 {
    ((index + 1) * u64::from(rate.0) + SLICES / 2) / SLICES
}

/// Mean of the energies that reach `gate`.
fn mean_above(energies: &[f64], gate: f64) -> Option<f64> {
    let (sum, count) = energies
        .iter()
        .filter(|&&energy| energy >= gate)
        .fold((0.0, 0u64), |(sum, count), energy| (sum + energy, count + 1));
    (count > 0).then(|| sum / count as f64)
}

/// Source: BS.1770-5 §1, equation 2.
fn loudness_of(energy: f64) -> Lufs {
    Lufs(-0.691 + 10.0 * energy.log10())
}

fn energy_of(lufs: f64) -> f64 {
    10f64.powf((lufs + 0.691) / 10.0)
}

/// The two stages of K-weighting as one filter of the fourth order.
#[derive(Debug, Clone)]
struct KWeighting {
    forward: [f64; 5],
    back: [f64; 4],
}

impl KWeighting {
    /// The analogue prototypes behind BS.1770-5 tables 1 and 2, by the bilinear transform at any rate.
    ///
    /// The parameters are those published with libebur128; at 48 kHz they give the tables' coefficients.
    fn new(rate: SampleRate) -> Self {
        let rate_hz = f64::from(rate.0);
        let warp = |hz: f64| libm::tan(std::f64::consts::PI * hz / rate_hz);

        let (k, q) = (warp(1_681.974_450_955_533), 0.707_175_236_955_419_6);
        let high = libm::pow(10.0, 3.999_843_853_973_347 / 20.0);
        let band = libm::pow(high, 0.499_666_774_154_541_6);
        let scale = 1.0 + k / q + k * k;
        let shelf = [
            (high + band * k / q + k * k) / scale,
            2.0 * (k * k - high) / scale,
            (high - band * k / q + k * k) / scale,
        ];
        let shelf_back = [1.0, 2.0 * (k * k - 1.0) / scale, (1.0 - k / q + k * k) / scale];

        let (k, q) = (warp(38.135_470_876_024_44), 0.500_327_037_323_877_3);
        let scale = 1.0 + k / q + k * k;
        let high_pass = [1.0, -2.0, 1.0];
        let high_pass_back = [1.0, 2.0 * (k * k - 1.0) / scale, (1.0 - k / q + k * k) / scale];

        let [_, back @ ..] = product(shelf_back, high_pass_back);
        Self { forward: product(shelf, high_pass), back }
    }

    /// Filters frames of `N` samples and adds each channel's energy.
    fn run<const N: usize>(&self, frames: &[f32], states: &mut [[f64; 4]], energies: &mut [f64]) {
        let [b0, b1, b2, b3, b4] = self.forward;
        let [a1, a2, a3, a4] = self.back;
        let mut delay = [[0.0f64; N]; 4];
        for (channel, state) in states.iter().take(N).enumerate() {
            for (line, value) in delay.iter_mut().zip(state) {
                line[channel] = *value;
            }
        }
        let [mut v1, mut v2, mut v3, mut v4] = delay;
        let mut sums = [0.0f64; N];
        for frame in frames.as_chunks::<N>().0 {
            for channel in 0..N {
                let sample = if frame[channel].is_finite() { f64::from(frame[channel]) } else { 0.0 };
                // What is known longest is subtracted first: only one product waits for the sample before.
                let v0 = (sample - a4 * v4[channel] - a3 * v3[channel] - a2 * v2[channel]) - a1 * v1[channel];
                let y = b0 * v0 + b1 * v1[channel] + b2 * v2[channel] + b3 * v3[channel] + b4 * v4[channel];
                sums[channel] += y * y;
                v4[channel] = v3[channel];
                v3[channel] = v2[channel];
                v2[channel] = v1[channel];
                v1[channel] = v0;
            }
        }
        for (channel, state) in states.iter_mut().take(N).enumerate() {
            *state = [v1[channel], v2[channel], v3[channel], v4[channel]];
        }
        for (energy, sum) in energies.iter_mut().zip(sums) {
            *energy += sum;
        }
    }
}

/// The product of two polynomials of the second degree.
fn product(p: [f64; 3], q: [f64; 3]) -> [f64; 5] {
    let mut out = [0.0; 5];
    for (i, a) in p.iter().enumerate() {
        for (j, b) in q.iter().enumerate() {
            out[i + j] += a * b;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::noise::tests::white;
    use crate::units::db_to_linear;
    use ebur128::{Channel, EbuR128, Mode};

    #[test]
    fn coefficients_are_the_tables_of_bs_1770() {
        let filter = KWeighting::new(SampleRate(48_000));
        let shelf = [1.535_124_859_586_97, -2.691_696_189_406_38, 1.198_392_810_852_85];
        let shelf_back = [1.0, -1.690_659_293_182_41, 0.732_480_774_215_85];
        let high_pass_back = [1.0, -1.990_047_454_833_98, 0.990_072_250_366_21];
        let forward = product(shelf, [1.0, -2.0, 1.0]);
        let back = product(shelf_back, high_pass_back);
        for (ours, table) in
            filter.forward.iter().zip(forward).chain(filter.back.iter().zip(back.into_iter().skip(1)))
        {
            assert!((ours - table).abs() < 1e-7, "{ours} is not {table}");
        }
    }

    #[test]
    fn agrees_with_ebur128() {
        // Bursts of noise at several levels, so that both gates have work.
        for (channels, map) in [
            (Channels::Mono, vec![Channel::Center]),
            (Channels::DualMono, vec![Channel::DualMono]),
            (Channels::Stereo, vec![Channel::Left, Channel::Right]),
        ] {
            for rate_hz in [44_100, 48_000] {
                let levels_db = [-20.0, -45.0, -12.0, -90.0, -30.0, -18.0];
                let signal: Vec<f32> = white(7, rate_hz as usize * 24 * channels.count())
                    .enumerate()
                    .map(|(n, sample)| {
                        let part = n / (rate_hz as usize * 4 * channels.count());
                        sample * db_to_linear(levels_db[part]) as f32
                    })
                    .collect();
                let mut ours = Loudness::new(channels, SampleRate(rate_hz)).unwrap();
                let mut theirs = EbuR128::new(map.len() as u32, rate_hz, Mode::I).unwrap();
                theirs.set_channel_map(&map).unwrap();
                ours.add(&signal);
                theirs.add_frames_f32(&signal).unwrap();
                let integrated = ours.integrated().unwrap().0;
                assert!(
                    (integrated - theirs.loudness_global().unwrap()).abs() < 0.001,
                    "{channels:?} {integrated}"
                );
            }
        }
    }

    #[test]
    fn blocks_of_any_length_give_the_same_readings() {
        let signal: Vec<f32> = white(3, 48_000 * 2 * 4).map(|sample| sample * 0.1).collect();
        let mut whole = Meter::new(Channels::Stereo, SampleRate::PROGRAMME).unwrap();
        whole.add(&signal);
        for size in [1, 3, 479, 4_801] {
            let mut pieces = Meter::new(Channels::Stereo, SampleRate::PROGRAMME).unwrap();
            for piece in signal.chunks(size) {
                pieces.add(piece);
            }
            assert_eq!(pieces.integrated(), whole.integrated());
            assert_eq!(pieces.max_short_term(), whole.max_short_term());
            assert_eq!(pieces.true_peak(), whole.true_peak());
        }
    }

    #[test]
    fn silence_and_shortness_have_no_loudness() {
        let mut meter = Meter::new(Channels::Stereo, SampleRate::PROGRAMME).unwrap();
        assert_eq!(meter.integrated(), None);
        meter.add(&vec![0.0; 48_000]);
        assert_eq!((meter.integrated(), meter.range_lu(), meter.max_momentary()), (None, None, None));
        assert!(meter.true_peak().0.is_infinite());
        meter.add(&[f32::NAN, f32::INFINITY, -0.5, 0.5]);
        assert!((meter.true_peak().0 - -6.0).abs() < 2.0);
        assert_eq!(meter.max_short_term(), None);
    }

    #[test]
    fn rates_that_slices_do_not_divide_keep_their_length() {
        let rate = SampleRate(11_025);
        assert_eq!(slice_end(rate, 99), 11_025);
        assert_eq!(slice_end(rate, 0), 110);
        assert!(Loudness::new(Channels::Mono, SampleRate(100)).is_err());
    }
}
