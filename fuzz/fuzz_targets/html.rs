//! Whatever bytes come as a page: no panic, no text without its kind and reason, lines that the page has.
//!
//! `cargo +nightly fuzz run html -- -max_len=4096 -dict=fuzz/html.dict`

#![no_main]

use bulletin::article::{Settings, html};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let _ = html::is_html(&text);
    let settings = Settings::default();
    // By whatever charset the first byte picks, and as a fragment of a feed.
    let label = bytes.first().map(|b| ["utf-8", "windows-1252", "utf-16le", "shift_jis", "klingon"][*b as usize % 5]);
    for result in [html::read(bytes, "page", label, &settings), html::fragment(&text, "entry", &settings)] {
        let Ok(article) = result else { continue };
        // UTF-16 has line ends that are not bytes of their own.
        let lines = bytes.iter().filter(|b| matches!(b, b'\n' | b'\r' | 0x0a | 0x85)).count() + 2;
        for paragraph in &article.paragraphs {
            assert!(!paragraph.text.trim().is_empty() && !paragraph.text.contains('\n'));
            assert!(paragraph.lines.0 >= 1 && paragraph.lines.0 <= paragraph.lines.1);
            assert!(paragraph.lines.1 <= lines, "{paragraph:?} of {lines}");
        }
        for dropped in &article.dropped {
            assert!(!dropped.reason.is_empty() && dropped.line >= 1 && dropped.line <= lines, "{dropped:?}");
        }
    }
});
