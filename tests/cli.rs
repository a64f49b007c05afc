//! The binary, run as a user would.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "support/command.rs"]
mod command;

use assert_cmd::Command;
use command::bulletin;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const ARTICLE: &str = "Harbour bridge to close for a month\n\
    The bridge over the Tarn will close on 3 May for £1.2m of repairs, the council said.\n\
    Read more: Ten bridges we love\n\
    “It could not wait,” said Cllr Ann Orme. Buses will run every 20 minutes.\n";

fn folder_with_article() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("story.txt"), ARTICLE).unwrap();
    folder
}

fn stdout(command: &mut Command) -> String {
    String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
}

/// Exit code and stderr of a command that must fail.
fn failure(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    assert!(output.stdout.is_empty(), "nothing belongs on stdout: {output:?}");
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn produce_makes_a_mastered_file_and_its_record() {
    let folder = folder_with_article();
    let line = stdout(bulletin(&folder).args(["produce", "story.txt", "-o", "out.wav", "--record"]));
    assert!(line.starts_with("out.wav  0:"), "{line}");
    assert!(line.contains("-16.0 LUFS"), "{line}");

    let audit: serde_json::Value =
        serde_json::from_str(&stdout(bulletin(&folder).args(["audit", "out.wav", "--json"]))).unwrap();
    assert_eq!(audit["rate_hz"], 48_000);
    assert_eq!(audit["channels"], 2);
    assert_eq!(audit["bits"], 16);
    assert!((audit["loudness_lufs"].as_f64().unwrap() + 16.0).abs() < 0.1, "{audit}");
    assert!(audit["peak_dbtp"].as_f64().unwrap() <= -0.95, "{audit}");
    assert_eq!(audit["clipped_samples"], 0);
    assert!(audit["joins"]["largest_step"].as_f64().unwrap() < 0.05, "{audit}");
    assert!(audit["longest_silence_s"].as_f64().unwrap() < 1.5, "{audit}");
    assert_eq!(audit["verdict"], "pass", "{audit}");

    let record: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("out.record.json")).unwrap()).unwrap();
    let elements = record["elements"].as_array().unwrap();
    assert_eq!(elements[0]["kind"], "sting");
    assert_eq!(elements[1]["role"], "headline");
    assert_eq!(elements[1]["spoken"], "Harbour bridge to close for a month");
    assert!(elements[2]["spoken"].as_str().unwrap().contains("one point two million pounds of repairs"));
    assert_eq!(elements.len(), 5);
    // The voice enters while the sting is still to be heard.
    let (start, sting_end) =
        (elements[1]["start"].as_u64().unwrap(), elements[0]["length"].as_u64().unwrap());
    assert!(start < sting_end, "{start} {sting_end}");
    // Every sentence begins after the one before it has ended.
    for pair in elements[1..].windows(2) {
        let end = pair[0]["start"].as_u64().unwrap() + pair[0]["length"].as_u64().unwrap();
        assert!(pair[1]["start"].as_u64().unwrap() > end);
    }
}

#[test]
fn two_runs_and_any_number_of_threads_give_the_same_bytes() {
    let folder = folder_with_article();
    for (name, jobs) in [("a.wav", "1"), ("b.wav", "1"), ("c.wav", "3")] {
        bulletin(&folder).args(["produce", "story.txt", "-o", name, "--jobs", jobs]).assert().success();
    }
    let a = fs::read(folder.path().join("a.wav")).unwrap();
    assert!(a.len() > 500_000);
    assert!(a == fs::read(folder.path().join("b.wav")).unwrap());
    assert!(a == fs::read(folder.path().join("c.wav")).unwrap());
}

#[test]
fn standard_input_mono_24_bit_and_json() {
    let folder = folder_with_article();
    let mut command = bulletin(&folder);
    command.args(["produce", "-", "--preset", "mono", "--bits", "24", "--sting", "none", "--json"]);
    let made: serde_json::Value = serde_json::from_str(&stdout(command.write_stdin(ARTICLE))).unwrap();
    assert_eq!(made["format_version"], 1);
    assert_eq!(made["output"], "bulletin.wav");
    assert_eq!(made["channels"], 1);
    assert!((made["loudness_lufs"].as_f64().unwrap() + 19.0).abs() < 0.1, "{made}");
    let reader = hound::WavReader::open(folder.path().join("bulletin.wav")).unwrap();
    assert_eq!(reader.spec().bits_per_sample, 24);
    assert_eq!(u64::from(reader.duration()), made["frames"].as_u64().unwrap());
}

