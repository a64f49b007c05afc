//! One string → numbered lines, each without the traces that scraping leaves.
//!
//! Lines end at LF, CR LF, CR, NEL (U+0085), U+2028 and U+2029. A vertical tab or a form feed ends a line of text
//! too, but does not count: editors show it inside the line. What is taken out of a line is recorded as a [`Piece`]
//! unless it is mere white space.

use super::Kind;
use super::mojibake;
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// A part of a line that was taken out or mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) kind: Kind,
    pub(super) reason: String,
}

/// One line of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// As an editor numbers it, from 1.
    pub(super) number: usize,
    /// Clean, in NFC, with single spaces, trimmed; empty for a blank line.
    pub(super) text: String,
    /// Spaces before the text.
    pub(super) indent: usize,
    pub(super) pieces: Vec<Piece>,
}

/// Splits `text` into clean lines.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut out = Vec::new();
    let mut number = 1;
    let mut rest = text;
    loop {
        let end = rest.find(is_line_end).unwrap_or(rest.len());
        out.push(clean(number, &rest[..end]));
        let Some(c) = rest[end..].chars().next() else { break };
        rest = &rest[end + c.len_utf8()..];
        if c == '\r' && rest.starts_with('\n') {
            rest = &rest[1..];
        }
        number += usize::from(!matches!(c, '\x0b' | '\x0c'));
    }
    out
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\x0b' | '\x0c' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn clean(number: usize, raw: &str) -> Line {
    let indent = raw.len() - raw.trim_start_matches([' ', '\t']).len();
    let mut pieces = Vec::new();
    let noise = |pieces: &mut Vec<Piece>, text: &str, reason: String| {
        if pieces.len() < PIECES_PER_LINE {
            pieces.push(Piece { text: text.to_owned(), kind: Kind::Noise, reason });
        }
    };
    let mut text = Cow::Borrowed(raw);
    if let Some((mended, repairs)) = mojibake::repair(&text) {
        for repair in repairs {
            noise(&mut pieces, &repair.broken, format!("wrongly decoded text, read as \"{}\"", repair.whole));
        }
        text = Cow::Owned(mended);
    }
    if text.contains('&') {
        let whole = entities(&text, &mut |piece, whole| {
            noise(&mut pieces, piece, format!("an HTML entity, read as \"{whole}\""));
        });
        text = Cow::Owned(whole.into_owned());
    }
    if text.contains('<') && TAG.is_match(&text) {
        for found in TAG.find_iter(&text) {
            noise(&mut pieces, found.as_str(), "an HTML tag".into());
        }
        text = Cow::Owned(TAG.replace_all(&text, " ").into_owned());
    }
    if text.contains('`') {
        text = Cow::Owned(backticks(&text, &mut || noise(&mut pieces, "`", "a stray backtick".into())));
    }
    let text = spaces(&text, &mut |c| {
        noise(&mut pieces, &c.to_string(), format!("an invisible or control character, U+{:04X}", c as u32));
    });
    let text = if is_nfc(&text) { text } else { text.nfc().collect() };
    // A line of nothing visible is still not blank in an editor that shows it.
    if text.is_empty() && pieces.is_empty() && !raw.trim_matches([' ', '\t', '\u{feff}']).is_empty() {
        noise(&mut pieces, raw.trim_matches([' ', '\t']), "a line of invisible characters".into());
    }
    Line { number, text, indent, pieces }
}

/// Bounds the record of a line that is nothing but noise.
const PIECES_PER_LINE: usize = 64;

/// Tags that a careless scrape leaves in text. Not any `<word>`: copy may hold one.
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)</?(?:p|br|hr|b|i|u|em|strong|small|a|span|div|h[1-6]|ul|ol|li|blockquote|q|cite|sup|sub|img|figure|figcaption|font|center|table|tr|td|th|tbody|section|article|iframe|script|style|time)(?:\s[^<>]{0,500})?/?>|<!--.{0,500}?-->",
    )
    .expect("a constant pattern")
});

static ENTITY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"&(?:#[xX]([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-zA-Z]{2,8}));").expect("a constant pattern")
});

