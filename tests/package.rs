//! Everything a newsroom needs around the audio, by one call of the binary: each file is read by a reader that is not ours,
//! and none is ever half of one, whatever happens while it is written.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]
#![allow(clippy::print_stdout, reason = "a check that is skipped says so")]

#[path = "support/command.rs"]
mod command;
#[cfg(target_os = "linux")]
#[path = "support/mounts.rs"]
mod mounts;
#[path = "support/run.rs"]
mod run;

#[cfg(target_os = "linux")]
use mounts::with_mounts;
use run::run;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const BRIDGE: &str = "Harbour bridge to close for a month\n\
    The bridge over the Tarn will close on 3 May for £1.2bn of repairs, the council said on Tuesday – its largest bill yet. \
    Buses will run every 20 minutes.\n\
    “We are sorry,” Dr Ana Müller said. Tickets cost £2.50 & can be bought at www.tarn.example/tickets from 7.30am.\n";
const FERRY: &str = "Zoë Ørsted named head of ferries\n\
    Zoë Ørsted will run the islands’ ferries from June. She said “passengers come first” at a meeting in Oban.\n";

/// Everything but MP3 and Opus, which the default build lacks.
const ALL: [&str; 14] = [
    "--also",
    "flac",
    "--captions",
    "vtt,srt",
    "--transcript",
    "txt,md,html",
    "--words",
    "--chapters",
    "--page",
    "--waveform",
    "svg,png",
    "--rivendell",
    "--annotate",
    "--record",
];

/// What that makes beside `out.wav`.
const MADE: [&str; 14] = [
    "out.annotate",
    "out.chapters.json",
    "out.flac",
    "out.html",
    "out.record.json",
    "out.srt",
    "out.transcript.html",
    "out.transcript.md",
    "out.transcript.txt",
    "out.vtt",
    "out.wav",
    "out.waveform.png",
    "out.waveform.svg",
    "out.words.json",
];

/// Two stories, and the house's settings.
fn newsroom() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bridge.txt"), BRIDGE).unwrap();
    fs::write(folder.path().join("ferry.txt"), FERRY).unwrap();
    fs::write(
        folder.path().join("bulletin.toml"),
        "[feed]\nfile = \"feed.xml\"\nurl = \"https://tarn.example/pod/feed.xml\"\ntitle = \"Tarn News\"\n",
    )
    .unwrap();
    folder
}

fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn json(folder: &TempDir, name: &str) -> Value {
    serde_json::from_str(&read(folder, name)).unwrap()
}

