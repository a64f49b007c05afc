//! From a voice's sample rate to the programme's.
//!
//! A take is resampled whole: it begins and ends where it did, without the filter's delay, and its length is exactly
//! the one its duration asks for.

use crate::units::SampleRate;
use crate::{Error, Result};
use audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler as _};

/// Frames that one transform takes on the side of the lower rate, at least: long enough that the filter is flat to
/// 0.47 of that rate.
const MIN_BLOCK: usize = 512;

/// Resamples whole mono takes from one rate to another.
///
/// Keeps its tables between takes; what came before never changes what comes out.
///
/// # Examples
/// ```
/// use bulletin::sound::resample::Resampler;
/// use bulletin::units::SampleRate;
/// let mut resampler = Resampler::new(SampleRate(16_000), SampleRate(48_000))?;
/// assert_eq!(resampler.process(&[0.0; 1001])?.len(), 3003);
/// # Ok::<(), bulletin::Error>(())
/// ```
#[derive(Debug)]
pub struct Resampler {
    from: SampleRate,
    to: SampleRate,
    /// Absent where the rates are equal.
    fft: Option<Fft<f32>>,
}

impl Resampler {
    /// A resampler between two rates.
    ///
    /// # Errors
    /// [`Error::Sound`] for a rate outside 4 to 768 kHz.
    pub fn new(from: SampleRate, to: SampleRate) -> Result<Self> {
        for rate in [from, to] {
            if !(4_000..=768_000).contains(&rate.0) {
                return Err(Error::Sound(format!(
                    "a sample rate of {} Hz where 4 to 768 kHz can be used",
                    rate.0
                )));
            }
        }
        let fft = if from == to { None } else { Some(plan(from, to)?) };
        Ok(Self { from, to, fft })
    }

    /// The take at the new rate: round(length × to / from) samples, aligned with the original.
    ///
    /// # Errors
    /// [`Error::Sound`] if the resampler refuses its own block sizes, which would be a defect.
    pub fn process(&mut self, mono: &[f32]) -> Result<Vec<f32>> {
        let Some(fft) = &mut self.fft else { return Ok(mono.to_vec()) };
        let length = resampled_length(mono.len(), self.from, self.to);
        fft.reset();
        let (block_in, block_out) = (fft.input_frames_next(), fft.output_frames_next());
        let delay = fft.output_delay();
        let blocks = (length + delay).div_ceil(block_out);
        let mut out = vec![0.0f32; blocks * block_out];
        for (index, block) in out.chunks_exact_mut(block_out).enumerate() {
            let from = (index * block_in).min(mono.len());
            let input = &mono[from..(from + block_in).min(mono.len())];
            let indexing = Indexing::new().partial_len(input.len());
            fft.process_into_buffer(
                &InterleavedSlice::new(input, 1, input.len()).map_err(refused)?,
                &mut InterleavedSlice::new_mut(block, 1, block_out).map_err(refused)?,
                Some(&indexing),
            )
            .map_err(refused)?;
        }
        out.copy_within(delay..delay + length, 0);
        out.truncate(length);
        Ok(out)
    }
}

/// Resamples one mono take; see [`Resampler`] for many.
///
/// # Errors
/// As [`Resampler::new`].
///
/// # Examples
/// ```
/// use bulletin::{sound::resample::resample, units::SampleRate};
/// let tone: Vec<f32> = (0..1600).map(|n| (n as f32 * 0.1).sin()).collect();
/// let out = resample(&tone, SampleRate(16_000), SampleRate(48_000))?;
/// assert_eq!(out.len(), 4800);
/// assert!((out[2400] - tone[800]).abs() < 1e-4);
/// # Ok::<(), bulletin::Error>(())
/// ```
pub fn resample(mono: &[f32], from: SampleRate, to: SampleRate) -> Result<Vec<f32>> {
    Resampler::new(from, to)?.process(mono)
}

/// Length × to / from, to the nearest sample.
fn resampled_length(length: usize, from: SampleRate, to: SampleRate) -> usize {
    let (from, to) = (u128::from(from.0), u128::from(to.0));
    ((length as u128 * to * 2 + from) / (from * 2)) as usize
}

fn plan(from: SampleRate, to: SampleRate) -> Result<Fft<f32>> {
    let (from, to) = (from.0 as usize, to.0 as usize);
    let common = greatest_common_divisor(from, to);
    let (unit_in, unit_out) = (from / common, to / common);
    let units = MIN_BLOCK.div_ceil(unit_in.min(unit_out));
    // An even block on both sides, so that half of it, the delay, is a whole number of samples.
    let units = units.next_multiple_of(2);
    Fft::new_custom(from, to, units * unit_in, 1, 1, rubato::WindowFunction::BlackmanHarris2, FixedSync::Both)
        .map_err(refused)
}

