// SPDX-License-Identifier: GPL-3.0-or-later
//! Letters said by their names, alone or as an abbreviation, and Roman numbers.

use super::data::code;
use super::engine::{Engine, affix, flag, token};
use super::letters::{self, Text, in_group, is_alpha, is_letter};

/// Follows a letter that is spelled inside a word; rules can ask for it.
const SPELLING: u8 = 31;
/// Letters of a dotted abbreviation that are looked at.
const DOTTED: usize = 40;
/// The highest Roman number that is read as one; longer ones are more often words.
const ROMAN_HIGHEST: u32 = 49;
/// Roman digits and what they count.
const ROMAN: [(u8, u32); 7] =
    [(b'i', 1), (b'x', 10), (b'c', 100), (b'm', 1000), (b'v', 5), (b'l', 50), (b'd', 500)];
/// Names of accents by the combining character that NFD makes of them.
const ACCENTS: [(char, &[u8]); 13] = [
    ('\u{301}', b"_acu"),
    ('\u{306}', b"_brv"),
    ('\u{30c}', b"_hac"),
    ('\u{327}', b"_ced"),
    ('\u{302}', b"_cir"),
    ('\u{308}', b"_dia"),
    ('\u{30b}', b"_ac2"),
    ('\u{307}', b"_dot"),
    ('\u{300}', b"_grv"),
    ('\u{304}', b"_mcn"),
    ('\u{303}', b"_tld"),
    ('\u{328}', b"_ogo"),
    ('\u{30a}', b"_rng"),
];
/// Letters with a stroke, which do not decompose, and what they are without.
const STROKED: [(char, char); 5] = [('ø', 'o'), ('đ', 'd'), ('ł', 'l'), ('ħ', 'h'), ('ŧ', 't')];

