// SPDX-License-Identifier: GPL-3.0-or-later
//! One word to phonemes: the list, then the rules, affixes taken off and translated again, then the stress.

use super::data::code;
use super::engine::{Engine, Flags, affix, flag, flag2, token};
use super::letters::{self, Text, is_alpha};
use super::lookup::WORD_BYTES;
use super::stress::{self, WORD_PHONEMES};
/// A word while it is taken apart.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) phonemes: Vec<u8>,
    /// Letters spelled before what can be pronounced.
    pub(super) spelled: Vec<u8>,
    pub(super) prefix: Vec<u8>,
    pub(super) suffix: Vec<u8>,
    pub(super) flags: Flags,
    pub(super) found: bool,
    /// A prefix whose stem has flags of its own.
    pub(super) prefix_flags: bool,
    /// Flags of the prefix and of the suffix, bits of [`affix`].
    pub(super) prefix_kind: u32,
    pub(super) suffix_kind: u32,
    /// Flags of the word, bits of [`token`].
    pub(super) word: u32,
    pub(super) unpronounceable: bool,
    /// Where what is left of the word begins.
    pub(super) stem: usize,
}

impl Engine<'_> {
    /// Translates the word that begins here into `word_phonemes`; returns its dictionary flags.
    ///
    /// `at` is its index in the clause. If the dictionary has replacement text, that is translated, word by word.
    pub(super) fn word(&mut self, text: &mut Text, start: usize, at: Option<usize>) -> u32 {
        self.replacement = None;
        let flags = self.whole_word(text, start, at);
        if flags & flag::TEXT == 0 {
            return flags;
        }
        let Some(words) = self.replacement.take() else { return flags };
        let mut text = Text::word(&words);
        let mut said: Option<Vec<u8>> = None;
        let skip_words = self.skip_words;
        let mut next = Text::START;
        while !matches!(text.at(next), 0 | b' ')
            && said.as_ref().is_none_or(|said| said.len() < WORD_PHONEMES)
        {
            let (c, _) = text.char_at(next);
            let upper = letters::is_upper(c);
            if upper && c < 0x80 {
                text.set(next, c as u8 | 0x20);
            }
            if let Some(word) = at.and_then(|at| self.words.get_mut(at)) {
                word.flags = word.flags & !token::FIRST_UPPER | if upper { token::FIRST_UPPER } else { 0 };
            }
            self.whole_word(&mut text, next, at);
            match &mut said {
                None => said = Some(self.word_phonemes.clone()),
                Some(said) => {
                    said.push(code::END_WORD);
                    said.extend_from_slice(&self.word_phonemes);
                }
            }
            for _ in 0..=self.skip_words {
                next = text.word_end(next);
                while text.at(next) == b' ' {
                    next += 1;
                }
            }
        }
        if let Some(mut said) = said {
            said.truncate(WORD_PHONEMES - 1);
            self.word_phonemes = said;
        }
        self.skip_words = skip_words;
        flags
    }

    fn whole_word(&mut self, text: &mut Text, start: usize, at: Option<usize>) -> u32 {
        let first = start + usize::from(text.at(start) == b' ');
        let end = text.word_end(first);
        let saved = text.bytes.get(start..end.min(start + WORD_BYTES - 1)).unwrap_or_default().to_vec();
        let mut parts = Parts { word: at.map_or(0, |at| self.word_flags(at)), ..Parts::default() };
        parts.stem = end;
        self.skip_words = 0;
        let (first_char, _) = text.char_at(first);
        let (last_char, letters) = last_and_length(text, first, end);

        let found = self.look_up(text, first, &mut parts.flags, affix::ALLOW_TEXT, at);
        parts.found = found.is_some();
        parts.phonemes = found.unwrap_or_default();
        if parts.flags[0] & (flag::ALLOW_DOT | flag::NEEDS_DOT) != 0 && text.at(end + 1) == b'.' {
            text.set(end + 1, b' ');
        }
        if parts.flags[0] & flag::TEXT != 0 {
            return parts.flags[0];
        }
        if !parts.found && parts.flags[0] & flag::SKIP_WORDS != 0 && parts.flags[0] & flag::ABBREVIATION == 0
        {
            self.join(text, first);
        }
        let mut spell = false;
        if letters == 1 && self.skip_words == 0 && self.dotted(text, first) {
            spell = true;
            parts.flags = [if self.skip_words > 0 { flag::SKIP_WORDS } else { 0 }, 0];
        }
        spell |= !parts.found && parts.flags[0] & flag::ABBREVIATION != 0;
        let case = parts.word & (token::ALL_UPPER | token::FIRST_UPPER);
        if !parts.found
            && case != token::FIRST_UPPER
            && at.is_none_or(|at| {
                parts.word & token::LAST_WORD != 0 || self.word_flags(at + 1) & token::NO_SPACE == 0
            })
            && let Some(number) = self.roman(text, first)
        {
            parts.phonemes = number;
            parts.found = true;
            parts.flags[0] |= flag::ABBREVIATION;
        }
        // A short word in capitals among small letters may be an abbreviation.
        spell |= parts.word & token::ALL_UPPER != 0
            && letters > 1
            && letters < 4
            && letters::is_letter(first_char)
            && !parts.found
            && parts.flags[0] & flag::SKIP_WORDS == 0
            && self.small_letters > 3
            && self.capitals <= self.small_letters;
        if spell {
            let mut spelled = Vec::new();
            self.spell(text, first, &mut spelled);
            self.word_phonemes = spelled;
            self.add_plural(parts.word, last_char);
            return parts.flags[0] & flag::SKIP_WORDS;
        }
        if !parts.found
            && let Some(flags) = self.take_apart(text, first, letters, &mut parts, at)
        {
            return flags;
        }
        self.put_together(text, &mut parts, at);
        if letters == 1 && letters::is_letter(first_char) && first_char != u32::from(b'i') {
            // A letter before a dot is an abbreviation, unless it is I.
            parts.flags[0] |= flag::ALLOW_DOT;
        }
        if parts.unpronounceable {
            parts.flags[0] |= flag::UNPRONOUNCEABLE;
        }
        text.restore(start, &saved);
        parts.flags[0]
    }

    /// Words grouped without a pronunciation of their own are joined by hyphens.
    fn join(&self, text: &mut Text, start: usize) {
        let mut left = self.skip_words;
        for at in start..text.bytes.len() {
            if left == 0 {
                break;
            }
            if text.at(at) == b' ' {
                text.set(at, b'-');
                left -= 1;
            }
        }
    }

    /// The word by the rules; `Some` if it is done with, with the flags to return.
    fn take_apart(
        &mut self,
        text: &mut Text,
        first: usize,
        letters: usize,
        parts: &mut Parts,
        at: Option<usize>,
    ) -> Option<u32> {
        self.spell_beginning(text, first, letters, parts);
        if text.at(parts.stem) == b' ' {
            return None;
        }
        if !parts.spelled.is_empty() && text.at(parts.stem) != b'\'' {
            // The letters spelled must not look like the beginning of the rest.
            text.set(parts.stem - 1, b' ');
        }
        let (mut phonemes, mut suffix) = (Vec::new(), Vec::new());
        let mut ending = self.rules(
            text,
            parts.stem,
            &mut phonemes,
            Some(&mut suffix),
            parts.word,
            Some(&mut parts.flags),
        );
        (parts.phonemes, parts.suffix) = (phonemes, suffix);
        if parts.phonemes.is_empty() && parts.suffix.is_empty() && letters == 1 {
            let (letter, _) = text.char_at(parts.stem);
            if is_alpha(letter) {
                let mut spelled = Vec::new();
                self.spell(text, parts.stem, &mut spelled);
                self.word_phonemes = spelled;
                return Some(0);
            }
        }
        let mut before = text.before(parts.stem);
        let mut stem_flags: Flags = [0, 0];
        self.take_off_prefixes(text, parts, &mut ending, &mut before, &mut stem_flags, at);
        if ending != 0 && ending & affix::PREFIX == 0 {
            self.take_off_suffixes(text, first, parts, ending, before, &mut stem_flags, at);
        }
        text.set(parts.stem - 1, before);
        None
    }

    /// Letters at the beginning that cannot be pronounced are spelled.
    fn spell_beginning(&mut self, text: &mut Text, first: usize, letters: usize, parts: &mut Parts) {
        let (mut at, mut length, mut count) = (first, usize::MAX, 0);
        while (1..3).contains(&length) || (letters > 1 && self.unpronounceable(text, at, count)) {
            parts.unpronounceable = true;
            if text.at(at) == b'\'' {
                break;
            }
            at += self.letter(text, at, &mut parts.spelled);
            count += 1;
            length = text.word_end(at) - at;
        }
        super::spelling::stress(&mut parts.spelled, count);
        parts.stem = at;
    }

    /// Joins the parts, sets the stress, and notes what kind of word to expect next.
    fn put_together(&mut self, text: &Text, parts: &mut Parts, at: Option<usize>) {
        let table = &self.voice.table;
        let prefix_stressed =
            parts.prefix.iter().any(|&phoneme| matches!(phoneme, code::PRIMARY | code::PRIORITY));
        let mut whole = Vec::new();
        let join = |whole: &mut Vec<u8>, parts: &Parts| {
            whole.clear();
            for part in [&parts.spelled, &parts.prefix, &parts.phonemes] {
                whole.extend_from_slice(part);
            }
            whole.truncate(WORD_PHONEMES - 1);
        };
        if parts.prefix_flags || prefix_stressed {
            if parts.prefix_kind & affix::UNSTRESSED != 0 {
                stress::mark(table, &mut parts.phonemes, parts.flags[0], stress::SECONDARY);
                let mut seen = false;
                for phoneme in parts.prefix.iter_mut().filter(|phoneme| **phoneme == code::PRIMARY) {
                    if seen {
                        *phoneme = code::SECONDARY_STRONG;
                    }
                    seen = true;
                }
            }
            join(&mut whole, parts);
            stress::mark(table, &mut whole, parts.flags[0], -1);
        } else {
            stress::mark(table, &mut parts.phonemes, parts.flags[0], -1);
            join(&mut whole, parts);
        }
        whole.extend_from_slice(&parts.suffix);
        whole.truncate(WORD_PHONEMES - 1);
        if parts.word & token::LAST_WORD != 0 {
            parts.flags[0] &= !flag::PAUSE;
        }
        if at.is_some_and(|at| self.word_flags(at + self.skip_words) & token::LAST_WORD != 0) {
            if parts.flags[0] & (flag::STRESS_END | flag::STRESS_END_2) != 0 {
                stress::change(table, &mut whole, stress::PRIMARY);
            } else if parts.flags[0] & flag::UNSTRESS_END != 0 {
                stress::change(table, &mut whole, stress::SECONDARY);
            }
        }
        self.word_phonemes = whole;
        self.expect(parts, text.at(parts.stem) != 0);
    }

    fn expect(&mut self, parts: &Parts, more: bool) {
        if parts.suffix_kind & affix::VERB_FOLLOWS != 0 {
            (self.expect_verb, self.expect_verb_s) = (2, 2);
        }
        let second = parts.flags[1];
        if second & flag2::PAST_FOLLOWS != 0 {
            (self.expect_past, self.expect_verb, self.expect_noun) = (3, 0, 0);
        } else if second & flag2::VERB_FOLLOWS != 0 {
            (self.expect_verb, self.expect_verb_s, self.expect_noun) = (2, 0, 0);
        } else if second & flag2::VERB_S_FOLLOWS != 0 {
            (self.expect_verb, self.expect_verb_s, self.expect_past, self.expect_noun) = (0, 2, 0, 0);
        } else if second & flag2::NOUN_FOLLOWS != 0 {
            (self.expect_noun, self.expect_verb, self.expect_verb_s, self.expect_past) = (2, 0, 0, 0);
        }
        if more && second & flag2::VERB_EXTEND == 0 {
            for count in
                [&mut self.expect_verb, &mut self.expect_verb_s, &mut self.expect_noun, &mut self.expect_past]
            {
                *count = count.saturating_sub(1);
            }
        }
    }
}

/// The last character of a word, and how many it has.
fn last_and_length(text: &Text, start: usize, end: usize) -> (u32, usize) {
    let (mut at, mut last, mut count) = (start, 0, 0);
    while at < end {
        let (c, bytes) = text.char_at(at);
        (last, at, count) = (c, at + bytes, count + 1);
    }
    (last, count)
}
