//! Feeds as other programs read them.

use super::*;
use crate::deliver::record::Record;
use serde_json::json;

fn settings(folder: &Path) -> Settings {
    Settings {
        file: folder.join("feed.xml"),
        url: "https://echo.example/pod/feed.xml".into(),
        title: "Echo & News".into(),
        email: Some("news@echo.example".into()),
        limit: 3,
        ..Settings::default()
    }
}

fn record(title: &str, seconds: u64) -> Record {
    serde_json::from_value(json!({
        "format_version": 2, "program": "", "voice": "", "engine": "", "disclosure": "Read by a machine.", "title": title,
        "language": "en-GB", "rate_hz": 48_000, "channels": 2, "target_lufs": -16.0, "ceiling_dbtp": -1.0,
        "stories": [{"input": "a.txt", "headline": "Ferry <back>"}], "elements": [],
        "mastered": {"loudness": -16.0, "peak": -1.0, "gain_db": 0.0, "max_reduction_db": 0.0, "passes": 2,
                     "length": seconds * 48_000},
    }))
    .unwrap()
}

fn publish_one(settings: &Settings, name: &str, at: &str, title: &str) {
    let folder = settings.file.parent().unwrap();
    let audio = [folder.join(format!("{name}.wav")), folder.join(format!("{name}.mp3"))];
    for path in &audio {
        fs::write(path, vec![0; 1000 + name.len()]).unwrap();
    }
    let beside = [folder.join(format!("{name}.vtt")), folder.join(format!("{name}.chapters.json"))];
    let episode = Episode {
        record: &record(title, 61),
        audio: &audio,
        beside: &beside,
        published: at.parse().unwrap(),
    };
    publish(settings, &episode).unwrap();
}

fn parsed(settings: &Settings) -> feed_rs::model::Feed {
    feed_rs::parser::parse(&fs::read(&settings.file).unwrap()[..]).unwrap()
}

fn titles(settings: &Settings) -> Vec<String> {
    parsed(settings).entries.iter().map(|entry| entry.title.as_ref().unwrap().content.clone()).collect()
}

#[test]
fn episodes_come_newest_first_and_stay_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    assert!(!withdraw(&settings, &folder.path().join("a.wav")).unwrap());
    publish_one(&settings, "a", "2026-03-03T07:00:00Z", "One");
    publish_one(&settings, "c", "2026-03-03T09:00:00Z", "Three");
    publish_one(&settings, "b", "2026-03-03T08:00:00Z", "Two");
    assert_eq!(titles(&settings), ["Three", "Two", "One"]);
    let ids: Vec<String> = parsed(&settings).entries.iter().map(|entry| entry.id.clone()).collect();
    // Corrected: the same episode.
    publish_one(&settings, "b", "2026-03-03T08:00:00Z", "Two, corrected");
    assert_eq!(titles(&settings), ["Three", "Two, corrected", "One"]);
    assert_eq!(parsed(&settings).entries.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>(), ids);
    // The feed has moved; its episodes have not become others.
    let moved = Settings { url: "https://new.example/feed.xml".into(), ..settings.clone() };
    publish_one(&moved, "b", "2026-03-03T08:00:00Z", "Two");
    assert_eq!(parsed(&moved).entries.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>(), ids);
    // The oldest leaves.
    publish_one(&moved, "d", "2026-03-03T10:00:00Z", "Four");
    assert_eq!(titles(&moved), ["Four", "Three", "Two"]);
    assert!(holds(&moved, &folder.path().join("d.wav")) && !holds(&moved, &folder.path().join("a.wav")));
    assert!(withdraw(&moved, &folder.path().join("c.wav")).unwrap());
    assert_eq!(titles(&moved), ["Four", "Two"]);
}

