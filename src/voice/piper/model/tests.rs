//! The voices of `scripts/tiny_voice.py`, against what onnxruntime made of them.

use super::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    ids: Vec<i32>,
    length_scale: f32,
    speaker: i32,
    samples: usize,
    every: usize,
    values: Vec<f32>,
    sum_of_squares: f64,
}

impl Case {
    fn request(&self) -> Request<'_> {
        let Self { ids, length_scale, speaker, .. } = self;
        Request { ids, noise_scale: 0.0, length_scale: *length_scale, noise_w: 0.0, speaker: *speaker }
    }
}

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/voice").join(name)
}

fn cases(voice: &str) -> Vec<Case> {
    let text = std::fs::read_to_string(fixture(&format!("{voice}.expected.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn samples_are_those_of_onnxruntime() {
    const MOST: f32 = 1e-4;
    for voice in ["tiny-medium", "tiny-high"] {
        for way in [Way::Whole, Way::Split] {
            let model = Model::load_as(&fixture(&format!("{voice}.onnx")), way).unwrap();
            assert_eq!(model.is_split(), way == Way::Split, "{voice}: the decoder is one that we know");
            for case in cases(voice) {
                let Rendering { samples, frames } = model.run(&case.request(), &Threads::new(1)).unwrap();
                assert_eq!(samples.len(), case.samples, "{voice} {way:?}");
                assert_eq!(frames.iter().sum::<f32>() as usize * 256, samples.len(), "{voice} {way:?}");
                assert_eq!(frames.len(), case.ids.len(), "{voice} {way:?}");
                let worst = samples
                    .iter()
                    .step_by(case.every)
                    .zip(&case.values)
                    .fold(0.0f32, |worst, (ours, theirs)| worst.max((ours - theirs).abs()));
                assert!(worst <= MOST, "{voice} {way:?}, {} ids: {worst}", case.ids.len());
                // Between those, too, there is the same sound.
                let sum: f64 = samples.iter().map(|s| f64::from(*s).powi(2)).sum();
                assert!((sum / case.sum_of_squares - 1.0).abs() < 1e-4, "{voice} {way:?}: {sum}");
            }
        }
    }
}

#[test]
fn our_decoder_gives_what_the_graph_gives_sample_by_sample() {
    for voice in ["tiny-medium", "tiny-high"] {
        let [whole, split] = [Way::Whole, Way::Split]
            .map(|way| Model::load_as(&fixture(&format!("{voice}.onnx")), way).unwrap());
        for case in cases(voice) {
            let request = Request { noise_scale: 0.667, noise_w: 0.8, ..case.request() };
            let whole = whole.run(&request, &Threads::new(1)).unwrap().samples;
            let split = split.run(&request, &Threads::new(1)).unwrap().samples;
            assert_eq!(whole.len(), split.len());
            let worst = whole.iter().zip(&split).fold(0.0f32, |worst, (a, b)| worst.max((a - b).abs()));
            assert!(worst <= 1e-5, "{voice}: {worst}");
        }
    }
}

#[test]
fn noise_is_the_same_every_time_and_on_any_number_of_threads() {
    let model = Model::load_as(&fixture("tiny-high.onnx"), Way::Split).unwrap();
    let case = &cases("tiny-high")[2];
    let loud = Request { noise_scale: 0.667, noise_w: 0.8, ..case.request() };
    let first = model.run(&loud, &Threads::new(1)).unwrap().samples;
    for threads in [1, 2, 3] {
        assert!(model.run(&loud, &Threads::new(threads)).unwrap().samples == first, "{threads} threads");
    }
    let quiet = model.run(&case.request(), &Threads::new(1)).unwrap().samples;
    assert!(quiet != first, "noise makes a difference");
}

#[test]
fn what_is_no_voice_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.onnx");
    for (bytes, part) in [
        (&b""[..], "no graph"),
        (b"<!doctype html><html><body>Not found</body></html>", "not a readable ONNX file"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 63201294\n",
            "not a readable ONNX file",
        ),
    ] {
        std::fs::write(&path, bytes).unwrap();
        let error = Model::load_as(&path, Way::Split).err().unwrap();
        assert!(error.contains(part), "{error} should say {part}");
    }
    // Every beginning of a real one.
    let whole = std::fs::read(fixture("tiny-medium.onnx")).unwrap();
    for part in [1, 10, 1000, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..part]).unwrap();
        assert!(Model::load_as(&path, Way::Split).is_err(), "{part} bytes");
    }
}
