//! The embedded voice, through the library.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use bulletin::lexicon::{Action, Entry, Layer, Lexicon, Sound};
use bulletin::normalise::Normaliser;
use bulletin::script::{Script, Settings, Tools};
use bulletin::voice::{self, Engine, Prosody, Registry};
use bulletin::{article::Article, script::Sentence};

fn engine(name: &str) -> Box<dyn Engine> {
    let cache_folder = std::env::temp_dir().join("bulletin-tests");
    Registry::built_in().get(name).unwrap().open(&voice::Settings::new(cache_folder)).unwrap()
}

fn sentence(text: &str, entries: Vec<Entry>) -> Sentence {
    let article = Article { paragraphs: vec![text.to_owned().into()], ..Article::default() };
    let tools = Tools { normaliser: &Normaliser::default(), lexicon: &Lexicon::new(entries) };
    let script = Script::write(vec![("text".into(), article)], tools, &Settings::default()).unwrap();
    let mut sentences = script.stories.into_iter().flat_map(|s| s.sentences);
    let sentence = sentences.next().unwrap();
    assert!(sentences.next().is_none(), "one sentence wanted: {text}");
    sentence
}

fn say(engine: &mut dyn Engine, text: &str) -> Vec<f32> {
    engine.speak(&sentence(text, Vec::new()), &Prosody::default()).unwrap().samples
}

fn entry(term: &str, sound: Sound) -> Entry {
    Entry {
        term: term.into(),
        action: Action::Say(sound),
        case_sensitive: true,
        language: None,
        story: None,
        layer: Layer::House,
        place: "test".into(),
    }
}

#[test]
fn a_take_does_not_depend_on_what_was_said_before() {
    let mut one = engine("pico-en-gb");
    let first = say(&mut *one, "Parliament returns on Monday.");
    say(&mut *one, "Something else altogether, at length, came between the two.");
    assert!(first == say(&mut *one, "Parliament returns on Monday."));
    assert!(first == say(&mut *engine("pico-en-gb"), "Parliament returns on Monday."));
    assert!(first != say(&mut *engine("pico-en-us"), "Parliament returns on Monday."));
}

#[test]
fn engines_on_several_threads_agree() {
    let text = "Britain will use anti-terror tactics against people smugglers.";
    let alone = say(&mut *engine("pico-en-gb"), text);
    let takes: Vec<_> =
        (0..4).map(|_| std::thread::spawn(move || say(&mut *engine("pico-en-gb"), text))).collect();
    for take in takes {
        assert!(alone == take.join().unwrap());
    }
}

#[test]
fn nothing_clips_and_speech_is_loud_enough() {
    let samples = say(
        &mut *engine("pico-en-gb"),
        "The quick brown fox jumps over the lazy dog, and Parliament returns.",
    );
    let peak = samples.iter().fold(0f32, |peak, s| peak.max(s.abs()));
    assert!((0.2..0.95).contains(&peak), "{peak}");
}

#[test]
fn the_letter_a_is_not_the_article() {
    // As the article it is a schwa, the shortest of vowels; the letter's name is a diphthong under stress.
    let mut pico = engine("pico-en-gb");
    let seconds = |samples: &[f32]| samples.len() as f64 / 16_000.0;
    let letters = sentence("The AA said so.", Vec::new());
    assert_eq!(letters.spoken.text(), "The A A said so.");
    let as_letters = seconds(&pico.speak(&letters, &Prosody::default()).unwrap().samples);
    let schwas = vec![entry("A A", Sound::Ipa("ə ə".into()))];
    let as_articles =
        seconds(&pico.speak(&sentence("The AA said so.", schwas), &Prosody::default()).unwrap().samples);
    assert!(as_letters > as_articles + 0.08, "{as_letters} {as_articles}");
}

#[test]
fn a_pronunciation_changes_the_take_and_only_that_word() {
    let mut pico = engine("pico-en-gb");
    let plain = say(&mut *pico, "Sir Keir spoke.");
    let mut with = |sound| {
        pico.speak(&sentence("Sir Keir spoke.", vec![entry("Keir", sound)]), &Prosody::default())
            .unwrap()
            .samples
    };
    // Pico happens to say Keir as Sir Keir does, so the right readings change nothing and a wrong one does.
    assert!(plain == with(Sound::Respelling("keer".into())));
    assert!(plain == with(Sound::Ipa("ˈkɪə".into())));
    let respelt = with(Sound::Respelling("kyre".into()));
    let ipa = with(Sound::Ipa("ˈkaɪə".into()));
    assert!(plain != respelt && plain != ipa);
    // The words before it are untouched, so the takes begin alike.
    let same = plain.iter().zip(&respelt).take_while(|(a, b)| (*a - *b).abs() < f32::EPSILON).count();
    assert!(same > 1_000, "{same}");
}

