//! Batches through the binary: briefings and articles, what is made again and what is not, kills and corrections,
//! failures, and everything that may happen on the way: SIGKILL, a second process, damage, a full disk.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "support/command.rs"]
mod command;
#[cfg(target_os = "linux")]
#[path = "support/mounts.rs"]
mod mounts;
#[path = "support/run.rs"]
mod run;
mod support;

use command::bulletin;
#[cfg(target_os = "linux")]
use mounts::with_mounts;
use run::run;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use support::server::{Reply, Server};
use tempfile::TempDir;

const LEAD: &str = "Harbour bridge to close for a month\n\
    The bridge over the Tarn will close on 3 May for £1.2m of repairs, the council said. \
    Buses will run every 20 minutes. The ferry will carry bicycles.\n";
const SECOND: &str = "Shares slide at Acme\n\
    Shares in Acme fell 3% to £1.20 on Monday after the company warned of lower profits.\n";
const NOW: [&str; 2] = ["--now", "2026-03-03T06:00+00:00"];

/// Two stations that share a body of two stories.
fn stations() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("stations")).unwrap();
    write("lead.txt", LEAD);
    write("second.txt", SECOND);
    write(
        "body.toml",
        "sting = \"none\"\ndate = \"today\"\nat = \"07:00\"\noutput = \"{station}-{date}-{slot}.wav\"\n\
         [[stories]]\ninput = \"lead.txt\"\n[[stories]]\ninput = \"second.txt\"\n",
    );
    for station in ["Echo", "Peak"] {
        let text = format!("include = \"../body.toml\"\nstation = \"{station} FM\"\n");
        write(&format!("stations/{station}.toml"), &text);
    }
    folder
}

/// Exit code, the report, stderr.
fn batch(folder: &TempDir, arguments: &[&str]) -> (i32, Value, String) {
    let all: Vec<&str> =
        ["batch", "--json", "--quiet"].iter().chain(&NOW).chain(arguments).copied().collect();
    let (code, out, err) = run(folder, &all);
    (code, serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}{err}")), err)
}

/// Of each bulletin the file's name and its status.
fn statuses(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let bulletins = report["bulletins"].as_array().unwrap().iter();
    bulletins
        .map(|b| {
            let output = text(&b["output"]);
            (output.rsplit('/').next().unwrap().to_owned(), text(&b["status"]))
        })
        .collect()
}

fn statuses_are(report: &Value, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    assert_eq!(statuses(report), expected, "{report:#}");
}

/// Every file below a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, fs::read(path).unwrap());
            }
        }
    }
    found
}

const ECHO: &str = "echo-fm-2026-03-03-0700.wav";
const PEAK: &str = "peak-fm-2026-03-03-0700.wav";

#[test]
fn forty_stations_share_a_body_and_one_that_is_wrong_stops_no_other() {
    let folder = stations();
    fs::write(folder.path().join("stations/bad.toml"), "include = \"../body.toml\"\nstaton = \"Bad\"\n")
        .unwrap();
    let arguments = ["batch", "body.toml", "stations/", "--out", "out", "--record"];
    let (code, out, err) = run(&folder, &[&arguments[..], &NOW].concat());
    assert_eq!(code, 3, "{err}");
    let lines: Vec<_> = out.lines().collect();
    assert!(lines[0].starts_with("made       out/echo-fm-2026-03-03-0700.wav  0:"), "{out}");
    assert!(lines[1].starts_with("made       out/peak-fm-2026-03-03-0700.wav  0:"), "{out}");
    assert!(out.lines().nth(2).unwrap().starts_with("failed     stations/bad.toml"), "{out}");
    assert!(
        err.contains("error: stations/bad.toml:2: unknown key \"staton\"\nhint: did you mean \"station\"?"),
        "{err}"
    );
    assert!(err.contains("[1/2] made out/") && err.ends_with("2 made, 1 failed\n"), "{err}");
    let made: Vec<_> = files(&folder.path().join("out")).into_keys().collect();
    assert_eq!(
        made,
        ["echo-fm-2026-03-03-0700.record.json", ECHO, "peak-fm-2026-03-03-0700.record.json", PEAK]
    );
}

