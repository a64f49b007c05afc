//! What can be told of one line without its neighbours.

use regex::Regex;
use std::sync::LazyLock;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// How a line ends, closing quotation marks and brackets aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// A full stop or an ellipsis: prose.
    Stop,
    Question,
    Exclamation,
    Colon,
    /// Nothing: furniture, a heading or a list entry.
    Open,
}

/// How `text` ends.
pub(super) fn end(text: &str) -> End {
    let bare = text.trim_end_matches(|c: char| {
        matches!(c, '"' | '”' | '“' | '’' | '\'' | '»' | '«' | '›' | ')' | ']' | '*' | '_')
            || c.is_whitespace()
    });
    match bare.chars().next_back() {
        Some('.' | '…' | '。' | '।' | '۔') => End::Stop,
        Some('?' | '？' | '؟') => End::Question,
        Some('!' | '！') => End::Exclamation,
        Some(':' | '：') => End::Colon,
        _ => End::Open,
    }
}

/// Whether a line opens with a double quotation mark (or a guillemet): speech, which no pattern may take for furniture.
pub(super) fn opens_with_quote(text: &str) -> bool {
    // "'Share your bath water,' a spokesman urged.": with single marks, a comma or a stop before the closing one.
    static SINGLE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^['‘](?:[^'’]|\w['’]\w)+?(?:[,.?!]['’](?:\s\p{Ll}|\s\p{Lu}\p{Ll}+ (?:\p{Lu}\p{Ll}+ )?\p{Ll}+|$))")
            .expect("a constant pattern")
    });
    let text = text.trim_start_matches(['•', '*', '-', '–', '—', ' ']);
    text.starts_with(['"', '“', '„', '«', '”']) || (text.starts_with(['\'', '‘']) && SINGLE.is_match(text))
}

/// Whether a line is an entry of a bulleted list.
pub(super) fn is_bulleted(text: &str) -> bool {
    text.starts_with(['•', '·', '▪', '►', '‣', '●', '■', '◦', '–', '—'])
        || ["- ", "* ", "+ "].iter().any(|b| text.starts_with(b))
}

pub(super) fn words(text: &str) -> usize {
    text.split_whitespace().filter(|w| w.contains(char::is_alphanumeric)).count()
}

/// Lower case, accents off, straight quotation marks, plain hyphens, single spaces; what the patterns are written in.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // A guillemet that nothing opened is the arrow of a breadcrumb.
    let guillemets = text.contains('«');
    let mut push = |c: char| match c {
        '‘' | '’' | '‚' | '´' | 'ʼ' => out.push('\''),
        '“' | '”' | '„' | '«' => out.push('"'),
        '»' if guillemets => out.push('"'),
        '»' | '›' | '→' | '⟩' => out.push('>'),
        '·' | '•' | '∙' | '●' | '▪' => out.push('|'),
        '–' | '—' | '−' | '‐' | '‑' => out.push('-'),
        '…' => out.push_str("..."),
        _ if c.is_whitespace() => {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        }
        _ => out.extend(c.to_lowercase()),
    };
    if text.is_ascii() {
        text.chars().for_each(&mut push);
    } else {
        text.nfd().filter(|c| !is_combining_mark(*c)).for_each(&mut push);
    }
    out
}

/// The folded line without bullets, arrows and asterisks at its ends and without a closing full stop.
pub(super) fn bare(folded: &str) -> &str {
    let ornament = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '•' | '·'
                    | '▪'
                    | '►'
                    | '▶'
                    | '◀'
                    | '◄'
                    | '➤'
                    | '➡'
                    | '→'
                    | '←'
                    | '↑'
                    | '↓'
                    | '▼'
                    | '▲'
                    | '▾'
                    | '▸'
                    | '»'
                    | '«'
                    | '›'
                    | '‹'
                    | '>'
                    | '<'
                    | '*'
                    | '|'
                    | '✉'
                    | '☰'
                    | '✕'
                    | '×'
                    | '■'
                    | '●'
                    | '◦'
                    | '‣'
                    | '_'
                    | '~'
                    | '='
            )
            || ('\u{2190}'..='\u{2bff}').contains(&c)
            || ('\u{1f000}'..='\u{1faff}').contains(&c)
            || ('\u{fe00}'..='\u{fe0f}').contains(&c)
            || ('\u{e000}'..='\u{f8ff}').contains(&c)
    };
    let bare = folded.trim_matches(ornament).trim_start_matches(['¿', '¡']);
    let bare = bare.strip_prefix("- ").unwrap_or(bare);
    let bare = bare.strip_suffix(" -").unwrap_or(bare);
    bare.strip_suffix('.').filter(|b| !b.ends_with('.')).unwrap_or(bare).trim()
}

