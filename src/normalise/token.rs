//! Text → tokens with byte ranges.
//!
//! A token is a run of letters (with the apostrophes inside it), a run of ASCII digits, or one other character. White
//! space makes no token: each token knows what stood before it. The first stage of the normaliser; it decides nothing
//! about meaning beyond looking each word up once in the cue table.

use super::cues::{Cues, Lexicon};
use unicode_normalization::char::is_combining_mark;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters with their marks, apostrophes between them.
    Word,
    /// ASCII digits.
    Digits,
    /// One character of any other sort; its levelled form is [`Token::sym`].
    Symbol,
    /// Before the first and after the last token.
    Edge,
}

/// The capitals of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// No capital.
    Lower,
    /// A capital and small letters after it.
    Title,
    /// One letter, a capital.
    Single,
    /// Two capitals or more, nothing else.
    Upper,
    /// Any other mixture: MPs, iPhone, PhD.
    Mixed,
}

/// The white space before a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gap {
    /// None: the token is glued to the one before.
    None,
    /// Ordinary.
    Space,
    /// One no-break or thin space, the kind that groups digits.
    Thin,
}

/// One token; ranges are bytes of the canonical text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Where the word ends without its possessive 's; `end` when it has none.
    pub(crate) stem: u32,
    pub(crate) kind: Kind,
    pub(crate) case: Case,
    pub(crate) gap: Gap,
    /// The symbol, with kinds of quote and hyphen levelled; NUL for words and digits.
    pub(crate) sym: char,
    /// What the word may announce to its neighbours.
    pub(crate) cues: Cues,
    /// A word without any of a, e, i, o, u, y and only ASCII letters: no word to say.
    pub(crate) mute: bool,
}

/// Stands in for what is not there.
pub(crate) const EDGE: Token = Token {
    start: 0,
    end: 0,
    stem: 0,
    kind: Kind::Edge,
    case: Case::Lower,
    gap: Gap::Space,
    sym: '\0',
    cues: Cues::NONE,
    mute: false,
};

/// Levels the ways a symbol is typed; anything else is itself.
fn level(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}' | '\u{2B9}' | '\u{2BB}' | '\u{2BC}'
        | '\u{2032}' | '`' | '\u{B4}' => '\'',
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{201F}' | '\u{2033}' | '\u{AB}' | '\u{BB}' | '\u{2039}'
        | '\u{203A}' => '"',
        '\u{2010}' | '\u{2011}' | '\u{FE63}' => '-',
        '\u{2012}' | '\u{2013}' => '–',
        '\u{2014}' | '\u{2015}' => '—',
        '\u{2212}' => '−',
        '\u{B7}' | '\u{2219}' | '\u{22C5}' => '·',
        '\u{2044}' | '\u{2215}' => '/',
        '\u{2236}' => ':',
        '\u{B5}' => 'μ',
        '\u{2715}' | '\u{2A2F}' => '×',
        _ => c,
    }
}

/// Whether a character may stand in a word: a letter, or a mark after one.
///
/// Letter-like numerals (Ⅷ) and letters in circles and squares are alphabetic to Unicode but not letters to say.
pub(crate) fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    c.is_alphabetic()
        && !c.is_numeric()
        && !matches!(c, '\u{2B9}' | '\u{2BB}' | '\u{2BC}' | '\u{24B6}'..='\u{24E9}' | '\u{1F130}'..='\u{1F189}' | 'ª' | 'º')
}

fn is_mark(c: char) -> bool {
    !c.is_ascii() && is_combining_mark(c)
}

fn is_apostrophe(c: char) -> bool {
    level(c) == '\''
}

fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// Splits `text` into tokens, reusing the buffer; returns the cues of all words together.
pub(crate) fn tokenise(text: &str, lexicon: &Lexicon, tokens: &mut Vec<Token>) -> Cues {
    tokens.clear();
    let bytes = text.as_bytes();
    let mut all = Cues::NONE;
    let mut gap = Gap::Space;
    let mut at = 0;
    let mut folded = [0_u8; LONGEST_CUE];
    while at < bytes.len() {
        let byte = bytes[at];
        if byte == b' ' {
            gap = Gap::Space;
            at += 1;
            continue;
        }
        let c = if byte < 0x80 { byte as char } else { char_at(text, at).unwrap_or('\u{FFFD}') };
        let start = at;
        if c.is_ascii_digit() {
            while at < bytes.len() && bytes[at].is_ascii_digit() {
                at += 1;
            }
            tokens.push(Token { gap, ..span(start, at, Kind::Digits) });
        } else if is_letter(c) {
            let word = word(text, start);
            at = word.end as usize;
            let cues = cues_of(&text[start..word.stem as usize], lexicon, &mut folded);
            all |= cues;
            tokens.push(Token { gap, cues, ..word });
        } else if c.is_whitespace() {
            at += c.len_utf8();
            let thin = matches!(c, '\u{A0}' | '\u{2009}' | '\u{202F}' | '\u{2008}' | '\u{2007}');
            gap = if thin && gap == Gap::None { Gap::Thin } else { Gap::Space };
            continue;
        } else {
            at += c.len_utf8();
            tokens.push(Token { gap, sym: level(c), ..span(start, at, Kind::Symbol) });
        }
        gap = Gap::None;
    }
    all
}