/// Entities of HTML 4 that occur in news copy (HTML Living Standard, §13.5).
const ENTITIES: &[(&str, &str)] = &[
    ("nbsp", " "),
    ("amp", "&"),
    ("quot", "\""),
    ("apos", "'"),
    ("lt", "<"),
    ("gt", ">"),
    ("pound", "£"),
    ("euro", "€"),
    ("yen", "¥"),
    ("cent", "¢"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("deg", "°"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("hellip", "…"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("bull", "•"),
    ("middot", "·"),
    ("frac12", "½"),
    ("frac14", "¼"),
    ("frac34", "¾"),
    ("times", "×"),
    ("shy", ""),
    ("thinsp", " "),
    ("ensp", " "),
    ("emsp", " "),
    ("zwnj", ""),
    ("zwj", ""),
    ("eacute", "é"),
    ("egrave", "è"),
    ("ecirc", "ê"),
    ("agrave", "à"),
    ("aacute", "á"),
    ("acirc", "â"),
    ("ccedil", "ç"),
    ("ntilde", "ñ"),
    ("ouml", "ö"),
    ("uuml", "ü"),
    ("auml", "ä"),
    ("szlig", "ß"),
    ("oacute", "ó"),
    ("iacute", "í"),
    ("uacute", "ú"),
    ("ocirc", "ô"),
    ("ucirc", "û"),
    ("icirc", "î"),
    ("iuml", "ï"),
    ("Eacute", "É"),
    ("Ouml", "Ö"),
    ("Uuml", "Ü"),
    ("Auml", "Ä"),
];

/// What a named entity of HTML stands for, if it occurs in news copy.
pub(super) fn entity(name: &str) -> Option<&'static str> {
    ENTITIES.iter().find(|(n, _)| *n == name).map(|(_, whole)| *whole)
}

fn entities<'a>(text: &'a str, found: &mut dyn FnMut(&str, &str)) -> Cow<'a, str> {
    // Scraped twice, a page has "&amp;pound;"; three rounds do not occur.
    let mut text = Cow::Borrowed(text);
    for _ in 0..2 {
        let next = ENTITY.replace_all(&text, |c: &regex::Captures<'_>| {
            let code = c
                .get(1)
                .map(|m| u32::from_str_radix(m.as_str(), 16))
                .or_else(|| c.get(2).map(|m| m.as_str().parse()))
                .and_then(Result::ok);
            let whole = match (code, c.get(3)) {
                // Numeric references in the C1 range mean Windows-1252 (HTML Living Standard, §13.2.5.80).
                (Some(code @ 0x80..=0x9f), _) => {
                    let byte = [code as u8];
                    Some(encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte).0.into_owned())
                }
                (Some(code), _) => {
                    char::from_u32(code).filter(|c| !c.is_control() || *c == '\t').map(String::from)
                }
                (None, Some(name)) => entity(name.as_str()).map(str::to_owned),
                (None, None) => None,
            };
            match whole {
                Some(whole) => {
                    found(&c[0], &whole);
                    whole
                }
                None => c[0].to_owned(),
            }
        });
        match next {
            Cow::Borrowed(_) => break,
            Cow::Owned(next) => text = Cow::Owned(next),
        }
    }
    text
}

/// Backticks that stand for quotation marks become them; others are noise.
fn backticks(text: &str, stray: &mut dyn FnMut()) -> String {
    // ``like this'', the typewriter habit that wires kept.
    let text = if text.contains("``") && text.contains("''") {
        Cow::Owned(text.replace("``", "“").replace("''", "”"))
    } else {
        Cow::Borrowed(text)
    };
    let mut out = String::with_capacity(text.len());
    let mut previous = ' ';
    let mut characters = text.char_indices().peekable();
    // Found once, from the right: a search per backtick would be quadratic.
    let last_apostrophe = text.rfind(['\'', '’']);
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map_or(' ', |(_, c)| *c);
        if c != '`' {
            out.push(c);
        } else if previous.is_alphanumeric() && next.is_alphanumeric() {
            out.push('’');
        } else if previous.is_whitespace()
            && next.is_alphanumeric()
            && last_apostrophe.is_some_and(|l| l > at)
        {
            out.push('‘');
        } else {
            stray();
        }
        previous = c;
    }
    out
}

