//! Several voices from end to end: who says what, how loud, and that one voice is what it was.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "support/command.rs"]
mod command;
#[path = "support/run.rs"]
mod run;

use bulletin::article;
use bulletin::lexicon::Lexicon;
use bulletin::normalise::Normaliser;
use bulletin::script::{self, Script, Sentence, Speaker, Tools};
use bulletin::sound::gating::Blocks;
use bulletin::units::SampleRate;
use command::bulletin;
use run::run;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const GB: &str = "pico-en-gb";
const US: &str = "pico-en-us";

const STORIES: [(&str, &str); 3] = [
    (
        "a.txt",
        "Harbour bridge ‘to close for a month’\n\
         The bridge over the Tarn will close on 3 May for £1.2m of repairs, the council said.\n\
         “It could not wait any longer,” said Cllr Ann Orme. “We looked at the ‘two-tier’ plan. It was dearer.\n\
         “It was slower, too.” Buses will run every 20 minutes.\n",
    ),
    (
        "b.txt",
        "Ferry fares to rise by 4% from June\n\
         Fares on the Tarn ferry will rise by 4% from 1 June, the operator said on Monday.\n\
         A passenger called it “the worst deal on the water”. A single ticket will cost £3.20.\n",
    ),
    (
        "c.txt",
        "Choir wins first prize\n\
         The choir of the harbour school won the first prize with “The Song of the Sea” in Leeds on Saturday.\n\
         It had come second four times.\n",
    ),
];

fn newsroom() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in STORIES {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn with<'a>(command: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [command, &["a.txt", "b.txt", "c.txt", "--station", "Echo", "--date", "2026-03-03"], more].concat()
}

fn produce(folder: &TempDir, name: &str, more: &[&str]) -> (Vec<u8>, Value) {
    let arguments = with(&["produce", "-q", "--record", "-o", name], more);
    let (code, _, err) = run(folder, &arguments);
    assert_eq!(code, 0, "{more:?}: {err}");
    let path = folder.path().join(name);
    let record = fs::read(path.with_extension("record.json")).unwrap();
    (fs::read(path).unwrap(), serde_json::from_slice(&record).unwrap())
}

fn scripted(folder: &TempDir, more: &[&str]) -> Value {
    let (code, out, err) = run(folder, &with(&["script", "--json"], more));
    assert_eq!(code, 0, "{more:?}: {err}");
    serde_json::from_str(&out).unwrap()
}

/// Elements that a voice speaks.
fn spoken(record: &Value) -> Vec<&Value> {
    record["elements"].as_array().unwrap().iter().filter(|e| !e["voice"].is_null()).collect()
}

fn text<'a>(element: &'a Value, field: &str) -> &'a str {
    element[field].as_str().unwrap()
}

/// The loudness of each voice's speech in a file, in LUFS of its left channel.
fn levels(wav: &[u8], record: &Value) -> BTreeMap<String, f64> {
    let mut reader = hound::WavReader::new(wav).unwrap();
    let samples: Vec<f32> = reader.samples::<i16>().map(|s| f32::from(s.unwrap()) / 32_768.0).collect();
    let mut blocks: BTreeMap<String, Blocks> = BTreeMap::new();
    for element in spoken(record) {
        let (start, length) = (element["start"].as_u64().unwrap(), element["length"].as_u64().unwrap());
        let frames = samples.as_chunks::<2>().0[start as usize..(start + length) as usize].iter();
        let left: Vec<f32> = frames.map(|frame| frame[0]).collect();
        let measured = Blocks::measure(&left, SampleRate::PROGRAMME).unwrap();
        blocks.entry(text(element, "voice").to_owned()).or_default().extend(&measured);
    }
    blocks.into_iter().map(|(voice, blocks)| (voice, blocks.integrated().unwrap().0)).collect()
}

#[test]
fn presenter_and_reader_each_say_their_own_and_are_as_loud() {
    let folder = newsroom();
    let cast = ["--rundown", "briefing", "--sting", "none", "--presenter", GB, "--reader", US];
    let (wav, record) = produce(&folder, "two.wav", &cast);
    let mut heard = BTreeMap::new();
    for element in spoken(&record) {
        let role = element["role"].as_str().unwrap_or("line");
        *heard.entry((role, text(element, "voice"))).or_insert(0) += 1;
    }
    let roles: Vec<_> = heard.keys().copied().collect();
    assert_eq!(roles, [("body", US), ("headline", GB), ("line", GB)]);
    assert_eq!(record["voice"], GB);
    assert_eq!(text(&record, "engine").matches("svox-pico").count(), 2);
    let levels = levels(&wav, &record);
    assert!((levels[GB] - levels[US]).abs() < 1.0, "{levels:?}");
    // Without a word from the job's own voice, the bulletin is known by the first that is heard.
    let all = ["--presenter", US, "--reader", US];
    assert_eq!(produce(&folder, "us.wav", &all).1["voice"], US);
    assert_eq!(scripted(&folder, &all)["voice"], US);
}