/// A line with its quoted stretches blanked out, so that what people said is not read as the page's own voice.
pub(super) fn unquoted(folded: &str) -> String {
    // Single marks around a clause with its own comma or stop.
    static SINGLE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?P<before>^|[ (])'(?:[^']|[a-z0-9]'[a-z0-9])+?[,.?!]'").expect("a constant pattern")
    });
    let mut out = String::with_capacity(folded.len());
    let mut inside = false;
    for c in folded.chars() {
        match c {
            '"' => {
                inside = !inside;
                out.push(' ');
            }
            _ if !inside => out.push(c),
            _ => {}
        }
    }
    if !out.contains('\'') {
        return out;
    }
    SINGLE.replace_all(&out, "$before").into_owned()
}

static ATTRIBUTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?-u)\b(?:said|says|told|tells|adding|added|adds|stressed|warned|warns|insisted|explained|explains|claimed|claims|argued|argues|replied|recalled|recalls|admitted|admits|conceded|according to|likes to say|would say|announced|confirmed|denied|declared|wrote|tweeted|testified|alleged|allegedly|estimated|predicted|concluded|joked|shouted|laughed|sagte|erklarte|teilte|a declare|a explique|selon|a indique|a precise|a ajoute|disent|dit|assurent|racontent|sagen|erzahlen|heisst es|dicen|cuentan|aseguran|dijo|dice|explico|explica|senalo|cuenta|asegura|aseguro|admite|protesta|protesto|gritaban|grito|lamenta|recuerda|comenta|comento|raconte|estime|explique|assure|affirme|confie|glisse|lance|plaisante|se souvient|meinte|meint|betonte|warnte|riet|rief|fragte|erzahlt|urged|urges|advised|advises|asked|asks|joked|quipped|remarked|noted|muttered|cried|protested|protests|complained|promised|promises|pleaded|insists|jokes|thinks|believes|suggests|reckons|goes the|runs the|heard the|was told|were told|would like to see|predicts|estimates|recommended|cautioned|boasted|mused|segun|afirmo|ha detto)\b",
    )
    .expect("a constant pattern")
});

/// Whether someone is reported to have said something: the mark of a story. Takes folded text without quotations.
pub(super) fn attributes(unquoted: &str) -> bool {
    // What "will be added to your list" nobody says.
    ATTRIBUTION.find_iter(unquoted).any(|m| {
        let done = matches!(m.as_str(), "added" | "explained" | "noted" | "announced" | "asked");
        let before = unquoted[..m.start()].trim_end();
        !(done && [" be", " been", " is", " are", " being"].iter().any(|b| before.ends_with(b)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends() {
        for (text, expected) in [
            ("He left.", End::Stop),
            ("“He left.”", End::Stop),
            ("He left .", End::Stop),
            ("(He left.)*", End::Stop),
            ("« Il est parti. »", End::Stop),
            ("Why?", End::Question),
            ("Results:", End::Colon),
            ("Bridge to close", End::Open),
            ("", End::Open),
        ] {
            assert_eq!(end(text), expected, "{text}");
        }
    }

    #[test]
    fn speech_between_single_marks() {
        for text in ["'Share your bath water,' a spokesman urged.", "‘He didn’t go.’", "“No,” she said."]
        {
            assert!(opens_with_quote(text), "{text}");
        }
        for text in ["'Tis the season for floods.", "'Heat dome' to push temperatures to 38C by Friday"] {
            assert!(!opens_with_quote(text), "{text}");
        }
        assert_eq!(unquoted("he said, 'sign up, don't wait,' and left").trim(), "he said,  and left");
        assert!(!attributes("categories will be added to your list"));
    }

    #[test]
    fn folding() {
        assert_eq!(fold("“Été” — L’Œuvre…"), "\"ete\" - l'œuvre...");
        assert_eq!(bare("» read more: x »"), "read more: x");
        assert_eq!(bare("*have a story? call us.*"), "have a story? call us");
        assert_eq!(bare("loading..."), "loading...");
        assert!(!attributes(&unquoted(&fold("Call us, “she said”"))));
        assert!(attributes(&unquoted(&fold("“Call us,” she said"))));
    }
}
