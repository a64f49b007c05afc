//! What each part of the sound room costs: `cargo bench --bench sound`.
//!
//! Rates are in samples of one channel's time, so that 48 Mitem/s is 1,000 times real time at 48 kHz.

#![allow(clippy::unwrap_used, reason = "a bench that cannot start has nothing to say")]

use bulletin::sound::dither::Dither;
use bulletin::sound::limiter::Limiter;
use bulletin::sound::loudness::{Channels, Loudness, Meter};
use bulletin::sound::noise::RoomTone;
use bulletin::sound::resample::Resampler;
use bulletin::sound::{beds, stings};
use bulletin::units::{Dbtp, Frames, SampleRate};
use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

const SECONDS: usize = 20;
const FRAMES: usize = SECONDS * 48_000;

/// Something like speech: syllables of a hundred-hertz buzz with a little hiss, as loud as mastering makes it.
fn speech_like(channels: usize, level: f32) -> Vec<f32> {
    let mut noise = 1u32;
    let mut body = 0.0f32;
    (0..FRAMES)
        .flat_map(|n| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let hiss = (noise >> 9) as f32 / (1u32 << 22) as f32 - 1.0;
            let pulse = if n % 437 == 0 { 8.0 } else { 0.0 };
            body += 0.12 * (pulse + 0.05 * hiss - body);
            let syllable = (n as f32 * std::f32::consts::TAU / 12_000.0).sin().max(0.0);
            std::iter::repeat_n(level * syllable * body, channels)
        })
        .collect()
}

fn white(channels: usize) -> Vec<f32> {
    let mut noise = 1u32;
    (0..FRAMES * channels)
        .map(|_| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (noise >> 9) as f32 / (1u32 << 22) as f32 - 1.0
        })
        .collect()
}

fn limit(bencher: Bencher, input: &[f32]) {
    let mut out = Vec::with_capacity(input.len());
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        out.clear();
        let mut limiter = Limiter::new(2, SampleRate::PROGRAMME, Dbtp(-1.0)).unwrap();
        limiter.process(input, &mut out);
        limiter.finish(&mut out);
        out.len()
    });
}

#[divan::bench]
fn limiter_idle_stereo(bencher: Bencher) {
    limit(bencher, &speech_like(2, 0.2));
}

#[divan::bench]
fn limiter_speech_stereo(bencher: Bencher) {
    limit(bencher, &speech_like(2, 1.6));
}

#[divan::bench]
fn limiter_white_noise_stereo(bencher: Bencher) {
    limit(bencher, &white(2));
}

#[divan::bench]
fn loudness_stereo(bencher: Bencher) {
    let input = speech_like(2, 0.5);
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        let mut loudness = Loudness::new(Channels::Stereo, SampleRate::PROGRAMME).unwrap();
        loudness.add(&input);
        loudness.integrated()
    });
}

#[divan::bench]
fn meter_with_true_peak_stereo(bencher: Bencher) {
    let input = speech_like(2, 0.5);
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        let mut meter = Meter::new(Channels::Stereo, SampleRate::PROGRAMME).unwrap();
        meter.add(&input);
        (meter.integrated(), meter.true_peak())
    });
}

#[divan::bench]
fn ebur128_stereo_for_comparison(bencher: Bencher) {
    let input = speech_like(2, 0.5);
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        let mut meter = ebur128::EbuR128::new(2, 48_000, ebur128::Mode::I).unwrap();
        meter.add_frames_f32(&input).unwrap();
        meter.loudness_global()
    });
}

#[divan::bench]
fn resample_16_to_48(bencher: Bencher) {
    let input = &speech_like(1, 0.5)[..FRAMES / 3];
    let mut resampler = Resampler::new(SampleRate(16_000), SampleRate(48_000)).unwrap();
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| resampler.process(input).unwrap().len());
}

#[divan::bench]
fn dither_to_16_bits_stereo(bencher: Bencher) {
    let input = speech_like(2, 0.5);
    let mut out = Vec::with_capacity(input.len());
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| {
        out.clear();
        Dither::new(1).to_i16(&input, &mut out);
        out.len()
    });
}

#[divan::bench]
fn room_tone_stereo(bencher: Bencher) {
    let tone = RoomTone::new(2, 1);
    let mut buffer = vec![0.0; FRAMES * 2];
    bencher.counter(ItemsCount::new(FRAMES)).bench_local(|| tone.add_to(&mut buffer, Frames(12_345)));
}

#[divan::bench]
fn room_tone_made(bencher: Bencher) {
    bencher.bench_local(|| RoomTone::new(2, 1));
}

#[divan::bench(args = stings::NAMES)]
fn sting(bencher: Bencher, name: &str) {
    bencher.bench_local(|| stings::sting(name));
}

#[divan::bench(args = beds::NAMES)]
fn bed(bencher: Bencher, name: &str) {
    bencher.bench_local(|| beds::bed(name));
}
