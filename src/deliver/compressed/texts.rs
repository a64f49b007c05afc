//! Texts as a tag can hold them: any letters, no control characters, a length that readers take.

use std::fmt::Write as _;

/// The longest title, artist or programme in characters: more than any screen shows, less than any reader refuses.
pub const MOST_TEXT_CHARACTERS: usize = 1_000;

/// The longest comment in characters: a bulletin's rundown with a line a story fits many times over.
pub const MOST_COMMENT_CHARACTERS: usize = 16_000;

/// The longest title of a chapter in characters; with 999 chapters all tags together stay under a megabyte.
pub const MOST_TITLE_CHARACTERS: usize = 200;

/// One line of at most `most` characters, the last one `…` where there were more.
///
/// Line ends, tabs and other control characters are white space; a NUL would end a text for many readers.
pub(super) fn line(text: &str, most: usize) -> String {
    let mut out = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    cut(out, most)
}

/// The same of several lines, which stay.
pub(super) fn lines(text: &str, most: usize) -> String {
    let mut out = String::new();
    for each in text.lines() {
        let _ = writeln!(out, "{}", line(each, most));
    }
    cut(out.trim().to_owned(), most)
}

fn cut(mut text: String, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text;
    }
    let end = text.char_indices().nth(most.saturating_sub(1)).map_or(0, |(at, _)| at);
    text.truncate(end);
    text.truncate(text.trim_end().len());
    text.push('…');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_as_tags_hold_them() {
        for (text, most, wanted) in [
            ("", 5, ""),
            ("  a\u{0}b\tc\r\n ", 9, "a b c"),
            ("Zoë Ørsted 🎙️ 東京", 50, "Zoë Ørsted 🎙️ 東京"),
            ("abcde", 5, "abcde"),
            ("abcdef", 5, "abcd…"),
            ("abc def", 5, "abc…"),
            ("🎙🎙🎙", 2, "🎙…"),
            ("a", 0, "…"),
        ] {
            assert_eq!(line(text, most), wanted, "{text:?}");
        }
        assert_eq!(lines("\na  b\r\n\nc\u{7}\n", 50), "a b\n\nc");
        assert_eq!(lines("ab\ncdef", 5), "ab\nc…");
        let long = lines(&"ø".repeat(20_000), MOST_COMMENT_CHARACTERS);
        assert_eq!(long.chars().count(), MOST_COMMENT_CHARACTERS);
    }
}
