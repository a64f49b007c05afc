//! The cases of EBU Tech 3341 (2023) table 1 and Tech 3342 that can be synthesised, through the meter the product uses.
//!
//! Cases 7 and 8 of Tech 3341, and 5 and 6 of Tech 3342, are recordings of programmes and are not made here. Levels are
//! per-channel peaks of a 1 kHz sine in dBFS; all signals are at 48 kHz.

#![allow(clippy::unwrap_used, reason = "a test that cannot set up has failed")]

use bulletin::sound::loudness::{Channels, Loudness, Meter};
use bulletin::units::{SampleRate, db_to_linear};
use std::f64::consts::{PI, TAU};

const RATE_HZ: f64 = 48_000.0;

/// A 1 kHz sine in `channels` equal channels, part after part of (seconds, dBFS); the phase runs on.
fn tone(parts: &[(f64, f64)]) -> Vec<f32> {
    multichannel(parts, &[0.0, 0.0])
}

fn multichannel(parts: &[(f64, f64)], offsets_db: &[f64]) -> Vec<f32> {
    let gains: Vec<f64> = offsets_db.iter().map(|&db| db_to_linear(db)).collect();
    let mut out = Vec::new();
    let mut n = 0u64;
    for &(seconds, level_db) in parts {
        let amplitude = db_to_linear(level_db);
        for _ in 0..(seconds * RATE_HZ).round() as u64 {
            let sample = amplitude * (TAU * (n % 48) as f64 / 48.0).sin();
            out.extend(gains.iter().map(|gain| (gain * sample) as f32));
            n += 1;
        }
    }
    out
}

/// A level no signal of a test has.
const SILENCE: f64 = -400.0;

/// [`Meter`] is this and the true peak.
fn meter(channels: Channels, signal: &[f32]) -> Loudness {
    let mut meter = Loudness::new(channels, SampleRate::PROGRAMME).unwrap();
    meter.add(signal);
    meter
}

fn assert_near(case: &str, measured: Option<f64>, expected: f64, tolerance: f64) {
    let measured = measured.unwrap_or(f64::NAN);
    assert!(
        (measured - expected).abs() <= tolerance,
        "{case}: {measured:.3} where {expected} ±{tolerance} is due"
    );
}

fn integrated(meter: &Loudness) -> Option<f64> {
    meter.integrated().map(|lufs| lufs.0)
}

fn momentary(meter: &Loudness) -> Option<f64> {
    meter.max_momentary().map(|lufs| lufs.0)
}

fn short_term(meter: &Loudness) -> Option<f64> {
    meter.max_short_term().map(|lufs| lufs.0)
}

#[test]
fn tech_3341_cases_1_and_2_all_three_scales() {
    for (case, level) in [("1", -23.0), ("2", -33.0)] {
        let meter = meter(Channels::Stereo, &tone(&[(20.0, level)]));
        assert_near(case, momentary(&meter), level, 0.1);
        assert_near(case, short_term(&meter), level, 0.1);
        assert_near(case, integrated(&meter), level, 0.1);
    }
}

#[test]
fn tech_3341_cases_3_to_5_gating() {
    for (case, parts) in [
        ("3", vec![(10.0, -36.0), (60.0, -23.0), (10.0, -36.0)]),
        ("4", vec![(10.0, -72.0), (10.0, -36.0), (60.0, -23.0), (10.0, -36.0), (10.0, -72.0)]),
        ("5", vec![(20.0, -26.0), (20.1, -20.0), (20.0, -26.0)]),
    ] {
        assert_near(case, integrated(&meter(Channels::Stereo, &tone(&parts))), -23.0, 0.1);
    }
}

#[test]
fn tech_3341_case_6_surround() {
    let signal = multichannel(&[(20.0, 0.0)], &[-28.0, -28.0, -24.0, -30.0, -30.0]);
    assert_near("6", integrated(&meter(Channels::Surround5, &signal)), -23.0, 0.1);
}

#[test]
fn one_channel_for_two_loudspeakers_reads_as_two_channels() {
    let parts = [(5.0, -23.0)];
    assert_near(
        "dual mono",
        integrated(&meter(Channels::DualMono, &multichannel(&parts, &[0.0]))),
        -23.0,
        0.1,
    );
    assert_near("mono", integrated(&meter(Channels::Mono, &multichannel(&parts, &[0.0]))), -26.01, 0.1);
}

#[test]
fn tech_3341_case_9_short_term_constant() {
    let parts = [(1.34, -20.0), (1.66, -30.0)].repeat(5);
    let signal = tone(&parts);
    // Constant: the maximum is −23, and so is every three seconds heard alone.
    assert_near("9", short_term(&meter(Channels::Stereo, &signal)), -23.0, 0.1);
    for from_ms in (0..=12_000).step_by(450) {
        let window = &signal[from_ms * 96..(from_ms + 3_000) * 96];
        assert_near("9, window", short_term(&meter(Channels::Stereo, window)), -23.0, 0.1);
    }
}

#[test]
fn tech_3341_cases_10_and_11_short_term_maxima() {
    for i in 0..20 {
        let offset_s = 0.15 * f64::from(i);
        let signal = tone(&[(offset_s, SILENCE), (3.0, -23.0), (1.0, SILENCE)]);
        assert_near(&format!("10.{i}"), short_term(&meter(Channels::Stereo, &signal)), -23.0, 0.1);
    }
    let mut one_after_another = Loudness::new(Channels::Stereo, SampleRate::PROGRAMME).unwrap();
    for i in 0..20 {
        let (offset_s, level) = (0.15 * f64::from(i), -38.0 + f64::from(i));
        one_after_another.add(&tone(&[(offset_s, SILENCE), (3.0, level), (3.0 - offset_s, SILENCE)]));
        assert_near(&format!("11.{i}"), short_term(&one_after_another), level, 0.1);
    }
}

