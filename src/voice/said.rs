//! What is given to engines that read English spelling and nothing else: servers and programs.

use crate::lexicon::Sound;
use crate::normalise::Class;
use crate::script::Sentence;

/// The spoken text of a sentence, as such an engine reads it right.
///
/// The lexicon's respellings stand for the words they are of. Its IPA cannot be given: those words stay as they are
/// spelled. A letter's plural gets an apostrophe ("M P's"), because "Ps" is read as two letters by espeak-ng and by flite;
/// and a letter A is written as `letter_a`, if there is one, because in front of other words it is taken for the article.
pub(super) fn text(sentence: &Sentence, letter_a: Option<&str>) -> String {
    let spoken = sentence.spoken.text();
    let respelled = sentence.pronounced.iter().filter_map(|pronounced| match &pronounced.sound {
        Sound::Respelling(letters) => Some((pronounced.spoken.clone(), letters.clone())),
        Sound::Ipa(_) => None,
    });
    let letters = sentence.spoken.words().filter(|word| word.class != Class::Plain).filter_map(|word| {
        let given = letter(word.text, letter_a)?;
        Some((word.spoken, given))
    });
    let mut given: Vec<_> = respelled.chain(letters).collect();
    // The lexicon comes first where both have something to say: the sort is stable.
    given.sort_by_key(|(range, _)| range.start);
    let (mut text, mut from) = (String::with_capacity(spoken.len() + 16), 0);
    for (range, with) in given {
        if range.start >= from {
            text.push_str(&spoken[from..range.start]);
            text.push_str(&with);
            from = range.end;
        }
    }
    text.push_str(&spoken[from..]);
    // Nothing that could be taken for an option, end a line or end a string, whatever a lexicon says.
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.trim().trim_start_matches(['-', '@']).to_owned()
}

fn letter(word: &str, letter_a: Option<&str>) -> Option<String> {
    let mut characters = word.chars();
    let first = characters.next().filter(char::is_ascii_uppercase)?;
    let rest = characters.as_str();
    let alone = if first == 'A' { letter_a } else { None };
    match (rest, alone) {
        ("", Some(alone)) => Some(alone.to_owned()),
        ("s" | "'s", Some(alone)) if alone.chars().all(char::is_alphabetic) => Some(format!("{alone}'s")),
        ("s", _) => Some(format!("{first}'s")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters() {
        for (word, letter_a, expected) in [
            ("B", None, None),
            ("A", None, None),
            ("A", Some("ay"), Some("ay")),
            ("As", Some("ay"), Some("ay's")),
            ("As", Some("[[eI]]"), Some("A's")),
            ("Ps", None, Some("P's")),
            ("P's", None, None),
            ("Is", None, Some("I's")),
            ("an", None, None),
            ("", None, None),
        ] {
            assert_eq!(letter(word, letter_a).as_deref(), expected, "{word} {letter_a:?}");
        }
    }
}
