//! Feeds of every dialect, well formed and not: titles, dates, links and texts; selection; bad input within bounds.
//!
//! `tests/fixtures/feed` was written by hand after the published specifications; snapshots hold all of what is read.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use bulletin::article::feed::{
    self, ENTRY_LIMIT, Entry, Feed, Fullness, Selection, Teaser, duplicates, select,
};
use bulletin::article::{self, Kind, NumericOrder, Settings};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn bytes(name: &str) -> Vec<u8> {
    fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feed").join(name)).unwrap()
}

fn fixture(name: &str) -> Feed {
    feed::read(&bytes(name), name, None, &Settings::default()).unwrap()
}

fn text(bytes: &[u8]) -> Result<Feed, String> {
    feed::read(bytes, "f", None, &Settings::default()).map_err(|error| error.to_string())
}

fn titles(feed: &Feed) -> Vec<&str> {
    feed.entries.iter().map(|entry| entry.title.as_deref().unwrap_or_default()).collect()
}

fn links(feed: &Feed) -> Vec<&str> {
    feed.entries.iter().map(|entry| entry.link.as_deref().unwrap_or_default()).collect()
}

fn dates(feed: &Feed) -> Vec<&str> {
    feed.entries.iter().map(|entry| entry.published.as_deref().unwrap_or_default()).collect()
}

fn problems(feed: &Feed) -> Vec<String> {
    feed.problems.iter().map(ToString::to_string).collect()
}

/// Everything that is read of every fixture.
#[test]
fn snapshots() {
    for name in [
        "rss2-full.xml",
        "rss2-teasers.xml",
        "rss1.rdf",
        "rss091.xml",
        "atom-xhtml.xml",
        "single.xml",
        "feed.json",
        "windows-1252.xml",
        "ampersands.xml",
        "cut-off.xml",
        "double-escaped.xml",
        "dates.xml",
        "ambiguous-dates.xml",
    ] {
        insta::assert_json_snapshot!(name, fixture(name));
    }
}

#[test]
fn whole_stories_in_rss() {
    let feed = fixture("rss2-full.xml");
    assert_eq!(feed.title.as_deref(), Some("The Tarn Echo"));
    assert_eq!((feed.language.as_deref(), feed.link.as_deref()), (Some("en"), Some("https://echo.example/")));
    assert_eq!(titles(&feed), ["River bridge to close for a month", "Villages cut off as Hale rises"]);
    assert_eq!(dates(&feed), ["2025-04-03T10:15:00Z", "2025-04-02T22:40:00Z"]);
    assert_eq!(feed.entries[1].byline.as_deref(), Some("Bo Tarn and Cy Dent"));
    assert_eq!(problems(&feed), [""; 0]);
    let article = feed.entries[0].article("entry 1", &Settings::default()).unwrap().unwrap();
    assert_eq!(article.headline.as_deref(), Some("River bridge to close for a month"));
    assert_eq!(
        (article.byline.as_deref(), article.source.as_deref()),
        (Some("Ann Orme"), Some("The Tarn Echo"))
    );
    assert_eq!(
        (article.published.as_deref(), article.language.as_deref()),
        (Some("2025-04-03T10:15:00Z"), Some("en"))
    );
    assert_eq!(article.paragraphs.len(), 5, "{article:#?}");
    assert!(article.paragraphs[2].text.starts_with("The repairs are to cost £2.4m"));
    let dropped: Vec<Kind> = article.dropped.iter().map(|d| d.kind).collect();
    // "The post … appeared first on …" says where else the story stands.
    assert_eq!(dropped, [Kind::Caption, Kind::Print]);
    // Lines are the feed's own.
    let source = String::from_utf8(bytes("rss2-full.xml")).unwrap();
    for paragraph in &article.paragraphs {
        let line = source.lines().nth(paragraph.lines.0 - 1).unwrap();
        assert!(line.contains(paragraph.text.split('’').next().unwrap()), "{line}");
    }
    let second = feed.entries[1].article("entry 2", &Settings::default()).unwrap().unwrap();
    assert_eq!(second.paragraphs.len(), 4);
}

