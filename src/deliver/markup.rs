//! Texts of unknown origin in HTML and SVG.

/// Appends a text so that it is read as it is, in an element or between double quotation marks.
///
/// What cannot be seen and would change how its surroundings are read goes: control characters, overrides of the
/// direction of writing (UAX #9 §3.3.2: a text may not turn around what stands beside it) and what is no character. White
/// space of every kind but the no-break space is a space.
pub(super) fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{A0}' | '\u{202F}' => out.push(c),
            c if c.is_whitespace() => out.push(' '),
            c if is_hidden(c) => {}
            c => out.push(c),
        }
    }
}

/// The same by itself.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    escape(&mut out, text);
    out
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
        || (c as u32) & 0xFFFE == 0xFFFE
        || ('\u{FDD0}'..='\u{FDEF}').contains(&c)
}

/// A language's tag that may stand in `lang`; none for what is no tag. Source: RFC 5646 §2.1, its length and letters.
pub(super) fn language(tag: &str) -> Option<&str> {
    let mut parts = tag.split('-');
    let first = parts
        .next()
        .is_some_and(|part| (2..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic()));
    let rest = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    (first && tag.len() <= 35 && parts.all(rest)).then_some(tag)
}

/// The place of a file beside the page, as an address.
///
/// Never one with a scheme or a host of its own, whatever the name: the colon is written `%3A`, and a slash in front is not
/// the first character. Source: RFC 3986 §3.3 and §4.2.
pub(super) fn relative(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 2);
    if name.starts_with('/') {
        out.push('.');
    }
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte as char);
            }
            _ => {
                const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
                out.push('%');
                out.push(DIGITS[usize::from(byte >> 4)] as char);
                out.push(DIGITS[usize::from(byte & 15)] as char);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_texts() {
        for (text, expected) in [
            ("Fish & <chips>", "Fish &amp; &lt;chips&gt;"),
            ("</script><script>\"'", "&lt;/script&gt;&lt;script&gt;&quot;&#39;"),
            ("a\u{0}b\u{1b}[0m\tc\r\nd\u{2028}e", "ab[0m c  d e"),
            ("\u{202E}evil\u{202C} \u{2066}x\u{2069}\u{FEFF}", "evil x"),
            ("שלום\u{200F} é \u{A0}10", "שלום\u{200F} é \u{A0}10"),
            ("\u{FFFF}\u{FDD0}\u{1FFFE}.", "."),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }

    #[test]
    fn tags_of_languages() {
        for (tag, right) in [
            ("en", true),
            ("en-GB", true),
            ("de-CH-1996", true),
            ("", false),
            ("en_GB", false),
            ("x\" onload", false),
        ] {
            assert_eq!(language(tag).is_some(), right, "{tag}");
        }
    }

    #[test]
    fn addresses_stay_beside_the_page() {
        for (name, expected) in [
            ("bulletin.mp3", "bulletin.mp3"),
            ("out/7 o’clock #1?.wav", "out/7%20o%E2%80%99clock%20%231%3F.wav"),
            ("javascript:alert(1)", "javascript%3Aalert%281%29"),
            ("//evil.example/a.mp3", ".//evil.example/a.mp3"),
            ("\"><script>", "%22%3E%3Cscript%3E"),
        ] {
            assert_eq!(relative(name), expected);
        }
    }
}