impl Engine<'_> {
    /// Adds the name of the letter here; how many bytes it has.
    pub(super) fn letter(&mut self, text: &Text, at: usize, phonemes: &mut Vec<u8>) -> usize {
        let (letter, bytes) = text.char_at(at);
        let letter = letters::lower(letter);
        let said = self.letter_name(letter, text.at(at + bytes));
        if said.is_empty() {
            self.note_unspoken(letter);
        }
        if phonemes.len() + said.len() + 1 < super::stress::WORD_PHONEMES {
            // The mark between letters; `stress` takes it out.
            phonemes.push(0xff);
            phonemes.extend_from_slice(&said);
        }
        bytes
    }

    /// The name of a letter, stressed; empty if it has none.
    fn letter_name(&mut self, letter: u32, next: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        letters::push(&mut bytes, letter);
        let name = [b"_", bytes.as_slice()].concat();
        let mut said = Vec::new();
        if let Some((named, _)) = self.name(&name).or_else(|| self.name(&bytes)) {
            said = named;
        } else {
            let mut text = Text::word(&bytes);
            // What follows is two spaces at the end of a word, else a mark that rules can ask for.
            let after = Text::START + bytes.len() + 1;
            text.set(after, if next == b' ' { b' ' } else { SPELLING });
            self.rules(&mut text, Text::START, &mut said, None, 0, None);
        }
        if said.is_empty() {
            said = self.accented_letter(letter);
        }
        super::stress::mark(&self.voice.table, &mut said, 0, -1);
        said
    }

    /// The name of a letter and of its accent.
    pub(super) fn accented_letter(&mut self, letter: u32) -> Vec<u8> {
        use unicode_normalization::UnicodeNormalization as _;
        let parts: Vec<char> = char::from_u32(letter).into_iter().nfd().collect();
        let stroked = STROKED.iter().find(|(stroked, _)| u32::from(*stroked) == letter);
        let (base, name) = match (parts.as_slice(), stroked) {
            (_, Some(&(_, base))) => (base, b"_stk".as_slice()),
            (&[base, accent], None) => match ACCENTS.iter().find(|&&(mark, _)| mark == accent) {
                Some(&(_, name)) => (base, name),
                None => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        let Some((accent, flags)) = self.name(name) else { return Vec::new() };
        let base = {
            let mut bytes = Vec::new();
            letters::push(&mut bytes, u32::from(base));
            let name = [b"_", bytes.as_slice()].concat();
            self.name(&name).or_else(|| self.name(&bytes)).map(|found| found.0).unwrap_or_default()
        };
        if base.is_empty() {
            return Vec::new();
        }
        if flags & flag::ACCENT_BEFORE != 0 {
            [accent, vec![code::PAUSE_VERY_SHORT, code::PRIMARY], base].concat()
        } else {
            let pause = vec![code::PAUSE_VERY_SHORT];
            [vec![code::SECONDARY], base, pause.clone(), accent, pause].concat()
        }
    }

    /// Spells the word that begins here.
    pub(super) fn spell(&mut self, text: &Text, start: usize, phonemes: &mut Vec<u8>) {
        let (mut at, mut count) = (start, 0);
        while !matches!(text.at(at), b' ' | 0) {
            at += self.letter(text, at, phonemes);
            count += 1;
        }
        stress(phonemes, count);
    }

    /// What is said for a character that is no letter; `None` for nothing.
    pub(super) fn symbol(&mut self, c: u32) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        letters::push(&mut bytes, c);
        if let Some((said, _)) = self.name(&bytes) {
            return Some(said).filter(|said| !said.is_empty());
        }
        let named = self.name(&[b"_", bytes.as_slice()].concat()).is_some();
        if !named && !letters::is_space(c) {
            self.note_unspoken(c);
        }
        None
    }

    /// The plural after an abbreviation in capitals: s, z or iz after its last letter.
    pub(super) fn add_plural(&mut self, word: u32, last: u32) {
        if word & token::HAS_PLURAL == 0 {
            return;
        }
        let ending: &[u8] = match u8::try_from(last) {
            Ok(b'f') => b"ss",
            Ok(b'h' | b's' | b'x') => b"iz",
            _ => b"zz",
        };
        // The rules see the second letter with the first before it.
        let mut text = Text::word(ending);
        text.set(Text::START, b' ');
        let start = Text::START;
        text.bytes.splice(start..start + 2, [b' ', ending[0], ending[1]]);
        let mut phonemes = std::mem::take(&mut self.word_phonemes);
        self.rules(&mut text, start + 1, &mut phonemes, None, 0, None);
        self.word_phonemes = phonemes;
    }

    /// Is this the first of a series of letters with dots between? They are then joined to one word.
    pub(super) fn dotted(&mut self, text: &mut Text, start: usize) -> bool {
        let mut joined = Vec::new();
        let (mut at, mut count) = (start, 0);
        while count < DOTTED {
            let (letter, mut bytes) = text.char_at(at);
            if text.at(at + bytes) != b' ' || !is_alpha(letter) {
                break;
            }
            let mut last = false;
            if text.at(at + bytes + 1) == b'.' {
                if text.at(at + bytes + 2) == b'\'' && text.at(at + bytes + 3) == b's' {
                    bytes += 2;
                    last = true;
                } else if text.at(at + bytes + 2) != b' ' {
                    break;
                }
            } else if count > 0 {
                last = true;
            } else {
                break;
            }
            joined.extend_from_slice(text.bytes.get(at..at + bytes).unwrap_or_default());
            count += 1;
            at += bytes + if last { 0 } else { 3 };
            if last {
                break;
            }
        }
        if count > 1 {
            for (offset, place) in (start..at).enumerate() {
                text.set(place, joined.get(offset).copied().unwrap_or(b' '));
            }
            self.skip_words = (count - 1) * 2;
        }
        count > 0
    }

    /// Is the beginning of this word such that it has to be spelled?
    pub(super) fn unpronounceable(&mut self, text: &mut Text, start: usize, position: usize) -> bool {
        if text.char_at(start).0 >= 0x370 || matches!(text.at(start), b' ' | 0 | b'\'') {
            return false;
        }
        let (mut at, mut count, mut first_vowel) = (start, 0, 9);
        loop {
            let (letter, bytes) = text.char_at(at);
            at += bytes;
            let quote = letter == u32::from(b'\'');
            if letter == 0 || letter == u32::from(b' ') || (quote && (count > 1 || position > 0)) {
                break;
            }
            count += 1;
            if in_group(letter, letters::VOWELS) {
                first_vowel = count;
                break;
            }
            if !quote && !is_letter(letter) {
                return false;
            }
        }
        if first_vowel <= 2 {
            return false;
        }
        let before = text.before(start);
        text.set(start - 1, b' ');
        let ending = self.rules(text, start, &mut Vec::new(), None, token::UNPRONOUNCEABLE_TEST, None);
        text.set(start - 1, before);
        ending == 0 || ending & affix::UNPRONOUNCEABLE != 0
    }

    /// A Roman number from 2 to 49, spoken.
    pub(super) fn roman(&mut self, text: &Text, start: usize) -> Option<Vec<u8>> {
        let end = text.word_end(start);
        let word = text.bytes.get(start..end)?;
        if word.len() < 2 || text.at(start.wrapping_sub(2)).is_ascii_digit() {
            return None;
        }
        let value = roman_value(word)?;
        if !(2..=ROMAN_HIGHEST).contains(&value) || matches!(text.at(end + 1), b'0'..=b'9' | b'.') {
            return None;
        }
        let mut said = self.name(b"_roman").unwrap_or_default().0;
        said.push(code::END_WORD);
        if let Some((whole, _)) = self.name(format!("_{value}").as_bytes()) {
            said.extend_from_slice(&whole);
        } else {
            said.extend_from_slice(&self.name(format!("_{}X", value / 10).as_bytes())?.0);
            if value % 10 > 0 {
                said.extend_from_slice(&self.name(format!("_{}", value % 10).as_bytes())?.0);
            }
        }
        said.push(code::END_WORD);
        Some(said)
    }
}

/// Takes the marks between letters out, and leaves a primary stress on every third letter and on the last.
pub(super) fn stress(phonemes: &mut Vec<u8>, letters: usize) {
    let stressed = phonemes.iter().fold(0, |sum, &phoneme| sum + usize::from(phoneme == code::PRIMARY));
    let mut count = 0;
    phonemes.retain_mut(|phoneme| {
        if *phoneme == code::PRIMARY && letters > 1 {
            count += 1;
            if count != stressed && (count % 3 != 0 || count + 1 == stressed) {
                *phoneme = code::SECONDARY_STRONG;
            }
        }
        *phoneme != 0xff
    });
}

/// The value of a Roman number in small letters; `None` if it is none.
fn roman_value(word: &[u8]) -> Option<u32> {
    let (mut sum, mut previous, mut limit, mut repeats) = (0, 0, u32::MAX, 0);
    for letter in word {
        let mut value = ROMAN.iter().find(|(digit, _)| digit == letter)?.1;
        repeats = if value == previous { repeats + 1 } else { 0 };
        if repeats >= 3 || (previous > 1 && previous != 10 && previous != 100 && value >= previous) {
            return None;
        }
        if previous != 0 && previous < value {
            if sum % 10 != 0 || previous * 10 < value {
                return None;
            }
            limit = previous;
            value -= limit;
        } else if value >= limit {
            return None;
        } else {
            sum += previous;
        }
        previous = value;
    }
    Some(sum + previous)
}
