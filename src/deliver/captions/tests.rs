//! Cues as a reader meets them.

use super::*;
use crate::deliver::record::{Heard, Said};
use proptest::prelude::*;
use serde_json::json;

const RATE: u64 = 48_000;

/// A record with these sentences, each word of which takes as long as it has letters at `cps` a second, with `pause_s`
/// between sentences.
fn record(sentences: &[&str], cps: f64, pause_s: f64) -> Record {
    let mut at = 0;
    let mut elements = Vec::new();
    for (n, written) in sentences.iter().enumerate() {
        let start = at;
        let mut words = Vec::new();
        for token in written.split_whitespace() {
            let from = token.as_ptr().addr() - written.as_ptr().addr();
            let length = ((token.chars().count() + 1) as f64 / cps * RATE as f64) as u64;
            let range = json!({"start": from, "end": from + token.len()});
            words.push(json!({"written": range, "spoken": range, "start": at, "length": length}));
            at += length;
        }
        elements.push(json!({
            "start": start, "length": at - start, "part": "stories", "kind": "sentence", "story": 0, "sentence": n,
            "written": written, "spoken": written, "expansions": [], "words": words,
        }));
        at += (pause_s * RATE as f64) as u64;
    }
    serde_json::from_value(json!({
        "format_version": 2, "program": "", "voice": "", "engine": "", "disclosure": "Read by a machine.", "title": "A & B",
        "rate_hz": RATE, "channels": 2, "target_lufs": -16.0, "ceiling_dbtp": -1.0, "elements": elements,
        "mastered": {"loudness": -16.0, "peak": -1.0, "gain_db": 0.0, "max_reduction_db": 0.0, "passes": 2, "length": at},
    }))
    .unwrap()
}

fn shown(record: &Record) -> Vec<String> {
    captions(record).iter().map(|caption| caption.lines.join("|")).collect()
}

#[test]
fn broken_where_a_reader_would() {
    for (sentence, expected) in [
        ("The council said yes.", &["The council said yes."][..]),
        (
            "The council said on Tuesday that the bridge over the Tarn would stay closed.",
            &["The council said on Tuesday", "that the bridge|over the Tarn would stay closed."],
        ),
        (
            "Police were called to the scene, in Mill Lane, shortly before midnight, and two men were arrested.",
            &[
                "Police were called to the scene,|in Mill Lane, shortly before midnight,",
                "and two men were arrested.",
            ],
        ),
        (
            "The new ferry will carry its first passengers from Monday, 4 May, the operator said in Oban.",
            &[
                "The new ferry will carry its first|passengers from Monday, 4 May,",
                "the operator said in Oban.",
            ],
        ),
        (
            "She saw off a rebellion by 47 of her own MPs, winning the vote in the Commons by 312 to 298, a majority of 14.",
            &[
                "She saw off a rebellion|by 47 of her own MPs,",
                "winning the vote in the Commons|by 312 to 298, a majority of 14.",
            ],
        ),
    ] {
        assert_eq!(shown(&record(&[sentence], 14.0, 0.4)), expected, "{sentence}");
    }
}

#[test]
fn files_are_in_their_formats() {
    let record = record(&["Profits <rose> to £1.2bn & more.", "Shares --> up."], 14.0, 0.6);
    let vtt = write(&record, Format::Vtt);
    assert!(
        vtt.starts_with("WEBVTT\n\nNOTE A & B\n\nNOTE Read by a machine.\n\n1\n00:00:00.000 --> "),
        "{vtt}"
    );
    assert!(vtt.contains("Profits &lt;rose&gt; to £1.2bn &amp; more.\n\n2\n"), "{vtt}");
    assert_eq!(vtt.matches("-->").count(), 2);
    let srt = write(&record, Format::Srt);
    assert!(srt.starts_with("1\n00:00:00,000 --> 00:00:02,"), "{srt}");
    assert!(
        srt.contains("Profits <\u{2060}rose> to £1.2bn & more.") && srt.ends_with("\nShares --> up.\n"),
        "{srt}"
    );
    assert_eq!(untagged("a < b, {c}, >3σ"), "a < b, {c}, >3σ");
}

#[test]
fn a_short_cue_lingers_in_its_own_silence_only() {
    let rate = SampleRate(RATE as u32);
    for (pause_s, expected_s) in [(2.0, SHORTEST_S), (0.3, 3.0 / 14.0 + 0.3 - GAP_S), (0.0, 3.0 / 14.0)] {
        let record = record(&["No.", "Yes, it did so again."], 14.0 * 4.0 / 3.0, pause_s);
        let first = &captions(&record)[0];
        assert!(
            (first.end.seconds(rate) - expected_s).abs() < 0.002,
            "{pause_s}: {}",
            first.end.seconds(rate)
        );
    }
}

#[test]
fn hours() {
    assert_eq!(clock(Frames(RATE * 36_125 + 24), SampleRate(48_000), '.'), "10:02:05.000");
    assert_eq!(clock(Frames(RATE - 1), SampleRate(48_000), ','), "00:00:00,999");
}

proptest! {
    #[test]
    fn what_is_written_is_shown_once_in_time(
        words in prop::collection::vec("[A-Za-z0-9£é,.“”–-]{1,14}|[a-z./]{40,100}", 1..60),
        cps in 8.0..25.0_f64,
        pause in 0.0..1.5_f64,
        cut in 1..20_usize,
    ) {
        let sentences: Vec<String> = words.chunks(cut).map(|chunk| chunk.join(" ")).collect();
        let record = record(&sentences.iter().map(String::as_str).collect::<Vec<_>>(), cps, pause);
        let captions = captions(&record);
        let letters = |text: String| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let all = letters(captions.iter().flat_map(|caption| &caption.lines).map(String::as_str).collect());
        prop_assert_eq!(all, letters(sentences.concat()));
        let said: Vec<_> = record.said().map(|(element, said)| (element.start, element.start + element.length, said)).collect();
        for (n, caption) in captions.iter().enumerate() {
            prop_assert!(caption.lines.len() <= 2 && caption.lines.iter().all(|line| line.chars().count() <= LINE_CHARACTERS));
            prop_assert!(caption.start < caption.end);
            let of = said.iter().position(|(start, end, _)| *start <= caption.start && caption.start < *end);
            let of = of.expect("in a sentence");
            let next = said.get(of + 1).map_or(record.mastered.length, |(start, ..)| *start);
            prop_assert!(caption.end <= next.max(said[of].1));
            if let Some(next) = captions.get(n + 1) {
                prop_assert!(caption.end <= next.start);
            }
        }
    }
}

#[test]
fn heard_words_decide() {
    // "£1.2bn" is heard for two seconds.
    let mut record = record(&["It cost £1.2bn in all."], 14.0, 0.4);
    let crate::deliver::record::What::Sentence(said) = &mut record.elements[0].what else { panic!() };
    let said: &mut Said = said;
    let heard: &mut Vec<Heard> = &mut said.words;
    heard[2].length = Frames(2 * RATE);
    let units = said.units(Frames(0), Frames(9 * RATE));
    assert_eq!(units[2].length, Frames(2 * RATE));
}
