//! Piper's voices, through the library and from end to end, with the tiny ones of `scripts/tiny_voice.py`: what they say
//! is noise, but as long, as loud and as often as a voice's.

#![cfg(feature = "piper")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[path = "support/command.rs"]
mod command;
#[path = "support/run.rs"]
mod run;

use bulletin::article::Article;
use bulletin::lexicon::{Action, Entry, Layer, Lexicon, Sound};
use bulletin::normalise::Normaliser;
use bulletin::script::{Script, Sentence, Settings, Tools};
use bulletin::voice::{self, Engine, Prosody, Registry, Take};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const MEDIUM: &str = "tiny-medium";
const HIGH: &str = "tiny-high";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/voice").join(name)
}

/// A folder of profiles with one voice, `mine`.
fn profiles(model: &str, more: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_profile(folder.path(), &fixture(model).with_extension("onnx"), more);
    folder
}

fn write_profile(folder: &Path, model: &Path, more: &str) {
    let text = format!(
        "name = \"mine\"\nengine = \"piper\"\nlanguage = \"en-GB\"\nlicence = \"none\"\n[piper]\nmodel = {:?}\n{more}\n",
        model.display().to_string()
    );
    fs::write(folder.join("mine.toml"), text).unwrap();
}

fn voices(folder: &TempDir) -> Registry {
    let mut voices = Registry::built_in();
    voices.add_folder(folder.path()).unwrap();
    voices
}

fn open(folder: &TempDir) -> bulletin::Result<Box<dyn Engine>> {
    voices(folder).get("mine").unwrap().open(&voice::Settings::new(folder.path().into()))
}

fn engine(model: &str, more: &str) -> Box<dyn Engine> {
    open(&profiles(model, more)).unwrap()
}

fn sentence(text: &str, entries: Vec<Entry>) -> Sentence {
    let article = Article { paragraphs: vec![text.to_owned().into()], ..Article::default() };
    let tools = Tools { normaliser: &Normaliser::default(), lexicon: &Lexicon::new(entries) };
    let script = Script::write(vec![("text".into(), article)], tools, &Settings::default()).unwrap();
    script.stories.into_iter().flat_map(|s| s.sentences).next().unwrap()
}

fn say(engine: &mut dyn Engine, text: &str) -> Take {
    engine.speak(&sentence(text, Vec::new()), &Prosody::default()).unwrap()
}

const TEXT: &str = "The bridge over the Tarn will close on 3 May, the council said.";

#[test]
fn a_take_is_the_same_every_time_in_every_engine() {
    let mut one = engine(MEDIUM, "");
    let first = say(&mut *one, TEXT);
    say(&mut *one, "Something else altogether came between the two.");
    assert!(first == say(&mut *one, TEXT));
    assert!(first == say(&mut *engine(MEDIUM, ""), TEXT));
    let settings = voice::Settings { threads: 2, ..voice::Settings::new(std::env::temp_dir()) };
    let folder = profiles(MEDIUM, "");
    let mut wide = voices(&folder).get("mine").unwrap().open(&settings).unwrap();
    assert!(first == say(&mut *wide, TEXT));
    assert_eq!(first.rate.0, 22_050);
    assert!(first.samples.iter().all(|s| s.is_finite() && s.abs() <= 1.0));
}

#[test]
fn words_are_heard_in_order_inside_the_take() {
    for text in [TEXT, "Yes.", "The B B C and A and E: nothing, not even M Ps, came of it; none!"] {
        let mut engine = engine(HIGH, "");
        let sentence = sentence(text, Vec::new());
        let take = engine.speak(&sentence, &Prosody::default()).unwrap();
        let times = engine.word_times(&sentence, &Prosody::default(), &take).unwrap();
        let spoken: Vec<_> = sentence.spoken.words().map(|word| word.spoken).collect();
        assert_eq!(times.iter().map(|t| t.spoken.clone()).collect::<Vec<_>>(), spoken, "{text}");
        let mut before = 0;
        for time in &times {
            assert!(
                before <= time.samples.start && time.samples.start < time.samples.end,
                "{text}: {times:?}"
            );
            before = time.samples.start;
        }
        assert!(times.last().unwrap().samples.end <= take.samples.len(), "{text}");
    }
}

#[test]
fn speed_speaker_and_noise_are_the_profiles_and_the_callers() {
    let length = |more: &str, rate: f64| {
        let prosody = Prosody { rate, pitch: 1.0 };
        engine(HIGH, more).speak(&sentence(TEXT, Vec::new()), &prosody).unwrap().samples.len() as f64
    };
    // Frames are whole, so twice as fast is nearly half as long.
    let still = "noise_scale = 0.0\nnoise_w = 0.0";
    let ratio = length(still, 2.0) / length(still, 1.0);
    assert!((0.4..0.75).contains(&ratio), "{ratio}");
    let first = say(&mut *engine(HIGH, ""), TEXT);
    assert!(first == say(&mut *engine(HIGH, "speaker = 0"), TEXT));
    assert!(first == say(&mut *engine(HIGH, "speaker = \"p0\""), TEXT));
    assert!(first != say(&mut *engine(HIGH, "speaker = 1"), TEXT));
    assert!(
        say(&mut *engine(HIGH, "speaker = 2"), TEXT) == say(&mut *engine(HIGH, "speaker = \"p2\""), TEXT)
    );
    assert!(first != say(&mut *engine(HIGH, still), TEXT));
}

