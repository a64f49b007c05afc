// SPDX-License-Identifier: GPL-3.0-or-later
//! Prefixes and suffixes that the rules find: taken off, what is left looked up and translated again.

use super::engine::{Engine, Flags, affix, token};
use super::letters::{self, Text, in_group};
use super::lookup::WORD_BYTES;
use super::word::Parts;

/// Prefixes taken off one word.
const PREFIXES: usize = 50;
/// Stems to which an `e` is added though they do not end in vowel and consonant.
const ADDED_E: [&[u8]; 10] = [b"c", b"rs", b"ir", b"ur", b"ath", b"ns", b"u", b"spong", b"rang", b"larg"];

impl Engine<'_> {
    pub(super) fn take_off_prefixes(
        &mut self,
        text: &mut Text,
        parts: &mut Parts,
        ending: &mut u32,
        before: &mut u8,
        stem_flags: &mut Flags,
        at: Option<usize>,
    ) {
        let mut confirm = true;
        for _ in 0..PREFIXES {
            if *ending & affix::PREFIX == 0 {
                break;
            }
            if confirm {
                // Is it still a prefix if the suffix is off?
                let (mut whole, mut suffix) = (Vec::new(), Vec::new());
                let word = parts.word | token::NO_PREFIX;
                let kind =
                    self.rules(text, parts.stem, &mut whole, Some(&mut suffix), word, Some(&mut parts.flags));
                if kind != 0 {
                    let (_, copy) = self.remove_ending(text, parts.stem, kind);
                    *ending = self.rules(
                        text,
                        parts.stem,
                        &mut parts.phonemes,
                        Some(&mut parts.suffix),
                        parts.word,
                        Some(&mut parts.flags),
                    );
                    text.restore(parts.stem, &copy);
                    if *ending & affix::PREFIX == 0 {
                        *ending = kind;
                        parts.phonemes = whole;
                        parts.suffix = suffix;
                    }
                    confirm = false;
                    continue;
                }
            }
            parts.prefix_kind = *ending;
            if *ending & affix::VERB != 0 {
                self.expect_verb = 1;
            }
            text.set(parts.stem - 1, *before);
            for _ in 0..*ending & 0xf {
                parts.stem += text.char_at(parts.stem).1;
            }
            *before = text.before(parts.stem);
            text.set(parts.stem - 1, b' ');
            confirm = true;
            parts.word |= token::PREFIX_REMOVED;
            parts.prefix.append(&mut parts.suffix);
            *ending = 0;
            let found = self.look_up(text, parts.stem, stem_flags, affix::PREFIX, at);
            parts.found = found.is_some();
            parts.phonemes = found.unwrap_or_default();
            if parts.flags[0] == 0 {
                parts.flags = *stem_flags;
            } else {
                parts.prefix_flags = true;
            }
            if !parts.found {
                let word = parts.word & (token::HYPHEN_AFTER | token::PREFIX_REMOVED);
                *ending = self.rules(
                    text,
                    parts.stem,
                    &mut parts.phonemes,
                    Some(&mut parts.suffix),
                    word,
                    Some(&mut parts.flags),
                );
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the state of one word, which only lives during this step")]
    pub(super) fn take_off_suffixes(
        &mut self,
        text: &mut Text,
        first: usize,
        parts: &mut Parts,
        kind: u32,
        before: u8,
        stem_flags: &mut Flags,
        at: Option<usize>,
    ) {
        let mut kind = kind;
        parts.suffix_kind = kind;
        let whole = parts.phonemes.clone();
        let (mut end, copy) = self.remove_ending(text, parts.stem, kind);
        loop {
            let mut more = false;
            parts.phonemes.clear();
            if !parts.prefix.is_empty() {
                // With the prefix on, without the suffix.
                text.set(parts.stem - 1, before);
                let found = self.look_up(text, first, stem_flags, end, at);
                text.set(parts.stem - 1, b' ');
                parts.found = found.is_some();
                parts.phonemes = found.unwrap_or_default();
                if parts.flags[0] == 0 {
                    parts.flags = *stem_flags;
                }
                if parts.found {
                    parts.prefix.clear();
                } else if stem_flags[0] != 0 {
                    parts.prefix_flags = true;
                }
            }
            if !parts.found {
                let found = self.look_up(text, parts.stem, stem_flags, end, at);
                parts.found = found.is_some();
                parts.phonemes = found.unwrap_or_default();
                if parts.flags[0] == 0 {
                    parts.flags = *stem_flags;
                }
            }
            if !parts.found {
                if kind & affix::KEEP != 0 {
                    parts.phonemes.clone_from(&whole);
                } else {
                    if end & affix::SUFFIX != 0 {
                        parts.word |= token::SUFFIX_REMOVED;
                    }
                    if kind & affix::VOWEL != 0 {
                        parts.word |= token::SUFFIX_VOWEL;
                    }
                    if kind & affix::MULTIPLE != 0 {
                        let mut later = std::mem::take(&mut parts.suffix);
                        kind = self.rules(
                            text,
                            parts.stem,
                            &mut parts.phonemes,
                            Some(&mut parts.suffix),
                            parts.word,
                            Some(&mut parts.flags),
                        );
                        parts.suffix.append(&mut later);
                        if kind != 0 && kind & affix::PREFIX == 0 {
                            end = self.remove_ending(text, parts.stem, kind).0;
                            more = true;
                        }
                    } else {
                        self.rules(
                            text,
                            parts.stem,
                            &mut parts.phonemes,
                            None,
                            parts.word,
                            Some(&mut parts.flags),
                        );
                        kind = 0;
                    }
                }
            }
            if !more {
                break;
            }
        }
        if parts.suffix_kind & affix::UNSTRESSED == 0 {
            let suffix = std::mem::take(&mut parts.suffix);
            self.append(&mut parts.phonemes, &suffix);
        }
        text.restore(parts.stem, &copy);
    }

    /// Takes a suffix off the word that begins here, and mends the stem: `i` back to `y`, an `e` put back.
    ///
    /// Returns how to look the stem up, and the word as it was.
    fn remove_ending(&mut self, text: &mut Text, start: usize, kind: u32) -> (u32, Vec<u8>) {
        let mut end = text.word_end(start);
        for at in start..end {
            if text.at(at) == letters::SILENT_E {
                text.set(at, b'e');
            }
        }
        let copy = text.bytes.get(start..end.min(start + WORD_BYTES - 1)).unwrap_or_default().to_vec();
        let word_end = end;
        for _ in 0..kind & 0x3f {
            end = end.saturating_sub(1);
            while end >= start && end > 0 && text.at(end) & 0xc0 == 0x80 {
                end -= 1;
            }
        }
        let ending = text.bytes.get(end..word_end).unwrap_or_default().to_vec();
        for at in end..word_end {
            text.set(at, b' ');
        }
        let Some(last) = end.checked_sub(1) else { return (kind & 0xfff0 | affix::SUFFIX, copy) };
        let mut result = kind & 0xfff0 | affix::SUFFIX;
        if kind & affix::Y_TO_I != 0 && text.at(last) == b'i' {
            text.set(last, b'y');
        }
        if kind & affix::ADD_E != 0 {
            let stem = text.bytes.get(start..end).unwrap_or_default();
            let (before, letter) = (u32::from(text.before(last)), u32::from(text.at(last)));
            let add = if in_group(before, letters::VOWELS) && in_group(letter, letters::HARD) {
                !stem.ends_with(b"ion")
            } else {
                ADDED_E.iter().any(|letters| stem.ends_with(letters))
            };
            if add {
                result |= affix::E_ADDED;
                text.set(end, b'e');
            }
        }
        if kind & affix::VERB != 0 && self.expect_verb == 0 {
            self.expect_verb = 1;
        }
        if matches!(*ending, [b's'] | [b'e', b's']) {
            result |= affix::SUFFIX_S;
        }
        if ending.first() == Some(&b'\'') {
            // A possessive is no suffix.
            result &= !affix::SUFFIX;
        }
        (result, copy)
    }
}
