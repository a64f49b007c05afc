//! Text for fields that hold ASCII and nothing else.
//!
//! `bext` and `cart` are ASCII by their standards (EBU Tech 3285 v2 §2.3, AES46-2002). `LIST INFO` and labels are
//! ISO 8859-1 unless a `CSET` chunk says otherwise (Microsoft and IBM, "Multimedia Programming Interface and Data
//! Specifications 1.0", 1991, chapter 2), which no player reads: some take them for UTF-8, some for the code page of the
//! machine. ASCII is the same to all of them. The text as it was written is in `iXML`.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Letters and signs that do not come apart into an ASCII one and a mark.
const SPELLED: &[(char, &str)] = &[
    ('\u{2018}', "'"),
    ('\u{2019}', "'"),
    ('\u{201A}', "'"),
    ('\u{201B}', "'"),
    ('\u{201C}', "\""),
    ('\u{201D}', "\""),
    ('\u{201E}', "\""),
    ('\u{201F}', "\""),
    ('«', "\""),
    ('»', "\""),
    ('\u{2010}', "-"),
    ('\u{2012}', "-"),
    ('\u{2013}', "-"),
    ('\u{2014}', "-"),
    ('\u{2015}', "-"),
    ('\u{2212}', "-"),
    ('\u{2044}', "/"),
    ('£', "GBP"),
    ('€', "EUR"),
    ('ß', "ss"),
    ('æ', "ae"),
    ('Æ', "AE"),
    ('œ', "oe"),
    ('Œ', "OE"),
    ('ø', "o"),
    ('Ø', "O"),
    ('ł', "l"),
    ('Ł', "L"),
    ('đ', "d"),
    ('Đ', "D"),
    ('ð', "d"),
    ('Ð', "D"),
    ('þ', "th"),
    ('Þ', "Th"),
    ('ı', "i"),
];

/// A text a person can read in printable ASCII: marks dropped, quotes and dashes plain, white space single spaces.
///
/// What has no such spelling becomes `?`; what cannot be seen, nothing.
///
/// # Examples
/// ```
/// use bulletin::deliver::wav::ascii::ascii;
/// assert_eq!(ascii("“Ça\u{a0}va” – Zoë’s £5…"), "\"Ca va\" - Zoe's GBP5...");
/// assert_eq!(ascii("東京\n5\u{200b}0"), "?? 50");
/// ```
pub fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for written in text.chars() {
        // "2½" is not "21/2".
        if matches!(written, '¼'..='¾' | '\u{2150}'..='\u{215F}')
            && out.ends_with(|c: char| c.is_ascii_digit())
        {
            out.push(' ');
        }
        std::iter::once(written).nfkd().for_each(|c| spell(&mut out, c));
    }
    out.truncate(out.trim_end().len());
    out
}

fn spell(out: &mut String, c: char) {
    if c.is_whitespace() || c.is_control() {
        if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    } else if c.is_ascii() {
        out.push(c);
    } else if let Some((_, spelled)) = SPELLED.iter().find(|(other, _)| *other == c) {
        out.push_str(spelled);
    } else if !is_combining_mark(c) && !is_unseen(c) {
        out.push('?');
    }
}

/// Joiners, marks of direction, soft hyphens: they only tell how to set what is around them.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// [`ascii`], as much of it as `most` bytes hold.
///
/// # Examples
/// ```
/// assert_eq!(bulletin::deliver::wav::ascii::at_most("Zoë Ørsted", 5), "Zoe O");
/// ```
pub fn at_most(text: &str, most: usize) -> String {
    let mut plain = ascii(text);
    // One byte a character, so any place is between two.
    plain.truncate(most);
    plain.truncate(plain.trim_end().len());
    plain
}

/// Appends a field of exactly `width` bytes, NUL-padded; a text as long as the field has no NUL.
pub(super) fn put_field(out: &mut Vec<u8>, text: &str, width: usize) {
    let end = out.len() + width;
    out.extend_from_slice(at_most(text, width).as_bytes());
    out.resize(end, 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readable_in_ascii() {
        for (text, plain) in [
            ("", ""),
            ("  plain  text ", "plain text"),
            ("Málaga, Łódź, Ærø, Straße", "Malaga, Lodz, AEro, Strasse"),
            ("‘one’ „two“ «three»", "'one' \"two\" \"three\""),
            ("7–9 − 2 ‐ 3 ‑ 4 — 5", "7-9 - 2 - 3 - 4 - 5"),
            ("½ m² ﬁsh ™ 2½", "1/2 m2 fish TM 2 1/2"),
            ("a\tb\r\nc\u{0}d", "a b c d"),
            ("co\u{AD}op \u{202B}x\u{202C}", "coop x"),
            ("Київ 🚢", "???? ?"),
            ("e\u{301}\u{301}\u{301}", "e"),
        ] {
            assert_eq!(ascii(text), plain, "{text}");
            assert!(ascii(text).bytes().all(|b| (0x20..0x7F).contains(&b)), "{text}");
        }
    }

    #[test]
    fn fields_are_exactly_as_wide_as_they_are() {
        for (text, field) in [
            ("", &b"\0\0\0\0"[..]),
            ("ab", b"ab\0\0"),
            ("abcd", b"abcd"),
            ("abç de", b"abc\0"),
            ("é…x", b"e..."),
        ] {
            let mut out = vec![1];
            put_field(&mut out, text, 4);
            assert_eq!(&out[1..], field, "{text}");
        }
    }
}
