//! `bulletin extract`: every probe article, the command line, and the promises for any input.
//!
//! `tests/fixtures/clean/NAME.txt` are articles of our own with the furniture of many sorts of outlet;
//! `NAME.expected.json`, written by hand from reading, says what is story. `tricks` are paragraphs that look like
//! furniture, `optional` lines cost nothing either way, the rest of `dropped` must not come out as a paragraph.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use bulletin::article::{Article, HousePattern, Kind, Settings, read};
use proptest::prelude::*;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

#[derive(Deserialize)]
struct Expected {
    headline: Option<String>,
    byline: Option<String>,
    published: Option<String>,
    language: String,
    paragraphs: Vec<String>,
    optional: Vec<Optional>,
}

#[derive(Deserialize)]
struct Optional {
    text: String,
}

fn fixtures() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/clean");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    paths.sort();
    paths
}

/// Every probe article comes out as a reader would have it; all wrong lines are listed at once.
#[test]
fn probe_articles() {
    let mut wrong = String::new();
    let paths = fixtures();
    assert!(paths.len() >= 25);
    for path in paths {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let expected: Expected =
            serde_json::from_slice(&fs::read(path.with_extension("expected.json")).unwrap()).unwrap();
        let article = read(&fs::read(&path).unwrap(), &name, &Settings::default()).unwrap();
        let mut complain = |what: &str, detail: String| writeln!(wrong, "{name}: {what}: {detail}").unwrap();
        for (field, want, got) in [
            ("headline", &expected.headline, &article.headline),
            ("byline", &expected.byline, &article.byline),
            ("published", &expected.published, &article.published),
            ("language", &Some(expected.language), &article.language),
        ] {
            if want != got {
                complain(field, format!("{got:?}, not {want:?}"));
            }
        }
        let found: Vec<&str> = article.paragraphs.iter().map(|p| p.text.as_str()).collect();
        for paragraph in expected.paragraphs.iter().filter(|p| !found.contains(&p.as_str())) {
            complain("lost", paragraph.clone());
        }
        let optional = |text: &str| expected.optional.iter().any(|o| o.text == text);
        for text in found.into_iter().filter(|t| !expected.paragraphs.iter().any(|p| p == t) && !optional(t))
        {
            complain("leaked", text.to_owned());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Every non-blank line is in a paragraph or in the list of what was left out.
fn unaccounted(text: &str, article: &Article) -> Vec<usize> {
    let kept: BTreeSet<usize> = article.paragraphs.iter().flat_map(|p| p.lines.0..=p.lines.1).collect();
    let dropped: BTreeSet<usize> = article.dropped.iter().map(|d| d.line).collect();
    let by = |ends: &[char]| -> Vec<usize> {
        text.split(ends)
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(i, _)| i + 1)
            .filter(|n| !kept.contains(n) && !dropped.contains(n))
            .collect()
    };
    // In a plain text the separators of Unicode end a line, in Markdown they do not; random text has them.
    let (plain, markdown) = (by(&['\n', '\u{85}', '\u{2028}', '\u{2029}']), by(&['\n']));
    if markdown.is_empty() { markdown } else { plain }
}

/// A page built of the shapes that rules look at, so that they meet in every order.
fn page() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        4 => "[A-Z][a-z]{1,8}( [a-z]{1,9}){3,12}\\.",
        2 => "[A-Z][a-z]{1,8}( [A-Za-z0-9£%-]{1,9}){0,6}",
        1 => Just("By Ann Orme, Reporter".to_owned()),
        1 => Just("12 May 2025, 11:20".to_owned()),
        1 => Just("Read more: The other story".to_owned()),
        1 => Just("Most read".to_owned()),
        1 => Just("The dates are:".to_owned()),
        1 => Just("“We are sorry,” she said.".to_owned()),
        1 => Just("ENDS".to_owned()),
        1 => Just("12 comments".to_owned()),
        1 => Just("LEEDS (AP) — It rained.".to_owned()),
        1 => Just("Share".to_owned()),
        1 => Just("============".to_owned()),
        1 => Just("&nbsp;".to_owned()),
        1 => Just("â€œNo,â€\u{9d} he said.".to_owned()),
        1 => Just("We use cookies to improve our site.".to_owned()),
        1 => Just("00:00 Cold open".to_owned()),
        1 => Just("Ann Orme".to_owned()),
        1 => Just(String::new()),
        1 => "\\PC{0,40}",
    ];
    proptest::collection::vec(line, 0..40).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pages_are_accounted_for(text in page()) {
        if let Ok(article) = read(text.as_bytes(), "page", &Settings::default()) {
            prop_assert_eq!(unaccounted(&text, &article), Vec::<usize>::new());
        }
    }

    /// Paragraphs of Markdown run over several lines, and each of them counts.
    #[test]
    fn markdown_is_accounted_for(text in page()) {
        let text = format!("# Bridge to shut\n\n{text}\n\nThe **bridge** was shut on Monday, she said.\n");
        if let Ok(article) = read(text.as_bytes(), "page.md", &Settings::default()) {
            prop_assert_eq!(unaccounted(&text, &article), Vec::<usize>::new());
        }
    }

    #[test]
    fn arbitrary_text_is_accounted_for(text in "(\\PC|[ \t\n.:“”`£\u{a0}\u{200b}Ââ€™]){0,400}") {
        // A story to begin with, so that the article is never empty.
        let text = format!("The bridge was shut on Monday, the council said.\n{text}");
        match read(text.as_bytes(), "text", &Settings::default()) {
            Ok(article) => prop_assert_eq!(unaccounted(&text, &article), Vec::<usize>::new()),
            Err(error) => prop_assert!(error.to_string().contains("not text") || error.to_string().contains("no story"), "{}", error),
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = read(&bytes, "bytes", &Settings::default());
    }
}

/// What is left out by default can be kept, what is kept can be left out, and a house has its own lines.
#[test]
fn keep_drop_and_house_patterns() {
    let text = "Tarn bridge to shut for a week\nBy Ann Orme\n2 May 2025\nThe bridge will be shut for a week.\n\
                Read more: Ten bridges we love\nThe dates are:\nMonday 5 May\nTuesday 6 May\n\
                Traffic with Bob, every 20 minutes.\nDrivers were told to expect delays.\n";
    let lines = |settings: &Settings| {
        let article = read(text.as_bytes(), "t", settings).unwrap();
        article.paragraphs.iter().map(|p| p.lines.0).collect::<Vec<_>>()
    };
    let default = Settings::default();
    assert_eq!(lines(&default), [4, 6, 7, 8, 9, 10]);
    let keep = Settings { keep: [Kind::Promo].into(), ..Settings::default() };
    assert_eq!(lines(&keep), [4, 5, 6, 7, 8, 9, 10]);
    let drop = Settings { drop: [Kind::List].into(), ..Settings::default() };
    assert_eq!(lines(&drop), [4, 6, 9, 10]);
    let pattern = HousePattern { pattern: "traffic with .*".into(), kind: Kind::Promo };
    let house = Settings { patterns: vec![pattern], ..Settings::default() };
    assert_eq!(lines(&house), [4, 6, 7, 8, 10]);
    let broken = HousePattern { pattern: "(".into(), kind: Kind::Promo };
    let error =
        read(text.as_bytes(), "t", &Settings { patterns: vec![broken], ..Settings::default() }).unwrap_err();
    assert_eq!(error.exit_code(), 2);
}

fn bulletin() -> assert_cmd::Command {
    assert_cmd::Command::cargo_bin("bulletin").unwrap()
}

#[test]
fn the_view_shows_both_halves() {
    let page =
        "Home > News\nTarn bridge to shut\nBy Ann Orme\n2 May 2025\nThe bridge will be shut for a week.`\n";
    let out = bulletin().args(["extract", "-"]).write_stdin(page).assert().success();
    let text = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    insta::assert_snapshot!(text, @r#"
    headline  Tarn bridge to shut
    byline    Ann Orme
    published 2025-05-02
    source    -
    language  en

          5  The bridge will be shut for a week.

    left out, 5 pieces:
          1  breadcrumb  Home > News  (short names between arrows or bars)
          2  headline    Tarn bridge to shut  (the line above the story that reads as its title)
          3  byline      By Ann Orme  (a name after "By" or its like)
          4  timestamp   2 May 2025  (a date or a time and nothing else)
          5  noise       `  (a stray backtick)
    "#);
}

#[test]
fn json_has_the_documented_shape() {
    let page = "Tarn bridge to shut\nBy Ann Orme\n2 May 2025\nThe bridge will be shut for a week.\nShare\n";
    let out =
        bulletin().args(["extract", "--json", "--language", "cy", "-"]).write_stdin(page).assert().success();
    let value: serde_json::Value = serde_json::from_slice(&out.get_output().stdout).unwrap();
    assert_eq!(value["format_version"], 1);
    assert_eq!(value["headline"], "Tarn bridge to shut");
    assert_eq!(value["byline"], "Ann Orme");
    assert_eq!(value["published"], "2025-05-02");
    assert_eq!(value["source"], serde_json::Value::Null);
    assert_eq!(value["language"], "cy");
    assert_eq!(value["paragraphs"][0], "The bridge will be shut for a week.");
    let last = &value["dropped"][3];
    assert_eq!(
        (last["line"].as_u64(), last["text"].as_str(), last["kind"].as_str()),
        (Some(5), Some("Share"), Some("share"))
    );
    assert!(last["reason"].as_str().is_some_and(|r| !r.is_empty()));
}

#[test]
fn errors_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let fails = |args: &[&str], input: &[u8], says: &str, code: i32| {
        let out = bulletin().args(args).write_stdin(input).assert().failure().code(code);
        let text = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
        assert!(text.contains(says), "{args:?}: {text}");
    };
    fails(&["extract", "-"], b"", "no story text found", 1);
    fails(&["extract", "-"], b"Menu\nNews\nShare\n", "3 lines were left out", 1);
    fails(&["extract", "-"], b"%PDF-1.7\n", "PDF", 1);
    fails(&["extract", "no-such-file.txt"], b"", "cannot read", 1);
    fails(&["extract", folder.path().to_str().unwrap()], b"", "folder", 2);
    fails(&["extract", "-"], &vec![b'a'; 5_000_001], "more than the limit", 1);
    fails(&["extract", "--keep", "nonsense", "-"], b"", "the kinds are", 2);
}

/// A language without a normaliser is still extracted: only speaking refuses it.
#[test]
fn other_languages_are_shown() {
    let page = "Le pont fermé une semaine\nPar Anne Orme\n2 mai 2025\nLe pont sera fermé pendant une semaine, a annoncé la mairie.\n";
    let article = read(page.as_bytes(), "page", &Settings::default()).unwrap();
    assert_eq!(article.language.as_deref(), Some("fr"));
    assert_eq!(article.published.as_deref(), Some("2025-05-02"));
}
