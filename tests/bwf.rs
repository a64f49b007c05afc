//! Broadcast WAV: a bulletin's chunks taken apart by a parser of the test's own, and read by readers that are not ours.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]
#![allow(clippy::print_stdout, reason = "a check that is skipped says so")]

#[path = "support/command.rs"]
mod command;
#[path = "support/run.rs"]
mod run;

use run::run;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use tempfile::TempDir;

const BRIDGE: &str = "Harbour bridge to close for a month\n\
    The bridge over the Tarn will close on 3 May for £1.2m of repairs, the council said. \
    Buses will run every 20 minutes.\n";
const FERRY: &str = "Zoë Ørsted named head of ferries\n\
    Zoë Ørsted will run the islands’ ferries from June. She said “passengers come first” at a meeting in Oban.\n";

/// A bulletin, with its record.
struct Made {
    _folder: TempDir,
    path: PathBuf,
    bytes: Vec<u8>,
    record: Value,
}

fn produce(arguments: &[&str]) -> Made {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bridge.txt"), BRIDGE).unwrap();
    fs::write(folder.path().join("ferry.txt"), FERRY).unwrap();
    let settings = "[wav]\ncut_id = \"020001\"\nreference = \"GBTARN20260303\"\nvalid_for_s = 3600\n";
    fs::write(folder.path().join("bulletin.toml"), settings).unwrap();
    let mut all = vec!["produce", "-q", "--record", "-o", "out.wav"];
    all.extend(arguments);
    let (code, _, err) = run(&folder, &all);
    assert_eq!(code, 0, "{err}");
    let path = folder.path().join("out.wav");
    let bytes = fs::read(&path).unwrap();
    let record = serde_json::from_slice(&fs::read(folder.path().join("out.record.json")).unwrap()).unwrap();
    Made { _folder: folder, path, bytes, record }
}

/// Two stories on the hour, with everything known.
fn hourly() -> Made {
    produce(&[
        "bridge.txt",
        "ferry.txt",
        "--rundown",
        "hourly",
        "--station",
        "Tårn FM",
        "--title",
        "Seven o’clock",
        "--at",
        "07:00",
        "--date",
        "2026-03-03",
        "--preset",
        "r128",
    ])
}

/// One story with nothing known of the edition, in the other form.
fn plain() -> Made {
    produce(&["bridge.txt", "--sting", "none", "--bits", "24", "--mono"])
}

/// Chunks as name and content, the names of lists with their kind; pad bytes are checked and left out.
fn chunks(bytes: &[u8]) -> Vec<(String, &[u8])> {
    let mut chunks = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let mut name = text(&bytes[at..at + 4]);
        let length = u32_at(bytes, at + 4);
        let mut body = &bytes[at + 8..at + 8 + length];
        if name == "LIST" {
            name = format!("LIST {}", text(&body[..4]));
            body = &body[4..];
        }
        chunks.push((name, body));
        at += 8 + length;
        if length % 2 == 1 {
            assert_eq!(bytes[at], 0, "a pad byte");
            at += 1;
        }
    }
    assert_eq!(at, bytes.len());
    chunks
}

fn form(bytes: &[u8]) -> Vec<(String, &[u8])> {
    assert_eq!(&bytes[..4], b"RIFF");
    assert_eq!(u32_at(bytes, 4), bytes.len() - 8);
    assert_eq!(&bytes[8..12], b"WAVE");
    chunks(&bytes[12..])
}

fn named<'a>(chunks: &[(String, &'a [u8])], name: &str) -> &'a [u8] {
    chunks.iter().find(|(other, _)| other == name).unwrap_or_else(|| panic!("no {name}")).1
}

fn u32_at(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

fn i16_at(bytes: &[u8], at: usize) -> i16 {
    i16::from_le_bytes(bytes[at..at + 2].try_into().unwrap())
}

/// Text up to the first NUL.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    assert!(bytes[..end].is_ascii());
    String::from_utf8(bytes[..end].to_vec()).unwrap()
}

