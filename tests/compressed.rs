//! FLAC, MP3 and Opus: files made of mastered samples, read by readers that are not ours.
//!
//! Without the features `mp3` and `opus` only FLAC is looked at; `.ci/run` runs both.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a check that is skipped says so")]

#[path = "support/command.rs"]
mod command;
#[path = "support/run.rs"]
mod run;
#[path = "support/signals.rs"]
mod signals;

use bulletin::deliver::chapters::Chapter;
use bulletin::deliver::compressed::{About, Codec, Encoded, Settings, encode};
use bulletin::deliver::wav::{Depth, WavSink};
use bulletin::programme::master::Sink as _;
use bulletin::sound::limiter::Limiter;
use bulletin::sound::loudness::{Channels, Loudness};
use bulletin::units::{Dbtp, Frames, Lufs, SampleRate, db_to_linear};
use serde_json::Value;
use signals::{chirps, clipped, noise, speech, stereo};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const TARGET: (Lufs, Dbtp) = (Lufs(-16.0), Dbtp(-1.0));

/// A file, and the samples it was made of.
struct Made {
    _folder: TempDir,
    path: PathBuf,
    encoded: Encoded,
    /// As the WAV has them, in whole numbers.
    pcm: Vec<i32>,
    channels: usize,
}

impl Made {
    fn frames(&self) -> u64 {
        (self.pcm.len() / self.channels) as u64
    }
}

fn codecs() -> impl Iterator<Item = Codec> {
    Codec::ALL.into_iter().filter(|codec| codec.available().is_ok())
}

fn lossy() -> impl Iterator<Item = Codec> {
    codecs().filter(|codec| *codec != Codec::Flac)
}

fn sink(folder: &Path, samples: &[f32], channels: usize, depth: Depth) -> WavSink {
    let mut sink = WavSink::create(&folder.join("a.wav"), channels, depth).unwrap();
    sink.restart().unwrap();
    samples.chunks(16_384).for_each(|part| sink.write(part).unwrap());
    sink
}

fn make_with(
    codec: Codec,
    samples: &[f32],
    (channels, depth): (usize, Depth),
    about: &About<'_>,
    settings: &Settings,
) -> Made {
    let folder = tempfile::tempdir().unwrap();
    let mut sink = sink(folder.path(), samples, channels, depth);
    let path = folder.path().join(format!("a.{codec}"));
    let encoded = encode(codec, &mut sink.pcm(), about, settings, TARGET, &path).unwrap();
    let mut pcm = Vec::new();
    sink.pcm().read(samples.len(), &mut pcm).unwrap();
    assert_eq!(encoded.frames.0 as usize, samples.len() / channels);
    assert_eq!(encoded.bytes, fs::metadata(&path).unwrap().len());
    Made { _folder: folder, path, encoded, pcm, channels }
}

fn make(codec: Codec, samples: &[f32], form: (usize, Depth)) -> Made {
    make_with(codec, samples, form, &About::default(), &Settings::default())
}

/// Brings a sound to the target, as the programme's master would.
fn mastered(samples: &[f32], channels: usize) -> Vec<f32> {
    let layout = if channels == 1 { Channels::Mono } else { Channels::Stereo };
    let mut gain_db = 0.0;
    for _ in 0..6 {
        let gain = db_to_linear(gain_db) as f32;
        let mut limiter = Limiter::new(channels, SampleRate::PROGRAMME, TARGET.1).unwrap();
        let mut out = Vec::new();
        limiter.process(&samples.iter().map(|sample| sample * gain).collect::<Vec<_>>(), &mut out);
        limiter.finish(&mut out);
        let mut meter = Loudness::new(layout, SampleRate::PROGRAMME).unwrap();
        meter.add(&out);
        let off = TARGET.0.0 - meter.integrated().unwrap().0;
        if off.abs() < 0.05 {
            return out;
        }
        gain_db += off;
    }
    panic!("the test's sound cannot be brought to {}", TARGET.0)
}

