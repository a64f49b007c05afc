//! Gains and sums, on sounds that are nothing but constants.

use super::*;
use crate::programme::sounds::Loop;
use crate::programme::takes::Prepared;
use crate::sound::beds::Bed;
use crate::sound::stings::Marks;

const MS: u64 = 48;

/// A timeline over takes of a constant level each, one sting and one bed.
struct Scene {
    timeline: Timeline,
    takes: Takes,
    sounds: Sounds,
}

fn placed(source: Source, start_ms: u64, length_ms: u64) -> Placed {
    Placed {
        start: Frames(start_ms * MS),
        length: Frames(length_ms * MS),
        source,
        part: 0,
        cue: 0,
        skip: Frames::ZERO,
        gain_db: 0.0,
        fade_in: Frames::ZERO,
        fade_out: Frames::ZERO,
    }
}

fn take(sentence: usize, start_ms: u64, length_ms: u64) -> Placed {
    placed(Source::Take { sentence, story: Some(0) }, start_ms, length_ms)
}

/// Music of level `level` that counts as already at its loudness.
fn scene(mut elements: Vec<Placed>, beds: Vec<BedSpan>, length_ms: u64, voice: f32, level: f32) -> Scene {
    elements.sort_by_key(|p| p.start);
    let count = elements.iter().filter(|p| matches!(p.source, Source::Take { .. })).count();
    let mut takes = Takes::new(count, &std::env::temp_dir());
    for p in &elements {
        if let Source::Take { sentence, .. } = p.source {
            let samples = vec![voice; (p.skip + p.length).0 as usize];
            takes
                .put(sentence, 0, Prepared { samples, blocks: Blocks::default(), words: Vec::new() })
                .unwrap();
        }
    }
    let samples = vec![level; 2 * 3_000 * MS as usize];
    let marks = Marks { length: Frames(3_000 * MS), voice_at: Frames(2_000 * MS), hour_at: None };
    let sounds = Sounds {
        stings: vec![Music { samples, marks, loudness: None }],
        beds: vec![Loop { bed: Bed { name: "file", samples: vec![level; 20_000] }, loudness: None }],
    };
    let timeline = Timeline { placed: elements, beds, length: Frames(length_ms * MS), hour: None };
    Scene { timeline, takes, sounds }
}

impl Scene {
    fn mixer(&self) -> Mixer<'_> {
        Mixer::new(&self.timeline, &self.takes, &self.sounds, &Settings::default())
    }

    fn pulled(&self, most: usize) -> Vec<f32> {
        let (mut all, mut block) = (Vec::new(), Vec::new());
        let mut mixer = self.mixer();
        // From the beginning again, as mastering does.
        mixer.pull(1_000, &mut block).unwrap();
        mixer.rewind();
        loop {
            mixer.pull(most, &mut block).unwrap();
            if block.is_empty() {
                return all;
            }
            all.extend_from_slice(&block);
        }
    }
}

fn span(start_ms: u64, length_ms: u64, fade_in_ms: u64, fade_out_ms: u64) -> BedSpan {
    BedSpan {
        bed: 0,
        start: Frames(start_ms * MS),
        length: Frames(length_ms * MS),
        gain_db: 0.0,
        fade_in: Frames(fade_in_ms * MS),
        fade_out: Frames(fade_out_ms * MS),
    }
}

#[test]
fn a_bed_makes_way_for_the_voice_as_the_script_says() {
    // Voices at 3–4 s and 5–6 s: the gap of a second is held through; then one at 9–10 s.
    let takes = vec![take(0, 3_000, 1_000), take(1, 5_000, 1_000), take(2, 9_000, 1_000)];
    let scene = scene(takes, vec![span(500, 13_000, 1_000, 2_000)], 14_000, 0.0, 1.0);
    let left: Vec<f32> = scene.pulled(8_192).iter().step_by(2).copied().collect();
    // 5 LU under the voice by itself and 18 under it: 13 dB down.
    for (ms, expected_db) in [
        (400, f64::NEG_INFINITY),
        (1_000, -6.02), // half way in, on a raised cosine
        (1_600, 0.0),
        (2_550, 0.0),
        (2_725, -6.5), // half of 350 ms, which end 100 ms before the voice
        (2_900, -13.0),
        (3_500, -13.0),
        (4_500, -13.0),
        (5_999, -13.0),
        (6_500, -6.5), // half of 1 s
        (7_000, 0.0),
        (8_550, 0.0),
        (8_900, -13.0),
        (11_000, 0.0),
        (12_500, -6.02), // half way out
        (13_600, f64::NEG_INFINITY),
    ] {
        let db = 20.0 * f64::from(left[ms * MS as usize]).log10();
        assert!((db - expected_db).abs() < 0.05 || db.to_bits() == expected_db.to_bits(), "{ms} ms: {db} dB");
    }
    let steepest = left.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
    assert!(steepest < 2e-4, "a step of {steepest}");
}