/// First frame, length and name of every marker.
fn markers(chunks: &[(String, &[u8])]) -> Vec<(usize, usize, String)> {
    let cue = named(chunks, "cue ");
    let adtl = self::chunks(named(chunks, "LIST adtl"));
    let of = |kind: &str, id: usize| adtl.iter().find(|(name, body)| name == kind && u32_at(body, 0) == id);
    let names = adtl.iter().take_while(|(name, _)| name == "labl").count();
    assert!(adtl[names..].iter().all(|(name, _)| name == "ltxt"), "names come before lengths");
    assert_eq!(names, u32_at(cue, 0));
    let points = cue[4..].chunks_exact(24).map(|point| {
        assert_eq!((&point[8..12], u32_at(point, 4)), (&b"data"[..], u32_at(point, 20)));
        let id = u32_at(point, 0);
        let length = of("ltxt", id).map_or(0, |(_, body)| u32_at(body, 4));
        (u32_at(point, 4), length, text(&of("labl", id).unwrap().1[4..]))
    });
    points.collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("no number: {value}"))
}

fn frames(value: &Value) -> usize {
    value.as_u64().unwrap() as usize
}

#[test]
fn the_chunks_of_a_bulletin() {
    let made = hourly();
    let chunks = form(&made.bytes);
    let order: Vec<&str> = chunks.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        order,
        ["JUNK", "fmt ", "bext", "cart", "iXML", "LIST INFO", "JUNK", "data", "cue ", "LIST adtl"]
    );
    // Some readers know no pad bytes.
    assert!(chunks.iter().all(|(_, body)| body.len() % 2 == 0));
    assert_eq!(chunks[0].1.len(), 28);
    assert_eq!(named(&chunks, "fmt ")[..4], [1, 0, 2, 0]);
    let length = frames(&made.record["mastered"]["length"]);
    assert_eq!(named(&chunks, "data").len(), length * 4);

    let bext = named(&chunks, "bext");
    assert_eq!(
        text(&bext[..256]),
        "Seven o'clock: Harbour bridge to close for a month; Zoe Orsted named head of ferries"
    );
    assert_eq!(text(&bext[256..288]), "Tarn FM");
    assert_eq!(text(&bext[288..320]), "GBTARN20260303");
    assert_eq!(&bext[320..338], b"2026-03-0307:00:00");
    assert_eq!((u32_at(bext, 338), u32_at(bext, 342)), (7 * 3_600 * 48_000, 0));
    assert_eq!(bext[346..348], [2, 0]);
    let mastered = &made.record["mastered"];
    for (at, name) in
        [(412, "loudness"), (414, "range_lu"), (416, "peak"), (418, "max_momentary"), (420, "max_short_term")]
    {
        assert!((f64::from(i16_at(bext, at)) - 100.0 * number(&mastered[name])).abs() <= 0.5, "{name}");
    }
    assert!((i16_at(bext, 412) + 2_300).abs() <= 5);
    let history = text(&bext[602..]);
    let last = concat!("A=PCM,F=48000,W=16,M=stereo,T=bulletin ", env!("CARGO_PKG_VERSION"));
    assert_eq!(history.lines().next_back(), Some(last));
    assert!(history.starts_with("A=PCM,M=mono,T=synthetic voice pico-en-gb") && history.ends_with("\r\n"));

    let cart = named(&chunks, "cart");
    let field = |at: usize| text(&cart[at..at + 64]);
    assert_eq!(&cart[..4], b"0101");
    for (at, expected) in [
        (4, "Seven o'clock"),
        (68, "Tarn FM"),
        (132, "020001"),
        (260, "NEWS"),
        (388, "Tarn FM news."),
        (488, "bulletin"),
        (552, env!("CARGO_PKG_VERSION")),
    ] {
        assert_eq!(field(at), expected, "at {at}");
    }
    assert_eq!(&cart[452..488], b"2026-03-0307:00:002026-03-0308:00:00");

    let elements = made.record["elements"].as_array().unwrap();
    let spoken: Vec<&Value> =
        elements.iter().filter(|e| e["kind"] == "sentence" || e["kind"] == "line").collect();
    let first_word = frames(&spoken[0]["start"]);
    let last_word = spoken.iter().map(|e| frames(&e["start"]) + frames(&e["length"])).max().unwrap();
    let timers: Vec<(String, usize)> =
        cart[684..748].chunks_exact(8).map(|timer| (text(&timer[..4]), u32_at(timer, 4))).collect();
    let timer = |code: &str, at| (code.to_owned(), at);
    assert_eq!(
        timers,
        [
            timer("AUDs", 0),
            timer("INTs", 0),
            timer("INTe", first_word),
            timer("SEGs", last_word),
            timer("SEGe", length),
            timer("AUDe", length),
            timer("", 0),
            timer("", 0)
        ]
    );

    let info: Vec<(String, String)> = self::chunks(named(&chunks, "LIST INFO"))
        .into_iter()
        .map(|(name, body)| (name, text(body)))
        .collect();
    for (name, value) in [
        ("INAM", "Seven o'clock"),
        ("IART", "Tarn FM"),
        ("ICRD", "2026-03-03"),
        ("IGNR", "NEWS"),
        ("ICMT", "This bulletin is read by a synthetic voice."),
        ("ILNG", "en-GB"),
    ] {
        assert!(info.contains(&(name.to_owned(), value.to_owned())), "{name}: {info:?}");
    }

    let xml = std::str::from_utf8(named(&chunks, "iXML")).unwrap();
    let document = roxmltree::Document::parse(xml).unwrap();
    let found =
        |name: &str| document.descendants().find(|n| n.has_tag_name(name)).and_then(|n| n.text()).unwrap();
    assert_eq!(found("PROJECT"), "Seven o’clock");
    assert_eq!(found("BWF_ORIGINATOR"), "Tårn FM");
    assert!(found("BWF_DESCRIPTION").ends_with("Zoë Ørsted named head of ferries"));
}

