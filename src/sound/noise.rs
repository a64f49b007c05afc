//! Noise that is the same every time: white from a generator written here, and pink room tone.
//!
//! A programme must never fall to digital silence, which listeners take for a fault and some playout systems cut at.

use crate::units::{Frames, db_to_linear};

/// A small generator of uniformly distributed bits. Source: Vigna, xorshift64*, doi 10.1145/2845077.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    /// Different seeds, however close, give unrelated runs.
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: mix(seed).max(1) }
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Uniform in [-1, 1).
    pub(crate) fn sample(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u32 << 23) as f32 - 1.0
    }
}

/// A hash that turns a counter into unrelated bits. Source: Steele, Lea and Flood, `SplitMix64`, doi 10.1145/2714064.
pub(crate) fn mix(counter: u64) -> u64 {
    let mut z = counter.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Level of room tone: audible on no loudspeaker, and not black.
pub const ROOM_TONE_DBFS_RMS: f64 = -75.0;

/// Lengths of the noise loops, prime so that two channels together repeat after 84 hours at 48 kHz.
const LOOPS: [usize; 2] = [119_993, 120_997];

/// Pink noise at [`ROOM_TONE_DBFS_RMS`], different in each channel, readable at any position.
///
/// # Examples
/// ```
/// use bulletin::{sound::noise::RoomTone, units::Frames};
/// let tone = RoomTone::new(2, 1);
/// let (mut once, mut again) = ([0.0; 96], [0.0; 96]);
/// tone.add_to(&mut once, Frames(1_000_000));
/// tone.add_to(&mut again, Frames(1_000_000));
/// assert_eq!(once, again);
/// assert!(once[0] != 0.0 && once[0].abs() < 0.001);
/// ```
#[derive(Debug, Clone)]
pub struct RoomTone {
    loops: Vec<Vec<f32>>,
}

impl RoomTone {
    /// Room tone for frames of `channels` samples; the same seed gives the same noise.
    pub fn new(channels: usize, seed: u64) -> Self {
        let loops = (0..channels.max(1))
            .map(|channel| pink_loop(LOOPS[channel % LOOPS.len()], seed.wrapping_add(channel as u64)))
            .collect();
        Self { loops }
    }

    /// Adds the room tone of the frames from `at` on to an interleaved buffer.
    pub fn add_to(&self, interleaved: &mut [f32], at: Frames) {
        let channels = self.loops.len();
        for (channel, noise) in self.loops.iter().enumerate() {
            let start = (at.0 % noise.len() as u64) as usize;
            let samples = noise[start..].iter().chain(noise.iter().cycle());
            for (frame, sample) in interleaved.chunks_mut(channels).zip(samples) {
                if let Some(place) = frame.get_mut(channel) {
                    *place += sample;
                }
            }
        }
    }
}

/// Pink noise that runs into its own beginning.
///
/// White noise is filtered twice round: by the second the filter has forgotten that it ever began.
fn pink_loop(length: usize, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed);
    let white: Vec<f32> = (0..length).map(|_| random.sample()).collect();
    let mut filter = Pink::default();
    for &sample in &white {
        filter.next(sample);
    }
    let mut pink: Vec<f32> = white.iter().map(|&sample| filter.next(sample)).collect();
    let mean = pink.iter().map(|&sample| f64::from(sample)).sum::<f64>() / length as f64;
    let energy = pink.iter().map(|&sample| (f64::from(sample) - mean).powi(2)).sum::<f64>() / length as f64;
    let gain = db_to_linear(ROOM_TONE_DBFS_RMS) / energy.sqrt();
    for sample in &mut pink {
        *sample = ((f64::from(*sample) - mean) * gain) as f32;
    }
    pink
}

/// White noise to pink, within 0.1 dB of −3 dB an octave above 10 Hz at 44.1 kHz.
///
/// Source: Paul Kellet's refined filter, musicdsp.org "Pink noise filter", public domain.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pink {
    poles: [f32; 6],
    last: f32,
}