#[test]
fn threads_cache_and_command_make_no_difference() {
    let folder = stations();
    for (name, more) in [
        ("one", &["--jobs", "1", "--no-cache"][..]),
        ("three", &["--jobs", "3", "--no-cache"]),
        ("filled", &["--jobs", "3"]),
        ("cached", &["--jobs", "2", "--force"]),
    ] {
        let out = format!("{name}/out");
        let (code, report, err) = batch(&folder, &[&["stations", "--out", &out], more].concat());
        assert_eq!(code, 0, "{err}");
        let of = |key: &str| {
            report["bulletins"].as_array().unwrap().iter().map(|b| b[key].as_u64().unwrap()).sum::<u64>()
        };
        // Two stations, six sentences each; what the second needs was spoken for the first, unless at the same time.
        assert_eq!(of("voiced") + of("cached"), 12, "{report:#}");
        match name {
            "cached" => assert_eq!(of("voiced"), 0),
            "filled" => assert!(of("voiced") >= 6),
            _ => assert_eq!(of("cached"), 0),
        }
    }
    let one = files(&folder.path().join("one"));
    assert_eq!(one.len(), 2);
    for other in ["three", "filled", "cached"] {
        assert!(files(&folder.path().join(other)) == one, "{other}");
    }
    let arguments = ["produce", "stations/Echo.toml", "-o", "alone.wav", "--quiet"];
    assert_eq!(run(&folder, &[&arguments[..], &NOW].concat()).0, 0);
    assert!(fs::read(folder.path().join("alone.wav")).unwrap() == one[&format!("out/{ECHO}")]);
    let (_, plain, _) = run(&folder, &[&["script", "stations/Echo.toml", "--plain"][..], &NOW].concat());
    assert_eq!(plain.lines().count(), 6, "{plain}");
}

#[test]
fn only_what_changed_is_made_again() {
    let folder = stations();
    let out = folder.path().join("out");
    let all = ["stations", "--out", "out"];
    assert_eq!(batch(&folder, &all).0, 0);
    let first = files(&out);
    statuses_are(&batch(&folder, &all).1, &[(ECHO, "unchanged"), (PEAK, "unchanged")]);
    // A story of one station alone.
    let local = "include = \"../body.toml\"\nstation = \"Peak FM\"\n[[stories]]\ninput = \"local.txt\"\n";
    fs::write(folder.path().join("stations/Peak.toml"), local).unwrap();
    fs::write(folder.path().join("stations/local.txt"), "Fair to return\nThe fair will return in June.\n")
        .unwrap();
    let (_, report, _) = batch(&folder, &all);
    statuses_are(&report, &[(ECHO, "unchanged"), (PEAK, "made")]);
    assert_eq!(report["bulletins"][1]["voiced"], 2);
    let second = files(&out);
    assert!(second[ECHO] == first[ECHO] && second[PEAK] != first[PEAK]);
    // One word in a sentence of a story that both have.
    fs::write(folder.path().join("lead.txt"), LEAD.replace("20 minutes", "30 minutes")).unwrap();
    let (_, report, _) = batch(&folder, &[&all[..], &["--jobs", "1"]].concat());
    statuses_are(&report, &[(ECHO, "made"), (PEAK, "made")]);
    for (n, voiced) in [(0, 1), (1, 0)] {
        let bulletin = &report["bulletins"][n];
        assert_eq!((&bulletin["voiced"], &bulletin["corrected"][0]), (&voiced.into(), &"lead.txt".into()));
    }
    // Put back: the very same bytes.
    fs::write(folder.path().join("lead.txt"), LEAD).unwrap();
    batch(&folder, &all);
    assert!(files(&out) == second);
    // A file that somebody touched is right still, one that somebody changed is not, and one that is gone is missed.
    fs::File::options()
        .write(true)
        .open(out.join(ECHO))
        .unwrap()
        .set_modified(std::time::UNIX_EPOCH)
        .unwrap();
    fs::remove_file(out.join(PEAK)).unwrap();
    statuses_are(&batch(&folder, &all).1, &[(ECHO, "unchanged"), (PEAK, "made")]);
    let mut bytes = second[ECHO].clone();
    bytes[50_000] ^= 1;
    fs::write(out.join(ECHO), bytes).unwrap();
    statuses_are(&batch(&folder, &all).1, &[(ECHO, "made"), (PEAK, "unchanged")]);
    assert!(files(&out) == second);
}

