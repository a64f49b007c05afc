//! Putting spoken words together.

/// Adds a word after a single space.
pub(crate) fn put(out: &mut String, word: &str) {
    if !out.is_empty() && !out.ends_with([' ', '-']) {
        out.push(' ');
    }
    out.push_str(word);
}

/// Adds letters one by one, as capitals: `nhs` → `N H S`.
///
/// Apostrophes are passed over; a mark stays on its letter.
pub(crate) fn spell(out: &mut String, letters: &str) {
    for c in letters.chars() {
        if super::token::is_letter(c) {
            put(out, "");
            out.extend(c.to_uppercase().filter(|c| super::token::is_letter(*c)));
        } else if unicode_normalization::char::is_combining_mark(c) {
            out.push(c);
        }
    }
}

/// Adds a word, keeping only what the spoken alphabet has and levelling its apostrophes.
pub(crate) fn put_word(out: &mut String, word: &str) {
    if word.is_ascii() {
        return put(out, word);
    }
    put(out, "");
    for c in word.chars() {
        match c {
            '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}' | '\u{2B9}' | '\u{2BB}' | '\u{2BC}'
            | '\u{2032}' | '\u{B4}' => out.push('\''),
            c => out.push(c),
        }
    }
}

/// Whether an all-capitals word can be said: vowels and consonants in turn, no cluster English forbids.
pub(crate) fn sayable(word: &str) -> bool {
    let bytes = word.as_bytes();
    if !word.is_ascii() || bytes.len() < 4 {
        return false;
    }
    let vowel = |b: u8| matches!(b.to_ascii_uppercase(), b'A' | b'E' | b'I' | b'O' | b'U');
    let turns = bytes.windows(2).all(|pair| vowel(pair[0]) != vowel(pair[1]));
    if bytes.len() == 4 {
        return turns;
    }
    // Longer: clusters of two at most, and only such as a syllable may begin or end with.
    let mut consonants = 0;
    let mut vowels = 0;
    let mut any_vowel = false;
    for (n, &b) in bytes.iter().enumerate() {
        if vowel(b) {
            any_vowel = true;
            consonants = 0;
            vowels += 1;
            if vowels > 2 {
                return false;
            }
        } else {
            vowels = 0;
            consonants += 1;
            let opening = n < 2;
            if consonants > 2 || (opening && consonants == 2 && !opens(bytes[n - 1], b)) {
                return false;
            }
            if consonants == 2 && n + 1 == bytes.len() && !closes(bytes[n - 1], b) {
                return false;
            }
        }
    }
    any_vowel
}

fn opens(a: u8, b: u8) -> bool {
    matches!(
        (a.to_ascii_uppercase(), b.to_ascii_uppercase()),
        (b'B' | b'C' | b'F' | b'G' | b'P', b'L' | b'R')
            | (b'D' | b'T' | b'W', b'R')
            | (b'S', b'C' | b'H' | b'K' | b'L' | b'M' | b'N' | b'P' | b'T' | b'W')
            | (b'C' | b'T' | b'W' | b'P', b'H')
    )
}

fn closes(a: u8, b: u8) -> bool {
    matches!(
        (a.to_ascii_uppercase(), b.to_ascii_uppercase()),
        (b'N', b'D' | b'T' | b'G' | b'K' | b'S')
            | (b'R', b'D' | b'T' | b'K' | b'M' | b'N' | b'S')
            | (b'L', b'D' | b'T' | b'K' | b'L' | b'S')
            | (b'S', b'T' | b'K' | b'P' | b'S' | b'H')
            | (b'C' | b'T', b'K' | b'H' | b'S')
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_one_by_one() {
        let mut out = String::from("the");
        spell(&mut out, "nhs");
        assert_eq!(out, "the N H S");
    }

    #[test]
    fn only_word_like_capitals_are_sayable() {
        for word in ["NATO", "UCAS", "ACAS", "RENAMO", "COBRA", "LEGO", "CARICOM"] {
            assert!(sayable(word), "{word}");
        }
        for word in ["HMRC", "GCSE", "OECD", "CCTV", "NHS", "AJPW", "NZPA", "WFTDA", "PPIHC", "IAEA"] {
            assert!(!sayable(word), "{word}");
        }
    }
}
