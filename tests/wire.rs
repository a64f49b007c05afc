//! The wire formats: every fixture in full, the gate, versions, and what bad input gets.
//!
//! `tests/fixtures/wire/` holds stories of our own, written after the published specifications of NITF 3.6,
//! NewsML 1.2, NewsML-G2 2.35 and ninjs 1.4, 2.1 and 3.0 (IPTC).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use bulletin::Error;
use bulletin::article::wire::{self, Item, ItemKind, Status, embargo};
use bulletin::article::{self, Article, Kind, Settings};
use jiff::Timestamp;
use proptest::prelude::*;
use std::fs;
use std::path::PathBuf;

fn bytes(name: &str) -> Vec<u8> {
    fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wire").join(name)).unwrap()
}

fn items(name: &str) -> Vec<Item> {
    wire::read(&bytes(name), name, &Settings::default()).unwrap()
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

const FIXTURES: &[&str] = &[
    "nitf.xml",
    "nitf-cancelled.xml",
    "g2-nitf.xml",
    "g2-xhtml.xml",
    "g2-data.xml",
    "g2-message.xml",
    "newsml-1.xml",
    "ninjs-1.3.json",
    "ninjs-2.1.json",
    "ninjs-3.0.json",
    "ninjs-nitf.json",
    "ninjs-versions.json",
    "ninjs-withheld.json",
    "ninjs-cancelled.json",
    "ninjs-expired.json",
    "ninjs-package.json",
];

/// Everything that is read of every fixture.
#[test]
fn fixtures_in_full() {
    for name in FIXTURES {
        insta::assert_json_snapshot!(name.replace('.', "-"), items(name));
    }
}

/// Words of an article, kept or listed.
fn accounted(article: &Article) -> String {
    let kept = article.paragraphs.iter().map(|p| p.text.as_str());
    let left = article.dropped.iter().map(|d| d.text.as_str());
    kept.chain(left).collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
}

/// Every word of every body is in a paragraph or in the list of what was left out, and every line is one of the
/// input's.
#[test]
fn nothing_is_lost() {
    let tags = regex::Regex::new(r"<!\[CDATA\[|\]\]>|<[^>]*>").unwrap();
    for name in FIXTURES.iter().filter(|n| n.ends_with("xml")) {
        let raw = bytes(name);
        let text = String::from_utf8(raw).unwrap().replace("&pound;", "£");
        let start = text.find("<body>").or(text.find("<contentSet>")).or(text.find("contentSet")).unwrap();
        let found = words(&items(name).iter().map(|i| accounted(&i.article)).collect::<Vec<_>>().join(" "));
        let mut body = text[start..].to_owned();
        for silent in ["media-object", "title", "header", "itemMeta"] {
            while let (Some(from), Some(to)) =
                (body.find(&format!("<{silent}")), body.find(&format!("</{silent}>")))
            {
                body.replace_range(from..to.max(from), " ");
                body = body.replacen(&format!("</{silent}>"), " ", 1);
            }
        }
        let plain = tags.replace_all(&body, " ").replace("&#8217;", "’");
        for word in words(&plain) {
            assert!(found.contains(&word), "{name}: \"{word}\" is lost");
        }
        let count = text.lines().count();
        for item in items(name) {
            assert!(item.article.dropped.iter().all(|d| (1..=count).contains(&d.line)), "{name}");
            assert!(item.article.paragraphs.iter().all(|p| p.lines.1 <= count), "{name}");
        }
    }
}

/// The lines are those of an editor.
#[test]
fn lines_are_those_of_the_input() {
    for name in FIXTURES {
        let text = String::from_utf8(bytes(name)).unwrap().replace("&pound;", "£").replace("&#8217;", "’");
        let lines: Vec<&str> = text.lines().collect();
        for item in items(name) {
            for paragraph in &item.article.paragraphs {
                let first = paragraph.text.split(' ').next().unwrap();
                let (from, to) = paragraph.lines;
                let there = lines[from - 1..to].iter().any(|l| l.contains(first));
                assert!(there, "{name}: {first:?} is not on lines {from} to {to}");
            }
        }
    }
}

#[test]
fn the_gate() {
    let noon = at("2025-03-04T12:00:00Z");
    let refuses = |item: &Item, now: Timestamp, ignore: bool, says: &str| {
        let error = item.release(now, ignore).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
        assert!(error.hint().is_some());
    };
    assert_eq!(items("nitf.xml")[0].release(noon, false).unwrap().paragraphs.len(), 7);
    refuses(
        &items("nitf.xml")[0],
        at("2025-03-11T00:00:00Z"),
        false,
        "expired at 00:00 on 11 March 2025 (UTC)",
    );
    refuses(&items("nitf-cancelled.xml")[0], noon, true, "cancelled");
    refuses(&items("ninjs-cancelled.json")[0], noon, true, "cancelled");
    refuses(&items("ninjs-withheld.json")[0], noon, true, "withheld");
    refuses(&items("ninjs-expired.json")[0], noon, true, "expired");
    assert!(items("ninjs-expired.json")[0].release(at("2025-03-04T11:59:59Z"), false).is_ok());
    // 00:01 at UTC+01:00 is 23:01 the day before at UTC.
    let flood = &items("g2-data.xml")[0];
    refuses(flood, at("2025-03-03T23:00:59Z"), false, "embargoed until 00:01 on 4 March 2025 (UTC+01:00)");
    assert!(flood.release(at("2025-03-03T23:00:59Z"), true).is_ok());
    assert!(flood.release(at("2025-03-03T23:01:00Z"), false).is_ok());
    refuses(
        &items("ninjs-3.0.json")[0],
        at("2025-03-05T04:59:59Z"),
        false,
        "06:00 on 5 March 2025 (UTC+01:00)",
    );
    refuses(&items("newsml-1.xml")[0], noon, false, "00:01 on 5 March 2025 (UTC)");
    let message = items("g2-message.xml");
    refuses(&message[0], noon, true, "a package of other items, not a story");
    assert!(message[1].release(noon, false).is_ok());
    refuses(&message[2], noon, true, "withheld");
    refuses(&message[3], noon, true, "a picture, not a story");
    assert!(message[3].input.contains("item 4"));
    // NITF inside ninjs has a word in it, too.
    refuses(&items("ninjs-nitf.json")[0], at("2025-04-01T00:00:00Z"), false, "expired");
}

#[test]
fn versions() {
    let all = wire::newest(items("ninjs-versions.json"));
    assert_eq!((all.items.len(), all.superseded.len()), (1, 1));
    assert_eq!(all.items[0].version, Some(2));
    assert_eq!(all.superseded[0].reason, "version 2 takes the place of version 1");
    let killed = [items("ninjs-cancelled.json"), items("ninjs-versions.json")].concat();
    let killed = wire::newest(killed);
    assert_eq!((killed.items.len(), killed.superseded.len()), (1, 2));
    assert_eq!(killed.items[0].status, Status::Cancelled);
    let nitf =
        wire::newest([items("nitf.xml"), items("nitf-cancelled.xml"), items("g2-message.xml")].concat());
    assert_eq!(nitf.items.len(), 5);
    assert_eq!(nitf.items[0].status, Status::Cancelled);
    // A document that cancels another by its name.
    let note = br#"<nitf><head><docdata management-doc-idref="urn:tarn:ice" management-idref-status="canceled">
        <doc-id id-string="note-1"/></docdata></head><body><body.content><p>The story is killed.</p></body.content></body></nitf>"#;
    let note = wire::read(note, "note.xml", &Settings::default()).unwrap();
    let all = wire::newest([items("ninjs-expired.json"), note].concat());
    assert_eq!(all.items.len(), 1);
    assert_eq!(all.superseded[0].reason, "cancelled by note.xml");
}

#[test]
fn read_as_an_article() {
    let settings = Settings::default();
    let article = article::read(&bytes("nitf.xml"), "nitf.xml", &settings).unwrap();
    assert_eq!(article.headline.as_deref(), Some("Tarn bridge to shut for a month"));
    for (name, says) in [
        ("nitf-cancelled.xml", "cancelled"),
        ("ninjs-cancelled.json", "cancelled"),
        ("ninjs-withheld.json", "withheld"),
        ("ninjs-versions.json", "2 stories where one is wanted"),
    ] {
        let error = article::read(&bytes(name), name, &settings).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
    let package = article::read(&bytes("ninjs-package.json"), "package", &settings).unwrap();
    assert_eq!(package.paragraphs.len(), 2);
}

#[test]
fn a_plain_text_under_embargo() {
    let article = article::read(&bytes("embargo.txt"), "embargo.txt", &Settings::default()).unwrap();
    assert!(article.dropped.iter().any(|d| d.kind == Kind::Embargo), "{article:?}");
    let until = embargo::of(&article).unwrap();
    let error = until.check("embargo.txt", at("2025-03-04T12:00:59Z")).unwrap_err();
    assert!(error.to_string().contains("00:01 on 4 March 2025; no zone is given"), "{error}");
    assert!(until.check("embargo.txt", at("2025-03-04T12:01:00Z")).is_ok());
}

/// A release time is an embargo only where it is later than the issue, zone or no zone.
#[test]
fn release_times_of_nitf() {
    let embargo = |status: &str, issue: &str, release: &str| {
        let text = format!(
            "<nitf><head><docdata management-status='{status}'><date.issue norm='{issue}'/><date.release norm='{release}'/></docdata></head><body/></nitf>"
        );
        let items = wire::read(text.as_bytes(), "x", &Settings::default()).unwrap();
        serde_json::to_value(&items[0].embargo).unwrap().to_string()
    };
    for (status, issue, release, told) in [
        ("usable", "20250304T090004", "20250304T090004", "null"),
        ("usable", "20250304T090004", "20250304T180000", "{\"until\":\"2025-03-04T18:00:00\"}"),
        ("usable", "20250304T090000+0100", "20250304T080000Z", "null"),
        ("usable", "20250304T090000+0100", "20250304T080001Z", "{\"until\":\"2025-03-04T08:00:01Z\"}"),
        ("usable", "", "20250304T080001Z", "{\"until\":\"2025-03-04T08:00:01Z\"}"),
        ("embargoed", "20250304T090004", "20250304T090004", "{\"until\":\"2025-03-04T09:00:04\"}"),
        ("embargoed", "20250304T090004", "", "{\"unclear\":\"\"}"),
        ("usable", "20250304T090004", "later", "{\"unclear\":\"later\"}"),
    ] {
        assert_eq!(embargo(status, issue, release), told, "{status} {issue} {release}");
    }
}

#[test]
fn crossheads_can_be_kept() {
    let keep = Settings { keep: [Kind::Crosshead].into(), ..Settings::default() };
    let items = wire::read(&bytes("nitf.xml"), "nitf.xml", &keep).unwrap();
    assert!(items[0].article.paragraphs.iter().any(|p| p.text == "Every ten minutes"));
}

#[test]
fn bad_input_is_refused_with_its_line() {
    let nitf = String::from_utf8(bytes("nitf.xml")).unwrap();
    let deep = format!("<nitf>\n<body><body.content>{}", "<block>".repeat(200_000));
    let bomb =
        "<!DOCTYPE nitf [<!ENTITY a \"ha\">\n<!ENTITY b \"&a;&a;&a;\">]>\n<nitf><body>&b;</body></nitf>";
    let many = format!("[{}]", vec![r#"{"uri":"u","type":"text","pubstatus":"usable"}"#; 1001].join(","));
    let nested = format!("{{\"uri\": \"u\", \"pubstatus\": \"usable\", \"x\": {}", "[".repeat(200_000));
    for (text, form, line, says) in [
        (nitf[..nitf.find("Every ten").unwrap()].to_owned(), "NITF", Some(50), "breaks off"),
        (bomb.to_owned(), "NITF", Some(1), "entities"),
        (deep, "NITF", Some(2), "nested"),
        (String::new(), "wire", None, "empty"),
        (" \n ".to_owned(), "wire", None, "empty"),
        ("The bridge will close.".to_owned(), "wire", None, "none of"),
        ("<groupSet>\n<group/></groupSet>".to_owned(), "NewsML-G2", Some(1), "without its item"),
        ("<contentSet>\n<inlineXML/></contentSet>".to_owned(), "NewsML-G2", Some(1), "without its item"),
        ("<contentSet>\n<inlineXML xsi:x=\"y\"/></contentSet>".to_owned(), "NewsML-G2", Some(2), "\"xsi\""),
        ("<newsItem>\n<itemMeta></newsItem>".to_owned(), "NewsML-G2", Some(2), "end tag"),
        (
            "{\"uri\": \"u\",\n\"versioncreated\": \"x\",\n\"body_text\": \"cut".to_owned(),
            "ninjs",
            Some(3),
            "EOF",
        ),
        (many, "ninjs", None, "1001 items"),
        (nested, "ninjs", Some(1), "recursion"),
    ] {
        match wire::read(text.as_bytes(), "bad", &Settings::default()).unwrap_err() {
            Error::Malformed { form: f, line: l, problem, .. } => {
                assert_eq!((f, l), (form, line), "{problem}");
                assert!(problem.contains(says), "{problem}");
            }
            other => panic!("{other}"),
        }
    }
    let large = Settings { limit_bytes: 10, ..Settings::default() };
    assert!(matches!(wire::read(b"<nitf></nitf>", "big", &large), Err(Error::TooLarge { .. })));
}

#[test]
fn charsets_by_the_bytes() {
    let story = "<nitf><body><body.content><p>The café’s £3 tea is “off”, said José.</p></body.content></body></nitf>";
    let told = |label: &str, text: Vec<u8>| {
        let bytes = [format!("<?xml version=\"1.0\" encoding=\"{label}\"?>\n").into_bytes(), text].concat();
        wire::read(&bytes, "x", &Settings::default()).unwrap()[0].article.paragraphs[0].text.clone()
    };
    let latin = encoding_rs::WINDOWS_1252.encode(story).0.into_owned();
    let right = "The café’s £3 tea is “off”, said José.";
    assert_eq!(told("UTF-8", story.into()), right);
    assert_eq!(told("iso-8859-1", latin.clone()), right);
    assert_eq!(told("UTF-8", latin), right, "labelled wrong");
    assert_eq!(told("iso-8859-1", story.into()), right, "labelled wrong");
    assert_eq!(told("UTF-16", story.into()), right, "labelled wrong");
}

#[test]
fn kinds_without_a_story() {
    for (text, kind) in [
        ("<newsItem><itemMeta><itemClass qcode='ninat:graphic'/></itemMeta></newsItem>", ItemKind::Graphic),
        ("<planningItem guid='x'/>", ItemKind::Other("planningItem".into())),
        (
            "{\"uri\": \"u\", \"eventDetails\": {}, \"descriptions\": [{\"value\": \"A talk.\"}]}",
            ItemKind::Other("event".into()),
        ),
        ("{\"uri\": \"u\", \"type\": \"video\", \"pubStatus\": \"usable\"}", ItemKind::Video),
        (
            "<nitf><body><body.content><media media-type='image'><media-caption>A swan.</media-caption></media></body.content></body></nitf>",
            ItemKind::Picture,
        ),
    ] {
        let items = wire::read(text.as_bytes(), "x", &Settings::default()).unwrap();
        assert_eq!(items[0].kind, kind);
        assert!(matches!(items[0].release(at("2025-03-04T12:00:00Z"), true), Err(Error::NotForAir { .. })));
    }
    let empty = wire::read(b"<nitf/>", "x", &Settings::default()).unwrap();
    assert!(matches!(empty[0].release(at("2025-03-04T12:00:00Z"), true), Err(Error::EmptyArticle { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// A fixture with a stretch cut out or doubled is read or refused, and never more than that.
    #[test]
    fn torn_wires_never_panic(which in 0..FIXTURES.len(), from in 0usize..4000, length in 0usize..400, twice: bool) {
        let whole = bytes(FIXTURES[which]);
        let from = from.min(whole.len());
        let to = (from + length).min(whole.len());
        let middle = if twice { [&whole[from..to], &whole[from..to]].concat() } else { Vec::new() };
        let torn = [&whole[..from], &middle, &whole[to..]].concat();
        if let Ok(items) = wire::read(&torn, "torn", &Settings::default()) {
            for item in wire::newest(items).items {
                let _ = item.release(at("2025-03-04T12:00:00Z"), true);
            }
        }
    }

    #[test]
    fn lines_never_panic(line in "(?i)(embargo(ed)?|for release|hold|not for publication)[ :](until |before )?\\PC{0,60}", context in proptest::option::of("2025-03-0[1-9](T1[0-9]:00:00Z)?")) {
        let _ = embargo::time_of(&line, context.as_deref());
    }
}