#[test]
fn however_it_is_cut_into_blocks_it_is_the_same() {
    let mut sting = placed(Source::Sting { sting: 0 }, 100, 2_500);
    (sting.skip, sting.fade_in, sting.fade_out, sting.gain_db) = (Frames(7), Frames(99), Frames(3_000), -2.5);
    let mut second = take(1, 1_900, 700);
    (second.skip, second.fade_out) = (Frames(1_234), Frames(480));
    let separator = placed(Source::Sting { sting: 0 }, 2_650, 1_000);
    let pause = placed(Source::Pause, 2_600, 50);
    let elements = vec![sting, take(0, 1_000, 800), second, pause, separator];
    let beds = vec![span(0, 1_500, 10, 700), span(1_200, 2_000, 0, 0)];
    let scene = scene(elements, beds, 3_700, 0.25, 0.125);
    let whole = scene.pulled(usize::MAX / 4);
    assert_eq!(whole.len(), 2 * 3_700 * MS as usize);
    for most in [1, 7, 480, 8_192] {
        assert!(scene.pulled(most) == whole, "blocks of {most}");
    }
}

#[test]
fn a_sting_goes_down_for_the_voice_after_it_and_a_closer_does_not() {
    let elements = vec![
        placed(Source::Sting { sting: 0 }, 0, 3_000),
        take(0, 2_000, 1_000),
        placed(Source::Sting { sting: 0 }, 4_000, 3_000),
    ];
    let scene = scene(elements, Vec::new(), 7_000, 0.0, 1.0);
    let left: Vec<f32> = scene.pulled(8_192).iter().step_by(2).copied().collect();
    for (ms, expected_db) in
        [(1_000, 0.0), (1_650, 0.0), (1_825, -4.5), (2_000, -9.0), (2_900, -9.0), (4_100, 0.0), (6_900, 0.0)]
    {
        let db = 20.0 * f64::from(left[ms * MS as usize]).log10();
        assert!((db - expected_db).abs() < 0.05, "{ms} ms: {db} dB");
    }
}

#[test]
fn every_voice_is_as_loud_and_a_headline_said_twice_weighs_once() {
    let tone = |level: f32| -> Vec<f32> { (0..48_000).map(|n| level * (n as f32 * 0.13).sin()).collect() };
    let line = placed(Source::Take { sentence: 2, story: None }, 4_500, 1_000);
    let other = placed(Source::Take { sentence: 1, story: Some(1) }, 1_500, 1_000);
    // Another voice in the first story.
    let quote = take(3, 6_000, 1_000);
    let elements = vec![take(0, 0, 1_000), other, take(0, 3_000, 1_000), line, quote];
    let mut scene = scene(elements, Vec::new(), 8_000, 0.0, 0.0);
    for (sentence, voice, level) in [(0, 0, 0.01), (1, 0, 0.3), (2, 0, 0.08), (3, 1, 0.5)] {
        let samples = tone(level);
        let blocks = Blocks::measure(&samples, SampleRate::PROGRAMME).unwrap();
        scene.takes.put(sentence, voice, Prepared { samples, blocks, words: Vec::new() }).unwrap();
    }
    let out = scene.pulled(8_192);
    let power = |from_ms: u64| -> f64 {
        let from = 2 * (from_ms * MS) as usize;
        let part = &out[from..from + 2 * 48_000];
        part.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / part.len() as f64
    };
    let first = power(0);
    for from_ms in [1_500, 3_000, 4_500, 6_000] {
        let off_db = 10.0 * (power(from_ms) / first).log10();
        assert!(off_db.abs() < 0.01, "{from_ms}: {off_db} dB");
    }
}

#[test]
fn a_sting_that_is_over_when_the_voice_enters_keeps_its_level() {
    for (voice_ms, ducked) in [(2_500, true), (3_000, false), (3_250, false)] {
        let elements = vec![placed(Source::Sting { sting: 0 }, 0, 3_000), take(0, voice_ms, 1_000)];
        let scene = scene(elements, Vec::new(), 5_000, 0.0, 0.1);
        let mut out = Vec::new();
        scene.mixer().pull(5_000 * MS as usize, &mut out).unwrap();
        let at = |ms: u64| out[2 * (ms * MS) as usize];
        let before = (voice_ms - 10).min(2_990);
        assert_eq!(at(before) < 0.5 * at(1_000), ducked, "a voice at {voice_ms} ms");
    }
}
