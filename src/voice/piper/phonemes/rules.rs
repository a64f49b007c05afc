// SPDX-License-Identifier: GPL-3.0-or-later
//! Letters to phonemes: the rules of the dictionary, letter by letter, the best rule each time.

use super::data::{code, kind};
use super::engine::{Engine, Flags, affix, flag, token};
use super::letters::{self, Text, is_alpha, is_digit};
use super::lookup::WORD_BYTES;
use super::matching::{Match, Place};
use super::stress::WORD_PHONEMES;

/// Points of a pair of letters over a single one.
const PAIR_POINTS: i32 = 35;

impl Engine<'_> {
    /// Translates the word that begins here by the rules, adding to `phonemes`.
    ///
    /// Returns 0, or what prefix or suffix was found, whose phonemes are then in `ending`; the caller takes it off and
    /// translates again. `ending` is `None` to leave all affixes on. The text is as before when it returns.
    pub(super) fn rules(
        &mut self,
        text: &mut Text,
        start: usize,
        phonemes: &mut Vec<u8>,
        ending: Option<&mut Vec<u8>>,
        word: u32,
        flags: Option<&mut Flags>,
    ) -> u32 {
        let stop = (start..text.bytes.len().min(start + WORD_BYTES - 1))
            .find(|&at| text.at(at) == 0)
            .unwrap_or(text.bytes.len().min(start + WORD_BYTES - 1));
        let saved = text.bytes.get(start..stop).unwrap_or_default().to_vec();
        let result = self.rules_in(text, start, phonemes, ending, word, flags);
        text.restore(start, &saved);
        result
    }

    fn rules_in(
        &mut self,
        text: &mut Text,
        start: usize,
        phonemes: &mut Vec<u8>,
        mut ending: Option<&mut Vec<u8>>,
        word: u32,
        mut flags: Option<&mut Flags>,
    ) -> u32 {
        let dictionary = flags.as_ref().map_or(0, |flags| flags[0]);
        (self.vowels, self.stressable) = (0, 0);
        if let Some(ending) = ending.as_deref_mut() {
            ending.clear();
        }
        let mut at = start;
        let (mut letters, mut digits) = (0, 0);
        while !matches!(text.at(at), b' ' | 0) {
            let (c, bytes) = text.char_at(at);
            letters += u32::from(is_alpha(c));
            if is_digit(c) {
                let name: Vec<u8> = [b'_', text.at(at)].to_vec();
                let mut said = self.name(&name).unwrap_or_default().0;
                digits += 1;
                if digits >= 2 {
                    said.push(code::PAUSE_NO_LINK);
                    digits = 0;
                }
                self.append(phonemes, &said);
                at += bytes;
                continue;
            }
            digits = 0;
            let place = |length| Place { start, at, length, word, dictionary };
            let (mut best, next, grouped) = self.best_rule(text, &place);
            let here = at;
            at = next;
            if !grouped && best.points == 0 {
                if self.drop_accent(text, here, start) {
                    phonemes.clear();
                    at = start;
                    (self.vowels, self.stressable) = (0, 0);
                    continue;
                }
                if (0x300..=0x36f).contains(&c) {
                    // A combining accent inside a word.
                } else if is_alpha(c) {
                    if letters > 1 || matches!(text.at(here + bytes), 0x21..0x80) {
                        // A letter without rules: the word is spelled.
                        phonemes.clear();
                        if let Some(flags) = flags.as_deref_mut() {
                            flags[0] |= flag::SPELL_WORD;
                        }
                        break;
                    }
                } else if let Some(said) = self.symbol(c) {
                    best.phonemes = said.into();
                    best.points = 1;
                }
                at = here + bytes;
            } else if best.points > 0 {
                self.repeats = 0;
            }
            if best.points <= 0 {
                continue;
            }
            if word & token::UNPRONOUNCEABLE_TEST != 0 {
                return best.ending | 1;
            }
            best.ending &= !affix::UNPRONOUNCEABLE;
            if best.ending != 0
                && let Some(ending) = ending.as_deref_mut()
                && !(best.ending & affix::PREFIX != 0 && word & token::NO_PREFIX != 0)
            {
                if best.ending & affix::PREFIX != 0 && best.ending.trailing_zeros() >= 7 {
                    best.ending |= (at - start) as u32;
                }
                *ending = best.phonemes.into_owned();
                return best.ending;
            }
            if let Some(silent) = best.silent {
                text.set(silent, letters::SILENT_E);
            }
            self.append(phonemes, &best.phonemes);
        }
        0
    }

    /// The best rule for the letters here, where to go on, and whether the letter has rules of its own.
    fn best_rule(&mut self, text: &Text, place: &dyn Fn(usize) -> Place) -> (Match, usize, bool) {
        let here = place(1);
        let first = text.at(here.at);
        let pair = [first, text.at(here.at + 1)];
        let double = self.data.pairs.binary_search_by_key(&pair, |&(name, _)| name);
        let single = self.data.single.get(usize::from(first)).copied().flatten();
        if let Ok(double) = double {
            let double = self.data.pairs[double].1;
            let (mut two, after_two) = self.match_group(text, &place(2), Some(double));
            if two.points > 0 {
                two.points += PAIR_POINTS;
            }
            let (one, after_one) = self.match_group(text, &here, single);
            return if two.points >= one.points { (two, after_two, true) } else { (one, after_one, true) };
        }
        if single.is_some() {
            let (one, after) = self.match_group(text, &here, single);
            return (one, after, false);
        }
        let rest = self.data.single[0];
        let (one, after) = self.match_group(text, &place(0), rest);
        (one, after, false)
    }

    /// Takes the accent off a letter without rules, unless it is the whole word.
    fn drop_accent(&mut self, text: &mut Text, here: usize, start: usize) -> bool {
        if self.data.single.get(usize::from(text.at(here))).copied().flatten().is_some() {
            return false;
        }
        let (letter, bytes) = text.char_at(here);
        if letters::is_bracket(letter) && self.pause < 4 {
            self.pause = 4;
        }
        let Some(plain) = letters::plain(letter) else { return false };
        if text.before(here) == b' ' && text.at(here + bytes) == b' ' {
            return false;
        }
        let end = text.word_end(start);
        text.set(here, plain);
        for at in here + 1..end {
            let moved = if at + bytes - 1 < end { text.at(at + bytes - 1) } else { b' ' };
            text.set(at, moved);
        }
        true
    }

    /// Adds phonemes to a word's, counting its vowels on the way.
    pub(super) fn append(&mut self, word: &mut Vec<u8>, phonemes: &[u8]) {
        if word.len() + phonemes.len() >= WORD_PHONEMES {
            return;
        }
        let mut unstressed = false;
        for &phoneme in phonemes.iter().filter(|&&phoneme| usize::from(phoneme) < self.voice.table.count) {
            let entry = self.voice.table.get(phoneme);
            if entry.kind == kind::STRESS {
                unstressed |= entry.length < 4;
            } else if entry.kind == kind::VOWEL {
                if !entry.weak() && !unstressed {
                    self.stressable += 1;
                }
                unstressed = false;
                self.vowels += 1;
            }
        }
        word.extend_from_slice(phonemes);
    }
}
