//! What holds for every input: the spoken alphabet, rest for what is already spoken, spans, cost.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use bulletin::normalise::{Locale, Normaliser, Spoken, Style};
use proptest::prelude::*;
use std::sync::LazyLock;

static GB: LazyLock<Normaliser> = LazyLock::new(|| Normaliser::new(Style::default()));
static US: LazyLock<Normaliser> =
    LazyLock::new(|| Normaliser::new(Style { locale: Locale::EnUs, ..Style::default() }));

fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !c.is_numeric()
}

/// Letters with their marks, word-internal apostrophe and hyphen, single spaces, six marks after a word.
fn check_alphabet(text: &str) -> Result<(), TestCaseError> {
    prop_assert!(
        !text.starts_with(' ') && !text.ends_with(' ') && !text.contains("  "),
        "spaces: {:?}",
        text
    );
    let chars: Vec<char> = text.chars().collect();
    let word = |c: Option<&char>| {
        c.is_some_and(|c| is_letter(*c) || unicode_normalization::char::is_combining_mark(*c))
    };
    for (n, &c) in chars.iter().enumerate() {
        let before = n.checked_sub(1).and_then(|n| chars.get(n));
        let after = chars.get(n + 1);
        match c {
            ' ' => {}
            '\'' | '-' => prop_assert!(word(before) && word(after), "{:?} not inside a word: {:?}", c, text),
            '.' | ',' | ';' | ':' | '!' | '?' => {
                prop_assert!(
                    word(before) && after.is_none_or(|c| *c == ' '),
                    "{:?} out of place: {:?}",
                    c,
                    text
                );
            }
            c => prop_assert!(
                is_letter(c) || unicode_normalization::char::is_combining_mark(c) && word(before),
                "{:?} in {:?}",
                c,
                text
            ),
        }
    }
    Ok(())
}

/// In order, in bounds, on character boundaries, apart, and together every character but white space.
fn check_spans(written: &str, spoken: &Spoken) -> Result<(), TestCaseError> {
    let (mut at, mut said) = (0, 0);
    for piece in spoken.pieces() {
        prop_assert!(written.get(piece.written.clone()).is_some(), "{:?} of {:?}", piece, written);
        prop_assert!(spoken.text().get(piece.spoken.clone()).is_some(), "{:?} of {:?}", piece, spoken.text());
        prop_assert!(
            piece.written.start >= at && piece.spoken.start >= said,
            "{:?} after {} {}",
            piece,
            at,
            said
        );
        prop_assert!(
            written[at..piece.written.start].trim().is_empty(),
            "{:?} lost before {:?}",
            written,
            piece
        );
        prop_assert!(
            spoken.text()[said..piece.spoken.start].trim().is_empty(),
            "nobody said it: {:?}",
            piece
        );
        prop_assert!(!piece.rule.is_empty());
        at = piece.written.end;
        said = piece.spoken.end;
    }
    prop_assert!(written[at..].trim().is_empty(), "the end of {:?} is lost", written);
    prop_assert!(spoken.text()[said..].is_empty());
    for word in spoken.words() {
        prop_assert_eq!(&spoken.text()[word.spoken.clone()], word.text);
        prop_assert!(word.text.chars().next_back().is_some_and(|c| !c.is_ascii_punctuation()));
    }
    Ok(())
}

fn check(written: &str) -> Result<(), TestCaseError> {
    for normaliser in [&*GB, &*US] {
        let spoken = normaliser.normalise(written);
        check_alphabet(spoken.text())?;
        check_spans(written, &spoken)?;
        let again = normaliser.normalise(spoken.text());
        prop_assert_eq!(again.text(), spoken.text(), "said twice: {:?}", written);
        let mut reused = normaliser.normalise("£5 at 10.30pm & “more” ㎏");
        normaliser.normalise_into(written, &mut reused);
        prop_assert_eq!(&reused, &spoken);
    }
    Ok(())
}