#[test]
fn the_american_voice_and_locale() {
    let folder = folder_with_article();
    fs::write(
        folder.path().join("us.txt"),
        "The deal is worth $2.5 million. It closed on 3/4/2025 in Boston.\n",
    )
    .unwrap();
    let plain = stdout(bulletin(&folder).args(["script", "us.txt", "--plain", "--locale", "en-US"]));
    assert!(plain.contains("two point five million dollars"), "{plain}");
    assert!(plain.contains("March fourth"), "{plain}");
    bulletin(&folder).args(["produce", "us.txt", "--locale", "en-US", "--record"]).assert().success();
    let record = fs::read_to_string(folder.path().join("bulletin.record.json")).unwrap();
    assert!(record.contains("\"voice\": \"pico-en-us\""));
}

const COUNCIL: &str = "Kelby library saved by single vote\n\n\
    Kelby library will stay open after councillors voted by 22 to 21 to find the money for its roof.\n\n\
    It needs repairs of about £340,000. Council leader Ann Orme cast the deciding vote on Tuesday night.\n\n\
    But the offer runs out in December. And volunteers in Kelby lend about 90 books a week from a church hall.\n\n\
    Will the roof be finished in time? Orme has asked two builders for a price before the first frost comes.\n";

#[test]
fn a_story_is_cut_to_a_length_and_says_how() {
    let folder = folder_with_article();
    fs::write(folder.path().join("council.txt"), COUNCIL).unwrap();
    let json = |flags: &[&str]| -> serde_json::Value {
        let mut command = bulletin(&folder);
        command.args(["script", "council.txt", "--json"]).args(flags);
        serde_json::from_str(&stdout(&mut command)).unwrap()
    };
    let whole = json(&[]);
    assert_eq!(whole["stories"][0]["cut"], serde_json::Value::Null);
    assert_eq!(whole["stories"][0]["sentences"].as_array().unwrap().len(), 8);
    for length in ["15s", "0:15", "15"] {
        let story = &json(&["--max", length])["stories"][0];
        let cut = &story["cut"];
        assert!(cut["whole_s"].as_f64().unwrap() > 25.0, "{cut}");
        assert!((0.85 * 15.0..=1.08 * 15.0).contains(&cut["seconds"].as_f64().unwrap()), "{cut}");
        let reasons: Vec<_> =
            story["omitted"].as_array().unwrap().iter().map(|o| o["reason"].clone()).collect();
        assert!(reasons.contains(&"question".into()), "{reasons:?}");
    }
    // One sentence after the lead: what leans stays out, and what can stand is made to.
    let text = stdout(bulletin(&folder).args(["script", "council.txt", "--sentences", "2"]));
    assert!(text.contains("cut (question: "), "{text}");
    assert!(text.contains("3 sentences in all"), "{text}");

    let plain = stdout(bulletin(&folder).args(["script", "council.txt", "--plain", "--max", "18s"]));
    assert!(!plain.contains("Will the roof"), "{plain}");
    let output =
        bulletin(&folder).args(["script", "council.txt", "--plain", "--max", "3s"]).output().unwrap();
    let warning = String::from_utf8(output.stderr).unwrap();
    assert!(warning.starts_with("warning: council.txt: the first sentence alone"), "{warning}");

    let (code, error) = failure(bulletin(&folder).args(["script", "council.txt", "--max", "soon"]));
    assert_eq!(code, 2);
    assert!(error.contains("\"soon\" is no length of time: write it as 30s, 1m30s, 90 or 1:30"), "{error}");
}

#[test]
fn produce_keeps_the_length_script_promised() {
    let folder = folder_with_article();
    fs::write(folder.path().join("council.txt"), COUNCIL).unwrap();
    let mut command = bulletin(&folder);
    command.args(["produce", "council.txt", "--max", "15s", "--sting", "none", "--record", "-q"]);
    command.assert().success();
    let record: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("bulletin.record.json")).unwrap()).unwrap();
    let elements = record["elements"].as_array().unwrap();
    let frames = |element: &serde_json::Value, key: &str| element[key].as_u64().unwrap();
    let last = &elements[elements.len() - 1];
    let seconds =
        (frames(last, "start") + frames(last, "length") - frames(&elements[0], "start")) as f64 / 48_000.0;
    assert!((12.0..17.0).contains(&seconds), "{seconds}");
}