#[test]
fn one_voice_by_any_name_gives_the_same_bytes() {
    let folder = newsroom();
    for rundown in ["plain", "briefing"] {
        let arguments = ["--rundown", rundown, "--voice", US];
        let (plain, record) = produce(&folder, "plain.wav", &arguments);
        let everyone = [&arguments[..], &["--presenter", US, "--reader", US, "--quotes", US]].concat();
        let (named, named_record) = produce(&folder, "named.wav", &everyone);
        assert!(plain == named, "{rundown}");
        // The same but for the name.
        let (mut record, mut named_record) = (record, named_record);
        let files = [&mut record, &mut named_record].map(|record| record["files"][0]["name"].take());
        assert_eq!(files, ["plain.wav", "named.wav"]);
        assert_eq!(record, named_record);
        assert!(spoken(&record).iter().all(|e| e["voice"] == US));
    }
}

#[test]
fn readers_take_turns_story_by_story() {
    let folder = newsroom();
    for flags in [&["--reader", "pico-en-us,pico-en-gb"][..], &["--reader", US, "--reader", GB]] {
        let script = scripted(&folder, flags);
        let voices: Vec<_> =
            script["stories"].as_array().unwrap().iter().map(|s| &s["sentences"][1]["voice"]).collect();
        assert_eq!(voices, [US, GB, US]);
        let headlines = script["stories"].as_array().unwrap().iter().map(|s| &s["sentences"][0]);
        assert!(headlines.clone().all(|h| h["role"] == "headline" && h["voice"] == GB));
    }
}

#[test]
fn what_is_quoted_is_in_another_voice_and_no_word_changes() {
    let folder = newsroom();
    let cast = ["--voice", GB, "--quotes", US, "--sting", "none"];
    let (wav, record) = produce(&folder, "quotes.wav", &cast);
    let quoted: Vec<_> =
        spoken(&record).into_iter().filter(|e| e["voice"] == US).map(|e| text(e, "written")).collect();
    assert_eq!(
        quoted,
        [
            "“It could not wait any longer,”",
            "“We looked at the ‘two-tier’ plan.",
            "It was dearer.",
            "“It was slower, too.”",
            "“the worst deal on the water”.",
        ]
    );
    let (_, whole) = produce(&folder, "whole.wav", &["--voice", GB, "--sting", "none"]);
    let words = |record: &Value| -> Vec<String> {
        let all = spoken(record).into_iter().flat_map(|e| text(e, "spoken").split(' '));
        all.map(|word| word.trim_end_matches(['.', ',']).to_owned()).collect()
    };
    assert_eq!(words(&record), words(&whole));
    // Where the voice changes inside a sentence there is a breath, and no more.
    let elements = spoken(&record);
    let at = elements.iter().position(|e| e["written"] == "“It could not wait any longer,”").unwrap();
    let end = elements[at]["start"].as_u64().unwrap() + elements[at]["length"].as_u64().unwrap();
    assert_eq!(elements[at + 1]["start"].as_u64().unwrap() - end, 120 * 48);
    let levels = levels(&wav, &record);
    assert!((levels[GB] - levels[US]).abs() < 1.0, "{levels:?}");
}

#[test]
fn no_word_and_no_letter_of_an_article_is_lost_between_voices() {
    let (normaliser, lexicon) = (Normaliser::default(), Lexicon::default());
    let tools = Tools { normaliser: &normaliser, lexicon: &lexicon };
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut quoted = 0;
    for entry in ["clean", "desks", "edit"].iter().flat_map(|name| fs::read_dir(fixtures.join(name)).unwrap())
    {
        let path = entry.unwrap().path();
        let name = path.display().to_string();
        let Ok(article) = article::read(&fs::read(&path).unwrap(), &name, &article::Settings::default())
        else {
            continue;
        };
        let write = |quotes_apart| {
            let settings = script::Settings { quotes_apart, ..script::Settings::default() };
            Script::write(vec![(name.clone(), article.clone())], tools, &settings)
        };
        let (Ok(whole), Ok(apart)) = (write(false), write(true)) else { continue };
        let words = |script: &Script| -> Vec<String> {
            let words = |s: &Sentence| s.spoken.words().map(|word| word.text.to_owned()).collect::<Vec<_>>();
            script.sentences().flat_map(words).collect()
        };
        assert_eq!(words(&whole), words(&apart), "{name}");
        let letters = |script: &Script| -> String {
            script.sentences().flat_map(|s| s.written.chars()).filter(|c| !c.is_whitespace()).collect()
        };
        assert_eq!(letters(&whole), letters(&apart), "{name}");
        for sentence in apart.sentences() {
            assert!(sentence.spoken.text().starts_with(char::is_alphanumeric), "{name}: {sentence:?}");
            quoted += usize::from(sentence.speaker == Speaker::Quote);
        }
    }
    assert!(quoted > 50, "{quoted}");
}

