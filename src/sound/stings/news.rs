//! The opener of a news bulletin.

use super::Sting;
use crate::sound::synth::{Brass, Canvas, RATE, bell, swell, tick, timpani};
use crate::units::Dbtp;

/// Brass, bells and kettledrums at 120 beats a minute: D, B♭, C, D major; 5.2 s, the voice from 3.4 s.
///
/// # Examples
/// ```
/// let news = bulletin::sound::stings::news();
/// assert_eq!(news.frames().seconds(bulletin::units::SampleRate::PROGRAMME), 5.2);
/// ```
pub fn news() -> Sting {
    const LENGTH_S: f64 = 5.2;
    let mut canvas = Canvas::new(LENGTH_S);
    let brass = Brass { bright_hz: 3_400.0, attack_s: 0.035, release_s: 0.55 };

    // An open fifth twice, then the old cadence of fanfares: flat sixth, flat seventh, tonic in the major.
    let chords: [(f64, f64, &[f64]); 5] = [
        (0.0, 0.55, &[50.0, 57.0, 62.0, 69.0]),
        (0.75, 0.18, &[50.0, 57.0, 62.0, 69.0]),
        (1.0, 0.42, &[46.0, 53.0, 58.0, 65.0, 70.0]),
        (1.5, 0.42, &[48.0, 55.0, 60.0, 67.0, 72.0]),
        (2.0, 1.3, &[50.0, 57.0, 62.0, 66.0, 69.0, 74.0]),
    ];
    for (at_s, length_s, notes) in chords {
        for &note in notes {
            brass.play(&mut canvas, at_s, length_s, note, 0.075);
        }
    }
    for (at_s, note, gain) in [
        (0.0, 38.0, 0.5),
        (0.75, 38.0, 0.3),
        (1.0, 34.0, 0.45),
        (1.5, 36.0, 0.45),
        (2.0, 38.0, 0.6),
        (2.75, 38.0, 0.25),
    ] {
        timpani(&mut canvas, at_s, note, gain, 0.1);
    }
    for (at_s, note, pan) in [
        (0.0, 81.0, -0.3),
        (0.75, 81.0, 0.3),
        (1.0, 82.0, -0.3),
        (1.5, 84.0, 0.3),
        (2.0, 86.0, -0.2),
        (2.0, 78.0, 0.35),
    ] {
        bell(&mut canvas, at_s, 2.8, note, 0.11, pan);
    }
    for sixteenth in 0..27 {
        let accent = if sixteenth % 4 == 0 { 1.0 } else { 0.6 };
        let fade = if sixteenth > 16 { 1.0 - f64::from(sixteenth - 16) / 11.0 } else { 1.0 };
        let (note, pan) = if sixteenth % 2 == 0 { (86.0, -0.5) } else { (93.0, 0.5) };
        tick(&mut canvas, f64::from(sixteenth) * 0.125, note, (0.06 * accent * fade) as f32, pan);
    }
    swell(&mut canvas, 1.0, 2.0, 0.10);
    canvas.reverberate(0.45, 2.0);

    Sting {
        name: "news",
        samples: canvas.finish(0.9, Dbtp(-3.0)),
        voice_at: RATE.frames_in_seconds(3.4),
        hour_at: None,
    }
}
