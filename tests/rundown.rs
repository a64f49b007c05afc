//! Rundowns from end to end: what is heard, in which order, and what the joins sound like.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "support/command.rs"]
mod command;
#[path = "support/run.rs"]
mod run;

use command::bulletin;
use run::run;
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const STORIES: [(&str, &str); 3] = [
    (
        "a.txt",
        "Harbour bridge to close for a month\n\
         The bridge over the Tarn will close on 3 May for £1.2m of repairs, the council said.\n\
         “It could not wait,” said Cllr Ann Orme. Buses will run every 20 minutes.\n",
    ),
    (
        "b.txt",
        "Ferry fares to rise by 4% from June\n\
         Fares on the Tarn ferry will rise by 4% from 1 June, the operator said on Monday.\n\
         A single ticket will cost £3.20.\n",
    ),
    (
        "c.txt",
        "Choir wins first prize\nThe choir of the harbour school won the first prize in Leeds on Saturday.\n",
    ),
];

const STATION: [&str; 6] = ["--station", "Echo", "--at", "07:00", "--date", "2026-03-03"];

fn newsroom() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in STORIES {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn succeed(folder: &TempDir, arguments: &[&str]) -> String {
    let (code, out, err) = run(folder, arguments);
    assert_eq!(code, 0, "{arguments:?}: {err}");
    out
}

/// Makes the bulletin of all three stories; gives its samples, left and right, and its record.
fn produce(folder: &TempDir, more: &[&str]) -> (Vec<[f32; 2]>, Value) {
    let mut arguments = vec!["produce", "a.txt", "b.txt", "c.txt", "-o", "out.wav", "--record", "-q"];
    arguments.extend(more);
    succeed(folder, &arguments);
    let mut reader = hound::WavReader::open(folder.path().join("out.wav")).unwrap();
    let samples: Vec<f32> = reader.samples::<i16>().map(|s| f32::from(s.unwrap()) / 32_768.0).collect();
    let frames = samples.as_chunks::<2>().0.to_vec();
    (frames, read_json(&folder.path().join("out.record.json")))
}

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// First frame and the one after the last.
fn span(element: &Value) -> (usize, usize) {
    let start = element["start"].as_u64().unwrap() as usize;
    (start, start + element["length"].as_u64().unwrap() as usize)
}

fn is_voice(element: &Value) -> bool {
    element["kind"] == "sentence" || element["kind"] == "line"
}

/// Level in dBFS of a stretch, channels together; −200 for digital silence.
fn level_db(frames: &[[f32; 2]]) -> f64 {
    let energy: f64 = frames.iter().flatten().map(|s| f64::from(*s).powi(2)).sum();
    10.0 * (energy / (2.0 * frames.len().max(1) as f64)).max(1e-20).log10()
}

fn largest_step(frames: &[[f32; 2]]) -> f32 {
    let step = |w: &[[f32; 2]]| (w[1][0] - w[0][0]).abs().max((w[1][1] - w[0][1]).abs());
    frames.windows(2).map(step).fold(0.0, f32::max)
}

const MS: usize = 48;

#[test]
fn no_join_of_any_rundown_clicks_cuts_a_word_or_leaves_a_hole() {
    let folder = newsroom();
    for rundown in ["plain", "hourly", "headlines", "briefing"] {
        let mut arguments = vec!["--rundown", rundown];
        arguments.extend(STATION);
        let (audio, record) = produce(&folder, &arguments);
        assert_eq!(record["rundown"], rundown);
        let elements = record["elements"].as_array().unwrap();
        let beds = record["beds"].as_array().unwrap();
        let spans: Vec<(usize, usize)> = elements.iter().map(span).collect();
        let everything: Vec<(usize, usize)> = spans.iter().copied().chain(beds.iter().map(span)).collect();
        assert!(spans.is_sorted_by_key(|(start, _)| *start), "{rundown}");

        // Every edge: no step, and never digital black on either side.
        for &edge in everything.iter().flat_map(|(start, end)| [start, end]) {
            if edge == 0 || edge >= audio.len() {
                continue;
            }
            let near = &audio[edge.saturating_sub(MS)..(edge + MS).min(audio.len())];
            let step = largest_step(near);
            assert!(step < 0.02, "{rundown}: a step of {step} at {} ms", edge / MS);
            for side in [edge - 10 * MS..edge, edge..(edge + 10 * MS).min(audio.len())] {
                let db = level_db(&audio[side.clone()]);
                assert!(db > -90.0, "{rundown}: {db:.0} dBFS at {} ms", side.start / MS);
            }
        }

        // A voice begins and ends in near silence of its own: where nothing else is heard, its first and last 10 ms
        // are more than 30 dB under its level (−44 and less are measured). A word that was cut would be in full voice there.
        let mut alone = 0;
        for (n, element) in elements.iter().enumerate().filter(|(_, element)| is_voice(element)) {
            let (start, end) = spans[n];
            let others = everything.iter().enumerate().filter(|(m, _)| *m != n);
            let others: Vec<_> = others.map(|(_, span)| *span).collect();
            let covered = |from: usize, to: usize| others.iter().any(|(s, e)| *s < to && from < *e);
            let voice_db = level_db(&audio[start..end]);
            for (from, to) in [(start, start + 8 * MS), (end - 8 * MS, end)] {
                if !covered(from, to) {
                    alone += 1;
                    let db = level_db(&audio[from..to]);
                    assert!(
                        db < voice_db - 30.0,
                        "{rundown}: {element}: {db:.0} dB in a voice of {voice_db:.0}"
                    );
                }
            }
        }
        assert!(alone > 0 || !beds.is_empty(), "{rundown}: nothing was looked at");

        // No voice over another, and no hole longer than the longest pause there is a rule for.
        let voices: Vec<(usize, usize)> =
            elements.iter().zip(&spans).filter(|(e, _)| is_voice(e)).map(|(_, span)| *span).collect();
        for pair in voices.windows(2) {
            assert!(pair[0].1 <= pair[1].0, "{rundown}: two voices at {} ms", pair[1].0 / MS);
        }
        let mut heard_to = 0;
        for (n, (start, end)) in spans.iter().enumerate() {
            let pause_ms = start.saturating_sub(heard_to) / MS;
            let rule_ms = match (rundown, elements[n]["kind"].as_str().unwrap()) {
                ("plain", _) => 1_300,
                ("hourly", "sting") => 350,
                ("hourly", _) => 800,
                _ => 900,
            };
            assert!(pause_ms <= rule_ms, "{rundown}: {pause_ms} ms of nothing before {}", elements[n]);
            heard_to = heard_to.max(*end);
        }
        let end = everything.iter().map(|(_, end)| *end).max().unwrap();
        assert!(audio.len() - end <= 700 * MS, "{rundown}: a tail of {} ms", (audio.len() - end) / MS);

        // The same with ears: nothing under −60 dBFS for longer than a pause and the quiet edges of what it parts.
        let quiet: Vec<bool> = audio.chunks(10 * MS).map(|part| level_db(part) < -60.0).collect();
        let longest = quiet.split(|quiet| !quiet).map(<[bool]>::len).max().unwrap() * 10;
        assert!(longest <= 1_500, "{rundown}: {longest} ms of silence");
    }
}

#[test]
fn a_bed_is_heard_between_headlines_and_stays_under_the_voice() {
    let folder = newsroom();
    let (with, record) = produce(&folder, &["--rundown", "headlines", "--station", "Echo"]);
    let elements = record["elements"].as_array().unwrap();
    let voices: Vec<_> = elements.iter().filter(|e| is_voice(e)).map(span).collect();
    assert_eq!(voices.len(), 5);
    let voice_db = level_db(&with[voices[1].0..voices[1].1]);
    // Held down through a gap of 0.9 s, it is about 18 dB under the voice there, speech being uneven.
    let gap_db = level_db(&with[voices[1].1 + 200 * MS..voices[2].0 - 200 * MS]);
    assert!((-26.0..-12.0).contains(&(gap_db - voice_db)), "{gap_db} beside {voice_db}");
    // After the last word it comes up, and goes.
    let last = voices[4].1;
    let up_db = level_db(&with[last + 500 * MS..last + 900 * MS]);
    assert!(up_db > gap_db + 3.0, "{up_db} after {gap_db}");
    assert!(level_db(&with[with.len() - 20 * MS..]) < gap_db - 20.0);
}

#[test]
fn the_script_shows_the_rundown_and_predicts_its_length() {
    let folder = newsroom();
    let script = |more: &[&str]| {
        let mut arguments = vec!["script", "a.txt", "b.txt", "c.txt"];
        arguments.extend(more);
        arguments.extend(STATION);
        succeed(&folder, &arguments)
    };
    assert_eq!(
        script(&["--rundown", "headlines", "--plain"]).lines().collect::<Vec<_>>(),
        [
            "Echo headlines at seven o'clock.",
            "Harbour bridge to close for a month",
            "Ferry fares to rise by four per cent from June",
            "Choir wins first prize",
            "Echo news."
        ]
    );
    let page = script(&["--rundown", "briefing", "--diff"]);
    for line in [
        "  0:00.0   5.2s  ~ news\n",
        "~ bed headlines\n",
        "> Your briefing for Tuesday, the third of March.\n",
        "              <  > Your briefing for Tuesday, 3 March.\n",
        "\nheadlines\n",
        "\nc.txt\n",
        "~ separator\n",
        "> That's your briefing from Echo.\n",
    ] {
        assert!(page.contains(line), "{line:?} in\n{page}");
    }
    assert!(script(&["--rundown", "headlines"]).contains("not in the rundown: 3 sentences of the story"));

    for rundown in ["plain", "hourly", "headlines", "briefing"] {
        let shown: Value = serde_json::from_str(&script(&["--rundown", rundown, "--json"])).unwrap();
        let mut arguments = vec!["--rundown", rundown];
        arguments.extend(STATION);
        let (audio, record) = produce(&folder, &arguments);
        let seconds = audio.len() as f64 / 48_000.0;
        let predicted = shown["seconds"].as_f64().unwrap();
        assert!((predicted / seconds - 1.0).abs() < 0.05, "{rundown}: {predicted} for {seconds}");
        assert_eq!(shown["rundown"], rundown);
        let kinds = |value: &Value| value.as_array().unwrap().len();
        assert_eq!(kinds(&shown["elements"]), kinds(&record["elements"]));
        assert_eq!(kinds(&shown["beds"]), kinds(&record["beds"]));
        let spoken = |value: &Value| -> Vec<String> {
            let elements = value["elements"].as_array().unwrap().iter();
            elements.filter_map(|e| e["spoken"].as_str().map(str::to_owned)).collect()
        };
        assert_eq!(spoken(&shown), spoken(&record), "{rundown}");
        let heard = shown["stories"][0]["sentences"][1]["start_s"].as_f64();
        assert_eq!(heard.is_none(), rundown == "headlines", "{rundown}");
        assert_eq!(shown["lines"].as_array().unwrap().len(), if rundown == "plain" { 0 } else { 2 });
    }
}

#[test]
fn names_in_the_stations_lines_are_names_too() {
    let folder = newsroom();
    let names =
        succeed(&folder, &["script", "c.txt", "--names", "--rundown", "hourly", "--station", "Zwicky"]);
    assert!(names.contains("Zwicky"), "{names}");
}

#[test]
fn the_hour_is_in_the_record() {
    let folder = newsroom();
    let (_, record) = produce(&folder, &["--rundown", "hourly", "--station", "Echo", "--sting", "pips"]);
    assert_eq!(record["hour"], 240_000);
    assert_eq!(record["elements"][0]["name"], "pips");
    assert_eq!(record["elements"][1]["kind"], "line");
    assert_eq!(record["elements"][1]["spoken"], "Echo news.");
}

#[test]
fn a_stations_own_rundown_and_music() {
    let folder = newsroom();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sound");
    let house = folder.path().join("house");
    fs::create_dir(&house).unwrap();
    fs::copy(fixtures.join("tone.mp3"), house.join("top.mp3")).unwrap();
    fs::copy(fixtures.join("tone.flac"), house.join("bed.flac")).unwrap();
    fs::write(
        house.join("late.toml"),
        "[[bed]]\nname = \"low\"\nfile = \"bed.flac\"\nfade_out_ms = 400\n\n\
         [[element]]\nkind = \"sting\"\nfile = \"top.mp3\"\nstart_next_ms = 700\n\n\
         [[element]]\nkind = \"line\"\ntext = \"{title}.\"\noptional = true\n\n\
         [[element]]\nkind = \"line\"\ntext = \"This is {station}.\"\nbed = \"low\"\npad_ms = 900\n\n\
         [[element]]\nkind = \"stories\"\nlimit = 1\nbed = \"low\"\ngain_db = -1.5\n\n\
         [[element]]\nkind = \"pause\"\nlength_ms = 1200\nbed = \"low\"\n",
    )
    .unwrap();
    let arguments = ["--rundown", "house/late.toml", "--station", "Echo"];
    let (audio, record) = produce(&folder, &arguments);
    let elements = record["elements"].as_array().unwrap();
    let kinds: Vec<_> = elements.iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["sting", "line", "sentence", "sentence", "sentence", "sentence", "pause"]);
    assert_eq!(elements[0]["name"], "top.mp3");
    assert_eq!(elements[1]["start"], 1_600 * 48);
    assert_eq!(record["beds"][0]["name"], "low");
    assert_eq!(span(&record["beds"][0]).0, 700 * 48);
    assert_eq!(span(&record["beds"][0]).1, span(&elements[6]).1 + 400 * 48);
    assert_eq!(audio.len(), span(&record["beds"][0]).1);
    // The bed of one second has gone round many times, and no seam of it clicks.
    assert!(largest_step(&audio[7_000 * MS..]) < 0.25);
    let again = produce(&folder, &arguments).0;
    assert!(audio == again);

    let (_, _, err) =
        run(&folder, &["script", "a.txt", "b.txt", "--rundown", "house/late.toml", "--station", "Echo"]);
    assert!(err.contains("the rundown \"late\" leaves out 1 story: b.txt"), "{err}");
    // A file as the opener of another rundown.
    let (_, record) = produce(&folder, &["--sting", "house/top.mp3"]);
    assert_eq!(record["elements"][0]["name"], "top.mp3");
}

