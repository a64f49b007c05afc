// SPDX-License-Identifier: GPL-3.0-or-later
//! The words of a clause to one list of phonemes with stress.

use super::data::{code, kind};
use super::engine::{Engine, Sound, flag, token};
use super::letters::{Text, VOWELS, in_group, is_letter};

/// Syllables of a word that a `Mc` before it is joined with.
const COMBINED_SYLLABLES: usize = 2;

impl Engine<'_> {
    /// Translates the words of `tokens` into `self.sounds`, between a pause before and two after.
    pub(super) fn sounds(&mut self, text: &mut Text) {
        self.sounds.push(Sound { code: code::PAUSE_SHORT, ..Sound::default() });
        let mut index = 0;
        while index < self.words.len() {
            let word = self.words[index];
            self.pause = 0;
            let first = self.sounds.len();
            let flags = self.word_sounds(text, word.start, index, word.pause);
            if let Some(next) = self.words.get_mut(index + 1)
                && self.pause > next.pause
            {
                next.pause = self.pause;
            }
            if flags & flag::SPELL_WORD != 0 {
                self.spell_sounds(text, word.start, index);
            }
            if flags & flag::SKIP_WORDS != 0 {
                let last = (index + self.skip_words).min(self.words.len() - 1);
                for word in &mut self.words[index + 1..=last] {
                    word.flags |= token::DELETE;
                }
                self.share(text, first, index, last);
                self.skip_words = 0;
            }
            index += 1;
        }
        let token = self.words.len().saturating_sub(1);
        for _ in 0..2 {
            // The end of the clause counts as the beginning of a word.
            self.sounds.push(Sound { code: code::PAUSE, starts_word: true, token, ..Sound::default() });
        }
    }

    /// A word that has a letter without rules: every letter as a word of its own.
    fn spell_sounds(&mut self, text: &Text, start: usize, index: usize) {
        let mut at = start;
        while !matches!(text.at(at), b' ' | 0) {
            let bytes = text.char_at(at).1;
            let mut letter = Text::word(text.bytes.get(at..at + bytes).unwrap_or_default());
            self.word_sounds(&mut letter, Text::START, index, 0);
            at += bytes;
        }
    }

    /// Shares the sounds of words that were said as one among those words.
    fn share(&mut self, text: &Text, first: usize, from: usize, to: usize) {
        let words = to - from + 1;
        let count = self.sounds.len();
        let parts: Vec<usize> = (first + 1..count).filter(|&at| self.sounds[at].starts_word).collect();
        let starts =
            if parts.len() + 1 == words { parts } else { self.starts_by_syllable(text, first, from, to) };
        for at in first..count {
            self.sounds[at].token = (from + starts.iter().filter(|&&start| start <= at).count()).min(to);
        }
    }

    /// Where each word but the first begins, if all have as many syllables: at a vowel, or at the consonant before it
    /// for a word that is written with one.
    fn starts_by_syllable(&self, text: &Text, first: usize, from: usize, to: usize) -> Vec<usize> {
        let is_vowel = |at: usize| self.voice.table.get(self.sounds[at].code).kind == kind::VOWEL;
        let vowels: Vec<usize> = (first..self.sounds.len()).filter(|&at| is_vowel(at)).collect();
        let words = to - from + 1;
        let start_of = |word: usize| {
            let vowel = *vowels.get((word * vowels.len()).div_ceil(words))?;
            let letter = text.char_at(self.words.get(from + word)?.start).0;
            let consonant = !in_group(letter, VOWELS) && vowel > first && !is_vowel(vowel - 1);
            Some(vowel - usize::from(consonant))
        };
        (1..words).map(|word| start_of(word).unwrap_or(self.sounds.len())).collect()
    }

    /// Adds the phonemes of one word; its dictionary flags.
    fn word_sounds(&mut self, text: &mut Text, start: usize, index: usize, pause: u32) -> u32 {
        let word = self.word_flags(index);
        if matches!(text.at(start), 0) || word & token::DELETE != 0 {
            self.word_phonemes.clear();
            return 0;
        }
        self.pause_timeout = self.pause_timeout.saturating_sub(1);
        let end = text.word_end(start);
        let copy = text.bytes.get(start..end).unwrap_or_default().to_vec();
        let mut flags = self.word(text, start, Some(index));
        if flags & flag::SPELL_WORD != 0 {
            text.restore(start, &copy);
            return flags;
        }
        if flags & flag::COMBINE != 0 {
            self.combine(text, start, index, &mut flags);
        }
        let mut pause = pause;
        if word & token::HYPHEN == 0 {
            if flags & flag::PAUSE != 0 {
                pause = pause.max(1);
            }
            let after_first = index == 0 || self.word_flags(index - 1) & token::FIRST_WORD != 0;
            if flags & flag::PRE_PAUSE != 0
                && word & (token::LAST_WORD | token::FIRST_WORD) == 0
                && !after_first
                && self.pause_timeout == 0
            {
                pause = pause.max(4);
                self.pause_timeout = 3;
            }
        }
        let given = flags & flag::FOUND != 0 && flags & flag::TEXT == 0;
        while pause > 0 {
            let code = if pause > 1 { code::PAUSE } else { code::PAUSE_NO_LINK };
            pause = pause.saturating_sub(2);
            self.sounds.push(Sound { code, token: index, ..Sound::default() });
            self.previous_flags = 0;
        }
        self.add_sounds(word, index, given, flags);
        self.previous_flags = flags;
        flags
    }

    /// Adds the phonemes of `word_phonemes`, their stress marks turned into levels.
    fn add_sounds(&mut self, word: u32, index: usize, given: bool, flags: u32) {
        let table = &self.voice.table;
        let first = self.sounds.len();
        let mut phonemes = self.word_phonemes.as_slice();
        if word & token::HYPHEN != 0
            && let [pause, rest @ ..] = phonemes
            && table.get(*pause).kind == kind::PAUSE
        {
            phonemes = rest;
        }
        let (mut stress, mut next_stress) = (0, 1);
        let mut strongest: Option<(u8, usize)> = None;
        let mut vowel: Option<usize> = None;
        let mut starts_word = false;
        for &phoneme in phonemes {
            let entry = table.get(phoneme);
            let here = self.sounds.len();
            match phoneme {
                0xff | code::SWITCH => {}
                _ if entry.kind == kind::STRESS => {
                    if entry.program == 0 {
                        next_stress = entry.length;
                    }
                }
                code::SYLLABIC => {
                    if let Some(last) = self.sounds.last_mut() {
                        last.syllable = true;
                        last.stress = next_stress;
                        vowel = Some(here - 1);
                    }
                }
                code::LENGTHEN => {
                    if let Some(last) = self.sounds.last_mut() {
                        last.lengthened = true;
                    }
                }
                code::END_WORD => starts_word = true,
                _ => {
                    let mut sound =
                        Sound { code: phoneme, given, starts_word, token: index, ..Sound::default() };
                    starts_word = false;
                    if entry.kind == kind::VOWEL {
                        stress = next_stress;
                        next_stress = 1;
                        if let Some(last) = vowel
                            && last + 1 != here
                        {
                            self.sounds[here - 1].stress = stress;
                        }
                        sound.syllable = true;
                        vowel = Some(here);
                        if strongest.is_none_or(|(level, _)| stress > level) {
                            strongest = Some((stress, here));
                        }
                    }
                    sound.stress = stress;
                    self.sounds.push(sound);
                }
            }
        }
        if word & token::HYPHEN == 0
            && let Some(sound) = self.sounds.get_mut(first)
        {
            sound.starts_word = true;
        }
        if flags & flag::STRESS_END_2 != 0
            && let Some((_, at)) = strongest
        {
            self.sounds[at].promotable = true;
        }
    }

    /// A word such as `Mc` is said together with the next, if that is short.
    fn combine(&mut self, text: &mut Text, start: usize, index: usize, flags: &mut u32) {
        let end = text.word_end(start);
        if !is_letter(text.char_at(end + 1).0) || index + 1 >= self.words.len() {
            return;
        }
        let alone = self.word_phonemes.clone();
        let next = self.word(text, end + 1, Some(index + 1));
        if next & flag::UNPRONOUNCEABLE != 0 {
            self.word_phonemes = alone;
            return;
        }
        text.set(end, b'-');
        self.words[index].flags &= !token::ALL_UPPER;
        *flags = self.word(text, start, Some(index));
        let table = &self.voice.table;
        let syllables =
            self.word_phonemes.iter().filter(|&&phoneme| table.get(phoneme).kind == kind::VOWEL).count();
        if syllables > COMBINED_SYLLABLES {
            text.set(end, b' ');
            *flags = self.word(text, start, Some(index));
        } else {
            if *flags == 0 {
                *flags = next;
            }
            *flags |= flag::SKIP_WORDS;
            self.skip_words = 1;
        }
    }
}
