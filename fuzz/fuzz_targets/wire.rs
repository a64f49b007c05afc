//! Whatever bytes come: no panic, no endless work, lines that the input has, and nothing cancelled or under embargo
//! through the gate.
//!
//! `cargo +nightly fuzz run wire tests/fixtures/wire -- -max_len=20000`

#![no_main]

use bulletin::article::Settings;
use bulletin::article::wire::{self, ItemKind, Status};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(items) = wire::read(bytes, "input", &Settings::default()) else { return };
    // Line ends of every sort that an editor counts, and one for the last line.
    let lines = String::from_utf8_lossy(bytes).matches(['\n', '\r']).count() + 2;
    for item in &items {
        let article = &item.article;
        assert!(article.dropped.iter().all(|d| d.line <= lines));
        assert!(article.paragraphs.iter().all(|p| p.lines.0 <= p.lines.1 && p.lines.1 <= lines));
        let now = "2025-03-04T00:00:00Z".parse().expect("a constant time");
        if item.release(now, false).is_ok() {
            assert_eq!((item.status, &item.kind), (Status::Usable, &ItemKind::Text));
            assert!(item.embargo.as_ref().is_none_or(|e| !e.is_in_force(now)));
            assert!(!article.paragraphs.is_empty());
        }
    }
    let count = items.len();
    let newest = wire::newest(items);
    assert_eq!(newest.items.len() + newest.superseded.len(), count);
});
