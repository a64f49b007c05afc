//! Cuts to a length: what a listener must have heard is there, lengths are kept, and nothing depends on luck.
//!
//! The articles under `tests/fixtures/edit` are marked by hand; their README says how.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use bulletin::article::{Article, Paragraph};
use bulletin::lexicon::Lexicon;
use bulletin::normalise::Normaliser;
use bulletin::script::edit::Settings;
use bulletin::script::{self, Role, Script, Story, Tools};
use bulletin::voice::Registry;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

/// What a sentence of a fixture needs.
#[derive(Debug, Clone)]
enum Mark {
    /// One of these, or an edit of the sentence itself.
    One { any: Vec<usize>, or_edit: bool },
    /// The same quotation: both or neither.
    Same(usize),
    /// Must never go in.
    Never,
}

struct Fixture {
    name: String,
    article: Article,
    sentences: Vec<(String, Vec<Mark>)>,
}

fn mark(text: &str) -> Mark {
    let number = |n: &str| n.trim().parse::<usize>().unwrap() - 1;
    let text = text.trim();
    if text == "!" {
        return Mark::Never;
    }
    if let Some(n) = text.strip_prefix('=') {
        return Mark::Same(number(n));
    }
    let any = text.trim_start_matches('~').split('|').map(number).collect();
    Mark::One { any, or_edit: text.starts_with('~') }
}

fn fixture(path: &Path) -> Fixture {
    let text = std::fs::read_to_string(path).unwrap();
    let mut blocks = text.trim().split("\n\n");
    let headline = blocks.next().unwrap().strip_prefix("# ").unwrap().to_owned();
    let mut sentences = Vec::new();
    let mut paragraphs = Vec::new();
    for block in blocks {
        let mut written = Vec::new();
        for line in block.lines() {
            let (sentence, marks) = line.split_once(" <- ").unwrap_or((line, ""));
            written.push(sentence.trim());
            let marks = marks.split('&').filter(|m| !m.trim().is_empty()).map(mark).collect();
            sentences.push((sentence.trim().to_owned(), marks));
        }
        paragraphs.push(Paragraph::from(written.join(" ")));
    }
    let article = Article { headline: Some(headline), paragraphs, ..Article::default() };
    Fixture { name: path.file_stem().unwrap().to_string_lossy().into_owned(), article, sentences }
}

static FIXTURES: LazyLock<Vec<Fixture>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/edit");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    paths.sort();
    paths.iter().map(|path| fixture(path)).collect()
});

fn cut(article: &Article, settings: Settings) -> Story {
    static TOOLS: LazyLock<(Normaliser, Lexicon, Registry)> =
        LazyLock::new(|| (Normaliser::default(), Lexicon::default(), Registry::built_in()));
    let (normaliser, lexicon, voices) = &*TOOLS;
    let pace = voices.get("pico-en-gb").unwrap().pace_at(1.0);
    let tools = Tools { normaliser, lexicon };
    let articles = vec![("a.txt".to_owned(), article.clone())];
    let settings = Some((settings, &pace as &dyn bulletin::script::Paces));
    let script = Script::write_with(articles, &[], tools, &script::Settings::default(), settings).unwrap();
    script.stories.into_iter().next().unwrap()
}

fn seconds(max_s: f64) -> Settings {
    Settings { max_s: Some(max_s), sentences: None }
}

/// The body's sentences as the article has them, and whether each was edited.
fn originals(story: &Story) -> Vec<(String, bool)> {
    let body = story.sentences.iter().enumerate().filter(|(_, s)| s.role == Role::Body);
    body.map(|(n, sentence)| {
        let edit = story.edits.iter().find(|edit| edit.sentence == n);
        (edit.map_or_else(|| sentence.written.clone(), |edit| edit.original.clone()), edit.is_some())
    })
    .collect()
}

#[test]
fn fixtures_are_many_and_fall_into_the_sentences_they_are_marked_by() {
    assert!(FIXTURES.len() >= 20, "{}", FIXTURES.len());
    for fixture in FIXTURES.iter() {
        let whole = cut(&fixture.article, Settings::default());
        let found: Vec<String> = originals(&whole).into_iter().map(|(text, _)| text).collect();
        let marked: Vec<String> = fixture.sentences.iter().map(|(text, _)| text.clone()).collect();
        assert_eq!(found, marked, "{}", fixture.name);
        assert!((8..=20).contains(&marked.len()), "{}: {}", fixture.name, marked.len());
    }
}