impl Pink {
    pub(crate) fn next(&mut self, white: f32) -> f32 {
        const POLES: [f32; 6] = [0.998_86, 0.993_32, 0.969, 0.866_5, 0.55, -0.761_6];
        const GAINS: [f32; 6] = [0.055_517_9, 0.075_075_9, 0.153_852, 0.310_485_6, 0.532_952_2, -0.016_898];
        let mut sum = self.last + white * 0.536_2;
        for ((value, pole), gain) in self.poles.iter_mut().zip(POLES).zip(GAINS) {
            *value = *value * pole + white * gain;
            sum += *value;
        }
        self.last = white * 0.115_926;
        sum
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// White noise for the tests of this room.
    pub(crate) fn white(seed: u64, length: usize) -> impl Iterator<Item = f32> {
        let mut random = Random::new(seed);
        (0..length).map(move |_| random.sample())
    }

    /// Mean power of the DFT bins of a band.
    fn band_energy(samples: &[f32], low_hz: f64, high_hz: f64) -> f64 {
        const LENGTH: usize = 2_048;
        let bin_hz = 48_000.0 / LENGTH as f64;
        let (mut sum, mut count) = (0.0, 0.0);
        for bin in (low_hz / bin_hz).ceil() as usize..(high_hz / bin_hz) as usize {
            for part in samples.chunks_exact(LENGTH) {
                let (mut re, mut im) = (0.0f64, 0.0f64);
                for (n, &sample) in part.iter().enumerate() {
                    // A Hann window keeps the bass out of the treble's bins.
                    let turn = std::f64::consts::TAU * n as f64 / LENGTH as f64;
                    let windowed = f64::from(sample) * (1.0 - turn.cos());
                    re += windowed * (turn * bin as f64).cos();
                    im += windowed * (turn * bin as f64).sin();
                }
                sum += re * re + im * im;
                count += 1.0;
            }
        }
        sum / count
    }

    #[test]
    fn the_level_is_what_it_says() {
        let tone = RoomTone::new(2, 5);
        let mut buffer = vec![0.0f32; 2 * 240_000];
        tone.add_to(&mut buffer, Frames(123_456_789));
        let energy = buffer.iter().map(|&s| f64::from(s).powi(2)).sum::<f64>() / buffer.len() as f64;
        assert!((10.0 * energy.log10() - ROOM_TONE_DBFS_RMS).abs() < 0.2);
        let mean = buffer.iter().map(|&s| f64::from(s)).sum::<f64>() / buffer.len() as f64;
        assert!(mean.abs() < 1e-6);
        assert!(buffer.windows(4).all(|w| w.iter().any(|&s| s != 0.0)));
    }

    #[test]
    fn the_spectrum_falls_three_decibels_an_octave() {
        let noise = pink_loop(LOOPS[0], 11);
        let fall_db =
            10.0 * (band_energy(&noise, 300.0, 600.0) / band_energy(&noise, 4_900.0, 5_200.0)).log10();
        assert!((fall_db - 10.6).abs() < 1.0, "{fall_db:.1} dB over 3.5 octaves");
    }

    #[test]
    fn pieces_make_the_whole_and_the_loop_has_no_seam() {
        let tone = RoomTone::new(2, 9);
        let start = LOOPS[0] as u64 - 500;
        let mut whole = vec![0.0f32; 2_000];
        tone.add_to(&mut whole, Frames(start));
        let mut pieces = vec![0.0f32; 2_000];
        for (index, piece) in pieces.chunks_mut(194).enumerate() {
            tone.add_to(piece, Frames(start + 97 * index as u64));
        }
        assert_eq!(whole, pieces);
        let steps: Vec<f32> = whole
            .chunks(2)
            .map(|f| f[0])
            .collect::<Vec<_>>()
            .windows(2)
            .map(|w| (w[1] - w[0]).abs())
            .collect();
        let seam = steps[499];
        assert!(seam <= steps.iter().copied().fold(0.0, f32::max));
        assert!(seam < 0.0008, "a step of {seam} at the seam");
    }

    #[test]
    fn channels_are_strangers() {
        let tone = RoomTone::new(2, 1);
        let mut buffer = vec![0.0f32; 96_000];
        tone.add_to(&mut buffer, Frames(0));
        let product: f64 = buffer.chunks(2).map(|f| f64::from(f[0]) * f64::from(f[1])).sum();
        let energy: f64 = buffer.iter().map(|&s| f64::from(s).powi(2)).sum::<f64>() / 2.0;
        assert!((product / energy).abs() < 0.2);
    }
}
