//! Voices that die, hang or answer late: the bulletin is there, in time, by another voice, and says so.

#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "deadlines are measured")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "support/command.rs"]
mod command;
#[path = "support/run.rs"]
mod run;
#[path = "support/speech.rs"]
mod speech;

use bulletin::sound::gating::Blocks;
use bulletin::units::SampleRate;
use run::run;
use serde_json::Value;
use speech::wav_that_says;
use std::fs;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const STORY: &str = "Harbour bridge to close for a month\n\
    The bridge over the Tarn will close on 3 May for repairs, the council said.\n\
    Buses will run every twenty minutes.\n\
    Drivers are told to take the road by the lake.\n\
    The work was put off twice last year.\n\
    A new bridge would cost ten times as much, the council said.\n\
    It will open again in June.\n";

const FLOOR: &str = "pico-en-gb";

/// A folder with the story, and a voice for each script.
fn newsroom(voices: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let profiles = folder.path().join("config/bulletin/voices");
    fs::create_dir_all(&profiles).unwrap();
    fs::write(folder.path().join("a.txt"), STORY).unwrap();
    fs::write(profiles.join("good.wav"), wav_that_says(3.0, 0.05, None)).unwrap();
    for (name, script) in voices {
        fs::write(profiles.join(format!("{name}.sh")), script).unwrap();
        let text = format!(
            "name = \"{name}\"\nengine = \"command\"\nlanguage = \"en-GB\"\nlicence = \"none\"\n[command]\n\
             program = \"/bin/sh\"\nargs = [\"{{folder}}/{name}.sh\", \"{{folder}}\"]\n"
        );
        fs::write(profiles.join(format!("{name}.toml")), text).unwrap();
    }
    folder
}

fn produce(folder: &TempDir, more: &[&str]) -> (Value, String, Duration) {
    let begun = Instant::now();
    let arguments = [&["produce", "a.txt", "--record", "--no-cache", "-o", "a.wav"], more].concat();
    let (code, _, err) = run(folder, &arguments);
    let took = begun.elapsed();
    assert_eq!(code, 0, "{err}");
    let record = fs::read(folder.path().join("a.record.json")).unwrap();
    (serde_json::from_slice(&record).unwrap(), err, took)
}

/// Sentence, wanted, spoken, why.
fn instead(record: &Value) -> Vec<(u64, &str, &str, &str)> {
    record["instead"]
        .as_array()
        .map(|all| {
            all.iter()
                .map(|passed| {
                    let text = |key: &str| passed[key].as_str().unwrap();
                    (passed["sentence"].as_u64().unwrap(), text("wanted"), text("spoken"), text("why"))
                })
                .collect()
        })
        .unwrap_or_default()
}

/// Who speaks each sentence, in order.
fn voices(record: &Value) -> Vec<&str> {
    let elements = record["elements"].as_array().unwrap().iter();
    elements.filter_map(|element| element["voice"].as_str()).collect()
}

/// The loudness of each sentence as it lies in the file.
fn levels(folder: &TempDir, record: &Value) -> Vec<f64> {
    let mut reader = hound::WavReader::open(folder.path().join("a.wav")).unwrap();
    let channels = usize::from(reader.spec().channels);
    let left: Vec<f32> =
        reader.samples::<i16>().step_by(channels).map(|s| f32::from(s.unwrap()) / 32_768.0).collect();
    let elements = record["elements"].as_array().unwrap().iter().filter(|e| !e["voice"].is_null());
    elements
        .map(|element| {
            let at = |key: &str| element[key].as_u64().unwrap() as usize;
            let samples = &left[at("start")..at("start") + at("length")];
            Blocks::measure(samples, SampleRate::PROGRAMME).unwrap().integrated().unwrap().0
        })
        .collect()
}

#[test]
fn a_voice_that_dies_has_others_speak() {
    let folder = newsroom(&[("mine", "echo 'out of paper' >&2; exit 3")]);
    let (record, err, _) = produce(&folder, &["--voice", "mine"]);
    assert_eq!(voices(&record), [FLOOR; 7]);
    let passed = instead(&record);
    assert_eq!(passed.iter().map(|p| p.0).collect::<Vec<_>>(), (0..7).collect::<Vec<_>>());
    assert!(passed.iter().all(|p| (p.1, p.2) == ("mine", FLOOR)));
    assert!(passed[0].3.contains("out of paper"), "{passed:?}");
    assert!(err.contains("out of paper") && err.contains("pico-en-gb speaks instead of mine"), "{err}");
    assert!(err.contains("7 sentences are spoken by other voices than wanted"), "{err}");
    assert!(record["engine"].as_str().unwrap().starts_with("svox-pico"), "{record}");
}

