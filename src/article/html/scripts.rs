//! Pages without what their scripts and styles hold: half of a page's bytes, and nobody reads them.
//!
//! What is blanked keeps its line breaks, so that every element stays on its line. JSON-LD stays.

use std::borrow::Cow;

/// The page with the content of its scripts and styles blanked.
///
/// Only where a tokenizer would end the element at the same place: not where the content opens or closes a comment
/// (HTML Standard, 13.2.5.20, script data escaped start), nor behind a tag with a quotation mark of its own.
pub(super) fn blanked(html: &str) -> Cow<'_, str> {
    let bytes = html.as_bytes();
    let mut out = String::new();
    let mut kept = 0;
    let mut at = 0;
    while let Some(found) = html[at..].find('<') {
        at += found + 1;
        let Some(name) = ["script", "style"].into_iter().find(|name| opens(&bytes[at..], name)) else {
            continue;
        };
        let Some(tag) = tag_end(&bytes[at..]) else { continue };
        let open = at + tag;
        let told = html[at..open].to_ascii_lowercase();
        let Some(close) = closing(&html[open..], name) else { break };
        let content = &html[open..open + close];
        at = open + close;
        if told.contains("json") || content.contains("<!--") || content.contains("-->") {
            continue;
        }
        out.push_str(&html[kept..open]);
        out.extend(content.bytes().filter(|b| *b == b'\n').map(char::from));
        kept = at;
    }
    if kept == 0 {
        return html.into();
    }
    out.push_str(&html[kept..]);
    out.into()
}

/// Whether a tag of that name opens here.
fn opens(bytes: &[u8], name: &str) -> bool {
    bytes.get(..name.len()).is_some_and(|b| b.eq_ignore_ascii_case(name.as_bytes()))
        && bytes.get(name.len()).is_some_and(|b| b.is_ascii_whitespace() || *b == b'>')
}

/// Where the tag ends, behind its `>`; `None` where quotation marks stand as no attribute's value does, or the tag
/// closes itself.
fn tag_end(bytes: &[u8]) -> Option<usize> {
    let mut quote = None;
    let mut before = b' ';
    for (at, &b) in bytes.iter().enumerate() {
        match (quote, b) {
            (Some(open), _) if open == b => quote = None,
            (None, b'"' | b'\'') if before == b'=' => quote = Some(b),
            (None, b'"' | b'\'' | b'<') => return None,
            (None, b'>') => return (before != b'/').then_some(at + 1),
            _ => {}
        }
        if !b.is_ascii_whitespace() {
            before = b;
        }
    }
    None
}

/// Where the first end tag of that name begins.
fn closing(text: &str, name: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find("</") {
        at += found;
        let rest = &text.as_bytes()[at + 2..];
        let named = rest.get(..name.len()).is_some_and(|b| b.eq_ignore_ascii_case(name.as_bytes()));
        if named && rest.get(name.len()).is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
        {
            return Some(at);
        }
        at += 2;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_of_scripts_and_styles() {
        for (page, blank) in [
            ("a<script>if(a<b){\n}</script>b", "a<script>\n</script>b"),
            ("<STYLE media=\"a>b\">p{}</STYLE >c", "<STYLE media=\"a>b\"></STYLE >c"),
            (
                "<script>1</script><script async src='x'>2</scripts></script>",
                "<script></script><script async src='x'></script>",
            ),
        ] {
            assert_eq!(blanked(page), blank);
        }
    }

    #[test]
    fn what_stays() {
        for page in [
            "<p>script</p>",
            "<scripture>x</scripture>",
            "<script type=\"application/ld+json\">{}</script>",
            "<script><!-- <script> </script> --></script>",
            "<script a\"b>x</script>",
            "<script>never closed",
            "<script/>x</script>",
        ] {
            assert_eq!(blanked(page), page);
        }
    }
}
