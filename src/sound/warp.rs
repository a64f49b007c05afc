//! Two renderings of the same words, laid one over the other.
//!
//! Dynamic time warping (Sakoe and Chiba 1978, symmetric form) over the logarithm of the energy in twenty bands of equal
//! width on the mel scale, each against its own mean. What is known of one rendering, such as where its words begin, is
//! then known of the other.

use crate::units::SampleRate;
use realfft::RealFftPlanner;

/// One reading every 4 ms: two renderings by one voice are found to lie a reading apart at most.
const HOP_MS: f64 = 4.0;

/// What one reading looks at.
const WINDOW_MS: f64 = 16.0;

/// Bands of a reading, between the lowest frequency that a voice has and the highest that says anything of the sound.
const BANDS: usize = 20;
const LOWEST_HZ: f64 = 100.0;
const HIGHEST_HZ: f64 = 7_000.0;

/// Under the loudest reading by this much, there is nothing to hear.
const FLOOR_DB: f64 = 60.0;

/// How far from proportion the two may stray, beside the share below.
const STRAY_MS: f64 = 300.0;
const STRAY_SHARE: f64 = 0.1;

/// The table of a warp is no larger; past it the two are taken to be in proportion. Ten minutes of a voice against itself
/// come to 37 million.
const MOST_CELLS: usize = 64_000_000;

/// Where each moment of one rendering is in the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Warp {
    /// By readings of the first: the reading of the second.
    to: Vec<f64>,
    from_hop: f64,
    to_hop: f64,
    to_length: usize,
    /// Samples of the second for one of the first, where nothing better is known.
    scale: f64,
}

impl Warp {
    /// Lays mono `first` over mono `second`.
    ///
    /// Cost: O(n), times what they may stray.
    ///
    /// # Examples
    /// ```
    /// use bulletin::{sound::warp::Warp, units::SampleRate};
    /// let tone = |hz: f32, n: usize| (0..n).map(move |i| (i as f32 * hz * 0.000_393).sin());
    /// let (first, rate) = (tone(300.0, 4_000).chain(tone(900.0, 4_000)).collect::<Vec<_>>(), SampleRate(16_000));
    /// let second: Vec<f32> = tone(300.0, 6_000).chain(tone(900.0, 4_000)).collect();
    /// let warp = Warp::between((&first, rate), (&second, rate));
    /// assert!(warp.at(4_000).abs_diff(6_000) <= 128, "{}", warp.at(4_000));
    /// ```
    pub fn between(
        (first, first_rate): (&[f32], SampleRate),
        (second, second_rate): (&[f32], SampleRate),
    ) -> Self {
        let hop = |rate: SampleRate| f64::from(rate.0) * HOP_MS / 1000.0;
        let (a, b) = (readings(first, first_rate), readings(second, second_rate));
        let to = path(&a, &b).unwrap_or_default();
        let scale = if first.is_empty() { 1.0 } else { second.len() as f64 / first.len() as f64 };
        Self { to, from_hop: hop(first_rate), to_hop: hop(second_rate), to_length: second.len(), scale }
    }

    /// The sample of the second rendering for one of the first.
    pub fn at(&self, sample: usize) -> usize {
        let found = if self.to.is_empty() {
            sample as f64 * self.scale
        } else {
            let place = sample as f64 / self.from_hop;
            let (whole, part) = ((place as usize).min(self.to.len() - 1), place.fract());
            let here = self.to[whole];
            let next = self.to.get(whole + 1).copied().unwrap_or(here);
            (here + (next - here) * part) * self.to_hop
        };
        (found.round() as usize).min(self.to_length)
    }
}

type Reading = [f32; BANDS];

