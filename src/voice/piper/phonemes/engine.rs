// SPDX-License-Identifier: GPL-3.0-or-later
//! What is remembered from word to word while a clause is translated, and the flags its parts talk in.

use super::data::Data;
use super::voice::Voice;

/// Both words of dictionary flags.
pub(super) type Flags = [u32; 2];

/// Dictionary flags, first word; bits 0–3 are the place of the stress.
pub(super) mod flag {
    pub(in super::super) const SKIP_WORDS: u32 = 0x80;
    pub(in super::super) const PRE_PAUSE: u32 = 0x100;
    pub(in super::super) const STRESS_END: u32 = 0x200;
    pub(in super::super) const STRESS_END_2: u32 = 0x400;
    pub(in super::super) const UNSTRESS_END: u32 = 0x800;
    pub(in super::super) const SPELL_WORD: u32 = 0x1000;
    pub(in super::super) const ACCENT_BEFORE: u32 = 0x1000;
    pub(in super::super) const ABBREVIATION: u32 = 0x2000;
    /// Bit of the flag before `$alt`.
    pub(in super::super) const ALT_BIT: u32 = 14;
    pub(in super::super) const ALT_7: u32 = 0x20_0000;
    pub(in super::super) const COMBINE: u32 = 0x80_0000;
    pub(in super::super) const ALLOW_DOT: u32 = 0x100_0000;
    pub(in super::super) const NEEDS_DOT: u32 = 0x200_0000;
    pub(in super::super) const UNPRONOUNCEABLE: u32 = 0x400_0000;
    pub(in super::super) const MAX_3: u32 = 0x800_0000;
    pub(in super::super) const PAUSE: u32 = 0x1000_0000;
    pub(in super::super) const TEXT: u32 = 0x2000_0000;
    pub(in super::super) const FOUND_ATTRIBUTES: u32 = 0x4000_0000;
    pub(in super::super) const FOUND: u32 = 0x8000_0000;
}

/// Dictionary flags, second word.
pub(super) mod flag2 {
    pub(in super::super) const VERB_FOLLOWS: u32 = 0x1;
    pub(in super::super) const VERB_S_FOLLOWS: u32 = 0x2;
    pub(in super::super) const NOUN_FOLLOWS: u32 = 0x4;
    pub(in super::super) const PAST_FOLLOWS: u32 = 0x8;
    pub(in super::super) const VERB: u32 = 0x10;
    pub(in super::super) const NOUN: u32 = 0x20;
    pub(in super::super) const PAST: u32 = 0x40;
    pub(in super::super) const VERB_EXTEND: u32 = 0x100;
    pub(in super::super) const CAPITAL: u32 = 0x200;
    pub(in super::super) const ALL_CAPS: u32 = 0x400;
    pub(in super::super) const ACCENT: u32 = 0x800;
    pub(in super::super) const SENTENCE: u32 = 0x2000;
    pub(in super::super) const ONLY: u32 = 0x4000;
    pub(in super::super) const ONLY_S: u32 = 0x8000;
    pub(in super::super) const STEM: u32 = 0x1_0000;
    pub(in super::super) const AT_END: u32 = 0x2_0000;
    pub(in super::super) const AT_START: u32 = 0x4_0000;
    pub(in super::super) const LOOKUP_SYMBOL: u32 = 0x4000_0000;
}

/// What is known of a prefix or suffix, and how a lookup is to treat it.
pub(super) mod affix {
    pub(in super::super) const ALLOW_TEXT: u32 = 0x02;
    pub(in super::super) const SUFFIX: u32 = 0x04;
    pub(in super::super) const SUFFIX_S: u32 = 0x08;
    pub(in super::super) const E_ADDED: u32 = 0x10;
    pub(in super::super) const ADD_E: u32 = 0x100;
    pub(in super::super) const Y_TO_I: u32 = 0x200;
    pub(in super::super) const PREFIX: u32 = 0x400;
    pub(in super::super) const VERB: u32 = 0x800;
    pub(in super::super) const DOUBLED: u32 = 0x1000;
    pub(in super::super) const VERB_FOLLOWS: u32 = 0x2000;
    pub(in super::super) const KEEP: u32 = 0x4000;
    pub(in super::super) const UNPRONOUNCEABLE: u32 = 0x8000;
    pub(in super::super) const UNSTRESSED: u32 = 0x1_0000;
    pub(in super::super) const VOWEL: u32 = 0x4_0000;
    pub(in super::super) const MULTIPLE: u32 = 0x8_0000;
}

