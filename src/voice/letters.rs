//! Letters that are said one by one, where engines misread them: a lone A is taken for the article, and a letter with a
//! plural or possessive s ("M Ps") for one odd word.

/// How a word that is such a letter sounds, in IPA; nothing for other words, and letters that every engine reads right.
pub(super) fn sounds(word: &str, american: bool) -> Option<String> {
    let mut characters = word.chars();
    let letter = characters.next().filter(char::is_ascii_uppercase)?;
    let named =
        |names: &[(char, &'static str)]| names.iter().find(|(l, _)| *l == letter).map(|(_, ipa)| *ipa);
    let sounds = american.then(|| named(&LETTERS_US)).flatten().or_else(|| named(&LETTERS_GB))?;
    match characters.as_str() {
        "" if letter == 'A' => Some(sounds.to_owned()),
        "s" | "'s" => Some(format!("{sounds}{}", plural_ending(letter))),
        _ => None,
    }
}

/// English plural of a letter's name: "Ss" has a syllable of its own, "Fs" a hiss, the rest a buzz.
fn plural_ending(letter: char) -> &'static str {
    match letter {
        'H' | 'S' | 'X' => "ɪz",
        'F' => "s",
        _ => "z",
    }
}

/// The letters' names.
#[rustfmt::skip]
static LETTERS_GB: [(char, &str); 26] = [
    ('A', "ˈeɪ"), ('B', "ˈbiː"), ('C', "ˈsiː"), ('D', "ˈdiː"), ('E', "ˈiː"), ('F', "ˈɛf"), ('G', "ˈdʒiː"),
    ('H', "ˈeɪtʃ"), ('I', "ˈaɪ"), ('J', "ˈdʒeɪ"), ('K', "ˈkeɪ"), ('L', "ˈɛl"), ('M', "ˈɛm"), ('N', "ˈɛn"),
    ('O', "ˈəʊ"), ('P', "ˈpiː"), ('Q', "ˈkjuː"), ('R', "ˈɑː"), ('S', "ˈɛs"), ('T', "ˈtiː"), ('U', "ˈjuː"),
    ('V', "ˈviː"), ('W', "ˈdʌbəljuː"), ('X', "ˈɛks"), ('Y', "ˈwaɪ"), ('Z', "ˈzɛd"),
];

/// The American names that differ.
static LETTERS_US: [(char, &str); 2] = [('R', "ˈɑːr"), ('Z', "ˈziː")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_are_misread() {
        for (word, american, expected) in [
            ("A", false, Some("ˈeɪ")),
            ("As", false, Some("ˈeɪz")),
            ("Ps", false, Some("ˈpiːz")),
            ("P's", true, Some("ˈpiːz")),
            ("Ss", false, Some("ˈɛsɪz")),
            ("Fs", false, Some("ˈɛfs")),
            ("Zs", false, Some("ˈzɛdz")),
            ("Zs", true, Some("ˈziːz")),
            ("B", false, None),
            ("an", false, None),
            ("As-is", false, None),
            ("", false, None),
        ] {
            assert_eq!(sounds(word, american).as_deref(), expected, "{word}");
        }
    }
}
