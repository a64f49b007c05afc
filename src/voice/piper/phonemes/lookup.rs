// SPDX-License-Identifier: GPL-3.0-or-later
//! Words looked up in the dictionary's list: pronunciation, replacement text, and flags.

use super::data::Data;
use super::engine::{Engine, Flags, affix, flag, flag2, token};
use super::letters::{self, Text};

/// Bytes of a word that are looked at.
pub(super) const WORD_BYTES: usize = 160;
/// Letters from `` ` `` to U+017F numbered 1 to 57, so that a word can be packed into six bits a letter.
const EXTRA_LETTERS: [u32; 31] = [
    0xe0, 0xe1, 0xe2, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xeb, 0xed, 0xee, 0xf3, 0xf6, 0xf8, 0xfa, 0xfc,
    0x103, 0x105, 0x107, 0x10d, 0x111, 0x119, 0x142, 0x144, 0x15b, 0x161, 0x163, 0x17a, 0x17c, 0x17e,
];

/// A word as the dictionary stores it: packed if it is all letters, and its length with bit 6 set if packed.
fn pack(word: &[u8]) -> (Vec<u8>, usize) {
    let text = String::from_utf8_lossy(word);
    let number = |c: char| match c {
        'a'..='z' => Some(c as u32 - 0x60),
        _ => EXTRA_LETTERS.iter().position(|&extra| extra == c as u32).map(|index| index as u32 + 27),
    };
    let Some(numbers) = text.chars().map(number).collect::<Option<Vec<u32>>>() else {
        return (word.to_vec(), word.len());
    };
    let mut packed = Vec::with_capacity(word.len());
    let (mut sum, mut bits) = (0u32, 0);
    for number in numbers {
        sum = sum << 6 | number;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            packed.push((sum >> bits) as u8);
        }
    }
    if bits > 0 {
        packed.push((sum << (8 - bits)) as u8);
    }
    let length = packed.len() | 0x40;
    // The compiler of the dictionary hashes what is left of the word behind its packed form, too.
    packed.extend_from_slice(word.get(packed.len()..).unwrap_or_default());
    (packed, length)
}

/// The list a word is in.
fn hash(packed: &[u8]) -> usize {
    let (mut sum, mut count) = (0usize, 0);
    for &byte in packed.iter().take_while(|&&byte| byte != 0) {
        sum = sum * 8 + usize::from(byte);
        sum = (sum & 0x3ff) ^ (sum >> 8);
        count += 1;
    }
    (sum + count) & 0x3ff
}

/// One character that is no letter; espeak-ng looks at the packed form, and so do we.
fn is_symbol(packed: &[u8]) -> bool {
    let text = Text { bytes: packed.to_vec(), end: 0 };
    let (first, bytes) = text.char_at(0);
    text.at(bytes) == 0 && !letters::is_alpha(first)
}

/// One entry of the list, read.
struct Entry {
    phonemes: &'static [u8],
    flags: Flags,
    /// Words after the first that it covers.
    skipped: usize,
    /// Bytes of the text after the word that it covers.
    covered: usize,
    holds: bool,
}

fn read(data: &Data, start: usize, next: usize, conditions: u32, rest: &[u8]) -> Entry {
    let size = data.byte(start + 1);
    let mut at = start + 2 + usize::from(size & 0x3f);
    let mut entry = Entry { phonemes: &[], flags: [0, 0], skipped: 0, covered: 0, holds: true };
    if size & 0x80 == 0 {
        entry.phonemes = data.string(at);
        at += entry.phonemes.len() + 1;
    }
    while at < next {
        let item = data.byte(at);
        at += 1;
        match item {
            132.. => entry.holds &= conditions & 1u32.wrapping_shl(u32::from(item - 132)) == 0,
            100.. => entry.holds &= conditions & 1u32.wrapping_shl(u32::from(item - 100)) != 0,
            81.. => {
                let words = data.slice(at, next);
                entry.holds &= rest.starts_with(words);
                entry.flags[0] |= flag::SKIP_WORDS;
                entry.skipped = usize::from(item - 80);
                entry.covered = words.len();
                at = next;
            }
            65.. => {
                entry.flags[0] = entry.flags[0] & !0xf | u32::from(item & 0xf);
                if item & 0xc == 0xc {
                    entry.flags[0] |= flag::STRESS_END;
                }
            }
            32.. => entry.flags[1] |= 1u32.wrapping_shl(u32::from(item - 32)),
            _ => entry.flags[0] |= 1 << item,
        }
    }
    entry
}