#[test]
fn every_sound_of_english_reaches_both_voices() {
    // A sound Pico does not know it drops without a word, which leaves the bare frame.
    for voice in ["pico-en-gb", "pico-en-us"] {
        let mut pico = engine(voice);
        let mut length = |ipa: &str| {
            let entries = vec![entry("Xeno", Sound::Ipa(ipa.into()))];
            pico.speak(&sentence("Xeno", entries), &Prosody::default()).unwrap().samples.len()
        };
        let frame = length("bɒbɒb");
        for sound in [
            "eɪ", "aɪ", "ɔɪ", "aʊ", "əʊ", "oʊ", "ɪə", "eə", "ʊə", "iː", "ɑː", "ɔː", "uː", "ɜː", "tʃ", "dʒ",
            "p", "t", "d", "k", "g", "f", "v", "θ", "ð", "s", "z", "ʃ", "ʒ", "h", "x", "m", "n", "ŋ", "l",
            "r", "j", "w", "ɪ", "i", "e", "ɛ", "æ", "a", "ɑ", "ɔ", "ʊ", "u", "ʌ", "ə", "o",
        ] {
            assert!(length(&format!("bɒb{sound}ɒb")) > frame, "{voice} drops {sound}");
        }
    }
}

#[test]
fn rate_and_pitch_are_heard() {
    let mut pico = engine("pico-en-gb");
    let text = sentence("The council will meet again on Thursday to vote on the plan.", Vec::new());
    let mut length = |rate, pitch| pico.speak(&text, &Prosody { rate, pitch }).unwrap().samples.len() as f64;
    let (normal, fast, slow) = (length(1.0, 1.0), length(1.25, 1.0), length(0.8, 1.0));
    assert!((1.15..1.3).contains(&(normal / fast)), "{}", normal / fast);
    assert!((1.15..1.3).contains(&(slow / normal)), "{}", slow / normal);
    assert!((length(1.0, 1.2) / normal - 1.0).abs() < 0.02);
}

#[test]
fn odd_text_neither_panics_nor_hangs() {
    let mut pico = engine("pico-en-gb");
    for text in ["a".repeat(500), "Żółć ñandú.".into(), "Один два три".into(), "word, ".repeat(400)]
    {
        say(&mut *pico, &text);
    }
    let endless = sentence(&"a".repeat(20_000), Vec::new());
    let error = pico.speak(&endless, &Prosody::default()).unwrap_err().to_string();
    assert!(error.contains("failed on"), "{error}");
    // And it speaks on as if nothing had happened.
    assert!(say(&mut *pico, "Good evening.") == say(&mut *engine("pico-en-gb"), "Good evening."));
}

#[test]
fn words_begin_where_they_are_heard() {
    let mut engine = engine("pico-en-gb");
    // Each after a pause that can be seen in the take: where sound begins again, a word does.
    let sentence = sentence(
        "Bread, cheese, apples, pears, and grapes: that was Tuesday; milk is for Thursday.",
        Vec::new(),
    );
    let prosody = Prosody::default();
    let take = engine.speak(&sentence, &prosody).unwrap();
    let words = engine.word_times(&sentence, &prosody, &take).unwrap();
    let spoken: Vec<&str> = words.iter().map(|word| &sentence.spoken.text()[word.spoken.clone()]).collect();
    assert_eq!(spoken.len(), sentence.spoken.words().count());
    // In order, inside the take, none without a length.
    assert!(words.windows(2).all(|pair| pair[0].samples.end <= pair[1].samples.start), "{words:?}");
    assert!(
        words
            .iter()
            .all(|word| word.samples.start < word.samples.end && word.samples.end <= take.samples.len())
    );
    let peak = take.samples.iter().fold(0f32, |peak, s| peak.max(s.abs()));
    let loud =
        |at: usize| take.samples[at..(at + 80).min(take.samples.len())].iter().any(|s| s.abs() > peak * 0.02);
    // 5 ms windows: 100 ms of silence and then sound.
    let windows: Vec<bool> = (0..take.samples.len()).step_by(80).map(loud).collect();
    let begins = (20..windows.len()).filter(|&n| windows[n] && windows[n - 20..n].iter().all(|loud| !loud));
    let begins: Vec<usize> = begins.map(|n| n * 80).collect();
    assert!(begins.len() >= 3, "{begins:?}");
    for begin in begins {
        let nearest = words.iter().map(|word| word.samples.start.abs_diff(begin)).min().unwrap();
        // 30 ms.
        assert!(nearest <= 480, "sound begins at {begin}, and no word within {nearest}: {words:?}");
    }
    // The same sentence, the same times.
    assert_eq!(engine.word_times(&sentence, &prosody, &take).unwrap(), words);
}

#[test]
fn the_words_of_a_very_long_sentence_are_found() {
    let mut engine = engine("pico-en-gb");
    for count in [57, 66, 130] {
        let text = "the old road is shut so that ".repeat(count / 7 + 1);
        let words: Vec<&str> = text.split_whitespace().take(count).collect();
        let sentence = sentence(&format!("{}.", words.join(" ")), Vec::new());
        let take = engine.speak(&sentence, &Prosody::default()).unwrap();
        let times = engine.word_times(&sentence, &Prosody::default(), &take).unwrap();
        assert_eq!(times.len(), count);
        assert!(times.iter().all(|word| !word.samples.is_empty()), "{count}: {times:?}");
        assert!(
            times.windows(2).all(|pair| pair[0].samples.end <= pair[1].samples.start),
            "{count}: {times:?}"
        );
        // The same words take about the same time, wherever they stand.
        let roads = times.iter().skip(2).step_by(7).map(|word| word.samples.len());
        let (least, most) = (roads.clone().min().unwrap(), roads.max().unwrap());
        // Past a hundred words Pico itself parts the sentence, and not where it does with tags.
        assert!(count > 100 || least * 2 > most, "{count}: {least} {most}");
    }
}
