//! A page's bytes → text, by the order the field found right: byte-order mark, valid UTF-8, the charset of the HTTP
//! header, the page's own `meta`, a guess.
//!
//! Valid UTF-8 comes before any label because labels are copied from template to template; a text in another
//! encoding is hardly ever valid UTF-8 by chance.

use super::super::encoding;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use regex::bytes::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// How far into a page its own label is looked for (HTML Living Standard, §13.2.3.2 asks for 1024; sites need more).
const PRESCAN_BYTES: usize = 8192;

/// Decodes a page. `charset` is what an HTTP header said.
///
/// # Errors
/// What the bytes are instead of text.
pub(in crate::article) fn decode<'a>(bytes: &'a [u8], charset: Option<&str>) -> Result<Cow<'a, str>, String> {
    let labelled = || {
        let label = charset
            .and_then(|label| Encoding::for_label(label.trim().as_bytes()))
            .or_else(|| declared(bytes));
        // A label that could be read is in an encoding that holds ASCII, whatever it says.
        label.filter(|e| *e != UTF_16LE && *e != UTF_16BE && *e != UTF_8)
    };
    if Encoding::for_bom(bytes).is_none()
        && !bytes.contains(&0)
        && std::str::from_utf8(bytes).is_err()
        && let Some(encoding) = labelled()
    {
        let (text, broken) = encoding.decode_without_bom_handling(bytes);
        if !broken {
            return Ok(text);
        }
    }
    encoding::decode(bytes)
}

/// The encoding in `<meta charset>`, `<meta http-equiv>` or an XML declaration.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    static LABEL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?i-u)<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,80}?encoding)\s*=\s*["']?\s*([a-z0-9_:.-]{2,40})"#)
            .expect("a constant pattern")
    });
    let head = &bytes[..bytes.len().min(PRESCAN_BYTES)];
    LABEL.captures(head).and_then(|c| Encoding::for_label(&c[1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

    #[test]
    fn the_order_of_evidence() {
        let page =
            |label: &str, text: &str| format!("<html><head>{label}</head><body><p>{text}</p></body></html>");
        let latin = "<meta charset=\"iso-8859-1\">";
        // Labelled Latin-1, in truth UTF-8.
        let text = page(latin, "café £3");
        assert_eq!(decode(text.as_bytes(), None).unwrap(), text);
        // Labelled Latin-1, in truth Windows-1252: the label means the latter on the web.
        let text =
            page("<meta http-equiv=Content-Type content='text/html; charset=ISO-8859-1'>", "“£3” – done");
        assert_eq!(decode(&WINDOWS_1252.encode(&text).0, None).unwrap(), text);
        // The header wins over the page.
        let text = page(latin, "Мост снова открыт");
        assert_eq!(decode(&WINDOWS_1251.encode(&text).0, Some("windows-1251")).unwrap(), text);
        // Labelled UTF-8 and not: the label is no use, the guess is.
        let text = page("<meta charset=utf-8>", "It cost £30 in all at the café");
        assert_eq!(decode(&WINDOWS_1252.encode(&text).0, None).unwrap(), text);
        let text = page("<meta charset=Shift_JIS>", "橋は月曜日に再び開通する。");
        assert_eq!(decode(&SHIFT_JIS.encode(&text).0, None).unwrap(), text);
        // A label nobody knows.
        let text = page("<meta charset=klingon>", "£30");
        assert_eq!(decode(&WINDOWS_1252.encode(&text).0, Some("x-no-such")).unwrap(), text);
        let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
        assert_eq!(decode(&marked, Some("windows-1251")).unwrap(), text);
    }
}
