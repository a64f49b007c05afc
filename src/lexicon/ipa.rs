//! The sounds of English in the IPA, and in X-SAMPA, which engines take.

/// What to do about a sign that is not known.
pub const CURE: &str = "use the sounds of English (kɪə, ˈstɑːmə), or respell the word instead";

/// Sounds of English with their X-SAMPA, longest first, so that a diphthong is not taken for two vowels.
///
/// Source: IPA Handbook (1999); J. C. Wells, "Computer-coding the IPA" (1995).
#[rustfmt::skip]
const SOUNDS: [(&str, &str); 78] = [
    ("t͡ʃ", "tS"), ("d͡ʒ", "dZ"), ("eɪ", "eI"), ("aɪ", "aI"), ("ɔɪ", "OI"), ("aʊ", "aU"), ("əʊ", "@U"), ("oʊ", "oU"),
    ("ɪə", "I@"), ("eə", "e@"), ("ɛə", "e@"), ("ʊə", "U@"), ("iː", "i:"), ("ɑː", "A:"), ("ɔː", "O:"), ("uː", "u:"),
    ("ɜː", "3:"), ("ɛː", "e@"), ("tʃ", "tS"), ("dʒ", "dZ"), ("l̩", "@l"), ("n̩", "@n"), ("m̩", "@m"),
    ("p", "p"), ("b", "b"), ("t", "t"), ("d", "d"), ("k", "k"), ("ɡ", "g"), ("g", "g"), ("f", "f"), ("v", "v"),
    ("θ", "T"), ("ð", "D"), ("s", "s"), ("z", "z"), ("ʃ", "S"), ("ʒ", "Z"), ("h", "h"), ("x", "x"), ("χ", "x"),
    ("m", "m"), ("n", "n"), ("ŋ", "N"), ("l", "l"), ("ɫ", "l"), ("ɹ", "r"), ("r", "r"), ("ɾ", "r"), ("j", "j"), ("w", "w"),
    ("ʍ", "w"), ("ɬ", "l"), ("ɪ", "I"), ("i", "i"), ("e", "e"), ("ɛ", "E"), ("æ", "{"), ("a", "a"), ("ɑ", "A"), ("ɒ", "Q"), ("ɔ", "O"),
    ("ʊ", "U"), ("u", "u"), ("ʌ", "V"), ("ə", "@"), ("ɚ", "@r"), ("ɝ", "3r"), ("ɜ", "3"), ("ɐ", "V"), ("o", "o"), ("ɵ", "U"), ("ʉ", "u"),
    ("ˈ", "\""), ("ˌ", "%"), ("'", "\""), (".", "."), (" ", " "),
];

/// Checks that every sign is a sound of English; gives the first that is not.
///
/// # Errors
/// The sign.
///
/// # Examples
/// ```
/// use bulletin::lexicon::ipa;
/// assert_eq!(ipa::check("kɪə ˈstɑːmə"), Ok(()));
/// assert_eq!(ipa::check("kǃa"), Err('ǃ'));
/// ```
pub fn check(ipa: &str) -> Result<(), char> {
    let mut sounds = 0;
    each(ipa, |found| found.map(|sound| sounds += usize::from(!matches!(sound, "\"" | "%" | "." | " "))))?;
    if sounds == 0 { Err(ipa.chars().next().unwrap_or(' ')) } else { Ok(()) }
}

/// The sounds one by one, as X-SAMPA codes; stress marks and boundaries among them, unknown signs left out.
///
/// # Examples
/// ```
/// assert_eq!(bulletin::lexicon::ipa::codes("ˈtʃɪə"), ["\"", "tS", "I@"]);
/// ```
pub fn codes(ipa: &str) -> Vec<&'static str> {
    let mut codes = Vec::new();
    let _ = each(ipa, |found| {
        codes.extend(found.ok());
        Ok(())
    });
    codes
}

/// The same sounds in X-SAMPA; signs that are not known are left out.
///
/// # Examples
/// ```
/// assert_eq!(bulletin::lexicon::ipa::to_xsampa("ˈstɑːmə"), "\"stA:m@");
/// ```
pub fn to_xsampa(ipa: &str) -> String {
    codes(ipa).concat()
}

/// Sounds of English in X-SAMPA → IPA, for lexicons written so.
///
/// # Errors
/// The first character that begins no sound.
pub fn from_xsampa(xsampa: &str) -> Result<String, char> {
    let mut text = String::with_capacity(xsampa.len() * 2);
    let mut rest = xsampa;
    while let Some(first) = rest.chars().next() {
        // Of several spellings of a sound the plain one: no tie bar, no syllabic mark.
        let hit = SOUNDS
            .iter()
            .filter(|(ipa, code)| rest.starts_with(code) && !ipa.contains(['\u{329}', '\u{361}']))
            .min_by_key(|(_, code)| std::cmp::Reverse(code.len()));
        match hit {
            Some((ipa, code)) => {
                text.push_str(ipa);
                rest = &rest[code.len()..];
            }
            None => return Err(first),
        }
    }
    Ok(text)
}

/// Walks over the sounds; a sign that is none is handed on as an error.
fn each(ipa: &str, mut take: impl FnMut(Result<&'static str, char>) -> Result<(), char>) -> Result<(), char> {
    let mut rest = ipa;
    while let Some(first) = rest.chars().next() {
        if let Some((sign, code)) = SOUNDS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            take(Ok(code))?;
            rest = &rest[sign.len()..];
        } else {
            // Length without a vowel we know as long, ties and brackets change nothing that engines take.
            if !matches!(first, 'ː' | '\u{361}' | '\u{35c}' | '(' | ')' | '-') {
                take(Err(first))?;
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longest_sound_first() {
        for (long, sign) in SOUNDS.iter().enumerate() {
            for (short, other) in SOUNDS.iter().enumerate() {
                assert!(short >= long || !sign.0.starts_with(other.0), "{} hides {}", other.0, sign.0);
            }
        }
        for (ipa, xsampa) in
            [("kɪə", "kI@"), ("ˈtʃɔːltən", "\"tSO:lt@n"), ("njuː", "nju:"), ("ˈʃɪvɔːn", "\"SIvO:n")]
        {
            assert_eq!(to_xsampa(ipa), xsampa);
            assert_eq!(to_xsampa(&from_xsampa(xsampa).unwrap()), xsampa);
        }
        assert!(check("").is_err() && check("ˈ").is_err() && check("5").is_err());
    }
}