#[test]
fn a_killed_story_leaves_every_bulletin_that_had_it() {
    let folder = stations();
    let out = folder.path().join("out");
    let all = ["stations", "--out", "out"];
    assert_eq!(batch(&folder, &all).0, 0);
    let body = fs::read_to_string(folder.path().join("body.toml")).unwrap();
    let reasons = [
        ("killed = \"wrong man named\"", "it is killed: wrong man named"),
        ("expires = \"2026-03-03T05:00\"", "it expired at 2026-03-03T05:00:00Z"),
        ("embargo = \"2026-03-03T07:00\"", "it is under embargo until 2026-03-03T07:00:00Z"),
    ];
    for (line, reason) in reasons {
        fs::write(folder.path().join("body.toml"), format!("{body}{line}\n")).unwrap();
        let (code, report, _) = batch(&folder, &all);
        assert_eq!(code, 0);
        statuses_are(&report, &[(ECHO, "made"), (PEAK, "made")]);
        for bulletin in report["bulletins"].as_array().unwrap() {
            let gone = &bulletin["taken_out"][0];
            assert_eq!((&gone["input"], &gone["reason"]), (&"second.txt".into(), &reason.into()));
            assert_eq!(bulletin["stories"].as_array().unwrap().len(), 1);
        }
        fs::write(folder.path().join("body.toml"), &body).unwrap();
        statuses_are(&batch(&folder, &all).1, &[(ECHO, "made"), (PEAK, "made")]);
    }
    // A line in the story itself.
    fs::write(folder.path().join("second.txt"), format!("EMBARGOED UNTIL 0900 4 March 2026\n{SECOND}"))
        .unwrap();
    let (_, report, _) = batch(&folder, &all);
    assert_eq!(report["bulletins"][0]["taken_out"][0]["input"], "second.txt", "{report:#}");
    // Killed for all stations at once from the command line, both stories: nothing is left to tell, and what told them
    // goes.
    let (code, report, err) =
        batch(&folder, &[&all[..], &["--kill", "second.txt", "--kill", "lead.txt"]].concat());
    assert_eq!(code, 3);
    statuses_are(&report, &[(ECHO, "withdrawn"), (PEAK, "withdrawn")]);
    assert!(err.contains("nothing of it may be heard"), "{err}");
    assert!(files(&out).is_empty());
}

/// A wire's story in one version.
fn ninjs(version: u32, status: &str, text: &str) -> String {
    format!(
        r#"{{"uri": "urn:echo:7", "version": "{version}", "type": "text", "pubstatus": "{status}",
            "headline": "Bridge to close", "body_text": "{text}"}}"#
    )
}

#[test]
fn a_kill_is_followed_however_it_comes() {
    let folder = stations();
    let path = |name: &str| folder.path().join(name);
    let briefing = |stories: &str| {
        let text = format!("sting = \"none\"\noutput = \"out/n.wav\"\nstories = [{stories}]\n");
        fs::write(path("stations/n.toml"), text).unwrap();
    };
    let lead = path("lead.txt").canonicalize().unwrap().display().to_string();
    let (n, out) = (["stations/n.toml"], path("out/n.wav"));
    let made = || {
        fs::write(path("lead.txt"), LEAD).unwrap();
        briefing("{ input = \"../lead.txt\" }");
        assert_eq!(batch(&folder, &n).0, 0);
        assert!(out.exists());
    };
    // In every spelling of the one story, on the command line and in a briefing.
    for kill in ["lead.txt", "./lead.txt", &lead, "stations/../lead.txt"] {
        made();
        let (code, report, _) = batch(&folder, &["stations/n.toml", "--kill", kill]);
        assert_eq!((code, out.exists()), (3, false), "{kill}: {report:#}");
        statuses_are(&report, &[("n.wav", "withdrawn")]);
        assert_eq!(report["unmet_kills"], Value::Null);
    }
    made();
    briefing("{ input = \"../lead.txt\" }]\nkill = [\"../lead.txt\"");
    assert_eq!((batch(&folder, &n).0, out.exists()), (3, false));
    // The file is gone as well, or a required one is, or the settings make no sense any more.
    made();
    fs::remove_file(path("lead.txt")).unwrap();
    assert_eq!((batch(&folder, &["stations/n.toml", "--kill", "lead.txt"]).0, out.exists()), (3, false));
    made();
    briefing(
        "{ input = \"none.txt\", required = true }, { input = \"../lead.txt\", killed = \"wrong man\" }",
    );
    let (_, report, _) = batch(&folder, &n);
    assert_eq!(report["bulletins"][0]["taken_out"][0]["reason"], "it is killed: wrong man", "{report:#}");
    assert!(!out.exists());
    made();
    briefing("{ input = \"../lead.txt\", killed = true }]\nsting = [\"none\"");
    made();
    let text = fs::read_to_string(path("stations/n.toml")).unwrap().replace("\"none\"", "\"no.wav\"");
    fs::write(path("stations/n.toml"), text).unwrap();
    assert_eq!((batch(&folder, &["stations/n.toml", "--kill", "lead.txt"]).0, out.exists()), (3, false));
    // From another working folder, by whom the briefing was never run.
    made();
    let mut elsewhere = bulletin(&folder);
    elsewhere.current_dir(path("stations")).args(["batch", "n.toml", "--out", ".."]).args(NOW);
    assert_eq!(elsewhere.args(["--kill", "lead.txt"]).output().unwrap().status.code(), Some(3));
    assert!(!out.exists());
    // The ledger is lost, or somebody has worked on the file: it is put aside, not destroyed.
    for spoil in [true, false] {
        made();
        if spoil {
            fs::write(&out, [&fs::read(&out).unwrap()[..], b"tag"].concat()).unwrap();
        } else {
            fs::remove_dir_all(path("cache")).unwrap();
        }
        let (code, report, _) = batch(&folder, &["stations/n.toml", "--kill", "lead.txt"]);
        assert_eq!((code, out.exists()), (3, false));
        assert!(path("out/n.wav.withdrawn").exists());
        assert!(report["bulletins"][0]["warnings"].to_string().contains("put aside"), "{report:#}");
    }
    // What tells other stories stays, though today's may not be told yet.
    made();
    let early = "{ input = \"../second.txt\", embargo = \"2026-03-03T09:00\" }";
    briefing(early);
    let (_, report, _) = batch(&folder, &n);
    statuses_are(&report, &[("n.wav", "failed")]);
    assert!(out.exists());
    // Killed in one place, it is killed where it comes with a folder, and in another briefing.
    made();
    briefing("{ input = \"../lead.txt\", killed = true }, { input = \"..\" }");
    let (_, report, _) = batch(&folder, &["stations/n.toml", "stations/Echo.toml"]);
    assert_eq!(report["bulletins"][0]["stories"], serde_json::json!(["./second.txt"]), "{report:#}");
    assert_eq!(report["bulletins"][1]["stories"], serde_json::json!(["second.txt"]), "{report:#}");
    // One that no story met is told.
    let (_, report, err) = batch(&folder, &["stations/Echo.toml", "--kill", "laed.txt"]);
    assert_eq!(report["unmet_kills"][0], "laed.txt");
    assert!(err.contains("--kill laed.txt: no story met it"), "{err}");
}