/// What a reader prints; nothing where it is missing, which CI does not put up with.
fn told(tool: &str, arguments: &[&str]) -> Option<(Vec<u8>, String)> {
    match Command::new(tool).args(arguments).output() {
        Ok(output) => {
            let err = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{tool} {arguments:?}: {err}");
            Some((output.stdout, err))
        }
        Err(error) => {
            let must = std::env::var("CI").is_ok_and(|ci| ci == "true");
            assert!(!must, "{tool} cannot be run: {error}; .ci/run installs it");
            println!("skipped: {tool} cannot be run: {error}");
            None
        }
    }
}

/// ffmpeg's decoding, interleaved; with nothing to complain about.
fn decoded(path: &Path) -> Option<Vec<f32>> {
    let path = path.to_str().unwrap();
    let (bytes, err) =
        told("ffmpeg", &["-v", "warning", "-i", path, "-f", "f32le", "-c:a", "pcm_f32le", "-"])?;
    // ffmpeg is not sure of files of a frame or two.
    assert!(err.is_empty() || err.contains("detected only with low score"), "{path}: {err}");
    Some(bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}

fn probed(path: &Path) -> Option<Value> {
    let arguments = ["-v", "warning", "-of", "json", "-show_format", "-show_streams", "-show_chapters"];
    let (json, err) = told("ffprobe", &[&arguments[..], &[path.to_str().unwrap()]].concat())?;
    assert_eq!(err, "", "{}", path.display());
    Some(serde_json::from_slice(&json).unwrap())
}

/// Loudness and true peak by the crate `ebur128`, which is not our meter.
fn metered(samples: &[f32], channels: usize) -> (f64, f64) {
    let mode = ebur128::Mode::I | ebur128::Mode::TRUE_PEAK;
    let mut meter = ebur128::EbuR128::new(channels as u32, 48_000, mode).unwrap();
    samples.chunks(480 * channels).for_each(|part| meter.add_frames_f32(part).unwrap());
    let peak = (0..channels as u32).map(|c| meter.true_peak(c).unwrap()).fold(0.0, f64::max);
    (meter.loudness_global().unwrap(), 20.0 * peak.log10())
}

const FORMS: [(usize, Depth); 4] =
    [(1, Depth::Bits16), (2, Depth::Bits16), (1, Depth::Bits24), (2, Depth::Bits24)];

#[test]
fn flac_is_the_wav_bit_for_bit() {
    let mut hiss = noise(3);
    // Shorter than what a predictor wants, a block and its neighbours, silence, full scale.
    for length in [1, 2, 15, 16, 17, 4_095, 4_096, 4_097, 20_000] {
        for (channels, depth) in FORMS {
            let samples: Vec<f32> = (0..length * channels)
                .map(|n| match n / channels {
                    0..5_000 => hiss() * 1.2,
                    5_000..10_000 => 0.0,
                    _ => 0.4 * hiss(),
                })
                .collect();
            let made = make(Codec::Flac, &samples, (channels, depth));
            let case = format!("{length} frames, {channels} channels, {depth:?}");
            let path = made.path.to_str().unwrap();
            let Some(_) = told("flac", &["-t", "-s", "-w", path]) else { return };
            let raw = ["-d", "-c", "-s", "--force-raw-format", "--endian=little", "--sign=signed", path];
            let (bytes, _) = told("flac", &raw).unwrap();
            let width = usize::from(depth.bits() / 8);
            let wanted: Vec<u8> =
                made.pcm.iter().flat_map(|sample| sample.to_le_bytes()[..width].to_vec()).collect();
            assert!(bytes == wanted, "{case}");
            // STREAMINFO: both block sizes the same, or Symphonia's and others' seeking fails.
            let file = fs::read(&made.path).unwrap();
            assert_eq!((&file[..4], &file[8..10], &file[10..12]), (&b"fLaC"[..], &[16, 0][..], &[16, 0][..]));
        }
    }
}

#[test]
fn flac_can_be_jumped_into() {
    let samples: Vec<f32> = chirps(48_000 * 25 + 77);
    let made = make(Codec::Flac, &samples, (1, Depth::Bits16));
    let path = made.path.to_str().unwrap();
    let Some((bytes, _)) = told(
        "flac",
        &["-d", "-c", "-s", "--skip=1000001", "--force-raw-format", "--endian=little", "--sign=signed", path],
    ) else {
        return;
    };
    let wanted: Vec<u8> =
        made.pcm[1_000_001..].iter().flat_map(|sample| sample.to_le_bytes()[..2].to_vec()).collect();
    assert!(bytes == wanted);
    let (list, _) = told("metaflac", &["--list", "--block-type=SEEKTABLE", path]).unwrap();
    let list = String::from_utf8(list).unwrap();
    let points: Vec<u64> = list
        .lines()
        .filter_map(|line| line.split("sample_number=").nth(1)?.split(',').next()?.parse().ok())
        .collect();
    // The blocks that hold 0, 10 and 20 s.
    assert_eq!(points, [0, 117 * 4_096, 234 * 4_096], "{list}");
}

#[test]
fn every_file_is_as_long_as_the_wav_to_the_frame() {
    let sound = speech(48_000 * 3);
    for codec in codecs() {
        for length in [1, 100, 959, 960, 961, 1_151, 1_152, 1_153, 2_304, 47_999, 48_000, 100_007, 144_000] {
            for (channels, depth) in [FORMS[0], FORMS[3]] {
                let mono = &sound[..length];
                let samples = if channels == 1 { mono.to_vec() } else { stereo(mono) };
                let made = make(codec, &samples, (channels, depth));
                let Some(heard) = decoded(&made.path) else { return };
                assert_eq!(heard.len(), samples.len(), "{codec}, {length} frames, {channels} channels");
            }
        }
    }
}

#[test]
fn what_is_heard_begins_where_the_wav_begins() {
    for codec in lossy() {
        for channels in [1, 2] {
            let mono = chirps(48_000 * 4);
            let samples =
                if channels == 1 { mono.clone() } else { mono.iter().flat_map(|s| [*s; 2]).collect() };
            let made = make(codec, &samples, (channels, Depth::Bits16));
            let Some(heard) = decoded(&made.path) else { return };
            let heard: Vec<f32> = heard.chunks(channels).map(|frame| frame[0]).collect();
            let match_at = |lag: i64| -> f64 {
                let from = 4_000usize;
                let pairs = mono[from..mono.len() - 4_000].iter().enumerate();
                pairs
                    .map(|(n, s)| f64::from(*s) * f64::from(heard[(n as i64 + from as i64 + lag) as usize]))
                    .sum()
            };
            let best = (-3_000..=3_000i64).max_by(|a, b| match_at(*a).total_cmp(&match_at(*b))).unwrap();
            assert_eq!(best, 0, "{codec}, {channels} channels");
            // The first and the last chirp are there, not only the middle.
            for range in [100..20_000, 48_000 * 3 + 100..48_000 * 3 + 30_000] {
                let energy = |samples: &[f32]| samples[range.clone()].iter().map(|s| s * s).sum::<f32>();
                let ratio = energy(&heard) / energy(&mono);
                let level = (made.encoded.gain_db / 10.0 * std::f64::consts::LN_10).exp() as f32;
                assert!((0.8..1.25).contains(&(ratio / level)), "{codec} {channels}: {ratio} of {level}");
            }
        }
    }
}

#[test]
fn loudness_and_peak_are_what_was_asked_for() {
    let sound = speech(48_000 * 20);
    for codec in codecs() {
        for (channels, depth) in FORMS {
            let samples = if channels == 1 { sound.clone() } else { stereo(&sound) };
            let samples = mastered(&samples, channels);
            let made = make(codec, &samples, (channels, depth));
            let Encoded { loudness, peak, passes, max_reduction_db, bytes, .. } = made.encoded;
            println!(
                "{codec}, {channels} channels: {passes} passes, {loudness:?}, {peak:?}, limited {max_reduction_db:.1} dB, \
                 {:.0} kbit/s",
                bytes as f64 * 8.0 / 20_000.0
            );
            let Some(heard) = decoded(&made.path) else { return };
            let (lufs, dbtp) = metered(&heard, channels);
            assert!((lufs - TARGET.0.0).abs() <= 0.2, "{codec}, {channels} channels: {lufs} LUFS");
            let limit = if codec == Codec::Flac { TARGET.1.0 } else { -2.0 };
            assert!(dbtp <= limit + 0.02, "{codec}, {channels} channels: {dbtp} dBTP");
            // What is said of the file is what another decoder and another meter find.
            assert!((loudness.unwrap().0 - lufs).abs() < 0.05, "{codec}: {loudness:?} is {lufs}");
            assert!((peak.0 - dbtp).abs() < 0.2, "{codec}: {peak:?} is {dbtp}");
        }
    }
}

/// What the program makes of an article.
fn produced(preset: &str) -> (Vec<f32>, usize) {
    let folder = tempfile::tempdir().unwrap();
    let article =
        "Bridge to close\nThe bridge over the Tarn will close on 3 May for repairs, the council said.\n";
    fs::write(folder.path().join("bridge.txt"), article).unwrap();
    let arguments = ["produce", "-q", "-o", "out.wav", "--bits", "24", "--preset", preset, "bridge.txt"];
    let (code, _, err) = run::run(&folder, &arguments);
    assert_eq!(code, 0, "{err}");
    let mut reader = hound::WavReader::open(folder.path().join("out.wav")).unwrap();
    let samples = reader.samples::<i32>().map(|sample| sample.unwrap() as f32 / (1 << 23) as f32).collect();
    (samples, reader.spec().channels.into())
}

#[test]
fn a_bulletin_keeps_its_loudness() {
    // The last one's peak is lower than what the settings have.
    for (preset, lufs, dbtp) in [("mono", -19.0, -1.0), ("alexa", -14.0, -2.0), ("podcast", -16.0, -6.0)] {
        let (samples, channels) = produced(preset);
        let folder = tempfile::tempdir().unwrap();
        let mut sink = sink(folder.path(), &samples, channels, Depth::Bits24);
        for codec in codecs() {
            let path = folder.path().join(format!("a.{codec}"));
            let target = (Lufs(lufs), Dbtp(dbtp));
            let settings = Settings::default();
            let encoded =
                encode(codec, &mut sink.pcm(), &About::default(), &settings, target, &path).unwrap();
            println!("{preset} {codec}: {encoded:?}");
            assert!(
                codec == Codec::Flac || encoded.peak.0 <= f64::min(dbtp, -2.0),
                "{preset}, {codec}: {encoded:?}"
            );
            assert!((encoded.loudness.unwrap().0 - lufs).abs() <= 0.2, "{preset}, {codec}: {encoded:?}");
            assert!(encoded.passes <= 4, "{preset}, {codec}: {encoded:?}");
        }
    }
}

#[test]
fn no_sound_passes_the_peak() {
    let frames = 48_000 * 3;
    let mut hiss = noise(11);
    let square: Vec<f32> = (0..frames).map(|n| if (n / 37) % 2 == 0 { 0.9 } else { -0.9 }).collect();
    let sparse: Vec<f32> = (0..frames).map(|n| if n % 4_801 == 0 { 0.98 } else { 0.0 }).collect();
    let loud = speech(frames);
    for (name, mono) in [
        ("white noise", (0..frames).map(|_| hiss() * 0.95).collect::<Vec<f32>>()),
        ("clipped speech", clipped(&loud, 12.0)),
        ("a square wave", square),
        ("clicks", sparse),
    ] {
        for codec in lossy() {
            for channels in [1, 2] {
                let samples = if channels == 1 { mono.clone() } else { stereo(&mono) };
                let mut limiter = Limiter::new(channels, SampleRate::PROGRAMME, TARGET.1).unwrap();
                let mut limited = Vec::new();
                limiter.process(&samples, &mut limited);
                limiter.finish(&mut limited);
                // As loud as it is, which under a lower ceiling it cannot be: the peak must win.
                let target = (Lufs(metered(&limited, channels).0), TARGET.1);
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join(format!("a.{codec}"));
                let mut sink = sink(folder.path(), &limited, channels, Depth::Bits16);
                let (about, settings) = (About::default(), Settings::default());
                let encoded = encode(codec, &mut sink.pcm(), &about, &settings, target, &path).unwrap();
                println!("{name}, {codec}, {channels} channels, {}: {encoded:?}", target.0);
                assert!(encoded.peak.0 <= -2.0, "{name}, {codec}: {encoded:?}");
                assert!(encoded.passes <= 6, "{name}, {codec}: {encoded:?}");
                let Some(heard) = decoded(&path) else { return };
                // Two interpolators differ by what is near the Nyquist frequency; libebur128's reads lower there.
                let (_, dbtp) = metered(&heard, channels);
                assert!(dbtp <= -2.0 + 0.05, "{name}, {codec}, {channels} channels: {dbtp} dBTP");
            }
        }
    }
}

fn chapter(start: u64, length: u64, title: &str) -> Chapter {
    Chapter { start: Frames(start), length: Frames(length), title: title.into(), story: None }
}

#[test]
fn texts_and_chapters_are_read_as_they_were_written() {
    let samples = speech(48_000 * 5 + 7);
    let chapters = [
        chapter(0, 57_600, "Opening"),
        chapter(57_600, 62_424, "Zoë Ørsted named “head” of ferries; a = b"),
        chapter(120_024, 119_983, "東京 🎙️"),
    ];
    let about = About {
        title: "Seven o’clock – Nyheter 🎙️",
        artist: "Tårn FM",
        album: "The Bulletin: Łódź",
        date: Some("2026-03-03".parse().unwrap()),
        comment: "Line one\nLine two: “£5”",
        language: "en-GB",
        chapters: &chapters,
        ..About::default()
    };
    for codec in codecs() {
        for (channels, depth) in [FORMS[0], FORMS[3]] {
            let samples = if channels == 1 { samples.clone() } else { stereo(&samples) };
            let made = make_with(codec, &samples, (channels, depth), &about, &Settings::default());
            assert_eq!(made.encoded.chapters_left_out, 0);
            let Some(seen) = probed(&made.path) else { return };
            let streams = seen["streams"].as_array().unwrap();
            assert_eq!(streams.len(), 1);
            let name = if codec == Codec::Mp3 { "mp3" } else { codec.extension() };
            assert_eq!(streams[0]["codec_name"], name);
            assert_eq!(streams[0]["sample_rate"], "48000");
            assert_eq!(streams[0]["channels"], channels);
            let length: f64 = seen["format"]["duration"].as_str().unwrap().parse().unwrap();
            // ffprobe counts a whole frame of MP3 and the start-up of Opus.
            let extra = [0.0, 0.05, 0.0066][codec as usize];
            let wanted = made.frames() as f64 / 48_000.0;
            assert!((-0.0001..=extra + 0.0001).contains(&(length - wanted)), "{codec}: {length} of {wanted}");
            let tags = if codec == Codec::Opus { &streams[0]["tags"] } else { &seen["format"]["tags"] };
            let tag = |name: &str| {
                tags.as_object()
                    .unwrap()
                    .iter()
                    .find(|(key, _)| key.eq_ignore_ascii_case(name))
                    .map(|(_, value)| value.as_str().unwrap().to_owned())
            };
            let language = if codec == Codec::Mp3 { "eng" } else { "en-GB" };
            for (name, wanted) in [
                ("title", about.title),
                ("artist", about.artist),
                ("album", about.album),
                ("comment", about.comment),
                ("genre", "News"),
                ("date", if codec == Codec::Mp3 { "2026" } else { "2026-03-03" }),
                ("language", language),
            ] {
                let found = tag(name).unwrap_or_else(|| panic!("{codec}: no {name} in {tags}"));
                assert!(found == wanted || (name == "date" && found.starts_with("2026")), "{codec}: {found}");
            }
            let seen = seen["chapters"].as_array().unwrap();
            assert_eq!(seen.len(), chapters.len(), "{codec}");
            for (seen, chapter) in seen.iter().zip(&chapters) {
                assert_eq!(seen["tags"]["title"], chapter.title, "{codec}");
                let start: f64 = seen["start_time"].as_str().unwrap().parse().unwrap();
                let wanted = chapter.start.seconds(SampleRate::PROGRAMME);
                assert!((start - wanted).abs() <= 0.000_51, "{codec}: {start} for {wanted}");
            }
        }
    }
}

#[test]
fn very_long_texts_and_too_many_chapters_do_not_spoil_a_file() {
    let samples = speech(48_000);
    let long = "Zoë 🎙️ ".repeat(4_000);
    let chapters: Vec<Chapter> =
        (0..1_200).map(|n| chapter(n * 40, 40, &format!("{n} {}", &long[..600]))).collect();
    let about =
        About { title: &long, comment: &long, artist: "a\0b", chapters: &chapters, ..About::default() };
    for codec in codecs() {
        let made = make_with(codec, &samples, FORMS[0], &about, &Settings::default());
        let most = if codec == Codec::Mp3 { 255 } else { 999 };
        assert_eq!(made.encoded.chapters_left_out, 1_200 - most);
        let Some(heard) = decoded(&made.path) else { return };
        assert_eq!(heard.len(), samples.len());
        let seen = probed(&made.path).unwrap();
        assert_eq!(seen["chapters"].as_array().unwrap().len(), most, "{codec}");
        let tags = if codec == Codec::Opus { &seen["streams"][0]["tags"] } else { &seen["format"]["tags"] };
        let title = tags["title"].as_str().or(tags["TITLE"].as_str()).unwrap();
        assert!(title.starts_with("Zoë 🎙️ Zoë") && title.ends_with('…') && title.chars().count() <= 1_000);
        let artist = tags["artist"].as_str().or(tags["ARTIST"].as_str()).unwrap();
        assert_eq!(artist, "a b");
    }
    let none = make_with(Codec::Flac, &samples, FORMS[0], &About::default(), &Settings::default());
    let Some(seen) = probed(&none.path) else { return };
    assert_eq!(seen["chapters"].as_array().unwrap().len(), 0);
}

#[test]
fn opus_files_are_as_the_standard_has_them() {
    if Codec::Opus.available().is_err() {
        return;
    }
    let sound = speech(48_000 * 7 + 5);
    let chapters = [chapter(0, 100, "One"), chapter(100, 100, "Two")];
    // With tags of one page and of many.
    for comment in ["", &"Zoë 🎙️ ".repeat(30_000)] {
        for channels in [1, 2] {
            for length in [1, 648, 649, 48_000, 48_000 * 7 + 5] {
                for opus_kbps in [None, Some(256)] {
                    let samples =
                        if channels == 1 { sound[..length].to_vec() } else { stereo(&sound[..length]) };
                    let about = About { title: "Seven", comment, chapters: &chapters, ..About::default() };
                    let settings = Settings { opus_kbps, ..Settings::default() };
                    let made = make_with(Codec::Opus, &samples, (channels, Depth::Bits16), &about, &settings);
                    let Some((out, err)) = told("opusinfo", &[made.path.to_str().unwrap()]) else { return };
                    let out = String::from_utf8_lossy(&out).into_owned() + &err;
                    let case = format!("{channels} channels, {length} frames, {opus_kbps:?}\n{out}");
                    assert!(!out.to_lowercase().contains("warning"), "{case}");
                    assert!(out.contains("Pre-skip: 312"), "{case}");
                    assert!(out.contains("Playback gain: 0 dB"), "{case}");
                    assert!(length < 48_000 || out.contains("CHAPTER002NAME=Two"), "{case}");
                    assert!(out.contains("Logical stream 1 ended"), "{case}");
                }
            }
        }
    }
}

#[test]
fn mp3_files_are_of_constant_rate_and_say_how_they_are_cut() {
    if Codec::Mp3.available().is_err() {
        return;
    }
    let sound = speech(48_000 * 4);
    for (channels, mp3_kbps, wanted) in [
        (1, None, 64),
        (2, None, 128),
        (2, Some(64), 64),
        (1, Some(128), 128),
        (2, Some(192), 192),
        (2, Some(320), 320),
    ] {
        let samples = mastered(&if channels == 1 { sound.clone() } else { stereo(&sound) }, channels);
        let settings = Settings { mp3_kbps, ..Settings::default() };
        let made = make_with(Codec::Mp3, &samples, (channels, Depth::Bits16), &About::default(), &settings);
        println!("MP3 {wanted} kbit/s, {channels} channels: {:?}", made.encoded);
        assert!((made.encoded.loudness.unwrap().0 - TARGET.0.0).abs() <= 0.2, "{:?}", made.encoded);
        assert!(made.encoded.peak.0 <= -2.0);
        let bytes = fs::read(&made.path).unwrap();
        let size = bytes[6..10].iter().fold(0, |size, byte| size << 7 | usize::from(*byte));
        let frames = &bytes[10 + size..];
        // Every frame at one rate: 1,152 frames at 48 kHz.
        let frame_bytes = wanted * 1_000 * 144 / 48_000;
        assert_eq!(frames.len() % frame_bytes, 0);
        assert!(frames.chunks(frame_bytes).all(|f| f[0] == 0xFF && f[1] == 0xFB && f[2] == frames[2]));
        let side = if channels == 1 { 17 } else { 32 };
        assert_eq!(&frames[4 + side..8 + side], b"Info");
        let lame = &frames[4 + side + 120..];
        assert_eq!(&lame[..4], b"LAME");
        let cut = u32::from_be_bytes([0, lame[21], lame[22], lame[23]]);
        let (delay, padding) = (u64::from(cut >> 12), u64::from(cut & 0xFFF));
        let coded = (frames.len() / frame_bytes - 1) as u64 * 1_152;
        assert_eq!(coded - delay - padding, made.frames());
    }
}

#[test]
fn the_same_samples_give_the_same_bytes() {
    let samples = stereo(&speech(48_000 * 2));
    let chapters = [chapter(0, 48_000, "One")];
    let about = About { title: "Seven", chapters: &chapters, ..About::default() };
    for codec in codecs() {
        let one = make_with(codec, &samples, (2, Depth::Bits24), &about, &Settings::default());
        let two = make_with(codec, &samples, (2, Depth::Bits24), &about, &Settings::default());
        assert!(fs::read(&one.path).unwrap() == fs::read(&two.path).unwrap(), "{codec}");
        assert_eq!(one.encoded, two.encoded);
        // The clip of a reader's tags is not part of the levels.
        let other = make_with(codec, &samples, (2, Depth::Bits24), &About::default(), &Settings::default());
        assert_eq!((other.encoded.peak, other.encoded.loudness), (one.encoded.peak, one.encoded.loudness));
    }
}

#[test]
fn what_cannot_be_made_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.flac");
    fs::write(&path, "old").unwrap();
    let mut empty = sink(folder.path(), &[], 2, Depth::Bits16);
    let mut full = sink(folder.path(), &[0.1; 960], 2, Depth::Bits16);
    let make = |sink: &mut WavSink, settings: &Settings, path: &Path| {
        encode(Codec::Flac, &mut sink.pcm(), &About::default(), settings, TARGET, path)
            .unwrap_err()
            .to_string()
    };
    let fine = Settings::default();
    assert!(make(&mut empty, &fine, &path).contains("no sound to make FLAC of"));
    let odd = Settings { opus_kbps: Some(1), ..fine };
    assert!(make(&mut full, &odd, &path).contains("opus_kbps 1 is out of range"));
    assert!(make(&mut full, &fine, folder.path()).contains("is a folder"));
    assert!(make(&mut full, &fine, &folder.path().join("no/a.flac")).contains("its folder does not exist"));
    for codec in Codec::ALL.into_iter().filter(|codec| codec.available().is_err()) {
        let made = encode(codec, &mut full.pcm(), &About::default(), &fine, TARGET, &path);
        assert!(made.unwrap_err().to_string().contains("this build has no"), "{codec}");
    }
    assert_eq!(fs::read(&path).unwrap(), b"old");
    drop((empty, full));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// Runs the test below with a disk of one megabyte at `$SMALL_DISK`, written to freely or not at all.
#[cfg(target_os = "linux")]
fn on_a_small_disk(then: &str) -> Option<()> {
    let folder = tempfile::tempdir().unwrap();
    let unshare = |script: &str| {
        Command::new("unshare")
            .args(["--mount", "--map-root-user", "sh", "-c", script])
            .env("SMALL_DISK", folder.path())
            .env("TEST", std::env::current_exe().unwrap())
            .output()
    };
    let mount = "mount -t tmpfs -o size=1m none \"$SMALL_DISK\"";
    if !unshare(mount).is_ok_and(|tried| tried.status.success()) {
        println!("skipped: this system lets nobody mount a small disk");
        return None;
    }
    let test = "\"$TEST\" --exact --ignored --nocapture a_file_on_a_small_disk";
    let output = unshare(&format!(
        "{mount} && for e in flac mp3 opus; do echo old >\"$SMALL_DISK/a.$e\"; done && {then} {test}"
    ))
    .unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    Some(())
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_leaves_the_old_file_and_nothing_else() {
    on_a_small_disk("");
}

#[test]
#[cfg(target_os = "linux")]
fn a_folder_that_cannot_be_written_leaves_the_old_file() {
    on_a_small_disk("mount -o remount,ro \"$SMALL_DISK\" &&");
}

#[test]
#[ignore = "the two tests above start it, on a disk it may fill"]
#[cfg(target_os = "linux")]
fn a_file_on_a_small_disk() {
    let disk = PathBuf::from(std::env::var_os("SMALL_DISK").unwrap());
    let folder = tempfile::tempdir_in("/tmp").unwrap();
    let mut hiss = noise(1);
    // 1.6 MB of MP3 and Opus, 10 of FLAC.
    let samples: Vec<f32> = (0..48_000 * 100).map(|_| 0.1 * hiss()).collect();
    let mut sink = sink(folder.path(), &samples, 1, Depth::Bits16);
    let settings = Settings { mp3_kbps: Some(128), opus_kbps: Some(256), ..Settings::default() };
    for codec in codecs() {
        let path = disk.join(format!("a.{codec}"));
        let error = encode(codec, &mut sink.pcm(), &About::default(), &settings, TARGET, &path).unwrap_err();
        assert!(error.to_string().contains(&format!("a.{codec}: cannot write: ")), "{error}");
        assert!(
            error.hint().unwrap().contains("free some space") || error.hint().unwrap().contains("may write")
        );
        assert_eq!(fs::read(&path).unwrap(), b"old\n");
        assert_eq!(fs::read_dir(&disk).unwrap().count(), 3, "no temporary is left");
    }
}
