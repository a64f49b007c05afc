//! The page of a bulletin in a browser: no barrier that axe-core knows, words that follow, and all of it without scripts.
//!
//! Needs node, Chromium (`BULLETIN_CHROMIUM`, else on the path) and the modules axe-core and puppeteer-core
//! (`BULLETIN_PAGE_MODULES`, else `target/page-modules`, where `.ci/run` puts them). Without them it is skipped, but not
//! where `CI` is `true`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]
#![allow(clippy::print_stdout, reason = "a check that is skipped says so")]

use bulletin::deliver::levels::Levels;
use bulletin::deliver::page::{Audio, Source, page};
use bulletin::deliver::record::Record;
use bulletin::deliver::wav::{Depth, Metadata, WavSink};
use bulletin::programme::master::Sink as _;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const RATE: usize = 48_000;

/// What a word takes in these bulletins.
const WORD: usize = RATE / 2;

/// A bulletin that grows by what is said.
#[derive(Default)]
struct Bulletin {
    elements: Vec<Value>,
    stories: Vec<Value>,
    /// The words as the page must mark them.
    words: Vec<Value>,
    end: usize,
}

impl Bulletin {
    fn pause(&mut self, frames: usize) {
        self.end += frames;
    }

    fn sting(&mut self) {
        let length = RATE * 2;
        self.elements.push(
            json!({"start": self.end, "length": length, "part": "sting", "kind": "sting", "name": "news"}),
        );
        self.end += length;
    }

    /// A sentence whose words are heard half a second each.
    fn say(&mut self, part: &str, story: Option<usize>, (role, speaker): (&str, &str), written: &str) {
        let start = self.end;
        let (sentence, mut words) = (self.elements.len(), Vec::new());
        for token in written.split_whitespace() {
            let at = token.as_ptr().addr() - written.as_ptr().addr();
            let range = json!({"start": at, "end": at + token.len()});
            words.push(json!({"written": range, "spoken": range, "start": self.end, "length": WORD}));
            let seconds = |frames: usize| frames as f64 / RATE as f64;
            let (from, to) = (seconds(self.end), seconds(self.end + WORD));
            self.words.push(json!({"start": from, "end": to, "text": token, "sentence": sentence}));
            self.end += WORD;
        }
        self.elements.push(json!({
            "start": start, "length": self.end - start, "part": part, "kind": if story.is_some() { "sentence" } else { "line" },
            "story": story, "sentence": sentence, "role": role, "speaker": speaker, "voice": "pico-en-gb",
            "paragraph": (role == "body").then_some(0), "written": written, "spoken": written, "expansions": [], "words": words,
        }));
    }

    fn record(&self, title: &str) -> Record {
        serde_json::from_value(json!({
            "format_version": 2, "program": "bulletin", "voice": "pico-en-gb", "engine": "",
            "disclosure": "This bulletin is read by a synthetic voice.", "rate_hz": RATE, "channels": 1, "title": title,
            "station": "Echo FM", "date": "2026-03-03", "time": "07:00:00", "language": "en-GB", "target_lufs": -16.0,
            "ceiling_dbtp": -1.0, "elements": self.elements, "stories": self.stories,
            "mastered": {"loudness": -16.0, "peak": -3.5, "gain_db": 0.0, "max_reduction_db": 0.0, "passes": 2,
                         "length": self.end},
        }))
        .unwrap()
    }
}

/// Two stories with a menu before them, a line and a quotation.
fn two() -> Bulletin {
    let stories = vec![
        json!({"input": "a", "headline": "Ferry back", "byline": "Jo Reed", "source": "The Tarn", "published": "2026-03-03T06:12:00Z"}),
        json!({"input": "b", "headline": "Bridge to close"}),
    ];
    let mut bulletin = Bulletin { stories, ..Bulletin::default() };
    bulletin.sting();
    bulletin.say("line", None, ("line", "presenter"), "Echo FM news.");
    bulletin.say("headlines", Some(0), ("headline", "presenter"), "Ferry back");
    bulletin.pause(RATE * 3 / 2);
    bulletin.say("stories", Some(0), ("headline", "presenter"), "Ferry back");
    bulletin.say("stories", Some(0), ("body", "reader"), "The ferry to the harbour, which sank, is back.");
    bulletin.say("stories", Some(0), ("body", "quote"), "“It is £1.2 billion well spent,”");
    bulletin.pause(RATE / 2);
    bulletin.say("stories", Some(1), ("headline", "presenter"), "Bridge to close");
    bulletin.say("stories", Some(1), ("body", "reader"), "It shuts on 5 May.");
    bulletin.pause(RATE);
    bulletin.say("line", None, ("line", "presenter"), "That was Echo FM.");
    bulletin.pause(RATE);
    bulletin
}

/// Twelve stories of three long paragraphs.
fn long() -> Bulletin {
    let mut bulletin = Bulletin::default();
    for story in 0..12 {
        bulletin.stories.push(json!({"input": "a", "headline": format!("Council votes to keep library number {story} open for another year")}));
        let headline = format!("Council votes to keep library number {story} open for another year");
        bulletin.say("stories", Some(story), ("headline", "presenter"), &headline);
        for _ in 0..6 {
            let text = "Councillors in Holt agreed on Monday to spend £620,000 on a new roof, new windows and longer hours.";
            bulletin.say("stories", Some(story), ("body", "reader"), text);
        }
    }
    bulletin
}