/// The bands' levels over time, in bels, each against its mean.
fn readings(mono: &[f32], rate: SampleRate) -> Vec<Reading> {
    let samples_in = |ms: f64| (f64::from(rate.0) * ms / 1000.0).max(1.0);
    let size = (samples_in(WINDOW_MS) as usize).next_power_of_two().max(64);
    let hop = samples_in(HOP_MS);
    let fft = RealFftPlanner::<f32>::new().plan_fft_forward(size);
    let (mut input, mut output) = (fft.make_input_vec(), fft.make_output_vec());
    let window: Vec<f32> = (0..size)
        .map(|n| (0.5 - 0.5 * libm::cos(std::f64::consts::TAU * (n as f64 + 0.5) / size as f64)) as f32)
        .collect();
    let edges = band_edges(rate, size);
    let mut energies: Vec<[f64; BANDS]> = Vec::with_capacity((mono.len() as f64 / hop) as usize + 1);
    let mut loudest = 0.0_f64;
    for n in 0.. {
        let centre = (f64::from(n) * hop) as usize;
        if centre >= mono.len() {
            break;
        }
        for (i, (place, weight)) in input.iter_mut().zip(&window).enumerate() {
            let sample = (centre + i).checked_sub(size / 2).and_then(|at| mono.get(at)).copied();
            *place = sample.filter(|sample| sample.is_finite()).unwrap_or(0.0) * weight;
        }
        // The buffers are the plan's own: the only way this could fail.
        if fft.process(&mut input, &mut output).is_err() {
            return Vec::new();
        }
        let mut bands = [0.0; BANDS];
        for (band, pair) in bands.iter_mut().zip(edges.windows(2)) {
            let bins = &output[pair[0].min(output.len())..pair[1].min(output.len())];
            *band = bins.iter().map(|bin| f64::from(bin.norm_sqr())).sum();
            loudest = loudest.max(*band);
        }
        energies.push(bands);
    }
    let floor = (loudest * libm::pow(10.0, -FLOOR_DB / 10.0)).max(f64::MIN_POSITIVE);
    let mut means = [0.0; BANDS];
    let mut levels: Vec<[f64; BANDS]> = energies;
    for bands in &mut levels {
        for (level, mean) in bands.iter_mut().zip(&mut means) {
            *level = libm::log10(level.max(floor));
            *mean += *level;
        }
    }
    let count = levels.len().max(1) as f64;
    levels
        .iter()
        .map(|bands| std::array::from_fn(|band| (bands[band] - means[band] / count) as f32))
        .collect()
}

/// First bin of each band, and the one after the last.
fn band_edges(rate: SampleRate, size: usize) -> Vec<usize> {
    // O'Shaughnessy 1987.
    let mel = |hz: f64| 2595.0 * libm::log10(1.0 + hz / 700.0);
    let hz = |mel: f64| 700.0 * (libm::pow(10.0, mel / 2595.0) - 1.0);
    let (low, high) = (mel(LOWEST_HZ), mel(HIGHEST_HZ.min(f64::from(rate.0) / 2.0)));
    let mut edges: Vec<usize> = Vec::with_capacity(BANDS + 1);
    for band in 0..=BANDS {
        let at = hz(low + (high - low) * band as f64 / BANDS as f64);
        let bin = (at * size as f64 / f64::from(rate.0)).round() as usize;
        // A band has one bin at least.
        let least = edges.last().map_or(1, |last| last + 1);
        edges.push(bin.max(least));
    }
    edges
}

/// How one reading was come to.
const TOGETHER: u8 = 0;
const FIRST_ALONE: u8 = 1;
const SECOND_ALONE: u8 = 2;