#[test]
fn every_element_has_its_marker() {
    let made = hourly();
    let markers = markers(&form(&made.bytes));
    let names: Vec<&str> = markers.iter().map(|(.., name)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Sting: news",
            "Line: Tarn FM news at 7 o'clock.",
            "Story 1: Harbour bridge to close for a month",
            "Sting: separator",
            "Story 2: Zoe Orsted named head of ferries",
            "Line: Tarn FM news.",
        ]
        .into_iter()
        .chain(names.get(6).copied())
        .collect::<Vec<_>>()
    );
    let elements = made.record["elements"].as_array().unwrap();
    for (story, marker) in [(0, &markers[2]), (1, &markers[4])] {
        let told: Vec<&Value> = elements.iter().filter(|e| e["story"] == story).collect();
        let (first, last) = (told[0], told[told.len() - 1]);
        assert_eq!(marker.0, frames(&first["start"]));
        assert_eq!(marker.0 + marker.1, frames(&last["start"]) + frames(&last["length"]));
    }
    assert_eq!((markers[0].0, markers[0].1), (0, frames(&elements[0]["length"])));
}

#[test]
fn headlines_have_markers_beside_their_stories() {
    let made = produce(&["bridge.txt", "ferry.txt", "--rundown", "briefing", "--station", "Tarn FM"]);
    let markers = markers(&form(&made.bytes));
    assert!(markers.is_sorted_by_key(|(position, ..)| *position));
    let of = |start: &str| -> Vec<&str> {
        let names = markers.iter().map(|(.., name)| name.as_str());
        names.filter(|name| name.starts_with(start)).collect()
    };
    let headlines = ["Harbour bridge to close for a month", "Zoe Orsted named head of ferries"];
    for kind in ["Headline", "Story"] {
        let expected: Vec<String> =
            (1..).zip(headlines).map(|(n, headline)| format!("{kind} {n}: {headline}")).collect();
        assert_eq!(of(kind), expected);
    }
}