#[test]
fn a_story_without_a_headline_is_announced_by_its_whole_first_sentence() {
    let folder = newsroom();
    fs::write(
        folder.path().join("d.txt"),
        "“We will not close the bridge,” the council said.\n\nIt is old.\n",
    )
    .unwrap();
    let arguments =
        ["script", "d.txt", "--plain", "--rundown", "headlines", "--station", "Echo", "--quotes", US];
    let (code, out, err) = run(&folder, &arguments);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("We will not close the bridge,\nthe council said.\n"), "{out}");
    assert!(!out.contains("It is old"), "{out}");
}

#[test]
fn lengths_are_predicted_at_the_pace_of_whoever_speaks_and_kept() {
    let folder = newsroom();
    let cast = ["--presenter", GB, "--reader", US, "--quotes", GB];
    for more in [&["--sting", "none"][..], &["--max", "20s"], &["--duration", "40s"]] {
        let arguments = [&cast[..], more].concat();
        let predicted = scripted(&folder, &arguments);
        let (wav, record) = produce(&folder, "long.wav", &arguments);
        let frames = hound::WavReader::new(&wav[..]).unwrap().duration();
        let (made_s, predicted_s) = (f64::from(frames) / 48_000.0, predicted["seconds"].as_f64().unwrap());
        assert!((made_s / predicted_s - 1.0).abs() < 0.05, "{more:?}: {made_s} s, predicted {predicted_s} s");
        if more[0] == "--duration" {
            assert_eq!(frames, 40 * 48_000);
        }
        // The file says what the script says, by the same voices.
        let said = |of: &Value| (text(of, "voice").to_owned(), text(of, "spoken").to_owned());
        let stories = predicted["stories"].as_array().unwrap().iter();
        let scripted: Vec<_> = stories.flat_map(|s| s["sentences"].as_array().unwrap()).map(said).collect();
        let made: Vec<_> =
            spoken(&record).into_iter().filter(|e| e["kind"] == "sentence").map(said).collect();
        assert!(made.iter().all(|sentence| scripted.contains(sentence)), "{more:?}: {made:?}\n{scripted:?}");
    }
}

#[test]
fn a_change_of_speaker_is_marked_where_there_is_one() {
    let folder = newsroom();
    let page = |more: &[&str]| {
        let (code, out, err) = run(&folder, &with(&["script"], more));
        assert_eq!(code, 0, "{more:?}: {err}");
        out
    };
    assert!(!page(&[]).contains("[voice: "));
    let one = page(&["--presenter", US, "--reader", US]);
    assert!(!one.contains("[voice: "), "{one}");
    let two = page(&["--reader", US]);
    let marks: Vec<_> = two.lines().filter_map(|line| line.trim().strip_prefix("[voice: ")).collect();
    assert_eq!(marks, [GB, US, GB, US, GB, US].map(|voice| format!("{voice}]")));
    // A sentence in parts is one sentence.
    let counted = |page: &str| page.lines().last().unwrap().split(',').next().unwrap().to_owned();
    assert_eq!(counted(&page(&["--quotes", US])), counted(&two));
}

#[test]
fn an_unknown_voice_is_refused_with_its_flag_and_settings_are_shown() {
    let folder = newsroom();
    for flag in ["--presenter", "--reader", "--quotes"] {
        for command in ["produce", "script"] {
            let (code, _, err) = run(&folder, &[command, "a.txt", flag, "bob"]);
            assert_eq!(code, 2, "{err}");
            assert!(err.contains(&format!("{flag}: no voice called \"bob\"")), "{err}");
            assert!(err.contains("the voices are: ") && err.contains("pico-en-gb, pico-en-us"), "{err}");
        }
    }
    fs::write(
        folder.path().join("bulletin.toml"),
        "presenter = \"pico-en-us\"\nreader = [\"pico-en-us\", \"pico-en-gb\"]\n",
    )
    .unwrap();
    let shown = |variable: (&str, &str)| {
        let output = bulletin(&folder).env(variable.0, variable.1).arg("config").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let config = shown(("BULLETIN_QUOTES", GB));
    for line in [
        "presenter = \"pico-en-us\"  # ./bulletin.toml",
        "reader = [\"pico-en-us\",\"pico-en-gb\"]  # ./bulletin.toml",
        "quotes = \"pico-en-gb\"  # BULLETIN_QUOTES",
    ] {
        assert!(config.contains(line), "{line} in\n{config}");
    }
    // A voice for everyone goes over the cast of the layers below.
    let config = shown(("BULLETIN_VOICE", GB));
    for line in [
        "presenter = \"pico-en-gb\"  # built in",
        "reader = [\"pico-en-gb\"]  # built in",
        "quotes = none  # built in",
    ] {
        assert!(config.contains(line), "{line} in\n{config}");
    }
}