/// For each reading of `a` the last of those of `b` it lies over, so that a sound which begins after a pause that only
/// `b` makes begins after it; none where there is nothing to lay over.
fn path(a: &[Reading], b: &[Reading]) -> Option<Vec<f64>> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let longest = a.len().max(b.len());
    let stray = (STRAY_MS / HOP_MS + STRAY_SHARE * longest as f64) as usize;
    let width = 2 * stray + 1;
    if a.len().checked_mul(width).is_none_or(|cells| cells > MOST_CELLS) {
        return None;
    }
    let slope = if a.len() > 1 { (b.len() - 1) as f64 / (a.len() - 1) as f64 } else { 0.0 };
    // The column of `b` that the first cell of a row stands for, which may be before the beginning.
    let first = |row: usize| (row as f64 * slope).round() as isize - stray as isize;
    let mut moves = vec![TOGETHER; a.len() * width];
    let mut above = vec![f32::INFINITY; width];
    let mut here = vec![f32::INFINITY; width];
    for (row, reading) in a.iter().enumerate() {
        let shift = if row == 0 { 0 } else { first(row) - first(row - 1) };
        for cell in 0..width {
            let column = first(row) + cell as isize;
            let Some(other) = usize::try_from(column).ok().and_then(|column| b.get(column)) else {
                here[cell] = f32::INFINITY;
                continue;
            };
            let distance = distance(reading, other);
            let old = |back: isize| {
                let cell = cell as isize + shift - back;
                usize::try_from(cell).ok().and_then(|cell| above.get(cell)).copied().unwrap_or(f32::INFINITY)
            };
            let (mut best, mut how) = if row == 0 && column == 0 {
                (2.0 * distance, TOGETHER)
            } else if row == 0 {
                (f32::INFINITY, TOGETHER)
            } else {
                (old(1) + 2.0 * distance, TOGETHER)
            };
            if row > 0 && old(0) + distance < best {
                (best, how) = (old(0) + distance, FIRST_ALONE);
            }
            if cell > 0 && here[cell - 1] + distance < best {
                (best, how) = (here[cell - 1] + distance, SECOND_ALONE);
            }
            here[cell] = best;
            moves[row * width + cell] = how;
        }
        std::mem::swap(&mut above, &mut here);
    }
    // Back from the last of both, which the slope puts in the middle of the last row.
    let mut reached = vec![f64::NEG_INFINITY; a.len()];
    let (mut row, mut column) = (a.len() - 1, b.len() as isize - 1);
    loop {
        reached[row] = reached[row].max(column as f64);
        let cell = usize::try_from(column - first(row)).ok().filter(|cell| *cell < width)?;
        match moves[row * width + cell] {
            _ if row == 0 && column <= 0 => break,
            SECOND_ALONE => column -= 1,
            FIRST_ALONE if row > 0 => row -= 1,
            _ if row > 0 && column > 0 => {
                row -= 1;
                column -= 1;
            }
            _ => return None,
        }
    }
    Some(reached)
}

fn distance(a: &Reading, b: &Reading) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A string of tones, each with its length.
    fn tones(rate: u32, tones: &[(f64, usize)]) -> Vec<f32> {
        let mut phase = 0.0;
        let mut samples = Vec::new();
        for (hz, length) in tones {
            for _ in 0..*length {
                phase += std::f64::consts::TAU * hz / f64::from(rate);
                samples.push((0.3 * libm::sin(phase)) as f32);
            }
        }
        samples
    }

    #[test]
    fn edges_are_found_where_they_moved() {
        let notes = [300.0, 1_200.0, 500.0, 2_500.0, 800.0];
        for (rate, lengths) in [
            (16_000, [8_000, 4_000, 4_000, 4_000, 8_000]),
            (16_000, [5_000, 6_000, 3_000, 5_000, 9_000]),
            // The same at another rate: lengths in samples are 1.5 times as many.
            (24_000, [12_000, 6_000, 6_000, 6_000, 12_000]),
        ] {
            let first = tones(16_000, &notes.map(|hz| (hz, 4_000)));
            let placed: Vec<(f64, usize)> = notes.iter().copied().zip(lengths).collect();
            let second = tones(rate, &placed);
            let warp = Warp::between((&first, SampleRate(16_000)), (&second, SampleRate(rate)));
            let mut expected = 0;
            for (n, length) in lengths.iter().enumerate() {
                let found = warp.at(n * 4_000);
                // Two readings.
                assert!(
                    found.abs_diff(expected) <= rate as usize / 125,
                    "{rate} {n}: {found} for {expected}"
                );
                expected += length;
            }
            let far = warp.at(usize::MAX / 4);
            assert!(far <= second.len(), "{far}");
        }
    }

    #[test]
    fn nothing_and_noise_are_no_trouble() {
        let rate = SampleRate(16_000);
        for (first, second) in [
            (vec![], vec![]),
            (vec![0.0; 10], vec![]),
            (vec![0.0; 1_000], vec![0.0; 16_000]),
            (vec![f32::NAN; 3_000], vec![f32::INFINITY; 2_000]),
            (vec![0.5], vec![0.5; 100_000]),
        ] {
            let warp = Warp::between((&first, rate), (&second, rate));
            let places: Vec<usize> = (0..first.len() + 2).map(|n| warp.at(n)).collect();
            assert!(places.iter().all(|&place| place <= second.len()));
            assert!(places.is_sorted());
        }
    }
}
