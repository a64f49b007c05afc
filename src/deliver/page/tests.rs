use super::*;
use crate::deliver::levels::tests::measured;
use serde_json::{Value, json};

const RATE: u64 = 48_000;

fn sentence(start_s: u64, story: usize, role: &str, written: &str) -> Value {
    json!({"start": start_s * RATE, "length": RATE, "part": "stories", "kind": "sentence", "story": story,
           "sentence": start_s, "role": role, "paragraph": if role == "body" { json!(0) } else { Value::Null },
           "voice": "v", "written": written, "spoken": written, "expansions": []})
}

/// A menu and one story, with a line before it and one behind.
fn record() -> Record {
    let mut menu = sentence(1, 0, "headline", "Ferry back");
    menu["part"] = json!("headlines");
    let line = |start_s: u64, written: &str| {
        let mut line = sentence(start_s, 0, "line", written);
        line["kind"] = json!("line");
        line["story"] = Value::Null;
        line
    };
    let mut quote = sentence(6, 0, "body", "“It is <safe>.”");
    quote["speaker"] = json!("quote");
    record_of(
        &[
            line(0, "Echo FM."),
            menu,
            line(3, "First, the sea."),
            sentence(4, 0, "headline", "Ferry back"),
            sentence(5, 0, "body", "It sailed at 7 a.m. today."),
            quote,
            line(8, "That’s all."),
        ],
        "Ferry news",
    )
}

fn record_of(elements: &[Value], title: &str) -> Record {
    let story = json!({"input": "a", "headline": "Ferry back", "byline": "Jo Reed", "source": "The Tarn",
                       "published": "2026-03-03T06:12:00Z"});
    serde_json::from_value(json!({
        "format_version": 2, "program": "bulletin 1", "voice": "v", "engine": "", "disclosure": "Read by a machine.",
        "rate_hz": RATE, "channels": 2, "title": title, "station": "Echo FM", "date": "2026-03-03", "time": "07:00:00",
        "language": "en-GB", "target_lufs": -16.0, "ceiling_dbtp": -1.0, "elements": elements, "stories": [story],
        "mastered": {"loudness": -16.2, "peak": -3.5, "gain_db": 0.0, "max_reduction_db": 0.0, "passes": 2,
                     "length": 10 * RATE},
    }))
    .unwrap()
}

const MP3: Source<'_> = Source { name: "news 1.mp3", media_type: "audio/mpeg" };

fn linked(record: &Record) -> String {
    page(record, &measured(4_800, 40, |n| (n as f32 * 0.1).sin()), &Audio::Linked(&[MP3])).unwrap()
}

#[test]
fn the_script_stands_as_it_was_written() {
    let html = linked(&record());
    let script = html.split("id=\"script\"").nth(1).unwrap().split("</main>").next().unwrap();
    for expected in [
        // In the menu and again: each has its own times.
        "<p class=\"teaser\"><span class=\"s\" data-t=\"1000\" data-e=\"2000\"><span data-t=\"1000\">Ferry</span> <span data-t=\"1555\">back</span></span></p>",
        "<h2 id=\"h2\"><span class=\"s\" data-t=\"4000\" data-e=\"5000\"><span data-t=\"4000\">Ferry</span> <span data-t=\"4555\">back</span></span></h2>",
        "<article class=\"story\" id=\"c2\" aria-labelledby=\"h2\">\n<p class=\"line\">",
        "<p class=\"source\">By Jo Reed · The Tarn · <time datetime=\"2026-03-03T06:12:00Z\">3 March 2026, 06:12 UTC</time></p>",
        "<a href=\"news%201.mp3#t=3.000\" data-t=\"3000\" aria-label=\"Listen from 0:03: Ferry back\">Listen from 0:03</a>",
        "<span class=\"s quoted\" data-t=\"6000\"",
        "&lt;safe&gt;.”</span>",
        "<h2 id=\"h3\">Close</h2>",
    ] {
        assert!(script.contains(expected), "{expected} is not in {script}");
    }
    // A story's paragraph is one, and the sentences of it are apart.
    assert!(script.contains("today.</span></span> <span class=\"s quoted\""));
    assert!(
        html.contains("<time datetime=\"2026-03-03T07:00\">Tuesday, 3 March 2026, 07:00</time> · 10\u{A0}s")
    );
    assert!(html.contains("<title>Ferry news – Echo FM – Tuesday, 3 March 2026, 07:00</title>"));
    assert_eq!(html, linked(&record()));
}

#[test]
fn words_have_the_times_they_are_heard_at() {
    let mut element = sentence(2, 0, "body", "Up £1.2 billion now");
    let word = |from: usize, to: usize, start: u64| json!({"written": {"start": from, "end": to}, "spoken": {"start": 0, "end": 0}, "start": start, "length": 4_800});
    element["words"] =
        json!([word(0, 2, 96_000), word(3, 16, 105_600), word(3, 16, 110_400), word(17, 20, 120_000)]);
    let html = linked(&record_of(&[element], "T"));
    assert!(html.contains(
        "<span data-t=\"2000\">Up</span> <span data-t=\"2200\">£1.2 billion</span> <span data-t=\"2500\">now</span>"
    ));
}