#[test]
fn script_prints_without_voicing() {
    let folder = folder_with_article();
    let plain = stdout(bulletin(&folder).args(["script", "story.txt", "--plain"]));
    assert_eq!(plain.lines().count(), 4);
    assert!(
        plain.lines().all(|l| l.chars().all(|c| c.is_alphabetic() || " .,;:!?'-".contains(c))),
        "{plain}"
    );
    let diff = stdout(bulletin(&folder).args(["script", "story.txt", "--diff"]));
    assert!(diff.contains("£1.2m of repairs"), "{diff}");
    assert!(diff.contains("left out, line 3 (promo"), "{diff}");
    let explain = stdout(bulletin(&folder).args(["script", "story.txt", "--explain"]));
    assert!(explain.contains("£1.2m → one point two million pounds   [money"), "{explain}");
    let json: serde_json::Value =
        serde_json::from_str(&stdout(bulletin(&folder).args(["script", "story.txt", "--json"]))).unwrap();
    assert_eq!(json["stories"][0]["sentences"].as_array().unwrap().len(), 4);
    // Nothing was voiced, so nothing was laid down for a voice.
    assert!(!folder.path().join("cache").exists());
}

#[test]
fn the_predicted_length_is_near_the_length_made() {
    let folder = folder_with_article();
    let json: serde_json::Value =
        serde_json::from_str(&stdout(bulletin(&folder).args(["script", "story.txt", "--json"]))).unwrap();
    bulletin(&folder).args(["produce", "story.txt", "--record"]).assert().success();
    let record: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("bulletin.record.json")).unwrap()).unwrap();
    let made = record["mastered"]["length"].as_u64().unwrap() as f64 / 48_000.0;
    let predicted = json["seconds"].as_f64().unwrap();
    assert!((predicted / made - 1.0).abs() < 0.05, "predicted {predicted}, made {made}");
}

#[test]
fn errors_say_what_and_what_next() {
    let folder = folder_with_article();
    let path = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    path("empty.txt", b"");
    path("promos.txt", b"Read more: Ten bridges we love\nShare\n");
    path("binary.txt", &[0x7f, b'E', b'L', b'F', 0, 1, 2, 3, 0, 0, 0, 0, 0xff, 0xfe, 0, 0x90]);
    path("marks.txt", b"*** *** ***.\n");
    path(
        "french.txt",
        "Le maire a annoncé mardi la fermeture du pont pendant un mois. Les habitants devront passer par la \
         rocade, a précisé la préfecture dans un communiqué.\n"
            .as_bytes(),
    );
    fs::create_dir(folder.path().join("folder")).unwrap();
    let cases: [(&[&str], i32, &str, &str); 11] = [
        (&["produce", "empty.txt"], 1, "empty.txt: no story text found", "hint: "),
        (
            &["produce", "promos.txt"],
            1,
            "promos.txt: no story text found (2 lines",
            "bulletin extract promos.txt",
        ),
        (&["produce", "binary.txt"], 1, "binary.txt: not text", "hint: "),
        (&["produce", "marks.txt"], 1, "marks.txt: no", "hint: "),
        (&["produce", "french.txt"], 1, "french.txt: the text is in French", "--language en"),
        (&["produce", "missing.txt"], 1, "missing.txt: cannot read", "check the spelling"),
        (&["produce", "folder"], 2, "folder: there are no files in this folder", "give a folder that holds"),
        (&["produce", "story.txt", "-o", "folder"], 2, "folder: is a folder", "-o bulletin.wav"),
        (&["produce", "story.txt", "-o", "no/such/a.wav"], 2, "its folder does not exist", "hint: "),
        (&["produce", "story.txt", "--voice", "bob"], 2, "no voice called \"bob\"", "pico-en-gb, pico-en-us"),
        (&["produce", "story.txt", "--sting", "gong"], 2, "no sting called \"gong\"", "news"),
    ];
    for (args, code, message, hint) in cases {
        let (got, stderr) = failure(bulletin(&folder).args(args));
        assert_eq!(got, code, "{args:?}: {stderr}");
        assert!(stderr.starts_with("error: ") && stderr.contains(message), "{args:?}: {stderr}");
        assert!(stderr.contains(hint), "{args:?}: {stderr}");
    }
    assert!(
        !files(folder.path())
            .iter()
            .any(|f| Path::new(f).extension().is_some_and(|e| e == "wav") || f.starts_with(".bulletin")),
        "nothing is left"
    );
}

