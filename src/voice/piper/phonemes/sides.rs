// SPDX-License-Identifier: GPL-3.0-or-later
//! The parts of a letter rule to the left and right of its letters, item by item.

use super::engine::{Engine, affix, flag, token};
use super::letters::{self, Text, in_group, is_digit, is_letter};
use super::matching::{Attempt, Place};

/// Instructions inside the parts of a rule.
mod item {
    pub(super) const STRESSED: u8 = 10;
    pub(super) const DOUBLE: u8 = 11;
    pub(super) const MORE: u8 = 12;
    pub(super) const SILENCE: u8 = 13;
    pub(super) const ENDING: u8 = 14;
    pub(super) const DIGIT: u8 = 15;
    pub(super) const NOT_ALPHA: u8 = 16;
    pub(super) const GROUP: u8 = 17;
    pub(super) const CAPITAL: u8 = 19;
    pub(super) const SYLLABLE: u8 = 21;
    pub(super) const SKIP: u8 = 23;
    pub(super) const NO_SUFFIX: u8 = 24;
    pub(super) const NOT_VOWEL: u8 = 25;
    pub(super) const IF_VERB: u8 = 26;
    pub(super) const DOLLAR: u8 = 28;
    pub(super) const NO_VOWELS: u8 = 29;
    pub(super) const LESS: u8 = 60;
}

/// Commands after a dollar.
mod dollar {
    pub(super) const UNPRONOUNCEABLE: u8 = 1;
    pub(super) const NO_PREFIX: u8 = 2;
}

/// The item that names a group of strings.
pub(super) const STRINGS: u8 = 18;
/// The command that asks for a word of the list.
pub(super) const LIST: u8 = 3;

pub(super) const SPACE: u32 = b' ' as u32;

