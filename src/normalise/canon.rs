//! Written text levelled before it is cut into tokens, with a map back to the written bytes.
//!
//! Most lines need nothing and are read where they are. A line with HTML entities, doubly encoded UTF-8, compatibility
//! characters (㎏, ﬁ, fullwidth), figures of other scripts or invisible characters is copied with these made plain;
//! the spans of the copy are then mapped back.

use super::{Class, Piece, Spoken};
use std::ops::Range;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// A levelled copy, and where its bytes came from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Canon {
    pub(crate) text: String,
    /// For each byte of `text`, the written range its character came from.
    origin: Vec<(u32, u32)>,
}

/// Whether a line holds anything that must be levelled.
pub(crate) fn needed(written: &str) -> bool {
    let bytes = written.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte < 0x80 {
            if byte == b'&' && entity(&written[at..]).is_some() {
                return true;
            }
            at += 1;
            continue;
        }
        let Some(c) = written[at..].chars().next() else { return false };
        if !settled(c) || mojibake(&written[at..]).is_some() {
            return true;
        }
        at += c.len_utf8();
    }
    false
}

/// Characters the tokens know as they are.
fn settled(c: char) -> bool {
    match c {
        // Latin letters, signs of print and money, the fractions
        '\u{A1}'..='\u{AC}' | '\u{AE}'..='\u{17F}' => {
            c != 'ª'
                && c != 'º'
                && c != 'µ'
                && c != 'ŀ'
                && c != 'ŉ'
                && c != '\u{17F}'
                && c != '¯'
                && c != '¸'
                && c != '¨'
        }
        '\u{A0}'
        | '\u{2009}'
        | '\u{202F}'
        | '\u{2150}'..='\u{215E}'
        | '−'
        | '\u{2010}'..='\u{2015}'
        | '\u{2018}'..='\u{201F}'
        | '\u{2020}'..='\u{2022}'
        | '…'
        | '‰'
        | '′'
        | '″'
        | '‹'
        | '›'
        | '™'
        | '℠' => true,
        '\u{20A0}'..='\u{20BF}' => c != '₨',
        _ => {
            // Letters of other scripts in composed form, and signs without a compatibility form.
            let mut plain = true;
            decompose_compatible(c, |d| plain &= d == c || is_combining_mark(d) || !d.is_ascii());
            plain
                && !invisible(c)
                && !other_figure(c)
                && !c.is_numeric()
                && !c.is_whitespace()
                && !is_combining_mark(c)
                && !matches!(c, '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}')
                || is_combining_mark(c) && !invisible(c)
        }
    }
}

/// Characters that are not seen: joiners, marks of direction, soft hyphens, byte order marks, variation selectors.
fn invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200C}' | '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFF9}'..='\u{FFFB}'
    )
}

/// First figures of the decimal scripts in use (Unicode general category Nd).
const NOUGHTS: &[u32] = &[
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0,
    0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50,
    0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
];

fn figure(c: char) -> Option<char> {
    let code = c as u32;
    let nought = NOUGHTS.iter().rev().find(|nought| **nought <= code)?;
    (code - nought < 10).then(|| char::from(b'0' + (code - nought) as u8))
}

fn other_figure(c: char) -> bool {
    figure(c).is_some()
}

/// Keeps its own meaning although Unicode has a compatibility form for it.
fn own_meaning(c: char) -> bool {
    matches!(c, '\u{2150}'..='\u{215E}' | '¼' | '½' | '¾' | '²' | '³' | '¹' | '⁰' | '⁴'..='⁹' | '₀'..='₉' | '…' | '″' | '′' | '\u{A0}' | '\u{2009}' | '\u{202F}' | '´' | '™' | '℠')
}

/// A named or numeric entity of HTML at the start of `rest`: its length and character.
fn entity(rest: &str) -> Option<(usize, char)> {
    let end = rest.bytes().take(12).position(|b| b == b';')?;
    let name = &rest[1..end];
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" | "ldquo" | "rdquo" | "#34" => '"',
        "apos" | "lsquo" | "rsquo" | "#39" | "#x27" => '\'',
        "nbsp" => '\u{A0}',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "pound" => '£',
        "euro" => '€',
        "yen" => '¥',
        "cent" => '¢',
        "deg" => '°',
        "frac12" => '½',
        "frac14" => '¼',
        "frac34" => '¾',
        "times" => '×',
        "bull" => '•',
        "eacute" => 'é',
        "egrave" => 'è',
        "uuml" => 'ü',
        "ouml" => 'ö',
        "auml" => 'ä',
        "ccedil" => 'ç',
        "ntilde" => 'ñ',
        "thinsp" => '\u{2009}',
        "shy" => '\u{AD}',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        _ => {
            let code = name.strip_prefix('#')?;
            let n = match code.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => code.parse().ok()?,
            };
            char::from_u32(n).filter(|c| !c.is_control())?
        }
    };
    Some((end + 1, c))
}

/// The byte a character stands for in Windows-1252, where UTF-8 was taken for it.
fn windows_1252(c: char) -> Option<u8> {
    const HIGH: [(char, u8); 27] = [
        ('€', 0x80),
        ('‚', 0x82),
        ('ƒ', 0x83),
        ('„', 0x84),
        ('…', 0x85),
        ('†', 0x86),
        ('‡', 0x87),
        ('ˆ', 0x88),
        ('‰', 0x89),
        ('Š', 0x8A),
        ('‹', 0x8B),
        ('Œ', 0x8C),
        ('Ž', 0x8E),
        ('‘', 0x91),
        ('’', 0x92),
        ('“', 0x93),
        ('”', 0x94),
        ('•', 0x95),
        ('–', 0x96),
        ('—', 0x97),
        ('˜', 0x98),
        ('™', 0x99),
        ('š', 0x9A),
        ('›', 0x9B),
        ('œ', 0x9C),
        ('ž', 0x9E),
        ('Ÿ', 0x9F),
    ];
    let code = c as u32;
    if (0x80..=0xFF).contains(&code) {
        return Some(code as u8);
    }
    HIGH.iter().find(|(sign, _)| *sign == c).map(|(_, byte)| *byte)
}