#[test]
fn wires_kill_and_replace_what_was_voiced() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("w")).unwrap();
    fs::write(path("w/one.json"), ninjs(1, "usable", "The bridge will close on Monday.")).unwrap();
    fs::write(path("w/other.txt"), SECOND).unwrap();
    let all = ["w", "--out", "out", "--sting", "none"];
    statuses_are(&batch(&folder, &all).1, &[("one.wav", "made"), ("other.wav", "made")]);
    // A new version in a file of its own takes the place of the old one.
    fs::write(path("w/two.json"), ninjs(2, "usable", "The bridge will close on Tuesday.")).unwrap();
    let (_, report, _) = batch(&folder, &all);
    statuses_are(&report, &[("other.wav", "unchanged"), ("one.wav", "made")]);
    assert_eq!(report["bulletins"][1]["corrected"][0], "w/two.json");
    // So does a kill, also where the story's own files are gone.
    fs::remove_file(path("w/one.json")).unwrap();
    fs::remove_file(path("w/two.json")).unwrap();
    fs::write(path("w/kill.json"), ninjs(3, "canceled", "")).unwrap();
    let (code, report, _) = batch(&folder, &all);
    assert_eq!(code, 0, "{report:#}");
    statuses_are(&report, &[("other.wav", "unchanged"), ("one.wav", "withdrawn")]);
    assert_eq!(files(&path("out")).into_keys().collect::<Vec<_>>(), ["other.wav"]);
    // In a briefing.
    fs::write(path("w/one.json"), ninjs(1, "usable", "The bridge will close on Monday.")).unwrap();
    fs::write(path("n.toml"), "sting = \"none\"\nstories = [{ input = \"w/one.json\" }]\n").unwrap();
    assert_eq!(batch(&folder, &["n.toml"]).0, 0);
    fs::write(path("w/kill.json"), ninjs(3, "canceled", "")).unwrap();
    let both = "sting = \"none\"\nstories = [{ input = \"w/one.json\" }, { input = \"w/kill.json\" }]\n";
    fs::write(path("n.toml"), both).unwrap();
    let (code, report, _) = batch(&folder, &["n.toml"]);
    assert_eq!((code, path("n.wav").exists()), (3, false), "{report:#}");
    assert_eq!(report["bulletins"][0]["taken_out"].as_array().unwrap().len(), 1, "{report:#}");
    assert!(
        batch(&folder, &["w/one.json", "--out", "out", "--kill", "urn:echo:7"]).1["unmet_kills"].is_null()
    );
}