/// White space of every width to single spaces; invisible and control characters out; ligatures apart.
fn spaces(text: &str, removed: &mut dyn FnMut(char)) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        match c {
            _ if c.is_whitespace() => gap = true,
            // Joiners mean something between letters of Indic and Arabic scripts and inside emoji.
            '\u{200c}' | '\u{200d}' if out.chars().next_back().is_some_and(|p| p > '\u{2ff}') && !gap => {
                out.push(c);
            }
            '\u{ad}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffc}' => {
                // The mark at the start of a file is its encoding's signature.
                if !(c == '\u{feff}' && out.is_empty()) {
                    removed(c);
                }
            }
            _ if c.is_control() => removed(c),
            '\u{fffd}' => {
                // Nothing tells what it was; between letters of a word it was nearly always an apostrophe.
                removed(c);
                if !gap && out.chars().next_back().is_some_and(char::is_alphabetic) {
                    out.push('\u{fffd}');
                }
            }
            _ => {
                if out.ends_with('\u{fffd}') {
                    out.pop();
                    if !gap && c.is_alphabetic() {
                        out.push('’');
                    }
                }
                if gap && !out.is_empty() {
                    out.push(' ');
                }
                gap = false;
                match c {
                    'ﬀ' => out.push_str("ff"),
                    'ﬁ' => out.push_str("fi"),
                    'ﬂ' => out.push_str("fl"),
                    'ﬃ' => out.push_str("ffi"),
                    'ﬄ' => out.push_str("ffl"),
                    _ => out.push(c),
                }
            }
        }
    }
    if out.ends_with('\u{fffd}') {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(text: &str) -> Vec<(usize, String)> {
        lines(text).into_iter().map(|l| (l.number, l.text)).collect()
    }

    #[test]
    fn line_numbers_are_those_of_an_editor() {
        let expect = |text: &str, lines: &[(usize, &str)]| {
            let lines: Vec<_> = lines.iter().map(|(n, t)| (*n, (*t).to_owned())).collect();
            assert_eq!(numbered(text), lines, "{text:?}");
        };
        expect("a\nb", &[(1, "a"), (2, "b")]);
        expect("a\r\nb\rc\n\nd", &[(1, "a"), (2, "b"), (3, "c"), (4, ""), (5, "d")]);
        expect("a\u{2028}b\u{2029}c\u{85}d", &[(1, "a"), (2, "b"), (3, "c"), (4, "d")]);
        expect("a\x0cb\x0bc\nd", &[(1, "a"), (1, "b"), (1, "c"), (2, "d")]);
        expect("", &[(1, "")]);
    }

    #[test]
    fn scraping_noise() {
        for (raw, text, pieces) in [
            ("routes.”`", "routes.”", &["`"][..]),
            ("don`t stop", "don’t stop", &[]),
            ("the `best' yet", "the ‘best' yet", &[]),
            ("``No,'' he said.", "“No,” he said.", &[]),
            ("Mon\u{ad}day\u{200b} at\u{a0}5", "Monday at 5", &["\u{ad}", "\u{200b}"]),
            ("&nbsp;No one &amp;pound;3", "No one £3", &["&nbsp;", "&amp;", "&pound;"]),
            ("R&D; AT&T &c.", "R&D; AT&T &c.", &[]),
            ("It&#8217;s &#146;ere", "It’s ’ere", &["&#8217;", "&#146;"]),
            ("<p>One <strong>two</strong></p>", "One two", &["<p>", "<strong>", "</strong>", "</p>"]),
            ("a < b > c <unknown>", "a < b > c <unknown>", &[]),
            ("\u{feff}First", "First", &[]),
            ("cafe\u{301}", "café", &[]),
            ("ﬁre o\u{fffd}clock", "fire o’clock", &["\u{fffd}"]),
            ("the \u{fffd} end\u{fffd}.", "the end.", &["\u{fffd}", "\u{fffd}"]),
            ("\u{a0}\u{a0}", "", &["\u{a0}\u{a0}"]),
            ("\u{200b}", "", &["\u{200b}"]),
            ("   \t", "", &[]),
        ] {
            let line = &lines(raw)[0];
            assert_eq!(line.text, text, "{raw:?}");
            let found: Vec<_> = line.pieces.iter().map(|p| p.text.as_str()).collect();
            assert_eq!(found, pieces, "{raw:?}");
        }
    }
}
