//! From floating point to the whole numbers of a file, with the noise that makes rounding harmless.

use crate::sound::noise::mix;

/// Quantises with triangular dither of ±1 step, the same for the same seed however the signal is cut into blocks.
///
/// Source: Lipshitz, Wannamaker and Vanderkooy, "Quantization and Dither", JAES 40(5), 1992: with triangular dither
/// of two steps' width the error's mean and power do not depend on the signal.
///
/// # Examples
/// ```
/// use bulletin::sound::dither::Dither;
/// let mut dither = Dither::new(1);
/// let mut out = Vec::new();
/// dither.to_i16(&[0.5, -2.0], &mut out);
/// assert!((16_383..=16_385).contains(&out[0]));
/// assert_eq!((out[1], dither.clipped()), (-32_768, 1));
/// ```
#[derive(Debug, Clone)]
pub struct Dither {
    seed: u64,
    position: u64,
    clipped: u64,
    keep_silence: bool,
}

impl Dither {
    /// Dither from its beginning.
    pub fn new(seed: u64) -> Self {
        Self { seed: mix(seed), position: 0, clipped: 0, keep_silence: false }
    }

    /// The same, but samples that are exactly zero stay zero.
    #[must_use]
    pub fn keeping_silence(self) -> Self {
        Self { keep_silence: true, ..self }
    }

    /// Appends `samples` as 16-bit numbers; 1.0 is 32,768 steps, so what reaches it is clipped and counted.
    ///
    /// What is not a number becomes silence.
    pub fn to_i16(&mut self, samples: &[f32], out: &mut Vec<i16>) {
        out.reserve(samples.len());
        self.quantise::<16>(samples, |value| out.push(value as i16));
    }

    /// Appends `samples` as 24-bit numbers in the low part of 32; 1.0 is 8,388,608 steps.
    pub fn to_i24(&mut self, samples: &[f32], out: &mut Vec<i32>) {
        out.reserve(samples.len());
        self.quantise::<24>(samples, |value| out.push(value));
    }

    /// How many samples were beyond full scale.
    pub fn clipped(&self) -> u64 {
        self.clipped
    }

    fn quantise<const BITS: u32>(&mut self, samples: &[f32], mut push: impl FnMut(i32)) {
        let full = f64::from(1u32 << (BITS - 1));
        let mut bits = mix(self.seed.wrapping_add(self.position / 2));
        for &sample in samples {
            if self.position.is_multiple_of(2) {
                bits = mix(self.seed.wrapping_add(self.position / 2));
            }
            // One hash serves two samples: four uniform numbers of 16 bits, far finer than a step.
            let pair = if self.position.is_multiple_of(2) { bits as u32 } else { (bits >> 32) as u32 };
            self.position += 1;
            if sample == 0.0 && self.keep_silence {
                push(0);
                continue;
            }
            let triangular = (f64::from(pair & 0xFFFF) - f64::from(pair >> 16)) / 65_536.0;
            // Shifted to be positive, so that truncation rounds the same way on both sides of zero.
            let level = f64::from(sample) * full + triangular + (full + 0.5);
            let clamped = level.clamp(0.0, 2.0 * full - 0.5);
            self.clipped += u64::from(level < 0.0 || level > 2.0 * full - 0.5);
            let value = if level.is_nan() { 0 } else { clamped as i32 - full as i32 };
            push(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn i16s(dither: &mut Dither, samples: &[f32]) -> Vec<i16> {
        let mut out = Vec::new();
        dither.to_i16(samples, &mut out);
        out
    }

    #[test]
    fn error_has_no_mean_and_the_power_of_triangular_dither() {
        // A constant anywhere between two steps comes out at its own value on average; the error's variance is that
        // of rounding, 1/12, and of the dither, 2/12.
        for offset in [0.0, 0.25, 0.5, 0.9] {
            let level = (1_000.0 + offset) / 32_768.0;
            let out = i16s(&mut Dither::new(3), &vec![level; 200_000]);
            let errors: Vec<f64> =
                out.iter().map(|&value| f64::from(value) - 1_000.0 - f64::from(offset)).collect();
            let mean = errors.iter().sum::<f64>() / errors.len() as f64;
            let power = errors.iter().map(|error| error * error).sum::<f64>() / errors.len() as f64;
            assert!(mean.abs() < 0.005, "{offset}: mean {mean}");
            assert!((power - 0.25).abs() < 0.005, "{offset}: power {power}");
        }
    }

    #[test]
    fn dither_is_white_and_reaches_a_step_either_way() {
        let out = i16s(&mut Dither::new(3), &vec![0.0; 100_000]);
        assert_eq!((out.iter().min(), out.iter().max()), (Some(&-1), Some(&1)));
        for lag in [1, 2, 3, 480] {
            let product: i64 = out.iter().zip(&out[lag..]).map(|(&a, &b)| i64::from(a) * i64::from(b)).sum();
            assert!((product as f64 / out.len() as f64).abs() < 0.004, "lag {lag}");
        }
    }

    #[test]
    fn silence_is_kept_on_request() {
        let mut dither = Dither::new(1).keeping_silence();
        assert!(i16s(&mut dither, &[0.0, -0.0].repeat(500)).iter().all(|&value| value == 0));
        assert!(i16s(&mut Dither::new(1), &[0.0; 100]).iter().any(|&value| value != 0));
    }

    #[test]
    fn full_scale_is_clipped_and_counted() {
        let mut dither = Dither::new(1);
        let out = i16s(&mut dither, &[2.0, -2.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, 0.999, -0.999]);
        assert_eq!(out[..5], [32_767, -32_768, 32_767, -32_768, 0]);
        assert_eq!(dither.clipped(), 4);
        let mut wide = Vec::new();
        dither.to_i24(&[2.0, -2.0, 0.5], &mut wide);
        assert_eq!(wide[..2], [8_388_607, -8_388_608]);
        assert!((wide[2] - 4_194_304).abs() <= 1);
    }

    proptest! {
        #[test]
        fn blocks_do_not_matter(samples in prop::collection::vec(-1.2f32..1.2, 0..400), cut in 0usize..400, seed: u64) {
            let whole = i16s(&mut Dither::new(seed), &samples);
            let mut dither = Dither::new(seed);
            let (head, tail) = samples.split_at(cut.min(samples.len()));
            let mut pieces = i16s(&mut dither, head);
            pieces.extend(i16s(&mut dither, tail));
            prop_assert_eq!(whole, pieces);
        }
    }
}