#[test]
fn what_cannot_be_done_is_said_with_the_way_out() {
    let folder = newsroom();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("key.toml", "[[element]]\nkind = \"sting\"\nname = \"news\"\ngain = 3\n");
    write("noise.wav", "this is no sound");
    write(
        "noise.toml",
        "[[element]]\nkind = \"sting\"\nfile = \"noise.wav\"\n[[element]]\nkind = \"stories\"\n",
    );
    write("silent.toml", "[[element]]\nkind = \"sting\"\nname = \"news\"\n");
    for (arguments, code, problem, hint) in [
        (
            &["--rundown", "hourley"][..],
            2,
            "--rundown: there is no rundown called \"hourley\"",
            "did you mean \"hourly\"?",
        ),
        (&["--rundown", "none.toml"], 1, "none.toml: cannot read", "check the spelling"),
        (&["--rundown", "key.toml"], 2, "key.toml:4: unknown field `gain`", "gain_db"),
        (&["--rundown", "hourly"], 2, "rundown \"hourly\": the station is not known", "give --station NAME"),
        (&["--rundown", "hourly", "--station", " "], 2, "--station: this is no name", "as it is said"),
        (&["--rundown", "hourly", "--at", "7am"], 2, "\"7am\" is no time of day", "07:00"),
        (&["--date", "tomorrow"], 2, "\"tomorrow\" is no date", "2026-03-03"),
        (
            &["--rundown", "noise.toml"],
            2,
            "noise.wav: it is no audio that can be read",
            "WAV, MP3, FLAC, Ogg or M4A",
        ),
        (&["--rundown", "silent.toml"], 1, "nothing in it can be spoken", "bulletin script"),
        (&["--sting", "sfot"], 2, "--sting: there is no sting called \"sfot\"", "did you mean \"soft\"?"),
        (&["--sting", "gone.wav"], 1, "gone.wav: cannot read", "check the spelling"),
    ] {
        let mut all = vec!["produce", "a.txt", "-o", "out.wav", "-q"];
        all.extend(arguments);
        let (got, _, err) = run(&folder, &all);
        assert_eq!(got, code, "{arguments:?}: {err}");
        assert!(err.contains(problem) && err.contains(hint), "{arguments:?}: {err}");
        assert!(!folder.path().join("out.wav").exists(), "{arguments:?} left a file");
    }
}