#[test]
fn nothing_leans_on_what_is_gone() {
    let (mut report, mut checked) = (String::new(), 0);
    for fixture in FIXTURES.iter() {
        for slot in [10.0, 12.0, 15.0, 17.0, 20.0, 23.0, 25.0, 28.0, 30.0, 33.0, 35.0, 40.0, 45.0, 60.0] {
            let story = cut(&fixture.article, seconds(slot));
            if story.cut.is_none() {
                continue;
            }
            let kept = originals(&story);
            let index = |text: &str| fixture.sentences.iter().position(|(t, _)| t == text).unwrap();
            let cut: Vec<(usize, bool)> = kept.iter().map(|(text, edited)| (index(text), *edited)).collect();
            let has = |n: usize| cut.iter().any(|(kept, _)| *kept == n);
            for &(n, edited) in &cut {
                for mark in &fixture.sentences[n].1 {
                    checked += 1;
                    let met = match mark {
                        Mark::Never => false,
                        Mark::Same(other) => has(*other),
                        Mark::One { any, or_edit } => any.iter().any(|&n| has(n)) || (*or_edit && edited),
                    };
                    if !met {
                        let (name, text) = (&fixture.name, &fixture.sentences[n].0);
                        writeln!(report, "  {name} at {slot} s: {text:?} without {mark:?}").unwrap();
                    }
                }
            }
            // Both or neither, seen from the other side.
            for (n, (_, marks)) in fixture.sentences.iter().enumerate() {
                for other in marks.iter().filter_map(|m| if let Mark::Same(o) = m { Some(*o) } else { None })
                {
                    if has(other) && !has(n) {
                        writeln!(report, "  {} at {slot} s: half a quotation, {n}", fixture.name).unwrap();
                    }
                }
            }
        }
    }
    assert!(report.is_empty(), "\n{report}");
    assert!(checked > 800, "only {checked} marks met a cut");
}

#[test]
fn slots_are_filled_and_kept() {
    for slot in [15.0, 20.0, 30.0] {
        let (mut filled, mut all, mut report) = (0, 0, String::new());
        for fixture in FIXTURES.iter() {
            let story = cut(&fixture.article, seconds(slot));
            let Some(found) = story.cut else { continue };
            if found.whole_s < 1.3 * slot {
                continue;
            }
            all += 1;
            let share = found.seconds / slot;
            if (0.85..=1.08).contains(&share) {
                filled += 1;
            } else {
                writeln!(report, "  {}: {:.1} s", fixture.name, found.seconds).unwrap();
            }
        }
        assert!(all >= 10, "{slot} s: only {all} articles are long enough");
        assert!(f64::from(filled) >= 0.95 * f64::from(all), "{slot} s: {filled} of {all}\n{report}");
    }
}

#[test]
fn edits_and_omissions_say_what_was_done() {
    let council = FIXTURES.iter().find(|f| f.name == "council").unwrap();
    let story = cut(&council.article, seconds(20.0));
    let body = story.sentences.iter().filter(|s| s.role == Role::Body).count();
    assert_eq!(body + story.omitted.len(), council.sentences.len());
    assert!(story.omitted.iter().all(|o| !o.why.is_empty() && !o.written.is_empty()));
    for fixture in FIXTURES.iter() {
        for slot in [15.0, 25.0, 35.0] {
            let story = cut(&fixture.article, seconds(slot));
            for edit in &story.edits {
                let written = &story.sentences[edit.sentence].written;
                assert!(edit.original.contains(&edit.from), "{edit:?}");
                assert!(written.contains(&edit.to), "{edit:?} {written}");
                assert_ne!(written, &edit.original);
                assert!(written.starts_with(|c: char| !c.is_lowercase()), "{written}");
            }
            // Spans still tie what is said to what is read.
            for sentence in &story.sentences {
                for piece in sentence.spoken.pieces() {
                    assert!(sentence.written.get(piece.written.clone()).is_some(), "{sentence:?}");
                }
            }
        }
    }
}

