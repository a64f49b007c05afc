//! Without a terminal: lines, JSON, voices, and what goes wrong.

use super::command::bulletin;
use super::dispatcher::{Dispatcher, PATIENCE, QUICK, SPOKEN, has, noted};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::process::{Command as Process, Stdio};

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn events(stdout: &[u8]) -> Vec<Value> {
    text(stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn json_tells_what_is_said_in_order() {
    let Some(dispatcher) = Dispatcher::start(&noted("0.05")) else { return };
    let output = dispatcher.read(&["story.txt", "--json"]).args(QUICK).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let events = events(&output.stdout);
    assert!(events.iter().all(|event| event["format_version"] == 1));
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    let each = ["sentence_started", "sentence_ended"].repeat(SPOKEN.len());
    assert_eq!(names, [&["started"], &each[..], &["ended"]].concat());
    assert_eq!(events[0]["voice"]["name"], "alba");
    assert_eq!(events[0]["sentences"], SPOKEN.len());
    for (n, spoken) in SPOKEN.iter().enumerate() {
        let (started, ended) = (&events[1 + 2 * n], &events[2 + 2 * n]);
        assert_eq!(
            (&started["index"], &started["story"], &started["spoken"]),
            (&n.into(), &0.into(), &(*spoken).into())
        );
        assert_eq!((&ended["index"], &ended["ending"]), (&n.into(), &"spoken".into()));
    }
    assert_eq!(events[1]["role"], "headline");
    assert_eq!(events[5]["written"], "It cost £1.2m.");
    assert_eq!(events[5]["paragraph"], 0);
    assert_eq!(events[7]["paragraph"], 1);
    let pauses: Vec<_> = (0..4).map(|n| events[1 + 2 * n]["pause_ms"].as_u64().unwrap()).collect();
    assert_eq!(pauses[..3], [30, 20, 40]);
    assert_eq!(events.last().unwrap()["why"], "finished");
    assert_eq!(dispatcher.texts(), SPOKEN);
    assert!(dispatcher.said().iter().all(|line| line.starts_with("alba 100 ")), "{:?}", dispatcher.said());
}

#[test]
fn lines_are_what_was_written_from_any_sentence_on_by_any_voice_at_any_rate() {
    let Some(dispatcher) = Dispatcher::start(&noted("0.05")) else { return };
    let flags = ["story.txt", "--from", "3", "--voice", "bel", "--rate", "0.75", "--locale", "en-GB"];
    let output = dispatcher.read(&flags).args(QUICK).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "It cost £1.2m.\nBuses will run every 20 minutes.\n");
    assert_eq!(dispatcher.said(), [format!("bella 50 {}", SPOKEN[2]), format!("bella 50 {}", SPOKEN[3])]);

    // Several at once, from standard input too, each with its own sentences; American copy by the American voice.
    dispatcher.forget_said();
    let flags = ["-", "story.txt", "--locale", "en-US", "--sentences", "1", "--story-pause-ms", "0"];
    let mut command = dispatcher.read(&flags);
    let output = command.args(QUICK).write_stdin("The deal closed on 3/4/2025.\n").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = dispatcher.said();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].starts_with("bella 100 The deal closed on March fourth"), "{said:?}");

    let output = dispatcher.read(&["story.txt", "--from", "5"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stderr), "error: --from: there is no sentence 5\nhint: name one of 1 to 4\n");
}

#[test]
fn voices_are_listed_and_named() {
    let Some(dispatcher) = Dispatcher::start(&noted("0")) else { return };
    let output = dispatcher.read(&["--list-voices"]).output().unwrap();
    assert_eq!(
        text(&output.stdout),
        "  de         carl\n  en-US      bella\n* en-GB      alba\n  en-GB      albany\n"
    );
    let output = dispatcher.read(&["--list-voices", "--json", "--locale", "en-US"]).output().unwrap();
    let listed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&listed["format_version"], &listed["chosen"]), (&1.into(), &1.into()));
    assert_eq!(listed["voices"][1], serde_json::json!({"name": "bella", "id": "bella", "language": "en-US"}));
    for (name, error, hint) in [
        ("albano", "the system has no voice called \"albano\"", "did you mean \"albany\"?"),
        (
            "alb",
            "several of the system's voices have \"alb\" in their names",
            "name one: \"alba\", \"albany\"",
        ),
    ] {
        let output = dispatcher.read(&["story.txt", "--voice", name]).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let said = text(&output.stderr);
        assert!(said.starts_with(&format!("error: --voice: {error}\nhint: {hint}")), "{said}");
    }
    assert!(dispatcher.said().is_empty());
}

