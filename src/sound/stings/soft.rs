//! A gentle opener, for the late hours and for podcasts.

use super::Sting;
use crate::sound::synth::{Canvas, Pad, RATE, bell, mallet};
use crate::units::Dbtp;

/// Mallets over a pad, a rising ninth chord on D; 4.4 s, the voice from 2.6 s.
///
/// # Examples
/// ```
/// let soft = bulletin::sound::stings::soft();
/// assert_eq!(soft.frames().seconds(bulletin::units::SampleRate::PROGRAMME), 4.4);
/// ```
pub fn soft() -> Sting {
    const LENGTH_S: f64 = 4.4;
    let mut canvas = Canvas::new(LENGTH_S);
    let pad = Pad { attack_s: 0.5, release_s: 1.6, overtones: (0.3, 0.08) };
    for (note, gain) in [(38.0, 0.08), (50.0, 0.09), (57.0, 0.07), (64.0, 0.06), (66.0, 0.06)] {
        pad.play(&mut canvas, 0.0, 2.0, note, gain);
    }
    let melody = [(0.0, 62.0), (0.2, 69.0), (0.4, 74.0), (0.6, 76.0), (0.8, 78.0), (1.2, 81.0), (1.6, 86.0)];
    for (index, (at_s, note)) in melody.into_iter().enumerate() {
        let pan = if index % 2 == 0 { -0.4 } else { 0.4 };
        mallet(&mut canvas, at_s, note, 0.3, pan);
    }
    bell(&mut canvas, 1.6, 2.6, 86.0, 0.07, 0.2);
    bell(&mut canvas, 1.2, 2.6, 81.0, 0.05, -0.2);
    canvas.reverberate(0.35, 2.2);

    Sting {
        name: "soft",
        samples: canvas.finish(0.7, Dbtp(-6.0)),
        voice_at: RATE.frames_in_seconds(2.6),
        hour_at: None,
    }
}
