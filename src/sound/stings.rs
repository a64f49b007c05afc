//! The station's sounds between words: stings, the separator and the time signal, rendered by our own instruments.

mod breaking;
mod news;
mod pips;
mod separator;
mod soft;

use crate::units::Frames;

/// A short piece of music with the marks a rundown needs.
///
/// # Examples
/// ```
/// let sting = bulletin::sound::stings::sting("news").unwrap();
/// assert!(sting.voice_at < sting.frames());
/// assert_eq!(sting.samples[..2], [0.0, 0.0]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Sting {
    /// The name it is asked for by.
    pub name: &'static str,
    /// Interleaved stereo at 48 kHz, true peak at most −3 dBTP.
    pub samples: Vec<f32>,
    /// Where a voice may enter, over the tail.
    pub voice_at: Frames,
    /// The frame of the full hour, in a time signal.
    pub hour_at: Option<Frames>,
}

impl Sting {
    /// Its length.
    pub fn frames(&self) -> Frames {
        Frames(self.samples.len() as u64 / 2)
    }

    /// What a timeline needs of it.
    pub fn marks(&self) -> Marks {
        Marks { length: self.frames(), voice_at: self.voice_at, hour_at: self.hour_at }
    }
}

/// What a timeline needs of a sting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// Its length.
    pub length: Frames,
    /// Where a voice may enter.
    pub voice_at: Frames,
    /// The frame of the full hour, in a time signal.
    pub hour_at: Option<Frames>,
}

/// The marks of a sting by name, without rendering it. `None` for a name not in [`NAMES`].
///
/// # Examples
/// ```
/// use bulletin::sound::stings::{marks, separator};
/// assert_eq!(marks("separator"), Some(separator().marks()));
/// ```
pub fn marks(name: &str) -> Option<Marks> {
    let (length, voice_at, hour_at) = match name {
        "news" => (249_600, 163_200, None),
        "soft" => (211_200, 124_800, None),
        "breaking" => (192_000, 129_600, None),
        "pips" => (264_000, 276_000, Some(Frames(240_000))),
        "separator" => (57_600, 38_400, None),
        _ => return None,
    };
    Some(Marks { length: Frames(length), voice_at: Frames(voice_at), hour_at })
}

/// The names [`sting`] knows.
pub const NAMES: [&str; 5] = ["news", "soft", "breaking", "pips", "separator"];

/// Renders a sting by name; the same samples every time. `None` for a name not in [`NAMES`].
///
/// # Examples
/// ```
/// use bulletin::sound::stings::{NAMES, sting};
/// assert!(NAMES.iter().all(|name| sting(name).is_some_and(|sting| sting.name == *name)));
/// assert!(sting("fanfare").is_none());
/// ```
pub fn sting(name: &str) -> Option<Sting> {
    Some(match name {
        "news" => news(),
        "soft" => soft(),
        "breaking" => breaking(),
        "pips" => pips(),
        "separator" => separator(),
        _ => return None,
    })
}

pub use breaking::breaking;
pub use news::news;
pub use pips::pips;
pub use separator::separator;
pub use soft::soft;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::loudness::{Channels, Meter};
    use crate::units::SampleRate;

    fn side(samples: &[f32], channel: usize) -> impl Iterator<Item = f64> {
        samples.iter().skip(channel).step_by(2).map(|&sample| f64::from(sample))
    }

    /// Correlation of left and right, and the level of left over right in decibels.
    fn image(samples: &[f32]) -> (f64, f64) {
        let product: f64 = side(samples, 0).zip(side(samples, 1)).map(|(left, right)| left * right).sum();
        let energy = |channel| side(samples, channel).map(|sample| sample * sample).sum::<f64>();
        (product / (energy(0) * energy(1)).sqrt(), 10.0 * (energy(0) / energy(1)).log10())
    }

    #[test]
    fn every_sting_is_fit_for_air() {
        for (name, loudness_lufs) in
            [("news", -14.5), ("soft", -16.0), ("breaking", -14.5), ("separator", -19.5)]
        {
            let Sting { samples, voice_at, .. } = sting(name).unwrap();
            let mut meter = Meter::new(Channels::Stereo, SampleRate::PROGRAMME).unwrap();
            meter.add(&samples);
            let (peak_dbtp, lufs) = (meter.true_peak().0, meter.integrated().unwrap().0);
            assert!(peak_dbtp <= -2.99, "{name}: {peak_dbtp} dBTP");
            assert!((lufs - loudness_lufs).abs() < 1.0, "{name}: {lufs} LUFS");
            let (correlation, balance_db) = image(&samples);
            assert!((0.4..0.95).contains(&correlation), "{name}: correlation {correlation}");
            assert!(balance_db.abs() < 0.5, "{name}: {balance_db} dB to the left");
            for channel in 0..2 {
                let mean = side(&samples, channel).sum::<f64>() / (samples.len() as f64 / 2.0);
                assert!(mean.abs() < 1e-5, "{name}: a constant of {mean}");
            }
            // It begins and ends in silence, and is well down where the voice may come in.
            let ends = samples[..2].iter().chain(&samples[samples.len() - 2..]);
            assert!(ends.fold(0.0f32, |a, b| a.max(b.abs())) < 1e-5, "{name} has an edge");
            let tail = &samples[voice_at.0 as usize * 2..];
            let power =
                |part: &[f32]| part.iter().map(|&s| f64::from(s).powi(2)).sum::<f64>() / part.len() as f64;
            assert!(power(tail) < 0.1 * power(&samples), "{name} is still loud when the voice enters");
        }
    }

    #[test]
    fn marks_are_those_of_the_rendered_stings() {
        for name in NAMES {
            assert_eq!(marks(name), Some(sting(name).unwrap().marks()), "{name}");
        }
        assert_eq!(marks("fanfare"), None);
    }

    #[test]
    fn rendering_again_on_another_thread_gives_the_same_bits() {
        for name in NAMES {
            let elsewhere = std::thread::spawn(move || sting(name)).join().unwrap();
            assert_eq!(sting(name), elsewhere);
        }
    }

    #[test]
    fn the_time_signal_is_on_time() {
        let pips = pips();
        let level_at = |ms: usize| -> f32 {
            let from = ms * 96;
            pips.samples[from..from + 960].iter().fold(0.0, |a, b| a.max(b.abs()))
        };
        let amplitude = 0.125_892_54;
        for second in 0..5 {
            assert!((level_at(second * 1_000 + 5) - amplitude).abs() < 1e-4, "pip {second}");
            assert!((level_at(second * 1_000 + 85) - amplitude).abs() < 1e-4, "pip {second}");
            assert!(level_at(second * 1_000 + 101) == 0.0 && level_at(second * 1_000 + 985) == 0.0);
        }
        assert!((level_at(5_005) - amplitude).abs() < 1e-4 && (level_at(5_485) - amplitude).abs() < 1e-4);
        assert_eq!(pips.hour_at, Some(Frames(240_000)));
        // 1 kHz: the same again after 48 frames.
        assert!((pips.samples[1_000] - pips.samples[1_000 + 96]).abs() < 1e-6);
    }
}
