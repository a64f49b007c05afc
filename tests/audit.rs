//! The gate: a bulletin that was tampered with does not pass, and says what is wrong with it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "support/command.rs"]
mod command;
#[path = "support/run.rs"]
mod run;

use run::run;
use serde_json::Value;
use std::fs;
use tempfile::TempDir;

const STORY: &str = "Harbour bridge to close for a month\n\
    The bridge over the Tarn will close on 3 May for repairs, the council said. Buses will run every 20 minutes. \
    The ferry will carry bicycles.\n";

/// A bulletin, its record, where its samples begin, and the frames of its sentences.
fn bulletin() -> (TempDir, Vec<u8>, Value, Vec<(usize, usize)>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bridge.txt"), STORY).unwrap();
    let arguments = ["produce", "bridge.txt", "-q", "-o", "out.wav", "--record", "--preset", "r128"];
    let (code, _, err) = run(&folder, &arguments);
    assert_eq!(code, 0, "{err}");
    let bytes = fs::read(folder.path().join("out.wav")).unwrap();
    let record: Value =
        serde_json::from_slice(&fs::read(folder.path().join("out.record.json")).unwrap()).unwrap();
    let elements = record["elements"].as_array().unwrap().iter();
    let frames = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let sentences = elements
        .filter(|element| element["written"].is_string())
        .map(|element| (frames(&element["start"]), frames(&element["start"]) + frames(&element["length"])))
        .collect();
    (folder, bytes, record, sentences)
}

/// Exit code and the checks that fail, with what they found.
fn audited(folder: &TempDir, more: &[&str]) -> (i32, Vec<(String, String)>) {
    let (code, out, err) = run(folder, &[&["audit", "out.wav", "--json"], more].concat());
    let audit: Value = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}{err}"));
    let checks = audit["checks"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let failed: Vec<(String, String)> = checks
        .filter(|check| check["verdict"] == "fail")
        .map(|check| (text(&check["name"]), text(&check["finding"])))
        .collect();
    assert_eq!(audit["verdict"] == "fail", !failed.is_empty());
    assert_eq!(code, i32::from(!failed.is_empty()), "{err}");
    (code, failed)
}

#[test]
fn what_was_made_passes() {
    let (folder, ..) = bulletin();
    assert_eq!(audited(&folder, &[]), (0, vec![]));
    // To another target it is too soft.
    let (_, failed) = audited(&folder, &["--target", "podcast"]);
    assert_eq!(failed.len(), 1);
    assert!(failed[0].0 == "loudness" && failed[0].1.contains("-7.0 LU from -16.0"), "{failed:?}");
    assert_eq!(audited(&folder, &["--target", "r128"]).0, 0);
}

#[test]
fn a_loud_voice_over_the_end_of_a_sting_is_no_click() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bridge.txt"), STORY).unwrap();
    for station in ["Echo", "Tarn FM", "Radio Nord"] {
        let arguments = [
            "produce",
            "bridge.txt",
            "-q",
            "-o",
            "out.wav",
            "--record",
            "--preset",
            "alexa",
            "--rundown",
            "hourly",
            "--station",
            station,
        ];
        let (code, _, err) = run(&folder, &arguments);
        assert_eq!(code, 0, "{err}");
        assert_eq!(audited(&folder, &[]), (0, vec![]), "{station}");
    }
}

#[test]
fn a_record_of_something_else_says_so() {
    let (folder, bytes, ..) = bulletin();
    fs::write(folder.path().join("other.wav"), &bytes).unwrap();
    fs::copy(folder.path().join("out.record.json"), folder.path().join("other.record.json")).unwrap();
    let (code, out, _) = run(&folder, &["audit", "other.wav"]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("the record is of out.wav, not of this file"), "{out}");
    for record in ["", "{}", "[1]", "{\"elements\": [{\"start\": 18446744073709551615}]}"] {
        fs::write(folder.path().join("other.record.json"), record).unwrap();
        let (code, _, err) = run(&folder, &["audit", "other.wav"]);
        assert_eq!(code, 1, "{err}");
        assert!(err.contains("other.record.json: this is no record of a bulletin"), "{err}");
    }
}

