//! Pages: every fixture comes out as a reader would have it, no text of any page is lost unseen, and pages made to
//! break readers end in an error or in a bounded result.
//!
//! `tests/fixtures/html/NAME.html` are pages of our own in the shapes that news sites have; `NAME.expected.json`,
//! written by hand, says what is story and names some of what is not, with its kind. `tests/html_hostile.rs` has the
//! pages made to break readers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "support/command.rs"]
mod command;

use bulletin::article::{Article, Kind, Settings, html, read};
use command::bulletin;
use proptest::prelude::*;
use serde::Deserialize;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

#[derive(Deserialize)]
struct Expected {
    headline: Option<String>,
    byline: Option<String>,
    published: Option<String>,
    source: Option<String>,
    language: Option<String>,
    paragraphs: Vec<String>,
    /// Text and kind of pieces that must be listed as left out.
    dropped: Vec<(String, Kind)>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/html")
}

fn fixtures() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "html"))
        .collect();
    paths.sort();
    paths
}

/// All that is wrong with any fixture, at once.
#[test]
fn fixtures_come_out_as_read() {
    let mut wrong = String::new();
    let paths = fixtures();
    assert!(paths.len() >= 20, "{paths:?}");
    for path in paths {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let expected: Expected =
            serde_json::from_slice(&fs::read(path.with_extension("expected.json")).unwrap()).unwrap();
        // By the front door: the form is told by content.
        let article = read(&fs::read(&path).unwrap(), &name, &Settings::default()).unwrap();
        let mut complain = |what: &str, detail: String| writeln!(wrong, "{name}: {what}: {detail}").unwrap();
        for (field, want, got) in [
            ("headline", &expected.headline, &article.headline),
            ("byline", &expected.byline, &article.byline),
            ("published", &expected.published, &article.published),
            ("source", &expected.source, &article.source),
            ("language", &expected.language, &article.language),
        ] {
            if want != got {
                complain(field, format!("{got:?}, not {want:?}"));
            }
        }
        let found: Vec<&str> = article.paragraphs.iter().map(|p| p.text.as_str()).collect();
        for lost in expected.paragraphs.iter().filter(|p| !found.contains(&p.as_str())) {
            complain("lost", lost.clone());
        }
        for leaked in found.iter().filter(|t| !expected.paragraphs.iter().any(|p| p == **t)) {
            complain("leaked", (*leaked).to_owned());
        }
        if expected.paragraphs != found {
            complain("order", format!("{found:#?}"));
        }
        for (text, kind) in &expected.dropped {
            if !article.dropped.iter().any(|d| d.text == *text && d.kind == *kind) {
                complain("not listed", format!("{kind}: {text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Letters and digits, lower case.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The texts between the tags of a page that a reader can see, found without any of the code under test.
fn visible(page: &str) -> Vec<String> {
    const SILENT: [&str; 7] = ["head", "script", "style", "noscript", "template", "iframe", "textarea"];
    let mut texts = Vec::new();
    let mut rest = page;
    while let Some((text, tail)) = rest.split_once('<') {
        texts.push(text.to_owned());
        rest = if let Some(comment) = tail.strip_prefix("!--") {
            comment.split_once("-->").map_or("", |(_, after)| after)
        } else {
            let silent = SILENT.iter().find(|name| {
                tail.strip_prefix(**name).is_some_and(|after| after.starts_with(['>', ' ', '\n']))
            });
            let after = tail.split_once('>').map_or("", |(_, after)| after);
            match silent {
                Some(name) => after
                    .split_once(&format!("</{name}"))
                    .map_or("", |(_, after)| after)
                    .trim_start_matches('>'),
                None => after,
            }
        };
    }
    texts.push(rest.to_owned());
    let decode = |text: String| {
        [
            ("&amp;", "&"),
            ("&gt;", ">"),
            ("&lt;", "<"),
            ("&nbsp;", " "),
            ("&mdash;", "—"),
            ("&#32;", " "),
            ("&#8211;", "–"),
        ]
        .iter()
        .fold(text, |text, (entity, sign)| text.replace(entity, sign))
    };
    texts.into_iter().map(decode).filter(|t| t.contains(char::is_alphanumeric)).collect()
}

/// Texts of a page that are neither in a paragraph nor in the list of what was left out.
fn unaccounted(page: &str, article: &Article) -> Vec<String> {
    let told: Vec<String> = article
        .paragraphs
        .iter()
        .map(|p| letters(&p.text))
        .chain(article.dropped.iter().map(|d| letters(&d.text)))
        .collect();
    let whole = |text: &str| told.iter().any(|t| t.contains(text));
    // A rule may part a text in two: a dateline goes, its sentence stays.
    let accounted =
        |text: &str| whole(text) || text.char_indices().any(|(i, _)| whole(&text[..i]) && whole(&text[i..]));
    visible(page).into_iter().filter(|text| !accounted(&letters(text))).collect()
}

#[test]
fn no_text_of_a_fixture_is_lost_unseen() {
    for path in fixtures() {
        let bytes = fs::read(&path).unwrap();
        let article = read(&bytes, "page", &Settings::default()).unwrap();
        let encoding = match path.file_stem().unwrap().to_str().unwrap() {
            name if name.starts_with("windows-1252") => encoding_rs::WINDOWS_1252,
            _ => encoding_rs::UTF_8,
        };
        let (page, _, broken) = encoding.decode(&bytes);
        assert!(!broken, "{}", path.display());
        assert!(!visible(&page).is_empty(), "{}", path.display());
        assert_eq!(unaccounted(&page, &article), Vec::<String>::new(), "{}", path.display());
        for dropped in &article.dropped {
            assert!(!dropped.reason.is_empty() && dropped.line > 0, "{}: {dropped:?}", path.display());
            assert!(dropped.line <= page.lines().count(), "{}: {dropped:?}", path.display());
        }
    }
}

/// A page of the pieces that rules look at, so that they meet in every order and nesting.
fn page() -> impl Strategy<Value = String> {
    let sentence = "[A-Z][a-z]{1,8}( [a-z]{1,9}){4,14}\\.";
    let text = prop_oneof![
        5 => sentence,
        2 => "[A-Z][a-z]{1,8}( [A-Za-z0-9£%-]{1,9}){0,4}",
        1 => Just("By Ann Orme".to_owned()),
        1 => Just("12 May 2025, 11:20".to_owned()),
        1 => Just("Read more: The other story".to_owned()),
        1 => Just("Sign up to our newsletter".to_owned()),
        1 => Just("LEEDS (AP) — It rained on Monday, they said.".to_owned()),
        1 => Just("pic.twitter.com/abc".to_owned()),
    ];
    let leaf = (
        prop_oneof![
            5 => Just("p"), 1 => Just("h2"), 1 => Just("li"), 1 => Just("a href=\"/x\""), 1 => Just("span"),
            1 => Just("div class=\"caption\""), 1 => Just("p hidden"), 1 => Just("td"), 1 => Just("button"),
        ],
        text,
    )
        .prop_map(|(tag, text)| element(tag, &text));
    let tree = leaf.prop_recursive(5, 60, 8, |inner| {
        let tag = prop_oneof![
            4 => Just("div"), 2 => Just("article"), 1 => Just("div class=\"share\""), 1 => Just("ul"), 1 => Just("aside"),
            1 => Just("table"), 1 => Just("blockquote"), 1 => Just("div class=\"comments\""), 1 => Just("nav"),
            1 => Just("section class=\"related\""), 1 => Just("b"), 1 => Just("a href=\"/y\""), 1 => Just("p"),
        ];
        (tag, proptest::collection::vec(inner, 1..8)).prop_map(|(tag, inner)| element(tag, &inner.join("\n")))
    });
    proptest::collection::vec(tree, 1..6).prop_map(|parts| {
        format!("<html><head><title>A page | The Echo</title></head><body>{}</body></html>", parts.join("\n"))
    })
}

fn element(tag: &str, inner: &str) -> String {
    format!("<{tag}>{inner}</{}>", tag.split(' ').next().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_of_a_made_up_page_is_lost_unseen(page in page()) {
        if let Ok(article) = html::read(page.as_bytes(), "page", None, &Settings::default()) {
            prop_assert_eq!(unaccounted(&page, &article), Vec::<String>::new(), "{}", page);
        }
    }

    /// Fixtures broken by cuts, repeats and noise never panic and never run past their limits.
    #[test]
    fn broken_pages_end(which in 0usize..100, cut in 0usize..4000, noise in "[<>/a-z&;\"= \u{0}]{0,30}") {
        let paths = fixtures();
        let mut page = fs::read(&paths[which % paths.len()]).unwrap();
        let at = cut.min(page.len());
        page.splice(at.., noise.bytes().chain(page[at / 2..at].to_vec()));
        let _ = html::read(&page, "page", None, &Settings::default());
    }
}

/// What is left out inside a story can be kept by its kind; above and below it, it stays out.
#[test]
fn kinds_can_be_kept() {
    let page = fs::read(folder().join("boxes.html")).unwrap();
    let texts = |settings: &Settings| -> Vec<String> {
        read(&page, "page", settings).unwrap().paragraphs.into_iter().map(|p| p.text).collect()
    };
    let plain = texts(&Settings::default());
    let kept =
        texts(&Settings { keep: [Kind::Promo, Kind::Related, Kind::Embed].into(), ..Settings::default() });
    for begins in ["Read more: The otters", "They made it!", "Adults swim"] {
        assert!(kept.iter().any(|p| p.starts_with(begins)), "{begins}: {kept:#?}");
        assert!(!plain.iter().any(|p| p.starts_with(begins)), "{begins}: {plain:#?}");
    }
    assert!(plain.iter().all(|p| kept.contains(p)));
    assert!(!kept.iter().any(|p| p.contains("Photograph") || p.contains("Ferrier writes")), "{kept:#?}");
}

#[test]
fn a_page_becomes_json_on_the_command_line() {
    let home = tempfile::tempdir().unwrap();
    let page = folder().join("graph.html");
    let out = bulletin(&home).args(["extract", "--json"]).arg(&page).assert().success();
    let value: serde_json::Value = serde_json::from_slice(&out.get_output().stdout).unwrap();
    assert_eq!(value["format_version"], 1);
    assert_eq!(value["headline"], "Ferry to Skarrow returns after nine months");
    assert_eq!(value["byline"], "Ann Orme and Bo Lindqvist");
    assert_eq!(value["published"], "2025-03-18T06:12:00+00:00");
    assert_eq!(value["source"], "The Tarn Echo");
    assert_eq!(value["language"], "en");
    assert_eq!(value["paragraphs"].as_array().unwrap().len(), 7);
    let home_link = value["dropped"].as_array().unwrap().iter().find(|d| d["text"] == "Home").unwrap();
    assert_eq!((home_link["kind"].as_str(), home_link["line"].as_u64()), (Some("nav"), Some(22)));
    assert!(home_link["reason"].as_str().unwrap().contains(" at "), "{home_link}");
}

#[test]
fn a_page_becomes_a_wav() {
    let home = tempfile::tempdir().unwrap();
    fs::copy(folder().join("windows-1252.html"), home.path().join("page")).unwrap();
    bulletin(&home).args(["produce", "page", "-o", "out.wav", "--record"]).assert().success();
    let wav = hound::WavReader::open(home.path().join("out.wav")).unwrap();
    let spec = wav.spec();
    let seconds = f64::from(wav.duration()) / f64::from(spec.sample_rate);
    // Sixty-eight words and a headline at three a second, and a sting.
    assert!((15.0..60.0).contains(&seconds), "{seconds} s");
    let record: serde_json::Value =
        serde_json::from_slice(&fs::read(home.path().join("out.record.json")).unwrap()).unwrap();
    let spoken: Vec<&str> =
        record["elements"].as_array().unwrap().iter().filter_map(|e| e["spoken"].as_str()).collect();
    assert!(spoken.iter().any(|s| s.contains("forty five thousand pound")), "{spoken:?}");
    assert!(!spoken.iter().any(|s| s.contains("Links") || s.contains("Home")), "{spoken:?}");
}

#[test]
fn a_page_without_a_story_is_an_error_that_says_so() {
    let home = tempfile::tempdir().unwrap();
    let menu = "<!DOCTYPE html><html><body><nav><a href=/>Home</a><a href=/n>News</a></nav></body></html>";
    let out = bulletin(&home).args(["extract", "-"]).write_stdin(menu).assert().failure().code(1);
    let stderr = String::from_utf8_lossy(&out.get_output().stderr).into_owned();
    assert!(stderr.contains("no story text found"), "{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
}