/// UTF-8 that was read as Windows-1252 (`Â£`, `â€™`, `Ã©`) at the start of `rest`: its length and character.
fn mojibake(rest: &str) -> Option<(usize, char)> {
    let mut chars = rest.chars();
    let first = chars.next()?;
    let follow = match first {
        'Â' | 'Ã' => 1,
        'â' => 2,
        'ð' => 3,
        _ => return None,
    };
    // The last byte of a closing quotation mark, 0x9D, has no character and is often lost.
    let mut two = rest.chars().skip(1);
    if first == 'â'
        && two.next() == Some('€')
        && two.next().is_none_or(|c| windows_1252(c).is_none_or(|b| b < 0x80))
    {
        return Some(('â'.len_utf8() + '€'.len_utf8(), '”'));
    }
    let mut bytes = [windows_1252(first)?, 0, 0, 0];
    let mut length = first.len_utf8();
    for slot in bytes.iter_mut().skip(1).take(follow) {
        let c = chars.next()?;
        *slot = windows_1252(c).filter(|b| (0x80..0xC0).contains(b))?;
        length += c.len_utf8();
    }
    let c = std::str::from_utf8(&bytes[..=follow]).ok()?.chars().next()?;
    Some((length, c))
}

impl Canon {
    /// Levels `written`, reusing the buffers.
    pub(crate) fn fill(&mut self, written: &str) {
        self.text.clear();
        self.origin.clear();
        let mut at = 0;
        while let Some(c) = written.get(at..).and_then(|rest| rest.chars().next()) {
            let rest = &written[at..];
            let (length, c) =
                if c == '&' { entity(rest) } else { mojibake(rest) }.unwrap_or((c.len_utf8(), c));
            let from = (at as u32, (at + length) as u32);
            at += length;
            if invisible(c) {
                continue;
            }
            // Signs of degrees as they are mistyped
            let figure_before = self.text.trim_end_matches(' ').ends_with(|c: char| c.is_ascii_digit());
            if c == '\u{2DA}' || c == 'º' && figure_before {
                self.push('°', from);
                continue;
            }
            if let Some(figure) = figure(c) {
                self.push(figure, from);
            } else if own_meaning(c) || c.is_ascii() || settled(c) {
                self.push(c, from);
            } else if c.is_whitespace() {
                self.push(' ', from);
            } else {
                decompose_compatible(c, |d| {
                    // A space in a decomposition carries a free-standing accent; it parts nothing.
                    if d != ' ' {
                        self.push(d, from);
                    }
                });
            }
        }
    }

    fn push(&mut self, c: char, from: (u32, u32)) {
        self.text.push(c);
        self.origin.extend(std::iter::repeat_n(from, c.len_utf8()));
    }

    /// Turns the written ranges of `spoken`, which are of the copy, into ranges of `written`, and names what was
    /// dropped on the way.
    pub(crate) fn restore(&self, written: &str, spoken: &mut Spoken, mapped: &mut Vec<Piece>) {
        mapped.clear();
        let mut covered = 0;
        let mut said = 0;
        for piece in spoken.pieces.drain(..) {
            let start = self
                .origin
                .get(piece.written.start)
                .map_or(written.len(), |from| from.0 as usize)
                .max(covered);
            let end = match piece.written.end.checked_sub(1) {
                Some(last) => self.origin.get(last).map_or(written.len(), |from| from.1 as usize),
                None => 0,
            }
            .max(start);
            gap(written, covered..start, said, mapped);
            covered = end;
            said = piece.spoken.end;
            mapped.push(Piece { written: start..end, ..piece });
        }
        gap(written, covered..written.len(), said, mapped);
        std::mem::swap(&mut spoken.pieces, mapped);
    }
}

/// A piece for anything but white space between two pieces.
fn gap(written: &str, range: Range<usize>, said: usize, mapped: &mut Vec<Piece>) {
    let Some(between) = written.get(range.clone()) else { return };
    let trimmed = between.trim();
    if !trimmed.is_empty() {
        let start = range.start + (between.len() - between.trim_start().len());
        mapped.push(Piece {
            spoken: said..said,
            written: start..start + trimmed.len(),
            class: Class::Punctuation,
            rule: "invisible-dropped",
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levelled(written: &str) -> String {
        let mut canon = Canon::default();
        canon.fill(written);
        canon.text
    }

    #[test]
    fn ordinary_copy_is_left_alone() {
        for line in ["The “café” paid £5 – 3½ % more…", "Zoë, Łódź, naïve, Αθήνα", "x² + y³", "don’t"]
        {
            assert!(!needed(line), "{line}");
        }
    }

    #[test]
    fn damaged_and_compatible_forms_are_levelled() {
        for (written, want) in [
            ("Marks &amp; Spencer", "Marks & Spencer"),
            ("Â£5m", "£5m"),
            ("the ministerâ€™s", "the minister’s"),
            ("5 ㎏", "5 kg"),
            ("１２３", "123"),
            ("٣ ٤", "3 4"),
            ("so\u{AD}ft", "soft"),
            ("Ⅷ", "VIII"),
            ("&#163;5", "£5"),
        ] {
            assert!(needed(written), "{written}");
            assert_eq!(levelled(written), want);
        }
    }
}