#[test]
fn what_a_reader_finds() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    publish_one(&settings, "seven", "2026-03-03T07:00:00Z", "Seven & <all>");
    let feed = parsed(&settings);
    assert_eq!(feed.title.unwrap().content, "Echo & News");
    let entry = &feed.entries[0];
    assert_eq!(entry.title.as_ref().unwrap().content, "Seven & <all>");
    assert_eq!(entry.published.unwrap().to_rfc3339(), "2026-03-03T07:00:00+00:00");
    let media = &entry.media[0].content[0];
    assert_eq!(media.url.as_ref().unwrap().as_str(), "https://echo.example/pod/seven.mp3");
    assert_eq!(
        (media.size, media.content_type.as_ref().unwrap().to_string()),
        (Some(1005), "audio/mpeg".into())
    );
    let text = fs::read_to_string(&settings.file).unwrap();
    let tree = roxmltree::Document::parse(&text).unwrap();
    let of = |name: &str| tree.descendants().find(|node| node.has_tag_name((PODCAST, name))).unwrap();
    // The namespace's own example: UUIDv5 of the address without its scheme.
    let expected = Uuid::new_v5(&PODCASTS, b"echo.example/pod/feed.xml").to_string();
    assert_eq!(of("guid").text(), Some(expected.as_str()));
    let duration = tree.descendants().find(|node| node.has_tag_name((ITUNES, "duration")));
    assert_eq!(duration.and_then(|node| node.text()), Some("61"));
    assert_eq!(of("transcript").attribute("type"), Some("text/vtt"));
    assert_eq!(of("chapters").attribute("url"), Some("https://echo.example/pod/seven.chapters.json"));
    assert_eq!(of("alternateEnclosure").attribute("type"), Some("audio/wav"));
    // Written again with nothing new, it is the same to the byte.
    publish_one(&settings, "seven", "2026-03-03T07:00:00Z", "Seven & <all>");
    assert_eq!(fs::read_to_string(&settings.file).unwrap(), text);
}

#[test]
fn the_example_of_the_namespace() {
    let settings = Settings { url: "https://podnews.net/rss".into(), ..Settings::default() };
    assert_eq!(settings.guid(), "9b024349-ccf0-5f69-a609-6b82873eab3c");
}

#[test]
fn what_is_not_ours_stays() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let audio = [folder.path().join("a.wav")];
    fs::write(&audio[0], b"x").unwrap();
    let record = record("One", 1);
    let published = "2026-03-03T07:00:00Z".parse().unwrap();
    for (text, problem) in [
        ("<rss><channel><generator>Other 1.0</generator></channel></rss>", "not one that bulletin keeps"),
        ("my notes", "it is no XML"),
        ("<feed/>", "it is no RSS feed"),
    ] {
        fs::write(&settings.file, text).unwrap();
        let error = publish(&settings, &Episode { record: &record, audio: &audio, beside: &[], published })
            .unwrap_err();
        assert!(error.to_string().contains(problem), "{error}");
        assert_eq!(fs::read_to_string(&settings.file).unwrap(), text);
    }
    fs::remove_file(&settings.file).unwrap();
    let elsewhere = [tempfile::tempdir().unwrap().path().join("a.wav")];
    let error = publish(&settings, &Episode { record: &record, audio: &elsewhere, beside: &[], published })
        .unwrap_err();
    assert!(error.to_string().contains("does not stand in its folder"), "{error}");
}

#[test]
fn two_at_once_are_both_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { limit: 100, ..settings(folder.path()) };
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let settings = &settings;
            scope.spawn(move || {
                for n in 0..5 {
                    publish_one(settings, &format!("{worker}-{n}"), "2026-03-03T07:00:00Z", "One");
                }
            });
        }
    });
    assert_eq!(parsed(&settings).entries.len(), 20);
}

#[test]
fn faults() {
    let good = settings(Path::new("pod"));
    assert_eq!(good.fault(), None);
    for (wrong, problem) in [
        (Settings { file: PathBuf::new(), ..good.clone() }, "which file"),
        (Settings { url: "echo.example".into(), ..good.clone() }, "found on the net"),
        (Settings { title: " ".into(), ..good.clone() }, "no name"),
        (Settings { image: Some("a.png".into()), ..good.clone() }, "image is no address"),
        (Settings { limit: 0, ..good.clone() }, "without episodes"),
    ] {
        assert!(wrong.fault().unwrap().0.contains(problem), "{problem}");
    }
}