/// Bits of copy that mean something to one class or another.
fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "£", "$", "€", "%", "-", "–", "—", "/", ":", ".", ",", "'", "’", "\"", "“", "(", ")", "&", "+",
            "=", "@", "#", "°", "½", "²", "₂", "…", "*", "<", ">", "~", "×", "|", "[", "]", "¢", "\u{AD}",
            "&amp;", "â€™", "👍", "№", "Ⅷ", "ª",
        ])
        .prop_map(str::to_owned),
        prop::sample::select(vec![
            "m",
            "bn",
            "k",
            "p",
            "c",
            "C",
            "F",
            "am",
            "pm",
            "a.m.",
            "GMT",
            "st",
            "nd",
            "th",
            "s",
            "mph",
            "km",
            "ft",
            "in",
            "lb",
            "May",
            "March",
            "Jan",
            "Mon",
            "Sat",
            "No",
            "St",
            "Dr",
            "Co",
            "v",
            "vs",
            "the",
            "a",
            "The",
            "A",
            "I",
            "X",
            "V",
            "II",
            "VIII",
            "Henry",
            "Chapter",
            "NHS",
            "MPs",
            "NATO",
            "US",
            "BBC's",
            "iPhone",
            "PhD",
            "won",
            "lost",
            "call",
            "on",
            "by",
            "at",
            "of",
            "people",
            "house",
            "Street",
            "Rd",
            "aged",
            "million",
            "GBP",
            "www",
            "com",
            "co",
            "uk",
            "http",
            "x",
            "e.g.",
            "R-Ohio",
            "Tampa",
            "FL",
            "u.s",
            "N",
            "o'clock",
            "don't",
            "Queen",
            "Elizabeth",
            "per",
            "kWh",
            "w/c",
            "rock'n'roll",
        ])
        .prop_map(str::to_owned),
        "[0-9]{1,4}",
        "[0-9]{1,12}",
        "[a-z]{1,8}",
        "[A-Z]{1,6}",
        prop::char::any().prop_map(|c| c.to_string()),
    ]
}

fn copy() -> impl Strategy<Value = String> {
    prop::collection::vec((fragment(), prop::bool::ANY), 1..14).prop_map(|parts| {
        let mut line = String::new();
        for (part, space) in parts {
            line.push_str(&part);
            if space {
                line.push(' ');
            }
        }
        line
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn holds_for_pieces_of_copy(line in copy()) {
        check(&line)?;
    }

    #[test]
    fn holds_for_any_text(line in "\\PC{0,60}") {
        check(&line)?;
    }

    #[test]
    fn holds_for_any_characters(line in prop::collection::vec(prop::char::any(), 0..40)) {
        check(&line.into_iter().collect::<String>())?;
    }
}

#[test]
fn holds_for_every_character_alone_and_beside_others() {
    for c in (0..=0x0010_FFFF_u32).filter_map(char::from_u32) {
        // Private use and unassigned planes are all alike.
        if (0x30000..0xE0000).contains(&(c as u32)) || (c as u32) > 0xE0200 {
            continue;
        }
        for line in [format!("{c}"), format!("a{c}b"), format!("5{c}5 x{c}")] {
            if let Err(error) = check(&line) {
                panic!("U+{:04X} in {line:?}: {error}", c as u32);
            }
        }
    }
}

#[test]
fn holds_for_long_runs() {
    for unit in [
        "1",
        "a",
        "A",
        "£",
        "(",
        "-",
        "1-",
        "1.",
        "1,",
        "a.",
        "A.",
        "@",
        "a@",
        "½",
        "\"",
        "' ",
        "I ",
        "1/",
        "& ",
        "<b",
        "1:",
        "£1-",
        "No ",
        "é",
        "㎏",
        "x1",
        "1 000 ",
        "May 1 and ",
    ] {
        let line = unit.repeat(400);
        if let Err(error) = check(&line) {
            panic!("{unit:?} repeated: {error}");
        }
    }
}