#[test]
fn each_fault_is_found() {
    const HEAD: usize = 16_384;
    let (folder, bytes, record, sentences) = bulletin();
    let at = |frame: usize| HEAD + frame * 4;
    let (start, end) = sentences[2];
    // The record's hash is left out, or every change would be found by it.
    let mut unsigned = record.clone();
    unsigned.as_object_mut().unwrap().remove("files");
    let silenced = |from: usize, to: usize| {
        let mut changed = bytes.clone();
        changed[at(from)..at(to)].fill(0);
        changed
    };
    let louder = {
        let mut changed = bytes.clone();
        for sample in changed[HEAD..at(end)].as_chunks_mut::<2>().0 {
            let value = i32::from(i16::from_le_bytes(*sample)) * 14;
            *sample = (value.clamp(-32_768, 32_767) as i16).to_le_bytes();
        }
        changed
    };
    let cut_off = {
        // The rest of the sentence is moved away: it ends in the middle of a word.
        let mut changed = bytes.clone();
        let middle = usize::midpoint(start, end);
        let loudest = (middle - 20_000..middle + 20_000)
            .step_by(480)
            .max_by_key(|frame| {
                let window = &bytes[at(*frame)..at(*frame + 480)];
                window
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .map(|s| i64::from(i16::from_le_bytes(*s)).pow(2))
                    .sum::<i64>()
            })
            .unwrap();
        let kept = changed[at(loudest - 10_000)..at(loudest + 480)].to_vec();
        changed[at(end) - kept.len()..at(end)].copy_from_slice(&kept);
        changed
    };
    let clicked = {
        // Between two sentences.
        let mut changed = bytes.clone();
        let middle = sentences[1].1 + (start - sentences[1].1) / 2;
        changed[at(middle)..at(middle) + 2].copy_from_slice(&9_000_i16.to_le_bytes());
        changed
    };
    let stripped = {
        // As an editor would: format and samples, nothing else.
        let data =
            &bytes[HEAD..HEAD + u32::from_le_bytes(bytes[HEAD - 4..HEAD].try_into().unwrap()) as usize];
        let mut plain = Vec::new();
        plain.extend(b"RIFF");
        plain.extend((36 + data.len() as u32).to_le_bytes());
        plain.extend(b"WAVEfmt ");
        plain.extend([16, 0, 0, 0, 1, 0, 2, 0, 0x80, 0xbb, 0, 0, 0, 0xee, 2, 0, 4, 0, 16, 0]);
        plain.extend(b"data");
        plain.extend((data.len() as u32).to_le_bytes());
        plain.extend(data);
        plain
    };
    for (what, file, expected) in [
        ("a sentence without sound", silenced(start, end), "coverage"),
        ("dead air inside a sentence", silenced(start + 24_000, end - 4_800), "silence"),
        ("the last words gone", silenced(end - 14_400, end), "tails"),
        ("a click in a pause", clicked, "joins"),
        ("louder than it says", louder.clone(), "loudness"),
        ("clipped", louder, "clipping"),
        ("a sentence cut off", cut_off, "tails"),
        ("no broadcast chunks", stripped, "metadata"),
    ] {
        fs::write(folder.path().join("out.wav"), file).unwrap();
        fs::write(folder.path().join("out.record.json"), unsigned.to_string()).unwrap();
        let (_, failed) = audited(&folder, &[]);
        assert!(failed.iter().any(|(name, _)| name == expected), "{what}: {failed:?}");
    }
    // A sentence that the script had and the file has not.
    let mut short = unsigned.clone();
    let elements = short["elements"].as_array_mut().unwrap();
    let last = elements.iter().rposition(|element| element["written"].is_string()).unwrap();
    elements.remove(last);
    fs::write(folder.path().join("out.wav"), &bytes).unwrap();
    fs::write(folder.path().join("out.record.json"), short.to_string()).unwrap();
    let (_, failed) = audited(&folder, &[]);
    assert!(
        failed.iter().any(|(name, finding)| name == "coverage" && finding.contains("1 of 4 sentences")),
        "{failed:?}"
    );
    // Any other change at all.
    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(folder.path().join("out.wav"), changed).unwrap();
    fs::write(folder.path().join("out.record.json"), record.to_string()).unwrap();
    let (_, failed) = audited(&folder, &[]);
    assert_eq!(failed, [("record".to_owned(), "the file was changed after it was made".to_owned())]);
}
