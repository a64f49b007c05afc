//! Sounds for tests, the same on every run.

#![allow(dead_code, unreachable_pub, missing_docs, reason = "every test uses another part of it")]

use std::f64::consts::TAU;

/// Numbers in [-1, 1) that a linear congruential generator gives. Source: Knuth's MMIX constants.
pub fn noise(seed: u64) -> impl FnMut() -> f32 {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as f32 / (1u64 << 23) as f32) - 1.0
    }
}

/// Mono: a buzz of many harmonics whose pitch, level and vowel change as in speech, with hisses and pauses between.
pub fn speech(frames: usize) -> Vec<f32> {
    let mut hiss = noise(7);
    let mut phase = 0.0f64;
    let (mut low, mut band) = ([0.0f64; 3], [0.0f64; 3]);
    (0..frames)
        .map(|n| {
            let t = n as f64 / 48_000.0;
            let syllable = (t * 4.1).fract();
            let envelope =
                (syllable * std::f64::consts::PI).sin().powf(1.5) * (1.0 + 0.5 * (TAU * 0.23 * t).sin());
            let pause = if (t * 0.37).fract() > 0.85 { 0.0 } else { 1.0 };
            phase = (phase + (118.0 + 30.0 * (TAU * 0.7 * t).sin()) / 48_000.0).fract();
            let consonant = syllable < 0.18;
            let source = if consonant { f64::from(hiss()) * 0.5 } else { (1.0 - phase).powi(6) * 2.0 - 0.28 };
            // Three resonances that wander.
            let vowel = (t * 1.3).sin();
            let formants = [
                500.0 + 220.0 * vowel,
                1_500.0 - 500.0 * vowel,
                2_600.0 + if consonant { 3_000.0 } else { 0.0 },
            ];
            let mut out = 0.0;
            for (k, hz) in formants.into_iter().enumerate() {
                let f = 2.0 * (std::f64::consts::PI * hz / 48_000.0).sin();
                low[k] += f * band[k];
                let high = source - low[k] - 0.12 * band[k];
                band[k] += f * high;
                out += band[k] * [1.0, 0.6, 0.5][k];
            }
            (out * envelope * pause * 0.35) as f32
        })
        .collect()
}

/// What is over full scale, cut off.
pub fn clipped(samples: &[f32], gain: f32) -> Vec<f32> {
    samples.iter().map(|sample| (sample * gain).clamp(-0.99, 0.99)).collect()
}

/// A tone that rises from 200 Hz to 10 kHz once a second, with a click between.
pub fn chirps(frames: usize) -> Vec<f32> {
    (0..frames)
        .map(|n| {
            let t = (n % 48_000) as f64 / 48_000.0;
            if n % 48_000 == 40_000 {
                return 0.5;
            }
            if t > 0.75 { 0.0 } else { (0.3 * (TAU * (200.0 * t + 6_500.0 * t * t)).sin()) as f32 }
        })
        .collect()
}

/// Left as it is, right a little later and softer.
pub fn stereo(mono: &[f32]) -> Vec<f32> {
    (0..mono.len()).flat_map(|n| [mono[n], if n < 29 { 0.0 } else { 0.8 * mono[n - 29] }]).collect()
}
