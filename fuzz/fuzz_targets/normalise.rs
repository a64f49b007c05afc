//! Whatever bytes come: no panic, the spoken alphabet alone, spans that cover the line, and rest for what is spoken.
//!
//! `cargo +nightly fuzz run normalise -- -max_len=400 -dict=fuzz/normalise.dict`

#![no_main]

use bulletin::normalise::{Locale, Normaliser, Spoken, Style};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use unicode_normalization::char::is_combining_mark;

static HOUSES: LazyLock<[Normaliser; 2]> = LazyLock::new(|| {
    [Normaliser::new(Style::default()), Normaliser::new(Style { locale: Locale::EnUs, ..Style::default() })]
});

fn spoken_alphabet(text: &str) {
    assert!(!text.starts_with(' ') && !text.ends_with(' ') && !text.contains("  "));
    let chars: Vec<char> = text.chars().collect();
    let letter = |n: Option<usize>| {
        n.and_then(|n| chars.get(n)).is_some_and(|c| c.is_alphabetic() && !c.is_numeric() || is_combining_mark(*c))
    };
    for (n, c) in chars.iter().enumerate() {
        match c {
            ' ' => {}
            '\'' | '-' => assert!(letter(n.checked_sub(1)) && letter(Some(n + 1)), "{text:?}"),
            '.' | ',' | ';' | ':' | '!' | '?' => {
                assert!(letter(n.checked_sub(1)) && chars.get(n + 1).is_none_or(|c| *c == ' '), "{text:?}");
            }
            _ => assert!(letter(Some(n)), "{c:?} in {text:?}"),
        }
    }
}

fn spans(written: &str, spoken: &Spoken) {
    let (mut at, mut said) = (0, 0);
    for piece in spoken.pieces() {
        assert!(piece.written.start >= at && piece.spoken.start >= said);
        assert!(written[at..piece.written.start].trim().is_empty());
        assert!(spoken.text()[said..piece.spoken.start].trim().is_empty());
        let _ = (&written[piece.written.clone()], &spoken.text()[piece.spoken.clone()]);
        (at, said) = (piece.written.end, piece.spoken.end);
    }
    assert!(written[at..].trim().is_empty() && spoken.text()[said..].is_empty());
}

fuzz_target!(|bytes: &[u8]| {
    let written = String::from_utf8_lossy(bytes);
    for house in HOUSES.iter() {
        let spoken = house.normalise(&written);
        spoken_alphabet(spoken.text());
        spans(&written, &spoken);
        assert_eq!(house.normalise(spoken.text()).text(), spoken.text());
    }
});
