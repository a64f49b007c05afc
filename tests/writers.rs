//! What is written of a record, as a reader finds it: snapshots of every file of words.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use bulletin::deliver::feed::{self, Episode};
use bulletin::deliver::handover::{Audio, annotate, rivendell};
use bulletin::deliver::record::Record;
use bulletin::deliver::wav::{Cart, Metadata, Timer, TimerKind};
use bulletin::deliver::{captions, chapters, transcript, words};
use bulletin::units::Frames;
use std::fs;

/// A briefing of two stories, made by this program: several voices, a headline heard twice, expansions of most kinds.
fn record() -> Record {
    serde_json::from_str(include_str!("fixtures/record.json")).unwrap()
}

#[test]
fn captions_of_a_briefing() {
    insta::assert_snapshot!("captions-vtt", captions::write(&record(), captions::Format::Vtt));
    insta::assert_snapshot!("captions-srt", captions::write(&record(), captions::Format::Srt));
}

#[test]
fn transcripts_of_a_briefing() {
    insta::assert_snapshot!("transcript-txt", transcript::write(&record(), transcript::Format::Txt));
    insta::assert_snapshot!("transcript-md", transcript::write(&record(), transcript::Format::Md));
    insta::assert_snapshot!("transcript-html", transcript::write(&record(), transcript::Format::Html));
}

#[test]
fn chapters_and_words_of_a_briefing() {
    insta::assert_snapshot!("chapters-json", chapters::write(&record(), "seven.mp3"));
    let first: String = words::write(&record()).lines().take(60).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!("words-json", first);
}

#[test]
fn a_feed_with_one_episode() {
    let folder = tempfile::tempdir().unwrap();
    let settings: feed::Settings = toml::from_str(
        "file = \"feed.xml\"\nurl = \"https://tarn.example/pod/feed.xml\"\ntitle = \"Tårn News\"\nauthor = \"Tårn FM\"\n\
         email = \"news@tarn.example\"\nimage = \"https://tarn.example/cover.png\"\nlanguage = \"en-GB\"\n",
    )
    .unwrap();
    let settings = feed::Settings { file: folder.path().join("feed.xml"), ..settings };
    let audio = ["mp3", "wav"].map(|ending| folder.path().join(format!("seven.{ending}")));
    for path in &audio {
        fs::write(path, [0; 1234]).unwrap();
    }
    let beside = ["vtt", "chapters.json"].map(|ending| folder.path().join(format!("seven.{ending}")));
    let published = "2026-03-03T07:00:00Z".parse().unwrap();
    feed::publish(&settings, &Episode { record: &record(), audio: &audio, beside: &beside, published })
        .unwrap();
    insta::assert_snapshot!("feed-xml", fs::read_to_string(&settings.file).unwrap());
}

#[test]
fn for_playout_systems() {
    let metadata = Metadata {
        title: "The seven o’clock & more".into(),
        artist: "Tårn FM".into(),
        originator: "Tårn FM".into(),
        date: Some("2026-03-03".parse().unwrap()),
        cart: Cart {
            cut_id: "020001".into(),
            category: "NEWS".into(),
            out_cue: "islands’ ferries from June.".into(),
            start: Some("2026-03-03T07:00:00".parse().unwrap()),
            end: Some("2026-03-03T08:00:00".parse().unwrap()),
            timers: vec![
                Timer { kind: TimerKind::IntroStart, at: Frames::ZERO },
                Timer { kind: TimerKind::IntroEnd, at: Frames(163_200) },
                Timer { kind: TimerKind::SegueStart, at: Frames(2_110_000) },
                Timer { kind: TimerKind::SegueEnd, at: Frames(2_140_000) },
            ],
            ..Cart::default()
        },
        ..Metadata::default()
    };
    let audio = Audio { length: Frames(2_140_000), channels: 2, path: "/news/seven \"one\".wav" };
    insta::assert_snapshot!("rivendell-xml", rivendell(&metadata, audio));
    insta::assert_snapshot!("annotate", annotate(&metadata, audio));
}
