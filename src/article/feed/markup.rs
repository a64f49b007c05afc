//! XML as feeds have it, badly formed or not, → tokens. Never fails, never looks at a byte more than twice.
//!
//! A `<` that opens nothing is text; what is open at the end of the input is noted in [`Tokens::cut`]. Document
//! types are handed over unread, so no entity is ever expanded.
//! Source: XML 1.0 (fifth edition), §2 and §3; leniency as in the HTML Living Standard, §13.2.5.

use encoding_rs::WINDOWS_1252;
use std::borrow::Cow;
use std::fmt::Write as _;

/// One piece of markup or text. Names are as they stand, with their prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Start {
        name: &'a str,
        /// What stands between the name and the end of the tag.
        attributes: &'a str,
        /// `<name/>`.
        empty: bool,
    },
    End {
        name: &'a str,
    },
    /// With its references unread; see [`decode`].
    Text(&'a str),
    CData(&'a str),
    /// From after `<!DOCTYPE` to before `>`.
    Doctype(&'a str),
}

/// The tokens of a text, each with the byte at which it (or, for text, what it holds) begins.
#[derive(Debug, Clone)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    /// The text ended inside a tag, a comment or the like.
    pub(super) cut: bool,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, cut: false }
    }

    /// Goes back, or on, to byte `at`, where a token begins.
    pub(super) fn seek(&mut self, at: usize) {
        self.at = at;
    }

    /// Everything up to `close` from `from` on; all the rest, and a note of it, where there is none.
    fn until(&mut self, from: usize, close: &str) -> &'a str {
        let rest = &self.text[from..];
        if let Some(length) = rest.find(close) {
            self.at = from + length + close.len();
            &rest[..length]
        } else {
            self.at = self.text.len();
            self.cut = true;
            rest
        }
    }

    /// `<!…`: a comment, CDATA, a document type or another declaration.
    fn declaration(&mut self, start: usize) -> Option<(usize, Token<'a>)> {
        let rest = &self.text[start..];
        if rest.starts_with("<!--") {
            self.until(start + 4, "-->");
            return None;
        }
        if rest.starts_with("<![CDATA[") {
            let inner = self.until(start + 9, "]]>");
            return Some((start + 9, Token::CData(inner)));
        }
        let is_doctype = rest.get(..9).is_some_and(|head| head.eq_ignore_ascii_case("<!DOCTYPE"));
        let from = start + if is_doctype { 9 } else { 2 };
        let inner = &self.text[from..];
        let bracket = inner.find(['[', '>']).filter(|at| is_doctype && inner.as_bytes()[*at] == b'[');
        let inner = if let Some(bracket) = bracket {
            self.until(from + bracket, "]");
            self.until(self.at, ">");
            self.text[from..self.at].trim_end_matches('>')
        } else {
            self.until(from, ">")
        };
        is_doctype.then_some((start, Token::Doctype(inner)))
    }

    /// A tag whose name begins at `name_at`, or `None` where no tag ends before the next `<`.
    fn tag(&mut self, start: usize, name_at: usize, closing: bool) -> Option<Token<'a>> {
        let inner = &self.text[name_at..];
        let bytes = inner.as_bytes();
        let name_length = bytes
            .iter()
            .position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>' | b'<' | b'"' | b'\'' | b'='))
            .unwrap_or(bytes.len());
        let mut quote = None;
        let mut end = None;
        for (i, &b) in bytes.iter().enumerate().skip(name_length) {
            match (quote, b) {
                (Some(open), _) if b == open => quote = None,
                // Only after "=" is a quotation mark one that may hide a ">".
                (None, b'"' | b'\'') if bytes[..i].trim_ascii_end().ends_with(b"=") => quote = Some(b),
                (None, b'>') => {
                    end = Some(i);
                    break;
                }
                (None, b'<') => return None,
                _ => {}
            }
        }
        let Some(end) = end else {
            self.cut = true;
            self.at = self.text.len();
            // What is left of a tag is neither tag nor text.
            return Some(Token::Text(&self.text[start..start]));
        };
        self.at = name_at + end + 1;
        let name = &inner[..name_length];
        if closing {
            return Some(Token::End { name });
        }
        let attributes = inner[name_length..end].trim_end();
        let empty = attributes.ends_with('/');
        Some(Token::Start { name, attributes: attributes.trim_end_matches('/'), empty })
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (usize, Token<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let opens_name = |c: char| c.is_alphabetic() || c == '_';
        while self.at < self.text.len() {
            let start = self.at;
            let rest = &self.text[start..];
            let Some(after) = rest.strip_prefix('<') else {
                let length = rest.find('<').unwrap_or(rest.len());
                self.at = start + length;
                return Some((start, Token::Text(&rest[..length])));
            };
            let token = if after.starts_with('!') {
                match self.declaration(start) {
                    Some(found) => return Some(found),
                    None => continue,
                }
            } else if after.starts_with('?') {
                self.until(start + 2, "?>");
                continue;
            } else if after.starts_with(opens_name) {
                self.tag(start, start + 1, false)
            } else if after.strip_prefix('/').is_some_and(|name| name.starts_with(opens_name)) {
                self.tag(start, start + 2, true)
            } else {
                None
            };
            return Some((
                start,
                token.unwrap_or_else(|| {
                    self.at = start + 1;
                    Token::Text(&rest[..1])
                }),
            ));
        }
        None
    }
}