#[test]
fn a_voice_that_dies_on_some_sentences_speaks_the_others_at_the_same_level() {
    let folder = newsroom(&[("mine", "if grep -q Buses -; then exit 3; fi; cat $1/good.wav")]);
    let (record, _, _) = produce(&folder, &["--voice", "mine"]);
    assert_eq!(voices(&record), ["mine", "mine", FLOOR, "mine", "mine", "mine", "mine"]);
    assert_eq!(instead(&record).iter().map(|p| p.0).collect::<Vec<_>>(), [2]);
    let levels = levels(&folder, &record);
    let (quietest, loudest) = levels.iter().fold((0.0f64, -99.0f64), |(q, l), v| (q.min(*v), l.max(*v)));
    assert!(loudest - quietest < 3.0, "{levels:?}");
}

#[test]
fn voices_are_tried_in_the_order_given() {
    let folder = newsroom(&[
        ("mine", "exit 3"),
        ("second", "echo no >&2; exit 4"),
        ("third", "cat > /dev/null; cat $1/good.wav"),
    ]);
    let (record, _, _) = produce(&folder, &["--voice", "mine", "--fallback", "second,third"]);
    assert_eq!(voices(&record), ["third"; 7]);
    assert!(instead(&record).iter().all(|p| (p.1, p.2) == ("mine", "third")));
    // Nobody is to speak instead.
    let arguments = ["produce", "a.txt", "--voice", "mine", "--fallback", "none", "-o", "b.wav"];
    let (code, _, err) = run(&folder, &arguments);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("voice \"mine\" failed on"), "{err}");
    assert!(!folder.path().join("b.wav").exists());
    let (code, _, err) = run(&folder, &["produce", "a.txt", "--fallback", "bob", "-o", "b.wav"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("--fallback: no voice called \"bob\""), "{err}");
}

#[test]
fn a_voice_that_hangs_does_not_keep_the_bulletin() {
    let folder = newsroom(&[("mine", "sleep 600")]);
    let (record, err, took) = produce(&folder, &["--voice", "mine", "--deadline", "12s"]);
    assert!(took < Duration::from_secs(12), "{took:?}");
    assert_eq!(voices(&record), [FLOOR; 7]);
    assert_eq!(instead(&record).len(), 7, "{err}");
}

#[test]
fn a_deadline_holds_where_nobody_is_to_speak_instead() {
    let folder = newsroom(&[("mine", "sleep 600")]);
    let begun = Instant::now();
    let arguments =
        ["produce", "a.txt", "-o", "a.wav", "--voice", "mine", "--fallback", "none", "--deadline", "6s"];
    let (code, _, err) = run(&folder, &arguments);
    assert_eq!(code, 1, "{err}");
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    assert!(err.contains("not done in the time the deadline left it") && err.contains("--deadline"), "{err}");
}

#[test]
fn a_profile_that_cannot_be_read_keeps_no_other_from_speaking() {
    let folder = newsroom(&[("mine", "exit 3")]);
    let profile = folder.path().join("config/bulletin/voices/wrong.toml");
    fs::write(profile, "name = \"wrong\"\nengine = \"http\"\n[http]\nkey = \"hunter2\"\n").unwrap();
    let (record, err, _) = produce(&folder, &[]);
    assert_eq!(voices(&record), [FLOOR; 7]);
    assert!(
        err.contains("voice \"wrong\" is left out: ") && err.contains("line 4: unknown field `key`"),
        "{err}"
    );
    assert!(!err.contains("hunter2"), "{err}");
    let (code, _, err) = run(&folder, &["produce", "a.txt", "--voice", "wrong", "-o", "b.wav"]);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("its profile cannot be read"), "{err}");
}

#[test]
fn a_voice_that_answers_late_speaks_as_far_as_it_comes() {
    let folder = newsroom(&[("mine", "sleep 2; cat > /dev/null; cat $1/good.wav")]);
    let (record, err, took) = produce(&folder, &["--voice", "mine", "--deadline", "12s", "--jobs", "1"]);
    assert!(took < Duration::from_secs(12), "{took:?}");
    let voices = voices(&record);
    assert_eq!((voices[0], voices[6]), ("mine", FLOOR), "{voices:?} {err}");
    let passed = instead(&record);
    assert_eq!(passed.len(), voices.iter().filter(|voice| **voice == FLOOR).count());
    assert!(
        passed.iter().all(|p| p.3.contains("deadline") || p.3.contains("was not done after")),
        "{passed:?}"
    );
    // From where it ran out of time, the other one goes on to the end.
    let turn = voices.iter().position(|voice| *voice == FLOOR).unwrap();
    assert!(voices[turn..].iter().all(|voice| *voice == FLOOR), "{voices:?}");
}

#[test]
fn a_batch_asks_again_the_next_time() {
    let folder = newsroom(&[("mine", "exit 3")]);
    let batch = || {
        let (code, out, err) = run(&folder, &["batch", "a.txt", "--out", "out", "--voice", "mine", "--json"]);
        assert_eq!(code, 0, "{err}");
        let report: Value = serde_json::from_str(&out).unwrap();
        report["bulletins"][0]["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(batch(), "made");
    assert_ne!(batch(), "unchanged", "the voice may speak by now");
    fs::write(folder.path().join("config/bulletin/voices/mine.sh"), "cat > /dev/null; cat $1/good.wav")
        .unwrap();
    assert_ne!(batch(), "unchanged");
    assert_eq!(batch(), "unchanged");
}