/// Everything between two marks.
fn between<'a>(html: &'a str, from: &str, to: &str) -> &'a str {
    html.split_once(from).unwrap().1.split_once(to).unwrap().0
}

#[test]
fn the_policy_names_what_is_in_the_page() {
    let html = linked(&record());
    let policy = between(&html, "Content-Security-Policy\" content=\"", "\"");
    for (what, text) in [
        ("script-src", between(&html, "<script>", "</script>")),
        ("style-src", between(&html, "<style>", "</style>")),
    ] {
        let hash = base64::encode(&Sha256::digest(text.as_bytes()));
        assert!(policy.contains(&format!("{what} 'sha256-{hash}';")), "{what}");
    }
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"));
    assert!(!html.contains(" style=") && !html.contains(" onclick"));
    for file in [CODE, STYLE] {
        assert!(!file.contains("</") && !file.contains("<!--") && !file.contains('\r'));
    }
}

#[test]
fn hostile_texts_are_texts() {
    let evil = "</script><script>alert(1)</script><img src=x onerror=\"alert('1')\">{{code}}\u{202E}\u{0}\u{8}]]>-->";
    let mut record = record_of(&[sentence(1, 0, "headline", evil), sentence(2, 0, "body", evil)], evil);
    for text in [&mut record.program, &mut record.voice, &mut record.disclosure, &mut record.language] {
        evil.clone_into(text);
    }
    record.station = Some(evil.into());
    let story = &mut record.stories[0];
    for text in [&mut story.headline, &mut story.byline, &mut story.source, &mut story.published] {
        *text = Some(evil.into());
    }
    let levels = measured(48, 4, |_| 0.5);
    let sources = [Source { name: evil, media_type: evil }];
    for audio in [Audio::Linked(&sources), Audio::Embedded { bytes: b"RIFF", media_type: evil }] {
        let html = page(&record, &levels, &audio).unwrap();
        assert_eq!(html.matches("<script").count(), 1);
        assert_eq!(html.matches("</script").count(), 1);
        assert!(!html.contains("<img") && !html.contains('\u{202E}') && !html.contains('\u{0}'));
        assert!(html.contains("<html lang=\"en\">") && html.contains("{{code}}"));
    }
}

#[test]
fn audio_is_linked_or_held() {
    let (record, levels) = (record(), measured(48, 4, |_| 0.5));
    let html =
        page(&record, &levels, &Audio::Embedded { bytes: b"foobar", media_type: "audio/mpeg" }).unwrap();
    assert!(html.contains("<source src=\"data:audio/mpeg;base64,Zm9vYmFy\" type=\"audio/mpeg\">"));
    assert!(html.contains("media-src data:;") && !html.contains("#t=3"));
    assert!(html.contains("<p class=\"listen\" hidden><button type=\"button\" data-t=\"3000\""));
    let much = vec![0; MOST_EMBEDDED_BYTES + 1];
    let error =
        page(&record, &levels, &Audio::Embedded { bytes: &much, media_type: "audio/wav" }).unwrap_err();
    assert!(error.to_string().contains("23000001 bytes of audio are too much"), "{error}");
    assert!(error.hint().unwrap().contains("link"));
    assert!(page(&record, &levels, &Audio::Linked(&[])).is_err());
}

#[test]
fn every_bulletin_has_a_page() {
    for (elements, title) in [
        (vec![], ""),
        (vec![sentence(0, 7, "body", "A story nobody knows.")], "T"),
        (vec![json!({"start": 0, "length": 0, "kind": "pause"})], "T"),
        (vec![sentence(u64::MAX / RATE, 0, "body", "Far out"), sentence(0, 0, "body", "")], "T"),
    ] {
        let html = linked(&record_of(&elements, title));
        assert_eq!(html.matches("<h1").count(), 1);
        assert!(!html.contains("<h1></h1>"));
    }
    let silent = page(&record(), &measured(1, 9, |_| 0.0), &Audio::Linked(&[MP3])).unwrap();
    assert!(silent.contains("<path class=\"rest\"") && !silent.contains("NaN"));
}

#[test]
fn languages_are_told() {
    let mut german = record();
    german.language = "de-DE".into();
    let html = linked(&german);
    assert!(html.contains("<html lang=\"en\">") && html.contains("<h1 lang=\"de-DE\">"));
    assert!(html.contains("tabindex=\"-1\" lang=\"de-DE\">"));
    assert!(linked(&record()).contains("<html lang=\"en-GB\">"));
}