#[test]
fn the_lexicon_decides_what_is_said() {
    let entry = |sound| Entry {
        term: "Milngavie".into(),
        action: Action::Say(sound),
        case_sensitive: true,
        language: None,
        story: None,
        layer: Layer::House,
        place: "test".into(),
    };
    let text = "The road to Milngavie is closed.";
    let request = |entries| {
        let folder = profiles(MEDIUM, "");
        let sentence = sentence(text, entries);
        voices(&folder).get("mine").unwrap().request(&sentence, &Prosody::default()).unwrap()
    };
    let plain = request(Vec::new());
    let ipa = request(vec![entry(Sound::Ipa("mʌlˈɡaɪ".into()))]);
    let respelled = request(vec![entry(Sound::Respelling("mul guy".into()))]);
    assert!(plain != ipa && plain != respelled && ipa != respelled);
    // The words' times are those of the words that were there.
    let sentence = sentence(text, vec![entry(Sound::Respelling("mul guy".into()))]);
    let take = engine(MEDIUM, "").speak(&sentence, &Prosody::default()).unwrap();
    assert_eq!(take.words.len(), sentence.spoken.words().count());
}

#[test]
fn what_cannot_be_opened_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("voice.onnx");
    let config = fs::read_to_string(fixture("tiny-high.onnx.json")).unwrap();
    fs::copy(fixture("tiny-high.onnx"), &copy).unwrap();
    let failure = |more: &str, config: &str| {
        fs::write(folder.path().join("voice.onnx.json"), config).unwrap();
        write_profile(folder.path(), &copy, more);
        open(&folder).err().unwrap().to_string()
    };
    for (more, config, part) in [
        ("speaker = 3", &*config, "there is no speaker 3: the model has 3, numbered from 0: p0, p1, p2"),
        ("speaker = \"bob\"", &config, "there is no speaker bob"),
        ("noise_w = nan", &config, "noise_w = NaN is outside 0 to 2"),
        ("noise_scale = 1e30", &config, "is outside 0 to 2"),
        ("", &config.replace("[14]", "[14,14,14,14,14]"), "more than 4 numbers for \"a\""),
        ("", "{}", "missing field `audio`"),
        ("", "<html>", "it is no configuration of a Piper voice"),
        (
            "",
            &config.replace("\"espeak\": {\"voice\": \"en-gb-x-rp\"}", "\"espeak\": {\"voice\": \"de\"}"),
            "it speaks \"de\"",
        ),
        (
            "",
            &config.replace("\"phoneme_type\": \"espeak\"", "\"phoneme_type\": \"text\""),
            "phonemes of the kind \"text\"",
        ),
        ("", &config.replace("22050", "7"), "7 Hz cannot be"),
        ("", &config.replace("0.667", "-1"), "noise_scale = -1 cannot be"),
    ] {
        let error = failure(more, config);
        assert!(error.contains(part), "{error} should say {part}");
    }
    fs::write(folder.path().join("voice.onnx.json"), &config).unwrap();
    fs::write(&copy, "version https://git-lfs.github.com/spec/v1\n").unwrap();
    let error = open(&folder).err().unwrap();
    assert!(error.to_string().contains("not a readable ONNX file"), "{error}");
    assert!(error.hint().unwrap().contains("bulletin voices install mine"));
    fs::remove_file(&copy).unwrap();
    assert!(open(&folder).err().unwrap().to_string().contains("voice.onnx"));
}

#[test]
fn a_bulletin_by_a_neural_voice() {
    let folder = tempfile::tempdir().unwrap();
    let voices = folder.path().join("config/bulletin/voices");
    fs::create_dir_all(&voices).unwrap();
    write_profile(&voices, &fixture("tiny-medium.onnx"), "");
    let story = "Harbour bridge to close\nThe bridge over the Tarn will close on 3 May for repairs, the council said.\n\
                 Buses will run every 20 minutes.\n";
    fs::write(folder.path().join("a.txt"), story).unwrap();
    let make = |name: &str, more: &[&str]| {
        let arguments =
            [&["produce", "a.txt", "-q", "--record", "--words", "--voice", "mine", "-o", name], more]
                .concat();
        let (code, _, err) = run::run(&folder, &arguments);
        assert_eq!(code, 0, "{err}");
        fs::read(folder.path().join(name)).unwrap()
    };
    let first = make("one.wav", &["--no-cache", "--jobs", "1"]);
    assert!(first == make("two.wav", &["--jobs", "2"]), "the same on any number of threads");
    assert!(first == make("three.wav", &[]), "the same from the cache");
    let record: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("one.record.json")).unwrap()).unwrap();
    assert_eq!(record["voice"], "mine");
    assert!(record["engine"].as_str().unwrap().starts_with("piper-vits"), "{record}");
    assert!(record["instead"].is_null());
}
