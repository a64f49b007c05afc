//! Raised-cosine edges, so that a join has no click.

use std::f32::consts::PI;

/// Fades an interleaved buffer in over its first `frames` frames, in place.
///
/// The gain is a raised cosine, 0 before the first frame and 1 after the last faded one. A buffer shorter than the
/// fade takes the whole curve over its own length.
///
/// # Examples
/// ```
/// let mut take = [1.0; 5];
/// bulletin::sound::fades::fade_in(&mut take, 1, 3);
/// assert_eq!(take.map(|sample| (sample * 1000.0).round()), [146.0, 500.0, 854.0, 1000.0, 1000.0]);
/// ```
pub fn fade_in(interleaved: &mut [f32], channels: usize, frames: usize) {
    let channels = channels.max(1);
    let frames = frames.min(interleaved.len().div_ceil(channels));
    for (index, frame) in interleaved.chunks_mut(channels).take(frames).enumerate() {
        scale(frame, rise(index, frames));
    }
}

/// Fades an interleaved buffer out over its last `frames` frames, in place: [`fade_in`] backwards.
///
/// # Examples
/// ```
/// let mut take = [1.0; 2];
/// bulletin::sound::fades::fade_out(&mut take, 1, 480);
/// assert_eq!(take.map(|sample| (sample * 1000.0).round()), [750.0, 250.0]);
/// ```
pub fn fade_out(interleaved: &mut [f32], channels: usize, frames: usize) {
    let channels = channels.max(1);
    let length = interleaved.len().div_ceil(channels);
    let frames = frames.min(length);
    for (index, frame) in interleaved.chunks_mut(channels).skip(length - frames).enumerate() {
        scale(frame, rise(frames - 1 - index, frames));
    }
}

/// The gain of frame `index` of a rise over `frames`: never quite 0, so that no frame is wasted, never quite 1.
pub(crate) fn rise(index: usize, frames: usize) -> f32 {
    let part = (index + 1) as f32 / (frames + 1) as f32;
    0.5 - 0.5 * libm::cosf(PI * part)
}

fn scale(frame: &mut [f32], gain: f32) {
    for sample in frame {
        *sample *= gain;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_and_out_mirror_each_other_at_any_length() {
        for channels in [1, 2] {
            for length in [0, 1, 2, 5, 240, 500] {
                for frames in [0, 1, 3, 240, 10_000] {
                    let mut rising = vec![1.0; length * channels];
                    let mut falling = rising.clone();
                    fade_in(&mut rising, channels, frames);
                    fade_out(&mut falling, channels, frames);
                    falling.reverse();
                    assert_eq!(rising, falling, "{channels} channels, {length} frames, fade of {frames}");
                    assert!(rising.is_sorted());
                    assert!(rising.iter().all(|gain| (0.0..=1.0).contains(gain)));
                }
            }
        }
    }

    #[test]
    fn the_curve_has_no_step() {
        let mut buffer = vec![1.0f32; 1_000];
        fade_in(&mut buffer, 1, 240);
        // A raised cosine is steepest in the middle: π/2 over its length.
        let steepest = buffer.windows(2).map(|w| w[1] - w[0]).fold(buffer[0], f32::max);
        assert!(steepest < PI / 2.0 / 240.0 * 1.01, "{steepest}");
        assert!(buffer[0] < 0.000_1 && buffer[240] >= 1.0);
    }

    #[test]
    fn no_channel_is_one_channel() {
        let mut buffer = [1.0; 4];
        fade_in(&mut buffer, 0, 2);
        assert_eq!(buffer[2..], [1.0, 1.0]);
    }
}
