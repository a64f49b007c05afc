//! The short sound between two stories.

use super::Sting;
use crate::sound::synth::{Canvas, RATE, bell, mallet, swell, timpani};
use crate::units::Dbtp;

/// A breath, a drum and a fifth of bells; 1.2 s, the voice from 0.8 s.
///
/// # Examples
/// ```
/// let separator = bulletin::sound::stings::separator();
/// assert_eq!(separator.voice_at, bulletin::units::Frames(38_400));
/// ```
pub fn separator() -> Sting {
    let mut canvas = Canvas::new(1.2);
    swell(&mut canvas, 0.0, 0.16, 0.05);
    timpani(&mut canvas, 0.16, 38.0, 0.35, 0.0);
    for (at_s, note, pan) in [(0.16, 74.0, -0.35), (0.26, 81.0, 0.35)] {
        mallet(&mut canvas, at_s, note, 0.2, pan);
        bell(&mut canvas, at_s, 1.0, note + 12.0, 0.06, -pan);
    }
    canvas.reverberate(0.25, 0.9);

    Sting {
        name: "separator",
        samples: canvas.finish(0.7, Dbtp(-6.0)),
        voice_at: RATE.frames_in_seconds(0.8),
        hour_at: None,
    }
}