#[test]
fn what_is_there_and_no_bulletin_is_spared() {
    let folder = stations();
    let path = |name: &str| folder.path().join(name);
    let briefing = |output: &str| {
        let text = format!("sting = \"none\"\noutput = \"{output}\"\n[[stories]]\ninput = \"lead.txt\"\n");
        fs::write(path("n.toml"), text).unwrap();
    };
    fs::write(path("holiday.jpg"), "a picture").unwrap();
    fs::write(path(".bulletin-notes"), "somebody's own").unwrap();
    for (output, part) in [
        ("lead.txt", "is what the bulletin is made of"),
        ("./stations/../n.toml", "is what the bulletin is made of"),
        ("holiday.jpg", "is there, and is no bulletin"),
        ("stations", "is there, and is no bulletin"),
        ("lead.txt/n.wav", ""),
    ] {
        briefing(output);
        let before = files(folder.path());
        for check in [&["--check"][..], &[]] {
            let (code, _, err) = batch(&folder, &[&["n.toml"], check].concat());
            assert!(code == 3 && err.contains(part), "{output}: {code} {err}");
        }
        let after: BTreeMap<_, _> =
            files(folder.path()).into_iter().filter(|(name, _)| !name.starts_with("cache/")).collect();
        assert!(
            after == before.into_iter().filter(|(name, _)| !name.starts_with("cache/")).collect(),
            "{output}"
        );
    }
    let (code, _, err) = run(&folder, &["produce", "lead.txt", "-o", "lead.txt"]);
    assert!(code == 2 && err.contains("would be lost"), "{err}");
    // Two that would share a file, or a record: the first is made.
    let text = "sting = \"none\"\nrecord = true\n[[stories]]\ninput = \"lead.txt\"\n\
        [[editions]]\noutput = \"new/../p.wav\"\n[[editions]]\noutput = \"p.wav\"\n[[editions]]\noutput = \"p.flac\"\n";
    fs::write(path("n.toml"), text).unwrap();
    let (code, report, err) = batch(&folder, &["n.toml"]);
    assert_eq!(code, 3);
    statuses_are(&report, &[("p.wav", "made"), ("p.wav", "failed"), ("p.flac", "failed")]);
    assert!(err.contains("is made of n.toml, edition 1 already"), "{err}");
}

#[test]
fn a_record_is_the_file_it_stands_beside() {
    let folder = stations();
    let record = folder.path().join("echo-fm-2026-03-03-0700.record.json");
    let echo = ["stations/Echo.toml"];
    let with = ["stations/Echo.toml", "--record"];
    statuses_are(&batch(&folder, &with).1, &[(ECHO, "made")]);
    statuses_are(&batch(&folder, &with).1, &[(ECHO, "unchanged")]);
    let first = fs::read(&record).unwrap();
    // Made again without one, the old one would tell of another file.
    fs::write(folder.path().join("lead.txt"), SECOND).unwrap();
    statuses_are(&batch(&folder, &echo).1, &[(ECHO, "made")]);
    assert!(!record.exists());
    statuses_are(&batch(&folder, &with).1, &[(ECHO, "made")]);
    assert!(fs::read(&record).unwrap() != first);
    fs::write(&record, "{").unwrap();
    statuses_are(&batch(&folder, &with).1, &[(ECHO, "made")]);
    // From another folder it is the same bulletin.
    let mut elsewhere = bulletin(&folder);
    elsewhere.current_dir(folder.path().join("stations"));
    let output =
        elsewhere.args(["batch", "Echo.toml", "--out", "..", "--record"]).args(NOW).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.starts_with("unchanged "), "{out}");
}

#[test]
fn a_bulletin_of_each_article() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("articles")).unwrap();
    write("articles/lead.txt", LEAD);
    write("articles/shares.txt", SECOND);
    write(
        "articles/shares.html",
        &format!("<html><body><article><h1>Shares</h1><p>{SECOND}</p></article></body></html>"),
    );
    write("articles/noise.txt", "\u{0}\u{1}\u{2}");
    let all = ["articles/", "--out", "audio", "--sting", "none"];
    let (code, report, err) = batch(&folder, &all);
    assert_eq!(code, 3, "{err}");
    statuses_are(
        &report,
        &[("lead.wav", "made"), ("shares.wav", "made"), ("shares-txt.wav", "made"), ("noise.wav", "failed")],
    );
    assert!(err.contains("error: articles/noise.txt") && err.contains("not text"), "{err}");
    // One is killed: its file goes, without being a failure.
    write("articles/noise.txt", SECOND);
    let (code, report, _) = batch(&folder, &[&all[..], &["--kill", "articles/lead.txt"]].concat());
    assert_eq!(code, 0, "{report:#}");
    statuses_are(
        &report,
        &[
            ("noise.wav", "made"),
            ("shares.wav", "unchanged"),
            ("shares-txt.wav", "unchanged"),
            ("lead.wav", "withdrawn"),
        ],
    );
    assert!(!folder.path().join("audio/lead.wav").exists());
    let (code, _, err) = run(&folder, &["batch", "articles/"]);
    assert_eq!(code, 2);
    assert!(err.contains("--out: nothing says where the bulletins of articles go"), "{err}");
}