#[test]
fn a_real_engine_reads_to_the_end() {
    if !has("espeak-ng") {
        return;
    }
    let synth = "echo \\'$DATA\\' | espeak-ng -v en-gb --stdin -w FOLDER/last.wav";
    let Some(dispatcher) = Dispatcher::start(synth) else { return };
    let output = dispatcher.read(&["story.txt", "--json"]).args(QUICK).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let ended = events(&output.stdout).iter().filter(|event| event["ending"] == "spoken").count();
    assert_eq!(ended, SPOKEN.len());
    let wav = hound::WavReader::open(dispatcher.folder.path().join("last.wav")).unwrap();
    assert!(wav.duration() > wav.spec().sample_rate, "the last sentence takes more than a second");
}

#[test]
fn without_a_daemon_it_says_what_to_start() {
    let folder = tempfile::tempdir().unwrap();
    // In a folder that is not there, so that no daemon can be started for us either.
    let nowhere = format!("unix_socket:{}", folder.path().join("none/sock").display());
    let mut command = bulletin(&folder);
    let output = command
        .env("SPEECHD_ADDRESS", nowhere)
        .timeout(PATIENCE)
        .args(["read", "story.txt"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let said = text(&output.stderr);
    assert!(said.starts_with("error: reading aloud: the system's speech cannot be reached: "), "{said}");
    assert!(said.contains("\nhint: start speech-dispatcher, or install it"), "{said}");
}

#[test]
fn a_daemon_without_a_module_that_works_is_told_apart() {
    let Some(dispatcher) = Dispatcher::with_module("testing", &noted("0")) else { return };
    let output = dispatcher.read(&["story.txt"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.starts_with("error: reading aloud: the system "), "{said}");
    assert!(said.contains("\nhint: speech-dispatcher has no module that works: install one"), "{said}");
}

#[test]
fn a_daemon_that_dies_ends_the_reading() {
    let Some(mut dispatcher) = Dispatcher::start(&noted("15")) else { return };
    let mut command = Process::new(assert_cmd::cargo::cargo_bin("bulletin"));
    let child = command
        .current_dir(dispatcher.folder.path())
        .env_clear()
        .env("HOME", dispatcher.folder.path())
        .env("SPEECHD_ADDRESS", dispatcher.address())
        .args(["read", "story.txt"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    dispatcher.until("the first sentence", || !dispatcher.said().is_empty());
    dispatcher.kill();
    // The sentence is overdue after some seconds, and the engine is looked after: long before it would be given up.
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("error: reading aloud: the system's speech has gone: "), "{said}");
}

#[test]
fn interrupted_it_stops_the_voice_and_dies_of_the_signal() {
    use std::os::unix::process::ExitStatusExt as _;
    for (name, number) in [("INT", 2), ("TERM", 15)] {
        let synth = format!("{}; echo x >> FOLDER/finished", noted("1.5"));
        let Some(dispatcher) = Dispatcher::start(&synth) else { return };
        let mut child = Process::new(assert_cmd::cargo::cargo_bin("bulletin"))
            .current_dir(dispatcher.folder.path())
            .env_clear()
            .env("HOME", dispatcher.folder.path())
            .env("SPEECHD_ADDRESS", dispatcher.address())
            .args(["read", "story.txt"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert_eq!(first, format!("{}\n", SPOKEN[0]));
        dispatcher.until("the first sentence", || !dispatcher.said().is_empty());
        Process::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(number));
        std::thread::sleep(std::time::Duration::from_millis(2500));
        assert_eq!(dispatcher.said().len(), 1);
        assert!(!dispatcher.folder.path().join("finished").exists(), "SIG{name}: the voice went on");
    }
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_without_a_fuss() {
    let Some(dispatcher) = Dispatcher::start(&noted("0.1")) else { return };
    let mut child = Process::new(assert_cmd::cargo::cargo_bin("bulletin"))
        .current_dir(dispatcher.folder.path())
        .env_clear()
        .env("HOME", dispatcher.folder.path())
        .env("SPEECHD_ADDRESS", dispatcher.address())
        .args(["read", "story.txt"])
        .args(QUICK)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
    assert!(dispatcher.said().len() < SPOKEN.len(), "{:?}", dispatcher.said());
}
