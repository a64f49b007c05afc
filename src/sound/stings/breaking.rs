//! The opener that interrupts.

use super::Sting;
use crate::sound::synth::{Brass, Canvas, RATE, bell, swell, tick, timpani};
use crate::units::Dbtp;

/// Short hard chords in D minor over running ticks at 144 beats a minute; 4 s, the voice from 2.7 s.
///
/// # Examples
/// ```
/// let breaking = bulletin::sound::stings::breaking();
/// assert_eq!(breaking.frames().seconds(bulletin::units::SampleRate::PROGRAMME), 4.0);
/// ```
pub fn breaking() -> Sting {
    const LENGTH_S: f64 = 4.0;
    const BEAT_S: f64 = 60.0 / 144.0;
    let mut canvas = Canvas::new(LENGTH_S);
    let brass = Brass { bright_hz: 4_200.0, attack_s: 0.02, release_s: 0.35 };
    let open: &[f64] = &[50.0, 57.0, 62.0, 69.0];
    let flat: &[f64] = &[51.0, 58.0, 63.0, 70.0];
    let minor: &[f64] = &[50.0, 57.0, 62.0, 65.0, 69.0, 74.0];
    for (beat, length_s, notes) in [
        (0.0, 0.12, open),
        (0.75, 0.12, open),
        (1.5, 0.2, flat),
        (2.0, 0.12, open),
        (2.75, 0.12, flat),
        (3.5, 0.9, minor),
    ] {
        for &note in notes {
            brass.play(&mut canvas, beat * BEAT_S, length_s, note, 0.08);
        }
        timpani(&mut canvas, beat * BEAT_S, notes[0] - 12.0, 0.5, -0.1);
    }
    bell(&mut canvas, 0.0, 2.0, 81.0, 0.10, -0.3);
    bell(&mut canvas, 3.5 * BEAT_S, 2.4, 86.0, 0.12, 0.3);
    for sixteenth in 0..26 {
        let accent = if sixteenth % 2 == 0 { 1.0 } else { 0.65 };
        let fade = if sixteenth > 14 { 1.0 - f64::from(sixteenth - 14) / 12.0 } else { 1.0 };
        let (note, pan) = if sixteenth % 4 < 2 { (86.0, -0.5) } else { (89.0, 0.5) };
        tick(&mut canvas, f64::from(sixteenth) * BEAT_S / 4.0, note, (0.075 * accent * fade) as f32, pan);
    }
    swell(&mut canvas, 2.0 * BEAT_S, 3.5 * BEAT_S, 0.10);
    canvas.reverberate(0.22, 1.4);

    Sting {
        name: "breaking",
        samples: canvas.finish(0.95, Dbtp(-4.5)),
        voice_at: RATE.frames_in_seconds(2.7),
        hour_at: None,
    }
}