#[test]
fn check_says_everything_and_voices_nothing() {
    let folder = stations();
    fs::write(
        folder.path().join("stations/Lost.toml"),
        "include = \"../body.toml\"\nstation = \"Lost\"\nvoice = \"nobody\"\n",
    )
    .unwrap();
    fs::write(
        folder.path().join("stations/Song.toml"),
        "include = \"../body.toml\"\nstation = \"Song\"\nsting = \"song.mp3\"\n",
    )
    .unwrap();
    fs::write(folder.path().join("stations/song.mp3"), "no music").unwrap();
    let (code, report, err) = batch(&folder, &["stations", "--check"]);
    assert_eq!(code, 3);
    let statuses: Vec<_> = statuses(&report).into_iter().map(|(_, status)| status).collect();
    assert_eq!(statuses, ["checked", "failed", "checked", "failed"], "{report:#}");
    assert!(err.contains("no voice called \"nobody\"") && err.contains("song.mp3"), "{err}");
    let seconds = report["bulletins"][0]["seconds"].as_f64().unwrap();
    assert!((12.0..30.0).contains(&seconds), "{seconds}");
    assert!(!folder.path().join(ECHO).exists() && !folder.path().join("cache/takes").exists());
    let (code, report, _) = batch(&folder, &["stations/Echo.toml"]);
    assert_eq!(code, 0);
    let made = report["bulletins"][0]["seconds"].as_f64().unwrap();
    assert!((made / seconds - 1.0).abs() < 0.1, "{made} {seconds}");
}

#[test]
fn those_that_failed_are_tried_again() {
    let folder = stations();
    fs::write(
        folder.path().join("stations/Late.toml"),
        "station = \"Late\"\nsting = \"none\"\noutput = \"late.wav\"\n[[stories]]\ninput = \"late.txt\"\n",
    )
    .unwrap();
    let all = ["stations", "--out", "out"];
    let (code, report, err) = batch(&folder, &all);
    assert_eq!(code, 3);
    statuses_are(&report, &[(ECHO, "made"), ("late.wav", "failed"), (PEAK, "made")]);
    assert!(
        err.contains("error: stations/Late.toml: stations/late.txt: ")
            || err.contains("late.txt: cannot read"),
        "{err}"
    );
    fs::write(folder.path().join("stations/late.txt"), LEAD).unwrap();
    fs::write(folder.path().join("lead.txt"), SECOND).unwrap();
    let retried = [&all[..], &["--retry-failed"]].concat();
    statuses_are(&batch(&folder, &retried).1, &[(ECHO, "skipped"), ("late.wav", "made"), (PEAK, "skipped")]);
    let (code, report, _) = batch(&folder, &retried);
    assert_eq!(code, 0);
    statuses_are(&report, &[(ECHO, "skipped"), ("late.wav", "skipped"), (PEAK, "skipped")]);
}

#[test]
fn usage_that_makes_no_sense() {
    let folder = stations();
    fs::write(
        folder.path().join("stations/Echo2.toml"),
        "include = \"../body.toml\"\nstation = \"Echo FM\"\n",
    )
    .unwrap();
    fs::write(folder.path().join("empty.toml"), "station = \"Echo FM\"\n").unwrap();
    fs::create_dir(folder.path().join("nothing")).unwrap();
    for (arguments, code, part) in [
        (&["batch", "stations"][..], 3, "echo-fm-2026-03-03-0700.wav is made of stations/Echo.toml already"),
        (&["batch", "stations/Echo.toml", "--set", "regoin=north"], 2, "no briefing asks for {regoin}"),
        (&["batch", "stations/Echo.toml", "--set", "name=north"], 2, "is no name for a variable"),
        (&["batch", "none.toml"], 1, "none.toml: cannot read"),
        (&["batch", "nothing"], 2, "there are no files in this folder"),
        (&["batch", "empty.toml"], 3, "empty.toml: it has no stories"),
        (&["batch", "stations/Echo.toml", "--set", "region"], 2, "write it as name=value"),
        (&["batch", "stations/Echo.toml", "--retry-failed", "--force"], 2, "cannot be used with"),
        (
            &["produce", "stations/Echo.toml", "stations/Peak.toml"],
            2,
            "one bulletin cannot have two briefings",
        ),
    ] {
        let (found, _, err) = run(&folder, &[arguments, &NOW].concat());
        assert!(found == code && err.contains(part), "{arguments:?}: {found} {err}");
    }
}