#[test]
fn teasers_and_recordings() {
    let feed = fixture("rss2-teasers.xml");
    let fullness: Vec<Fullness> = feed.entries.iter().map(Entry::fullness).collect();
    assert_eq!(
        fullness,
        [
            Fullness::Teaser(Teaser::Summary),
            Fullness::Teaser(Teaser::Continue),
            Fullness::Recording,
            Fullness::Nothing
        ]
    );
    for entry in &feed.entries {
        assert_eq!(entry.article("entry", &Settings::default()).unwrap(), None);
    }
    assert_eq!(
        links(&feed),
        [
            "https://valley.example/news/articles/c1?at_medium=RSS&at_campaign=rss",
            "https://valley.example/news/articles/c2",
            "https://valley.example/sounds/p9",
            "https://valley.example/news/articles/c4"
        ]
    );
    assert_eq!(
        dates(&feed),
        ["2025-04-03T09:02:11Z", "2025-04-03T07:30:00+01:00", "2025-04-01T17:00:00+01:00", ""]
    );
    assert_eq!(feed.entries[0].byline.as_deref(), Some("Dee Ford"));
    assert_eq!(feed.entries[1].source.as_deref(), Some("Valley Wire"));
}

#[test]
fn rdf_and_its_modules() {
    let feed = fixture("rss1.rdf");
    assert_eq!(titles(&feed), ["Café saved by its regulars", "Court rises early"]);
    assert_eq!(links(&feed), ["https://gazette.example/1", "https://gazette.example/2"]);
    assert_eq!(dates(&feed), ["2025-04-02T22:40:00-05:00", "2025-04-01"]);
    let article = feed.entries[0].article("entry 1", &Settings::default()).unwrap().unwrap();
    assert_eq!(
        (article.source.as_deref(), article.byline.as_deref()),
        (Some("Gazette Press"), Some("Eli Rowe"))
    );
    assert_eq!(titles(&fixture("rss091.xml")), ["First post", "Second post"]);
}

#[test]
fn atom_with_bases_and_xhtml() {
    let feed = fixture("atom-xhtml.xml");
    assert_eq!(feed.title.as_deref(), Some("The Ledger — Roads & rivers"));
    assert_eq!(feed.link.as_deref(), Some("https://ledger.example/roads/"));
    assert_eq!(titles(&feed)[..2], ["Bridge: 5 < 7 lanes", "Pont fermé"]);
    assert_eq!(links(&feed)[0], "https://ledger.example/roads/2025/bridge.html?a=1&b=2");
    assert_eq!(feed.entries[0].updated.as_deref(), Some("2025-04-03T10:45:30+01:00"));
    let article = feed.entries[0].article("entry 1", &Settings::default()).unwrap().unwrap();
    assert_eq!(article.paragraphs.len(), 5, "the line break parts two: {article:#?}");
    assert!(
        article.paragraphs[1].text.contains("two of its five arches <below the road> in March"),
        "{article:#?}"
    );
    assert!(!article.paragraphs.iter().any(|p| p.text.contains("never()")));
    let french = &feed.entries[1];
    assert_eq!((french.byline.as_deref(), french.source.as_deref()), (Some("Fay Gris"), Some("Le Registre")));
    assert_eq!(french.language.as_deref(), Some("fr"));
    assert_eq!(french.fullness(), Fullness::Teaser(Teaser::Short));
    assert_eq!(feed.entries[2].content, None, "a picture is no text");
}