fn hostile() -> Bulletin {
    let evil = "</script><script>window.pwned=1</script><img src=x onerror=window.pwned=1> \u{202E}\" onclick='window.pwned=1";
    let stories =
        vec![json!({"input": evil, "headline": evil, "byline": evil, "source": evil, "published": evil})];
    let mut bulletin = Bulletin { stories, ..Bulletin::default() };
    bulletin.say("stories", Some(0), ("headline", "presenter"), evil);
    bulletin.say("stories", Some(0), ("body", "reader"), evil);
    bulletin
}

/// Writes a page with the audio it belongs to: a tone that is there while somebody speaks.
fn write(folder: &Path, name: &str, bulletin: &Bulletin, audio: &Audio<'_>, title: &str) {
    let html = page(&bulletin.record(title), &levels(folder, name, bulletin), audio).unwrap();
    fs::write(folder.join(format!("{name}.html")), html).unwrap();
}

fn levels(folder: &Path, name: &str, bulletin: &Bulletin) -> Levels {
    let mut sink = WavSink::create(&folder.join(format!("{name}.wav")), 1, Depth::Bits16).unwrap();
    sink.restart().unwrap();
    let mut speaks = vec![false; bulletin.end.div_ceil(WORD)];
    for element in &bulletin.elements {
        let (start, length) =
            (element["start"].as_u64().unwrap() as usize, element["length"].as_u64().unwrap() as usize);
        speaks[start / WORD..(start + length) / WORD].fill(true);
    }
    for (n, speaks) in speaks.into_iter().enumerate() {
        let level = if speaks { 0.2 + 0.05 * (n % 7) as f32 } else { 0.0 };
        let tone = |at: usize| level * (at as f32 * 0.03).sin() * (at as f32 * 0.000_4).sin();
        let block: Vec<f32> = (n * WORD..((n + 1) * WORD).min(bulletin.end)).map(tone).collect();
        sink.write(&block).unwrap();
    }
    let levels = Levels::measure(&mut sink.pcm(), 800).unwrap();
    sink.commit(&Metadata::default()).unwrap();
    levels
}

fn pages(folder: &Path) {
    let link = |name: &'static str| [Source { name, media_type: "audio/wav" }];
    let bulletin = two();
    write(folder, "two", &bulletin, &Audio::Linked(&link("two.wav")), "The Seven O’Clock News");
    fs::write(folder.join("two.json"), serde_json::to_vec(&bulletin.words).unwrap()).unwrap();
    let bytes = fs::read(folder.join("two.wav")).unwrap();
    let held = Audio::Embedded { bytes: &bytes, media_type: "audio/wav" };
    write(folder, "embedded", &bulletin, &held, "The Seven O’Clock News");
    write(folder, "missing", &bulletin, &Audio::Linked(&link("nothing.wav")), "The Seven O’Clock News");
    write(folder, "long", &long(), &Audio::Linked(&link("long.wav")), "The Seven O’Clock News");
    write(
        folder,
        "hostile",
        &hostile(),
        &Audio::Linked(&link("hostile.wav")),
        "</title><script>window.pwned=1</script>",
    );
    let mut silent = Bulletin::default();
    silent.sting();
    write(folder, "silent", &silent, &Audio::Linked(&link("silent.wav")), "A sting");
}

/// Node, a browser and the modules, or what is missing.
fn tools() -> Result<(PathBuf, PathBuf), String> {
    let runs = |program: &str| {
        Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
    };
    if !runs("node") {
        return Err("node is not on the path".into());
    }
    let named = std::env::var_os("BULLETIN_CHROMIUM").map(PathBuf::from);
    let on_path = || {
        let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
        let names = ["chromium", "chromium-browser", "google-chrome"];
        names
            .into_iter()
            .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
            .find(|path| path.is_file())
    };
    let chromium = named.or_else(on_path).ok_or("no Chromium is on the path or in BULLETIN_CHROMIUM")?;
    let modules = std::env::var_os("BULLETIN_PAGE_MODULES").map(PathBuf::from);
    let modules =
        modules.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/page-modules"));
    for module in ["axe-core", "puppeteer-core"] {
        if !modules.join("node_modules").join(module).is_dir() {
            return Err(format!(
                "{module} is not in {}: npm install --prefix {0} axe-core@4 puppeteer-core@24",
                modules.display()
            ));
        }
    }
    Ok((chromium, modules))
}

#[test]
fn a_browser_reads_the_pages() {
    let (chromium, modules) = match tools() {
        Ok(tools) => tools,
        Err(missing) => {
            let must = std::env::var("CI").is_ok_and(|ci| ci == "true");
            assert!(!must, "{missing}");
            println!("skipped: {missing}");
            return;
        }
    };
    let folder = tempfile::tempdir().unwrap();
    pages(folder.path());
    let output = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page/check.mjs"))
        .args([&modules, &chromium])
        .arg(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains(" checks, 0 wrong"), "{said}");
}