#[test]
fn one_feed_for_all_stations_is_asked_for_once() {
    let server = Server::start(|request| match request.path.as_str() {
        "/rss" => Reply::of(
            "application/rss+xml",
            format!(
                "<rss version=\"2.0\"><channel><title>Echo</title><item><title>Bridge to close</title>\
                 <link>http://{0}/a</link><description>Short.</description></item></channel></rss>",
                request.header("host").unwrap()
            ),
        ),
        "/a" => Reply::html(format!(
            "<html><body><article><h1>Bridge</h1><p>{LEAD}</p><p>{SECOND}</p></article></body></html>"
        )),
        _ => Reply::not_found(),
    });
    let folder = stations();
    let body = format!(
        "sting = \"none\"\noutput = \"{{station}}.wav\"\n[[stories]]\ninput = \"{}\"\n",
        server.url("/rss")
    );
    fs::write(folder.path().join("body.toml"), body).unwrap();
    let (code, report, err) = batch(&folder, &["stations", "--allow-private"]);
    assert_eq!(code, 0, "{report:#} {err}");
    statuses_are(&report, &[("echo-fm.wav", "made"), ("peak-fm.wav", "made")]);
    let mut paths = server.paths();
    paths.sort();
    paths.dedup();
    assert_eq!(server.paths().len(), paths.len(), "{:?}", server.paths());
}

#[test]
fn the_cache_says_what_it_holds_and_finds_damage() {
    let folder = stations();
    let stat = |command: &str| -> (i32, Value) {
        let (code, out, _) = run(&folder, &["cache", command, "--json"]);
        (code, serde_json::from_str(&out).unwrap())
    };
    assert_eq!(stat("stat").1["takes"], 0);
    assert_eq!(batch(&folder, &["stations/Echo.toml"]).0, 0);
    let before = fs::read(folder.path().join(ECHO)).unwrap();
    assert_eq!(stat("stat").1["takes"], 6);
    assert_eq!(
        stat("verify"),
        (
            0,
            serde_json::json!({
                "format_version": 1, "folder": folder.path().join("cache/takes"), "whole": 6, "damaged": []
            })
        )
    );
    let takes = folder.path().join("cache/takes");
    let name = files(&takes).into_keys().next().unwrap();
    let flip = || {
        let mut bytes = fs::read(takes.join(&name)).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x10;
        fs::write(takes.join(&name), bytes).unwrap();
    };
    // Met on the way, it is made again, and said.
    flip();
    let (code, out, err) = run(&folder, &[&["batch", "stations/Echo.toml", "--force"][..], &NOW].concat());
    assert_eq!(code, 0, "{out}");
    assert!(err.contains("warning: 1 damaged takes were found in the cache and made again"), "{err}");
    assert!(fs::read(folder.path().join(ECHO)).unwrap() == before);
    // Looked for, it is found.
    flip();
    let (code, verdict) = stat("verify");
    assert_eq!((code, verdict["damaged"].as_array().unwrap().len()), (1, 1), "{verdict:#}");
    assert_eq!(stat("clear").1["takes"], 5);
    assert_eq!(stat("stat").1["takes"], 0);
    let (_, out, _) = run(&folder, &["cache", "stat"]);
    assert_eq!(out, "0 takes, 0.0 MB of 2000.0 MB\n");
}

/// The binary in `folder`, so that it can be killed.
fn started(folder: &TempDir, arguments: &[&str]) -> std::process::Child {
    Command::new(assert_cmd::cargo::cargo_bin("bulletin"))
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder.path())
        .env("XDG_CONFIG_HOME", folder.path().join("config"))
        .env("BULLETIN_CACHE_FOLDER", folder.path().join("cache"))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn killed_at_any_moment_it_goes_on_to_the_same_files() {
    let folder = stations();
    let arguments = [&["batch", "stations", "--out", "out", "--record", "--jobs", "2"][..], &NOW].concat();
    let (out, cache) = (folder.path().join("out"), folder.path().join("cache"));
    #[allow(
        clippy::disallowed_methods,
        reason = "the moments of the kills are spread over the time a run takes"
    )]
    let begun = std::time::Instant::now();
    assert!(started(&folder, &arguments).wait().unwrap().success());
    let length = begun.elapsed();
    let expected = files(&out);
    assert_eq!(expected.len(), 4);
    for turn in 0..8 {
        fs::remove_dir_all(&out).unwrap();
        fs::remove_dir_all(&cache).unwrap();
        let mut child = started(&folder, &arguments);
        std::thread::sleep(length * turn / 8 + Duration::from_millis(7));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(started(&folder, &arguments).wait().unwrap().success(), "{turn}");
        assert!(files(&out) == expected, "{turn}");
        let strays = |folder: &Path| {
            files(folder).into_keys().filter(|name| name.contains("/.") || name.starts_with('.')).count()
        };
        assert_eq!((strays(&out), strays(&cache)), (0, 0), "{turn}");
        assert_eq!(run(&folder, &["cache", "verify"]).0, 0, "{turn}");
    }
}