/// What is known of a word in its clause.
pub(super) mod token {
    pub(in super::super) const ALL_UPPER: u32 = 0x1;
    pub(in super::super) const FIRST_UPPER: u32 = 0x2;
    pub(in super::super) const HAS_PLURAL: u32 = 0x4;
    pub(in super::super) const LAST_WORD: u32 = 0x10;
    pub(in super::super) const HYPHEN: u32 = 0x80;
    pub(in super::super) const NO_SPACE: u32 = 0x100;
    pub(in super::super) const FIRST_WORD: u32 = 0x200;
    pub(in super::super) const SUFFIX_REMOVED: u32 = 0x2000;
    pub(in super::super) const HYPHEN_AFTER: u32 = 0x4000;
    pub(in super::super) const HAS_DOT: u32 = 0x1_0000;
    pub(in super::super) const DELETE: u32 = 0x10_0000;
    pub(in super::super) const PREFIX_REMOVED: u32 = 0x80_0000;
    pub(in super::super) const SUFFIX_VOWEL: u32 = 0x800_0000;
    pub(in super::super) const NO_PREFIX: u32 = 0x2000_0000;
    pub(in super::super) const UNPRONOUNCEABLE_TEST: u32 = 0x8000_0000;
}

/// A word of the clause.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Token {
    /// Where it begins in the clause's text.
    pub(super) start: usize,
    /// Bits of [`token`].
    pub(super) flags: u32,
    /// Pause before it.
    pub(super) pause: u32,
    /// Byte of the caller's text where it begins.
    pub(super) source: usize,
}

/// A phoneme of the clause, with what it carries through the phoneme programs.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent properties, each read by itself")]
pub(super) struct Sound {
    pub(super) code: u8,
    pub(super) stress: u8,
    /// The highest stress of its word.
    pub(super) word_stress: u8,
    /// It begins a word.
    pub(super) starts_word: bool,
    /// It makes a syllable.
    pub(super) syllable: bool,
    pub(super) lengthened: bool,
    /// Its word's phonemes are given in the dictionary.
    pub(super) given: bool,
    /// Its stress may be raised if nothing stressed follows.
    pub(super) promotable: bool,
    /// The word of the clause it belongs to.
    pub(super) token: usize,
}

/// The translation of one text: what the words before have left behind.
#[derive(Debug)]
pub(super) struct Engine<'a> {
    pub(super) data: &'static Data,
    pub(super) voice: &'a Voice,
    pub(super) words: Vec<Token>,
    pub(super) sounds: Vec<Sound>,
    /// Phonemes of the word just translated.
    pub(super) word_phonemes: Vec<u8>,
    /// Text that the dictionary gives instead of a word just looked up.
    pub(super) replacement: Option<Vec<u8>>,
    /// Words that the word just looked up covers besides itself.
    pub(super) skip_words: usize,
    /// Words, counting down, for which a verb, a verb with -s, a noun, a past tense is expected.
    pub(super) expect_verb: u32,
    pub(super) expect_verb_s: u32,
    pub(super) expect_noun: u32,
    pub(super) expect_past: u32,
    pub(super) previous_flags: u32,
    /// Vowels of the word so far, and those that could be stressed.
    pub(super) vowels: i32,
    pub(super) stressable: i32,
    /// Pause that something inside a word asks for.
    pub(super) pause: u32,
    pub(super) pause_timeout: u32,
    /// The clause ends with a mark that ends sentences.
    pub(super) sentence: bool,
    pub(super) capitals: usize,
    pub(super) small_letters: usize,
    pub(super) repeated: Vec<u8>,
    pub(super) repeats: u32,
    /// Characters that nothing was said for.
    pub(super) unspoken: Vec<char>,
}

impl<'a> Engine<'a> {
    pub(super) fn new(voice: &'a Voice) -> Self {
        Self {
            data: Data::english(),
            voice,
            words: Vec::new(),
            sounds: Vec::new(),
            word_phonemes: Vec::new(),
            replacement: None,
            skip_words: 0,
            expect_verb: 0,
            expect_verb_s: 0,
            expect_noun: 0,
            expect_past: 0,
            previous_flags: 0,
            vowels: 0,
            stressable: 0,
            pause: 0,
            pause_timeout: 0,
            sentence: false,
            capitals: 0,
            small_letters: 0,
            repeated: Vec::new(),
            repeats: 0,
            unspoken: Vec::new(),
        }
    }

    /// Forgets the clause before.
    pub(super) fn begin_clause(&mut self, sentence: bool) {
        self.words.clear();
        self.sounds.clear();
        self.sentence = sentence;
        (self.expect_verb, self.expect_verb_s, self.expect_noun, self.expect_past) = (0, 0, 0, 0);
        (self.previous_flags, self.pause, self.pause_timeout, self.repeats) = (0, 0, 0, 0);
    }

    /// Flags of a word of the clause; 0 beyond.
    pub(super) fn word_flags(&self, index: usize) -> u32 {
        self.words.get(index).map_or(0, |word| word.flags)
    }

    /// Notes a character that nothing is said for, once.
    pub(super) fn note_unspoken(&mut self, c: u32) {
        if let Some(c) = char::from_u32(c)
            && !self.unspoken.contains(&c)
        {
            self.unspoken.push(c);
        }
    }
}