/// The attributes of a tag, references read; later ones of the same name are left to the caller.
pub(super) fn attributes(raw: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    let mut rest = raw;
    std::iter::from_fn(move || {
        rest =
            rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '"' | '\'' | '='));
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '"' | '\''))
            .unwrap_or(rest.len());
        let name = &rest[..end];
        let after = rest[end..].trim_start();
        let Some(value) = after.strip_prefix('=') else {
            rest = &rest[end..];
            return Some((name, Cow::Borrowed("")));
        };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let raw = if let Some(quote) = quote {
            let inner = &value[1..];
            let length = inner.find(quote).unwrap_or(inner.len());
            rest = inner[length..].strip_prefix(quote).unwrap_or_default();
            &inner[..length]
        } else {
            let length = value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len());
            rest = &value[length..];
            &value[..length]
        };
        Some((name, decode(raw, &mut 0)))
    })
}

/// The value of one attribute.
pub(super) fn attribute<'a>(raw: &'a str, name: &str) -> Option<Cow<'a, str>> {
    attributes(raw).find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// Reads XML's five entities and numeric references; counts in `bare` each `&` that opens no reference.
///
/// Names that XML does not define stay as they are: they are HTML's, and what reads HTML reads them. References to
/// characters that XML forbids read as nothing.
pub(super) fn decode<'a>(text: &'a str, bare: &mut usize) -> Cow<'a, str> {
    /// The longest name is HTML's `CounterClockwiseContourIntegral`.
    const LONGEST_REFERENCE: usize = 33;
    let Some(first) = text.find('&') else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(after) = rest.strip_prefix('&') {
        let end = after.bytes().take(LONGEST_REFERENCE).position(|b| !b.is_ascii_alphanumeric() && b != b'#');
        let name = end.filter(|end| after.as_bytes()[*end] == b';').map(|end| &after[..end]);
        match name.map(|name| (name, reference(name))) {
            Some((name, Some(whole))) => {
                out.push_str(&whole);
                rest = &after[name.len() + 1..];
            }
            Some((name, None)) if !name.is_empty() && !name.contains('#') => {
                let _ = write!(out, "&{name};");
                rest = &after[name.len() + 1..];
            }
            _ => {
                *bare += 1;
                out.push('&');
                rest = after;
            }
        }
        let next = rest.find('&').unwrap_or(rest.len());
        out.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(out)
}

