//! The Greenwich time signal.

use super::Sting;
use crate::sound::fades::{fade_in, fade_out};
use crate::sound::synth::RATE;
use crate::units::{Frames, db_to_linear};

/// Five pips of 0.1 s, one a second, and one of 0.5 s whose start is the hour: 1 kHz at −18 dBFS; 5.5 s.
///
/// Source: BBC, "The Six Pips" (1 kHz since 1972, the long pip since 1971). The same in both channels.
///
/// # Examples
/// ```
/// let pips = bulletin::sound::stings::pips();
/// assert_eq!(pips.hour_at, Some(bulletin::units::Frames(240_000)));
/// ```
pub fn pips() -> Sting {
    const EDGE_MS: u32 = 2;
    let second = RATE.frames_in_ms(1_000).0 as usize;
    let mut samples = vec![0.0f32; second * 2 * 11 / 2];
    let amplitude = db_to_linear(-18.0);
    for pip in 0..6 {
        let length_ms = if pip == 5 { 500 } else { 100 };
        let start = pip * second * 2;
        let pip = &mut samples[start..start + RATE.frames_in_ms(length_ms).0 as usize * 2];
        for (n, frame) in pip.chunks_exact_mut(2).enumerate() {
            // 48 frames are one whole turn, so the phase never grows.
            let turns = (n % 48) as f64 / 48.0;
            frame.fill((amplitude * libm::sin(std::f64::consts::TAU * turns)) as f32);
        }
        let edge = RATE.frames_in_ms(EDGE_MS).0 as usize;
        fade_in(pip, 2, edge);
        fade_out(pip, 2, edge);
    }
    Sting {
        name: "pips",
        // A breath after the last pip.
        voice_at: Frames(samples.len() as u64 / 2) + RATE.frames_in_ms(250),
        hour_at: Some(Frames(5 * second as u64)),
        samples,
    }
}