#[test]
fn json_feed() {
    let feed = fixture("feed.json");
    assert_eq!(titles(&feed), ["Bridge to close", "Hale rises", "The week in sound"]);
    assert_eq!(links(&feed)[1], "https://harbour.example/8");
    assert_eq!(feed.entries[0].id.as_deref(), Some("7"));
    assert_eq!(feed.entries[0].byline.as_deref(), Some("Ann Orme and Bo Tarn"));
    assert_eq!(feed.entries[1].byline, None, "the feed's author is the outlet");
    assert_eq!(feed.entries[2].fullness(), Fullness::Recording);
    assert_eq!(problems(&feed), ["line 40: a date could not be read once: \"soon\""]);
    for (entry, paragraphs) in [(0, 5), (1, 4)] {
        let article = feed.entries[entry].article("entry", &Settings::default()).unwrap().unwrap();
        assert_eq!(article.paragraphs.len(), paragraphs, "{article:#?}");
        let lines = feed.entries[entry].content.as_ref().unwrap().lines;
        assert!(article.paragraphs.iter().all(|p| p.lines == (lines.0 as usize, lines.0 as usize)));
    }
    // Cut off, an item broken, a number for a title.
    let whole = r#"{"version":"https://jsonfeed.org/version/1","title":"T","items":[{"id":1,"title":2024},{"id":2,"title":},{"id":3,"url":"https://a.example/3"},{"id":4,"#;
    let feed = text(whole.as_bytes()).unwrap();
    assert_eq!(titles(&feed), ["2024", ""]);
    assert_eq!(
        problems(&feed),
        [
            "line 1: an item that does not parse was left out once",
            "line 1: the feed is cut off after entry 2"
        ]
    );
    for (text_, says) in [
        (r#"{"version":"https://jsonfeed.org/version/2","items":[]}"#, "version \"2\""),
        (r#"{"version":"https://jsonfeed.org/version/1","title":"T"}"#, "no items"),
        (r#"{"version":"https://jsonfeed.org/version/1","items":[]}"#, "no complete entry"),
        (r#"{"a":1}"#, "version \"\""),
        ("{", "does not parse"),
    ] {
        let error = text(text_.as_bytes()).unwrap_err();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn encodings() {
    let feed = fixture("windows-1252.xml");
    assert_eq!(titles(&feed), ["“£5 for a coffee?” – prices rise"]);
    // The header wins over the declaration, UTF-8 over both.
    let cyrillic = encoding_rs::WINDOWS_1251
        .encode("<?xml version='1.0' encoding='iso-8859-1'?><rss><channel><title>Эхо</title><item><title>Мост закрыт</title></item></channel></rss>")
        .0
        .into_owned();
    let read = |bytes: &[u8], charset| feed::read(bytes, "f", charset, &Settings::default()).unwrap();
    assert_eq!(titles(&read(&cyrillic, Some("windows-1251"))), ["Мост закрыт"]);
    let marked = "\u{feff}\n<?xml version='1.0' encoding='iso-8859-1'?><rss><channel><item><title>Café</title></item></channel></rss>";
    assert_eq!(titles(&read(marked.as_bytes(), Some("iso-8859-1"))), ["Café"]);
    let utf16: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(titles(&read(&utf16, None)), ["Café"]);
    // UTF-8 with broken bytes and control characters among it.
    let mixed = [
        "<rss><channel><item><title>Caf\u{e9}s, ca\u{f1}ons, \u{e9}lan, \u{fc}ber, \u{e0} la carte, \u{a3}5, \u{20ac}6, \u{201c}x\u{201d}, \u{e7}a".as_bytes(),
        b"\xff \x08\x1f",
        "</title></item></channel></rss>".as_bytes(),
    ]
    .concat();
    let feed = read(&mixed, None);
    assert!(titles(&feed)[0].starts_with("Cafés, cañons"), "{feed:?}");
    assert_eq!(
        problems(&feed),
        [
            "line 1: a character could not be read in the feed's encoding once",
            "line 1: a control character was taken out 2 times"
        ]
    );
}

#[test]
fn badly_formed() {
    let feed = fixture("ampersands.xml");
    assert_eq!(feed.title.as_deref(), Some("Fish & Chips Weekly"));
    assert_eq!(
        titles(&feed),
        ["Marks & Spencer, AT&T and R&D;", "Unclosed bold", "Never closed", "The last"]
    );
    assert_eq!(links(&feed)[0], "https://fish.example/1?a=1&b=2");
    let words = |n: usize| feed.entries[n].summary.as_ref().unwrap().text();
    assert_eq!(words(0), "Profit < loss & more loss: 3 < 5 & 5 <6");
    assert_eq!(words(1), "One & two. Three four.");
    assert_eq!(words(2), "Half");
    assert_eq!(
        problems(&feed),
        [
            "line 2: a bare & stands for itself 7 times; it should be &amp;",
            "line 8: an element is not closed 2 times"
        ]
    );

    let feed = fixture("cut-off.xml");
    assert_eq!(titles(&feed), ["One", "Two"]);
    assert_eq!(problems(&feed), ["line 5: the feed is cut off inside entry 3, which was left out"]);

    let feed = fixture("double-escaped.xml");
    assert_eq!(feed.title.as_deref(), Some("Smith & Sons"));
    assert_eq!(titles(&feed), ["Orme & Tarn’s £2m <deal>", "Bold claim"]);
    assert_eq!(feed.entries[0].summary.as_ref().unwrap().text(), "The deal is done. It took a year.");
}

#[test]
fn odd_dates() {
    let feed = fixture("dates.xml");
    assert_eq!(
        dates(&feed),
        [
            "2025-04-03T10:15:00+01:00",
            "2025-04-03T10:15:00-05:00",
            "2025-04-03T10:15:00Z",
            "2025-04-03",
            "2025-04-03T10:15:00Z",
            // The next one shows that the day comes first.
            "2025-04-03T10:15",
            "2025-04-23",
            "2025-04-03T10:15:00",
            "2025-04-03T10:15:00-07:00",
            "",
            ""
        ]
    );
    assert_eq!(problems(&feed), ["line 12: a date could not be read once: \"next Tuesday\""]);
    let feed = fixture("ambiguous-dates.xml");
    assert_eq!(dates(&feed), ["", "2025-04-04T09:00"]);
    assert_eq!(
        problems(&feed),
        ["line 3: a date can be read two ways, day or month first, and was left out once: \"03/04/2025\""]
    );
    let told = Settings { numeric_dates: Some(NumericOrder::MonthFirst), ..Settings::default() };
    let feed = feed::read(&bytes("ambiguous-dates.xml"), "f", None, &told).unwrap();
    assert_eq!(dates(&feed)[0], "2025-03-04");
}

/// `article::read` takes a feed that is one story, and says of others what they are.
#[test]
fn a_feed_where_an_article_is_wanted() {
    let article = article::read(&bytes("single.xml"), "single.xml", &Settings::default()).unwrap();
    assert_eq!(article.headline.as_deref(), Some("River bridge to close for a month"));
    assert_eq!((article.paragraphs.len(), article.byline.as_deref()), (5, Some("Ann Orme")));
    let error = article::read(&bytes("rss2-full.xml"), "f.xml", &Settings::default()).unwrap_err();
    assert_eq!(error.to_string(), "f.xml: not a readable article: it is a feed of 2 entries, not one story");
    assert!(error.hint().unwrap().contains("one story"), "{:?}", error.hint());
    let teaser = "<rss><channel><item><title>T</title><link>https://a.example/1</link><description>Short.</description></item></channel></rss>";
    let error = article::read(teaser.as_bytes(), "f.xml", &Settings::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "f.xml, line 1: not a readable article: it is a feed whose one entry is a teaser: its text sums up the story \
         its link leads to; the story is at https://a.example/1"
    );
}

#[test]
fn entries_of_two_feeds_selected_and_compared() {
    let all = [fixture("rss2-full.xml"), fixture("rss2-teasers.xml"), fixture("atom-xhtml.xml")]
        .map(|feed| feed.entries)
        .concat();
    let found = duplicates(&all.iter().collect::<Vec<_>>());
    let pairs: Vec<_> = found.iter().map(|d| (d.entry, d.of)).collect();
    assert_eq!(pairs, [(6, 0)], "the same story in RSS and in Atom: {found:?}");
    let now = "2025-04-03T12:00+01:00[+01:00]".parse().unwrap();
    let selection: Selection =
        serde_json::from_str(r#"{"take": 2, "since": "1d", "matching": ["bridge", "villages river"]}"#)
            .unwrap();
    let selected = select(&all, &selection, &now);
    let titles: Vec<_> = selected.entries.iter().map(|n| all[*n].title.as_deref().unwrap()).collect();
    assert_eq!(titles, ["River bridge to close for a month", "Bridge: 5 < 7 lanes"], "newest first");
    assert_eq!(selected.entries.len() + selected.left_out.len(), all.len());
}

/// What must be refused, and what must be read, in little time and with a clear message.
#[test]
#[allow(clippy::disallowed_methods, reason = "the test is about time; only its limit depends on the clock")]
fn bad_input() {
    let quick = |what: &str, bytes: &[u8]| {
        let begun = Instant::now();
        let result = text(bytes);
        assert!(begun.elapsed() < Duration::from_secs(5), "{what}: {:?}", begun.elapsed());
        result
    };
    let mut bomb = "<!DOCTYPE rss [<!ENTITY a0 \"ha\">".to_owned();
    for n in 1..30 {
        write!(bomb, "<!ENTITY a{n} \"&a{0};&a{0};\">", n - 1).unwrap();
    }
    bomb.push_str("]><rss><channel><item><title>&a29;</title></item></channel></rss>");
    let wide = |piece: &str, end: &str| {
        let mut text = "<rss version=\"2.0\"><channel>".to_owned();
        text.push_str(&piece.repeat(4_900_000 / piece.len().max(1)));
        text + end
    };
    for (what, bytes, says) in [
        ("a bomb", bomb.into_bytes(), "f, line 1: not a readable feed: it declares entities of its own"),
        ("nesting", wide("<a>", "").into_bytes(), "nest deeper than 1000"),
        (
            "nesting in an entry",
            format!("<rss><channel><item><description>{}", "<i>".repeat(100_000)).into_bytes(),
            "nest deeper than 1000",
        ),
        ("nothing", Vec::new(), "f: not a readable feed: it is empty"),
        ("HTML", b"<!DOCTYPE html><html><head><title>x</title></head></html>".to_vec(), "it is an HTML page"),
        (
            "no entries",
            b"<rss version=\"2.0\"><channel><title>x</title></channel></rss>".to_vec(),
            "no complete entry",
        ),
        (
            "cut off at once",
            b"<rss version=\"2.0\"><channel><item><title>x".to_vec(),
            "cut off inside entry 1",
        ),
        ("PDF", b"%PDF-1.7 and more".to_vec(), "it is a PDF document"),
        ("too much", wide(" ", &" ".repeat(200_000)).into_bytes(), "more than the limit"),
        ("open tags", wide("<a b='", "").into_bytes(), "no complete entry"),
        ("ampersands", wide("&", "").into_bytes(), "no complete entry"),
    ] {
        let error = quick(what, &bytes).unwrap_err();
        assert!(error.contains(says), "{what}: {error}");
    }
    let many = wide(
        "<item><title>A & b</title><link>/1</link><pubDate>3/4/2025</pubDate></item>",
        "</channel></rss>",
    );
    let feed = quick("many entries", many.as_bytes()).unwrap();
    assert_eq!(feed.entries.len(), ENTRY_LIMIT);
    assert!(
        problems(&feed).iter().any(|p| p.contains("entries past the first 2000 were left out")),
        "{feed:?}"
    );
    let long = wide(
        "",
        &format!(
            "<item><description>{}</description></item></channel></rss>",
            "&lt;p>One two.&lt;/p>".repeat(200_000)
        ),
    );
    let feed = quick("a long entry", long.as_bytes()).unwrap();
    assert_eq!(feed.entries.len(), 1);
    let json = format!(
        "{{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"x\",\"items\":[{}",
        "{\"id\":\"1\",\"title\":\"[[[\"},[},".repeat(100_000)
    );
    assert_eq!(quick("unbalanced JSON", json.as_bytes()).unwrap().entries.len(), ENTRY_LIMIT);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever bytes come, a feed or an error; and a whole feed cut anywhere gives its complete entries.
    #[test]
    fn any_bytes(noise in proptest::collection::vec(any::<u8>(), 0..200), cut in 0usize..4000, at in 0usize..4000) {
        for name in ["rss2-full.xml", "atom-xhtml.xml", "rss1.rdf", "feed.json"] {
            let whole = bytes(name);
            let mut hurt = whole.clone();
            let at = at % whole.len();
            hurt.splice(at..(at + noise.len() / 8).min(whole.len()), noise.iter().copied());
            let _ = text(&hurt);
            let cut_off = &whole[..cut.min(whole.len())];
            if let Ok(feed) = text(cut_off) {
                let full = fixture(name);
                prop_assert!(feed.entries.len() <= full.entries.len());
                for (entry, whole) in feed.entries.iter().zip(&full.entries) {
                    prop_assert_eq!(&entry.title, &whole.title);
                }
            }
        }
        let _ = text(&noise);
    }
}