#[test]
fn a_time_signal_sets_the_clock() {
    let made = produce(&[
        "bridge.txt",
        "--rundown",
        "hourly",
        "--sting",
        "pips",
        "--station",
        "Tarn FM",
        "--at",
        "07:00",
    ]);
    let bext = named(&form(&made.bytes), "bext").to_vec();
    let hour = frames(&made.record["hour"]);
    assert!(hour > 0);
    assert_eq!(u32_at(&bext, 338) + hour, 7 * 3_600 * 48_000);
    assert_eq!(&bext[320..338], b"\0\0\0\0\0\0\0\0\0\x0007:00:00");
}

#[test]
fn what_is_not_known_is_left_open() {
    let made = plain();
    let chunks = form(&made.bytes);
    let bext = named(&chunks, "bext");
    assert_eq!(text(&bext[..256]), "Harbour bridge to close for a month");
    assert_eq!(text(&bext[256..288]), "bulletin");
    assert!(bext[320..346].iter().all(|&byte| byte == 0));
    assert!(text(&bext[602..]).contains("A=PCM,F=48000,W=24,M=mono,T=bulletin"));
    let cart = named(&chunks, "cart");
    assert_eq!(&cart[452..488], b"1900-01-0100:00:009999-12-3123:59:59");
    assert_eq!(text(&cart[388..452]), "Buses will run every 20 minutes.");
    let codes: Vec<String> = cart[684..748].chunks_exact(8).map(|timer| text(&timer[..4])).collect();
    assert_eq!(codes, ["AUDs", "SEGs", "SEGe", "AUDe", "", "", "", ""]);
    assert_eq!(markers(&chunks).len(), 1);
    assert_eq!(named(&chunks, "fmt ")[..4], [1, 0, 1, 0]);
}

#[test]
fn the_same_words_give_the_same_bytes() {
    assert!(plain().bytes == plain().bytes);
}

#[test]
fn an_identifier_that_does_not_fit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bridge.txt"), BRIDGE).unwrap();
    fs::write(folder.path().join("bulletin.toml"), "[wav]\nreference = \"Tårn\"\n").unwrap();
    let (code, _, err) = run(&folder, &["produce", "bridge.txt", "-o", "out.wav"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("wav: reference \"Tårn\" does not fit its field"), "{err}");
    assert!(err.contains("give at most 32 letters"), "{err}");
}

#[test]
fn more_than_four_gibibytes_is_refused_before_the_work() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bridge.txt"), BRIDGE).unwrap();
    let (code, _, err) =
        run(&folder, &["produce", "bridge.txt", "-o", "out.wav", "--duration", "5h", "--bits", "24"]);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("300m is too long for a WAV file: 4 GiB hold 248m"), "{err}");
    assert!(err.contains("--bits 16 or --mono"), "{err}");
    assert!(!folder.path().join("out.wav").exists());
}

#[test]
fn hound_and_symphonia_read_the_samples() {
    for made in [hourly(), plain()] {
        let chunks = form(&made.bytes);
        let (data, format) = (named(&chunks, "data"), named(&chunks, "fmt "));
        let width = usize::from(format[14]) / 8;
        let expected: Vec<i32> = data
            .chunks_exact(width)
            .map(|s| {
                s.iter()
                    .rev()
                    .fold(if s[width - 1] > 127 { -1 } else { 0 }, |sum, &byte| sum << 8 | i32::from(byte))
            })
            .collect();
        let mut reader = hound::WavReader::open(&made.path).unwrap();
        assert_eq!(reader.duration() as usize, frames(&made.record["mastered"]["length"]));
        let samples: Vec<i32> = reader.samples::<i32>().map(Result::unwrap).collect();
        assert!(samples == expected);

        let scale = f64::from(1u32 << (8 * width - 1));
        let decoded = decoded(&made.path);
        assert_eq!(decoded.len(), expected.len());
        let same = decoded
            .iter()
            .zip(&expected)
            .all(|(&read, &written)| (f64::from(read) * scale) as i32 == written);
        assert!(same);
    }
}