#[test]
fn a_failure_leaves_the_old_file() {
    let folder = folder_with_article();
    fs::write(folder.path().join("bulletin.wav"), b"old").unwrap();
    fs::write(folder.path().join("empty.txt"), b"").unwrap();
    bulletin(&folder).args(["produce", "empty.txt"]).assert().failure();
    assert_eq!(fs::read(folder.path().join("bulletin.wav")).unwrap(), b"old");
}

#[test]
fn quiet_says_nothing_and_a_pipe_sees_no_bar() {
    let folder = folder_with_article();
    let output = bulletin(&folder).args(["produce", "story.txt", "--quiet"]).output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
    let output = bulletin(&folder).args(["produce", "story.txt"]).output().unwrap();
    assert!(output.stderr.is_empty(), "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1);
}

#[test]
fn settings_come_from_flag_environment_and_file_in_that_order() {
    let folder = folder_with_article();
    fs::write(folder.path().join("bulletin.toml"), "preset = \"r128\"\nrate = 1.1\n").unwrap();
    let config = stdout(bulletin(&folder).env("BULLETIN_RATE", "1.2").arg("config"));
    assert!(config.contains("loudness_lufs = -23.0"), "{config}");
    assert!(config.contains("rate = 1.2  # BULLETIN_RATE"), "{config}");
    assert!(config.contains("preset = \"r128\"  # ./bulletin.toml"), "{config}");
    assert!(config.contains("pitch = 1.0  # built in"), "{config}");
    let line = stdout(bulletin(&folder).args(["produce", "story.txt", "--preset", "podcast"]));
    assert!(line.contains("-16.0 LUFS"), "{line}");
    fs::write(folder.path().join("bulletin.toml"), "presett = \"r128\"\n").unwrap();
    let (code, stderr) = failure(bulletin(&folder).args(["produce", "story.txt"]));
    assert_eq!(code, 2);
    assert!(stderr.contains("bulletin.toml:1: unknown field `presett`"), "{stderr}");
}

#[test]
fn several_articles_make_one_bulletin() {
    let folder = folder_with_article();
    fs::write(folder.path().join("two.txt"), "Rain is forecast for Friday. It will be cold.\n").unwrap();
    let script = stdout(bulletin(&folder).args(["script", "story.txt", "two.txt", "--plain"]));
    assert_eq!(script.lines().last(), Some("It will be cold."));
    bulletin(&folder).args(["produce", "story.txt", "two.txt", "--record"]).assert().success();
    let record = fs::read_to_string(folder.path().join("bulletin.record.json")).unwrap();
    assert!(record.contains("\"story\": 1"));
}

#[test]
fn voices_say_manual_and_completions() {
    let folder = folder_with_article();
    let list = stdout(bulletin(&folder).args(["voices", "list"]));
    assert!(list.contains("pico-en-gb") && list.contains("pico-en-us"), "{list}");
    assert!(
        stdout(bulletin(&folder).args(["voices", "show", "pico-en-gb"])).contains("language = \"en-GB\"")
    );
    stdout(bulletin(&folder).args(["say", "The A40 is shut.", "-o", "a40.wav"]));
    assert!(hound::WavReader::open(folder.path().join("a40.wav")).unwrap().duration() > 48_000);
    assert!(stdout(bulletin(&folder).arg("man")).contains("produce"));
    assert!(stdout(bulletin(&folder).args(["completions", "bash"])).contains("_bulletin"));
}

#[test]
fn audit_judges() {
    let folder = folder_with_article();
    bulletin(&folder).args(["produce", "story.txt", "--preset", "r128", "--record"]).assert().success();
    let right = stdout(bulletin(&folder).args(["audit", "bulletin.wav"]));
    assert!(right.contains("verdict           right"), "{right}");
    let output = bulletin(&folder).args(["audit", "bulletin.wav", "--target", "podcast"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().contains("from -16.0 LUFS"));
    let (code, stderr) = failure(bulletin(&folder).args(["audit", "story.txt"]));
    assert_eq!(code, 1);
    assert!(stderr.contains("not a WAV file that can be measured"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_is_not_an_error() {
    use std::io::Write as _;
    use std::process::{Command as Process, Stdio};
    let binary = assert_cmd::cargo::cargo_bin("bulletin");
    let mut child = Process::new(binary)
        .arg("normalise")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    let _ = (0..1000).try_for_each(|_| stdin.write_all(b"It cost five pounds.\n"));
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}