impl Engine<'_> {
    /// Finds a word of exactly these bytes.
    ///
    /// `rest` is where the text after the word begins. `Some` with the phonemes if there are any; the flags are set
    /// even if there are none.
    fn find(
        &mut self,
        word: &[u8],
        text: &Text,
        rest: usize,
        flags: &mut Flags,
        end: u32,
        at: Option<usize>,
    ) -> Option<Vec<u8>> {
        let symbol = flags[1] & flag2::LOOKUP_SYMBOL != 0;
        let (packed, length) = pack(word);
        let key = packed.get(..length & 0x3f)?;
        let mut next = self.data.bucket(hash(&packed));
        let after = text.bytes.get(rest..).unwrap_or_default();
        while self.data.byte(next) != 0 {
            let start = next;
            next += usize::from(self.data.byte(start));
            if usize::from(self.data.byte(start + 1) & 0x7f) != length
                || self.data.slice(start + 2, start + 2 + key.len()) != key
            {
                continue;
            }
            let entry = read(self.data, start, next, self.voice.conditions, after);
            if entry.holds && entry.flags[0] & flag::SKIP_WORDS != 0 {
                self.skip_words = entry.skipped;
            }
            if !entry.holds || !self.applies(&entry, symbol, end, at, rest + entry.covered < text.end) {
                continue;
            }
            *flags = [entry.flags[0] | flag::FOUND_ATTRIBUTES, entry.flags[1]];
            if entry.phonemes.is_empty() {
                return None;
            }
            flags[0] |= flag::FOUND;
            if is_symbol(&packed) {
                flags[0] |= flag::MAX_3;
            }
            return Some(entry.phonemes.to_vec());
        }
        None
    }

    /// Do the entry's flags allow it here?
    fn applies(&self, entry: &Entry, symbol: bool, end: u32, at: Option<usize>, more: bool) -> bool {
        let [first, second] = entry.flags;
        let word = at.map_or(0, |at| self.word_flags(at));
        let suffix = end & affix::SUFFIX != 0;
        let needs = |bit: u32, held: bool| second & bit == 0 || held;
        let verb = self.expect_verb > 0 || (self.expect_verb_s > 0 && end & affix::SUFFIX_S != 0);
        // No verb form after `to` with an -s.
        let after_to = self.previous_flags & flag::ALT_7 != 0 && end & affix::SUFFIX_S != 0;
        needs(flag2::STEM, suffix)
            && needs(flag2::ONLY | flag2::ONLY_S, end & affix::PREFIX == 0)
            && needs(flag2::ONLY, !suffix)
            && needs(flag2::ONLY_S, !suffix || end & affix::SUFFIX_S != 0)
            && needs(flag2::CAPITAL, word & token::FIRST_UPPER != 0)
            && needs(flag2::ALL_CAPS, word & token::ALL_UPPER != 0)
            && (first & flag::NEEDS_DOT == 0 || word & token::HAS_DOT != 0)
            && needs(flag2::AT_END, !more || symbol)
            && needs(flag2::AT_START, word & token::FIRST_WORD != 0)
            && needs(flag2::SENTENCE, self.sentence)
            && needs(flag2::VERB, verb && !after_to)
            && needs(flag2::PAST, self.expect_past > 0)
            && needs(flag2::NOUN, self.expect_noun > 0 && end & affix::VERB == 0)
    }

    /// Looks up the word that begins here, with the forms a suffix may have hidden.
    ///
    /// `Some` with its phonemes; `None` leaves flags, or a replacement text in `self.replacement`.
    pub(super) fn look_up(
        &mut self,
        text: &Text,
        start: usize,
        flags: &mut Flags,
        end: u32,
        at: Option<usize>,
    ) -> Option<Vec<u8>> {
        if let Some(found) = self.look_up_dotted(text, start, flags, end, at) {
            return Some(found);
        }
        let mut stop = start;
        while stop - start < WORD_BYTES - 1 && !matches!(text.at(stop), 0 | b' ') {
            if text.at(stop) == b'.' && stop > start && text.at(stop - 1).is_ascii_digit() {
                break;
            }
            stop += 1;
        }
        let rest = stop + 1;
        let mut word = text.bytes.get(start..stop).unwrap_or_default().to_vec();
        let mut found = self.find(&word, text, rest, flags, end, at);
        if flags[0] & flag::MAX_3 != 0 {
            self.limit_repeats(&mut found);
        } else {
            self.repeats = 0;
        }
        if found.is_none() && flags[1] & flag2::ACCENT != 0 {
            let bare = String::from_utf8_lossy(&word).trim_start_matches('_').chars().next();
            found = bare.map(|letter| self.accented_letter(u32::from(letter)));
        }
        if found.is_none()
            && let [.., before, last] = *word
            && (end & affix::E_ADDED != 0 && last == b'e' || end & affix::DOUBLED != 0 && last == before)
        {
            word.pop();
            found = self.find(&word, text, rest, flags, end, at);
        }
        if found.is_some() && flags[0] & flag::TEXT != 0 {
            if end & affix::ALLOW_TEXT != 0 {
                self.replacement = found;
            }
            return None;
        }
        found
    }

    /// An abbreviation of the form a.b.c: the same with the spaces between its dots left out.
    fn look_up_dotted(
        &mut self,
        text: &Text,
        start: usize,
        flags: &mut Flags,
        end: u32,
        at: Option<usize>,
    ) -> Option<Vec<u8>> {
        let mut joined = Vec::new();
        let mut next = start;
        loop {
            let bytes = text.char_at(next).1;
            if text.at(next + bytes) != b' ' || text.at(next + bytes + 1) != b'.' || joined.len() > WORD_BYTES
            {
                break;
            }
            joined.extend_from_slice(text.bytes.get(next..next + bytes)?);
            joined.push(b'.');
            next += bytes + 3;
        }
        if joined.is_empty() {
            return None;
        }
        let skipped = joined.len();
        joined.extend_from_slice(text.bytes.get(next..text.word_end(next)).unwrap_or_default());
        let found = self.find(&joined, text, next, flags, end, at)?;
        flags[0] |= flag::SKIP_WORDS;
        self.skip_words = skipped;
        Some(found)
    }

    /// A symbol said more than three times in a row falls silent.
    fn limit_repeats(&mut self, found: &mut Option<Vec<u8>>) {
        let Some(phonemes) = found else { return };
        if *phonemes == self.repeated {
            self.repeats += 1;
            if self.repeats > 3 {
                phonemes.clear();
            }
        } else {
            self.repeated.clone_from(phonemes);
            self.repeats = 1;
        }
    }

    /// Looks up a name such as `_roman`: its phonemes, and the dictionary flags it has.
    pub(super) fn name(&mut self, name: &[u8]) -> Option<(Vec<u8>, u32)> {
        let text = Text::word(name);
        let mut flags = [0, flag2::LOOKUP_SYMBOL];
        let found = self.look_up(&text, Text::START, &mut flags, affix::ALLOW_TEXT, None);
        if flags[0] & flag::TEXT != 0
            && let Some(words) = self.replacement.take()
        {
            let mut text = Text::word(&words);
            let flags = self.word(&mut text, Text::START, None);
            return Some((self.word_phonemes.clone(), flags));
        }
        found.map(|phonemes| (phonemes, flags[0]))
    }
}