#[test]
fn a_short_story_is_left_alone_and_a_long_lead_is_owned_up_to() {
    let council = &FIXTURES.iter().find(|f| f.name == "council").unwrap().article;
    let whole = cut(council, Settings::default());
    let same = cut(council, seconds(600.0));
    assert!(same.cut.is_none() && same.omitted.is_empty() && same.edits.is_empty());
    assert_eq!(originals(&same), originals(&whole));
    let tiny = cut(council, seconds(3.0));
    assert_eq!(originals(&tiny).len(), 1);
    assert!(tiny.cut.as_ref().unwrap().lead_over_s.unwrap() > 1.0);
    let warning = tiny.warning().unwrap();
    assert!(
        warning.starts_with("a.txt: the first sentence alone, which always goes in, is about "),
        "{warning}"
    );
    assert!(cut(council, seconds(30.0)).warning().is_none());
}

#[test]
fn a_number_of_sentences() {
    for fixture in FIXTURES.iter() {
        for most in 1..=6 {
            let story = cut(&fixture.article, Settings { max_s: None, sentences: Some(most) });
            let kept = originals(&story);
            assert!((1..=most).contains(&kept.len()), "{}: {} for {most}", fixture.name, kept.len());
            assert_eq!(kept[0].0, fixture.sentences[0].0);
        }
        let both = cut(&fixture.article, Settings { max_s: Some(20.0), sentences: Some(3) });
        assert!(originals(&both).len() <= 3 && both.cut.unwrap().seconds <= 1.08 * 20.0);
    }
}

/// Pieces of copy, sound and broken.
fn copy() -> impl Strategy<Value = Vec<String>> {
    let written: Vec<String> =
        FIXTURES.iter().flat_map(|f| f.sentences.iter().map(|(text, _)| text.clone())).collect();
    let sentence = prop_oneof![
        6 => prop::sample::select(written),
        1 => "(?s).{0,80}",
        1 => "[“”\"‘’'A-Za-z ,.!?:()-]{0,60}",
        1 => prop::sample::select(vec!["“Go.", "Go.”", "But he", "The", "And,", "• x", "(NAO)", "\"", "’", "Q: Why?"])
            .prop_map(str::to_owned),
    ];
    prop::collection::vec(prop::collection::vec(sentence, 1..5).prop_map(|s| s.join(" ")), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_copy(
        paragraphs in copy(),
        headline in prop::option::of("[A-Za-z ’',]{1,40}"),
        slot in 1.0..90.0f64,
        most in prop::option::of(1usize..9),
    ) {
        let paragraphs: Vec<_> = paragraphs.into_iter().map(Paragraph::from).collect();
        let speakable = |text: &str| Normaliser::default().normalise(text).text().chars().any(char::is_alphabetic);
        prop_assume!(paragraphs.iter().any(|p| speakable(&p.text) && !p.text.contains("[[")));
        prop_assume!(paragraphs.iter().all(|p| !p.text.contains("[[")));
        let article = Article { headline, paragraphs, language: Some("en".into()), ..Article::default() };
        let whole = originals(&cut(&article, Settings::default()));
        let settings = Settings { max_s: Some(slot), sentences: most };
        let story = cut(&article, settings);
        let kept = originals(&story);

        // The same again gives the same.
        let again = cut(&article, settings);
        prop_assert_eq!(&kept, &originals(&again));
        prop_assert_eq!(&story.omitted, &again.omitted);
        prop_assert_eq!(&story.edits, &again.edits);

        // Sentences of the article, in its order.
        let mut rest = whole.iter();
        for (text, _) in &kept {
            prop_assert!(rest.any(|(original, _)| original == text), "{:?} not in order in {:?}", text, whole);
        }
        prop_assert_eq!(kept.len() + story.omitted.len(), whole.len());
        prop_assert!(kept.is_empty() == whole.is_empty());

        if let Some(found) = &story.cut {
            prop_assert!(found.seconds <= found.whole_s + 1e-9, "{:?}", found);
            let over = found.lead_over_s.is_some();
            prop_assert!(over || found.seconds <= 1.08 * slot + 1e-9, "{:?} in {}", found, slot);
        }
    }
}