/// No cue word is longer than this many bytes; longer words are not looked up.
pub(crate) const LONGEST_CUE: usize = 24;

fn cues_of(word: &str, lexicon: &Lexicon, folded: &mut [u8; LONGEST_CUE]) -> Cues {
    let bytes = word.as_bytes();
    if bytes.len() > LONGEST_CUE {
        return Cues::NONE;
    }
    for (to, from) in folded.iter_mut().zip(bytes) {
        *to = from.to_ascii_lowercase();
    }
    lexicon.get(&folded[..bytes.len()])
}

fn span(start: usize, end: usize, kind: Kind) -> Token {
    // A line is limited to 16 MiB by the callers, and to 4 GiB by `Normaliser::normalise`.
    let (start, end) = (start as u32, end as u32);
    Token { start, end, stem: end, kind, ..EDGE }
}

/// The word that begins at `start`.
fn word(text: &str, start: usize) -> Token {
    let bytes = text.as_bytes();
    let mut at = start;
    let mut stem = start;
    let (mut letters, mut capitals, mut first_capital) = (0_u32, 0_u32, false);
    let mut apostrophe_at = None;
    let mut mute = true;
    while at < bytes.len() {
        let byte = bytes[at];
        let c = if byte < 0x80 { byte as char } else { char_at(text, at).unwrap_or(' ') };
        let length = c.len_utf8();
        if is_letter(c) {
            mute &= byte < 0x80 && !matches!(byte | 0x20, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
            let capital = if byte < 0x80 { byte.is_ascii_uppercase() } else { c.is_uppercase() };
            if apostrophe_at.is_none() {
                first_capital |= capital && letters == 0;
                letters += 1;
                capitals += u32::from(capital);
            }
            at += length;
        } else if is_apostrophe(c) && char_at(text, at + length).is_some_and(is_letter) {
            // Only the last stretch can be a possessive: remember where it began.
            stem = at;
            apostrophe_at = Some(at + length);
            at += length;
        } else if is_mark(c) {
            at += length;
        } else {
            break;
        }
    }
    let possessive = apostrophe_at.is_some_and(|from| matches!(&text[from..at], "s" | "S"));
    let case = match (letters, capitals) {
        (_, 0) => Case::Lower,
        (1, 1) => Case::Single,
        (n, m) if n == m => Case::Upper,
        (_, 1) if first_capital => Case::Title,
        _ => Case::Mixed,
    };
    // O'Brien, D'EON: capitals after the apostrophe are no initialism.
    let case = if apostrophe_at.is_some() && !possessive && case != Case::Lower { Case::Title } else { case };
    let token = span(start, at, Kind::Word);
    Token { stem: if possessive { stem as u32 } else { token.end }, case, mute, ..token }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        let mut tokens = Vec::new();
        tokenise(text, &Lexicon::default(), &mut tokens);
        let mut shown = String::new();
        for token in &tokens {
            if token.gap != Gap::None {
                shown.push('_');
            }
            shown.push_str(&text[token.start as usize..token.end as usize]);
            shown.push('|');
        }
        shown
    }

    #[test]
    fn letters_digits_and_symbols_part() {
        assert_eq!(show("A £1.2bn deal"), "_A|_£|1|.|2|bn|_deal|");
        assert_eq!(show("won’t stop"), "_won’t|_stop|");
        assert_eq!(show("Wales' 4th"), "_Wales|'|_4|th|");
        assert_eq!(show("Zoe\u{308}'s"), "_Zoe\u{308}'s|");
        assert_eq!(show("Ⅷ ② x²"), "_Ⅷ|_②|_x|²|");
    }

    #[test]
    fn the_possessive_is_outside_the_stem() {
        let mut tokens = Vec::new();
        for (text, stem, case) in [
            ("NHS's", "NHS", Case::Upper),
            ("don't", "don't", Case::Lower),
            ("O'Brien's", "O'Brien", Case::Title),
            ("MPs", "MPs", Case::Mixed),
            ("X", "X", Case::Single),
        ] {
            tokenise(text, &Lexicon::default(), &mut tokens);
            assert_eq!(&text[..tokens[0].stem as usize], stem);
            assert_eq!(tokens[0].case, case, "{text}");
        }
    }
}