#[test]
fn settings_come_from_everywhere_and_are_shown() {
    let folder = newsroom();
    fs::write(
        folder.path().join("bulletin.toml"),
        "rundown = \"hourly\"\nstation = \"Echo\"\nat = \"07:00\"\ndate = 2026-03-03\n",
    )
    .unwrap();
    let own = folder.path().join("config/bulletin/rundowns");
    fs::create_dir_all(&own).unwrap();
    fs::write(
        own.join("night.toml"),
        "[[element]]\nkind = \"line\"\ntext = \"Good night from {station}.\"\n",
    )
    .unwrap();
    let plain = succeed(&folder, &["script", "c.txt", "--plain"]);
    assert!(plain.starts_with("Echo news at seven o'clock.\n"), "{plain}");
    let plain = succeed(&folder, &["script", "c.txt", "--plain", "--rundown", "night"]);
    assert_eq!(plain, "Good night from Echo.\n");
    let output = bulletin(&folder)
        .env("BULLETIN_AT", "19:00")
        .env("BULLETIN_STATION", "Radio Nine")
        .args(["config"])
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    for line in [
        "rundown = \"hourly\"  # ./bulletin.toml",
        "sting = \"news\"  # built in",
        "station = \"Radio Nine\"  # BULLETIN_STATION",
        "title = none  # built in",
        "at = \"19:00\"  # BULLETIN_AT",
        "date = \"2026-03-03\"  # ./bulletin.toml",
    ] {
        assert!(shown.contains(line), "{line} in\n{shown}");
    }
    // A text to try a voice with is that text, whatever the rundown.
    let made = succeed(&folder, &["say", "Hello there", "-o", "say.wav", "--json"]);
    let made: Value = serde_json::from_str(&made).unwrap();
    assert!(made["seconds"].as_f64().unwrap() < 3.0, "{made}");
}