/// What `&name;` stands for.
fn reference(name: &str) -> Option<String> {
    let code = match name {
        "amp" => return Some("&".into()),
        "lt" => return Some("<".into()),
        "gt" => return Some(">".into()),
        "quot" => return Some("\"".into()),
        "apos" => return Some("'".into()),
        _ => {
            let digits = name.strip_prefix('#')?;
            match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            }
        }
    };
    // In the C1 range such numbers mean Windows-1252 (HTML Living Standard, §13.2.5.80).
    if let 0x80..=0x9f = code {
        return Some(WINDOWS_1252.decode_without_bom_handling(&[code as u8]).0.into_owned());
    }
    Some(char::from_u32(code).filter(|c| is_allowed(*c)).map(String::from).unwrap_or_default())
}

/// Whether XML allows a character (XML 1.0, §2.2).
pub(super) fn is_allowed(c: char) -> bool {
    !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}')
}

/// Appends `text` so that XML reads it back as it is, in an element or between double quotation marks.
pub(super) fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

/// A name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut tokens = Tokens::new(text);
        let mut out = String::new();
        for (_, token) in tokens.by_ref() {
            let _ = match token {
                Token::Start { name, attributes: raw, empty } => {
                    let all: Vec<String> = attributes(raw).map(|(n, v)| format!(" {n}={v}")).collect();
                    write!(out, "[{name}{}{}]", all.concat(), if empty { "/" } else { "" })
                }
                Token::End { name } => write!(out, "[/{name}]"),
                Token::Text(text) => write!(out, "{text}"),
                Token::CData(text) => write!(out, "({text})"),
                Token::Doctype(text) => write!(out, "[!{}]", text.trim()),
            };
        }
        out + if tokens.cut { "~" } else { "" }
    }

    #[test]
    fn tokens() {
        for (text, tokens) in [
            ("<a b='1' c=2 d>x</a>", "[a b=1 c=2 d=]x[/a]"),
            ("<a b = \"1>2\"/>", "[a b=1>2/]"),
            ("<a title=it's fine>x", "[a title=it's fine=]x"),
            ("1 < 2 <<b>", "1 < 2 <[b]"),
            ("<loss and <b>gain</b>", "<loss and [b]gain[/b]"),
            ("<![CDATA[<p>&amp;]]>", "(<p>&amp;)"),
            ("<![CDATA[never closed", "(never closed)~"),
            ("a<!-- <b> -->c<?pi <d>?>e", "ace"),
            ("a<!-- open", "a~"),
            ("<!DOCTYPE rss SYSTEM \"x\">a", "[!rss SYSTEM \"x\"]a"),
            ("<!doctype x [<!ENTITY a \"b>\">]>c", "[!x [<!ENTITY a \"b>\">]]c"),
            ("a</b", "a~"),
            ("<a b=\"open", "~"),
            ("</ a>", "</ a>"),
            ("<é>ö</é>", "[é]ö[/é]"),
            ("", ""),
        ] {
            assert_eq!(shown(text), tokens, "{text}");
        }
    }

    #[test]
    fn references() {
        for (text, whole, stray) in [
            ("a &amp; b &lt; &#163;3 &#xe9; &#146;", "a & b < £3 é ’", 0),
            ("a & b &c; &nbsp; AT&T &;", "a & b &c; &nbsp; AT&T &;", 3),
            ("&amp;amp;", "&amp;", 0),
            ("x&#0;y&#x1f;z&#xffff;&#xd800;!", "xyz!", 0),
            ("&#99999999999;&#x;&#;", "&#99999999999;&#x;&#;", 3),
            ("&", "&", 1),
            ("&amp", "&amp", 1),
        ] {
            let mut bare = 0;
            assert_eq!(decode(text, &mut bare), whole, "{text}");
            assert_eq!(bare, stray, "{text}");
        }
    }

    #[test]
    fn hostile_markup_is_read_in_one_go() {
        for piece in ["<a ", "<a b='", "<a b=\"<!--", "<![CDATA[", "</a", "<!DOCTYPE [", "&", "<a =", "<?"] {
            let text = piece.repeat(200_000);
            assert!(Tokens::new(&text).count() <= 2 * 200_000, "{piece}");
            assert!(decode(&text, &mut 0).len() >= text.len());
        }
    }
}
