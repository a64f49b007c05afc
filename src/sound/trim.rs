//! Where speech begins and ends in a take.
//!
//! An engine puts silence of its own round a sentence; the pauses of a bulletin are the script's business, so that
//! silence goes. What is faint but belongs to a word, a final *s* or the breath of an *h*, stays.

use crate::units::{SampleRate, db_to_linear};
use std::ops::Range;

/// Length of one level reading.
const READING_MS: f64 = 5.0;

/// How far under the take's highest sample a reading still counts as speech. Against the loudest reading instead, the
/// noise that a vocoder leaves in its silences (Pico's reaches −66 dBFS) would count too.
const THRESHOLD_DB: f64 = -50.0;

/// What is kept before the first reading that counts, and after the last.
const KEEP_BEFORE_MS: f64 = 10.0;
const KEEP_AFTER_MS: f64 = 40.0;

/// The part of a mono take that holds speech, with 10 ms before it and 40 ms after, where there is so much.
///
/// Empty where there is nothing to hear. Cost: O(n), no allocation beyond one level per millisecond.
///
/// # Examples
/// ```
/// use bulletin::{sound::trim::speech_range, units::SampleRate};
/// let mut take = vec![0.0; 16_000];
/// for (n, sample) in take[4_000..8_000].iter_mut().enumerate() {
///     *sample = (n as f32 * 0.3).sin();
/// }
/// assert_eq!(speech_range(&take, SampleRate(16_000)), 3_776..8_704);
/// assert!(speech_range(&[0.0; 100], SampleRate(16_000)).is_empty());
/// ```
pub fn speech_range(take: &[f32], rate: SampleRate) -> Range<usize> {
    let Some(heard) = heard(take, rate, THRESHOLD_DB) else { return 0..0 };
    let ms = |ms: f64| (ms * f64::from(rate.0) / 1000.0).round() as usize;
    heard.start.saturating_sub(ms(KEEP_BEFORE_MS))..(heard.end + ms(KEEP_AFTER_MS)).min(take.len())
}

/// How far under its highest sample music is not heard any more: where a fade or a reverberation has died away.
const MUSIC_THRESHOLD_DB: f64 = -66.0;

/// The frames of an interleaved stereo piece of music between the silence in front and the silence after it.
///
/// Empty where there is nothing to hear. Cost: O(n), the channels copied one after the other.
///
/// # Examples
/// ```
/// use bulletin::{sound::trim::music_range, units::SampleRate};
/// let mut piece = vec![0.0; 96_000];
/// for (n, frame) in piece[20_000..60_000].chunks_mut(2).enumerate() {
///     frame[1] = (n as f32 * 0.1).sin();
/// }
/// let range = music_range(&piece, SampleRate(48_000));
/// assert!((9_700..=10_000).contains(&range.start) && (30_000..=30_300).contains(&range.end));
/// ```
pub fn music_range(stereo: &[f32], rate: SampleRate) -> Range<usize> {
    let side = |channel: usize| {
        let side: Vec<f32> = stereo.iter().skip(channel).step_by(2).copied().collect();
        heard(&side, rate, MUSIC_THRESHOLD_DB)
    };
    match (side(0), side(1)) {
        (Some(left), Some(right)) => left.start.min(right.start)..left.end.max(right.end),
        (one, other) => one.or(other).unwrap_or(0..0),
    }
}

/// From the first reading that is heard to the end of the last.
fn heard(take: &[f32], rate: SampleRate, threshold_db: f64) -> Option<Range<usize>> {
    let hop = ((f64::from(rate.0) / 1000.0).round() as usize).max(1);
    let hops_a_reading = READING_MS as usize;
    let energies: Vec<f64> = take
        .chunks(hop)
        .map(|part| part.iter().map(|&sample| f64::from(sample).powi(2)).filter(|e| e.is_finite()).sum())
        .collect();
    // The last reading of a short take is shorter than the rest; its energy is weighed as if silence followed.
    let readings = energies.len().saturating_sub(hops_a_reading - 1).max(usize::from(!energies.is_empty()));
    let reading = |index: usize| -> f64 { energies.iter().skip(index).take(hops_a_reading).sum() };
    let peak = take.iter().filter(|s| s.is_finite()).fold(0f32, |peak, s| peak.max(s.abs()));
    let threshold =
        f64::from(peak).powi(2) * (hop * hops_a_reading) as f64 * db_to_linear(threshold_db).powi(2);
    let heard = |&index: &usize| peak > 0.0 && reading(index) >= threshold;
    let (first, last) = ((0..readings).find(heard)?, (0..readings).rev().find(heard)?);
    Some(first * hop..((last + hops_a_reading) * hop).min(take.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: SampleRate = SampleRate(48_000);

    fn take(parts: &[(usize, f32)]) -> Vec<f32> {
        parts
            .iter()
            .flat_map(|&(ms, level)| (0..ms * 48).map(move |n| level * if n % 2 == 0 { 1.0 } else { -1.0 }))
            .collect()
    }

    #[test]
    fn keeps_speech_and_its_margins() {
        let cases = [
            // A reading of 5 ms that holds the first millisecond of speech begins 4 ms before it.
            (vec![(100, 0.0), (200, 0.5), (100, 0.0)], (100 - 4 - 10)..(300 + 4 + 40)),
            // A tail 40 dB down is speech, one 60 dB down is not.
            (vec![(100, 0.0), (200, 0.5), (100, 0.005), (100, 0.0)], 86..444),
            (vec![(100, 0.0), (200, 0.5), (100, 0.0005), (100, 0.0)], 86..344),
            // No silence to take away.
            (vec![(50, 0.5)], 0..50),
            (vec![(5, 0.5), (95, 0.0)], 0..(5 + 4 + 40)),
            // A quiet gap within is not an end.
            (vec![(50, 0.0), (50, 0.5), (400, 0.0), (50, 0.5), (60, 0.0)], 36..594),
        ];
        for (parts, expected) in cases {
            let got = speech_range(&take(&parts), RATE);
            assert_eq!(got, expected.start * 48..expected.end * 48, "{parts:?}");
        }
    }

    #[test]
    fn the_level_of_the_take_does_not_matter() {
        let loud = take(&[(100, 0.0), (200, 0.5), (50, 0.01), (100, 0.0)]);
        let faint: Vec<f32> = loud.iter().map(|sample| sample * 0.001).collect();
        assert_eq!(speech_range(&loud, RATE), speech_range(&faint, RATE));
    }

    #[test]
    fn odd_takes_do_no_harm() {
        for take in [vec![], vec![0.0; 3], vec![0.5], vec![f32::NAN; 500], vec![f32::MAX; 7]] {
            let range = speech_range(&take, RATE);
            assert!(range.end <= take.len());
        }
        assert_eq!(speech_range(&[0.5], RATE), 0..1);
        assert_eq!(speech_range(&[0.5; 10], SampleRate(0)), 0..10);
    }
}