impl Engine<'_> {
    /// One item to the right of the group's letters.
    pub(super) fn match_right(
        &mut self,
        text: &Text,
        place: &Place,
        attempt: &mut Attempt,
        rule: u8,
        next: &mut usize,
    ) -> Option<i32> {
        attempt.far_right = if attempt.far_right + 6 > 18 { 19 } else { attempt.far_right + 6 };
        let far = attempt.far_right;
        if text.before(attempt.right) == 0 {
            return None;
        }
        let before = attempt.last;
        let here = attempt.right;
        let (letter, bytes) = text.char_at(here);
        let byte = text.at(here);
        attempt.last = letter;
        attempt.right = here + 1;
        let whole = |attempt: &mut Attempt| attempt.right = here + bytes;
        match rule {
            item::GROUP => {
                let group = self.group(next);
                in_group(letter, group).then(|| {
                    whole(attempt);
                    if group == 2 { 19 - far } else { 20 - far }
                })
            }
            STRINGS => {
                let group = self.group(next);
                let matched = self.strings_after(text, here, group)?;
                attempt.right = here + matched;
                Some(20 - far)
            }
            item::NOT_VOWEL => {
                let vowel = in_group(letter, 0) || (letter == SPACE && place.word & token::SUFFIX_VOWEL != 0);
                (!vowel).then(|| {
                    whole(attempt);
                    20 - far
                })
            }
            item::DIGIT => is_digit(letter).then(|| {
                whole(attempt);
                20 - far
            }),
            item::NOT_ALPHA => (!is_letter(letter)).then(|| {
                whole(attempt);
                21 - far
            }),
            item::DOUBLE => (letter == before).then(|| {
                whole(attempt);
                21 - far
            }),
            item::DOLLAR => {
                attempt.right = here;
                let command = self.data.byte(*next);
                *next += 1;
                self.command(text, place, attempt, command)
            }
            b'-' => {
                (byte == b'-' || (byte == b' ' && place.word & token::HYPHEN_AFTER != 0)).then_some(22 - far)
            }
            item::SYLLABLE => {
                let wanted = self.repeats_of(item::SYLLABLE, next);
                let (mut count, mut in_vowel) = (0, false);
                for letter in rest_of_word(text, here) {
                    let vowel = in_group(letter, letters::VOWELS);
                    count += i32::from(vowel && !in_vowel);
                    in_vowel = vowel;
                }
                (wanted <= count).then_some(18 + wanted - far)
            }
            item::NO_VOWELS => (!rest_of_word(text, here).any(|letter| in_group(letter, letters::VOWELS)))
                .then_some(19 - far),
            item::SKIP => {
                self.skip_right(text, attempt, here, *next);
                Some(0)
            }
            item::MORE => {
                attempt.right = here;
                Some(20)
            }
            item::LESS => {
                attempt.right = here;
                Some(-20)
            }
            item::SILENCE => {
                let from = place.at + place.length;
                attempt.silent = (from..attempt.right).find(|&at| text.at(at) == b'e').or(attempt.silent);
                Some(0)
            }
            item::ENDING => {
                let byte = |n: usize| u32::from(self.data.byte(*next + n));
                attempt.ending = byte(0) << 16 | (byte(1) & 0x7f) << 8 | (byte(2) & 0x7f);
                *next += 3;
                Some(0)
            }
            item::NO_SUFFIX => (place.word & token::SUFFIX_REMOVED == 0).then(|| {
                attempt.right = here;
                1
            }),
            _ => (byte == rule).then_some(if byte & 0xc0 == 0x80 { 0 } else { 21 - far }),
        }
    }

    /// A command on the right side of a rule.
    fn command(&mut self, text: &Text, place: &Place, attempt: &mut Attempt, command: u8) -> Option<i32> {
        match command {
            dollar::UNPRONOUNCEABLE => {
                attempt.ending = affix::UNPRONOUNCEABLE;
                Some(0)
            }
            dollar::NO_PREFIX => (place.word & token::PREFIX_REMOVED == 0).then_some(1),
            0x10..0x20 => {
                (place.dictionary & 1 << (flag::ALT_BIT + u32::from(command & 0xf)) != 0).then_some(23)
            }
            LIST | 0x20..0x30 => self.listed(text, place, attempt.consumed, command).then_some(23),
            _ => Some(0),
        }
    }

    /// One item to the left of the group's letters.
    pub(super) fn match_left(
        &mut self,
        text: &Text,
        place: &Place,
        attempt: &mut Attempt,
        rule: u8,
        next: &mut usize,
    ) -> Option<i32> {
        attempt.far_left = if attempt.far_left + 2 > 18 { 19 } else { attempt.far_left + 2 };
        let (far, far_right) = (attempt.far_left, attempt.far_right);
        let after = attempt.left;
        if text.at(after) == 0 {
            return None;
        }
        let here = after.checked_sub(1)?;
        let before = text.char_at(after).0;
        let (letter, bytes) = text.char_over(here);
        let byte = text.at(here);
        attempt.left = here;
        let whole = |attempt: &mut Attempt| attempt.left = (here + 1).saturating_sub(bytes);
        match rule {
            item::GROUP => {
                let group = self.group(next);
                in_group(letter, group).then(|| {
                    whole(attempt);
                    if group == 2 { 19 - far } else { 20 - far }
                })
            }
            STRINGS => {
                let group = self.group(next);
                let matched = self.strings_before(text, here, group)?;
                attempt.left = (here + 1).saturating_sub(matched);
                Some(20 - far_right)
            }
            item::NOT_VOWEL => (!in_group(letter, 0)).then(|| {
                whole(attempt);
                20 - far
            }),
            item::DOUBLE => (letter == before).then(|| {
                whole(attempt);
                21 - far
            }),
            item::DIGIT => is_digit(letter).then(|| {
                whole(attempt);
                21 - far
            }),
            item::NOT_ALPHA => (!is_letter(letter)).then(|| {
                whole(attempt);
                21 - far_right
            }),
            item::DOLLAR => {
                attempt.left = after;
                let command = self.data.byte(*next);
                *next += 1;
                match command {
                    LIST | 0x20..0x30 => self.listed(text, place, attempt.consumed, command).then_some(23),
                    _ => Some(0),
                }
            }
            item::SYLLABLE => {
                let wanted = self.repeats_of(item::SYLLABLE, next);
                (wanted <= self.vowels).then_some(18 + wanted - far)
            }
            item::STRESSED => {
                attempt.left = after;
                (self.stressable > 0).then_some(19)
            }
            item::NO_VOWELS => {
                let (mut letter, mut start) = (letter, (here + 1).saturating_sub(bytes));
                while letter != SPACE && letter != 0 {
                    if in_group(letter, letters::VOWELS) {
                        return None;
                    }
                    let (earlier, bytes) = text.char_over(start.checked_sub(1)?);
                    (letter, start) = (earlier, start.saturating_sub(bytes));
                }
                Some(3)
            }
            item::IF_VERB => {
                attempt.left = after;
                (self.expect_verb > 0).then_some(1)
            }
            item::CAPITAL => {
                attempt.left = after;
                (place.word & token::FIRST_UPPER != 0).then_some(1)
            }
            b'.' => {
                let dot =
                    (0..=here).rev().map(|at| text.at(at)).find(|&byte| matches!(byte, b'.' | b' ' | 0));
                (dot == Some(b'.')).then_some(50)
            }
            b'-' => {
                (byte == b'-' || (byte == b' ' && place.word & token::HYPHEN != 0)).then_some(22 - far_right)
            }
            item::SKIP => {
                self.skip_left(text, attempt, after, *next);
                Some(0)
            }
            _ if byte != rule => None,
            b' ' => Some(4),
            _ => Some(if byte & 0xc0 == 0x80 { 0 } else { 21 - far }),
        }
    }
}

/// The characters from here to the end of the word.
fn rest_of_word(text: &Text, start: usize) -> impl Iterator<Item = u32> {
    let mut at = start;
    std::iter::from_fn(move || {
        let (letter, bytes) = text.char_at(at);
        at += bytes;
        (letter != SPACE && letter != 0).then_some(letter)
    })
}