#[test]
fn two_at_once_on_one_cache_and_one_folder_both_end_well() {
    let folder = stations();
    let arguments = [&["batch", "stations", "--out", "out", "--jobs", "2"][..], &NOW].concat();
    let mut both = [started(&folder, &arguments), started(&folder, &arguments)];
    for child in &mut both {
        assert!(child.wait().unwrap().success());
    }
    let together = files(&folder.path().join("out"));
    assert_eq!(together.keys().collect::<Vec<_>>(), [ECHO, PEAK]);
    assert_eq!(run(&folder, &["cache", "verify"]).0, 0);
    statuses_are(
        &batch(&folder, &["stations", "--out", "out"]).1,
        &[(ECHO, "unchanged"), (PEAK, "unchanged")],
    );
    fs::remove_dir_all(folder.path().join("out")).unwrap();
    fs::remove_dir_all(folder.path().join("cache")).unwrap();
    assert_eq!(batch(&folder, &["stations", "--out", "out"]).0, 0);
    assert!(files(&folder.path().join("out")) == together);
}

/// A disk of `megabytes` at `out`, as long as the command runs; none where the system does not let us have one.
#[cfg(target_os = "linux")]
fn on_a_small_disk(folder: &TempDir, megabytes: u32, script: &str) -> Option<std::process::Output> {
    with_mounts(folder, &format!("mount -t tmpfs -o size={megabytes}m none out && {script}"))
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_fails_those_it_must_and_no_other() {
    let folder = stations();
    fs::create_dir(folder.path().join("out")).unwrap();
    // About 3 MB for each of two, 70 MB for the one between them, which can never fit.
    let long: Vec<String> = (0..300).map(|n| format!("{LEAD} This is number {n}.")).collect();
    fs::write(folder.path().join("long.txt"), long.join(" ")).unwrap();
    fs::write(
        folder.path().join("stations/Long.toml"),
        "station = \"Long\"\nsting = \"none\"\noutput = \"long.wav\"\n[[stories]]\ninput = \"../long.txt\"\n",
    )
    .unwrap();
    let script = "\"$BULLETIN\" batch stations --out out --json --quiet --jobs 3 --now 2026-03-03T06:00+00:00; \
        echo \"code $?\"; ls -A out; cp out/*.wav kept/";
    fs::create_dir(folder.path().join("kept")).unwrap();
    let Some(output) = on_a_small_disk(&folder, 12, script) else {
        eprintln!("skipped: this system lets nobody mount a small disk");
        return;
    };
    let out = String::from_utf8(output.stdout).unwrap();
    let (json, rest) = out.split_once("\ncode ").unwrap();
    let report: Value = serde_json::from_str(json).unwrap();
    statuses_are(&report, &[(ECHO, "made"), ("long.wav", "failed"), (PEAK, "made")]);
    let error = report["bulletins"][1]["error"].as_str().unwrap();
    assert!(error.contains("out/long.wav: cannot write: No space left"), "{error}");
    // Nothing half-written is left, under any name.
    assert_eq!(rest.lines().collect::<Vec<_>>(), ["3", ECHO, PEAK]);
    let kept = files(&folder.path().join("kept"));
    let (_, report, _) = batch(&folder, &["stations/Echo.toml", "stations/Peak.toml", "--out", "roomy"]);
    statuses_are(&report, &[(ECHO, "made"), (PEAK, "made")]);
    assert!(files(&folder.path().join("roomy")) == kept);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_under_the_cache_is_told_and_done_without() {
    let folder = stations();
    fs::create_dir(folder.path().join("out")).unwrap();
    // The voice's own data take 1 MB.
    let script = "BULLETIN_CACHE_FOLDER=$PWD/out/cache \"$BULLETIN\" batch stations --out roomy --jobs 2 \
        --now 2026-03-03T06:00+00:00; echo \"code $?\"";
    let Some(output) = on_a_small_disk(&folder, 1, script) else {
        eprintln!("skipped: this system lets nobody mount a small disk");
        return;
    };
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(out.ends_with("code 0\n"), "{out}{err}");
    assert_eq!(err.matches("takes are not kept for the next time").count(), 1, "{err}");
    assert_eq!(files(&folder.path().join("roomy")).len(), 2);
}

#[test]
fn the_binary_of_the_tests_is_the_one_they_kill() {
    // `started` and `bulletin` must be the same program in the same surroundings.
    let folder = tempfile::tempdir().unwrap();
    assert!(bulletin(&folder).arg("--version").output().unwrap().status.success());
    assert!(started(&folder, &["--version"]).wait().unwrap().success());
}