fn decoded(path: &Path) -> Vec<f32> {
    let source =
        MediaSourceStream::new(Box::new(fs::File::open(path).unwrap()), MediaSourceStreamOptions::default());
    let mut format = symphonia::default::get_probe()
        .probe(&Hint::new(), source, FormatOptions::default(), MetadataOptions::default())
        .unwrap();
    let track = format.default_track(TrackType::Audio).unwrap();
    let parameters = track.codec_params.as_ref().unwrap().audio().unwrap().clone();
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(&parameters, &AudioDecoderOptions::default())
        .unwrap();
    let (mut all, mut block) = (Vec::new(), Vec::new());
    while let Some(packet) = format.next_packet().unwrap() {
        decoder.decode(&packet).unwrap().copy_to_vec_interleaved(&mut block);
        all.extend_from_slice(&block);
    }
    all
}

/// What a tool says of a file; `None` where it is not installed, which a machine that judges changes must not be without.
fn told(tool: &str, arguments: &[&str], path: &Path) -> Option<String> {
    match Command::new(tool).args(arguments).arg(path).output() {
        Ok(output) => {
            assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
            Some(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Err(error) => {
            let must = std::env::var("CI").is_ok_and(|ci| ci == "true");
            assert!(!must, "{tool} cannot be run: {error}; .ci/run installs it");
            println!("skipped: {tool} cannot be run: {error}");
            None
        }
    }
}

#[test]
fn ffprobe_reads_it() {
    for made in [hourly(), plain()] {
        let arguments = ["-v", "error", "-of", "json", "-show_format", "-show_streams", "-show_chapters"];
        let Some(json) = told("ffprobe", &arguments, &made.path) else { return };
        let seen: Value = serde_json::from_str(&json).unwrap();
        let chunks = form(&made.bytes);
        assert_eq!(seen["streams"].as_array().unwrap().len(), 1);
        let stream = &seen["streams"][0];
        assert_eq!(stream["sample_rate"], "48000");
        assert_eq!(frames(&stream["duration_ts"]), frames(&made.record["mastered"]["length"]));
        let (codec, channels) =
            if made.record["channels"] == 2 { ("pcm_s16le", 2) } else { ("pcm_s24le", 1) };
        assert_eq!(
            (stream["codec_name"].as_str(), stream["channels"].as_u64()),
            (Some(codec), Some(channels))
        );

        let tags = &seen["format"]["tags"];
        let bext = named(&chunks, "bext");
        // It gives `originator` under a name of its own, and a title from INFO over all others.
        for (name, value) in [
            ("encoded_by", text(&bext[256..288])),
            ("originator_reference", "GBTARN20260303".into()),
            ("coding_history", text(&bext[602..])),
            ("time_reference", u32_at(bext, 338).to_string()),
            ("comment", "This bulletin is read by a synthetic voice.".into()),
            ("language", "en-GB".into()),
            ("title", text(&named(&chunks, "cart")[4..68])),
        ] {
            assert_eq!(tags[name], value, "{name}");
        }
        let chapters = seen["chapters"].as_array().unwrap().iter();
        let chapters: Vec<(usize, String)> = chapters
            .map(|c| (frames(&c["start"]), c["tags"]["title"].as_str().unwrap_or_default().to_owned()))
            .collect();
        let ours: Vec<(usize, String)> =
            markers(&chunks).into_iter().map(|(position, _, name)| (position, name)).collect();
        assert_eq!(chapters, ours);
    }
}

#[test]
fn sndfile_info_reads_it() {
    for made in [hourly(), plain()] {
        let Some(seen) = told("sndfile-info", &[], &made.path) else { return };
        let fields = |text: &str| -> Vec<(String, String)> {
            let pairs = text.lines().filter_map(|line| line.split_once(':'));
            pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
        };
        let has = |seen: &str, name: &str, value: &str| {
            let fields = fields(seen);
            assert!(fields.contains(&(name.to_owned(), value.to_owned())), "{name} = {value} in {fields:?}");
        };
        let chunks = form(&made.bytes);
        has(&seen, "Frames", &frames(&made.record["mastered"]["length"]).to_string());
        has(&seen, "Format", if made.record["channels"] == 2 { "0x00010002" } else { "0x00010003" });
        has(&seen, "INAM", &text(&named(&chunks, "cart")[4..68]));
        for (id, (.., name)) in (1..).zip(markers(&chunks)) {
            has(&seen, "labl", &format!("{id} : {name}"));
        }

        let bext = named(&chunks, "bext");
        let seen = told("sndfile-info", &["--broadcast"], &made.path).unwrap();
        has(&seen, "Description", &text(&bext[..256]));
        has(&seen, "Originator", &text(&bext[256..288]));
        has(&seen, "BWF version", "2");
        let loudness = &made.record["mastered"];
        for (name, unit, value) in [
            ("Loudness value", "LUFS", &loudness["loudness"]),
            ("Loudness range", "LU", &loudness["range_lu"]),
            ("Max. true peak level", "dBTP", &loudness["peak"]),
            ("Max. momentary loudness", "LUFS", &loudness["max_momentary"]),
            ("Max. short term loudness", "LUFS", &loudness["max_short_term"]),
        ] {
            let fields = fields(&seen);
            let said = &fields.iter().find(|(other, _)| other == name).unwrap().1;
            let said: f64 = said.strip_suffix(unit).unwrap().trim().parse().unwrap();
            assert!((said - number(value)).abs() < 0.0051, "{name}: {said}, {value}");
        }

        let cart = named(&chunks, "cart");
        let seen = told("sndfile-info", &["--cart"], &made.path).unwrap();
        for (name, at) in
            [("Title", 4), ("Cut id", 132), ("Category", 260), ("Out cue", 388), ("App id", 488)]
        {
            has(&seen, name, &text(&cart[at..at + 64]));
        }
        has(&seen, "End date", &text(&cart[470..480]));
        has(&seen, "Tag text", "This bulletin is read by a synthetic voice.");
        for timer in cart[684..748].chunks_exact(8).filter(|timer| timer[0] != 0) {
            let (code, at) = (text(&timer[..4]), u32_at(timer, 4).to_string());
            let same = |line: &str| line.split_whitespace().skip(1).eq([code.as_str(), at.as_str()]);
            assert!(seen.lines().any(same), "{code} {at} in {seen}");
        }
    }
}

#[test]
fn mediainfo_reads_it() {
    for (made, date) in [(hourly(), Some("2026-03-03 07:00:00")), (plain(), None)] {
        let Some(json) = told("mediainfo", &["--Output=JSON"], &made.path) else { return };
        let seen: Value = serde_json::from_str(&json).unwrap();
        let (general, audio) = (&seen["media"]["track"][0], &seen["media"]["track"][1]);
        let chunks = form(&made.bytes);
        let bext = named(&chunks, "bext");
        assert_eq!(general["Format"], "Wave");
        assert_eq!(general["Description"], text(&bext[..256]));
        assert_eq!(general["Producer"], text(&bext[256..288]));
        assert_eq!(general["Title"], text(&named(&chunks, "cart")[4..68]));
        // Without date and time it has the blank between the two.
        let seen_date = general["Encoded_Date"].as_str().map(str::trim).filter(|date| !date.is_empty());
        assert_eq!(seen_date, date);
        assert_eq!(general["extra"]["bext_Version"], "2");
        assert_eq!(audio["SamplingCount"], made.record["mastered"]["length"].to_string());
        assert_eq!(audio["BitDepth"], if made.record["channels"] == 2 { "16" } else { "24" });
        let loudness = format!("{:.2}", f64::from(i16_at(bext, 412)) / 100.0);
        assert_eq!(audio["extra"]["LoudnessValue"], loudness);
    }
}
