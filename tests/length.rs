//! `--duration`: programmes that end on the frame, whatever rundown and however much there is to say.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "support/command.rs"]
mod command;
#[path = "support/run.rs"]
mod run;

use run::run;
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const RATE_HZ: f64 = 48_000.0;

/// Gaps of up to a second and a half belong to speech: nobody takes them for its end.
const GAP_S: f64 = 1.5;

/// Twelve stories, written into the folder without the marks that the tests of cutting read.
fn stories(folder: &TempDir) -> Vec<String> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/edit");
    let mut names: Vec<String> = fs::read_dir(&fixtures)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| Path::new(name).extension().is_some_and(|e| e == "txt"))
        .collect();
    names.sort();
    names.truncate(12);
    for name in &names {
        let text = fs::read_to_string(fixtures.join(name)).unwrap();
        let lines = text.lines().map(|line| line.split(" <-").next().unwrap());
        fs::write(folder.path().join(name), lines.collect::<Vec<_>>().join("\n")).unwrap();
    }
    names
}

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

/// When a voice is heard, in seconds, in order.
fn voices(record: &Value) -> Vec<(f64, f64)> {
    let elements = record["elements"].as_array().unwrap().iter();
    elements
        .filter(|e| e["kind"] == "sentence" || e["kind"] == "line")
        .map(|e| (number(&e["start"]) / RATE_HZ, (number(&e["start"]) + number(&e["length"])) / RATE_HZ))
        .collect()
}

#[test]
fn programmes_end_on_the_frame() {
    let folder = tempfile::tempdir().unwrap();
    let stories = stories(&folder);
    for rundown in ["plain", "hourly", "briefing"] {
        for (duration, seconds) in [("1m", 60), ("2m", 120), ("3m", 180), ("5m", 300)] {
            let name = format!("{rundown}, {duration}");
            let mut arguments: Vec<&str> = vec!["produce"];
            arguments.extend(stories.iter().map(String::as_str));
            arguments.extend([
                "-o",
                "out.wav",
                "--record",
                "-q",
                "--duration",
                duration,
                "--rundown",
                rundown,
            ]);
            arguments.extend(["--station", "Tarn FM", "--at", "07:00", "--date", "2026-03-03"]);
            let (code, _, err) = run(&folder, &arguments);
            assert_eq!(code, 0, "{name}: {err}");
            let wav = hound::WavReader::open(folder.path().join("out.wav")).unwrap();
            assert_eq!(wav.duration(), seconds * 48_000, "{name}");

            let record = read_json(&folder.path().join("out.record.json"));
            let lufs = number(&record["mastered"]["loudness"]);
            assert!((lufs + 16.0).abs() <= 0.2, "{name}: {lufs} LUFS");
            let fit = &record["fit"];
            assert_eq!(fit["target"], u64::from(seconds) * 48_000);
            assert!((0.92..=1.08).contains(&number(&fit["rate"])), "{name}: {fit}");
            assert!((0.7..=1.4).contains(&number(&fit["pauses"])), "{name}: {fit}");
            assert!(number(&fit["fill"]) <= 5.0 * RATE_HZ, "{name}: {fit}");

            // No word is cut: one voice at a time, and the last is over before the end.
            let voices = voices(&record);
            assert!(voices.windows(2).all(|w| w[0].1 <= w[1].0), "{name}: two voices at once");
            let (_, last) = *voices.last().unwrap();
            assert!(last <= f64::from(seconds) - 0.5, "{name}: the last word ends at {last}");
            let mut spoken = voices[0].1 - voices[0].0;
            for pair in voices.windows(2) {
                let gap = pair[1].0 - pair[0].1;
                spoken += pair[1].1 - pair[1].0 + if gap <= GAP_S { gap } else { 0.0 };
            }
            let share = spoken / f64::from(seconds);
            assert!(share >= 0.9, "{name}: speech {:.1} % of the time", share * 100.0);
        }
    }
}

#[test]
fn the_script_says_what_will_be() {
    let folder = tempfile::tempdir().unwrap();
    let stories = stories(&folder);
    let mut arguments: Vec<&str> = stories.iter().map(String::as_str).collect();
    arguments.extend(["--duration", "2m", "--rundown", "hourly", "--station", "Tarn FM"]);
    let script = [&["script", "--json"], &arguments[..]].concat();
    let (code, out, err) = run(&folder, &script);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("no time for "), "{err}");
    let script: Value = serde_json::from_str(&out).unwrap();
    assert!((number(&script["seconds"]) - 120.0).abs() < 0.001);
    let left_out = script["left_out"].as_array().unwrap();
    let told = script["stories"].as_array().unwrap();
    assert_eq!(left_out.len() + told.len(), stories.len(), "every story is told or left out");
    // The first are told: order is weight.
    assert_eq!(told[0]["input"], stories[0]);

    let produce = [&["produce", "-o", "out.wav", "--record", "-q"], &arguments[..]].concat();
    let (code, _, err) = run(&folder, &produce);
    assert_eq!(code, 0, "{err}");
    let record = read_json(&folder.path().join("out.record.json"));
    assert_eq!(record["left_out"].as_array().unwrap().len(), left_out.len());
    let predicted: Vec<f64> = script["elements"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| e["spoken"].is_string())
        .map(|e| number(&e["start_s"]))
        .collect();
    let made = voices(&record);
    assert_eq!(predicted.len(), made.len());
    for (predicted, (start, _)) in predicted.iter().zip(&made) {
        assert!((predicted - start).abs() < 0.03 * 120.0, "predicted at {predicted}, made at {start}");
    }
}

#[test]
fn a_length_that_cannot_be_had() {
    let folder = tempfile::tempdir().unwrap();
    let stories = stories(&folder);
    for (stories, duration, problem, hint) in [
        (&stories[..1], "20m", "all there is to say", "add stories, or ask for a --duration of at most "),
        (&stories[..3], "6s", "the least it can say", "ask for a --duration of at least "),
    ] {
        for command in ["produce", "script"] {
            let mut arguments: Vec<&str> = vec![command];
            arguments.extend(stories.iter().map(String::as_str));
            arguments.extend(["--duration", duration]);
            let (code, out, err) = run(&folder, &arguments);
            assert_eq!((code, out.as_str()), (1, ""), "{err}");
            assert!(err.contains(problem) && err.contains(hint), "{err}");
        }
    }
    assert!(!folder.path().join("bulletin.wav").exists());
    let (code, _, err) = run(&folder, &["script", &stories[0], "--duration", "2s"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("--duration: 2s is out of range"), "{err}");
}

#[test]
fn a_text_to_be_tried_has_no_slot() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bulletin.toml"), "duration = \"2m\"\nmax = \"30s\"\n").unwrap();
    let (code, _, err) = run(&folder, &["say", "The A40 is shut.", "-o", "a40.wav", "-q"]);
    assert_eq!(code, 0, "{err}");
    let wav = hound::WavReader::open(folder.path().join("a40.wav")).unwrap();
    assert!(wav.duration() < 10 * 48_000);
}
