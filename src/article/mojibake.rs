//! Mends text that was UTF-8, was read as Windows-1252 (once or twice), and was saved again: `Â£` → `£`, `â€™` → `’`.
//!
//! Works on sequences, not whole lines, since a page is often mended by halves. A sequence counts only when its
//! letters, taken as Windows-1252 bytes, are well-formed UTF-8 *and* stand for a character that news copy holds.

use encoding_rs::WINDOWS_1252;

/// One stretch that was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Repair {
    /// As it stood.
    pub(super) broken: String,
    /// What it became.
    pub(super) whole: String,
}

/// More than three rounds of double encoding has not been seen.
const ROUNDS: usize = 3;

/// UTF-8 read as Mac Roman, and sequences that lost a byte on the way (`”` is E2 80 9D, and 9D is undefined in
/// Windows-1252, so it arrives as `?`, as U+FFFD or not at all).
const WHOLE_STRINGS: &[(&str, &str)] = &[
    ("â€\u{fffd}", "”"),
    ("â€\u{9d}", "”"),
    ("â€?", "”"),
    ("â€Â\u{9d}", "”"),
    ("â€Â", "”"),
    ("‚Äô", "’"),
    ("‚Äò", "‘"),
    ("‚Äú", "“"),
    ("‚Äù", "”"),
    ("‚Äì", "–"),
    ("‚Äî", "—"),
    ("‚Ä¶", "…"),
    ("¬£", "£"),
];

/// Mends one line; `None` when there is nothing to mend.
pub(super) fn repair(line: &str) -> Option<(String, Vec<Repair>)> {
    if line.is_ascii() {
        return None;
    }
    let mut text = line.to_owned();
    let mut repairs = Vec::new();
    for _ in 0..ROUNDS {
        let before = repairs.len();
        text = one_round(&text, &mut repairs);
        if repairs.len() == before {
            break;
        }
    }
    (!repairs.is_empty()).then_some((text, repairs))
}

fn one_round(text: &str, repairs: &mut Vec<Repair>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut previous = ' ';
    while let Some(c) = rest.chars().next() {
        if let Some((length, whole)) = sequence(rest, previous) {
            repairs.push(Repair { broken: rest[..length].to_owned(), whole: whole.clone() });
            out.push_str(&whole);
            rest = &rest[length..];
            previous = whole.chars().last().unwrap_or(' ');
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            previous = c;
        }
    }
    out
}

/// The broken sequence at the start of `rest`: its length in bytes and what it stands for.
fn sequence(rest: &str, previous: char) -> Option<(usize, String)> {
    let first = rest.chars().next()?;
    if first.is_ascii() {
        return None;
    }
    // A C1 control is a Windows-1252 byte that was read as Latin-1.
    if ('\u{80}'..='\u{9f}').contains(&first) {
        let byte = [first as u8];
        let whole = WINDOWS_1252.decode_without_bom_handling(&byte).0;
        return (!whole.starts_with(first)).then(|| (first.len_utf8(), whole.into_owned()));
    }
    if let Some((length, whole)) = encoded(rest, previous) {
        return Some((length, whole.to_string()));
    }
    if let Some((broken, whole)) = WHOLE_STRINGS.iter().find(|(broken, _)| rest.starts_with(broken)) {
        return Some((broken.len(), (*whole).to_owned()));
    }
    // The third byte fell away altogether.
    if let Some(after) = rest.strip_prefix("â€")
        && !after.chars().next().is_some_and(char::is_alphanumeric)
    {
        return Some(("â€".len(), "”".into()));
    }
    // U+00A0 is C2 A0, and the A0 has since become a plain space or gone.
    if let Some(after) = rest.strip_prefix('Â')
        && (previous.is_ascii() && !previous.is_ascii_uppercase())
        && after.chars().next().is_none_or(|c| c == ' ' || c == '£')
    {
        return Some(('Â'.len_utf8(), String::new()));
    }
    None
}