#[test]
fn tech_3341_case_12_momentary_constant() {
    let signal = tone(&[(0.18, -20.0), (0.22, -30.0)].repeat(25));
    assert_near("12", momentary(&meter(Channels::Stereo, &signal)), -23.0, 0.1);
    for from_ms in (0..=9_600).step_by(70) {
        let window = &signal[from_ms * 96..(from_ms + 400) * 96];
        assert_near("12, window", momentary(&meter(Channels::Stereo, window)), -23.0, 0.1);
    }
}

#[test]
fn tech_3341_cases_13_and_14_momentary_maxima() {
    for i in 0..20 {
        let signal = tone(&[(0.02 * f64::from(i), SILENCE), (0.4, -23.0), (1.0, SILENCE)]);
        assert_near(&format!("13.{i}"), momentary(&meter(Channels::Stereo, &signal)), -23.0, 0.1);
    }
    let mut one_after_another = Loudness::new(Channels::Stereo, SampleRate::PROGRAMME).unwrap();
    for i in 0..20 {
        let (offset_s, level) = (0.02 * f64::from(i), -38.0 + f64::from(i));
        one_after_another.add(&tone(&[(offset_s, SILENCE), (0.4, level), (0.4 - offset_s, SILENCE)]));
        assert_near(&format!("14.{i}"), momentary(&one_after_another), level, 0.1);
    }
}

/// A stereo sine with 10 ms tapers, 1 s long.
fn tapered(part_of_rate: f64, amplitude: f64, degrees: f64) -> Vec<f32> {
    let (frames, edge) = (48_000u32, 480);
    (0..frames)
        .flat_map(|n| {
            let taper = (f64::from(n.min(frames - 1 - n)) / f64::from(edge)).min(1.0);
            let gain = 0.5 - 0.5 * (PI * taper).cos();
            let sample = gain * amplitude * (TAU * part_of_rate * f64::from(n) + degrees.to_radians()).sin();
            [sample as f32; 2]
        })
        .collect()
}

fn assert_true_peak(case: &str, signal: &[f32], expected: f64) {
    let mut meter = Meter::new(Channels::Stereo, SampleRate::PROGRAMME).unwrap();
    meter.add(signal);
    let measured = meter.true_peak().0;
    assert!((-0.4..=0.2).contains(&(measured - expected)), "{case}: {measured:.2} where {expected} is due");
}

#[test]
fn tech_3341_cases_15_to_19_true_peak_of_sines() {
    for (case, part, amplitude, degrees, expected) in [
        ("15", 4.0, 0.5, 0.0, -6.0),
        ("16", 4.0, 0.5, 45.0, -6.0),
        ("17", 6.0, 0.5, 60.0, -6.0),
        ("18", 8.0, 0.5, 67.5, -6.0),
        ("19", 4.0, 1.41, 45.0, 3.0),
    ] {
        assert_true_peak(case, &tapered(1.0 / part, amplitude, degrees), expected);
    }
}

#[test]
fn tech_3341_cases_20_to_23_true_peak_between_samples() {
    // At 192 kHz: a sine at fs/6 of amplitude 0.5 with one cycle at fs/4 of amplitude 1 in it, whole periods all.
    let low = |n: usize| 0.5 * (TAU * n as f64 / 24.0).sin();
    let cycle = |n: usize| (TAU * n as f64 / 16.0).sin();
    let before = 24 * 400;
    let fast: Vec<f64> = (0..before).map(low).chain((0..16).map(cycle)).chain((0..before).map(low)).collect();
    // A low-pass at 0.9 of the half rate, then every fourth sample from offset 0 to 3.
    let half = 256;
    let cutoff = 0.9 / 8.0;
    let taps: Vec<f64> = (-half..=half)
        .map(|k| {
            let t = f64::from(k);
            let sinc = if k == 0 { 2.0 * cutoff } else { (TAU * cutoff * t).sin() / (PI * t) };
            let turn = PI * t / f64::from(half + 1);
            sinc * (0.42 + 0.5 * turn.cos() + 0.08 * (2.0 * turn).cos())
        })
        .collect();
    let reach = half as usize;
    for offset in 0..4 {
        let signal: Vec<f32> = (reach..fast.len() - reach)
            .skip(offset)
            .step_by(4)
            .flat_map(|centre| {
                let window = &fast[centre - reach..=centre + reach];
                let sample: f64 = window.iter().zip(&taps).map(|(sample, tap)| sample * tap).sum();
                [sample as f32; 2]
            })
            .collect();
        // The ends are cut hard and would ring: what is judged is the middle, faded at either end.
        let mut signal = signal;
        bulletin::sound::fades::fade_in(&mut signal, 2, 480);
        bulletin::sound::fades::fade_out(&mut signal, 2, 480);
        assert_true_peak(&format!("{}", 20 + offset), &signal, 0.0);
    }
}

#[test]
fn tech_3342_cases_1_to_4_range() {
    for (case, levels, expected) in [
        ("1", vec![-20.0, -30.0], 10.0),
        ("2", vec![-20.0, -15.0], 5.0),
        ("3", vec![-40.0, -20.0], 20.0),
        ("4", vec![-50.0, -35.0, -20.0, -35.0, -50.0], 15.0),
    ] {
        let parts: Vec<(f64, f64)> = levels.into_iter().map(|level| (20.0, level)).collect();
        assert_near(case, meter(Channels::Stereo, &tone(&parts)).range_lu(), expected, 1.0);
    }
}