/// A bulletin of both stories with everything beside it.
fn everything() -> TempDir {
    let folder = newsroom();
    let edition = [
        "produce",
        "bridge.txt",
        "ferry.txt",
        "-o",
        "out.wav",
        "--json",
        "--rundown",
        "hourly",
        "--station",
        "Tårn FM",
        "--title",
        "The seven o’clock",
        "--at",
        "07:00",
        "--date",
        "2026-03-03",
        "--now",
        "2026-03-03T06:30+00:00",
    ];
    let (code, out, err) = run(&folder, &[&edition[..], &ALL].concat());
    assert_eq!(code, 0, "{err}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let beside = report["beside"].as_array().unwrap();
    let mut names: Vec<&str> = beside.iter().map(|name| name.as_str().unwrap()).collect();
    names.push("out.wav");
    names.sort_unstable();
    let mut expected = [&MADE[..], &["out.xml"]].concat();
    expected.sort_unstable();
    assert_eq!(names, expected);
    folder
}

/// Name, sentence start and end in ms, and what was written, of everything that was said.
fn said(record: &Value) -> Vec<(u64, u64, String)> {
    let elements = record["elements"].as_array().unwrap().iter();
    elements
        .filter(|element| element["written"].is_string())
        .map(|element| {
            let start = element["start"].as_u64().unwrap();
            let end = start + element["length"].as_u64().unwrap();
            (start / 48, end.div_ceil(48), element["written"].as_str().unwrap().to_owned())
        })
        .collect()
}

/// Cues of a WebVTT file by a parser of the test's own: start and end in ms, lines.
fn cues(vtt: &str) -> Vec<(u64, u64, Vec<String>)> {
    let ms = |clock: &str| {
        let parts: Vec<u64> = clock.split([':', '.']).map(|part| part.parse().unwrap()).collect();
        ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000 + parts[3]
    };
    let blocks = vtt.split("\n\n").filter(|block| block.contains(" --> "));
    blocks
        .map(|block| {
            let mut lines = block.lines().skip_while(|line| !line.contains(" --> "));
            let (start, end) = lines.next().unwrap().split_once(" --> ").unwrap();
            let text = lines.map(|line| line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"));
            (ms(start), ms(end), text.collect())
        })
        .collect()
}

/// What is left of a page without its tags.
fn without_tags(page: &str) -> String {
    page.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn one_call_makes_everything() {
    let folder = everything();
    let names: BTreeSet<String> =
        fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!names.iter().any(|name| name.starts_with(".bulletin-")), "{names:?}");
    let record = json(&folder, "out.record.json");
    assert_eq!((&record["title"], &record["station"]), (&"The seven o’clock".into(), &"Tårn FM".into()));
    // The same sound, told of by its hash.
    for file in record["files"].as_array().unwrap() {
        let path = folder.path().join(file["name"].as_str().unwrap());
        assert_eq!(fs::metadata(&path).unwrap().len(), file["bytes"].as_u64().unwrap());
        assert_eq!(file["sha256"].as_str().unwrap().len(), 64);
    }
    assert_eq!(record["files"].as_array().unwrap().len(), 2);

    // Captions: what was written, all of it, in the form of the trade, inside its sentence.
    let said = said(&record);
    let cues = cues(&read(&folder, "out.vtt"));
    let shown: String = cues.iter().map(|(_, _, lines)| letters(&lines.concat())).collect();
    assert_eq!(shown, letters(&said.iter().map(|(_, _, written)| written.as_str()).collect::<String>()));
    for (n, (start, end, lines)) in cues.iter().enumerate() {
        assert!(lines.len() <= 2 && lines.iter().all(|line| line.chars().count() <= 42), "{lines:?}");
        let of = said.iter().rposition(|(from, _, _)| from <= start).unwrap();
        let silence_ends = said.get(of + 1).map_or(u64::MAX, |(from, _, _)| *from);
        assert!(*end <= silence_ends && *start < said[of].1, "{start} {end} {lines:?} {:?}", said[of]);
        assert!((830..=7_000).contains(&(end - start)), "{start} {end} {lines:?}");
        assert!(cues.get(n + 1).is_none_or(|(next, ..)| end <= next));
    }
    assert_eq!(read(&folder, "out.srt").matches(" --> ").count(), cues.len());
    // "£1.2bn" is on the screen while "one point two billion pounds" is heard.
    let words = json(&folder, "out.words.json");
    let segments = words["segments"].as_array().unwrap();
    let word = segments.iter().flat_map(|segment| segment["words"].as_array().unwrap());
    let spoken: Vec<&Value> = word.filter(|word| word["written"] == "£1.2bn").collect();
    let texts: Vec<&str> = spoken.iter().map(|word| word["word"].as_str().unwrap()).collect();
    assert_eq!(texts, ["one", "point", "two", "billion", "pounds"]);
    let ms = |value: &Value| (value.as_f64().unwrap() * 1000.0).round() as u64;
    let (from, to) = (ms(&spoken[0]["startTime"]), ms(&spoken[4]["endTime"]));
    assert!((900..3_500).contains(&(to - from)), "{from} {to}");
    let cue = cues.iter().find(|(_, _, lines)| lines.join(" ").contains("£1.2bn")).unwrap();
    assert!(cue.0 <= from && to <= cue.1 + 100, "{cue:?} {from} {to}");
    // Words are in order, inside their sentence.
    for segment in segments {
        let (start, end) = (ms(&segment["startTime"]), ms(&segment["endTime"]));
        let mut last = start;
        for word in segment["words"].as_array().unwrap() {
            let (from, to) = (ms(&word["startTime"]), ms(&word["endTime"]));
            assert!(last <= from && from <= to && to <= end, "{word} in {start} {end}");
            last = from;
        }
    }

    let chapters = json(&folder, "out.chapters.json");
    assert_eq!(chapters["version"], "1.2.0");
    let list = chapters["chapters"].as_array().unwrap();
    assert!(list.iter().any(|chapter| chapter["title"] == "Zoë Ørsted named head of ferries"), "{list:?}");
    assert_eq!(list[0]["startTime"], 0.0);
    assert!(list.windows(2).all(|pair| pair[0]["endTime"] == pair[1]["startTime"]), "{list:?}");

    for name in ["out.transcript.txt", "out.transcript.md", "out.transcript.html", "out.html"] {
        let text = without_tags(&read(&folder, name));
        assert!(text.contains("£1.2bn") && text.contains("Zoë Ørsted will run"), "{name}");
        assert!(text.contains("This bulletin is read by a synthetic voice."), "{name}");
    }
    // FLAC, the smallest that the default build has, is in the page itself.
    assert!(read(&folder, "out.html").contains("src=\"data:audio/flac;base64,ZkxhQ"));
    for name in ["out.xml", "out.waveform.svg"] {
        roxmltree::Document::parse(&read(&folder, name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    assert!(read(&folder, "out.xml").contains("\n        <outcue>"));
    assert!(fs::read(folder.path().join("out.waveform.png")).unwrap().starts_with(b"\x89PNG\r\n\x1a\n"));
    let annotate = read(&folder, "out.annotate");
    assert!(annotate.starts_with("annotate:title=\"The seven o’clock\",artist=\"Tårn FM\","), "{annotate}");

    // One more episode.
    let feed = feed_rs::parser::parse(read(&folder, "feed.xml").as_bytes()).unwrap();
    assert_eq!(feed.entries.len(), 1);
    assert_eq!(feed.entries[0].published.unwrap().to_rfc3339(), "2026-03-03T07:00:00+00:00");
    let media = &feed.entries[0].media[0].content[0];
    assert_eq!(media.url.as_ref().unwrap().as_str(), "https://tarn.example/pod/out.wav");
    assert_eq!(media.size, Some(fs::metadata(folder.path().join("out.wav")).unwrap().len()));

    // The gate lets it through.
    let (code, out, err) = run(&folder, &["audit", "out.wav", "--json"]);
    assert_eq!(code, 0, "{out}{err}");
    let audit: Value = serde_json::from_str(&out).unwrap();
    for check in audit["checks"].as_array().unwrap() {
        assert_eq!(check["verdict"], "pass", "{check}");
    }
}

#[test]
fn captions_are_read_by_ffprobe() {
    let available = Command::new("ffprobe").arg("-version").output().is_ok_and(|o| o.status.success());
    if !available {
        assert!(std::env::var_os("CI").is_none(), "ffprobe is not there");
        println!("skipped: ffprobe is not there");
        return;
    }
    let folder = everything();
    let cues = cues(&read(&folder, "out.vtt"));
    for name in ["out.vtt", "out.srt"] {
        let output = Command::new("ffprobe")
            .args(["-v", "error", "-of", "json", "-show_packets", name])
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        let seen: Value = serde_json::from_slice(&output.stdout).unwrap();
        let seconds = |value: &Value| value.as_str().unwrap().parse::<f64>().unwrap();
        let packets: Vec<(u64, u64)> = seen["packets"]
            .as_array()
            .unwrap()
            .iter()
            .map(|packet| {
                let (start, length) = (seconds(&packet["pts_time"]), seconds(&packet["duration_time"]));
                ((start * 1000.0).round() as u64, ((start + length) * 1000.0).round() as u64)
            })
            .collect();
        assert_eq!(packets, cues.iter().map(|(start, end, _)| (*start, *end)).collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn real_copy_is_captioned_as_it_is_written() {
    for name in ["business", "sport", "courts"] {
        let folder = tempfile::tempdir().unwrap();
        let copy = format!("{}/tests/fixtures/desks/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let arguments = [
            "produce",
            copy.as_str(),
            "-q",
            "-o",
            "out.wav",
            "--captions",
            "vtt",
            "--record",
            "--max",
            "40s",
        ];
        let (code, _, err) = run(&folder, &arguments);
        assert_eq!(code, 0, "{err}");
        let (cues, said) = (cues(&read(&folder, "out.vtt")), said(&json(&folder, "out.record.json")));
        let shown: String = cues.iter().map(|(_, _, lines)| letters(&lines.concat())).collect();
        assert_eq!(
            shown,
            letters(&said.iter().map(|(_, _, written)| written.as_str()).collect::<String>()),
            "{name}"
        );
        let quick = cues.iter().filter(|(start, end, lines)| {
            let characters = lines.join(" ").chars().count() as f64;
            characters > 17.0 * (end - start) as f64 / 1000.0
        });
        // The voice itself says 15 to 18 characters a second; what cannot be read in time is as quick as it.
        assert!(quick.count() * 4 <= cues.len(), "{name}: {cues:?}");
    }
}

#[test]
fn the_ending_says_what_the_audio_is() {
    let folder = newsroom();
    fs::remove_file(folder.path().join("bulletin.toml")).unwrap();
    let (code, _, err) = run(&folder, &["produce", "ferry.txt", "-q", "-o", "out.flac", "--record"]);
    assert_eq!(code, 0, "{err}");
    assert!(fs::read(folder.path().join("out.flac")).unwrap().starts_with(b"fLaC"));
    assert!(!folder.path().join("out.wav").exists());
    assert_eq!(json(&folder, "out.record.json")["files"][0]["name"], "out.flac");
    for name in ["out.aac", "out", "out.vtt", "-"] {
        let (code, _, err) = run(&folder, &["produce", "ferry.txt", "-q", "-o", name, "--captions", "vtt"]);
        assert_eq!(code, 2, "{err}");
        assert!(
            err.contains("its ending says of no audio") && !folder.path().join(name).exists(),
            "{name}: {err}"
        );
    }
    if cfg!(not(feature = "mp3")) {
        let (code, _, err) = run(&folder, &["produce", "ferry.txt", "-q", "-o", "out.mp3"]);
        assert_eq!(code, 2);
        assert!(err.contains("this build has no MP3") && err.contains("--features mp3"), "{err}");
    }
}

#[test]
fn nobody_elses_file_is_written_over() {
    let folder = newsroom();
    fs::remove_file(folder.path().join("bulletin.toml")).unwrap();
    for (flags, name, text) in [
        (&["--page"][..], "out.html", "<html>my page</html>"),
        (&["--rivendell"], "out.xml", "<notes/>"),
        (&["--captions", "srt"], "out.srt", "Sort this later"),
        (&["--words"], "out.words.json", "my words"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let (code, _, err) =
            run(&folder, &[&["produce", "ferry.txt", "-q", "-o", "out.wav"], flags].concat());
        assert_eq!((code, fs::read_to_string(&path).unwrap().as_str()), (2, text), "{err}");
        assert!(err.contains(&format!("{name}: is there, and is no")), "{err}");
        assert!(!folder.path().join("out.wav").exists());
    }
    // An article of the same name as the page.
    fs::write(folder.path().join("news.html"), format!("<html><body><p>{FERRY}</p></body></html>")).unwrap();
    let (code, _, err) = run(&folder, &["produce", "news.html", "-q", "-o", "news.wav", "--page"]);
    assert_eq!(code, 2);
    assert!(err.contains("is what the bulletin is made of"), "{err}");
}

#[test]
fn a_pattern_names_the_file_and_the_voice_says_what_it_is() {
    let folder = newsroom();
    let settings = "station = \"Tårn FM\"\noutput = \"air/{station}-{date}-{slot}.wav\"\ndisclosure = \"spoken\"\n\
        [outputs]\nrecord = true\ntranscript = [\"txt\"]\n";
    fs::write(folder.path().join("bulletin.toml"), settings).unwrap();
    let arguments =
        ["produce", "ferry.txt", "-q", "--at", "07:00", "--now", "2026-03-03T06:30+00:00", "--chapters"];
    let (code, _, err) = run(&folder, &arguments);
    assert_eq!(code, 0, "{err}");
    // The house's outputs and those of the flags.
    for ending in ["wav", "record.json", "transcript.txt", "chapters.json"] {
        assert!(folder.path().join(format!("air/tarn-fm-2026-03-03-0700.{ending}")).is_file(), "{ending}");
    }
    let record = json(&folder, "air/tarn-fm-2026-03-03-0700.record.json");
    let last = said(&record).pop().unwrap();
    assert_eq!(last.2, "This bulletin is read by a synthetic voice.");
    let (code, _, err) = run(&folder, &["produce", "ferry.txt", "-q"]);
    assert_eq!(code, 2);
    assert!(err.contains("nothing says what {slot} is"), "{err}");
}

#[test]
fn a_batch_voices_once_and_takes_back_everything() {
    let folder = newsroom();
    fs::write(
        folder.path().join("seven.toml"),
        "sting = \"none\"\ndate = \"today\"\noutput = \"{name}-{date}.wav\"\n[outputs]\ncaptions = [\"vtt\"]\nchapters = true\n\
         [[stories]]\ninput = \"ferry.txt\"\n",
    )
    .unwrap();
    let batch = |more: &[&str]| {
        let all =
            [&["batch", "seven.toml", "--json", "-q", "--now", "2026-03-03T06:30+00:00"][..], more].concat();
        let (code, out, err) = run(&folder, &all);
        (code, serde_json::from_str::<Value>(&out).unwrap_or_else(|e| panic!("{e}: {out}{err}")), err)
    };
    let (code, report, err) = batch(&[]);
    assert_eq!(code, 0, "{report} {err}");
    assert_eq!(report["bulletins"][0]["voiced"], 3, "{report}");
    let stem = "seven-2026-03-03";
    let there = |ending: &str| folder.path().join(format!("{stem}.{ending}")).is_file();
    let episodes = || feed_rs::parser::parse(read(&folder, "feed.xml").as_bytes()).unwrap().entries.len();
    assert!(there("wav") && there("vtt") && there("chapters.json"));
    assert_eq!((episodes(), &batch(&[]).1["bulletins"][0]["status"]), (1, &Value::from("unchanged")));
    // Lost or changed, it is made again, and nothing is voiced for it.
    fs::write(folder.path().join(format!("{stem}.vtt")), "WEBVTT\n").unwrap();
    let (_, report, _) = batch(&[]);
    assert_eq!(
        (&report["bulletins"][0]["status"], &report["bulletins"][0]["voiced"]),
        (&"made".into(), &0.into())
    );
    fs::remove_file(folder.path().join("feed.xml")).unwrap();
    assert_eq!(batch(&[]).1["bulletins"][0]["status"], "made");
    assert_eq!(episodes(), 1);
    // Killed: nothing that tells the story is left, and the feed has no such episode.
    let (code, report, _) = batch(&["--kill", "ferry.txt"]);
    assert_eq!((code, &report["bulletins"][0]["status"]), (3, &"withdrawn".into()), "{report}");
    assert!(!there("wav") && !there("vtt") && !there("chapters.json"));
    assert_eq!(episodes(), 0);
}

/// Of every file of a bulletin its bytes' fingerprint.
fn state(folder: &Path) -> BTreeMap<String, u64> {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    files
        .map(|entry| {
            let mut hash = DefaultHasher::new();
            fs::read(entry.path()).unwrap().hash(&mut hash);
            (entry.file_name().into_string().unwrap(), hash.finish())
        })
        .collect()
}

/// A folder `out` with a bulletin of one story and everything beside it, what that is, and what a second story would make
/// of it.
fn two_versions() -> (TempDir, BTreeMap<String, u64>, BTreeMap<String, u64>) {
    let folder = newsroom();
    fs::write(
        folder.path().join("bulletin.toml"),
        "[feed]\nfile = \"out/feed.xml\"\nurl = \"https://tarn.example/pod/feed.xml\"\ntitle = \"Tarn News\"\n",
    )
    .unwrap();
    let out = folder.path().join("out");
    let mut states = Vec::new();
    // The new one first, so that the old one stands at the end and every take is in the cache.
    for story in ["bridge.txt", "ferry.txt"] {
        fs::create_dir_all(&out).unwrap();
        let (code, _, err) = run(&folder, &[&version(story)[..], &ALL].concat());
        assert_eq!(code, 0, "{err}");
        states.push(state(&out));
        if story == "bridge.txt" {
            fs::remove_dir_all(&out).unwrap();
        }
    }
    let old = states.pop().unwrap();
    // The feed's only episode is the same one, whichever was last.
    (folder, old, states.pop().unwrap())
}

fn version(story: &'static str) -> Vec<&'static str> {
    vec!["produce", story, "-q", "-o", "out/out.wav", "--sting", "none", "--now", "2026-03-03T06:30+00:00"]
}

/// Every file is the old one or the new one.
fn is_whole(
    found: &BTreeMap<String, u64>,
    old: &BTreeMap<String, u64>,
    new: &BTreeMap<String, u64>,
    when: &str,
) {
    for (name, hash) in found {
        if name.starts_with(".bulletin-") {
            // Of a killed process, until the next one comes.
            assert!(when.starts_with("killed"), "{name} is left, {when}");
            continue;
        }
        assert!(old.get(name) == Some(hash) || new.get(name) == Some(hash), "{name} is neither, {when}");
    }
    for name in old.keys() {
        assert!(found.contains_key(name), "{name} is gone, {when}");
    }
}

#[test]
fn killed_at_any_moment_every_file_is_the_old_one_or_the_new() {
    let (folder, old, new) = two_versions();
    let out = folder.path().join("out");
    let start = || {
        Command::new(assert_cmd::cargo::cargo_bin("bulletin"))
            .args([&version("bridge.txt")[..], &ALL].concat())
            .current_dir(&folder)
            .env_clear()
            .env("HOME", folder.path())
            .env("XDG_CONFIG_HOME", folder.path().join("config"))
            .env("BULLETIN_CACHE_FOLDER", folder.path().join("cache"))
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    // How long one takes, so that the kills are spread over it; the turns may all come too early or too late, and still
    // every file must be whole.
    let kept = tempfile::tempdir().unwrap();
    for name in old.keys() {
        fs::copy(out.join(name), kept.path().join(name)).unwrap();
    }
    let mut before_end = 0;
    let mut delay_ms = 20;
    while delay_ms < 60_000 {
        let mut child = start();
        std::thread::sleep(Duration::from_millis(delay_ms));
        let ended = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        child.wait().unwrap();
        is_whole(&state(&out), &old, &new, &format!("killed after {delay_ms} ms"));
        if ended {
            break;
        }
        before_end += 1;
        for name in old.keys() {
            fs::copy(kept.path().join(name), out.join(name)).unwrap();
        }
        delay_ms += 20 + delay_ms / 6;
    }
    assert!(before_end > 3, "{before_end}");
    // The next one finds nothing in its way and leaves nothing of the others.
    let (code, _, err) = run(&folder, &[&version("bridge.txt")[..], &ALL].concat());
    assert_eq!(code, 0, "{err}");
    assert_eq!(state(&out), new);
}

#[test]
#[cfg(target_os = "linux")]
fn on_a_full_disk_every_file_stays_the_old_one() {
    let (folder, old, new) = two_versions();
    let bytes: u64 =
        old.keys().map(|name| fs::metadata(folder.path().join("out").join(name)).unwrap().len()).sum();
    let arguments = [&version("bridge.txt")[..], &ALL].concat().join(" ");
    fs::create_dir(folder.path().join("seen")).unwrap();
    // From no room at all to nearly enough: each time another writer is the one that finds the disk full.
    let sizes: Vec<String> =
        (0..12).map(|n| (bytes / 1024 + 64 + n * n * (bytes / 1024) / 30).to_string()).collect();
    let script = format!(
        "mkdir -p disk && for size in {}; do mount -t tmpfs -o size=${{size}}k none disk && cp -a out/. disk/ && \
         mount --bind disk out && \"$BULLETIN\" {arguments} 2> seen/$size.err; echo \"$size $?\"; \
         mkdir seen/$size && cp -a out/. seen/$size/; umount out; umount disk; done",
        sizes.join(" ")
    );
    let Some(output) = with_mounts(&folder, &script) else {
        println!("skipped: this system lets nobody mount a small disk");
        return;
    };
    let told = String::from_utf8(output.stdout).unwrap();
    let codes: Vec<(&str, &str)> = told.lines().filter_map(|line| line.split_once(' ')).collect();
    assert_eq!(codes.len(), sizes.len(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    let (mut full, mut fine) = (0, 0);
    for (size, code) in codes {
        let found = state(&folder.path().join("seen").join(size));
        let err = read(&folder, &format!("seen/{size}.err"));
        if code == "0" {
            fine += 1;
            assert_eq!(found, new, "{size}");
        } else {
            full += 1;
            assert!(err.contains("No space left"), "{size}: {err}");
            is_whole(&found, &old, &new, &format!("with {size} kB"));
        }
    }
    assert!(full >= 4 && fine >= 1, "{full} full, {fine} fine: {told}");
}

#[test]
#[cfg(target_os = "linux")]
fn in_a_folder_that_may_not_be_written_nothing_changes() {
    let (folder, old, _) = two_versions();
    let arguments = [&version("bridge.txt")[..], &ALL].concat().join(" ");
    let script = format!(
        "mount --bind out out && mount -o remount,bind,ro out && \"$BULLETIN\" {arguments}; code=$?; umount out; exit $code"
    );
    let Some(output) = with_mounts(&folder, &script) else {
        println!("skipped: this system lets nobody mount a folder");
        return;
    };
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(err.contains("cannot write: Read-only file system"), "{err}");
    assert_eq!(state(&folder.path().join("out")), old);
}
