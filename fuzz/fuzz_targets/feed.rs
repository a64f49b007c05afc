//! Whatever bytes come: no panic, entries within bounds, lines within the feed, links that are web addresses, and
//! every entry read, selected and compared.
//!
//! `cargo +nightly fuzz run feed fuzz/corpus/feed tests/fixtures/feed -- -max_len=8000 -dict=fuzz/feed.dict`

#![no_main]

use bulletin::article::feed::{self, ENTRY_LIMIT, Selection, duplicates, select};
use bulletin::article::{Settings, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let settings = Settings::default();
    let _ = read(bytes, "f", &settings);
    let Ok(feed) = feed::read(bytes, "f", None, &settings) else { return };
    assert!(!feed.entries.is_empty() && feed.entries.len() <= ENTRY_LIMIT);
    // A line has a byte to end it, two in UTF-16.
    let lines = bytes.len() as u32 + 1;
    for entry in &feed.entries {
        assert!(entry.line.is_some_and(|line| (1..=lines).contains(&line)));
        for content in [&entry.content, &entry.summary].into_iter().flatten() {
            assert!(content.lines.0 >= 1 && content.lines.0 <= content.lines.1 && content.lines.1 <= lines);
        }
        assert!(entry.link.as_ref().is_none_or(|link| link.starts_with("http")));
    }
    // Reading a story starts a thread; a few show what a hundred would.
    for entry in feed.entries.iter().take(4) {
        if let Ok(Some(article)) = entry.article("f", &settings) {
            assert!(!article.paragraphs.is_empty());
        }
    }
    let now = "2025-04-03T06:00+01:00[+01:00]".parse().expect("a time");
    let selection = Selection { take: Some(3), since: Some("1d".parse().expect("a length")), matching: vec!["a b".into()] };
    let selected = select(&feed.entries, &selection, &now);
    assert_eq!(selected.entries.len() + selected.left_out.len(), feed.entries.len());
    for duplicate in duplicates(&feed.entries.iter().collect::<Vec<_>>()) {
        assert!(duplicate.of < duplicate.entry);
    }
});