fn greatest_common_divisor(mut a: usize, mut b: usize) -> usize {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn refused(problem: impl std::fmt::Display) -> Error {
    Error::Sound(format!("resampler: {problem}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    fn sine(hz: f64, rate_hz: u32, length: usize) -> Vec<f32> {
        (0..length).map(|n| (0.9 * (TAU * hz * n as f64 / f64::from(rate_hz) + 0.3).sin()) as f32).collect()
    }

    /// Signal to everything else, in decibels, against the sine that should have come out.
    fn sinad_db(out: &[f32], hz: f64, rate_hz: u32, skip: usize) -> f64 {
        let ideal = sine(hz, rate_hz, out.len());
        let inner = skip..out.len() - skip;
        let signal: f64 = ideal[inner.clone()].iter().map(|&s| f64::from(s).powi(2)).sum();
        let error: f64 =
            inner.map(|n| (f64::from(out[n]) - f64::from(ideal[n])).powi(2)).sum::<f64>().max(1e-30);
        10.0 * (signal / error).log10()
    }

    #[test]
    fn sines_come_out_as_sines_in_place() {
        for (from, to) in
            [(16_000, 48_000), (22_050, 48_000), (24_000, 48_000), (44_100, 48_000), (48_000, 16_000)]
        {
            for part in [0.01, 0.1, 0.3, 0.43] {
                let hz = part * f64::from(from.min(to));
                let input = sine(hz, from, from as usize);
                let out = resample(&input, SampleRate(from), SampleRate(to)).unwrap();
                assert_eq!(out.len(), to as usize, "{from} to {to}");
                let sinad_db = sinad_db(&out, hz, to, to as usize / 20);
                assert!(sinad_db > 110.0, "{from} to {to} at {hz} Hz: {sinad_db:.1} dB");
            }
        }
    }

    #[test]
    fn no_step_is_larger_than_the_sine_makes() {
        for (from, to) in [(16_000u32, 48_000u32), (22_050, 48_000)] {
            let out =
                resample(&sine(440.0, from, from as usize * 3), SampleRate(from), SampleRate(to)).unwrap();
            let steepest = 0.9 * TAU * 440.0 / f64::from(to);
            let inner = &out[to as usize / 50..out.len() - to as usize / 50];
            let largest = inner.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
            assert!(f64::from(largest) < steepest * 1.001, "{largest} where {steepest} is the sine's own");
        }
    }

    #[test]
    fn a_take_begins_and_ends_where_it_did() {
        // A bell curve close to either end keeps its place and height.
        let rate_hz = 16_000usize;
        let bell = |n: usize, centre: usize| (-(n as f64 - centre as f64).powi(2) / 200.0).exp();
        let input: Vec<f32> =
            (0..rate_hz).map(|n| (bell(n, 60) + 0.5 * bell(n, rate_hz - 60)) as f32).collect();
        let out = resample(&input, SampleRate(16_000), SampleRate(48_000)).unwrap();
        for (at, expected) in [(60, 1.0f32), (rate_hz - 60, 0.5), (60 + 20, 0.135_335), (30, 0.011_109)] {
            assert!((out[at * 3] - expected).abs() < 1e-4, "{} at {at}", out[at * 3]);
        }
    }

    #[test]
    fn lengths_are_exact() {
        for (from, to) in
            [(16_000, 48_000), (22_050, 48_000), (44_100, 48_000), (48_000, 44_100), (11_025, 47_999)]
        {
            let mut resampler = Resampler::new(SampleRate(from), SampleRate(to)).unwrap();
            for length in [0usize, 1, 2, 7, 511, 512, 513, 5_000, 22_051] {
                let out = resampler.process(&vec![0.25; length]).unwrap();
                let exact = (length as f64 * f64::from(to) / f64::from(from)).round() as usize;
                assert_eq!(out.len(), exact, "{length} from {from} to {to}");
            }
        }
    }

    #[test]
    fn history_leaves_no_trace() {
        let input = sine(700.0, 22_050, 5_000);
        let fresh = resample(&input, SampleRate(22_050), SampleRate(48_000)).unwrap();
        let mut used = Resampler::new(SampleRate(22_050), SampleRate(48_000)).unwrap();
        used.process(&sine(3_000.0, 22_050, 30_011)).unwrap();
        used.process(&[]).unwrap();
        assert_eq!(used.process(&input).unwrap(), fresh);
    }

    #[test]
    fn equal_rates_pass_bit_for_bit_and_impossible_ones_are_refused() {
        let input = sine(700.0, 48_000, 100);
        assert_eq!(resample(&input, SampleRate(48_000), SampleRate(48_000)).unwrap(), input);
        assert!(resample(&input, SampleRate(0), SampleRate(48_000)).is_err());
        assert!(resample(&input, SampleRate(48_000), SampleRate(u32::MAX)).is_err());
    }
}