/// A sequence of characters that, as Windows-1252 bytes, are one UTF-8 character of the kind news copy holds.
fn encoded(rest: &str, previous: char) -> Option<(usize, char)> {
    let mut bytes = [0u8; 4];
    let mut characters = rest.chars();
    let first = characters.next()?;
    bytes[0] = byte_of(first)?;
    let count = match bytes[0] {
        0xc2..=0xc5 | 0xcb => 2,
        0xe2 | 0xef => 3,
        0xf0 => 4,
        _ => return None,
    };
    let mut length = first.len_utf8();
    for byte in &mut bytes[1..count] {
        let c = characters.next()?;
        *byte = byte_of(c).filter(|b| (0x80..=0xbf).contains(b))?;
        length += c.len_utf8();
    }
    let whole = str::from_utf8(&bytes[..count]).ok()?.chars().next()?;
    let plausible = match count {
        2 => {
            // A capital before, as in "ALEMÃ”", may be a word in capitals that a quotation mark closes.
            let closes = matches!(bytes[1], 0x91..=0x94 | 0x85) && previous.is_uppercase();
            match bytes[0] {
                0xc2 => !closes,
                0xc3 => !closes && whole.is_alphabetic(),
                // Behind "€" it is the end of a sequence that was encoded twice: "â‚¬Å“".
                _ => !closes && (previous == '€' || (previous.is_alphabetic() && previous.is_lowercase())),
            }
        }
        3 => {
            matches!(whole, '\u{2000}'..='\u{22ff}' | '\u{2500}'..='\u{27bf}' | '\u{feff}' | '\u{fb00}'..='\u{fb06}')
        }
        _ => matches!(whole, '\u{1f000}'..='\u{1faff}'),
    };
    plausible.then_some((length, whole))
}

/// The Windows-1252 byte of a character; the five undefined bytes stand for themselves, as browsers have it.
fn byte_of(c: char) -> Option<u8> {
    match c {
        '\u{80}'..='\u{ff}' => Some(c as u8),
        _ if c.is_ascii() => None,
        _ => {
            let mut buffer = [0u8; 4];
            let (bytes, _, failed) = WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
            if failed { None } else { bytes.first().copied() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mended() {
        for (broken, whole) in [
            ("Itâ€™s Â£30", "It’s £30"),
            ("â€œNo,â€? he said. â€œNever.â€", "“No,” he said. “Never.”"),
            ("caf\u{c3}\u{a9} â€“ d\u{c3}\u{a9}j\u{c3}\u{a0} vu", "café – déjà vu"),
            ("ItÃ¢â‚¬â„¢s twice", "It’s twice"),
            ("a Ã¢â‚¬Å“fullÃ¢â‚¬Â meal", "a “full” meal"),
            ("10Â°C and 5â‚¬", "10°C and 5€"),
            ("the reserveÂ .", "the reserve ."),
            ("It\u{92}s from Latin-1", "It’s from Latin-1"),
            ("‚ÄúMac‚Äù for ¬£3", "“Mac” for £3"),
            ("Warsaw, KrakÃ³w and PoznaÅ„", "Warsaw, Kraków and Poznań"),
            ("smile ðŸ˜€ now", "smile 😀 now"),
        ] {
            let (text, repairs) = repair(broken).unwrap_or_else(|| panic!("not mended: {broken}"));
            assert_eq!(text.replace('\u{a0}', " "), whole);
            assert!(!repairs.is_empty());
        }
    }

    #[test]
    fn left_alone() {
        for text in [
            "Plain.",
            "Der Ärger in Köln – “nie”.",
            "L’été à Évian, « déjà »…",
            "SÃO PAULO, IRMÃ e MAÇÃ",
            "UM ALEMÃ” disse",
            "£30, €5, 10°C, 194½p",
            "Łódź – Kraków",
            "Pâté, naïveté, señor",
        ] {
            assert_eq!(repair(text), None, "{text}");
        }
    }
}
