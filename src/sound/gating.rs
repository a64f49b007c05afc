//! Loudness of speech that comes in parts: gating blocks measured a take at a time and judged together.

use crate::Result;
use crate::sound::loudness::{Channels, Loudness, gated};
use crate::units::{Lufs, SampleRate};

/// Energies of the 400 ms gating blocks of some takes, 100 ms apart.
///
/// Source: ITU-R BS.1770-5 Annex 1; differs: blocks never straddle two takes, so the silence that a programme puts
/// between sentences does not count.
///
/// # Examples
/// ```
/// use bulletin::{sound::gating::Blocks, units::SampleRate};
/// let tone: Vec<f32> = (0..48_000).map(|i| (i as f32 * 0.13).sin() * 0.1).collect();
/// let one = Blocks::measure(&tone, SampleRate(48_000)).unwrap();
/// let mut two = one.clone();
/// two.extend(&one);
/// assert!((one.integrated().unwrap().0 - two.integrated().unwrap().0).abs() < 1e-9);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Blocks {
    energies: Vec<f64>,
}

impl Blocks {
    /// Measures one take; one shorter than a block is taken as a single block padded with silence.
    ///
    /// Shape: mono, nominal [-1, 1].
    ///
    /// # Errors
    /// [`crate::Error::Sound`] for a rate the meter does not take.
    pub fn measure(mono: &[f32], rate: SampleRate) -> Result<Self> {
        let mut loudness = Loudness::new(Channels::Mono, rate)?;
        loudness.add(mono);
        let block = rate.frames_in_ms(400).0 as usize;
        if !mono.is_empty() && mono.len() < block {
            loudness.add(&vec![0.0; block - mono.len()]);
        }
        Ok(Self { energies: loudness.blocks().to_vec() })
    }

    /// Adds the blocks of another take.
    pub fn extend(&mut self, other: &Self) {
        self.energies.extend_from_slice(&other.energies);
    }

    /// Integrated loudness over all blocks; `None` where all are below the absolute gate of −70 LUFS.
    pub fn integrated(&self) -> Option<Lufs> {
        gated(&self.energies)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(seconds: f64, level: f64, rate: u32) -> Vec<f32> {
        let n = (seconds * f64::from(rate)) as usize;
        (0..n)
            .map(|i| {
                let phase = i as f64 * 1000.0 * std::f64::consts::TAU / f64::from(rate);
                (10f64.powf(level / 20.0) * phase.sin()) as f32
            })
            .collect()
    }

    #[test]
    fn a_mono_sine_reads_three_below_its_peak() {
        // BS.1770: 0 dBFS at 1 kHz (997 Hz) in one channel reads −3.01 LUFS.
        for rate in [16_000, 22_050, 48_000] {
            let blocks = Blocks::measure(&sine(2.0, -20.0, rate), SampleRate(rate)).unwrap();
            assert!((blocks.integrated().unwrap().0 + 23.0).abs() < 0.1, "{rate}: {:?}", blocks.integrated());
        }
    }

    #[test]
    fn quiet_parts_are_gated() {
        let mut blocks = Blocks::measure(&sine(2.0, -20.0, 48_000), SampleRate(48_000)).unwrap();
        blocks.extend(&Blocks::measure(&sine(5.0, -50.0, 48_000), SampleRate(48_000)).unwrap());
        assert!((blocks.integrated().unwrap().0 + 23.0).abs() < 0.1);
        assert_eq!(Blocks::measure(&vec![0.0; 48_000], SampleRate(48_000)).unwrap().integrated(), None);
        assert_eq!(Blocks::default().integrated(), None);
    }

    #[test]
    fn a_short_take_still_has_a_level() {
        let blocks = Blocks::measure(&sine(0.25, -20.0, 48_000), SampleRate(48_000)).unwrap();
        assert!(blocks.integrated().is_some());
    }
}
